//! Resource records: types, classes, and what each type holds.

use std::fmt;
use std::net::{Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

use crate::Name;

/// The type of a record, or of what a question asks for.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Type(pub u16);

impl Type {
    /// An IPv4 address.
    pub const A: Type = Type(1);
    /// A server that knows a zone.
    pub const NS: Type = Type(2);
    /// The name that this name is another name for.
    pub const CNAME: Type = Type(5);
    /// The start of a zone: who keeps it, and how long answers stay true.
    pub const SOA: Type = Type(6);
    /// The name of an address.
    pub const PTR: Type = Type(12);
    /// A host that takes mail.
    pub const MX: Type = Type(15);
    /// Texts.
    pub const TXT: Type = Type(16);
    /// An IPv6 address.
    pub const AAAA: Type = Type(28);
    /// A host and port that offer a service.
    pub const SRV: Type = Type(33);
    /// No record: what a sender says about itself (RFC 6891).
    pub const OPT: Type = Type(41);
    /// Asks for a whole zone, in parts since a version.
    pub const IXFR: Type = Type(251);
    /// Asks for a whole zone.
    pub const AXFR: Type = Type(252);
    /// Asks for whatever there is (RFC 8482).
    pub const ANY: Type = Type(255);
}

/// The types that have a name here; every other is `TYPE` and its number.
const TYPES: [(Type, &str); 13] = [
    (Type::A, "A"),
    (Type::NS, "NS"),
    (Type::CNAME, "CNAME"),
    (Type::SOA, "SOA"),
    (Type::PTR, "PTR"),
    (Type::MX, "MX"),
    (Type::TXT, "TXT"),
    (Type::AAAA, "AAAA"),
    (Type::SRV, "SRV"),
    (Type::OPT, "OPT"),
    (Type::IXFR, "IXFR"),
    (Type::AXFR, "AXFR"),
    (Type::ANY, "ANY"),
];

impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match TYPES.iter().find(|(known, _)| known == self) {
            Some((_, name)) => f.pad(name),
            None => f.pad(&format!("TYPE{}", self.0)), // RFC 3597, section 5
        }
    }
}

impl fmt::Debug for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

/// A word that names no type or class.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no such type or class: {0}")]
pub struct Unknown(String);

impl FromStr for Type {
    type Err = Unknown;

    fn from_str(text: &str) -> Result<Type, Unknown> {
        let known = TYPES
            .iter()
            .find(|(_, name)| name.eq_ignore_ascii_case(text));
        known
            .map(|(known, _)| *known)
            .or_else(|| numbered(text, "TYPE").map(Type))
            .ok_or_else(|| Unknown(text.to_owned()))
    }
}

/// The number behind a prefix such as `TYPE`.
fn numbered(text: &str, prefix: &str) -> Option<u16> {
    let (head, digits) = text.split_at_checked(prefix.len())?;
    let plain = !digits.is_empty() && digits.bytes().all(|digit| digit.is_ascii_digit());
    match head.eq_ignore_ascii_case(prefix) && plain {
        true => digits.parse().ok(),
        false => None,
    }
}

/// The class of a record: almost always [`Class::IN`].
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Class(pub u16);

impl Class {
    /// The Internet.
    pub const IN: Class = Class(1);
    /// Chaosnet; servers still tell their version in it.
    pub const CH: Class = Class(3);
}

impl fmt::Display for Class {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Class::IN => f.pad("IN"),
            Class::CH => f.pad("CH"),
            Class(number) => f.pad(&format!("CLASS{number}")),
        }
    }
}

impl fmt::Debug for Class {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

impl FromStr for Class {
    type Err = Unknown;

    fn from_str(text: &str) -> Result<Class, Unknown> {
        match text.to_ascii_uppercase().as_str() {
            "IN" => Ok(Class::IN),
            "CH" => Ok(Class::CH),
            _ => numbered(text, "CLASS")
                .map(Class)
                .ok_or_else(|| Unknown(text.to_owned())),
        }
    }
}

/// One record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// The name that it says something about.
    pub name: Name,
    /// Its class.
    pub class: Class,
    /// How long it may be kept, in seconds.
    pub ttl: u32,
    /// What it says.
    pub data: Data,
}

/// What a record says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Data {
    /// An IPv4 address.
    A(Ipv4Addr),
    /// An IPv6 address (RFC 3596).
    Aaaa(Ipv6Addr),
    /// The name that this name is another name for.
    Cname(Name),
    /// A host that takes mail for this name.
    Mx {
        /// Lower is tried first.
        preference: u16,
        /// The host.
        exchange: Name,
    },
    /// A server that knows this zone.
    Ns(Name),
    /// The name of an address.
    Ptr(Name),
    /// The start of a zone.
    Soa(Soa),
    /// Where a service is offered (RFC 2782).
    Srv {
        /// Lower is tried first.
        priority: u16,
        /// Among hosts of one priority, a share of the clients.
        weight: u16,
        /// The port, which no other record tells.
        port: u16,
        /// The host.
        target: Name,
    },
    /// Texts of up to 255 octets each.
    Txt(Vec<Vec<u8>>),
    /// A type that is not known here: its octets as they are (RFC 3597).
    Other {
        /// Its type.
        kind: Type,
        /// Its octets.
        octets: Vec<u8>,
    },
}

/// The start of a zone (RFC 1035, section 3.3.13).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Soa {
    /// The server at which the zone is changed.
    pub primary: Name,
    /// The mailbox of who answers for it, with its @ as the first dot.
    pub mailbox: Name,
    /// The zone's version.
    pub serial: u32,
    /// How often other servers look for a new version, in seconds.
    pub refresh: u32,
    /// How soon they try again, in seconds.
    pub retry: u32,
    /// When they give up the zone, in seconds.
    pub expire: u32,
    /// How long "there is no such thing" stays true, in seconds (RFC 2308).
    pub minimum: u32,
}

impl Data {
    /// The type of a record that holds this.
    pub fn kind(&self) -> Type {
        match self {
            Data::A(_) => Type::A,
            Data::Aaaa(_) => Type::AAAA,
            Data::Cname(_) => Type::CNAME,
            Data::Mx { .. } => Type::MX,
            Data::Ns(_) => Type::NS,
            Data::Ptr(_) => Type::PTR,
            Data::Soa(_) => Type::SOA,
            Data::Srv { .. } => Type::SRV,
            Data::Txt(_) => Type::TXT,
            Data::Other { kind, .. } => *kind,
        }
    }
}

/// As a zone file has it.
impl fmt::Display for Data {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Data::A(address) => write!(f, "{address}"),
            Data::Aaaa(address) => write!(f, "{address}"),
            Data::Cname(name) | Data::Ns(name) | Data::Ptr(name) => write!(f, "{name}"),
            Data::Mx {
                preference,
                exchange,
            } => write!(f, "{preference} {exchange}"),
            Data::Soa(soa) => write!(
                f,
                "{} {} {} {} {} {} {}",
                soa.primary,
                soa.mailbox,
                soa.serial,
                soa.refresh,
                soa.retry,
                soa.expire,
                soa.minimum
            ),
            Data::Srv {
                priority,
                weight,
                port,
                target,
            } => write!(f, "{priority} {weight} {port} {target}"),
            Data::Txt(texts) => {
                for (place, text) in texts.iter().enumerate() {
                    let gap = if place > 0 { " " } else { "" };
                    write!(f, "{gap}\"")?;
                    for octet in text {
                        match octet {
                            b'"' | b'\\' => write!(f, "\\{}", char::from(*octet))?,
                            b' '..=b'~' => write!(f, "{}", char::from(*octet))?,
                            _ => write!(f, "\\{octet:03}")?,
                        }
                    }
                    f.write_str("\"")?;
                }
                Ok(())
            }
            Data::Other { octets, .. } => {
                write!(f, "\\# {}", octets.len())?;
                if !octets.is_empty() {
                    f.write_str(" ")?;
                }
                octets.iter().try_for_each(|octet| write!(f, "{octet:02X}"))
            }
        }
    }
}

impl fmt::Display for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Record {
            name,
            class,
            ttl,
            data,
        } = self;
        write!(f, "{name}\t{ttl}\t{class}\t{}\t{data}", data.kind())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_and_classes_have_names_or_numbers() {
        for (text, kind) in [
            ("aaaa", Type::AAAA),
            ("TYPE28", Type::AAAA),
            ("type65280", Type(65280)),
        ] {
            assert_eq!(text.parse(), Ok(kind));
        }
        assert_eq!(Type(65280).to_string(), "TYPE65280");
        assert_eq!(Class(254).to_string(), "CLASS254");
        for wrong in ["TYPE", "TYPE65536", "TYPE+1", "TYPEé", "é", "CLASS1"] {
            assert!(wrong.parse::<Type>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn what_a_peer_put_into_a_text_cannot_move_the_cursor() {
        let text = Data::Txt(vec![b"a \"b\"\\\x1b[2J".to_vec(), b"".to_vec()]);
        assert_eq!(text.to_string(), r#""a \"b\"\\\027[2J" """#);
    }
}
