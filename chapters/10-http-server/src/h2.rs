//! Frames of HTTP/2 (RFC 9113, section 4), made and read by hand: enough to ask for a page,
//! and to be a nuisance.

use std::fmt;

use bytes::{Buf, BufMut, BytesMut};
use clap::ValueEnum;

/// What a client says first.
pub const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// The kinds of frames that are spoken of here (section 6).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Octets of a body.
    Data,
    /// The head of a message.
    Headers,
    /// A stream ends at once.
    Reset,
    /// What the sender allows.
    Settings,
    /// Are you there?
    Ping,
    /// The connection ends.
    GoAway,
    /// So much more may be sent.
    WindowUpdate,
    /// More of a head.
    Continuation,
    /// Something else.
    Other(u8),
}

const KINDS: [(u8, Kind); 8] = [
    (0, Kind::Data),
    (1, Kind::Headers),
    (3, Kind::Reset),
    (4, Kind::Settings),
    (6, Kind::Ping),
    (7, Kind::GoAway),
    (8, Kind::WindowUpdate),
    (9, Kind::Continuation),
];

/// One frame.
#[derive(Clone, Debug)]
pub struct Frame {
    /// What it is.
    pub kind: Kind,
    /// What its bits mean depends on the kind.
    pub flags: u8,
    /// Which stream it is about; 0 is the connection.
    pub stream: u32,
    /// What it holds.
    pub payload: BytesMut,
}

/// A head, or a settings frame, that needs no answer.
pub const END_STREAM: u8 = 1;
/// The head is whole.
pub const END_HEADERS: u8 = 4;

/// Appends a frame.
// ANCHOR: put
pub fn put(kind: Kind, flags: u8, stream: u32, payload: &[u8], out: &mut BytesMut) {
    let code = match kind {
        Kind::Other(code) => code,
        kind => KINDS
            .iter()
            .find(|(_, known)| *known == kind)
            .map_or(0, |(code, _)| *code),
    };
    out.put_uint(payload.len() as u64, 3);
    out.put_u8(code);
    out.put_u8(flags);
    out.put_u32(stream);
    out.put_slice(payload);
}
// ANCHOR_END: put

/// Takes the first frame off `input`, if it is there as a whole.
pub fn take(input: &mut BytesMut) -> Option<Frame> {
    let length = usize::try_from(input.get(..9)?.get_uint(3)).ok()?;
    if input.len() < 9 + length {
        return None;
    }
    let mut head = input.split_to(9);
    head.advance(3);
    let code = head.get_u8();
    let known = KINDS.iter().find(|(known, _)| *known == code);
    Some(Frame {
        kind: known.map_or(Kind::Other(code), |(_, kind)| *kind),
        flags: head.get_u8(),
        stream: head.get_u32(),
        payload: input.split_to(length),
    })
}

/// The head of `GET path`, with HPACK's static table (RFC 7541, appendix A) and no
/// compression else. The path has less than 127 octets.
// ANCHOR: get
pub fn get(path: &str) -> Vec<u8> {
    let mut head = vec![0x82, 0x87]; // :method GET, :scheme https
    for (index, value) in [(0x01, "localhost"), (0x04, path)] {
        head.push(index); // :authority, :path: a literal, not to be remembered
        head.push(value.len() as u8);
        head.extend_from_slice(value.as_bytes());
    }
    head
}
// ANCHOR_END: get

/// What a client does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum What {
    /// One request
    Get,
    /// A request and its reset, over and over
    Resets,
    /// A head that does not end
    Continuation,
}

/// How often it does it, if it is let.
pub fn frames(what: What) -> u32 {
    match what {
        What::Get => 1,
        What::Resets | What::Continuation => 1_000_000,
    }
}

// ANCHOR: next
/// Appends what it says at the turn `number`.
pub fn next(what: What, number: u32, out: &mut BytesMut) {
    let stream = 2 * number + 1;
    let whole = END_STREAM | END_HEADERS;
    match what {
        What::Get => put(Kind::Headers, whole, stream, &get("/"), out),
        What::Resets => {
            put(Kind::Headers, whole, stream, &get("/"), out);
            put(Kind::Reset, 0, stream, &8u32.to_be_bytes(), out); // CANCEL
        }
        What::Continuation if number == 0 => put(Kind::Headers, END_STREAM, 1, &get("/"), out),
        What::Continuation => {
            // A field of 16,000 octets, as a literal with its length.
            let mut field = vec![0x00, 0x01, b'x', 0x7f, 0x81, 0x7c];
            field.resize(field.len() + 16_000, b'x');
            put(Kind::Continuation, 0, 1, &field, out);
        }
    }
}
// ANCHOR_END: next

impl fmt::Display for Frame {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let code = |at: usize| {
            self.payload
                .get(at..at + 4)
                .map_or(0, |mut octets| octets.get_u32())
        };
        match self.kind {
            Kind::GoAway => write!(f, "GOAWAY, {}", reason(code(4)))?,
            Kind::Reset => write!(f, "RST_STREAM, {}", reason(code(0)))?,
            Kind::WindowUpdate => write!(f, "WINDOW_UPDATE, {} octets more", code(0))?,
            Kind::Settings if self.flags & 1 == 1 => write!(f, "SETTINGS, acknowledged")?,
            Kind::Settings => write!(f, "SETTINGS, {}", self.payload.len() / 6)?,
            Kind::Data => write!(f, "DATA, {} octets", self.payload.len())?,
            Kind::Headers => write!(f, "HEADERS")?,
            kind => write!(f, "{kind:?}")?,
        }
        match self.stream {
            0 => Ok(()),
            stream => write!(f, " on stream {stream}"),
        }
    }
}

/// Section 7.
fn reason(code: u32) -> &'static str {
    match code {
        0x0 => "NO_ERROR",
        0x1 => "PROTOCOL_ERROR",
        0x2 => "INTERNAL_ERROR",
        0x3 => "FLOW_CONTROL_ERROR",
        0x5 => "STREAM_CLOSED",
        0x6 => "FRAME_SIZE_ERROR",
        0x7 => "REFUSED_STREAM",
        0x8 => "CANCEL",
        0x9 => "COMPRESSION_ERROR",
        0xb => "ENHANCE_YOUR_CALM",
        _ => "another reason",
    }
}
