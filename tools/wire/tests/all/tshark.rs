//! tshark sees in a capture what is shown of it.

use std::collections::BTreeMap;
use std::process::Command;
use std::time::Duration;

use etherparse::PacketBuilder;
use wire::follow::{Follower, Note, Row};
use wire::packet::{Body, Packet};
use wire::pcapng;

/// What is asked of tshark: each is shown of a packet, or decides what is shown.
const FIELDS: [&str; 18] = [
    "ip.src",
    "ip.dst",
    "ipv6.src",
    "ipv6.dst",
    "tcp.srcport",
    "tcp.dstport",
    "tcp.flags.str",
    "tcp.seq",
    "tcp.ack",
    "tcp.window_size_value",
    "tcp.payload",
    "udp.srcport",
    "udp.dstport",
    "udp.payload",
    "icmp.type",
    "icmpv6.type",
    "tcp.analysis.retransmission",
    "tcp.analysis.lost_segment",
];

type Fields = BTreeMap<&'static str, String>;

fn hex(octets: &[u8]) -> String {
    octets.iter().map(|octet| format!("{octet:02x}")).collect()
}

/// What we show of the row, as tshark would say it.
fn ours(row: &Row) -> Fields {
    let mut fields = Fields::new();
    let mut set = |name, value: String| drop(fields.insert(name, value));
    let (source, destination) = (row.packet.source, row.packet.destination);
    let (from, to) = match source.is_ipv4() {
        true => ("ip.src", "ip.dst"),
        false => ("ipv6.src", "ipv6.dst"),
    };
    set(from, source.to_string());
    set(to, destination.to_string());
    match &row.packet.body {
        Body::Tcp(segment) => {
            set("tcp.srcport", segment.source.to_string());
            set("tcp.dstport", segment.destination.to_string());
            let flags = segment.flags;
            let letters = [
                (flags.urg, 'U'),
                (flags.ack, 'A'),
                (flags.psh, 'P'),
                (flags.rst, 'R'),
                (flags.syn, 'S'),
                (flags.fin, 'F'),
            ];
            let letters = letters.map(|(set, letter)| if set { letter } else { '·' });
            set("tcp.flags.str", letters.iter().collect());
            set("tcp.seq", segment.sequence.to_string());
            set("tcp.ack", segment.acknowledgment.to_string());
            set("tcp.window_size_value", segment.window.to_string());
            set("tcp.payload", hex(&segment.data));
            if row.note == Some(Note::Retransmission) {
                set("tcp.analysis.retransmission", "1".to_owned());
            }
            if row.note == Some(Note::Gap) {
                set("tcp.analysis.lost_segment", "1".to_owned());
            }
        }
        Body::Udp(datagram) => {
            set("udp.srcport", datagram.source.to_string());
            set("udp.dstport", datagram.destination.to_string());
            set("udp.payload", hex(&datagram.data));
        }
        Body::Icmp(message) => {
            let name = if source.is_ipv4() {
                "icmp.type"
            } else {
                "icmpv6.type"
            };
            set(name, message.number.0.to_string());
        }
        Body::Fragment(_) | Body::Other(_) => {}
    }
    fields.retain(|_, value| !value.is_empty());
    fields
}

/// What tshark says of each packet of the file. What an ICMP message quotes, it lists
/// behind the packet's own, which are the first.
fn theirs(file: &std::path::Path) -> Vec<Fields> {
    let tshark = surroundings::find("tshark").unwrap();
    let mut command = Command::new(tshark);
    command
        .arg("-r")
        .arg(file)
        .args(["-T", "fields", "-E", "occurrence=f"]);
    // What is in a segment must not keep it from being shown as one.
    command.args(["-o", "tcp.desegment_tcp_streams:FALSE"]);
    for field in FIELDS {
        command.args(["-e", field]);
    }
    surroundings::fix(&mut command, None);
    let output = command.output().unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let text = String::from_utf8(output.stdout).unwrap();
    let packet = |line: &str| {
        let values = line.split('\t').map(str::to_owned);
        let mut fields: Fields = FIELDS.into_iter().zip(values).collect();
        if let Some(flags) = fields.get_mut("tcp.flags.str") {
            // Six of its twelve are those that we show.
            *flags = flags.chars().skip(6).collect();
        }
        if !fields["icmp.type"].is_empty() || !fields["icmpv6.type"].is_empty() {
            fields.retain(|name, _| name.starts_with("ip") || name.starts_with("icmp"));
        }
        fields.retain(|_, value| !value.is_empty());
        fields
    };
    text.lines().map(packet).collect()
}

/// The packets of a file that we wrote, read again.
pub fn read(file: &[u8]) -> Vec<Vec<u8>> {
    let mut rest = file;
    let mut frames = Vec::new();
    let number = |octets: &[u8]| u32::from_le_bytes(octets[..4].try_into().unwrap()) as usize;
    while !rest.is_empty() {
        let (kind, length) = (number(rest), number(&rest[4..]));
        if kind == 6 {
            let captured = number(&rest[20..]);
            frames.push(rest[28..28 + captured].to_vec());
        }
        rest = &rest[length..];
    }
    frames
}

/// Panics if tshark sees anything in these frames that is not shown, or the reverse.
pub fn agrees(frames: &[Vec<u8>]) {
    if testkit::peer("tshark").is_none() {
        return;
    }
    let file = tempfile::NamedTempFile::new().unwrap();
    let timed = frames.iter().enumerate();
    let timed = timed.map(|(nth, frame)| (Duration::from_micros(nth as u64), &**frame));
    pcapng::write(file.reopen().unwrap(), timed).unwrap();
    let theirs = theirs(file.path());
    assert_eq!(theirs.len(), frames.len());
    let mut follower = Follower::default();
    for (nth, (frame, theirs)) in frames.iter().zip(theirs).enumerate() {
        let packet = Packet::decode(frame).unwrap();
        let ours = ours(&follower.follow(Duration::ZERO, 0, packet));
        assert_eq!(ours, theirs, "packet {}", nth + 1);
    }
}

/// What no scene shows, and a capture may: octets that come again, and some that are missing.
#[test]
fn tshark_sees_what_is_sent_again_and_what_is_missing() {
    let segment = |from_client: bool, sequence, flags: &str, data: &[u8]| {
        let (from, to) = if from_client {
            (50001, 1060)
        } else {
            (1060, 50001)
        };
        let builder = PacketBuilder::ethernet2([0; 6], [0; 6])
            .ipv6([1; 16], [1; 16], 64)
            .tcp(from, to, sequence, 1024);
        let builder = match flags {
            "S" => builder.syn(),
            "SA" => builder.syn().ack(101),
            "A" if from_client => builder.ack(901),
            "A" => builder.ack(106),
            _ => builder.ack(901).fin(),
        };
        let mut frame = Vec::new();
        builder.write(&mut frame, data).unwrap();
        frame
    };
    agrees(&[
        segment(true, 100, "S", b""),
        segment(false, 900, "SA", b""),
        segment(true, 101, "A", b""),
        segment(true, 101, "A", b"hello"),
        segment(true, 101, "A", b"hello"),
        segment(false, 901, "A", b""),
        segment(true, 116, "A", b"later"),
        segment(true, 121, "FA", b""),
    ]);
}
