//! The files of the workspace and of the built book, and what pages call them.

use std::path::{Path, PathBuf};
use std::{fs, io};

/// The path of `file` from `base`, with `/`.
pub(crate) fn slashed(file: &Path, base: &Path) -> String {
    let inner = file.strip_prefix(base).unwrap_or(file);
    let parts: Vec<_> = inner
        .components()
        .map(|part| part.as_os_str().to_string_lossy())
        .collect();
    parts.join("/")
}

/// A relative path without `.` and `..`, as far as that goes.
pub(crate) fn normal(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts.join("/")
}

/// The files below `folder`, sorted.
///
/// # Errors
///
/// When a folder can't be read.
pub(crate) fn below(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut entries = fs::read_dir(folder)?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<io::Result<Vec<_>>>()?;
    entries.sort();
    let mut files = Vec::new();
    for path in entries {
        if path.is_dir() {
            files.extend(below(&path)?);
        } else {
            files.push(path);
        }
    }
    Ok(files)
}
