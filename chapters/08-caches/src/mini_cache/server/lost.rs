//! Why a connection is closed.

use std::io;
use std::time::Duration;

/// Why a connection is given up.
#[derive(Debug, thiserror::Error)]
pub enum Lost {
    /// A peer that ended its stream between two commands, or was told to go.
    #[error("ended")]
    Ended,
    /// A command that takes more octets than one may.
    #[error("refused: a command of more than {0} octets")]
    Request(usize),
    /// An answer, or many, that the peer does not read.
    #[error("refused: more than {0} octets of answers unread")]
    Answers(usize),
    /// What all connections hold together is too much.
    #[error("refused: the connections hold more than {0} octets")]
    Buffers(usize),
    /// A peer that takes too long.
    #[error("gave up: {what} within {patience:?}")]
    Slow {
        /// What it did not do.
        what: &'static str,
        /// The time that it had.
        patience: Duration,
    },
    /// An error of the connection.
    #[error(transparent)]
    Io(#[from] io::Error),
}
