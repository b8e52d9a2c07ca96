//! Programs that nobody here wrote, at the other end: nginx and Python's http.server under
//! our clients, curl beside them, and curl at our server.

use std::collections::BTreeSet;
use std::fs;
use std::net::{SocketAddr, UdpSocket};
use std::path::Path;
use std::process::{Command, Stdio};

use testkit::proxy::Faults;
use testkit::{BadProxy, PATIENCE, Ready, Relay, Running, peer};

use crate::support::{Ran, bodies, ran, run, run_in};

const UA: &str = env!("CARGO_BIN_EXE_ua");
const POOL: &str = env!("CARGO_BIN_EXE_pool");
const DOWNLOAD: &str = env!("CARGO_BIN_EXE_download");
const FETCH: &str = env!("CARGO_BIN_EXE_fetch");
const REDIRECTS: &str = env!("CARGO_BIN_EXE_redirects");

/// Fields that say what time it is.
fn timed(line: &str) -> bool {
    line.starts_with("date: ") || line.starts_with("expires: ")
}

/// What a client saw: how it ended, the lines of the heads without dates, the body.
#[derive(Debug, PartialEq, Eq)]
struct Seen {
    good: bool,
    head: Vec<String>,
    body: Vec<u8>,
}

/// Lines of heads as both programs have them: names in small letters, no
/// times.
fn heads<'a>(lines: impl Iterator<Item = &'a str>) -> Vec<String> {
    let lines = lines.map(|line| match line.split_once(": ") {
        Some((name, value)) => format!("{}: {value}", name.to_ascii_lowercase()),
        None => line.trim_end().to_owned(), // with a reason or without one
    });
    lines
        .filter(|line| !line.is_empty() && !timed(line))
        .collect()
}

fn seen_by_curl(folder: &Path, arguments: &[&str]) -> Option<Seen> {
    let curl = peer("curl")?;
    let [head, body] = ["curl-head", "curl-body"].map(|name| folder.join(name));
    let mut command = curl.command();
    command.current_dir(folder);
    command.args([
        "-s",
        "-g",
        "--max-time",
        "20",
        "-D",
        "curl-head",
        "-o",
        "curl-body",
    ]);
    let status = command.args(arguments).status().unwrap();
    let text = fs::read(&head).unwrap_or_default();
    let seen = Seen {
        good: status.success(),
        head: heads(String::from_utf8_lossy(&text).lines()),
        body: match arguments.contains(&"-I") {
            true => Vec::new(), // curl takes the head for what was wanted then
            false => fs::read(&body).unwrap_or_default(),
        },
    };
    let _ = (fs::remove_file(head), fs::remove_file(body));
    Some(seen)
}

fn seen_by_ua(folder: &Path, arguments: &[&str]) -> Seen {
    let body = folder.join("ua-body");
    let ran = run_in(folder, UA, &[&["-o", "ua-body"], arguments].concat());
    let lines = ran.out.lines().filter_map(|line| line.strip_prefix("< "));
    let seen = Seen {
        good: ran.good,
        head: heads(lines),
        body: fs::read(&body).unwrap_or_default(),
    };
    let _ = fs::remove_file(body);
    seen
}

/// Both see the same, whatever the arguments ask for.
#[track_caller]
fn agree(folder: &Path, arguments: &[&str]) -> Seen {
    let ua = seen_by_ua(folder, arguments);
    if let Some(curl) = seen_by_curl(folder, arguments) {
        assert_eq!(ua, curl, "{arguments:?}");
    }
    ua
}

#[test]
fn ua_sees_what_curl_sees_at_bodies() {
    let folder = tempfile::tempdir().unwrap();
    let server = bodies(&[]);
    let url = |path: &str| format!("http://{}{path}", server.address);
    for path in [
        "/length",
        "/chunked",
        "/close",
        "/large/0",
        "/large/1",
        "/large/300000",
        "/early",
        "/status/200",
        "/status/204",
        "/status/304",
        "/status/404",
        "/status/503",
        "/secret",
        "/fresh/max-age",
        "/fresh/expires",
        "/negotiated",
        "/gzip",
        "/orders",
        "/file",
        "/hops/3",
        "/redirect?to=/x&status=308",
        "/cookies/set?a=b&c=d",
        "/no-such-thing",
        "/wrong/same-lengths",
        "/wrong/too-much",
        "/a%20b?c=%26&d=e#f",
    ] {
        assert!(agree(folder.path(), &[&url(path)]).good, "{path}");
    }
    for path in ["/length", "/chunked", "/close", "/status/204", "/file"] {
        let seen = agree(folder.path(), &["-I", &url(path)]);
        assert!(seen.good && seen.body.is_empty(), "{path}");
    }
    for arguments in [
        ["-H", "Accept: application/json"],
        ["-H", "Accept-Encoding: gzip"],
        ["-H", "If-None-Match: \"the-same\""],
        ["-H", "Range: bytes=3-7"],
        ["-H", "Range: bytes=-5"],
        ["-H", "Range: bytes=2000000-"],
        ["-u", "alice:open sesame"],
        ["-d", "some text"],
        ["-X", "DELETE"],
    ] {
        for path in [
            "/echo",
            "/negotiated",
            "/gzip",
            "/fresh/no-cache",
            "/secret",
            "/file",
        ] {
            agree(folder.path(), &[arguments[0], arguments[1], &url(path)]);
        }
    }
}

/// What both refuse, or find cut off; and what curl 7.88 takes and we don't.
#[test]
fn ua_refuses_more_than_curl() {
    let folder = tempfile::tempdir().unwrap();
    let server = bodies(&[]);
    let both = [
        "short",
        "cut-chunk",
        "no-last-chunk",
        "signed-chunk",
        "huge-chunk",
        "endless-chunk",
        "gzip-chunked",
        "chunked-gzip",
        "nul",
        "no-http",
        "nothing",
        "long-head",
    ];
    let curl_takes = [
        ("two-lengths", "all!"), // it goes by the last
        ("signed-length", "all"),
        ("huge-length", "all"),
        ("space-before-colon", "all"),
        ("folded", "all"),
        ("bare-cr", "all"),
        ("line-feeds", "all"),
        ("half-head", ""),
        ("many-fields", ""),
    ];
    let both = both.map(|name| (name, None)).into_iter();
    for (name, taken) in both.chain(curl_takes.map(|(name, body)| (name, Some(body)))) {
        let url = format!("http://{}/wrong/{name}", server.address);
        assert!(!seen_by_ua(folder.path(), &[&url]).good, "{name}");
        if let Some(curl) = seen_by_curl(folder.path(), &[&url]) {
            let body = String::from_utf8_lossy(&curl.body);
            assert_eq!(curl.good.then_some(&*body), taken, "{name}");
        }
    }
    let url = format!("http://{}/wrong/both", server.address);
    assert_eq!(agree(folder.path(), &[&url]).body, b"all");
}

#[test]
fn ua_sees_what_curl_sees_within_tls() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("root.pem");
    let root = root.to_str().unwrap();
    let server = bodies(&["--tls", root]);
    for path in ["/length", "/chunked", "/close", "/file", "/status/204"] {
        let url = format!("https://{}{path}", server.address);
        let ua = seen_by_ua(folder.path(), &["--ca", root, &url]);
        assert!(ua.good, "{path}");
        if let Some(curl) = seen_by_curl(folder.path(), &["--cacert", root, &url]) {
            assert_eq!(ua, curl, "{path}");
        }
    }
}

#[test]
fn curl_finds_its_way_about_bodies() {
    let Some(curl) = peer("curl") else { return };
    let server = bodies(&[]);
    let url = |path: &str| format!("http://{}{path}", server.address);
    let ask = |arguments: &[&str]| {
        let ran = ran(curl.command().arg("-sS").args(arguments));
        assert!(ran.good, "{arguments:?}: {ran:?}");
        ran.out
    };
    let echoed = "POST with 5 octets: \"hello\"\n";
    assert_eq!(ask(&["-d", "hello", &url("/echo")]), echoed);
    let chunked = "Transfer-Encoding: chunked";
    assert_eq!(ask(&["-d", "hello", "-H", chunked, &url("/echo")]), echoed);
    assert_eq!(
        ask(&["-d", "hello", "-H", "Expect: 100-continue", &url("/echo")]),
        echoed
    );
    assert_eq!(ask(&["-X", "POST", &url("/echo")]), "POST with 0 octets\n");
    // One connection for both, and what it is told of a third.
    let twice = ask(&["-w", "%{num_connects}\n", &url("/length"), &url("/chunked")]);
    let body = http_client::site::BODY;
    assert_eq!(twice, format!("{body}1\n{body}0\n"));
    assert_eq!(
        ask(&["--http1.0", "-w", "%{http_version}", &url("/length")]),
        format!("{body}1.1")
    );
    assert_eq!(ask(&["-L", &url("/hops/5")]), "You have arrived.\n");
    assert_eq!(
        ask(&["-L", "-c", "/dev/null", &url("/cookies/set?a=b")]),
        "Cookies: a=b\n"
    );
    assert_eq!(ask(&["--compressed", &url("/gzip")]), body.repeat(20));
    assert_eq!(
        ask(&["-u", "alice:open sesame", &url("/secret")]),
        "The treasure is in the cave.\n"
    );
    let trailer = ask(&["-v", "--trace-ascii", "-", &url("/trailer")]);
    assert!(trailer.contains("Octets: 42"), "{trailer}");
}

#[test]
fn redirects_gives_away_no_more_than_curl() {
    let Some(curl) = peer("curl") else { return };
    let [here, elsewhere] = [(); 2].map(|()| bodies(&[]));
    for (target, goes_along) in [(here.address, true), (elsewhere.address, false)] {
        let url = format!(
            "http://{}/redirect?to=http://{target}/headers",
            here.address
        );
        let theirs = ran(curl.command().args(["-sSL", "-u", "alice:x", &url]));
        let ours = run(REDIRECTS, &["-u", "alice:x", &url]);
        for Ran { good, out, .. } in [theirs, ours] {
            assert!(good);
            assert_eq!(
                out.contains("\"Authorization\""),
                goes_along,
                "{target}: {out}"
            );
        }
    }
}

/// nginx, and where its log arrives.
struct Nginx {
    server: Running,
    log: UdpSocket,
}

impl Nginx {
    fn address(&self) -> SocketAddr {
        self.server.address()
    }

    /// The next lines of its log.
    fn log(&self, lines: usize) -> Vec<String> {
        let line = |_| {
            let mut datagram = [0; 2048];
            let length = self.log.recv(&mut datagram).expect("a line of the log");
            let line = str::from_utf8(&datagram[..length]).unwrap();
            // In front of it are time and host, as syslog has them.
            line.split_once("nginx: ").unwrap().1.to_owned()
        };
        (0..lines).map(line).collect()
    }
}

/// nginx with this in its server block, serving `folder`.
fn nginx(folder: &Path, more: &str) -> Option<Nginx> {
    let nginx = peer("nginx")?;
    let root = folder.display().to_string();
    let log = UdpSocket::bind("127.0.0.1:0").unwrap();
    log.set_read_timeout(Some(PATIENCE)).unwrap();
    let syslog = log.local_addr().unwrap();
    let server = nginx.start(Ready::Accepts, |command, port, directory| {
        let config = format!(
            "daemon off; master_process off; pid nginx.pid; error_log stderr;\n\
             events {{ }}\n\
             http {{\n\
               log_format short '$connection $status $request_uri';\n\
               access_log syslog:server={syslog} short;\n\
               client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi;\n\
               uwsgi_temp_path uwsgi; scgi_temp_path scgi;\n\
               server {{ listen 127.0.0.1:{port} LISTEN; root {root}; {more} }}\n\
             }}\n"
        );
        let (tls, config) = match config.contains("ssl_certificate") {
            true => ("ssl http2", config),
            false => ("", config),
        };
        fs::write(directory.join("nginx.conf"), config.replace("LISTEN", tls)).unwrap();
        command
            .arg("-p")
            .arg(directory)
            .args(["-e", "stderr", "-c", "nginx.conf"]);
    });
    Some(Nginx { server, log })
}

/// A folder with a large file and small ones.
fn site() -> (tempfile::TempDir, Vec<u8>) {
    let folder = tempfile::tempdir().unwrap();
    let file = http_client::site::File::new(3_000_000, 7).octets().to_vec();
    fs::write(folder.path().join("file"), &file).unwrap();
    fs::write(folder.path().join("text.txt"), "some text\n").unwrap();
    fs::write(folder.path().join("empty"), "").unwrap();
    fs::create_dir(folder.path().join("list")).unwrap();
    (folder, file)
}

#[test]
fn ua_sees_what_curl_sees_at_nginx() {
    let (folder, _) = site();
    let more = "location /list/ { autoindex on; }\n\
                location = /none { return 204; }\n\
                location = /gone { return 410 'gone'; }\n\
                location = /there { return 302 /text.txt; }\n\
                location = /close { keepalive_timeout 0; return 200 'bye'; }\n\
                gzip on; gzip_min_length 1; gzip_types *;";
    let Some(nginx) = nginx(folder.path(), more) else {
        return;
    };
    let results = tempfile::tempdir().unwrap();
    for path in [
        "/text.txt",
        "/file",
        "/empty",
        "/list/",
        "/none",
        "/gone",
        "/there",
        "/close",
        "/list",
        "/nothing",
    ] {
        let url = format!("http://{}{path}", nginx.address());
        assert!(agree(results.path(), &[&url]).good, "{path}");
        assert!(agree(results.path(), &["-I", &url]).good, "{path}");
        // Compressed on the fly: in chunks.
        agree(results.path(), &["-H", "Accept-Encoding: gzip", &url]);
        agree(results.path(), &["-H", "Range: bytes=1-3", &url]);
    }
    // Its framings were three: by length, chunks, and none.
    let chunked = run(UA, &["-q", &format!("http://{}/list/", nginx.address())]);
    assert!(chunked.out.contains("in chunks (rule 4)"), "{chunked:?}");
    // Too large for it, and without a Host.
    let large = format!("X: {}", "x".repeat(40_000));
    agree(
        results.path(),
        &["-H", &large, &format!("http://{}/", nginx.address())],
    );
}

#[test]
fn pool_saves_handshakes_at_nginx() {
    let (folder, _) = site();
    for (options, expected) in [(&["--no-reuse"][..], 20), (&[], 1)] {
        let Some(nginx) = nginx(folder.path(), "") else {
            return;
        };
        let url = format!("http://{}/text.txt", nginx.address());
        let ran = run(POOL, &[options, &[url.as_str()]].concat());
        assert!(ran.good, "{ran:?}");
        let log = nginx.log(20);
        let connections: BTreeSet<_> = log.iter().map(|line| line.split(' ').next()).collect();
        assert_eq!(connections.len(), expected, "{log:?}");
    }
    // One that closes after five requests, and says so.
    let Some(nginx) = nginx(folder.path(), "keepalive_requests 5;") else {
        return;
    };
    let ran = run(POOL, &[&format!("http://{}/text.txt", nginx.address())]);
    assert!(ran.good && !ran.out.contains("again"), "{ran:?}");
    let log = nginx.log(20);
    let connections: BTreeSet<_> = log.iter().map(|line| line.split(' ').next()).collect();
    assert_eq!(connections.len(), 4, "{log:?}");
}

/// Cut while it sends, and asked again: the rest comes, and it fits.
#[test]
fn download_goes_on_where_nginx_was_cut_off() {
    let (folder, file) = site();
    let digest = http_client::content::sha256(&file);
    let results = tempfile::tempdir().unwrap();
    let Some(nginx) = nginx(folder.path(), "") else {
        return;
    };
    let cut = BadProxy::before(nginx.address(), Faults::of("", "pass 50000, close"));
    let url = format!("http://{}/file", cut.address);
    assert!(!run_in(results.path(), DOWNLOAD, &[&url, "file"]).good);
    assert_eq!(nginx.log(1)[0].split(' ').nth(1), Some("200"));
    let here = fs::metadata(results.path().join("file.part")).unwrap();
    let here = here.len();
    assert!((49_000..50_000).contains(&here), "{here}");

    let url = format!("http://{}/file", nginx.address());
    let ran = run_in(
        results.path(),
        DOWNLOAD,
        &["--sha256", &digest, &url, "file"],
    );
    assert!(ran.good, "{ran:?}");
    assert!(
        ran.out
            .starts_with(&format!("{here} octets are here already\n")),
        "{ran:?}"
    );
    assert_eq!(nginx.log(1)[0].split(' ').nth(1), Some("206"));
    assert!(fs::read(results.path().join("file")).unwrap() == file);
}

/// `python3 -m http.server`, serving `folder`.
fn python_server(folder: &Path, protocol: &str) -> Option<Running> {
    let python = peer("python3")?;
    let folder = folder.to_str().unwrap().to_owned();
    Some(python.start(Ready::Accepts, |command, port, _| {
        command.args(["-m", "http.server", "--bind", "127.0.0.1", "-d", &folder]);
        command.args(["-p", protocol, &port.to_string()]);
    }))
}

#[test]
fn ua_sees_what_curl_sees_at_http_server() {
    let (folder, file) = site();
    let results = tempfile::tempdir().unwrap();
    for protocol in ["HTTP/1.0", "HTTP/1.1"] {
        let Some(server) = python_server(folder.path(), protocol) else {
            return;
        };
        for path in [
            "/text.txt",
            "/file",
            "/empty",
            "/list/",
            "/list",
            "/nothing",
        ] {
            let url = format!("http://{}{path}", server.address());
            assert!(agree(results.path(), &[&url]).good, "{path}");
            assert!(agree(results.path(), &["-I", &url]).good, "{path}");
            agree(results.path(), &["-X", "DELETE", &url]);
        }
        // It knows no ranges: what was here is thrown away.
        let url = format!("http://{}/file", server.address());
        fs::write(results.path().join("file.part"), "something").unwrap();
        fs::write(results.path().join("file.part.tag"), "\"x\"").unwrap();
        let ran = run_in(results.path(), DOWNLOAD, &[&url, "file"]);
        assert!(ran.good && ran.out.contains("all of it"), "{ran:?}");
        assert!(fs::read(results.path().join("file")).unwrap() == file);
        // HTTP/1.0 closes each time, and the pool doesn't mind.
        let ran = run(POOL, &[&format!("http://{}/text.txt", server.address())]);
        assert!(ran.good && !ran.out.contains("again"), "{ran:?}");
    }
}

/// HTTP/2, by reqwest and by curl, which both are told by ALPN.
#[test]
fn fetch_speaks_http_2_with_nginx_as_curl_does() {
    let (folder, file) = site();
    let authority = tls::Authority::new("Test", std::time::SystemTime::now()).unwrap();
    let identity = authority.server(&["127.0.0.1"]).unwrap();
    let [root, chain, key] =
        ["root.pem", "chain.pem", "key.pem"].map(|name| folder.path().join(name));
    fs::write(&root, tls::identity::to_pem(&[authority.root()])).unwrap();
    fs::write(&chain, tls::identity::to_pem(&identity.chain)).unwrap();
    fs::write(&key, identity.key_pem()).unwrap();
    let more = format!(
        "ssl_certificate {}; ssl_certificate_key {};",
        chain.display(),
        key.display()
    );
    let Some(nginx) = nginx(folder.path(), &more) else {
        return;
    };
    let url = format!("https://{}/file", nginx.address());
    let root = root.to_str().unwrap();
    let ran = run(FETCH, &["--ca", root, "get", &url]);
    assert!(
        ran.out.starts_with(&format!("{url}: HTTP/2.0 200 OK\n")),
        "{ran:?}"
    );
    let digest = http_client::content::sha256(&file);
    assert!(ran.out.contains(&digest), "{ran:?}");
    let results = tempfile::tempdir().unwrap();
    if let Some(curl) = seen_by_curl(results.path(), &["--cacert", root, "--http2", &url]) {
        assert_eq!(curl.head[0], "HTTP/2 200");
        assert!(curl.body == file);
    }
    // Ours offers nothing by ALPN, and gets HTTP/1.1.
    let ua = seen_by_ua(results.path(), &["--ca", root, &url]);
    assert!(ua.head[0] == "HTTP/1.1 200 OK" && ua.body == file);
}

/// What the page on libraries says of reqwest.
#[test]
fn reqwest_does_what_the_page_says() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("root.pem");
    let root = root.to_str().unwrap();
    let [here, elsewhere] = [(); 2].map(|()| bodies(&[]));
    let secure = bodies(&["--tls", root]);
    // Credentials stay with the origin, of which the port is a part.
    let relay = Relay::to(elsewhere.address);
    let to = format!("redirect?to=http://{}/headers", relay.address);
    let url = format!("http://alice:x@{}/{to}", here.address);
    assert!(run(FETCH, &["get", &url]).good);
    let (asked, _) = relay.octets();
    let asked = String::from_utf8_lossy(&asked).to_ascii_lowercase();
    assert!(
        asked.starts_with("get /headers ") && !asked.contains("authorization"),
        "{asked}"
    );
    // From https to http it goes.
    let url = format!(
        "https://{}/redirect?to=http://{}/length",
        secure.address, here.address
    );
    let ran = run(FETCH, &["--ca", root, "get", &url]);
    assert!(ran.good && ran.out.contains("\n42 octets"), "{ran:?}");
    // Lines may end with LF alone.
    let url = format!("http://{}/wrong/line-feeds", here.address);
    assert!(run(FETCH, &["get", &url]).good);
    // Ten redirects, and no more.
    let hops = |hops| {
        run(
            FETCH,
            &["get", &format!("http://{}/hops/{hops}", here.address)],
        )
    };
    assert!(hops(10).good && !hops(11).good);
}

/// The bar is drawn on a terminal, and on nothing else. Python makes the terminal.
#[test]
fn download_draws_a_bar_on_a_terminal_alone() {
    let server = bodies(&[]);
    let folder = tempfile::tempdir().unwrap();
    let url = format!("http://{}/file", server.address);
    let mut plain = Command::new(DOWNLOAD);
    let plain = plain
        .args([&url, "file"])
        .current_dir(folder.path())
        .output()
        .unwrap();
    assert!(
        plain.status.success() && plain.stderr.is_empty(),
        "{plain:?}"
    );
    let lines = String::from_utf8(plain.stdout).unwrap();
    assert!(
        lines.starts_with("1000000 octets, SHA-256 ") && lines.lines().count() == 1,
        "{lines}"
    );

    let Some(python) = peer("python3") else {
        return;
    };
    let spawn = "import os, pty, sys; sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))";
    let on_a_terminal = |url: &str| {
        let mut command = python.command();
        command.args(["-c", spawn, DOWNLOAD, url, "file"]);
        command.env("TERM", "xterm").current_dir(folder.path());
        let ran = ran(command.stdin(Stdio::null()));
        assert!(ran.good, "{ran:?}");
        ran.out
    };
    let drawn = on_a_terminal(&url);
    assert!(
        drawn.contains("█") && drawn.contains("976.56 KiB of 976.56 KiB"),
        "{drawn}"
    );
    assert!(drawn.contains("1000000 octets, SHA-256 "), "{drawn}");
    // Nobody knows where chunks will end.
    let drawn = on_a_terminal(&format!("http://{}/chunked", server.address));
    assert!(
        drawn.contains("42 B, ") && !drawn.contains(" of "),
        "{drawn}"
    );
}
