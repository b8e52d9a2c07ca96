//! Zone files: RFC 1035, section 5, with $TTL (RFC 2308, section 4) and unknown
//! types (RFC 3597, section 5).

use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, HashMap};

use super::{Node, Set, Zone};
use crate::name::unescape;
use crate::record::{Class, Data, Soa, Type};
use crate::{Name, TextError};

/// What is wrong with a zone file, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {what}")]
pub struct Error {
    /// The number of the line, from 1.
    pub line: usize,
    /// What is wrong.
    pub what: String,
}

/// A word of an entry.
struct Word {
    octets: Vec<u8>,
    /// In quotes it is a text, and never a keyword.
    quoted: bool,
    /// As it stands in the file: names have their own escapes.
    raw: String,
}

/// One entry, on one line or, between parentheses, on several.
struct Item {
    line: usize,
    /// It begins with a blank: it is about the same name as the entry before.
    same_name: bool,
    words: Vec<Word>,
}

pub(super) fn parse(text: &str) -> Result<Zone, Error> {
    let mut builder = Builder::default();
    for entry in entries(text)? {
        let line = entry.line;
        builder.entry(entry).map_err(|what| Error { line, what })?;
    }
    let line = text.lines().count();
    builder.finish().map_err(|what| Error { line, what })
}

/// Cuts a file into entries, and these into words.
fn entries(text: &str) -> Result<Vec<Item>, Error> {
    let mut entries = Vec::new();
    let mut open = 0_usize; // the line of a parenthesis that is not closed yet
    let mut words: Vec<Word> = Vec::new();
    let mut begin = (0, false);
    for (number, line) in (1..).zip(text.lines()) {
        let wrong = |what: &str| Error {
            line: number,
            what: what.to_owned(),
        };
        if open == 0 {
            begin = (number, line.starts_with([' ', '\t']));
        }
        let mut rest = line.as_bytes();
        while let Some((first, after)) = rest.split_first() {
            match first {
                b' ' | b'\t' => rest = after,
                b';' => break,
                b'(' if open == 0 => (open, rest) = (number, after),
                b'(' => return Err(wrong("a parenthesis inside another")),
                b')' if open == 0 => return Err(wrong("a parenthesis that was not opened")),
                b')' => (open, rest) = (0, after),
                _ => {
                    let (word, after) = word(rest).map_err(wrong)?;
                    words.push(word);
                    rest = after;
                }
            }
        }
        if open == 0 && !words.is_empty() {
            let (line, same_name) = begin;
            let words = std::mem::take(&mut words);
            entries.push(Item {
                line,
                same_name,
                words,
            });
        }
    }
    match open {
        0 => Ok(entries),
        line => Err(Error {
            line,
            what: "a parenthesis that is not closed".to_owned(),
        }),
    }
}

/// The first word, and what follows it.
fn word(line: &[u8]) -> Result<(Word, &[u8]), &'static str> {
    let quoted = line.first() == Some(&b'"');
    let start = if quoted { &line[1..] } else { line };
    let mut rest = start;
    let mut octets = Vec::new();
    let end = loop {
        match (rest.split_first(), quoted) {
            (Some((b'"', _)), true) => break &rest[1..],
            (None, true) => return Err("a quotation mark that is not closed"),
            (None | Some((b' ' | b'\t' | b';' | b'(' | b')' | b'"', _)), false) => break rest,
            (Some((b'\\', after)), _) => {
                let (octet, after) = unescape(after).ok_or("a backslash that escapes nothing")?;
                octets.push(octet);
                rest = after;
            }
            (Some((octet, after)), _) => {
                octets.push(*octet);
                rest = after;
            }
        }
    };
    let raw = start[..start.len() - rest.len()].to_vec();
    let raw = String::from_utf8(raw).map_err(|_| "not UTF-8")?;
    let word = Word {
        octets,
        quoted,
        raw,
    };
    Ok((word, end))
}

/// What has been read so far.
#[derive(Default)]
struct Builder {
    origin: Option<Name>,
    /// What $TTL says.
    ttl: Option<u32>,
    /// What the last entry said that said a time to live.
    stated: Option<u32>,
    owner: Option<Name>,
    zone: Option<(Name, Soa)>,
    nodes: HashMap<Name, Node>,
}

impl Builder {
    fn entry(&mut self, entry: Item) -> Result<(), String> {
        let mut words = Words(entry.words.into_iter());
        if !entry.same_name {
            let first = words.next("a name")?;
            match first.raw.to_ascii_uppercase().as_str() {
                "$ORIGIN" if !first.quoted => {
                    self.origin = Some(words.name(self.origin.as_ref())?);
                    return words.end();
                }
                "$TTL" if !first.quoted => {
                    self.ttl = Some(words.ttl()?);
                    return words.end();
                }
                other if other.starts_with('$') => return Err(format!("{other}: unknown")),
                _ => self.owner = Some(to_name(&first.raw, self.origin.as_ref())?),
            }
        }
        let owner = self.owner.clone().ok_or("no name before this entry")?;
        let mut ttl = None;
        let kind = loop {
            let word = words.next("a type")?;
            if let Ok(kind) = word.raw.parse() {
                break kind;
            } else if word.raw.bytes().all(|octet| octet.is_ascii_digit()) && ttl.is_none() {
                ttl = Some(seconds(&word.raw)?);
            } else if word.raw.parse() != Ok(Class::IN) {
                return Err(format!("{}: no type or class known here", word.raw));
            }
        };
        let data = words.data(kind, self.origin.as_ref())?;
        words.end()?;
        self.add(owner, ttl, data)
    }

    fn add(&mut self, owner: Name, ttl: Option<u32>, data: Data) -> Result<(), String> {
        match (&data, &self.zone) {
            (Data::Soa(soa), None) => {
                self.zone = Some((owner.clone(), soa.clone()));
            }
            (Data::Soa(_), Some(_)) => return Err("a second SOA record".to_owned()),
            (_, None) => return Err("the first record is not SOA".to_owned()),
            (_, Some((origin, _))) if !owner.is_within(origin) => {
                return Err(format!("{owner} is not within {origin}"));
            }
            _ => {}
        }
        // $TTL, or before there was that, the last that an entry has said.
        self.stated = ttl.or(self.stated);
        let ttl = ttl.or(self.ttl).or(self.stated);
        let ttl = ttl.ok_or("no time to live, and no $TTL")?;
        let kind = data.kind();
        let node = self.nodes.entry(owner.clone()).or_default();
        let set = node.sets.entry(kind).or_insert(Set {
            ttl,
            data: Vec::new(),
        });
        if set.ttl != ttl {
            let first = set.ttl;
            return Err(format!(
                "{owner} {kind}: {ttl} seconds to live, where another record of these has {first}"
            ));
        }
        // The same record twice is one: RFC 2181, section 5.
        if !set.data.contains(&data) {
            set.data.push(data);
        }
        // Another name for something has nothing else: RFC 2181, section 10.1.
        match node.sets.get(&Type::CNAME) {
            Some(alias) if alias.data.len() > 1 || node.sets.len() > 1 => {
                Err(format!("{owner}: other records beside a CNAME"))
            }
            _ => Ok(()),
        }
    }

    fn finish(mut self) -> Result<Zone, String> {
        let (origin, soa) = self.zone.ok_or("no SOA record")?;
        // A name between the origin and one that has records exists too.
        let names: Vec<Name> = self.nodes.keys().cloned().collect();
        for name in names {
            for above in name.ancestors().skip(1) {
                if !above.is_within(&origin) {
                    break;
                }
                if let Entry::Vacant(vacant) = self.nodes.entry(above) {
                    vacant.insert(Node {
                        sets: BTreeMap::new(),
                    });
                }
            }
        }
        Ok(Zone {
            origin,
            soa,
            nodes: self.nodes,
        })
    }
}

/// The words of an entry that are still to be read.
struct Words(std::vec::IntoIter<Word>);

impl Words {
    fn next(&mut self, what: &str) -> Result<Word, String> {
        self.0.next().ok_or_else(|| format!("{what} is missing"))
    }

    fn end(mut self) -> Result<(), String> {
        match self.0.next() {
            None => Ok(()),
            Some(word) => Err(format!("{:?} is too much", word.raw)),
        }
    }

    fn name(&mut self, origin: Option<&Name>) -> Result<Name, String> {
        to_name(&self.next("a name")?.raw, origin)
    }

    fn number<T: std::str::FromStr>(&mut self, what: &str) -> Result<T, String> {
        let word = self.next(what)?.raw;
        let number = word.parse().ok().filter(|_| !word.starts_with('+'));
        number.ok_or_else(|| format!("{word}: not {what}"))
    }

    fn ttl(&mut self) -> Result<u32, String> {
        seconds(&self.next("a time to live")?.raw)
    }

    fn data(&mut self, kind: Type, origin: Option<&Name>) -> Result<Data, String> {
        // Any type can be given in octets, known or not: RFC 3597, section 5.
        if self
            .0
            .as_slice()
            .first()
            .is_some_and(|word| word.raw == r"\#")
        {
            return self.octets(kind);
        }
        Ok(match kind {
            Type::A => Data::A(self.number("an IPv4 address")?),
            Type::AAAA => Data::Aaaa(self.number("an IPv6 address")?),
            Type::CNAME => Data::Cname(self.name(origin)?),
            Type::NS => Data::Ns(self.name(origin)?),
            Type::PTR => Data::Ptr(self.name(origin)?),
            Type::MX => Data::Mx {
                preference: self.number("a preference")?,
                exchange: self.name(origin)?,
            },
            Type::SOA => Data::Soa(Soa {
                primary: self.name(origin)?,
                mailbox: self.name(origin)?,
                serial: self.number("a serial")?,
                refresh: self.ttl()?,
                retry: self.ttl()?,
                expire: self.ttl()?,
                minimum: self.ttl()?,
            }),
            Type::SRV => Data::Srv {
                priority: self.number("a priority")?,
                weight: self.number("a weight")?,
                port: self.number("a port")?,
                target: self.name(origin)?,
            },
            Type::TXT => {
                let mut texts = vec![self.next("a text")?.octets];
                texts.extend(self.0.by_ref().map(|word| word.octets));
                match texts.iter().find(|text| text.len() > 255) {
                    None => Data::Txt(texts),
                    Some(text) => {
                        return Err(format!("a text of {} octets, more than 255", text.len()));
                    }
                }
            }
            _ => return Err(format!(r"{kind}: give its octets behind \#")),
        })
    }

    /// `\# LENGTH OCTETS`, the octets in hexadecimal digits.
    fn octets(&mut self, kind: Type) -> Result<Data, String> {
        self.next(r"\#")?;
        let length: usize = self.number("a length")?;
        let digits: String = self.0.by_ref().map(|word| word.raw).collect();
        let octets: Option<Vec<u8>> = (0..digits.len())
            .step_by(2)
            .map(|at| u8::from_str_radix(digits.get(at..at + 2)?, 16).ok())
            .collect();
        match octets {
            Some(octets) if octets.len() == length && length <= 65535 => {
                // The octets of a type that is known here are read as what they
                // say, or it would be told as two different records.
                crate::message::data_of(kind, &octets).map_err(|error| format!("{kind}: {error}"))
            }
            _ => Err(format!("not {length} octets in hexadecimal digits")),
        }
    }
}

fn to_name(text: &str, origin: Option<&Name>) -> Result<Name, String> {
    let wrong = |error: TextError| format!("{text}: {error}");
    match origin {
        Some(origin) => Name::relative(text, origin).map_err(wrong),
        None if text.ends_with('.') => text.parse().map_err(wrong),
        None => Err(format!("{text}: no dot at its end, and no $ORIGIN")),
    }
}

/// A time to live, which has 31 bits (RFC 2181, section 8).
fn seconds(text: &str) -> Result<u32, String> {
    match text.parse() {
        Ok(seconds @ 0..=0x7fff_ffff) if !text.starts_with('+') => Ok(seconds),
        _ => Err(format!("{text}: not a number of seconds")),
    }
}
