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

use anyhow::Context;
use tempfile::TempDir;

use crate::http::{self, Refusal, Request};
use crate::lint;
use crate::site;
use crate::watch::{self, Look};

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
    /// Where the book is built before it is read into memory.
    folder: TempDir,
}

/// What is being served, and the way to learn that it changed.
struct State {
    current: Mutex<Current>,
    changed: Condvar,
}

/// What is being served.
struct Current {
    files: Arc<Files>,
    /// Counts what happened: each build that went well, and each that did not.
    version: u64,
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
        let run = SystemTime::UNIX_EPOCH.elapsed().unwrap_or_default();
        let server = Server {
            root: root.to_path_buf(),
            address: listener.local_addr()?,
            listener,
            state: Arc::new(State {
                current: Mutex::new(Current {
                    files: Arc::default(),
                    version: 0,
                    broken: None,
                    run: run.as_secs(),
                }),
                changed: Condvar::new(),
            }),
            folder: tempfile::Builder::new()
                .prefix("book-serve-")
                .tempdir()
                .context("make a temporary folder")?,
        };
        server.rebuild();
        Ok(server)
    }

    /// Where it listens.
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// The temporary folder, for whoever ends the program before its time.
    pub(crate) fn folder(&self) -> PathBuf {
        self.folder.path().to_path_buf()
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
    pub(crate) fn run(self, told: impl Fn(Option<&str>)) -> anyhow::Result<()> {
        let state = Arc::clone(&self.state);
        let listener = self.listener.try_clone()?;
        thread::spawn(move || accept(&listener, &state));
        let mut before = self.look();
        loop {
            thread::sleep(watch::PERIOD);
            let mut now = self.look();
            if now == before {
                continue;
            }
            // A save of many files is over when nothing moves any more.
            loop {
                thread::sleep(watch::PERIOD / 4);
                let later = self.look();
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

    fn look(&self) -> Look {
        let source = site::config(&self.root).map_or_else(|_| "book".into(), |it| it.book.src);
        Look::at(&self.root, &source)
    }

    /// Builds the book; if that fails, what was served before stays.
    fn rebuild(&self) {
        let built = self.read();
        let mut current = self.state.lock();
        match built {
            Ok((files, broken)) => {
                current.files = Arc::new(files);
                current.broken = broken;
            }
            Err(error) => current.broken = Some(site::plain(&error)),
        }
        current.version += 1;
        drop(current);
        self.state.changed.notify_all();
    }

    fn read(&self) -> anyhow::Result<(Files, Option<String>)> {
        let built = site::build(&self.root, Some(self.folder.path()))?;
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
            if told == Some(current.version) {
                let waited = state.changed.wait_timeout(current, HEARTBEAT);
                current = waited.unwrap_or_else(PoisonError::into_inner).0;
            }
            if told == Some(current.version) {
                ": alive\n\n".to_owned()
            } else {
                told = Some(current.version);
                event(&current, known)
            }
        };
        out.write_all(event.as_bytes())?;
        out.flush()?;
    }
}

/// What to tell a browser that shows the version `known`.
fn event(current: &Current, known: &str) -> String {
    if let Some(broken) = &current.broken {
        let lines: Vec<String> = broken
            .lines()
            .map(|line| format!("data: {line}\n"))
            .collect();
        return format!("event: broken\n{}\n", lines.concat());
    }
    if known == format!("{}-{}", current.run, current.version) {
        return ": this is the newest\n\n".to_owned();
    }
    "event: new\ndata: the book was built again\n\n".to_owned()
}
