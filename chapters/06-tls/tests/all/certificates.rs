//! What the workshop makes is what it says, and rustls finds each flaw.

use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{CertificateError, Error, InvalidMessage};
use tls::explain_rejection::{Explanation, explain};
use tls::meeting::{Meeting, meet};
use tls::{Authority, Clock, Flaw, Identity, config};

/// 2030-01-02 03:04:05
const NOW: u64 = 1_893_553_445;
const NAME: &str = "echo.example";

fn handshake(root: CertificateDer<'static>, identity: Identity, now: u64, name: &str) -> Meeting {
    let clock = Clock::at(now);
    let client = config::client(config::roots([root]).unwrap(), clock).unwrap();
    let server = config::server(identity, clock).unwrap();
    meet(
        &client,
        &server,
        ServerName::try_from(name.to_owned()).unwrap(),
    )
    .unwrap()
}

fn authority() -> Authority {
    Authority::new("Workbook", Clock::at(NOW).time()).unwrap()
}

#[test]
fn a_right_certificate_is_believed_under_each_of_its_names_and_no_other() {
    let authority = authority();
    let identity = authority
        .server(&[NAME, "*.echo.example", "*.test", "127.0.0.1"])
        .unwrap();
    let try_name = |name| handshake(authority.root(), identity.clone(), NOW, name);
    for name in [NAME, "ECHO.example", "a.echo.example", "127.0.0.1"] {
        let meeting = try_name(name);
        meeting.client.unwrap();
        meeting.server.unwrap();
    }
    // A star is one label, no more; it does not stand for all of a top-level domain;
    // and an address is no name.
    for name in ["example", "a.b.echo.example", "a.test", "127.0.0.2", "::1"] {
        let refused = try_name(name).client.unwrap_err();
        let why = explain(&refused, &identity.chain);
        assert_eq!(why, Some(Explanation::WrongName), "{name}: {refused}");
    }
}

#[test]
fn a_certificate_is_good_from_its_first_second_to_its_last() {
    const DAY: u64 = 24 * 60 * 60;
    let authority = authority();
    let identity = authority.server(&[NAME]).unwrap();
    let at = |now| handshake(authority.root(), identity.clone(), now, NAME).client;
    at(NOW - DAY).unwrap();
    at(NOW + 89 * DAY).unwrap();
    let why = |now| explain(&at(now).unwrap_err(), &identity.chain);
    assert_eq!(why(NOW - DAY - 1), Some(Explanation::NotYetValid));
    assert_eq!(why(NOW + 89 * DAY + 1), Some(Explanation::Expired));
}

#[test]
fn each_flaw_has_its_explanation() {
    let authority = authority();
    for (flaw, explanation) in [
        (Flaw::Expired, Explanation::Expired),
        (Flaw::NotYetValid, Explanation::NotYetValid),
        (Flaw::WrongName, Explanation::WrongName),
        (Flaw::NameInCommonName, Explanation::NoName),
        (Flaw::SelfSigned, Explanation::SelfSigned),
        (Flaw::NoIntermediate, Explanation::UnknownIssuer),
        (Flaw::WrongPurpose, Explanation::WrongPurpose),
        (Flaw::IssuerIsNoCa, Explanation::IssuerIsNoCa),
    ] {
        let identity = authority.wrong(flaw, &[NAME, "localhost"]).unwrap();
        let meeting = handshake(authority.root(), identity.clone(), NOW, NAME);
        let refused = meeting.client.unwrap_err();
        assert_eq!(
            explain(&refused, &identity.chain),
            Some(explanation),
            "{refused}"
        );
        let told = meeting.server.unwrap_err();
        assert!(matches!(told, Error::AlertReceived(_)), "{told}");
    }
}

#[test]
fn another_authority_of_the_same_name_is_another_authority() {
    let (ours, theirs) = (authority(), authority());
    let identity = theirs.server(&[NAME]).unwrap();
    let refused = handshake(ours.root(), identity, NOW, NAME).client;
    let refused = refused.unwrap_err();
    // The names fit, the keys don't: what you see when a CA was made anew and a
    // client still has the old one.
    assert_eq!(refused, CertificateError::BadSignature.into());
}

#[test]
fn what_is_not_about_a_certificate_is_not_explained() {
    assert_eq!(explain(&Error::HandshakeNotComplete, &[]), None);
    let error = Error::InvalidMessage(InvalidMessage::InvalidContentType);
    assert_eq!(explain(&error, &[]), None);
}
