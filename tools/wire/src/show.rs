//! A capture as a person reads it: time runs down, a column a terminal, an arrow a packet.

use std::fmt::Write;
use std::time::Duration;

use crate::canon::Deed;
use crate::follow::{Flow, Row, Transport};
use crate::format::End;
use crate::octets;
use crate::packet::Body;

/// The least distance between two columns.
const GAP: usize = 16;

/// The room for a time, `1234.567 ms`.
const TIME: usize = 12;

/// Draws the rows of the flows between these ends, and the deeds where they were done; with
/// the octets of each packet under it, if `with_octets`.
pub fn show(
    rows: &[Row],
    flows: &[Flow],
    ends: &[(End, End)],
    deeds: &[Deed],
    with_octets: bool,
) -> String {
    let columns = Columns::of(ends);
    let mut text = String::new();
    columns.names(&mut text);
    let begun = rows.first().map_or(Duration::ZERO, |row| row.when);
    let mut deeds = deeds.iter().peekable();
    for row in rows {
        while let Some(deed) = deeds.next_if(|deed| deed.marks <= row.marks) {
            columns.deed(&mut text, deed);
        }
        let (flow, (from, to)) = (&flows[row.flow], &ends[row.flow]);
        let arrow = columns.arrow(from, to, row.there);
        let time = row.when.saturating_sub(begun).as_secs_f64() * 1000.0;
        let label = label(row, flow, from, to);
        let _ = writeln!(text, "{time:>9.3} ms {arrow}  {label}");
        if with_octets {
            let octets: Vec<Option<u8>> = data(row).iter().copied().map(Some).collect();
            for line in octets::lines(&octets) {
                let _ = writeln!(text, "{:TIME$} {}  {line}", "", columns.bars());
            }
        }
    }
    for deed in deeds {
        columns.deed(&mut text, deed);
    }
    text
}

/// What is said of a packet beside its arrow.
fn label(row: &Row, flow: &Flow, from: &End, to: &End) -> String {
    let [ours, theirs] = match row.there {
        true => [from, to],
        false => [to, from],
    };
    let ports = match flow.transport {
        Transport::Tcp | Transport::Udp => {
            format!("{} > {}", ours.addr.port(), theirs.addr.port())
        }
        Transport::Icmp | Transport::Other => {
            format!("{} > {}", ours.addr.ip(), theirs.addr.ip())
        }
    };
    let length = |data: &[u8]| match data.len() {
        0 => String::new(),
        1 => "  1 octet".to_owned(),
        many => format!("  {many} octets"),
    };
    let what = match &row.packet.body {
        Body::Tcp(segment) => {
            let acknowledges = match segment.flags.ack {
                true => format!(" ack {}", segment.acknowledgment),
                false => String::new(),
            };
            let (flags, sequence) = (segment.flags, segment.sequence);
            format!(
                "{flags}  seq {sequence}{acknowledges}{}",
                length(&segment.data)
            )
        }
        Body::Udp(datagram) if datagram.data.is_empty() => "UDP  0 octets".to_owned(),
        Body::Udp(datagram) => format!("UDP{}", length(&datagram.data)),
        Body::Icmp(message) => format!("ICMP {}", message.name),
        Body::Fragment(offset) => format!("a fragment, from octet {offset} on"),
        Body::Other(protocol) => format!("protocol {protocol}"),
    };
    match row.note {
        Some(note) => format!("{ports}  {what}  ({})", note.text()),
        None => format!("{ports}  {what}"),
    }
}

/// What a packet carries.
fn data(row: &Row) -> &[u8] {
    match &row.packet.body {
        Body::Tcp(segment) => &segment.data,
        Body::Udp(datagram) => &datagram.data,
        Body::Icmp(message) => &message.data,
        Body::Fragment(_) | Body::Other(_) => &[],
    }
}

/// The columns: the terminals, and those who have none.
struct Columns {
    names: Vec<String>,
    gap: usize,
}

impl Columns {
    fn of(ends: &[(End, End)]) -> Columns {
        let mut names: Vec<String> = Vec::new();
        for (from, to) in ends {
            for name in [from_name(from), to_name(to)] {
                if !names.contains(&name) {
                    names.push(name);
                }
            }
        }
        let widest = names.iter().map(|name| name.chars().count()).max();
        Columns {
            names,
            gap: GAP.max(widest.unwrap_or(0) + 2),
        }
    }

    fn names(&self, text: &mut String) {
        let mut line = " ".repeat(TIME + 1);
        for (nth, name) in self.names.iter().enumerate() {
            // Each begins at its bar.
            let column = TIME + 1 + nth * self.gap;
            let _ = write!(
                line,
                "{:1$}{name}",
                "",
                column.saturating_sub(line.chars().count())
            );
        }
        text.push_str(&line);
        text.push('\n');
    }

    fn width(&self) -> usize {
        self.names.len().saturating_sub(1) * self.gap + 1
    }

    fn bars(&self) -> String {
        let is_bar = |column: usize| column.is_multiple_of(self.gap);
        (0..self.width())
            .map(|column| if is_bar(column) { '│' } else { ' ' })
            .collect()
    }

    fn deed(&self, text: &mut String, deed: &Deed) {
        let _ = writeln!(text, "{:TIME$} {}  {}", "", self.bars(), deed.line);
    }

    fn arrow(&self, from: &End, to: &End, there: bool) -> String {
        let place = |name: &str| {
            self.names
                .iter()
                .position(|known| known == name)
                .unwrap_or(0)
        };
        let (from, to) = (
            place(&from_name(from)) * self.gap,
            place(&to_name(to)) * self.gap,
        );
        let (left, right) = (from.min(to), from.max(to));
        let points_right = there == (from <= to);
        let mut line: Vec<char> = self.bars().chars().collect();
        if left == right {
            line[left] = '↺'; // to itself
        }
        for column in &mut line[left..right] {
            *column = '─';
        }
        if left < right {
            line[right] = '│';
            let (tail, tail_bar, head, tip) = match points_right {
                true => (left, '├', right - 1, '▶'),
                false => (right, '┤', left + 1, '◀'),
            };
            line[tail] = tail_bar;
            line[head] = tip;
            if !points_right {
                line[left] = '│';
            }
        }
        line.into_iter().collect()
    }
}

/// The name of the column of who began.
fn from_name(end: &End) -> String {
    match &*end.name {
        "" => "caller".to_owned(),
        name => name.to_owned(),
    }
}

/// The name of the column of the other side.
fn to_name(end: &End) -> String {
    match &*end.name {
        "" => End {
            name: String::new(),
            ..end.clone()
        }
        .to_string(),
        name => name.to_owned(),
    }
}
