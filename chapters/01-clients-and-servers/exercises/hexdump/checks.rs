use super::*;

use testkit::{check, every_split, note};

/// The octets of a line.
const FULL: &[u8] = b"network-programs";
const FULL_LINE: &str =
    "00000000  6e 65 74 77 6f 72 6b 2d  70 72 6f 67 72 61 6d 73  |network-programs|\n";

/// The columns of a line: where each begins, and what it is.
const COLUMNS: [(usize, &str); 8] = [
    (0, "in the offset"),
    (8, "in the two spaces after the offset"),
    (10, "in the digits of the octets"),
    (
        33,
        "in the two spaces between the eighth octet and the ninth",
    ),
    (35, "in the digits of the octets"),
    (58, "in the two spaces before the text"),
    (60, "at the first bar"),
    (61, "in the text"),
];

/// Text with a picture for each control character, so that it keeps its width and
/// acts on no terminal.
fn visible(text: &str) -> String {
    text.chars()
        .map(|char| match char {
            '\0'..='\x1f' => char::from_u32(0x2400 + u32::from(char)).unwrap_or(char),
            '\x7f' => '\u{2421}',
            '\u{80}'..='\u{9f}' => '\u{fffd}',
            _ => char,
        })
        .collect()
}

fn show_pieces(pieces: &[&[u8]]) -> String {
    if pieces.is_empty() {
        return "nothing".to_owned();
    }
    pieces
        .iter()
        .map(|piece| match piece.len() {
            0..=48 => format!("\"{}\"", piece.escape_ascii()),
            many => format!("({many} octets)"),
        })
        .collect::<Vec<_>>()
        .join(" | ")
}

/// Panics unless the lines are those expected, and shows the first that differs.
#[track_caller]
fn compare(what: &str, got: &str, expected: &str) {
    if got == expected {
        return;
    }
    if expected.is_empty() {
        panic!(
            "expected an empty String, got lines\n{what}\n  got       {}",
            visible(got)
        );
    }
    if got.is_empty() {
        panic!(
            "expected lines, got an empty String\n{what}\n  expected  {}",
            expected
        );
    }
    if got.replace('\n', "") == expected.replace('\n', "") {
        panic!(
            "The lines are right, and their line feeds are not: each line ends with one, the last \
             one too\n{what}\n  expected  {expected:?}\n  got       {got:?}"
        );
    }
    let (mut ours, mut theirs) = (expected.lines(), got.lines());
    for number in 1.. {
        let (ours, theirs) = (ours.next(), theirs.next());
        if ours == theirs && ours.is_some() {
            continue;
        }
        let no_line = "(no line)".to_owned();
        let (Some(ours), Some(theirs)) = (ours, theirs) else {
            panic!(
                "line {number} is missing, or too many\n{what}\n  expected  {}\n  got       {}",
                ours.map_or(no_line.clone(), str::to_owned),
                theirs.map_or(no_line, visible)
            );
        };
        // How a line that is too long, or a text in another column, looks beyond that
        // is nobody's fault.
        if let Some(column) = theirs.find('|') {
            assert!(
                theirs.chars().count() <= column + 18,
                "line {number} shows more than 16 octets\n{what}\n  expected  {ours}"
            );
            let (digits, text) = theirs.split_at(column);
            let aside = if column < 60 { "left" } else { "right" };
            assert!(
                column == 60 || digits.trim_end() != ours[..60].trim_end() || text != &ours[60..],
                "the text of line {number} begins too far to the {aside}: digits and text are right, and \
                 the first bar belongs where it is marked\n{what}\n  expected  {ours}\n            \
                 {:60}^ here",
                ""
            );
        }
        let same = |(a, b): &(char, char)| a == b;
        let column = ours.chars().zip(theirs.chars()).take_while(same).count();
        let place = if column >= ours.len() {
            "where the line ends"
        } else if column >= 61 && column == ours.len() - 1 {
            "at the second bar"
        } else {
            let at = COLUMNS.iter().rfind(|(begin, _)| *begin <= column);
            at.map_or("", |(_, name)| name)
        };
        panic!(
            "line {number} differs {place}\n{what}\n  expected  {ours}\n  got       {}\n            \
             {:column$}^ from here on",
            visible(theirs),
            ""
        );
    }
}

/// Hands in the pieces one by one; all lines together are to be `expected`.
#[track_caller]
fn expect(pieces: &[&[u8]], expected: &str) {
    let shown = show_pieces(pieces);
    let note = note(|| format!("(the pieces were  {shown})"));
    let mut dump = Hexdump::new();
    let mut lines = String::new();
    for piece in pieces {
        lines.push_str(&dump.push(piece));
    }
    lines.push_str(&dump.finish());
    drop(note);
    compare(&format!("the pieces were  {shown}"), &lines, expected);
}

/// The text that the line of 16 such octets has, if it has the form of a line: that
/// is asked by others.
fn text_of(octet: u8) -> Option<String> {
    let line = Hexdump::new().push(&[octet; 16]);
    let (_, text) = line.split_once('|')?;
    let text = text.strip_suffix('\n').unwrap_or(text);
    Some(text.strip_suffix('|')?.to_owned())
}

/// The text of a line of 16 such octets is to be 16 times `char`.
#[track_caller]
fn expect_text(octet: u8, char: char, why: &str) {
    let expected: String = [char; 16].iter().collect();
    let note = note(|| format!("(it was a line of 16 times the octet {octet:02x})"));
    let text = text_of(octet);
    drop(note);
    if let Some(text) = text {
        assert!(
            text == expected,
            "the text of the octet {octet:02x} should be {char:?}\nA line of 16 of them, {why}\n  \
             expected as text  |{expected}|\n  got               |{}|",
            visible(&text)
        );
    }
}

#[test]
#[ignore = "exercise"]
fn one_full_line() {
    check(|| {
        let got = Hexdump::new().push(FULL);
        compare(
            "push took the 16 octets \"network-programs\"",
            &got,
            FULL_LINE,
        );
    });
}

#[test]
#[ignore = "exercise"]
fn a_short_line_at_the_end() {
    check(|| {
        expect(
            &[b"Quito"],
            "00000000  51 75 69 74 6f                                    |Quito|\n",
        );
    });
}

#[test]
#[ignore = "exercise"]
fn more_than_half_a_line_at_the_end() {
    check(|| {
        expect(
            &[b"Quito,Nairobi"],
            "00000000  51 75 69 74 6f 2c 4e 61  69 72 6f 62 69           |Quito,Nairobi|\n",
        );
    });
}

#[test]
#[ignore = "exercise"]
fn the_text_has_its_column() {
    check(|| {
        let line = Hexdump::new().push(FULL);
        // Whether there are bars at all is asked by others.
        let before = line.split('|').next().unwrap_or_default();
        let many = if before.len() < 60 { "fewer" } else { "more" };
        assert!(
            before.len() == line.len() || before.len() == 60,
            "{many} than 60 characters stand before the first bar\nThese are the offset 8, two spaces, the \
             digits 48 with the spaces between them, and two spaces\n  expected  {}",
            FULL_LINE
        );
    });
}

#[test]
#[ignore = "exercise"]
fn each_line_ends_with_a_line_feed() {
    check(|| {
        let mut dump = Hexdump::new();
        let full = dump.push(FULL);
        let _ = dump.push(b"Quito");
        for (function, line) in [("push", full), ("finish", dump.finish())] {
            // Whether there is a line is asked by others.
            assert!(
                line.is_empty() || line.ends_with('\n'),
                "{function} returned a line without a line feed at its end. Whatever is shown next \
                 would go on in the same line\n  {line:?}"
            );
        }
    });
}

#[test]
#[ignore = "exercise"]
fn nothing_is_lost_at_the_end() {
    check(|| {
        for octets in 1..16 {
            let mut dump = Hexdump::new();
            let _ = dump.push(&FULL[..octets]);
            assert!(
                !dump.finish().is_empty(),
                "finish should return a short line, and returned an empty String\n{octets} octets \
                 came, which don't fill a line, and the stream ended"
            );
        }
    });
}

#[test]
#[ignore = "exercise"]
fn the_second_bar_follows_the_text() {
    check(|| {
        let mut dump = Hexdump::new();
        let _ = dump.push(b"Quito");
        let line = dump.finish();
        // Whether there is a line, and where its text begins, is asked by others.
        let Some((_, text)) = line.trim_end_matches('\n').split_once('|') else {
            return;
        };
        assert!(
            text == "Quito|",
            "the second bar should follow the text\nThe last line has the 5 octets \"Quito\"\n  \
             expected from the first bar on  |Quito|\n  got                             |{}",
            visible(text)
        );
    });
}

#[test]
#[ignore = "exercise"]
fn nothing_follows_a_full_line() {
    check(|| {
        let mut dump = Hexdump::new();
        let _ = dump.push(FULL);
        compare(
            "16 octets came, push returned their line, and the stream ended: finish has none",
            &dump.finish(),
            "",
        );
    });
}

#[test]
#[ignore = "exercise"]
fn no_octets_are_no_line() {
    check(|| {
        expect(&[], "");
        expect(&[b""], "");
    });
}

#[test]
#[ignore = "exercise"]
fn many_lines_from_one_piece() {
    check(|| {
        let got = Hexdump::new().push(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUV");
        compare(
            "push took 48 octets at once",
            &got,
            "00000000  61 62 63 64 65 66 67 68  69 6a 6b 6c 6d 6e 6f 70  |abcdefghijklmnop|\n\
             00000010  71 72 73 74 75 76 77 78  79 7a 41 42 43 44 45 46  |qrstuvwxyzABCDEF|\n\
             00000020  47 48 49 4a 4b 4c 4d 4e  4f 50 51 52 53 54 55 56  |GHIJKLMNOPQRSTUV|\n",
        );
    });
}

#[test]
#[ignore = "exercise"]
fn one_line_in_two_pieces() {
    check(|| expect(&[&FULL[..3], &FULL[3..]], FULL_LINE));
}

#[test]
#[ignore = "exercise"]
fn a_full_line_from_each_piece() {
    check(|| {
        let mut dump = Hexdump::new();
        let first = dump.push(FULL);
        let second = dump.push(FULL);
        let expected = format!(
            "{FULL_LINE}{}",
            FULL_LINE.replacen("00000000", "00000010", 1)
        );
        compare(
            "push took \"network-programs\" twice",
            &format!("{first}{second}"),
            &expected,
        );
    });
}

#[test]
#[ignore = "exercise"]
fn a_line_comes_with_its_last_octet() {
    check(|| {
        let mut dump = Hexdump::new();
        let first = dump.push(&FULL[..15]);
        compare("push took the first 15 octets of a line", &first, "");
        let second = dump.push(&FULL[15..]);
        assert!(
            !second.is_empty(),
            "a line should come with its last octet, and push returned an empty String\nIt took 15 \
             octets, and then the sixteenth: the line is full now. Whoever watches wants to see \
             what is there, before the next octet comes\n  expected  {FULL_LINE}"
        );
    });
}

#[test]
#[ignore = "exercise"]
fn octets_that_are_all_there() {
    check(|| {
        let octets = b"network-programs,2";
        let mut dump = Hexdump::new();
        let mut lines = dump.push(octets);
        lines.push_str(&dump.finish());
        // What these are is asked by others.
        compare(
            "hexdump should return what push and finish do",
            &hexdump(octets),
            &lines,
        );
    });
}

#[test]
#[ignore = "exercise"]
fn a_short_line_after_a_full_one() {
    check(|| {
        expect(
            &[b"network-programs,2"],
            "00000000  6e 65 74 77 6f 72 6b 2d  70 72 6f 67 72 61 6d 73  |network-programs|\n\
             00000010  2c 32                                             |,2|\n",
        );
    });
}

#[test]
#[ignore = "exercise"]
fn the_offset_grows_from_line_to_line() {
    check(|| {
        let got = Hexdump::new().push(&[b'x'; 64]);
        // What the offsets are is asked by others.
        let offsets: Vec<&str> = got.lines().filter_map(|line| line.get(..8)).collect();
        for (one, next) in offsets.iter().zip(offsets.iter().skip(1)) {
            assert!(
                one < next,
                "the offset should grow from line to line, and they are  {}\npush took 64 octets, \
                 which are 4 lines. Each line begins further on in the stream than the one before",
                offsets.join(", ")
            );
        }
    });
}

#[test]
#[ignore = "exercise"]
fn every_octet_has_two_digits() {
    check(|| {
        for octet in 0..=u8::MAX {
            let line = Hexdump::new().push(&[octet; 16]);
            // The offset is asked by others, and so is the text.
            let digits = line.get(10..).and_then(|line| line.split('|').next());
            let Some(digits) = digits.map(str::trim) else {
                continue;
            };
            let half = vec![format!("{octet:02x}"); 8].join(" ");
            let expected = format!("{half}  {half}");
            assert!(
                digits == expected,
                "the octet {octet:02x} should have the digits {octet:02x}\nA line of 16 of them\n  \
                 expected digits  {expected}\n  got              {}",
                visible(digits)
            );
        }
    });
}

#[test]
#[ignore = "exercise"]
fn what_can_be_printed_is_text() {
    check(|| {
        for octet in 0x20..=0x7e {
            let char = char::from(octet);
            expect_text(
                octet,
                char,
                &format!("which is the ASCII character {char:?}"),
            );
        }
    });
}

#[test]
#[ignore = "exercise"]
fn control_characters_are_dots() {
    check(|| {
        for octet in 0..0x20 {
            let why = match octet {
                b'\t' => "a tab",
                b'\n' => "a line feed, which would begin a new line in the middle of yours",
                b'\r' => "a carriage return, which would take the cursor back over your line",
                0x1b => "an escape, which can make a terminal do almost anything",
                _ => "a control character",
            };
            expect_text(octet, '.', why);
        }
    });
}

#[test]
#[ignore = "exercise"]
fn delete_is_a_dot() {
    check(|| {
        expect_text(
            0x7f,
            '.',
            "a control character that stands alone at ASCII's end",
        )
    });
}

#[test]
#[ignore = "exercise"]
fn what_is_not_ascii_is_a_dot() {
    check(|| {
        for octet in 0x80..=u8::MAX {
            expect_text(octet, '.', "which is no ASCII character");
        }
    });
}

#[test]
#[ignore = "exercise"]
fn the_text_has_a_column_for_each_octet() {
    check(|| {
        let line = Hexdump::new().push("Reykjavík, Zür".as_bytes());
        let Some((_, text)) = line.split_once('|') else {
            return;
        };
        let text = text.strip_suffix('\n').unwrap_or(text);
        let text = text.strip_suffix('|').unwrap_or(text);
        let columns = text.chars().count();
        assert!(
            columns == 16,
            "a line of 16 octets: the í of \"Reykjavík\" has two of them. Each octet has a column of \
             its own, so that text and digits can be compared\n  expected  16 columns of \
             text\n  got       {columns}, |{}|",
            visible(text)
        );
    });
}

#[test]
#[ignore = "exercise"]
fn the_offset_is_that_of_the_stream() {
    check(|| {
        const OCTETS: usize = 0x1_abc0;
        let mut dump = Hexdump::new();
        let lines = dump.push(&[b'x'; OCTETS]) + &dump.push(&[b'x'; 5]);
        let got = dump.finish();
        // What else is in the line, and whether all lines are there, is asked by others.
        if lines.lines().count() == OCTETS / 16
            && let Some(offset) = got.get(..8)
        {
            assert!(
                offset == "0001abc0",
                "expected the offset 0001abc0 in the last line, got {}\npush took {OCTETS} octets and \
                 then 5, and the stream ended\n  got       {}",
                visible(offset),
                visible(&got)
            );
        }
    });
}

#[test]
#[ignore = "exercise"]
fn every_way_to_cut_the_octets() {
    check(|| {
        let octets = b"GET / HTTP/1.1\r\nHost: a.example\r\n\r\n";
        let expected = "\
            00000000  47 45 54 20 2f 20 48 54  54 50 2f 31 2e 31 0d 0a  |GET / HTTP/1.1..|\n\
            00000010  48 6f 73 74 3a 20 61 2e  65 78 61 6d 70 6c 65 0d  |Host: a.example.|\n\
            00000020  0a 0d 0a                                          |...|\n";
        for split in every_split(octets) {
            expect(&split, expected);
        }
    });
}
