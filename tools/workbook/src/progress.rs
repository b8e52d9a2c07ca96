//! What the workbook remembers of a reader: `.workbook/progress.json`, keyed by
//! name, never by number.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value, json};

use crate::chapters::{Chapter, Workspace};
use crate::console;
use crate::error::{Result, failed};
use crate::exercises::Exercise;

/// The memory of one workspace.
#[derive(Debug)]
pub struct Progress {
    file: PathBuf,
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
        let file = folder(workspace).join("progress.json");
        let value = fs::read(&file)
            .ok()
            .and_then(|bytes| serde_json::from_slice(&bytes).ok())
            .filter(Value::is_object)
            .unwrap_or_else(|| json!({}));
        Progress { file, value }
    }

    /// The state of an exercise as it was when this very file was last checked.
    pub fn state(&self, chapter: &Chapter, exercise: &Exercise) -> State {
        let kept = &self.value["exercises"][exercise.key(chapter)];
        if kept["fingerprint"].as_str() != Some(exercise.fingerprint().as_str()) {
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
    pub fn set_state(
        &mut self,
        chapter: &Chapter,
        exercise: &Exercise,
        fingerprint: &str,
        passed: usize,
        all: usize,
    ) {
        self.section("exercises").insert(
            exercise.key(chapter),
            json!({ "fingerprint": fingerprint, "passed": passed, "checks": all }),
        );
    }

    /// How many hints of an exercise have been unfolded.
    pub fn hints(&self, chapter: &Chapter, exercise: &Exercise) -> usize {
        self.value["hints"][exercise.key(chapter)]
            .as_u64()
            .and_then(|n| usize::try_from(n).ok())
            .unwrap_or(0)
    }

    /// Remembers how many have been.
    pub fn set_hints(&mut self, chapter: &Chapter, exercise: &Exercise, n: usize) {
        self.section("hints")
            .insert(exercise.key(chapter), json!(n));
    }

    /// Writes it down, whole or not at all.
    pub fn save(&self) -> Result<()> {
        let write = || -> io::Result<()> {
            if let Some(folder) = self.file.parent() {
                fs::create_dir_all(folder)?;
            }
            let draft = self
                .file
                .with_extension(format!("{}.new", std::process::id()));
            fs::write(&draft, format!("{:#}\n", self.value))?;
            fs::rename(&draft, &self.file)
        };
        write().map_err(|error| failed("write", console::path(&self.file), &error))
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

/// The folder of what is remembered and of what is kept aside; git ignores it.
pub fn folder(workspace: &Workspace) -> PathBuf {
    Path::new(&workspace.root).join(".workbook")
}
