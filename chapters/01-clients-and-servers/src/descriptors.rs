//! Descriptors to try the system's calls on.

use std::fs::{self, File};
use std::os::fd::OwnedFd;
use std::{env, process};

use anyhow::Context;
use rustix::fs::FileType;
use rustix::io::Errno;
use rustix::net::{AddressFamily, SocketFlags, SocketType, socketpair};

/// What a call gave: a number, or the name of the error.
pub fn told<T: ToString>(result: Result<T, Errno>) -> String {
    match result {
        Ok(number) => number.to_string(),
        Err(Errno::NOTSOCK) => "ENOTSOCK".to_owned(),
        Err(Errno::SPIPE) => "ESPIPE".to_owned(),
        Err(Errno::AGAIN) => "EAGAIN".to_owned(),
        Err(error) => program::io_cause(&error.into()),
    }
}

/// What a descriptor refers to, in words.
pub fn name(kind: FileType) -> &'static str {
    match kind {
        FileType::RegularFile => "regular file",
        FileType::Fifo => "pipe",
        FileType::Socket => "socket",
        _ => "something else",
    }
}

/// Two connected sockets of that kind, on this machine.
///
/// # Errors
///
/// When the system has no such pairs.
pub fn pair(kind: SocketType) -> Result<(OwnedFd, OwnedFd), Errno> {
    socketpair(AddressFamily::UNIX, kind, SocketFlags::empty(), None)
}

/// A file opened twice, for writing and for reading, and then deleted: it exists
/// as long as a descriptor refers to it.
///
/// # Errors
///
/// When no file can be made among the temporary ones.
pub fn nameless_file() -> anyhow::Result<(File, File)> {
    let path = env::temp_dir().join(format!("fd-tour-{}", process::id()));
    let for_writing = File::create_new(&path).with_context(|| format!("create {path:?}"))?;
    let for_reading = File::open(&path);
    fs::remove_file(&path).with_context(|| format!("remove {path:?}"))?;
    let for_reading = for_reading.with_context(|| format!("open {path:?}"))?;
    Ok((for_writing, for_reading))
}
