//! The root has no octet
//!
//! You add up the labels with their lengths and compare the sum with 255. The 0 at the
//! end is an octet too: that of the root's label. The longest name that you take has
//! 256 octets.
//!
//! fails: a_name_of_256_octets_is_refused

use std::collections::HashMap;

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
///
/// # Errors
///
/// When there is no whole name at `at`, or one that breaks the rules.
pub fn decode(message: &[u8], at: usize) -> Result<(Labels, usize), Error> {
    let mut labels = Labels::new();
    let mut length = 0;
    let mut jumps = 0;
    let mut begin = at; // of the labels that are read in one go
    let mut cursor = at;
    let mut after = None; // where the message goes on: after the first pointer
    loop {
        let octet = *message.get(cursor).ok_or(Error::CutShort)?;
        match octet {
            0 => return Ok((labels, after.unwrap_or(cursor + 1))),
            1..=0x3f => {
                let label = cursor + 1..cursor + 1 + usize::from(octet);
                cursor = label.end;
                labels.push(message.get(label).ok_or(Error::CutShort)?.to_vec());
                length += 1 + usize::from(octet);
                if length > MAX_NAME {
                    return Err(Error::NameTooLong);
                }
            }
            POINTER.. => {
                let low = *message.get(cursor + 1).ok_or(Error::CutShort)?;
                let to = usize::from(u16::from_be_bytes([octet & !POINTER, low]));
                // Every jump leads further towards the front: no loop is left.
                if to >= begin {
                    return Err(Error::NotBefore { at: cursor, to });
                }
                jumps += 1;
                if jumps > MAX_JUMPS {
                    return Err(Error::TooManyPointers);
                }
                after.get_or_insert(cursor + 2);
                begin = to;
                cursor = to;
            }
            _ => return Err(Error::Reserved { at: cursor, octet }),
        }
    }
}

/// A name written out: each label behind its length, and the root's 0.
///
/// # Errors
///
/// When the labels make no name.
pub fn write_out(labels: &[Vec<u8>]) -> Result<Vec<u8>, Error> {
    let mut name = Vec::new();
    for label in labels {
        match u8::try_from(label.len()) {
            Ok(0) => return Err(Error::EmptyLabel),
            Ok(length @ 1..=0x3f) => name.push(length),
            _ => {
                let octets = label.len();
                return Err(Error::LabelTooLong { octets });
            }
        }
        name.extend(label);
    }
    name.push(0);
    match name.len() {
        ..=MAX_NAME => Ok(name),
        _ => Err(Error::NameTooLong),
    }
}

/// The names that a message holds so far, and where: what a later name may point
/// to.
#[derive(Debug, Clone, Default)]
pub struct Written {
    /// For each name, written out, and for each of its ends, the pointer to it.
    pointers: HashMap<Vec<u8>, [u8; 2]>,
}

impl Written {
    /// For a message that holds no name yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Appends a name to `message`, which is the message from its very first octet.
    /// The longest end of the name that the message already holds, upper and lower
    /// case told apart, becomes a pointer.
    ///
    /// # Errors
    ///
    /// When the labels make no name; `message` is then as it was.
    pub fn encode(&mut self, labels: &[Vec<u8>], message: &mut Vec<u8>) -> Result<(), Error> {
        let name = write_out(labels)?;
        let mut rest = &name[..];
        for label in labels {
            if let Some(pointer) = self.pointers.get(rest) {
                message.extend(pointer);
                return Ok(());
            }
            if let Ok(offset @ ..=MAX_OFFSET) = u16::try_from(message.len()) {
                let pointer = (offset | u16::from(POINTER) << 8).to_be_bytes();
                self.pointers.insert(rest.to_vec(), pointer);
            }
            let (written, after) = rest.split_at(1 + label.len());
            message.extend(written);
            rest = after;
        }
        message.extend(rest); // the root's 0
        Ok(())
    }
}
