use super::*;

use testkit::{assert_octets, check, hex, note};

/// What stands before the first name of a message.
const HEADER: [u8; 12] = [0; 12];

/// The labels of a name in which no label holds a dot.
fn labels(name: &str) -> Labels {
    let labels = name.split('.').filter(|label| !label.is_empty());
    labels.map(|label| label.as_bytes().to_vec()).collect()
}

/// Labels for a sentence: of many the first, of long ones the beginning.
fn show(labels: &[Vec<u8>]) -> String {
    const SHOWN: usize = 8;
    let label = |label: &Vec<u8>| match label.len() {
        length if length > 24 => format!("\"{}…\" ({length} octets)", label[..8].escape_ascii()),
        _ => format!("\"{}\"", label.escape_ascii()),
    };
    let mut shown: Vec<String> = labels.iter().take(SHOWN).map(label).collect();
    match labels.len() {
        0 => shown.push("the root".to_owned()),
        length if length > SHOWN => shown.push(format!("… ({length} labels)")),
        _ => {}
    }
    shown.join(" ")
}

/// Octets for a sentence: of a long message its beginning and its end.
fn dump(octets: &[u8]) -> String {
    const SHOWN: usize = 24;
    match octets.len() {
        0 => "nothing".to_owned(),
        length if length > 2 * SHOWN => format!(
            "{} … {} ({length} octets)",
            hex(&octets[..SHOWN]),
            hex(&octets[length - SHOWN..])
        ),
        _ => hex(octets),
    }
}

fn read(message: &[u8], at: usize) -> Result<(Labels, usize), Error> {
    let _note = note(|| format!("(decode was reading at {at} of  {})", dump(message)));
    decode(message, at)
}

/// The name at `at` of `message` is `expected`, and the message goes on at `after`.
#[track_caller]
fn expect_labels(message: &[u8], at: usize, expected: &[Vec<u8>], after: usize) {
    let octets = dump(message);
    match read(message, at) {
        Ok((got, on)) => {
            assert!(
                got == expected,
                "expected {} at {at}, got {}\n  the message is  {octets}",
                show(expected),
                show(&got)
            );
            assert!(
                on == after,
                "at {at} is {}, and the message goes on at {after}; decode says at {on}\n  \
                 the message is  {octets}",
                show(expected)
            );
        }
        Err(error) => panic!(
            "expected {} at {at}, got the error {error:?}: {error}\n  the message is  {octets}",
            show(expected)
        ),
    }
}

#[track_caller]
fn expect_name(message: &[u8], at: usize, expected: &str, after: usize) {
    expect_labels(message, at, &labels(expected), after);
}

/// What came of writing, as text.
fn show_written(got: &Result<Vec<u8>, Error>) -> String {
    match got {
        Ok(octets) => dump(octets),
        Err(error) => format!("the error {error:?}"),
    }
}

/// At `at` of `message` is no name.
#[track_caller]
fn refuse(message: &[u8], at: usize, expected: Error, why: &str) {
    let octets = dump(message);
    match read(message, at) {
        Err(error) => assert!(
            error == expected,
            "{why}: expected the error {expected:?}, got {error:?}\n  the name is at {at} of  \
             {octets}"
        ),
        Ok((got, _)) => panic!(
            "{why}: expected the error {expected:?}, got the name {}\n  the name is at {at} of  \
             {octets}",
            show(&got)
        ),
    }
}

/// A message that holds a header and, behind it, these names.
fn written(names: &[Labels]) -> Vec<u8> {
    let mut message = HEADER.to_vec();
    let mut written = Written::new();
    for name in names {
        let result = written.encode(name, &mut message);
        assert!(
            result == Ok(()),
            "writing {}: expected Ok, got {result:?}",
            show(name)
        );
    }
    message
}

/// The same names, and what the octets behind the header should be.
#[track_caller]
fn expect_written(names: &[&str], fields: &[(&str, &[u8])]) {
    let names: Vec<Labels> = names.iter().map(|name| labels(name)).collect();
    let mut expected = HEADER.to_vec();
    let mut lengths = vec![("header", HEADER.len())];
    for (what, octets) in fields {
        expected.extend(*octets);
        lengths.push((what, octets.len()));
    }
    assert_octets(&written(&names), &expected, &lengths);
}

#[test]
#[ignore = "exercise"]
fn reads_a_name() {
    check(|| expect_name(b"\x07example\x03com\x00", 0, "example.com", 13));
}

#[test]
#[ignore = "exercise"]
fn reads_the_root() {
    check(|| expect_labels(b"\x00", 0, &[], 1));
}

#[test]
#[ignore = "exercise"]
fn reads_a_name_amid_a_message() {
    check(|| {
        // What stands before and behind it is none of the name's business.
        expect_name(b"\x12\x34\x56\x03www\x00\x00\x01\xff", 3, "www", 8);
    });
}

#[test]
#[ignore = "exercise"]
fn reads_a_name_that_ends_with_a_pointer() {
    check(|| {
        let message = b"\x07example\x03com\x00\x03www\xc0\x00\x00\x01";
        expect_name(message, 13, "www.example.com", 19);
    });
}

#[test]
#[ignore = "exercise"]
fn reads_a_name_that_is_a_pointer() {
    check(|| {
        let message = b"\x07example\x03com\x00\xc0\x00\xc0\x08\xc0\x0c\x00\x01";
        expect_name(message, 13, "example.com", 15);
        expect_name(message, 15, "com", 17);
        expect_labels(message, 17, &[], 19);
    });
}

#[test]
#[ignore = "exercise"]
fn the_message_goes_on_behind_the_first_pointer() {
    check(|| {
        let message = b"\x03com\x00\x07example\xc0\x00\x03www\xc0\x05\xc0\x0f\x00\x01";
        expect_name(message, 15, "www.example.com", 21);
        expect_name(message, 21, "www.example.com", 23);
    });
}

#[test]
#[ignore = "exercise"]
fn a_pointer_has_14_bits() {
    check(|| {
        for offset in [0x00ff_u16, 0x0100, 0x1234, 0x3fff] {
            // Had an octet of the offset been left out, another name would be there.
            let mut message = b"\x05wrong\x00".repeat(0x4000 / 7);
            message.resize(usize::from(offset), 0);
            message.extend(b"\x05right\x00");
            let at = message.len();
            message.extend((offset | 0xc000).to_be_bytes());
            expect_name(&message, at, "right", at + 2);
        }
    });
}

#[test]
#[ignore = "exercise"]
fn labels_are_kept_as_they_are() {
    check(|| {
        let name = [b"Ex.aMPLE".to_vec(), b"\xff\x00\xc0 ".to_vec()];
        expect_labels(b"\x08Ex.aMPLE\x04\xff\x00\xc0 \x00", 0, &name, 15);
    });
}

#[test]
#[ignore = "exercise"]
fn a_pointer_to_itself_is_refused() {
    check(|| {
        let why = "the pointer leads to itself";
        refuse(
            b"\x00\x00\xc0\x02",
            2,
            Error::NotBefore { at: 2, to: 2 },
            why,
        );
    });
}

#[test]
#[ignore = "exercise"]
fn two_pointers_to_each_other_are_refused() {
    check(|| {
        let message = b"\x00\x00\xc0\x04\xc0\x02";
        let why = "the pointer at 4 leads to 2, and that one back to 4";
        refuse(message, 4, Error::NotBefore { at: 2, to: 4 }, why);
    });
}

#[test]
#[ignore = "exercise"]
fn a_pointer_to_its_own_labels_is_refused() {
    check(|| {
        let why = "the pointer leads to the label before it, and so to itself again";
        refuse(
            b"\x01a\x01b\xc0\x02",
            0,
            Error::NotBefore { at: 4, to: 2 },
            why,
        );
        refuse(
            b"\x01a\x01b\xc0\x00",
            0,
            Error::NotBefore { at: 4, to: 0 },
            why,
        );
    });
}

#[test]
#[ignore = "exercise"]
fn each_pointer_leads_further_to_the_front() {
    check(|| {
        // From 9 to a at 0, and from there on to b at 6: before the name, and still
        // not before the a.
        refuse(
            b"\x01a\xc0\x06\x00\x00\x01b\x00\xc0\x00",
            9,
            Error::NotBefore { at: 2, to: 6 },
            "the second pointer leads behind where the first one led",
        );
    });
}

#[test]
#[ignore = "exercise"]
fn a_pointer_ahead_is_refused() {
    check(|| {
        let why = "the pointer leads ahead, where no name can have been before";
        refuse(
            b"\xc0\x02\x03www\x00",
            0,
            Error::NotBefore { at: 0, to: 2 },
            why,
        );
        refuse(b"\xff\xff", 0, Error::NotBefore { at: 0, to: 0x3fff }, why);
    });
}

#[test]
#[ignore = "exercise"]
fn a_pointer_before_every_label() {
    check(|| {
        // a, then b and a pointer to a, and so on: a name of 127 labels, the longest
        // there is, in as many pieces.
        let mut message = vec![0];
        let mut expected = Labels::new();
        let mut last = 0_u16;
        for number in 0..127 {
            let letter = b'a' + number % 26;
            let at = message.len() as u16;
            message.extend([1, letter]);
            message.extend((last | 0xc000).to_be_bytes());
            expected.insert(0, vec![letter]);
            last = at;
        }
        let after = message.len();
        expect_labels(&message, usize::from(last), &expected, after);
        message.extend((last | 0xc000).to_be_bytes());
        expect_labels(&message, after, &expected, after + 2);
    });
}

#[test]
#[ignore = "exercise"]
fn more_pointers_than_labels_are_refused() {
    check(|| {
        // The root, a pointer to it, a pointer to that pointer, and so on.
        let mut message = vec![0];
        let mut last = 0_u16;
        let mut ats = Vec::new();
        for _ in 0..=MAX_JUMPS {
            ats.push(message.len());
            message.extend((last | 0xc000).to_be_bytes());
            last = message.len() as u16 - 2;
        }
        let at = ats[MAX_JUMPS - 1];
        expect_labels(&message, at, &[], at + 2);
        let why = "129 pointers, one behind the other";
        refuse(&message, ats[MAX_JUMPS], Error::TooManyPointers, why);
    });
}

#[test]
#[ignore = "exercise"]
fn a_label_of_63_octets_passes() {
    check(|| {
        let label = vec![b'x'; 63];
        let message = [&[63], &label[..], &[0]].concat();
        expect_labels(&message, 0, std::slice::from_ref(&label), 65);
        let got = write_out(&[label]);
        assert!(
            got.as_deref() == Ok(&message),
            "writing a label of 63 octets, which is allowed: got {}",
            show_written(&got)
        );
    });
}

#[test]
#[ignore = "exercise"]
fn a_length_over_63_is_refused() {
    check(|| {
        for octet in [0x40, 0x7f, 0x80, 0xbf] {
            // All its octets are there: what is wrong is the length.
            let mut message = vec![octet];
            message.extend([b'x'; 0xc0]);
            message.push(0);
            let why = format!(
                "{octet:02x} begins with the bits {:02b}, which are neither a length's nor a \
                 pointer's",
                octet >> 6
            );
            refuse(&message, 0, Error::Reserved { at: 0, octet }, &why);
        }
    });
}

/// Names of 255 octets, and of `more`, in two ways: written out, and in two pieces
/// with a pointer between them. Each with the offset at which it begins.
fn longest(more: u8) -> [(Vec<u8>, usize); 2] {
    let long = [&[63][..], &[b'x'; 63]].concat().repeat(3);
    let short = [&[61 + more][..], &vec![b'y'; usize::from(61 + more)], &[0]].concat();
    let flat = [&long[..], &short].concat();
    let mut pieces = short;
    let at = pieces.len();
    pieces.extend(long);
    pieces.extend([0xc0, 0]);
    [(flat, 0), (pieces, at)]
}

#[test]
#[ignore = "exercise"]
fn a_name_of_255_octets_passes() {
    check(|| {
        let mut expected = vec![vec![b'x'; 63]; 3];
        expected.push(vec![b'y'; 61]);
        for (message, at) in longest(0) {
            expect_labels(&message, at, &expected, message.len());
        }
        let got = write_out(&expected);
        assert!(
            got.as_ref().is_ok_and(|name| *name == longest(0)[0].0),
            "writing a name of 255 octets, which is allowed: got {}",
            show_written(&got)
        );
    });
}

#[test]
#[ignore = "exercise"]
fn a_name_of_256_octets_is_refused() {
    check(|| {
        let why = "the name has 256 octets, written out";
        for (message, at) in longest(1) {
            refuse(&message, at, Error::NameTooLong, why);
        }
    });
}

#[test]
#[ignore = "exercise"]
fn pieces_make_no_longer_name() {
    check(|| {
        // 20 labels of 60 octets, each with a pointer to the one before.
        let mut message = vec![0];
        let mut last = 0_u16;
        for _ in 0..20 {
            let at = message.len() as u16;
            message.push(60);
            message.extend([b'x'; 60]);
            message.extend((last | 0xc000).to_be_bytes());
            last = at;
        }
        let why = "20 labels of 60 octets with a pointer to the one before in each";
        refuse(&message, usize::from(last), Error::NameTooLong, why);
    });
}

#[test]
#[ignore = "exercise"]
fn a_message_may_be_cut_anywhere() {
    check(|| {
        let message = b"\x03com\x00\x07example\xc0\x00\x03www\xc0\x05\x01";
        for end in 0..message.len() - 1 {
            let at = match end {
                0..5 => 0,
                5..15 => 5,
                _ => 15,
            };
            let why = "the message ends inside the name";
            refuse(&message[..end], at, Error::CutShort, why);
        }
        let why = "the message ends before the name begins";
        refuse(message, 22, Error::CutShort, why);
        refuse(message, usize::MAX, Error::CutShort, why);
    });
}

#[test]
#[ignore = "exercise"]
fn any_octets_give_a_name_or_an_error() {
    check(|| {
        // The same octets in every run: many short labels, many pointers.
        let mut state = 0x5eed_u64;
        let mut random = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005);
            state = state.wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) as u8
        };
        for _ in 0..2_000 {
            let length = usize::from(random()) % 48;
            let message: Vec<u8> = (0..length)
                .map(|_| match random() % 8 {
                    0 | 1 => 0xc0,
                    2 => 0,
                    3 => random(),
                    _ => random() % 8,
                })
                .collect();
            for at in 0..=length {
                if let Ok((name, after)) = read(&message, at) {
                    let octets = 1 + name.iter().map(|label| 1 + label.len()).sum::<usize>();
                    assert!(
                        octets <= MAX_NAME && after > at && after <= length,
                        "decode found {}, of {octets} octets, at {at}, and says that the message \
                         goes on at {after}\n  the message is  {}",
                        show(&name),
                        dump(&message)
                    );
                }
            }
        }
    });
}

#[test]
#[ignore = "exercise"]
fn writes_out_a_name() {
    check(|| {
        let got = write_out(&labels("www.example.com")).unwrap_or_else(|error| {
            panic!("www.example.com: expected its octets, got the error: {error}")
        });
        assert_octets(
            &got,
            b"\x03www\x07example\x03com\x00",
            &[
                ("label www", 4),
                ("label example", 8),
                ("label com", 4),
                ("root", 1),
            ],
        );
        let got = write_out(&[]);
        assert!(
            got == Ok(vec![0]),
            "the root is one octet, 00: got {}",
            show_written(&got)
        );
    });
}

/// Labels that make no name, the error that says so, and what they are.
fn bad_labels() -> [(Labels, Error, &'static str); 3] {
    let part = |octets: &[u8]| octets.to_vec();
    [
        (
            vec![part(b"www"), vec![b'x'; 64], part(b"com")],
            Error::LabelTooLong { octets: 64 },
            "a label of 64 octets",
        ),
        (
            vec![part(b"www"), Vec::new(), part(b"com")],
            Error::EmptyLabel,
            "a label of no octets",
        ),
        (
            vec![
                vec![b'x'; 63],
                vec![b'x'; 63],
                vec![b'x'; 63],
                vec![b'x'; 58],
                part(b"com"),
            ],
            Error::NameTooLong,
            "five labels, 256 octets with their lengths and the root's",
        ),
    ]
}

#[test]
#[ignore = "exercise"]
fn labels_that_make_no_name_are_refused() {
    check(|| {
        for (labels, expected, why) in bad_labels() {
            let got = write_out(&labels);
            assert!(
                got.as_ref() == Err(&expected),
                "{why}: expected the error {expected:?} of write_out, got {}",
                show_written(&got)
            );
        }
    });
}

#[test]
#[ignore = "exercise"]
fn encode_refuses_them_too() {
    check(|| {
        for (labels, expected, why) in bad_labels() {
            let mut message = HEADER.to_vec();
            let got = Written::new().encode(&labels, &mut message);
            assert!(
                got.as_ref() == Err(&expected),
                "{why}: expected the error {expected:?} of encode, got {got:?}"
            );
        }
    });
}

#[test]
#[ignore = "exercise"]
fn a_bad_label_goes_before_the_length_of_the_name() {
    check(|| {
        let labels = [vec![b"x".to_vec(); 128], vec![Vec::new()]].concat();
        let why = "128 labels, and behind them one of no octets";
        let got = write_out(&labels);
        assert!(
            got == Err(Error::EmptyLabel),
            "{why}: expected the error EmptyLabel of write_out, got {}",
            show_written(&got)
        );
        let got = Written::new().encode(&labels, &mut HEADER.to_vec());
        assert!(
            got == Err(Error::EmptyLabel),
            "{why}: expected the error EmptyLabel of encode, got {got:?}"
        );
    });
}

#[test]
#[ignore = "exercise"]
fn writes_the_first_name_out() {
    check(|| {
        expect_written(
            &["example.com"],
            &[
                ("label example", b"\x07example"),
                ("label com", b"\x03com"),
                ("root", b"\x00"),
            ],
        );
    });
}

#[test]
#[ignore = "exercise"]
fn points_to_a_name_that_was_written_before() {
    check(|| {
        expect_written(
            &["example.com", "example.com"],
            &[
                ("label example", b"\x07example"),
                ("label com", b"\x03com"),
                ("root", b"\x00"),
                ("pointer", b"\xc0\x0c"),
            ],
        );
    });
}

#[test]
#[ignore = "exercise"]
fn points_to_the_very_first_octet() {
    check(|| {
        let mut message = Vec::new();
        let mut written = Written::new();
        for name in ["com", "com"] {
            let result = written.encode(&labels(name), &mut message);
            assert!(result == Ok(()), "expected Ok, got {result:?}");
        }
        assert_octets(
            &message,
            b"\x03com\x00\xc0\x00",
            &[("label com", 4), ("root", 1), ("pointer", 2)],
        );
    });
}

#[test]
#[ignore = "exercise"]
fn points_to_the_end_of_a_name() {
    check(|| {
        expect_written(
            &["www.example.com", "mail.example.com", "example.com", "com"],
            &[
                ("label www", b"\x03www"),
                ("label example", b"\x07example"),
                ("label com", b"\x03com"),
                ("root", b"\x00"),
                ("label mail", b"\x04mail"),
                ("pointer to example", b"\xc0\x10"),
                ("pointer to example", b"\xc0\x10"),
                ("pointer to com", b"\xc0\x18"),
            ],
        );
    });
}

#[test]
#[ignore = "exercise"]
fn points_to_a_name_that_ends_with_a_pointer() {
    check(|| {
        expect_written(
            &["com", "example.com", "www.example.com"],
            &[
                ("label com", b"\x03com"),
                ("root", b"\x00"),
                ("label example", b"\x07example"),
                ("pointer to com", b"\xc0\x0c"),
                ("label www", b"\x03www"),
                ("pointer to example", b"\xc0\x11"),
            ],
        );
    });
}

#[test]
#[ignore = "exercise"]
fn the_root_needs_no_pointer() {
    check(|| {
        expect_written(
            &["com", "", "net", ""],
            &[
                ("name com", b"\x03com\x00"),
                ("root", b"\x00"),
                ("name net", b"\x03net\x00"),
                ("root", b"\x00"),
            ],
        );
    });
}

#[test]
#[ignore = "exercise"]
fn upper_and_lower_case_are_told_apart() {
    check(|| {
        // Some clients mix the case of a question, and take an answer only if it
        // has the same mix.
        expect_written(
            &["example.com", "Example.com"],
            &[
                ("name example.com", b"\x07example\x03com\x00"),
                ("label Example", b"\x07Example"),
                ("pointer to com", b"\xc0\x14"),
            ],
        );
    });
}

#[test]
#[ignore = "exercise"]
fn a_dot_in_a_label_is_not_one_between_labels() {
    check(|| {
        let message = written(&[labels("a.b.com"), vec![b"a.b".to_vec(), b"com".to_vec()]]);
        let expected = [
            &HEADER[..],
            b"\x01a\x01b\x03com\x00",
            b"\x03a.b",
            b"\xc0\x10",
        ];
        assert_octets(
            &message,
            &expected.concat(),
            &[
                ("header", 12),
                ("name a b com", 9),
                ("label a.b", 4),
                ("pointer to com", usize::MAX),
            ],
        );
    });
}

#[test]
#[ignore = "exercise"]
fn labels_end_where_their_lengths_say() {
    check(|| {
        // The same letters in a row, and another name.
        expect_written(
            &["ab.c", "a.bc"],
            &[
                ("name ab c", b"\x02ab\x01c\x00"),
                ("name a bc", b"\x01a\x02bc\x00"),
            ],
        );
    });
}

#[test]
#[ignore = "exercise"]
fn no_pointer_leads_beyond_16383() {
    check(|| {
        for (at, reachable) in [(0x3fff, true), (0x4000, false), (0x4fff, false)] {
            let mut message = vec![0; at];
            let mut written = Written::new();
            for name in ["com", "com"] {
                let result = written.encode(&labels(name), &mut message);
                assert!(result == Ok(()), "expected Ok, got {result:?}");
            }
            let second: &[u8] = if reachable {
                b"\xff\xff"
            } else {
                b"\x03com\x00"
            };
            let got = message.get(at + 5..).unwrap_or_default();
            assert!(
                got == second,
                "com was written at {at}, which 14 bits can{} say. Written again, behind it, \
                 expected {}, got {}",
                if reachable { "" } else { "not" },
                hex(second),
                dump(got)
            );
        }
    });
}

#[test]
#[ignore = "exercise"]
fn a_refused_name_leaves_no_octet() {
    check(|| {
        for (labels, _, why) in bad_labels() {
            let mut message = HEADER.to_vec();
            let _ = Written::new().encode(&labels, &mut message);
            assert!(
                message == HEADER,
                "a name with {why} was refused, but octets of it are in the message:  {}",
                dump(&message)
            );
        }
    });
}

#[test]
#[ignore = "exercise"]
fn nothing_points_to_a_refused_name() {
    check(|| {
        for (labels, _, why) in bad_labels() {
            let mut written = Written::new();
            let _ = written.encode(&labels, &mut HEADER.to_vec());
            let mut message = HEADER.to_vec();
            for end in [&b"com"[..], b"x"] {
                let name = [end.to_vec(), b"com".to_vec()];
                let name = if end == b"com" { &name[1..] } else { &name[..] };
                let result = written.encode(name, &mut message);
                assert!(result == Ok(()), "expected Ok, got {result:?}");
            }
            let expected = [&HEADER[..], b"\x03com\x00\x01x\xc0\x0c"].concat();
            assert!(
                message == expected,
                "a name with {why} was refused, and com and x.com written behind it:\n  expected  \
                 {}\n  got       {}",
                dump(&expected),
                dump(&message)
            );
        }
    });
}

#[test]
#[ignore = "exercise"]
fn what_was_written_can_be_read() {
    check(|| {
        let names: Vec<Labels> = [
            "example.com",
            "www.example.com",
            "",
            "ns1.example.com",
            "www.ns1.example.com",
            "com",
            "example.com.example.com",
            "WWW.example.com",
            "www.example.org",
            "www.example.com",
        ]
        .iter()
        .map(|name| labels(name))
        .collect();
        let message = written(&names);
        let mut at = HEADER.len();
        for name in &names {
            match read(&message, at) {
                Ok((got, after)) if got == *name => at = after,
                got => panic!(
                    "{} was written at {at} of  {}\n  and read again as {}",
                    show(name),
                    dump(&message),
                    got.map_or_else(
                        |error| format!("the error {error:?}"),
                        |(got, _)| show(&got)
                    )
                ),
            }
        }
        assert!(
            at == message.len(),
            "all names were read, and octets are left: {}",
            dump(&message[at..])
        );
    });
}
