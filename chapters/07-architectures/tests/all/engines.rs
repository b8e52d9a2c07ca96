//! Nine engines, one suite. What all of them must survive is asserted; what becomes of
//! the others while they do makes a row of the table that the pages show,
//! `measured/survivors.md`. With `BLESS=1` the rows are written instead of compared.

use std::fs;
use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::process::Command;
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use architectures::flood::Flood;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use socket2::{Domain, SockRef, Socket, Type};
use testkit::{PATIENCE, Server, Stranger, connect, every_split, until_deaf};

/// What a request may take, in seconds, where it is to be exceeded.
const SHORT: &str = "1.5";
const TOO_SLOW: &str = "gave up: not done within 1.5s";
/// Where it must not be.
const LONG: &str = "20";
const HALF: &[u8] = b"Haste ma";
const REST: &[u8] = b"kes?";
const ANSWER: &[u8] = b"Waste.";

/// One crowd at a time: several would leave no time for the other trials.
static CROWD: Mutex<()> = Mutex::new(());

type Trial = fn(Engine) -> String;

#[derive(Clone, Copy)]
struct Engine {
    name: &'static str,
    program: &'static str,
    /// Of those who come and stay, so many are served.
    places: Option<usize>,
}

const fn engine(name: &'static str, program: &'static str, places: Option<usize>) -> Engine {
    Engine {
        name,
        program,
        places,
    }
}

const ENGINES: [Engine; 9] = [
    engine("single", env!("CARGO_BIN_EXE_proverbs-single"), Some(1)),
    engine("threads", env!("CARGO_BIN_EXE_proverbs-threads"), None),
    engine(
        "processes",
        env!("CARGO_BIN_EXE_proverbs-processes"),
        Some(4),
    ),
    engine("pool", env!("CARGO_BIN_EXE_proverbs-pool"), Some(16)),
    engine("poll", env!("CARGO_BIN_EXE_proverbs-poll"), None),
    engine("mio", env!("CARGO_BIN_EXE_proverbs-mio"), None),
    engine("callbacks", env!("CARGO_BIN_EXE_proverbs-callbacks"), None),
    engine("tokio", env!("CARGO_BIN_EXE_proverbs-tokio"), None),
    engine("activated", env!("CARGO_BIN_EXE_proverbs-activated"), None),
];

/// One test, and not nine: a machine with two cores would play them two at a time, and
/// most of each is waiting.
#[test]
fn nine_engines_survive_what_they_should() {
    raise_descriptors();
    let rows = ENGINES.map(|engine| {
        let thread = thread::Builder::new().name(engine.name.to_owned());
        thread.spawn(move || engine.row()).unwrap()
    });
    // A panic has said in whose thread it was.
    let rows = rows.map(|row| row.join().unwrap());
    let table = format!("{HEAD}{}\n", rows.join("\n"));
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/measured/survivors.md");
    if std::env::var_os("BLESS").is_some() {
        return fs::write(path, table).unwrap();
    }
    let shown = fs::read_to_string(path).unwrap();
    let hint = "BLESS=1 cargo test -p architectures --test all nine_engines writes the table";
    assert!(
        table == shown,
        "{hint}\nin the book:\n{shown}\nin this run:\n{table}"
    );
}

impl Engine {
    /// What all must survive is asserted; the rest makes this engine's row.
    fn row(self) -> String {
        // Most of this is waiting, so it is done at the same time.
        let cells = thread::scope(|scope| {
            let spawn = |trial: Trial| {
                let thread = thread::Builder::new().name(self.name.to_owned());
                thread.spawn_scoped(scope, move || trial(self)).unwrap()
            };
            let cells = [
                spawn(Engine::serves_whatever_is_sent),
                spawn(|engine| engine.serves_beside_slow(1)),
                spawn(|engine| engine.serves_beside_slow(64)),
                spawn(|engine| engine.serves_a_crowd(false)),
                spawn(|engine| engine.serves_a_crowd(true)),
                spawn(Engine::outlives_its_descriptors),
                spawn(Engine::is_stopped_in_the_middle),
            ];
            cells.map(|cell| cell.join().unwrap())
        });
        format!("| {} | {} |", self.name, cells.join(" | "))
    }

    fn serves_whatever_is_sent(self) -> String {
        let slow = thread::spawn(move || self.outlives_who_is_slow());
        self.answers_however_it_is_asked();
        self.outlives_who_is_rude();
        self.outlives_who_is_hostile();
        self.outlives_who_never_reads();
        slow.join().unwrap();
        "survives".to_owned()
    }

    fn start(self, options: &[&str]) -> Server {
        let mut command = Command::new(self.program);
        if self.name == "activated" {
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

    /// An octet now and then: each read is quick, and the question takes for ever.
    fn outlives_who_is_slow(self) {
        let server = self.start(&["--timeout", SHORT]);
        let mut stranger = Stranger::at(&server);
        stranger.trickle(b"A rolling stone gathers", Duration::from_millis(250));
        let report = report_about(&server, stranger.address());
        assert_eq!(report, TOO_SLOW);
        serves_the_next(&server);
    }

    /// It asks and asks, and takes no answer.
    fn outlives_who_never_reads(self) {
        let server = self.start(&["--timeout", SHORT]);
        let socket = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
        // Or it takes long until all that lies between is full.
        socket.set_recv_buffer_size(4096).unwrap();
        socket.connect(&server.address.into()).unwrap();
        let mut stream = TcpStream::from(socket);
        stream.set_write_timeout(Some(PATIENCE)).unwrap();
        let address = stream.local_addr().unwrap();
        let asking = thread::spawn(move || {
            let questions = [b'?'; 0x4000]; // each answer is longer
            while stream.write_all(&questions).is_ok() {}
        });
        assert_eq!(report_about(&server, address), TOO_SLOW);
        asking.join().unwrap();
        serves_the_next(&server);
    }

    /// So many clients who have sent half a question, and then 64 who ask. Those behind a
    /// slow one are waited for in vain, as its time is long.
    fn serves_beside_slow(self, number: usize) -> String {
        let server = self.start(&["--timeout", LONG]);
        let slow: Vec<TcpStream> = (0..number)
            .map(|_| {
                let mut stream = connect(server.address);
                stream.write_all(HALF).unwrap();
                stream
            })
            .collect();
        // One slow client keeps one of a few places busy, and 64 all of them.
        let few = if number == 1 { 4 } else { 64 };
        let in_vain = self.places.is_some_and(|places| places <= few);
        let others = Flood {
            timeout: Duration::from_millis(if in_vain { 1500 } else { 15_000 }),
            ..Flood::of(64)
        };
        let fates = others.run_here(server.address).unwrap();
        assert_eq!(fates.answered + fates.timed_out, 64, "{fates}");
        drop(slow);
        serves_the_next(&server);
        match fates.answered {
            64 => "others served".to_owned(),
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
            timeout: Duration::from_secs(if in_vain { 3 } else { 15 }),
            ..Flood::of(1000)
        };
        let alone = (!in_vain).then(|| CROWD.lock().unwrap_or_else(PoisonError::into_inner));
        let fates = flood.run_here(server.address).unwrap();
        drop(alone);
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
        until_deaf(server.address);
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
| engine | rude, hostile | one slow client | 64 slow clients | 1000 come and go | 1000 stay \
| descriptors run out | stopped in the middle |
|---|---|---|---|---|---|---|---|
";
