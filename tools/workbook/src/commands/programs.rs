//! `run`: a chapter's programs by hand.

use std::ffi::OsString;
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::Command;

use layout::{Chapter, Workspace};

use crate::asked;
use crate::cargo::{self, clean_command};
use crate::error::{Error, Result, failed};

/// Builds the chapter's programs, and those of others that it starts, and gives the folder
/// that they are in.
pub fn build(workspace: &Workspace, chapter: &Chapter, release: bool) -> Result<PathBuf> {
    let mut args = vec!["build", "--package", &chapter.package, "--bins"];
    for package in &chapter.uses {
        args.extend(["--package", package]);
    }
    if release {
        args.push("--release");
    }
    let build = cargo::build(&workspace.root, &args)?.or_say_why()?;
    build
        .executables
        .first()
        .and_then(|program| program.path.parent())
        .map(PathBuf::from)
        .ok_or_else(|| Error::Failed(format!("chapter {} has no programs", chapter.number)))
}

/// `run NAME ARGS...`: builds one program and becomes it.
pub fn run(workspace: &Workspace, name: &str, args: &[OsString]) -> Result<()> {
    let chapter = asked::program(workspace, name)?;
    let package = chapter.package.as_str();
    let build = cargo::build(
        &workspace.root,
        &["build", "--package", package, "--bin", name],
    )?
    .or_say_why()?;
    let program = build
        .executable(&chapter.dir, name)
        .ok_or_else(|| Error::Failed(format!("cargo built no {name}")))?;
    Err(become_it(clean_command(&program.path).args(args), name))
}

/// `book ...`: the book's own command.
pub fn book(workspace: &Workspace, args: &[OsString]) -> Result<()> {
    Err(become_it(
        clean_command(cargo::program())
            .args(["run", "--quiet", "--package", "book", "--"])
            .args(args)
            // What its pages run.
            .env("WORKBOOK", std::env::current_exe().unwrap_or_default())
            .current_dir(&workspace.root),
        "cargo",
    ))
}

/// Replaces this process: input, output, signals and exit status are then the
/// other's own. Returns only if that fails.
pub fn become_it(command: &mut Command, name: &str) -> Error {
    failed("run", name, &command.exec())
}
