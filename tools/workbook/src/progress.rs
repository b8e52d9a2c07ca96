//! What the workbook remembers of a reader: `.workbook/progress.json`, keyed by
//! name, never by number.

use std::fs::{self, File};
use std::io;

use layout::{Exercise, Workspace};
use serde_json::{Map, Value, json};

use crate::console::{self, complain};
use crate::keep;

/// The memory of one workspace.
#[derive(Debug)]
pub struct Progress {
    value: Value,
}

/// How far an exercise is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// No check passes.
    NotStarted,
    /// This many checks pass, of all.
    Started(usize, usize),
    /// All of them pass.
    Done(usize),
    /// It has changed since it was last checked.
    Unknown,
}

impl State {
    /// The state in which `passed` of `all` checks pass.
    pub fn of(passed: usize, all: usize) -> State {
        match passed {
            0 => State::NotStarted,
            _ if passed == all => State::Done(all),
            _ => State::Started(passed, all),
        }
    }
}

impl Progress {
    /// Loads what is remembered. A file that can't be read counts as none: it is
    /// a cache.
    pub fn load(workspace: &Workspace) -> Progress {
        let file = keep::folder(workspace).join("progress.json");
        let value = fs::read(&file)
            .ok()
            .and_then(|bytes| serde_json::from_slice(&bytes).ok())
            .filter(Value::is_object)
            .unwrap_or_else(|| json!({}));
        Progress { value }
    }

    /// The state of an exercise as it was when this very file was last checked.
    pub fn state(&self, exercise: &Exercise) -> State {
        let kept = &self.value["exercises"][exercise.key()];
        if kept["fingerprint"].as_str() != Some(fingerprint(exercise).as_str()) {
            return State::Unknown;
        }
        let number = |key: &str| kept[key].as_u64().and_then(|n| usize::try_from(n).ok());
        match (number("passed"), number("checks")) {
            (Some(passed), Some(all)) => State::of(passed, all),
            _ => State::Unknown,
        }
    }

    /// Remembers that `passed` of `all` checks pass of the file that had this
    /// fingerprint.
    pub fn set_state(&mut self, exercise: &Exercise, fingerprint: &str, passed: usize, all: usize) {
        self.section("exercises").insert(
            exercise.key(),
            json!({ "fingerprint": fingerprint, "passed": passed, "checks": all }),
        );
    }

    /// How many hints of an exercise have been unfolded.
    pub fn hints(&self, exercise: &Exercise) -> usize {
        self.value["hints"][exercise.key()]
            .as_u64()
            .and_then(|n| usize::try_from(n).ok())
            .unwrap_or(0)
    }

    /// Remembers how many have been.
    pub fn set_hints(&mut self, exercise: &Exercise, n: usize) {
        self.section("hints").insert(exercise.key(), json!(n));
    }

    /// Makes a `change` to what is remembered by now: a hint may be asked for while a
    /// check runs. It is written whole or not at all. Where that can't be done, what was
    /// established has been shown all the same: it is a cache.
    pub fn update(workspace: &Workspace, change: impl FnOnce(&mut Progress)) {
        let folder = keep::folder(workspace);
        let file = folder.join("progress.json");
        let write = || -> io::Result<()> {
            fs::create_dir_all(&folder)?;
            let lock = File::create(folder.join("lock"))?;
            // A file system without locks has mostly one command at a time, too.
            let _ = lock.lock();
            let mut progress = Progress::load(workspace);
            change(&mut progress);
            scene::write_whole(&file, &format!("{:#}\n", progress.value))
        };
        if let Err(error) = write() {
            complain!(
                "write {}: {error}; how far you are is not remembered",
                console::path(&file)
            );
        }
    }

    fn section(&mut self, name: &str) -> &mut Map<String, Value> {
        if !self.value[name].is_object() {
            self.value[name] = json!({});
        }
        match &mut self.value[name] {
            Value::Object(section) => section,
            _ => unreachable!("it was made an object above"),
        }
    }
}

/// A number that changes when the reader's file or the checks do.
pub fn fingerprint(exercise: &Exercise) -> String {
    let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
    for file in [&exercise.file, &exercise.checks()] {
        // FNV-1a: enough to see a change, and the same in every release.
        for byte in fs::read(file).unwrap_or_default().iter().chain(&[0xff]) {
            hash = (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
    format!("{hash:016x}")
}

/// The states of `exercises` as far as they are known without building: from the
/// last check of this very file, or because it is as it came. (`prove` sees to it
/// that such a file fails every check.)
pub fn known<'a>(
    workspace: &Workspace,
    exercises: impl IntoIterator<Item = &'a Exercise>,
) -> Vec<(&'a Exercise, State)> {
    let progress = Progress::load(workspace);
    exercises
        .into_iter()
        .map(|exercise| {
            let mut state = progress.state(exercise);
            if state == State::Unknown && as_it_came(exercise) {
                state = State::NotStarted;
            }
            (exercise, state)
        })
        .collect()
}

fn as_it_came(exercise: &Exercise) -> bool {
    match (fs::read(&exercise.file), fs::read(exercise.stub())) {
        (Ok(file), Ok(stub)) => file == stub,
        _ => false,
    }
}
