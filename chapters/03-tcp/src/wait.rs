//! Waiting for a socket, for as long as a program has patience.

use std::io;
use std::net::TcpStream;
use std::thread::sleep;
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::{Errno, ioctl_fionread};

/// How long these programs wait for what takes no time on loopback.
pub const PATIENCE: Duration = Duration::from_secs(10);

/// How long to wait before another look.
const PAUSE: Duration = Duration::from_millis(1);

/// Waits until there is room for more in the send buffer of `stream`, and says
/// whether there is: if not, `patience` came to its end first.
///
/// Where the connection is over there is room as well: the next call says why.
///
/// # Errors
///
/// Those of poll.
// ANCHOR: has-room
pub fn has_room(stream: &TcpStream, patience: Duration) -> io::Result<bool> {
    look(stream, PollFlags::OUT, patience)
}

/// Waits for one of `events`, or for an error or the end of both directions.
fn look(stream: &TcpStream, events: PollFlags, patience: Duration) -> io::Result<bool> {
    let patience = Timespec::try_from(patience).map_err(io::Error::other)?;
    let mut sockets = [PollFd::new(stream, events)];
    loop {
        match poll(&mut sockets, Some(&patience)) {
            Err(Errno::INTR) => {} // a signal came first
            ready => return Ok(ready? > 0),
        }
    }
}
// ANCHOR_END: has-room

/// Whether the connection is over in both directions, by a reset or by two ends.
///
/// # Errors
///
/// Those of poll.
pub fn is_over(stream: &TcpStream) -> io::Result<bool> {
    look(stream, PollFlags::empty(), Duration::ZERO)
}

/// The octets that have arrived at `stream` and wait to be read.
///
/// # Errors
///
/// Those of the call.
pub fn waiting(stream: &TcpStream) -> io::Result<u64> {
    Ok(ioctl_fionread(stream)?)
}

/// Waits until `happened` says so. For what a socket can't be asked to wait for.
///
/// # Errors
///
/// [`io::ErrorKind::TimedOut`] with `what` after [`PATIENCE`]; those of `happened`.
pub fn until(what: &str, mut happened: impl FnMut() -> io::Result<bool>) -> io::Result<()> {
    let deadline = Instant::now() + PATIENCE;
    while !happened()? {
        if Instant::now() >= deadline {
            let what = format!("{what}: not within {PATIENCE:?}");
            return Err(io::Error::new(io::ErrorKind::TimedOut, what));
        }
        sleep(PAUSE);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pair::pair;
    use std::io::Write;

    #[test]
    fn a_new_connection_has_room_and_a_full_one_has_none() {
        let (mut near, _far) = pair().unwrap();
        assert!(has_room(&near, Duration::ZERO).unwrap());
        near.set_nonblocking(true).unwrap();
        let block = [0; 65536];
        let short = Duration::from_millis(50);
        while near.write(&block).is_ok() || has_room(&near, short).unwrap() {}
    }

    #[test]
    fn one_end_alone_does_not_make_it_over() {
        let (near, mut far) = pair().unwrap();
        far.write_all(b"abc").unwrap();
        far.shutdown(std::net::Shutdown::Write).unwrap();
        until("octets", || Ok(waiting(&near)? == 3)).unwrap();
        assert!(!is_over(&near).unwrap());
        drop(near); // with octets unread
        until("a reset", || is_over(&far)).unwrap();
    }
}
