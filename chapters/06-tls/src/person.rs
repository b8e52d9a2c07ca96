//! What a certificate says of its owner. Only of one that has been verified is any
//! of it worth a thing.

use std::time::{SystemTime, UNIX_EPOCH};

use rustls::pki_types::CertificateDer;
use x509_parser::parse_x509_certificate;

/// The common name in its subject: for a person, that is a name. (For a server it is
/// not: there the subject alternative names count, and nothing else.)
// ANCHOR: common_name
pub fn common_name(certificate: &CertificateDer<'_>) -> Option<String> {
    let (_, certificate) = parse_x509_certificate(certificate).ok()?;
    let mut names = certificate.subject().iter_common_name();
    // Two names would be one too many to know which of them was meant.
    match (names.next(), names.next()) {
        (Some(name), None) => Some(name.as_str().ok()?.to_owned()),
        _ => None,
    }
}
// ANCHOR_END: common_name

/// Within how many days its time will be over; `None` if it is.
pub fn days_left(certificate: &CertificateDer<'_>, now: SystemTime) -> Option<u64> {
    let (_, certificate) = parse_x509_certificate(certificate).ok()?;
    let now = now.duration_since(UNIX_EPOCH).ok()?.as_secs();
    let end = u64::try_from(certificate.validity().not_after.timestamp()).ok()?;
    Some(end.checked_sub(now)?.div_ceil(24 * 60 * 60))
}
