//! What stands in a certificate, for a person to read.

use std::net::IpAddr;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::Context;
use ring::digest::{SHA256, digest};
use rustls::pki_types::CertificateDer;
use x509_parser::asn1_rs::Oid;
use x509_parser::certificate::X509Certificate;
use x509_parser::extensions::GeneralName;
use x509_parser::objects::{oid_registry, oid2sn};
use x509_parser::parse_x509_certificate;
use x509_parser::public_key::PublicKey;
use x509_parser::time::ASN1Time;

/// What a certificate says (RFC 5280, section 4.1). None of it is worth more than
/// the signatures above it.
#[derive(Clone, Debug)]
pub struct Description {
    /// Whose it is.
    pub subject: String,
    /// Who signed it.
    pub issuer: String,
    /// Its number at the issuer.
    pub serial: String,
    /// The names and addresses that it is for: subject alternative names alone.
    pub names: Vec<String>,
    /// When its time begins.
    pub from: SystemTime,
    /// When its time ends.
    pub to: SystemTime,
    /// What kind of key it has.
    pub key: String,
    /// How long that key is.
    pub key_bits: usize,
    /// How it was signed.
    pub signature: String,
    /// SHA-256 of the whole.
    pub fingerprint: String,
    /// The issuer, as in the certificate.
    pub issuer_der: Vec<u8>,
}

impl Description {
    /// Reads a certificate.
    ///
    /// # Errors
    ///
    /// When it is none.
    pub fn read(certificate: &CertificateDer<'_>) -> anyhow::Result<Description> {
        let parsed = parse_x509_certificate(certificate);
        let (_, parsed) = parsed.context("read a certificate")?;
        let key = parsed.public_key();
        let validity = parsed.validity();
        Ok(Description {
            subject: parsed.subject().to_string(),
            issuer: parsed.issuer().to_string(),
            serial: parsed.raw_serial_as_string().replace(':', ""),
            names: names(&parsed),
            from: time(validity.not_before),
            to: time(validity.not_after),
            key: name_of(&key.algorithm.algorithm),
            key_bits: key.parsed().map_or(0, |key| bits(&key)),
            signature: name_of(&parsed.signature_algorithm.algorithm),
            fingerprint: program::hex(digest(&SHA256, certificate).as_ref()).replace(' ', ""),
            issuer_der: parsed.issuer().as_raw().to_vec(),
        })
    }

    /// Since when it is good and for how long, in days, as `now` is.
    pub fn good(&self, now: SystemTime) -> String {
        let days = |from: SystemTime, to: SystemTime| {
            let passed = to.duration_since(from).ok()?;
            let days = passed.as_secs() / (24 * 60 * 60);
            Some(format!("{days} day{}", if days == 1 { "" } else { "s" }))
        };
        match (days(self.from, now), days(now, self.to)) {
            (Some(since), Some(left)) => format!("since {since}, for {left} more"),
            (None, _) => format!("in {}", days(now, self.from).unwrap_or_default()),
            (_, None) => format!("until {} ago", days(self.to, now).unwrap_or_default()),
        }
    }
}

/// RFC 5280, section 4.2.1.6.
fn names(certificate: &X509Certificate<'_>) -> Vec<String> {
    let Ok(Some(extension)) = certificate.subject_alternative_name() else {
        return Vec::new();
    };
    let names = extension.value.general_names.iter();
    names
        .map(|name| match name {
            GeneralName::DNSName(name) => name.escape_debug().to_string(),
            GeneralName::IPAddress(octets) => {
                address(octets).map_or_else(|| program::hex(octets), |address| address.to_string())
            }
            other => other.to_string(),
        })
        .collect()
}

fn address(octets: &[u8]) -> Option<IpAddr> {
    let four = <[u8; 4]>::try_from(octets).map(IpAddr::from);
    let sixteen = <[u8; 16]>::try_from(octets).map(IpAddr::from);
    four.or(sixteen).ok()
}

fn time(time: ASN1Time) -> SystemTime {
    let seconds = u64::try_from(time.timestamp()).unwrap_or(0);
    UNIX_EPOCH + Duration::from_secs(seconds)
}

/// The short name that OpenSSL also uses, or the number where there is none.
fn name_of(oid: &Oid<'_>) -> String {
    match oid2sn(oid, oid_registry()) {
        Ok(name) => name.to_owned(),
        Err(_) => oid.to_string(),
    }
}

fn bits(key: &PublicKey<'_>) -> usize {
    match key {
        // Whole octets are counted, and this curve's numbers have a bit more than 65.
        PublicKey::EC(point) if point.key_size() == 528 => 521,
        // Ed25519 and its like: the key is all there is.
        PublicKey::Unknown(key) => key.len() * 8,
        key => key.key_size(),
    }
}
