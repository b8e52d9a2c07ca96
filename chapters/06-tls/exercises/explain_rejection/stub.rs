//! What a refused certificate means
//!
//! Difficulty: core
//! Page: 06-tls/certificates.md
//! Check: just check 6.3
//!
//! A browser says *your connection is not private*, and a library *invalid peer
//! certificate: UnknownIssuer*. The person in front of it wants to know what is wrong and
//! who has to mend it. Write both halves: the client that refuses what has to be refused,
//! and the explanation.
//!
//! `client` makes the configuration of a client, with the provider of ring, TLS 1.2 and
//! 1.3, and no certificate of its own:
//!
//! - It trusts the certificates in `roots`, and no others. One that can't be read is an
//!   error.
//! - It takes the time from `clock`, not from the system.
//! - All else rustls does by itself (RFC 5280, section 6 and RFC 9525, section 6): the
//!   chain, the dates, the name. It also asks the server for a signature in the handshake
//!   (RFC 9846, section 4.5.2), since a certificate is public, and showing one proves
//!   nothing. Leave all of it on: whatever is called `dangerous` isn't needed here.
//!
//! `explain` gets the error with which a handshake failed, and the chain that the server
//! sent, its own certificate first. It says what is wrong:
//!
//! - `Expired`, `NotYetValid`: the time of a certificate is over, or has not come.
//! - `WrongName`, or `NoName` if the server's certificate presents no name at all that
//!   counts. Names are the subject alternative names; a common name is none (RFC 9525,
//!   section 2).
//! - `UnknownIssuer`: no chain leads to a root, or `SelfSigned`, if that is so and the
//!   server's own certificate has the same issuer and subject. (What else is in the chain
//!   doesn't matter: a root vouches for itself, too.) An own certificate that is not
//!   there or can't be read is an `UnknownIssuer`.
//! - `WrongPurpose`: it isn't for servers (RFC 5280, section 4.2.1.12).
//! - `IssuerIsNoCa`: it was signed with a certificate that may sign no others (RFC 5280,
//!   section 4.2.1.9).
//! - `None` for everything else: other things that are wrong with a certificate, and what
//!   isn't about the server's certificate, such as an alert in which the *server* says
//!   that something has expired. No explanation is better than a wrong one.
//!
//! rustls has two variants for some errors, with and without details: `Expired` and
//! `ExpiredContext`. They mean the same here. What it has no variant of its own for is
//! `Other`, with a `webpki::Error` inside, such as `EndEntityUsedAsCa`.
//! `webpki::EndEntityCert` reads a certificate.
//!
//! ```text
//! invalid peer certificate: UnknownIssuer
//!   the server's certificate   issuer CN=echo.example, subject CN=echo.example
//!   so it is                   SelfSigned
//! ```

use std::fmt;
use std::sync::Arc;

use rustls::crypto::ring;
use rustls::pki_types::CertificateDer;
use rustls::time_provider::TimeProvider;
use rustls::{CertificateError, ClientConfig, Error, RootCertStore};
use webpki::EndEntityCert;

/// Why a certificate was not believed, and so what has to be done, and by whom.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Explanation {
    /// Its time is over: its owner has to renew it.
    Expired,
    /// Its time has not come: one of the two clocks is wrong.
    NotYetValid,
    /// It is for other names than the one that was asked for.
    WrongName,
    /// It has no subject alternative name at all; its common name doesn't count.
    NoName,
    /// It vouches for itself, and nobody else does.
    SelfSigned,
    /// Between it and every root that is trusted, a certificate is missing.
    UnknownIssuer,
    /// It is for another purpose than to be a server.
    WrongPurpose,
    /// It was signed with the key of a certificate that is no CA.
    IssuerIsNoCa,
}

/// A client that trusts `roots` and no others, at the time that `clock` says.
pub fn client(
    roots: Vec<CertificateDer<'static>>,
    clock: Arc<dyn TimeProvider>,
) -> Result<ClientConfig, Error> {
    todo!()
}

/// Explains why rustls refused the certificate chain that a server sent, its own
/// certificate first. `None` if `error` is about something else.
pub fn explain(error: &Error, chain: &[CertificateDer<'_>]) -> Option<Explanation> {
    todo!()
}

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Expired => "its time is over; its owner has to renew it",
            Self::NotYetValid => "its time has not come; is one of the two clocks wrong?",
            Self::WrongName => "it is for another name than the one you asked for",
            Self::NoName => "it has no subject alternative name, and its common name doesn't count",
            Self::SelfSigned => "it vouches for itself, and nobody else does",
            Self::UnknownIssuer => {
                "nobody whom you trust vouches for it; or the server keeps back who does"
            }
            Self::WrongPurpose => "it is not meant for a server",
            Self::IssuerIsNoCa => "it was signed with a certificate that may not sign others",
        })
    }
}
