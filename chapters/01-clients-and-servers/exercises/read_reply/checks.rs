use super::*;

use std::collections::VecDeque;
use std::io::{self, ErrorKind, Read};

use testkit::{check, every_split, heap};

/// Enough for every reply below that is not meant to be too long, and for buffers that
/// are appended as a whole.
const LIMIT: usize = 1024 * 1024;

/// The limit of what is too long by far.
const LITTLE: usize = 4096;

/// What comes of one read, or of several if the buffer has less room.
#[derive(Clone)]
enum Step {
    /// These octets have come.
    Came(Vec<u8>),
    /// It fails.
    Fails(ErrorKind),
}
use Step::Fails;

/// What each failure says.
const WORDS: &str = "the cable is out";

const INTERRUPTED: Step = Fails(ErrorKind::Interrupted);

fn came(octets: impl AsRef<[u8]>) -> Step {
    Step::Came(octets.as_ref().to_vec())
}

/// A stream in which comes what its script says, and then the end.
///
/// What is told of it depends on the script alone: how many octets each read has
/// room for is nobody's fault.
struct Stream {
    script: VecDeque<Step>,
    /// The script in words.
    words: String,
    /// What has come and was not read.
    come: VecDeque<u8>,
    /// Whether octets come without end after the script.
    floods: bool,
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
            words: in_words(script),
            come: VecDeque::new(),
            floods: false,
            in_vain: 0,
            octets_read: 0,
            over: false,
            told: false,
        }
    }

    fn flood() -> Self {
        let mut stream = Self::new(&[]);
        stream.words = "octets without end".to_owned();
        stream.floods = true;
        stream
    }

    #[track_caller]
    fn fail(&mut self, why: &str) -> ! {
        self.told = true;
        panic!("{why}\n  the stream  {}", self.words);
    }

    /// Counts a read that brought no octet.
    fn nothing(&mut self, why: &str) {
        self.in_vain += 1;
        if self.in_vain == 1000 {
            self.fail(&format!(
                "It goes round: each of 1000 reads in a row brought nothing, the last because {why}"
            ));
        }
    }
}

/// What the reads bring.
fn in_words(script: &[Step]) -> String {
    let mut words: Vec<String> = script
        .iter()
        .take(8)
        .map(|step| match step {
            Step::Came(octets) => show(octets),
            Fails(kind) => format!("{kind:?}"),
        })
        .collect();
    if script.len() > words.len() {
        words.push("more such".to_owned());
    }
    words.push("the end".to_owned());
    words.join(", then ")
}

impl Read for Stream {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() {
            self.nothing("there was no room in its buffer");
            return Ok(0);
        }
        if self.come.is_empty() {
            match self.script.pop_front() {
                Some(Step::Came(octets)) => self.come.extend(octets),
                Some(Fails(kind)) => {
                    self.over |= kind != ErrorKind::Interrupted;
                    return Err(io::Error::new(kind, WORDS));
                }
                None if self.floods => self.come.extend([b'x'; 1000]),
                None => {
                    if std::mem::replace(&mut self.over, true) {
                        self.fail(
                            "It reads once more, after the end or a failure: the stream is over, \
                             and nothing more comes",
                        );
                    }
                    return Ok(0);
                }
            }
        }
        let read = self.come.read(buffer)?;
        self.octets_read += read;
        self.in_vain = 0;
        const MUCH: usize = 256 * LITTLE;
        if self.floods && self.octets_read > MUCH {
            self.fail(&format!(
                "It still reads after {MUCH} octets of a reply that may have {LITTLE}, from a peer \
                 that sends without end"
            ));
        }
        Ok(read)
    }
}

/// Tells what the stream brings when the code under test panics.
impl Drop for Stream {
    fn drop(&mut self) {
        if std::thread::panicking() && !self.told {
            eprintln!("  the stream  {}", self.words);
        }
    }
}

/// Octets as text, with everything that can't be printed escaped; of very many that
/// they are many.
fn show(octets: &[u8]) -> String {
    match octets.len() {
        0..=60 => format!("\"{}\"", octets.escape_ascii()),
        many => format!("({many} octets)"),
    }
}

/// What came of a call, as text that can be compared and read. Of a reply that is not
/// `expected` it says in what; how much too long or too short a long one is depends on
/// the size of a buffer.
fn show_result(result: &Result<Vec<u8>, Error>, expected: &[u8]) -> String {
    match result {
        Ok(reply) if reply == expected => format!("Ok, {}", show(reply)),
        Ok(reply) if reply.len() <= 60 => format!("Ok, {}", show(reply)),
        Ok(reply) if reply.starts_with(expected) => {
            format!("Ok, {} and more octets behind it", show(expected))
        }
        Ok(reply) if expected.starts_with(reply) => "Ok, only the front of it".to_owned(),
        Ok(reply) if expected.ends_with(reply) => "Ok, only the end of it".to_owned(),
        Ok(reply) if reply.len() == expected.len() => "Ok, as many other octets".to_owned(),
        Ok(_) => "Ok, other octets".to_owned(),
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
    if !got.as_ref().is_ok_and(|got| got == expected) {
        stream.fail(&format!(
            "expected Ok, {}, got {}\n  the limit   {limit} octets",
            show(expected),
            show_result(&got, expected),
        ));
    }
}

/// Reads the stream, which is to be too long.
#[track_caller]
fn expect_too_long(script: &[Step], limit: usize) {
    let mut stream = Stream::new(script);
    let got = read_reply(&mut stream, limit);
    if !matches!(got, Err(Error::TooLong { limit: said }) if said == limit) {
        stream.fail(&format!(
            "expected TooLong, with a limit of {limit}, got {}\n  the limit   {limit} octets",
            show_result(&got, b""),
        ));
    }
}

/// Reads the stream, in which a read fails with `kind`. How many octets had come is
/// asked elsewhere.
#[track_caller]
fn expect_failure(script: &[Step], limit: usize, kind: ErrorKind, why: &str) {
    let mut stream = Stream::new(script);
    let got = read_reply(&mut stream, limit);
    if !matches!(&got, Err(Error::Failed { source, .. }) if source.kind() == kind) {
        stream.fail(&format!(
            "expected Failed with {kind:?}, got {}\n  {why}",
            show_result(&got, b""),
        ));
    }
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
            expect_failure(
                &[came("Qui"), came("t"), Fails(kind)],
                LIMIT,
                kind,
                "A read failed, so what came is not the reply",
            );
        }
    });
}

#[test]
#[ignore = "exercise"]
fn the_failure_itself_is_inside() {
    check(|| {
        let reset = ErrorKind::ConnectionReset;
        let mut stream = Stream::new(&[came("Qui"), Fails(reset)]);
        // Whether it is that error is asked by others.
        if let Err(Error::Failed { source, .. }) = read_reply(&mut stream, LIMIT)
            && source.kind() == reset
            && source.to_string() != WORDS
        {
            stream.fail(&format!(
                "expected the failure of the read inside, which says \"{WORDS}\", got one that \
                 was made in its place and says something else"
            ));
        }
    });
}

#[test]
#[ignore = "exercise"]
fn a_server_that_takes_too_long() {
    check(|| {
        // The first on Unix, the second on Windows.
        for kind in [ErrorKind::WouldBlock, ErrorKind::TimedOut] {
            expect_failure(
                &[came("Qui"), Fails(kind), came("to")],
                LIMIT,
                kind,
                &format!("{kind:?} is how a socket with a time-out says that its time is up"),
            );
        }
    });
}

/// A failure after this script, in which `octets` come, is to say so. Whether it is
/// that error is asked by others.
#[track_caller]
fn expect_came(script: &[Step], octets: usize) {
    let mut stream = Stream::new(script);
    if let Err(Error::Failed { came, .. }) = read_reply(&mut stream, LIMIT)
        && came != octets
    {
        stream.fail(&format!(
            "expected Failed, {octets} octets had come, got Failed, {came} octets had come"
        ));
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
            expect_too_long(script, 8);
        }
        expect_too_long(&[came("x")], 0);
    });
}

#[test]
#[ignore = "exercise"]
fn a_failure_at_the_limit_is_a_failure() {
    check(|| {
        let reset = ErrorKind::ConnectionReset;
        expect_failure(
            &[came("Nairobi!"), Fails(reset)],
            8,
            reset,
            "Just the limit had come, and then a read failed: nobody knows how long it would be",
        );
    });
}

#[test]
#[ignore = "exercise"]
fn a_flood_is_refused() {
    check(|| {
        let mut stream = Stream::flood();
        let got = read_reply(&mut stream, LITTLE);
        if !matches!(got, Err(Error::TooLong { .. })) {
            // How many octets it stopped at is nobody's fault.
            let got = match got {
                Ok(_) => "Ok".to_owned(),
                Err(_) => show_result(&got, b""),
            };
            stream.fail(&format!(
                "expected TooLong, got {got}\n  the limit   {LITTLE} octets"
            ));
        }
    });
}

#[test]
#[ignore = "exercise"]
fn nothing_is_read_when_it_is_too_long() {
    check(|| {
        // If the peer sends no more and leaves the connection open, a read would wait.
        let script = [came("Nairobi"), came("!!"), Fails(ErrorKind::WouldBlock)];
        let mut stream = Stream::new(&script);
        let _ = read_reply(&mut stream, 8);
        if stream.over {
            stream.fail(
                "It reads on after \"Nairobi\" and \"!!\", which are more than 8 octets. No read \
                 can change that, and the next one may take for ever\n  the limit   8 octets",
            );
        }
    });
}

#[test]
#[ignore = "exercise"]
fn what_is_too_long_is_not_kept() {
    check(|| {
        const PIECES: usize = 512;
        let piece = [b'x'; LITTLE];
        let mut stream = Stream::new(&vec![came(piece); PIECES]);
        let (_, usage) = heap::measure(|| read_reply(&mut stream, LITTLE));
        if usage.peak > PIECES * LITTLE / 4 {
            stream.fail(&format!(
                "It held more than a quarter of the {} octets that came, of which a reply may \
                 have {LITTLE}. A peer can send more than you have memory for",
                PIECES * LITTLE,
            ));
        }
    });
}

#[test]
#[ignore = "exercise"]
fn a_large_limit_takes_no_memory() {
    check(|| {
        const LARGE: usize = 256 * 1024 * 1024;
        let mut stream = Stream::new(&[came("Quito")]);
        let (_, usage) = heap::measure(|| read_reply(&mut stream, LARGE));
        if usage.largest > 1024 * 1024 {
            stream.fail(&format!(
                "It asked for more than a megabyte at once, for a reply of 5 octets. The limit of \
                 {LARGE} is what may come: take memory as the octets come"
            ));
        }
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
