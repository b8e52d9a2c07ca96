//! Domain names: what they are made of, and how people write them.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::net::IpAddr;
use std::str::FromStr;

use crate::dns_name::{self, Labels};

/// A domain name, complete up to the root.
///
/// Two names that differ in upper and lower case are equal (RFC 4343), and each
/// keeps the case it was written in.
#[derive(Clone)]
pub struct Name {
    /// Each label behind its length, as on the wire; the root's is left out.
    wire: Box<[u8]>,
}

impl PartialEq for Name {
    fn eq(&self, other: &Name) -> bool {
        // A length is less than 64, and so never taken for a letter.
        self.wire.eq_ignore_ascii_case(&other.wire)
    }
}

impl Eq for Name {}

impl Hash for Name {
    fn hash<H: Hasher>(&self, state: &mut H) {
        for octet in &self.wire {
            state.write_u8(octet.to_ascii_lowercase());
        }
    }
}

/// A text that is no domain name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TextError {
    /// The labels it has make no name.
    #[error(transparent)]
    Name(#[from] dns_name::Error),
    /// A backslash that is followed by neither a sign nor three digits up to 255.
    #[error("a backslash that escapes nothing")]
    Escape,
    /// Letters that are not ASCII. A name with such letters travels in another
    /// form (RFC 5891).
    #[error("not ASCII: write it in its form that begins with xn--")]
    NotAscii,
}

impl Name {
    /// The name of the root, which has no labels.
    pub fn root() -> Name {
        let wire = Box::default();
        Name { wire }
    }

    /// The name of these labels, the host's first.
    ///
    /// # Errors
    ///
    /// When they make no name.
    pub fn from_labels(labels: &[Vec<u8>]) -> Result<Name, dns_name::Error> {
        let mut wire = dns_name::write_out(labels)?;
        wire.pop(); // the root
        let wire = wire.into();
        Ok(Name { wire })
    }

    /// Its labels, the host's first.
    pub fn labels(&self) -> impl Iterator<Item = &[u8]> {
        let mut rest = &self.wire[..];
        std::iter::from_fn(move || {
            let (length, after) = rest.split_first()?;
            let (label, after) = after.split_at_checked(usize::from(*length))?;
            rest = after;
            Some(label)
        })
    }

    /// Its labels, to be written into a message.
    pub fn to_labels(&self) -> Labels {
        self.labels().map(<[u8]>::to_vec).collect()
    }

    /// The name without its first label; `None` for the root.
    pub fn parent(&self) -> Option<Name> {
        let first = self.labels().next()?;
        let wire = self.wire[1 + first.len()..].into();
        Some(Name { wire })
    }

    /// The name itself, its parent, and so on up to the root.
    pub fn ancestors(&self) -> impl Iterator<Item = Name> {
        std::iter::successors(Some(self.clone()), Name::parent)
    }

    /// Whether it is `other`, or a name below it.
    pub fn is_within(&self, other: &Name) -> bool {
        self.ancestors().any(|name| name == *other)
    }

    /// The name with another label in front of it.
    ///
    /// # Errors
    ///
    /// When that makes no name.
    pub fn child(&self, label: &[u8]) -> Result<Name, dns_name::Error> {
        let mut labels = self.to_labels();
        labels.insert(0, label.to_vec());
        Name::from_labels(&labels)
    }

    /// The name under which the name of an address is kept: 127.0.0.1 is at
    /// 1.0.0.127.in-addr.arpa (RFC 1035, section 3.5), an IPv6 address, digit by
    /// digit, under ip6.arpa (RFC 3596, section 2.5).
    // ANCHOR: reverse
    pub fn reverse(address: IpAddr) -> Name {
        let text: String = match address {
            IpAddr::V4(address) => {
                let [a, b, c, d] = address.octets();
                format!("{d}.{c}.{b}.{a}.in-addr.arpa")
            }
            IpAddr::V6(address) => {
                let digits = address.octets().into_iter().rev();
                let digits = digits.flat_map(|octet| [octet & 0xf, octet >> 4]);
                let digits: String = digits.map(|digit| format!("{digit:x}.")).collect();
                digits + "ip6.arpa"
            }
        };
        // 32 labels of one digit are far from the limits.
        text.parse().unwrap_or_else(|_| Name::root())
    }
    // ANCHOR_END: reverse

    /// Reads a name as it stands in a zone file (RFC 1035, section 5.1): one
    /// without a dot at its end goes on with `origin`.
    ///
    /// # Errors
    ///
    /// When it is no name.
    pub fn relative(text: &str, origin: &Name) -> Result<Name, TextError> {
        if text == "@" {
            return Ok(origin.clone());
        }
        let (mut labels, absolute) = read(text)?;
        if !absolute {
            labels.extend(origin.to_labels());
        }
        Ok(Name::from_labels(&labels)?)
    }
}

/// Reads a name that is complete, with or without the dot at its end.
impl FromStr for Name {
    type Err = TextError;

    fn from_str(text: &str) -> Result<Name, TextError> {
        Ok(Name::from_labels(&read(text)?.0)?)
    }
}

/// The labels, and whether a dot stands at the end.
fn read(text: &str) -> Result<(Labels, bool), TextError> {
    if text == "." {
        return Ok((Labels::new(), true));
    }
    if !text.is_ascii() {
        return Err(TextError::NotAscii);
    }
    let mut labels = Labels::new();
    let mut label = Vec::new();
    let mut rest = text.as_bytes();
    let mut absolute = false;
    while let Some((octet, after)) = rest.split_first() {
        rest = after;
        absolute = *octet == b'.';
        match octet {
            b'.' => labels.push(std::mem::take(&mut label)),
            b'\\' => {
                let (escaped, after) = unescape(rest).ok_or(TextError::Escape)?;
                label.push(escaped);
                rest = after;
            }
            _ => label.push(*octet),
        }
    }
    if !absolute {
        labels.push(label);
    }
    Ok((labels, absolute))
}

/// The octet that stands behind a backslash, as in `\.` and `\032`, and what
/// follows it.
pub(crate) fn unescape(rest: &[u8]) -> Option<(u8, &[u8])> {
    match rest {
        [
            a @ b'0'..=b'9',
            b @ b'0'..=b'9',
            c @ b'0'..=b'9',
            after @ ..,
        ] => {
            let value = [a, b, c]
                .into_iter()
                .fold(0, |value, digit| value * 10 + u16::from(digit - b'0'));
            Some((u8::try_from(value).ok()?, after))
        }
        [b'0'..=b'9', ..] | [] => None,
        [octet, after @ ..] => Some((*octet, after)),
    }
}

/// As a zone file has it, with the dot at its end: a sign that would be read as
/// something else behind a backslash, an octet that can't be printed as `\DDD`.
impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        use fmt::Write;
        // In a whole, so that a width can be given.
        let mut text = String::new();
        for label in self.labels() {
            for octet in label {
                match octet {
                    b'.' | b'\\' | b'"' | b';' | b'@' | b'$' | b'(' | b')' => {
                        write!(text, "\\{}", char::from(*octet))?;
                    }
                    b'!'..=b'~' => text.push(char::from(*octet)),
                    _ => write!(text, "\\{octet:03}")?,
                }
            }
            text.push('.');
        }
        if text.is_empty() {
            text.push('.');
        }
        f.pad(&text)
    }
}

impl fmt::Debug for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn name(text: &str) -> Name {
        text.parse().unwrap()
    }

    #[test]
    fn a_dot_at_the_end_changes_nothing_where_names_are_complete() {
        assert_eq!(name("www.example.com"), name("www.example.com."));
        assert_eq!(name("www.example.com").to_string(), "www.example.com.");
        assert_eq!(name(".").to_string(), ".");
        assert_eq!(name("."), Name::root());
    }

    #[test]
    fn upper_and_lower_case_are_equal_and_kept() {
        let mixed = name("WwW.Example.COM");
        assert_eq!(mixed, name("www.example.com"));
        assert_eq!(mixed.to_string(), "WwW.Example.COM.");
        let set = std::collections::HashSet::from([mixed]);
        assert!(set.contains(&name("www.example.com")));
    }

    #[test]
    fn a_dot_inside_a_label_is_not_one_between_labels() {
        let escaped = name(r"hello\.world.example");
        assert_eq!(escaped.labels().next().unwrap(), b"hello.world");
        assert_eq!(escaped.to_string(), r"hello\.world.example.");
        assert_eq!(name(r"a\032b\000").to_string(), r"a\032b\000.");
        assert_ne!(escaped, name("hello.world.example"));
    }

    #[test]
    fn what_is_no_name_is_refused() {
        let long = "x".repeat(64);
        for (text, error) in [
            ("a..b", dns_name::Error::EmptyLabel),
            ("", dns_name::Error::EmptyLabel),
            (".a", dns_name::Error::EmptyLabel),
            (&long, dns_name::Error::LabelTooLong { octets: 64 }),
            (&"ab.".repeat(85), dns_name::Error::NameTooLong),
        ] {
            assert_eq!(Name::from_str(text), Err(TextError::Name(error)), "{text}");
        }
        for text in [r"a\", r"a\25", r"a\256"] {
            assert_eq!(Name::from_str(text), Err(TextError::Escape), "{text}");
        }
        assert_eq!(Name::from_str("grüße.example"), Err(TextError::NotAscii));
        assert!(Name::from_str(&format!("{}.", "ab.".repeat(84))).is_err());
        assert!(Name::from_str(&"ab.".repeat(84)).is_ok());
    }

    #[test]
    fn a_name_knows_what_it_is_within() {
        let host = name("www.example.com");
        for zone in ["www.EXAMPLE.com", "example.com", "com", "."] {
            assert!(host.is_within(&name(zone)), "{zone}");
        }
        for zone in ["a.www.example.com", "ample.com", "example.org"] {
            assert!(!host.is_within(&name(zone)), "{zone}");
        }
    }

    #[test]
    fn addresses_have_names() {
        let of = |text: &str| Name::reverse(text.parse().unwrap()).to_string();
        assert_eq!(of("192.0.2.5"), "5.2.0.192.in-addr.arpa.");
        // The example of RFC 3596, section 2.5.
        assert_eq!(
            of("4321:0:1:2:3:4:567:89ab"),
            "b.a.9.8.7.6.5.0.4.0.0.0.3.0.0.0.2.0.0.0.1.0.0.0.0.0.0.0.1.2.3.4.ip6.arpa."
        );
    }

    proptest! {
        #[test]
        fn any_name_can_be_written_and_read(
            labels in prop::collection::vec(prop::collection::vec(any::<u8>(), 1..20), 0..12),
        ) {
            let name = Name::from_labels(&labels).unwrap();
            let again: Name = name.to_string().parse().unwrap();
            prop_assert_eq!(again.to_labels(), labels);
        }
    }
}
