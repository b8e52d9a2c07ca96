#![allow(clippy::unwrap_used)] // a check that can't go on should say so at once

use super::*;

use std::collections::VecDeque;
use std::future::Future;
use std::io;
use std::rc::Rc;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};
use std::time::Duration;

use rustls::client::Resumption;
use rustls::pki_types::pem::Error as PemError;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection, HandshakeKind, ServerConfig, ServerConnection};
use testkit::{Steps, check, check_async};
use tls::{Authority, Clock, config};
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};
use tokio::sync::{Notify, mpsc, oneshot};
use tokio::time::{error::Elapsed, sleep, timeout};
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

const NAME: &str = "echo.example";
/// How long a client here waits for anything.
const PATIENCE: Duration = Duration::from_secs(1);

/// A certificate and its key, as files have them.
struct Files {
    chain: Vec<u8>,
    key: Vec<u8>,
    own: CertificateDer<'static>,
}

/// Three certificates for the same server, and a client that believes each of them.
/// Made once, for the keys.
struct World {
    files: [Files; 3],
    client: Arc<ClientConfig>,
}

static WORLD: LazyLock<World> = LazyLock::new(|| {
    let clock = Clock::at(1_577_934_245);
    let authority = Authority::new("Workbook", clock.time()).unwrap();
    let files = [(); 3].map(|()| {
        let identity = authority.server(&[NAME]).unwrap();
        Files {
            chain: identity
                .chain
                .iter()
                .map(|one| pem("CERTIFICATE", one))
                .collect::<String>()
                .into(),
            key: pem("PRIVATE KEY", identity.key.secret_der()).into(),
            own: identity.chain[0].clone(),
        }
    });
    let roots = config::roots([authority.root()]).unwrap();
    let mut client = ClientConfig::clone(&config::client(roots, clock).unwrap());
    // Where a session is resumed, no certificate is shown.
    client.resumption = Resumption::disabled();
    World {
        files,
        client: Arc::new(client),
    }
});

fn files(number: usize) -> &'static Files {
    &WORLD.files[number - 1]
}

/// PEM, as RFC 7468 has it.
fn pem(label: &str, der: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = format!("-----BEGIN {label}-----\n");
    // 48 octets are a line of 64 letters.
    for line in der.chunks(48) {
        for group in line.chunks(3) {
            let bits = group
                .iter()
                .chain([&0, &0])
                .take(3)
                .fold(0, |bits, octet| bits << 8 | usize::from(*octet));
            for place in 0..4 {
                text.push(match place <= group.len() {
                    true => char::from(DIGITS[bits >> (18 - 6 * place) & 63]),
                    false => '=',
                });
            }
        }
        text.push('\n');
    }
    text + &format!("-----END {label}-----\n")
}

fn which(certificate: Option<&CertificateDer<'_>>) -> &'static str {
    let names = ["the first", "the second", "the third"];
    let found = WORLD
        .files
        .iter()
        .position(|files| certificate == Some(&files.own));
    found.map_or("none that is known", |at| names[at])
}

fn first() -> Arc<Reloadable> {
    let files = files(1);
    match Reloadable::new(config::provider(), &files.chain, &files.key) {
        Ok(certificate) => Arc::new(certificate),
        Err(error) => panic!("a right chain and its key were refused: {error}"),
    }
}

fn server(certificate: &Arc<Reloadable>) -> Arc<ServerConfig> {
    let config = ServerConfig::builder_with_provider(config::provider())
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_cert_resolver(Arc::clone(certificate) as _);
    Arc::new(config)
}

/// A handshake in memory: which certificate is shown, and how many with it.
#[track_caller]
fn shown(server: &Arc<ServerConfig>) -> (&'static str, usize) {
    let name = ServerName::try_from(NAME).unwrap();
    let mut client = ClientConnection::new(Arc::clone(&WORLD.client), name).unwrap();
    let mut server = ServerConnection::new(Arc::clone(server)).unwrap();
    while client.is_handshaking() || server.is_handshaking() {
        let mut octets = VecDeque::new();
        while client.wants_write() {
            client.write_tls(&mut octets).unwrap();
        }
        while !octets.is_empty() {
            server.read_tls(&mut octets).unwrap();
        }
        let of_server = server.process_new_packets().map(drop);
        while server.wants_write() {
            server.write_tls(&mut octets).unwrap();
        }
        while !octets.is_empty() {
            client.read_tls(&mut octets).unwrap();
        }
        let of_client = client.process_new_packets().map(drop);
        for (whose, result) in [("server", of_server), ("client", of_client)] {
            if let Err(error) = result {
                let unknown = rustls::CertificateError::UnknownIssuer.into();
                let why = match error == unknown {
                    true => {
                        " (it knows the root. The issuer's certificate is in the file, behind \
                             the server's: it has to be shown too)"
                    }
                    false => "",
                };
                panic!("expected a handshake, and the {whose} said: {error}{why}");
            }
        }
    }
    let chain = client.peer_certificates().unwrap_or_default();
    (which(chain.first()), chain.len())
}

#[track_caller]
fn expect_shown(server: &Arc<ServerConfig>, expected: &str, when: &str) {
    let (got, _) = shown(server);
    assert!(
        got == expected,
        "{when}: expected that {expected} certificate is shown, and it was {got}"
    );
}

/// What came of it, in words: the error for PEM has octets in it.
fn show(result: &Result<(), Error>) -> String {
    match result {
        Ok(()) => "Ok(())".to_owned(),
        Err(Error::Pem(PemError::MissingSectionEnd { end_marker })) => {
            format!("an error: no end of the {}", end_marker.escape_ascii())
        }
        Err(Error::Pem(error)) => format!("an error of the PEM: {error}"),
        Err(error) => format!("the error: {error}"),
    }
}

/// What can't be used: refused at the beginning, and by `reload`, which leaves all as
/// it was.
#[track_caller]
fn expect_refused(chain: &[u8], key: &[u8], what: &str) {
    let got = Reloadable::new(config::provider(), chain, key).map(drop);
    assert!(
        got.is_err(),
        "{what}: expected an error of `new`, got {got:?}"
    );
    let certificate = first();
    let server = server(&certificate);
    let got = certificate.reload(chain, key);
    assert!(
        got.is_err(),
        "{what}: expected an error of `reload`, got {got:?}"
    );
    expect_shown(
        &server,
        "the first",
        &format!("{what}, and `reload` said so"),
    );
}

#[test]
#[ignore = "exercise"]
fn the_first_certificate_is_shown() {
    check(|| expect_shown(&server(&first()), "the first", "nothing was reloaded"));
}

#[test]
#[ignore = "exercise"]
fn the_whole_chain_is_shown() {
    check(|| {
        let (_, certificates) = shown(&server(&first()));
        assert!(
            certificates == 2,
            "the file has the server's certificate and that of its issuer: expected that 2 are \
             shown, got {certificates}"
        );
    });
}

#[test]
#[ignore = "exercise"]
fn a_new_certificate_is_shown() {
    check(|| {
        let certificate = first();
        // The server's configuration was made before, and stays.
        let server = server(&certificate);
        for (number, expected) in [(2, "the second"), (3, "the third"), (2, "the second")] {
            let files = files(number);
            let got = certificate.reload(&files.chain, &files.key);
            assert!(
                got.is_ok(),
                "a right chain and its key: expected Ok, got {}",
                show(&got)
            );
            expect_shown(&server, expected, &format!("{expected} one was loaded"));
        }
    });
}

#[test]
#[ignore = "exercise"]
fn no_certificate_is_refused() {
    check(|| {
        for chain in [&b""[..], b"\n", b"no PEM at all"] {
            expect_refused(
                chain,
                &files(2).key,
                &format!(
                    "the file of the chain has \"{}\" in it",
                    chain.escape_ascii()
                ),
            );
        }
        // Somebody mixed up the two.
        expect_refused(
            &files(2).key,
            &files(2).key,
            "the file of the chain has a key in it",
        );
    });
}

#[test]
#[ignore = "exercise"]
fn no_key_is_refused() {
    check(|| {
        for key in [&b""[..], b"no PEM at all"] {
            expect_refused(
                &files(2).chain,
                key,
                &format!("the file of the key has \"{}\" in it", key.escape_ascii()),
            );
        }
        expect_refused(
            &files(2).chain,
            &files(2).chain,
            "the file of the key has certificates in it",
        );
    });
}

#[test]
#[ignore = "exercise"]
fn the_key_of_another_certificate_is_refused() {
    check(|| {
        expect_refused(
            &files(2).chain,
            &files(1).key,
            "the chain is new, and the key is still the old one",
        );
        expect_refused(
            &files(1).chain,
            &files(2).key,
            "the key is new, and the chain is still the old one",
        );
    });
}

#[test]
#[ignore = "exercise"]
fn half_a_file_is_refused() {
    check(|| {
        let Files { chain, key, .. } = files(2);
        expect_refused(
            &chain[..chain.len() - 40],
            key,
            "the last certificate of the chain ends in the middle",
        );
        expect_refused(
            &chain[..200],
            key,
            "the first certificate of the chain ends in the middle",
        );
        expect_refused(chain, &key[..key.len() - 40], "the key ends in the middle");
    });
}

#[test]
#[ignore = "exercise"]
fn a_certificate_that_nobody_can_read_is_refused() {
    check(|| {
        let junk = pem("CERTIFICATE", b"this is not what a certificate looks like");
        expect_refused(
            junk.as_bytes(),
            &files(2).key,
            "the server's certificate is none",
        );
        let text = String::from_utf8(files(2).chain.clone()).unwrap();
        let (own, rest) = text.split_at(text.rfind("-----BEGIN").unwrap());
        let spoiled = format!("{own}{}", rest.replacen("MII", "M*I", 1));
        expect_refused(
            spoiled.as_bytes(),
            &files(2).key,
            "the second certificate of the chain is no base64",
        );
    });
}

/// A port in memory.
#[derive(Clone, Default)]
struct Town(Arc<Mutex<Place>>);

#[derive(Default)]
struct Place {
    /// How often it was listened at.
    taken: usize,
    listened: bool,
    waiting: VecDeque<DuplexStream>,
    /// Nobody is handed over yet: whoever connects waits.
    closed: bool,
    /// What the next call of `accept` comes to.
    fails: bool,
    knock: Arc<Notify>,
}

impl Town {
    fn place(&self) -> std::sync::MutexGuard<'_, Place> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Hands over who waits.
    fn open(&self) {
        let mut place = self.place();
        place.closed = false;
        place.knock.notify_one();
    }
}

struct Gate(Town);

impl Port for Town {
    type Listener = Gate;

    fn listen(&self) -> io::Result<Gate> {
        let mut place = self.place();
        if place.listened {
            return Err(io::ErrorKind::AddrInUse.into());
        }
        place.listened = true;
        place.taken += 1;
        Ok(Gate(self.clone()))
    }
}

impl Listener for Gate {
    type Stream = DuplexStream;

    async fn accept(&mut self) -> io::Result<DuplexStream> {
        loop {
            let knock = {
                let mut place = self.0.place();
                // Once: who asks again gets nothing, and doesn't go round.
                if std::mem::take(&mut place.fails) {
                    return Err(io::Error::other("no more"));
                }
                if !place.closed
                    && let Some(stream) = place.waiting.pop_front()
                {
                    return Ok(stream);
                }
                Arc::clone(&place.knock)
            };
            knock.notified().await;
        }
    }
}

impl Drop for Gate {
    fn drop(&mut self) {
        let mut place = self.0.place();
        place.listened = false;
        // Whoever waits is turned away.
        place.waiting.clear();
    }
}

/// What a check of `serve` works with.
#[derive(Clone)]
struct Stage {
    steps: Rc<Steps>,
    town: Town,
    renewals: mpsc::Sender<Renewal>,
}

impl Stage {
    /// Connects, and says nothing yet.
    fn connect(&self, who: &str) -> DuplexStream {
        self.steps.step(format!("{who} connects"));
        let (here, there) = duplex(16 * 1024);
        let mut place = self.town.place();
        if !place.listened {
            drop(place);
            self.steps
                .fail("expected that the port is listened at, and nobody is there");
        }
        place.waiting.push_back(there);
        place.knock.notify_one();
        here
    }

    /// Makes the handshake, and says which certificate was shown.
    async fn handshake(&self, who: &str, stream: DuplexStream) -> TlsStream<DuplexStream> {
        self.handshake_of(&WORLD.client, who, stream).await
    }

    async fn handshake_of(
        &self,
        client: &Arc<ClientConfig>,
        who: &str,
        stream: DuplexStream,
    ) -> TlsStream<DuplexStream> {
        let name = ServerName::try_from(NAME).unwrap();
        let connector = TlsConnector::from(Arc::clone(client));
        match timeout(PATIENCE, connector.connect(name, stream)).await {
            Ok(Ok(stream)) => {
                let session = stream.get_ref().1;
                let shown = match session.handshake_kind() {
                    Some(HandshakeKind::Resumed) => "resumes its session".to_owned(),
                    _ => {
                        let chain = session.peer_certificates();
                        let shown = which(chain.and_then(<[_]>::first));
                        format!("is shown {shown} certificate")
                    }
                };
                self.steps.step(format!("{who} {shown}"));
                stream
            }
            Ok(Err(error)) => self.steps.fail(&format!(
                "expected a handshake with {who}, which got: {error}"
            )),
            Err(_) => self.steps.fail(&format!(
                "expected a handshake with {who}, which waited for {PATIENCE:?} and got no answer"
            )),
        }
    }

    /// A client that is expected to be shown this certificate.
    async fn client(&self, who: &str, expected: &str) -> TlsStream<DuplexStream> {
        let stream = self.connect(who);
        let stream = self.handshake(who, stream).await;
        self.expect(&stream, expected);
        stream
    }

    fn expect(&self, stream: &TlsStream<DuplexStream>, expected: &str) {
        let chain = stream.get_ref().1.peer_certificates();
        let got = which(chain.and_then(<[_]>::first));
        self.steps.expect(got == expected, || {
            format!("expected that {expected} certificate is shown")
        });
    }

    /// Says something, and hears it.
    async fn say(&self, who: &str, stream: &mut TlsStream<DuplexStream>, text: &str) {
        let talk = async {
            stream.write_all(text.as_bytes()).await?;
            stream.flush().await?;
            let mut back = vec![0; text.len()];
            stream.read_exact(&mut back).await?;
            Ok::<_, io::Error>(back)
        };
        let got = match timeout(PATIENCE, talk).await {
            Ok(Ok(back)) if back == text.as_bytes() => None,
            Ok(Ok(back)) => Some(format!("\"{}\"", back.escape_ascii())),
            Ok(Err(error)) => Some(format!("the error: {error}")),
            Err(_) => Some(format!("nothing for {PATIENCE:?}")),
        };
        self.steps.step(format!("{who} says \"{text}\""));
        if let Some(got) = got {
            self.steps
                .fail(&format!("expected that {who} hears it back, got {got}"));
        }
    }

    /// Sends a renewal, and waits for its result.
    async fn renew(&self, chain: &[u8], key: &[u8], what: &str) -> Result<(), Error> {
        let (done, result) = oneshot::channel();
        self.steps.step(format!("a renewal comes: {what}"));
        let renewal = Renewal {
            chain: chain.to_vec(),
            key: key.to_vec(),
            done,
        };
        if self.renewals.send(renewal).await.is_err() {
            self.steps
                .fail("expected that renewals are received, and nobody does");
        }
        match timeout(PATIENCE, result).await {
            Ok(Ok(result)) => {
                self.steps.step(format!("`done` gets {}", show(&result)));
                result
            }
            Ok(Err(_)) => self
                .steps
                .fail("expected that `done` gets the result, and it was dropped"),
            Err(_) => self.steps.fail(&format!(
                "expected that `done` gets the result, and it got nothing for {PATIENCE:?}"
            )),
        }
    }

    async fn renew_to_the_second(&self) {
        let Files { chain, key, .. } = files(2);
        let result = self.renew(chain, key, "the second certificate").await;
        self.steps
            .expect(result.is_ok(), || "expected Ok(())".to_owned());
    }
}

/// Lets your server run as long as the script does. It must not end.
fn play<F, Fut>(script: F)
where
    F: FnOnce(Stage) -> Fut + Send + 'static,
    Fut: Future<Output = ()> + 'static,
{
    check_async(move || async move {
        let (renewals, receiver) = mpsc::channel(1);
        let stage = Stage {
            steps: Rc::new(Steps::new("your server runs")),
            town: Town::default(),
            renewals,
        };
        let (steps, town) = (Rc::clone(&stage.steps), stage.town.clone());
        tokio::select! {
            biased;
            ended = serve(&town, first(), receiver) => {
                steps.fail(&format!(
                    "expected that the server goes on, and it ended with {}",
                    show(&ended)
                ));
            }
            () = script(stage) => {}
        }
    });
}

#[test]
#[ignore = "exercise"]
fn a_client_is_served() {
    play(|stage| async move {
        let mut client = stage.client("a client", "the first").await;
        stage.say("the client", &mut client, "hello").await;
    });
}

#[test]
#[ignore = "exercise"]
fn two_clients_are_served_at_a_time() {
    play(|stage| async move {
        let mut one = stage.client("client 1", "the first").await;
        let mut two = stage.client("client 2", "the first").await;
        stage.say("client 2", &mut two, "hello").await;
        stage.say("client 1", &mut one, "hello").await;
    });
}

#[test]
#[ignore = "exercise"]
fn a_slow_handshake_holds_up_nobody() {
    play(|stage| async move {
        let _slow = stage.connect("a client that says nothing");
        let mut other = stage.client("another one", "the first").await;
        stage.say("the other one", &mut other, "hello").await;
        stage.renew_to_the_second().await;
        stage.client("a third one", "the second").await;
    });
}

#[test]
#[ignore = "exercise"]
fn the_next_client_is_shown_the_new_one() {
    play(|stage| async move {
        stage.client("client 1", "the first").await;
        stage.renew_to_the_second().await;
        stage.client("client 2", "the second").await;
    });
}

#[test]
#[ignore = "exercise"]
fn a_renewal_needs_no_client() {
    play(|stage| async move {
        stage.renew_to_the_second().await;
        stage.client("a client", "the second").await;
    });
}

#[test]
#[ignore = "exercise"]
fn who_was_here_may_resume() {
    play(|stage| comes_again(stage, false));
}

#[test]
#[ignore = "exercise"]
fn who_was_here_before_a_renewal_may_resume() {
    play(|stage| comes_again(stage, true));
}

/// A client is here, leaves, and resumes its session.
async fn comes_again(stage: Stage, renewed: bool) {
    let mut config = ClientConfig::clone(&WORLD.client);
    config.resumption = Resumption::in_memory_sessions(4);
    let config = Arc::new(config);
    let stream = stage.connect("a client");
    let mut stream = stage.handshake_of(&config, "the client", stream).await;
    // With the answer it has read the ticket, too.
    stage.say("the client", &mut stream, "hello").await;
    drop(stream);
    if renewed {
        stage.renew_to_the_second().await;
    }
    let stream = stage.connect("the same client");
    let stream = stage.handshake_of(&config, "the client", stream).await;
    let resumed = stream.get_ref().1.handshake_kind() == Some(HandshakeKind::Resumed);
    stage.steps.expect(resumed, || {
        "expected that it resumes its session, and the server knows of none".to_owned()
    });
}

#[test]
#[ignore = "exercise"]
fn an_old_connection_goes_on() {
    play(|stage| async move {
        let mut old = stage.client("client 1", "the first").await;
        stage.say("client 1", &mut old, "before").await;
        stage.renew_to_the_second().await;
        let mut new = stage.client("client 2", "the second").await;
        stage.say("client 1", &mut old, "after").await;
        stage.say("client 2", &mut new, "hello").await;
        let quiet = IDLE * 2 / 3;
        stage.steps.step(format!("{quiet:?} pass"));
        sleep(quiet).await;
        stage.say("client 1", &mut old, "and again").await;
    });
}

#[test]
#[ignore = "exercise"]
fn a_handshake_that_has_begun_goes_on() {
    play(|stage| async move {
        let stream = stage.connect("a slow client");
        // Another one after it, so that the slow one has been accepted.
        stage.client("another one", "the first").await;
        stage.renew_to_the_second().await;
        let mut stream = stage.handshake("the slow client", stream).await;
        stage.say("the slow client", &mut stream, "hello").await;
    });
}

#[test]
#[ignore = "exercise"]
fn who_waits_to_be_accepted_is_not_turned_away() {
    play(|stage| async move {
        stage.client("client 1", "the first").await;
        stage.town.place().closed = true;
        let waiting: Vec<_> = (2..=4)
            .map(|number| stage.connect(&format!("client {number}")))
            .collect();
        stage
            .steps
            .step("these wait to be accepted: `accept` has not come to them yet");
        stage.renew_to_the_second().await;
        stage.steps.step("`accept` comes to them");
        stage.town.open();
        for (stream, number) in waiting.into_iter().zip(2..) {
            let who = format!("client {number}");
            let mut stream = stage.handshake(&who, stream).await;
            stage.say(&who, &mut stream, "hello").await;
        }
    });
}

#[test]
#[ignore = "exercise"]
fn the_port_is_taken_once() {
    play(|stage| async move {
        stage.client("client 1", "the first").await;
        stage.renew_to_the_second().await;
        stage.client("client 2", "the second").await;
        let taken = stage.town.place().taken;
        stage.steps.expect(taken == 1, || {
            format!(
                "expected that the port is taken once, and it was {taken} times. In between, \
                 whoever connects is refused"
            )
        });
    });
}

#[test]
#[ignore = "exercise"]
fn a_broken_file_changes_nothing() {
    play(|stage| async move {
        let mut old = stage.client("client 1", "the first").await;
        let Files { chain, key, .. } = files(2);
        let _ = stage
            .renew(
                &chain[..chain.len() - 40],
                key,
                "a chain that ends in the middle",
            )
            .await;
        stage.say("client 1", &mut old, "hello").await;
        stage.client("client 2", "the first").await;
        let _ = stage
            .renew(chain, &files(1).key, "a new chain and the old key")
            .await;
        stage.client("client 3", "the first").await;
        stage.renew_to_the_second().await;
        stage.client("client 4", "the second").await;
    });
}

#[test]
#[ignore = "exercise"]
fn who_asked_hears_of_the_error() {
    play(|stage| async move {
        let result = stage.renew(b"", &files(2).key, "an empty file").await;
        stage
            .steps
            .expect(result.is_err(), || "expected an error".to_owned());
    });
}

#[test]
#[ignore = "exercise"]
fn who_asked_may_go_away() {
    play(|stage| async move {
        // The second renewal comes to a server that could not answer the first.
        for (number, who, expected) in [(2, "a client", "the second"), (3, "another", "the third")]
        {
            let (done, result) = oneshot::channel();
            drop(result);
            stage.steps.step(format!(
                "a renewal comes: {expected} certificate. Whoever sent it doesn't wait for the \
                 result"
            ));
            let Files { chain, key, .. } = files(number);
            let renewal = Renewal {
                chain: chain.clone(),
                key: key.clone(),
                done,
            };
            let _ = stage.renewals.send(renewal).await;
            // There is room for one, and so there is room again when it was received.
            let room = timeout(PATIENCE, stage.renewals.reserve()).await;
            stage
                .steps
                .expect(matches!(room, Ok(Ok(_))), || match room {
                    Ok(_) => {
                        "expected that it is received, and nobody receives any more".to_owned()
                    }
                    Err(_) => {
                        format!("expected that it is received, and nobody did for {PATIENCE:?}")
                    }
                });
            stage.client(who, expected).await;
        }
    });
}

#[test]
#[ignore = "exercise"]
fn nobody_is_left_who_could_ask() {
    play(|stage| async move {
        stage.renew_to_the_second().await;
        let Stage {
            steps,
            town,
            renewals,
        } = stage;
        steps.step("the last sender of renewals is dropped");
        drop(renewals);
        let (renewals, _nobody) = mpsc::channel(1);
        let stage = Stage {
            steps,
            town,
            renewals,
        };
        let mut client = stage.client("a client", "the second").await;
        stage.say("the client", &mut client, "hello").await;
        stage.client("another client", "the second").await;
    });
}

/// How a server ended, if it did.
fn show_end(got: &Result<Result<(), Error>, Elapsed>) -> String {
    match got {
        Ok(ended) => show(ended),
        Err(_) => format!("nothing: after {PATIENCE:?} your server still runs"),
    }
}

#[test]
#[ignore = "exercise"]
fn a_port_that_is_taken_is_an_error() {
    check_async(|| async {
        let town = Town::default();
        let _other = town.listen().unwrap();
        let (_renewals, receiver) = mpsc::channel(1);
        let got = timeout(PATIENCE, serve(&town, first(), receiver)).await;
        assert!(
            matches!(&got, Ok(Err(Error::Io(error))) if error.kind() == io::ErrorKind::AddrInUse),
            "somebody else listens at the port: expected an Io of the kind AddrInUse, got {}",
            show_end(&got)
        );
    });
}

#[test]
#[ignore = "exercise"]
fn a_port_that_fails_is_an_error() {
    check_async(|| async {
        let town = Town::default();
        town.place().fails = true;
        let (_renewals, receiver) = mpsc::channel(1);
        let got = timeout(PATIENCE, serve(&town, first(), receiver)).await;
        assert!(
            matches!(got, Ok(Err(Error::Io(_)))),
            "accept fails: expected that error as an Io, got {}",
            show_end(&got)
        );
    });
}
