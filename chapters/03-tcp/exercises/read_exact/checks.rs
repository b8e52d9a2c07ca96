use super::*;

use std::collections::VecDeque;
use std::fmt::Write as _;
use std::io::{self, ErrorKind, Read};

use testkit::{check, compare_octets, every_split};

/// What comes of one read, or of several if the buffer has less room.
#[derive(Clone, Copy)]
enum Step {
    /// These octets have come.
    Came(&'static [u8]),
    /// It fails.
    Fails(ErrorKind),
    /// The stream has ended.
    Ends,
}
use Step::{Came, Ends, Fails};

const INTERRUPTED: Step = Fails(ErrorKind::Interrupted);

/// What there is after a script.
#[derive(Clone, Copy, PartialEq)]
enum Then {
    /// The peer sends nothing more and waits: a read would wait as well.
    Silence,
    /// The end, however often one asks.
    End,
}

/// A stream in which comes what its script says, and which writes down what it was
/// asked.
struct Stream {
    script: VecDeque<Step>,
    /// What has come and was not read.
    come: VecDeque<u8>,
    then: Then,
    calls: Vec<String>,
    /// How much room each of them had.
    rooms: Vec<usize>,
    ends: usize,
    told: bool,
}

impl Stream {
    fn new(script: &[Step], then: Then) -> Self {
        Self {
            script: script.iter().copied().collect(),
            come: VecDeque::new(),
            then,
            calls: Vec::new(),
            rooms: Vec::new(),
            ends: 0,
            told: false,
        }
    }

    /// The calls as numbered steps; of very many the first and the last.
    fn history(&self) -> String {
        const SHOWN: usize = 8;
        let mut text = "the calls of read were".to_owned();
        if self.calls.is_empty() {
            text.push_str(" none");
        }
        for (number, call) in (1..).zip(&self.calls) {
            if number <= SHOWN || number == self.calls.len() {
                let _ = write!(text, "\n  {number}. {call}");
            } else if number == SHOWN + 1 {
                text.push_str("\n     ...");
            }
        }
        text
    }

    fn fail(&mut self, why: &str) -> ! {
        self.told = true;
        panic!("{why}\n{}", self.history());
    }

    fn say(&mut self, room: usize, what: &str) {
        self.calls.push(format!("read into {room} octets: {what}"));
        self.rooms.push(room);
    }

    fn end(&mut self, room: usize) -> io::Result<usize> {
        self.ends += 1;
        self.say(room, "0 octets, the end");
        if self.ends == 100 {
            self.fail("The stream has ended, and it still goes round and reads");
        }
        Ok(0)
    }
}

impl Read for Stream {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let room = buffer.len();
        if self.come.is_empty() {
            match self.script.pop_front() {
                Some(Came(octets)) => self.come.extend(octets),
                Some(Fails(kind)) => {
                    self.say(room, &format!("{kind:?}"));
                    return Err(kind.into());
                }
                Some(Ends) => return self.end(room),
                None if self.then == Then::End => return self.end(room),
                None => {
                    self.say(room, "waits");
                    self.fail(
                        "Nothing more is on its way: the peer has sent all that it wanted to, \
                         and waits for an answer now. This read would wait for ever",
                    );
                }
            }
        }
        let read = self.come.read(buffer)?;
        let octets = buffer[..read].escape_ascii().to_string();
        self.say(room, &format!("\"{octets}\""));
        Ok(read)
    }
}

/// Tells the calls so far when the code under test panics.
impl Drop for Stream {
    fn drop(&mut self) {
        if std::thread::panicking() && !self.told {
            eprintln!("({})", self.history());
        }
    }
}

/// What came of a call, as text that can be compared and read.
fn show(result: &Result<(), Error>) -> String {
    match result {
        Ok(()) => "Ok".to_owned(),
        Err(Error::Ended { came, wanted }) => format!("Ended, {came} of {wanted} octets came"),
        Err(Error::Failed {
            came,
            wanted,
            source,
        }) => format!(
            "Failed with {:?}, {came} of {wanted} octets came",
            source.kind()
        ),
    }
}

/// Reads as many octets as `expected` has from `stream`; these should come.
#[track_caller]
fn expect_next(stream: &mut Stream, expected: &[u8]) {
    let mut buffer = vec![b'.'; expected.len()];
    stream.told = false;
    let got = read_exact(stream, &mut buffer);
    stream.told = true;
    let history = stream.history();
    assert!(
        got.is_ok(),
        "wanted {} octets: expected Ok, got {}\n{history}",
        expected.len(),
        show(&got)
    );
    if let Some(report) = compare_octets(&buffer, expected, &[("buffer", expected.len())]) {
        panic!("it returned Ok, but {report}\n{history}");
    }
}

#[track_caller]
fn expect(script: &[Step], expected: &[u8]) {
    expect_next(&mut Stream::new(script, Then::Silence), expected);
}

/// Wants 5 octets, and should get the error which `show` gives as `expected`, with
/// `front` at the front of the buffer.
#[track_caller]
fn expect_error(script: &[Step], expected: &str, front: &[u8]) {
    let mut stream = Stream::new(script, Then::End);
    let mut buffer = *b".....";
    let got = show(&read_exact(&mut stream, &mut buffer));
    stream.told = true;
    let history = stream.history();
    assert!(
        got == expected,
        "wanted 5 octets: expected {expected}; got {got}\n{history}"
    );
    assert!(
        buffer.starts_with(front),
        "it says \"{got}\", so \"{}\" should stand at the front of the buffer; the buffer is \
         \"{}\"\n{history}",
        front.escape_ascii(),
        buffer.escape_ascii()
    );
}

#[test]
#[ignore = "exercise"]
fn all_in_one_read() {
    check(|| expect(&[Came(b"hello")], b"hello"));
}

#[test]
#[ignore = "exercise"]
fn the_rest_in_a_second_read() {
    check(|| expect(&[Came(b"hel"), Came(b"lo")], b"hello"));
}

#[test]
#[ignore = "exercise"]
fn every_way_to_cut_the_octets() {
    check(|| {
        for split in every_split(b"hello, wire") {
            let script: Vec<Step> = split.iter().map(|piece| Came(piece)).collect();
            expect(&script, b"hello, wire");
        }
    });
}

#[test]
#[ignore = "exercise"]
fn each_read_has_all_the_room_that_is_left() {
    check(|| {
        let mut stream = Stream::new(&[Came(b"hello, "), Came(b"wire")], Then::Silence);
        let _ = read_exact(&mut stream, &mut [b'.'; 11]);
        stream.told = true;
        let first = stream.rooms.first().copied();
        assert!(
            first.is_some_and(|room| room >= 11),
            "the first read should be into 11 octets: offer all the room that is left. Each is a \
             call into the kernel, which has more octets ready than you ask for\n{}",
            stream.history()
        );
    });
}

#[test]
#[ignore = "exercise"]
fn nothing_wanted_is_no_read() {
    check(|| expect(&[], b""));
}

#[test]
#[ignore = "exercise"]
fn what_follows_is_left_in_the_stream() {
    check(|| {
        let mut stream = Stream::new(&[Came(b"hello, wi"), Came(b"re")], Then::Silence);
        expect_next(&mut stream, b"hello");
        // How much more it reads is nobody's fault.
        assert!(
            stream.come == b", wi",
            "it filled its 5 octets with \"hello\", and took octets behind them. What follows, \", wi\", \
             belongs to the next message, and should be in the stream still"
        );
        expect_next(&mut stream, b", ");
        expect_next(&mut stream, b"wire");
    });
}

#[test]
#[ignore = "exercise"]
fn no_read_waits_for_what_is_not_wanted() {
    check(|| {
        // After each part the peer waits; only then comes the next.
        for part in 1..5 {
            let mut stream = Stream::new(&[Came(&b"hello"[..part])], Then::Silence);
            expect_next(&mut stream, &b"hello"[..part]);
        }
    });
}

#[test]
#[ignore = "exercise"]
fn a_signal_comes_half_way() {
    check(|| {
        expect(
            &[Came(b"he"), INTERRUPTED, INTERRUPTED, Came(b"llo")],
            b"hello",
        );
    });
}

#[test]
#[ignore = "exercise"]
fn the_end_at_once() {
    check(|| expect_error(&[Ends], "Ended, 0 of 5 octets came", b""));
}

#[test]
#[ignore = "exercise"]
fn the_end_half_way() {
    check(|| {
        expect_error(
            &[Came(b"he"), Came(b"l"), Ends],
            "Ended, 3 of 5 octets came",
            b"hel",
        );
    });
}

#[test]
#[ignore = "exercise"]
fn the_end_is_read_once() {
    check(|| {
        let mut stream = Stream::new(&[Came(b"hel")], Then::End);
        let _ = read_exact(&mut stream, &mut [0; 5]);
        stream.told = true;
        assert!(
            stream.ends <= 1,
            "the stream has ended, and it was read {} times more: the end stays the end\n{}",
            stream.ends - 1,
            stream.history()
        );
    });
}

#[test]
#[ignore = "exercise"]
fn a_reset_half_way() {
    check(|| {
        expect_error(
            &[Came(b"he"), Came(b"l"), Fails(ErrorKind::ConnectionReset)],
            "Failed with ConnectionReset, 3 of 5 octets came",
            b"hel",
        );
    });
}

#[test]
#[ignore = "exercise"]
fn a_socket_that_does_not_wait() {
    check(|| {
        expect_error(
            &[Came(b"hell"), Fails(ErrorKind::WouldBlock), Came(b"o")],
            "Failed with WouldBlock, 4 of 5 octets came",
            b"hell",
        );
    });
}

#[test]
#[ignore = "exercise"]
fn a_read_may_fail_with_unexpected_eof() {
    check(|| {
        // A TLS stream says so when the connection ends in the middle of it.
        expect_error(
            &[Came(b"hel"), Fails(ErrorKind::UnexpectedEof)],
            "Failed with UnexpectedEof, 3 of 5 octets came",
            b"hel",
        );
    });
}
