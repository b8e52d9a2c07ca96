//! What the tests of the player share.

// Each test binary uses its own part of it, and clippy.toml's leave to unwrap ends
// where a test's own function does.
#![allow(dead_code, clippy::unwrap_used)]

use std::path::Path;

use session::{Event, Scene, Stage, Verdict};

/// A stage whose one program is the actor.
pub fn stage() -> Stage {
    Stage::new(Path::new(env!("CARGO_BIN_EXE_actor")).parent().unwrap())
}

/// Parses the scene `text`, to which only its title is added.
pub fn scene(text: &str) -> Scene {
    Scene::parse("test", &format!("# A test.\n{text}")).unwrap_or_else(|error| panic!("{error}"))
}

pub fn play(text: &str) -> Verdict {
    stage().play(&scene(text), &mut |_| {})
}

#[track_caller]
pub fn as_written(text: &str) {
    match play(text) {
        Verdict::AsWritten => {}
        Verdict::Skipped(why) => panic!("skipped: {why}"),
        Verdict::Differs(report) => panic!("\n{report}"),
    }
}

/// The report of a scene that differs.
#[track_caller]
pub fn report(text: &str) -> String {
    match play(text) {
        Verdict::Differs(report) => report.to_string(),
        verdict => panic!("{verdict:?}"),
    }
}

/// What happens in a scene, a line an event.
pub fn events(text: &str) -> Vec<String> {
    let mut events = Vec::new();
    stage().play(&scene(text), &mut |event| events.push(told(event)));
    events
}

pub fn told(event: Event<'_>) -> String {
    match event {
        Event::Started { terminal, command } => format!("{terminal}$ {command}"),
        Event::Line { terminal, text } => format!("{terminal}: {text}"),
        Event::Typed { terminal, text } => format!("{terminal}< {text}"),
        Event::Interrupted { terminal } => format!("{terminal}^C"),
        Event::EndOfInput { terminal } => format!("{terminal}^D"),
        Event::Exited { terminal, exit } => format!("{terminal} {exit}"),
        Event::Again => "again".to_owned(),
        Event::Verdict(Verdict::AsWritten) => "as written".to_owned(),
        Event::Verdict(Verdict::Skipped(why)) => why.clone(),
        Event::Verdict(Verdict::Differs(report)) => report.what.clone(),
    }
}
