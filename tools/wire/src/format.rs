//! What no run of a scene may change on the wire, as a file has it: `scenes/NAME.wire`.
//!
//! | line | says |
//! |---|---|
//! | `# title` | that of the scene |
//! | `TCP client 127.0.0.1:50001 -> server 127.0.0.1:1060` | a connection, or the datagrams between two sockets: who began, and whose the sockets are |
//! | `  -> SYN` | a segment that opens or closes; `->` goes the way of the first |
//! | `  <> FIN` | each side closed, and nothing forces which did first |
//! | `  -> sent again` | the step before it, since nobody took it: once or more often |
//! | `  <- 5 octets` | all that one side sent until the other did, or a datagram; the octets follow, `**` for one that is another in each run |
//! | `  -> TLS: handshake (ClientHello)` | records of TLS |
//! | `  <- ICMP: port unreachable` | what the system says of a datagram |
//! | `end` | nothing is missing |

use std::fmt;
use std::net::{IpAddr, SocketAddr};

use crate::follow::Transport;
use crate::octets;

/// What went over the wire in a scene, but for what differs between runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wire {
    /// The scene's title.
    pub title: String,
    /// The connections, and what takes the place of some, in the order in which they began.
    pub flows: Vec<Flow>,
}

/// A connection, or the datagrams between two sockets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flow {
    /// What carries it.
    pub transport: Transport,
    /// Who began.
    pub from: End,
    /// The other side.
    pub to: End,
    /// What happened, in order.
    pub steps: Vec<Step>,
}

/// A socket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct End {
    /// The terminal of its program; empty where that is not known.
    pub name: String,
    /// Its address, with the number that the book has for its port; 0 where there is none.
    pub addr: SocketAddr,
}

/// Something that one side sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// Which way it went.
    pub way: Way,
    /// What.
    pub what: What,
}

/// Which way something went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// The way of the flow's first packet.
    There,
    /// The other way.
    Back,
    /// Each side sent one, and nothing forces which did first.
    Both,
}

/// What one side sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    /// A segment that opens or closes a connection: its flags.
    Flags(String),
    /// The step before, again.
    Again,
    /// Octets: how many, and the first of them. One that is `None` is another in each run.
    Octets(usize, Vec<Option<u8>>),
    /// Records of TLS, by type.
    Tls(String),
    /// A message of ICMP, by name.
    Icmp(String),
}

/// The words for [`What::Again`].
pub const AGAIN: &str = "sent again";

/// So many octets are kept of what one side sent at once.
pub const SHOWN: usize = 512;

/// A file that is no [`Wire`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParseError {
    /// The line that is wrong, from 1.
    pub line: usize,
    /// What is wrong with it.
    pub what: String,
}

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.what)
    }
}

impl std::error::Error for ParseError {}

const WAYS: [(Way, &str); 3] = [(Way::There, "->"), (Way::Back, "<-"), (Way::Both, "<>")];

const TRANSPORTS: [(Transport, &str); 4] = [
    (Transport::Tcp, "TCP"),
    (Transport::Udp, "UDP"),
    (Transport::Icmp, "ICMP"),
    (Transport::Other, "IP"),
];

impl fmt::Display for Transport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = TRANSPORTS.iter().find(|(known, _)| known == self);
        f.write_str(name.map_or("", |(_, name)| name))
    }
}

impl fmt::Display for End {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.name.is_empty() {
            write!(f, "{} ", self.name)?;
        }
        match self.addr.port() {
            0 => write!(f, "{}", self.addr.ip()),
            _ => write!(f, "{}", self.addr),
        }
    }
}

impl fmt::Display for Wire {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "# {}", self.title)?;
        for flow in &self.flows {
            writeln!(f, "{} {} -> {}", flow.transport, flow.from, flow.to)?;
            for Step { way, what } in &flow.steps {
                let arrow = WAYS.iter().find(|(known, _)| known == way);
                write!(f, "  {} ", arrow.map_or("", |(_, arrow)| arrow))?;
                match what {
                    What::Flags(flags) => writeln!(f, "{flags}")?,
                    What::Again => writeln!(f, "{AGAIN}")?,
                    What::Tls(records) => writeln!(f, "TLS: {records}")?,
                    What::Icmp(name) => writeln!(f, "ICMP: {name}")?,
                    What::Octets(1, _) => writeln!(f, "1 octet")?,
                    What::Octets(all, _) => writeln!(f, "{all} octets")?,
                }
                if let What::Octets(all, first) = what {
                    for line in octets::lines(first) {
                        writeln!(f, "     {line}")?;
                    }
                    if *all > first.len() {
                        writeln!(f, "     and {} more", all - first.len())?;
                    }
                }
            }
        }
        writeln!(f, "end")
    }
}

impl Wire {
    /// Parses a file.
    ///
    /// # Errors
    ///
    /// The first line that is not as it would be written.
    pub fn parse(text: &str) -> Result<Wire, ParseError> {
        let mut wire = Wire {
            title: String::new(),
            flows: Vec::new(),
        };
        let mut ended = false;
        for (nth, line) in text.lines().enumerate() {
            let error = |what: &str| ParseError {
                line: nth + 1,
                what: what.to_owned(),
            };
            match line {
                _ if ended => return Err(error("something stands behind the end")),
                _ if nth == 0 => {
                    let title = line.strip_prefix("# ");
                    wire.title = title.ok_or_else(|| error("no title"))?.to_owned();
                }
                "end" => ended = true,
                _ if line.starts_with("     ") => {
                    let step = wire.flows.last_mut().and_then(|flow| flow.steps.last_mut());
                    let what = step.map(|step| &mut step.what);
                    octets_of(&line[5..], what).ok_or_else(|| error("no octets"))?;
                }
                _ if line.starts_with("  ") => {
                    let flow = wire.flows.last_mut();
                    let flow = flow.ok_or_else(|| error("no connection has begun"))?;
                    flow.steps
                        .push(step(&line[2..]).ok_or_else(|| error("no step"))?);
                }
                _ => wire
                    .flows
                    .push(flow(line).ok_or_else(|| error("no connection"))?),
            }
        }
        // A wire is written in one way only: what is cut within a line, or has another
        // text beside its octets, is found here.
        let written = wire.to_string();
        let mut lines = text.lines();
        for (nth, line) in written.lines().enumerate() {
            match lines.next() {
                Some(found) if found == line => {}
                found => {
                    return Err(ParseError {
                        line: nth + 1,
                        what: match found {
                            Some(_) => format!("would be written `{line}`"),
                            None => format!("the file is cut: `{line}` is missing"),
                        },
                    });
                }
            }
        }
        if written != text {
            return Err(ParseError {
                line: text.lines().count().max(1),
                what: "the file is cut within its last line".to_owned(),
            });
        }
        Ok(wire)
    }
}

impl Wire {
    /// Leaves open what differs in `other`, a run of the same scene: octets, where there
    /// are as many, which side closed first, where both did at once, and what was sent
    /// again in one of them alone.
    pub fn open(&mut self, other: &Wire) {
        for (flow, other) in self.flows.iter_mut().zip(&other.flows) {
            let mut others = other.steps.clone();
            agree_on_again(&mut flow.steps, &others);
            agree_on_again(&mut others, &flow.steps);
            for nth in 0..flow.steps.len() {
                let (Some(step), Some(now)) = (flow.steps.get_mut(nth), others.get(nth)) else {
                    break;
                };
                match (&mut step.what, &now.what) {
                    (What::Octets(all, ours), What::Octets(many, theirs)) if all == many => {
                        for (our, their) in ours.iter_mut().zip(theirs) {
                            our.take_if(|our| Some(*our) != *their);
                        }
                    }
                    _ if step.way != now.way => close(&mut flow.steps, nth),
                    _ => {}
                }
            }
        }
    }

    /// Whether the two differ in nothing but what can be left open.
    pub fn is_like(&self, other: &Wire) -> bool {
        let mut open = other.clone();
        open.open(self);
        self.clone().like(&open) == open && other.clone().like(&open) == open
    }

    /// This run, with that left open which `file` leaves open.
    pub fn like(mut self, file: &Wire) -> Wire {
        for (flow, file) in self.flows.iter_mut().zip(&file.flows) {
            agree_on_again(&mut flow.steps, &file.steps);
            for (nth, known) in file.steps.iter().enumerate() {
                if known.way == Way::Both {
                    close(&mut flow.steps, nth);
                }
                let step = flow.steps.get_mut(nth).map(|step| &mut step.what);
                if let (Some(What::Octets(_, ours)), What::Octets(_, known)) = (step, &known.what) {
                    for (our, _) in ours
                        .iter_mut()
                        .zip(known)
                        .filter(|(_, known)| known.is_none())
                    {
                        *our = None;
                    }
                }
            }
        }
        self
    }
}

/// Drops what was sent again, but where `known` has it sent again, too.
fn agree_on_again(steps: &mut Vec<Step>, known: &[Step]) {
    let again = |step: &Step| step.what == What::Again;
    let mut known = known.iter().peekable();
    steps.retain(|step| {
        let both = known.next_if(|known| again(known)).is_some();
        if !again(step) {
            known.next();
        }
        both || !again(step)
    });
}

/// Makes one step of the two from the nth on, if both sides close in them.
fn close(steps: &mut Vec<Step>, nth: usize) {
    let fin = |step: &Step| step.what == What::Flags("FIN".to_owned());
    if let Some([one, two]) = steps.get(nth..nth + 2)
        && fin(one)
        && fin(two)
        && one.way != two.way
    {
        steps.remove(nth);
        steps[nth].way = Way::Both;
    }
}

fn flow(line: &str) -> Option<Flow> {
    let (transport, ends) = line.split_once(' ')?;
    let (transport, _) = TRANSPORTS.iter().find(|(_, name)| *name == transport)?;
    let (from, to) = ends.split_once(" -> ")?;
    Some(Flow {
        transport: *transport,
        from: end(from)?,
        to: end(to)?,
        steps: Vec::new(),
    })
}

fn end(text: &str) -> Option<End> {
    let (name, addr) = text.rsplit_once(' ').unwrap_or(("", text));
    let alone = || addr.parse().ok().map(|ip: IpAddr| (ip, 0).into());
    Some(End {
        name: name.to_owned(),
        addr: addr.parse().ok().or_else(alone)?,
    })
}

fn step(text: &str) -> Option<Step> {
    let (arrow, what) = text.split_once(' ')?;
    let (way, _) = WAYS.iter().find(|(_, known)| *known == arrow)?;
    let what = if let Some(records) = what.strip_prefix("TLS: ") {
        What::Tls(records.to_owned())
    } else if let Some(name) = what.strip_prefix("ICMP: ") {
        What::Icmp(name.to_owned())
    } else if what == AGAIN {
        What::Again
    } else if let Some((all, "octet" | "octets")) = what.split_once(' ') {
        What::Octets(all.parse().ok()?, Vec::new())
    } else {
        what.chars()
            .all(|c| c.is_ascii_uppercase() || ", ".contains(c))
            .then(|| What::Flags(what.to_owned()))?
    };
    Some(Step { way: *way, what })
}

/// Adds the octets of a line to those that there are, which may not be more than there
/// should be.
fn octets_of(line: &str, to: Option<&mut What>) -> Option<()> {
    let Some(What::Octets(all, first)) = to else {
        return None;
    };
    if let Some(more) = line.strip_prefix("and ") {
        let more: usize = more.strip_suffix(" more")?.parse().ok()?;
        return (all.checked_sub(more)? == first.len()).then_some(());
    }
    first.extend(octets::parse(line)?);
    (first.len() <= *all).then_some(())
}
