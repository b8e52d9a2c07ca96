//! A folder fetched over SFTP, file by file, each resumed where it broke off.

use std::collections::HashSet;
use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail, ensure};
use russh_sftp::client::error::Error;
use russh_sftp::client::{RawSftpSession, SftpSession};
use russh_sftp::protocol::{FileAttributes, FileType, StatusCode};
use tokio::io::{AsyncReadExt, AsyncSeekExt};

/// How deep folders may lie in each other.
const DEPTH: usize = 32;
/// How much may be listed.
const ENTRIES: usize = 100_000;
/// How long a path on the server may be, in octets: one that no system would open is none.
const LONGEST: usize = 1024;
/// How much is read at a time, in octets.
const PIECE: usize = 64 * 1024;

/// A file to fetch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// Where it is on the server.
    pub remote: String,
    /// Where it goes.
    pub local: PathBuf,
    /// How long it was when it was listed, in octets.
    pub length: u64,
    /// When it was written last, in seconds since 1970.
    pub written: u32,
}

impl Wanted {
    /// Where its octets are until they are all there.
    fn part(&self) -> PathBuf {
        beside(&self.local, ".part")
    }

    /// Where it stands which version those are of.
    fn note(&self) -> PathBuf {
        beside(&self.local, ".from")
    }

    /// Which version those octets are of.
    fn version(&self) -> String {
        format!("{} octets, written at {}\n", self.length, self.written)
    }
}

fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(ending);
    path.with_file_name(name)
}

/// A name that a server may give to something in a folder of ours.
///
/// # Errors
///
/// When it would lead out of the folder, or nowhere, or move the cursor of who reads it.
// ANCHOR: safe_name
pub fn safe_name(name: &str) -> anyhow::Result<&str> {
    let bad = matches!(name, "" | "." | "..")
        || name.contains(['/', '\\'])
        || name.contains(char::is_control);
    ensure!(!bad, "refused: the server names a file {name:?}");
    Ok(name)
}
// ANCHOR_END: safe_name

/// The files in the folder `remote` and those below, to be written below `local`: of `most`
/// octets in all. Links are left alone: they may lead anywhere.
///
/// # Errors
///
/// When a folder can't be read, there is too much, a name is refused, or two files would be
/// written to one place.
// ANCHOR: list
pub async fn list(
    sftp: &RawSftpSession,
    remote: &str,
    local: &Path,
    most: u64,
) -> anyhow::Result<Vec<Wanted>> {
    let (mut files, mut told, mut octets) = (Vec::new(), 0, 0_u64);
    let mut taken = HashSet::new();
    let mut folders = vec![(remote.to_owned(), local.to_owned(), 0)];
    while let Some((remote, local, depth)) = folders.pop() {
        ensure!(depth <= DEPTH, "{remote}: folders more than {DEPTH} deep");
        let names = names(sftp, &remote, &mut told).await;
        let names = names.with_context(|| remote.clone())?;
        for (name, attributes) in names {
            let (remote, local) = (format!("{remote}/{name}"), local.join(name));
            ensure!(remote.len() <= LONGEST, "{remote}: too long a path");
            match attributes.file_type() {
                FileType::Dir => folders.push((remote, local, depth + 1)),
                FileType::File => {
                    let length = attributes.size.unwrap_or(0);
                    octets = octets.saturating_add(length);
                    ensure!(octets <= most, "{remote}: more than {most} octets in all");
                    let written = attributes.mtime.unwrap_or(0);
                    let file = Wanted {
                        remote,
                        local,
                        length,
                        written,
                    };
                    for place in [file.local.clone(), file.part(), file.note()] {
                        let is_free = taken.insert(place);
                        ensure!(is_free, "{}: its place is another file's", file.remote);
                    }
                    files.push(file);
                }
                FileType::Symlink | FileType::Other => {}
            }
        }
    }
    Ok(files)
}

/// What is in a folder, by name. A server may go on telling names for ever, so `told` counts
/// them, those of all folders.
async fn names(
    sftp: &RawSftpSession,
    folder: &str,
    told: &mut usize,
) -> anyhow::Result<Vec<(String, FileAttributes)>> {
    let handle = sftp.opendir(folder).await?.handle;
    let mut names = Vec::new();
    loop {
        let more = match sftp.readdir(&handle).await {
            Err(Error::Status(status)) if status.status_code == StatusCode::Eof => break,
            more => more?.files,
        };
        ensure!(!more.is_empty(), "it goes on, and tells no name");
        *told += more.len();
        ensure!(*told <= ENTRIES, "more than {ENTRIES} files and folders");
        for file in more {
            if !matches!(&*file.filename, "." | "..") {
                names.push((safe_name(&file.filename)?.to_owned(), file.attrs));
            }
        }
    }
    sftp.close(handle).await?;
    names.sort_by(|(one, _), (other, _)| one.cmp(other));
    Ok(names)
}
// ANCHOR_END: list

/// What came of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fetched {
    /// It was here already.
    Here,
    /// It was fetched from this octet on.
    From(u64),
}

/// Fetches `wanted`; `progress` is told how many octets are here. What is here of the same
/// version is kept, be it all or a part.
///
/// # Errors
///
/// When reading or writing fails, or the file is shorter or longer than it was.
// ANCHOR: fetch
pub async fn fetch(
    sftp: &SftpSession,
    wanted: &Wanted,
    mut progress: impl FnMut(u64),
) -> anyhow::Result<Fetched> {
    let (part, note) = (wanted.part(), wanted.note());
    let same = fs::read_to_string(&note).is_ok_and(|version| version == wanted.version());
    if same && fs::metadata(&wanted.local).is_ok_and(|here| here.len() == wanted.length) {
        return Ok(Fetched::Here);
    }
    if let Some(folder) = wanted.local.parent() {
        fs::create_dir_all(folder).with_context(|| format!("create {}", folder.display()))?;
    }
    if !same {
        // First the octets go, then the note is renewed: no note stands beside others'.
        remove(&part)?;
        fs::write(&note, wanted.version()).with_context(|| format!("write {}", note.display()))?;
    }
    let mut file = OpenOptions::new().create(true).append(true).open(&part)?;
    let begun = file.metadata()?.len();
    let mut here = begun;
    ensure!(
        here <= wanted.length,
        "{}: longer than on the server",
        part.display()
    );
    let mut remote = sftp.open(&wanted.remote).await?;
    remote.seek(std::io::SeekFrom::Start(here)).await?;
    let mut buffer = vec![0; PIECE];
    while here < wanted.length {
        let length = remote.read(&mut buffer).await?;
        if length == 0 {
            bail!("it ended after {here} of {} octets", wanted.length);
        }
        here += length as u64;
        ensure!(
            here <= wanted.length,
            "it grew beyond {} octets",
            wanted.length
        );
        file.write_all(&buffer[..length])?;
        progress(here);
    }
    file.sync_all()?;
    fs::rename(&part, &wanted.local)?;
    Ok(Fetched::From(begun))
}
// ANCHOR_END: fetch

fn remove(path: &Path) -> anyhow::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => {
            Err(error).with_context(|| format!("remove {}", path.display()))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_leads_out_of_the_folder() {
        for name in [
            "",
            ".",
            "..",
            "../a",
            "a/b",
            "/etc/passwd",
            "a\\b",
            "a\0b",
            "a\nb",
            "a\x1b[2Jb",
        ] {
            assert!(safe_name(name).is_err(), "{name:?}");
        }
        for name in ["a", "...", "..a", "a b", "é", "-rf"] {
            assert_eq!(safe_name(name).unwrap(), name);
        }
    }
}
