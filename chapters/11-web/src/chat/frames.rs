//! Frames as they are on the wire (RFC 6455, section 5.2). The programs leave them to
//! tungstenite; this is for looking at them, and for sending wrong ones.

use bytes::{Buf, BufMut, BytesMut};
use thiserror::Error;

/// What a frame is, by its number.
pub mod opcode {
    #![allow(missing_docs)] // as the RFC has them
    pub const CONTINUATION: u8 = 0;
    pub const TEXT: u8 = 1;
    pub const BINARY: u8 = 2;
    pub const CLOSE: u8 = 8;
    pub const PING: u8 = 9;
    pub const PONG: u8 = 10;
}

/// One frame.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frame {
    /// Whether the message ends with it.
    pub last: bool,
    /// What it is: [`opcode`].
    pub opcode: u8,
    /// What its payload is masked with: a client's always is, a server's never.
    pub mask: Option<[u8; 4]>,
    /// The payload, unmasked.
    pub payload: Vec<u8>,
}

/// Why octets are no frame.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum Error {
    /// More than the receiver wants.
    #[error("a frame of {0} octets")]
    TooLong(u64),
    /// Bits that only an extension gives a meaning.
    #[error("a reserved bit is set")]
    Reserved,
}

// ANCHOR: encode
/// Appends `frame` to `out`.
pub fn encode(frame: &Frame, out: &mut impl BufMut) {
    out.put_u8(u8::from(frame.last) << 7 | frame.opcode);
    let masked = u8::from(frame.mask.is_some()) << 7;
    match frame.payload.len() {
        length @ 0..=125 => out.put_u8(masked | length as u8),
        length @ 126..=0xffff => {
            out.put_u8(masked | 126);
            out.put_u16(length as u16);
        }
        length => {
            out.put_u8(masked | 127);
            out.put_u64(length as u64);
        }
    }
    let mask = frame.mask.unwrap_or_default();
    out.put_slice(frame.mask.as_ref().map_or(&[], |mask| &mask[..]));
    for (octet, mask) in frame.payload.iter().zip(mask.iter().cycle()) {
        out.put_u8(octet ^ mask);
    }
}
// ANCHOR_END: encode

/// Takes the first frame off `buffer`, if it is there as a whole. `most` is how many octets
/// its payload may have.
///
/// # Errors
///
/// When it is none, or too long. Nothing is taken then.
pub fn decode(buffer: &mut BytesMut, most: usize) -> Result<Option<Frame>, Error> {
    let mut rest = &buffer[..];
    let (Ok(first), Ok(second)) = (rest.try_get_u8(), rest.try_get_u8()) else {
        return Ok(None);
    };
    if first & 0x70 != 0 {
        return Err(Error::Reserved);
    }
    let length = match second & 0x7f {
        126 => rest.try_get_u16().map(u64::from),
        127 => rest.try_get_u64(),
        short => Ok(short.into()),
    };
    let Ok(length) = length else {
        return Ok(None);
    };
    let length = match usize::try_from(length) {
        Ok(length) if length <= most => length,
        _ => return Err(Error::TooLong(length)),
    };
    let mut mask = None;
    if second & 0x80 != 0 {
        let mut key = [0; 4];
        if rest.try_copy_to_slice(&mut key).is_err() {
            return Ok(None);
        }
        mask = Some(key);
    }
    let Some(payload) = rest.get(..length) else {
        return Ok(None);
    };
    let key = mask.unwrap_or_default();
    let key = key.iter().cycle();
    let payload = payload.iter().zip(key).map(|(octet, key)| octet ^ key);
    let frame = Frame {
        last: first & 0x80 != 0,
        opcode: first & 0x0f,
        mask,
        payload: payload.collect(),
    };
    let taken = buffer.len() - rest.len() + length;
    buffer.advance(taken);
    Ok(Some(frame))
}
