//! ICMP echo (RFC 792): what `ping` sends, and what comes back.

use std::net::Ipv4Addr;

use crate::internet_checksum::{checksum, is_intact};

/// The octets in front of an echo's data.
pub const HEADER: usize = 8;

/// The type of an echo request.
const REQUEST: u8 = 8;
/// The type of an echo reply.
const REPLY: u8 = 0;
/// ICMP's number among the protocols that IPv4 carries.
const ICMP: u8 = 1;

/// An echo request, or the reply to one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Echo {
    /// A reply, not a request.
    pub reply: bool,
    /// Which program asks.
    pub id: u16,
    /// Which of its requests this is.
    pub sequence: u16,
    /// What comes back as it was sent.
    pub data: Vec<u8>,
}

/// Why octets are no echo.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// There is less than a header.
    #[error("{0} octets are too few for a message")]
    TooShort(usize),
    /// They are not as they were sent.
    #[error("the checksum is wrong")]
    Checksum,
    /// Another message of ICMP.
    #[error("type {0}, code {1}")]
    Other(u8, u8),
    /// No ICMP in IPv4.
    #[error("no ICMP message in an IPv4 packet")]
    NotIcmp,
}

impl Echo {
    /// A request to send `data` back.
    pub fn request(id: u16, sequence: u16, data: Vec<u8>) -> Echo {
        Echo {
            reply: false,
            id,
            sequence,
            data,
        }
    }

    // ANCHOR: encode
    /// The message in octets, checksum included.
    pub fn encode(&self) -> Vec<u8> {
        let mut octets = vec![if self.reply { REPLY } else { REQUEST }, 0, 0, 0];
        octets.extend(self.id.to_be_bytes());
        octets.extend(self.sequence.to_be_bytes());
        octets.extend(&self.data);
        // Over the whole message, in which its own field is still zero.
        let sum = checksum(&octets);
        octets[2..4].copy_from_slice(&sum.to_be_bytes());
        octets
    }
    // ANCHOR_END: encode

    /// The message that `octets` are.
    ///
    /// # Errors
    ///
    /// When they are no echo request or reply, or damaged.
    pub fn decode(octets: &[u8]) -> Result<Echo, Error> {
        let Some((header, data)) = octets.split_first_chunk::<HEADER>() else {
            return Err(Error::TooShort(octets.len()));
        };
        if !is_intact(octets) {
            return Err(Error::Checksum);
        }
        let [kind, code, _, _, id_high, id_low, high, low] = *header;
        if !matches!((kind, code), (REQUEST | REPLY, 0)) {
            return Err(Error::Other(kind, code));
        }
        Ok(Echo {
            reply: kind == REPLY,
            id: u16::from_be_bytes([id_high, id_low]),
            sequence: u16::from_be_bytes([high, low]),
            data: data.to_vec(),
        })
    }
}

/// The ICMP message in an IPv4 packet, as a raw socket receives it: who sent it,
/// and its octets.
///
/// # Errors
///
/// When the packet is not one of IPv4 that carries ICMP, whole.
// ANCHOR: from_packet
pub fn from_packet(packet: &[u8]) -> Result<(Ipv4Addr, &[u8]), Error> {
    let Some((header, _)) = packet.split_first_chunk::<20>() else {
        return Err(Error::TooShort(packet.len()));
    };
    // The header's length is counted in words of four octets.
    let (version, length) = (header[0] >> 4, usize::from(header[0] & 0xf) * 4);
    if version != 4 || header[9] != ICMP || length < header.len() {
        return Err(Error::NotIcmp);
    }
    let message = packet.get(length..).ok_or(Error::TooShort(packet.len()))?;
    let source = [header[12], header[13], header[14], header[15]];
    Ok((source.into(), message))
}
// ANCHOR_END: from_packet

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn an_echo_request_in_octets() {
        let echo = Echo::request(0x1234, 1, b"abc".to_vec());
        // 0800 + 1234 + 0001 + 6162 + 6300 = de97
        let octets = b"\x08\x00\x21\x68\x12\x34\x00\x01abc";
        testkit::assert_octets(&echo.encode(), octets, &[]);
        assert_eq!(Echo::decode(octets), Ok(echo));
    }

    #[test]
    fn what_is_no_echo_is_refused() {
        assert_eq!(Echo::decode(b""), Err(Error::TooShort(0)));
        assert_eq!(Echo::decode(&[0; 7]), Err(Error::TooShort(7)));
        let damaged = b"\x08\x00\x21\x68\x12\x34\x00\x01abd";
        assert_eq!(Echo::decode(damaged), Err(Error::Checksum));
        // Port unreachable: type 3, code 3.
        assert_eq!(
            Echo::decode(b"\x03\x03\xfc\xfc\0\0\0\0"),
            Err(Error::Other(3, 3))
        );
    }

    #[test]
    fn the_header_of_a_packet_may_have_options() {
        let mut packet = vec![0; 24];
        packet[0] = 0x46;
        packet[9] = 1;
        packet[12..16].copy_from_slice(&[127, 0, 0, 1]);
        packet.extend(b"message");
        let (source, message) = from_packet(&packet).unwrap();
        assert_eq!((source, message), (Ipv4Addr::LOCALHOST, &b"message"[..]));
        assert_eq!(from_packet(&packet[..22]), Err(Error::TooShort(22)));
        packet[9] = 17; // UDP
        assert_eq!(from_packet(&packet), Err(Error::NotIcmp));
        packet[9] = 1;
        packet[0] = 0x44; // shorter than a header can be
        assert_eq!(from_packet(&packet), Err(Error::NotIcmp));
        packet[0] = 0x65;
        assert_eq!(from_packet(&packet), Err(Error::NotIcmp));
    }

    proptest! {
        #[test]
        fn any_echo_comes_back(reply: bool, id: u16, sequence: u16, data: Vec<u8>) {
            let echo = Echo { reply, id, sequence, data };
            prop_assert_eq!(Echo::decode(&echo.encode()), Ok(echo));
        }

        #[test]
        fn any_octets_are_read_without_panic(octets: Vec<u8>) {
            let _ = Echo::decode(&octets);
            let _ = from_packet(&octets);
        }
    }
}
