//! A request by hand
//!
//! Difficulty: warm-up
//! Page: 01-clients-and-servers/by-hand.md
//! Check: just check 1.2
//!
//! A request of HTTP/1.1 is a few lines of text (RFC 9112). Write the octets of one
//! that asks for a target, and have the server close the connection when it has
//! answered. `search-http` runs on it.
//!
//! Asked for `/places?name=Quito` on the host `127.0.0.1:1060`, it says:
//!
//! ```text
//! GET /places?name=Quito HTTP/1.1␍␊
//! Host: 127.0.0.1:1060␍␊
//! Connection: close␍␊
//! ␍␊
//! ```
//!
//! - Each line ends with the two octets 0d 0a (`\r\n`), the empty one too. Nothing
//!   follows it: the empty line says that the request is whole.
//! - The request line has three words with one space between them. In the two lines
//!   below, one space follows the colon.
//! - `host` is sent as it is, with its port if it has one.
//! - `target` is a path, which begins with a slash, and perhaps a query. The path may be
//!   empty: for `""` or `"?name=Quito"` a slash is sent in its place.
//! - Only visible ASCII, the octets from 21 to 7e, may stand in either. Anything else
//!   is refused, because it would change what the server reads: a space ends the
//!   target, and a line feed begins a line of somebody else's choice.
//! - Nothing is repaired or left out. Whoever asks for `Reykjavík` has to encode it
//!   first, as `Reykjav%C3%ADk`.

/// Why there are no octets for a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// Something in the target can't be sent.
    #[error("the octet at offset {at} of the target can't stand in a request")]
    Target {
        /// Where in the target the first such octet is.
        at: usize,
    },
    /// Something in the host can't be sent.
    #[error("the octet at offset {at} of the host can't stand in a request")]
    Host {
        /// Where in the host the first such octet is.
        at: usize,
    },
}

/// The octets of a request for `target` on `host`, after which the server closes
/// the connection.
pub fn get(host: &str, target: &str) -> Result<Vec<u8>, Error> {
    todo!()
}
