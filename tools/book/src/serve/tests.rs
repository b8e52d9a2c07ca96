use std::io::{self, BufReader, Read, Write};
use std::net::TcpStream;
use std::sync::mpsc;
use std::time::Instant;

use tempfile::TempDir;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::{Message, WebSocket, client};

use super::*;

/// A book is built meanwhile, and a machine may be busy with others.
const PATIENCE: Duration = Duration::from_secs(60);

/// A book with two pages, a scene of each kind and an exercise, and a server of it that runs.
struct Served {
    folder: TempDir,
    address: SocketAddr,
    token: String,
    told: mpsc::Receiver<Option<String>>,
}

fn write(folder: &TempDir, path: &str, text: &str) {
    let path = folder.path().join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

fn small_book() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    write(&folder, "book.toml", "[book]\nsrc = \"book\"\n");
    write(
        &folder,
        "book/SUMMARY.md",
        "[One](index.md)\n[Two](sub/two.md)\n",
    );
    write(&folder, "book/index.md", "# One\n\nfirst words\n");
    write(&folder, "book/sub/two.md", "# Two\n");
    let chapter = "chapters/01-numbers";
    write(
        &folder,
        &format!("{chapter}/Cargo.toml"),
        "[package]\nname = \"numbers\"\n\n[[test]]\nname = \"double\"\n\
         path = \"exercises/double/main.rs\"\n",
    );
    write(
        &folder,
        &format!("{chapter}/exercises/double.rs"),
        "//! Twice.\n",
    );
    for scene in ["asked", "endless", "stubborn", "loud", "failing"] {
        let scene = format!("{chapter}/scenes/{scene}.console");
        write(&folder, &scene, "# It is played.\n$ nothing\n");
    }
    folder
}

fn serve(folder: TempDir) -> Served {
    serve_within(folder, Limits::default())
}

fn serve_within(folder: TempDir, limits: Limits) -> Served {
    let workbook = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/serve/pretend.sh");
    let server = Server::bind(folder.path(), 0, Some(workbook), limits).unwrap();
    let (address, token) = (server.address, server.app.token.clone());
    let (tell, told) = mpsc::channel();
    // It runs until the test process ends.
    thread::spawn(move || {
        let _ = server.run(move |broken| {
            let _ = tell.send(broken.map(str::to_owned));
        });
    });
    Served {
        folder,
        address,
        token,
        told,
    }
}

impl Served {
    /// The whole answer to a request.
    fn ask(&self, request: &str) -> String {
        let mut stream = TcpStream::connect(self.address).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        BufReader::new(stream).read_to_string(&mut answer).unwrap();
        answer
    }

    /// The answer to a request for `path` below the token.
    fn get(&self, path: &str) -> String {
        self.ask(&format!(
            "GET /{}{path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
            self.token
        ))
    }

    /// Where the page `/` says that it listens.
    fn socket(&self) -> String {
        let page = self.get("/");
        let (_, rest) = page.split_once("data-live=\"").unwrap();
        rest.split('"').next().unwrap().to_owned()
    }

    /// Opens the page.
    fn open(&self) -> Window {
        self.open_at(&self.socket())
    }

    fn open_at(&self, socket: &str) -> Window {
        let stream = TcpStream::connect(self.address).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        let address = format!("ws://{}{socket}", self.address);
        let mut request = address.into_client_request().unwrap();
        let origin = format!("http://{}", self.address);
        let headers = request.headers_mut();
        headers.insert("origin", origin.parse().unwrap());
        Window(client(request, Steady(stream)).unwrap().0)
    }

    /// What was asked of the workbook, a line each, but for how far the reader is.
    fn asked(&self) -> Vec<String> {
        let asked = fs::read_to_string(self.folder.path().join("asked")).unwrap_or_default();
        let asked = asked.lines().filter(|line| !line.starts_with("exercises"));
        asked.map(str::to_owned).collect()
    }

    /// Waits until all that a scene left running has ended.
    fn nothing_is_left(&self) {
        let left = fs::read_to_string(self.folder.path().join("left")).unwrap();
        let start = Instant::now();
        for process in left.split_whitespace() {
            while runs(process) {
                assert!(start.elapsed() < PATIENCE, "{process} still runs");
                thread::yield_now();
            }
        }
    }
}

/// Whether a process runs; one that nobody has asked after yet does not.
fn runs(process: &str) -> bool {
    let ps = Command::new("ps")
        .args(["-o", "stat=", "-p", process])
        .output();
    let state = String::from_utf8(ps.unwrap().stdout).unwrap();
    !state.trim().is_empty() && !state.trim().starts_with('Z')
}

/// A stream that goes on after a signal: with a time-out, what one has interrupted is not begun
/// again by the system (signal(7)), and each child of the server that ends is a signal.
struct Steady(TcpStream);

impl Steady {
    fn again<T>(&mut self, mut call: impl FnMut(&mut TcpStream) -> io::Result<T>) -> io::Result<T> {
        loop {
            match call(&mut self.0) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                result => return result,
            }
        }
    }
}

impl Read for Steady {
    fn read(&mut self, octets: &mut [u8]) -> io::Result<usize> {
        self.again(|stream| stream.read(octets))
    }
}

impl Write for Steady {
    fn write(&mut self, octets: &[u8]) -> io::Result<usize> {
        self.again(|stream| stream.write(octets))
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

/// A page that is open.
struct Window(WebSocket<Steady>);

impl Window {
    fn ask(&mut self, verb: &str, name: &str) {
        let text = json!({ verb: name }).to_string();
        self.0.send(Message::text(text)).unwrap();
    }

    /// The next event of that kind about that thing.
    fn hear(&mut self, of: &str, event: &str) -> Value {
        self.find(|told| told["of"] == of && told["event"] == event)
    }

    fn find(&mut self, wanted: impl Fn(&Value) -> bool) -> Value {
        loop {
            if let Message::Text(text) = self.0.read().unwrap() {
                let told: Value = serde_json::from_str(&text).unwrap();
                if wanted(&told) {
                    return told;
                }
            }
        }
    }
}

#[test]
fn pages_are_served_below_the_token_with_the_script_that_listens() {
    let served = serve(small_book());
    assert!(served.address.ip().is_loopback());
    for path in ["/", "/index.html", "/?x=1"] {
        let page = served.get(path);
        assert!(page.starts_with("HTTP/1.1 200 OK\r\n"), "{page}");
        assert!(
            page.contains("content-type: text/html; charset=utf-8\r\n"),
            "{page}"
        );
        assert!(page.contains("referrer-policy: no-referrer\r\n"), "{page}");
        assert!(page.contains("first words") && page.contains("/.live/live.js"));
    }
    assert!(served.get("/sub/two.html").contains("Two"));
    assert!(served.get("/.live/live.js").contains("WebSocket"));
    assert!(
        served
            .get("")
            .contains(&format!("location: /{}/\r\n", served.token))
    );
    let head = format!(
        "HEAD /{}/ HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
        served.token
    );
    let head = served.ask(&head);
    assert!(head.starts_with("HTTP/1.1 200 OK\r\n") && head.ends_with("\r\n\r\n"));
    // A page that is nowhere knows where the book is.
    let lost = served.get("/far/away.html");
    assert!(lost.starts_with("HTTP/1.1 404 "), "{lost}");
    assert!(lost.contains(&format!("<base href=\"/{}/\">", served.token)));
}

#[test]
fn no_path_leads_out_of_the_book() {
    let folder = small_book();
    write(&folder, "secret.txt", "a secret");
    let served = serve(folder);
    let absolute = served.folder.path().join("secret.txt");
    for path in [
        "/../secret.txt",
        "/%2e%2e/secret.txt",
        "/..%2fsecret.txt",
        "/sub/../../secret.txt",
        "/sub/..%5c..%5csecret.txt",
        "//secret.txt",
        "/./secret.txt",
        "/book.toml",
        "/.workbook/token",
        "/.live/../secret.txt",
        &format!("/{}", absolute.display()),
        "/%00",
    ] {
        let answer = served.get(path);
        assert!(answer.starts_with("HTTP/1.1 404 "), "{path}: {answer}");
        assert!(!answer.contains("a secret"), "{path}");
    }
    assert!(served.get("/%ff").starts_with("HTTP/1.1 400 "));
}

/// Each request as a page elsewhere, or a name of its that leads here, would make it.
#[test]
fn a_stranger_is_refused() {
    let served = serve(small_book());
    let (port, token) = (served.address.port(), &served.token);
    let page = format!("/{token}/");
    let live = format!("/{token}/.live");
    let near = format!("/{}0/", &token[1..]);
    let longer = format!("/{token}0/");
    let query = format!("/?token={token}");
    let here = format!("Host: 127.0.0.1:{port}\r\n");
    let ours = format!("Origin: http://127.0.0.1:{port}\r\n");
    let upgrade = "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\
                   Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
    let elsewhere = format!("http://evil.example{page}");
    let foreign = |name: &str| format!("Host: {name}\r\n");
    let from = |origin: &str| format!("{here}Origin: {origin}\r\n");
    let socket = |headers: &str| format!("{here}{headers}{upgrade}");
    let strangers: Vec<(&str, String)> = vec![
        // A foreign name in Host: rebinding, also one that looks like ours.
        (&page, foreign("evil.example")),
        (&page, foreign(&format!("evil.example:{port}"))),
        (&page, foreign(&format!("localhost.evil.example:{port}"))),
        (&page, foreign(&format!("127.0.0.1.evil.example:{port}"))),
        (&page, foreign("LOCALHOST.evil.example")),
        (&page, foreign("127.0.0.2")),
        (&page, foreign("0.0.0.0")),
        (&page, foreign("[::2]")),
        (&page, foreign("evil.example@127.0.0.1")),
        (&page, foreign("127.0.0.1:80@evil.example")),
        (&page, foreign("")),
        (&page, String::new()),
        (&page, format!("{here}{}", foreign("evil.example"))),
        (&page, format!("{}{here}", foreign("evil.example"))),
        (&elsewhere, here.clone()),
        // A page of another origin, also one on this machine.
        (&page, from("http://evil.example")),
        (&page, from("null")),
        (&page, from(&format!("https://127.0.0.1:{port}"))),
        (&page, from("http://127.0.0.1")),
        (&page, from("http://127.0.0.1:1")),
        (&page, from(&format!("http://localhost:{port}"))),
        (
            &page,
            from(&format!("http://127.0.0.1:{port}.evil.example")),
        ),
        (
            &page,
            format!("{here}{ours}Origin: http://evil.example\r\n"),
        ),
        // Without the token, or with another.
        ("/", here.clone()),
        ("/index.html", here.clone()),
        ("/.live", socket(&ours)),
        ("//", here.clone()),
        (&query, here.clone()),
        (&near, here.clone()),
        (&longer, here.clone()),
        ("/%00/", here.clone()),
        // The socket, by one who does not say where it comes from, or from elsewhere.
        (&live, socket("")),
        (&live, socket("Origin: http://evil.example\r\n")),
        (&live, socket("Origin: null\r\n")),
        (&live, socket("Origin: file://\r\n")),
        (&live, format!("{}{ours}{upgrade}", foreign("evil.example"))),
        (&live, format!("{here}Origin: http://evil.example\r\n")),
    ];
    for (path, headers) in &strangers {
        for method in ["GET", "POST"] {
            let request = format!("{method} {path} HTTP/1.1\r\n{headers}Connection: close\r\n\r\n");
            let answer = served.ask(&request);
            let refused = ["HTTP/1.1 403 ", "HTTP/1.1 400 "];
            assert!(
                refused.iter().any(|status| answer.starts_with(status)),
                "{request}{answer}"
            );
            assert!(
                !answer.contains("first words") && !answer.contains(token),
                "{request}{answer}"
            );
        }
    }
    assert!(strangers.len() >= 30);
    // Who is let through may look and no more.
    for method in ["POST", "PUT", "DELETE", "OPTIONS"] {
        let request = format!("{method} {page} HTTP/1.1\r\n{here}{ours}Connection: close\r\n\r\n");
        assert!(
            served.ask(&request).starts_with("HTTP/1.1 405 "),
            "{request}"
        );
    }
    let endless = format!("GET {page} HTTP/1.1\r\n{here}X: {}", "x".repeat(1_000_000));
    assert!(served.ask(&endless).starts_with("HTTP/1.1 431 "));
    assert_eq!(served.asked(), [""; 0]);
}

#[test]
fn the_token_is_the_owners_and_stays() {
    let folder = small_book();
    let first = guard::token(folder.path()).unwrap();
    assert_eq!(first.len(), 32);
    assert_eq!(guard::token(folder.path()).unwrap(), first);
    let kept = folder.path().join(".workbook/token");
    let mode = std::os::unix::fs::PermissionsExt::mode(&kept.metadata().unwrap().permissions());
    assert_eq!(mode & 0o777, 0o600);
    fs::write(&kept, "guess").unwrap();
    let second = guard::token(folder.path()).unwrap();
    assert_ne!(second, first);
    assert_ne!(second, guard::token(small_book().path()).unwrap());
}

#[test]
fn a_scene_is_run_and_told() {
    let served = serve(small_book());
    let mut window = served.open();
    window.ask("run", "1 asked");
    window.hear("1 asked", "begun");
    let line = window.hear("1 asked", "line");
    let html = "&lt;b&gt;bold&lt;/b&gt;<span class=\"control\">NUL</span>";
    assert_eq!(line["html"], html);
    assert_eq!(window.hear("1 asked", "verdict")["is"], "as written");
    assert_eq!(window.hear("1 asked", "ended")["why"], Value::Null);
    assert_eq!(served.asked(), ["chapter 1 asked --events"]);
    // And again; and what goes wrong is said as it is.
    window.ask("run", "1 asked");
    window.hear("1 asked", "ended");
    window.ask("run", "1 failing");
    assert_eq!(
        window.hear("1 failing", "ended")["why"],
        "error: it is broken"
    );
}

#[test]
fn only_what_has_a_name_is_run() {
    let served = serve(small_book());
    let mut window = served.open();
    for (verb, name) in [
        ("run", "asked"),
        ("run", "2 asked"),
        ("run", "01 asked"),
        ("run", "1 asked --help"),
        ("run", "1 --help"),
        ("run", "1 ../scenes/asked"),
        ("run", "1 asked;id"),
        ("run", "1  asked"),
        ("run", ""),
        ("check", "1.2"),
        ("check", "1"),
        ("check", "--all"),
        ("check", "double"),
        ("hint", "1.1 --all"),
        ("hint", "9.9"),
        ("exec", "1 asked"),
        ("reset", "1.1"),
        ("solution", "1.1"),
    ] {
        window.ask(verb, name);
    }
    for text in ["", "{", "[]", "7", "{\"run\":7}", "{\"run\":{}}"] {
        window.0.send(Message::text(text)).unwrap();
    }
    window.0.send(Message::binary(vec![0, 1])).unwrap();
    window.ask("run", "1 asked");
    window.hear("1 asked", "ended");
    assert_eq!(served.asked(), ["chapter 1 asked --events"]);
    // A message without measure ends the connection, and nothing else.
    let endless = json!({ "run": "x".repeat(100_000) }).to_string();
    let _ = window.0.send(Message::text(endless));
    while window.0.read().is_ok() {}
    served.open().hear("book", "whole");
}

#[test]
fn a_scene_ends_when_it_is_stopped_or_its_page_is_closed() {
    let served = serve(small_book());
    let mut window = served.open();
    window.ask("run", "1 endless");
    window.hear("1 endless", "scene");
    window.ask("stop", "1 endless");
    window.hear("1 endless", "stopped");
    served.nothing_is_left();
    // Closed properly, and as by a browser that was killed.
    for properly in [true, false] {
        window.ask("run", "1 endless");
        window.hear("1 endless", "scene");
        if properly {
            window.0.close(None).unwrap();
        }
        drop(std::mem::replace(&mut window, served.open()));
        served.nothing_is_left();
    }
    // One that does not heed is killed, with what it started.
    window.ask("run", "1 stubborn");
    window.hear("1 stubborn", "scene");
    window.ask("stop", "1 stubborn");
    served.nothing_is_left();
}

#[test]
fn a_scene_runs_once_at_a_time_and_another_beside_it() {
    let served = serve(small_book());
    let (mut one, mut other) = (served.open(), served.open());
    one.ask("run", "1 endless");
    one.hear("1 endless", "scene");
    one.ask("run", "1 endless"); // a second press
    other.ask("run", "1 endless");
    other.hear("1 endless", "queued");
    other.ask("run", "1 asked");
    other.hear("1 asked", "verdict");
    let played = ["chapter 1 endless --events", "chapter 1 asked --events"];
    assert_eq!(served.asked(), played);
    // Once the one has gone, it is the other's turn.
    drop(one);
    other.hear("1 endless", "scene");
    drop(other);
    served.nothing_is_left();
}

#[test]
fn a_scene_has_a_deadline_and_a_limit_for_what_it_says() {
    let limits = Limits {
        time: Duration::from_secs(1),
        output: 10_000,
    };
    let served = serve_within(small_book(), limits);
    let mut window = served.open();
    window.ask("run", "1 endless");
    let ended = window.hear("1 endless", "ended");
    assert_eq!(ended["why"], "It took longer than 1 s, and was ended.");
    served.nothing_is_left();
    window.ask("run", "1 loud");
    let ended = window.hear("1 loud", "ended");
    assert_eq!(
        ended["why"],
        "It said more than a page can show, and was ended."
    );
}

#[test]
fn an_exercise_is_checked_and_again_when_it_is_saved_until_it_is_stopped() {
    let served = serve(small_book());
    let file = "chapters/01-numbers/exercises/double.rs";
    let mut window = served.open();
    window.ask("show", "1.1");
    let shown = window.hear("1.1", "file");
    assert_eq!(
        (&shown["path"], &shown["html"]),
        (
            &json!(file),
            &json!("<span class=\"c\">//! Twice.</span>\n")
        )
    );
    let editor = format!(
        "vscode://file{}:1",
        served.folder.path().join(file).display()
    );
    assert_eq!(shown["editor"], editor);
    // Only shown, it is not checked.
    write(&served.folder, file, "one\n");
    assert_eq!(window.hear("1.1", "file")["html"], "one\n");
    window.ask("check", "1.1");
    let checked = window.hear("1.1", "checked");
    assert_eq!(checked["check_results"][0]["name"], "one");
    let looks_like = json!([{ "title": "<p>a <code>b</code></p>\n", "explanation": "<p>c</p>\n" }]);
    assert_eq!(checked["looks_like"], looks_like);
    // In two windows, each hears of it.
    let mut other = served.open();
    other.ask("check", "1.1");
    other.hear("1.1", "checked");
    write(&served.folder, file, "three\n");
    for window in [&mut window, &mut other] {
        let checked = window.hear("1.1", "checked");
        assert_eq!(checked["check_results"][0]["name"], "three");
    }
    for window in [&mut window, &mut other] {
        window.ask("stop", "1.1");
        window.hear("1.1", "stopped");
    }
    let before = served.asked();
    write(&served.folder, file, "fourth\n");
    window.hear("1.1", "file");
    window.ask("run", "1 asked");
    window.hear("1 asked", "ended");
    let asked = served.asked();
    assert_eq!(asked[before.len()..], ["chapter 1 asked --events"]);
    // What a reader writes is on no page: nothing is loaded again.
    served.open_at(&served.socket()).hear("book", "whole");
}

#[test]
fn a_hint_unfolds_in_every_window_and_the_console_is_heard() {
    let served = serve(small_book());
    let (mut one, mut other) = (served.open(), served.open());
    let seen = |number: u64| {
        move |told: &Value| told["of"] == "exercises" && told["all"][0]["hints_seen"] == number
    };
    one.find(seen(0));
    one.ask("hint", "1.1");
    one.find(seen(1));
    other.find(seen(1));
    // As when someone types `just hint 1.1`.
    write(&served.folder, ".workbook/progress.json", "2\n");
    other.find(seen(2));
}

#[test]
fn a_change_is_built_and_told() {
    let served = serve(small_book());
    let before = served.socket();
    let mut window = served.open_at(&before);
    window.hear("book", "whole");
    write(&served.folder, "book/index.md", "# One\n\nsecond words\n");
    window.hear("book", "new");
    assert!(served.get("/").contains("second words"));
    assert_eq!(served.told.recv().unwrap(), None);
    // Whoever was not listening meanwhile hears of it.
    served.open_at(&before).hear("book", "new");
    served.open().hear("book", "whole");
}

#[test]
fn a_broken_book_is_told_and_what_was_good_stays() {
    let served = serve(small_book());
    let mut window = served.open();
    write(
        &served.folder,
        "book/SUMMARY.md",
        "[One](index.md)\n[Gone](gone.md)\n",
    );
    let broken = window.hear("book", "broken");
    assert!(
        broken["what"].as_str().unwrap().contains("gone.md"),
        "{broken}"
    );
    assert!(served.told.recv().unwrap().unwrap().contains("gone.md"));
    assert!(served.get("/").contains("first words"));
    // Whoever comes now is told at once.
    served.open().hear("book", "broken");
    write(&served.folder, "book/SUMMARY.md", "[One](index.md)\n");
    window.hear("book", "new");
    assert_eq!(served.told.recv().unwrap(), None);
    assert!(served.get("/sub/two.html").starts_with("HTTP/1.1 404 "));
}

#[test]
fn a_broken_include_is_told_and_the_rest_is_shown() {
    let served = serve(small_book());
    let mut window = served.open();
    let broken = |words: &str| format!("# One\n\n{words}\n\n{{{{#include gone.rs}}}}\n");
    write(&served.folder, "book/index.md", &broken("new words"));
    window.hear("book", "new");
    assert!(served.get("/").contains("new words"));
    let mut window = served.open();
    assert_eq!(
        window.hear("book", "broken")["what"],
        "book/index.md:5: includes book/gone.rs, which does not exist"
    );
    // Another change in a book that stays broken is shown as well.
    write(&served.folder, "book/index.md", &broken("newest words"));
    window.hear("book", "new");
    assert!(served.get("/").contains("newest words"));
}

#[test]
fn a_book_that_was_never_whole_is_served_as_the_reason() {
    let folder = small_book();
    fs::remove_file(folder.path().join("book/SUMMARY.md")).unwrap();
    let served = serve(folder);
    let page = served.get("/");
    assert!(page.starts_with("HTTP/1.1 503 "), "{page}");
    assert!(
        page.contains("SUMMARY.md") && page.contains("live.js"),
        "{page}"
    );
    let mut window = served.open();
    write(&served.folder, "book/SUMMARY.md", "[One](index.md)\n");
    window.hear("book", "new");
    assert!(served.get("/").contains("first words"));
}

#[test]
fn a_port_that_is_taken_is_named() {
    let taken = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let port = taken.local_addr().unwrap().port();
    let folder = small_book();
    let error = Server::bind(folder.path(), port, None, Limits::default());
    assert_eq!(
        error.err().unwrap().to_string(),
        format!("listen at 127.0.0.1:{port}: the port is taken; `--port 0` takes any free one")
    );
}
