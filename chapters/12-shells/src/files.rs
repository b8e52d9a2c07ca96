//! The files of `ssh-server`, which it makes up: nobody reaches the disk behind it.

use std::collections::HashMap;

use russh_sftp::protocol::{
    Attrs, Data, File, FileAttributes, FileMode, Handle, Name, OpenFlags, Status, StatusCode,
};
use russh_sftp::server::Handler;

/// How much of a file one answer holds at most, in octets.
const PIECE: u32 = 32 * 1024;
/// How many files and folders a client may hold open.
const HANDLES: usize = 64;
/// When all of it was written last: 2030-01-02 03:04:05 UTC.
const WRITTEN: u32 = 1_893_553_445;

/// What is in each folder, by path. A name that ends in `/` is a folder.
const FOLDERS: [(&str, &[&str]); 4] = [
    ("/", &["poems/", "traps/"]),
    ("/poems", &["raven.txt", "long/", "empty.txt"]),
    ("/poems/long", &["iliad.txt"]),
    ("/traps", &["fine.txt", "../../escaped.txt"]),
];

fn length(path: &str) -> Option<u64> {
    match path {
        "/poems/raven.txt" => Some(1500),
        "/poems/empty.txt" => Some(0),
        "/poems/long/iliad.txt" => Some(300_000),
        "/traps/fine.txt" | "/escaped.txt" => Some(20),
        _ => None,
    }
}

/// What stands at `at` of any of the files: letters, in lines of 50.
fn octet(at: u64) -> u8 {
    match at % 50 {
        49 => b'\n',
        column => b'a' + ((at / 50 + column) % 26) as u8,
    }
}

/// The files as one client has them open.
#[derive(Debug)]
pub struct Files {
    open: HashMap<String, Open>,
    next: u64,
    /// How many octets of files can be read before the disk fails.
    left: Option<u64>,
}

#[derive(Debug)]
struct Open {
    path: String,
    /// A folder's names are told once.
    told: bool,
}

impl Files {
    /// Files on a disk that fails after so many octets, if any.
    pub fn new(fails_at: Option<u64>) -> Files {
        let open = HashMap::new();
        Files {
            open,
            next: 0,
            left: fails_at,
        }
    }

    fn hold(&mut self, id: u32, path: String) -> Result<Handle, StatusCode> {
        if self.open.len() >= HANDLES {
            return Err(StatusCode::Failure);
        }
        let handle = self.next.to_string();
        self.next += 1;
        self.open.insert(handle.clone(), Open { path, told: false });
        Ok(Handle { id, handle })
    }
}

/// The path that is meant, from `/`: the server has one folder for all.
fn absolute(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    format!("/{}", parts.join("/"))
}

fn attributes(path: &str) -> Result<FileAttributes, StatusCode> {
    let folder = FOLDERS.iter().any(|(folder, _)| *folder == path);
    let (mode, size) = match length(path) {
        Some(length) => (FileMode::REG.bits() | 0o644, length),
        None if folder => (FileMode::DIR.bits() | 0o755, 4096),
        None => return Err(StatusCode::NoSuchFile),
    };
    Ok(FileAttributes {
        size: Some(size),
        permissions: Some(mode),
        atime: Some(WRITTEN),
        mtime: Some(WRITTEN),
        ..FileAttributes::default()
    })
}

impl Handler for Files {
    type Error = StatusCode;

    fn unimplemented(&self) -> StatusCode {
        StatusCode::OpUnsupported // so that nothing can be written
    }

    async fn open(
        &mut self,
        id: u32,
        path: String,
        flags: OpenFlags,
        _: FileAttributes,
    ) -> Result<Handle, StatusCode> {
        if flags.bits() != OpenFlags::READ.bits() {
            return Err(StatusCode::PermissionDenied);
        }
        let path = absolute(&path);
        length(&path).ok_or(StatusCode::NoSuchFile)?;
        self.hold(id, path)
    }
    async fn read(
        &mut self,
        id: u32,
        handle: String,
        offset: u64,
        most: u32,
    ) -> Result<Data, StatusCode> {
        let open = self.open.get(&handle).ok_or(StatusCode::Failure)?;
        let length = length(&open.path).ok_or(StatusCode::Failure)?;
        if offset >= length {
            return Err(StatusCode::Eof);
        }
        let mut end = length.min(offset.saturating_add(u64::from(most.min(PIECE))));
        if let Some(left) = &mut self.left {
            if *left == 0 {
                return Err(StatusCode::Failure); // a disk that fails, for the page
            }
            end = end.min(offset + *left);
            *left -= end - offset;
        }
        let data = (offset..end).map(octet).collect();
        Ok(Data { id, data })
    }

    async fn close(&mut self, id: u32, handle: String) -> Result<Status, StatusCode> {
        self.open.remove(&handle).ok_or(StatusCode::Failure)?;
        Ok(Status {
            id,
            status_code: StatusCode::Ok,
            error_message: String::new(),
            language_tag: String::new(),
        })
    }

    async fn opendir(&mut self, id: u32, path: String) -> Result<Handle, StatusCode> {
        let path = absolute(&path);
        let folder = FOLDERS.iter().any(|(folder, _)| *folder == path);
        match folder {
            true => self.hold(id, path),
            false => Err(StatusCode::NoSuchFile),
        }
    }

    async fn readdir(&mut self, id: u32, handle: String) -> Result<Name, StatusCode> {
        let open = self.open.get_mut(&handle).ok_or(StatusCode::Failure)?;
        let folder = FOLDERS.iter().find(|(folder, _)| *folder == open.path);
        let (folder, names) = folder.ok_or(StatusCode::Failure)?;
        if std::mem::replace(&mut open.told, true) {
            return Err(StatusCode::Eof);
        }
        let files = names.iter().map(|name| {
            let name = name.trim_end_matches('/');
            let attributes = attributes(&absolute(&format!("{folder}/{name}")))?;
            Ok(File::new(name, attributes))
        });
        Ok(Name {
            id,
            files: files.collect::<Result<_, StatusCode>>()?,
        })
    }

    async fn realpath(&mut self, id: u32, path: String) -> Result<Name, StatusCode> {
        let files = vec![File::dummy(absolute(&path))];
        Ok(Name { id, files })
    }

    async fn stat(&mut self, id: u32, path: String) -> Result<Attrs, StatusCode> {
        let attrs = attributes(&absolute(&path))?;
        Ok(Attrs { id, attrs })
    }

    async fn lstat(&mut self, id: u32, path: String) -> Result<Attrs, StatusCode> {
        self.stat(id, path).await
    }

    async fn fstat(&mut self, id: u32, handle: String) -> Result<Attrs, StatusCode> {
        let open = self.open.get(&handle).ok_or(StatusCode::Failure)?;
        let attrs = attributes(&open.path)?;
        Ok(Attrs { id, attrs })
    }
}
