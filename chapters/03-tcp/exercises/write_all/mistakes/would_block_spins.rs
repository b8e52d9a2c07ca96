//! A full buffer is asked again at once
//!
//! You treat WouldBlock as Interrupted and go round. The socket was told not to wait,
//! and there is room only once the peer has read. Until then your loop keeps a
//! processor busy. Return it: the caller knows how to wait for room.
//!
//! fails: a_socket_that_does_not_wait

use std::io::{self, ErrorKind, Write};

/// Writes all of `octets` into `sink`, in as many calls as it takes.
pub fn write_all(sink: &mut impl Write, octets: &[u8]) -> io::Result<()> {
    let mut left = octets;
    while !left.is_empty() {
        match sink.write(left) {
            Ok(0) => return Err(ErrorKind::WriteZero.into()),
            Ok(taken) => left = &left[taken..],
            Err(error)
                if matches!(error.kind(), ErrorKind::Interrupted | ErrorKind::WouldBlock) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}
