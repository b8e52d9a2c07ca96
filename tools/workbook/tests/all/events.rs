//! `--events`: what a program that listens is told, and that nothing outlives it.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use crate::fixture::{Fixture, RIGHT_DOUBLE, WRONG_DOUBLE};
use crate::stopping::is_running;

/// Runs a command to its end while its listener is there.
fn listen(mut command: Command) -> (Option<i32>, Vec<Value>) {
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let _held = child.stdin.take();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut events: Vec<Value> = lines
        .map(|line| serde_json::from_str(&line.unwrap()).unwrap())
        .collect();
    // How long a build takes, and who else builds, is no matter of the command.
    events.retain(|event| event["event"] != "building" && event["event"] != "waiting");
    (child.wait().unwrap().code(), events)
}

#[test]
fn a_scene_is_told_event_by_event() {
    let book = Fixture::with_scenes();
    let (code, events) = listen(book.command(&["chapter", "1", "asked", "--events"]));
    assert_eq!(code, Some(0));
    let expected = json!([
        { "event": "scene", "name": "asked" },
        { "event": "started", "terminal": "server", "command": "twice server 127.0.0.1:1060" },
        { "event": "line", "terminal": "server", "text": "Listening at 127.0.0.1:1060" },
        { "event": "started", "terminal": "client", "command": "twice client 127.0.0.1:1060 21" },
        { "event": "line", "terminal": "client", "text": "answer: 42" },
        { "event": "exited", "terminal": "client", "code": 0 },
        { "event": "line", "terminal": "server", "text": "asked: 21" },
        { "event": "interrupted", "terminal": "server" },
        { "event": "exited", "terminal": "server", "signal": 2 },
        { "event": "verdict", "is": "as written" },
    ]);
    assert_eq!(Value::from(events), expected);
    let refused = "chapters/01-numbers/scenes/refused.console";
    book.replace(refused, "no answer", "an answer");
    let (code, events) = listen(book.command(&["chapter", "1", "refused", "--events"]));
    assert_eq!(code, Some(1));
    let verdict = events.last().unwrap();
    assert_eq!(verdict["is"], "differs");
    let diff = json!([
        { "is": "expected", "text": "an answer" },
        { "is": "actual", "text": "no answer" },
        { "is": "same", "text": "[exit 1]" },
    ]);
    assert_eq!(verdict["diff"], diff, "{verdict}");
}

#[test]
fn a_check_is_told_with_its_verdict() {
    let book = Fixture::new();
    book.solve("double", WRONG_DOUBLE);
    let check = || listen(book.command(&["check", "1.1", "--events"]));
    let (code, events) = check();
    assert_eq!((code, events.len()), (Some(1), 2));
    assert_eq!(events[0], json!({ "event": "checking", "id": "1.1" }));
    assert_eq!(events[1]["event"], "checked");
    assert_eq!(events[1]["looks_like"][0]["name"], "adds_two");
    book.solve("double", "pub fn double(n: i64) -> i64 { nonsense }\n");
    let (code, events) = check();
    assert_eq!((code, events.len()), (Some(1), 1));
    assert_eq!(events[0]["event"], "broken");
    let errors = events[0]["errors"].as_str().unwrap();
    assert!(errors.contains("cannot find value `nonsense`"), "{errors}");
    book.solve("double", RIGHT_DOUBLE);
    let (code, events) = check();
    assert_eq!((code, events[1]["state"].as_str()), (Some(0), Some("done")));
}

#[test]
fn what_is_known_is_told_without_a_build() {
    let book = Fixture::new();
    book.solve("double", "pub fn double(n: i64) -> i64 { nonsense }\n");
    book.run(&["hint", "1.1"]).says(0, &["What is twice?"]);
    let ran = book.run(&["exercises", "--json", "--known"]);
    ran.says(0, &[]);
    let value: Value = serde_json::from_str(&ran.stdout).unwrap();
    let (double, sum) = (&value["exercises"][0], &value["exercises"][1]);
    assert_eq!(
        (&double["state"], &sum["state"]),
        (&json!("unknown"), &json!("not started"))
    );
    assert_eq!(
        (&double["hints"], &double["hints_seen"]),
        (&json!(2), &json!(1))
    );
    assert!(!book.path("target").exists());
}

/// Whichever way the listener ends, the system closes what it held.
#[test]
fn a_command_ends_with_its_listener_and_leaves_nothing() {
    let book = Fixture::new();
    let id = book.path("id");
    let hang = format!(
        "pub fn double(n: i64) -> i64 {{\n    std::fs::write({id:?}, std::process::id().to_string()).ok();\n    \
         println!(\"{{n}}\");\n    loop {{ std::thread::park() }}\n}}\n"
    );
    book.solve("double", &hang);
    let mut child = book
        .command(&["check", "1.1", "--events"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    assert!(lines.any(|line| line.unwrap().contains("checking")));
    while !id.exists() || book.read("id").is_empty() {
        std::thread::yield_now();
    }
    drop(child.stdin.take());
    assert_eq!(child.wait().unwrap().code(), Some(130));
    let id = book.read("id");
    assert!((0..500).any(|_| !is_running(&id)), "{id} still runs");
}
