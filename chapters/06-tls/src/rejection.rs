//! What a program says when TLS failed.

use std::io;

use crate::explain_rejection::explain;

/// A failed step of TLS, with what it means where that is known.
#[derive(Debug, thiserror::Error)]
#[error("{what}: {}{}", cause(.error), explained(.error))]
pub struct Rejection {
    what: String,
    error: io::Error,
}

impl Rejection {
    /// `error` came of `what`.
    pub fn new(what: impl Into<String>, error: io::Error) -> Self {
        let what = what.into();
        Self { what, error }
    }
}

/// The cause without the address at which rustls writes more of it.
fn cause(error: &io::Error) -> String {
    let cause = program::io_cause(error);
    match cause.split_once(": https://") {
        Some((words, _)) => words.to_owned(),
        None => cause,
    }
}

fn explained(error: &io::Error) -> String {
    // rustls's own error travels inside one of the stream's.
    let tls = error.get_ref().and_then(|inner| inner.downcast_ref());
    match tls.and_then(|tls| explain(tls, &[])) {
        Some(explanation) => format!(" ({explanation})"),
        None => String::new(),
    }
}
