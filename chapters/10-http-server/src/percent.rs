//! Percent-encoding (RFC 3986, section 2.1), decoded strictly.

/// The octets that `text` stands for: each `%` and two hexadecimal digits become one
/// octet, everything else stays, a `+` too. `None` if a `%` stands without two digits.
pub fn decode(text: &str) -> Option<Vec<u8>> {
    let mut octets = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(octet) = rest.next() {
        octets.push(match octet {
            b'%' => digit(rest.next()?)? << 4 | digit(rest.next()?)?,
            other => other,
        });
    }
    Some(octets)
}

fn digit(octet: u8) -> Option<u8> {
    // Not `from_str_radix`, which takes a sign: `%+1` would be an octet.
    let value = char::from(octet).to_digit(16)?;
    u8::try_from(value).ok()
}

/// As [`decode`], and the octets have to be text in UTF-8.
pub fn decode_text(text: &str) -> Option<String> {
    String::from_utf8(decode(text)?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn an_escape_is_two_digits() {
        assert_eq!(decode("a%2Fb%2f").as_deref(), Some(&b"a/b/"[..]));
        assert_eq!(decode("%25%32%65").as_deref(), Some(&b"%2e"[..]));
        assert_eq!(decode("1+1").as_deref(), Some(&b"1+1"[..]));
        for bad in ["%", "%2", "%+1", "% 1", "%zz", "%%20", "a%2"] {
            assert_eq!(decode(bad), None, "{bad}");
        }
        assert_eq!(decode_text("%C3%A9").as_deref(), Some("é"));
        assert_eq!(decode_text("%C3"), None);
    }

    proptest! {
        #[test]
        fn what_is_encoded_is_decoded(octets: Vec<u8>) {
            let text: String = octets.iter().map(|octet| format!("%{octet:02X}")).collect();
            prop_assert_eq!(decode(&text), Some(octets));
        }
    }
}
