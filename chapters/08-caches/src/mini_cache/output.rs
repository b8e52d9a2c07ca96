//! Answers on their way out: collected, limited, and written with few calls.

use std::io::{self, Write};

/// What an idle connection may keep of its memory.
const KEPT: usize = 16 * 1024;

/// Answers that were not sent yet. It holds up to `limit` octets; whatever would
/// exceed that is not taken, and [`overrun`](Output::overrun) says so from then on.
#[derive(Debug)]
pub struct Output {
    octets: Vec<u8>,
    sent: usize,
    limit: usize,
    overrun: bool,
}

impl Output {
    /// Nothing, and room for `limit` octets.
    pub fn new(limit: usize) -> Output {
        Output {
            octets: Vec::new(),
            sent: 0,
            limit,
            overrun: false,
        }
    }

    // ANCHOR: push
    /// Adds octets as they are.
    pub fn push(&mut self, octets: &[u8]) {
        if self.overrun || self.len() + octets.len() > self.limit {
            self.overrun = true;
        } else {
            self.octets.extend_from_slice(octets);
        }
    }
    // ANCHOR_END: push

    /// Sends as much as `stream` takes now; `false` if something is left.
    ///
    /// # Errors
    ///
    /// Those of the stream, but not that it would block.
    pub fn write_to(&mut self, stream: &mut impl Write) -> io::Result<bool> {
        while self.sent < self.octets.len() {
            match stream.write(&self.octets[self.sent..]) {
                Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
                Ok(written) => self.sent += written,
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(false),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        self.clear();
        Ok(true)
    }

    fn clear(&mut self) {
        self.sent = 0;
        self.octets.clear();
        self.octets.shrink_to(KEPT);
    }

    /// Forgets everything that was added after there were `len` octets to send: for
    /// an answer that nobody wants to hear.
    pub fn truncate(&mut self, len: usize) {
        self.octets.truncate(self.sent + len);
    }

    /// How many octets wait to be sent.
    pub fn len(&self) -> usize {
        self.octets.len() - self.sent
    }

    /// Whether none do.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether something did not fit.
    pub fn overrun(&self) -> bool {
        self.overrun
    }

    /// The memory that is in use.
    pub fn held(&self) -> usize {
        self.octets.capacity()
    }

    /// What waits to be sent.
    pub fn octets(&self) -> &[u8] {
        &self.octets[self.sent..]
    }

    /// Adds a number in decimal digits.
    pub fn number(&mut self, number: u64) {
        let mut digits = [0; 20];
        let mut first = digits.len();
        let mut rest = number;
        loop {
            first -= 1;
            digits[first] = b'0' + (rest % 10) as u8;
            rest /= 10;
            if rest == 0 {
                break;
            }
        }
        self.push(&digits[first..]);
    }

    /// `+OK`: a simple string of RESP.
    pub fn simple(&mut self, text: &str) {
        self.push(b"+");
        self.line(text.as_bytes());
    }

    /// `-ERR ...`: an error of RESP. Line ends in it would be more than one answer.
    pub fn error(&mut self, text: &[u8]) {
        let one_line = |&octet: &u8| match octet {
            b'\r' | b'\n' => b' ',
            octet => octet,
        };
        self.push(b"-");
        self.line(&text.iter().map(one_line).collect::<Vec<u8>>());
    }

    /// `:42`: an integer of RESP.
    pub fn integer(&mut self, number: i64) {
        self.push(if number < 0 { b":-" } else { b":" });
        self.number(number.unsigned_abs());
        self.push(b"\r\n");
    }

    /// `$5`, a bulk string of RESP.
    pub fn bulk(&mut self, octets: &[u8]) {
        self.push(b"$");
        self.number(octets.len() as u64);
        self.push(b"\r\n");
        self.line(octets);
    }

    /// A bulk string, or what says that there is none.
    pub fn bulk_or_nil(&mut self, octets: Option<&[u8]>) {
        match octets {
            Some(octets) => self.bulk(octets),
            None => self.push(b"$-1\r\n"),
        }
    }

    /// `*2`: the head of an array of RESP, whose elements follow.
    pub fn array(&mut self, elements: usize) {
        self.push(b"*");
        self.number(elements as u64);
        self.push(b"\r\n");
    }

    /// Octets with CR LF behind them.
    pub fn line(&mut self, octets: &[u8]) {
        self.push(octets);
        self.push(b"\r\n");
    }
}
