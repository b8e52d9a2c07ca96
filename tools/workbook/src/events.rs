//! `--events`: what happens, as it happens, for a program that listens; the book that
//! `book` serves does.
//!
//! One JSON object a line, each with `event`:
//!
//! | `event` | and |
//! |---|---|
//! | `building` | `done`, `all`, `what`: cargo compiles |
//! | `waiting` | another cargo is at work in this workspace |
//! | `scene` | `name`: it begins |
//! | `started` | `terminal`, `command` |
//! | `line`, `typed` | `terminal`, `text` |
//! | `interrupted`, `end_of_input` | `terminal` |
//! | `exited` | `terminal`, and `code` or `signal` |
//! | `again` | the scene begins again, through no fault of its own |
//! | `verdict` | `is`: `"as written"`, `"skipped"` with `why`, or `"differs"` with `report`, and its parts `step`, `what`, `diff` (of `{"is", "text"}`), `elsewhere`, `blessable` |
//! | `checking` | `id`: its checks run |
//! | `checked` | an exercise as `check --json` gives it |
//! | `broken` | `id`, `errors`: it does not compile |
//!
//! A line that is no object is said to a person: why the command failed. With `--events`
//! a command ends, and all that it started, when its input does: whoever listens holds
//! the other end, and the system closes it whichever way the listener ends.

use std::io::{self, Read};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use layout::Workspace;
use scene::{DiffLine, Event, Exit, Report, Verdict};
use serde_json::{Value, json};

use crate::console::say;
use crate::json;
use crate::judge;

static ON: AtomicBool = AtomicBool::new(false);

/// Whether a program listens.
pub fn on() -> bool {
    ON.load(Ordering::Relaxed)
}

/// A program listens from now on; `stop` is called when it has gone.
pub fn begin(stop: fn()) {
    ON.store(true, Ordering::Relaxed);
    thread::spawn(move || {
        let mut ignored = [0; 512];
        while let Ok(1..) = io::stdin().read(&mut ignored) {}
        stop();
    });
}

/// Tells it.
pub fn tell(event: &Value) {
    say!("{event}");
}

/// Something that happens in a scene, if it is seen in a terminal.
pub fn of_scene(event: &Event<'_>) -> Option<Value> {
    let event = match event {
        Event::Started { terminal, command } => {
            json!({ "event": "started", "terminal": terminal, "command": command })
        }
        Event::Line { terminal, text } => {
            json!({ "event": "line", "terminal": terminal, "text": text })
        }
        Event::Typed { terminal, text } => {
            json!({ "event": "typed", "terminal": terminal, "text": text })
        }
        Event::Interrupted { terminal } => json!({ "event": "interrupted", "terminal": terminal }),
        Event::EndOfInput { terminal } => json!({ "event": "end_of_input", "terminal": terminal }),
        Event::Exited { terminal, exit } => match exit {
            Exit::Code(code) => json!({ "event": "exited", "terminal": terminal, "code": code }),
            Exit::Signal(signal) => {
                json!({ "event": "exited", "terminal": terminal, "signal": signal })
            }
        },
        Event::Again => json!({ "event": "again" }),
        Event::Verdict(Verdict::AsWritten) => json!({ "event": "verdict", "is": "as written" }),
        Event::Verdict(Verdict::Skipped(why)) => {
            json!({ "event": "verdict", "is": "skipped", "why": why })
        }
        Event::Verdict(Verdict::Differs(report)) => of_report(report),
        Event::Played(_) => return None,
    };
    Some(event)
}

fn of_report(report: &Report) -> Value {
    let line = |line: &DiffLine| match line {
        DiffLine::Same(text) => json!({ "is": "same", "text": text }),
        DiffLine::Expected(text) => json!({ "is": "expected", "text": text }),
        DiffLine::Actual(text) => json!({ "is": "actual", "text": text }),
    };
    let elsewhere: Vec<Value> = report
        .elsewhere
        .iter()
        .map(|other| json!({ "terminal": other.terminal, "lines": other.lines }))
        .collect();
    json!({
        "event": "verdict",
        "is": "differs",
        "report": report.to_string(),
        "step": report.step,
        "what": report.what,
        "diff": report.diff.iter().map(line).collect::<Vec<_>>(),
        "elsewhere": elsewhere,
        "blessable": report.blessable,
    })
}

/// Something that happens while exercises are checked.
pub fn of_check(workspace: &Workspace, event: &judge::Event<'_>) -> Value {
    match event {
        judge::Event::Checking(exercise) => json!({ "event": "checking", "id": exercise.id() }),
        judge::Event::Checked(one) => {
            let mut value = json::checked(workspace, one);
            value["event"] = "checked".into();
            value
        }
        judge::Event::Broken(exercise, build) => {
            json!({ "event": "broken", "id": exercise.id(), "errors": build.why() })
        }
    }
}
