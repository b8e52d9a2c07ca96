//! Asking a server: over UDP first, over TCP if the answer did not fit.

use std::fmt;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream, UdpSocket};
use std::time::{Duration, Instant};

use anyhow::{Context, bail, ensure};
use bytes::BytesMut;
use program::Conversation;

use crate::message::{MAX_MESSAGE, Message};
use crate::stream;

/// How long to wait for an answer before the question is sent again.
const RESEND: Duration = Duration::from_secs(1);

/// The way to ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// Over UDP, and over TCP if the answer says that it is truncated.
    UdpThenTcp,
    /// Over UDP, and content with what fits.
    Udp,
    /// Over TCP.
    Tcp,
}

/// A server's answer.
#[derive(Debug)]
pub struct Answer {
    /// It, decoded.
    pub message: Message,
    /// It, as it came.
    pub octets: Vec<u8>,
    /// How it came.
    pub by: Protocol,
    /// Whether a truncated one came before it.
    pub truncated_before: bool,
}

/// What carried an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Protocol {
    /// A datagram.
    Udp,
    /// A stream.
    Tcp,
}

impl fmt::Display for Protocol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Protocol::Udp => "UDP",
            Protocol::Tcp => "TCP",
        })
    }
}

/// A number that nobody else can guess: who could, could answer in a server's
/// place (RFC 5452, section 9.2).
pub fn random_id() -> u16 {
    // Its keys come from the system's source of random numbers.
    RandomState::new().build_hasher().finish() as u16
}

/// Asks the server at `addr`, and waits `patience` for its answer.
///
/// # Errors
///
/// When no answer has come by then, or none that can be read.
pub fn ask(
    addr: SocketAddr,
    query: &Message,
    way: Way,
    patience: Duration,
) -> anyhow::Result<Answer> {
    let question = query.encode(MAX_MESSAGE)?;
    let mut truncated_before = false;
    if way != Way::Tcp {
        let (message, octets) = ask_udp(addr, query, &question, patience)
            .with_context(|| format!("ask {addr} over UDP"))?;
        if !message.flags.truncated || way == Way::Udp {
            return Ok(Answer {
                message,
                octets,
                by: Protocol::Udp,
                truncated_before,
            });
        }
        truncated_before = true;
    }
    let (message, octets) = ask_tcp(addr, query, &question, patience)
        .with_context(|| format!("ask {addr} over TCP"))?;
    Ok(Answer {
        message,
        octets,
        by: Protocol::Tcp,
        truncated_before,
    })
}

// ANCHOR: udp
fn ask_udp(
    addr: SocketAddr,
    query: &Message,
    question: &[u8],
    patience: Duration,
) -> anyhow::Result<(Message, Vec<u8>)> {
    let any = match addr {
        SocketAddr::V4(_) => "0.0.0.0:0",
        SocketAddr::V6(_) => "[::]:0",
    };
    let socket = UdpSocket::bind(any)?; // a new port each time, for nobody to guess
    socket.connect(addr)?; // now datagrams of others don't arrive here
    let deadline = Instant::now() + patience;
    let mut octets = vec![0; MAX_MESSAGE];
    let mut unfit = None; // why an answer that did come was not taken
    loop {
        socket.send(question)?;
        let resend = (Instant::now() + RESEND).min(deadline);
        while let Some(left) = left_until(resend) {
            socket.set_read_timeout(Some(left))?;
            let read = match socket.recv(&mut octets) {
                Ok(read) => read,
                Err(error) if waited(&error) => break,
                Err(error) => return Err(error.into()),
            };
            // An answer to an earlier question, or a forged one, is no reason
            // to give up: the true one may follow it.
            match Message::decode(&octets[..read]) {
                Ok(message) if fits(&message, query) => {
                    return Ok((message, octets[..read].to_vec()));
                }
                Ok(_) => unfit = Some("but to something else".to_owned()),
                Err(error) => unfit = Some(format!("but one that is wrong: {error}")),
            }
        }
        if left_until(deadline).is_none() {
            match unfit {
                None => bail!("no answer within {patience:?}"),
                Some(why) => bail!("no answer within {patience:?}, {why}"),
            }
        }
    }
}
// ANCHOR_END: udp

/// Whether a message is the answer to this query. A server that could not read the
/// question can't repeat it.
fn fits(message: &Message, query: &Message) -> bool {
    let garbled = message.questions.is_empty() && message.status != Default::default();
    let asked = Message {
        questions: Vec::new(),
        ..query.clone()
    };
    message.answers(query) || garbled && message.answers(&asked)
}

fn left_until(deadline: Instant) -> Option<Duration> {
    let left = deadline.saturating_duration_since(Instant::now());
    (!left.is_zero()).then_some(left)
}

fn waited(error: &io::Error) -> bool {
    use io::ErrorKind::{Interrupted, TimedOut, WouldBlock};
    matches!(error.kind(), WouldBlock | TimedOut | Interrupted)
}

fn ask_tcp(
    addr: SocketAddr,
    query: &Message,
    question: &[u8],
    patience: Duration,
) -> anyhow::Result<(Message, Vec<u8>)> {
    let stream = TcpStream::connect_timeout(&addr, patience)?;
    let mut stream = Conversation::new(stream, patience);
    stream.write_all(&stream::encode(question)?)?;
    let mut input = BytesMut::new();
    let mut buffer = [0; 4096];
    loop {
        if let Some(octets) = stream::decode(&mut input, MAX_MESSAGE)? {
            let message = Message::decode(&octets)?;
            ensure!(fits(&message, query), "an answer to something else");
            return Ok((message, octets.to_vec()));
        }
        match stream.read(&mut buffer)? {
            0 => bail!("closed before the answer was whole"),
            read => input.extend_from_slice(&buffer[..read]),
        }
    }
}
