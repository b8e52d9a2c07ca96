//! Commands that a person types: words in a line, quoted where they need it.

use bytes::{Buf, Bytes, BytesMut};

use crate::resp_decoder::Value;

/// The octets that such a line may have.
pub const LONGEST: usize = 64 * 1024;

/// What a line came to.
pub enum Inline {
    /// Its end has not come.
    Incomplete,
    /// These words, which may be none.
    Words(Vec<Value>),
}

/// Takes a line off the front of `input`, of which `searched` octets hold no line feed.
///
/// # Errors
///
/// When it is longer than `longest` octets, or a quote in it has no end.
pub fn take(input: &mut BytesMut, searched: &mut usize, longest: usize) -> Result<Inline, String> {
    let window = &input[..input.len().min(longest)];
    let from = std::mem::take(searched);
    let found = window[from..].iter().position(|&octet| octet == b'\n');
    let Some(feed) = found.map(|distance| from + distance) else {
        *searched = window.len();
        return match input.len() < longest {
            true => Ok(Inline::Incomplete),
            false => Err("too big inline request".to_owned()),
        };
    };
    let line = input.split_to(feed);
    input.advance(1);
    let line = line.strip_suffix(b"\r").unwrap_or(&line);
    match words(line) {
        Some(words) => Ok(Inline::Words(words)),
        None => Err("unbalanced quotes in request".to_owned()),
    }
}

/// The words of a line. `'as it is'` and `"with \n, \" and \x00"` are one each.
fn words(line: &[u8]) -> Option<Vec<Value>> {
    let mut words = Vec::new();
    let mut rest = line;
    loop {
        rest = rest.trim_ascii_start();
        if rest.is_empty() {
            return Some(words);
        }
        let mut word = Vec::new();
        while let Some((&octet, after)) = rest.split_first() {
            rest = match octet {
                octet if octet.is_ascii_whitespace() => break,
                b'"' | b'\'' => {
                    let after = quoted(octet, after, &mut word)?;
                    // A quote ends its word, as in a"b", or it is not understood.
                    if after
                        .first()
                        .is_some_and(|next| !next.is_ascii_whitespace())
                    {
                        return None;
                    }
                    after
                }
                octet => {
                    word.push(octet);
                    after
                }
            };
        }
        words.push(Value::Bulk(Bytes::from(word)));
    }
}

/// Reads up to the closing `quote`, and returns what follows it.
fn quoted<'a>(quote: u8, mut rest: &'a [u8], word: &mut Vec<u8>) -> Option<&'a [u8]> {
    loop {
        let (octet, after) = rest.split_first()?;
        rest = match (*octet, after) {
            (octet, after) if octet == quote => return Some(after),
            (b'\\', [b'x', high, low, after @ ..])
                if quote == b'"' && high.is_ascii_hexdigit() && low.is_ascii_hexdigit() =>
            {
                let digit = |digit: u8| char::from(digit).to_digit(16).unwrap_or(0) as u8;
                word.push(digit(*high) << 4 | digit(*low));
                after
            }
            (b'\\', [escaped, after @ ..]) if quote == b'"' => {
                word.push(match escaped {
                    b'n' => b'\n',
                    b'r' => b'\r',
                    b't' => b'\t',
                    b'b' => 0x08,
                    b'a' => 0x07,
                    other => *other,
                });
                after
            }
            (b'\\', [b'\'', after @ ..]) if quote == b'\'' => {
                word.push(b'\'');
                after
            }
            (octet, after) => {
                word.push(octet);
                after
            }
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn show(line: &str) -> Option<Vec<String>> {
        let word = |word| match word {
            Value::Bulk(octets) => octets.escape_ascii().to_string(),
            other => panic!("{other:?}"),
        };
        Some(words(line.as_bytes())?.into_iter().map(word).collect())
    }

    #[test]
    fn words_are_told_apart() {
        let line = r#"  set  a"b c" 'it\'s' "\x41\n\"\q\xZZ" "" "#;
        let expected = ["set", "ab c", r"it\'s", r#"A\n\"qxZZ"#, ""];
        assert_eq!(show(line).unwrap(), expected);
        assert_eq!(show("").unwrap(), [""; 0]);
    }

    #[test]
    fn no_octet_of_a_line_is_searched_twice() {
        let (mut input, mut searched) = (BytesMut::new(), 0);
        for octet in *b"get key" {
            input.extend_from_slice(&[octet]);
            let taken = take(&mut input, &mut searched, LONGEST).unwrap();
            assert!(matches!(taken, Inline::Incomplete));
            // Whoever comes back finds the end of a line.
            let last = input.len() - 1;
            input[last] = b'\n';
        }
        input[..].copy_from_slice(b"get key"); // as it came
        input.extend_from_slice(b"\r\nset");
        let Ok(Inline::Words(words)) = take(&mut input, &mut searched, LONGEST) else {
            panic!("the line is whole");
        };
        assert_eq!((words.len(), &input[..], searched), (2, &b"set"[..], 0));
    }

    #[test]
    fn a_quote_has_an_end_and_ends_its_word() {
        for line in ["\"a", "'a", "\"a\"b", "'a'b", "a\"b\\", "\""] {
            assert_eq!(show(line), None, "{line}");
        }
    }
}
