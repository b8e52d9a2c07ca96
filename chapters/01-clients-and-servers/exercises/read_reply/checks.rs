use super::*;

use std::collections::VecDeque;
use std::fmt::Write as _;
use std::io::{self, ErrorKind, Read};

use testkit::{check, every_split, heap};

/// Enough for every reply below that is not meant to be too long.
const LIMIT: usize = 4096;
/// Of the calls of read, so many are shown from the first on, and then the last.
const SHOWN: usize = 8;

/// What comes of one read, or of several if the buffer has less room.
#[derive(Clone)]
enum Step {
    /// These octets have come.
    Came(Vec<u8>),
    /// It fails.
    Fails(ErrorKind),
}
use Step::Fails;

const INTERRUPTED: Step = Fails(ErrorKind::Interrupted);

fn came(octets: impl AsRef<[u8]>) -> Step {
    Step::Came(octets.as_ref().to_vec())
}

/// A stream in which comes what its script says, and then the end. It writes down what
/// it was asked.
struct Stream {
    script: VecDeque<Step>,
    /// What has come and was not read.
    come: VecDeque<u8>,
    /// Whether octets come without end after the script.
    floods: bool,
    /// The first calls of read, the last one, and how many there were.
    first: Vec<String>,
    last: String,
    calls: usize,
    /// How many calls in a row brought nothing.
    in_vain: usize,
    octets_read: usize,
    /// The read that said that nothing more will come, or failed.
    over: bool,
    told: bool,
}

impl Stream {
    fn new(script: &[Step]) -> Self {
        Self {
            script: script.iter().cloned().collect(),
            come: VecDeque::new(),
            floods: false,
            first: Vec::new(),
            last: String::new(),
            calls: 0,
            in_vain: 0,
            octets_read: 0,
            over: false,
            told: false,
        }
    }

    fn flood() -> Self {
        let mut stream = Self::new(&[]);
        stream.floods = true;
        stream
    }

    /// The calls as numbered steps; of very many the first and the last.
    fn history(&self) -> String {
        let mut text = "the calls of read were".to_owned();
        if self.calls == 0 {
            text.push_str(" none");
        }
        for (number, call) in (1..).zip(&self.first) {
            let _ = write!(text, "\n  {number}. {call}");
        }
        if self.calls > SHOWN + 1 {
            text.push_str("\n     ...");
        }
        if self.calls > SHOWN {
            let _ = write!(text, "\n  {}. {}", self.calls, self.last);
        }
        text
    }

    fn fail(&mut self, why: &str) -> ! {
        self.told = true;
        panic!("{}\n{why}", self.history());
    }

    fn say(&mut self, room: usize, what: &str) {
        self.calls += 1;
        self.in_vain += 1;
        let call = format!("read into {room} octets: {what}");
        match self.calls {
            ..=SHOWN => self.first.push(call),
            _ => self.last = call,
        }
        if self.in_vain == 1000 {
            self.fail("It goes round and reads without getting anywhere");
        }
    }
}

impl Read for Stream {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let room = buffer.len();
        if room == 0 {
            self.say(room, "0 octets, as there is no room");
            return Ok(0);
        }
        if self.come.is_empty() {
            match self.script.pop_front() {
                Some(Step::Came(octets)) => self.come.extend(octets),
                Some(Fails(kind)) => {
                    self.say(room, &format!("{kind:?}"));
                    self.over |= kind != ErrorKind::Interrupted;
                    return Err(kind.into());
                }
                None if self.floods => self.come.extend([b'x'; 1000]),
                None => {
                    self.say(room, "0 octets, the end");
                    if std::mem::replace(&mut self.over, true) {
                        self.fail(
                            "The stream was over before this read, with its end or with a \
                             failure, and nothing more comes after that",
                        );
                    }
                    return Ok(0);
                }
            }
        }
        let read = self.come.read(buffer)?;
        self.octets_read += read;
        let what = match read {
            0..=40 => format!("\"{}\"", buffer[..read].escape_ascii()),
            many => format!("{many} octets"),
        };
        self.say(room, &what);
        self.in_vain = 0;
        const MUCH: usize = 4 * 1024 * 1024;
        if self.floods && self.octets_read > MUCH {
            self.fail(&format!(
                "A peer sends without end. {MUCH} octets were read of what may have {LIMIT}, and \
                 it still reads"
            ));
        }
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

/// Octets as text, with everything that can't be printed escaped; of very many the
/// first.
fn show(octets: &[u8]) -> String {
    match octets.get(..60) {
        None => format!("\"{}\"", octets.escape_ascii()),
        Some(front) => format!("\"{}\"... ({} octets)", front.escape_ascii(), octets.len()),
    }
}

/// What came of a call, as text that can be compared and read.
fn show_result(result: &Result<Vec<u8>, Error>) -> String {
    match result {
        Ok(reply) => format!("Ok, {}", show(reply)),
        Err(Error::TooLong { limit }) => format!("TooLong, with a limit of {limit}"),
        Err(Error::Failed { came, source }) => {
            format!("Failed with {:?}, {came} octets had come", source.kind())
        }
    }
}

/// Reads the stream; `expected` is to be its reply.
#[track_caller]
fn expect(script: &[Step], limit: usize, expected: &[u8]) {
    let mut stream = Stream::new(script);
    let got = read_reply(&mut stream, limit);
    let right = got.as_ref().is_ok_and(|got| got == expected);
    if !right {
        let history = stream.history();
        stream.told = true;
        panic!(
            "{history}\nwith a limit of {limit} octets\n  expected  Ok, {}\n  got       {}{}",
            show(expected),
            show_result(&got),
            match got {
                Ok(got) if got.len() != expected.len() => format!(
                    "\nThe reply has {} octets, and got has {}",
                    expected.len(),
                    got.len()
                ),
                _ => String::new(),
            }
        );
    }
}

/// Reads the stream, which is to fail as `expected` says.
#[track_caller]
fn expect_error(script: &[Step], limit: usize, expected: &str) {
    let mut stream = Stream::new(script);
    let got = show_result(&read_reply(&mut stream, limit));
    stream.told = true;
    assert!(
        got == expected,
        "{}\nwith a limit of {limit} octets\n  expected  {expected}\n  got       {got}",
        stream.history()
    );
}

#[test]
#[ignore = "exercise"]
fn a_reply_in_one_read() {
    check(|| expect(&[came("Quito")], LIMIT, b"Quito"));
}

#[test]
#[ignore = "exercise"]
fn a_reply_in_two_reads() {
    check(|| expect(&[came("Qui"), came("to")], LIMIT, b"Quito"));
}

#[test]
#[ignore = "exercise"]
fn every_way_to_cut_the_octets() {
    check(|| {
        for split in every_split(b"HTTP/1.1 200 OK\r\n\r\nQuito\n") {
            let script: Vec<Step> = split.iter().map(came).collect();
            expect(&script, LIMIT, b"HTTP/1.1 200 OK\r\n\r\nQuito\n");
        }
    });
}

#[test]
#[ignore = "exercise"]
fn an_empty_reply() {
    check(|| expect(&[], LIMIT, b""));
}

#[test]
#[ignore = "exercise"]
fn an_empty_line_is_not_the_end() {
    check(|| {
        let script = [
            came("HTTP/1.1 200 OK\r\n\r\n"),
            came("Quito\r\n\r\n"),
            came("!"),
        ];
        expect(&script, LIMIT, b"HTTP/1.1 200 OK\r\n\r\nQuito\r\n\r\n!");
    });
}

#[test]
#[ignore = "exercise"]
fn a_letter_between_two_reads() {
    check(|| {
        let script = [came(b"Reykjav\xc3"), came(b"\xadk")];
        expect(&script, LIMIT, "Reykjavík".as_bytes());
    });
}

#[test]
#[ignore = "exercise"]
fn a_reply_need_not_be_text() {
    check(|| {
        expect(
            &[came(b"\x89PNG\r\n\x00"), came(b"\xff\x00")],
            LIMIT,
            b"\x89PNG\r\n\x00\xff\x00",
        )
    });
}

const LONG: usize = 200_000;

/// As many octets as that; no two next to each other are alike.
fn long() -> Vec<u8> {
    (b'a'..b'x').cycle().take(LONG).collect()
}

#[test]
#[ignore = "exercise"]
fn a_long_reply_that_is_all_there() {
    check(|| {
        let reply = long();
        expect(&[came(&reply)], 2 * LONG, &reply);
    });
}

#[test]
#[ignore = "exercise"]
fn a_long_reply_in_pieces() {
    check(|| {
        let reply = long();
        let script: Vec<Step> = reply.chunks(1460).map(came).collect();
        expect(&script, 2 * LONG, &reply);
    });
}

#[test]
#[ignore = "exercise"]
fn a_signal_comes_half_way() {
    check(|| {
        expect(
            &[
                INTERRUPTED,
                came("Qui"),
                INTERRUPTED,
                INTERRUPTED,
                came("to"),
                INTERRUPTED,
            ],
            LIMIT,
            b"Quito",
        );
    });
}

#[test]
#[ignore = "exercise"]
fn a_broken_connection_is_no_end() {
    check(|| {
        for kind in [
            ErrorKind::ConnectionReset,
            ErrorKind::UnexpectedEof,
            ErrorKind::Other,
        ] {
            let mut stream = Stream::new(&[came("Qui"), came("t"), Fails(kind)]);
            let got = read_reply(&mut stream, LIMIT);
            // How many octets had come is asked elsewhere.
            let right = matches!(&got, Err(Error::Failed { source, .. }) if source.kind() == kind);
            stream.told = true;
            assert!(
                right,
                "{}\nThe read failed, so what came is not the reply\n  expected  Failed with \
                 {kind:?}\n  got       {}",
                stream.history(),
                show_result(&got)
            );
        }
    });
}

#[test]
#[ignore = "exercise"]
fn a_server_that_takes_too_long() {
    check(|| {
        // What a socket with a read time-out says when its time is up: the first on
        // Unix, the second on Windows.
        for kind in [ErrorKind::WouldBlock, ErrorKind::TimedOut] {
            let mut stream = Stream::new(&[came("Qui"), Fails(kind), came("to")]);
            let got = read_reply(&mut stream, LIMIT);
            let right = matches!(&got, Err(Error::Failed { source, .. }) if source.kind() == kind);
            stream.told = true;
            assert!(
                right,
                "{}\n{kind:?} is how a socket with a time-out says that its time is up\n  \
                 expected  Failed with {kind:?}\n  got       {}",
                stream.history(),
                show_result(&got)
            );
        }
    });
}

/// A failure after this script, in which `octets` come, is to say so. Whether it is
/// that error is asked by others.
#[track_caller]
fn expect_came(script: &[Step], octets: usize) {
    let mut stream = Stream::new(script);
    if let Err(Error::Failed { came, .. }) = read_reply(&mut stream, LIMIT) {
        stream.told = true;
        assert!(
            came == octets,
            "{}\n  expected  Failed, {octets} octets had come\n  got       Failed, {came} octets had \
             come",
            stream.history()
        );
    }
}

#[test]
#[ignore = "exercise"]
fn the_failure_says_how_much_had_come() {
    check(|| {
        expect_came(&[Fails(ErrorKind::ConnectionReset)], 0);
        expect_came(&[came("Quit"), Fails(ErrorKind::ConnectionReset)], 4);
    });
}

#[test]
#[ignore = "exercise"]
fn it_says_what_all_reads_brought() {
    check(|| {
        let reset = || Fails(ErrorKind::ConnectionReset);
        expect_came(&[came("Qu"), came("it"), reset()], 4);
        expect_came(
            &[came("Q"), INTERRUPTED, came("uito"), INTERRUPTED, reset()],
            5,
        );
    });
}

#[test]
#[ignore = "exercise"]
fn a_reply_of_just_the_limit_passes() {
    check(|| {
        expect(&[came("Nairobi!")], 8, b"Nairobi!");
        expect(&[came("Nairo"), came("bi!")], 8, b"Nairobi!");
        expect(&[], 0, b"");
    });
}

#[test]
#[ignore = "exercise"]
fn one_octet_too_many_is_refused() {
    check(|| {
        for script in [
            &[came("Nairobi!!")][..],
            &[came("Nairobi!"), came("!")],
            &[came("Nairo"), came("bi, Kenya")],
        ] {
            expect_error(script, 8, "TooLong, with a limit of 8");
        }
        expect_error(&[came("x")], 0, "TooLong, with a limit of 0");
    });
}

#[test]
#[ignore = "exercise"]
fn a_flood_is_refused() {
    check(|| {
        let mut stream = Stream::flood();
        let got = read_reply(&mut stream, LIMIT);
        stream.told = true;
        assert!(
            matches!(got, Err(Error::TooLong { .. })),
            "{}\nA peer sends without end, and a reply may have {LIMIT} octets\n  expected  \
             TooLong\n  got       {}",
            stream.history(),
            show_result(&got)
        );
    });
}

#[test]
#[ignore = "exercise"]
fn nothing_is_read_when_it_is_too_long() {
    check(|| {
        // If the peer sends no more and leaves the connection open, a read would wait.
        let script = [came("Nairobi"), came("!!"), Fails(ErrorKind::WouldBlock)];
        let mut stream = Stream::new(&script);
        let got = read_reply(&mut stream, 8);
        stream.told = true;
        assert!(
            !stream.over,
            "{}\nAfter \"!!\" it is known that the reply has more than 8 octets. Whatever is read \
             after that changes nothing, and it may take for ever\n  expected  no other read\n  \
             got       one more, and then {}",
            stream.history(),
            show_result(&got)
        );
    });
}

#[test]
#[ignore = "exercise"]
fn what_is_too_long_is_not_kept() {
    check(|| {
        const PIECES: usize = 512;
        let piece = [b'x'; LIMIT];
        let mut stream = Stream::new(&vec![came(piece); PIECES]);
        let (_, usage) = heap::measure(|| read_reply(&mut stream, LIMIT));
        stream.told = true;
        assert!(
            usage.peak <= PIECES * LIMIT / 4,
            "{} octets came, where a reply may have {LIMIT}, and {} octets of memory were held \
             at one time. A peer can send more than you have memory for",
            PIECES * LIMIT,
            usage.peak
        );
    });
}

#[test]
#[ignore = "exercise"]
fn a_large_limit_takes_no_memory() {
    check(|| {
        const LARGE: usize = 256 * 1024 * 1024;
        let mut stream = Stream::new(&[came("Quito")]);
        let (_, usage) = heap::measure(|| read_reply(&mut stream, LARGE));
        stream.told = true;
        assert!(
            usage.largest <= 1024 * 1024,
            "a reply of 5 octets came, of which {LARGE} may come, and {} octets of memory were \
             asked for at once. Take memory as the octets come",
            usage.largest
        );
    });
}

#[test]
#[ignore = "exercise"]
fn any_number_is_a_limit() {
    check(|| {
        for limit in [usize::MAX, usize::MAX - 1] {
            expect(&[came("Qui"), came("to")], limit, b"Quito");
        }
    });
}
