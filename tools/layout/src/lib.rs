//! Where everything in the workspace is, read once for all tools.
//!
//! | what | where | read by |
//! |---|---|---|
//! | a chapter | `chapters/05-framing/`, a package | [`Chapter`] |
//! | its pages | `book/05-framing/`, in the order of `book/SUMMARY.md` | [`Chapter::pages`] |
//! | its programs | `src/bin/` | [`Chapter::programs`] |
//! | its scenes | `scenes/NAME.console`, in the order of the pages | [`Chapter::scenes`] |
//! | an exercise | a `[[test]]` of the package, at `exercises/NAME/main.rs` | [`Exercise`] |
//! | its mistakes | `exercises/NAME/mistakes.md` | [`Catalogue`] |
//!
//! Nothing here builds, runs or prints.

mod chapter;
mod exercise;
mod manifest;
mod mistakes;

use std::fmt;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

pub use chapter::{Chapter, Program, Scene};
pub use exercise::{Exercise, Header};
pub use mistakes::{Catalogue, Change, Harmless, Mistake};

/// Why the layout can't be read: operation, thing, cause.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error(pub String);

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Error {}

/// What reading the layout brings.
pub type Result<T> = std::result::Result<T, Error>;

/// The workspace.
#[derive(Debug)]
pub struct Workspace {
    /// Its folder.
    pub root: PathBuf,
    /// Its chapters, by number.
    pub chapters: Vec<Chapter>,
}

impl Workspace {
    /// The root of the workspace that `dir` is in, if it is in one.
    pub fn above(dir: &Path) -> Option<&Path> {
        dir.ancestors()
            .find(|dir| dir.join("Cargo.toml").is_file() && dir.join("chapters").is_dir())
    }

    /// Reads the workspace at `root`. One without `chapters/` has none.
    ///
    /// # Errors
    ///
    /// When a folder or a file can't be read, or a chapter's manifest names no
    /// package.
    pub fn read(root: &Path) -> Result<Workspace> {
        let summary = fs::read_to_string(root.join("book/SUMMARY.md")).unwrap_or_default();
        let mut chapters = Vec::new();
        for dir in entries(&root.join("chapters"))? {
            if let Some(chapter) = Chapter::read(root, &summary, &dir)? {
                chapters.push(chapter);
            }
        }
        chapters.sort_by_key(|chapter| chapter.number);
        Ok(Workspace {
            root: root.to_owned(),
            chapters,
        })
    }

    /// Every exercise of every chapter, in order.
    pub fn exercises(&self) -> impl Iterator<Item = &Exercise> {
        self.chapters.iter().flat_map(|chapter| &chapter.exercises)
    }
}

/// Reads a text file.
fn read(path: &Path) -> Result<String> {
    fs::read_to_string(path).map_err(|error| Error(format!("read {}: {error}", path.display())))
}

/// What is in `folder`, sorted; nothing, where there is no such folder.
fn entries(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries.and_then(|entries| {
            entries
                .map(|entry| entry.map(|entry| entry.path()))
                .collect::<io::Result<Vec<_>>>()
        }),
    };
    let mut paths =
        entries.map_err(|error| Error(format!("read {}: {error}", folder.display())))?;
    paths.sort();
    Ok(paths)
}

/// The name of a file or folder without its ending.
fn stem(path: &Path) -> String {
    path.file_stem()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned()
}

/// The lines of a file's `//!` documentation, without `//!` and one space. What an
/// editor or a reader put before it (a byte-order mark, comments, blank lines)
/// doesn't hide it.
fn documentation(source: &str) -> impl Iterator<Item = &str> {
    source
        .trim_start_matches('\u{feff}')
        .lines()
        .skip_while(|line| {
            let line = line.trim();
            line.is_empty() || (line.starts_with("//") && !line.starts_with("//!"))
        })
        .map_while(|line| line.trim_start().strip_prefix("//!"))
        .map(|line| line.strip_prefix(' ').unwrap_or(line).trim_end())
}
