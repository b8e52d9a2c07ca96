//! Who may call: what stands in a request's field `Authorization`.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use ring::digest::{Digest, SHA256, digest};

/// The value of the field for a name and a password, as in `alice:secret` (RFC 7617,
/// section 2).
pub fn basic(credentials: &str) -> String {
    format!("Basic {}", BASE64_STANDARD.encode(credentials))
}

/// The value of the field for a token (RFC 6750, section 2.1).
pub fn bearer(token: &str) -> String {
    format!("Bearer {token}")
}

/// What a server demands of its callers.
#[derive(Debug, Clone, Default)]
pub struct Access(Option<Digest>);

impl Access {
    /// Demands this value, or nothing.
    pub fn demand(authorization: Option<String>) -> Access {
        Access(authorization.map(|value| digest(&SHA256, &canonical(value.as_bytes()))))
    }

    // ANCHOR: allows
    /// Whether who sends `authorization` may call.
    ///
    /// Digests are compared: how long that takes says nothing about how much of a
    /// secret was guessed.
    pub fn allows(&self, authorization: Option<&[u8]>) -> bool {
        let Some(demanded) = &self.0 else { return true };
        let shown = digest(&SHA256, &canonical(authorization.unwrap_or_default()));
        shown.as_ref() == demanded.as_ref()
    }
    // ANCHOR_END: allows
}

/// The scheme in small letters, and one space behind it: its case means nothing, and there
/// may be more of them (RFC 9110, sections 11.1 and 11.4).
fn canonical(value: &[u8]) -> Vec<u8> {
    let is_space = |octet: &u8| *octet == b' ';
    let scheme = value.split(is_space).next().unwrap_or_default();
    let spaces = value[scheme.len()..]
        .iter()
        .take_while(|octet| is_space(octet));
    let secret = &value[scheme.len() + spaces.count()..];
    [&scheme.to_ascii_lowercase(), &b" "[..], secret].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_demanded_value_is_allowed() {
        let access = Access::demand(Some(bearer("secret")));
        for (shown, allowed) in [
            (Some("Bearer secret"), true),
            (Some("bearer secret"), true),
            (Some("BEARER   secret"), true),
            (Some("Bearer SECRET"), false),
            (Some("Basic secret"), false),
            (Some("Bearersecret"), false),
            (Some("Bearer"), false),
            (Some(" secret"), false),
            (Some("Bearer\tsecret"), false),
            (Some("Bearer secre"), false),
            (Some("Bearer secret "), false),
            (Some(""), false),
            (None, false),
        ] {
            assert_eq!(
                access.allows(shown.map(str::as_bytes)),
                allowed,
                "{shown:?}"
            );
        }
        assert!(Access::demand(None).allows(None));
    }

    #[test]
    fn a_name_and_a_password_are_one_word() {
        // The example of RFC 7617, section 2.
        let expected = "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==";
        assert_eq!(basic("Aladdin:open sesame"), expected);
    }
}
