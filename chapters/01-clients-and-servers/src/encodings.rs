//! Text as octets and back, in five encodings.

use std::str::FromStr;

/// A rule for which octets stand for which characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// 128 characters, an octet each (RFC 20).
    Ascii,
    /// The first 256 of Unicode's characters, an octet each (ISO 8859-1).
    Latin1,
    /// All of Unicode's characters, one to four octets each (RFC 3629).
    Utf8,
    /// All of them, two octets or four each, in network order (RFC 2781).
    Utf16Be,
    /// The same with the octets of each pair swapped.
    Utf16Le,
}

/// All five.
pub const ENCODINGS: [Encoding; 5] = [
    Encoding::Ascii,
    Encoding::Latin1,
    Encoding::Utf8,
    Encoding::Utf16Be,
    Encoding::Utf16Le,
];

impl Encoding {
    /// What it is called on the Internet.
    pub fn name(self) -> &'static str {
        match self {
            Encoding::Ascii => "US-ASCII",
            Encoding::Latin1 => "ISO-8859-1",
            Encoding::Utf8 => "UTF-8",
            Encoding::Utf16Be => "UTF-16BE",
            Encoding::Utf16Le => "UTF-16LE",
        }
    }

    /// The octets of `text`.
    ///
    /// # Errors
    ///
    /// The first character that this encoding has no octets for.
    // ANCHOR: encode
    pub fn encode(self, text: &str) -> Result<Vec<u8>, char> {
        let highest = match self {
            Encoding::Ascii => '\u{7f}',
            Encoding::Latin1 => '\u{ff}',
            Encoding::Utf8 => return Ok(text.as_bytes().to_vec()),
            Encoding::Utf16Be => {
                return Ok(text.encode_utf16().flat_map(u16::to_be_bytes).collect());
            }
            Encoding::Utf16Le => {
                return Ok(text.encode_utf16().flat_map(u16::to_le_bytes).collect());
            }
        };
        text.chars()
            .map(|char| match u8::try_from(char) {
                Ok(octet) if char <= highest => Ok(octet),
                _ => Err(char),
            })
            .collect()
    }
    // ANCHOR_END: encode

    /// The text that `octets` stand for, or `None` where they stand for none.
    // ANCHOR: decode
    pub fn decode(self, octets: &[u8]) -> Option<String> {
        match self {
            Encoding::Ascii if !octets.is_ascii() => None,
            Encoding::Ascii | Encoding::Utf8 => String::from_utf8(octets.to_vec()).ok(),
            // Every octet is a character, so that nothing is ever refused.
            Encoding::Latin1 => Some(octets.iter().copied().map(char::from).collect()),
            Encoding::Utf16Be => utf16(octets, u16::from_be_bytes),
            Encoding::Utf16Le => utf16(octets, u16::from_le_bytes),
        }
    }
    // ANCHOR_END: decode
}

fn utf16(octets: &[u8], unit: fn([u8; 2]) -> u16) -> Option<String> {
    let (pairs, []) = octets.as_chunks() else {
        return None; // an octet is missing
    };
    let units: Vec<u16> = pairs.iter().copied().map(unit).collect();
    String::from_utf16(&units).ok()
}

impl FromStr for Encoding {
    type Err = String;

    fn from_str(name: &str) -> Result<Encoding, String> {
        ENCODINGS
            .into_iter()
            .find(|encoding| encoding.name().eq_ignore_ascii_case(name))
            .ok_or_else(|| format!("one of {}", ENCODINGS.map(Encoding::name).join(", ")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_euro_sign_is_where_they_differ() {
        let octets = ENCODINGS.map(|encoding| encoding.encode("€").ok());
        let utf8 = Some(vec![0xe2, 0x82, 0xac]);
        let (big, little) = (Some(vec![0x20, 0xac]), Some(vec![0xac, 0x20]));
        assert_eq!(octets, [None, None, utf8, big, little]);
        assert_eq!(Encoding::Latin1.encode("a ü€"), Err('€'));
        assert_eq!(Encoding::Ascii.encode("a ü€"), Err('ü'));
    }

    #[test]
    fn what_stands_for_no_text_is_refused() {
        assert_eq!(Encoding::Ascii.decode(b"\x80"), None);
        assert_eq!(Encoding::Utf8.decode(b"\xfc"), None);
        // Longer than need be, and half of a pair (RFC 3629, section 3).
        assert_eq!(Encoding::Utf8.decode(b"\xc0\xaf"), None);
        assert_eq!(Encoding::Utf8.decode(b"\xed\xa0\x80"), None);
        assert_eq!(Encoding::Utf16Be.decode(b"\0a\0"), None);
        assert_eq!(Encoding::Utf16Be.decode(b"\xd8\x00"), None);
        assert_eq!("utf-8".parse(), Ok(Encoding::Utf8));
        assert!("UTF-9".parse::<Encoding>().is_err());
    }

    proptest! {
        #[test]
        fn what_can_be_encoded_comes_back(text: String) {
            for encoding in ENCODINGS {
                if let Ok(octets) = encoding.encode(&text) {
                    prop_assert_eq!(encoding.decode(&octets), Some(text.clone()));
                }
            }
        }

        #[test]
        fn any_octets_are_latin_1(octets: Vec<u8>) {
            let text = Encoding::Latin1.decode(&octets).unwrap();
            prop_assert_eq!(Encoding::Latin1.encode(&text), Ok(octets));
        }
    }
}
