//! A DNS message as octets: RFC 1035, section 4; RFC 6891 for what a sender says
//! about itself; RFC 3597 for types that nobody here knows.
//!
//! Whatever the octets are, [`Message::decode`] returns, without a panic, in
//! bounded time and memory: no count and no length in the message is believed
//! before the octets are there.

use std::fmt;
use std::ops::Range;

use crate::Name;
use crate::dns_name::{self, Written};
use crate::record::{Class, Data, Record, Soa, Type};

/// The octets of a message's header.
pub const HEADER: usize = 12;
/// The octets that a message over UDP may have where nothing else was said.
pub const UDP_PLAIN: usize = 512;
/// The octets that a message over UDP should have at the most: they fit into one
/// packet on almost every path, so nothing is cut into fragments.
pub const UDP_SAFE: u16 = 1232;
/// The octets that a message can have at all: the length before it on TCP has 16
/// bits.
pub const MAX_MESSAGE: usize = 65535;

/// A DNS message.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Message {
    /// The number that pairs a response with its query.
    pub id: u16,
    /// What kind of message it is.
    pub flags: Flags,
    /// How it went; of the 12 bits, the upper eight travel in [`Edns`].
    pub status: Status,
    /// What is asked.
    pub questions: Vec<Question>,
    /// What answers it.
    pub answers: Vec<Record>,
    /// Who knows, or why there is no answer.
    pub authorities: Vec<Record>,
    /// What will be asked next, and was put in to save the question.
    pub additionals: Vec<Record>,
    /// What the sender says about itself.
    pub edns: Option<Edns>,
}

/// The bits of a header.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Flags {
    /// QR: a response, and not a query.
    pub response: bool,
    /// What is wanted; 0 is a query.
    pub opcode: u8,
    /// AA: from a server that keeps the zone.
    pub authoritative: bool,
    /// TC: more did not fit.
    pub truncated: bool,
    /// RD: the server is asked to ask others.
    pub recursion_desired: bool,
    /// RA: it would.
    pub recursion_available: bool,
    /// AD: the data are proven (RFC 4035).
    pub authentic: bool,
    /// CD: don't check them (RFC 4035).
    pub unchecked: bool,
}

/// A bit of the header, the name that dig has for it, and where it is kept.
type Bit = (u16, &'static str, fn(&mut Flags) -> &mut bool);

const FLAGS: [Bit; 7] = [
    (0x8000, "qr", |flags| &mut flags.response),
    (0x0400, "aa", |flags| &mut flags.authoritative),
    (0x0200, "tc", |flags| &mut flags.truncated),
    (0x0100, "rd", |flags| &mut flags.recursion_desired),
    (0x0080, "ra", |flags| &mut flags.recursion_available),
    (0x0020, "ad", |flags| &mut flags.authentic),
    (0x0010, "cd", |flags| &mut flags.unchecked),
];

impl Flags {
    fn from_bits(bits: u16) -> Flags {
        let mut flags = Flags {
            opcode: (bits >> 11) as u8 & 0xf,
            ..Flags::default()
        };
        for (bit, _, field) in FLAGS {
            *field(&mut flags) = bits & bit != 0;
        }
        flags
    }

    fn to_bits(mut self) -> u16 {
        let set = |(bit, _, field): &Bit| {
            if *field(&mut self) { *bit } else { 0 }
        };
        let bits: u16 = FLAGS.iter().map(set).sum();
        bits | u16::from(self.opcode & 0xf) << 11
    }
}

/// The names of the bits that are set.
impl fmt::Display for Flags {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut flags = *self;
        let set = FLAGS.iter().filter(|(.., field)| *field(&mut flags));
        let names: Vec<&str> = set.map(|(_, name, _)| *name).collect();
        f.write_str(&names.join(" "))
    }
}

/// How a query went: 12 bits.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Status(pub u16);

impl Status {
    /// There was nothing wrong, which does not mean that there is an answer.
    pub const NO_ERROR: Status = Status(0);
    /// The query can't be understood.
    pub const FORMAT_ERROR: Status = Status(1);
    /// The server has trouble.
    pub const SERVER_FAILURE: Status = Status(2);
    /// There is no such name.
    pub const NO_NAME: Status = Status(3);
    /// The server does not know how.
    pub const NOT_IMPLEMENTED: Status = Status(4);
    /// The server does not want to.
    pub const REFUSED: Status = Status(5);
    /// The query is of a version of EDNS that the server does not know.
    pub const BAD_VERSION: Status = Status(16);
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Status::NO_ERROR => f.pad("NOERROR"),
            Status::FORMAT_ERROR => f.pad("FORMERR"),
            Status::SERVER_FAILURE => f.pad("SERVFAIL"),
            Status::NO_NAME => f.pad("NXDOMAIN"),
            Status::NOT_IMPLEMENTED => f.pad("NOTIMP"),
            Status::REFUSED => f.pad("REFUSED"),
            Status::BAD_VERSION => f.pad("BADVERS"),
            Status(number) => f.pad(&format!("RCODE{number}")),
        }
    }
}

impl fmt::Debug for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

/// What is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// The name it is about.
    pub name: Name,
    /// The type of the records that are asked for.
    pub kind: Type,
    /// Their class.
    pub class: Class,
}

/// What a sender says about itself, in the place of a record (RFC 6891).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edns {
    /// The octets of a message over UDP that it can take.
    pub udp_size: u16,
    /// The version; there is none but 0.
    pub version: u8,
    /// DO: signatures are welcome (RFC 3225).
    pub dnssec: bool,
    /// Options, undecoded.
    pub options: Vec<u8>,
}

impl Default for Edns {
    fn default() -> Edns {
        Edns {
            udp_size: UDP_SAFE,
            version: 0,
            dnssec: false,
            options: Vec::new(),
        }
    }
}

/// Why octets are no message.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// They end inside a field.
    #[error("the message ends at octet {at}, inside the field \"{what}\"")]
    CutShort {
        /// Where they end.
        at: usize,
        /// The field.
        what: &'static str,
    },
    /// A name breaks the rules.
    #[error("the name at octet {at}: {error}")]
    Name {
        /// Where it begins.
        at: usize,
        /// The rule.
        error: dns_name::Error,
    },
    /// A record's data are longer or shorter than the record says.
    #[error("the data of the {kind} record end at octet {end}, not at {said}")]
    Length {
        /// The record's type.
        kind: Type,
        /// Where they end.
        end: usize,
        /// Where the record says they end.
        said: usize,
    },
    /// A TXT record without a text.
    #[error("a TXT record without a text")]
    NoText,
    /// Octets follow the last record that the counts announce.
    #[error("{octets} octets after the last record")]
    Trailing {
        /// How many.
        octets: usize,
    },
    /// An OPT record that is not the only one, at the root, among the additional
    /// records (RFC 6891, section 6.1.1).
    #[error("an OPT record out of place")]
    Opt,
}

/// Why a message can't be written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EncodeError {
    /// A text, or what a record holds, is longer than its length can say.
    #[error("{what} of {octets} octets where {limit} are allowed")]
    TooLong {
        /// What it is.
        what: &'static str,
        /// The octets it has.
        octets: usize,
        /// The octets it may have.
        limit: usize,
    },
}

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

impl Message {
    /// A question to a server. It says that messages of [`UDP_SAFE`] octets can be
    /// taken over UDP.
    pub fn query(id: u16, name: Name, kind: Type) -> Message {
        let class = Class::IN;
        Message {
            id,
            questions: vec![Question { name, kind, class }],
            edns: Some(Edns::default()),
            ..Message::default()
        }
    }

    /// The response to this query, in which nothing is said yet.
    pub fn response(&self) -> Message {
        Message {
            id: self.id,
            flags: Flags {
                response: true,
                opcode: self.flags.opcode,
                recursion_desired: self.flags.recursion_desired,
                unchecked: self.flags.unchecked,
                ..Flags::default()
            },
            questions: self.questions.clone(),
            edns: self.edns.as_ref().map(|edns| Edns {
                dnssec: edns.dnssec, // copied, also where nothing is signed: RFC 3225
                ..Edns::default()
            }),
            ..Message::default()
        }
    }

    /// The answers about `name`: the aliases that lead from it, in their order, and the
    /// records of type `kind` behind them. Those of other names may have been put in by
    /// anybody.
    pub fn records_of(&self, name: &Name, kind: Type) -> Vec<Record> {
        let (mut name, mut found) = (name, Vec::new());
        // Each alias takes a record, so that a circle has an end.
        for _ in &self.answers {
            let own = |wanted| {
                let records = self.answers.iter().filter(|record| record.name == *name);
                let records = records.filter(|record| record.class == Class::IN);
                records.filter(move |record| record.data.kind() == wanted)
            };
            found.extend(own(kind).cloned());
            let alias = own(Type::CNAME)
                .next()
                .filter(|_| own(kind).next().is_none());
            let Some(Record {
                data: Data::Cname(target),
                ..
            }) = alias
            else {
                break;
            };
            found.extend(alias.cloned());
            name = target;
        }
        found
    }

    /// Whether this is a response to `query`: nobody else's, and to no other
    /// question.
    pub fn answers(&self, query: &Message) -> bool {
        self.flags.response && self.id == query.id && self.questions == query.questions
    }

    /// Reads a message, which has to be whole.
    ///
    /// # Errors
    ///
    /// When the octets are no message, are fewer than it says, or more.
    pub fn decode(octets: &[u8]) -> Result<Message, Error> {
        Reader::new(octets, None).message()
    }

    /// The fields of a message, one after the other, for people to look at; those
    /// that were read before an error, if there was one.
    pub fn explain(octets: &[u8]) -> (Vec<Field>, Result<Message, Error>) {
        let mut fields = Vec::new();
        let message = Reader::new(octets, Some(&mut fields)).message();
        (fields, message)
    }

    // ANCHOR: encode
    /// The message in up to `limit` octets, of which it has to be given at least
    /// [`UDP_PLAIN`].
    ///
    /// If all of it does not fit, it goes without its additional records, which
    /// were a favour (RFC 2181, section 9). If that is still too much, it says
    /// that it is truncated, and goes without any record: half an answer could be
    /// taken for a whole one.
    ///
    /// # Errors
    ///
    /// When something in it is longer than its length can say.
    pub fn encode(&self, limit: usize) -> Result<Vec<u8>, EncodeError> {
        let whole = self.write(true, true)?;
        if whole.len() <= limit.min(MAX_MESSAGE) {
            return Ok(whole);
        }
        let without_favours = self.write(true, false)?;
        if without_favours.len() <= limit.min(MAX_MESSAGE) {
            return Ok(without_favours);
        }
        let mut truncated = self.clone();
        truncated.flags.truncated = true;
        truncated.write(false, false)
    }
    // ANCHOR_END: encode

    fn write(&self, records: bool, additionals: bool) -> Result<Vec<u8>, EncodeError> {
        let part = |part: &'static str, there: bool| match part {
            "answers" if there => &self.answers[..],
            "authorities" if there => &self.authorities[..],
            "additionals" if there => &self.additionals[..],
            _ => &[],
        };
        let answers = part("answers", records);
        let authorities = part("authorities", records);
        let additionals = part("additionals", additionals);
        let edns = usize::from(self.edns.is_some());

        let mut writer = Writer::default();
        writer.u16(self.id);
        writer.u16(self.flags.to_bits() | self.status.0 & 0xf);
        for count in [
            self.questions.len(),
            answers.len(),
            authorities.len(),
            additionals.len() + edns,
        ] {
            writer.u16(short("a section", count)?);
        }
        for question in &self.questions {
            writer.name(&question.name);
            writer.u16(question.kind.0);
            writer.u16(question.class.0);
        }
        for record in answers.iter().chain(authorities).chain(additionals) {
            writer.record(record)?;
        }
        if let Some(edns) = &self.edns {
            writer.opt(edns, self.status)?;
        }
        Ok(writer.octets)
    }
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

/// A length or count of 16 bits.
fn short(what: &'static str, octets: usize) -> Result<u16, EncodeError> {
    u16::try_from(octets).map_err(|_| EncodeError::TooLong {
        what,
        octets,
        limit: MAX_MESSAGE,
    })
}

/// Reads a message from its first octet to its last.
struct Reader<'a> {
    octets: &'a [u8],
    at: usize,
    fields: Option<&'a mut Vec<Field>>,
}

impl<'a> Reader<'a> {
    fn new(octets: &'a [u8], fields: Option<&'a mut Vec<Field>>) -> Self {
        let at = 0;
        Reader { octets, at, fields }
    }

    fn message(mut self) -> Result<Message, Error> {
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

/// Writes a message from its first octet to its last.
#[derive(Default)]
struct Writer {
    octets: Vec<u8>,
    written: Written,
}

impl Writer {
    fn u16(&mut self, number: u16) {
        self.octets.extend(number.to_be_bytes());
    }

    fn u32(&mut self, number: u32) {
        self.octets.extend(number.to_be_bytes());
    }

    fn name(&mut self, name: &Name) {
        // A Name has only labels that can be written.
        let _ = self.written.encode(&name.to_labels(), &mut self.octets);
    }

    /// Without compression: who does not know a record's type could not
    /// find the name in it (RFC 3597, section 4).
    fn plain_name(&mut self, name: &Name) {
        let _ = Written::new().encode(&name.to_labels(), &mut self.octets);
    }

    fn record(&mut self, record: &Record) -> Result<(), EncodeError> {
        self.name(&record.name);
        self.u16(record.data.kind().0);
        self.u16(record.class.0);
        self.u32(record.ttl);
        self.behind_length("a record's data", |writer| writer.data(&record.data))
    }

    /// What `write` writes, behind its length.
    fn behind_length(
        &mut self,
        what: &'static str,
        write: impl FnOnce(&mut Self) -> Result<(), EncodeError>,
    ) -> Result<(), EncodeError> {
        let place = self.octets.len();
        self.u16(0); // until it is known
        write(self)?;
        let length = short(what, self.octets.len() - place - 2)?;
        self.octets[place..place + 2].copy_from_slice(&length.to_be_bytes());
        Ok(())
    }

    fn data(&mut self, data: &Data) -> Result<(), EncodeError> {
        match data {
            Data::A(address) => self.octets.extend(address.octets()),
            Data::Aaaa(address) => self.octets.extend(address.octets()),
            Data::Cname(name) | Data::Ns(name) | Data::Ptr(name) => self.name(name),
            Data::Mx {
                preference,
                exchange,
            } => {
                self.u16(*preference);
                self.name(exchange);
            }
            Data::Soa(soa) => {
                self.name(&soa.primary);
                self.name(&soa.mailbox);
                for number in [soa.serial, soa.refresh, soa.retry, soa.expire, soa.minimum] {
                    self.u32(number);
                }
            }
            Data::Srv {
                priority,
                weight,
                port,
                target,
            } => {
                for number in [priority, weight, port] {
                    self.u16(*number);
                }
                self.plain_name(target); // RFC 2782
            }
            Data::Txt(texts) => {
                for text in texts {
                    let octets = text.len();
                    let length = u8::try_from(octets).map_err(|_| EncodeError::TooLong {
                        what: "a text",
                        octets,
                        limit: 255,
                    })?;
                    self.octets.push(length);
                    self.octets.extend(text);
                }
            }
            Data::Other { octets, .. } => self.octets.extend(octets),
        }
        Ok(())
    }

    fn opt(&mut self, edns: &Edns, status: Status) -> Result<(), EncodeError> {
        self.octets.push(0); // the root
        self.u16(Type::OPT.0);
        self.u16(edns.udp_size);
        self.octets.push((status.0 >> 4) as u8);
        self.octets.push(edns.version);
        self.u16(if edns.dnssec { 0x8000 } else { 0 });
        self.behind_length("the options", |writer| {
            writer.octets.extend(&edns.options);
            Ok(())
        })
    }
}
