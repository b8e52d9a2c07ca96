//! An error ends the loop
//!
//! You return from the accept loop with `?`, or do what comes to the same. A client that hangs up
//! in the queue, or one connection more than the limit of open files, then ends the whole server:
//! whoever wants that opens a few connections and is done.
//!
//! fails: a_client_that_left_before_its_turn, a_signal_came, a_while_without_descriptors,
//!    after_a_client_pauses_are_short_again, an_empty_queue_does_not_make_them_short,
//!    each_pause_is_twice_the_last, no_pause_is_longer_than_a_second,
//!    only_a_client_makes_them_short_again, only_pauses_make_pauses_longer, out_of_descriptors,
//!    the_number_counts_and_not_the_kind, what_a_network_said_about_one_client,
//!    what_nobody_has_thought_of_is_a_pause, what_nobody_has_thought_of_is_not_the_end,
//!    whatever_else_can_run_out

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
            _ => Next::Stop,
        }
    }
}

impl Default for AcceptErrors {
    fn default() -> Self {
        Self::new()
    }
}
