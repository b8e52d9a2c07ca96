//! A socket's name as the system takes it.

use socket2::SockAddr;

/// The octets of a socket's name: its family, and what that family wants.
pub fn octets(name: &SockAddr) -> &[u8] {
    // SAFETY: `len` octets at `as_ptr` are the name, and live as long as it does.
    unsafe { std::slice::from_raw_parts(name.as_ptr().cast(), name.len() as usize) }
}
