use super::*;

use testkit::{check, every_split, heap, hex, note};

/// Octets that are not UTF-8, how many of them it takes to know, and what is wrong.
type Wrong = (&'static [u8], usize, &'static str);

const WRONG: [Wrong; 12] = [
    (
        b"\x80",
        1,
        "80 goes on with a character, and none was begun",
    ),
    (
        b"\xbf\xbf",
        1,
        "bf goes on with a character, and none was begun",
    ),
    (b"\xff", 1, "ff is in no character"),
    (
        b"\xf8\x88\x80\x80\x80",
        1,
        "f8 is in no character: none has five octets",
    ),
    (
        b"\xf5\x80\x80\x80",
        1,
        "f5 would begin a character above U+10FFFF",
    ),
    (
        b"\xf4\x90\x80\x80",
        2,
        "f4 90 would begin a character above U+10FFFF",
    ),
    (
        b"\xc3\x28",
        2,
        "c3 begins a character of two octets, and 28 is one itself",
    ),
    (
        b"\xe2\x28",
        2,
        "e2 begins a character of three octets, and 28 is one itself",
    ),
    (
        b"\xe2\x82\x28",
        3,
        "e2 82 begins a character of three octets, and 28 is one itself",
    ),
    (
        b"\xf0\x9f\x8c\x28",
        4,
        "f0 9f 8c begins a character of four, and 28 is one itself",
    ),
    (
        b"\xc3\xc3",
        2,
        "c3 begins a character of two octets, and so does the next c3",
    ),
    (
        b"\xed\xa0\x80",
        2,
        "ed a0 would begin half of a pair of UTF-16, which is no character",
    ),
];

/// The same for characters in more octets than they need.
const TOO_LONG: [Wrong; 4] = [
    (
        b"\xc0\xaf",
        1,
        "c0 af would be a slash, which has one octet, 2f: c0 is never right",
    ),
    (
        b"\xc1\xbf",
        1,
        "c1 bf would be 7f in more octets than it needs: c1 is never right",
    ),
    (
        b"\xe0\x80\xaf",
        2,
        "e0 80 begins a character in more octets than it needs",
    ),
    (
        b"\xf0\x80\x80\xaf",
        2,
        "f0 80 begins a character in more octets than it needs",
    ),
];

/// Characters of one to four octets, and the first and last ones of each length.
const RIGHT: &str = "a\0\u{7f}\u{80}í\u{7ff}\u{800}€\u{d7ff}\u{e000}\u{ffff}\u{10000}🌍\u{10ffff}";

fn show_pieces(pieces: &[&[u8]]) -> String {
    pieces
        .iter()
        .map(|piece| match piece {
            [] => "(empty)".to_owned(),
            _ => hex(piece),
        })
        .collect::<Vec<_>>()
        .join(" | ")
}

/// Hands in the pieces one by one, up to an error. The text comes as it is then.
fn decode(decoder: &mut Utf8Decoder, pieces: &[&[u8]]) -> (String, Result<(), Error>) {
    let shown = show_pieces(pieces);
    let _note = note(|| format!("  the pieces  {shown}"));
    let mut text = String::new();
    for piece in pieces {
        if let Err(error) = decoder.decode(piece, &mut text) {
            return (text, Err(error));
        }
    }
    (text, Ok(()))
}

/// The pieces are to give this text, whether or not the stream may end after it.
#[track_caller]
fn expect(pieces: &[&[u8]], expected: &str) {
    let (text, result) = decode(&mut Utf8Decoder::new(), pieces);
    let shown = show_pieces(pieces);
    if let Err(error) = result {
        panic!(
            "expected the text {expected:?}, got the error {error:?} after the text {text:?}\n  \
             the pieces  {shown}"
        );
    }
    assert!(
        text == expected,
        "expected the text {expected:?}, got {text:?}\n  the pieces  {shown}"
    );
}

#[test]
#[ignore = "exercise"]
fn letters_of_one_octet() {
    check(|| expect(&[b"Quito"], "Quito"));
}

#[test]
#[ignore = "exercise"]
fn a_letter_of_two_octets() {
    check(|| expect(&["Reykjavík".as_bytes()], "Reykjavík"));
}

#[test]
#[ignore = "exercise"]
fn characters_of_any_length() {
    check(|| {
        // U+FEFF, which some files begin with, is a character like any other.
        for char in RIGHT.chars().chain(['\u{feff}']) {
            let text = char.to_string();
            expect(&[text.as_bytes()], &text);
        }
    });
}

#[test]
#[ignore = "exercise"]
fn a_text_in_two_pieces() {
    check(|| expect(&[b"Reykja", "vík".as_bytes()], "Reykjavík"));
}

#[test]
#[ignore = "exercise"]
fn a_letter_cut_in_two() {
    check(|| expect(&[b"Reykjav\xc3", b"\xadk"], "Reykjavík"));
}

#[test]
#[ignore = "exercise"]
fn the_letters_before_the_cut_come_at_once() {
    check(|| expect(&[b"Reykjav\xc3"], "Reykjav"));
}

#[test]
#[ignore = "exercise"]
fn a_character_octet_by_octet() {
    check(|| expect(&[b"\xf0", b"\x9f", b"\x8c", b"\x8d"], "🌍"));
}

#[test]
#[ignore = "exercise"]
fn every_way_to_cut_the_octets() {
    check(|| {
        let text = "Reykjavík, 東京 🌍 €";
        for split in every_split(text.as_bytes()) {
            expect(&split, text);
        }
        for split in every_split(RIGHT.as_bytes()) {
            expect(&split, RIGHT);
        }
    });
}

#[test]
#[ignore = "exercise"]
fn an_empty_piece_changes_nothing() {
    check(|| {
        expect(&[b""], "");
        expect(&[b"v\xc3", b"", b"\xad"], "ví");
    });
}

#[test]
#[ignore = "exercise"]
fn a_replacement_character_is_a_character() {
    check(|| {
        // Somebody may send it: U+FFFD, which other decoders put where they fail.
        expect(&[b"a\xef\xbf\xbdb"], "a\u{fffd}b");
        expect(&[b"a\xef", b"\xbf\xbdb"], "a\u{fffd}b");
    });
}

#[test]
#[ignore = "exercise"]
fn text_is_appended() {
    check(|| {
        let mut text = "name: ".to_owned();
        let got = Utf8Decoder::new().decode(b"Quito", &mut text);
        assert!(
            got.is_ok() && text == "name: Quito",
            "expected the text \"name: Quito\", got {text:?} and {got:?}\ntext was \"name: \", \
             and decode took \"Quito\""
        );
    });
}

/// What is not UTF-8 is to be refused when it comes at once with what is.
#[track_caller]
fn expect_refused(wrong: &[Wrong]) {
    for (octets, _, why) in wrong {
        let pieces: [&[u8]; 1] = [&[b"ab", *octets, b"cd"].concat()];
        let (text, result) = decode(&mut Utf8Decoder::new(), &pieces);
        assert!(
            matches!(result, Err(Error::Invalid { .. })),
            "expected the error Invalid, got {result:?} with the text {text:?}\n{why}\n  the \
             piece   {}",
            show_pieces(&pieces)
        );
    }
}

#[test]
#[ignore = "exercise"]
fn what_is_not_utf8_is_refused() {
    check(|| expect_refused(&WRONG));
}

#[test]
#[ignore = "exercise"]
fn what_is_longer_than_need_be_is_refused() {
    check(|| expect_refused(&TOO_LONG));
}

#[test]
#[ignore = "exercise"]
fn nothing_is_replaced() {
    check(|| {
        let cut: &[&[u8]] = &[b"v\xc3", b"\xadk"];
        for pieces in [cut, &[b"ab\xffcd"], &[b"\xc3\x28"]] {
            let (text, _) = decode(&mut Utf8Decoder::new(), pieces);
            assert!(
                !text.contains(char::REPLACEMENT_CHARACTER),
                "got a replacement character, �, which nobody has sent: the text is {text:?}\nWhat \
                 was there in its place is lost\n  the pieces  {}",
                show_pieces(pieces)
            );
        }
    });
}

#[test]
#[ignore = "exercise"]
fn what_is_not_utf8_is_refused_octet_by_octet() {
    check(|| {
        for (octets, _, why) in WRONG.into_iter().chain(TOO_LONG) {
            let octets = [b"ab", octets, b"cd"].concat();
            let pieces: Vec<&[u8]> = octets.chunks(1).collect();
            let (text, result) = decode(&mut Utf8Decoder::new(), &pieces);
            assert!(
                matches!(result, Err(Error::Invalid { .. })),
                "expected the error Invalid, got {result:?} with the text {text:?}\n{why}\n  the \
                 pieces  {}",
                show_pieces(&pieces)
            );
        }
    });
}

#[test]
#[ignore = "exercise"]
fn it_is_refused_as_soon_as_it_can_be() {
    check(|| {
        // First those of which the octets look right one by one.
        for (octets, enough, why) in WRONG.into_iter().chain(TOO_LONG).rev() {
            let (before, last) = octets[..enough].split_at(enough - 1);
            let pieces = match before {
                [] => vec![last],
                _ => vec![before, last],
            };
            let mut decoder = Utf8Decoder::new();
            if !before.is_empty() {
                let (text, early) = decode(&mut decoder, &[before]);
                assert!(
                    early.is_ok(),
                    "expected Ok with no text yet, got {early:?} with the text {text:?}\nMore \
                     octets could still make a character of it\n  the piece   {}",
                    hex(before)
                );
            }
            let (text, got) = decode(&mut decoder, &[last]);
            assert!(
                matches!(got, Err(Error::Invalid { .. })),
                "expected the error Invalid now, got {got:?} with the text {text:?}\n{why}. No \
                 further octet can help\n  the pieces  {}",
                show_pieces(&pieces)
            );
        }
    });
}

/// Good text, behind which what is not UTF-8 begins.
const GOOD: &str = "vík€?";

/// An error for what stands behind [`GOOD`] is to say where that begins. One of
/// another kind, or for other octets, is asked by others.
#[track_caller]
fn expect_at(pieces: &[&[u8]]) {
    let (text, result) = decode(&mut Utf8Decoder::new(), pieces);
    let at = GOOD.len();
    if let Err(Error::Invalid { at: got }) = result {
        assert!(
            text != GOOD || got == at,
            "expected Invalid {{ at: {at} }}, got Invalid {{ at: {got} }}\nThe octets that are not \
             UTF-8 begin at offset {at} of the stream\n  the pieces  {}",
            show_pieces(pieces)
        );
    }
}

const BEHIND: [&[u8]; 3] = [b"\xc3\x28d", b"\xffd", b"\xe2\x82\x28"];

#[test]
#[ignore = "exercise"]
fn the_error_says_where() {
    check(|| {
        for wrong in BEHIND {
            expect_at(&[&[GOOD.as_bytes(), wrong].concat()]);
        }
    });
}

#[test]
#[ignore = "exercise"]
fn the_error_says_where_in_the_stream() {
    check(|| {
        for wrong in BEHIND {
            expect_at(&[GOOD.as_bytes(), wrong]);
            expect_at(&["ví".as_bytes(), &["k€?".as_bytes(), wrong].concat()]);
        }
    });
}

#[test]
#[ignore = "exercise"]
fn the_error_says_where_however_they_are_cut() {
    check(|| {
        for wrong in BEHIND {
            for split in every_split(&[GOOD.as_bytes(), wrong].concat()) {
                expect_at(&split);
            }
        }
    });
}

#[test]
#[ignore = "exercise"]
fn the_text_before_an_error_is_kept() {
    check(|| {
        let pieces: [&[&[u8]]; 3] = [
            &["vík\u{e9}".as_bytes(), b"ab\xffcd"],
            &["vík\u{e9}ab".as_bytes(), b"\xffcd"],
            &[b"v\xc3\xadk\xc3\xa9ab\xffcd"],
        ];
        for pieces in pieces {
            let (text, result) = decode(&mut Utf8Decoder::new(), pieces);
            // Whether there is an error is asked by others.
            assert!(
                result.is_ok() || text == "víkéab",
                "expected the text \"víkéab\" before the error, got {text:?}\nAll before ff is text, \
                 and decode appends it before it returns the error\n  the pieces  {}",
                show_pieces(pieces)
            );
        }
    });
}

#[test]
#[ignore = "exercise"]
fn the_stream_may_end_after_a_character() {
    check(|| {
        let pieces: [&[&[u8]]; 4] = [&[], &[b"abc"], &[b"v\xc3\xad"], &[b"v\xc3", b"\xad"]];
        for pieces in pieces {
            let mut decoder = Utf8Decoder::new();
            let (_, result) = decode(&mut decoder, pieces);
            // Whether an error came before is asked by others.
            if result.is_err() {
                continue;
            }
            let got = decoder.end();
            assert!(
                got == Ok(()),
                "expected Ok from end, got {got:?}\nThe stream ended, and no character was begun\n  \
                 the pieces  {}",
                show_pieces(pieces)
            );
        }
    });
}

/// Streams that end inside a character, and how many octets of it had come.
const CUT: [(&[&[u8]], usize); 6] = [
    // One came, and three are missing.
    (&[b"\xf0"], 1),
    (&[b"Reykjav\xc3"], 1),
    (&[b"\xe2\x82"], 2),
    (&[b"\xf0\x9f\x8c"], 3),
    (&[b"\xf0", b"\x9f"], 2),
    (&[b"v\xc3", b"\xad\xe2", b"\x82"], 2),
];

#[test]
#[ignore = "exercise"]
fn the_stream_may_not_end_inside_a_character() {
    check(|| {
        for (pieces, _) in CUT {
            let mut decoder = Utf8Decoder::new();
            let (_, result) = decode(&mut decoder, pieces);
            let got = decoder.end();
            // One who has refused them is not asked for the end.
            assert!(
                result.is_err() || matches!(got, Err(Error::Unfinished { .. })),
                "expected the error Unfinished from end, got {got:?}\nThe stream ended inside a \
                 character: something is missing\n  the pieces  {}",
                show_pieces(pieces)
            );
        }
    });
}

#[test]
#[ignore = "exercise"]
fn the_end_says_how_much_had_come() {
    check(|| {
        for (pieces, octets) in CUT {
            let mut decoder = Utf8Decoder::new();
            let (_, result) = decode(&mut decoder, pieces);
            let got = decoder.end();
            // Whether that is the error is asked by another.
            assert!(
                result.is_err() || got == Ok(()) || got == Err(Error::Unfinished { octets }),
                "expected Unfinished {{ octets: {octets} }} from end, got {got:?}\nThe stream \
                 ended, and of its last character that many octets had come\n  the pieces  {}",
                show_pieces(pieces)
            );
        }
    });
}

#[test]
#[ignore = "exercise"]
fn only_an_unfinished_character_is_kept() {
    check(|| {
        const PIECES: usize = 64;
        const PIECE: usize = 1024;
        // Each piece ends inside an í, and the next one goes on with it.
        let mut piece = vec![b'x'; PIECE];
        piece[0] = 0xad;
        piece[PIECE - 1] = 0xc3;
        let mut decoder = Utf8Decoder::new();
        let mut text = String::with_capacity(4 * PIECE);
        let _ = decoder.decode(b"\xc3", &mut text);
        let (_, usage) = heap::measure(|| {
            for _ in 0..PIECES {
                text.clear();
                if decoder.decode(&piece, &mut text).is_err() {
                    break;
                }
            }
        });
        assert!(
            usage.peak < 16 * PIECE,
            "It keeps more than it needs: of {PIECES} pieces of {PIECE} octets, whose text was \
             taken away after each, it held more than 16 pieces at one time. Between two pieces \
             it needs three octets at most; who keeps all that has come needs as much memory as \
             the peer likes to send"
        );
    });
}
