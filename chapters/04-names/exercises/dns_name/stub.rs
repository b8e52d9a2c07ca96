//! Names on the wire
//!
//! Difficulty: core
//! Page: 04-names/messages.md
//! Check: just check 4.2
//!
//! In a DNS message a name is its labels, each behind an octet that says its length,
//! and an octet 0 at the end: the root's label, which is empty. A name whose end the
//! message already holds may stop there and point to it: two octets, of which the
//! first two bits are 1 and the other 14 are an offset, counted from the message's
//! first octet. A message comes from anybody, so trust no octet of it. Write both
//! directions.
//!
//! `decode` reads the name at offset `at`. It returns its labels, as they are, without
//! the root's, and the offset at which the message goes on behind the name.
//!
//! - A label has 1 to 63 octets, any octets. A length that begins with the bits 01
//!   or 10 is none: `Reserved`.
//! - A pointer may lead to another one. It leads further to the front each time:
//!   `NotBefore` is one to the labels that were read on the way to it, to itself,
//!   or ahead. (With labels `a` at 20 and `b` at 22, a pointer at 24 may lead to 19
//!   or less.)
//! - A name may lead over `MAX_JUMPS` pointers. One more is `TooManyPointers`.
//! - A name has 255 octets at most, written out, with its lengths and the root's 0:
//!   `NameTooLong`.
//! - A message may end anywhere: `CutShort`.
//!
//! `write_out` turns labels into a name without pointers, or says why they make none:
//! `LabelTooLong`, `EmptyLabel`, or, if each of them is good, `NameTooLong`.
//!
//! `Written::encode` appends a name to a message. It remembers which names the message
//! holds, and points to the longest end that was written before, to where its labels
//! stand: never to another pointer. Labels have to be the same octet for octet, upper
//! and lower case told apart. The root is written as its 0, as a name of its own too,
//! for a pointer is longer. A name that makes an error, the same as in `write_out`,
//! leaves no trace, neither in the message nor for later names. A pointer can't lead
//! further than 16383.
//!
//! `www.example.com` behind a header of 12 octets, and then `mail.example.com`:
//!
//! ```text
//! offset  octets                      name
//!     12  03 77 77 77                 www
//!     16  07 65 78 61 6d 70 6c 65     example
//!     24  03 63 6f 6d                 com
//!     28  00                          the root
//!     29  04 6d 61 69 6c              mail
//!     34  c0 10                       go on at 16
//! ```

/// The octets that a label may have.
pub const MAX_LABEL: usize = 63;
/// The octets that a name may have on the wire, written out: its labels, a length
/// octet before each, and the root's.
pub const MAX_NAME: usize = 255;

/// Two bits that tell a pointer from a label's length.
const POINTER: u8 = 0b1100_0000;
/// The pointers that a name may lead over: one before each of its labels, of which
/// 255 octets hold no more than 127, and one before the root's. More say nothing,
/// and cost whoever follows them.
pub const MAX_JUMPS: usize = 128;
/// The furthest offset that the 14 other bits of a pointer can name.
const MAX_OFFSET: u16 = 0x3fff;

/// The labels of a name, the host's first. The root, an empty label that ends
/// every name, is not among them: no labels at all are the root's name.
pub type Labels = Vec<Vec<u8>>;

/// Why octets are no name, or labels can't be written as one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The message ends inside a name.
    #[error("the message ends inside a name")]
    CutShort,
    /// Neither a length up to 63 nor a pointer: 01 and 10 as the first two bits
    /// are reserved.
    #[error("octet {octet:#04x} at {at} is neither a length nor a pointer")]
    Reserved {
        /// Its offset in the message.
        at: usize,
        /// The octet.
        octet: u8,
    },
    /// A pointer to where no name can have begun before: ahead, or into the labels
    /// that lead to it.
    #[error("the pointer at {at} leads to {to}, which is not before it")]
    NotBefore {
        /// The offset of the pointer in the message.
        at: usize,
        /// The offset it leads to.
        to: usize,
    },
    /// More pointers than a name can need.
    #[error("a name of more than {MAX_JUMPS} pointers")]
    TooManyPointers,
    /// More than 255 octets, written out.
    #[error("a name of more than {MAX_NAME} octets")]
    NameTooLong,
    /// A label to be written has more than 63 octets.
    #[error("a label of {octets} octets where {MAX_LABEL} are allowed")]
    LabelTooLong {
        /// The octets it has.
        octets: usize,
    },
    /// A label to be written has no octets, which only the root's has.
    #[error("an empty label inside a name")]
    EmptyLabel,
}

/// Reads the name that begins at offset `at` of `message`: its labels, and the
/// offset at which the message goes on after it.
pub fn decode(message: &[u8], at: usize) -> Result<(Labels, usize), Error> {
    todo!()
}

/// A name written out: each label behind its length, and the root's 0.
pub fn write_out(labels: &[Vec<u8>]) -> Result<Vec<u8>, Error> {
    todo!()
}

/// The names that a message holds so far, and where: what a later name may point
/// to.
#[derive(Debug, Clone, Default)]
pub struct Written {
    // Add what you need to remember between two names.
}

impl Written {
    /// For a message that holds no name yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Appends a name to `message`, which is the message from its very first octet.
    /// The longest end of the name that the message already holds, upper and lower
    /// case told apart, becomes a pointer.
    pub fn encode(&mut self, labels: &[Vec<u8>], message: &mut Vec<u8>) -> Result<(), Error> {
        todo!()
    }
}
