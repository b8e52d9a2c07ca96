//! Whether the server is the one that was meant, by `known_hosts`, and what to do if not.

use std::fs;
use std::io;
use std::path::PathBuf;
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context, bail};

use russh::client::Handler;
use russh::keys::ssh_key::certificate::CertType;
use russh::keys::ssh_key::public::KeyData;
use russh::keys::{Algorithm, Certificate, HashAlg, PublicKey, PublicKeyOrCertificate};

use crate::known_hosts::{KnownHosts, Shown, Verdict};
use crate::target::Target;
use crate::test_keys::host_pattern;

/// What is trusted to be the server's key.
#[derive(Debug, Clone)]
pub enum Trust {
    /// What the file of known hosts has of it.
    Known,
    /// A key with this fingerprint, which somebody was told; it is written to the file.
    Fingerprint(String),
    /// *Dangerous*: anything.
    AnyKey,
}

/// Checks the key of one server.
#[derive(Debug, Clone)]
pub struct HostCheck {
    target: Target,
    file: PathBuf,
    /// What stands in that file.
    text: String,
    trust: Trust,
}

impl HostCheck {
    /// A check by what stands in `file`; where there is none, no host is known.
    ///
    /// # Errors
    ///
    /// When the file can't be read.
    pub fn new(target: &Target, file: PathBuf, trust: Trust) -> anyhow::Result<HostCheck> {
        let text = match fs::read_to_string(&file) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
            text => text.with_context(|| format!("read {}", file.display()))?,
        };
        Ok(HostCheck {
            target: target.clone(),
            file,
            text,
            trust,
        })
    }

    // ANCHOR: algorithms
    /// The algorithms of host keys to ask the server for, those that are known first: it may
    /// have keys of several, and shows one.
    pub fn algorithms(&self, all: &[Algorithm]) -> Vec<Algorithm> {
        let known = KnownHosts::new(&self.text).algorithms(&self.target.host, self.target.port);
        let is_known = |algorithm: &Algorithm| {
            // An RSA key is `ssh-rsa` in the file, whatever signs with it.
            let plain = match algorithm {
                Algorithm::Rsa { .. } => "ssh-rsa",
                other => other.as_str(),
            };
            known.contains(&plain)
        };
        let (mut first, rest): (Vec<_>, Vec<_>) = all.iter().cloned().partition(is_known);
        first.extend(rest);
        first
    }
    // ANCHOR_END: algorithms

    /// Whether an authority might vouch for a host by certificate.
    pub fn has_authorities(&self) -> bool {
        self.text
            .lines()
            .any(|line| line.trim_start().starts_with("@cert-authority"))
    }

    // ANCHOR: check
    fn check(&self, key: &PublicKey, certificate: Option<&Certificate>) -> anyhow::Result<()> {
        let fingerprint = key.fingerprint(HashAlg::Sha256).to_string();
        let octets = key.to_bytes()?;
        let authority = certificate
            .filter(|certificate| is_good(certificate, &self.target.host))
            .map(|certificate| encoded(certificate.signature_key()))
            .transpose()?;
        let shown = Shown {
            key: &octets,
            authority: authority.as_deref(),
        };
        let Target { host, port, .. } = &self.target;
        let verdict = KnownHosts::new(&self.text).check(host, *port, &shown);
        match (verdict, &self.trust) {
            (Verdict::Known, _) => Ok(()),
            (Verdict::Unknown, Trust::Fingerprint(told)) if *told == fingerprint => {
                self.remember(key)
            }
            (Verdict::Unknown | Verdict::Changed(_), Trust::AnyKey) => {
                program::log(format_args!(
                    "dangerous: {} could be anybody, its key is {fingerprint}",
                    self.target
                ));
                Ok(())
            }
            (verdict, _) => bail!(self.explain(&verdict, key, &fingerprint)),
        }
    }
    // ANCHOR_END: check

    // ANCHOR: explain
    fn explain(&self, verdict: &Verdict, key: &PublicKey, fingerprint: &str) -> String {
        let algorithm = key.algorithm();
        let file = self.file.display();
        let pattern = host_pattern(&self.target.host, self.target.port);
        match verdict {
            Verdict::Changed(lines) => format!(
                "{} shows another key than the one in {file}, line {}\n\
                 It shows {algorithm} {fingerprint}\n\
                 Either the server was set up anew, or somebody stands between you and it. \
                 Nothing was sent.\n\
                 Ask whoever runs it, not over this connection, for its fingerprint. \
                 If that is the one above, forget the old key:\n  \
                 ssh-keygen -R '{pattern}' -f {file}",
                self.target,
                lines
                    .iter()
                    .map(ToString::to_string)
                    .collect::<Vec<_>>()
                    .join(", "),
            ),
            Verdict::Revoked(line) => format!(
                "{} shows a key that {file} revokes in line {line}: {fingerprint}\n\
                 Whoever wrote that knows that it is in the wrong hands. Nothing was sent.",
                self.target,
            ),
            Verdict::Unknown | Verdict::Known => format!(
                "{} is not in {file}\n\
                 It shows {algorithm} {fingerprint}\n\
                 Ask whoever runs it for its fingerprint. \
                 If it is that one, say so once: --fingerprint {fingerprint}",
                self.target,
            ),
        }
    }
    // ANCHOR_END: explain

    fn remember(&self, key: &PublicKey) -> anyhow::Result<()> {
        let pattern = host_pattern(&self.target.host, self.target.port);
        let mut text = self.text.clone();
        if !text.is_empty() && !text.ends_with('\n') {
            text.push('\n');
        }
        let key = PublicKey::new(key.key_data().clone(), "").to_openssh()?;
        text += &format!("{pattern} {}\n", key.trim_end());
        fs::write(&self.file, text).with_context(|| format!("write {}", self.file.display()))
    }
}

/// Whether a certificate is a host's, for this host, and now (PROTOCOL.certkeys). That its
/// authority is trusted is another question.
// ANCHOR: certificate
fn is_good(certificate: &Certificate, host: &str) -> bool {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    let now = now.map_or(0, |now| now.as_secs());
    let authority = certificate.signature_key().fingerprint(HashAlg::Sha256);
    let names = certificate.valid_principals();
    certificate.cert_type() == CertType::Host
        && certificate.critical_options().is_empty() // none is known for hosts
        && (names.is_empty() || names.iter().any(|name| name.eq_ignore_ascii_case(host)))
        && certificate.validate_at(now, [&authority]).is_ok()
}
// ANCHOR_END: certificate

fn encoded(key: &KeyData) -> anyhow::Result<Vec<u8>> {
    Ok(PublicKey::new(key.clone(), "").to_bytes()?)
}

impl Handler for HostCheck {
    type Error = anyhow::Error;

    async fn check_server_key(&mut self, shown: &PublicKeyOrCertificate) -> anyhow::Result<bool> {
        self.check(&shown.public_key(), shown.certificate())?;
        Ok(true)
    }
}
