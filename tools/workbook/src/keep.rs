//! A reader's file, kept aside before anything is written in its place.

use std::fs;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use layout::{Exercise, Workspace};

use crate::console;
use crate::error::{Result, failed};

/// The folder of what is remembered and of what is kept aside; git ignores it.
pub fn folder(workspace: &Workspace) -> PathBuf {
    Path::new(&workspace.root).join(".workbook")
}

/// Keeps `content`, the reader's file of `exercise`, under a name of its own: never
/// over a file that was kept before.
pub fn aside(workspace: &Workspace, exercise: &Exercise, content: &[u8]) -> Result<PathBuf> {
    let folder = folder(workspace).join("kept").join(&exercise.folder);
    fs::create_dir_all(&folder)
        .map_err(|error| failed("create", console::path(&folder), &error))?;
    let mut n = 1;
    loop {
        let kept = folder.join(format!("{}.rs.kept-{n}", exercise.name));
        let file = fs::OpenOptions::new()
            .write(true)
            .create_new(true)
            .open(&kept);
        match file {
            Ok(mut file) => {
                file.write_all(content)
                    .map_err(|error| failed("write", console::path(&kept), &error))?;
                return Ok(kept);
            }
            Err(error) if error.kind() == ErrorKind::AlreadyExists => n += 1,
            Err(error) => return Err(failed("create", console::path(&kept), &error)),
        }
    }
}
