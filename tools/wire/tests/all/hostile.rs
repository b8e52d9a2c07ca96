//! Frames and files that are cut, or anything.

use std::time::Duration;

use etherparse::PacketBuilder;
use proptest::prelude::*;
use wire::follow::Follower;
use wire::packet::Packet;
use wire::{Wire, octets};

/// A frame of each kind.
fn frames() -> Vec<Vec<u8>> {
    let v4 = || PacketBuilder::ethernet2([0; 6], [0; 6]).ipv4([127, 0, 0, 1], [127, 0, 0, 1], 64);
    let v6 = || PacketBuilder::ethernet2([0; 6], [0; 6]).ipv6([1; 16], [2; 16], 64);
    let quoted = &v4_datagram()[14..];
    let mut frames = vec![v4_datagram()];
    let mut write = |builder: &dyn Fn(&mut Vec<u8>)| {
        let mut frame = Vec::new();
        builder(&mut frame);
        frames.push(frame);
    };
    write(&|to| v4().tcp(50001, 1060, 1, 1024).syn().write(to, &[]).unwrap());
    write(&|to| {
        v6().tcp(50001, 1060, 1, 1024)
            .ack(7)
            .write(to, b"hello")
            .unwrap()
    });
    let unreachable = etherparse::Icmpv4Type::DestinationUnreachable(
        etherparse::icmpv4::DestUnreachableHeader::Port,
    );
    write(&|to| v4().icmpv4(unreachable.clone()).write(to, quoted).unwrap());
    write(&|to| v6().icmpv6_echo_request(1, 2).write(to, b"ping").unwrap());
    frames
}

fn v4_datagram() -> Vec<u8> {
    let builder = PacketBuilder::ethernet2([0; 6], [0; 6]);
    let mut frame = Vec::new();
    builder
        .ipv4([127, 0, 0, 1], [127, 0, 0, 1], 64)
        .udp(50001, 1060)
        .write(&mut frame, b"hello")
        .unwrap();
    frame
}

#[test]
fn a_frame_that_is_cut_is_no_packet() {
    for frame in frames() {
        assert!(Packet::decode(&frame).is_ok());
        for end in 0..frame.len() {
            assert!(Packet::decode(&frame[..end]).is_err(), "{end} octets");
        }
    }
}

const FILE: &str = "\
# One client, one answer
TCP client 127.0.0.1:50001 -> server [::1]:1060
  -> SYN
  -> sent again
  <- SYN, ACK
  -> ACK
  -> 21 octets
     0000  68 65 6c 6c 6f ** 68 65 6c 6c 6f 20 68 65 6c 6c  |hello*hello hell|
     0010  6f 20 68 69                                      |o hi|
     and 1 more
  <- TLS: handshake (ServerHello); application data
  -> RST
UDP 127.0.0.1:50002 -> 127.0.0.1:53
  -> 0 octets
  <- ICMP: port unreachable
ICMP client 127.0.0.1 -> 127.0.0.1
  -> ICMP: echo request
end
";

#[test]
fn a_file_is_written_as_it_was_read() {
    let wire = Wire::parse(FILE).unwrap();
    assert_eq!(wire.to_string(), FILE);
    assert_eq!(wire.flows.len(), 3);
    assert_eq!(wire.flows[0].from.name, "client");
}

#[test]
fn a_file_that_is_cut_anywhere_is_an_error_with_its_line() {
    for end in 0..FILE.len() {
        let cut = &FILE[..end];
        let error = Wire::parse(cut).unwrap_err();
        let lines = cut.lines().count();
        assert!((lines..=lines + 1).contains(&error.line), "{end}: {error}");
    }
}

#[test]
fn a_file_that_is_wrong_is_an_error_with_its_line() {
    for (nth, right, wrong) in [
        (1, "# One", "One"),
        (2, "TCP client", "SCTP client"),
        (2, "127.0.0.1:50001 ->", "nowhere ->"),
        (5, "<- SYN", "<= SYN"),
        (6, "  -> ACK", "  -> ack"),
        (8, "|hello*hello", "|HELLO*hello"),
        (8, "65 6c 6c 6f **", "65 6c 6c 6f zz"),
        (8, "65 6c 6c 6f **", "65 6c 6c **"),
        (9, "0010", "0020"),
        (10, "and 1 more", "and 2 more"),
        (7, "21 octets", "20 octets"),
    ] {
        let file = FILE.replacen(right, wrong, 1);
        assert_ne!(file, FILE, "{right}");
        let error = Wire::parse(&file).unwrap_err();
        let near = [nth, nth + 1, nth + 2, nth + 3];
        assert!(near.contains(&error.line), "{wrong}: {error}");
    }
    let twice = format!("{FILE}end\n");
    assert_eq!(Wire::parse(&twice).unwrap_err().line, 19);
}

#[test]
fn what_is_sent_again_is_shown_where_each_play_has_it() {
    let again = Wire::parse(FILE).unwrap();
    let once = Wire::parse(&FILE.replace("  -> sent again\n", "")).unwrap();
    for (mut one, other) in [(again.clone(), &once), (once.clone(), &again)] {
        assert!(one.is_like(other));
        one.open(other);
        assert_eq!(one, once);
    }
    assert_eq!(again.clone().like(&once), once);
    assert_ne!(once.like(&again), again);
}

proptest! {
    #[test]
    fn arbitrary_octets_are_decoded_or_refused(
        nth in 0..5_usize,
        at in 0..60_usize,
        noise in prop::collection::vec(any::<u8>(), 0..60),
    ) {
        let _ = Packet::decode(&noise);
        let mut frame = frames().swap_remove(nth);
        for (to, from) in frame.iter_mut().skip(at).zip(noise) {
            *to = from;
        }
        let mut follower = Follower::default();
        for _ in 0..3 {
            if let Ok(packet) = Packet::decode(&frame) {
                follower.follow(Duration::ZERO, 0, packet);
            }
        }
    }

    #[test]
    fn arbitrary_text_is_no_wire(text in any::<String>(), at in 0..FILE.len()) {
        let mut file = FILE.to_owned();
        file.insert_str(at, &text);
        for text in [text, file] {
            if let Ok(wire) = Wire::parse(&text) {
                prop_assert_eq!(wire.to_string(), text);
            }
        }
    }

    #[test]
    fn any_octets_can_be_written_and_read(octets in prop::collection::vec(any::<Option<u8>>(), 0..70)) {
        let lines: String = octets::lines(&octets).map(|line| format!("     {line}\n")).collect();
        let many = match octets.len() {
            1 => "1 octet".to_owned(),
            many => format!("{many} octets"),
        };
        let file = format!("# T\nUDP 1.1.1.1:1 -> 1.1.1.1:2\n  -> {many}\n{lines}end\n");
        let wire = Wire::parse(&file).unwrap();
        let wire::format::What::Octets(_, read) = &wire.flows[0].steps[0].what else { panic!() };
        prop_assert_eq!(read, &octets);
    }
}
