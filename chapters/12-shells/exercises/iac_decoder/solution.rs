//! Telnet's data and commands in one stream (RFC 854), told apart.

use bytes::{Buf, BufMut, Bytes, BytesMut};

/// Interpret As Command: what follows is no data.
pub const IAC: u8 = 255;
/// Behind IAC: a subnegotiation begins.
pub const SB: u8 = 250;
/// Behind IAC: a subnegotiation ends.
pub const SE: u8 = 240;

/// What is said about an option.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Verb {
    /// I use it, or would like to.
    Will = 251,
    /// I don't use it.
    Wont = 252,
    /// Use it, please.
    Do = 253,
    /// Don't use it.
    Dont = 254,
}

impl Verb {
    /// The verb that is written as this octet, if it is one.
    pub fn from_octet(octet: u8) -> Option<Verb> {
        [Verb::Will, Verb::Wont, Verb::Do, Verb::Dont]
            .into_iter()
            .find(|&verb| verb as u8 == octet)
    }
}

/// What comes out of the stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// Octets for the user, never none. Where they were cut means nothing.
    Data(Bytes),
    /// Something about an option.
    Negotiate(Verb, u8),
    /// What an option has to say, beyond that it is used.
    Subnegotiation(u8, Bytes),
    /// Any other command: one octet behind IAC.
    Command(u8),
}

/// Why the stream can't be read any further.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// A subnegotiation has more octets than allowed.
    #[error("a subnegotiation of more than {limit} octets")]
    TooLong {
        /// The octets that it may have.
        limit: usize,
    },
    /// A subnegotiation is empty: it says nothing, of no option.
    #[error("a subnegotiation without an option")]
    NoOption,
    /// In a subnegotiation stands IAC and then neither SE nor IAC.
    #[error("IAC {0} inside a subnegotiation")]
    Inside(u8),
}

// ANCHOR: decode
/// Takes the next event off the front of `input`. `Ok(None)` asks for more octets: append
/// them to the same `input` and call again. A subnegotiation may have `limit` octets.
///
/// # Errors
///
/// When a subnegotiation breaks a rule or the limit. Give up the connection.
pub fn decode(input: &mut BytesMut, limit: usize) -> Result<Option<Event>, Error> {
    let event = match input[..] {
        [] | [IAC] => return Ok(None),
        [IAC, IAC, ..] => {
            input.advance(1);
            Event::Data(input.split_to(1).freeze())
        }
        [IAC, SB, ..] => return take_subnegotiation(input, limit),
        [IAC, octet, ..] => match (Verb::from_octet(octet), input.get(2)) {
            (None, _) => {
                input.advance(2);
                Event::Command(octet)
            }
            (Some(_), None) => return Ok(None),
            (Some(verb), Some(&option)) => {
                input.advance(3);
                Event::Negotiate(verb, option)
            }
        },
        _ => {
            let end = input.iter().position(|&octet| octet == IAC);
            Event::Data(input.split_to(end.unwrap_or(input.len())).freeze())
        }
    };
    Ok(Some(event))
}

/// Takes off IAC SB ... IAC SE. Nothing leaves the input before it is whole.
fn take_subnegotiation(input: &mut BytesMut, limit: usize) -> Result<Option<Event>, Error> {
    let mut inside = BytesMut::new();
    let mut at = 2;
    loop {
        match input[at..] {
            [] | [IAC] => return Ok(None),
            [IAC, SE, ..] => break,
            [IAC, octet, ..] if octet != IAC => return Err(Error::Inside(octet)),
            _ if inside.len() == limit => return Err(Error::TooLong { limit }),
            [octet, ..] => {
                inside.put_u8(octet);
                at += if octet == IAC { 2 } else { 1 };
            }
        }
    }
    input.advance(at + 2);
    let mut inside = inside.freeze();
    let option = inside.try_get_u8().map_err(|_| Error::NoOption)?;
    Ok(Some(Event::Subnegotiation(option, inside)))
}
// ANCHOR_END: decode

// ANCHOR: encode
/// Appends `event` to `output`, as [`decode`] reads it.
pub fn encode(event: &Event, output: &mut BytesMut) {
    match event {
        Event::Data(data) => put_doubled(data, output),
        Event::Negotiate(verb, option) => output.extend([IAC, *verb as u8, *option]),
        Event::Subnegotiation(option, parameters) => {
            output.extend([IAC, SB]);
            put_doubled(&[*option], output);
            put_doubled(parameters, output);
            output.extend([IAC, SE]);
        }
        Event::Command(octet) => output.extend([IAC, *octet]),
    }
}

/// Each IAC twice, so that nobody takes it for the beginning of a command.
fn put_doubled(octets: &[u8], output: &mut BytesMut) {
    for &octet in octets {
        output.put_u8(octet);
        if octet == IAC {
            output.put_u8(IAC);
        }
    }
}
// ANCHOR_END: encode
