//! Why the command could not do what it was asked to.

use std::fmt::Display;
use std::io;
use std::path::Path;

/// Why the command ends without success.
#[derive(Debug)]
pub enum Error {
    /// It was asked for something that is not there, or in a way it does not
    /// know: exit status 2, with what would be right.
    Usage(String),
    /// It could not do it: exit status 1, with the reason.
    Failed(String),
    /// Everything has been said already: exit status 1.
    Said,
}

/// What every part of the command returns.
pub type Result<T> = std::result::Result<T, Error>;

/// Makes an error of the system a sentence: operation, thing, cause.
pub fn failed(operation: &str, what: impl Display, error: &io::Error) -> Error {
    Error::Failed(format!("{operation} {what}: {error}"))
}

/// Reads a text file.
pub fn read(path: &Path) -> Result<String> {
    std::fs::read_to_string(path)
        .map_err(|error| failed("read", crate::console::path(path), &error))
}

impl From<lexopt::Error> for Error {
    fn from(error: lexopt::Error) -> Error {
        Error::Usage(error.to_string())
    }
}

impl From<layout::Error> for Error {
    fn from(error: layout::Error) -> Error {
        Error::Failed(error.to_string())
    }
}
