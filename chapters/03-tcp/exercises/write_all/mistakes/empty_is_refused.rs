//! Nothing to write is taken for a full sink
//!
//! You write first and look afterwards whether anything is left. With an empty message
//! the call is offered nothing and takes 0 octets, which you report as a sink that has
//! no room. Ask whether there is anything to write before you write it.
//!
//! fails: nothing_to_write_is_no_call

use std::io::{self, ErrorKind, Write};

/// Writes all of `octets` into `sink`, in as many calls as it takes.
pub fn write_all(sink: &mut impl Write, octets: &[u8]) -> io::Result<()> {
    let mut left = octets;
    loop {
        match sink.write(left) {
            Ok(0) => return Err(ErrorKind::WriteZero.into()),
            Ok(taken) if taken == left.len() => return Ok(()),
            Ok(taken) => left = &left[taken..],
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}
