//! Sent octets are counted twice
//!
//! You count what was sent from the beginning, and you also cut it off. Then the count
//! is too large for what is left: a short write in the middle skips octets, and the
//! loop ends before all is sent. Keep one of the two: a count from the beginning, or
//! the slice of what is left.
//!
//! fails: a_short_write_and_the_rest, a_few_at_a_time, a_signal_comes_half_way,
//!    a_sink_that_is_full_half_way, a_socket_that_does_not_wait

use std::io::{self, ErrorKind, Write};
/// Writes all of `octets` into `sink`, in as many calls as it takes.
pub fn write_all(sink: &mut impl Write, octets: &[u8]) -> io::Result<()> {
    let mut left = octets;
    let mut sent = 0;
    while sent < left.len() {
        match sink.write(&left[sent..]) {
            Ok(0) => return Err(ErrorKind::WriteZero.into()),
            Ok(taken) => {
                sent += taken;
                left = &left[taken..];
            }
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}
