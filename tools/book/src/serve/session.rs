//! One page that is open: what it asks for, and what it is told, over one WebSocket.
//!
//! A page asks with an object that has one key:
//!
//! | key | value | |
//! |---|---|---|
//! | `run` | `"5 streamer"` | play that scene of chapter 5 |
//! | `show` | `"5.2"` | show the reader's file of that exercise, whenever it changes |
//! | `check` | `"5.2"` | check it, and again whenever it is saved |
//! | `hint` | `"5.2"` | unfold the next hint |
//! | `stop` | either | end what runs |
//!
//! It is told objects with `of`: `"book"`, `"exercises"`, or what it asked about. They
//! are the events of `workbook ... --events` with `html` where text is to be shown, and
//! `queued`, `begun`, `file`, `stopped`, and `ended` with `why` if a person should know.
//!
//! All that a page began belongs to its connection, and ends with it.

use std::collections::HashMap;
use std::future::pending;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use axum::extract::ws::{Message, WebSocket};
use layout::{Exercise, Workspace};
use serde_json::{Value, json};
use tokio::sync::{Mutex, OwnedMutexGuard, mpsc};
use tokio::task::JoinHandle;
use tokio::time::{Instant, interval, timeout, timeout_at};

use super::run::{Heard, Run};
use super::{App, watch};
use crate::page;

/// How long a page may take to take what it is told.
const PATIENCE: Duration = Duration::from_secs(10);

/// How often a page that is told nothing is asked whether it is there.
const HEARTBEAT: Duration = Duration::from_secs(15);

/// What is told may be so many messages ahead of the page.
const AHEAD: usize = 64;

/// What goes on for a page; it ends when this is dropped.
struct Task(JoinHandle<()>);

impl Drop for Task {
    fn drop(&mut self) {
        self.0.abort();
    }
}

fn task(work: impl Future<Output = ()> + Send + 'static) -> Task {
    Task(tokio::spawn(work))
}

/// Tells the page of one thing.
#[derive(Clone)]
struct Teller {
    of: String,
    to: mpsc::Sender<Value>,
}

impl Teller {
    async fn tell(&self, mut event: Value) {
        event["of"] = self.of.as_str().into();
        // A page that has gone takes its tasks with it.
        let _ = self.to.send(event).await;
    }

    async fn ended(&self, why: Option<&str>) {
        self.tell(json!({ "event": "ended", "why": why })).await;
    }
}

/// Talks with a page that shows the version `known` of the book, until it is closed.
pub(super) async fn talk(mut socket: WebSocket, app: Arc<App>, known: String) {
    let (to, mut told) = mpsc::channel(AHEAD);
    let mut session = Session {
        app: Arc::clone(&app),
        to,
        scenes: HashMap::new(),
        exercises: HashMap::new(),
    };
    let (mut book, mut exercises) = (app.book.subscribe(), app.exercises.subscribe());
    book.mark_changed();
    exercises.mark_changed();
    let mut beat = interval(HEARTBEAT);
    loop {
        let message = tokio::select! {
            heard = socket.recv() => match heard {
                Some(Ok(Message::Text(text))) => {
                    session.act(&text);
                    continue;
                }
                Some(Ok(Message::Binary(_) | Message::Ping(_) | Message::Pong(_))) => continue,
                Some(Ok(Message::Close(_)) | Err(_)) | None => return,
            },
            Some(event) = told.recv() => Message::text(event.to_string()),
            Ok(()) = book.changed() => {
                Message::text(book.borrow_and_update().news(&known).to_string())
            }
            Ok(()) = exercises.changed() => {
                Message::text(exercises.borrow_and_update().to_string())
            }
            _ = beat.tick() => Message::Ping(Default::default()),
        };
        if !matches!(timeout(PATIENCE, socket.send(message)).await, Ok(Ok(()))) {
            return;
        }
    }
}

/// What a page has asked for.
struct Session {
    app: Arc<App>,
    to: mpsc::Sender<Value>,
    scenes: HashMap<String, Task>,
    exercises: HashMap<String, (Task, mpsc::UnboundedSender<Ask>)>,
}

/// What is asked of an exercise that is shown.
enum Ask {
    Check,
    Stop,
}

impl Session {
    /// Does what a page asks; what it does not understand, it does not do.
    fn act(&mut self, text: &str) {
        let Ok(Value::Object(asked)) = serde_json::from_str(text) else {
            return;
        };
        for (verb, name) in &asked {
            let Some(name) = name.as_str() else { continue };
            match verb.as_str() {
                "run" => self.run(name),
                "show" => self.show(name),
                "check" => self.ask(name, Ask::Check),
                "hint" => self.hint(name),
                "stop" => self.stop(name),
                _ => {}
            }
        }
    }

    fn teller(&self, of: &str) -> Teller {
        Teller {
            of: of.to_owned(),
            to: self.to.clone(),
        }
    }

    fn run(&mut self, name: &str) {
        let Some((chapter, scene)) = scene(&self.app, name) else {
            return;
        };
        if self
            .scenes
            .get(name)
            .is_some_and(|task| !task.0.is_finished())
        {
            return;
        }
        let (app, teller) = (Arc::clone(&self.app), self.teller(name));
        let slot = app.slots.named(&format!("scene {name}"));
        let work = async move {
            let slot = turn(slot, &teller).await;
            let mut command = app.command(&["chapter", &chapter.to_string(), &scene, "--events"]);
            teller.tell(json!({ "event": "begun" })).await;
            let run = Run::start(&mut command, app.limits.output, Some(slot));
            listen(&app, run, &teller).await;
        };
        self.scenes.insert(name.to_owned(), task(work));
    }

    fn show(&mut self, name: &str) {
        if self.exercises.contains_key(name) {
            return;
        }
        let Some(exercise) = exercise(&self.app, name) else {
            return;
        };
        let (ask, asked) = mpsc::unbounded_channel();
        let work = attend(Arc::clone(&self.app), exercise, asked, self.teller(name));
        self.exercises.insert(name.to_owned(), (task(work), ask));
    }

    fn ask(&mut self, name: &str, what: Ask) {
        self.show(name);
        if let Some((_, ask)) = self.exercises.get(name) {
            let _ = ask.send(what);
        }
    }

    /// How many hints were seen is the console's to say: it changes there, and every page
    /// is told as of any other change.
    fn hint(&mut self, name: &str) {
        if exercise(&self.app, name).is_none() {
            return;
        }
        let app = Arc::clone(&self.app);
        let name = name.to_owned();
        tokio::task::spawn_blocking(move || {
            let mut hint = app.command(&["hint", &name]);
            let _ = hint.output();
            app.look_at_exercises();
        });
    }

    fn stop(&mut self, name: &str) {
        if let Some(task) = self.scenes.remove(name) {
            drop(task);
            let teller = self.teller(name);
            tokio::spawn(async move { teller.tell(json!({ "event": "stopped" })).await });
        } else if self.exercises.contains_key(name) {
            self.ask(name, Ask::Stop);
        }
    }
}

/// The scene that a page names: its chapter and its name. Nothing but what there is.
fn scene(app: &App, name: &str) -> Option<(u32, String)> {
    let (chapter, name) = name.split_once(' ')?;
    let workspace = Workspace::read(&app.root).ok()?;
    let mut chapters = workspace.chapters.iter();
    let chapter = chapters.find(|known| known.number.to_string() == chapter)?;
    let mut scenes = chapter.scenes().ok()?.into_iter();
    let scene = scenes.find(|known| known.name == name)?;
    Some((chapter.number, scene.name))
}

/// The exercise that a page names.
fn exercise(app: &App, name: &str) -> Option<Exercise> {
    let workspace = Workspace::read(&app.root).ok()?;
    let found = workspace.exercises().find(|known| known.id() == name);
    found.cloned()
}

/// Waits until the same is not at work any more, in this window or in another.
async fn turn(slot: Arc<Mutex<()>>, teller: &Teller) -> OwnedMutexGuard<()> {
    if let Ok(slot) = Arc::clone(&slot).try_lock_owned() {
        return slot;
    }
    teller.tell(json!({ "event": "queued" })).await;
    slot.lock_owned().await
}

/// Tells what is heard of a command until it ends.
async fn listen(app: &App, run: std::io::Result<Run>, teller: &Teller) {
    let mut run = match run {
        Ok(run) => run,
        Err(error) => {
            return teller
                .ended(Some(&format!("start workbook: {error}")))
                .await;
        }
    };
    let time = app.limits.time;
    let deadline = Instant::now() + time;
    let mut said = Vec::new();
    let why = loop {
        match timeout_at(deadline, run.next()).await {
            Ok(Some(Heard::Event(event))) => teller.tell(app.shown(event)).await,
            Ok(Some(Heard::Said(line))) => said.push(line),
            Ok(Some(Heard::TooMuch)) => {
                break "It said more than a page can show, and was ended.".to_owned();
            }
            Ok(None) => break said.join("\n"),
            Err(_) => break format!("It took longer than {} s, and was ended.", time.as_secs()),
        }
    };
    drop(run);
    teller
        .ended(Some(&why).filter(|why| !why.is_empty()).map(String::as_str))
        .await;
}

impl App {
    /// An event with what a page shows of it: text as HTML, places as links.
    fn shown(&self, mut event: Value) -> Value {
        if let Some(text) = event["text"].as_str() {
            event["html"] = page::scene_line(text).into();
        }
        for mistake in event["looks_like"].as_array_mut().into_iter().flatten() {
            for part in ["title", "explanation"] {
                let text = mistake[part].as_str().unwrap_or_default();
                mistake[part] = page::markdown(text).into();
            }
        }
        for check in event["check_results"].as_array_mut().into_iter().flatten() {
            if let (Some(file), Some(line)) = (check["file"].as_str(), check["line"].as_u64()) {
                check["editor"] = self.editor(Path::new(file), line).into();
            }
        }
        event
    }
}

/// Shows the reader's file whenever it changes, and checks it once that was asked for.
async fn attend(
    app: Arc<App>,
    exercise: Exercise,
    mut asked: mpsc::UnboundedReceiver<Ask>,
    teller: Teller,
) {
    let mut seen: Option<(SystemTime, u64)> = None;
    let mut check: Option<Task> = None;
    let mut look = interval(watch::PERIOD);
    loop {
        let ask = tokio::select! {
            ask = asked.recv() => match ask {
                Some(ask) => Some(ask),
                None => pending().await, // the page has gone, and takes this with it
            },
            _ = look.tick() => None,
        };
        match ask {
            Some(Ask::Stop) => {
                check = None;
                teller.tell(json!({ "event": "stopped" })).await;
            }
            Some(Ask::Check) => check = Some(begin(&app, &exercise, &teller)),
            None => {
                // Many editors save by putting a new file in the place of the old one;
                // for a moment there is none.
                let about = exercise.file.metadata().ok();
                let now = about.and_then(|about| Some((about.modified().ok()?, about.len())));
                if now.is_none() || now == seen {
                    continue;
                }
                let saved = seen.is_some();
                seen = now;
                teller.tell(file(&app, &exercise)).await;
                if saved && check.take().is_some() {
                    check = Some(begin(&app, &exercise, &teller));
                }
            }
        }
    }
}

/// Checks an exercise. That goes on, or is done, until the result is dropped.
fn begin(app: &Arc<App>, exercise: &Exercise, teller: &Teller) -> Task {
    let (app, id, teller) = (Arc::clone(app), exercise.id(), teller.clone());
    let slot = app.slots.named(&exercise.key());
    task(async move {
        teller.tell(json!({ "event": "begun" })).await;
        let slot = turn(slot, &teller).await;
        let mut command = app.command(&["check", &id, "--events"]);
        let run = Run::start(&mut command, app.limits.output, Some(slot));
        listen(&app, run, &teller).await;
    })
}

/// The reader's file as it is, and the way to it.
fn file(app: &App, exercise: &Exercise) -> Value {
    let octets = std::fs::read(&exercise.file).unwrap_or_default();
    let path = exercise
        .file
        .strip_prefix(&app.root)
        .unwrap_or(&exercise.file);
    json!({
        "event": "file",
        "path": path.display().to_string(),
        "html": page::code(&String::from_utf8_lossy(&octets)),
        "editor": app.editor(path, 1),
    })
}
