//! A folder fetched over SFTP, file by file, each resumed where it broke off.

use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail, ensure};
use russh_sftp::client::SftpSession;
use russh_sftp::protocol::FileType;
use tokio::io::{AsyncReadExt, AsyncSeekExt};

/// How deep folders may lie in each other.
const DEPTH: usize = 32;
/// How many files are fetched at most.
const FILES: usize = 100_000;
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
/// When it would lead out of the folder, or nowhere.
// ANCHOR: safe_name
pub fn safe_name(name: &str) -> anyhow::Result<&str> {
    let bad = matches!(name, "" | "." | "..") || name.contains(['/', '\\', '\0']);
    ensure!(!bad, "refused: the server names a file {name:?}");
    Ok(name)
}
// ANCHOR_END: safe_name

/// The files in the folder `remote` and those below, to be written below `local`. Links are
/// left alone: they may lead anywhere.
///
/// # Errors
///
/// When a folder can't be read, there are too many, or a name is refused.
// ANCHOR: list
pub async fn list(sftp: &SftpSession, remote: &str, local: &Path) -> anyhow::Result<Vec<Wanted>> {
    let mut files = Vec::new();
    let mut folders = vec![(remote.to_owned(), local.to_owned(), 0)];
    while let Some((remote, local, depth)) = folders.pop() {
        ensure!(depth <= DEPTH, "{remote}: folders more than {DEPTH} deep");
        let mut entries: Vec<_> = sftp
            .read_dir(&remote)
            .await
            .with_context(|| remote.clone())?
            .collect();
        entries.sort_by_key(russh_sftp::client::fs::DirEntry::file_name);
        for entry in entries {
            let name = entry.file_name();
            let name = safe_name(&name)?;
            let (remote, local) = (format!("{remote}/{name}"), local.join(name));
            let attributes = entry.metadata();
            match entry.file_type() {
                FileType::Dir => folders.push((remote, local, depth + 1)),
                FileType::File => files.push(Wanted {
                    remote,
                    local,
                    length: attributes.size.unwrap_or(0),
                    written: attributes.mtime.unwrap_or(0),
                }),
                FileType::Symlink | FileType::Other => {}
            }
            ensure!(
                files.len() + folders.len() <= FILES,
                "more than {FILES} files"
            );
        }
    }
    Ok(files)
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
    let (part, note) = (wanted.part(), beside(&wanted.local, ".from"));
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
    drop(File::sync_all(&file));
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
        for name in ["", ".", "..", "../a", "a/b", "/etc/passwd", "a\\b", "a\0b"] {
            assert!(safe_name(name).is_err(), "{name:?}");
        }
        for name in ["a", "...", "..a", "a b", "é", "-rf"] {
            assert_eq!(safe_name(name).unwrap(), name);
        }
    }
}
