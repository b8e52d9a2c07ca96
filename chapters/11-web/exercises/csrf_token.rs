//! A form that only your own pages can send
//!
//! Difficulty: warm-up
//! Page: 11-web/forgery.md
//! Check: just check 11.4
//!
//! Where `SameSite` doesn't keep them back, a browser sends the cookies of your site with
//! every request to it, whoever wrote the page with the link, the image or the form that asks.
//! So each form of yours carries a token which other sites can't know, and your server changes
//! nothing without it. The key, `hex` and `unhex` are those of the last exercise.
//!
//! `token` is the MAC of `csrf:SESSION`, written by `hex`. The key signs cookies too. No
//! message of a cookie begins like this, so no cookie is good as a token.
//!
//! `guard` says whether a request may do what it asks for, where `effect` is what its path
//! does. It asks in this order:
//!
//! - `GET`, `HEAD`, `OPTIONS` and `TRACE` are the safe methods (RFC 9110, section 9.2.1). A link
//!   or an image is enough to send one. They may read, whatever else the request has or lacks.
//!   To change something with one is `Refusal::Method`, even with a token.
//! - Every other method, known or not, needs a session and its token, also where the path only
//!   reads. Methods are compared as they are: `get` is not `GET`.
//! - A request without session is `Refusal::Session`. One that is empty is none: a cookie
//!   without a value names nobody, and its token would be the same for all who have it.
//! - A request without token, or with any other than that of its session, is `Refusal::Token`.
//!   The token is text from a stranger. As with cookies, `guard` asks the key whether it is
//!   right (`verify`), and never for the right one.
//!
//! With the key `0123456789abcdef0123456789abcdef`:
//!
//! ```text
//! token of the session alice-7f3a
//! 6786791ebecd4a3ee62f88e83c61c2395e305aa6cb8e5d392c748eb1a38f57d5
//! ```

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

/// The token for the forms that `session` is shown.
pub fn token(key: &impl Key, session: &str) -> String {
    todo!()
}

/// Whether a request may do what it asks for.
pub fn guard(key: &impl Key, effect: Effect, request: Request<'_>) -> Result<(), Refusal> {
    todo!()
}
