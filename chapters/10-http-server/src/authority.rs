//! A host and a port, as they stand in a target and in the field `Host`.

use std::net::Ipv6Addr;

/// Whether this is `uri-host [ ":" port ]` (RFC 9110, section 7.2): a name, an address of
/// IPv4, or one of IPv6 in brackets. The name may be empty, and so may the port.
pub fn is_authority(text: &str) -> bool {
    let (name, port) = match text.rsplit_once(':') {
        Some((name, port)) if !port.ends_with(']') => (name, port),
        _ => (text, ""),
    };
    let address = name
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'));
    // RFC 3986, section 3.2.2.
    let of_name = |octet: u8| octet.is_ascii_alphanumeric() || b"-._~%!$&'()*+,;=".contains(&octet);
    port.bytes().all(|octet| octet.is_ascii_digit())
        && match address {
            Some(address) => address.parse::<Ipv6Addr>().is_ok(),
            None => name.bytes().all(of_name),
        }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_and_perhaps_a_port() {
        let good = [
            "",
            "a",
            "a.example:80",
            "127.0.0.1",
            "[::1]",
            "[::1]:443",
            "a:",
            ":80",
        ];
        for text in good {
            assert!(is_authority(text), "{text}");
        }
        let bad = [
            "a b", "a:b", "a:+1", "a:1:2", "::1", "[::1", "::1]", "[a]", "u@a", "a/", "a?", "a\\b",
            "a, b", "é", "[::1]x", "\0",
        ];
        for text in bad {
            assert!(!is_authority(text), "{text}");
        }
    }
}
