//! A conversation with the room, octet by octet.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use anyhow::{Context, bail};
use bytes::BytesMut;
use program::{Conversation, hex};

use super::MESSAGE;
use super::frames::{Frame, decode, encode, opcode};

/// The key and the mask of the examples in RFC 6455 (sections 1.3 and 5.7), so that what is
/// shown is always the same. Whoever means it takes random ones (section 5.3).
const KEY: &str = "dGhlIHNhbXBsZSBub25jZQ==";
const MASK: [u8; 4] = [0x37, 0xfa, 0x21, 0x3d];
/// How long the server may take for all of it.
const PATIENCE: Duration = Duration::from_secs(10);
/// The octets of a head.
const HEAD: usize = 4096;

/// Goes in, says something in two fragments with a ping between them, and goes.
///
/// # Errors
///
/// When the server can't be reached, or doesn't speak WebSocket.
pub fn look(addr: &str) -> anyhow::Result<()> {
    let stream = TcpStream::connect(addr).with_context(|| format!("connect {addr}"))?;
    let mut peer = Peer {
        stream: Conversation::new(stream, PATIENCE),
        buffer: BytesMut::new(),
    };
    peer.open(addr)?;
    peer.hear()?; // that we have come
    peer.say(false, opcode::TEXT, b"Hel")?;
    peer.say(true, opcode::PING, b"there?")?;
    peer.hear()?;
    peer.say(true, opcode::CONTINUATION, b"lo")?;
    peer.hear()?;
    peer.say(true, opcode::CLOSE, &1000_u16.to_be_bytes())?;
    while peer.hear()? != opcode::CLOSE {}
    Ok(())
}

struct Peer {
    stream: Conversation,
    buffer: BytesMut,
}

impl Peer {
    fn open(&mut self, addr: &str) -> anyhow::Result<()> {
        let request = format!(
            "GET /room?name=Ida HTTP/1.1\r\nHost: {addr}\r\nUpgrade: websocket\r\n\
             Connection: Upgrade\r\nSec-WebSocket-Key: {KEY}\r\nSec-WebSocket-Version: 13\r\n\r\n"
        );
        self.stream.write_all(request.as_bytes())?;
        request.lines().for_each(|line| println!("> {line}"));
        let end = loop {
            match self.buffer.windows(4).position(|four| four == b"\r\n\r\n") {
                Some(end) => break end + 4,
                None if self.buffer.len() > HEAD => bail!("a head of more than {HEAD} octets"),
                None => self.more()?,
            }
        };
        let head = self.buffer.split_to(end);
        for line in String::from_utf8_lossy(&head).lines() {
            println!("< {line}");
        }
        Ok(())
    }

    fn more(&mut self) -> anyhow::Result<()> {
        let mut chunk = [0; 1024];
        match self.stream.read(&mut chunk)? {
            0 => bail!("the server has closed the connection"),
            read => self.buffer.extend_from_slice(&chunk[..read]),
        }
        Ok(())
    }

    fn say(&mut self, last: bool, opcode: u8, payload: &[u8]) -> anyhow::Result<()> {
        let frame = Frame {
            last,
            opcode,
            mask: Some(MASK),
            payload: payload.to_vec(),
        };
        let mut octets = Vec::new();
        encode(&frame, &mut octets);
        self.stream.write_all(&octets)?;
        print(">", &frame, &octets);
        Ok(())
    }

    fn hear(&mut self) -> anyhow::Result<u8> {
        let before = loop {
            let before = self.buffer.clone();
            match decode(&mut self.buffer, MESSAGE)? {
                Some(frame) => break (frame, before),
                None => self.more()?,
            }
        };
        let (frame, before) = before;
        print("<", &frame, &before[..before.len() - self.buffer.len()]);
        Ok(frame.opcode)
    }
}

fn print(way: &str, frame: &Frame, octets: &[u8]) {
    let name = match frame.opcode {
        opcode::CONTINUATION => "continuation",
        opcode::TEXT => "text",
        opcode::CLOSE => "close",
        opcode::PING => "ping",
        opcode::PONG => "pong",
        _ => "other",
    };
    let end = if frame.last { "" } else { ", more to come" };
    let payload = frame
        .payload
        .escape_ascii()
        .to_string()
        .replace("\\\"", "\"");
    println!("{way} {name}{end}: {payload}");
    for line in octets.chunks(16) {
        println!("{way}   {}", hex(line));
    }
}
