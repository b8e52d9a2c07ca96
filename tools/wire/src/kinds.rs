//! What the octets of a turn are: which of them are random, and which are TLS.

use crate::follow::Transport;

/// Makes those octets `None` that are another in each run: ids and cookies of DNS.
pub(crate) fn mask(transport: Transport, octets: &mut [Option<u8>]) {
    let raw: Vec<u8> = octets.iter().map(|octet| octet.unwrap_or(0)).collect();
    let mut at = 0;
    while at < raw.len() {
        // RFC 1035, section 4.2.2: over TCP two octets of length come first.
        let (start, end) = match transport {
            Transport::Tcp => match raw[at..].split_first_chunk() {
                Some((length, _)) => (at + 2, at + 2 + usize::from(u16::from_be_bytes(*length))),
                None => return,
            },
            _ => (at, raw.len()),
        };
        let Some(places) = raw.get(start..end).and_then(dns_random) else {
            return;
        };
        for place in places {
            octets[start + place].take();
        }
        at = end;
    }
}

/// Where the random octets are in a message of DNS; nothing, if it is none.
fn dns_random(message: &[u8]) -> Option<Vec<usize>> {
    const EDNS: [u8; 2] = [0, 41]; // RFC 6891, section 6.1.1
    const COOKIE: [u8; 2] = [0, 10]; // RFC 7873, section 4
    let mut random = vec![0, 1];
    let [_, _, flags, _, counts @ ..] = message.first_chunk::<12>()?;
    let count =
        |nth: usize| usize::from(u16::from_be_bytes([counts[2 * nth], counts[2 * nth + 1]]));
    let (questions, records) = (count(0), count(1) + count(2) + count(3));
    // Queries, and updates are none: no other operation is sent here.
    if flags & 0x78 != 0 || questions > 1 || questions + records == 0 {
        return None;
    }
    let mut at = 12;
    for _ in 0..questions {
        at = name_end(message, at)? + 4;
    }
    for _ in 0..records {
        let fixed = name_end(message, at)?;
        let kind = message.get(fixed..fixed + 2)?;
        let length = message.get(fixed + 8..fixed + 10)?;
        let data = fixed + 10;
        at = data + usize::from(u16::from_be_bytes([length[0], length[1]]));
        message.get(data..at)?;
        let mut option = data;
        while kind == EDNS && option < at {
            let header = message.get(option..option + 4)?;
            let end = option + 4 + usize::from(u16::from_be_bytes([header[2], header[3]]));
            if end > at {
                return None;
            }
            if header[..2] == COOKIE {
                random.extend(option + 4..end);
            }
            option = end;
        }
    }
    (at == message.len()).then_some(random)
}

/// The first octet behind the name at `at`.
fn name_end(message: &[u8], mut at: usize) -> Option<usize> {
    loop {
        match *message.get(at)? {
            0 => return Some(at + 1),
            length @ 1..=63 => at += 1 + usize::from(length),
            0xc0.. => return message.get(at + 1).map(|_| at + 2), // RFC 1035, section 4.1.4
            _ => return None,
        }
    }
}

/// What is known of one side's records: whether they are encrypted by now.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Records {
    encrypted: bool,
}

impl Records {
    /// The types of the records of TLS in `octets`, each once where several follow each
    /// other; nothing, if that is no TLS (RFC 8446, section 5.1).
    pub(crate) fn read(&mut self, octets: &[u8]) -> Option<String> {
        let mut names: Vec<String> = Vec::new();
        let mut encrypted = self.encrypted;
        let mut rest = octets;
        while let Some((header, behind)) = rest.split_first_chunk::<5>() {
            let [kind, 3, 0..=4, high, low] = *header else {
                return None;
            };
            let length = usize::from(u16::from_be_bytes([high, low]));
            let fragment = behind.get(..length)?;
            rest = &behind[length..];
            let name = match kind {
                20 => "change cipher spec".to_owned(),
                21 => "alert".to_owned(),
                22 if encrypted => "handshake".to_owned(),
                22 => format!("handshake ({})", handshakes(fragment)),
                23 => "application data".to_owned(),
                _ => return None,
            };
            encrypted |= kind == 20;
            if names.last() != Some(&name) {
                names.push(name);
            }
        }
        (rest.is_empty() && !names.is_empty()).then(|| {
            self.encrypted = encrypted;
            names.join("; ")
        })
    }
}

/// The names of the handshake messages in a record that is not encrypted (RFC 8446,
/// section 4; RFC 5246 (obsolete), section 7.4).
fn handshakes(mut fragment: &[u8]) -> String {
    let mut names = Vec::new();
    while let Some(([kind, length @ ..], rest)) = fragment.split_first_chunk::<4>() {
        names.push(match kind {
            1 => "ClientHello",
            2 => "ServerHello",
            4 => "NewSessionTicket",
            11 => "Certificate",
            12 => "ServerKeyExchange",
            13 => "CertificateRequest",
            14 => "ServerHelloDone",
            15 => "CertificateVerify",
            16 => "ClientKeyExchange",
            20 => "Finished",
            22 => "CertificateStatus",
            _ => "?",
        });
        let length = length
            .iter()
            .fold(0, |sum, octet| sum << 8 | usize::from(*octet));
        fragment = rest.get(length..).unwrap_or_default();
    }
    names.join(", ")
}
