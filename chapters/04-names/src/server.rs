//! What an authoritative server answers to which query, and the loops that carry
//! queries to it: over UDP, and over TCP (RFC 7766).

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, bail};
use bytes::BytesMut;
use program::tasks::{receive, serve};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream, UdpSocket};
use tokio::time::timeout;

use crate::message::{HEADER, MAX_MESSAGE, Message, Status, UDP_PLAIN, UDP_SAFE};
use crate::record::Type;
use crate::stream;
use crate::zone::Zone;

/// What a query may have: a question has 271 octets at most, and options follow it.
const MAX_QUERY: usize = 4096;
/// Clients over TCP at a time; more wait until one leaves.
const CLIENTS: usize = 64;

/// The zones of a server.
#[derive(Debug)]
pub struct Server {
    zones: Vec<Zone>,
}

/// The way that a query came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Transport {
    /// In a datagram.
    Udp,
    /// On a stream.
    Tcp,
}

impl Server {
    /// A server of these zones.
    pub fn new(zones: Vec<Zone>) -> Server {
        Server { zones }
    }

    /// The response to `query`; `None` if there should be none.
    pub fn reply(&self, query: &[u8], transport: Transport) -> Option<Vec<u8>> {
        let header = query.first_chunk::<HEADER>()?;
        // To answer a response is to begin a talk of two servers without an end.
        if header[2] & 0x80 != 0 {
            return None;
        }
        let (response, limit) = match Message::decode(query) {
            Ok(query) => {
                let said = query.edns.as_ref().map(|edns| edns.udp_size);
                (self.response(&query), udp_limit(said))
            }
            // Who could not say a question can still be told so.
            Err(_) => {
                let mut garbled = Message {
                    id: u16::from_be_bytes([header[0], header[1]]),
                    ..Message::default()
                };
                garbled.flags.opcode = header[2] >> 3 & 0xf;
                garbled.flags.recursion_desired = header[2] & 1 != 0;
                let mut response = garbled.response();
                response.status = match garbled.flags.opcode {
                    0 => Status::FORMAT_ERROR,
                    // What is no query may have rules of its own: in an update, a record
                    // without data says what is to go (RFC 2136, section 2.5.2).
                    _ => Status::NOT_IMPLEMENTED,
                };
                (response, UDP_PLAIN)
            }
        };
        let limit = match transport {
            Transport::Udp => limit,
            Transport::Tcp => MAX_MESSAGE,
        };
        response.encode(limit).ok()
    }

    /// The response to a query that could be read.
    fn response(&self, query: &Message) -> Message {
        let mut response = query.response();
        let edns_version = query.edns.as_ref().map_or(0, |edns| edns.version);
        response.status = match &query.questions[..] {
            _ if query.flags.opcode != 0 => Status::NOT_IMPLEMENTED,
            _ if edns_version > 0 => Status::BAD_VERSION,
            // More than one would have more than one status: RFC 9619.
            [question] => match (question.kind, self.zone_of(&question.name)) {
                (Type::AXFR | Type::IXFR, _) | (_, None) => Status::REFUSED,
                (_, Some(zone)) => {
                    zone.answer(question, &mut response);
                    response.status
                }
            },
            _ => Status::FORMAT_ERROR,
        };
        response
    }

    /// The zone that knows most of a name.
    fn zone_of(&self, name: &crate::Name) -> Option<&Zone> {
        let zones = self
            .zones
            .iter()
            .filter(|zone| name.is_within(zone.origin()));
        zones.max_by_key(|zone| zone.origin().labels().count())
    }
}

/// The octets that fit into a datagram to someone who said, or did not say, how
/// many can be taken.
fn udp_limit(said: Option<u16>) -> usize {
    match said {
        None => UDP_PLAIN,
        // Less than 512 counts as 512: RFC 6891, section 6.2.3.
        Some(said) => usize::from(said.min(UDP_SAFE)).max(UDP_PLAIN),
    }
}

/// A server's two sockets, with one port.
///
/// # Errors
///
/// When they can't be had.
pub async fn bind(addr: &str) -> anyhow::Result<(UdpSocket, TcpListener)> {
    for _ in 0..100 {
        let udp = UdpSocket::bind(addr).await;
        let udp = udp.with_context(|| format!("bind {addr} for UDP"))?;
        let port = udp.local_addr()?;
        match TcpListener::bind(port).await {
            Ok(tcp) => return Ok((udp, tcp)),
            // The system chose a port that is free for UDP alone: try the next.
            Err(_) if addr.ends_with(":0") => {}
            Err(error) => return Err(error).with_context(|| format!("bind {port} for TCP")),
        }
    }
    bail!("bind {addr}: no port is free for both UDP and TCP")
}

/// Answers queries that come in datagrams, for ever.
pub async fn serve_udp(socket: &UdpSocket, server: &Server) -> ! {
    let mut query = [0; MAX_QUERY];
    loop {
        let (octets, peer) = receive(socket, &mut query).await;
        if let Some(response) = server.reply(&query[..octets], Transport::Udp)
            && let Err(error) = socket.send_to(&response, peer).await
        {
            program::report(peer, &error.into());
        }
    }
}

/// Answers queries that come on streams, for ever. What goes wrong with a client is
/// reported under its address.
pub async fn serve_tcp(listener: &TcpListener, server: Arc<Server>, patience: Duration) -> ! {
    serve(listener, CLIENTS, |stream| {
        talk(stream, Arc::clone(&server), patience)
    })
    .await
}

/// Answers one query after the other, as long as the client has some.
async fn talk(
    mut stream: TcpStream,
    server: Arc<Server>,
    patience: Duration,
) -> anyhow::Result<()> {
    let mut input = BytesMut::new();
    loop {
        let query = timeout(patience, next(&mut stream, &mut input)).await;
        let Some(query) = query.context("gave up: no whole query")?? else {
            return Ok(());
        };
        if let Some(response) = server.reply(&query, Transport::Tcp) {
            let response = stream::encode(&response)?;
            let written = timeout(patience, stream.write_all(&response)).await;
            written.context("gave up: the client takes no answer")??;
        }
    }
}

/// The next query; `None` once the client has closed between two.
async fn next(
    stream: &mut TcpStream,
    input: &mut BytesMut,
) -> anyhow::Result<Option<bytes::Bytes>> {
    loop {
        if let Some(query) = stream::decode(input, MAX_QUERY)? {
            return Ok(Some(query));
        }
        if stream.read_buf(input).await? == 0 {
            return match input.len() {
                0 => Ok(None),
                octets => bail!("the input ended {octets} octets into a query"),
            };
        }
    }
}
