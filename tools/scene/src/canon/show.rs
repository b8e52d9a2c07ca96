//! Octets as a page can show them.

/// Octets as a page shows them: control characters as their pictures, what is not
/// UTF-8 as `\xNN`. Tabs stay.
pub(super) fn show(octets: &[u8]) -> String {
    let mut shown = String::with_capacity(octets.len());
    for chunk in octets.utf8_chunks() {
        for c in chunk.valid().chars() {
            match c {
                '\t' => shown.push(c),
                '\0'..='\x1f' => shown.extend(char::from_u32(0x2400 + u32::from(c))),
                '\x7f' => shown.push('␡'),
                '\u{80}'..='\u{9f}' => shown.extend(c.escape_unicode()),
                c => shown.push(c),
            }
        }
        for octet in chunk.invalid() {
            shown.push_str(&format!("\\x{octet:02x}"));
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn octets_are_shown_as_a_page_can_show_them() {
        assert_eq!(show(b"a\tb\r"), "a\tb␍");
        assert_eq!(show(b"\x1b[31m\0\x7f"), "␛[31m␀␡");
        assert_eq!(show(b"\xff\xc3\xa4\xc3("), "\\xffä\\xc3(");
        assert_eq!(show("\u{85}".as_bytes()), "\\u{85}");
    }
}
