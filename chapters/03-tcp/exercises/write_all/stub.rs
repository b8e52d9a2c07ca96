//! Write all of it
//!
//! Difficulty: warm-up
//! Page: 03-tcp/calls.md
//! Check: just check 3.1
//!
//! One write on a socket may take fewer octets than it is given: as many as there
//! is room for. It returns how many. Write the function that goes on until all
//! octets are taken, with nothing but `Write::write`:
//!
//! - Each call offers all octets that are left. Most often one call is enough.
//! - A call that is `Interrupted` took nothing, because a signal came. Ask again.
//! - A call that takes 0 octets will take none the next time either: that is the
//!   error `WriteZero`.
//! - Any other error ends it and is returned, `WouldBlock` too.
//! - With nothing to write there is no call at all.
//!
//! With a sink that has room for 4 octets at first, and then for 3:
//!
//! ```text
//! write 68 65 6c 6c 6f 21   takes 4
//! write 6f 21               takes 2
//! ```
//!
//! std has this as `Write::write_all`. Once you have written it yourself, use that.

use std::io::{self, ErrorKind, Write};

/// Writes all of `octets` into `sink`, in as many calls as it takes.
pub fn write_all(sink: &mut impl Write, octets: &[u8]) -> io::Result<()> {
    todo!()
}
