//! Pauses without a limit
//!
//! You double the pause each time, and nothing stops you. After ten of them it has 10 seconds,
//! after twenty some hours: the descriptors are back, and nobody looks.
//!
//! fails: a_while_without_descriptors, however_long_it_lasts, no_pause_is_longer_than_a_second

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
            // Descriptors or memory, or something that nobody has thought of: to end
            // would be too much, and to ask again at once could go on for ever.
            _ => {
                let pause = self.pause;
                self.pause = pause.saturating_mul(2);
                Next::Pause(pause)
            }
        }
    }
}

impl Default for AcceptErrors {
    fn default() -> Self {
        Self::new()
    }
}
