//! All octets into a sink that takes a few at a time.

use std::io::{self, ErrorKind, Write};

// ANCHOR: write-all
/// Writes all of `octets` into `sink`, in as many calls as it takes.
///
/// # Errors
///
/// [`ErrorKind::WriteZero`] when the sink takes nothing of what it is given;
/// those of the sink, but for [`ErrorKind::Interrupted`], which only says: ask
/// again. How much was taken before an error is not known then.
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
    Ok(())
}
// ANCHOR_END: write-all
