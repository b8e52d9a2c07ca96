//! Keeping the delimiter out of a payload: `,` travels as `%2C`, and `%`, which
//! says so, as `%25`. This is the percent-encoding of RFC 3986, section 2.1, for
//! these two signs alone.

/// A percent sign that is followed by neither `2C` nor `25`.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("a percent sign at octet {at} that escapes nothing")]
pub struct Error {
    /// The octets before it.
    pub at: usize,
}

// ANCHOR: escape
/// `payload` in a form that holds no comma.
pub fn escape(payload: &[u8]) -> Vec<u8> {
    let mut escaped = Vec::with_capacity(payload.len());
    for octet in payload {
        match octet {
            b',' => escaped.extend(b"%2C"),
            b'%' => escaped.extend(b"%25"),
            _ => escaped.push(*octet),
        }
    }
    escaped
}

/// The payload that [`escape`] made `escaped` of.
///
/// # Errors
///
/// When `escaped` can't have come from [`escape`].
pub fn unescape(escaped: &[u8]) -> Result<Vec<u8>, Error> {
    let mut payload = Vec::with_capacity(escaped.len());
    let mut rest = escaped;
    while let Some((octet, after)) = rest.split_first() {
        let (plain, after) = match (octet, after) {
            (b'%', [b'2', b'C' | b'c', after @ ..]) => (b',', after),
            (b'%', [b'2', b'5', after @ ..]) => (b'%', after),
            (b'%', _) => {
                let at = escaped.len() - rest.len();
                return Err(Error { at });
            }
            (plain, after) => (*plain, after),
        };
        payload.push(plain);
        rest = after;
    }
    Ok(payload)
}
// ANCHOR_END: escape

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_sign_that_escapes_is_escaped_too() {
        assert_eq!(escape(b"5 %, or %2C"), b"5 %25%2C or %252C");
        assert_eq!(unescape(b"5 %25%2C or %252C").unwrap(), b"5 %, or %2C");
    }

    #[test]
    fn a_percent_sign_alone_is_no_escape() {
        for wrong in ["ab%", "ab%2", "ab%41", "ab%%"] {
            assert_eq!(unescape(wrong.as_bytes()), Err(Error { at: 2 }), "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn any_payload_comes_back_and_holds_no_comma_on_the_way(payload: Vec<u8>) {
            let escaped = escape(&payload);
            prop_assert!(!escaped.contains(&b','));
            prop_assert_eq!(unescape(&escaped), Ok(payload));
        }

        #[test]
        fn any_octets_are_unescaped_or_refused(octets: Vec<u8>) {
            if let Ok(payload) = unescape(&octets) {
                prop_assert!(payload.len() <= octets.len());
            }
        }
    }
}
