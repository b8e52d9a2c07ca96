//! The host is sent in small letters
//!
//! You write the host in small letters. To DNS that is the same name, and so a server
//! takes it well. But the task is to send what you were given: who changes it at all has
//! to know for each server that it makes no difference.
//!
//! fails: all_visible_ascii_passes_in_a_host

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
/// the connection. `target` is a path and perhaps a query, encoded already.
///
/// # Errors
///
/// When `target` or `host` has an octet other than visible ASCII. It would end the
/// word or the line that it stands in, and what follows it would be read as
/// something else.
pub fn get(host: &str, target: &str) -> Result<Vec<u8>, Error> {
    let host = &host.to_lowercase();
    if let Some(at) = first_unfit(target) {
        return Err(Error::Target { at });
    }
    if let Some(at) = first_unfit(host) {
        return Err(Error::Host { at });
    }
    // An empty path is sent as a slash (RFC 9112, section 3.2.1).
    let slash = if target.starts_with('/') { "" } else { "/" };
    let request =
        format!("GET {slash}{target} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
    Ok(request.into_bytes())
}

/// Where the first octet is that is not visible ASCII.
fn first_unfit(text: &str) -> Option<usize> {
    text.bytes().position(|octet| !octet.is_ascii_graphic())
}
