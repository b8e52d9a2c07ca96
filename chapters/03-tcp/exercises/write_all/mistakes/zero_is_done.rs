//! Zero octets are taken for the end
//!
//! You stop when a call takes nothing, and report success. From a read, 0 is the end
//! of the stream; from a write it says that there is no room and will be none. The
//! octets that are left were not written, and the caller must hear of it.
//!
//! fails: a_sink_that_takes_nothing, a_sink_that_is_full_half_way

use std::io::{self, ErrorKind, Write};

/// Writes all of `octets` into `sink`, in as many calls as it takes.
pub fn write_all(sink: &mut impl Write, octets: &[u8]) -> io::Result<()> {
    let mut left = octets;
    while !left.is_empty() {
        match sink.write(left) {
            Ok(0) => break,
            Ok(taken) => left = &left[taken..],
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}
