//! What a server does when `accept` fails: go on, wait a little, or give up.

use std::io;
use std::time::Duration;

use rustix::io::Errno;

/// The first pause: about as long as a short request takes.
const FIRST: Duration = Duration::from_millis(10);
/// The longest pause: nobody should have to wait much longer than needed.
const LONGEST: Duration = Duration::from_secs(1);

// ANCHOR: decide
/// What to do next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// Accept again at once. Something was wrong with that one client.
    Again,
    /// Accept again when the listener is ready. Nobody is there any more.
    Wait,
    /// Accept again after this time. Something has run out, and what is there now
    /// will come back as clients leave.
    Pause(Duration),
    /// Don't accept again. The listener itself is broken.
    Stop,
}

/// Remembers how often in a row it went wrong.
#[derive(Clone, Debug)]
pub struct AcceptErrors {
    pause: Duration,
}

impl AcceptErrors {
    /// Nothing has gone wrong yet.
    pub fn new() -> AcceptErrors {
        AcceptErrors { pause: FIRST }
    }

    /// A client was accepted: whatever had run out is there again.
    pub fn accepted(&mut self) {
        self.pause = FIRST;
    }

    /// What to do after `error`. Pauses grow while nobody is accepted between them.
    pub fn failed(&mut self, error: &io::Error) -> Next {
        match Errno::from_io_error(error) {
            // The client left before its turn, or a signal came; and what Linux's
            // network had to say about a connection that had been made already.
            Some(
                Errno::CONNABORTED
                | Errno::INTR
                | Errno::PROTO
                | Errno::NOPROTOOPT
                | Errno::NETDOWN
                | Errno::NETUNREACH
                | Errno::HOSTDOWN
                | Errno::HOSTUNREACH,
            ) => Next::Again,
            Some(Errno::AGAIN) => Next::Wait,
            // The listener is not open, not a socket, or not listening.
            Some(Errno::BADF | Errno::NOTSOCK | Errno::INVAL) => Next::Stop,
            // Descriptors or memory have run out (EMFILE, ENFILE, ENOBUFS, ENOMEM).
            // So is treated, too, whatever nobody thought of: it can't spin.
            _ => {
                let pause = self.pause;
                self.pause = LONGEST.min(pause * 2);
                Next::Pause(pause)
            }
        }
    }
}
// ANCHOR_END: decide

impl Default for AcceptErrors {
    fn default() -> Self {
        Self::new()
    }
}
