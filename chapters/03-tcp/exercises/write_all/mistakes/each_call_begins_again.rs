//! Each call begins at the first octet
//!
//! You count what was sent and go round until it is enough, but offer all octets each
//! time. The peer gets the beginning again and again, and the end perhaps never. What
//! is left begins behind what was sent.
//!
//! fails: a_short_write_and_the_rest, a_few_at_a_time, a_signal_comes_half_way,
//!    a_sink_that_is_full_half_way

use std::io::{self, ErrorKind, Write};
/// Writes all of `octets` into `sink`, in as many calls as it takes.
pub fn write_all(sink: &mut impl Write, octets: &[u8]) -> io::Result<()> {
    let mut sent = 0;
    while sent < octets.len() {
        match sink.write(octets) {
            Ok(0) => return Err(ErrorKind::WriteZero.into()),
            Ok(taken) => sent += taken,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}
