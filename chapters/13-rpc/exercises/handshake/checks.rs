use super::*;

use rpc::digest::Digest;
use rpc::message;
use rpc::secret::Secret;
use testkit::{Steps, check_async};
use tokio::io::{AsyncWriteExt, DuplexStream, duplex};
use tokio::time::timeout;

use std::pin::Pin;
use std::time::Duration;

const KEY: &[u8] = b"secret password";

/// A listener's or a client's side.
#[derive(Clone, Copy, Debug)]
enum Side {
    Accept,
    Connect,
}

use Side::{Accept, Connect};

impl Side {
    fn name(self) -> &'static str {
        match self {
            Accept => "accept",
            Connect => "connect",
        }
    }

    async fn run(self, stream: &mut DuplexStream, secret: &Secret) -> Result<(), Error> {
        match self {
            Accept => accept(stream, secret).await,
            Connect => connect(stream, secret).await,
        }
    }
}

fn show(result: &Result<(), Error>) -> String {
    match result {
        Ok(()) => "Ok".to_owned(),
        Err(Error::Io(error)) => format!("Io, {:?}", error.kind()),
        Err(error) => format!("{error:?}"),
    }
}

/// The other end, which does what a check says.
struct Peer {
    stream: DuplexStream,
    steps: Steps,
    /// What it has been challenged with.
    theirs: Vec<u8>,
    /// What it has challenged with.
    ours: Vec<u8>,
}

/// An answer, with the name of its digest in front or not.
fn answer(digest: Digest, named: bool, key: &[u8], challenge: &[u8]) -> Vec<u8> {
    let name = match named {
        true => format!("{{{}}}", digest.name()),
        false => String::new(),
    };
    [name.as_bytes(), &digest.sign(key, challenge)].concat()
}

impl Peer {
    /// What a message is, in words: random octets are different each time.
    fn describe(&self, message: &[u8]) -> String {
        if let Some(challenge) = message.strip_prefix(CHALLENGE) {
            let whose = match challenge {
                theirs if theirs == self.theirs => ", the one that was sent",
                _ => "",
            };
            return match challenge.strip_prefix(b"{sha256}") {
                Some(rest) => format!("CHALLENGE, {{sha256}} and {} octets{whose}", rest.len()),
                None => format!("CHALLENGE and {} octets{whose}", challenge.len()),
            };
        }
        let without_name =
            |challenge: &[u8]| match challenge.iter().position(|octet| *octet == b'}') {
                Some(end) if challenge.starts_with(b"{") => challenge[end + 1..].to_vec(),
                _ => Vec::new(),
            };
        let wholes = [&self.ours, &self.theirs];
        for (challenge, whose) in wholes.iter().zip(["", "the answerer's own "]) {
            let parts = [
                (challenge.to_vec(), "challenge"),
                (without_name(challenge), "challenge without its name"),
                (
                    [CHALLENGE, challenge].concat(),
                    "challenge with CHALLENGE in front",
                ),
            ];
            for (part, what) in parts.iter().filter(|(part, _)| !part.is_empty()) {
                for digest in Digest::ALL {
                    for named in [true, false] {
                        if message == answer(digest, named, KEY, part) {
                            let name = digest.name();
                            let with = match named {
                                true => format!("{{{name}}} and "),
                                false => String::new(),
                            };
                            return format!("{with}the {name} digest of {whose}{what}");
                        }
                    }
                }
            }
        }
        match std::str::from_utf8(message) {
            Ok("") => "a message of no octets".to_owned(),
            Ok(text) => text.to_owned(),
            Err(_) => format!("{} octets that are no answer", message.len()),
        }
    }

    /// The next message, or what there is instead of one.
    async fn next(&mut self) -> Result<Vec<u8>, &'static str> {
        let wait = Duration::from_secs(5);
        match timeout(wait, message::receive(&mut self.stream, 1 << 16)).await {
            Ok(Ok(Some(message))) => Ok(message),
            Ok(Ok(None)) => Err("the end of the stream"),
            Ok(Err(_)) => Err("a message that is cut"),
            Err(_) => Err("nothing"),
        }
    }

    async fn gets(&mut self, what: &str, right: impl Fn(&Peer, &[u8]) -> bool) -> Vec<u8> {
        let got = self.next().await;
        let shown = match &got {
            Ok(message) => self.describe(message),
            Err(instead) => (*instead).to_owned(),
        };
        let is_right = got.as_ref().is_ok_and(|message| right(self, message));
        self.steps
            .expect(is_right, || format!("expected  {what}\ngot       {shown}"));
        self.steps.step(format!("it sends {what}"));
        got.unwrap_or_default()
    }

    async fn gets_text(&mut self, text: &'static [u8]) {
        let what = String::from_utf8_lossy(text).into_owned();
        self.gets(&what, |_, message| message == text).await;
    }

    async fn gets_challenge(&mut self) {
        let message = self
            .gets("CHALLENGE, {sha256} and 40 octets", |_, message| {
                message.starts_with(b"#CHALLENGE#{sha256}") && message.len() == 59
            })
            .await;
        self.theirs = message[CHALLENGE.len()..].to_vec();
    }

    /// It answers the challenge that it was sent, with this digest.
    async fn gets_answer(&mut self, digest: Digest, named: bool) {
        let expected = answer(digest, named, KEY, &self.ours);
        let what = self.describe(&expected);
        self.gets(&what, |_, message| message == expected).await;
    }

    async fn sends(&mut self, message: &[u8]) {
        self.steps
            .step(format!("it is sent {}", self.describe(message)));
        let _ = message::send(&mut self.stream, message).await;
    }

    async fn challenges(&mut self, challenge: &[u8]) {
        self.ours = challenge.to_vec();
        let what = match challenge.iter().position(|octet| *octet == b'}') {
            Some(end) if challenge.starts_with(b"{") => format!(
                "CHALLENGE, {} and {} octets",
                String::from_utf8_lossy(&challenge[..=end]),
                challenge.len() - end - 1
            ),
            _ => format!("CHALLENGE and {} octets", challenge.len()),
        };
        self.steps.step(format!("it is sent {what}"));
        let _ = message::send(&mut self.stream, &[CHALLENGE, challenge].concat()).await;
    }

    /// Answers the challenge that it was sent.
    async fn answers(&mut self, digest: Digest, named: bool, key: &[u8]) {
        let (name, whose) = (
            digest.name(),
            match key == KEY {
                true => "right",
                false => "wrong",
            },
        );
        let with = match named {
            true => format!("{{{name}}} and "),
            false => String::new(),
        };
        self.steps.step(format!(
            "it is sent {with}the {name} digest that the {whose} key makes"
        ));
        let answer = answer(digest, named, key, &self.theirs);
        let _ = message::send(&mut self.stream, &answer).await;
    }

    /// The first half of a handshake, if it is a listener's side.
    async fn is_accepted(&mut self) {
        self.gets_challenge().await;
        self.answers(Digest::Sha256, true, KEY).await;
        self.gets_text(WELCOME).await;
    }

    /// The first half of a handshake, if it is a client's side.
    async fn welcomes(&mut self) {
        self.challenges(NEW).await;
        self.gets_answer(Digest::Sha256, true).await;
        self.sends(WELCOME).await;
    }

    /// Nothing comes, and it waits.
    async fn gets_nothing(&mut self) {
        let got = self.next().await;
        self.steps.expect(got == Err("nothing"), || {
            let shown = match &got {
                Ok(message) => self.describe(message),
                Err(instead) => (*instead).to_owned(),
            };
            format!("expected  that it sends nothing yet\ngot       {shown}")
        });
    }
}

/// The challenge of a new Python, and that of an old one.
const NEW: &[u8] = b"{sha256}0123456789012345678901234567890123456789";
const OLD: &[u8] = b"01234567890123456789";

/// One side has to do with this peer, and what comes of it is this.
async fn expect_with(
    side: Side,
    secret: &Secret,
    expected: &str,
    script: impl AsyncFnOnce(&mut Peer),
) {
    let (stream, other) = duplex(1 << 12);
    let mut peer = Peer {
        stream: other,
        steps: Steps::new(format!("what {} does, and what is done to it", side.name())),
        theirs: Vec::new(),
        ours: Vec::new(),
    };
    let script = async {
        script(&mut peer).await;
        peer
    };
    // In a box, so that the rest is compiled once, not for each of them.
    play(side, stream, secret, expected, Box::pin(script)).await;
}

async fn play(
    side: Side,
    mut stream: DuplexStream,
    secret: &Secret,
    expected: &str,
    script: Pin<Box<dyn Future<Output = Peer> + '_>>,
) {
    let side = async {
        let result = side.run(&mut stream, secret).await;
        // Whoever has called it goes away.
        drop(stream);
        result
    };
    let other = async {
        let mut peer = script.await;
        // Nothing more is expected; and then this end goes away as well.
        if let Ok(rest) = peer.next().await {
            let shown = peer.describe(&rest);
            peer.steps.fail(&format!(
                "expected  that it sends nothing more\ngot       {shown}"
            ));
        }
        peer.steps
    };
    let (result, steps) = tokio::join!(timeout(Duration::from_secs(60), side), other);
    let shown = match &result {
        Ok(result) => show(result),
        Err(_) => "nothing, it still waits".to_owned(),
    };
    steps.expect(shown == expected, || {
        format!("expected that it returns  {expected}\ngot                       {shown}")
    });
}

async fn expect(side: Side, expected: &str, script: impl AsyncFnOnce(&mut Peer)) {
    expect_with(side, &Secret::new(KEY), expected, script).await;
}

#[test]
#[ignore = "exercise"]
fn the_listener_challenges() {
    check_async(|| async {
        expect(Accept, "Closed", async |peer| peer.gets_challenge().await).await;
    });
}

#[test]
#[ignore = "exercise"]
fn the_client_waits_for_a_challenge() {
    check_async(|| async {
        expect(Connect, "Closed", async |peer| peer.gets_nothing().await).await;
    });
}

#[test]
#[ignore = "exercise"]
fn a_right_answer_is_welcome() {
    check_async(|| async {
        expect(Accept, "Closed", async |peer| peer.is_accepted().await).await;
    });
}

#[test]
#[ignore = "exercise"]
fn an_old_python_s_answer_is_welcome() {
    check_async(|| async {
        expect(Accept, "Closed", async |peer| {
            peer.gets_challenge().await;
            peer.answers(Digest::Md5, false, KEY).await;
            peer.gets_text(WELCOME).await;
        })
        .await;
    });
}

#[test]
#[ignore = "exercise"]
fn any_digest_that_is_known_may_be_named() {
    check_async(|| async {
        for digest in Digest::ALL {
            expect(Accept, "Closed", async |peer| {
                peer.gets_challenge().await;
                peer.answers(digest, true, KEY).await;
                peer.gets_text(WELCOME).await;
            })
            .await;
        }
    });
}

#[test]
#[ignore = "exercise"]
fn before_the_answer_nobody_is_welcome() {
    check_async(|| async {
        expect(Accept, "Closed", async |peer| {
            peer.gets_challenge().await;
            peer.gets_nothing().await;
        })
        .await;
    });
}

#[test]
#[ignore = "exercise"]
fn the_challenge_lives_until_its_answer() {
    check_async(|| async {
        let secret = Secret::new(KEY);
        expect_with(Accept, &secret, "Closed", async |peer| {
            peer.gets_challenge().await;
            peer.steps.expect(secret.is_ours(&peer.theirs), || {
                "expected  that the challenge is alive: no answer has come yet\ngot       that it was \
                 dropped"
                    .to_owned()
            });
        })
        .await;
    });
}

#[test]
#[ignore = "exercise"]
fn the_wrong_key_is_a_failure() {
    check_async(|| async {
        for (digest, named) in [
            (Digest::Sha256, true),
            (Digest::Md5, false),
            (Digest::Sha384, true),
        ] {
            expect(Accept, "WrongAnswer", async |peer| {
                peer.gets_challenge().await;
                peer.answers(digest, named, b"guessed").await;
                peer.gets_text(FAILURE).await;
            })
            .await;
        }
    });
}

#[test]
#[ignore = "exercise"]
fn the_digest_is_that_of_the_whole_challenge() {
    check_async(|| async {
        expect(Accept, "WrongAnswer", async |peer| {
            peer.gets_challenge().await;
            let random = peer.theirs[b"{sha256}".len()..].to_vec();
            peer.steps
                .step("it is sent {sha256} and the sha256 digest of the forty octets alone");
            let _ = message::send(
                &mut peer.stream,
                &answer(Digest::Sha256, true, KEY, &random),
            )
            .await;
            peer.gets_text(FAILURE).await;
        })
        .await;
    });
}

#[test]
#[ignore = "exercise"]
fn half_a_digest_is_a_failure() {
    check_async(|| async {
        for length in [b"{sha256}".len(), b"{sha256}".len() + 31] {
            expect(Accept, "WrongAnswer", async |peer| {
                peer.gets_challenge().await;
                let digest = answer(Digest::Sha256, true, KEY, &peer.theirs);
                peer.steps.step(format!(
                    "it is sent the first {length} octets of the right answer"
                ));
                let _ = message::send(&mut peer.stream, &digest[..length]).await;
                peer.gets_text(FAILURE).await;
            })
            .await;
        }
    });
}

#[test]
#[ignore = "exercise"]
fn an_unknown_digest_is_a_failure() {
    check_async(|| async {
        let sha3 = [&b"{sha3_256}"[..], &[7; 32]].concat();
        for message in [sha3, Vec::new(), b"#WELCOME#".to_vec()] {
            expect(Accept, "UnknownDigest", async |peer| {
                peer.gets_challenge().await;
                peer.sends(&message).await;
                peer.gets_text(FAILURE).await;
            })
            .await;
        }
        expect(Accept, "UnknownDigest", async |peer| {
            peer.gets_challenge().await;
            peer.answers(Digest::Sha256, false, KEY).await;
            peer.gets_text(FAILURE).await;
        })
        .await;
    });
}

#[test]
#[ignore = "exercise"]
fn the_client_answers() {
    check_async(|| async {
        expect(Connect, "Closed", async |peer| {
            peer.challenges(NEW).await;
            peer.gets_answer(Digest::Sha256, true).await;
            peer.gets_nothing().await;
        })
        .await;
    });
}

#[test]
#[ignore = "exercise"]
fn the_client_answers_an_old_python() {
    check_async(|| async {
        expect(Connect, "Closed", async |peer| {
            peer.challenges(OLD).await;
            peer.gets_answer(Digest::Md5, false).await;
        })
        .await;
        // Twenty octets are twenty octets, whatever they look like.
        expect(Connect, "Closed", async |peer| {
            peer.challenges(b"{sha256}012345678901").await;
            peer.gets_answer(Digest::Md5, false).await;
        })
        .await;
    });
}

#[test]
#[ignore = "exercise"]
fn the_challenge_names_the_digest() {
    check_async(|| async {
        for digest in Digest::ALL {
            let challenge = format!(
                "{{{}}}0123456789012345678901234567890123456789",
                digest.name()
            );
            expect(Connect, "Closed", async |peer| {
                peer.challenges(challenge.as_bytes()).await;
                peer.gets_answer(digest, true).await;
            })
            .await;
        }
    });
}

#[test]
#[ignore = "exercise"]
fn a_challenge_without_a_known_digest_is_not_answered() {
    check_async(|| async {
        let long = b"0123456789012345678901234567890123456789";
        let unknown = b"{sha3_256}0123456789012345678901234567890123456789";
        for challenge in [&long[..], unknown] {
            expect(Connect, "UnknownDigest", async |peer| {
                peer.challenges(challenge).await;
            })
            .await;
        }
    });
}

#[test]
#[ignore = "exercise"]
fn a_short_challenge_is_not_answered() {
    check_async(|| async {
        for challenge in [&b""[..], b"0123456789012345678", b"{sha256}0123456789"] {
            expect(Connect, "UnknownDigest", async |peer| {
                peer.challenges(challenge).await;
            })
            .await;
        }
    });
}

#[test]
#[ignore = "exercise"]
fn what_is_no_challenge_is_not_answered() {
    check_async(|| async {
        for message in [
            &b"hello"[..],
            b"",
            b"#WELCOME#",
            b"#challenge#01234567890123456789",
        ] {
            expect(Connect, "NoChallenge", async |peer| {
                peer.sends(message).await
            })
            .await;
        }
    });
}

#[test]
#[ignore = "exercise"]
fn whoever_does_not_welcome_refuses() {
    check_async(|| async {
        for message in [FAILURE, b"", b"#WELCOME#!", b"#WELCOME", b"yes"] {
            expect(Connect, "Refused", async |peer| {
                peer.challenges(NEW).await;
                peer.gets_answer(Digest::Sha256, true).await;
                peer.sends(message).await;
            })
            .await;
        }
    });
}

#[test]
#[ignore = "exercise"]
fn the_listener_has_to_prove_it_too() {
    check_async(|| async {
        expect(Connect, "Closed", async |peer| {
            peer.welcomes().await;
            peer.gets_challenge().await;
        })
        .await;
        expect(Connect, "WrongAnswer", async |peer| {
            peer.welcomes().await;
            peer.gets_challenge().await;
            peer.answers(Digest::Sha256, true, b"guessed").await;
            peer.gets_text(FAILURE).await;
        })
        .await;
        expect(Connect, "Ok", async |peer| {
            peer.welcomes().await;
            peer.gets_challenge().await;
            peer.answers(Digest::Sha256, true, KEY).await;
            peer.gets_text(WELCOME).await;
        })
        .await;
    });
}

#[test]
#[ignore = "exercise"]
fn the_listener_proves_it() {
    check_async(|| async {
        expect(Accept, "Refused", async |peer| {
            peer.is_accepted().await;
            peer.challenges(OLD).await;
            peer.gets_answer(Digest::Md5, false).await;
            peer.sends(FAILURE).await;
        })
        .await;
        expect(Accept, "Ok", async |peer| {
            peer.is_accepted().await;
            peer.challenges(NEW).await;
            peer.gets_answer(Digest::Sha256, true).await;
            peer.sends(WELCOME).await;
        })
        .await;
    });
}

#[test]
#[ignore = "exercise"]
fn a_challenge_of_our_own_is_not_answered() {
    check_async(|| async {
        let secret = Secret::new(KEY);
        // Two clients with the same secret, and a stranger who has got both to connect. What
        // the first asks him, he asks the second.
        expect_with(Connect, &secret, "WrongAnswer", async |first| {
            first.welcomes().await;
            first.gets_challenge().await;
            first
                .steps
                .step("the same challenge is sent to another client with the same secret");
            let challenge = first.theirs.clone();
            expect_with(Connect, &secret, "Reflected", async |second| {
                second
                    .steps
                    .step("(this is a second client: the first one waits for an answer)");
                second.challenges(&challenge).await;
            })
            .await;
            first.answers(Digest::Sha256, true, b"guessed").await;
            first.gets_text(FAILURE).await;
        })
        .await;
    });
}

#[test]
#[ignore = "exercise"]
fn a_message_of_the_limit_is_read() {
    check_async(|| async {
        let challenge = [&b"{sha256}"[..], &[b'0'; LIMIT - 19]].concat();
        expect(Connect, "Closed", async |peer| {
            peer.challenges(&challenge).await;
            peer.gets_answer(Digest::Sha256, true).await;
        })
        .await;
    });
}

#[test]
#[ignore = "exercise"]
fn a_longer_message_is_not_read() {
    check_async(|| async {
        let challenge = [&b"{sha256}"[..], &[b'0'; LIMIT - 18]].concat();
        expect(Connect, "Io, InvalidData", async |peer| {
            peer.challenges(&challenge).await
        })
        .await;
        expect(Accept, "Io, InvalidData", async |peer| {
            peer.gets_challenge().await;
            peer.steps
                .step("it is sent a length of two thousand million octets");
            let _ = peer.stream.write_all(&[0x7F, 0xFF, 0xFF, 0xFF]).await;
        })
        .await;
        expect(Connect, "Io, InvalidData", async |peer| {
            peer.challenges(NEW).await;
            peer.gets_answer(Digest::Sha256, true).await;
            peer.sends(&[b'W'; LIMIT + 1]).await;
        })
        .await;
    });
}

#[test]
#[ignore = "exercise"]
fn the_end_may_come_at_any_time() {
    check_async(|| async {
        expect(Connect, "Closed", async |peer| {
            peer.steps.step("the stream ends");
            let _ = peer.stream.shutdown().await;
        })
        .await;
        expect(Connect, "Closed", async |peer| {
            peer.challenges(NEW).await;
            peer.gets_answer(Digest::Sha256, true).await;
            peer.steps.step("the stream ends");
            let _ = peer.stream.shutdown().await;
        })
        .await;
        expect(Accept, "Closed", async |peer| {
            peer.is_accepted().await;
            peer.steps.step("the stream ends");
            let _ = peer.stream.shutdown().await;
        })
        .await;
    });
}

/// Both sides of the reader's, against each other.
async fn both(listener: &'static [u8], client: &'static [u8]) -> String {
    let (mut one, mut other) = duplex(1 << 12);
    let (listener, client) = (Secret::new(listener), Secret::new(client));
    let accepting = async {
        let result = accept(&mut one, &listener).await;
        drop(one);
        show(&result)
    };
    let connecting = async {
        let result = connect(&mut other, &client).await;
        drop(other);
        show(&result)
    };
    let both = async { tokio::join!(accepting, connecting) };
    match timeout(Duration::from_secs(60), both).await {
        Ok((accepted, connected)) => format!("accept {accepted}, connect {connected}"),
        Err(_) => "both wait for each other".to_owned(),
    }
}

#[test]
#[ignore = "exercise"]
fn both_sides_understand_each_other() {
    check_async(|| async {
        let got = both(KEY, KEY).await;
        assert!(
            got == "accept Ok, connect Ok",
            "accept and connect talked to each other, with the same key\n  \
             expected  accept Ok, connect Ok\n  got       {got}"
        );
    });
}

#[test]
#[ignore = "exercise"]
fn both_sides_notice_another_key() {
    check_async(|| async {
        let got = both(KEY, b"secret passwort").await;
        assert!(
            got == "accept WrongAnswer, connect Refused",
            "accept and connect talked to each other, with two keys\n  \
             expected  accept WrongAnswer, connect Refused\n  got       {got}"
        );
    });
}
