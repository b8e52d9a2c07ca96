//! Records of TLS, of which no run shows the same octets.

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
