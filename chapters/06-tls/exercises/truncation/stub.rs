//! A proper end, and a cut
//!
//! Difficulty: core
//! Page: 06-tls/in-code.md
//! Check: just check 6.4
//!
//! An attacker who can't read a TLS connection can still end it: a forged segment with
//! FIN or RST is all it takes, and TCP says *the peer has closed*. If the message was
//! `transfer 100 to carol, if bob agrees`, it matters where it ends. So TLS has an end of
//! its own, the alert close_notify, which nobody else can make. Where a connection ends
//! without it, the receiver can't know whether all has come (RFC 9846, section 6.1).
//!
//! Write both halves. `stream` is one of rustls: `StreamOwned`, which reads and writes.
//! Its `read` returns `Ok(0)` after a close_notify, and `ErrorKind::UnexpectedEof` where
//! the connection ended without.
//!
//! `receive` returns everything that the peer sends up to its close_notify:
//!
//! - A connection that ends without close_notify, or is reset, is `Cut`, with the number
//!   of octets that came. Also when nothing had come yet, and also when the end is where
//!   a message might end: that is where an attacker would cut.
//! - A message may have up to `limit` octets. A longer one is `TooLong`, as soon as it
//!   is; whoever sends without an end is not read without an end. `limit` itself costs no
//!   memory, whatever it is.
//! - All else is `Io`: a time-out (`ErrorKind::WouldBlock`), an alert, a record that
//!   somebody changed. A read that was `Interrupted` by a signal is tried again.
//! - It doesn't read on after close_notify. The connection may stay open.
//!
//! `finish` says that you have sent all:
//!
//! - The close_notify goes behind everything that you have written, and both are on their
//!   way when `finish` returns. `stream.conn.send_close_notify()` only queues it: the
//!   stream of rustls holds things back until `stream.flush()`.
//! - If nothing was written, there was no handshake. It is made first, and `flush` makes
//!   it, too: an alert before it is no end that a peer could trust.
//! - It ends your direction alone. The peer may go on sending, and you `receive`:
//!   `finish` doesn't wait for its close_notify.
//! - What the connection under it reports is an error. But writes may be short, and
//!   interrupted by a signal: `flush` returns `Interrupted` then, and has to be tried
//!   again.
//!
//! ```text
//! "hello", close_notify, end of the connection     Ok("hello")
//! "hello", end of the connection                   Cut { octets: 5 }
//! close_notify, and the connection stays open      Ok("")
//! ```

use std::io::{self, ErrorKind, Read, Write};
use std::ops::DerefMut;

use rustls::{ConnectionCommon, SideData, StreamOwned};

/// Why a message can't be taken.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The connection ended without the peer's word that this is the end.
    #[error("cut after {octets} octets: no close_notify came")]
    Cut {
        /// The octets that came before.
        octets: usize,
    },
    /// More came than one peer may send.
    #[error("more than {limit} octets")]
    TooLong {
        /// The octets that are allowed.
        limit: usize,
    },
    /// The connection failed.
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// Everything that the peer sends until it says that it has done so, up to `limit`
/// octets.
pub fn receive(stream: &mut impl Read, limit: usize) -> Result<Vec<u8>, Error> {
    todo!()
}

/// Says that nothing more will be sent: close_notify. What the peer has still to say
/// can be read afterwards. `stream` is that of a client or of a server.
pub fn finish<C, D, S>(stream: &mut StreamOwned<C, S>) -> io::Result<()>
where
    C: DerefMut<Target = ConnectionCommon<D>>,
    D: SideData,
    S: Read + Write,
{
    todo!()
}
