//! A short write is taken for a whole one
//!
//! You call `write` once and take its Ok for "all is written". It says how many octets
//! were taken, and with a buffer that is nearly full these are fewer than you gave. On
//! loopback, with short messages, you will not see it happen; across a slow network
//! the ends of long messages go missing.
//!
//! fails: a_short_write_and_the_rest, a_few_at_a_time, a_signal_comes_half_way,
//!    a_sink_that_is_full_half_way, a_peer_that_is_gone, a_socket_that_does_not_wait

use std::io::{self, ErrorKind, Write};

/// Writes all of `octets` into `sink`, in as many calls as it takes.
pub fn write_all(sink: &mut impl Write, octets: &[u8]) -> io::Result<()> {
    if octets.is_empty() {
        return Ok(());
    }
    loop {
        match sink.write(octets) {
            Ok(0) => return Err(ErrorKind::WriteZero.into()),
            Ok(_) => return Ok(()),
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}
