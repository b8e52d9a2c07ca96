use super::*;

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use rustix::io::Errno;
use testkit::{Steps, check};

const fn ms(milliseconds: u64) -> Duration {
    Duration::from_millis(milliseconds)
}

/// What came of one `accept`.
#[derive(Clone, Copy)]
enum Came {
    Client,
    Error(Errno),
}
use Came::{Client, Error};

/// The name of an error as manuals have it.
fn name(error: Errno) -> &'static str {
    let names = [
        (Errno::ACCESS, "EACCES"),
        (Errno::AGAIN, "EAGAIN"),
        (Errno::BADF, "EBADF"),
        (Errno::CONNABORTED, "ECONNABORTED"),
        (Errno::HOSTDOWN, "EHOSTDOWN"),
        (Errno::HOSTUNREACH, "EHOSTUNREACH"),
        (Errno::INTR, "EINTR"),
        (Errno::INVAL, "EINVAL"),
        (Errno::IO, "EIO"),
        (Errno::MFILE, "EMFILE"),
        (Errno::NETDOWN, "ENETDOWN"),
        (Errno::NETUNREACH, "ENETUNREACH"),
        (Errno::NFILE, "ENFILE"),
        (Errno::NOBUFS, "ENOBUFS"),
        (Errno::NOMEM, "ENOMEM"),
        (Errno::NOPROTOOPT, "ENOPROTOOPT"),
        (Errno::NOTSOCK, "ENOTSOCK"),
        (Errno::OPNOTSUPP, "EOPNOTSUPP"),
        (Errno::PERM, "EPERM"),
        (Errno::PROTO, "EPROTO"),
        (Errno::TIMEDOUT, "ETIMEDOUT"),
    ];
    let found = names.iter().find(|(known, _)| *known == error);
    found.map_or("an error", |(_, name)| name)
}

/// `Pause(10 ms)`, not `Pause(10ms)`, as in the task.
fn show(next: Next) -> String {
    match next {
        Next::Pause(pause) => format!("Pause({} ms)", pause.as_secs_f64() * 1000.0),
        next => format!("{next:?}"),
    }
}

/// Plays a history, and compares what is said after each error with what should be.
#[track_caller]
fn expect(history: &[(Came, Option<Next>)]) {
    let steps = Steps::new("what came of accept, and what was to be done");
    let mut errors = AcceptErrors::new();
    for (came, expected) in history {
        match (came, expected) {
            (Error(error), Some(expected)) => {
                let got = errors.failed(&(*error).into());
                steps.step(format!("{:15} {}", name(*error), show(got)));
                steps.expect(got == *expected, || {
                    format!("expected {}, got {}", show(*expected), show(got))
                });
            }
            (Error(error), None) => {
                let got = errors.failed(&(*error).into());
                steps.step(format!("{:15} {}", name(*error), show(got)));
            }
            (Client, _) => {
                errors.accepted();
                steps.step("a client");
            }
        }
    }
}

/// All of these, each the first error of a server.
#[track_caller]
fn expect_each(errors: &[Errno], expected: Next) {
    for error in errors {
        expect(&[(Error(*error), Some(expected))]);
    }
}

const OUT: Came = Error(Errno::MFILE);

fn pause(milliseconds: u64) -> Option<Next> {
    Some(Next::Pause(ms(milliseconds)))
}

#[test]
#[ignore = "exercise"]
fn a_client_that_left_before_its_turn() {
    check(|| expect_each(&[Errno::CONNABORTED], Next::Again));
}

#[test]
#[ignore = "exercise"]
fn a_signal_came() {
    check(|| expect_each(&[Errno::INTR], Next::Again));
}

#[test]
#[ignore = "exercise"]
fn what_a_network_said_about_one_client() {
    check(|| {
        let errors = [
            Errno::PERM,
            Errno::PROTO,
            Errno::NETDOWN,
            Errno::NETUNREACH,
            Errno::HOSTDOWN,
            Errno::HOSTUNREACH,
            Errno::NOPROTOOPT,
        ];
        expect_each(&errors, Next::Again);
    });
}

#[test]
#[ignore = "exercise"]
fn nobody_is_there() {
    check(|| expect_each(&[Errno::AGAIN], Next::Wait));
}

#[test]
#[ignore = "exercise"]
fn out_of_descriptors() {
    check(|| expect_each(&[Errno::MFILE], Next::Pause(ms(10))));
}

#[test]
#[ignore = "exercise"]
fn whatever_else_can_run_out() {
    check(|| {
        let errors = [Errno::NFILE, Errno::NOBUFS, Errno::NOMEM];
        expect_each(&errors, Next::Pause(ms(10)));
    });
}

#[test]
#[ignore = "exercise"]
fn a_broken_listener_is_the_end() {
    check(|| {
        let errors = [Errno::BADF, Errno::INVAL, Errno::NOTSOCK];
        expect_each(&errors, Next::Stop);
    });
}

const UNKNOWN: [Errno; 3] = [Errno::IO, Errno::OPNOTSUPP, Errno::TIMEDOUT];

#[test]
#[ignore = "exercise"]
fn what_nobody_has_thought_of_is_not_the_end() {
    check(|| {
        for error in UNKNOWN {
            let got = AcceptErrors::new().failed(&error.into());
            assert!(
                got != Next::Stop,
                "{} is in none of the lists, and nothing says that the listener is broken: \
                 expected Pause(10 ms), got Stop",
                name(error)
            );
        }
        let got = AcceptErrors::new().failed(&without_a_number());
        assert!(
            got != Next::Stop,
            "an io::Error without a number, as libraries make them, doesn't say that the listener \
             is broken: expected Pause(10 ms), got Stop"
        );
    });
}

fn without_a_number() -> io::Error {
    io::Error::other("made by a library, and without a number")
}

#[test]
#[ignore = "exercise"]
fn what_nobody_has_thought_of_is_a_pause() {
    check(|| {
        expect_each(&UNKNOWN, Next::Pause(ms(10)));
        let got = AcceptErrors::new().failed(&without_a_number());
        assert!(
            got == Next::Pause(ms(10)),
            "an io::Error without a number, as libraries make them: expected Pause(10 ms), got {}",
            show(got)
        );
    });
}

#[test]
#[ignore = "exercise"]
fn the_number_counts_and_not_the_kind() {
    check(|| {
        // It is of the same kind as EPERM, and in no list.
        expect_each(&[Errno::ACCESS], Next::Pause(ms(10)));
        for kind in [io::ErrorKind::Interrupted, io::ErrorKind::InvalidInput] {
            let got = AcceptErrors::new().failed(&kind.into());
            assert!(
                got == Next::Pause(ms(10)),
                "an io::Error of the kind {kind:?} and without a number, as libraries make them: \
                 expected Pause(10 ms), got {}",
                show(got)
            );
        }
    });
}

#[test]
#[ignore = "exercise"]
fn each_pause_is_twice_the_last() {
    check(|| {
        expect(&[
            (OUT, pause(10)),
            (OUT, pause(20)),
            (OUT, pause(40)),
            (OUT, pause(80)),
            (OUT, pause(160)),
            (OUT, pause(320)),
            (OUT, pause(640)),
        ]);
    });
}

#[test]
#[ignore = "exercise"]
fn no_pause_is_longer_than_a_second() {
    check(|| {
        let mut history = [(OUT, None); 10];
        for at in [7, 8, 9] {
            history[at].1 = pause(1000);
        }
        expect(&history);
    });
}

#[test]
#[ignore = "exercise"]
fn after_a_client_pauses_are_short_again() {
    check(|| {
        expect(&[
            (OUT, None),
            (OUT, None),
            (OUT, None),
            (Client, None),
            (OUT, pause(10)),
        ]);
    });
}

#[test]
#[ignore = "exercise"]
fn only_a_client_makes_them_short_again() {
    check(|| {
        expect(&[
            (OUT, pause(10)),
            (Error(Errno::CONNABORTED), Some(Next::Again)),
            (OUT, pause(20)),
        ]);
    });
}

#[test]
#[ignore = "exercise"]
fn an_empty_queue_does_not_make_them_short() {
    check(|| {
        expect(&[
            (OUT, pause(10)),
            (Error(Errno::AGAIN), Some(Next::Wait)),
            (OUT, pause(20)),
        ]);
    });
}

#[test]
#[ignore = "exercise"]
fn only_pauses_make_pauses_longer() {
    check(|| {
        let left = (Error(Errno::CONNABORTED), None);
        let nobody = (Error(Errno::AGAIN), None);
        expect(&[left, left, left, nobody, nobody, (OUT, pause(10))]);
    });
}

/// A listener, and the time, which moves when the server waits and not otherwise.
struct Listener {
    now: Duration,
    /// Until then there are no descriptors for new clients ...
    out_until: Duration,
    /// ... of whom so many are in the queue.
    queue: usize,
    calls: usize,
}

impl Listener {
    fn accept(&mut self) -> Result<(), Errno> {
        self.calls += 1;
        if self.queue == 0 {
            return Err(Errno::AGAIN);
        }
        if self.now < self.out_until {
            return Err(Errno::MFILE);
        }
        self.queue -= 1;
        Ok(())
    }
}

#[test]
#[ignore = "exercise"]
fn a_while_without_descriptors() {
    /// The pauses of that time are 21; a server that goes round in a loop makes more
    /// calls than that in a millisecond.
    const MOST: usize = 40;

    check(|| {
        let steps = Steps::new("5 clients are in the queue, and for 15 s there is no descriptor");
        let mut listener = Listener {
            now: Duration::ZERO,
            out_until: Duration::from_secs(15),
            queue: 5,
            calls: 0,
        };
        let mut errors = AcceptErrors::new();
        loop {
            let accepted = listener.accept();
            let next = match accepted {
                Ok(()) => {
                    errors.accepted();
                    Next::Again
                }
                Err(error) => errors.failed(&error.into()),
            };
            steps.step(format!(
                "at {:6.2} s: accept gives {:12} {}",
                listener.now.as_secs_f64(),
                accepted.map_or_else(name, |()| "a client"),
                match accepted {
                    Ok(()) => String::new(),
                    Err(_) => show(next),
                }
            ));
            steps.expect(listener.calls <= MOST, || {
                format!(
                    "{} calls of accept in {:.2} s, where {MOST} are more than enough for all \
                     15 s. A loop that asks again at once keeps a processor busy",
                    listener.calls,
                    listener.now.as_secs_f64()
                )
            });
            match next {
                Next::Again => {}
                Next::Pause(pause) => listener.now += pause,
                Next::Wait => break,
                Next::Stop => steps.fail(&format!(
                    "the server is gone, and {} clients are in the queue, who would have been \
                     served when others had left",
                    listener.queue
                )),
            }
        }
        steps.expect(listener.queue == 0, || {
            format!("{} clients were left in the queue", listener.queue)
        });
        steps.expect(listener.now <= Duration::from_secs(16), || {
            format!(
                "from 15 s on there were descriptors, and it looked at {:.2} s only: nobody \
                 should have to wait more than a second longer than needed",
                listener.now.as_secs_f64()
            )
        });
    });
}

#[test]
#[ignore = "exercise"]
fn however_long_it_lasts() {
    check(|| {
        let mut errors = AcceptErrors::new();
        for failed in 1..=100_000 {
            let out = io::Error::from(Errno::MFILE);
            let next = catch_unwind(AssertUnwindSafe(|| errors.failed(&out)));
            // Whether it gives up, or doesn't pause, is looked at elsewhere.
            if next
                .as_ref()
                .is_ok_and(|next| !matches!(next, Next::Pause(_)))
            {
                return;
            }
            match next {
                Ok(next) if failed == 11 => assert!(
                    next == Next::Pause(ms(1000)),
                    "EMFILE number 11 in a row: expected Pause(1000 ms), got {}",
                    show(next)
                ),
                // When it overflows, and to what, depends on what is counted, and in how many bits.
                next => assert!(
                    failed < 11 || next.is_ok_and(|next| next == Next::Pause(ms(1000))),
                    "the pauses had grown to 1000 ms; at one of 100000 EMFILE in a row your code panicked, \
                     or gave another pause. A day without descriptors has as many: what grows each time?"
                ),
            }
        }
    });
}
