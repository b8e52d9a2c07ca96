//! A DNS message as octets: RFC 1035, section 4; RFC 6891 for what a sender says
//! about itself; RFC 3597 for types that nobody here knows.
//!
//! Whatever the octets are, [`Message::decode`] returns, without a panic, in
//! bounded time and memory: no count and no length in the message is believed
//! before the octets are there.

mod error;
mod reader;
mod writer;

use std::fmt;

use crate::Name;
use crate::record::{Class, Data, Record, Type};

pub use error::{EncodeError, Error};
pub use reader::Field;
use reader::Reader;
pub(crate) use reader::data_of;

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
}
