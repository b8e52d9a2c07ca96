//! A form that only our own pages can send.

use web::mac::{Key, hex, unhex};

/// What a path does when it is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// It shows something.
    Reads,
    /// It changes something: money moves, a session begins.
    Changes,
}

/// What of a request the guard looks at.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// As it stands in the request line: methods differ by case (RFC 9110, section 9.1).
    pub method: &'a str,
    /// The session that the browser's cookie names.
    pub session: Option<&'a str>,
    /// The token in the form.
    pub token: Option<&'a str>,
}

/// Why a request was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Anybody's link, image or prefetch asks with this method: 405.
    #[error("this method must not change anything")]
    Method,
    /// No session, so that no form of ours can have sent this: 403.
    #[error("no session")]
    Session,
    /// Not the token of this session: 403.
    #[error("not a form of this session")]
    Token,
}

// ANCHOR: csrf
/// The token for the forms that `session` is shown.
pub fn token(key: &impl Key, session: &str) -> String {
    hex(&key.sign(message(session).as_bytes()))
}

/// Whether a request may do what it asks for.
///
/// # Errors
///
/// The reason why not.
pub fn guard(key: &impl Key, effect: Effect, request: Request<'_>) -> Result<(), Refusal> {
    // The safe methods (RFC 9110, section 9.2.1).
    if let "GET" | "HEAD" | "OPTIONS" | "TRACE" = request.method {
        return match effect {
            Effect::Reads => Ok(()),
            Effect::Changes => Err(Refusal::Method),
        };
    }
    let session = request.session.filter(|session| !session.is_empty());
    let session = session.ok_or(Refusal::Session)?;
    let token = request.token.and_then(unhex).ok_or(Refusal::Token)?;
    match key.verify(message(session).as_bytes(), &token) {
        true => Ok(()),
        false => Err(Refusal::Token),
    }
}

/// The key also signs cookies. None of them has a colon in its name, so that no MAC of
/// a cookie is a token.
fn message(session: &str) -> String {
    format!("csrf:{session}")
}
// ANCHOR_END: csrf
