//! An error that a person can act on
//!
//! Difficulty: warm-up
//! Page: 05-framing/errors.md
//! Check: just check 5.5
//!
//! `Connection refused (os error 111)` says why. It doesn't say what was refused, or
//! by whom. Write an error that says what was being done, with which address, and
//! why it failed, and that a program can ask for the reason.
//!
//! - `Display` says the operation and the address: `connect 127.0.0.1:1060`. The cause
//!   is the error's `source`: whoever prints the whole chain then reads
//!   `connect 127.0.0.1:1060: connection refused`, and nothing twice.
//! - `kind` tells apart what a program can act on:
//!     - `TimedOut`: no answer in time, in whatever operation. A socket whose
//!       `set_read_timeout` has run out says `WouldBlock` on Unix: that is it too.
//!     - `Name`: any other failure while resolving a name. There is no `io::ErrorKind`
//!       for it, so it is known by the operation.
//!     - `Refused` and `Reset` (which includes a connection that was aborted), in
//!       whatever other operation.
//!     - `Other`: all the rest, such as a broken pipe.
//! - As an `io::Error` it keeps its `io::ErrorKind`, and has the whole error inside.
//!
//! The operation, the constructor and the trait `At`, with which a call says what it
//! does, are given.

use std::{error, fmt, io};

/// What was being done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    /// Asking for the addresses of a name.
    Resolve,
    /// Taking an address for a socket of our own.
    Bind,
    /// Taking a connection from a listening socket.
    Accept,
    /// Making a connection.
    Connect,
    /// Receiving from a peer.
    Read,
    /// Sending to a peer.
    Write,
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Resolve => "resolve",
            Self::Bind => "bind",
            Self::Accept => "accept",
            Self::Connect => "connect",
            Self::Read => "read",
            Self::Write => "write",
        })
    }
}

/// Why it failed, as far as a program can act on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The name has no address, or nobody could say. Check the name.
    Name,
    /// The host is there and nothing listens at the port. Start the server.
    Refused,
    /// No answer within the time allowed. It may work later, or may have worked
    /// already: only the answer is missing.
    TimedOut,
    /// The peer, or something on the way, ended the connection by force.
    Reset,
    /// Anything else.
    Other,
}

/// An operation on the network that failed.
#[derive(Debug)]
pub struct Error {
    operation: Operation,
    address: String,
    cause: io::Error,
}

impl Error {
    /// `operation` with `address` failed by `cause`.
    pub fn new(operation: Operation, address: impl fmt::Display, cause: io::Error) -> Self {
        Self {
            operation,
            address: address.to_string(),
            cause,
        }
    }

    /// Why it failed, as far as a program can act on it.
    pub fn kind(&self) -> Kind {
        todo!()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        todo!()
    }
}

impl error::Error for Error {
    fn source(&self) -> Option<&(dyn error::Error + 'static)> {
        todo!()
    }
}

impl From<Error> for io::Error {
    fn from(error: Error) -> Self {
        todo!()
    }
}

/// Says at the call what was being done: `TcpStream::connect(address).at(Operation::Connect, address)?`
pub trait At<T> {
    /// Names the operation and the address of a failure.
    fn at(self, operation: Operation, address: impl fmt::Display) -> Result<T, Error>;
}

impl<T> At<T> for io::Result<T> {
    fn at(self, operation: Operation, address: impl fmt::Display) -> Result<T, Error> {
        self.map_err(|cause| Error::new(operation, address, cause))
    }
}
