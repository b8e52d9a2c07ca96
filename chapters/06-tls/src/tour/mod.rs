//! A TLS connection record by record: what anybody on the way could read of it, and
//! what only the two ends could.

pub mod messages;
pub mod records;
pub mod secrets;
pub mod tap;

use bytes::BytesMut;
use framing::Decode;
use program::show;

use messages::{Chosen, Told, Version};
use records::{ContentType, Record, Records};
use secrets::{Opener, Secrets, Stage};
use tap::Direction;

/// Reads what a tap has kept, with the secrets of one end, and tells it in lines.
#[derive(Default)]
pub struct Tour {
    out: Side,
    r#in: Side,
    chosen: Option<Chosen>,
    /// The lines of the report.
    pub lines: Vec<String>,
}

/// What is known of one direction.
#[derive(Default)]
struct Side {
    /// The beginning of a record.
    octets: BytesMut,
    /// The beginning of a message of the handshake.
    message: Vec<u8>,
    /// TLS 1.3: what opens its records.
    opener: Option<Opener>,
    /// TLS 1.2: from here on it is encrypted.
    changed: bool,
}

impl Tour {
    /// Tells what passed, in its order.
    ///
    /// # Errors
    ///
    /// When it was no TLS.
    pub fn take(
        &mut self,
        passed: &[(Direction, Vec<u8>)],
        secrets: &Secrets,
    ) -> Result<(), records::Error> {
        for (direction, octets) in passed {
            self.side(*direction).octets.extend_from_slice(octets);
            while let Some(record) = Records.decode(&mut self.side(*direction).octets)? {
                self.record(*direction, &record, secrets);
            }
        }
        Records
            .end(&self.out.octets)
            .and(Records.end(&self.r#in.octets))
    }

    fn side(&mut self, direction: Direction) -> &mut Side {
        match direction {
            Direction::Out => &mut self.out,
            Direction::In => &mut self.r#in,
        }
    }

    fn record(&mut self, direction: Direction, record: &Record, secrets: &Secrets) {
        let (kind, octets) = (record.kind, record.payload.len());
        let side = self.side(direction);
        let secret = match side.opener.as_mut() {
            // TLS 1.3: an encrypted record says that it is application data. The
            // only others that may come now are those that mean nothing.
            Some(opener) if kind == ContentType::ApplicationData => Some(opener.open(record)),
            Some(_) => None,
            None => side.changed.then_some(None),
        };
        let open = if secret.is_some() {
            "encrypted"
        } else {
            "in clear"
        };
        let s = if octets == 1 { "" } else { "s" };
        self.lines
            .push(format!("{direction} {kind}, {octets} octet{s}, {open}"));
        match secret {
            None => self.content(direction, kind, &record.payload, secrets),
            Some(Some((kind, inner))) => self.content(direction, kind, &inner, secrets),
            Some(None) => self
                .lines
                .push("    (this tour has no key for it)".to_owned()),
        }
    }

    fn content(&mut self, from: Direction, kind: ContentType, octets: &[u8], secrets: &Secrets) {
        match kind {
            ContentType::ChangeCipherSpec => {
                let means = match self.chosen.map(|chosen| chosen.version) {
                    Some(Version::Tls12) => {
                        self.side(from).changed = true;
                        "all that I send from now on is encrypted"
                    }
                    // RFC 9846, appendix E.4.
                    _ => "nothing: it is there for boxes on the way that know TLS 1.2 only",
                };
                self.lines.push(format!("    {means}"));
            }
            ContentType::Alert => self.lines.push(format!("    {}", alert(octets))),
            ContentType::ApplicationData => self.lines.push(format!("    {}", show(octets))),
            ContentType::Handshake => {
                self.side(from).message.extend_from_slice(octets);
                while let Some((kind, body)) = messages::next(&mut self.side(from).message) {
                    let version = self.chosen.map(|chosen| chosen.version);
                    self.message(from, &messages::tell(kind, &body, version), secrets);
                }
            }
        }
    }

    fn message(&mut self, from: Direction, told: &Told, secrets: &Secrets) {
        self.lines.push(format!("    {}", told.name));
        self.lines
            .extend(told.lines.iter().map(|line| format!("        {line}")));
        if told.name == "ServerHello" {
            self.chosen = told.chosen;
            // Both have now what they need for keys.
            for direction in [Direction::Out, Direction::In] {
                self.change(direction, Stage::Handshake, secrets);
            }
        }
        if told.name == "Finished" {
            self.change(from, Stage::Traffic, secrets);
        }
    }

    /// New keys for one direction; in TLS 1.2 there are none that we could have.
    fn change(&mut self, direction: Direction, stage: Stage, secrets: &Secrets) {
        if let Some(Chosen {
            version: Version::Tls13,
            suite,
        }) = self.chosen
        {
            self.side(direction).opener = secrets.opener(direction, stage, suite);
        }
    }
}

/// RFC 9846, section 6.
fn alert(octets: &[u8]) -> String {
    match octets {
        [_, number] => format!("{:?}", rustls::AlertDescription::from(*number)),
        _ => "malformed".to_owned(),
    }
}
