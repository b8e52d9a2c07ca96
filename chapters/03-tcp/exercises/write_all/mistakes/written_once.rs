//! A short write is taken for a whole one
//!
//! You call `write` once, and the `?` lets only errors out. A short write is none:
//! `write` says in its Ok how many octets were taken, and with a buffer that is nearly
//! full these are fewer than you gave. On loopback, with short messages, you will not
//! see it happen; across a slow network the ends of long messages go missing.
//!
//! fails: a_short_write_and_the_rest, a_few_at_a_time, nothing_to_write_is_no_call,
//!    a_signal_comes_first, a_signal_comes_half_way, a_sink_that_takes_nothing,
//!    a_sink_that_is_full_half_way, a_peer_that_is_gone, a_socket_that_does_not_wait

use std::io::{self, Write};
/// Writes all of `octets` into `sink`, in as many calls as it takes.
pub fn write_all(sink: &mut impl Write, octets: &[u8]) -> io::Result<()> {
    let _ = sink.write(octets)?;
    Ok(())
}
