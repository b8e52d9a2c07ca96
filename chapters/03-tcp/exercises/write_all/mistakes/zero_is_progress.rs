//! Zero octets are taken for progress
//!
//! You go round again whatever the number was. A sink that takes 0 of the octets it is
//! offered takes 0 the next time too, and your loop keeps a processor busy for ever.
//!
//! fails: a_sink_that_takes_nothing, a_full_sink_is_asked_once,
//!    a_sink_that_is_full_half_way

use std::io::{self, ErrorKind, Write};

/// Writes all of `octets` into `sink`, in as many calls as it takes.
pub fn write_all(sink: &mut impl Write, octets: &[u8]) -> io::Result<()> {
    let mut sent = 0;
    while sent < octets.len() {
        match sink.write(&octets[sent..]) {
            Ok(taken) => sent += taken,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}
