//! A signal ends the write
//!
//! You hand on every error with `?`. Interrupted is none: a signal came while the call
//! waited, nothing was taken, and the stream is as good as before. A program that
//! handles a signal, as when its terminal is resized, would lose a connection.
//!
//! fails: a_signal_comes_first, a_signal_comes_half_way

use std::io::{self, ErrorKind, Write};

/// Writes all of `octets` into `sink`, in as many calls as it takes.
pub fn write_all(sink: &mut impl Write, octets: &[u8]) -> io::Result<()> {
    let mut left = octets;
    while !left.is_empty() {
        match sink.write(left)? {
            0 => return Err(ErrorKind::WriteZero.into()),
            taken => left = &left[taken..],
        }
    }
    Ok(())
}
