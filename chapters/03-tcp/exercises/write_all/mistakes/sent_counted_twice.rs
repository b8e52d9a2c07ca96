//! What was sent is counted twice
//!
//! You count all octets sent so far, and you also cut the slice shorter after each
//! call. Then you cut it by the whole count, although what was sent before is already
//! gone from it. The first short write goes well, the second skips octets. Keep one of
//! the two: a count from the beginning, or the slice of what is left.
//!
//! fails: a_few_at_a_time, a_signal_comes_half_way

use std::io::{self, ErrorKind, Write};

/// Writes all of `octets` into `sink`, in as many calls as it takes.
pub fn write_all(sink: &mut impl Write, octets: &[u8]) -> io::Result<()> {
    let mut sent = 0;
    let mut left = octets;
    while sent < octets.len() {
        match sink.write(left) {
            Ok(0) => return Err(ErrorKind::WriteZero.into()),
            Ok(taken) => {
                sent += taken;
                left = left.get(sent..).unwrap_or_default();
            }
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}
