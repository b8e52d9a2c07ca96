//! The workshop: a certification authority of one's own, what it signs, and what it
//! should never have signed.

use std::fmt;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, ExtendedKeyUsagePurpose, IsCa,
    KeyPair, KeyUsagePurpose, date_time_ymd,
};
use rustls::pki_types::{CertificateDer, PrivatePkcs8KeyDer};

use crate::Identity;

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// A certification authority (CA): a root that clients are told to trust, and an
/// intermediate below it that signs. Its keys are in memory alone, and are gone with
/// it.
pub struct Authority {
    now: SystemTime,
    name: String,
    root: Issuer,
    intermediate: Issuer,
}

type Issuer = CertifiedIssuer<'static, KeyPair>;

/// The ways for a server's certificate to be wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flaw {
    /// Its time ended yesterday.
    Expired,
    /// Its time begins tomorrow.
    NotYetValid,
    /// It is for `other.example`.
    WrongName,
    /// The right name, but only in the subject's common name.
    NameInCommonName,
    /// Signed with its own key.
    SelfSigned,
    /// All is well, but the server sends it without the intermediate.
    NoIntermediate,
    /// Good for a client, not for a server.
    WrongPurpose,
    /// Signed with the key of a certificate that is no CA.
    IssuerIsNoCa,
}

impl Flaw {
    /// All of them.
    pub const ALL: [Flaw; 8] = [
        Flaw::Expired,
        Flaw::NotYetValid,
        Flaw::WrongName,
        Flaw::NameInCommonName,
        Flaw::SelfSigned,
        Flaw::NoIntermediate,
        Flaw::WrongPurpose,
        Flaw::IssuerIsNoCa,
    ];

    /// What is wrong, in a few words.
    pub fn what(self) -> &'static str {
        match self {
            Flaw::Expired => "its time ended yesterday",
            Flaw::NotYetValid => "its time begins tomorrow",
            Flaw::WrongName => "it is for other.example",
            Flaw::NameInCommonName => "the right name, in the wrong place",
            Flaw::SelfSigned => "signed with its own key",
            Flaw::NoIntermediate => "sent without the certificate between it and the root",
            Flaw::WrongPurpose => "for a client, not for a server",
            Flaw::IssuerIsNoCa => "signed with the key of a server",
        }
    }
}

/// As its file is called.
impl fmt::Display for Flaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Flaw::Expired => "expired",
            Flaw::NotYetValid => "not-yet-valid",
            Flaw::WrongName => "wrong-name",
            Flaw::NameInCommonName => "name-in-common-name",
            Flaw::SelfSigned => "self-signed",
            Flaw::NoIntermediate => "no-intermediate",
            Flaw::WrongPurpose => "wrong-purpose",
            Flaw::IssuerIsNoCa => "issuer-is-no-ca",
        })
    }
}

impl Authority {
    /// A new authority, called `name`, at the time `now`. All its dates count from
    /// then: what it signs is good from the day before for 90 days.
    ///
    /// # Errors
    ///
    /// When the system has no random numbers for its keys.
    pub fn new(name: &str, now: SystemTime) -> Result<Self, rcgen::Error> {
        let root = ca(&format!("{name} Root CA"), now)?;
        let root = CertifiedIssuer::self_signed(root, KeyPair::generate()?)?;
        let intermediate = ca(&format!("{name} Intermediate CA"), now)?;
        let intermediate = CertifiedIssuer::signed_by(intermediate, KeyPair::generate()?, &root)?;
        Ok(Self {
            now,
            name: name.to_owned(),
            root,
            intermediate,
        })
    }

    /// The certificate that clients have to be given beforehand.
    pub fn root(&self) -> CertificateDer<'static> {
        self.root.der().clone()
    }

    /// A certificate for the server that is known by these names and addresses.
    ///
    /// # Errors
    ///
    /// When one of them can't stand in a certificate.
    pub fn server(&self, names: &[&str]) -> Result<Identity, rcgen::Error> {
        let params = self.params(names, ExtendedKeyUsagePurpose::ServerAuth)?;
        self.signed(&params)
    }

    /// The same, but good for 90 days more.
    ///
    /// # Errors
    ///
    /// As [`server`](Self::server).
    pub fn renewed(&self, names: &[&str]) -> Result<Identity, rcgen::Error> {
        let mut params = self.params(names, ExtendedKeyUsagePurpose::ServerAuth)?;
        good(&mut params, self.now - DAY, self.now + 179 * DAY);
        self.signed(&params)
    }

    /// A certificate for a client: its name is a common name, as that of a person is.
    ///
    /// # Errors
    ///
    /// When the name can't stand in a certificate.
    pub fn client(&self, name: &str) -> Result<Identity, rcgen::Error> {
        let mut params = self.params(&[], ExtendedKeyUsagePurpose::ClientAuth)?;
        params.distinguished_name.push(DnType::CommonName, name);
        self.signed(&params)
    }

    /// A certificate for the same server, with one thing wrong.
    ///
    /// # Errors
    ///
    /// As [`server`](Self::server).
    pub fn wrong(&self, flaw: Flaw, names: &[&str]) -> Result<Identity, rcgen::Error> {
        let mut params = self.params(names, ExtendedKeyUsagePurpose::ServerAuth)?;
        match flaw {
            Flaw::Expired => good(&mut params, self.now - 90 * DAY, self.now - DAY),
            Flaw::NotYetValid => good(&mut params, self.now + DAY, self.now + 91 * DAY),
            Flaw::WrongName => return self.server(&["other.example"]),
            Flaw::NameInCommonName => {
                params = self.params(&[], ExtendedKeyUsagePurpose::ServerAuth)?;
                let name = names.first().copied().unwrap_or_default();
                params.distinguished_name.push(DnType::CommonName, name);
            }
            Flaw::SelfSigned => {
                let key = KeyPair::generate()?;
                let own = params.self_signed(&key)?;
                return Ok(identity([own.der().clone()], &key));
            }
            Flaw::NoIntermediate => {
                let mut identity = self.signed(&params)?;
                identity.chain.truncate(1);
                return Ok(identity);
            }
            Flaw::WrongPurpose => {
                params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
            }
            Flaw::IssuerIsNoCa => {
                // Somebody who has a certificate of this authority, and its key,
                // signs another one.
                let mut theirs =
                    self.params(&["somebody.example"], ExtendedKeyUsagePurpose::ServerAuth)?;
                theirs
                    .distinguished_name
                    .push(DnType::CommonName, "somebody.example");
                let theirs =
                    CertifiedIssuer::signed_by(theirs, KeyPair::generate()?, &self.intermediate)?;
                let key = KeyPair::generate()?;
                let own = params.signed_by(&key, &theirs)?;
                let chain = [own.der(), theirs.der(), self.intermediate.der()];
                return Ok(identity(chain.map(Clone::clone), &key));
            }
        }
        self.signed(&params)
    }

    fn params(
        &self,
        names: &[&str],
        purpose: ExtendedKeyUsagePurpose,
    ) -> Result<CertificateParams, rcgen::Error> {
        let names: Vec<String> = names.iter().map(|&name| name.to_owned()).collect();
        let mut params = CertificateParams::new(names)?;
        good(&mut params, self.now - DAY, self.now + 89 * DAY);
        params.distinguished_name = rcgen::DistinguishedName::new();
        params
            .distinguished_name
            .push(DnType::OrganizationName, &self.name);
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![purpose];
        params.is_ca = IsCa::ExplicitNoCa;
        params.use_authority_key_identifier_extension = true;
        Ok(params)
    }

    /// Signs with the intermediate's key, which goes along with what it signed.
    fn signed(&self, params: &CertificateParams) -> Result<Identity, rcgen::Error> {
        let key = KeyPair::generate()?;
        let own = params.signed_by(&key, &self.intermediate)?;
        let chain = [own.der().clone(), self.intermediate.der().clone()];
        Ok(identity(chain, &key))
    }
}

fn identity(chain: impl Into<Vec<CertificateDer<'static>>>, key: &KeyPair) -> Identity {
    Identity {
        chain: chain.into(),
        key: PrivatePkcs8KeyDer::from(key.serialize_der()).into(),
    }
}

// ANCHOR: ca
/// What makes a certificate that of a CA: it says so, and may sign certificates.
fn ca(name: &str, now: SystemTime) -> Result<CertificateParams, rcgen::Error> {
    let mut params = CertificateParams::new(Vec::new())?;
    good(&mut params, now - DAY, now + 3650 * DAY);
    params.distinguished_name = rcgen::DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    params.use_authority_key_identifier_extension = true;
    Ok(params)
}
// ANCHOR_END: ca

/// Good from one time to another.
fn good(params: &mut CertificateParams, from: SystemTime, to: SystemTime) {
    let since_1970 = |time: SystemTime| time.duration_since(UNIX_EPOCH).unwrap_or_default();
    params.not_before = date_time_ymd(1970, 1, 1) + since_1970(from);
    params.not_after = date_time_ymd(1970, 1, 1) + since_1970(to);
}
