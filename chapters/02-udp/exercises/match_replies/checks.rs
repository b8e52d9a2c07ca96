use super::*;

use std::net::SocketAddr;

use testkit::{Steps, check, hex, note};

/// The requests are known by their names here.
type Name = &'static str;

/// The servers that are asked, and those that nobody asked.
#[derive(Clone, Copy)]
enum Who {
    Server,
    Other,
    Stranger,
    /// On the server's host, at another port.
    Neighbour,
    /// At the server's port, on another host.
    Namesake,
    /// Not this host at all: IPv6.
    Six,
}
use Who::*;

impl Who {
    fn address(self) -> SocketAddr {
        match self {
            Server => ([192, 0, 2, 1], 1060).into(),
            Other => ([192, 0, 2, 2], 1060).into(),
            Stranger => ([203, 0, 113, 66], 6666).into(),
            Neighbour => ([192, 0, 2, 1], 1061).into(),
            Namesake => ([192, 0, 2, 3], 1060).into(),
            Six => ([0x2001, 0xdb8, 0, 0, 0, 0, 0, 1], 1060).into(),
        }
    }
}

/// The table, and what has been done with it.
struct Table {
    requests: Requests<Name>,
    steps: Steps,
}

impl Table {
    fn new() -> Self {
        Self {
            requests: Requests::new(),
            steps: Steps::new("what happened"),
        }
    }

    /// A request goes out, and is entered.
    #[track_caller]
    fn sent(&mut self, id: u32, to: Who, name: Name) {
        self.try_sent(id, to, name, Ok(()));
    }

    #[track_caller]
    fn try_sent(&mut self, id: u32, to: Who, name: Name, expected: Result<(), Taken>) {
        let server = to.address();
        let what = format!("sent \"{name}\": request {id:08x} to {server}");
        let got = {
            let _note = note(|| format!("({what})"));
            self.requests.sent(id, server, name)
        };
        let show = |result: &Result<(), Taken>| match result {
            Ok(()) => "Ok".to_owned(),
            Err(Taken { id, server }) => format!("Taken {{ id: {id:08x}, server: {server} }}"),
        };
        self.steps.step(format!("{what}: gives {}", show(&got)));
        self.steps.expect(got == expected, || {
            format!("expected {} from sent, got {}", show(&expected), show(&got))
        });
    }

    /// A datagram comes. `expected` are the name of the request and the text.
    #[track_caller]
    fn received(&mut self, from: Who, datagram: &[u8], expected: Result<(Name, &[u8]), Ignored>) {
        let source = from.address();
        let octets = match datagram {
            [] => "nothing".to_owned(),
            octets => hex(octets),
        };
        let what = format!("received {octets} from {source}");
        let got = {
            let _note = note(|| format!("({what})"));
            self.requests.received(source, datagram)
        };
        self.steps.step(format!("{what}: gives {}", show(&got)));
        self.steps.expect(got == expected, || {
            format!(
                "expected {} from received, got {}",
                show(&expected),
                show(&got)
            )
        });
    }

    /// A datagram comes and is ignored, for whatever reason it gives.
    #[track_caller]
    fn ignored(&mut self, from: Who, datagram: &[u8], why: &str) {
        let source = from.address();
        let octets = hex(datagram);
        let got = self.requests.received(source, datagram);
        self.steps.step(format!(
            "received {octets} from {source}: gives {}",
            show(&got)
        ));
        self.steps.expect(got.is_err(), || {
            format!("expected it to be ignored, got {}: {why}", show(&got))
        });
    }

    #[track_caller]
    fn give_up(&mut self, id: u32, server: Who, expected: Option<Name>) {
        let server = server.address();
        let got = self.requests.give_up(id, server);
        // Which of several, where it is another's, may depend on the order of a map.
        let got = match got {
            Some(name) if expected != Some(name) => "the name of another".to_owned(),
            got => format!("{got:?}"),
        };
        self.steps.step(format!(
            "given up: request {id:08x} to {server}: gives {got}"
        ));
        self.steps.expect(got == format!("{expected:?}"), || {
            format!("expected {expected:?} from give_up, got {got}")
        });
    }

    #[track_caller]
    fn waiting(&self, expected: usize) {
        let got = self.requests.waiting();
        self.steps.step(format!("waiting gives {got}"));
        self.steps.expect(got == expected, || {
            format!("expected {expected} that wait, got {got}")
        });
    }
}

fn show(result: &Result<(Name, &[u8]), Ignored>) -> String {
    match result {
        Ok((name, text)) => format!("the reply \"{}\" to \"{name}\"", text.escape_ascii()),
        Err(Ignored::Stranger { id, from }) => {
            format!("Stranger {{ id: {id:08x}, from: {from} }}")
        }
        Err(Ignored::NotWaited { id }) => format!("NotWaited {{ id: {id:08x} }}"),
        Err(ignored) => format!("{ignored:?}"),
    }
}

fn not_waited<T>(id: u32) -> Result<T, Ignored> {
    Err(Ignored::NotWaited { id })
}

fn stranger<T>(id: u32, from: Who) -> Result<T, Ignored> {
    let from = from.address();
    Err(Ignored::Stranger { id, from })
}

#[test]
#[ignore = "exercise"]
fn one_request_and_its_reply() {
    check(|| {
        let mut table = Table::new();
        // An id that reads the same from both ends.
        table.sent(0x0700_0007, Server, "a");
        table.received(Server, b"\x07\x00\x00\x07yes", Ok(("a", b"yes")));
    });
}

#[test]
#[ignore = "exercise"]
fn the_id_is_big_endian() {
    check(|| {
        let mut table = Table::new();
        table.sent(0x0102_0304, Server, "a");
        table.received(Server, b"\x01\x02\x03\x04yes", Ok(("a", b"yes")));
    });
}

#[test]
#[ignore = "exercise"]
fn all_four_octets_of_the_id_count() {
    check(|| {
        for shift in [0, 8, 16, 24] {
            let mut table = Table::new();
            table.sent(0x5a5a_5a5a, Server, "a");
            let datagram = u32::to_be_bytes(0x5a5a_5a5a ^ (1 << shift));
            table.ignored(Server, &datagram, "the ids differ in one bit");
        }
    });
}

#[test]
#[ignore = "exercise"]
fn the_text_may_be_empty() {
    check(|| {
        let mut table = Table::new();
        table.sent(0, Server, "a");
        table.received(Server, b"\0\0\0\0", Ok(("a", b"")));
    });
}

#[test]
#[ignore = "exercise"]
fn the_text_is_as_it_came() {
    check(|| {
        for text in [&b" two words \r\n"[..], b"\0", b"\xff\xfe"] {
            let mut table = Table::new();
            table.sent(0, Server, "a");
            table.received(Server, &[&[0; 4], text].concat(), Ok(("a", text)));
        }
    });
}

#[test]
#[ignore = "exercise"]
fn replies_come_in_any_order() {
    check(|| {
        let mut table = Table::new();
        let (one, two, three) = (0x0100_0001, 0x0200_0002, 0x0300_0003);
        table.sent(one, Server, "a");
        table.sent(two, Server, "b");
        table.sent(three, Server, "c");
        table.received(Server, b"\x02\0\0\x02second", Ok(("b", b"second")));
        table.received(Server, b"\x03\0\0\x03third", Ok(("c", b"third")));
        table.received(Server, b"\x01\0\0\x01first", Ok(("a", b"first")));
    });
}

#[test]
#[ignore = "exercise"]
fn a_datagram_without_an_id_is_too_short() {
    check(|| {
        // Of three, one is missing, and of none as many as there should be.
        for length in (0..4).rev() {
            let mut table = Table::new();
            table.sent(0, Server, "a");
            table.received(Server, &[0; 4][..length], Err(Ignored::TooShort(length)));
            table.waiting(1);
        }
    });
}

#[test]
#[ignore = "exercise"]
fn a_strangers_reply_is_not_taken() {
    check(|| {
        for from in [Stranger, Neighbour, Namesake, Six] {
            let mut table = Table::new();
            table.sent(0x0700_0007, Server, "a");
            let why = "the request did not go to that address";
            table.ignored(from, b"\x07\x00\x00\x07no", why);
        }
    });
}

#[test]
#[ignore = "exercise"]
fn a_stranger_is_called_one() {
    check(|| {
        let mut table = Table::new();
        table.sent(0x0700_0007, Server, "a");
        for from in [Stranger, Neighbour, Namesake, Six] {
            let no = b"\x07\x00\x00\x07no";
            table.received(from, no, stranger(0x0700_0007, from));
        }
    });
}

#[test]
#[ignore = "exercise"]
fn a_stranger_does_not_end_the_wait() {
    check(|| {
        let mut table = Table::new();
        table.sent(0x0700_0007, Server, "a");
        let _ = table
            .requests
            .received(Stranger.address(), b"\x07\x00\x00\x07no");
        table
            .steps
            .step("received 07 00 00 07 6e 6f from a stranger");
        table.waiting(1);
        table.received(Server, b"\x07\x00\x00\x07yes", Ok(("a", b"yes")));
    });
}

#[test]
#[ignore = "exercise"]
fn a_server_that_was_asked_something_else_is_a_stranger() {
    check(|| {
        let mut table = Table::new();
        table.sent(0x0100_0001, Server, "a");
        table.sent(0x0200_0002, Other, "b");
        let no = b"\x01\x00\x00\x01no";
        table.received(Other, no, stranger(0x0100_0001, Other));
        table.received(Other, b"\x02\x00\x00\x02yes", Ok(("b", b"yes")));
        table.received(Server, b"\x01\x00\x00\x01yes", Ok(("a", b"yes")));
    });
}

#[test]
#[ignore = "exercise"]
fn an_id_that_nobody_waits_for() {
    check(|| {
        let mut table = Table::new();
        let no = b"\x08\x00\x00\x08no";
        table.received(Server, no, not_waited(0x0800_0008));
        table.sent(0x0700_0007, Server, "a");
        table.received(Server, no, not_waited(0x0800_0008));
        table.received(Stranger, no, not_waited(0x0800_0008));
        table.waiting(1);
    });
}

#[test]
#[ignore = "exercise"]
fn a_reply_that_comes_twice_counts_once() {
    check(|| {
        let mut table = Table::new();
        table.sent(0x0700_0007, Server, "a");
        let yes = b"\x07\x00\x00\x07yes";
        table.received(Server, yes, Ok(("a", b"yes")));
        table.received(Server, yes, not_waited(0x0700_0007));
        // Not even from somebody else.
        table.received(Stranger, yes, not_waited(0x0700_0007));
    });
}

#[test]
#[ignore = "exercise"]
fn a_reply_that_comes_too_late_is_not_waited_for() {
    check(|| {
        let mut table = Table::new();
        table.sent(0x0700_0007, Server, "a");
        table.give_up(0x0700_0007, Server, Some("a"));
        table.sent(0x0800_0008, Server, "b");
        let late = b"\x07\x00\x00\x07yes";
        table.received(Server, late, not_waited(0x0700_0007));
        table.received(Server, b"\x08\x00\x00\x08yes", Ok(("b", b"yes")));
    });
}

#[test]
#[ignore = "exercise"]
fn the_same_id_for_two_servers() {
    check(|| {
        let mut table = Table::new();
        table.sent(0x0700_0007, Server, "a");
        table.sent(0x0700_0007, Other, "b");
        table.waiting(2);
        table.received(Other, b"\x07\x00\x00\x07two", Ok(("b", b"two")));
        table.received(Server, b"\x07\x00\x00\x07one", Ok(("a", b"one")));
    });
}

#[test]
#[ignore = "exercise"]
fn a_server_that_has_replied_is_a_stranger_to_the_rest() {
    check(|| {
        let mut table = Table::new();
        table.sent(0x0700_0007, Server, "a");
        table.sent(0x0700_0007, Other, "b");
        let one = b"\x07\x00\x00\x07one";
        table.received(Server, one, Ok(("a", b"one")));
        table.received(Server, one, stranger(0x0700_0007, Server));
        table.received(Other, b"\x07\x00\x00\x07two", Ok(("b", b"two")));
    });
}

#[test]
#[ignore = "exercise"]
fn an_id_that_waits_is_taken() {
    check(|| {
        let mut table = Table::new();
        table.sent(0x0700_0007, Server, "a");
        let taken = Taken {
            id: 0x0700_0007,
            server: Server.address(),
        };
        table.try_sent(0x0700_0007, Server, "b", Err(taken));
    });
}

#[test]
#[ignore = "exercise"]
fn a_taken_id_stays_with_whom_it_was() {
    check(|| {
        let mut table = Table::new();
        table.sent(0x0700_0007, Server, "a");
        let got = table.requests.sent(0x0700_0007, Server.address(), "b");
        table
            .steps
            .step(format!("sent \"b\" the same: gives {got:?}"));
        // Whether it is refused is asked by another.
        if got.is_ok() {
            return;
        }
        table.waiting(1);
        table.received(Server, b"\x07\x00\x00\x07yes", Ok(("a", b"yes")));
    });
}

#[test]
#[ignore = "exercise"]
fn an_id_may_be_used_again_when_it_is_free() {
    check(|| {
        let mut table = Table::new();
        table.sent(0x0700_0007, Server, "a");
        table.received(Server, b"\x07\x00\x00\x07yes", Ok(("a", b"yes")));
        table.sent(0x0700_0007, Server, "b");
        table.give_up(0x0700_0007, Server, Some("b"));
        table.sent(0x0700_0007, Server, "c");
        table.received(Server, b"\x07\x00\x00\x07yes", Ok(("c", b"yes")));
    });
}

#[test]
#[ignore = "exercise"]
fn giving_up_is_for_one_request() {
    check(|| {
        let mut table = Table::new();
        table.sent(0x0700_0007, Server, "a");
        table.sent(0x0700_0007, Other, "b");
        table.sent(0x0800_0008, Server, "c");
        table.give_up(0x0700_0007, Stranger, None);
        table.give_up(0x0900_0009, Server, None);
        table.give_up(0x0700_0007, Other, Some("b"));
        table.give_up(0x0700_0007, Other, None);
        table.waiting(2);
        table.received(Server, b"\x07\x00\x00\x07yes", Ok(("a", b"yes")));
        table.received(Server, b"\x08\x00\x00\x08yes", Ok(("c", b"yes")));
    });
}

#[test]
#[ignore = "exercise"]
fn it_counts_those_that_wait() {
    check(|| {
        let mut table = Table::new();
        table.waiting(0);
        table.sent(0x0100_0001, Server, "a");
        table.waiting(1);
        table.sent(0x0200_0002, Server, "b");
        table.sent(0x0300_0003, Other, "c");
        table.waiting(3);
        table.received(Server, b"\x02\x00\x00\x02yes", Ok(("b", b"yes")));
        table.waiting(2);
        table.give_up(0x0100_0001, Server, Some("a"));
        table.waiting(1);
    });
}
