//! Why octets are no message, and why a message can't be octets.

use crate::dns_name;
use crate::record::Type;

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
