//! The head of a response: a status line, field lines, and an empty line.

use bytes::{Bytes, BytesMut};

/// What a head may have. One bad peer may not take more memory than this.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// The octets of a head, all its line ends counted, the last one too.
    pub octets: usize,
    /// The lines of a head, without the empty one.
    pub lines: usize,
}

impl Default for Limits {
    /// 64 KiB, a hundred lines: what a browser gets along with.
    fn default() -> Self {
        Self {
            octets: 64 * 1024,
            lines: 100,
        }
    }
}

/// Why a head can't be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The head has no end within the limit.
    #[error("a head of more than {limit} octets")]
    TooLong {
        /// The octets that a head may have.
        limit: usize,
    },
    /// There is one line more than the limit.
    #[error("a head of more than {limit} lines")]
    TooManyLines {
        /// The lines that a head may have.
        limit: usize,
    },
    /// A line doesn't end with CR LF, or has a CR inside.
    #[error("a CR or LF that isn't part of a line end CR LF")]
    LineEnd,
    /// The first line is no status line of HTTP/1.
    #[error("this is no status line of HTTP/1")]
    StatusLine,
    /// A line begins with a space or a tab: it would continue the one before.
    #[error("a field line that is folded")]
    Folded,
    /// A field line has no colon, or what stands before it is no token.
    #[error("a field line without a proper name and a colon behind it")]
    FieldName,
    /// A value has a NUL, or another control character that is no tab.
    #[error("a control character in the value of a field")]
    FieldValue,
}

// ANCHOR: head
/// What a server says before the body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResponseHead {
    /// The second digit of the version: 1 for HTTP/1.1.
    pub minor: u8,
    /// The status code, of three digits.
    pub status: u16,
    /// The reason phrase, for people only. May be empty.
    pub reason: Bytes,
    /// The fields.
    pub fields: Fields,
}

/// Takes the head of a response off the front of `input`. `Ok(None)` asks for more
/// octets: append them to the same `input` and call again. The body stays there.
///
/// # Errors
///
/// When the head breaks a rule or a limit. Give up the connection.
pub fn decode(input: &mut BytesMut, limits: &Limits) -> Result<Option<ResponseHead>, Error> {
    let Some(lines) = take_lines(input, limits)? else {
        return Ok(None);
    };
    let Some((first, rest)) = lines.split_first() else {
        return Err(Error::StatusLine);
    };
    let (minor, status, reason) = status_line(first).ok_or(Error::StatusLine)?;
    Ok(Some(ResponseHead {
        minor,
        status,
        reason: first.slice_ref(reason),
        fields: Fields::from_lines(rest)?,
    }))
}
// ANCHOR_END: head

// ANCHOR: lines
/// Takes lines off the front of `input` up to an empty one, and gives them without
/// their ends and without the empty one. `Ok(None)` asks for more octets; nothing
/// has been taken then.
///
/// # Errors
///
/// [`Error::TooLong`], [`Error::TooManyLines`] and [`Error::LineEnd`], each as soon as
/// the octets have come that show it.
pub fn take_lines(input: &mut BytesMut, limits: &Limits) -> Result<Option<Vec<Bytes>>, Error> {
    let mut lines = Vec::new();
    let mut start = 0;
    while let Some(length) = input[start..].iter().position(|&octet| octet == b'\n') {
        let end = start + length + 1;
        if end > limits.octets {
            break;
        }
        let line = input[start..end]
            .strip_suffix(b"\r\n")
            .filter(|line| !line.contains(&b'\r'))
            .ok_or(Error::LineEnd)?;
        if line.is_empty() {
            let head = input.split_to(end).freeze();
            return Ok(Some(lines.into_iter().map(|at| head.slice(at)).collect()));
        }
        if lines.len() == limits.lines {
            return Err(Error::TooManyLines {
                limit: limits.lines,
            });
        }
        lines.push(start..end - 2);
        start = end;
    }
    if input.len() > limits.octets {
        return Err(Error::TooLong {
            limit: limits.octets,
        });
    }
    Ok(None)
}
// ANCHOR_END: lines

// ANCHOR: status-line
/// Takes a status line apart: the minor version, the status code, the reason phrase.
fn status_line(line: &[u8]) -> Option<(u8, u16, &[u8])> {
    let [minor, b' ', a, b, c, rest @ ..] = line.strip_prefix(b"HTTP/1.")? else {
        return None;
    };
    let digit = |octet: &u8| octet.is_ascii_digit().then(|| octet - b'0');
    let status = [a, b, c].into_iter().try_fold(0, |status, octet| {
        digit(octet).map(|digit| status * 10 + u16::from(digit))
    })?;
    let reason = match rest {
        [b' ', reason @ ..] => reason,
        [] => rest, // many servers leave the space out with the reason
        _ => return None,
    };
    is_text(reason).then_some((digit(minor)?, status, reason))
}
// ANCHOR_END: status-line

// ANCHOR: fields
/// The fields of a message, line by line, in the order in which they came.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fields {
    pub(crate) lines: Vec<(String, Bytes)>,
}

impl Fields {
    /// Adds a line behind all others, also where a line has this name already.
    ///
    /// # Errors
    ///
    /// [`Error::FieldName`] unless `name` is a token, [`Error::FieldValue`] where
    /// `value` has a control character: a CR LF in it would begin a line of its own.
    pub fn push(&mut self, name: &str, value: impl Into<Bytes>) -> Result<(), Error> {
        let value = value.into();
        if !is_token(name.as_bytes()) {
            return Err(Error::FieldName);
        }
        if !is_text(&value) {
            return Err(Error::FieldValue);
        }
        self.lines.push((name.to_owned(), value));
        Ok(())
    }

    /// The fields in `lines`, which have no line ends any more.
    ///
    /// # Errors
    ///
    /// Those of [`push`](Fields::push), and [`Error::Folded`].
    pub fn from_lines(lines: &[Bytes]) -> Result<Fields, Error> {
        let mut fields = Fields::default();
        for line in lines {
            if line.starts_with(b" ") || line.starts_with(b"\t") {
                return Err(Error::Folded);
            }
            let colon = line.iter().position(|&octet| octet == b':');
            let (name, value) = line.split_at(colon.ok_or(Error::FieldName)?);
            let name = std::str::from_utf8(name).map_err(|_| Error::FieldName)?;
            fields.push(name, line.slice_ref(without_blanks(&value[1..])))?;
        }
        Ok(fields)
    }

    /// The value of the first line with this name, in capitals or not.
    pub fn first(&self, name: &str) -> Option<&[u8]> {
        self.all(name).first().copied()
    }

    /// The values of all lines with this name, in the order in which they came.
    pub fn all(&self, name: &str) -> Vec<&[u8]> {
        self.iter()
            .filter(|(other, _)| other.eq_ignore_ascii_case(name))
            .map(|(_, value)| value)
            .collect()
    }

    /// All lines, in the order in which they came, with the names as they were written.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.lines
            .iter()
            .map(|(name, value)| (name.as_str(), &value[..]))
    }
}
// ANCHOR_END: fields

// ANCHOR: octets
/// A token (RFC 9110, section 5.6.2): what methods, names of fields and codings consist of.
pub fn is_token(octets: &[u8]) -> bool {
    let of_token = |octet: &u8| octet.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(octet);
    !octets.is_empty() && octets.iter().all(of_token)
}

/// What a value or a reason may have: no control characters but the tab. Octets from 80
/// on are in no encoding that HTTP knows, and pass.
pub fn is_text(octets: &[u8]) -> bool {
    octets
        .iter()
        .all(|octet| *octet == b'\t' || !octet.is_ascii_control())
}

/// `octets` without the spaces and tabs around them.
fn without_blanks(octets: &[u8]) -> &[u8] {
    let blank = |octet: &u8| !matches!(octet, b' ' | b'\t');
    let first = octets.iter().position(blank).unwrap_or(octets.len());
    let last = octets.iter().rposition(blank).map_or(first, |at| at + 1);
    &octets[first..last]
}
// ANCHOR_END: octets
