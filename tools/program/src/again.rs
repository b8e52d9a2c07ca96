//! Calls that a server makes for all its clients, and makes again when one fails.

use std::io::{self, ErrorKind};
use std::thread::sleep;
use std::time::Duration;

use crate::{io_cause, log};

/// The first pause: about as long as a short request takes.
const FIRST: Duration = Duration::from_millis(10);
/// The longest: nobody should have to wait much longer than needed.
const LONGEST: Duration = Duration::from_secs(1);

/// The pauses of a server whose call fails, until it doesn't.
#[derive(Debug)]
pub(crate) struct Pauses {
    operation: &'static str,
    next: Duration,
}

impl Pauses {
    pub(crate) fn new(operation: &'static str) -> Pauses {
        let next = FIRST;
        Pauses { operation, next }
    }

    /// How long to wait after `error`.
    // ANCHOR: pauses
    pub(crate) fn after(&mut self, error: &io::Error) -> Duration {
        match error.kind() {
            // About one peer, who has gone, or about none: the next is there already.
            ErrorKind::ConnectionAborted
            | ErrorKind::ConnectionRefused
            | ErrorKind::ConnectionReset
            | ErrorKind::Interrupted => Duration::ZERO,
            // Descriptors or memory, which come back as clients leave. To ask again at
            // once would keep a processor busy until then.
            _ => {
                if self.next == FIRST {
                    log(format_args!("{}: {}", self.operation, io_cause(error)));
                }
                let pause = self.next;
                self.next = LONGEST.min(pause * 2);
                pause
            }
        }
    }
    // ANCHOR_END: pauses
}

/// Makes `call` until it succeeds. It is one that a server makes for all its clients,
/// so that a failure is not the end: it is reported once, as that of `operation`, and
/// after a pause the call is made again.
// ANCHOR: keep_trying
pub fn keep_trying<T>(operation: &'static str, mut call: impl FnMut() -> io::Result<T>) -> T {
    let mut pauses = Pauses::new(operation);
    loop {
        match call() {
            Ok(done) => return done,
            Err(error) => sleep(pauses.after(&error)),
        }
    }
}
// ANCHOR_END: keep_trying

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_to_a_second_and_no_further() {
        let mut pauses = Pauses::new("accept");
        let full = io::Error::other("full");
        let waited: Vec<_> = (0..9).map(|_| pauses.after(&full).as_millis()).collect();
        assert_eq!(waited, [10, 20, 40, 80, 160, 320, 640, 1000, 1000]);
    }

    #[test]
    fn for_a_client_that_has_gone_nobody_waits() {
        let mut pauses = Pauses::new("accept");
        for gone in [ErrorKind::ConnectionAborted, ErrorKind::Interrupted] {
            assert_eq!(pauses.after(&gone.into()), Duration::ZERO);
        }
    }

    #[test]
    fn a_call_is_made_until_it_succeeds() {
        let mut results = vec![
            Ok(3),
            Err(io::Error::other("full")),
            Err(ErrorKind::ConnectionAborted.into()),
        ];
        let mut call = || results.pop().expect("not called again after success");
        assert_eq!(keep_trying("accept", &mut call), 3);
    }
}
