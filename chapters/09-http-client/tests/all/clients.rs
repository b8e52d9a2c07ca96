//! What our clients may not fall to: answers that are cut anywhere, huge, endless, slow or
//! wrong, and servers that aren't who they should be.

use std::collections::VecDeque;
use std::io::{self, Read, Write};
use std::net::TcpListener;
use std::process::Command;
use std::thread;

use http_client::connection::{Connection, Error};
use http_client::cookies::Jar;
use http_client::request::Request;
use http_client::response_head::Fields;
use http_client::{cache, content, options, quality};
use proptest::prelude::*;
use testkit::{ends_with_its_reader, every_split, heap};
use url::Url;

use crate::support::{bodies, canned, run, run_in};

const UA: &str = env!("CARGO_BIN_EXE_ua");
const DOWNLOAD: &str = env!("CARGO_BIN_EXE_download");
const FETCH: &str = env!("CARGO_BIN_EXE_fetch");

/// A server in memory: what it says, in these pieces, whatever it hears.
struct Pieces(VecDeque<Vec<u8>>);

impl Read for Pieces {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let Some(mut piece) = self.0.pop_front() else {
            return Ok(0);
        };
        let read = piece.len().min(buffer.len());
        buffer[..read].copy_from_slice(&piece[..read]);
        if read < piece.len() {
            self.0.push_front(piece.split_off(read));
        }
        Ok(read)
    }
}

impl Write for Pieces {
    fn write(&mut self, octets: &[u8]) -> io::Result<usize> {
        Ok(octets.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// What a client makes of an answer: status, body, and whether the connection is left.
fn read(pieces: impl IntoIterator<Item = Vec<u8>>) -> Result<(u16, Vec<u8>, bool), String> {
    let mut connection = Connection::new(Pieces(pieces.into_iter().collect()));
    let request = Request::new("GET", Url::parse("http://h/").unwrap());
    let mut all = || {
        connection.send(&request)?;
        let (head, _) = connection.receive(&request, |_| {})?;
        let mut body = Vec::new();
        while let Some(piece) = connection.piece()? {
            body.extend_from_slice(&piece);
        }
        Ok((head.status, body))
    };
    let (status, body) = all().map_err(|error: Error| error.to_string())?;
    Ok((status, body, connection.is_reusable()))
}

/// A server that answers in the middle of a request, and closes.
struct Early(Pieces);

impl Read for Early {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.read(buffer)
    }
}

impl Write for Early {
    fn write(&mut self, _: &[u8]) -> io::Result<usize> {
        Err(io::ErrorKind::BrokenPipe.into())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_server_that_has_heard_enough_is_heard_out() {
    let request = Request::new("POST", Url::parse("http://h/").unwrap());
    let status = |answer: &str| {
        let pieces = VecDeque::from([answer.as_bytes().to_vec()]);
        let mut connection = Connection::new(Early(Pieces(pieces)));
        connection.send(&request)?;
        Ok::<_, Error>(connection.receive(&request, |_| {})?.0.status)
    };
    let answer = "HTTP/1.1 413 Content Too Large\r\nContent-Length: 0\r\n\r\n";
    assert_eq!(status(answer).unwrap(), 413);
    assert!(status("").unwrap_err().is_end());
}

const ANSWERS: [&str; 7] = [
    "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nall",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n2\r\nll\r\n0\r\nT: x\r\n\r\n",
    "HTTP/1.0 200 OK\r\n\r\nall",
    "HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 200\r\nContent-Length: 3\r\n\r\nall",
    "HTTP/1.1 204 No Content\r\n\r\n",
    "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nall",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n+3\r\nall\r\n0\r\n\r\n",
];

#[test]
fn an_answer_is_the_same_however_it_is_cut() {
    for answer in ANSWERS {
        let expected = read([answer.as_bytes().to_vec()]);
        for split in every_split(answer.as_bytes()) {
            let pieces = split.iter().map(|piece| piece.to_vec());
            assert_eq!(read(pieces), expected, "{answer:?} as {split}");
        }
    }
}

#[test]
fn an_answer_that_is_cut_off_is_an_error_wherever_it_is_cut() {
    for answer in &ANSWERS[..5] {
        let octets = answer.as_bytes();
        for end in 0..octets.len() {
            let cut = read([octets[..end].to_vec()]);
            // Where the connection's end is that of the body, nobody can tell.
            let body = answer.find("\r\n\r\n").unwrap() + 4;
            let unknown = answer.starts_with("HTTP/1.0") && end >= body;
            assert_eq!(cut.is_ok(), unknown, "{}: {cut:?}", &answer[..end]);
        }
    }
}

proptest! {
    #[test]
    fn nothing_that_comes_makes_a_client_panic(octets: Vec<u8>, head in 0..ANSWERS.len()) {
        let _ = read([octets.clone()]);
        let head = ANSWERS[head].as_bytes();
        let _ = read([head.to_vec(), octets.clone()]);
        let _ = read([head[..head.len() - 3].to_vec(), octets]);
    }

    #[test]
    fn no_field_makes_a_client_panic(value in "[ -~]{0,60}", name in "(Expires|Cache-Control|Set-Cookie|Date|Last-Modified)") {
        let mut fields = Fields::default();
        fields.push(&name, value.clone()).unwrap();
        let url = Url::parse("http://a.example/b/c").unwrap();
        let now = std::time::SystemTime::now();
        let mut jar = Jar::default();
        jar.keep(&url, &fields, now);
        let _ = (jar.for_request(&url, now), cache::told(&fields));
        let known = quality(&value, "text/plain");
        prop_assert!(known <= 1000);
    }
}

#[test]
fn what_never_ends_takes_no_memory() {
    let head = b"HTTP/1.1 200 OK\r\n".to_vec();
    for (begin, endless) in [
        (Vec::new(), b"X: y\r\n".repeat(1000)),
        (Vec::new(), vec![b'x'; 6000]),
        (head.clone(), b"HTTP/1.1 103 Hints\r\n\r\n".repeat(300)),
        (
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n".to_vec(),
            vec![b'0'; 6000],
        ),
        (
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n".to_vec(),
            b"X: y\r\n".repeat(1000),
        ),
        (
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;".to_vec(),
            vec![b'x'; 6000],
        ),
    ] {
        let what = begin.escape_ascii().to_string();
        struct Endless(Vec<u8>, Vec<u8>);
        impl Read for Endless {
            fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
                let next = match self.0.is_empty() {
                    true => self.1.clone(),
                    false => std::mem::take(&mut self.0),
                };
                buffer[..next.len()].copy_from_slice(&next);
                Ok(next.len())
            }
        }
        impl Write for Endless {
            fn write(&mut self, octets: &[u8]) -> io::Result<usize> {
                Ok(octets.len())
            }
            fn flush(&mut self) -> io::Result<()> {
                Ok(())
            }
        }
        let request = Request::new("GET", Url::parse("http://h/").unwrap());
        let (ended, usage) = heap::measure(|| {
            let mut connection = Connection::new(Endless(begin, endless));
            connection.send(&request)?;
            connection.receive(&request, |_| {})?;
            while connection.piece()?.is_some() {}
            Ok::<_, Error>(())
        });
        assert!(ended.is_err(), "{what}");
        assert!(usage.peak < 400_000, "{what}: {usage:?}");
    }
}

#[test]
fn a_length_is_not_taken_at_its_word() {
    for answer in [
        "HTTP/1.1 200 OK\r\nContent-Length: 9223372036854775807\r\n\r\nall",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n7fffffffffffffff\r\nall",
    ] {
        let (read, usage) = heap::measure(|| read([answer.as_bytes().to_vec()]));
        let cut = "the server closed the connection after 3 octets of a longer body";
        assert_eq!(read, Err(cut.to_owned()));
        assert!(usage.largest < 100_000, "{usage:?}");
    }
}

#[test]
fn a_bomb_is_stopped_on_its_way() {
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    gzip.write_all(&vec![0; 8 << 20]).unwrap();
    let bomb = gzip.finish().unwrap();
    assert!(bomb.len() < 10_000);
    let (content, usage) = heap::measure(|| content::decompress(&bomb, 100_000));
    assert!(content.is_err());
    assert!(usage.peak < 400_000, "{usage:?}");
    // Twice in a row is no way around it, nor is what is cut off whole.
    assert!(content::decompress(&bomb.repeat(2), 10 << 20).is_err());
    assert!(content::decompress(&bomb[..bomb.len() - 1], 10 << 20).is_err());
    assert_eq!(content::decompress(&bomb, 8 << 20).unwrap().len(), 8 << 20);
}

#[test]
fn a_line_end_in_what_a_person_types_becomes_no_line() {
    let server = bodies(&[]);
    let url = format!("http://{}/headers", server.address);
    for arguments in [
        ["-H", "X: a\r\nX-Injected: b"],
        ["-H", "X\r\nX-Injected: b"],
        ["-H", "X: a\nX-Injected: b"],
        ["-X", "GET / HTTP/1.1\r\nX-Injected: b\r\n\r\n"],
    ] {
        let ran = run(UA, &[arguments[0], arguments[1], &url]);
        assert!(!ran.good && !ran.out.contains("200 OK"), "{ran:?}");
    }
    // In a URL it is percent-encoded, or left out.
    let ran = run(UA, &[&format!("{url}?\r\nX-Injected: b")]);
    assert!(ran.good && !ran.out.contains("\"X-Injected\""), "{ran:?}");
}

#[test]
fn who_is_not_there_or_not_who_he_should_be_is_named() {
    let nobody = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let ran = run(UA, &[&format!("http://{nobody}/")]);
    let expected = format!("http://{nobody}/: connect {nobody}: connection refused");
    assert_eq!((ran.good, ran.error), (false, expected));

    let folder = tempfile::tempdir().unwrap();
    let [root, other] = ["root.pem", "other.pem"].map(|name| folder.path().join(name));
    let server = bodies(&["--tls", root.to_str().unwrap()]);
    let _other = bodies(&["--tls", other.to_str().unwrap()]);
    let url = format!("https://{}/", server.address);
    let trusting = |root: &std::path::Path| run(UA, &["--ca", root.to_str().unwrap(), &url]);
    assert!(trusting(&root).good);
    let ran = trusting(&other);
    assert!(ran.error.contains("invalid peer certificate"), "{ran:?}");
    // Plain HTTP to a server of TLS, and the other way round.
    assert!(!run(UA, &[&format!("http://{}/", server.address)]).good);
    let plain = bodies(&[]);
    let url = format!("https://{}/", plain.address);
    assert!(!run(UA, &["--ca", root.to_str().unwrap(), &url]).good);
}

/// A body that lasts until the end of the connection can be cut by whoever cuts that. TLS
/// says so, and we listen.
#[test]
fn an_end_without_a_word_is_no_end_within_tls() {
    let authority = tls::Authority::new("Cut", std::time::SystemTime::now()).unwrap();
    let identity = authority.server(&["127.0.0.1"]).unwrap();
    let config = tls::config::server(identity, tls::Clock::default()).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("root.pem");
    std::fs::write(&root, tls::identity::to_pem(&[authority.root()])).unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("https://{}/", listener.local_addr().unwrap());
    thread::spawn(move || {
        for says_good_bye in [true, false] {
            let (stream, _) = listener.accept().unwrap();
            let connection = rustls::ServerConnection::new(config.clone()).unwrap();
            let mut stream = rustls::StreamOwned::new(connection, stream);
            let _ = stream.read(&mut [0; 1024]);
            stream.write_all(b"HTTP/1.1 200 OK\r\n\r\nall").unwrap();
            if says_good_bye {
                stream.conn.send_close_notify();
            }
            stream.flush().unwrap();
        }
    });
    let ask = || run(UA, &["--ca", root.to_str().unwrap(), &url]);
    let whole = ask();
    assert!(whole.good && whole.out.contains("all"), "{whole:?}");
    let cut = ask();
    assert!(!cut.good && cut.error.contains("close_notify"), "{cut:?}");
}

#[cfg(target_os = "linux")] // where a queue that is full takes no more
#[test]
fn a_connection_has_a_time_of_its_own() {
    // Nobody accepts, and the queue is short.
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    rustix_listen(&listener);
    let mut waiting = Vec::new();
    let short = std::time::Duration::from_millis(100);
    while let Ok(stream) = std::net::TcpStream::connect_timeout(&address, short) {
        waiting.push(stream);
    }
    let ran = run(
        UA,
        &["--connect-timeout", "0.2", &format!("http://{address}/")],
    );
    assert!(ran.error.contains("timed out"), "{ran:?}");
}

#[cfg(target_os = "linux")]
fn rustix_listen(listener: &TcpListener) {
    // A second call changes the length of the queue (chapter 3).
    socket2::SockRef::from(listener).listen(1).unwrap();
}

/// A server that answers a request for a part with something else.
#[test]
fn a_part_that_does_not_fit_is_refused() {
    let whole = |tag: &str| {
        format!("HTTP/1.1 200 OK\r\nETag: {tag}\r\nContent-Length: 6\r\n\r\nold").into_bytes()
    };
    let part = |fields: &str, body: &str| {
        let head = format!("HTTP/1.1 206 Partial Content\r\n{fields}\r\n");
        let length = format!("Content-Length: {}\r\n\r\n{body}", body.len());
        format!(
            "{}{length}",
            head.trim_end_matches("\r\n").to_owned() + "\r\n"
        )
        .into_bytes()
    };
    for (tag, second, expected) in [
        (
            "\"a\"",
            part("ETag: \"a\"\r\nContent-Range: bytes 3-5/6", "new"),
            Ok("oldnew"),
        ),
        (
            "\"a\"",
            part("ETag: \"b\"\r\nContent-Range: bytes 3-5/6", "new"),
            Err("a part of another version"),
        ),
        (
            "\"a\"",
            part("Content-Range: bytes 3-5/6", "new"),
            Err("a part of another version"),
        ),
        (
            "\"a\"",
            part("ETag: \"a\"\r\nContent-Range: bytes 2-4/6", "new"),
            Err("a part from 2 on, and not from 3"),
        ),
        (
            "\"a\"",
            part("ETag: \"a\"", "new"),
            Err("a part that doesn't say which"),
        ),
        (
            "\"a\"",
            part("ETag: \"a\"\r\nContent-Range: bytes 3-5/7", "new"),
            Err("6 of 7 octets"),
        ),
        (
            "\"a\"",
            part("ETag: \"a\"\r\nContent-Range: bytes 3-4/5", "new"),
            Err("6 of 5 octets"),
        ),
        // It may be all of the rest, or not.
        (
            "\"a\"",
            part("ETag: \"a\"\r\nContent-Range: bytes 3-5/*", "new"),
            Err("a part that doesn't say of how much"),
        ),
        (
            "\"a\"",
            part("ETag: \"a\"\r\nContent-Range: bytes 3-5/6", "newer"),
            Err("8 of 6 octets"),
        ),
        (
            "\"a\"",
            part("ETag: \"a\"\r\nContent-Range: bytes */6", "new"),
            Err("a part that doesn't say which"),
        ),
        // What is here has no tag, so that nobody has asked for the rest of it.
        (
            "W/\"a\"",
            part("Content-Range: bytes 3-5/6", "new"),
            Err("a part that nobody has asked for"),
        ),
        (
            "W/\"a\"",
            part("Content-Range: bytes 0-2/*", "new"),
            Err("a part that nobody has asked for"),
        ),
        // Weak: it is not asked for a part at all.
        (
            "W/\"a\"",
            b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nnew".to_vec(),
            Ok("new"),
        ),
        // It knows no parts.
        (
            "\"a\"",
            b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nnew".to_vec(),
            Ok("new"),
        ),
        (
            "\"a\"",
            b"HTTP/1.1 416 Range Not Satisfiable\r\nContent-Length: 0\r\n\r\n".to_vec(),
            Err("what is here is no beginning of it; remove the .part file"),
        ),
        (
            "\"a\"",
            b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n".to_vec(),
            Err("the answer is a 404"),
        ),
    ] {
        let second_text = second.escape_ascii().to_string();
        let url = format!("http://{}/", canned(vec![whole(tag), second]));
        let folder = tempfile::tempdir().unwrap();
        let first = run_in(folder.path(), DOWNLOAD, &[&url, "file"]);
        assert!(
            !first.good && !folder.path().join("file").exists(),
            "{first:?}"
        );
        let second = run_in(folder.path(), DOWNLOAD, &[&url, "file"]);
        let file = std::fs::read_to_string(folder.path().join("file")).ok();
        match expected {
            Ok(expected) => {
                assert!(second.good, "{second_text}: {second:?}");
                assert_eq!(file.as_deref(), Some(expected), "{second_text}");
                let left = std::fs::read_dir(folder.path()).unwrap().count();
                assert_eq!(left, 1, "something is left over");
            }
            Err(expected) => {
                let expected = format!("{url}: {expected}");
                assert_eq!((file, second.error), (None, expected), "{second_text}");
            }
        }
    }
}

#[test]
fn a_download_has_a_limit() {
    let server = bodies(&[]);
    let folder = tempfile::tempdir().unwrap();
    let url = format!("http://{}/file", server.address);
    let ran = run_in(folder.path(), DOWNLOAD, &["--limit", "1000", &url, "file"]);
    assert!(
        ran.error.ends_with("a file of more than 1000 octets"),
        "{ran:?}"
    );
}

/// An octet now and then ends no silence's patience.
#[test]
fn a_download_that_trickles_ends_and_keeps_what_came() {
    let server = bodies(&[]);
    let url = format!("http://{}/drips", server.address); // an octet every 50 ms
    let whole = b"drip\n".repeat(1000);
    let ran = |program: &str, job: Option<&str>| {
        let folder = tempfile::tempdir().unwrap();
        let mut arguments = Vec::from_iter(job);
        arguments.extend(["--silence", "60", "--timeout", "2", &url, "file"]);
        let ran = run_in(folder.path(), program, &arguments);
        assert!(!ran.good && !folder.path().join("file").exists(), "{ran:?}");
        let part = std::fs::read(folder.path().join("file.part")).unwrap();
        assert!(part.len() < whole.len() && whole.starts_with(&part));
        (ran.error, part.len())
    };
    let (error, came) = thread::scope(|scope| {
        scope.spawn(|| ran(FETCH, Some("download")));
        ran(DOWNLOAD, None)
    });
    assert!(error.ends_with("gave up: not done within 2s"), "{error}");
    assert!(came > 0);
}

#[test]
fn without_an_option_a_file_has_an_hour_and_the_rest_a_minute() {
    use clap::{Args, Command, FromArgMatches};
    let trust = |arguments: &[&str]| {
        let command = options::Trust::augment_args(Command::new("download"));
        let matches = command.get_matches_from([&["download"], arguments].concat());
        let trust = options::Trust::from_arg_matches(&matches).unwrap();
        (trust.patience(), trust.patience_for_a_file())
    };
    let (usual, file) = trust(&[]);
    assert_eq!((usual.total.as_secs(), file.total.as_secs()), (60, 3600));
    let (usual, file) = trust(&["--timeout", "7"]);
    assert_eq!((usual.total.as_secs(), file.total.as_secs()), (7, 7));
}

#[test]
fn every_program_ends_with_its_reader() {
    let server = bodies(&[]);
    let url = |path: &str| format!("http://{}{path}", server.address);
    let folder = tempfile::tempdir().unwrap();
    for (program, arguments) in [
        (UA, vec![url("/length")]),
        (env!("CARGO_BIN_EXE_pool"), vec![url("/length")]),
        (env!("CARGO_BIN_EXE_redirects"), vec![url("/hops/1")]),
        (FETCH, vec!["get".to_owned(), url("/length")]),
        (DOWNLOAD, vec![url("/file"), "file".to_owned()]),
    ] {
        let mut command = Command::new(program);
        command.args(arguments).current_dir(folder.path());
        ends_with_its_reader(command);
    }
}
