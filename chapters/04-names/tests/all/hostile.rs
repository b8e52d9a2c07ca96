//! What no server may fall to: clients that send too much, too little, too slowly, or
//! nonsense; and what no client may fall to: servers that answer so.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{TcpListener, UdpSocket};
use std::os::unix::net::{UnixDatagram, UnixStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;

use names::Name;
use names::ask::{Protocol, Way, ask};
use names::message::{MAX_MESSAGE, Message, Status};
use names::record::{Class, Data, Record, Soa, Type};
use names::stream;
use testkit::{PATIENCE, Server, Stranger, every_split};

fn tiny_dns() -> Server {
    Server::of(env!("CARGO_BIN_EXE_tiny-dns"), &["--timeout", "1"])
}

fn query() -> Message {
    Message::query(7, "here.example.com".parse().unwrap(), Type::A)
}

fn framed(message: &Message) -> Vec<u8> {
    stream::encode(&message.encode(MAX_MESSAGE).unwrap()).unwrap()
}

fn answers(server: &Server) {
    for (way, by) in [(Way::Udp, Protocol::Udp), (Way::Tcp, Protocol::Tcp)] {
        let answer = ask(server.address, &query(), way, PATIENCE).unwrap();
        assert_eq!(answer.by, by);
        assert_eq!(answer.message.answers.len(), 1);
    }
}

#[test]
fn datagrams_that_make_no_sense_are_survived() {
    let server = tiny_dns();
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    socket.connect(server.address).unwrap();
    socket.set_read_timeout(Some(PATIENCE)).unwrap();
    let whole = query().encode(MAX_MESSAGE).unwrap();
    let mut response = query().response().encode(MAX_MESSAGE).unwrap();
    let looped = b"\0\x07\0\0\0\x01\0\0\0\0\0\0\xc0\x0c\0\x01\0\x01";
    response.truncate(5000);
    for octets in [&b""[..], b"\0", &whole[..11], &response, &[0xff; 60_000]] {
        socket.send(octets).unwrap(); // none of them is answered
    }
    let mut buffer = [0; 2000];
    for octets in [&whole[..12], &whole[..20], looped] {
        socket.send(octets).unwrap();
        let read = socket.recv(&mut buffer).unwrap();
        let response = Message::decode(&buffer[..read]).unwrap();
        assert_eq!((response.id, response.status), (7, Status::FORMAT_ERROR));
    }
    answers(&server);
}

#[test]
fn a_stream_of_queries_may_be_cut_anywhere() {
    let server = tiny_dns();
    let wire = [framed(&query()), framed(&query())].concat();
    // Every thirteenth of the ways to cut it: each costs a connection.
    for split in every_split(&wire).into_iter().step_by(13) {
        let mut stranger = Stranger::at(&server);
        for piece in split.iter() {
            stranger.send(piece);
        }
        let heard = stranger.finish();
        let mut input = bytes::BytesMut::from(&heard[..]);
        for _ in 0..2 {
            let response = stream::decode(&mut input, MAX_MESSAGE).unwrap().unwrap();
            assert_eq!(
                Message::decode(&response).unwrap().answers.len(),
                1,
                "{split}"
            );
        }
        assert!(input.is_empty());
    }
}

#[test]
fn streams_that_make_no_sense_are_given_up() {
    let server = tiny_dns();
    let wire = framed(&query());
    for (octets, report) in [
        (
            &b"\x10\x01"[..],
            "a message of 4097 octets where 4096 are allowed".to_owned(),
        ),
        (
            &wire[..1],
            "the input ended 1 octets into a query".to_owned(),
        ),
        (
            &wire[..wire.len() - 1],
            format!("the input ended {} octets into a query", wire.len() - 1),
        ),
    ] {
        let mut stranger = Stranger::at(&server);
        stranger.send(octets);
        assert_eq!(stranger.finish(), b"");
        assert_eq!(server.report_about(stranger.address()), report);
    }
    // A connection on which nothing is said is no mistake.
    assert_eq!(Stranger::at(&server).finish(), b"");
    // Nor are empty messages, which can't be answered.
    let mut stranger = Stranger::at(&server);
    stranger.send(&[0; 4000]).send(&wire);
    assert!(stranger.finish().len() > 12);
    answers(&server);
}

#[test]
fn who_is_silent_or_slow_is_not_waited_for() {
    let server = tiny_dns();
    let mut silent = Stranger::at(&server);
    let address = silent.address();
    assert_eq!(silent.hear(), b"");
    let reported = server.report_about(address);
    assert!(
        reported.starts_with("gave up: no whole query"),
        "{reported}"
    );

    let mut slow = Stranger::at(&server);
    slow.trickle(&framed(&query()), Duration::from_millis(200));
    let reported = server.report_about(slow.address());
    assert!(
        reported.starts_with("gave up: no whole query"),
        "{reported}"
    );
    answers(&server);
}

#[test]
fn who_takes_no_answers_is_not_waited_for() {
    let server = tiny_dns();
    let mut greedy = Stranger::at(&server);
    let mut query = query();
    query.questions[0] = names::message::Question {
        name: "longer.example.com".parse().unwrap(),
        kind: Type::TXT,
        class: Class::IN,
    };
    greedy.send_for_ever(&framed(&query));
    let reported = server.report_about(greedy.address());
    assert!(
        reported.starts_with("gave up: the client takes no answer"),
        "{reported}"
    );
    answers(&server);
}

#[test]
fn many_who_are_silent_keep_nobody_out_for_long() {
    let server = tiny_dns();
    // More than it talks to at a time.
    let silent: Vec<Stranger> = (0..70).map(|_| Stranger::at(&server)).collect();
    answers(&server);
    drop(silent);
}

/// A DNS server that answers each query over UDP with what `answers` makes of it.
fn fake(answers: impl Fn(&Message) -> Vec<Vec<u8>> + Send + 'static) -> UdpSocket {
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    socket.set_read_timeout(Some(PATIENCE)).unwrap();
    let server = socket.try_clone().unwrap();
    thread::spawn(move || {
        let mut buffer = [0; 2000];
        while let Ok((read, peer)) = server.recv_from(&mut buffer) {
            for answer in answers(&Message::decode(&buffer[..read]).unwrap()) {
                let _ = server.send_to(&answer, peer);
            }
        }
    });
    socket
}

fn with_address(query: &Message, address: [u8; 4]) -> Message {
    let mut response = query.response();
    response.answers.push(Record {
        name: query.questions[0].name.clone(),
        class: Class::IN,
        ttl: 1,
        data: Data::A(address.into()),
    });
    response
}

#[test]
fn answers_to_something_else_are_not_taken_and_the_right_one_is() {
    let server = fake(|query| {
        let right = with_address(query, [192, 0, 2, 1]);
        let forged = with_address(query, [192, 0, 2, 66]);
        let mut other_id = forged.clone();
        other_id.id ^= 1;
        let mut other_name = forged.clone();
        other_name.questions[0].name = "evil.example".parse().unwrap();
        let mut other_type = forged.clone();
        other_type.questions[0].kind = Type::AAAA;
        let mut no_question = forged.clone();
        no_question.questions.clear();
        let mut no_response = forged.clone();
        no_response.flags.response = false;
        let messages = [
            other_id,
            other_name,
            other_type,
            no_question,
            no_response,
            right,
        ];
        let mut octets: Vec<Vec<u8>> = vec![b"".to_vec(), vec![0xff; 40]];
        octets.extend(messages.map(|message| message.encode(MAX_MESSAGE).unwrap()));
        octets
    });
    let addr = server.local_addr().unwrap();
    let answer = ask(addr, &query(), Way::UdpThenTcp, PATIENCE).unwrap();
    assert_eq!(answer.message, with_address(&query(), [192, 0, 2, 1]));
}

#[test]
fn an_answer_that_never_fits_is_said_at_the_end() {
    let nonsense = fake(|_| vec![vec![0xff; 40]]);
    let addr = nonsense.local_addr().unwrap();
    let short = Duration::from_millis(300);
    let error = ask(addr, &query(), Way::Udp, short).unwrap_err();
    let error = program::one_line(&error);
    assert!(
        error.contains("no answer within 300ms, but one that is wrong: "),
        "{error}"
    );
    // A question that the server could not read is an answer, if it says so.
    let refusing = fake(|query| {
        let mut response = query.response();
        response.questions.clear();
        response.status = Status::FORMAT_ERROR;
        vec![response.encode(MAX_MESSAGE).unwrap()]
    });
    let addr = refusing.local_addr().unwrap();
    let answer = ask(addr, &query(), Way::Udp, PATIENCE).unwrap();
    assert_eq!(answer.message.status, Status::FORMAT_ERROR);
}

#[test]
fn a_question_that_was_lost_is_asked_again() {
    let asked = std::sync::atomic::AtomicUsize::new(0);
    let server =
        fake(
            move |query| match asked.fetch_add(1, std::sync::atomic::Ordering::Relaxed) {
                0 => vec![],
                _ => vec![
                    with_address(query, [192, 0, 2, 1])
                        .encode(MAX_MESSAGE)
                        .unwrap(),
                ],
            },
        );
    let addr = server.local_addr().unwrap();
    let answer = ask(addr, &query(), Way::Udp, PATIENCE).unwrap();
    assert_eq!(answer.message.answers.len(), 1);
}

#[test]
fn servers_over_tcp_that_cheat_are_given_up() {
    type Cheat = fn(&Message) -> Vec<u8>;
    let cheats: [(Cheat, &str); 4] = [
        (|_| vec![], "closed before the answer was whole"),
        (
            |_| vec![0, 40, 1, 2, 3],
            "closed before the answer was whole",
        ),
        (
            |_| vec![0, 3, 1, 2, 3],
            "the message ends at octet 3, inside the field \"flags\"",
        ),
        (
            |query| {
                let mut other = query.response();
                other.id ^= 1;
                stream::encode(&other.encode(MAX_MESSAGE).unwrap()).unwrap()
            },
            "an answer to something else",
        ),
    ];
    for (cheat, expected) in cheats {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let addr = listener.local_addr().unwrap();
        let server = thread::spawn(move || {
            let (mut client, _) = listener.accept().unwrap();
            let mut asked = vec![0; framed(&query()).len()];
            client.read_exact(&mut asked).unwrap();
            client.write_all(&cheat(&query())).unwrap();
        });
        let error = ask(addr, &query(), Way::Tcp, PATIENCE).unwrap_err();
        let error = program::one_line(&error);
        assert!(error.ends_with(expected), "{error}");
        server.join().unwrap();
    }
}

#[test]
fn what_is_about_another_name_is_not_cached() {
    let server = fake(|query| {
        let mut response = with_address(query, [192, 0, 2, 66]);
        response.answers[0].name = "bank.example".parse().unwrap();
        vec![response.encode(MAX_MESSAGE).unwrap()]
    });
    let output = Command::new(env!("CARGO_BIN_EXE_dns-cache"))
        .arg(server.local_addr().unwrap().to_string())
        .arg("www.example.com")
        .output()
        .unwrap();
    assert!(!output.status.success());
    assert_eq!(
        String::from_utf8(output.stderr).unwrap(),
        "ask for www.example.com.: an answer about something else\n"
    );
}

#[test]
fn a_no_in_the_name_of_another_zone_is_kept_for_no_time() {
    for (zone, kept) in [("example.com", 300), ("bank.example", 0)] {
        let server = fake(move |query| {
            let mut response = query.response();
            response.authorities.push(Record {
                name: zone.parse().unwrap(),
                class: Class::IN,
                ttl: 300,
                data: Data::Soa(Soa {
                    primary: Name::root(),
                    mailbox: Name::root(),
                    serial: 1,
                    refresh: 1,
                    retry: 1,
                    expire: 1,
                    minimum: 300,
                }),
            });
            vec![response.encode(MAX_MESSAGE).unwrap()]
        });
        let output = Command::new(env!("CARGO_BIN_EXE_dns-cache"))
            .arg(server.local_addr().unwrap().to_string())
            .arg("www.example.com")
            .output()
            .unwrap();
        let said = String::from_utf8(output.stdout).unwrap();
        let expected = format!("no such record for {kept} s\n");
        assert!(said.ends_with(&expected), "{said}");
    }
}

/// A server at a path, in a folder of its own.
struct Local {
    child: Child,
    /// What it prints.
    lines: Receiver<String>,
    folder: tempfile::TempDir,
}

impl Local {
    fn start(program: &str, options: &[&str]) -> Local {
        let folder = tempfile::tempdir().unwrap();
        let mut command = Command::new(program);
        command.arg("server").arg(folder.path().join("socket"));
        let (output, input) = io::pipe().unwrap();
        command.stdout(input.try_clone().unwrap()).stderr(input);
        let child = command.args(options).spawn().unwrap();
        drop(command); // it holds the pipe's other end
        let (sender, lines) = channel();
        // Whatever it says has to be taken, or it would wait until somebody does.
        thread::spawn(move || {
            for line in BufReader::new(output).lines().map_while(Result::ok) {
                let _ = sender.send(line);
            }
        });
        let local = Local {
            child,
            lines,
            folder,
        };
        local.hear("Listening at "); // from now on it can be reached
        local
    }

    /// Waits for a line that begins so.
    fn hear(&self, begin: &str) {
        while !self
            .lines
            .recv_timeout(PATIENCE)
            .unwrap()
            .starts_with(begin)
        {}
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("socket")
    }
}

impl Drop for Local {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn upper(path: &Path, text: &[u8]) -> Vec<u8> {
    let mut stream = UnixStream::connect(path).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    let _ = stream.write_all(text);
    let _ = stream.shutdown(std::net::Shutdown::Write);
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    answer
}

#[test]
fn a_server_at_a_path_has_limits_too() {
    let server = Local::start(env!("CARGO_BIN_EXE_unix-upper"), &["--timeout", "1"]);
    assert_eq!(upper(&server.path(), b""), b"");
    let limit = vec![b'x'; 64 * 1024];
    let answer = upper(&server.path(), &limit);
    assert!(
        answer == limit.to_ascii_uppercase(),
        "{} octets",
        answer.len()
    );
    assert_eq!(upper(&server.path(), &[&limit[..], b"x"].concat()), b"");
    assert_eq!(upper(&server.path(), b"\xff\0a"), b"\xff\0A");

    let mut silent = UnixStream::connect(server.path()).unwrap();
    silent.set_read_timeout(Some(PATIENCE)).unwrap();
    assert_eq!(silent.read(&mut [0]).unwrap(), 0);

    let mut slow = UnixStream::connect(server.path()).unwrap();
    slow.set_read_timeout(Some(Duration::from_millis(200)))
        .unwrap();
    let given_up =
        (0..100).any(|_| slow.write_all(b"x").is_err() || matches!(slow.read(&mut [0]), Ok(0)));
    assert!(given_up);
    assert_eq!(upper(&server.path(), b"next"), b"NEXT");
}

#[test]
fn a_datagram_server_at_a_path_answers_whoever_is_left() {
    let server = Local::start(env!("CARGO_BIN_EXE_unix-datagram"), &[]);
    let gone = server.folder.path().join("gone");
    {
        let socket = UnixDatagram::bind(&gone).unwrap();
        socket.send_to(b"and away", server.path()).unwrap();
    }
    let unnamed = UnixDatagram::unbound().unwrap();
    unnamed.send_to(b"", server.path()).unwrap();
    let socket = UnixDatagram::bind(server.folder.path().join("here")).unwrap();
    socket.set_read_timeout(Some(PATIENCE)).unwrap();
    for text in [&b"hello"[..], b"", &[b'x'; 10_000]] {
        socket.send_to(text, server.path()).unwrap();
        let mut answer = vec![0; 20_000];
        let read = socket.recv(&mut answer).unwrap();
        assert!(answer[..read] == text.to_ascii_uppercase(), "{read} octets");
    }
}

#[test]
fn only_a_socket_that_nobody_listens_at_is_removed() {
    let server = Local::start(env!("CARGO_BIN_EXE_unix-upper"), &[]);
    assert!(
        names::unix::listen(&server.path(), true).is_err(),
        "it is in use"
    );
    assert_eq!(upper(&server.path(), b"still"), b"STILL");
    let file = server.folder.path().join("file");
    std::fs::write(&file, "precious").unwrap();
    assert!(names::unix::listen(&file, true).is_err(), "it is no socket");
    assert_eq!(std::fs::read(&file).unwrap(), b"precious");
    let left = server.folder.path().join("left");
    drop(names::unix::listen(&left, false).unwrap());
    assert!(names::unix::listen(&left, false).is_err());
    assert!(names::unix::listen(&left, true).is_ok());
}

/// Page: Sockets with a path. What the kernel says is who connected, not who speaks.
#[cfg(target_os = "linux")]
#[test]
fn another_process_may_speak_for_the_one_that_connected() {
    use std::os::fd::OwnedFd;
    use std::os::unix::net::{UnixListener, UnixStream};
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("socket");
    let listener = UnixListener::bind(&path).unwrap();
    let client = UnixStream::connect(&path).unwrap();
    let (mut server, _) = listener.accept().unwrap();
    let mut child = Command::new("echo")
        .arg("hello")
        .stdout(OwnedFd::from(client))
        .spawn()
        .unwrap();
    child.wait().unwrap();
    let mut said = String::new();
    server.read_to_string(&mut said).unwrap();
    assert_eq!(said, "hello\n");
    let peer = rustix::net::sockopt::socket_peercred(&server).unwrap();
    assert_eq!(peer.pid, rustix::process::getpid());
    assert_ne!(
        i64::from(child.id()),
        peer.pid.as_raw_nonzero().get().into()
    );
}

fn commands() -> impl Iterator<Item = Command> {
    let servers = testkit::servers(env!("CARGO_MANIFEST_DIR"), env!("CARGO_BIN_EXE_tiny-dns"));
    let servers = servers.into_iter().filter(|program| {
        !program.ends_with("unix-upper") && !program.ends_with("unix-datagram") // at a path
    });
    servers.map(|program| {
        let mut command = Command::new(program);
        command.args(["server", "127.0.0.1:0"]);
        command
    })
}

#[test]
fn every_server_ends_with_its_reader() {
    commands().for_each(testkit::ends_with_its_reader);
}

#[cfg(target_os = "linux")] // the limit is set from outside
#[test]
fn every_server_outlives_a_shortage_of_descriptors() {
    for command in commands() {
        testkit::outlives_shortage(&Server::start(command));
    }

    let server = Local::start(env!("CARGO_BIN_EXE_unix-upper"), &[]);
    let shortage = testkit::Shortage::of(rustix::process::Pid::from_child(&server.child));
    // An accept that waits has a descriptor already.
    drop(UnixStream::connect(server.path()).unwrap());
    let waiting = UnixStream::connect(server.path()).unwrap();
    server.hear("accept: ");
    drop((waiting, shortage));
    assert_eq!(upper(&server.path(), b"next"), b"NEXT");
}
