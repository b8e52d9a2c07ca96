//! Serves the book to a browser on this machine and tells it when to load again.
//!
//! The book is built into a temporary folder and read into memory whole, so that a
//! reader never meets a half-written one and a request can name nothing but a
//! page: there is no file system behind the paths. A browser holds one
//! `EventSource` open to [`EVENTS`] and is told there that the book is new, or
//! that it is broken and how.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, BufReader, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, SystemTime};

use crate::http::{self, Refusal, Request};
use crate::lint;
use crate::site;
use crate::watch::{self, Look};
use anyhow::Context;

/// Where a browser listens for news of the book.
const EVENTS: &str = "/.events";

/// How long a peer may take to send its request or to take the answer.
const PATIENCE: Duration = Duration::from_secs(10);

/// How often a silent stream of events says that it is alive; a write to a
/// browser that has gone fails, and so its thread ends.
const HEARTBEAT: Duration = Duration::from_secs(15);

/// The files of the book by path, without a leading `/`.
type Files = BTreeMap<String, Vec<u8>>;

/// A server of the book.
pub(crate) struct Server {
    root: PathBuf,
    listener: TcpListener,
    address: SocketAddr,
    state: Arc<State>,
    /// What the book was made from when it was built first.
    first: Look,
}

/// What is being served, and the way to learn that it changed.
struct State {
    current: Mutex<Current>,
    changed: Condvar,
}

/// What is being served.
struct Current {
    files: Arc<Files>,
    /// Counts the builds whose files are served.
    version: u64,
    /// Counts all builds, also those that gave no files.
    builds: u64,
    /// What is wrong with the book as it is on disk.
    broken: Option<String>,
    /// Tells this run of the server from the one before it.
    run: u64,
}

impl State {
    fn lock(&self) -> MutexGuard<'_, Current> {
        self.current.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Server {
    /// Listens on the loopback address at `port` (0: any free one) and builds the
    /// book at `root`. A book that can't be built is served as the report of why.
    ///
    /// # Errors
    ///
    /// When the port is taken or there is no room for the book.
    pub(crate) fn bind(root: &Path, port: u16) -> anyhow::Result<Server> {
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        let listener = TcpListener::bind(address).map_err(|error| match error.kind() {
            io::ErrorKind::AddrInUse => anyhow::anyhow!(
                "listen at {address}: the port is taken; `--port 0` takes any free one"
            ),
            _ => anyhow::anyhow!("listen at {address}: {error}"),
        })?;
        // Looked at before it is read, so that no change is missed between the two.
        let first = look(root);
        let run = SystemTime::UNIX_EPOCH.elapsed().unwrap_or_default();
        let server = Server {
            root: root.to_path_buf(),
            address: listener.local_addr()?,
            listener,
            state: Arc::new(State {
                current: Mutex::new(Current {
                    files: Arc::default(),
                    version: 0,
                    builds: 0,
                    broken: None,
                    run: run.as_secs(),
                }),
                changed: Condvar::new(),
            }),
            first,
        };
        server.rebuild();
        Ok(server)
    }

    /// Where it listens.
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// What is wrong with the book as it is on disk.
    pub(crate) fn broken(&self) -> Option<String> {
        self.state.lock().broken.clone()
    }

    /// Serves and watches. `told` hears of each build after the first: what is
    /// wrong, or nothing.
    ///
    /// # Errors
    ///
    /// When no more connections can be taken.
    pub(crate) fn run(mut self, told: impl Fn(Option<&str>)) -> anyhow::Result<()> {
        let state = Arc::clone(&self.state);
        let listener = self.listener.try_clone()?;
        thread::spawn(move || accept(&listener, &state));
        let mut before = std::mem::take(&mut self.first);
        loop {
            thread::sleep(watch::PERIOD);
            let mut now = look(&self.root);
            if now == before {
                continue;
            }
            // A save of many files is over when nothing moves any more.
            loop {
                thread::sleep(watch::PERIOD / 4);
                let later = look(&self.root);
                if later == now {
                    break;
                }
                now = later;
            }
            before = now;
            self.rebuild();
            told(self.broken().as_deref());
        }
    }

    /// Builds the book; if that fails, what was served before stays.
    fn rebuild(&self) {
        let built = self.read();
        let mut current = self.state.lock();
        match built {
            Ok((files, broken)) => {
                current.files = Arc::new(files);
                current.broken = broken;
                current.version += 1;
            }
            Err(error) => current.broken = Some(site::plain(&error)),
        }
        current.builds += 1;
        drop(current);
        self.state.changed.notify_all();
    }

    fn read(&self) -> anyhow::Result<(Files, Option<String>)> {
        // It lives no longer than the build: a server that is killed leaves nothing.
        let folder = tempfile::Builder::new()
            .prefix("book-serve-")
            .tempdir()
            .context("make a temporary folder")?;
        let built = site::build(&self.root, Some(folder.path()))?;
        let mut files = BTreeMap::new();
        read_files(&built.folder, &built.folder, &mut files)?;
        // mdBook goes on when an include is broken, and shows it as it is written.
        let broken: Vec<String> = lint::broken_includes(&self.root)?
            .iter()
            .map(ToString::to_string)
            .collect();
        Ok((files, (!broken.is_empty()).then(|| broken.join("\n"))))
    }
}

/// What the book at `root` is made from, as it is now.
fn look(root: &Path) -> Look {
    let source = site::config(root).map_or_else(|_| "book".into(), |config| config.book.src);
    Look::at(root, &source)
}

fn read_files(folder: &Path, base: &Path, files: &mut Files) -> anyhow::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            read_files(&path, base, files)?;
        } else {
            files.insert(lint::slashed(&path, base), fs::read(&path)?);
        }
    }
    Ok(())
}

/// Takes connections, a thread each: there is one reader, and a browser opens few.
fn accept(listener: &TcpListener, state: &Arc<State>) {
    for stream in listener.incoming() {
        let Ok(stream) = stream else {
            // Out of descriptors, most likely: wait for some to come back.
            thread::sleep(watch::PERIOD);
            continue;
        };
        let state = Arc::clone(state);
        thread::spawn(move || {
            // A browser that leaves early is no news.
            let _ = answer(&stream, &state);
        });
    }
}

fn answer(stream: &TcpStream, state: &State) -> io::Result<()> {
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    let mut out = stream;
    let plain = "text/plain; charset=utf-8";
    let request = match http::read_request(BufReader::new(stream)) {
        Ok(request) => request,
        Err(Refusal::Gone) => return Ok(()),
        Err(Refusal::Status(code, words)) => {
            let body = format!("{words}\n");
            return http::respond(&mut out, (code, words), plain, body.as_bytes(), false);
        }
    };
    // A page elsewhere whose name was made to lead here may not read the book.
    if !["localhost", "127.0.0.1", "[::1]"].contains(&request.host.as_str()) {
        let body = "This server answers to localhost alone.\n";
        let status = (403, "Forbidden");
        return http::respond(&mut out, status, plain, body.as_bytes(), request.head_only);
    }
    if request.path == EVENTS {
        return tell(out, state, &request.query);
    }
    let (status, kind, body) = respond_with(state, &request);
    http::respond(&mut out, status, kind, &body, request.head_only)
}

/// The page that a request names.
fn respond_with(state: &State, request: &Request) -> ((u16, &'static str), &'static str, Vec<u8>) {
    let (files, version, broken) = {
        let current = state.lock();
        let version = format!("{}-{}", current.run, current.version);
        (Arc::clone(&current.files), version, current.broken.clone())
    };
    let html = http::kind("index.html");
    if files.is_empty() {
        // Nothing was ever built.
        let why = broken.unwrap_or_default();
        let page = format!(
            "<!doctype html><meta charset=\"utf-8\"><title>The book is broken</title>\
             <h1>The book can't be built yet</h1><pre>{}</pre></body>",
            escaped(&why)
        );
        return (
            (503, "Service Unavailable"),
            html,
            with_listener(page.as_bytes(), &version),
        );
    }
    let name = request.path.trim_start_matches('/');
    let index = format!("{name}index.html");
    let found = if name.is_empty() || name.ends_with('/') {
        files.get_key_value(&index)
    } else {
        files.get_key_value(name)
    };
    match found {
        Some((name, body)) if name.ends_with(".html") => {
            ((200, "OK"), html, with_listener(body, &version))
        }
        Some((name, body)) => ((200, "OK"), http::kind(name), body.clone()),
        None => {
            let page = files.get("404.html").cloned().unwrap_or_default();
            ((404, "Not Found"), html, with_listener(&page, &version))
        }
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}

/// Puts the script that listens for news at the end of a page.
fn with_listener(page: &[u8], version: &str) -> Vec<u8> {
    let script = format!(
        "<script>{}</script>\n",
        include_str!("live.js").replace("VERSION", version)
    );
    let end = b"</body>";
    let at = page
        .windows(end.len())
        .rposition(|window| window == end)
        .unwrap_or(page.len());
    let mut out = page[..at].to_vec();
    out.extend_from_slice(script.as_bytes());
    out.extend_from_slice(&page[at..]);
    out
}

/// Tells a browser, until it leaves, what happens to the book.
fn tell(mut out: impl Write, state: &State, known: &str) -> io::Result<()> {
    out.write_all(
        b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nCache-Control: no-store\r\n\
          Connection: close\r\n\r\n",
    )?;
    let mut told = None;
    loop {
        let event = {
            let mut current = state.lock();
            if told == Some(current.builds) {
                let waited = state.changed.wait_timeout(current, HEARTBEAT);
                current = waited.unwrap_or_else(PoisonError::into_inner).0;
            }
            if told == Some(current.builds) {
                ": alive\n\n".to_owned()
            } else {
                told = Some(current.builds);
                event(&current, known)
            }
        };
        out.write_all(event.as_bytes())?;
        out.flush()?;
    }
}

/// What to tell a browser that shows the version `known`.
fn event(current: &Current, known: &str) -> String {
    if known != format!("{}-{}", current.run, current.version) {
        // Once it has loaded that, it comes again and hears what is broken in it.
        return "event: new\ndata: the book was built again\n\n".to_owned();
    }
    match &current.broken {
        None => ": this is the newest\n\n".to_owned(),
        Some(broken) => {
            let lines: Vec<String> = broken
                .lines()
                .map(|line| format!("data: {line}\n"))
                .collect();
            format!("event: broken\n{}\n", lines.concat())
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::{BufRead, Read};
    use std::sync::mpsc;

    use tempfile::TempDir;

    use super::*;

    /// A book with one page, and a server of it that runs.
    struct Served {
        folder: TempDir,
        address: SocketAddr,
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
        folder
    }

    fn serve(folder: TempDir) -> Served {
        let server = Server::bind(folder.path(), 0).unwrap();
        let address = server.address();
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
            told,
        }
    }

    impl Served {
        fn connect(&self, request: &str) -> BufReader<TcpStream> {
            let mut stream = TcpStream::connect(self.address).unwrap();
            // A book is built meanwhile, and a machine may be busy with others.
            let patience = Duration::from_secs(60);
            stream.set_read_timeout(Some(patience)).unwrap();
            stream.write_all(request.as_bytes()).unwrap();
            BufReader::new(stream)
        }

        /// The whole answer to a request for `path`.
        fn get(&self, path: &str) -> String {
            self.ask(&format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n"))
        }

        fn ask(&self, request: &str) -> String {
            let mut answer = String::new();
            self.connect(request).read_to_string(&mut answer).unwrap();
            answer
        }

        /// The version that a page says it is.
        fn version(&self) -> String {
            let page = self.get("/");
            let (_, rest) = page.split_once("/.events?").unwrap();
            rest.split('"').next().unwrap().to_owned()
        }

        fn listen(&self, version: &str) -> BufReader<TcpStream> {
            self.connect(&format!(
                "GET /.events?{version} HTTP/1.1\r\nHost: localhost\r\n\r\n"
            ))
        }
    }

    /// The lines of a stream of events up to the one that begins with `wanted`.
    fn wait_for(events: &mut BufReader<TcpStream>, wanted: &str) -> String {
        let mut line = String::new();
        loop {
            line.clear();
            let count = events.read_line(&mut line).unwrap();
            assert_ne!(count, 0, "the stream ended before {wanted:?}");
            if line.starts_with(wanted) {
                return line.trim_end().to_owned();
            }
        }
    }

    #[test]
    fn it_listens_on_the_loopback_address_alone() {
        let served = serve(small_book());
        assert!(served.address.ip().is_loopback());
        assert_ne!(served.address.port(), 0);
    }

    #[test]
    fn pages_are_served_with_the_script_that_listens() {
        let served = serve(small_book());
        for path in ["/", "/index.html", "/?x=1"] {
            let page = served.get(path);
            assert!(page.starts_with("HTTP/1.1 200 OK\r\n"), "{page}");
            assert!(page.contains("Content-Type: text/html; charset=utf-8\r\n"));
            assert!(page.contains("first words") && page.contains("EventSource"));
        }
        assert!(served.get("/sub/two.html").contains("Two"));
        let style = served.get("/toc.html");
        assert!(style.starts_with("HTTP/1.1 200 OK\r\n"));
    }

    #[test]
    fn a_head_request_gets_no_body() {
        let served = serve(small_book());
        let answer = served.ask("HEAD / HTTP/1.1\r\nHost: localhost\r\n\r\n");
        assert!(answer.starts_with("HTTP/1.1 200 OK\r\n") && answer.ends_with("\r\n\r\n"));
        assert!(!answer.contains("first words"));
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
            &format!("/{}", absolute.display()),
            "/%00",
        ] {
            let answer = served.get(path);
            assert!(answer.starts_with("HTTP/1.1 404 "), "{path}: {answer}");
            assert!(!answer.contains("a secret"), "{path}");
        }
    }

    #[test]
    fn a_name_from_elsewhere_is_refused() {
        let served = serve(small_book());
        for host in ["evil.example", "localhost.evil.example", ""] {
            let answer = served.ask(&format!("GET / HTTP/1.1\r\nHost: {host}\r\n\r\n"));
            assert!(answer.starts_with("HTTP/1.1 403 "), "{host}: {answer}");
        }
    }

    #[test]
    fn a_change_is_built_and_told() {
        let served = serve(small_book());
        let mut events = served.listen(&served.version());
        wait_for(&mut events, ": this is the newest");
        write(&served.folder, "book/index.md", "# One\n\nsecond words\n");
        assert_eq!(wait_for(&mut events, "event:"), "event: new");
        assert!(served.get("/").contains("second words"));
        assert_eq!(served.told.recv().unwrap(), None);
    }

    #[test]
    fn a_change_before_the_browser_listens_is_not_lost() {
        let served = serve(small_book());
        let version = served.version();
        write(&served.folder, "book/index.md", "# One\n\nsecond words\n");
        served.told.recv().unwrap();
        let mut events = served.listen(&version);
        assert_eq!(wait_for(&mut events, "event:"), "event: new");
    }

    #[test]
    fn a_broken_book_is_told_and_what_was_good_stays() {
        let served = serve(small_book());
        let mut events = served.listen(&served.version());
        write(
            &served.folder,
            "book/SUMMARY.md",
            "[One](index.md)\n[Gone](gone.md)\n",
        );
        assert_eq!(wait_for(&mut events, "event:"), "event: broken");
        let what = wait_for(&mut events, "data:");
        assert!(what.contains("gone.md"), "{what}");
        assert!(served.told.recv().unwrap().unwrap().contains("gone.md"));
        assert!(served.get("/").contains("first words"));
        // Whoever comes now is told at once.
        let mut late = served.listen(&served.version());
        assert_eq!(wait_for(&mut late, "event:"), "event: broken");
        write(&served.folder, "book/SUMMARY.md", "[One](index.md)\n");
        assert_eq!(wait_for(&mut events, "event:"), "event: new");
        assert_eq!(served.told.recv().unwrap(), None);
        assert!(served.get("/sub/two.html").starts_with("HTTP/1.1 404 "));
    }

    #[test]
    fn a_broken_include_is_told_and_the_rest_is_shown() {
        let served = serve(small_book());
        let mut events = served.listen(&served.version());
        write(
            &served.folder,
            "book/index.md",
            "# One\n\nnew words\n\n{{#include gone.rs}}\n",
        );
        assert_eq!(wait_for(&mut events, "event:"), "event: new");
        assert!(served.get("/").contains("new words"));
        let mut events = served.listen(&served.version());
        assert_eq!(wait_for(&mut events, "event:"), "event: broken");
        assert_eq!(
            wait_for(&mut events, "data:"),
            "data: book/index.md:5: includes book/gone.rs, which does not exist"
        );
        // Another change in a book that stays broken is shown as well.
        write(
            &served.folder,
            "book/index.md",
            "# One\n\nnewest words\n\n{{#include gone.rs}}\n",
        );
        assert_eq!(wait_for(&mut events, "event:"), "event: new");
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
            page.contains("SUMMARY.md") && page.contains("EventSource"),
            "{page}"
        );
        let mut events = served.listen(&served.version());
        write(&served.folder, "book/SUMMARY.md", "[One](index.md)\n");
        assert_eq!(wait_for(&mut events, "event: new"), "event: new");
        assert!(served.get("/").contains("first words"));
    }

    #[test]
    fn a_port_that_is_taken_is_named() {
        let taken = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = taken.local_addr().unwrap().port();
        let folder = small_book();
        let error = Server::bind(folder.path(), port).err().unwrap();
        assert_eq!(
            error.to_string(),
            format!("listen at 127.0.0.1:{port}: the port is taken; `--port 0` takes any free one")
        );
    }
}
