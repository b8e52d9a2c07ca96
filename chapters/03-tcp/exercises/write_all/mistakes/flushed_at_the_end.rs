//! All is flushed in the end
//!
//! You call `flush` when all is written. On a socket that does nothing, but on a
//! BufWriter around one it sends at once, and whoever put it there wanted to collect
//! several messages first. When to flush is for the caller to say.
//!
//! fails: one_call_takes_all, a_short_write_and_the_rest, a_few_at_a_time,
//!    each_call_offers_all_that_is_left, nothing_to_write_is_no_call,
//!    a_signal_comes_first, a_signal_comes_half_way

use std::io::{self, ErrorKind, Write};
/// Writes all of `octets` into `sink`, in as many calls as it takes.
pub fn write_all(sink: &mut impl Write, octets: &[u8]) -> io::Result<()> {
    let mut left = octets;
    while !left.is_empty() {
        match sink.write(left) {
            Ok(0) => return Err(ErrorKind::WriteZero.into()),
            Ok(taken) => left = &left[taken..],
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    sink.flush()
}
