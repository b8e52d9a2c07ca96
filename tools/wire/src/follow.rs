//! Whose connection a packet belongs to, and what it is in it.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::time::Duration;

use crate::packet::{Body, Packet, Segment};

/// What carries a flow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Transport {
    Tcp,
    Udp,
    Icmp,
    Other,
}

/// A connection, or the datagrams between two sockets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flow {
    /// What carries it.
    pub transport: Transport,
    /// Who sent first.
    pub from: SocketAddr,
    /// To whom.
    pub to: SocketAddr,
    /// How many marks had been set before its first packet.
    pub marks: usize,
}

/// A packet in its flow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// When it was captured, since 1970.
    pub when: Duration,
    /// How many marks had been set before.
    pub marks: usize,
    /// Which flow it belongs to.
    pub flow: usize,
    /// Whether it goes the way of the flow's first packet.
    pub there: bool,
    /// The packet, with numbers relative to those of the connection's SYNs.
    pub packet: Packet,
    /// What else is to be said of it.
    pub note: Option<Note>,
}

/// What is to be said of a segment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Note {
    /// All of it was sent before.
    Retransmission,
    /// It asks whether the other side is still there, or has room: what it carries, or
    /// the place where that would be, was acknowledged before.
    Probe,
    /// Its sender has no room left.
    WindowFull,
    /// Something before it is missing.
    Gap,
}

impl Note {
    /// In words.
    pub fn text(self) -> &'static str {
        match self {
            Note::Retransmission => "retransmission",
            Note::Probe => "probe",
            Note::WindowFull => "no room",
            Note::Gap => "something before it is missing",
        }
    }
}

/// One direction of a connection.
#[derive(Debug, Clone, Copy, Default)]
struct Half {
    /// The number of its SYN.
    first: Option<u32>,
    /// What comes next, relative to that.
    next: u32,
}

/// The two sockets of a flow, in an order that does not depend on who sent first.
type Key = (Transport, SocketAddr, SocketAddr);

/// Tells flows apart.
#[derive(Debug, Default)]
pub struct Follower {
    /// The flows, in the order of their first packets.
    pub flows: Vec<Flow>,
    current: HashMap<Key, usize>,
    /// Of each flow, who sent first and who answered.
    halves: Vec<[Half; 2]>,
}

impl Follower {
    /// Takes the next packet.
    pub fn follow(&mut self, when: Duration, marks: usize, mut packet: Packet) -> Row {
        let (transport, (from, to)) = match &packet.body {
            // What complains of a datagram belongs to it.
            Body::Icmp(message) => match message.about.filter(|about| about.0.port() > 0) {
                Some((from, to)) => match self.known(from, to) {
                    Some(transport) => (transport, (to, from)),
                    None => (Transport::Icmp, packet.sockets()),
                },
                None => (Transport::Icmp, packet.sockets()),
            },
            Body::Tcp(_) => (Transport::Tcp, packet.sockets()),
            Body::Udp(_) => (Transport::Udp, packet.sockets()),
            Body::Fragment(_) | Body::Other(_) => (Transport::Other, packet.sockets()),
        };
        // The same two sockets may have another connection, once they have had one.
        let begun = match &packet.body {
            Body::Tcp(segment) if segment.flags.syn && !segment.flags.ack => Some(segment.sequence),
            _ => None,
        };
        let flow = self.flow(transport, from, to, marks, begun);
        let there = match &packet.body {
            // Who pings itself is both.
            Body::Icmp(message) if from == to => !message.is_reply(),
            _ => self.flows[flow].from == from,
        };
        let note = match &mut packet.body {
            Body::Tcp(segment) => note(segment, &mut self.halves[flow], there),
            _ => None,
        };
        Row {
            when,
            marks,
            flow,
            there,
            packet,
            note,
        }
    }

    /// What carries the flow between the two, if there is one.
    fn known(&self, from: SocketAddr, to: SocketAddr) -> Option<Transport> {
        [Transport::Udp, Transport::Tcp]
            .into_iter()
            .find(|transport| self.current.contains_key(&key(*transport, from, to)))
    }

    /// The number of the flow between the two; a new one, if there is none, or a SYN with
    /// the number `begun` begins another.
    fn flow(
        &mut self,
        transport: Transport,
        from: SocketAddr,
        to: SocketAddr,
        marks: usize,
        begun: Option<u32>,
    ) -> usize {
        let key = key(transport, from, to);
        if let Some(&flow) = self.current.get(&key)
            && (begun.is_none() || begun == self.halves[flow][0].first)
        {
            return flow;
        }
        let flow = Flow {
            transport,
            from,
            to,
            marks,
        };
        self.flows.push(flow);
        self.halves.push([Half::default(); 2]);
        self.current.insert(key, self.flows.len() - 1);
        self.flows.len() - 1
    }
}

fn key(transport: Transport, from: SocketAddr, to: SocketAddr) -> Key {
    (transport, from.min(to), from.max(to))
}

/// Makes the segment's numbers relative, and says what it is.
fn note(segment: &mut Segment, halves: &mut [Half; 2], there: bool) -> Option<Note> {
    let [ours, theirs] = if there { [0, 1] } else { [1, 0] };
    let flags = segment.flags;
    // Where no SYN was seen, as if one had been just before.
    let before = segment.sequence.wrapping_sub(u32::from(!flags.syn));
    let first = *halves[ours].first.get_or_insert(before);
    if flags.ack {
        let before = segment.acknowledgment.wrapping_sub(1);
        let other = *halves[theirs].first.get_or_insert(before);
        segment.acknowledgment = segment.acknowledgment.wrapping_sub(other);
    }
    segment.sequence = segment.sequence.wrapping_sub(first);
    let length = segment.data.len() as u32 + u32::from(flags.syn) + u32::from(flags.fin);
    let half = &mut halves[ours];
    let behind = half.next.wrapping_sub(segment.sequence) as i32; // RFC 9293, section 3.4
    let end = segment.sequence.wrapping_add(length);
    let beyond = end.wrapping_sub(half.next) as i32;
    if beyond > 0 {
        half.next = end;
    }
    let no_room = segment.window == 0 && !flags.rst && !flags.syn;
    if flags.rst {
        None
    } else if length == 0 && behind == 1 {
        Some(Note::Probe)
    } else if length > 0 && beyond <= 0 {
        Some(Note::Retransmission)
    } else if behind < 0 {
        Some(Note::Gap)
    } else {
        no_room.then_some(Note::WindowFull)
    }
}
