//! What a program says when a handshake failed.

use std::io;

use crate::explain_rejection::explain;

/// A failed handshake, with what it means where that is known.
#[derive(Debug, thiserror::Error)]
#[error("{what}: {error}{}", explained(.error))]
pub struct Rejection {
    what: String,
    error: io::Error,
}

impl Rejection {
    /// `error` came of the handshake for `what`.
    pub fn new(what: impl Into<String>, error: io::Error) -> Self {
        let what = what.into();
        Self { what, error }
    }
}

// ANCHOR: explained
fn explained(error: &io::Error) -> String {
    // rustls's own error travels inside one of the stream's.
    let tls = error.get_ref().and_then(|inner| inner.downcast_ref());
    match tls.and_then(|tls| explain(tls, &[])) {
        Some(explanation) => format!(" ({explanation})"),
        None => String::new(),
    }
}
// ANCHOR_END: explained
