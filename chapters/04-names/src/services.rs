//! The files that give numbers their names: /etc/services for ports, /etc/protocols
//! for what an IP packet carries.

/// Ports and their names.
pub const SERVICES: &str = "/etc/services";
/// Protocols above IP and their names.
pub const PROTOCOLS: &str = "/etc/protocols";

/// A line of such a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its official name.
    pub name: String,
    /// Its number.
    pub number: u16,
    /// The protocol that the port is one of: `tcp`, `udp`; none in
    /// /etc/protocols.
    pub protocol: Option<String>,
    /// Its other names.
    pub aliases: Vec<String>,
}

impl Entry {
    /// Whether `text` is one of its names, or its number.
    pub fn is(&self, text: &str) -> bool {
        self.name == text
            || self.aliases.iter().any(|alias| alias == text)
            || text.parse() == Ok(self.number)
    }
}

// ANCHOR: parse
/// The entries of a file; a line that is none is passed over, as the system does.
pub fn parse(text: &str) -> Vec<Entry> {
    text.lines().filter_map(entry).collect()
}

/// `name number/protocol alias ...  # comment`
fn entry(line: &str) -> Option<Entry> {
    let (line, _) = line.split_once('#').unwrap_or((line, ""));
    let mut words = line.split_whitespace();
    let name = words.next()?.to_owned();
    let number = words.next()?;
    let (number, protocol) = match number.split_once('/') {
        Some((number, protocol)) => (number, Some(protocol.to_owned())),
        None => (number, None),
    };
    Some(Entry {
        name,
        number: number.parse().ok()?,
        protocol,
        aliases: words.map(str::to_owned).collect(),
    })
}
// ANCHOR_END: parse

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_has_a_name_a_number_and_other_names() {
        let text =
            "# a comment\n\nhttp\t\t80/tcp\t\twww webcache\t# WorldWideWeb\nbad\nicmp 1 ICMP\n";
        let entries = parse(text);
        assert_eq!(entries.len(), 2);
        assert_eq!(entries[0].protocol.as_deref(), Some("tcp"));
        assert_eq!(entries[0].aliases, ["www", "webcache"]);
        assert!(entries[0].is("www") && entries[0].is("80") && !entries[0].is("8"));
        assert_eq!((entries[1].number, &entries[1].protocol), (1, &None));
    }
}
