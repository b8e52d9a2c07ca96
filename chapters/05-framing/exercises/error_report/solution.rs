//! An error that says which operation failed, with which address, and why.

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

// ANCHOR: error
/// An operation on the network that failed.
///
/// Its `Display` says what was done and with whom; the cause is its
/// [`source`](error::Error::source), so that a report of the whole chain says
/// each thing once: `connect 127.0.0.1:1060: connection refused`.
#[derive(Debug)]
pub struct Error {
    operation: Operation,
    address: String,
    cause: io::Error,
}
// ANCHOR_END: error

impl Error {
    /// `operation` with `address` (as the user knows it: `example.com:80` where
    /// they gave a name) failed by `cause`.
    pub fn new(operation: Operation, address: impl fmt::Display, cause: io::Error) -> Self {
        Self {
            operation,
            address: address.to_string(),
            cause,
        }
    }

    // ANCHOR: kind
    /// Why it failed, as far as a program can act on it.
    pub fn kind(&self) -> Kind {
        match self.cause.kind() {
            // Unix reports the end of `set_read_timeout` as WouldBlock.
            io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock => Kind::TimedOut,
            // A resolver's error codes are no errno, and io::ErrorKind has no
            // word for them: that it was the resolver tells.
            _ if self.operation == Operation::Resolve => Kind::Name,
            io::ErrorKind::ConnectionRefused => Kind::Refused,
            io::ErrorKind::ConnectionReset | io::ErrorKind::ConnectionAborted => Kind::Reset,
            _ => Kind::Other,
        }
    }
    // ANCHOR_END: kind
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.operation, self.address)
    }
}

impl error::Error for Error {
    fn source(&self) -> Option<&(dyn error::Error + 'static)> {
        Some(&self.cause)
    }
}

// ANCHOR: into_io
/// For callers that deal in [`io::Error`]: of the same kind, with the whole
/// error inside.
impl From<Error> for io::Error {
    fn from(error: Error) -> Self {
        io::Error::new(error.cause.kind(), error)
    }
}
// ANCHOR_END: into_io

// ANCHOR: at
/// Says at the call what was being done: `TcpStream::connect(address).at(Operation::Connect, address)?`
pub trait At<T> {
    /// Names the operation and the address of a failure.
    ///
    /// # Errors
    ///
    /// The failure, so named.
    fn at(self, operation: Operation, address: impl fmt::Display) -> Result<T, Error>;
}

impl<T> At<T> for io::Result<T> {
    fn at(self, operation: Operation, address: impl fmt::Display) -> Result<T, Error> {
        self.map_err(|cause| Error::new(operation, address, cause))
    }
}
// ANCHOR_END: at
