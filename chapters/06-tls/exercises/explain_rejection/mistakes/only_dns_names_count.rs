//! Only DNS names are names
//!
//! You read the DNS names of the certificate, and where it has none you say `NoName`. A
//! certificate for an address has a name that counts, of another kind. The error has a list
//! of all that the certificate presents.
//!
//! fails: an_address_is_a_name_too

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

/// A client that trusts `roots` and no others, at the time that `clock` says. It has
/// no certificate of its own.
///
/// # Errors
///
/// When one of the roots is no certificate.
pub fn client(
    roots: Vec<CertificateDer<'static>>,
    clock: Arc<dyn TimeProvider>,
) -> Result<ClientConfig, Error> {
    let mut trusted = RootCertStore::empty();
    for root in roots {
        trusted.add(root)?;
    }
    let provider = Arc::new(ring::default_provider());
    let config = ClientConfig::builder_with_details(provider, clock)
        .with_safe_default_protocol_versions()?
        .with_root_certificates(trusted)
        .with_no_client_auth();
    Ok(config)
}

/// Explains why rustls refused the certificate chain that a server sent, its own
/// certificate first. `None` if `error` is about something else.
pub fn explain(error: &Error, chain: &[CertificateDer<'_>]) -> Option<Explanation> {
    let Error::InvalidCertificate(error) = error else {
        return None;
    };
    Some(match error {
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => Explanation::Expired,
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            Explanation::NotYetValid
        }
        CertificateError::NotValidForNameContext { .. } if no_dns_name(chain) => {
            Explanation::NoName
        }
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            Explanation::WrongName
        }
        // One error for two causes; the certificate itself tells them apart.
        CertificateError::UnknownIssuer if vouches_for_itself(chain) => Explanation::SelfSigned,
        CertificateError::UnknownIssuer => Explanation::UnknownIssuer,
        CertificateError::InvalidPurpose | CertificateError::InvalidPurposeContext { .. } => {
            Explanation::WrongPurpose
        }
        CertificateError::Other(other) => match other.0.downcast_ref() {
            Some(webpki::Error::EndEntityUsedAsCa) => Explanation::IssuerIsNoCa,
            _ => return None,
        },
        _ => return None,
    })
}

/// Whether the server's own certificate has no DNS name.
fn no_dns_name(chain: &[CertificateDer<'_>]) -> bool {
    let own = chain
        .first()
        .and_then(|own| EndEntityCert::try_from(own).ok());
    own.is_some_and(|own| own.valid_dns_names().next().is_none())
}

/// Whether the server's own certificate names itself as its issuer.
fn vouches_for_itself(chain: &[CertificateDer<'_>]) -> bool {
    let own = chain
        .first()
        .and_then(|own| EndEntityCert::try_from(own).ok());
    own.is_some_and(|own| own.issuer() == own.subject())
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
