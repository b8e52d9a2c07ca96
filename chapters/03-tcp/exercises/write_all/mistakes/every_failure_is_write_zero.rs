//! Every failure is called WriteZero
//!
//! Whatever stops you becomes WriteZero. A peer that is gone, and a socket that has no
//! room now, are different things to the caller, who gives up in the one case and waits
//! in the other. Return the error that you got.
//!
//! fails: a_peer_that_is_gone, a_socket_that_does_not_wait

use std::io::{self, ErrorKind, Write};
/// Writes all of `octets` into `sink`, in as many calls as it takes.
pub fn write_all(sink: &mut impl Write, octets: &[u8]) -> io::Result<()> {
    let mut left = octets;
    while !left.is_empty() {
        match sink.write(left) {
            Ok(0) => return Err(ErrorKind::WriteZero.into()),
            Ok(taken) => left = &left[taken..],
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(_) => return Err(ErrorKind::WriteZero.into()),
        }
    }
    Ok(())
}
