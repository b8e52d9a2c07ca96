//! After a signal it begins at the first octet
//!
//! When a call is interrupted you write everything once more. That call took nothing,
//! but those before it did, and what they took is on its way: the peer gets it twice.
//!
//! fails: a_signal_comes_half_way

use std::io::{self, ErrorKind, Write};

/// Writes all of `octets` into `sink`, in as many calls as it takes.
pub fn write_all(sink: &mut impl Write, octets: &[u8]) -> io::Result<()> {
    let mut left = octets;
    while !left.is_empty() {
        match sink.write(left) {
            Ok(0) => return Err(ErrorKind::WriteZero.into()),
            Ok(taken) => left = &left[taken..],
            Err(error) if error.kind() == ErrorKind::Interrupted => {
                return write_all(sink, octets);
            }
            Err(error) => return Err(error),
        }
    }
    Ok(())
}
