//! A chapter's manifest switches off what cargo would build and run for nothing: a
//! harness for each program (`bench` too, or `--all-targets` checks one), and a search for
//! examples in the library's documentation. Here is what that must not hide.

#![allow(clippy::unwrap_used)] // a test that can't go on should say so at once

use std::fs;
use std::path::{Path, PathBuf};

use layout::Workspace;

fn workspace() -> Workspace {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    Workspace::read(Workspace::above(folder).unwrap()).unwrap()
}

/// The files below `folder`.
fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    entries
        .flat_map(|path| {
            if path.is_dir() {
                files(&path)
            } else {
                vec![path]
            }
        })
        .collect()
}

#[test]
fn no_program_has_a_harness() {
    for chapter in workspace().chapters {
        let file = chapter.dir.join("Cargo.toml");
        let manifest = fs::read_to_string(&file).unwrap();
        for program in chapter.programs().unwrap() {
            let line = format!(
                "{{ name = \"{}\", test = false, bench = false }},",
                program.name
            );
            let file = file.display();
            assert!(manifest.contains(&line), "{file}: `bin` lacks {line}");
        }
    }
}

#[test]
fn no_test_is_where_there_is_no_harness() {
    for chapter in workspace().chapters {
        for file in files(&chapter.dir.join("src")) {
            let text = fs::read_to_string(&file).unwrap();
            let in_program = file.starts_with(chapter.dir.join("src/bin"));
            let unheeded = text.lines().position(|line| match line.trim_start() {
                "#[test]" | "#[cfg(test)]" => in_program,
                line => line.starts_with("//") && line.contains("```") && !in_program,
            });
            let line = unheeded.map(|line| line + 1);
            assert_eq!(line, None, "{} has a test that nobody runs", file.display());
        }
    }
}
