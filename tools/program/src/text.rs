//! Octets as text for people.

use std::fmt::Display;

/// Octets as text that is safe to print: whatever a peer sent, it can't move the
/// cursor or clear the screen.
pub fn show(octets: &[u8]) -> impl Display + use<> {
    format!("{:?}", String::from_utf8_lossy(octets))
}

/// Octets as pairs of hexadecimal digits.
pub fn hex(octets: &[u8]) -> String {
    let pairs: Vec<String> = octets.iter().map(|octet| format!("{octet:02x}")).collect();
    pairs.join(" ")
}

/// Octets as ASCII, with a dot for each that is no letter, digit or sign.
pub fn ascii(octets: &[u8]) -> String {
    let sign = |octet: &u8| match octet {
        b' '..=b'~' => char::from(*octet),
        _ => '.',
    };
    octets.iter().map(sign).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_peer_sent_cannot_move_the_cursor() {
        assert_eq!(show(b"a\x1b[2J\r\n").to_string(), r#""a\u{1b}[2J\r\n""#);
    }
}
