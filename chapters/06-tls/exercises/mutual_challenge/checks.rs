#![allow(clippy::unwrap_used)] // a check that can't go on should say so at once

use super::*;

use std::collections::VecDeque;
use std::io::{self, ErrorKind, Read, Write};
use std::os::unix::net::UnixStream;
use std::thread;

use testkit::{Step, Steps, Trickle, check, compare_octets};
use tls::verify_mac::{Key, TAG};

/// What nobody hears but both sides.
fn key() -> Key {
    Key::new(b"the key of the exercise, 32 long")
}

/// The nonces that `random` gives, one after the other: 32 times the same octet.
fn random(first: u8) -> impl FnMut() -> io::Result<Nonce> {
    let mut next = first;
    move || {
        let nonce = [next; NONCE];
        next += 1;
        Ok(nonce)
    }
}

/// What `random` gives first to the server and to the client.
const SERVER: u8 = 0x51;
const CLIENT: u8 = 0xc1;

/// The proof of `role`, made here, by what the task says.
fn proof(role: &str, server: u8, client: u8, binding: &[u8]) -> [u8; TAG] {
    let claim = [role.as_bytes(), &[server; NONCE], &[client; NONCE], binding].concat();
    key().tag(&claim)
}

/// What a peer does, in order.
enum Turn {
    /// It sends this.
    Says(Vec<u8>),
    /// It waits for so many octets, whatever they are.
    Hears(usize),
    /// It closes the connection.
    Closes,
    /// Its connection fails.
    Resets,
    /// It is gone: nothing that is flushed from now on gets there.
    Breaks,
}

/// One end of a connection in memory. It holds back what is written until it is
/// flushed, as a `BufWriter` does.
struct Link<'a> {
    steps: &'a Steps,
    script: VecDeque<Turn>,
    /// All that came to the peer, and what is held back.
    sent: Vec<u8>,
    held: Vec<u8>,
    heard: usize,
    /// What you do at the moment. In how many calls is up to you, so it is one step.
    doing: &'static str,
}

impl<'a> Link<'a> {
    fn new(steps: &'a Steps, script: impl IntoIterator<Item = Turn>) -> Self {
        Self {
            steps,
            script: script.into_iter().collect(),
            sent: Vec::new(),
            held: Vec::new(),
            heard: 0,
            doing: "",
        }
    }

    /// What the peer does next.
    fn next(&mut self) -> Option<&mut Turn> {
        while matches!(self.script.front(), Some(Turn::Says(octets)) if octets.is_empty()) {
            self.script.pop_front();
        }
        self.script.front_mut()
    }

    fn step(&mut self, doing: &'static str) {
        if self.doing != doing {
            self.steps.step(doing);
            self.doing = doing;
        }
    }

    /// What the peer would have said and you have not read.
    fn left(&self) -> Vec<u8> {
        let left = self.script.iter().map(|turn| match turn {
            Turn::Says(octets) => &octets[..],
            _ => &[],
        });
        left.collect::<Vec<_>>().concat()
    }
}

impl Read for Link<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() {
            return Ok(0);
        }
        loop {
            match self.next() {
                Some(Turn::Says(octets)) => {
                    let length = octets.len().min(buffer.len());
                    buffer[..length].copy_from_slice(&octets[..length]);
                    octets.drain(..length);
                    self.step("you read");
                    return Ok(length);
                }
                Some(Turn::Hears(wanted)) => {
                    let wanted = *wanted;
                    let (heard, held) = (self.sent.len() - self.heard, self.held.len());
                    if heard >= wanted {
                        self.heard += wanted;
                        self.script.pop_front();
                        continue;
                    }
                    let why = match held {
                        0 => String::new(),
                        _ => format!("; {held} octets that you wrote were never flushed"),
                    };
                    self.steps.fail(&format!(
                        "you wait in read, and the peer waits for {wanted} octets, of which {heard} \
                         have come{why}"
                    ));
                }
                Some(Turn::Closes | Turn::Breaks) => {
                    self.step("you read the end: the peer has closed");
                    return Ok(0);
                }
                Some(Turn::Resets) => {
                    self.step("you read, and the connection was reset");
                    return Err(ErrorKind::ConnectionReset.into());
                }
                None => self.steps.fail(
                    "you wait in read, and the peer has said all that it has to say: the \
                     conversation is over",
                ),
            }
        }
    }
}

impl Write for Link<'_> {
    fn write(&mut self, octets: &[u8]) -> io::Result<usize> {
        self.step("you write");
        self.held.extend_from_slice(octets);
        Ok(octets.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        if let Some(Turn::Breaks) = self.next() {
            self.step("you flush, and the connection is broken");
            return Err(ErrorKind::BrokenPipe.into());
        }
        self.sent.append(&mut self.held);
        Ok(())
    }
}

fn says(parts: &[&[u8]]) -> Turn {
    Turn::Says(parts.concat())
}

/// What a server with the key does, seen from the client.
fn true_server(binding: &[u8]) -> Vec<Turn> {
    vec![
        says(&[&[SERVER; NONCE]]),
        Turn::Hears(NONCE + TAG),
        says(&[&proof("server", SERVER, CLIENT, binding)]),
    ]
}

/// What a client with the key does, seen from the server.
fn true_client(binding: &[u8]) -> Vec<Turn> {
    vec![
        Turn::Hears(NONCE),
        says(&[&[CLIENT; NONCE], &proof("client", SERVER, CLIENT, binding)]),
    ]
}

fn play(role: Role, stream: &mut (impl Read + Write), binding: &[u8]) -> Result<(), Error> {
    match role {
        Role::Client => Prover::new(key(), random(CLIENT)).client(stream, binding),
        Role::Server => Prover::new(key(), random(SERVER)).server(stream, binding),
    }
}

fn show(result: &Result<(), Error>) -> String {
    match result {
        Ok(()) => "Ok(())".to_owned(),
        Err(Error::NotProven(role)) => format!("NotProven({role:?})"),
        Err(Error::Io(error)) => format!("Io of the kind {:?}", error.kind()),
    }
}

/// Plays one conversation with a peer that follows `script`, and says what was sent.
#[track_caller]
fn expect(role: Role, script: Vec<Turn>, what: &str, expected: &str) -> Vec<u8> {
    let steps = Steps::new(format!("you are the {role}; {what}"));
    let mut link = Link::new(&steps, script);
    let got = show(&play(role, &mut link, b""));
    steps.expect(got == expected, || {
        format!("expected {expected}, got {got}")
    });
    link.sent
}

#[track_caller]
fn expect_sent(steps: &Steps, sent: &[u8], expected: &[u8], fields: &[(&str, usize)]) {
    if let Some(report) = compare_octets(sent, expected, fields) {
        steps.fail(&format!(
            "{report}\n(a proof is the tag of the role, the server's nonce, the client's nonce and \
             the binding)"
        ));
    }
}

#[test]
#[ignore = "exercise"]
fn the_client_of_a_true_server() {
    check(|| {
        let steps = Steps::new("you are the client");
        let mut link = Link::new(&steps, true_server(b""));
        let got = play(Role::Client, &mut link, b"");
        expect_sent(
            &steps,
            &link.sent,
            &[&[CLIENT; NONCE][..], &proof("client", SERVER, CLIENT, b"")].concat(),
            &[("client's nonce", NONCE), ("client's proof", TAG)],
        );
        steps.expect(got.is_ok(), || {
            format!(
                "the server's proof was right: expected Ok(()), got {}",
                show(&got)
            )
        });
    });
}

#[test]
#[ignore = "exercise"]
fn the_server_of_a_true_client() {
    check(|| {
        let steps = Steps::new("you are the server");
        let mut link = Link::new(&steps, true_client(b""));
        let got = play(Role::Server, &mut link, b"");
        steps.expect(got.is_ok(), || {
            format!(
                "the client's proof was right: expected Ok(()), got {}",
                show(&got)
            )
        });
        expect_sent(
            &steps,
            &link.sent,
            &[&[SERVER; NONCE][..], &proof("server", SERVER, CLIENT, b"")].concat(),
            &[("server's nonce", NONCE), ("server's proof", TAG)],
        );
    });
}

#[test]
#[ignore = "exercise"]
fn your_client_and_your_server() {
    check(|| {
        let (mut here, mut there) = UnixStream::pair().unwrap();
        let server = thread::spawn(move || {
            // The stream is dropped at the end, so that nobody waits for ever.
            show(&play(Role::Server, &mut there, b"one"))
        });
        let client = show(&play(Role::Client, &mut here, b"one"));
        drop(here);
        let server = server.join().unwrap();
        assert!(
            (&client[..], &server[..]) == ("Ok(())", "Ok(())"),
            "your client and your server talked to each other: expected Ok(()) of both, got \
             {client} of the client and {server} of the server"
        );
    });
}

#[test]
#[ignore = "exercise"]
fn a_server_without_the_key() {
    check(|| {
        let wrong = Key::new(b"a guess").tag(b"whatever");
        expect(
            Role::Client,
            vec![
                says(&[&[SERVER; NONCE]]),
                Turn::Hears(NONCE + TAG),
                says(&[&wrong]),
            ],
            "the server doesn't have the key",
            "NotProven(Server)",
        );
    });
}

#[test]
#[ignore = "exercise"]
fn a_client_without_the_key() {
    check(|| {
        let wrong = Key::new(b"a guess").tag(b"whatever");
        expect(
            Role::Server,
            vec![Turn::Hears(NONCE), says(&[&[CLIENT; NONCE], &wrong])],
            "the client doesn't have the key",
            "NotProven(Client)",
        );
    });
}

#[test]
#[ignore = "exercise"]
fn who_does_not_have_the_key_gets_no_proof() {
    check(|| {
        let wrong = Key::new(b"a guess").tag(b"whatever");
        let steps = Steps::new("you are the server; the client doesn't have the key");
        let script = [Turn::Hears(NONCE), says(&[&[CLIENT; NONCE], &wrong])];
        let mut link = Link::new(&steps, script);
        let _ = play(Role::Server, &mut link, b"");
        let sent = [link.sent, link.held].concat();
        let what = match sent.ends_with(&proof("server", SERVER, CLIENT, b"")) {
            true => "your proof too. With it in hand, whoever asked can try out keys at home",
            false => "which say something to who has no right to hear it",
        };
        // When it was sent, before or after the client's proof was read, makes no difference.
        assert!(
            sent.len() == NONCE,
            "you are the server, and the client doesn't have the key: expected that {NONCE} octets \
             were sent, your nonce, and nothing else; {} were, {what}",
            sent.len()
        );
    });
}

/// What your client and your server say to each other: what the client sends behind
/// the server's nonce, and the server's proof.
#[track_caller]
fn record() -> (Vec<u8>, Vec<u8>) {
    let steps = Steps::new("your client and your server talk to each other");
    let script = [
        says(&[&[SERVER; NONCE]]),
        Turn::Hears(NONCE + TAG),
        Turn::Closes,
    ];
    let mut link = Link::new(&steps, script);
    let _ = play(Role::Client, &mut link, b"");
    let client = link.sent;
    let mut link = Link::new(&steps, [Turn::Hears(NONCE), Turn::Says(client.clone())]);
    let got = play(Role::Server, &mut link, b"");
    // Whether it flushed is not what this is about.
    let _ = link.flush();
    steps.expect(got.is_ok() && link.sent.len() == NONCE + TAG, || {
        format!(
            "expected Ok(()) of your server, and {} octets; got {}, and {} octets",
            NONCE + TAG,
            show(&got),
            link.sent.len()
        )
    });
    (client, link.sent.split_off(NONCE))
}

#[test]
#[ignore = "exercise"]
fn your_own_proof_comes_back() {
    check(|| {
        let (client, _) = record();
        expect(
            Role::Client,
            vec![
                says(&[&[SERVER; NONCE]]),
                Turn::Hears(NONCE + TAG),
                says(&[&client[NONCE..]]),
            ],
            "the server doesn't have the key, and sends your own proof back to you as its own",
            "NotProven(Server)",
        );
    });
}

/// Repeats a recorded server's proof to your client, in a conversation with these
/// nonces.
#[track_caller]
fn repeat_to_client(recorded: &[u8], server: u8, client: u8, what: &str) {
    let steps = Steps::new(format!("you are the client; {what}"));
    let script = [
        says(&[&[server; NONCE]]),
        Turn::Hears(NONCE + TAG),
        says(&[recorded]),
    ];
    let mut link = Link::new(&steps, script);
    let got = show(&Prover::new(key(), random(client)).client(&mut link, b""));
    steps.expect(got == "NotProven(Server)", || {
        format!("expected NotProven(Server), got {got}")
    });
}

/// Repeats a recorded client's proof to your server.
#[track_caller]
fn repeat_to_server(recorded: &[u8], server: u8, client: u8, what: &str) {
    let steps = Steps::new(format!("you are the server; {what}"));
    let script = [
        Turn::Hears(NONCE),
        says(&[&[client; NONCE], &recorded[NONCE..]]),
    ];
    let mut link = Link::new(&steps, script);
    let got = show(&Prover::new(key(), random(server)).server(&mut link, b""));
    steps.expect(got == "NotProven(Client)", || {
        format!("expected NotProven(Client), got {got}")
    });
}

#[test]
#[ignore = "exercise"]
fn a_recorded_server() {
    check(|| {
        repeat_to_client(
            &record().1,
            SERVER,
            CLIENT + 1,
            "somebody repeats all that the server said in another conversation",
        );
    });
}

#[test]
#[ignore = "exercise"]
fn a_recorded_client() {
    check(|| {
        repeat_to_server(
            &record().0,
            SERVER + 1,
            CLIENT,
            "somebody repeats all that the client said in another conversation",
        );
    });
}

#[test]
#[ignore = "exercise"]
fn both_nonces_are_in_both_proofs() {
    check(|| {
        let (client, server) = record();
        repeat_to_client(
            &server,
            SERVER + 1,
            CLIENT,
            "the server's proof is from a conversation in which the server had another nonce",
        );
        repeat_to_server(
            &client,
            SERVER,
            CLIENT + 1,
            "the client's proof is from a conversation in which the client had another nonce",
        );
    });
}

#[test]
#[ignore = "exercise"]
fn each_conversation_has_a_nonce_of_its_own() {
    check(|| {
        let mut prover = Prover::new(key(), random(SERVER));
        for expected in [SERVER, SERVER + 1, SERVER + 2] {
            let steps = Steps::new(format!(
                "you are the server, for the {}. time",
                expected - SERVER + 1
            ));
            let mut link = Link::new(&steps, [Turn::Hears(NONCE), Turn::Closes]);
            let _ = prover.server(&mut link, b"");
            expect_sent(
                &steps,
                &link.sent,
                &[expected; NONCE],
                &[("server's nonce", NONCE)],
            );
        }
        let mut prover = Prover::new(key(), random(CLIENT));
        for expected in [CLIENT, CLIENT + 1, CLIENT + 2] {
            let steps = Steps::new(format!(
                "you are the client, for the {}. time",
                expected - CLIENT + 1
            ));
            let script = [
                says(&[&[SERVER; NONCE]]),
                Turn::Hears(NONCE + TAG),
                Turn::Closes,
            ];
            let mut link = Link::new(&steps, script);
            let _ = prover.client(&mut link, b"");
            expect_sent(
                &steps,
                &link.sent[..NONCE.min(link.sent.len())],
                &[expected; NONCE],
                &[("client's nonce", NONCE)],
            );
        }
    });
}

#[test]
#[ignore = "exercise"]
fn no_nonce_no_conversation() {
    check(|| {
        for role in [Role::Client, Role::Server] {
            let steps = Steps::new(format!("you are the {role}; `random` fails"));
            let script = match role {
                Role::Client => true_server(b""),
                Role::Server => true_client(b""),
            };
            let mut link = Link::new(&steps, script);
            let fails = || Err(io::Error::other("no random numbers"));
            let mut prover = Prover::new(key(), fails);
            let got = match role {
                Role::Client => prover.client(&mut link, b""),
                Role::Server => prover.server(&mut link, b""),
            };
            let itself =
                matches!(&got, Err(Error::Io(error)) if error.to_string() == "no random numbers");
            steps.expect(itself, || {
                let got = match &got {
                    Err(Error::Io(error)) => format!("an Io that says \"{error}\""),
                    got => show(got),
                };
                format!("expected its error, an Io that says \"no random numbers\", got {got}")
            });
            let sent = link.sent.len() + link.held.len();
            steps.expect(sent == 0, || {
                format!("expected that nothing is sent, and {sent} octets were")
            });
        }
    });
}

#[test]
#[ignore = "exercise"]
fn the_binding_is_in_the_proof() {
    check(|| {
        for (role, script, expected) in [
            (
                Role::Client,
                true_server(b"another connection"),
                "NotProven(Server)",
            ),
            (
                Role::Server,
                true_client(b"another connection"),
                "NotProven(Client)",
            ),
        ] {
            let steps = Steps::new(format!(
                "you are the {role}; the peer has the key, and talks on another connection: \
                 somebody stands in the middle"
            ));
            let mut link = Link::new(&steps, script);
            let got = show(&play(role, &mut link, b"this connection"));
            steps.expect(got == expected, || {
                format!("expected {expected}, got {got}")
            });
        }
        for (role, script) in [
            (Role::Client, true_server(b"this connection")),
            (Role::Server, true_client(b"this connection")),
        ] {
            let steps = Steps::new(format!("you are the {role}; both name the same connection"));
            let mut link = Link::new(&steps, script);
            let got = show(&play(role, &mut link, b"this connection"));
            let expected = proof(&role.to_string(), SERVER, CLIENT, b"this connection");
            // The client proves itself before it hears the server's proof.
            if role == Role::Client || got == "Ok(())" {
                let sent = &link.sent[NONCE.min(link.sent.len())..];
                expect_sent(&steps, sent, &expected, &[("proof", TAG)]);
            }
            steps.expect(got == "Ok(())", || format!("expected Ok(()), got {got}"));
        }
    });
}

fn step_in_words(step: Step) -> String {
    match step {
        Step::UpTo(most) => format!("take {most} octets at most"),
        Step::Interrupted => "are interrupted by a signal".to_owned(),
        Step::NotReady => "find nothing ready".to_owned(),
    }
}

/// Plays both roles over a stream that does as little at a time as `reads` and
/// `writes` say.
#[track_caller]
fn trickle(reads: &[Step], writes: &[Step]) {
    for (role, script) in [
        (Role::Client, true_server(b"")),
        (Role::Server, true_client(b"")),
    ] {
        let mut how = Vec::new();
        for (what, steps) in [("reads", reads), ("writes", writes)] {
            let steps: Vec<_> = steps.iter().map(|step| step_in_words(*step)).collect();
            if !steps.is_empty() {
                how.push(format!("{what} {}", steps.join(", then ")));
            }
        }
        let steps = Steps::new(format!("you are the {role}; {}", how.join("; ")));
        let link = Link::new(&steps, script);
        let mut stream = Trickle::new(link)
            .reads(reads.iter().copied())
            .writes(writes.iter().copied());
        let got = show(&play(role, &mut stream, b""));
        steps.expect(got == "Ok(())", || format!("expected Ok(()), got {got}"));
    }
}

#[test]
#[ignore = "exercise"]
fn messages_come_in_pieces() {
    check(|| {
        for most in (1..=NONCE + TAG).rev() {
            trickle(&[Step::UpTo(most)], &[]);
        }
        trickle(&[Step::UpTo(NONCE), Step::UpTo(1)], &[]);
    });
}

#[test]
#[ignore = "exercise"]
fn messages_go_in_pieces() {
    check(|| {
        for most in (1..=NONCE + TAG).rev() {
            trickle(&[], &[Step::UpTo(most)]);
        }
    });
}

#[test]
#[ignore = "exercise"]
fn a_signal_comes_in_between() {
    check(|| {
        trickle(&[Step::Interrupted, Step::UpTo(50)], &[]);
        trickle(&[], &[Step::Interrupted, Step::UpTo(100)]);
    });
}

#[test]
#[ignore = "exercise"]
fn what_follows_is_not_read() {
    check(|| {
        for (role, mut script) in [
            (Role::Client, true_server(b"")),
            (Role::Server, true_client(b"")),
        ] {
            let Some(Turn::Says(last)) = script.last_mut() else {
                unreachable!("both end with what the peer says")
            };
            last.extend_from_slice(b"hello\n");
            let steps = Steps::new(format!(
                "you are the {role}; behind the peer's last message its first line has come already"
            ));
            let mut link = Link::new(&steps, script);
            let got = show(&play(role, &mut link, b""));
            steps.expect(got == "Ok(())", || format!("expected Ok(()), got {got}"));
            let left = link.left();
            steps.expect(left == b"hello\n", || {
                format!(
                    "expected that \"hello\\n\" is still to be read, and \"{}\" is",
                    left.escape_ascii()
                )
            });
        }
    });
}

#[test]
#[ignore = "exercise"]
fn a_peer_that_ends_in_the_middle() {
    check(|| {
        // Every length that a message can be cut to.
        for come in 0..NONCE {
            expect(
                Role::Client,
                vec![says(&[&[SERVER; NONCE][..come]]), Turn::Closes],
                &format!("{come} octets of the server's nonce came, and the end"),
                "Io of the kind UnexpectedEof",
            );
        }
        for come in 0..TAG {
            let proof = &proof("server", SERVER, CLIENT, b"")[..come];
            expect(
                Role::Client,
                vec![
                    says(&[&[SERVER; NONCE]]),
                    Turn::Hears(NONCE + TAG),
                    says(&[proof]),
                    Turn::Closes,
                ],
                &format!("{come} octets of the server's proof came, and the end"),
                "Io of the kind UnexpectedEof",
            );
        }
        let whole = [&[CLIENT; NONCE][..], &proof("client", SERVER, CLIENT, b"")].concat();
        for come in 0..whole.len() {
            expect(
                Role::Server,
                vec![Turn::Hears(NONCE), says(&[&whole[..come]]), Turn::Closes],
                &format!("{come} octets of the client's nonce and proof came, and the end"),
                "Io of the kind UnexpectedEof",
            );
        }
    });
}

#[test]
#[ignore = "exercise"]
fn a_connection_that_fails() {
    check(|| {
        expect(
            Role::Client,
            vec![
                says(&[&[SERVER; NONCE]]),
                Turn::Hears(NONCE + TAG),
                Turn::Resets,
            ],
            "the connection fails before the server's proof",
            "Io of the kind ConnectionReset",
        );
        expect(
            Role::Server,
            vec![Turn::Hears(NONCE), says(&[&[CLIENT; NONCE]]), Turn::Resets],
            "the connection fails before the client's proof",
            "Io of the kind ConnectionReset",
        );
        for (role, mut script) in [
            (Role::Client, vec![says(&[&[SERVER; NONCE]])]),
            (Role::Server, true_client(b"")),
        ] {
            script.push(Turn::Breaks);
            expect(
                role,
                script,
                "the connection is broken when you flush your proof",
                "Io of the kind BrokenPipe",
            );
        }
    });
}

#[test]
#[ignore = "exercise"]
fn all_is_flushed_in_the_end() {
    check(|| {
        for (role, script) in [
            (Role::Client, true_server(b"")),
            (Role::Server, true_client(b"")),
        ] {
            let steps = Steps::new(format!("you are the {role}"));
            let mut link = Link::new(&steps, script);
            let _ = play(role, &mut link, b"");
            let held = link.held.len();
            steps.expect(held == 0, || {
                format!(
                    "{held} octets that you wrote were never flushed: the other side waits for them"
                )
            });
        }
    });
}
