use super::*;

use framing::delimiter::Error;
use testkit::{Steps, check, compare_octets, every_split};

/// Octets that a question may have.
const LIMIT: usize = 20;

/// A connection, and the history of what was said to it.
struct Client {
    connection: Connection,
    steps: Steps,
}

fn show(interest: Interest) -> &'static str {
    match (interest.read, interest.write) {
        (true, true) => "in reading and in writing",
        (true, false) => "in reading alone",
        (false, true) => "in writing alone",
        (false, false) => "in neither",
    }
}

const READ: Interest = Interest {
    read: true,
    write: false,
};
const WRITE: Interest = Interest {
    read: false,
    write: true,
};
const NEITHER: Interest = Interest {
    read: false,
    write: false,
};

impl Client {
    fn new() -> Self {
        let steps = Steps::new("what was said to the connection");
        steps.step(format!("new, for questions of up to {LIMIT} octets"));
        Self {
            connection: Connection::new(LIMIT),
            steps,
        }
    }

    fn received(&mut self, octets: &[u8]) {
        self.steps
            .step(format!("received \"{}\"", octets.escape_ascii()));
        self.connection.received(octets);
    }

    fn ended(&mut self) {
        self.steps.step("ended");
        self.connection.ended();
    }

    fn sent(&mut self, octets: usize) {
        self.steps.step(format!("sent {octets}"));
        self.connection.sent(octets);
    }

    fn all_sent(&mut self) {
        self.sent(self.connection.unsent().len());
    }

    #[track_caller]
    fn unsent(&self, expected: &[u8]) {
        let got = self.connection.unsent();
        self.steps.expect(got == expected, || {
            format!(
                "expected \"{}\" to be unsent, got \"{}\"",
                expected.escape_ascii(),
                got.escape_ascii()
            )
        });
    }

    #[track_caller]
    fn interest(&self, expected: Interest) {
        let got = self.connection.interest();
        self.steps.expect(got == expected, || {
            format!(
                "expected an interest {}, got one {}",
                show(expected),
                show(got)
            )
        });
    }

    #[track_caller]
    fn refused(&self, expected: Option<Error>) {
        let got = self.connection.refused();
        self.steps.expect(got == expected.as_ref(), || {
            let show = |error: Option<&Error>| match error {
                Some(error) => format!("refused for {error:?}"),
                None => "not refused".to_owned(),
            };
            format!(
                "expected the client to be {}, it is {}",
                show(expected.as_ref()),
                show(got)
            )
        });
    }
}

#[test]
#[ignore = "exercise"]
fn a_question_is_answered() {
    check(|| {
        let mut client = Client::new();
        client.received(b"Silence is?");
        client.unsent(b"Golden.");
    });
}

#[test]
#[ignore = "exercise"]
fn a_new_client_is_read_from() {
    check(|| Client::new().interest(READ));
}

#[test]
#[ignore = "exercise"]
fn two_questions_that_come_at_once() {
    check(|| {
        let mut client = Client::new();
        client.received(b"Haste makes?Silence is?");
        client.unsent(b"Waste.Golden.");
    });
}

#[test]
#[ignore = "exercise"]
fn a_question_that_comes_in_pieces() {
    check(|| {
        for split in every_split(b"Silence is?") {
            let mut client = Client::new();
            for piece in split.iter() {
                client.unsent(b"");
                client.interest(READ);
                client.received(piece);
            }
            client.unsent(b"Golden.");
        }
    });
}

#[test]
#[ignore = "exercise"]
fn a_socket_may_take_a_part_of_the_answer() {
    check(|| {
        let mut client = Client::new();
        client.received(b"Silence is?");
        client.sent(4);
        client.unsent(b"en.");
        client.interest(WRITE);
        client.sent(1);
        client.unsent(b"n.");
        client.sent(0);
        client.unsent(b"n.");
    });
}

#[test]
#[ignore = "exercise"]
fn while_an_answer_waits_nothing_is_read() {
    check(|| {
        let mut client = Client::new();
        client.received(b"Silence is?");
        client.interest(WRITE);
    });
}

#[test]
#[ignore = "exercise"]
fn once_all_is_sent_it_is_read_from_again() {
    check(|| {
        let mut client = Client::new();
        client.received(b"Silence is?");
        client.sent(4);
        client.sent(3);
        client.unsent(b"");
        client.interest(READ);
        client.received(b"Haste makes?");
        client.unsent(b"Waste.");
    });
}

#[test]
#[ignore = "exercise"]
fn a_client_that_ends_is_over() {
    check(|| {
        let mut client = Client::new();
        client.received(b"Silence is?");
        client.all_sent();
        client.ended();
        client.interest(NEITHER);
    });
}

#[test]
#[ignore = "exercise"]
fn the_end_between_two_questions_is_no_fault() {
    check(|| {
        let mut client = Client::new();
        client.received(b"Haste makes?Silence is?");
        client.all_sent();
        client.ended();
        client.refused(None);
    });
}

#[test]
#[ignore = "exercise"]
fn what_is_read_while_an_answer_waits_counts() {
    check(|| {
        let mut client = Client::new();
        client.received(b"Haste makes?");
        client.received(b"Silence is?Fi");
        client.unsent(b"Waste.Golden.");
        client.all_sent();
        client.received(b"rst come?");
        client.unsent(b"First served.");
    });
}

#[test]
#[ignore = "exercise"]
fn what_was_asked_before_the_end_is_answered() {
    check(|| {
        let mut client = Client::new();
        client.received(b"Silence is?");
        client.ended();
        client.unsent(b"Golden.");
        client.interest(WRITE);
        client.sent(7);
        client.interest(NEITHER);
    });
}

#[test]
#[ignore = "exercise"]
fn the_end_inside_a_question_is_a_fault() {
    check(|| {
        let mut client = Client::new();
        client.received(b"Silence is?Has");
        client.refused(None);
        client.ended();
        client.refused(Some(Error::Unfinished { octets: 3 }));
    });
}

const TOO_LONG: &[u8] = b"Is this question too long?";

#[test]
#[ignore = "exercise"]
fn a_question_over_the_limit_is_refused() {
    check(|| {
        let mut client = Client::new();
        client.received(&TOO_LONG[..LIMIT]);
        client.refused(None);
        client.interest(READ);
        client.received(&TOO_LONG[LIMIT..=LIMIT]);
        client.refused(Some(Error::TooLong { limit: LIMIT }));
        client.unsent(b"");
    });
}

#[test]
#[ignore = "exercise"]
fn who_is_refused_is_not_read_from() {
    check(|| {
        let mut client = Client::new();
        client.received(TOO_LONG);
        client.interest(NEITHER);
    });
}

#[test]
#[ignore = "exercise"]
fn answers_from_before_a_refusal_are_sent() {
    check(|| {
        let mut client = Client::new();
        client.received(b"Silence is?Is this question too long?");
        client.unsent(b"Golden.");
        client.interest(WRITE);
    });
}

#[test]
#[ignore = "exercise"]
fn after_a_refusal_nothing_is_answered() {
    check(|| {
        let mut client = Client::new();
        client.received(&TOO_LONG[..=LIMIT]);
        client.received(b"?Silence is?");
        client.unsent(b"");
    });
}

#[test]
#[ignore = "exercise"]
fn the_first_fault_counts() {
    check(|| {
        let mut client = Client::new();
        client.received(&TOO_LONG[..=LIMIT]);
        client.ended();
        client.refused(Some(Error::TooLong { limit: LIMIT }));
    });
}

#[test]
#[ignore = "exercise"]
fn a_conversation_driven_by_a_loop() {
    const ASKED: &[u8] = b"First come?Who?\nHaste makes? ";
    const ANSWERED: &[u8] = b"First served.Nobody knows.Waste.";

    check(|| {
        for split in every_split(ASKED) {
            for room in [1, 3, 5, usize::MAX] {
                let steps = Steps::new(format!(
                    "what happened, with a socket that has room for {} at a time",
                    match room {
                        1 => "1 octet".to_owned(),
                        usize::MAX => "any number of octets".to_owned(),
                        room => format!("{room} octets"),
                    }
                ));
                let mut connection = Connection::new(LIMIT);
                let mut pieces = split.iter();
                let mut wire = Vec::new();
                // Each event brings something, so there can't be more of them.
                let events = split.len() + 1 + ANSWERED.len();
                for event in 0.. {
                    let interest = connection.interest();
                    if interest == NEITHER {
                        break;
                    }
                    steps.expect(event <= events, || {
                        format!(
                            "the connection is still interested {} after {event} events, of \
                             which the last ones brought nothing",
                            show(interest)
                        )
                    });
                    if interest.write {
                        let unsent = connection.unsent();
                        let took = unsent.len().min(room);
                        steps.step(format!(
                            "ready to write: takes {took} of \"{}\"",
                            unsent.escape_ascii()
                        ));
                        wire.extend_from_slice(&unsent[..took]);
                        connection.sent(took);
                    } else if let Some(piece) = pieces.next() {
                        steps.step(format!("ready to read: \"{}\"", piece.escape_ascii()));
                        connection.received(piece);
                    } else {
                        steps.step("ready to read: the end");
                        connection.ended();
                    }
                }
                steps.expect(wire == ANSWERED, || {
                    format!(
                        "and it is over. {}",
                        compare_octets(&wire, ANSWERED, &[]).unwrap_or_default()
                    )
                });
            }
        }
    });
}
