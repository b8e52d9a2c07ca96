//! Nine engines, one suite. What all of them must survive is asserted; what becomes of
//! the others while they do makes a row of the table that the pages show,
//! `measured/survivors.md`. With `BLESS=1` the rows are written instead of compared.

#![allow(clippy::unwrap_used)] // a test that can't go on should say so at once

use std::fs;
use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::PathBuf;
use std::process::Command;
use std::sync::mpsc::channel;
use std::sync::{Mutex, PoisonError, RwLock};
use std::thread;
use std::time::{Duration, Instant};

use architectures::flood::Flood;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use socket2::SockRef;
use testkit::{Server, Stranger, every_split};

/// What a request may take, in seconds, where it is to be exceeded.
const SHORT: &str = "1.5";
const SHORT_TIME: Duration = Duration::from_millis(1500);
/// Where it must not be.
const LONG: &str = "20";
/// What a client waits for an answer that must come.
const DEADLINE: Duration = Duration::from_secs(20);

const HALF: &[u8] = b"Haste ma";
const REST: &[u8] = b"kes?";
const ANSWER: &[u8] = b"Waste.";

/// A crowd needs the machine for itself; a time that is measured beside it would say
/// nothing.
static MACHINE: RwLock<()> = RwLock::new(());

#[derive(Clone, Copy)]
struct Engine {
    name: &'static str,
    program: &'static str,
    /// Of those who come and stay, so many are served.
    places: Option<usize>,
}

macro_rules! engines {
    ($($test:ident $name:literal $places:expr;)*) => {
        $(
            #[test]
            fn $test() {
                const PROGRAM: &str = env!(concat!("CARGO_BIN_EXE_", $name));
                Engine { name: $name, program: PROGRAM, places: $places }.is_held_against_all();
            }
        )*
        const NAMES: &[&str] = &[$($name),*];
    };
}

engines! {
    single "proverbs-single" Some(1);
    threads "proverbs-threads" None;
    processes "proverbs-processes" Some(4);
    pool "proverbs-pool" Some(16);
    poll "proverbs-poll" None;
    mio "proverbs-mio" None;
    callbacks "proverbs-callbacks" None;
    tokio "proverbs-tokio" None;
    activated "proverbs-activated" None;
}

impl Engine {
    fn is_held_against_all(self) {
        raise_descriptors();
        // Most of this is waiting, so it is done at the same time.
        let row = thread::scope(|scope| {
            let asserted = scope.spawn(move || {
                self.answers_however_it_is_asked();
                self.outlives_who_is_rude();
                self.outlives_who_is_hostile();
                self.outlives_who_never_reads();
            });
            let cells = [
                scope.spawn(move || self.serves_beside_slow(1)),
                scope.spawn(move || self.serves_beside_slow(16)),
                scope.spawn(move || self.serves_a_crowd(false)),
                scope.spawn(move || self.serves_a_crowd(true)),
                scope.spawn(move || self.outlives_its_descriptors()),
                scope.spawn(move || self.is_stopped_in_the_middle()),
            ];
            asserted.join().unwrap();
            cells.map(|cell| cell.join().unwrap())
        });
        table(self.name, &row);
    }

    fn start(self, options: &[&str]) -> Server {
        let mut command = Command::new(self.program);
        if self.name == "proverbs-activated" {
            command.arg("manager"); // which listens, and starts the engine
        }
        command.arg("127.0.0.1:0").args(options);
        Server::start(command)
    }

    /// Two questions in one segment, a question cut anywhere, and white space.
    fn answers_however_it_is_asked(self) {
        let server = self.start(&["--timeout", LONG]);
        let two = Stranger::at(&server)
            .send(b"Haste makes?Silence is?")
            .finish();
        assert_eq!(two.escape_ascii().to_string(), "Waste.Golden.");

        let text = b"Haste makes? Wit?";
        for split in every_split(text) {
            let mut client = Stranger::at(&server);
            for piece in split.iter() {
                client.send(piece);
            }
            let heard = client.finish();
            let heard = heard.escape_ascii().to_string();
            assert_eq!(heard, "Waste.Nobody knows.", "when it came as {split}");
        }
        // A cut that no system can mend: the answer to the first comes before the rest
        // of the second is sent.
        for cut in 0..text.len() {
            let mut stream = connect(server.address);
            stream.write_all(b"Silence is?").unwrap();
            stream.write_all(&text[..cut]).unwrap();
            assert_eq!(hear(&mut stream, 7), b"Golden.");
            stream.write_all(&text[cut..]).unwrap();
            assert_eq!(hear(&mut stream, 19), b"Waste.Nobody knows.");
        }
        Stranger::at(&server)
            .send(b"\r\n First come? \r\n")
            .finish();
        assert!(reports(&server.stop()).is_empty());
    }

    /// A client that leaves in the middle: politely, and with a reset.
    fn outlives_who_is_rude(self) {
        let server = self.start(&["--timeout", LONG]);
        let mut polite = Stranger::at(&server);
        polite.send(HALF).finish();
        let report = report_about(&server, polite.address());
        assert_eq!(report, "the input ended 8 octets into a message");

        let mut stream = connect(server.address);
        let address = stream.local_addr().unwrap();
        stream.write_all(b"Silence is?").unwrap();
        hear(&mut stream, 7); // so that it has been accepted
        stream.write_all(HALF).unwrap();
        SockRef::from(&stream)
            .set_linger(Some(Duration::ZERO))
            .unwrap();
        drop(stream);
        assert_eq!(report_about(&server, address), "connection reset by peer");
        serves_the_next(&server);
    }

    /// Nothing, too much, nonsense.
    fn outlives_who_is_hostile(self) {
        let server = self.start(&["--timeout", LONG, "--question", "16"]);
        assert_eq!(Stranger::at(&server).finish(), b"");

        let nonsense = Stranger::at(&server).send(b"\0\xff\x1b[2J?????").finish();
        assert_eq!(nonsense, b"Nobody knows.".repeat(5));

        let exact = Stranger::at(&server).send(b"1234567890123456?").finish();
        assert_eq!(exact, b"Nobody knows.");
        for endless in [&b"x"[..], b"Silence is? And what is more"] {
            let mut stranger = Stranger::at(&server);
            stranger.send_for_ever(endless);
            let report = report_about(&server, stranger.address());
            assert_eq!(report, "a message of more than 16 octets");
        }
        serves_the_next(&server);
    }

    /// It asks and asks, and takes no answer.
    fn outlives_who_never_reads(self) {
        let server = self.start(&["--timeout", SHORT]);
        let mut stranger = Stranger::at(&server);
        let address = stranger.address();
        let flood = thread::spawn(move || stranger.send_for_ever(b"Silence is?"));
        assert_eq!(
            report_about(&server, address),
            "gave up: not done within 1.5s"
        );
        flood.join().unwrap();
        serves_the_next(&server);
    }

    /// So many clients who sent half a question, and then 32 who ask: are those served
    /// before the first slow one is shown out?
    fn serves_beside_slow(self, number: usize) -> String {
        let _quiet = MACHINE.read().unwrap_or_else(PoisonError::into_inner);
        let server = self.start(&["--timeout", SHORT]);
        let address = server.address;
        // The server's clock for it starts no sooner.
        let before = Instant::now();
        let mut slow: Vec<TcpStream> = Vec::new();
        for _ in 0..number {
            let mut stream = connect(address);
            stream.write_all(HALF).unwrap();
            slow.push(stream);
        }
        let (tell, told) = channel();
        for _ in 0..32 {
            let tell = tell.clone();
            thread::spawn(move || {
                let mut stream = connect(address);
                stream.write_all(b"Haste makes?").unwrap();
                assert_eq!(hear(&mut stream, 6), ANSWER);
                tell.send(before.elapsed()).unwrap();
            });
        }
        drop(tell);
        // Whoever had to wait is answered later than this. Then the others go, too.
        let first = slow.remove(0);
        let rest = thread::spawn(move || {
            assert_eq!(closed(first), "closed", "a slow client was not shown out");
            drop(slow);
        });
        let waited: Vec<Duration> = told.iter().collect();
        rest.join().unwrap();
        assert_eq!(waited.len(), 32, "not all were answered in the end");
        match waited.iter().filter(|time| **time < SHORT_TIME).count() {
            32 => "others served".to_owned(),
            0 => "**others wait**".to_owned(),
            _ => "**some wait**".to_owned(),
        }
    }

    /// A thousand at once, who leave with their answer or stay; `flood` counts.
    fn serves_a_crowd(self, hold: bool) -> String {
        let server = self.start(&["--timeout", LONG]);
        // Those who find no place are waited for in vain.
        let in_vain = hold && self.places.is_some();
        let flood = Flood {
            hold,
            timeout: Duration::from_secs(if in_vain { 2 } else { 15 }),
            ..Flood::of(1000)
        };
        let fates = {
            let _alone = MACHINE.write().unwrap_or_else(PoisonError::into_inner);
            flood.run_here(server.address).unwrap()
        };
        let served = match (hold, self.places) {
            (true, Some(places)) => places,
            _ => 1000,
        };
        assert_eq!(fates.answered, served, "{fates}");
        serves_the_next(&server);
        match served {
            1000 => "1000 served".to_owned(),
            some => format!("**{some} served**"),
        }
    }

    /// Forty clients, and descriptors for fewer.
    fn outlives_its_descriptors(self) -> String {
        let server = self.start(&["--timeout", LONG, "--descriptors", "36"]);
        let mut clients: Vec<TcpStream> = (0..40).map(|_| connect(server.address)).collect();
        for client in &mut clients {
            client.write_all(b"Haste makes?").unwrap();
        }
        assert_eq!(hear(&mut clients[0], 6), ANSWER);
        let run_out = self.places.is_none_or(|places| places > 10);
        if run_out {
            let line = line(&server);
            assert_eq!(line, "accept: too many open files");
            // Whoever is there is served on.
            clients[0].write_all(b"Silence is?").unwrap();
            assert_eq!(hear(&mut clients[0], 7), b"Golden.");
        }
        drop(clients);
        serves_the_next(&server);
        // Said when it begins, and not for every try.
        let said = server.stop();
        let begun = said
            .iter()
            .filter(|line| line.starts_with("accept"))
            .count();
        assert!(begun <= 40, "{said:?}");
        match run_out {
            true => "goes on".to_owned(),
            false => "needs few".to_owned(),
        }
    }

    /// Ctrl-C while a client has sent half a question: may it send the rest?
    fn is_stopped_in_the_middle(self) -> String {
        let server = self.start(&["--timeout", LONG]);
        let mut client = connect(server.address);
        client.write_all(b"Silence is?").unwrap();
        client.write_all(HALF).unwrap();
        assert_eq!(hear(&mut client, 7), b"Golden.");
        let mut idle = connect(server.address);
        idle.write_all(b"Silence is?").unwrap();

        server.interrupt();
        // Once nobody is let in any more, it has been told.
        let started = Instant::now();
        while TcpStream::connect(server.address).is_ok() {
            assert!(started.elapsed() < DEADLINE, "it goes on accepting");
        }
        let mut heard = Vec::new();
        if client.write_all(REST).is_ok() {
            let _ = client.read_to_end(&mut heard);
        }
        drop(client);
        assert_eq!(closed(idle), "closed");
        let said = server.end();
        assert_eq!(
            said.last().map(String::as_str),
            Some("Stopped."),
            "{said:?}"
        );
        match heard == ANSWER {
            true => "answered".to_owned(),
            false => "**lost**".to_owned(),
        }
    }
}

/// This process has a thousand clients, and each engine as many.
fn raise_descriptors() {
    let limit = getrlimit(Resource::Nofile);
    let most = limit.maximum.unwrap_or(10_000).min(10_000);
    let raised = Rlimit {
        current: Some(most),
        maximum: limit.maximum,
    };
    setrlimit(Resource::Nofile, raised).unwrap();
}

fn connect(address: SocketAddr) -> TcpStream {
    let stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(DEADLINE)).unwrap();
    stream.set_nodelay(true).unwrap();
    stream
}

fn hear(stream: &mut TcpStream, octets: usize) -> Vec<u8> {
    let mut heard = vec![0; octets];
    stream.read_exact(&mut heard).unwrap();
    heard
}

/// Waits until the server has closed this connection.
fn closed(mut stream: TcpStream) -> &'static str {
    match stream.read_to_end(&mut Vec::new()) {
        Err(error) if error.kind() == ErrorKind::WouldBlock => "open",
        _ => "closed",
    }
}

fn serves_the_next(server: &Server) {
    let mut stream = connect(server.address);
    stream.write_all(b"Haste makes?").unwrap();
    assert_eq!(hear(&mut stream, 6), ANSWER);
}

/// Lines that say where a server is are no reports.
fn is_report(line: &str) -> bool {
    !line.starts_with("Serving at ")
}

fn reports(lines: &[String]) -> Vec<&String> {
    lines.iter().filter(|line| is_report(line)).collect()
}

fn line(server: &Server) -> String {
    loop {
        let line = server.line();
        if is_report(&line) {
            return line;
        }
    }
}

fn report_about(server: &Server, address: SocketAddr) -> String {
    let line = line(server);
    match line.strip_prefix(&format!("{address}: ")) {
        Some(report) => report.to_owned(),
        None => panic!("not a report about {address}: {line:?}"),
    }
}

const HEAD: &str = "\
| engine | one slow client | 16 slow clients | 1000 come and go | 1000 stay | descriptors run out \
| stopped in the middle |
|---|---|---|---|---|---|---|
";

/// Compares an engine's row with the one in the table, or writes it there.
fn table(name: &str, cells: &[String]) {
    static FILE: Mutex<()> = Mutex::new(());
    let _alone = FILE.lock().unwrap_or_else(PoisonError::into_inner);
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("measured/survivors.md");
    let table = fs::read_to_string(&path).unwrap_or_default();
    let row_of = |name: &str| {
        let begin = format!("| `{name}` |");
        table.lines().find(|line| line.starts_with(&begin))
    };
    let row = format!("| `{name}` | {} |", cells.join(" | "));
    if std::env::var_os("BLESS").is_none() {
        let hint = "BLESS=1 cargo test -p architectures --test engines writes the table";
        assert_eq!(row_of(name), Some(&*row), "{hint}");
        return;
    }
    let rows = NAMES.iter().filter_map(|other| match *other == name {
        true => Some(&*row),
        false => row_of(other),
    });
    let rows: Vec<&str> = rows.collect();
    fs::write(&path, format!("{HEAD}{}\n", rows.join("\n"))).unwrap();
}
