use super::*;

use std::collections::VecDeque;
use std::io::{self, ErrorKind, Read, Write};
use std::net::Shutdown;
use std::sync::{Arc, Condvar, LazyLock, Mutex, MutexGuard, PoisonError};

use testkit::check;

const KIB: usize = 1024;
const MIB: usize = 1024 * KIB;

/// What the peer does.
#[derive(Clone, Copy, PartialEq)]
enum Peer {
    /// It reads a little, sends that back, and reads on.
    Echo,
    /// It reads all, and sends so many octets of it back when you have ended.
    EchoAtTheEnd(usize),
    /// It echoes so many octets, and is gone.
    Closes(usize),
}

/// A connection in memory, between the code under test and a peer that needs no
/// thread: it moves whenever it can. Both directions hold `room` octets.
struct Wire {
    state: Mutex<State>,
    changed: Condvar,
}

struct State {
    peer: Peer,
    room: usize,
    /// The most octets that one call takes or gives.
    most: usize,
    /// On the way to the peer.
    there: VecDeque<u8>,
    /// On the way back.
    back: VecDeque<u8>,
    /// What the peer has read and keeps; only [`Peer::EchoAtTheEnd`] does.
    kept: VecDeque<u8>,
    /// You have ended sending, or receiving.
    ended: (bool, bool),
    /// The peer has ended: nothing more comes.
    peer_ended: bool,
    /// The peer has gone: it takes nothing more.
    gone: bool,
    sent: usize,
    came: usize,
    echoed: usize,
    /// How many handles there are, and how many of them wait in a call.
    handles: usize,
    writing: usize,
    reading: usize,
    /// Each change counts, so that quiet can be told from slow.
    changes: u64,
    output_failed: bool,
    /// How it got stuck.
    stuck: Option<String>,
    /// What else is wrong: the first of it.
    wrong: Option<String>,
}

impl State {
    fn can_write(&self) -> bool {
        self.there.len() < self.room || self.ended.0 || self.gone
    }

    fn can_read(&self) -> bool {
        !self.back.is_empty() || self.peer_ended || self.ended.1
    }

    /// Lets the peer do what it can.
    fn move_on(&mut self) {
        self.changes += 1;
        loop {
            let mut room = self.room - self.back.len();
            match self.peer {
                Peer::Echo => {}
                Peer::EchoAtTheEnd(most) => {
                    // It has memory, unlike you.
                    let lost = self.there.len() + self.kept.len();
                    if self.ended == (true, true) && lost > 0 {
                        self.wrong.get_or_insert(format!(
                            "you have shut down both directions when the peer had {lost} octets \
                             to send: your system throws them away, and answers with a reset"
                        ));
                        self.there.clear();
                        self.kept.clear();
                    }
                    let all = self.there.len();
                    pour(&mut self.there, &mut self.kept, all);
                    self.kept.truncate(most);
                    if self.ended.0 {
                        pour(&mut self.kept, &mut self.back, room);
                    }
                    self.peer_ended |= self.ended.0 && self.kept.is_empty();
                    return;
                }
                Peer::Closes(after) => {
                    room = room.min(after - self.echoed);
                    if self.echoed == after && !self.gone {
                        (self.gone, self.peer_ended) = (true, true);
                        self.there.clear();
                    }
                }
            }
            let moved = pour(&mut self.there, &mut self.back, room);
            self.echoed += moved;
            if moved == 0 {
                break;
            }
        }
        self.peer_ended |= self.ended.0 && self.there.is_empty();
    }

    /// Whether nothing can happen any more: every handle waits in a call, and none
    /// of the calls can go on.
    fn look_whether_stuck(&mut self) {
        let all_wait = self.handles > 0 && self.writing + self.reading == self.handles;
        let one_can =
            (self.writing > 0 && self.can_write()) || (self.reading > 0 && self.can_read());
        if all_wait && !one_can {
            self.is_stuck();
        }
    }

    fn is_stuck(&mut self) {
        if self.stuck.is_none() {
            self.stuck = Some(self.who_waits_for_what());
        }
    }

    fn who_waits_for_what(&self) -> String {
        let you = match (self.writing > 0, self.reading > 0) {
            (true, false) => "you wait in write, and read nothing",
            (false, true) => "you wait in read, and write nothing",
            _ => "you wait in write and in read",
        };
        if self.output_failed {
            // How much was under way depends on the size of a buffer.
            return format!(
                "stuck after the output has failed: {you}\nThe peer waits in write until somebody \
                 reads, and nobody does any more"
            );
        }
        let full = |octets: usize| match octets == self.room {
            true => ", full",
            false => "",
        };
        let (there, back) = (self.there.len(), self.back.len());
        let mut text = format!(
            "stuck after {} octets sent and {} received: {you}\n  \
             you ──▶ {there} octets{} ──▶ peer{}\n  \
             you ◀── {back} octets{} ◀── peer\n",
            self.sent,
            self.came,
            full(there),
            match self.ended.0 {
                true => ", and the end",
                false => "",
            },
            full(back),
        );
        text.push_str(if back > 0 {
            "The peer waits in write until you read. It reads on after that"
        } else if self.ended.0 {
            "The peer waits for nothing"
        } else {
            "The peer waits in read, for more or for the end, and nobody has ended your \
             direction"
        });
        text
    }
}

/// Moves at most `most` octets from one to the other, and says how many.
fn pour(from: &mut VecDeque<u8>, to: &mut VecDeque<u8>, most: usize) -> usize {
    let mut left = most;
    while left > 0 && !from.is_empty() {
        let (piece, _) = from.as_slices();
        let length = piece.len().min(left);
        to.extend(&piece[..length]);
        from.drain(..length);
        left -= length;
    }
    most - left
}

impl Wire {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for something to change.
    fn wait<'a>(&'a self, mut state: MutexGuard<'a, State>) -> MutexGuard<'a, State> {
        // A handle that waits in no call may be about to, for all that is known
        // here. If nothing at all happens for so long, it is not.
        let quiet = testkit::limit() / 2;

        state.look_whether_stuck();
        if state.stuck.is_some() {
            self.changed.notify_all();
            return state;
        }
        let before = state.changes;
        let (mut state, timeout) = self
            .changed
            .wait_timeout(state, quiet)
            .unwrap_or_else(PoisonError::into_inner);
        if timeout.timed_out() && state.changes == before {
            state.is_stuck();
            self.changed.notify_all();
        }
        state
    }
}

/// One handle of the connection, on your side.
struct Handle {
    wire: Arc<Wire>,
    calls: usize,
    /// Whether a signal comes at every third call.
    signals: bool,
}

impl Handle {
    fn signal(&mut self) -> io::Result<()> {
        self.calls += 1;
        match self.signals && self.calls.is_multiple_of(3) {
            true => Err(ErrorKind::Interrupted.into()),
            false => Ok(()),
        }
    }
}

fn stuck_error() -> io::Error {
    io::Error::new(ErrorKind::Deadlock, "stuck for ever")
}

impl Write for Handle {
    fn write(&mut self, octets: &[u8]) -> io::Result<usize> {
        self.signal()?;
        let mut state = self.wire.lock();
        loop {
            if state.stuck.is_some() {
                return Err(stuck_error());
            }
            if state.ended.0 || state.gone {
                return Err(ErrorKind::BrokenPipe.into());
            }
            if octets.is_empty() || state.can_write() {
                break;
            }
            state.writing += 1;
            state = self.wire.wait(state);
            state.writing -= 1;
        }
        let room = state.room - state.there.len();
        let taken = octets.len().min(room).min(state.most);
        state.there.extend(&octets[..taken]);
        state.sent += taken;
        state.move_on();
        self.wire.changed.notify_all();
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Read for Handle {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.signal()?;
        let mut state = self.wire.lock();
        loop {
            if state.stuck.is_some() {
                return Err(stuck_error());
            }
            if buffer.is_empty() || state.can_read() {
                break;
            }
            state.reading += 1;
            state = self.wire.wait(state);
            state.reading -= 1;
        }
        let room = buffer.len().min(state.most);
        let read = state.back.read(&mut buffer[..room])?;
        state.came += read;
        state.move_on();
        self.wire.changed.notify_all();
        Ok(read)
    }
}

impl Connection for Handle {
    fn try_clone(&self) -> io::Result<Self> {
        self.wire.lock().handles += 1;
        Ok(Self {
            wire: Arc::clone(&self.wire),
            calls: 0,
            signals: self.signals,
        })
    }

    fn shutdown(&self, how: Shutdown) -> io::Result<()> {
        let mut state = self.wire.lock();
        if state.gone {
            return Err(ErrorKind::NotConnected.into());
        }
        state.ended.0 |= how != Shutdown::Read;
        state.ended.1 |= how != Shutdown::Write;
        state.move_on();
        self.wire.changed.notify_all();
        Ok(())
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        let mut state = self.wire.lock();
        state.handles -= 1;
        state.changes += 1;
        state.look_whether_stuck();
        self.wire.changed.notify_all();
    }
}

/// The octets that are sent: number `at` is `OCTETS[at % PERIOD]`, and a period
/// that is prime puts any octet that is lost or doubled out of step.
static OCTETS: LazyLock<Vec<u8>> = LazyLock::new(|| {
    (0..PERIOD + 64 * KIB)
        .map(|at| (at % PERIOD) as u8)
        .collect()
});
const PERIOD: usize = 251;

fn octets(at: usize, length: usize) -> &'static [u8] {
    let from = at % PERIOD;
    &OCTETS[from..OCTETS.len().min(from + length)]
}

/// `length` octets, and then the end or a failure.
struct Input {
    wire: Arc<Wire>,
    at: usize,
    length: usize,
    fails: bool,
    most_held: usize,
}

impl Read for Input {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.at == self.length && self.fails {
            return Err(io::Error::new(ErrorKind::InvalidData, "input"));
        }
        let piece = octets(self.at, buffer.len().min(self.length - self.at));
        buffer[..piece.len()].copy_from_slice(piece);
        self.at += piece.len();
        let mut state = self.wire.lock();
        let held = self.at.saturating_sub(state.sent);
        if held > self.most_held && state.wrong.is_none() {
            state.wrong = Some(format!(
                "you have taken {} octets from the input and sent {} of them: {held} are in \
                 your memory, where 1 MiB is allowed, and the input may be longer than memory",
                self.at, state.sent
            ));
        }
        Ok(piece.len())
    }
}

/// Takes what came and compares it, and fails after so many octets.
struct Output {
    wire: Arc<Wire>,
    at: usize,
    fails_after: usize,
    /// The most octets that one call takes.
    most: usize,
    most_held: usize,
}

impl Write for Output {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        if self.at >= self.fails_after {
            self.wire.lock().output_failed = true;
            return Err(io::Error::new(ErrorKind::StorageFull, "output"));
        }
        let expected = octets(self.at, buffer.len().min(self.most));
        let got = &buffer[..expected.len()];
        let mut state = self.wire.lock();
        if got != expected && state.wrong.is_none() {
            let same = got.iter().zip(expected).take_while(|(a, b)| a == b);
            state.wrong = Some(format!(
                "octet {} that came to the output is not octet {0} of the input: octets were \
                 lost, doubled, or put out of order before it",
                self.at + same.count()
            ));
        }
        let held = state.came.saturating_sub(self.at);
        if held > self.most_held && state.wrong.is_none() {
            state.wrong = Some(format!(
                "{} octets have come, and you have written {} of them: {held} are in your \
                 memory, where 1 MiB is allowed, and the answer may be longer than memory",
                state.came, self.at
            ));
        }
        self.at += got.len();
        Ok(got.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// What a check is about.
#[derive(Clone, Copy)]
struct Case {
    length: usize,
    room: usize,
    most: usize,
    peer: Peer,
    signals: bool,
    input_fails: bool,
    output_fails_after: usize,
    /// The octets of the input, and of the answer, that you may hold.
    most_held: (usize, usize),
}

const CASE: Case = Case {
    length: 0,
    room: 16 * KIB,
    most: usize::MAX,
    peer: Peer::Echo,
    signals: false,
    input_fails: false,
    output_fails_after: usize::MAX,
    most_held: (usize::MAX, usize::MAX),
};

/// Plays it. A connection that got stuck fails, and so do wrong octets.
#[track_caller]
fn play(case: Case) -> Result<u64, ErrorKind> {
    let wire = Arc::new(Wire {
        state: Mutex::new(State {
            peer: case.peer,
            room: case.room,
            most: case.most,
            there: VecDeque::new(),
            back: VecDeque::new(),
            kept: VecDeque::new(),
            ended: (false, false),
            peer_ended: false,
            gone: false,
            sent: 0,
            came: 0,
            echoed: 0,
            handles: 1,
            writing: 0,
            reading: 0,
            changes: 0,
            output_failed: false,
            stuck: None,
            wrong: None,
        }),
        changed: Condvar::new(),
    });
    let handle = Handle {
        wire: Arc::clone(&wire),
        calls: 0,
        signals: case.signals,
    };
    let input = Input {
        wire: Arc::clone(&wire),
        at: 0,
        length: case.length,
        fails: case.input_fails,
        most_held: case.most_held.0,
    };
    let output = Output {
        wire: Arc::clone(&wire),
        at: 0,
        fails_after: case.output_fails_after,
        // Fewer than a read gives.
        most: case.most / 2,
        most_held: case.most_held.1,
    };
    let got = exchange(handle, input, output).map_err(|error| error.kind());
    let state = wire.lock();
    if let Some(stuck) = &state.stuck {
        panic!("{stuck}");
    }
    if let Some(wrong) = &state.wrong {
        panic!("{wrong}");
    }
    got
}

/// All is well: every octet comes back.
#[track_caller]
fn expect_all(case: Case) {
    let got = play(case);
    assert!(
        got == Ok(case.length as u64),
        "{} octets were to be sent and to come back: expected Ok({0}), got {got:?}",
        case.length
    );
}

#[test]
#[ignore = "exercise"]
fn a_few_octets() {
    check(|| expect_all(Case { length: 5, ..CASE }));
}

#[test]
#[ignore = "exercise"]
fn nothing_to_send() {
    check(|| expect_all(CASE));
}

#[test]
#[ignore = "exercise"]
fn more_than_fits_into_the_buffers() {
    check(|| {
        expect_all(Case {
            length: 100 * KIB,
            room: KIB,
            ..CASE
        });
    });
}

#[test]
#[ignore = "exercise"]
fn a_peer_that_answers_at_the_end() {
    check(|| {
        expect_all(Case {
            length: 100 * KIB,
            peer: Peer::EchoAtTheEnd(usize::MAX),
            ..CASE
        });
    });
}

#[test]
#[ignore = "exercise"]
fn it_returns_how_many_came() {
    check(|| {
        let got = play(Case {
            length: 100 * KIB,
            peer: Peer::EchoAtTheEnd(1000),
            ..CASE
        });
        assert!(
            got == Ok(1000),
            "100 KiB were sent, and the peer sent 1000 octets back: expected Ok(1000), got {got:?}"
        );
    });
}

#[test]
#[ignore = "exercise"]
fn short_writes_and_signals() {
    check(|| {
        expect_all(Case {
            length: 100 * KIB,
            most: 1000,
            signals: true,
            ..CASE
        });
    });
}

#[test]
#[ignore = "exercise"]
fn little_of_the_input_is_held() {
    check(|| {
        expect_all(Case {
            length: 4 * MIB,
            room: 8 * MIB,
            most_held: (MIB, usize::MAX),
            ..CASE
        });
    });
}

#[test]
#[ignore = "exercise"]
fn little_of_the_answer_is_held() {
    check(|| {
        expect_all(Case {
            length: 4 * MIB,
            room: 8 * MIB,
            most_held: (usize::MAX, MIB),
            ..CASE
        });
    });
}

#[test]
#[ignore = "exercise"]
fn an_input_that_fails_is_an_end_too() {
    check(|| {
        let got = play(Case {
            length: 100,
            input_fails: true,
            ..CASE
        });
        assert!(
            got == Err(ErrorKind::InvalidData),
            "reading the input failed with InvalidData after 100 octets: expected that error, \
             got {got:?}"
        );
    });
}

#[test]
#[ignore = "exercise"]
fn an_output_that_fails_strands_nobody() {
    check(|| {
        let got = play(Case {
            length: MIB,
            output_fails_after: 100,
            ..CASE
        });
        assert!(
            got.is_err(),
            "writing to the output failed with StorageFull: expected an error, got {got:?}"
        );
    });
}

#[test]
#[ignore = "exercise"]
fn the_error_of_the_output_is_returned() {
    check(|| {
        let got = play(Case {
            length: MIB,
            output_fails_after: 100,
            ..CASE
        });
        assert!(
            got == Err(ErrorKind::StorageFull),
            "writing to the output failed with StorageFull, and whatever failed after that did \
             so because of it: expected that error, got {got:?}"
        );
    });
}

#[test]
#[ignore = "exercise"]
fn a_peer_that_is_gone_is_an_error() {
    check(|| {
        let got = play(Case {
            length: MIB,
            peer: Peer::Closes(1000),
            ..CASE
        });
        assert!(
            got.is_err(),
            "the peer was gone after 1000 octets of 1 MiB, and the write that came later \
             failed with BrokenPipe: expected an error, got {got:?}"
        );
    });
}

#[test]
#[ignore = "exercise"]
fn sixty_four_mebioctets() {
    check(|| {
        expect_all(Case {
            length: 64 * MIB,
            ..CASE
        });
    });
}
