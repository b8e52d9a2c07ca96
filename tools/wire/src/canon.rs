//! What of a capture no run may change.
//!
//! Left out: acknowledgements and where they ride, how octets were divided into
//! segments, windows, sequence numbers, times, and what was sent again, if not each run has
//! to. Ports have the book's numbers, and dates take one form, as those of the scene do. What
//! is random differs between the plays of `--bless`, which leaves it open ([`Wire::open`]).

use std::collections::BTreeMap;
use std::net::SocketAddr;

use scene::{Action, Canon, Scene};

use crate::follow::{self, Row, Transport};
use crate::format::{End, Flow, SHOWN, Step, Way, What, Wire};
use crate::packet::{Body, Segment};
use crate::tls::Records;

/// Something that was done in a terminal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deed {
    /// How many marks had been set before.
    pub marks: usize,
    /// The terminal.
    pub terminal: String,
    /// The line that the scene has for it.
    pub line: String,
}

/// Whose the sockets of each flow are.
pub fn ends(
    scene: &Scene,
    canon: &Canon,
    deeds: &[Deed],
    flows: &[follow::Flow],
    rows: &[Row],
) -> Vec<(End, End)> {
    let mut unshown: Vec<SocketAddr> = Vec::new();
    let mut book = |addr: SocketAddr| {
        let port = match addr.port() {
            0 => 0,
            port => canon.port(port).unwrap_or_else(|| {
                let known = unshown.iter().position(|seen| *seen == addr);
                canon.unshown_port(known.unwrap_or_else(|| {
                    unshown.push(addr);
                    unshown.len() - 1
                }))
            }),
        };
        SocketAddr::new(addr.ip(), port)
    };
    let mut ends = Vec::new();
    for (nth, flow) in flows.iter().enumerate() {
        let (from, to) = (book(flow.from), book(flow.to));
        let answer = rows.iter().find(|row| row.flow == nth && !row.there);
        let refused = answer.is_some_and(|row| match &row.packet.body {
            Body::Tcp(segment) => segment.flags.rst,
            Body::Icmp(message) => flow.transport != Transport::Icmp && message.about.is_some(),
            _ => false,
        });
        let server = Some(to.port())
            .filter(|_| !refused)
            .and_then(|port| server(scene, port));
        let client = client(scene, to.port(), server, deeds, flow.marks);
        let end = |name: Option<&str>, addr| End {
            name: name.unwrap_or_default().to_owned(),
            addr,
        };
        ends.push((end(client, from), end(server, to)));
    }
    ends
}

/// The terminal of the program that listens at the port: the first that says so, or else
/// the first that has it on its command line.
fn server(scene: &Scene, port: u16) -> Option<&str> {
    if port == 0 {
        return None;
    }
    let number = format!(":{port}");
    let says = |text: &str| {
        text.to_lowercase().contains("listening")
            && text.split_whitespace().any(|word| word.ends_with(&number))
    };
    let said = scene
        .steps
        .iter()
        .find(|step| step.output.iter().any(|line| says(&line.text)));
    let named = || {
        scene
            .steps
            .iter()
            .find(|step| scene.ports_of(step).contains(&port))
    };
    said.or_else(named).map(|step| &*step.terminal)
}

/// The terminal of the program that calls the port: of those that have it on their command
/// line, or of all, the one in which something was done last.
fn client<'a>(
    scene: &'a Scene,
    port: u16,
    server: Option<&str>,
    deeds: &'a [Deed],
    marks: usize,
) -> Option<&'a str> {
    let mut named: Vec<&str> = Vec::new();
    for step in &scene.steps {
        // Who only looks at sockets calls none.
        let looks = matches!(&step.action, Action::Run(command) if command.starts_with("sockets "));
        let is_it =
            !looks && scene.ports_of(step).contains(&port) && server != Some(&step.terminal);
        if is_it && !named.contains(&&*step.terminal) {
            named.push(&step.terminal);
        }
    }
    if let [one] = named[..] {
        return Some(one);
    }
    let before = deeds.iter().rev().filter(|deed| deed.marks <= marks);
    before
        .map(|deed| &*deed.terminal)
        .find(|name| server != Some(name) && (named.is_empty() || named.contains(name)))
}

/// What of the rows no run may change.
pub fn wire(
    scene: &Scene,
    canon: &Canon,
    flows: &[follow::Flow],
    ends: &[(End, End)],
    rows: &[Row],
) -> Wire {
    let flows = ends.iter().enumerate().filter_map(|(nth, (from, to))| {
        let transport = flows[nth].transport;
        if transport == Transport::Other {
            return None; // what the system says for itself, as that it joins a group
        }
        let mut flow = Build::default();
        for row in rows.iter().filter(|row| row.flow == nth) {
            flow.add(row);
        }
        Some(Flow {
            transport,
            from: from.clone(),
            to: to.clone(),
            steps: flow.finish(transport, canon),
        })
    });
    Wire {
        title: scene.title.clone(),
        flows: flows.collect(),
    }
}

/// A flow that is being read.
#[derive(Debug, Default)]
struct Build {
    steps: Vec<(bool, Raw)>,
    halves: [Half; 2],
    /// Whether who began has said that it heard the answer.
    acknowledged: bool,
}

/// One direction of a connection.
#[derive(Debug, Default)]
struct Half {
    /// The relative number of the octet that comes next; the SYN has 0.
    next: u32,
    /// What came before its time.
    held: BTreeMap<u32, Vec<u8>>,
    fin: Option<u32>,
    synchronized: bool,
    finished: bool,
    reset: bool,
}

#[derive(Debug)]
enum Raw {
    What(What),
    /// Octets that the next ones belong to,
    Turn(Vec<u8>),
    /// or not.
    Datagram(Vec<u8>),
}

impl Build {
    fn add(&mut self, row: &Row) {
        let there = row.there;
        match &row.packet.body {
            Body::Tcp(segment) => self.segment(there, segment),
            Body::Udp(datagram) => {
                self.steps
                    .push((there, Raw::Datagram(datagram.data.clone())));
            }
            Body::Icmp(message) => self.push(there, What::Icmp(message.name.clone())),
            Body::Fragment(_) | Body::Other(_) => {}
        }
    }

    fn push(&mut self, there: bool, what: What) {
        self.steps.push((there, Raw::What(what)));
    }

    fn flags(&mut self, there: bool, flags: &str) {
        self.push(there, What::Flags(flags.to_owned()));
    }

    fn segment(&mut self, there: bool, segment: &Segment) {
        let flags = segment.flags;
        let opened = self.halves.iter().all(|half| half.synchronized);
        let half = &mut self.halves[usize::from(there)];
        if flags.rst {
            if !std::mem::replace(&mut half.reset, true) {
                self.flags(there, "RST");
            }
            return;
        }
        if flags.syn {
            if std::mem::replace(&mut half.synchronized, true) {
                self.again(there);
            } else {
                half.next = 1;
                self.flags(there, if flags.ack { "SYN, ACK" } else { "SYN" });
            }
            return;
        }
        if opened && there && !std::mem::replace(&mut self.acknowledged, true) {
            self.flags(there, "ACK");
        }
        let half = &mut self.halves[usize::from(there)];
        if flags.fin {
            half.fin = Some(segment.sequence.wrapping_add(segment.data.len() as u32));
        }
        if !segment.data.is_empty() {
            half.held.insert(segment.sequence, segment.data.clone());
        }
        let mut again = false;
        while let Some((sequence, data)) = half.held.pop_first() {
            if sequence > half.next {
                half.held.insert(sequence, data);
                break;
            }
            let known = (half.next - sequence) as usize;
            let Some(new) = data.get(known..).filter(|new| !new.is_empty()) else {
                again = true;
                continue;
            };
            half.next = half.next.wrapping_add(new.len() as u32);
            // Within a turn, what was sent again is a matter of how it was cut.
            if let [.., (one, Raw::Turn(_)), (two, Raw::What(What::Again))] = self.steps[..]
                && [one, two] == [there; 2]
            {
                self.steps.pop();
            }
            match self.steps.last_mut() {
                Some((last, Raw::Turn(octets))) if *last == there => octets.extend(new),
                _ => self.steps.push((there, Raw::Turn(new.to_vec()))),
            }
        }
        if half.fin == Some(half.next) && !std::mem::replace(&mut half.finished, true) {
            self.flags(there, "FIN");
        } else if again {
            self.again(there);
        }
    }

    /// That side has sent the last step again, once or more often.
    fn again(&mut self, there: bool) {
        let last = self.steps.last();
        let fin = |what: &What| matches!(what, What::Flags(flags) if flags == "FIN");
        match last {
            Some((side, Raw::What(what))) if *side == there && !fin(what) => {}
            Some((side, Raw::Turn(_))) if *side == there => {}
            _ => return,
        }
        if !matches!(last, Some((_, Raw::What(What::Again)))) {
            self.push(there, What::Again);
        }
    }

    fn finish(self, transport: Transport, canon: &Canon) -> Vec<Step> {
        let mut records = [Records::default(); 2];
        let steps = self.steps.into_iter().map(|(there, raw)| {
            let what = match raw {
                Raw::What(what) => what,
                Raw::Turn(raw) | Raw::Datagram(raw) => match records[usize::from(there)].read(&raw)
                {
                    Some(types) if transport == Transport::Tcp => What::Tls(types),
                    _ => octets(&canon.octets(&raw)),
                },
            };
            let way = if there { Way::There } else { Way::Back };
            Step { way, what }
        });
        steps.collect()
    }
}

fn octets(raw: &[u8]) -> What {
    let shown = raw.iter().take(SHOWN).copied().map(Some);
    What::Octets(raw.len(), shown.collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::packet::Flags;

    fn sent(build: &mut Build, there: bool, flags: &str, sequence: u32, data: &[u8]) {
        let segment = Segment {
            source: 0,
            destination: 0,
            flags: Flags {
                syn: flags.contains('S'),
                ack: flags.contains('A'),
                fin: flags.contains('F'),
                ..Flags::default()
            },
            sequence,
            acknowledgment: 0,
            window: 1024,
            data: data.to_vec(),
        };
        build.segment(there, &segment);
    }

    fn steps(build: &Build) -> Vec<String> {
        let said = build.steps.iter().map(|(_, raw)| match raw {
            Raw::What(What::Flags(flags)) => flags.clone(),
            Raw::Turn(octets) => String::from_utf8_lossy(octets).into_owned(),
            _ => "again".to_owned(),
        });
        said.collect()
    }

    #[test]
    fn what_is_sent_again_before_anything_answers_is_a_step_however_often() {
        let mut build = Build::default();
        for _ in 0..3 {
            sent(&mut build, true, "S", 0, b"");
        }
        sent(&mut build, false, "SA", 0, b"");
        sent(&mut build, true, "A", 1, b"");
        for _ in 0..3 {
            sent(&mut build, true, "A", 1, b"hel");
        }
        let opened = ["SYN", "again", "SYN, ACK", "ACK"];
        assert_eq!(steps(&build), [&opened[..], &["hel", "again"]].concat());
        // The turn goes on: where its segments began is nobody's business.
        for _ in 0..2 {
            sent(&mut build, true, "A", 4, b"lo");
        }
        assert_eq!(steps(&build), [&opened[..], &["hello", "again"]].concat());
        // It was answered, so that it had arrived.
        sent(&mut build, false, "A", 1, b"hi");
        for _ in 0..2 {
            sent(&mut build, true, "A", 4, b"lo");
            sent(&mut build, true, "FA", 6, b"");
        }
        let closed = ["hello", "again", "hi", "FIN"];
        assert_eq!(steps(&build), [&opened[..], &closed].concat());
    }
}
