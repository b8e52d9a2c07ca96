//! What is unknown is the end
//!
//! You list what you know, and end the server for anything else. The manual of `accept` says
//! itself that kernels return errors that it doesn't list. A server that runs for years meets
//! them.
//!
//! fails: the_number_counts_and_not_the_kind, what_nobody_has_thought_of_is_a_pause,
//!    what_nobody_has_thought_of_is_not_the_end

use std::io;
use std::time::Duration;

use rustix::io::Errno;

/// The first pause: about as long as a short request takes.
const FIRST: Duration = Duration::from_millis(10);
/// The longest pause: nobody should have to wait much longer than needed.
const LONGEST: Duration = Duration::from_secs(1);

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
            Some(Errno::AGAIN) => Next::Wait,
            // It left, a signal came, or a firewall forbids it.
            Some(Errno::CONNABORTED | Errno::INTR | Errno::PERM | Errno::PROTO) => Next::Again,
            // What the network had to say about a client: Linux hands that on here.
            Some(Errno::NETDOWN | Errno::NETUNREACH | Errno::NOPROTOOPT) => Next::Again,
            Some(Errno::HOSTDOWN | Errno::HOSTUNREACH) => Next::Again,
            // It is not open, not listening, or no socket.
            Some(Errno::BADF | Errno::INVAL | Errno::NOTSOCK) => Next::Stop,
            Some(Errno::MFILE | Errno::NFILE | Errno::NOBUFS | Errno::NOMEM) => {
                let pause = self.pause;
                self.pause = LONGEST.min(pause * 2);
                Next::Pause(pause)
            }
            _ => Next::Stop,
        }
    }
}

impl Default for AcceptErrors {
    fn default() -> Self {
        Self::new()
    }
}
