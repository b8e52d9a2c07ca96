//! Reads a message, field by field.

use std::ops::Range;

use super::{Edns, Error, Flags, Message, Question, Status};
use crate::Name;
use crate::dns_name;
use crate::record::{Class, Data, Record, Soa, Type};

/// A piece of a message: what it is, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// What it is.
    pub what: &'static str,
    /// What it says.
    pub value: String,
    /// Its octets.
    pub octets: Range<usize>,
}

/// What a record of class Internet and type `kind` holds in `octets`, in which no
/// name is compressed.
///
/// # Errors
///
/// When a record of that type can't hold them.
pub(crate) fn data_of(kind: Type, octets: &[u8]) -> Result<Data, Error> {
    let mut reader = Reader::new(octets, None);
    let data = reader.data(Class::IN, kind, octets.len())?;
    match (reader.at, octets.len()) {
        (end, said) if end == said => Ok(data),
        (end, said) => Err(Error::Length { kind, end, said }),
    }
}

/// Reads a message from its first octet to its last.
pub(super) struct Reader<'a> {
    octets: &'a [u8],
    at: usize,
    fields: Option<&'a mut Vec<Field>>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(octets: &'a [u8], fields: Option<&'a mut Vec<Field>>) -> Self {
        let at = 0;
        Reader { octets, at, fields }
    }

    pub(super) fn message(mut self) -> Result<Message, Error> {
        let mut message = Message {
            id: self.u16("id")?,
            ..Message::default()
        };
        let bits = self.number::<2>("flags", |bits| {
            let bits = u16::from_be_bytes(bits);
            let status = Status(bits & 0xf);
            let flags = Flags::from_bits(bits).to_string();
            format!("{flags} {status}").trim_start().to_owned()
        })?;
        let bits = u16::from_be_bytes(bits);
        message.flags = Flags::from_bits(bits);
        message.status = Status(bits & 0xf);
        let questions = self.u16("questions")?;
        let answers = self.u16("answers")?;
        let authorities = self.u16("authorities")?;
        let additionals = self.u16("additionals")?;

        // A count says how often to look, not how much memory to ask for: a
        // message of 12 octets can announce 262,140 records.
        for _ in 0..questions {
            message.questions.push(Question {
                name: self.name("question: name")?,
                kind: self.kind("type")?,
                class: self.class("class")?,
            });
        }
        for _ in 0..answers {
            let record = self.record()?.record()?;
            message.answers.push(record);
        }
        for _ in 0..authorities {
            let record = self.record()?.record()?;
            message.authorities.push(record);
        }
        for _ in 0..additionals {
            match self.record()? {
                Entry::Record(record) => message.additionals.push(record),
                Entry::Opt { edns, status } => {
                    if message.edns.replace(edns).is_some() {
                        return Err(Error::Opt);
                    }
                    message.status.0 |= u16::from(status) << 4;
                }
            }
        }
        match self.octets.len() - self.at {
            0 => Ok(message),
            octets => Err(Error::Trailing { octets }),
        }
    }

    // ANCHOR: record
    fn record(&mut self) -> Result<Entry, Error> {
        let at = self.at;
        let name = self.name("record: name")?;
        let kind = self.kind("type")?;
        if kind == Type::OPT {
            return match self.octets[at] {
                0 => self.opt(),
                _ => Err(Error::Opt),
            };
        }
        let class = self.class("class")?;
        let ttl = self.number("time to live", |ttl| {
            format!("{} s", u32::from_be_bytes(ttl))
        })?;
        // With the first bit set it would be negative: RFC 2181, section 8.
        let ttl = match u32::from_be_bytes(ttl) {
            ttl @ ..=0x7fff_ffff => ttl,
            _ => 0,
        };
        let length = usize::from(self.u16("length of the data")?);
        let said = self.at + length;
        if said > self.octets.len() {
            return Err(self.cut_short("a record's data"));
        }
        let data = self.data(class, kind, length)?;
        if self.at != said {
            let end = self.at;
            return Err(Error::Length { kind, end, said });
        }
        Ok(Entry::Record(Record {
            name,
            class,
            ttl,
            data,
        }))
    }
    // ANCHOR_END: record

    fn opt(&mut self) -> Result<Entry, Error> {
        let udp_size = self.u16("octets it can take over UDP")?;
        let [status] = self.number("more of the status", |[bits]| bits.to_string())?;
        let [version] = self.number("EDNS version", |[version]| version.to_string())?;
        let flags = self.number::<2>("EDNS flags", |[high, _]| {
            let dnssec = if high & 0x80 != 0 { "do" } else { "" };
            dnssec.to_owned()
        })?;
        let length = usize::from(self.u16("length of the options")?);
        let options = self.take(length, "options", String::new())?.to_vec();
        let dnssec = flags[0] & 0x80 != 0;
        let edns = Edns {
            udp_size,
            version,
            dnssec,
            options,
        };
        Ok(Entry::Opt { edns, status })
    }

    /// What a record holds. An address is one in the class Internet alone.
    fn data(&mut self, class: Class, kind: Type, length: usize) -> Result<Data, Error> {
        Ok(match (kind, class) {
            (Type::A, Class::IN) => {
                let show = |octets: [u8; 4]| std::net::Ipv4Addr::from(octets).to_string();
                Data::A(self.number("address", show)?.into())
            }
            (Type::AAAA, Class::IN) => {
                let show = |octets: [u8; 16]| std::net::Ipv6Addr::from(octets).to_string();
                Data::Aaaa(self.number("address", show)?.into())
            }
            (Type::CNAME, _) => Data::Cname(self.name("target")?),
            (Type::NS, _) => Data::Ns(self.name("server")?),
            (Type::PTR, _) => Data::Ptr(self.name("host")?),
            (Type::MX, _) => Data::Mx {
                preference: self.u16("preference")?,
                exchange: self.name("host")?,
            },
            (Type::SOA, _) => Data::Soa(Soa {
                primary: self.name("primary")?,
                mailbox: self.name("mailbox")?,
                serial: self.u32("serial")?,
                refresh: self.u32("refresh")?,
                retry: self.u32("retry")?,
                expire: self.u32("expire")?,
                minimum: self.u32("negative time to live")?,
            }),
            (Type::SRV, Class::IN) => Data::Srv {
                priority: self.u16("priority")?,
                weight: self.u16("weight")?,
                port: self.u16("port")?,
                target: self.name("host")?,
            },
            (Type::TXT, _) => {
                let end = self.at + length;
                let mut texts = Vec::new();
                while self.at < end {
                    let [length] = self.number("length of a text", |[n]| n.to_string())?;
                    let text = self.take(usize::from(length), "a text", String::new())?;
                    texts.push(text.to_vec());
                }
                if texts.is_empty() {
                    return Err(Error::NoText);
                }
                Data::Txt(texts)
            }
            _ => {
                let octets = self.take(length, "octets", String::new())?.to_vec();
                Data::Other { kind, octets }
            }
        })
    }

    fn cut_short(&self, what: &'static str) -> Error {
        let at = self.octets.len();
        Error::CutShort { at, what }
    }

    /// The next `length` octets.
    fn take(
        &mut self,
        length: usize,
        what: &'static str,
        value: String,
    ) -> Result<&'a [u8], Error> {
        let range = self.at..self.at + length;
        let octets = self
            .octets
            .get(range.clone())
            .ok_or_else(|| self.cut_short(what))?;
        self.at = range.end;
        if length > 0 {
            self.note(what, || value, range);
        }
        Ok(octets)
    }

    fn number<const N: usize>(
        &mut self,
        what: &'static str,
        show: impl FnOnce([u8; N]) -> String,
    ) -> Result<[u8; N], Error> {
        let rest = &self.octets[self.at..];
        let number = *rest.first_chunk().ok_or_else(|| self.cut_short(what))?;
        let range = self.at..self.at + N;
        self.at = range.end;
        self.note(what, || show(number), range);
        Ok(number)
    }

    fn u16(&mut self, what: &'static str) -> Result<u16, Error> {
        let show = |octets| u16::from_be_bytes(octets).to_string();
        Ok(u16::from_be_bytes(self.number(what, show)?))
    }

    fn u32(&mut self, what: &'static str) -> Result<u32, Error> {
        let show = |octets| u32::from_be_bytes(octets).to_string();
        Ok(u32::from_be_bytes(self.number(what, show)?))
    }

    fn kind(&mut self, what: &'static str) -> Result<Type, Error> {
        let kind = |octets| Type(u16::from_be_bytes(octets));
        Ok(kind(self.number(what, |octets| kind(octets).to_string())?))
    }

    fn class(&mut self, what: &'static str) -> Result<Class, Error> {
        let class = |octets| Class(u16::from_be_bytes(octets));
        Ok(class(
            self.number(what, |octets| class(octets).to_string())?,
        ))
    }

    fn name(&mut self, what: &'static str) -> Result<Name, Error> {
        let at = self.at;
        let wrong = |error| match error {
            dns_name::Error::CutShort => self.cut_short(what),
            error => Error::Name { at, error },
        };
        let (labels, after) = dns_name::decode(self.octets, at).map_err(wrong)?;
        let name = Name::from_labels(&labels).map_err(|error| Error::Name { at, error })?;
        self.at = after;
        self.note(what, || name.to_string(), at..after);
        Ok(name)
    }

    fn note(&mut self, what: &'static str, value: impl FnOnce() -> String, octets: Range<usize>) {
        if let Some(fields) = &mut self.fields {
            let value = value();
            fields.push(Field {
                what,
                value,
                octets,
            });
        }
    }
}

/// What stands where a record is expected.
enum Entry {
    Record(Record),
    Opt { edns: Edns, status: u8 },
}

impl Entry {
    fn record(self) -> Result<Record, Error> {
        match self {
            Entry::Record(record) => Ok(record),
            Entry::Opt { .. } => Err(Error::Opt),
        }
    }
}
