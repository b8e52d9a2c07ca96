//! When accept fails
//!
//! Difficulty: warm-up
//! Page: 07-architectures/limits.md
//! Check: just check 7.5
//!
//! On a busy server `accept` fails now and then. A server that ends because of it is
//! gone when it is needed most. One that asks again at once, a hundred thousand times
//! a second, takes the processor from those who could leave. Say what to do after each
//! error; an accept loop, which is not yours to write, does as you say.
//!
//! - `Again`, at once, where something was wrong with that one client, who is gone:
//!   ECONNABORTED, it left before its turn; EINTR, a signal came; EPERM, a firewall
//!   forbids it; and what its network had to say: EPROTO, ENETDOWN, ENETUNREACH,
//!   EHOSTDOWN, EHOSTUNREACH, ENOPROTOOPT.
//! - `Wait`, until the listener is ready, where nobody is there: EAGAIN.
//! - `Stop` where the listener itself is broken: EBADF, EINVAL, ENOTSOCK.
//! - `Pause` after everything else, known to you or not, with a number or without one.
//!   It is out of descriptors (EMFILE, ENFILE) or memory (ENOBUFS, ENOMEM) most often.
//!   The client stays in the queue, so `accept` would fail again at once.
//! - The first pause has 10 ms, and each further one is twice the last, up to one
//!   second. When a client was accepted, `accepted` is called, and the next pause has
//!   10 ms again. Nothing else makes pauses longer or shorter.
//!
//! `rustix::io::Errno` has the errors by name, `Errno::MFILE` and so on, and
//! `Errno::from_io_error(error)` gives the one that is in an `io::Error`, if any. (The
//! `kind()` has no name for half of them, EMFILE among these.)
//!
//! ```text
//! EMFILE          Pause(10 ms)
//! EMFILE          Pause(20 ms)
//! ECONNABORTED    Again
//! EMFILE          Pause(40 ms)
//! a client
//! EMFILE          Pause(10 ms)
//! ```

use std::io;
use std::time::Duration;

use rustix::io::Errno;

/// What to do next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// Accept again at once. Something was wrong with that one client.
    Again,
    /// Accept again when the listener is ready. Nobody is there any more.
    Wait,
    /// Accept again after this time. Something has run out, and comes back as clients
    /// leave.
    Pause(Duration),
    /// Don't accept again. The listener itself is broken.
    Stop,
}

/// Remembers how often in a row it went wrong.
#[derive(Clone, Debug)]
pub struct AcceptErrors {
    // What do you have to remember?
}

impl AcceptErrors {
    /// Nothing has gone wrong yet.
    pub fn new() -> AcceptErrors {
        todo!()
    }

    /// A client was accepted: whatever had run out is there again.
    pub fn accepted(&mut self) {
        todo!()
    }

    /// What to do after `error`.
    pub fn failed(&mut self, error: &io::Error) -> Next {
        todo!()
    }
}
