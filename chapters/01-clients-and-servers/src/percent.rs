//! Any text in a request: percent-encoding (RFC 3986, section 2.1).

use std::fmt::Write;

/// Text as it may stand in the query of a request: each octet of its UTF-8 that
/// has no meaning there as itself, and each that has another, as `%` and two
/// hexadecimal digits.
pub fn encode(text: &str) -> String {
    let mut encoded = String::new();
    for octet in text.bytes() {
        match octet {
            // RFC 3986, section 2.3, calls these unreserved.
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                encoded.push(char::from(octet));
            }
            _ => {
                // Writing to a String can't fail.
                let _ = write!(encoded, "%{octet:02X}");
            }
        }
    }
    encoded
}

/// Text from a request. In a query, `+` also means a space, as forms write it.
///
/// # Errors
///
/// When a `%` is not followed by two hexadecimal digits, or the octets are not
/// UTF-8.
pub fn decode(encoded: &str) -> Result<String, NotText> {
    let mut octets = Vec::new();
    let mut rest = encoded.as_bytes();
    while let [first, after @ ..] = rest {
        let octet;
        (octet, rest) = match (first, after) {
            (b'%', [high, low, after @ ..]) => (value(*high)? << 4 | value(*low)?, after),
            (b'%', _) => return Err(NotText),
            (b'+', _) => (b' ', after),
            _ => (*first, after),
        };
        octets.push(octet);
    }
    String::from_utf8(octets).map_err(|_| NotText)
}

fn value(digit: u8) -> Result<u8, NotText> {
    let value = char::from(digit).to_digit(16).ok_or(NotText)?;
    u8::try_from(value).map_err(|_| NotText)
}

/// It says that it is percent-encoded UTF-8, and it is not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not percent-encoded UTF-8")]
pub struct NotText;

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn octets_of_utf_8_are_encoded_one_by_one() {
        assert_eq!(encode("Reykjavík"), "Reykjav%C3%ADk");
        assert_eq!(encode("a b&c=d%"), "a%20b%26c%3Dd%25");
        assert_eq!(decode("Machu+Picchu"), Ok("Machu Picchu".to_owned()));
        assert_eq!(decode("%c3%AD"), Ok("í".to_owned()));
    }

    #[test]
    fn what_is_cut_or_is_no_text_is_refused() {
        for wrong in ["%", "%4", "%zz", "%+1", "%C3", "%FF", "a%é"] {
            assert_eq!(decode(wrong), Err(NotText), "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn any_text_comes_back(text: String) {
            let encoded = encode(&text);
            prop_assert!(encoded.is_ascii());
            prop_assert_eq!(decode(&encoded), Ok(text));
        }

        #[test]
        fn nothing_makes_it_panic(text in "[%+a-f0-9é]{0,12}") {
            let _ = decode(&text);
        }
    }
}
