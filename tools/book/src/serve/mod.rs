//! Serves the book to a browser on this machine, runs its scenes and checks its exercises
//! there, and tells it when to load again.
//!
//! The book is built into a temporary folder and read into memory whole, so that a
//! reader never meets a half-written one and a request can name nothing but a
//! page: there is no file system behind the paths. [`guard`] lets through who may ask;
//! a page then holds one WebSocket open ([`session`]), over which it is told that the
//! book is new or how it is broken, and asks for scenes and exercises by name. Those run
//! as commands of the workbook ([`run`]), which this server knows nothing else of.

mod guard;
mod run;
mod session;
mod watch;

use std::collections::BTreeMap;
use std::fs;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use anyhow::Context;
use axum::body::{Body, Bytes};
use axum::extract::ws::WebSocketUpgrade;
use axum::extract::{Path as Named, RawQuery, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use axum::{Router, middleware};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};
use tokio::sync::watch as news;

use crate::files::{below, slashed};
use crate::lint;
use crate::page;
use crate::site;
use watch::Look;

pub(crate) use run::end_all;

/// What the pages load from this server and is no part of what is published.
const LIVE: [(&str, &str); 2] = [
    ("live.js", include_str!("live.js")),
    ("live.css", include_str!("live.css")),
];

/// How an editor is told to open a file, where `WORKBOOK_EDITOR` says nothing else.
const EDITOR: &str = "vscode://file{file}:{line}";

/// What stands in the path of an address as it is escaped.
const PATH: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'/')
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// A message of a page's is no longer than this, in octets.
const MAX_MESSAGE: usize = 4 * 1024;

/// What one command may take.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    /// How long it may run, with the build that comes before.
    pub(crate) time: Duration,
    /// How much it may say, in octets.
    pub(crate) output: u64,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            // A slow machine builds a chapter for minutes, once.
            time: Duration::from_secs(20 * 60),
            output: 4 * 1024 * 1024,
        }
    }
}

/// The files of the book by path, without a leading `/`.
type Files = BTreeMap<String, Bytes>;

/// A server of the book.
pub(crate) struct Server {
    listener: TcpListener,
    address: SocketAddr,
    app: Arc<App>,
    /// What the book was made from when it was built first.
    first: Look,
}

/// What all connections share.
struct App {
    root: PathBuf,
    token: String,
    /// The program of the workbook's commands, if it is here.
    workbook: Option<PathBuf>,
    limits: Limits,
    slots: run::Slots,
    /// What is being served.
    book: news::Sender<Current>,
    /// How far the reader is, as a page is told.
    exercises: news::Sender<Value>,
    /// Who looks how far that is: the later look is the later news.
    looking: Mutex<()>,
}

/// What is being served.
#[derive(Default)]
struct Current {
    files: Arc<Files>,
    /// Tells what is in the files from what is in others.
    version: String,
    /// What is wrong with the book as it is on disk.
    broken: Option<String>,
}

impl Current {
    /// What to tell a page that shows the version `known`.
    fn news(&self, known: &str) -> Value {
        match &self.broken {
            // Once it has loaded that, it comes again and hears what is broken in it.
            _ if known != self.version => json!({ "of": "book", "event": "new" }),
            None => json!({ "of": "book", "event": "whole" }),
            Some(what) => json!({ "of": "book", "event": "broken", "what": what }),
        }
    }
}

impl Server {
    /// Listens on the loopback address at `port` (0: any free one) and builds the
    /// book at `root`, whose pages run `workbook`. A book that can't be built is served as
    /// the report of why.
    ///
    /// # Errors
    ///
    /// When the port is taken or there is no room for the book.
    pub(crate) fn bind(
        root: &Path,
        port: u16,
        workbook: Option<PathBuf>,
        limits: Limits,
    ) -> anyhow::Result<Server> {
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        let listener = TcpListener::bind(address).map_err(|error| match error.kind() {
            io::ErrorKind::AddrInUse => anyhow::anyhow!(
                "listen at {address}: the port is taken; `--port 0` takes any free one"
            ),
            _ => anyhow::anyhow!("listen at {address}: {error}"),
        })?;
        listener.set_nonblocking(true)?;
        // Looked at before it is read, so that no change is missed between the two.
        let first = Look::at_book(root);
        let app = Arc::new(App {
            root: root.to_path_buf(),
            token: guard::token(root)?,
            workbook,
            limits,
            slots: run::Slots::default(),
            book: news::Sender::new(Current::default()),
            exercises: news::Sender::new(json!({ "of": "exercises", "all": [] })),
            looking: Mutex::default(),
        });
        app.rebuild();
        Ok(Server {
            address: listener.local_addr()?,
            listener,
            app,
            first,
        })
    }

    /// Where a browser finds it: with the token, without which it answers nobody.
    pub(crate) fn address(&self) -> String {
        format!("http://{}/{}/", self.address, self.app.token)
    }

    /// What is wrong with the book as it is on disk.
    pub(crate) fn broken(&self) -> Option<String> {
        self.app.book.borrow().broken.clone()
    }

    /// Serves and watches. `told` hears of each build after the first: what is
    /// wrong, or nothing.
    ///
    /// # Errors
    ///
    /// When no more connections can be taken.
    pub(crate) fn run(self, told: impl Fn(Option<&str>) + Send + 'static) -> anyhow::Result<()> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        let (app, first) = (Arc::clone(&self.app), self.first);
        thread::spawn(move || app.watch(first, told));
        let routes = Router::new()
            .route("/{token}", get(to_the_book))
            .route("/{token}/", get(page))
            .route("/{token}/{*path}", get(page))
            .route("/{token}/.live", get(live))
            .layer(middleware::from_fn_with_state(
                Arc::clone(&self.app),
                guard::guard,
            ))
            .with_state(self.app);
        runtime.block_on(async {
            let listener = tokio::net::TcpListener::from_std(self.listener)?;
            axum::serve(listener, routes).await
        })?;
        Ok(())
    }
}

impl App {
    /// Builds again whenever something changed that the book is made from, and looks how
    /// far the reader is whenever that may have changed.
    fn watch(&self, mut before: Look, told: impl Fn(Option<&str>)) {
        let mut reader = Look::default();
        loop {
            let now = Look::at_reader(&self.root);
            if now != reader {
                reader = now;
                self.look_at_exercises();
            }
            thread::sleep(watch::PERIOD);
            let mut now = Look::at_book(&self.root);
            if now == before {
                continue;
            }
            // A save of many files is over when nothing moves any more.
            loop {
                thread::sleep(watch::PERIOD / 4);
                let later = Look::at_book(&self.root);
                if later == now {
                    break;
                }
                now = later;
            }
            before = now;
            self.rebuild();
            let broken = self.book.borrow().broken.clone();
            told(broken.as_deref());
        }
    }

    /// Builds the book; if that fails, what was served before stays.
    fn rebuild(&self) {
        let built = self.read();
        self.book.send_modify(|current| match built {
            Ok((files, broken)) => {
                let mut hash = DefaultHasher::new();
                files.hash(&mut hash);
                current.version = format!("{:016x}", hash.finish());
                current.files = Arc::new(files);
                current.broken = broken;
            }
            Err(error) => current.broken = Some(site::plain(&error)),
        });
    }

    fn read(&self) -> anyhow::Result<(Files, Option<String>)> {
        // It lives no longer than the build: a server that is killed leaves nothing.
        let folder = tempfile::Builder::new()
            .prefix("book-serve-")
            .tempdir()
            .context("make a temporary folder")?;
        let built = site::build(&self.root, Some(folder.path()))?;
        let mut files = BTreeMap::new();
        for path in below(&built.folder)? {
            files.insert(slashed(&path, &built.folder), fs::read(&path)?.into());
        }
        // mdBook goes on when an include is broken, and shows it as it is written.
        let broken: Vec<String> = lint::broken_includes(&self.root)?
            .iter()
            .map(ToString::to_string)
            .collect();
        Ok((files, (!broken.is_empty()).then(|| broken.join("\n"))))
    }

    /// Asks the workbook how far the reader is, and tells all pages.
    fn look_at_exercises(&self) {
        if self.workbook.is_none() {
            return;
        }
        let _looking = self.looking.lock().unwrap_or_else(PoisonError::into_inner);
        let output = self.command(&["exercises", "--json", "--known"]).output();
        let known = output.map(|output| serde_json::from_slice::<Value>(&output.stdout));
        let Ok(Ok(known)) = known else {
            return; // a chapter that is being written; the next look will do
        };
        let told = json!({ "of": "exercises", "all": known["exercises"] });
        self.exercises.send_if_modified(|known| {
            let differs = *known != told;
            *known = told;
            differs
        });
    }

    /// A command of the workbook's.
    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(self.workbook.as_deref().unwrap_or(Path::new("workbook")));
        command
            .args(args)
            .current_dir(&self.root)
            .stdin(Stdio::null());
        command
    }

    /// The address at which the reader's editor opens a file at a line.
    fn editor(&self, file: &Path, line: u64) -> String {
        let pattern = std::env::var("WORKBOOK_EDITOR").unwrap_or_else(|_| EDITOR.to_owned());
        let file = self.root.join(file).display().to_string();
        let file = utf8_percent_encode(&file, PATH).to_string();
        pattern
            .replace("{file}", &file)
            .replace("{line}", &line.to_string())
    }
}

async fn to_the_book(State(app): State<Arc<App>>) -> Redirect {
    Redirect::permanent(&format!("/{}/", app.token))
}

/// The page, or what else of the book, that a request names.
async fn page(State(app): State<Arc<App>>, Named(names): Named<Vec<String>>) -> Response {
    let name = names.get(1).map_or("", String::as_str);
    if let Some((name, text)) = LIVE
        .iter()
        .find(|(file, _)| name.strip_prefix(".live/") == Some(file))
    {
        return answer(StatusCode::OK, name, (*text).into());
    }
    let current = app.book.borrow();
    if current.files.is_empty() {
        // Nothing was ever built.
        let why = page::escaped(current.broken.as_deref().unwrap_or_default()).into_owned();
        let text = format!(
            "<!doctype html><meta charset=\"utf-8\"><title>The book is broken</title>\
             <h1>The book can't be built yet</h1><pre>{why}</pre></body>",
        );
        let text = app.with_scripts(text.as_bytes(), &current.version);
        return answer(StatusCode::SERVICE_UNAVAILABLE, "index.html", text);
    }
    let index = format!("{name}index.html");
    let found = if name.is_empty() || name.ends_with('/') {
        current.files.get_key_value(&index)
    } else {
        current.files.get_key_value(name)
    };
    match found {
        Some((name, text)) if name.ends_with(".html") => answer(
            StatusCode::OK,
            name,
            app.with_scripts(text, &current.version),
        ),
        Some((name, octets)) => answer(StatusCode::OK, name, octets.clone()),
        None => {
            let text = current.files.get("404.html").cloned().unwrap_or_default();
            let text = app.with_scripts(&text, &current.version);
            answer(StatusCode::NOT_FOUND, "404.html", text)
        }
    }
}

fn answer(status: StatusCode, name: &str, octets: Bytes) -> Response {
    (
        status,
        [(header::CONTENT_TYPE, kind(name))],
        Body::from(octets),
    )
        .into_response()
}

/// What a browser is told that a file is.
fn kind(name: &str) -> &'static str {
    match name.rsplit('.').next().unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "json" => "application/json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "woff2" => "font/woff2",
        "txt" | "console" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

impl App {
    /// A page with what listens, runs and checks at its end.
    fn with_scripts(&self, page: &[u8], version: &str) -> Bytes {
        let text = String::from_utf8_lossy(page);
        let ours = format!("/{}/", self.token);
        // Where a page may stand anywhere, it says where the book is.
        let text = text.replacen("<base href=\"/\">", &format!("<base href=\"{ours}\">"), 1);
        let runs = if self.workbook.is_some() {
            " data-runs"
        } else {
            ""
        };
        let scripts = format!(
            "<link rel=\"stylesheet\" href=\"{ours}.live/live.css\">\
             <script src=\"{ours}.live/live.js\" defer data-live=\"{ours}.live?{version}\"{runs}></script>\n"
        );
        let at = text.rfind("</body>").unwrap_or(text.len());
        format!("{}{scripts}{}", &text[..at], &text[at..]).into()
    }
}

/// Talks with a page.
async fn live(
    State(app): State<Arc<App>>,
    RawQuery(known): RawQuery,
    upgrade: WebSocketUpgrade,
) -> Response {
    upgrade
        .max_message_size(MAX_MESSAGE)
        .on_upgrade(move |socket| session::talk(socket, app, known.unwrap_or_default()))
}

#[cfg(test)]
mod tests;
