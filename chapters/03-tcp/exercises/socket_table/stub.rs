//! The kernel's table of sockets
//!
//! Difficulty: core
//! Page: 03-tcp/looking.md
//! Check: just check 3.4
//!
//! Linux shows its TCP sockets as text: those of IPv4 in `/proc/net/tcp`, those of
//! IPv6 in `/proc/net/tcp6`. Write the parser. The first fields of a line, between
//! any number of spaces, are
//!
//! ```text
//! number          0:                  not for us
//! local address   0100007F:0424       address and port
//! remote address  0100007F:C350       address and port
//! state           01                  hexadecimal: 01 is ESTABLISHED, 0B is CLOSING
//! queues          0000000C:00000000   octets to send and octets to read, hexadecimal
//! timer           00:00000000         not for us
//! retransmissions 00000000            not for us
//! user            0                   not for us
//! timeout         0                   not for us
//! inode           36149               decimal
//! ```
//!
//! and this one is 127.0.0.1:1060, connected to 127.0.0.1:50000, with 12 octets that
//! are not acknowledged yet. More fields may follow or not; leave them alone.
//!
//! - An address is in network byte order, but the kernel prints each 32 bits of it as
//!   a number of this machine: 127.0.0.1 is 0100007F where the low octet comes first,
//!   as on most machines. Turn the number back into the octets it was. IPv4 has 8
//!   digits, IPv6 has 32: four such numbers.
//! - A port is a number already, in 4 hexadecimal digits.
//! - `State::ALL` has the states in the order of their numbers.
//! - `parse_line` reads a line, `parse` a whole table. Its first line is a header,
//!   whose first word is `sl`; anything else is `NoHeader`.
//! - The first line that is wrong is an error which says which line it is, counted
//!   from 1 with the header, and what is wrong: `Missing` names the field before
//!   which the line ends, `Malformed` the field that is not as above (too many
//!   digits, too few, other characters), `UnknownState` the number. An empty line
//!   is wrong, too. No line panics.
//! - More than `limit` sockets are `TooMany`, at the first line that is too many;
//!   what comes behind it is not read. Any `limit` is allowed, `usize::MAX` too.

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
    todo!()
}

/// Reads one line of the table.
pub fn parse_line(line: &str) -> Result<Socket, Problem> {
    todo!()
}
