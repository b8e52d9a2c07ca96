//! A scene as a file has it: parsed, and written again.
//!
//! The first line is the title. Lines that begin with `#:` follow, if any:
//!
//! | directive | says |
//! |---|---|
//! | `#: port 5353` | this number, standing alone in a command, is a port, too |
//! | `#: only linux` | the systems that the scene is for (`linux`, `macos`) |
//! | `#: needs redis-server` | programs without which the scene is skipped (a failure if `PEERS=required`); or what a system may lack: `descriptors`, 4,096 of them; `icmp`, a socket for it; `ipv6`, a loopback address; `netns`, a network of one's own; `network`, an address beyond loopback |
//! | `#: deadline 20s` | how long the whole scene may take, more on a busy machine; 10 s if it does not say |
//!
//! Then come the steps, each with the output that it brings about below it:
//!
//! | step | does |
//! |---|---|
//! | `NAME$ command` | starts a command in the terminal NAME |
//! | `NAME>` | waits for more output there |
//! | `NAME< text` | types a line |
//! | `NAME^C` | interrupts |
//! | `NAME^D` | ends the input |
//!
//! A scene with a single terminal may leave out its name. The last step that speaks
//! of a command is the one in which the command ends; `[exit 1]` or `[signal 2]`
//! stands below its output where it does not succeed.
//!
//! - Commands are split into words as a shell does it, but there is no shell: `|`,
//!   `>`, `$`, `*` and the like must be quoted, and so must `[::1]:1060`.
//! - Output and errors are one stream. A line that would be read as something else
//!   has a `\` before it. Control characters are shown as `␍`, `␛`..., octets that
//!   are no UTF-8 as `\xff`.
//! - The last line of a step may be a prompt: a line whose end has not come.
//! - `#~ stuck after * bytes` above a line lets it have another number for each `*`.

mod parse;
mod pattern;
mod ports;
mod words;

use std::collections::HashSet;
use std::fmt;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::time::Duration;
use std::{fs, io};

use parse::{Parser, needs_escape};

pub(crate) use pattern::Pattern;
pub(crate) use words::split;

/// How long a scene may take that does not say.
const DEADLINE: Duration = Duration::from_secs(10);

/// A scene: a title, directives, and the steps in the order in which they happen.
///
/// [`Scene::parse`] reads the text of a file and [`Display`](fmt::Display) writes
/// it; to parse what was written gives the same scene again.
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

impl Default for Directives {
    fn default() -> Self {
        Directives {
            ports: Vec::new(),
            only: Vec::new(),
            needs: Vec::new(),
            deadline: DEADLINE,
        }
    }
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
    Read(PathBuf, io::Error),
    /// It is not a scene.
    Parse(PathBuf, ParseError),
}

impl Line {
    /// Where in the text the numbers are that differ from machine to machine.
    pub fn own_numbers(&self) -> Vec<Range<usize>> {
        let pattern = self.pattern.as_deref().map(Pattern::new);
        let found = pattern.and_then(|pattern| pattern.find(&self.text));
        found.unwrap_or_default()
    }
}

impl Scene {
    /// Parses a scene.
    ///
    /// # Errors
    ///
    /// The first line that is not in the format.
    pub fn parse(name: &str, text: &str) -> Result<Scene, ParseError> {
        Parser::default().parse(name, text)
    }

    /// Reads and parses the scene at `path`.
    ///
    /// # Errors
    ///
    /// When the file can't be read or is not a scene.
    pub fn load(path: &Path) -> Result<Scene, LoadError> {
        let text =
            fs::read_to_string(path).map_err(|error| LoadError::Read(path.to_owned(), error))?;
        let name = path.file_stem().unwrap_or_default().to_string_lossy();
        Scene::parse(&name, &text).map_err(|error| LoadError::Parse(path.to_owned(), error))
    }

    /// The names of the terminals, in the order in which they first appear.
    pub fn terminals(&self) -> Vec<&str> {
        let mut names: Vec<&str> = Vec::new();
        for step in &self.steps {
            if !names.contains(&step.terminal.as_str()) {
                names.push(&step.terminal);
            }
        }
        names
    }

    /// Whether the command that runs in the terminal of step `index` ends there:
    /// no later step speaks of it.
    pub fn ends(&self, index: usize) -> bool {
        let terminal = &self.steps[index].terminal;
        self.steps[index + 1..]
            .iter()
            .find(|step| step.terminal == *terminal)
            .is_none_or(|step| matches!(step.action, Action::Run(_)))
    }
}

/// The scenes of the chapter in `chapter`: the files `scenes/*.console`,
/// sorted by name. A chapter without such a folder has none.
///
/// # Errors
///
/// When the folder can't be read.
pub fn scenes(chapter: &Path) -> io::Result<Vec<PathBuf>> {
    let entries = match fs::read_dir(chapter.join("scenes")) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries?,
    };
    let mut scenes = Vec::new();
    for entry in entries {
        let path = entry?.path();
        if path.extension().is_some_and(|ext| ext == "console") {
            scenes.push(path);
        }
    }
    scenes.sort();
    Ok(scenes)
}

impl fmt::Display for Scene {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "# {}", self.title)?;
        let directives = &self.directives;
        for port in &directives.ports {
            writeln!(f, "#: port {port}")?;
        }
        if !directives.only.is_empty() {
            writeln!(f, "#: only {}", directives.only.join(" "))?;
        }
        if !directives.needs.is_empty() {
            writeln!(f, "#: needs {}", directives.needs.join(" "))?;
        }
        if directives.deadline != DEADLINE {
            writeln!(f, "#: deadline {}s", directives.deadline.as_secs())?;
        }
        let mut terminals = HashSet::new();
        for step in &self.steps {
            terminals.insert(step.terminal.clone());
            writeln!(f, "{}", step.heading())?;
            for line in &step.output {
                if let Some(pattern) = &line.pattern {
                    writeln!(f, "#~ {pattern}")?;
                }
                if needs_escape(&line.text, &terminals) {
                    f.write_str("\\")?;
                }
                writeln!(f, "{}", line.text)?;
            }
            if let Some(exit) = step.exit {
                writeln!(f, "{exit}")?;
            }
        }
        Ok(())
    }
}

impl Step {
    /// The step's own line, as it stands in the file.
    pub fn heading(&self) -> String {
        let terminal = &self.terminal;
        match &self.action {
            Action::Run(command) => format!("{terminal}$ {command}"),
            Action::Wait => format!("{terminal}>"),
            Action::Type(text) if text.is_empty() => format!("{terminal}<"),
            Action::Type(text) => format!("{terminal}< {text}"),
            Action::Interrupt => format!("{terminal}^C"),
            Action::EndOfInput => format!("{terminal}^D"),
        }
    }
}

impl fmt::Display for Exit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Exit::Code(code) => write!(f, "[exit {code}]"),
            Exit::Signal(signal) => write!(f, "[signal {signal}]"),
        }
    }
}

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.what)
    }
}

impl std::error::Error for ParseError {}

impl fmt::Display for LoadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            LoadError::Read(path, error) => write!(f, "read {}: {error}", path.display()),
            LoadError::Parse(path, error) => {
                write!(f, "{}:{}: {}", path.display(), error.line, error.what)
            }
        }
    }
}

// `Display` has told the cause already, so `source` does not tell it once more.
impl std::error::Error for LoadError {}
