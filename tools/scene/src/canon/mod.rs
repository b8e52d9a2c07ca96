//! The canonical form of output: what differs from run to run takes one form.
//!
//! | what | is shown as |
//! |---|---|
//! | ephemeral ports: `127.0.0.1:40312`, `('::1', 40312`, `port 40312` | `50001`, `50002` ... as they appear, and a command may use them |
//! | `pid 4711`, `pid=4711`, `process 4711` | `1001`, `1002` ... as they appear |
//! | dates and times of day: HTTP, ISO 8601, ctime, logs | Wednesday, 2030-01-02 03:04:05 |
//! | measured durations: a number with a decimal point and `ns`, `µs`, `us`, `ms` or `s` | `1.2 ms`, with as many digits behind the point |
//! | the working directory, and the home of a play | `/tmp/scene`, `/tmp/home` |
//!
//! Everything else is compared byte for byte. [`RULES`] is that table: a rule looks at
//! one place of a line and says how many bytes it replaces there, and by what. The
//! first that applies wins.

mod dates;
mod show;

use std::ops::{Range, RangeInclusive};

use crate::scan::{
    after, digits, ends_with_address, ends_with_tuple, is_word, labelled, number_starts,
    whole_number,
};
use show::show;

/// The first ephemeral port seen is shown as this, the second as the next.
const FIRST_EPHEMERAL: u16 = 50001;

/// Numbers that a scene's commands may use for ephemeral ports seen before.
pub(crate) const EPHEMERAL: RangeInclusive<u16> = FIRST_EPHEMERAL..=50999;

/// The first process id seen is shown as this, the second as the next.
const FIRST_PID: usize = 1001;

/// What the folder is shown as that holds the working directory, `scene`, and the
/// `home` of a play.
const ROOT: &str = "/tmp";

/// A line in canonical form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Canonical {
    pub(crate) text: String,
    /// What was replaced: where it is in `text`, and what it was.
    changes: Vec<(Range<usize>, String)>,
}

impl Canonical {
    /// The text with the true digits at `places`, which are ranges of `text`.
    pub(crate) fn with_true(&self, places: &[Range<usize>]) -> String {
        let mut text = String::new();
        let mut at = 0;
        for (range, was) in &self.changes {
            let excused = places
                .iter()
                .any(|place| place.start < range.end && range.start < place.end);
            if excused {
                text.push_str(&self.text[at..range.start]);
                text.push_str(was);
                at = range.end;
            }
        }
        text.push_str(&self.text[at..]);
        text
    }
}

/// What is known of a play: the ports and the folder it was given, and what it has
/// shown so far.
#[derive(Debug, Clone)]
pub struct Canon {
    /// The book's port, and the one that stands for it in this play.
    ports: Vec<(u16, u16)>,
    /// The ports that this system gives to those who ask for none.
    ephemeral: RangeInclusive<u16>,
    root: String,
    seen: Seen,
}

/// The ephemeral ports and process ids that were shown, in order: their place is
/// their number.
#[derive(Debug, Clone, Default)]
struct Seen {
    ports: Vec<u16>,
    pids: Vec<u32>,
}

impl Canon {
    pub(crate) fn new(
        ports: Vec<(u16, u16)>,
        ephemeral: RangeInclusive<u16>,
        root: impl Into<String>,
    ) -> Canon {
        Canon {
            ports,
            ephemeral,
            root: root.into(),
            seen: Seen::default(),
        }
    }

    /// The canonical form of a line of output, which must be asked for in the order
    /// of the script: ports and process ids are numbered as they appear.
    pub(crate) fn line(&mut self, octets: &[u8]) -> Canonical {
        let mut seen = std::mem::take(&mut self.seen);
        let line = self.canonical(octets, &mut seen);
        self.seen = seen;
        line
    }

    /// The canonical form of lines that no step has taken yet, and may never take:
    /// what they would number is not numbered by it.
    pub(crate) fn peek<'a>(&self, lines: impl IntoIterator<Item = &'a Vec<u8>>) -> Vec<Canonical> {
        let mut seen = self.seen.clone();
        let lines = lines.into_iter();
        lines.map(|line| self.canonical(line, &mut seen)).collect()
    }

    fn canonical(&self, octets: &[u8], seen: &mut Seen) -> Canonical {
        self.replaced(&show(octets), seen)
    }

    /// The text with everything replaced that a rule knows.
    fn replaced(&self, raw: &str, seen: &mut Seen) -> Canonical {
        let mut text = String::with_capacity(raw.len());
        let mut changes = Vec::new();
        let mut at = 0;
        while let Some(c) = raw[at..].chars().next() {
            match RULES.iter().find_map(|rule| rule(self, seen, raw, at)) {
                Some((length, new)) => {
                    let start = text.len();
                    text.push_str(&new);
                    changes.push((start..text.len(), raw[at..at + length].to_owned()));
                    at += length;
                }
                None => {
                    text.push(c);
                    at += c.len_utf8();
                }
            }
        }
        Canonical { text, changes }
    }

    /// The octets of a message in canonical form: what is dated, timed or numbered in its
    /// text is so in one way. Octets that are no ASCII stay as they are.
    pub fn octets(&self, octets: &[u8]) -> Vec<u8> {
        // Each octet is one character, so that no rule can cut or join any.
        const FOREIGN: u32 = 0xe000;
        let raw: String = octets
            .iter()
            .filter_map(|octet| match octet {
                0x80.. => char::from_u32(FOREIGN + u32::from(*octet)),
                _ => Some(char::from(*octet)),
            })
            .collect();
        let canonical = self.replaced(&raw, &mut self.seen.clone()).text;
        canonical
            .chars()
            .filter_map(|c| u8::try_from(u32::from(c) & !FOREIGN).ok())
            .collect()
    }

    /// The book's number for a port of this play; for one that the system chose, if the
    /// scene has shown it, the number that stands for it there.
    pub fn port(&self, actual: u16) -> Option<u16> {
        let given = self.ports.iter().find(|(_, given)| *given == actual);
        let shown = || self.seen.ports.iter().position(|port| *port == actual);
        match given {
            Some((book, _)) => Some(*book),
            None => Some(FIRST_EPHEMERAL + u16::try_from(shown()?).ok()?),
        }
    }

    /// The number for the nth port that the system chose and the scene did not show.
    pub fn unshown_port(&self, nth: usize) -> u16 {
        u16::try_from(self.seen.ports.len() + nth).map_or(u16::MAX, |nth| FIRST_EPHEMERAL + nth)
    }

    /// The port that stands for the book's `port` in this play.
    pub(crate) fn actual(&self, port: u16) -> Option<u16> {
        let given = self.ports.iter().find(|(book, _)| *book == port);
        let seen = || {
            let nth = port.checked_sub(FIRST_EPHEMERAL)?;
            self.seen.ports.get(usize::from(nth)).copied()
        };
        given.map(|(_, actual)| *actual).or_else(seen)
    }
}

/// At a place of a line, how many bytes to replace and by what.
type Rule = fn(&Canon, &mut Seen, &str, usize) -> Option<(usize, String)>;

/// What is replaced.
const RULES: &[Rule] = &[folder, dates::date, duration, own_port, ephemeral_port, pid];

/// The folders of the play.
fn folder(canon: &Canon, _: &mut Seen, text: &str, at: usize) -> Option<(usize, String)> {
    let length = canon.root.len();
    let found = length > 0 && text[at..].starts_with(&canon.root);
    // `/tmp/a` is no part of `/tmp/ab`.
    (found && !after(text, at + length).is_some_and(is_word)).then(|| (length, ROOT.to_owned()))
}

/// The units of a measured duration. Longest first, as `s` ends the others.
const UNITS: &[&str] = &["ns", "µs", "μs", "us", "ms", "s"];

/// A number with a decimal point and a unit of time was measured; one without a
/// point was configured and stays.
fn duration(_: &Canon, _: &mut Seen, text: &str, at: usize) -> Option<(usize, String)> {
    if !number_starts(text, at) {
        return None;
    }
    let mut end = at + digits(text, at);
    while text[end..].starts_with(',') && digits(text, end + 1) == 3 {
        end += 4;
    }
    let fraction = text[end..].strip_prefix('.')?;
    let width @ 1..=9 = digits(fraction, 0) else {
        return None;
    };
    end += 1 + width;
    let gap = usize::from(text[end..].starts_with(' '));
    let unit = UNITS
        .iter()
        .find(|unit| text[end + gap..].starts_with(**unit))?;
    let whole = end + gap + unit.len();
    if after(text, whole).is_some_and(is_word) {
        return None;
    }
    let new = format!("1.{}", &"234567891"[..width]);
    let narrower = " ".repeat((end - at) - new.len());
    // In a table the columns stay where they are.
    if text[..at].ends_with("  ") {
        Some((end - at, narrower + &new))
    } else if text[whole..].starts_with("  ") {
        Some((whole - at, new + &text[end..whole] + &narrower))
    } else {
        Some((end - at, new))
    }
}

/// A port of this play is shown as the book's, wherever it stands alone.
fn own_port(canon: &Canon, _: &mut Seen, text: &str, at: usize) -> Option<(usize, String)> {
    let (length, number) = whole_number(text, at)?;
    let (book, _) = canon
        .ports
        .iter()
        .find(|(_, actual)| u32::from(*actual) == number)?;
    Some((length, book.to_string()))
}

/// A port that the system chose, in an address, in Python's form of one, or behind
/// the word `port`. The number alone could be anything.
fn ephemeral_port(
    canon: &Canon,
    seen: &mut Seen,
    text: &str,
    at: usize,
) -> Option<(usize, String)> {
    let (length, number) = whole_number(text, at)?;
    let port = u16::try_from(number)
        .ok()
        .filter(|port| canon.ephemeral.contains(port))?;
    let ahead = &text[..at];
    let named = labelled(ahead, &["port"]);
    if !(named || ends_with_address(ahead) || ends_with_tuple(ahead)) {
        return None;
    }
    let nth = nth(&mut seen.ports, port);
    Some((length, (usize::from(FIRST_EPHEMERAL) + nth).to_string()))
}

fn pid(_: &Canon, seen: &mut Seen, text: &str, at: usize) -> Option<(usize, String)> {
    let (length, number) = whole_number(text, at)?;
    let ahead = &text[..at];
    // `process 3 of 5` is a count; no system that runs a scene has ids so low.
    let pid =
        labelled(ahead, &["pid", "ppid", "pgid"]) || number >= 100 && labelled(ahead, &["process"]);
    if !pid || number < 2 {
        return None;
    }
    let nth = nth(&mut seen.pids, number);
    Some((length, (FIRST_PID + nth).to_string()))
}

/// Which one of those seen this is; it has been seen then.
fn nth<T: PartialEq>(seen: &mut Vec<T>, one: T) -> usize {
    seen.iter()
        .position(|other| *other == one)
        .unwrap_or_else(|| {
            seen.push(one);
            seen.len() - 1
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::slice;

    fn canon() -> Canon {
        Canon::new(
            vec![(1060, 2341), (5353, 23417)],
            32768..=60999,
            "/tmp/scenes-1/7",
        )
    }

    fn line(raw: &str) -> String {
        canon().line(raw.as_bytes()).text
    }

    fn touches(cases: &[(&str, &str)]) {
        for (raw, canonical) in cases {
            assert_eq!(line(raw), *canonical, "{raw}");
        }
    }

    fn leaves(lines: &[&str]) {
        for raw in lines {
            assert_eq!(line(raw), *raw);
        }
    }

    #[test]
    fn ports_of_the_play_are_the_books() {
        touches(&[
            ("Listening at 127.0.0.1:2341", "Listening at 127.0.0.1:1060"),
            ("[::1]:2341 and *:23417", "[::1]:1060 and *:5353"),
            ("('127.0.0.1', 2341)", "('127.0.0.1', 1060)"),
            ("127.0.0.1.2341 > ", "127.0.0.1.1060 > "),
            ("port 2341.", "port 1060."),
            ("2341,23417", "1060,5353"),
            ("http://localhost:2341/x?y", "http://localhost:1060/x?y"),
        ]);
        leaves(&[
            "12341", "23411", "x2341", "2341x", "0.2341", "2341.5", "0x2341", "1.2.2341", "_2341",
            "ä2341",
        ]);
    }

    #[test]
    fn ephemeral_ports_are_numbered_as_they_appear() {
        let mut canon = canon();
        for (raw, canonical) in [
            (
                "127.0.0.1:40312 to [::1]:50000",
                "127.0.0.1:50001 to [::1]:50002",
            ),
            ("[fe80::1%eth0]:40312", "[fe80::1%eth0]:50001"),
            (
                "localhost:40313->localhost:2341",
                "localhost:50003->localhost:1060",
            ),
            ("('127.0.0.1', 40312)", "('127.0.0.1', 50001)"),
            ("('::1', 40314, 0, 0)", "('::1', 50004, 0, 0)"),
            (
                "port 40312, port=50000, Port: 40313",
                "port 50001, port=50002, Port: 50003",
            ),
        ] {
            assert_eq!(canon.line(raw.as_bytes()).text, canonical);
        }
        assert_eq!(canon.actual(50001), Some(40312));
        assert_eq!(canon.actual(50004), Some(40314));
        assert_eq!(canon.actual(50005), None);
        assert_eq!(canon.actual(1060), Some(2341));
        assert_eq!(canon.actual(53), None);
    }

    #[test]
    fn what_only_resembles_an_ephemeral_port_stays() {
        leaves(&[
            "8.8.8.8:53",
            "127.0.0.1:8080",
            "127.0.0.1:65535",
            "127.0.0.1:403120",
            "40000 bytes",
            "40,000 bytes",
            "sent 50000",
            "x:40312",
            "12:40312",
            "('key', 40312)",
            "['a', 40312]",
            "port a 40312",
            "report 40312",
            "1.2.3:40312",
            "::40312",
            "fe80::1:40312",
            "[1]:40312",
        ]);
    }

    #[test]
    fn dates_and_times_are_one_instant() {
        touches(&[
            (
                "Date: Fri, 20 Nov 2026 08:47:01 GMT",
                "Date: Wed, 02 Jan 2030 03:04:05 GMT",
            ),
            ("Fri Nov 20 08:47:01 2026", "Wed Jan  2 03:04:05 2030"),
            (
                "Sun Nov  1 08:47:01 UTC 2026",
                "Wed Jan  2 03:04:05 UTC 2030",
            ),
            (
                "notAfter=Nov  1 08:47:01 2026 GMT",
                "notAfter=Jan  2 03:04:05 2030 GMT",
            ),
            ("Nov 20 08:47:01 host x", "Jan  2 03:04:05 host x"),
            (
                "[20/Nov/2026:08:47:01 +0000]",
                "[02/Jan/2030:03:04:05 +0000]",
            ),
            ("[20/Nov/2026 08:47:01]", "[02/Jan/2030 03:04:05]"),
            ("2026-11-20T08:47:01Z", "2030-01-02T03:04:05Z"),
            ("2026-11-20T08:47:01.250Z", "2030-01-02T03:04:05.123Z"),
            ("2026-11-20T08:47:01+00:00", "2030-01-02T03:04:05+00:00"),
            (
                "2026-11-20 08:47:01.123456789",
                "2030-01-02 03:04:05.123456789",
            ),
            ("2026-11-20 08:47:01,98 INFO", "2030-01-02 03:04:05,12 INFO"),
            ("2026/11/20 08:47:01 [x]", "2030/01/02 03:04:05 [x]"),
            ("on 2026-11-20.", "on 2030-01-02."),
            ("at 08:47:01: go", "at 03:04:05: go"),
            ("(23:59:60)", "(03:04:05)"),
            ("08:47:01.5", "03:04:05.1"),
        ]);
        leaves(&[
            "12:30",
            "24:00:00",
            "12:60:00",
            "1:02:03",
            "::12:30:45",
            "fe80::12:30:45",
            "12:30:45::1",
            "2001:db8:12:30:45:1:2:3",
            "00:11:22:33:44:55",
            "12:30:45:ab",
            "1234-56-78",
            "2026-13-01",
            "2026-11-32",
            "12026-11-20",
            "2026-11-200",
            "2026-11-20-1",
            "a2026-11-20",
            "20/Foo/2026:08:47:01",
            "Fri, 20 Nov",
            "v2026-11-20",
            "1-2026-11-20",
            "550e8400-2026-11-20-a716",
            "Mon",
            "May 5",
        ]);
    }

    #[test]
    fn measured_durations_keep_unit_and_width() {
        touches(&[
            ("took 12.3 ms", "took 1.2 ms"),
            ("took 0.41s", "took 1.23s"),
            (
                "1,234.567 µs, 5.0 μs; 9.99us (3.1ns)",
                "1.234 µs, 1.2 μs; 1.23us (1.2ns)",
            ),
            ("0.000001 s.", "1.234567 s."),
            ("1.123456789s", "1.234567891s"),
            ("| a |    12.34 ms |", "| a |     1.23 ms |"),
            ("a  123.4 ms", "a    1.2 ms"),
            ("a 12.34 ms    b", "a 1.23 ms     b"),
        ]);
        leaves(&[
            "timeout 5 s",
            "500 ms",
            "30s",
            "1.2.3 s",
            "v1.2 s",
            "1.3 supports",
            "1.5 MB/s",
            "1.5 m",
            "1. s",
            ".5 s",
            "127.0.0.1 s",
            "0.5  s",
            "1.2 msg",
            "1.1234567890 s",
            "2,621,440 bytes",
            "1.2",
            "TLS 1.3",
        ]);
    }

    #[test]
    fn process_ids_are_numbered_as_they_appear() {
        let mut canon = canon();
        for (raw, canonical) in [
            (
                "pid 4711, PID=815, pid: 4711",
                "pid 1001, PID=1002, pid: 1001",
            ),
            ("Process 23 has process 4711", "Process 23 has process 1001"),
            (
                "ppid 5 (\"x\",pid=815,fd=3)",
                "ppid 1003 (\"x\",pid=1002,fd=3)",
            ),
        ] {
            assert_eq!(canon.line(raw.as_bytes()).text, canonical);
        }
        leaves(&[
            "pid 1",
            "rapid 4711",
            "pids 4711",
            "4711",
            "pid x 4711",
            "process  4711",
            "pid 4711.5",
        ]);
    }

    #[test]
    fn the_working_directory_has_one_name() {
        touches(&[
            (
                "bind /tmp/scenes-1/7/scene/echo.sock",
                "bind /tmp/scene/echo.sock",
            ),
            ("'/tmp/scenes-1/7/home'", "'/tmp/home'"),
            ("'/tmp/scenes-1/7'", "'/tmp'"),
        ]);
        leaves(&["/tmp/scenes-1/77", "/tmp/scenes-1"]);
    }

    #[test]
    fn plain_text_stays() {
        leaves(&[
            "",
            "hello",
            "ä ö 中 🦀",
            "1.2.3",
            "::1",
            "fe80::1",
            "00000000  68 65 6c 6c 6f 0a",
            "100%",
            "stuck after 2,621,440 bytes",
            "HTTP/1.1 200 OK",
            "1460",
            "[exit 1]",
        ]);
    }

    #[test]
    fn true_digits_can_be_had_back() {
        let line = canon().line(b"127.0.0.1:2341 took 12.34 ms, then 5.6 s");
        assert_eq!(line.text, "127.0.0.1:1060 took 1.23 ms, then 1.2 s");
        assert_eq!(line.with_true(&[]), line.text);
        assert_eq!(
            line.with_true(slice::from_ref(&(20..24))),
            "127.0.0.1:1060 took 12.34 ms, then 1.2 s"
        );
        assert_eq!(
            line.with_true(slice::from_ref(&(34..37))),
            "127.0.0.1:1060 took 1.23 ms, then 5.6 s"
        );
    }

    #[test]
    fn octets_of_a_message_are_canonical_and_those_that_are_no_text_stay() {
        let message =
            b"\xff\x00\xe4Date: Thu, 29 Oct 2026 07:08:09 GMT\r\n\xc3\xa4127.0.0.1:40312 ";
        assert_eq!(
            canon().octets(message),
            b"\xff\x00\xe4Date: Wed, 02 Jan 2030 03:04:05 GMT\r\n\xc3\xa4127.0.0.1:50001 "
        );
        let all: Vec<u8> = (0..=255).collect();
        assert_eq!(canon().octets(&all), all);
    }

    #[test]
    fn a_port_has_the_books_number_or_the_one_it_was_shown_with() {
        let mut canon = canon();
        canon.line(b"127.0.0.1:40312");
        let ports = [2341, 40312, 40313].map(|port| canon.port(port));
        assert_eq!(ports, [Some(1060), Some(50001), None]);
        assert_eq!([0, 1].map(|nth| canon.unshown_port(nth)), [50002, 50003]);
    }

    #[test]
    fn what_was_only_looked_at_is_numbered_later() {
        let mut canon = canon();
        let text = |lines: Vec<Canonical>| -> Vec<String> {
            lines.into_iter().map(|line| line.text).collect()
        };
        let ahead = [
            b"pid 4711".to_vec(),
            b"pid 815".to_vec(),
            b"pid 4711".to_vec(),
        ];
        assert_eq!(
            text(canon.peek(&ahead)),
            ["pid 1001", "pid 1002", "pid 1001"]
        );
        assert_eq!(canon.line(b"pid 23").text, "pid 1001");
        assert_eq!(
            text(canon.peek(&ahead)),
            ["pid 1002", "pid 1003", "pid 1002"]
        );
    }
}
