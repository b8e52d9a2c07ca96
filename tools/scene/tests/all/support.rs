//! What the tests of the player share.

use std::io::Read;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::time::Duration;
use std::{env, fs, process};

use scene::{Event, Scene, Stage, Verdict};

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
        Event::Played(_) => "played".to_owned(),
        Event::Verdict(Verdict::AsWritten) => "as written".to_owned(),
        Event::Verdict(Verdict::Skipped(why)) => why.clone(),
        Event::Verdict(Verdict::Differs(report)) => report.what.clone(),
    }
}

/// A file or folder of this test's own, removed on drop.
pub struct Scratch {
    pub path: PathBuf,
}

impl Scratch {
    /// A path at which there is nothing yet.
    pub fn new(name: &str) -> Scratch {
        let path = env::temp_dir().join(format!("scene-{name}-{}", process::id()));
        let scratch = Scratch { path };
        scratch.remove();
        scratch
    }

    fn remove(&self) {
        let _ = fs::remove_file(&self.path);
        let _ = fs::remove_dir_all(&self.path);
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        self.remove();
    }
}

/// A socket to which `actor hold PATH` connects: it sees when the actor ends.
pub struct Witness {
    listener: UnixListener,
    scratch: Scratch,
}

impl Witness {
    pub fn new(name: &str) -> Witness {
        let scratch = Scratch::new(name);
        let listener = UnixListener::bind(&scratch.path).unwrap();
        Witness { listener, scratch }
    }

    pub fn path(&self) -> &str {
        self.scratch.path.to_str().unwrap()
    }

    /// The connection of the actor, which must have been made.
    pub fn meet(&self) -> UnixStream {
        let (stream, _) = self.listener.accept().unwrap();
        // Only so that a test that fails does so.
        stream
            .set_read_timeout(Some(Duration::from_secs(30)))
            .unwrap();
        stream
    }
}

/// Waits until the actor at the other end is no more.
pub fn gone(mut stream: UnixStream) {
    assert_eq!(stream.read(&mut [0]).unwrap(), 0, "it still runs");
}
