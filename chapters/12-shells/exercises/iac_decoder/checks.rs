use super::*;

use bytes::{Bytes, BytesMut};
use testkit::{check, every_split, hex, note};

/// A limit that nothing here comes near, unless it is meant to.
const WIDE: usize = 1 << 10;

fn show_octets(octets: &[u8]) -> String {
    const SHOWN: usize = 24;
    match octets.get(..SHOWN) {
        _ if octets.is_empty() => "nothing".to_owned(),
        Some(first) if octets.len() > SHOWN => {
            format!("{} ... ({} octets)", hex(first), octets.len())
        }
        _ => hex(octets),
    }
}

fn show_reads(pieces: &[&[u8]]) -> String {
    let reads: Vec<String> = pieces.iter().map(|piece| show_octets(piece)).collect();
    reads.join(" | ")
}

fn show_event(event: &Event) -> String {
    match event {
        Event::Data(data) => format!("Data({})", show_octets(data)),
        Event::Negotiate(verb, option) => format!("Negotiate({verb:?}, {option})"),
        Event::Subnegotiation(option, parameters) => {
            format!("Subnegotiation({option}, {})", show_octets(parameters))
        }
        Event::Command(octet) => format!("Command({octet})"),
    }
}

/// What came out, with neighbouring `Data` in one, and what is left in the input.
#[derive(Debug, PartialEq, Eq)]
struct Received {
    events: Vec<Event>,
    left: Vec<u8>,
}

fn show(result: &Result<Received, Error>) -> String {
    let received = match result {
        Ok(received) => received,
        Err(error) => return format!("Err({error:?})"),
    };
    const SHOWN: usize = 8;
    let mut shown: Vec<String> = received.events.iter().take(SHOWN).map(show_event).collect();
    match received.events.len() {
        0 => shown.push("no event".to_owned()),
        all if all > SHOWN => shown.push(format!("... ({all} events)")),
        _ => {}
    }
    format!(
        "{}; in the input {}",
        shown.join(", "),
        show_octets(&received.left)
    )
}

/// Hands in `pieces` one by one, as reads would, and takes out all events that there are
/// after each. An error ends it.
fn receive(limit: usize, pieces: &[&[u8]]) -> Result<Received, Error> {
    let mut input = BytesMut::new();
    let mut events: Vec<Event> = Vec::new();
    for (number, piece) in pieces.iter().enumerate() {
        let come = &pieces[..=number];
        let _note = note(|| format!("(the reads up to here were  {})", show_reads(come)));
        input.extend_from_slice(piece);
        loop {
            let before = input.len();
            let Some(event) = decode(&mut input, limit)? else {
                break;
            };
            assert!(
                input.len() < before,
                "decode has returned {} and taken nothing off the input: the next call returns it \
                 again",
                show_event(&event)
            );
            match (events.last_mut(), event) {
                (_, Event::Data(data)) if data.is_empty() => panic!(
                    "decode has returned Data without octets\n  the reads were  {}",
                    show_reads(come)
                ),
                (Some(Event::Data(before)), Event::Data(data)) => {
                    *before = Bytes::from([&before[..], &data[..]].concat());
                }
                (_, event) => events.push(event),
            }
        }
    }
    let left = input.to_vec();
    Ok(Received { events, left })
}

#[track_caller]
fn compare(pieces: &[&[u8]], got: &Result<Received, Error>, expected: &Result<Received, Error>) {
    assert!(
        got == expected,
        "the reads were  {}\n  expected  {}\n  got       {}",
        show_reads(pieces),
        show(expected),
        show(got)
    );
}

/// These events come out of `pieces`, and then these octets are left.
#[track_caller]
fn expect_and_left(pieces: &[&[u8]], events: &[Event], left: &[u8]) {
    let expected = Received {
        events: events.to_vec(),
        left: left.to_vec(),
    };
    compare(pieces, &receive(WIDE, pieces), &Ok(expected));
}

#[track_caller]
fn expect(pieces: &[&[u8]], events: &[Event]) {
    expect_and_left(pieces, events, b"");
}

#[track_caller]
fn refuse(limit: usize, pieces: &[&[u8]], error: Error) {
    compare(pieces, &receive(limit, pieces), &Err(error));
}

/// `encode` writes these octets behind what is in the output already.
#[track_caller]
fn expect_encoded(event: &Event, octets: &[u8]) {
    let mut output = BytesMut::from(&b"+"[..]);
    {
        let _note = note(|| format!("(encode was given {})", show_event(event)));
        encode(event, &mut output);
    }
    let got = output.strip_prefix(b"+");
    assert!(
        got == Some(octets),
        "encode was given {}\n  expected  {}\n  got       {}",
        show_event(event),
        show_octets(octets),
        match got {
            Some(got) => show_octets(got),
            None => format!(
                "all of the output is {}, and it began as 2b",
                show_octets(&output)
            ),
        }
    );
}

fn data(octets: &'static [u8]) -> Event {
    Event::Data(Bytes::from_static(octets))
}

fn sub(option: u8, parameters: &'static [u8]) -> Event {
    Event::Subnegotiation(option, Bytes::from_static(parameters))
}

#[test]
#[ignore = "exercise"]
fn data_alone() {
    check(|| expect(&[b"hello"], &[data(b"hello")]));
}

#[test]
#[ignore = "exercise"]
fn nothing_comes_of_nothing() {
    check(|| expect(&[b"", b""], &[]));
}

#[test]
#[ignore = "exercise"]
fn data_is_not_awaited() {
    check(|| {
        expect(&[b"hel"], &[data(b"hel")]);
        expect_and_left(&[b"hel\xff"], &[data(b"hel")], b"\xff");
        expect_and_left(&[b"hel\xff\xfd"], &[data(b"hel")], b"\xff\xfd");
    });
}

#[test]
#[ignore = "exercise"]
fn every_other_octet_is_data() {
    check(|| {
        let wire: Vec<u8> = (0..IAC).collect();
        let event = Event::Data(Bytes::from(wire.clone()));
        expect(&[&wire], &[event]);
        expect(&[b"a\r\nb\r\0\0\r"], &[data(b"a\r\nb\r\0\0\r")]);
        // Without IAC before them these are no commands.
        expect(&[&[SB, 31, SE, 253, 1]], &[data(b"\xfa\x1f\xf0\xfd\x01")]);
    });
}

#[test]
#[ignore = "exercise"]
fn a_command() {
    check(|| {
        // NOP, Interrupt Process, Are You There, Go Ahead
        for octet in [241, 244, 246, 249] {
            expect(&[&[IAC, octet]], &[Event::Command(octet)]);
        }
    });
}

#[test]
#[ignore = "exercise"]
fn any_other_octet_is_a_command() {
    check(|| {
        for octet in [0, 1, 13, 236, 239, SE, 242, 248] {
            expect(&[&[IAC, octet]], &[Event::Command(octet)]);
        }
    });
}

#[test]
#[ignore = "exercise"]
fn a_command_is_no_data() {
    check(|| {
        expect(
            &[b"he\xff\xf4llo\xff\xf1"],
            &[
                data(b"he"),
                Event::Command(244),
                data(b"llo"),
                Event::Command(241),
            ],
        );
    });
}

#[test]
#[ignore = "exercise"]
fn a_verb_and_its_option() {
    check(|| {
        for (octet, verb) in [
            (251, Verb::Will),
            (252, Verb::Wont),
            (253, Verb::Do),
            (254, Verb::Dont),
        ] {
            expect(&[&[IAC, octet, 31]], &[Event::Negotiate(verb, 31)]);
        }
    });
}

#[test]
#[ignore = "exercise"]
fn an_option_is_no_data() {
    check(|| {
        expect(
            &[b"a\xff\xfd\x61b"],
            &[data(b"a"), Event::Negotiate(Verb::Do, 97), data(b"b")],
        );
    });
}

#[test]
#[ignore = "exercise"]
fn an_option_may_be_any_octet() {
    check(|| {
        for option in [0, 1, SE, SB, 253, 255] {
            expect(
                &[&[IAC, 251, option, b'a']],
                &[Event::Negotiate(Verb::Will, option), data(b"a")],
            );
        }
    });
}

#[test]
#[ignore = "exercise"]
fn the_option_255_is_not_doubled() {
    check(|| {
        expect(
            &[&[IAC, 253, 255, IAC, 241]],
            &[Event::Negotiate(Verb::Do, 255), Event::Command(241)],
        );
        expect_and_left(
            &[&[IAC, 253, 255, IAC]],
            &[Event::Negotiate(Verb::Do, 255)],
            &[IAC],
        );
    });
}

#[test]
#[ignore = "exercise"]
fn a_doubled_iac_is_data() {
    check(|| {
        expect(&[&[IAC, IAC]], &[data(b"\xff")]);
        expect(&[b"a\xff\xffb"], &[data(b"a\xffb")]);
    });
}

#[test]
#[ignore = "exercise"]
fn iacs_are_read_from_the_left() {
    check(|| {
        expect(&[&[IAC, IAC, IAC, IAC]], &[data(b"\xff\xff")]);
        expect(&[&[IAC, IAC, 241]], &[data(b"\xff\xf1")]);
        expect(
            &[&[IAC, IAC, IAC, 241]],
            &[data(b"\xff"), Event::Command(241)],
        );
        expect_and_left(&[&[IAC, IAC, IAC]], &[data(b"\xff")], &[IAC]);
    });
}

#[test]
#[ignore = "exercise"]
fn events_keep_their_order() {
    check(|| {
        expect(
            &[&[IAC, 253, 1, IAC, 254, 1, IAC, 241, IAC, 251, 3, b'x']],
            &[
                Event::Negotiate(Verb::Do, 1),
                Event::Negotiate(Verb::Dont, 1),
                Event::Command(241),
                Event::Negotiate(Verb::Will, 3),
                data(b"x"),
            ],
        );
    });
}

#[test]
#[ignore = "exercise"]
fn a_command_that_is_not_whole_is_awaited() {
    check(|| {
        for wire in [&[IAC][..], &[IAC, 251], &[IAC, 254]] {
            expect_and_left(&[wire], &[], wire);
        }
    });
}

#[test]
#[ignore = "exercise"]
fn a_subnegotiation() {
    check(|| {
        expect(
            &[b"\xff\xfa\x1f\x00\x50\x00\x18\xff\xf0"],
            &[sub(31, b"\x00\x50\x00\x18")],
        );
        expect(&[b"\xff\xfa\x18\x00xterm\xff\xf0"], &[sub(24, b"\0xterm")]);
    });
}

#[test]
#[ignore = "exercise"]
fn a_subnegotiation_may_have_no_parameters() {
    check(|| expect(&[&[IAC, SB, 31, IAC, SE]], &[sub(31, b"")]));
}

#[test]
#[ignore = "exercise"]
fn only_iac_se_ends_a_subnegotiation() {
    check(|| {
        // 240 alone, in a parameter and as the option.
        expect(
            &[b"\xff\xfa\x1f\x00\xf0\x00\x18\xff\xf0"],
            &[sub(31, b"\x00\xf0\x00\x18")],
        );
        expect(&[&[IAC, SB, SE, 1, IAC, SE]], &[sub(SE, b"\x01")]);
        expect(&[&[IAC, SB, SE, IAC, SE]], &[sub(SE, b"")]);
    });
}

#[test]
#[ignore = "exercise"]
fn a_doubled_iac_is_a_parameter() {
    check(|| {
        expect(
            &[b"\xff\xfa\x1f\x00\xff\xff\x00\xff\xf0"],
            &[sub(31, b"\x00\xff\x00")],
        );
        expect(&[&[IAC, SB, 31, IAC, IAC, IAC, SE]], &[sub(31, b"\xff")]);
        expect(
            &[&[IAC, SB, 31, IAC, IAC, IAC, IAC, IAC, SE]],
            &[sub(31, b"\xff\xff")],
        );
    });
}

#[test]
#[ignore = "exercise"]
fn behind_a_doubled_iac_240_is_a_parameter() {
    check(|| {
        expect(
            &[&[IAC, SB, 31, IAC, IAC, SE, 7, IAC, SE]],
            &[sub(31, b"\xff\xf0\x07")],
        );
    });
}

#[test]
#[ignore = "exercise"]
fn the_option_may_be_doubled_too() {
    check(|| expect(&[&[IAC, SB, IAC, IAC, 1, IAC, SE]], &[sub(255, b"\x01")]));
}

#[test]
#[ignore = "exercise"]
fn what_is_around_a_subnegotiation_is_data() {
    check(|| {
        expect(
            &[b"a\xff\xfa\x18\x01\xff\xf0b\xff\xfa\x1f\xff\xf0"],
            &[data(b"a"), sub(24, b"\x01"), data(b"b"), sub(31, b"")],
        );
    });
}

#[test]
#[ignore = "exercise"]
fn a_subnegotiation_that_is_not_whole_is_awaited() {
    check(|| {
        for wire in [
            &[IAC, SB][..],
            &[IAC, SB, IAC],
            &[IAC, SB, 31],
            &[IAC, SB, 31, 0, 80],
            &[IAC, SB, 31, 0, IAC],
            &[IAC, SB, 31, IAC, IAC],
            &[IAC, SB, 31, IAC, IAC, IAC],
        ] {
            expect_and_left(&[wire], &[], wire);
        }
    });
}

#[test]
#[ignore = "exercise"]
fn a_subnegotiation_has_an_option() {
    check(|| refuse(WIDE, &[&[IAC, SB, IAC, SE]], Error::NoOption));
}

#[test]
#[ignore = "exercise"]
fn no_command_is_inside_a_subnegotiation() {
    check(|| {
        // All of it is here, and what somebody makes of it can be seen.
        let whole = [IAC, SB, 31, 0, IAC, 241, 7, IAC, SE, b'a'];
        refuse(WIDE, &[&whole], Error::Inside(241));
        for octet in [241, 253, SB, 0] {
            refuse(WIDE, &[&[IAC, SB, 31, 0, IAC, octet]], Error::Inside(octet));
        }
        refuse(WIDE, &[&[IAC, SB, IAC, 241]], Error::Inside(241));
    });
}

#[test]
#[ignore = "exercise"]
fn every_way_to_cut_the_octets() {
    check(|| {
        let wire = b"a\xff\xff\xff\xfd\x01\xff\xfa\x1f\xff\xff\xf0\xff\xf0b\xff\xf1";
        let events = [
            data(b"a\xff"),
            Event::Negotiate(Verb::Do, 1),
            sub(31, b"\xff\xf0"),
            data(b"b"),
            Event::Command(241),
        ];
        for split in every_split(wire) {
            expect(&split, &events);
        }
    });
}

#[test]
#[ignore = "exercise"]
fn a_subnegotiation_of_just_the_limit_passes() {
    check(|| {
        for (wire, event) in [
            (&b"\xff\xfa\x18abcd\xff\xf0"[..], sub(24, b"abcd")),
            // The doubled IACs count once.
            (
                b"\xff\xfa\x18\xff\xff\xff\xffcd\xff\xf0",
                sub(24, b"\xff\xffcd"),
            ),
        ] {
            let expected = Received {
                events: vec![event],
                left: Vec::new(),
            };
            compare(&[wire], &receive(5, &[wire]), &Ok(expected));
        }
    });
}

#[test]
#[ignore = "exercise"]
fn a_subnegotiation_over_the_limit_is_refused() {
    check(|| {
        let error = Error::TooLong { limit: 5 };
        refuse(5, &[b"\xff\xfa\x18abcde\xff\xf0"], error);
        refuse(
            5,
            &[b"\xff\xfa\x18\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xf0"],
            error,
        );
    });
}

#[test]
#[ignore = "exercise"]
fn the_end_is_not_awaited_when_the_limit_is_passed() {
    check(|| {
        let error = Error::TooLong { limit: 5 };
        refuse(5, &[b"\xff\xfa\x18abcde"], error);
        refuse(5, &[b"\xff\xfa\x18ab", b"cde"], error);
    });
}

#[test]
#[ignore = "exercise"]
fn a_subnegotiation_without_end_is_refused() {
    check(|| {
        let error = Error::TooLong { limit: 5 };
        let endless = [&[IAC, SB, 24][..], &[b'x'; WIDE]].concat();
        refuse(5, &[&endless], error);
    });
}

#[test]
#[ignore = "exercise"]
fn at_the_limit_the_end_is_awaited() {
    check(|| {
        for wire in [&b"\xff\xfa\x18abcd"[..], b"\xff\xfa\x18abcd\xff"] {
            let expected = Received {
                events: Vec::new(),
                left: wire.to_vec(),
            };
            compare(&[wire], &receive(5, &[wire]), &Ok(expected));
        }
    });
}

#[test]
#[ignore = "exercise"]
fn data_has_no_limit() {
    check(|| {
        let long = Event::Data(Bytes::from_static(&[b'x'; 100]));
        let expected = Received {
            events: vec![long, Event::Negotiate(Verb::Do, 1)],
            left: Vec::new(),
        };
        let wire = [&[b'x'; 100][..], &[IAC, 253, 1]].concat();
        compare(&[&wire], &receive(2, &[&wire]), &Ok(expected));
    });
}

#[test]
#[ignore = "exercise"]
fn data_is_encoded() {
    check(|| {
        expect_encoded(&data(b"hello\r\n"), b"hello\r\n");
        expect_encoded(&data(b"\xfa\xf0\xfe"), b"\xfa\xf0\xfe");
    });
}

#[test]
#[ignore = "exercise"]
fn an_iac_in_data_is_doubled() {
    check(|| {
        expect_encoded(&data(b"a\xffb"), b"a\xff\xffb");
        expect_encoded(&data(b"\xff\xff"), b"\xff\xff\xff\xff");
    });
}

#[test]
#[ignore = "exercise"]
fn commands_are_encoded() {
    check(|| {
        expect_encoded(&Event::Command(244), &[IAC, 244]);
        for (verb, octet) in [
            (Verb::Will, 251),
            (Verb::Wont, 252),
            (Verb::Do, 253),
            (Verb::Dont, 254),
        ] {
            expect_encoded(&Event::Negotiate(verb, 31), &[IAC, octet, 31]);
        }
    });
}

#[test]
#[ignore = "exercise"]
fn an_option_behind_a_verb_is_not_doubled() {
    check(|| expect_encoded(&Event::Negotiate(Verb::Wont, 255), &[IAC, 252, 255]));
}

#[test]
#[ignore = "exercise"]
fn a_subnegotiation_is_encoded() {
    check(|| {
        expect_encoded(&sub(31, b"\x00\x50"), b"\xff\xfa\x1f\x00\x50\xff\xf0");
        expect_encoded(&sub(24, b""), b"\xff\xfa\x18\xff\xf0");
    });
}

#[test]
#[ignore = "exercise"]
fn an_iac_in_a_subnegotiation_is_doubled() {
    check(|| {
        expect_encoded(
            &sub(31, b"\x00\xff\xf0"),
            b"\xff\xfa\x1f\x00\xff\xff\xf0\xff\xf0",
        );
        expect_encoded(&sub(255, b"\x01"), b"\xff\xfa\xff\xff\x01\xff\xf0");
    });
}
