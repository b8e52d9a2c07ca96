#![allow(clippy::unwrap_used)] // a check that can't go on should say so at once

use super::*;

use std::sync::{Arc, LazyLock};

use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use rustls::{
    AlertDescription, CertificateError, ClientConfig, Error, OtherError, PeerMisbehaved,
    ServerConfig, SupportedProtocolVersion, version,
};
use testkit::{check, note};
use tls::meeting::meet;
use tls::{Authority, Clock, Flaw, Identity, config};

/// 2020-01-02 03:04:05: a time that no clock on a wall shows any more.
const NOW: u64 = 1_577_934_245;
const DAY: u64 = 24 * 60 * 60;
const NAME: &str = "echo.example";

/// The one that is trusted. Its key is made once: it costs most.
static AUTHORITY: LazyLock<Authority> = LazyLock::new(|| authority("Workbook"));

fn authority(name: &str) -> Authority {
    Authority::new(name, Clock::at(NOW).time()).unwrap()
}

fn right() -> Identity {
    AUTHORITY.server(&[NAME, "127.0.0.1"]).unwrap()
}

fn your_client(now: u64) -> ClientConfig {
    let _note = note(|| "(while your client was being made)".to_owned());
    match client(vec![AUTHORITY.root()], Arc::new(Clock::at(now))) {
        Ok(config) => config,
        Err(error) => panic!("one root and a clock should make a client, and gave: {error}"),
    }
}

/// What comes of a handshake between your client and `server`.
fn handshake(client: ClientConfig, server: ServerConfig, name: &str) -> Result<(), Error> {
    let name = ServerName::try_from(name.to_owned()).unwrap();
    meet(&Arc::new(client), &Arc::new(server), name)
        .unwrap()
        .client
}

fn server(identity: &Identity) -> ServerConfig {
    let config = config::server(identity.clone(), Clock::at(NOW)).unwrap();
    Arc::into_inner(config).unwrap()
}

/// What rustls said, without the time that it was.
fn said(error: &Error) -> String {
    match error {
        Error::InvalidCertificate(CertificateError::ExpiredContext { .. }) => {
            "InvalidCertificate(ExpiredContext { .. })".to_owned()
        }
        Error::InvalidCertificate(CertificateError::NotValidYetContext { .. }) => {
            "InvalidCertificate(NotValidYetContext { .. })".to_owned()
        }
        _ => format!("{error:?}"),
    }
}

/// What came of a handshake.
fn show(got: &Result<(), Error>) -> String {
    match got {
        Ok(()) => "Ok(())".to_owned(),
        Err(error) => format!("the error {}", said(error)),
    }
}

#[track_caller]
fn believe(identity: &Identity, name: &str, now: u64, what: &str) {
    let got = handshake(your_client(now), server(identity), name);
    if let Err(error) = got {
        panic!(
            "{what}: expected a handshake, and your client said: {}",
            said(&error)
        );
    }
}

/// The error with which your client refuses the server.
#[track_caller]
fn refuse(identity: &Identity, name: &str, now: u64, what: &str) -> Error {
    match handshake(your_client(now), server(identity), name) {
        Ok(()) => panic!(
            "{what}: expected your client to refuse it, and it shook hands. Whoever has such a \
             certificate can now be {name}"
        ),
        Err(error) => error,
    }
}

#[track_caller]
fn expect(error: &Error, chain: &[CertificateDer<'_>], expected: Option<Explanation>, what: &str) {
    // For a panic inside `explain`, which can't say what it was given.
    let noted = note(|| format!("(while this was being explained: {})", said(error)));
    let got = explain(error, chain);
    drop(noted);
    assert!(
        got == expected,
        "{what}\n  the error was  {}\n  expected       {expected:?}\n  got            {got:?}",
        said(error)
    );
}

/// A certificate with this flaw is refused, and that is the reason.
#[track_caller]
fn flaw(flaw: Flaw, expected: Explanation, what: &str) {
    let identity = AUTHORITY.wrong(flaw, &[NAME]).unwrap();
    let error = refuse(&identity, NAME, NOW, what);
    expect(&error, &identity.chain, Some(expected), what);
}

/// What a verifier may also say, and means the same.
#[track_caller]
fn explained(error: CertificateError, expected: Option<Explanation>) {
    let error = Error::InvalidCertificate(error);
    expect(
        &error,
        &right().chain,
        expected,
        "a verifier refused a certificate",
    );
}

#[test]
#[ignore = "exercise"]
fn a_right_certificate_is_believed() {
    check(|| believe(&right(), NAME, NOW, "a certificate with which all is well"));
}

#[test]
#[ignore = "exercise"]
fn the_clock_is_the_one_you_were_given() {
    check(|| {
        for (now, when) in [
            (NOW - DAY, "in the first second of its time"),
            (NOW + 89 * DAY, "in the last second of its time"),
        ] {
            believe(&right(), NAME, now, &format!("a certificate {when}"));
        }
    });
}

#[test]
#[ignore = "exercise"]
fn both_versions_are_spoken() {
    fn only(version: &'static SupportedProtocolVersion) -> ServerConfig {
        let identity = right();
        ServerConfig::builder_with_provider(config::provider())
            .with_protocol_versions(&[version])
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(identity.chain, identity.key)
            .unwrap()
    }
    check(|| {
        for (version, name) in [(&version::TLS12, "1.2"), (&version::TLS13, "1.3")] {
            let got = handshake(your_client(NOW), only(version), NAME);
            assert!(
                got.is_ok(),
                "a server that speaks TLS {name} alone: expected a handshake, got {}",
                show(&got)
            );
        }
    });
}

#[test]
#[ignore = "exercise"]
fn expired() {
    check(|| {
        flaw(
            Flaw::Expired,
            Explanation::Expired,
            "a certificate whose time was over yesterday",
        );
    });
}

#[test]
#[ignore = "exercise"]
fn not_yet_valid() {
    check(|| {
        flaw(
            Flaw::NotYetValid,
            Explanation::NotYetValid,
            "a certificate whose time begins tomorrow",
        );
    });
}

#[test]
#[ignore = "exercise"]
fn wrong_name() {
    check(|| {
        flaw(
            Flaw::WrongName,
            Explanation::WrongName,
            "a certificate for other.example alone",
        );
    });
}

#[test]
#[ignore = "exercise"]
fn name_in_common_name() {
    check(|| {
        flaw(
            Flaw::NameInCommonName,
            Explanation::NoName,
            "the right name, but in the common name, and no subject alternative name",
        );
    });
}

#[test]
#[ignore = "exercise"]
fn self_signed() {
    check(|| {
        flaw(
            Flaw::SelfSigned,
            Explanation::SelfSigned,
            "a certificate that was signed with its own key",
        );
    });
}

#[test]
#[ignore = "exercise"]
fn no_intermediate() {
    check(|| {
        flaw(
            Flaw::NoIntermediate,
            Explanation::UnknownIssuer,
            "a server that sends its own certificate and not that of its issuer",
        );
    });
}

#[test]
#[ignore = "exercise"]
fn wrong_purpose() {
    check(|| {
        flaw(
            Flaw::WrongPurpose,
            Explanation::WrongPurpose,
            "a certificate for clients",
        );
    });
}

#[test]
#[ignore = "exercise"]
fn issuer_is_no_ca() {
    check(|| {
        flaw(
            Flaw::IssuerIsNoCa,
            Explanation::IssuerIsNoCa,
            "a certificate that was signed with another server's, which may not sign",
        );
    });
}

#[test]
#[ignore = "exercise"]
fn a_certificate_without_its_key() {
    /// Shows a certificate and signs with another one's key.
    #[derive(Debug)]
    struct Impostor(Arc<CertifiedKey>);
    impl ResolvesServerCert for Impostor {
        fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
            Some(Arc::clone(&self.0))
        }
    }
    fn impostor(version: &'static SupportedProtocolVersion) -> ServerConfig {
        let (shown, own) = (right(), right());
        let key: PrivateKeyDer<'static> = own.key;
        let key = rustls::crypto::ring::sign::any_supported_type(&key).unwrap();
        ServerConfig::builder_with_provider(config::provider())
            .with_protocol_versions(&[version])
            .unwrap()
            .with_no_client_auth()
            .with_cert_resolver(Arc::new(Impostor(Arc::new(CertifiedKey::new(
                shown.chain,
                key,
            )))))
    }
    check(|| {
        for (version, name) in [(&version::TLS12, "1.2"), (&version::TLS13, "1.3")] {
            let got = handshake(your_client(NOW), impostor(version), NAME);
            assert!(
                got.is_err(),
                "a server shows the right certificate, which everybody has seen, and doesn't have \
                 its key, so that what it signs in the handshake of TLS {name} is wrong: expected \
                 your client to refuse it, and it shook hands"
            );
        }
    });
}

#[test]
#[ignore = "exercise"]
fn a_stranger_with_a_root_of_his_own() {
    check(|| {
        let stranger = authority("Stranger");
        let mut identity = stranger.server(&[NAME]).unwrap();
        // It sends the root as well, as if that helped.
        identity.chain.push(stranger.root());
        let what = "another authority signed it, and its root came along, which vouches for itself";
        let error = refuse(&identity, NAME, NOW, what);
        expect(
            &error,
            &identity.chain,
            Some(Explanation::UnknownIssuer),
            what,
        );
    });
}

#[test]
#[ignore = "exercise"]
fn an_address_is_a_name_too() {
    check(|| {
        believe(
            &right(),
            "127.0.0.1",
            NOW,
            "a certificate for 127.0.0.1 as well, and that was asked for",
        );
        let what = "a certificate for 127.0.0.1, and 127.0.0.2 was asked for";
        let error = refuse(&right(), "127.0.0.2", NOW, what);
        expect(&error, &right().chain, Some(Explanation::WrongName), what);

        let identity = AUTHORITY.server(&["127.0.0.1"]).unwrap();
        let what = "a certificate for 127.0.0.1 and nothing else, and echo.example was asked for";
        let error = refuse(&identity, NAME, NOW, what);
        expect(&error, &identity.chain, Some(Explanation::WrongName), what);
    });
}

#[test]
#[ignore = "exercise"]
fn the_words_in_a_name_do_not_matter() {
    check(|| {
        for name in [
            "expired.example",
            "unknownissuer.example",
            "notvalidyet.example",
            "ca.used.as.end.entity.example",
        ] {
            let identity = AUTHORITY.server(&[name]).unwrap();
            let what = format!("a certificate for {name}");
            let error = refuse(&identity, NAME, NOW, &what);
            expect(&error, &identity.chain, Some(Explanation::WrongName), &what);
        }
    });
}

#[test]
#[ignore = "exercise"]
fn errors_without_details() {
    check(|| {
        explained(CertificateError::Expired, Some(Explanation::Expired));
        explained(
            CertificateError::NotValidYet,
            Some(Explanation::NotYetValid),
        );
        explained(
            CertificateError::NotValidForName,
            Some(Explanation::WrongName),
        );
        explained(
            CertificateError::InvalidPurpose,
            Some(Explanation::WrongPurpose),
        );
    });
}

#[test]
#[ignore = "exercise"]
fn what_else_is_wrong_with_a_certificate() {
    check(|| {
        for error in [
            CertificateError::BadSignature,
            CertificateError::BadEncoding,
            CertificateError::Revoked,
            CertificateError::UnknownRevocationStatus,
            CertificateError::ApplicationVerificationFailure,
            CertificateError::ExpiredRevocationListContext {
                time: UnixTime::since_unix_epoch(std::time::Duration::from_secs(NOW)),
                next_update: UnixTime::since_unix_epoch(std::time::Duration::from_secs(NOW - DAY)),
            },
        ] {
            explained(error, None);
        }
    });
}

#[test]
#[ignore = "exercise"]
fn other_errors_of_webpki() {
    check(|| {
        let others: [Arc<dyn std::error::Error + Send + Sync>; 4] = [
            Arc::new(webpki::Error::NameConstraintViolation),
            Arc::new(webpki::Error::PathLenConstraintViolated),
            Arc::new(std::fmt::Error),
            // Its name is taken for that of the one which counts.
            Arc::new(webpki::Error::CaUsedAsEndEntity),
        ];
        for other in others {
            explained(CertificateError::Other(OtherError(other)), None);
        }
    });
}

#[test]
#[ignore = "exercise"]
fn what_is_not_about_the_servers_certificate() {
    check(|| {
        for (error, what) in [
            (
                Error::AlertReceived(AlertDescription::CertificateExpired),
                "the server said that our certificate has expired",
            ),
            (
                Error::AlertReceived(AlertDescription::UnknownCA),
                "the server said that it doesn't know the issuer of our certificate",
            ),
            (
                Error::NoCertificatesPresented,
                "the server showed no certificate",
            ),
            (
                Error::PeerMisbehaved(PeerMisbehaved::TooMuchEarlyDataReceived),
                "the server did what it must not",
            ),
            (Error::HandshakeNotComplete, "a handshake was broken off"),
        ] {
            expect(&error, &right().chain, None, what);
        }
    });
}

#[test]
#[ignore = "exercise"]
fn a_chain_that_nobody_can_read() {
    check(|| {
        let error = Error::InvalidCertificate(CertificateError::UnknownIssuer);
        let whole = right().chain.remove(0);
        let cut = CertificateDer::from(whole[..whole.len() / 2].to_vec());
        for (chain, what) in [
            (vec![], "no certificate at all"),
            (
                vec![CertificateDer::from(&b""[..])],
                "a certificate of no octets",
            ),
            (
                vec![CertificateDer::from(&b"\x30\x84\xff\xff\xff\xff"[..])],
                "a certificate that says it has 4 GiB",
            ),
            (vec![cut], "half a certificate"),
        ] {
            expect(&error, &chain, Some(Explanation::UnknownIssuer), what);
        }
    });
}

#[test]
#[ignore = "exercise"]
fn a_root_that_nobody_can_read() {
    check(|| {
        let junk = CertificateDer::from(&b"not a certificate"[..]);
        let got = client(vec![AUTHORITY.root(), junk], Arc::new(Clock::at(NOW)));
        assert!(
            got.is_err(),
            "one of the roots is no certificate: expected an error, and got a client, which trusts \
             fewer than it was told to"
        );
    });
}

#[test]
#[ignore = "exercise"]
fn two_roots_are_trusted() {
    check(|| {
        let other = authority("Other");
        let roots = vec![AUTHORITY.root(), other.root()];
        for (authority, which) in [(&*AUTHORITY, "first"), (&other, "second")] {
            let config = match client(roots.clone(), Arc::new(Clock::at(NOW))) {
                Ok(config) => config,
                Err(error) => panic!("two roots should make a client, and gave: {error}"),
            };
            let identity = authority.server(&[NAME]).unwrap();
            let got = handshake(config, server(&identity), NAME);
            assert!(
                got.is_ok(),
                "there are two roots, and the {which} of them vouches for the server: expected a \
                 handshake, got {}",
                show(&got)
            );
        }
    });
}

#[test]
#[ignore = "exercise"]
fn nobody_is_trusted_without_a_root() {
    check(|| {
        // Whether that is an error at once or in the handshake is up to you.
        let got = client(Vec::new(), Arc::new(Clock::at(NOW)))
            .and_then(|config| handshake(config, server(&right()), NAME));
        assert!(
            got.is_err(),
            "your client was given no root, and believed a server"
        );
    });
}
