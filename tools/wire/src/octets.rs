//! Octets in hexadecimal and as text.

/// So many stand in a line.
pub const WIDTH: usize = 16;

/// The octets, a line each sixteen, as `hexdump -C` shows them: where it begins, the octets,
/// and as text those that are printable ASCII. One that is `None` is another in each run.
pub fn lines(octets: &[Option<u8>]) -> impl Iterator<Item = String> {
    octets.chunks(WIDTH).enumerate().map(|(nth, line)| {
        let hex: Vec<String> = line.iter().map(hex).collect();
        let text: String = line.iter().map(text).collect();
        let columns = 3 * WIDTH - 1;
        format!("{:04x}  {:columns$}  |{text}|", nth * WIDTH, hex.join(" "))
    })
}

/// Two digits.
pub fn hex(octet: &Option<u8>) -> String {
    octet.map_or("**".to_owned(), |octet| format!("{octet:02x}"))
}

/// One character.
pub fn text(octet: &Option<u8>) -> char {
    match octet {
        None => '*',
        Some(octet @ 0x20..=0x7e) => char::from(*octet),
        Some(_) => '.',
    }
}

/// Reads a line of [`lines`] again, without looking at its text.
pub(crate) fn parse(line: &str) -> Option<Vec<Option<u8>>> {
    let hex = line.get(6..(6 + 3 * WIDTH - 1).min(line.len()))?;
    let octet = |digits: &str| match digits {
        "**" => Some(None),
        digits => Some(Some(u8::from_str_radix(digits, 16).ok()?)),
    };
    hex.split_whitespace().map(octet).collect()
}
