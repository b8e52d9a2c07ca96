//! The inode has 32 bits
//!
//! You read the inode into a u32. Linux gives sockets numbers of 32 bits today, but the
//! table has an `unsigned long`, which is 64 bits on most machines. What a field can hold
//! you must take.
//!
//! fails: the_inode

use std::fmt;
use std::net::{IpAddr, SocketAddr};
/// A state of a connection: RFC 9293, section 3.3.2.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum State {
    /// Both directions are open.
    Established,
    /// This end has asked for a connection, and waits for the answer.
    SynSent,
    /// The peer has asked, this end has answered, and waits for the acknowledgment.
    SynReceived,
    /// This end has ended its direction, and waits for the acknowledgment.
    FinWait1,
    /// This end's direction is over; the peer's is still open.
    FinWait2,
    /// Both directions are over, and this end, which ended first, waits for segments
    /// that are late.
    TimeWait,
    /// There is no connection.
    Closed,
    /// The peer's direction is over; this end's is still open.
    CloseWait,
    /// Both ends have ended, the peer first; this end waits for the last
    /// acknowledgment.
    LastAck,
    /// It waits for connections.
    Listen,
    /// Both ends have ended at once; this end waits for the acknowledgment.
    Closing,
}

/// One line of the table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Socket {
    /// This end.
    pub local: SocketAddr,
    /// The other end; address and port are 0 where there is none.
    pub remote: SocketAddr,
    /// Where the connection stands.
    pub state: State,
    /// The octets that were written and that the peer has not acknowledged.
    pub send_queue: u32,
    /// The octets that came and were not read. For a listener: the connections
    /// that wait to be accepted.
    pub receive_queue: u32,
    /// The number of the socket's file, or 0 where no process holds it.
    pub inode: u64,
}

impl State {
    /// All states, in the order of the kernel's numbers, which begin with 1.
    pub const ALL: [State; 11] = [
        State::Established,
        State::SynSent,
        State::SynReceived,
        State::FinWait1,
        State::FinWait2,
        State::TimeWait,
        State::Closed,
        State::CloseWait,
        State::LastAck,
        State::Listen,
        State::Closing,
    ];

    /// Its name in the RFC, such as `FIN-WAIT-1`.
    pub fn name(self) -> &'static str {
        match self {
            State::Established => "ESTABLISHED",
            State::SynSent => "SYN-SENT",
            State::SynReceived => "SYN-RECEIVED",
            State::FinWait1 => "FIN-WAIT-1",
            State::FinWait2 => "FIN-WAIT-2",
            State::TimeWait => "TIME-WAIT",
            State::Closed => "CLOSED",
            State::CloseWait => "CLOSE-WAIT",
            State::LastAck => "LAST-ACK",
            State::Listen => "LISTEN",
            State::Closing => "CLOSING",
        }
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// Why a text is no table of sockets, and where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {problem}")]
pub struct Error {
    /// The line, counted from 1, its header included.
    pub line: usize,
    /// What is wrong with it.
    pub problem: Problem,
}

/// What is wrong with a line.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// The first line is none that heads such a table.
    #[error("not the header of a table of sockets")]
    NoHeader,
    /// The line ends before this field.
    #[error("no {field}")]
    Missing {
        /// The field's name.
        field: &'static str,
    },
    /// The field is not written as the kernel writes it.
    #[error("the {field} is {text:?}")]
    Malformed {
        /// The field's name.
        field: &'static str,
        /// What stands there.
        text: String,
    },
    /// No state has this number.
    #[error("there is no state {number}")]
    UnknownState {
        /// The number.
        number: u8,
    },
    /// There are more sockets than were asked for at most.
    #[error("more than {limit} sockets")]
    TooMany {
        /// How many there may be.
        limit: usize,
    },
}
/// Reads a whole table, header line and all, of at most `limit` sockets.
pub fn parse(table: &str, limit: usize) -> Result<Vec<Socket>, Error> {
    let at = |line| move |problem| Error { line, problem };
    let mut lines = table.lines();
    let header = lines.next().unwrap_or_default();
    if header.split_ascii_whitespace().next() != Some("sl") {
        return Err(at(1)(Problem::NoHeader));
    }
    let mut sockets = Vec::new();
    for (number, line) in (2..).zip(lines) {
        if sockets.len() == limit {
            return Err(at(number)(Problem::TooMany { limit }));
        }
        sockets.push(parse_line(line).map_err(at(number))?);
    }
    Ok(sockets)
}
/// Reads one line of the table, such as
/// `0: 0100007F:0424 00000000:0000 0A 00000000:00000000 00:00000000 00000000 0 0 36149`.
/// What may follow is left alone: it differs between states and kernels.
pub fn parse_line(line: &str) -> Result<Socket, Problem> {
    let mut fields = line.split_ascii_whitespace();
    let mut next = |field| fields.next().ok_or(Problem::Missing { field });
    next("number")?;
    let local = address("local address", next("local address")?)?;
    let remote = address("remote address", next("remote address")?)?;
    let state = state(next("state")?)?;
    let (send_queue, receive_queue) = queues(next("queues")?)?;
    for field in ["timer", "retransmissions", "user", "timeout"] {
        next(field)?;
    }
    Ok(Socket {
        local,
        remote,
        state,
        send_queue,
        receive_queue,
        inode: inode(next("inode")?)?,
    })
}
/// An address and its port. The kernel holds an address in network byte order and
/// prints it as numbers of its own order, 32 bits each, so that 127.0.0.1 reads
/// 0100007F where the low octet comes first. The port it turns round before.
fn address(field: &'static str, text: &str) -> Result<SocketAddr, Problem> {
    let read = || {
        let (address, port) = text.split_once(':')?;
        let ip = match address.len() {
            8 => IpAddr::from(word(address)?),
            32 => {
                let mut octets = [0; 16];
                for (at, room) in octets.chunks_exact_mut(4).enumerate() {
                    room.copy_from_slice(&word(address.get(8 * at..8 * at + 8)?)?);
                }
                IpAddr::from(octets)
            }
            _ => return None,
        };
        let port = u16::try_from(hexadecimal(port, 4)?).ok()?;
        Some(SocketAddr::new(ip, port))
    };
    read().ok_or_else(|| malformed(field, text))
}

/// The four octets whose number in this machine's byte order is `digits`.
fn word(digits: &str) -> Option<[u8; 4]> {
    Some(hexadecimal(digits, 8)?.to_ne_bytes())
}

fn state(text: &str) -> Result<State, Problem> {
    let number = hexadecimal(text, 2)
        .and_then(|number| u8::try_from(number).ok())
        .ok_or_else(|| malformed("state", text))?;
    State::ALL
        .into_iter()
        .nth(usize::from(number).wrapping_sub(1)) // there is no state 0
        .ok_or(Problem::UnknownState { number })
}

fn queues(text: &str) -> Result<(u32, u32), Problem> {
    text.split_once(':')
        .and_then(|(send, receive)| Some((hexadecimal(send, 8)?, hexadecimal(receive, 8)?)))
        .ok_or_else(|| malformed("queues", text))
}

/// The only number that is decimal.
fn inode(text: &str) -> Result<u64, Problem> {
    Some(text)
        .filter(|text| text.bytes().all(|digit| digit.is_ascii_digit()))
        .and_then(|text| text.parse::<u32>().ok())
        .map(u64::from)
        .ok_or_else(|| malformed("inode", text))
}

/// The number in all of `text`, which has `digits` hexadecimal digits.
fn hexadecimal(text: &str, digits: usize) -> Option<u32> {
    // `from_str_radix` would also take a sign, and any number of digits.
    let strict = text.len() == digits && text.bytes().all(|digit| digit.is_ascii_hexdigit());
    strict.then(|| u32::from_str_radix(text, 16).ok())?
}

fn malformed(field: &'static str, text: &str) -> Problem {
    Problem::Malformed {
        field,
        text: text.to_owned(),
    }
}
