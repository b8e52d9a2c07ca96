//! `reset`: the stub again, and the reader's file kept aside.

use std::fs;
use std::io::ErrorKind;

use layout::Workspace;

use crate::console::{self, say};
use crate::error::{Result, failed, read};
use crate::{asked, keep};

/// `reset N.M`.
pub fn reset(workspace: &Workspace, asked: &str) -> Result<()> {
    let exercise = asked::exercise(workspace, asked)?;
    let (id, name) = (exercise.id(), &exercise.name);
    let stub = read(&exercise.stub())?;
    let file = console::path(&exercise.file);
    let current = match fs::read(&exercise.file) {
        Ok(current) => Some(current),
        Err(error) if error.kind() == ErrorKind::NotFound => None,
        Err(error) => return Err(failed("read", file, &error)),
    };
    say!();
    if current.as_deref() == Some(stub.as_bytes()) {
        say!("  {id} {name} is as it was in the beginning.");
        say!();
        return Ok(());
    }
    let kept = match &current {
        Some(current) => Some(keep::aside(workspace, exercise, current)?),
        None => None,
    };
    scene::write_whole(&exercise.file, &stub).map_err(|error| failed("write", &file, &error))?;
    match kept {
        Some(kept) => {
            say!("  {id} {name} starts again.");
            say!();
            say!("  Edit        {file}");
            say!("  Your file   {}", console::path(&kept));
        }
        None => say!("  {id} {name} is back: {file}"),
    }
    say!();
    Ok(())
}
