//! The format of a scene.

use std::path::Path;
use std::time::Duration;

/// A scene: a title, directives, and the steps in the order in which they happen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scene {
    /// The file's name without `.console`.
    pub name: String,
    /// The text of the first line, without `# `.
    pub title: String,
    /// The `#:` lines.
    pub directives: Directives,
    /// What happens, in order.
    pub steps: Vec<Step>,
}

/// What the `#:` lines of a scene say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Directives {
    /// `#: port 5353`: also this number, standing alone, is a port of the book's.
    pub ports: Vec<u16>,
    /// `#: only linux`: the systems that the scene is for; empty means all.
    pub only: Vec<String>,
    /// `#: needs redis-server`: the peers without which the scene is skipped.
    pub needs: Vec<String>,
    /// `#: deadline 10s`: how long the whole scene may take.
    pub deadline: Duration,
}

/// One thing that the reader does in one terminal, and what comes back there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// The number of the step's first line in the file, from 1.
    pub line: usize,
    /// The terminal's name; empty where the scene has a single, unnamed one.
    pub terminal: String,
    /// What the reader does.
    pub action: Action,
    /// What comes back before the next step.
    pub output: Vec<Line>,
    /// `[exit 1]`, `[signal 2]`: how the command ended, where that is not success.
    pub exit: Option<Exit>,
}

/// What the reader does in a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// `NAME$ command`: starts it.
    Run(String),
    /// `NAME>`: waits for more output.
    Wait,
    /// `NAME< text`: types a line.
    Type(String),
    /// `NAME^C`: interrupts.
    Interrupt,
    /// `NAME^D`: ends the input.
    EndOfInput,
}

/// A line of output.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// The text as a page shows it.
    pub text: String,
    /// The `#~` line above it: the same text with a `*` for each number that
    /// differs from machine to machine.
    pub pattern: Option<String>,
}

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// It exited with this status.
    Code(i32),
    /// A signal ended it.
    Signal(i32),
}

/// A scene that is not in the format: the line, and what is wrong with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParseError {
    /// The line's number, from 1.
    pub line: usize,
    /// What is wrong with it.
    pub what: String,
}

/// Why a scene's file could not be loaded.
#[derive(Debug)]
pub enum LoadError {
    /// The file could not be read.
    Read(std::io::Error),
    /// It is not a scene.
    Parse(ParseError),
}

impl Scene {
    /// Parses a scene.
    ///
    /// # Errors
    ///
    /// The first line that is not in the format.
    pub fn parse(_name: &str, _text: &str) -> Result<Scene, ParseError> {
        todo!()
    }

    /// Reads and parses the scene at `path`.
    ///
    /// # Errors
    ///
    /// When the file can't be read or is not a scene.
    pub fn load(_path: &Path) -> Result<Scene, LoadError> {
        todo!()
    }
}
