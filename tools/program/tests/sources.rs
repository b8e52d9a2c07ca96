//! What holds for the sources of all programs, so that what this crate sees to holds for
//! all of them.

#![allow(clippy::unwrap_used)] // a test that can't go on should say so at once

use std::fs;
use std::path::{Path, PathBuf};

/// The sources below the `src` of every chapter.
fn sources() -> Vec<PathBuf> {
    let chapters = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../chapters");
    let mut folders: Vec<PathBuf> = fs::read_dir(chapters)
        .unwrap()
        .map(|chapter| chapter.unwrap().path().join("src"))
        .collect();
    let mut sources = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            match path.is_dir() {
                true => folders.push(path),
                false => sources.push(path),
            }
        }
    }
    assert!(sources.len() > 100, "{sources:?}");
    sources
}

#[test]
fn every_program_is_run_by_this_crate() {
    for path in sources() {
        let source = fs::read_to_string(&path).unwrap();
        let is_program = source.contains("\nfn main(");
        assert!(
            !is_program || source.contains("program::run("),
            "{}",
            path.display()
        );
    }
}

/// In pieces, as `eprintln!` prints it, a line gets between the lines of others.
#[test]
fn what_is_logged_is_logged_in_one_piece() {
    for path in sources() {
        let source = fs::read_to_string(&path).unwrap();
        assert!(
            !source.contains("eprint"),
            "{}: use program::log",
            path.display()
        );
    }
}

/// `accept` fails when descriptors have run out, and that is not the end of a server.
#[test]
fn no_server_ends_because_accept_failed() {
    for path in sources() {
        let source = fs::read_to_string(&path).unwrap();
        for naked in [".accept()?", ".accept().await?"] {
            assert!(
                !source.contains(naked),
                "{}: use program::accept",
                path.display()
            );
        }
    }
}
