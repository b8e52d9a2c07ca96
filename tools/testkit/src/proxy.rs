//! Stands between two ends, and does to what passes what a script says: the core of the
//! program `bad-proxy`, and of every test that wants a worse network than loopback.
//!
//! A [`Way`] is one direction of a TCP connection, as a list of [`Act`]s, which are done in
//! their order. As text they stand between commas:
//!
//! ```
//! use testkit::proxy::{Act, Way};
//!
//! let way: Way = "split 1, pass 10, stall 2s, reset".parse().unwrap();
//! assert_eq!(way.acts()[1], Act::Pass(10));
//! assert_eq!(way.to_string(), "split 1, pass 10, stall 2s, reset");
//! ```
//!
//! Datagrams meet the fates of [`lossy`].

use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::str::FromStr;
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream, UdpSocket};
use tokio::sync::{mpsc, oneshot};
use tokio::time::{sleep, timeout};

use crate::PATIENCE;
use crate::lossy::{self, Fate};

/// The most octets that are held at a time, for one direction.
const BUFFER: usize = 64 * 1024;
/// A datagram of UDP is never longer.
const DATAGRAM: usize = 65_535;
/// For whom no datagram has come and gone for so long is forgotten.
const IDLE: Duration = Duration::from_secs(60);
/// So many clients over UDP at a time: each has a socket of its own, and an address is easily
/// invented.
const CLIENTS: usize = 500;

// ANCHOR: act
/// One step of a script for one direction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    /// Pass so many octets on before the next step.
    Pass(usize),
    /// From now on, write at most so many octets at a time.
    Split(usize),
    /// From now on, wait until there are so many octets, or the end.
    Join(usize),
    /// From now on, hold each write back for so long.
    Delay(Duration),
    /// Read and write nothing for so long, or for ever.
    Stall(Option<Duration>),
    /// Close the connection to both ends.
    Close,
    /// Reset it.
    Reset,
}
// ANCHOR_END: act

/// The script of one direction. After its last step everything passes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Way(Vec<Act>);

impl Way {
    /// Its steps.
    pub fn acts(&self) -> &[Act] {
        &self.0
    }
}

impl fmt::Display for Act {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Pass(octets) => write!(f, "pass {octets}"),
            Self::Split(octets) => write!(f, "split {octets}"),
            Self::Join(octets) => write!(f, "join {octets}"),
            Self::Delay(time) => write!(f, "delay {time:?}"),
            Self::Stall(Some(time)) => write!(f, "stall {time:?}"),
            Self::Stall(None) => f.write_str("stall"),
            Self::Close => f.write_str("close"),
            Self::Reset => f.write_str("reset"),
        }
    }
}

impl fmt::Display for Way {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let acts: Vec<String> = self.0.iter().map(Act::to_string).collect();
        f.write_str(&acts.join(", "))
    }
}

impl FromStr for Act {
    type Err = String;

    fn from_str(text: &str) -> Result<Act, String> {
        let words: Vec<&str> = text.split_whitespace().collect();
        Ok(match words[..] {
            ["pass", octets] => Act::Pass(number(octets)?),
            ["split", octets] => Act::Split(number(octets)?),
            ["join", octets] => Act::Join(number(octets)?),
            ["delay", time] => Act::Delay(duration(time)?),
            ["stall", time] => Act::Stall(Some(duration(time)?)),
            ["stall"] => Act::Stall(None),
            ["close"] => Act::Close,
            ["reset"] => Act::Reset,
            _ => return Err(format!("no such step: {text:?}")),
        })
    }
}

impl FromStr for Way {
    type Err = String;

    fn from_str(text: &str) -> Result<Way, String> {
        match text.trim() {
            "" => Ok(Way::default()),
            text => text
                .split(',')
                .map(|act| act.trim().parse())
                .collect::<Result<_, _>>()
                .map(Way),
        }
    }
}

/// Reads the fates of datagrams in their order, as in `lose, deliver, late 1, after 20ms`.
///
/// # Errors
///
/// When one is none.
pub fn fates(text: &str) -> Result<Vec<Fate>, String> {
    text.split(',')
        .map(|text| {
            let words: Vec<&str> = text.split_whitespace().collect();
            Ok(match words[..] {
                ["deliver"] => Fate::Deliver,
                ["lose"] => Fate::Lose,
                ["double"] => Fate::Double,
                ["late", more] => Fate::Late(number(more)?),
                ["after", time] => Fate::After(duration(time)?),
                ["again", time] => Fate::Again(duration(time)?),
                _ => return Err(format!("no such fate: {:?}", text.trim())),
            })
        })
        .collect()
}

/// One or more, and not so many that nothing would ever pass.
fn number(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(number) if (1..=BUFFER).contains(&number) => Ok(number),
        _ => Err(format!("not a number from 1 to {BUFFER}: {text:?}")),
    }
}

/// `20ms` or `2s`, up to an hour.
fn duration(text: &str) -> Result<Duration, String> {
    let digits = text.trim_end_matches(|letter: char| letter.is_ascii_alphabetic());
    let milliseconds = match (digits.parse::<u64>(), &text[digits.len()..]) {
        (Ok(number), "ms") => Some(number),
        (Ok(number), "s") => number.checked_mul(1000),
        _ => None,
    };
    match milliseconds {
        Some(number) if number <= 3_600_000 => Ok(Duration::from_millis(number)),
        _ => Err(format!("not a time such as 20ms or 2s: {text:?}")),
    }
}

/// What both directions of a TCP connection meet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Faults {
    /// From the client to the server.
    pub to_server: Way,
    /// From the server to the client.
    pub to_client: Way,
}

impl FromStr for Faults {
    type Err = String;

    /// The steps to the server, a bar, and the steps to the client.
    fn from_str(text: &str) -> Result<Faults, String> {
        let (to_server, to_client) = text.split_once('|').unwrap_or((text, ""));
        Ok(Faults {
            to_server: to_server.parse()?,
            to_client: to_client.parse()?,
        })
    }
}

impl Faults {
    /// From the scripts of both directions, which must be right.
    ///
    /// # Panics
    ///
    /// When one of them is not.
    #[allow(clippy::unwrap_used)] // a test that can't go on should say so at once
    pub fn of(to_server: &str, to_client: &str) -> Faults {
        Faults {
            to_server: to_server.parse().unwrap(),
            to_client: to_client.parse().unwrap(),
        }
    }
}

/// Where octets go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Towards {
    /// From the client to the server.
    Server,
    /// From the server to the client.
    Client,
}

/// What happened on a connection.
#[derive(Clone, Copy, Debug)]
pub enum Event<'a> {
    /// These octets are passed on.
    Octets(&'a [u8]),
    /// This step is begun, after so many octets of its direction.
    Act(Act, u64),
}

/// Why a connection is over before both ends have ended it.
#[derive(Debug)]
enum Cut {
    Close,
    Reset,
}

// ANCHOR: carry
/// Carries octets one way until their end, as `way` says.
async fn carry(
    mut from: impl AsyncRead + Unpin,
    mut to: impl AsyncWrite + Unpin,
    way: &Way,
    mut tell: impl FnMut(Event<'_>),
) -> Result<(), Cut> {
    let mut acts = way.0.iter();
    let (mut split, mut join, mut delay) = (BUFFER, 1, Duration::ZERO);
    let (mut left, mut passed) = (0, 0); // until the next step; since the beginning
    let mut buffer = Vec::new();
    loop {
        while left == 0 {
            let Some(&act) = acts.next() else {
                left = usize::MAX;
                break;
            };
            tell(Event::Act(act, passed));
            match act {
                Act::Pass(octets) => left = octets,
                Act::Split(octets) => split = octets,
                Act::Join(octets) => join = octets,
                Act::Delay(time) => delay = time,
                Act::Stall(Some(time)) => sleep(time).await,
                Act::Stall(None) => std::future::pending().await,
                Act::Close => return Err(Cut::Close),
                Act::Reset => return Err(Cut::Reset),
            }
        }
        buffer.clear();
        let mut ended = false;
        while !ended && buffer.len() < join.min(left) {
            let most = (BUFFER.min(left) - buffer.len()) as u64;
            let read = (&mut from).take(most).read_buf(&mut buffer).await;
            // An end that was reset is passed on as it is.
            ended = read.map_err(|_| Cut::Reset)? == 0;
        }
        left -= buffer.len();
        passed += buffer.len() as u64;
        for piece in buffer.chunks(split) {
            if !delay.is_zero() {
                sleep(delay).await;
            }
            tell(Event::Octets(piece));
            let written = to.write_all(piece).await;
            written.and(to.flush().await).map_err(|_| Cut::Reset)?;
        }
        if ended {
            let _ = to.shutdown().await; // who is gone needs no end
            return Ok(());
        }
    }
}
// ANCHOR_END: carry

/// Stands between a client and a server until both have ended, or one of them or a script
/// cuts their connection. What passes is told to `tell`.
pub async fn between(
    mut client: TcpStream,
    mut server: TcpStream,
    faults: &Faults,
    tell: impl Fn(Towards, Event<'_>),
) {
    for stream in [&client, &server] {
        // Pieces leave as pieces. It fails where the end has gone, and reading tells.
        let _ = stream.set_nodelay(true);
    }
    let cut = {
        let ((from_client, to_client), (from_server, to_server)) = (client.split(), server.split());
        let told = |towards| {
            let tell = &tell;
            move |event: Event<'_>| tell(towards, event)
        };
        let up = carry(
            from_client,
            to_server,
            &faults.to_server,
            told(Towards::Server),
        );
        let down = carry(
            from_server,
            to_client,
            &faults.to_client,
            told(Towards::Client),
        );
        tokio::try_join!(up, down)
    };
    if let Err(Cut::Reset) = cut {
        // Closed with nothing to linger for, a connection is reset.
        let _ = client.set_zero_linger();
        let _ = server.set_zero_linger();
    }
}

/// Connects `client` to the server at `upstream`, and stands between them. A client whose
/// server can't be reached is reset.
///
/// # Errors
///
/// When the server can't be reached.
pub async fn pass_on(
    client: TcpStream,
    upstream: SocketAddr,
    faults: &Faults,
    tell: impl Fn(Towards, Event<'_>),
) -> io::Result<()> {
    match TcpStream::connect(upstream).await {
        Ok(server) => between(client, server, faults, tell).await,
        Err(error) => {
            let _ = client.set_zero_linger();
            return Err(error);
        }
    }
    Ok(())
}

/// Stands between `socket`'s clients and the server at `upstream`. The datagrams of every
/// client meet these fates, in order. What comes from more clients than there is room for is
/// lost, until one has been silent for a minute; what goes wrong with one is told to `tell`.
///
/// # Errors
///
/// When the socket fails.
pub async fn datagrams(
    socket: UdpSocket,
    upstream: SocketAddr,
    to_server: &[Fate],
    to_client: &[Fate],
    tell: impl Fn(SocketAddr, io::Error),
) -> io::Result<()> {
    let socket = Arc::new(socket);
    let plan = lossy::Plan {
        kept: false,
        ..lossy::Plan::default()
    };
    let mut clients: Vec<(SocketAddr, mpsc::Sender<Vec<u8>>)> = Vec::new();
    let mut buffer = vec![0; DATAGRAM];
    loop {
        let Ok((length, client)) = socket.recv_from(&mut buffer).await else {
            continue; // what a client that has gone left behind
        };
        clients.retain(|(_, sender)| !sender.is_closed());
        let known = clients.iter().position(|(address, _)| *address == client);
        let at = match known {
            Some(at) => at,
            None if clients.len() == CLIENTS => continue,
            None => {
                let server = match connected(upstream).await {
                    Ok(server) => server,
                    Err(error) => {
                        tell(client, error);
                        continue;
                    }
                };
                let (sender, arrived) = mpsc::channel(64);
                let link = plan.link(to_server.iter().copied(), to_client.iter().copied());
                tokio::spawn(one_client(
                    arrived,
                    link,
                    Arc::clone(&socket),
                    client,
                    server,
                ));
                clients.push((client, sender));
                clients.len() - 1
            }
        };
        // A client that sends more than can be carried loses the rest, as it would anywhere.
        let _ = clients[at].1.try_send(buffer[..length].to_vec());
    }
}

async fn connected(upstream: SocketAddr) -> io::Result<UdpSocket> {
    let any = SocketAddr::new(
        match upstream {
            SocketAddr::V4(_) => [0; 4].into(),
            SocketAddr::V6(_) => [0; 16].into(),
        },
        0,
    );
    let server = UdpSocket::bind(any).await?;
    server.connect(upstream).await?;
    Ok(server)
}

async fn one_client(
    mut arrived: mpsc::Receiver<Vec<u8>>,
    (near, far): (lossy::End, lossy::End),
    socket: Arc<UdpSocket>,
    client: SocketAddr,
    server: UdpSocket,
) {
    let mut buffer = vec![0; DATAGRAM];
    loop {
        // What is dropped here has taken nothing yet.
        let moved = timeout(IDLE, async {
            tokio::select! {
                Some(datagram) = arrived.recv() => near.send(&datagram),
                datagram = far.recv() => drop(server.send(&datagram).await),
                read = server.recv(&mut buffer) => if let Ok(length) = read {
                    far.send(&buffer[..length]);
                },
                datagram = near.recv() => drop(socket.send_to(&datagram, client).await),
            }
        });
        if moved.await.is_err() {
            return;
        }
    }
}

/// Stands before a server, and harms everyone who comes, until it is dropped.
#[derive(Debug)]
pub struct BadProxy {
    /// Where a client finds it.
    pub address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl BadProxy {
    /// Every connection to the server at `upstream` meets `faults`.
    pub fn before(upstream: SocketAddr, faults: Faults) -> BadProxy {
        let (stop, stopped) = oneshot::channel();
        let (address, thread) = spawn(move |listener| async move {
            let harm = async {
                let faults = Arc::new(faults);
                while let Ok((client, _)) = listener.accept().await {
                    let faults = Arc::clone(&faults);
                    tokio::spawn(async move {
                        let _ = pass_on(client, upstream, &faults, |_, _| {}).await;
                    });
                }
            };
            tokio::select! {
                _ = harm => {}
                _ = stopped => {}
            }
        });
        BadProxy {
            address,
            stop: Some(stop),
            thread: Some(thread),
        }
    }
}

impl Drop for BadProxy {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// Stands between a client and a server, harms nobody, and writes down what each says.
#[derive(Debug)]
pub struct Relay {
    /// Where a client finds it.
    pub address: SocketAddr,
    octets: JoinHandle<(Vec<u8>, Vec<u8>)>,
}

impl Relay {
    /// Passes one connection on to the server at `upstream`.
    #[allow(clippy::unwrap_used)] // a test that can't go on should say so at once
    pub fn to(upstream: SocketAddr) -> Relay {
        let (address, octets) = spawn(move |listener| async move {
            let (client, _) = listener.accept().await.unwrap();
            let seen = Mutex::new((Vec::new(), Vec::new()));
            let tell = |towards, event: Event<'_>| {
                let mut seen = seen.lock().unwrap();
                match (towards, event) {
                    (Towards::Server, Event::Octets(octets)) => seen.0.extend_from_slice(octets),
                    (Towards::Client, Event::Octets(octets)) => seen.1.extend_from_slice(octets),
                    (_, Event::Act(..)) => {}
                }
            };
            let faults = Faults::default();
            // Whoever says nothing more has said what is to be seen.
            let passed = timeout(PATIENCE, pass_on(client, upstream, &faults, tell)).await;
            passed.unwrap_or(Ok(())).unwrap();
            seen.into_inner().unwrap()
        });
        Relay { address, octets }
    }

    /// What the client said and what the server said, once both have ended.
    #[allow(clippy::unwrap_used)] // as above
    pub fn octets(self) -> (Vec<u8>, Vec<u8>) {
        self.octets.join().unwrap()
    }
}

/// A thread with a listener and a runtime of its own.
#[allow(clippy::unwrap_used)] // a test that can't go on should say so at once
fn spawn<T, F>(work: impl FnOnce(TcpListener) -> F + Send + 'static) -> (SocketAddr, JoinHandle<T>)
where
    T: Send + 'static,
    F: Future<Output = T>,
{
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let address = listener.local_addr().unwrap();
    let thread = thread::spawn(move || {
        let mut runtime = tokio::runtime::Builder::new_current_thread();
        let runtime = runtime.enable_all().build().unwrap();
        runtime.block_on(async { work(TcpListener::from_std(listener).unwrap()).await })
    });
    (address, thread)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{check_async, connect};
    use std::io::{Read, Write};
    use tokio::time::Instant;

    fn way(text: &str) -> Way {
        text.parse().unwrap()
    }

    /// What comes out at the other end: when, and what; and how it ended.
    async fn carried(script: &str, input: &[&[u8]]) -> (Vec<(u64, Vec<u8>)>, &'static str) {
        let (mut near, from) = tokio::io::duplex(1 << 16);
        let began = Instant::now();
        let mut out = Vec::new();
        for octets in input {
            near.write_all(octets).await.unwrap();
        }
        drop(near);
        let way = way(script);
        let end = carry(from, tokio::io::sink(), &way, |event| {
            if let Event::Octets(octets) = event {
                out.push((began.elapsed().as_millis() as u64, octets.to_vec()));
            }
        });
        let end = match end.await {
            Ok(()) => "ended",
            Err(Cut::Close) => "closed",
            Err(Cut::Reset) => "reset",
        };
        (out, end)
    }

    #[test]
    fn octets_are_split_delayed_joined_and_cut() {
        check_async(|| async {
            let owned = |pieces: &[(u64, &str)]| {
                let piece = |(at, text): &(u64, &str)| (*at, text.as_bytes().to_vec());
                pieces.iter().map(piece).collect::<Vec<_>>()
            };
            for (script, pieces, end) in [
                ("pass 5", &[(0, "hello"), (0, ", world")][..], "ended"),
                ("split 5", &[(0, "hello"), (0, ", wor"), (0, "ld")], "ended"),
                ("join 100", &[(0, "hello, world")], "ended"),
                (
                    "split 8, delay 10ms",
                    &[(10, "hello, w"), (20, "orld")],
                    "ended",
                ),
                (
                    "pass 3, stall 2s",
                    &[(0, "hel"), (2000, "lo, world")],
                    "ended",
                ),
                ("pass 3, close", &[(0, "hel")], "closed"),
                ("split 2, pass 3, reset", &[(0, "he"), (0, "l")], "reset"),
                ("reset", &[], "reset"),
            ] {
                let got = carried(script, &[b"hello", b", world"]).await;
                assert_eq!(got, (owned(pieces), end), "{script}");
            }
        });
    }

    #[test]
    fn a_script_is_read_as_it_is_shown() {
        let text = "split 1, join 10, pass 3, delay 20ms, stall 2s, stall, close, reset";
        assert_eq!(way(text).to_string(), text);
        assert_eq!(way(""), Way::default());
        for wrong in [
            "split",
            "split 0",
            "split -1",
            "pass 99999999999999999999",
            "stall 2",
            "delay 1h",
            "delay 9999999999999999999s",
            "reset 1",
            "close,",
            "sleep 2s",
            "delay ms",
            "delay é",
            ",",
        ] {
            assert!(wrong.parse::<Way>().is_err(), "{wrong}");
        }
        use Fate::*;
        let time = Duration::from_millis(20);
        let text = "deliver, lose,double , late 1, after 20ms, again 20ms";
        let all = [Deliver, Lose, Double, Late(1), After(time), Again(time)];
        assert_eq!(fates(text).unwrap(), all);
        for wrong in ["", "lost", "late", "late 0", "after"] {
            assert!(fates(wrong).is_err(), "{wrong}");
        }
    }

    /// A server that echoes, for one client after the other.
    fn echo() -> SocketAddr {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let _ = io::copy(&mut &stream, &mut &stream);
            }
        });
        address
    }

    #[test]
    fn a_connection_is_passed_on_cut_and_reset() {
        for (to_server, to_client, heard) in [
            ("", "", Ok("hello")),
            ("split 1", "split 2", Ok("hello")),
            ("pass 3, close", "", Ok("")),
            ("", "pass 3, reset", Err(io::ErrorKind::ConnectionReset)),
        ] {
            let proxy = BadProxy::before(echo(), Faults::of(to_server, to_client));
            let mut stream = connect(proxy.address);
            stream.write_all(b"hello").unwrap();
            // An octet after the other: after a reset what came before it is lost.
            let mut said = Vec::new();
            if heard.is_ok() && to_server.is_empty() || to_server == "split 1" {
                stream.shutdown(std::net::Shutdown::Write).unwrap();
            }
            let end = stream.read_to_end(&mut said).map_err(|error| error.kind());
            match heard {
                Ok(expected) if !to_server.contains("close") => {
                    assert_eq!(
                        (end, said.as_slice()),
                        (Ok(expected.len()), expected.as_bytes())
                    );
                }
                // What is closed with octets unread is reset by the system: both are an end.
                Ok(_) => assert!(said.len() <= 3, "{said:?}"),
                Err(kind) => assert_eq!(end, Err(kind)),
            }
        }
    }

    #[test]
    fn nobody_behind_it_is_a_reset() {
        let gone = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let address = gone.local_addr().unwrap();
        drop(gone);
        let proxy = BadProxy::before(address, Faults::default());
        let mut said = Vec::new();
        let error = connect(proxy.address).read_to_end(&mut said).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::ConnectionReset);
    }

    #[test]
    fn a_relay_writes_down_what_each_says() {
        let relay = Relay::to(echo());
        let mut stream = connect(relay.address);
        stream.write_all(b"hello").unwrap();
        stream.shutdown(std::net::Shutdown::Write).unwrap();
        stream.read_to_end(&mut Vec::new()).unwrap();
        assert_eq!(relay.octets(), (b"hello".to_vec(), b"hello".to_vec()));
    }

    #[test]
    fn datagrams_meet_their_fates() {
        let server = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
        let upstream = server.local_addr().unwrap();
        let proxy = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
        let address = proxy.local_addr().unwrap();
        proxy.set_nonblocking(true).unwrap();
        thread::spawn(move || {
            let mut runtime = tokio::runtime::Builder::new_current_thread();
            runtime.enable_all().build().unwrap().block_on(async {
                let proxy = UdpSocket::from_std(proxy).unwrap();
                datagrams(
                    proxy,
                    upstream,
                    &[Fate::Lose, Fate::Late(1)],
                    &[Fate::Double],
                    |_, _| {},
                )
                .await
            })
        });
        let client = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
        client.connect(address).unwrap();
        client.set_read_timeout(Some(PATIENCE)).unwrap();
        server.set_read_timeout(Some(PATIENCE)).unwrap();
        for number in 1..=3 {
            client.send(&[number]).unwrap();
        }
        let mut octets = [0; 8];
        let mut heard = Vec::new();
        for _ in 0..2 {
            let (_, from) = server.recv_from(&mut octets).unwrap();
            heard.push(octets[0]);
            server.send_to(&octets[..1], from).unwrap();
        }
        assert_eq!(heard, [3, 2]);
        heard.clear();
        for _ in 0..3 {
            client.recv(&mut octets).unwrap();
            heard.push(octets[0]);
        }
        assert_eq!(heard, [3, 3, 2]);
    }
}
