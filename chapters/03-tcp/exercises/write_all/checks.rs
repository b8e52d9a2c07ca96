use super::*;

use std::collections::VecDeque;
use std::fmt::Write as _;
use std::io::{self, ErrorKind, Write};

use testkit::{check, compare_octets};

/// What one call of `write` comes to.
#[derive(Clone, Copy)]
enum Step {
    /// It takes so many octets, or all if there are fewer.
    Takes(usize),
    /// It fails.
    Fails(ErrorKind),
}
use Step::{Fails, Takes};

const ALL: Step = Takes(usize::MAX);
const INTERRUPTED: Step = Fails(ErrorKind::Interrupted);

/// A sink that does what its script says, step by step, and writes down what it
/// was asked.
struct Sink {
    script: VecDeque<Step>,
    /// What every call after the script comes to.
    then: Step,
    taken: Vec<u8>,
    calls: Vec<String>,
    /// How many calls in a row have come to nothing.
    idle: usize,
}

impl Sink {
    fn new(script: &[Step], then: Step) -> Self {
        Self {
            script: script.iter().copied().collect(),
            then,
            taken: Vec::new(),
            calls: Vec::new(),
            idle: 0,
        }
    }

    /// The calls as numbered steps; of very many the first and the last.
    fn history(&self) -> String {
        const SHOWN: usize = 8;
        let mut text = "the calls of write were".to_owned();
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
}

impl Write for Sink {
    fn write(&mut self, octets: &[u8]) -> io::Result<usize> {
        let step = self.script.pop_front().unwrap_or(self.then);
        let result = match step {
            Takes(most) => Ok(octets.len().min(most)),
            Fails(kind) => Err(kind),
        };
        let offered = octets.escape_ascii();
        self.calls.push(match result {
            Ok(taken) => format!("write \"{offered}\": takes {taken}"),
            Err(kind) => format!("write \"{offered}\": {kind:?}"),
        });
        let taken = result.unwrap_or(0);
        self.idle = if taken == 0 { self.idle + 1 } else { 0 };
        assert!(
            self.idle < 100,
            "the last {} calls have come to nothing, and it still goes round\n{}",
            self.idle,
            self.history()
        );
        self.taken.extend_from_slice(&octets[..taken]);
        assert!(
            self.calls.len() < 100 || self.idle > 0,
            "there were 100 calls, more than there are octets: it goes round, and writes octets again \
             that were taken\n{}",
            self.history()
        );
        result.map_err(io::Error::from)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.calls.push("flush".to_owned());
        let history = self.history();
        self.idle = usize::MAX; // told
        panic!(
            "flush was called, and nothing but write is needed here: what is in a BufWriter is \
             flushed when its owner says so, after one message or ten\n{history}"
        );
    }
}

/// A sink that takes all, and remembers how many octets the first call had.
struct First(Option<usize>);

impl Write for First {
    fn write(&mut self, octets: &[u8]) -> io::Result<usize> {
        self.0.get_or_insert(octets.len());
        Ok(octets.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// More octets than a buffer of anybody's.
const MANY: usize = 1_000_000;

/// Tells the calls so far when the code under test panics.
impl Drop for Sink {
    fn drop(&mut self) {
        if std::thread::panicking() && self.idle < 100 {
            eprintln!("({})", self.history());
        }
    }
}

/// Writes `octets` into a sink with this script: `result` should come of it, and
/// `taken` should be in the sink.
#[track_caller]
fn expect(octets: &[u8], script: &[Step], then: Step, result: Result<(), ErrorKind>, taken: &[u8]) {
    let mut sink = Sink::new(script, then);
    let got = write_all(&mut sink, octets).map_err(|error| error.kind());
    let (history, in_sink) = (sink.history(), std::mem::take(&mut sink.taken));
    drop(sink);
    assert!(
        got == result,
        "expected {result:?}, got {got:?}; {} of {} octets are in the sink\n{history}",
        in_sink.len(),
        octets.len()
    );
    if let Some(report) = compare_octets(&in_sink, taken, &[("sink", usize::MAX)]) {
        panic!("it returned {got:?}, but {report}\n{history}");
    }
}

#[test]
#[ignore = "exercise"]
fn one_call_takes_all() {
    check(|| expect(b"hello!", &[], ALL, Ok(()), b"hello!"));
}

#[test]
#[ignore = "exercise"]
fn a_short_write_and_the_rest() {
    check(|| expect(b"hello!", &[Takes(4)], ALL, Ok(()), b"hello!"));
}

#[test]
#[ignore = "exercise"]
fn a_few_at_a_time() {
    check(|| {
        for most in 1..=12 {
            let script = [Takes(most), Takes(1), Takes(2)];
            expect(
                b"hello, wire!",
                &script,
                Takes(most),
                Ok(()),
                b"hello, wire!",
            );
        }
    });
}

#[test]
#[ignore = "exercise"]
fn each_call_offers_all_that_is_left() {
    check(|| {
        let octets = b"hello, wire!";
        let mut sink = Sink::new(&[Takes(7)], ALL);
        let _ = write_all(&mut sink, octets);
        let history = sink.history();
        let all = sink
            .calls
            .first()
            .is_some_and(|call| call.contains("hello, wire!"));
        drop(sink);
        assert!(
            all,
            "the first call should be write \"hello, wire!\": offer all octets that are left. Each \
             is a call into the kernel, and in a small one the kernel may see a packet worth \
             sending\n{history}"
        );
        // How many it offers instead is nobody's fault.
        let mut first = First(None);
        let _ = write_all(&mut first, &[b'x'; MANY]);
        assert!(
            first.0 == Some(MANY),
            "the first call should be for all of {MANY} octets, and was for fewer: offer all octets that \
             are left. Each call goes into the kernel, which takes what it has room for"
        );
    });
}

#[test]
#[ignore = "exercise"]
fn nothing_to_write_is_no_call() {
    check(|| {
        let mut sink = Sink::new(&[], ALL);
        let got = write_all(&mut sink, b"").map_err(|error| error.kind());
        let (history, no_call) = (sink.history(), sink.calls.is_empty());
        drop(sink);
        assert!(
            got == Ok(()),
            "there is nothing to write, so all is done: expected Ok(()), got {got:?}\n{history}"
        );
        assert!(
            no_call,
            "there is nothing to write, and yet there was a call of write\n{history}"
        );
    });
}

#[test]
#[ignore = "exercise"]
fn a_signal_comes_first() {
    check(|| {
        expect(
            b"hello!",
            &[INTERRUPTED, INTERRUPTED],
            ALL,
            Ok(()),
            b"hello!",
        )
    });
}

#[test]
#[ignore = "exercise"]
fn a_signal_comes_half_way() {
    check(|| {
        expect(
            b"hello!",
            &[Takes(2), INTERRUPTED, Takes(1), INTERRUPTED],
            ALL,
            Ok(()),
            b"hello!",
        );
    });
}

#[test]
#[ignore = "exercise"]
fn a_sink_that_takes_nothing() {
    check(|| expect(b"hello!", &[], Takes(0), Err(ErrorKind::WriteZero), b""));
}

#[test]
#[ignore = "exercise"]
fn a_full_sink_is_asked_once() {
    check(|| {
        let mut sink = Sink::new(&[Takes(3)], Takes(0));
        let _ = write_all(&mut sink, b"hello!");
        let (history, idle) = (sink.history(), sink.idle);
        drop(sink);
        assert!(
            idle <= 1,
            "a sink that takes nothing was asked {} times: it will take nothing the next time\n\
             {history}",
            idle
        );
    });
}

#[test]
#[ignore = "exercise"]
fn a_sink_that_is_full_half_way() {
    check(|| {
        expect(
            b"hello!",
            &[Takes(3), Takes(1)],
            Takes(0),
            Err(ErrorKind::WriteZero),
            b"hell",
        );
    });
}

#[test]
#[ignore = "exercise"]
fn a_peer_that_is_gone() {
    check(|| {
        let gone = ErrorKind::BrokenPipe;
        expect(b"hello!", &[Takes(2)], Fails(gone), Err(gone), b"he");
    });
}

#[test]
#[ignore = "exercise"]
fn a_socket_that_does_not_wait() {
    check(|| {
        let full = ErrorKind::WouldBlock;
        expect(b"hello!", &[Takes(4)], Fails(full), Err(full), b"hell");
    });
}
