//! A cookie that nobody can forge.

use web::mac::{Key, hex, unhex};

/// Why there is no value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// A value that no cookie can carry (RFC 6265 (obsolete), section 4.1.1).
    #[error("a value with a character that no cookie can carry")]
    Value,
    /// Nothing that was signed with this key, for a cookie of this name.
    #[error("the cookie is not one of ours")]
    Forged,
    /// It was one of ours, and is over.
    #[error("the cookie has expired")]
    Expired,
}

// ANCHOR: cookie
/// What the cookie `name` has to be for `open` to return `value`, until `expires`, in
/// seconds since 1970.
///
/// # Errors
///
/// [`Error::Value`]. A value that could end the cookie could add attributes to it.
pub fn sign(key: &impl Key, name: &str, value: &str, expires: u64) -> Result<String, Error> {
    if !value.bytes().all(is_cookie_octet) {
        return Err(Error::Value);
    }
    let signed = format!("{value}.{expires}");
    let mac = key.sign(format!("{name}={signed}").as_bytes());
    Ok(format!("{signed}.{}", hex(&mac)))
}

/// The value in `cookie`, which came under this `name`, at `now` in seconds since 1970.
///
/// # Errors
///
/// [`Error::Forged`], and for what was signed once [`Error::Expired`].
pub fn open<'a>(key: &impl Key, name: &str, cookie: &'a str, now: u64) -> Result<&'a str, Error> {
    let (signed, mac) = cookie.rsplit_once('.').ok_or(Error::Forged)?;
    let mac = unhex(mac).ok_or(Error::Forged)?;
    if !key.verify(format!("{name}={signed}").as_bytes(), &mac) {
        return Err(Error::Forged);
    }
    // From here on it is what `sign` wrote.
    let (value, expires) = signed.rsplit_once('.').ok_or(Error::Forged)?;
    let expires: u64 = expires.parse().map_err(|_| Error::Forged)?;
    if now >= expires {
        return Err(Error::Expired);
    }
    Ok(value)
}

fn is_cookie_octet(octet: u8) -> bool {
    octet.is_ascii_graphic() && !b"\",;\\".contains(&octet)
}
// ANCHOR_END: cookie
