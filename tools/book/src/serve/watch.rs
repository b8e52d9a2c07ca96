//! Sees that what the book is made from has changed.
//!
//! It looks at the files' times a few times a second instead of asking the system
//! to be told: a workspace has a few hundred files that matter, looking at them
//! takes about a millisecond, and it works the same on every file system, also on
//! the shared ones of WSL and of containers, which tell nobody anything.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use crate::site;

/// How long to wait between two looks.
pub(super) const PERIOD: Duration = Duration::from_millis(200);

/// The folders of a chapter from which pages include.
const PARTS: [&str; 5] = ["src", "scenes", EXERCISES, "python", "measured"];

/// The one of them that a reader writes in: a file an exercise, and a folder with what
/// stands behind it.
const EXERCISES: &str = "exercises";

/// The files that the book is made from, as they were at one moment.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Look(BTreeMap<PathBuf, (Option<SystemTime>, u64)>);

impl Look {
    /// Looks at what the book of the workspace at `root` is made from.
    pub(super) fn at_book(root: &Path) -> Look {
        let pages = site::config(root).map_or_else(|_| "book".into(), |config| config.book.src);
        let mut look = Look::default();
        look.file(&root.join("book.toml"));
        look.folder(&root.join(pages));
        for chapter in chapters(root) {
            for part in PARTS {
                look.folder(&chapter.join(part));
            }
        }
        // The files that a reader writes in are on no page, and a check makes new what
        // they are compiled by.
        look.0.retain(|file, _| !is_readers(file));
        look
    }

    /// Looks at what says how far the reader is: their files, and what is remembered.
    pub(super) fn at_reader(root: &Path) -> Look {
        let mut look = Look::default();
        look.file(&root.join(".workbook/progress.json"));
        for chapter in chapters(root) {
            look.folder(&chapter.join(EXERCISES));
        }
        look
    }

    fn folder(&mut self, folder: &Path) {
        let Ok(entries) = fs::read_dir(folder) else {
            return;
        };
        for entry in entries.flatten() {
            let path = entry.path();
            // Editors keep swap files and locks beside the file, under such names.
            let name = entry.file_name();
            let name = name.to_string_lossy();
            if name.starts_with('.') || name.ends_with('~') {
                continue;
            }
            match entry.file_type() {
                Ok(kind) if kind.is_dir() => self.folder(&path),
                _ => self.file(&path),
            }
        }
    }

    fn file(&mut self, path: &Path) {
        if let Ok(metadata) = fs::metadata(path) {
            let state = (metadata.modified().ok(), metadata.len());
            self.0.insert(path.to_path_buf(), state);
        }
    }
}

/// The folders of the chapters.
fn chapters(root: &Path) -> impl Iterator<Item = PathBuf> {
    let chapters = fs::read_dir(root.join("chapters")).into_iter().flatten();
    chapters.flatten().map(|chapter| chapter.path())
}

/// Whether a reader writes in that file of a chapter, or it is the root of its target.
fn is_readers(file: &Path) -> bool {
    let mut folders = file.ancestors().skip(1);
    if file.ends_with("main.rs") {
        folders.next();
    }
    folders.next().and_then(Path::file_name) == Some(EXERCISES.as_ref())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_look_sees_what_pages_are_made_from_and_nothing_else() {
        let root = tempfile::tempdir().unwrap();
        let root = root.path();
        let look = || Look::at_book(root);
        fs::create_dir_all(root.join("book")).unwrap();
        for part in PARTS {
            fs::create_dir_all(root.join("chapters/05-framing").join(part)).unwrap();
        }
        fs::create_dir_all(root.join("chapters/05-framing/exercises/a")).unwrap();
        fs::create_dir_all(root.join("chapters/05-framing/target")).unwrap();
        let mut before = look();
        for seen in [
            "book.toml",
            "book/page.md",
            "chapters/05-framing/src/lib.rs",
            "chapters/05-framing/src/main.rs",
            "chapters/05-framing/scenes/a.console",
            "chapters/05-framing/exercises/a/solution.rs",
            "chapters/05-framing/python/a.py",
            "chapters/05-framing/measured/a.txt",
        ] {
            fs::write(root.join(seen), "x").unwrap();
            let after = look();
            assert_ne!(before, after, "{seen} appeared");
            fs::write(root.join(seen), "longer").unwrap();
            assert_ne!(after, look(), "{seen} changed");
            before = look();
        }
        for unseen in [
            "chapters/05-framing/exercises/a.rs",
            "chapters/05-framing/exercises/a/main.rs",
            "chapters/05-framing/target/x",
            "book/.page.md.swp",
            "book/page.md~",
        ] {
            fs::write(root.join(unseen), "x").unwrap();
            assert_eq!(before, look(), "{unseen} does not matter");
        }
        fs::remove_file(root.join("book/page.md")).unwrap();
        assert_ne!(before, look(), "a page went");
    }
}
