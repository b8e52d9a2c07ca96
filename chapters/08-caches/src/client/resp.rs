//! A client of Redis's protocol, RESP2, by hand.

use std::io::{Read, Write};

use anyhow::Context;
use bytes::{BufMut, BytesMut};
use program::{Connect, Conversation};

use crate::resp_decoder::{Limits, RespDecoder, Value};

/// What an answer may have. A server's answer can be nested, and large.
const LIMITS: Limits = Limits {
    bulk: 16 << 20,
    elements: 1 << 20,
    depth: 8,
};

// ANCHOR: encode
/// Appends a command as an array of bulk strings.
pub fn encode(words: &[&[u8]], output: &mut Vec<u8>) {
    output.extend_from_slice(format!("*{}\r\n", words.len()).as_bytes());
    for word in words {
        output.extend_from_slice(format!("${}\r\n", word.len()).as_bytes());
        output.extend_from_slice(word);
        output.extend_from_slice(b"\r\n");
    }
}
// ANCHOR_END: encode

/// A connection to a server that speaks RESP2.
#[derive(Debug)]
pub struct RespClient {
    stream: Conversation,
    decoder: RespDecoder,
    input: BytesMut,
}

impl RespClient {
    /// Connects to the server.
    ///
    /// # Errors
    ///
    /// Those of connecting.
    pub fn connect(to: &Connect) -> anyhow::Result<RespClient> {
        let stream = to.connect()?;
        stream.get_ref().set_nodelay(true)?;
        Ok(RespClient {
            stream,
            decoder: RespDecoder::new(LIMITS),
            input: BytesMut::new(),
        })
    }

    /// Sends octets as they are: one command, many, or none of the kind.
    ///
    /// # Errors
    ///
    /// Those of the stream.
    pub fn send(&mut self, octets: &[u8]) -> anyhow::Result<()> {
        self.stream.next_message();
        self.stream.write_all(octets).context("send")
    }

    // ANCHOR: receive
    /// The next answer.
    ///
    /// # Errors
    ///
    /// When the stream fails or ends before it, or it is none.
    pub fn receive(&mut self) -> anyhow::Result<Value> {
        self.stream.next_message();
        let mut chunk = [0; 16 * 1024];
        loop {
            if let Some(value) = self.decoder.decode(&mut self.input)? {
                return Ok(value);
            }
            let read = self.stream.read(&mut chunk).context("receive")?;
            anyhow::ensure!(read > 0, "the server closed without an answer");
            self.input.extend_from_slice(&chunk[..read]);
        }
    }
    // ANCHOR_END: receive

    /// Sends a command and waits for its answer: one round trip.
    ///
    /// # Errors
    ///
    /// Those of [`send`](Self::send) and [`receive`](Self::receive). That the server
    /// refuses the command is an answer.
    pub fn ask(&mut self, words: &[&[u8]]) -> anyhow::Result<Value> {
        let mut octets = Vec::new();
        encode(words, &mut octets);
        self.send(&octets)?;
        self.receive()
    }
}

/// A value as redis-cli shows it.
pub fn describe(value: &Value) -> String {
    let text = |octets: &[u8]| {
        let text = String::from_utf8_lossy(octets);
        text.escape_debug().to_string().replace("\\'", "'")
    };
    match value {
        Value::Simple(line) => text(line),
        Value::Error(line) => format!("(error) {}", text(line)),
        Value::Integer(number) => format!("(integer) {number}"),
        Value::Bulk(octets) => format!("\"{}\"", text(octets)),
        Value::Nil => "(nil)".to_owned(),
        Value::Array(values) if values.is_empty() => "(empty array)".to_owned(),
        Value::Array(values) => {
            let lines = (1..).zip(values).map(|(number, value)| {
                let head = format!("{number}) ");
                let indent = format!("\n{:width$}", "", width = head.len());
                head + &describe(value).replace('\n', &indent)
            });
            lines.collect::<Vec<_>>().join("\n")
        }
    }
}

/// Appends a value as the octets that it travels in.
pub fn encode_value(value: &Value, output: &mut impl BufMut) {
    let mut line = |kind: &[u8], text: &[u8]| {
        output.put_slice(kind);
        output.put_slice(text);
        output.put_slice(b"\r\n");
    };
    match value {
        Value::Simple(text) => line(b"+", text),
        Value::Error(text) => line(b"-", text),
        Value::Integer(number) => line(b":", number.to_string().as_bytes()),
        Value::Bulk(octets) => {
            line(b"$", octets.len().to_string().as_bytes());
            line(b"", octets);
        }
        Value::Nil => line(b"$-1", b""),
        Value::Array(values) => {
            line(b"*", values.len().to_string().as_bytes());
            for value in values {
                encode_value(value, output);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bytes::Bytes;

    #[test]
    fn values_are_shown_as_redis_cli_does() {
        let bulk = |text: &'static str| Value::Bulk(Bytes::from_static(text.as_bytes()));
        let inner = Value::Array(vec![bulk("a\r"), Value::Integer(-1)]);
        let value = Value::Array(vec![Value::Nil, inner, Value::Array(vec![])]);
        let expected = "1) (nil)\n2) 1) \"a\\r\"\n   2) (integer) -1\n3) (empty array)";
        assert_eq!(describe(&value), expected);
    }
}
