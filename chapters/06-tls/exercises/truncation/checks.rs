#![allow(clippy::unwrap_used)] // a check that can't go on should say so at once

use super::*;

use std::cell::RefCell;
use std::collections::VecDeque;
use std::io::{self, ErrorKind, Read, Write};
use std::rc::Rc;
use std::sync::{Arc, LazyLock};

use rustls::pki_types::ServerName;
use rustls::{
    ClientConfig, ClientConnection, ServerConfig, ServerConnection, StreamOwned, version,
};
use testkit::{Step, Steps, Trickle, check, heap, note};
use tls::{Authority, Clock, config};

const NAME: &str = "echo.example";
/// Enough for every message that is not meant to be too long.
const LIMIT: usize = 100_000;

/// A client, a server, and one that speaks TLS 1.2 alone. Made once, for the keys.
static CONFIGS: LazyLock<(Arc<ClientConfig>, Arc<ServerConfig>, Arc<ServerConfig>)> =
    LazyLock::new(|| {
        let clock = Clock::at(1_577_934_245);
        let authority = Authority::new("Workbook", clock.time()).unwrap();
        let identity = authority.server(&[NAME]).unwrap();
        let roots = config::roots([authority.root()]).unwrap();
        let client = config::client(roots, clock).unwrap();
        let older = ServerConfig::builder_with_provider(config::provider())
            .with_protocol_versions(&[&version::TLS12])
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(identity.chain.clone(), identity.key.clone_key())
            .unwrap();
        let server = config::server(identity, clock).unwrap();
        (client, server, Arc::new(older))
    });

/// How the peer's direction ends.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Ending {
    /// close_notify, and TCP ends as well.
    Proper,
    /// close_notify, and the connection stays open.
    CloseNotify,
    /// TCP ends, without close_notify.
    Fin,
    /// As many octets of what would be a proper end come, and TCP ends.
    CutAfter(usize),
    /// The connection is reset.
    Reset,
    /// Nothing comes for so long that the time-out of the socket is up.
    TimeOut,
    /// A fatal alert: something is wrong with us.
    Alert,
    /// The last octet of the last record was changed on its way.
    Changed,
}

/// What a peer does once the handshake is made.
#[derive(Clone)]
struct Script {
    records: Vec<Vec<u8>>,
    ending: Ending,
}

fn script(records: &[&[u8]], ending: Ending) -> Script {
    Script {
        records: records.iter().map(|record| record.to_vec()).collect(),
        ending,
    }
}

/// Your end of a connection in memory, and the TLS server at the other.
struct Wire {
    server: ServerConnection,
    script: Script,
    spoken: bool,
    to_you: VecDeque<u8>,
    /// What the server got of you: application data, and how it ended.
    heard: Vec<u8>,
    close_notify: bool,
    /// What is wrong with what you sent.
    refused: Option<String>,
    /// After so many octets, your writes fail.
    breaks_after: usize,
    written: usize,
    /// How often you were told that nothing came in time.
    time_outs: usize,
    steps: Rc<Steps>,
}

impl Wire {
    fn new(steps: &Rc<Steps>, server: Arc<ServerConfig>, script: Script) -> Self {
        Self {
            server: ServerConnection::new(server).unwrap(),
            script,
            spoken: false,
            to_you: VecDeque::new(),
            heard: Vec::new(),
            close_notify: false,
            refused: None,
            breaks_after: usize::MAX,
            written: 0,
            time_outs: 0,
            steps: Rc::clone(steps),
        }
    }

    /// Takes what the server has to send.
    fn pump(&mut self) -> Vec<u8> {
        let mut octets = Vec::new();
        while self.server.wants_write() {
            self.server.write_tls(&mut octets).unwrap();
        }
        octets
    }

    fn hear(&mut self, mut octets: &[u8]) {
        while !octets.is_empty() && self.refused.is_none() {
            if self.server.read_tls(&mut octets).unwrap() == 0 {
                self.refused = Some("octets came behind your close_notify".to_owned());
            }
            match self.server.process_new_packets() {
                Ok(state) => self.close_notify |= state.peer_has_closed(),
                Err(error) => self.refused = Some(error.to_string()),
            }
            let mut piece = [0; 4096];
            while let Ok(length @ 1..) = self.server.reader().read(&mut piece) {
                self.heard.extend_from_slice(&piece[..length]);
            }
        }
        let more = self.pump();
        self.to_you.extend(more);
    }

    /// The server says its part, when the handshake is made.
    fn speak(&mut self) {
        if self.spoken || self.server.is_handshaking() {
            return;
        }
        self.spoken = true;
        let mut records = Vec::new();
        for record in self.script.records.clone() {
            self.server.writer().write_all(&record).unwrap();
            records.extend(self.pump());
        }
        match self.script.ending {
            Ending::Proper | Ending::CloseNotify => self.server.send_close_notify(),
            Ending::CutAfter(_) => self.server.send_close_notify(),
            // What it can't understand, it answers with an alert.
            Ending::Alert => {
                let mut junk = &b"\x17\x03\x03\x00\x20 what comes here is not encrypted"[..37];
                self.server.read_tls(&mut junk).unwrap();
                self.server.process_new_packets().unwrap_err();
            }
            Ending::Changed | Ending::Fin | Ending::Reset | Ending::TimeOut => {}
        }
        records.extend(self.pump());
        match self.script.ending {
            Ending::CutAfter(octets) => records.truncate(octets),
            Ending::Changed => *records.last_mut().unwrap() ^= 1,
            _ => {}
        }
        self.to_you.extend(records);
    }
}

/// Shared, so that the check can look at it when you are done.
#[derive(Clone)]
struct Socket(Rc<RefCell<Wire>>);

impl Read for Socket {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut wire = self.0.borrow_mut();
        if wire.to_you.is_empty() {
            wire.speak();
        }
        if !wire.to_you.is_empty() {
            return wire.to_you.read(buffer);
        }
        if !wire.spoken {
            wire.steps.fail(
                "you wait in read for the peer's part of the handshake, and have not sent yours",
            );
        }
        match wire.script.ending {
            Ending::Proper | Ending::Fin | Ending::CutAfter(_) | Ending::Alert => Ok(0),
            Ending::Reset => Err(ErrorKind::ConnectionReset.into()),
            Ending::TimeOut => {
                wire.time_outs += 1;
                if wire.time_outs > 100 {
                    wire.steps.fail(
                        "a read ran out of time, and you read again, and again: a time-out is an \
                         error of the connection",
                    );
                }
                Err(ErrorKind::WouldBlock.into())
            }
            Ending::CloseNotify | Ending::Changed => wire.steps.fail(
                "you wait in read, and nothing more comes: the peer has said all, and waits for you",
            ),
        }
    }
}

impl Write for Socket {
    fn write(&mut self, octets: &[u8]) -> io::Result<usize> {
        let mut wire = self.0.borrow_mut();
        if wire.written >= wire.breaks_after {
            return Err(ErrorKind::BrokenPipe.into());
        }
        wire.written += octets.len();
        wire.hear(octets);
        Ok(octets.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A stream of yours, and the other end to look at.
fn connect(steps: &Rc<Steps>, script: Script) -> (StreamOwned<ClientConnection, Socket>, Socket) {
    connect_to(steps, Arc::clone(&CONFIGS.1), script)
}

fn connect_to(
    steps: &Rc<Steps>,
    server: Arc<ServerConfig>,
    script: Script,
) -> (StreamOwned<ClientConnection, Socket>, Socket) {
    let socket = Socket(Rc::new(RefCell::new(Wire::new(steps, server, script))));
    let name = ServerName::try_from(NAME).unwrap();
    let connection = ClientConnection::new(Arc::clone(&CONFIGS.0), name).unwrap();
    (StreamOwned::new(connection, socket.clone()), socket)
}

fn show(result: &Result<Vec<u8>, Error>) -> String {
    match result {
        Ok(octets) if octets.len() > 60 => format!("Ok({} octets)", octets.len()),
        Ok(octets) => format!("Ok(\"{}\")", octets.escape_ascii()),
        Err(Error::Cut { octets }) => format!("Cut {{ octets: {octets} }}"),
        Err(Error::TooLong { limit }) => format!("TooLong {{ limit: {limit} }}"),
        Err(Error::Io(error)) => format!("Io of the kind {:?}", error.kind()),
    }
}

/// What `receive` makes of a peer that follows `script`.
#[track_caller]
fn expect_with(script: Script, limit: usize, what: &str, expected: &str) {
    let steps = Rc::new(Steps::new(format!("{what}, and the limit is {limit}")));
    for record in &script.records {
        steps.step(match record.len() {
            0..=60 => format!("the peer sends \"{}\"", record.escape_ascii()),
            many => format!("the peer sends {many} octets"),
        });
    }
    steps.step(match script.ending {
        Ending::Proper => "it sends close_notify, and ends the connection".to_owned(),
        Ending::CloseNotify => "it sends close_notify, and leaves the connection open".to_owned(),
        Ending::Fin => "the connection ends".to_owned(),
        Ending::CutAfter(octets) => {
            format!("it sends close_notify; after {octets} octets of all that, the connection ends")
        }
        Ending::Reset => "the connection is reset".to_owned(),
        Ending::TimeOut => "nothing comes, and the time-out is up".to_owned(),
        Ending::Alert => "it sends a fatal alert, and ends the connection".to_owned(),
        Ending::Changed => "the last octet of that is changed on its way".to_owned(),
    });
    let (mut stream, _socket) = connect(&steps, script);
    let got = show(&receive(&mut stream, limit));
    steps.expect(got == expected, || {
        format!("expected {expected}, got {got}")
    });
}

#[track_caller]
fn expect(records: &[&[u8]], ending: Ending, what: &str, expected: &str) {
    expect_with(script(records, ending), LIMIT, what, expected);
}

#[test]
#[ignore = "exercise"]
fn a_proper_end() {
    check(|| {
        expect(
            &[b"hello"],
            Ending::Proper,
            "one record and a proper end",
            "Ok(\"hello\")",
        );
    });
}

#[test]
#[ignore = "exercise"]
fn several_records() {
    check(|| {
        expect(
            &[b"one ", b"two ", b"three"],
            Ending::Proper,
            "three records and a proper end",
            "Ok(\"one two three\")",
        );
        let large = vec![b'x'; 50_000];
        expect(
            &[&large],
            Ending::Proper,
            "more than fits into one record",
            "Ok(50000 octets)",
        );
    });
}

#[test]
#[ignore = "exercise"]
fn nothing_and_a_proper_end() {
    check(|| {
        expect(
            &[],
            Ending::Proper,
            "an empty message and a proper end",
            "Ok(\"\")",
        )
    });
}

#[test]
#[ignore = "exercise"]
fn the_connection_stays_open() {
    check(|| {
        expect(
            &[b"hello"],
            Ending::CloseNotify,
            "the peer has said all, and listens",
            "Ok(\"hello\")",
        );
    });
}

#[test]
#[ignore = "exercise"]
fn a_cut_is_an_error_at_least() {
    check(|| {
        let steps = Rc::new(Steps::new("the connection ends without close_notify"));
        steps.step("the peer sends \"transfer 100 to carol\"");
        steps.step("the connection ends");
        let script = script(&[b"transfer 100 to carol"], Ending::Fin);
        let (mut stream, _socket) = connect(&steps, script);
        let got = receive(&mut stream, LIMIT);
        steps.expect(got.is_err(), || {
            format!(
                "expected an error, got {}: nobody said that this was all",
                show(&got)
            )
        });
    });
}

#[test]
#[ignore = "exercise"]
fn a_cut_between_two_records() {
    check(|| {
        expect(
            &[b"transfer 100 to carol"],
            Ending::Fin,
            "the connection ends behind a whole record",
            "Cut { octets: 21 }",
        );
    });
}

#[test]
#[ignore = "exercise"]
fn a_cut_before_anything_came() {
    check(|| {
        expect(
            &[],
            Ending::Fin,
            "the connection ends behind the handshake",
            "Cut { octets: 0 }",
        )
    });
}

#[test]
#[ignore = "exercise"]
fn a_reset_is_a_cut() {
    check(|| {
        expect(
            &[b"hello"],
            Ending::Reset,
            "the connection is reset",
            "Cut { octets: 5 }",
        );
    });
}

#[test]
#[ignore = "exercise"]
fn a_cut_anywhere() {
    check(|| {
        // A record of TLS 1.3 has 5 octets of header, the content, 1 for its type, and 16
        // with which it is authenticated (RFC 9846, section 5.2).
        const AROUND: usize = 5 + 1 + 16;
        let records: [&[u8]; 2] = [b"pay", b" bob"];
        let first = 3 + AROUND;
        let second = first + 4 + AROUND;
        let close_notify = second + 2 + AROUND;
        // Each takes a handshake, so these are the places where it can make a difference.
        for (cut, come) in [
            (first - 1, 0),
            (first, 3),
            (second + 1, 7),
            (close_notify - 1, 7),
        ] {
            expect(
                &records,
                Ending::CutAfter(cut),
                "an attacker ends the connection somewhere",
                &format!("Cut {{ octets: {come} }}"),
            );
        }
        expect(
            &records,
            Ending::CutAfter(close_notify),
            "an attacker ends the connection behind the close_notify, which is too late",
            "Ok(\"pay bob\")",
        );
    });
}

#[test]
#[ignore = "exercise"]
fn a_time_out_is_no_cut() {
    check(|| {
        expect(
            &[b"hello"],
            Ending::TimeOut,
            "the peer is slow",
            "Io of the kind WouldBlock",
        );
    });
}

#[test]
#[ignore = "exercise"]
fn an_alert_is_no_end() {
    check(|| {
        expect(
            &[b"hello"],
            Ending::Alert,
            "the peer says that something is wrong",
            "Io of the kind InvalidData",
        );
    });
}

#[test]
#[ignore = "exercise"]
fn a_changed_record_is_no_end() {
    check(|| {
        expect(
            &[b"hello", b"100 to carol"],
            Ending::Changed,
            "somebody changes a record",
            "Io of the kind InvalidData",
        );
    });
}

#[test]
#[ignore = "exercise"]
fn a_message_may_have_as_many_octets_as_the_limit() {
    check(|| {
        for limit in [5, 1, 20_000, 0] {
            let message = vec![b'x'; limit];
            expect_with(
                script(&[&message], Ending::Proper),
                limit,
                "a message of as many octets as are allowed",
                &show(&Ok(message.clone())),
            );
        }
    });
}

#[test]
#[ignore = "exercise"]
fn a_message_of_one_more_is_too_long() {
    check(|| {
        for limit in [5, 1, 20_000, 0] {
            let message = vec![b'x'; limit + 1];
            expect_with(
                script(&[&message], Ending::Proper),
                limit,
                "a message of one octet more than are allowed",
                &format!("TooLong {{ limit: {limit} }}"),
            );
        }
    });
}

#[test]
#[ignore = "exercise"]
fn what_is_too_long_is_not_waited_for() {
    check(|| {
        expect_with(
            script(&[b"hello!"], Ending::TimeOut),
            5,
            "one octet more than are allowed, and then nothing for a long time",
            "TooLong { limit: 5 }",
        );
    });
}

#[test]
#[ignore = "exercise"]
fn a_full_message_can_be_cut() {
    check(|| {
        expect_with(
            script(&[b"hello"], Ending::Fin),
            5,
            "as many octets as are allowed, and a cut",
            "Cut { octets: 5 }",
        );
    });
}

/// A stream without an end, which somebody may read for a while.
struct Endless(usize);

impl Read for Endless {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        assert!(
            self.0 < 1_000_000,
            "a peer sends without an end, and the limit is 1000: you have read {} octets, and \
             would read on until there is no memory",
            self.0
        );
        let length = buffer.len().min(4096);
        buffer[..length].fill(b'x');
        self.0 += length;
        Ok(length)
    }
}

#[test]
#[ignore = "exercise"]
fn an_endless_message_is_too_long() {
    check(|| {
        let got = show(&receive(&mut Endless(0), 1000));
        assert!(
            got == "TooLong { limit: 1000 }",
            "a peer sends without an end, and the limit is 1000: expected TooLong {{ limit: 1000 \
             }}, got {got}"
        );
    });
}

#[test]
#[ignore = "exercise"]
fn a_limit_costs_no_memory() {
    check(|| {
        let limit = 100_000_000;
        let (got, usage) = heap::measure(|| receive(&mut &b"hello"[..], limit));
        assert!(
            usage.largest < 1_000_000,
            "5 octets came, and the limit is {limit}: you asked for {} of memory at once, and got {}",
            match usage.largest >= limit {
                true => "as much".to_owned(),
                false => format!("{} octets", usage.largest),
            },
            show(&got)
        );
    });
}

#[test]
#[ignore = "exercise"]
fn any_limit_is_a_limit() {
    check(|| {
        let _note = note(|| "(the limit was usize::MAX: no limit at all)".to_owned());
        let got = show(&receive(&mut &b"hello"[..], usize::MAX));
        assert!(
            got == "Ok(\"hello\")",
            "5 octets came, and the limit is usize::MAX: expected Ok(\"hello\"), got {got}"
        );
    });
}

#[test]
#[ignore = "exercise"]
fn reads_may_be_short_and_interrupted() {
    check(|| {
        let message: Vec<u8> = (0..=255).cycle().take(10_000).collect();
        for most in [1, 7, 1000] {
            let mut stream = Trickle::new(&message[..]).reads([
                Step::UpTo(most),
                Step::Interrupted,
                Step::UpTo(2 * most),
            ]);
            let got = receive(&mut stream, LIMIT);
            assert!(
                matches!(&got, Ok(octets) if *octets == message),
                "10000 octets come in pieces of {most} and of {} octets, with a signal in between: \
                 expected all of them, got {}",
                2 * most,
                show(&got)
            );
        }
    });
}

/// A stream that is cut here.
struct CutHere;

impl Read for CutHere {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        Err(ErrorKind::UnexpectedEof.into())
    }
}

#[test]
#[ignore = "exercise"]
fn a_cut_after_short_reads() {
    check(|| {
        let mut stream = Trickle::new(b"hello".chain(CutHere)).reads([Step::UpTo(2)]);
        let got = show(&receive(&mut stream, LIMIT));
        assert!(
            got == "Cut { octets: 5 }",
            "\"hello\" comes in reads of 2, 2 and 1 octets, and then a cut: expected \
             Cut {{ octets: 5 }}, got {got}"
        );
    });
}

/// Writes `message`, and finishes; says what the peer got.
#[track_caller]
fn expect_finished(steps: &Steps, socket: &Socket, got: &io::Result<()>, message: &[u8]) {
    let wire = socket.0.borrow();
    if let Some(refused) = &wire.refused {
        steps.fail(&format!("the peer refused what you sent: {refused}"));
    }
    steps.expect(got.is_ok(), || format!("expected Ok(()), got {got:?}"));
    steps.expect(!wire.server.is_handshaking(), || {
        "expected that the handshake is made, and the peer still waits for your part".to_owned()
    });
    steps.expect(wire.heard == message, || {
        format!(
            "expected that {} octets have come to the peer, and {} have",
            message.len(),
            wire.heard.len()
        )
    });
    steps.expect(wire.close_notify, || {
        "the peer got all, and no close_notify: it can't know that this was all".to_owned()
    });
}

#[test]
#[ignore = "exercise"]
fn finish_says_close_notify() {
    check(|| {
        let steps = Rc::new(Steps::new("you send a message and finish"));
        let (mut stream, socket) = connect(&steps, script(&[], Ending::CloseNotify));
        stream.write_all(b"hello").unwrap();
        steps.step("you write \"hello\"");
        let got = finish(&mut stream);
        steps.step("you finish");
        expect_finished(&steps, &socket, &got, b"hello");
    });
}

#[test]
#[ignore = "exercise"]
fn finish_where_nothing_was_sent() {
    check(|| {
        let steps = Rc::new(Steps::new("you connect and finish, with nothing to send"));
        let (mut stream, socket) = connect(&steps, script(&[], Ending::CloseNotify));
        let got = finish(&mut stream);
        expect_finished(&steps, &socket, &got, b"");
    });
}

#[test]
#[ignore = "exercise"]
fn finish_sends_what_was_held_back() {
    check(|| {
        let steps = Rc::new(Steps::new(
            "you make the handshake, give rustls a message to send, and finish",
        ));
        let (mut stream, socket) = connect(&steps, script(&[], Ending::CloseNotify));
        stream.flush().unwrap();
        let message = vec![b'x'; 30_000];
        stream.conn.writer().write_all(&message).unwrap();
        let got = finish(&mut stream);
        expect_finished(&steps, &socket, &got, &message);
    });
}

#[test]
#[ignore = "exercise"]
fn nothing_is_held_back_any_more() {
    check(|| {
        let steps = Rc::new(Steps::new("you send a message and finish"));
        let (mut stream, _socket) = connect(&steps, script(&[], Ending::CloseNotify));
        stream.write_all(b"hello").unwrap();
        let _ = finish(&mut stream);
        steps.expect(!stream.conn.wants_write(), || {
            "rustls still holds back octets that are to be sent (`wants_write`), and you have \
             returned"
                .to_owned()
        });
    });
}

#[test]
#[ignore = "exercise"]
fn finish_ends_one_direction() {
    check(|| {
        let steps = Rc::new(Steps::new("you finish, and the peer answers after that"));
        let (mut stream, socket) = connect(&steps, script(&[b"an answer"], Ending::Proper));
        stream.write_all(b"a question").unwrap();
        let got = finish(&mut stream);
        expect_finished(&steps, &socket, &got, b"a question");
        let answer = show(&receive(&mut stream, LIMIT));
        steps.expect(answer == "Ok(\"an answer\")", || {
            format!("expected that you can still receive \"an answer\", got {answer}")
        });
    });
}

#[test]
#[ignore = "exercise"]
fn finish_over_short_and_interrupted_writes() {
    check(|| {
        for (writes, which) in [
            (&[Step::UpTo(1)][..], "one octet at a time"),
            (&[Step::UpTo(10)], "10 octets at a time"),
            (
                &[Step::UpTo(700), Step::Interrupted],
                "with a signal after each write",
            ),
            (
                &[Step::Interrupted, Step::Interrupted, Step::UpTo(700)],
                "with signals before each write",
            ),
        ] {
            let steps = Rc::new(Steps::new(format!(
                "you finish, and the connection takes what you write {which}"
            )));
            let (stream, socket) = connect(&steps, script(&[], Ending::CloseNotify));
            let (mut conn, sock) = stream.into_parts();
            // The handshake is made; what is written then goes as the script says.
            let mut plain = sock.clone();
            rustls::Stream::new(&mut conn, &mut plain).flush().unwrap();
            conn.writer().write_all(b"hello").unwrap();
            let mut stream = StreamOwned::new(conn, Trickle::new(sock).writes(writes.to_vec()));
            let got = finish(&mut stream);
            expect_finished(&steps, &socket, &got, b"hello");
        }
    });
}

#[test]
#[ignore = "exercise"]
fn finish_says_what_failed() {
    check(|| {
        let steps = Rc::new(Steps::new("you finish, and the peer is gone"));
        let (mut stream, socket) = connect(&steps, script(&[], Ending::CloseNotify));
        stream.write_all(b"hello").unwrap();
        let mut wire = socket.0.borrow_mut();
        wire.breaks_after = wire.written;
        drop(wire);
        let got = finish(&mut stream).map_err(|error| error.kind());
        steps.expect(got == Err(ErrorKind::BrokenPipe), || {
            format!("writing fails: expected an error of the kind BrokenPipe, got {got:?}")
        });
    });
}

#[test]
#[ignore = "exercise"]
fn in_tls_1_2_as_well() {
    check(|| {
        for (ending, expected) in [
            (Ending::Proper, "Ok(\"hello\")"),
            (Ending::Fin, "Cut { octets: 5 }"),
        ] {
            let steps = Rc::new(Steps::new(format!(
                "TLS 1.2 is spoken; you send a message, finish, and receive \"hello\" and {ending:?}"
            )));
            let (mut stream, socket) =
                connect_to(&steps, Arc::clone(&CONFIGS.2), script(&[b"hello"], ending));
            stream.write_all(b"a question").unwrap();
            let answer = show(&receive(&mut stream, LIMIT));
            steps.expect(answer == expected, || {
                format!("expected {expected}, got {answer}")
            });
            let got = finish(&mut stream);
            expect_finished(&steps, &socket, &got, b"a question");
        }
    });
}
