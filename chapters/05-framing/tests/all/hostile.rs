//! What no server may fall to: a peer that sends too much, too little, too slowly,
//! or nonsense. It is refused with a report, and the next client is served.

use std::io::Write;
use std::thread;
use std::time::Duration;

use flate2::{Compression, write::ZlibEncoder};
use testkit::{Server, Stranger};

/// A message may take so long.
const TIMEOUT: &str = "1";
const TOO_SLOW: &str = "gave up: not done within 1s";
/// Ten octets take longer than that.
const PACE: Duration = Duration::from_millis(200);

fn start(program: &str) -> Server {
    Server::of(program, &["--timeout", TIMEOUT])
}

/// What one program is held against.
struct Victim {
    program: &'static str,
    server: Server,
    /// A whole message of more than ten octets, and the line that it prints.
    whole: (Vec<u8>, &'static str),
}

impl Victim {
    fn new(program: &'static str, whole: &[u8], line: &'static str) -> Victim {
        Victim {
            program,
            server: start(program),
            whole: (whole.to_vec(), line),
        }
    }

    fn serves_the_next(&self) {
        Stranger::at(&self.server).send(&self.whole.0).finish();
        assert_eq!(self.server.line(), self.whole.1);
    }

    /// A stranger sends `octets` and ends; the report about it is `report`.
    fn refuses(&self, octets: &[u8], report: &str) {
        let mut stranger = Stranger::at(&self.server);
        let address = stranger.address();
        stranger.send(octets);
        stranger.finish();
        assert_eq!(self.server.report_about(address), report);
        self.serves_the_next();
    }

    fn refuses_without_end(&self, octets: &[u8], report: &str) {
        let mut stranger = Stranger::at(&self.server);
        stranger.send_for_ever(octets);
        assert_eq!(self.server.report_about(stranger.address()), report);
        self.serves_the_next();
    }

    fn has_a_limited_patience(&self) {
        // A second server, so that the two are waited for at the same time.
        let other = Victim::new(self.program, &self.whole.0, self.whole.1);
        let slow = thread::spawn(move || {
            other.gives_up_on(|slow| slow.trickle(&other.whole.0, PACE));
        });
        self.gives_up_on(|silent| drop(silent.hear()));
        slow.join().unwrap();
    }

    fn gives_up_on(&self, act: impl FnOnce(&mut Stranger)) {
        let mut stranger = Stranger::at(&self.server);
        act(&mut stranger);
        let report = self.server.report_about(stranger.address());
        assert!(report.ends_with(TOO_SLOW), "{report}");
        self.serves_the_next();
    }

    /// Cuts the message after each of its octets; `report` says what must be
    /// reported then, given how many came.
    fn cut_anywhere(&self, report: impl Fn(usize) -> String) {
        for cut in 1..self.whole.0.len() {
            let mut stranger = Stranger::at(&self.server);
            let address = stranger.address();
            stranger.send(&self.whole.0[..cut]);
            stranger.finish();
            assert_eq!(self.server.report_about(address), report(cut));
        }
        self.serves_the_next();
    }

    fn takes_silence_for_an_end(self) {
        Stranger::at(&self.server).finish();
        self.serves_the_next();
        assert_eq!(self.server.stop(), [""; 0]);
    }
}

#[test]
fn streamer() {
    let text = b"many small octets";
    let line = "A message of 17 octets: \"many small octets\"";
    let victim = Victim::new(env!("CARGO_BIN_EXE_streamer"), text, line);
    victim.has_a_limited_patience();
    victim.refuses_without_end(b"x", "refused: more than 65536 octets");
    // What sending and closing can't do: tell a cut from an end.
    for cut in 0..text.len() {
        Stranger::at(&victim.server).send(&text[..cut]).finish();
        let line = victim.server.line();
        assert!(line.starts_with(&format!("A message of {cut} octets: ")));
    }
    Stranger::at(&victim.server)
        .send(b"\x1b[2J\xff\r\n")
        .finish();
    let shown = "A message of 7 octets: \"\\u{1b}[2J\u{fffd}\\r\\n\"";
    assert_eq!(victim.server.line(), shown);
}

#[test]
fn two_way() {
    let line = "A request of 17 octets: \"many small octets\"";
    let victim = Victim::new(env!("CARGO_BIN_EXE_two-way"), b"many small octets", line);
    victim.has_a_limited_patience();
    let too_much = "read the request: refused: more than 65536 octets";
    victim.refuses_without_end(b"x", too_much);
    let answer = Stranger::at(&victim.server).send(b"\xffabc\0").finish();
    assert_eq!(answer, b"\xffABC\0");
}

#[test]
fn fixed() {
    let record = b"Oslo\0\0\0\0\xff\xff\xfe\x3e";
    let victim = Victim::new(env!("CARGO_BIN_EXE_fixed"), record, "1: Oslo -4.50 °C");
    victim.has_a_limited_patience();
    victim.cut_anywhere(|cut| format!("the stream ended after {cut} of 12 octets of a record"));
    let nameless = "refused: record 1 has the name \"\\0\\0\\0\\0\\0\\0\\0\\0\"";
    victim.refuses(&[0; 12], nameless);
    let bell = "refused: record 1 has the name \"Os\\u{7}o\\0\\0\\0\\0\"";
    victim.refuses(b"Os\x07o\0\0\0\0\0\0\0\0", bell);
    let no_text = "refused: record 1 has the name \"\u{fffd}\u{fffd}xxxxxx\"";
    victim.refuses(b"\xff\xfexxxxxx\0\0\0\0", no_text);
    victim.takes_silence_for_an_end();
}

/// It sends without end and never takes an answer.
#[test]
fn a_peer_that_does_not_read() {
    let server = start(env!("CARGO_BIN_EXE_length-prefixed"));
    let mut stranger = Stranger::at(&server);
    let address = stranger.address();
    let message = [&b"\0\0\x80\0"[..], &[b'x'; 0x8000]].concat();
    let flood = thread::spawn(move || stranger.send_for_ever(&message));
    let report = loop {
        let line = server.line();
        if let Some(report) = line.strip_prefix(&format!("{address}: ")) {
            break report.to_owned();
        }
    };
    assert_eq!(report, TOO_SLOW);
    flood.join().unwrap();
}

#[test]
fn delimited() {
    let line = "A message of 17 octets: \"many small octets\"";
    let victim = Victim::new(env!("CARGO_BIN_EXE_delimited"), b"many small octets,", line);
    victim.has_a_limited_patience();
    victim.cut_anywhere(|cut| format!("the input ended {cut} octets into a message"));
    victim.refuses_without_end(b"x", "a message of more than 65536 octets");
    victim.refuses(b"50%,", "a percent sign at octet 2 that escapes nothing");
    victim.takes_silence_for_an_end();
}

#[test]
fn length_prefixed() {
    let line = "A message of 17 octets: \"many small octets\"";
    let victim = Victim::new(
        env!("CARGO_BIN_EXE_length-prefixed"),
        b"\0\0\0\x11many small octets",
        line,
    );
    victim.has_a_limited_patience();
    victim.cut_anywhere(|cut| format!("the input ended {cut} octets into a message"));
    let http = "a message of 1195725856 octets where 65536 are allowed";
    victim.refuses(b"GET / HTTP/1.1\r\n\r\n", http);
    let most = "a message of 4294967295 octets where 65536 are allowed";
    victim.refuses_without_end(b"\xff", most);
    victim.takes_silence_for_an_end();
}

#[test]
fn chunked() {
    let line = "A message of 17 octets: \"many small octets\"";
    let victim = Victim::new(
        env!("CARGO_BIN_EXE_chunked"),
        b"\0\x05many \0\x0csmall octets\0\0",
        line,
    );
    victim.has_a_limited_patience();
    victim.cut_anywhere(|_| "the input ended inside a message".to_owned());
    // 0x7878 octets each, and the third would be too much.
    let too_much = "a message of 92520 octets or more where 65536 are allowed";
    victim.refuses_without_end(b"x", too_much);
    victim.takes_silence_for_an_end();
}

#[test]
fn compressed() {
    let packed = zlib(b"many small octets");
    let program = env!("CARGO_BIN_EXE_compressed");
    let line: &'static str = format!(
        "{} octets unpacked to 17: \"many small octets\"",
        packed.len()
    )
    .leak();
    let victim = Victim::new(program, &packed, line);
    victim.has_a_limited_patience();
    victim.cut_anywhere(|_| "incomplete deflate stream".to_owned());
    victim.refuses_without_end(b"x", "corrupt deflate stream");
    let bomb = zlib(&vec![0; 10_000_000]);
    victim.refuses(&bomb, "refused: more than 65536 octets");
    let mut damaged = packed.clone();
    *damaged.last_mut().unwrap() ^= 1; // the check sum is at the end
    victim.refuses(&damaged, "corrupt deflate stream");
    victim.takes_silence_for_an_end();
}

/// The servers that show something, and no pattern, have the same patience.
#[test]
fn silence_where_something_is_shown() {
    let kept_waiting = [
        (env!("CARGO_BIN_EXE_assumptions"), &b""[..]),
        // It has said how to read, and then nothing comes.
        (env!("CARGO_BIN_EXE_assumptions"), b"\0\xff"),
        (env!("CARGO_BIN_EXE_buffered"), b"hello"),
        (env!("CARGO_BIN_EXE_zero-copy"), b"hello"),
    ]
    .map(|(program, sent)| {
        let server = start(program);
        let mut silent = Stranger::at(&server);
        silent.send(sent);
        (program, server, silent)
    });
    for (program, server, silent) in kept_waiting {
        let report = server.report_about(silent.address());
        assert!(report.ends_with(TOO_SLOW), "{program}: {report}");
        // Whoever comes next is served, and gives no cause for a report.
        Stranger::at(&server).send(b"\0\xff").finish();
        assert_eq!(server.stop(), [""; 0], "{program}");
    }
}

/// The same server, told that a message may be large: the message that fits is
/// taken, the octet more is not.
#[test]
fn a_limit_is_exact() {
    for (program, exact, one_more) in [
        (
            env!("CARGO_BIN_EXE_delimited"),
            &b"12345678,"[..],
            &b"123456789,"[..],
        ),
        (
            env!("CARGO_BIN_EXE_length-prefixed"),
            b"\0\0\0\x0812345678",
            b"\0\0\0\x09123456789",
        ),
        (
            env!("CARGO_BIN_EXE_chunked"),
            b"\0\x041234\0\x045678\0\0",
            b"\0\x041234\0\x0556789\0\0",
        ),
        (
            env!("CARGO_BIN_EXE_compressed"),
            &zlib(b"12345678"),
            &zlib(b"123456789"),
        ),
    ] {
        let server = Server::of(program, &["--limit", "8"]);
        Stranger::at(&server).send(exact).finish();
        let line = server.line();
        assert!(line.ends_with("\"12345678\""), "{line}");

        let mut stranger = Stranger::at(&server);
        let address = stranger.address();
        stranger.send(one_more);
        stranger.finish();
        let report = server.report_about(address);
        assert!(report.contains('8'), "{report}");
    }
}

fn zlib(octets: &[u8]) -> Vec<u8> {
    let mut packer = ZlibEncoder::new(Vec::new(), Compression::best());
    packer.write_all(octets).unwrap();
    packer.finish().unwrap()
}
