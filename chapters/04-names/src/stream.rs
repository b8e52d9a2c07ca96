//! Messages on a stream: each behind its length, two octets (RFC 1035, section
//! 4.2.2).

use bytes::{Buf, Bytes, BytesMut};

use crate::message::MAX_MESSAGE;

/// The octets of a length.
const PREFIX: usize = 2;

/// A message that is longer than is allowed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a message of {octets} octets where {limit} are allowed")]
pub struct TooLong {
    /// The octets it is said to have.
    pub octets: usize,
    /// The octets it may have.
    pub limit: usize,
}

/// Takes the next message off the front of `input`; `Ok(None)` asks for more
/// octets. A message may have `limit` octets.
///
/// # Errors
///
/// When a length says more than `limit`. What follows can't be told apart any
/// more; give up the connection.
pub fn decode(input: &mut BytesMut, limit: usize) -> Result<Option<Bytes>, TooLong> {
    let Some((prefix, message)) = input.split_first_chunk::<PREFIX>() else {
        return Ok(None);
    };
    let octets = usize::from(u16::from_be_bytes(*prefix));
    if octets > limit {
        return Err(TooLong { octets, limit });
    }
    if message.len() < octets {
        return Ok(None);
    }
    input.advance(PREFIX);
    Ok(Some(input.split_to(octets).freeze()))
}

/// A message behind its length, in one piece: a message whose two octets of length
/// travel alone is waited for twice (RFC 7766, section 8).
///
/// # Errors
///
/// When it is longer than two octets can say.
pub fn encode(message: &[u8]) -> Result<Vec<u8>, TooLong> {
    let octets = message.len();
    let limit = MAX_MESSAGE;
    let prefix = u16::try_from(octets).map_err(|_| TooLong { octets, limit })?;
    Ok([&prefix.to_be_bytes(), message].concat())
}
