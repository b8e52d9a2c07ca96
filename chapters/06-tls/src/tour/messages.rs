//! The messages of a handshake, as far as they tell a traveller something
//! (RFC 9846, section 4; RFC 5246 (obsolete), section 7.4).

use rustls::pki_types::CertificateDer;
use rustls::{CipherSuite, NamedGroup, ProtocolVersion, SignatureScheme};
use x509_parser::parse_x509_certificate;

/// A version of TLS: which fields a message has depends on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Version {
    /// RFC 5246 (obsolete).
    Tls12,
    /// RFC 9846.
    Tls13,
}

/// What a ServerHello has decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Chosen {
    /// The version of all that follows.
    pub version: Version,
    /// The cipher suite of all that follows.
    pub suite: u16,
}

/// A message in words: its name, and what it says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Told {
    /// Its name in the RFC.
    pub name: &'static str,
    /// What it says, a line each.
    pub lines: Vec<String>,
    /// What it decided, if it is a ServerHello.
    pub chosen: Option<Chosen>,
}

/// Octets that are taken from the front; `None` if there are not so many.
#[derive(Clone, Copy)]
struct Octets<'a>(&'a [u8]);

impl<'a> Octets<'a> {
    fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(taken)
    }

    /// A number of up to four octets, in network byte order.
    fn number(&mut self, octets: usize) -> Option<usize> {
        let number = self.take(octets)?.iter();
        Some(number.fold(0, |number, octet| number << 8 | usize::from(*octet)))
    }

    /// What stands behind its own length, which has `octets` octets.
    fn behind_length(&mut self, octets: usize) -> Option<Octets<'a>> {
        let length = self.number(octets)?;
        self.take(length).map(Octets)
    }

    /// All of it, as numbers of two octets.
    fn pairs(self) -> Vec<u16> {
        let pairs = self.0.chunks_exact(2);
        pairs
            .map(|pair| u16::from_be_bytes([pair[0], pair[1]]))
            .collect()
    }
}

/// Takes the next whole message off the front of `octets`: its type and its body.
/// `None` asks for more octets. A message may fill several records, and a record
/// may have several messages (RFC 9846, section 5.1).
pub fn next(octets: &mut Vec<u8>) -> Option<(u8, Vec<u8>)> {
    let mut front = Octets(octets);
    let kind = front.number(1)?;
    let body = front.behind_length(3)?.0.to_vec();
    octets.drain(..4 + body.len());
    Some((u8::try_from(kind).ok()?, body))
}

/// What the message of this type says. `version` is that of the connection, once
/// it is decided.
pub fn tell(kind: u8, body: &[u8], version: Option<Version>) -> Told {
    let octets = Octets(body);
    let told = match (kind, version) {
        (1, _) => client_hello(octets),
        (2, _) => server_hello(octets),
        (4, _) => Some(named(
            "NewSessionTicket",
            "to come back with, without a certificate",
        )),
        (8, _) => encrypted_extensions(octets),
        (11, Some(version)) => certificate(octets, version),
        (12, _) => server_key_exchange(octets),
        (13, _) => Some(named("CertificateRequest", "who are you?")),
        (14, _) => Some(named("ServerHelloDone", "")),
        (15, _) => certificate_verify(octets),
        (16, _) => Some(named("ClientKeyExchange", "the client's half of a key")),
        (20, _) => Some(named("Finished", "a MAC over all that was said so far")),
        (24, _) => Some(named("KeyUpdate", "new keys from now on")),
        _ => Some(Told {
            name: "a message",
            lines: vec![format!("of type {kind}")],
            chosen: None,
        }),
    };
    told.unwrap_or_else(|| named("a message", "that is malformed"))
}

fn named(name: &'static str, says: &str) -> Told {
    let lines = (!says.is_empty()).then(|| says.to_owned());
    Told {
        name,
        lines: lines.into_iter().collect(),
        chosen: None,
    }
}

/// RFC 9846, section 4.2.2.
fn client_hello(mut hello: Octets<'_>) -> Option<Told> {
    hello.take(2)?; // what was the version before TLS 1.3
    hello.take(32)?; // random
    hello.behind_length(1)?; // session id
    let suites = hello.behind_length(2)?.pairs();
    hello.behind_length(1)?; // compression, which is no more
    let first = suites.first().map_or(String::new(), |first| suite(*first));
    let mut lines = vec![format!("suites: {}, the first {first}", suites.len())];
    for (number, content) in extensions(&mut hello)? {
        lines.extend(client_extension(number, content));
    }
    // rustls puts its extensions in another order each time.
    lines.sort();
    Some(Told {
        name: "ClientHello",
        lines,
        chosen: None,
    })
}

fn client_extension(number: usize, mut content: Octets<'_>) -> Option<String> {
    match number {
        // RFC 6066, section 3: a list of names, of which there is one kind.
        0 => {
            let mut names = content.behind_length(2)?;
            names.take(1)?;
            Some(format!("server name: {}", text(names.behind_length(2)?)))
        }
        10 => Some(format!(
            "groups: {}",
            groups(&content.behind_length(2)?.pairs())
        )),
        16 => Some(format!("ALPN: {}", alpn(content)?)),
        41 => Some("pre-shared key: we have met before".to_owned()),
        43 => {
            let versions = content.behind_length(1)?.pairs();
            let names: Vec<String> = versions.into_iter().map(version_name).collect();
            Some(format!("versions: {}", names.join(", ")))
        }
        51 => {
            let mut shares = content.behind_length(2)?;
            let mut offered = Vec::new();
            while !shares.0.is_empty() {
                offered.push(u16::try_from(shares.number(2)?).ok()?);
                shares.behind_length(2)?;
            }
            Some(format!("key share: {}", groups(&offered)))
        }
        _ => None,
    }
}

/// RFC 9846, sections 4.2.3 and 4.2.4.
fn server_hello(mut hello: Octets<'_>) -> Option<Told> {
    hello.take(2)?;
    let random = hello.take(32)?;
    hello.behind_length(1)?;
    let number = u16::try_from(hello.number(2)?).ok()?;
    hello.take(1)?;
    let mut version = Version::Tls12; // which knows no other way to say so
    let mut lines = Vec::new();
    let retry = random == RETRY;
    for (number, mut content) in extensions(&mut hello)? {
        match number {
            16 => lines.push(format!("ALPN: {}", alpn(content)?)),
            41 => lines.push("pre-shared key: yes, we have met".to_owned()),
            43 if content.number(2)? == 0x0304 => version = Version::Tls13,
            51 => lines.push(format!(
                "key share: {}",
                groups(&[u16::try_from(content.number(2)?).ok()?])
            )),
            _ => {}
        }
    }
    lines.sort();
    let name = match version {
        Version::Tls12 => "TLS 1.2",
        Version::Tls13 => "TLS 1.3",
    };
    lines.insert(0, format!("{name}, {}", suite(number)));
    Some(Told {
        name: if retry {
            "HelloRetryRequest"
        } else {
            "ServerHello"
        },
        lines,
        chosen: Some(Chosen {
            version,
            suite: number,
        }),
    })
}

/// The random number that says "say that again": SHA-256 of "HelloRetryRequest"
/// (RFC 9846, section 4.2.3).
const RETRY: [u8; 32] = [
    0xcf, 0x21, 0xad, 0x74, 0xe5, 0x9a, 0x61, 0x11, 0xbe, 0x1d, 0x8c, 0x02, 0x1e, 0x65, 0xb8, 0x91,
    0xc2, 0xa2, 0x11, 0x16, 0x7a, 0xbb, 0x8c, 0x5e, 0x07, 0x9e, 0x09, 0xe2, 0xc8, 0xa8, 0x33, 0x9c,
];

fn encrypted_extensions(mut octets: Octets<'_>) -> Option<Told> {
    let mut told = named("EncryptedExtensions", "");
    for (number, content) in extensions(&mut octets)? {
        if number == 16 {
            told.lines.push(format!("ALPN: {}", alpn(content)?));
        }
    }
    Some(told)
}

/// RFC 9846, section 4.5.1; RFC 5246 (obsolete), section 7.4.2.
fn certificate(mut octets: Octets<'_>, version: Version) -> Option<Told> {
    if version == Version::Tls13 {
        octets.behind_length(1)?; // context
    }
    let mut list = octets.behind_length(3)?;
    let mut told = named("Certificate", "");
    while !list.0.is_empty() {
        let der = CertificateDer::from(list.behind_length(3)?.0);
        if version == Version::Tls13 {
            list.behind_length(2)?; // extensions of this certificate
        }
        let (_, parsed) = parse_x509_certificate(&der).ok()?;
        told.lines
            .push(format!("{} by {}", parsed.subject(), parsed.issuer()));
    }
    if told.lines.is_empty() {
        told.lines.push("none".to_owned());
    }
    Some(told)
}

fn certificate_verify(mut octets: Octets<'_>) -> Option<Told> {
    let scheme = SignatureScheme::from(u16::try_from(octets.number(2)?).ok()?);
    let line = format!("signed with the certificate's key: {scheme:?}");
    Some(named("CertificateVerify", &line))
}

/// RFC 8422 (obsolete), section 5.4: a named curve, the public key, and its signature.
fn server_key_exchange(mut octets: Octets<'_>) -> Option<Told> {
    if octets.number(1)? != 3 {
        return Some(named("ServerKeyExchange", ""));
    }
    let group = groups(&[u16::try_from(octets.number(2)?).ok()?]);
    Some(named(
        "ServerKeyExchange",
        &format!("the server's half of a key: {group}, signed"),
    ))
}

/// The extensions at the end of a message, each with its number. A message may
/// also end without any.
fn extensions<'a>(message: &mut Octets<'a>) -> Option<Vec<(usize, Octets<'a>)>> {
    if message.0.is_empty() {
        return Some(Vec::new());
    }
    let mut all = message.behind_length(2)?;
    let mut found = Vec::new();
    while !all.0.is_empty() {
        found.push((all.number(2)?, all.behind_length(2)?));
    }
    Some(found)
}

/// RFC 7301, section 3.1.
fn alpn(mut content: Octets<'_>) -> Option<String> {
    let mut names = content.behind_length(2)?;
    let mut protocols = Vec::new();
    while !names.0.is_empty() {
        protocols.push(text(names.behind_length(1)?));
    }
    Some(protocols.join(", "))
}

fn text(octets: Octets<'_>) -> String {
    octets.0.escape_ascii().to_string()
}

fn groups(numbers: &[u16]) -> String {
    let names = numbers
        .iter()
        .map(|number| format!("{:?}", NamedGroup::from(*number)));
    names.collect::<Vec<_>>().join(", ")
}

fn version_name(number: u16) -> String {
    match ProtocolVersion::from(number) {
        ProtocolVersion::TLSv1_2 => "TLS 1.2".to_owned(),
        ProtocolVersion::TLSv1_3 => "TLS 1.3".to_owned(),
        other => format!("{other:?}"),
    }
}

/// A suite's name in the RFC. (rustls puts the version into those of TLS 1.3.)
pub fn suite(number: u16) -> String {
    format!("{:?}", CipherSuite::from(number)).replacen("TLS13_", "TLS_", 1)
}
