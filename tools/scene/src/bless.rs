//! Scenes that write themselves.

use std::path::Path;
use std::{fmt, fs, io};

use crate::event::Verdict;
use crate::format::{LoadError, Scene};
use crate::play::Stage;
use crate::report::Report;

/// Why a scene could not be blessed.
#[derive(Debug)]
pub enum BlessError {
    /// There is no scene to bless.
    Load(LoadError),
    /// It can't be played here, and why.
    Skipped(String),
    /// It could not be played to its end.
    Play(Box<Report>),
    /// The file was written, but a second run differs from the first.
    Unstable(Box<Report>),
    /// The file could not be written.
    Write(io::Error),
}

/// Plays the scene at `path` and rewrites the file with what came; true if that
/// changed it. A scene that is as written is left alone.
///
/// What was written is played once more: a scene that differs from run to run would
/// fail tomorrow.
///
/// # Errors
///
/// When the scene can't be loaded, played or written, or differs from one run to
/// the next.
pub fn bless(path: &Path, stage: &Stage) -> Result<bool, BlessError> {
    let scene = Scene::load(path).map_err(BlessError::Load)?;
    match stage.play(&scene, &mut |_| {}) {
        Verdict::AsWritten => return Ok(false),
        Verdict::Skipped(why) => return Err(BlessError::Skipped(why)),
        Verdict::Differs(_) => {}
    }
    let recorded = stage
        .record(&scene, &mut |_| {})
        .map_err(BlessError::Play)?;
    let text = recorded.to_string();
    let changed = fs::read_to_string(path).map_or(true, |old| old != text);
    if changed {
        write_whole(path, &text).map_err(BlessError::Write)?;
    }
    // As the file now says, line numbers included.
    let written = Scene::load(path).map_err(BlessError::Load)?;
    match stage.play(&written, &mut |_| {}) {
        Verdict::Differs(report) => Err(BlessError::Unstable(report)),
        Verdict::AsWritten | Verdict::Skipped(_) => Ok(changed),
    }
}

/// Writes a file whole or not at all: what was there is not lost on a full disk.
///
/// # Errors
///
/// When it can't be written; nothing is left of it then.
pub fn write_whole(path: &Path, text: &str) -> io::Result<()> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let draft = path.with_file_name(format!(".{name}.{}", std::process::id()));
    let written = fs::write(&draft, text).and_then(|()| fs::rename(&draft, path));
    if written.is_err() {
        let _ = fs::remove_file(&draft);
    }
    written
}

impl fmt::Display for BlessError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            BlessError::Load(error) => error.fmt(f),
            BlessError::Skipped(why) => f.write_str(why),
            BlessError::Play(report) => report.fmt(f),
            BlessError::Unstable(report) => write!(
                f,
                "The scene was written, but the next run differed from it; \
                 a number that differs needs a `#~` line above it.\n{report}"
            ),
            BlessError::Write(error) => write!(f, "write: {error}"),
        }
    }
}

impl std::error::Error for BlessError {}
