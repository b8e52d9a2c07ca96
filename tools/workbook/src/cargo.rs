//! Cargo, as a child: what it built, and what the compiler said.

use std::cell::Cell;
use std::env;
use std::ffi::OsString;
use std::io::{BufRead, BufReader, Read};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use layout::Exercise;
use serde_json::{Value, json};

use crate::children;
use crate::console::{self, complain};
use crate::error::{Error, Result, failed};
use crate::events;
use crate::progress;

/// What a run of cargo brought.
#[derive(Debug, Default)]
pub struct Build {
    /// Whether it succeeded.
    pub succeeded: bool,
    /// The executables that are there now, fresh or built.
    pub executables: Vec<Executable>,
    /// What the compiler said about code of this workspace.
    pub diagnostics: Vec<Diagnostic>,
    /// What cargo itself said, apart from progress.
    pub said: String,
    /// The commands that it ran, where it was asked to show them (`-v`).
    pub commands: Vec<String>,
}

/// A program or test that cargo has built.
#[derive(Debug)]
pub struct Executable {
    /// The name of its target.
    pub target: String,
    /// Its first source file.
    pub source: PathBuf,
    /// The file to run.
    pub path: PathBuf,
}

/// A warning or an error of the compiler.
#[derive(Debug)]
pub struct Diagnostic {
    /// Whether it is an error.
    pub error: bool,
    /// The lint or error code, if it has one.
    pub code: Option<String>,
    /// The file that it points at, in full.
    pub file: Option<PathBuf>,
    /// The line that it points at.
    pub line: u64,
    /// What it says, in one line.
    pub message: String,
    /// The whole of it, as the compiler would have printed it.
    pub rendered: String,
}

impl Build {
    /// The executable of the target `name` whose source is below `dir`.
    pub fn executable(&self, dir: &Path, name: &str) -> Option<&Executable> {
        self.executables
            .iter()
            .find(|executable| executable.target == name && executable.source.starts_with(dir))
    }

    /// Only if it succeeded; otherwise the errors are printed as they are.
    pub fn or_say_why(self) -> Result<Build> {
        if self.succeeded {
            return Ok(self);
        }
        complain!("{}", self.why());
        Err(Error::Said)
    }

    /// Why it failed: the errors as they are.
    pub fn why(&self) -> String {
        let errors: Vec<String> = self
            .diagnostics
            .iter()
            .filter(|diagnostic| diagnostic.error)
            // A blank line parts it from the next.
            .map(|diagnostic| format!("{}\n", diagnostic.rendered.trim_end()))
            .collect();
        match errors.is_empty() {
            true => self.said.trim_end().to_owned(),
            false => errors.join("\n"),
        }
    }
}

/// A command without what cargo told this program about itself, as if the
/// reader had typed it.
pub fn clean_command(program: impl Into<OsString>) -> Command {
    let mut command = Command::new(program.into());
    for (name, value) in env::vars_os() {
        let text = name.to_string_lossy();
        if text == "CARGO"
            || [
                "CARGO_PKG_",
                "CARGO_MANIFEST_",
                "CARGO_BIN_",
                "CARGO_CRATE_",
            ]
            .iter()
            .any(|prefix| text.starts_with(prefix))
        {
            command.env_remove(&name);
        } else if text == "LD_LIBRARY_PATH" || text == "DYLD_FALLBACK_LIBRARY_PATH" {
            // Cargo puts its own folders first; what the reader had set comes after.
            let here = env::current_exe()
                .ok()
                .and_then(|exe| exe.parent().map(Path::to_owned));
            let kept: Vec<PathBuf> = env::split_paths(&value)
                .filter(|dir| {
                    !dir.to_string_lossy().contains("/rustlib/")
                        && here.as_ref().is_none_or(|here| !dir.starts_with(here))
                })
                .collect();
            match env::join_paths(&kept) {
                Ok(paths) if !kept.is_empty() => command.env(&name, paths),
                _ => command.env_remove(&name),
            };
        }
    }
    command
}

/// The cargo that started this program, or else the one on the PATH.
pub fn program() -> OsString {
    env::var_os("CARGO").unwrap_or_else(|| "cargo".into())
}

/// Runs `cargo ARGS --message-format=json` in `root`, showing on a terminal how
/// far it is.
pub fn build(root: &Path, args: &[&str]) -> Result<Build> {
    let format = if console::colours() {
        "json-diagnostic-rendered-ansi"
    } else {
        "json"
    };
    let mut command = clean_command(program());
    let (first, rest) = args.split_first().unwrap_or((&"build", &[]));
    let (before, after) = match rest.iter().position(|arg| *arg == "--") {
        Some(at) => rest.split_at(at),
        None => (rest, &[][..]),
    };
    command
        .arg(first)
        .arg(format!("--message-format={format}"))
        .args(before)
        .args(after)
        .current_dir(root)
        .env("CARGO_TERM_PROGRESS_WHEN", "always")
        .env("CARGO_TERM_PROGRESS_WIDTH", "78")
        .env_remove("CARGO_TERM_VERBOSE")
        .env_remove("CARGO_TERM_QUIET")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        // Its compilers end when it does.
        .process_group(0);
    let mut child = command
        .spawn()
        .map_err(|error| failed("run", "cargo", &error))?;
    let _registered = children::register(&child);
    let listener = child
        .stderr
        .take()
        .map(|stderr| thread::spawn(move || follow(stderr)));
    let mut build = Build::default();
    if let Some(stdout) = child.stdout.take() {
        for line in BufReader::new(stdout).lines() {
            match line {
                Ok(line) => build.take(root, &line),
                Err(_) => break,
            }
        }
    }
    let status = child
        .wait()
        .map_err(|error| failed("wait for", "cargo", &error))?;
    build.succeeded = status.success();
    if let Some(listener) = listener {
        (build.said, build.commands) = listener.join().unwrap_or_default();
    }
    Ok(build)
}

impl Build {
    /// Takes one line of cargo's messages.
    fn take(&mut self, root: &Path, line: &str) {
        // Most lines are libraries that were fresh; they aren't worth parsing.
        let artifact = line.starts_with(r#"{"reason":"compiler-artifact""#);
        if artifact && line.contains(r#""executable":null"#) {
            return;
        }
        if !artifact && !line.starts_with(r#"{"reason":"compiler-message""#) {
            return;
        }
        let Ok(message) = serde_json::from_str::<Value>(line) else {
            return;
        };
        if artifact {
            if let (Some(target), Some(source), Some(path)) = (
                message["target"]["name"].as_str(),
                message["target"]["src_path"].as_str(),
                message["executable"].as_str(),
            ) {
                self.executables.push(Executable {
                    target: target.to_owned(),
                    source: source.into(),
                    path: path.into(),
                });
            }
            return;
        }
        self.diagnostics
            .extend(Diagnostic::read(root, &message["message"]));
    }
}

impl Diagnostic {
    /// Reads what the compiler says in JSON; nothing, where that only counts errors
    /// and warnings. `root` is where the compiler ran.
    pub fn read(root: &Path, said: &Value) -> Option<Diagnostic> {
        let level = said["level"].as_str().unwrap_or_default();
        let spans = said["spans"].as_array().map_or(&[][..], Vec::as_slice);
        let error = level.starts_with("error");
        let text = said["message"].as_str().unwrap_or_default();
        // "aborting due to 2 previous errors", "3 warnings emitted".
        let only_counts = spans.is_empty() && said["code"].is_null() && !error;
        if only_counts || text.starts_with("aborting due to") {
            return None;
        }
        let primary = spans
            .iter()
            .find(|span| span["is_primary"].as_bool() == Some(true));
        Some(Diagnostic {
            error,
            code: said["code"]["code"].as_str().map(str::to_owned),
            file: primary
                .and_then(|span| span["file_name"].as_str())
                .map(|file| root.join(without_detours(file))),
            line: primary
                .and_then(|span| span["line_start"].as_u64())
                .unwrap_or(0),
            message: text.to_owned(),
            rendered: without_detours(said["rendered"].as_str().unwrap_or_default()),
        })
    }
}

/// `text` with `exercises/NAME.rs` for `exercises/NAME/../NAME.rs`: that is how an
/// exercise's target, in its room, names the reader's file.
pub fn without_detours(text: &str) -> String {
    let mut short = String::new();
    let mut rest = text;
    while let Some(at) = rest.find("/../") {
        let (before, after) = (&rest[..at], &rest[at + "/../".len()..]);
        match before.rsplit_once('/') {
            Some((folder, _)) if folder.ends_with("exercises") => {
                short.push_str(folder);
                short.push('/');
            }
            _ => {
                short.push_str(before);
                short.push_str("/../");
            }
        }
        rest = after;
    }
    short.push_str(rest);
    short
}

/// The target folder of the workspace at `root`.
pub fn target(root: &Path) -> PathBuf {
    match env::var_os("CARGO_TARGET_DIR") {
        Some(folder) => root.join(folder),
        None => root.join("target"),
    }
}

/// The file that says of what the exercise's target was built last.
fn mark(root: &Path, exercise: &Exercise) -> PathBuf {
    let name = exercise.key().replace("::", "-");
    target(root).join("built-by").join(name)
}

/// Sees to it that what cargo builds next is of the files that are here. It takes what
/// is there for fresh when its time is right, whatever it was made of: another clone's
/// file, where two share a target folder; one that the compiler was given without cargo;
/// a file that has been put back and is older than what was made of it. Where it may be,
/// the root of the exercise's target is made new.
pub fn claim(root: &Path, exercises: &[&Exercise]) -> Result<()> {
    // Nobody else builds into a folder that is in this clone.
    let shared = env::var_os("CARGO_TARGET_DIR").is_some();
    for exercise in exercises {
        let ours = format!("{}\n{}", root.display(), progress::fingerprint(exercise));
        let last = std::fs::read_to_string(mark(root, exercise)).ok();
        if last.as_ref() == Some(&ours) {
            continue;
        }
        if last.is_some() || shared {
            touch(&exercise.main())?;
        }
        sign(root, exercise, &ours)?;
    }
    Ok(())
}

/// Says that the compiler has built the exercise's target without cargo.
pub fn disown(root: &Path, exercise: &Exercise) -> Result<()> {
    sign(root, exercise, "the compiler")
}

fn sign(root: &Path, exercise: &Exercise, name: &str) -> Result<()> {
    let mark = mark(root, exercise);
    let folder = mark.parent().unwrap_or(root);
    std::fs::create_dir_all(folder)
        .and_then(|()| std::fs::write(&mark, name))
        .map_err(|error| failed("write", console::path(&mark), &error))
}

/// Makes a file new, so that cargo takes what is made of it for old.
pub fn touch(file: &Path) -> Result<()> {
    std::fs::File::options()
        .append(true)
        .open(file)
        .and_then(|file| file.set_modified(SystemTime::now()))
        .map_err(|error| failed("touch", console::path(file), &error))
}

/// Reads what cargo says on its stderr: progress is drawn, the rest is returned.
fn follow(mut stderr: impl Read) -> (String, Vec<String>) {
    let mut said = String::new();
    let mut commands = Vec::new();
    let mut segment = Vec::new();
    let mut chunk = [0; 4096];
    let progress = Progress::default();
    while let Ok(n @ 1..) = stderr.read(&mut chunk) {
        for byte in &chunk[..n] {
            if !matches!(byte, b'\n' | b'\r') {
                segment.push(*byte);
                continue;
            }
            let text = String::from_utf8_lossy(&segment).into_owned();
            segment.clear();
            match status(&text) {
                Some(Status::Verb { verb, what }) if verb == "Running" => commands.push(what),
                Some(status) => progress.show(&status),
                None if text.is_empty() && said.is_empty() => {}
                None if *byte == b'\r' => {}
                None => {
                    said.push_str(&text);
                    said.push('\n');
                }
            }
        }
    }
    said.push_str(&String::from_utf8_lossy(&segment));
    console::erase();
    (said, commands)
}

/// What a line of cargo's tells about its progress.
#[derive(Debug, PartialEq, Eq)]
enum Status {
    /// `Building [==>  ] 3/18: tokio, bytes`
    Building {
        done: usize,
        all: usize,
        what: String,
    },
    /// `Compiling tokio v1.54.0` and its like.
    Verb { verb: String, what: String },
}

/// Reads a line as one of progress: cargo sets its verbs flush right in twelve
/// columns.
fn status(line: &str) -> Option<Status> {
    let trimmed = line.trim_start();
    let (verb, what) = trimmed.split_once(' ')?;
    let flush = line.len() - trimmed.len() + verb.len() == 12;
    if !flush || !verb.starts_with(|c: char| c.is_ascii_uppercase()) {
        return None;
    }
    let what = what.trim_end();
    if let Some((_, counted)) = what.split_once("] ") {
        let (numbers, names) = counted.split_once(':').unwrap_or((counted, ""));
        if let Some((done, all)) = numbers.split_once('/')
            && let (Ok(done), Ok(all)) = (done.trim().parse(), all.trim().parse())
        {
            let what = names.trim().to_owned();
            return Some(Status::Building { done, all, what });
        }
    }
    Some(Status::Verb {
        verb: verb.to_owned(),
        what: what.to_owned(),
    })
}

/// One line that is drawn over, once there is something to wait for.
struct Progress {
    since: Instant,
    waited: Cell<bool>,
}

impl Default for Progress {
    fn default() -> Progress {
        Progress {
            since: Instant::now(),
            waited: Cell::new(false),
        }
    }
}

impl Progress {
    fn show(&self, status: &Status) {
        // What takes less than a blink need not be announced.
        const PATIENCE: Duration = Duration::from_millis(250);
        if events::on() {
            match status {
                Status::Building { done, all, what } => {
                    events::tell(
                        &json!({ "event": "building", "done": done, "all": all, "what": what }),
                    );
                }
                Status::Verb { verb, .. } if verb == "Blocking" => {
                    events::tell(&json!({ "event": "waiting" }));
                }
                Status::Verb { .. } => {}
            }
            return;
        }
        if !console::can_redraw() {
            // A log wants whole lines, and few of them.
            if let Status::Verb { verb, what } = status
                && ["Downloading", "Blocking", "Compiling"].contains(&verb.as_str())
                && !what.contains(" (/")
            {
                if verb == "Blocking" {
                    // There are several locks, and it may wait for each.
                    if !self.waited.replace(true) {
                        complain!("{WAITING}");
                    }
                } else {
                    complain!("{verb:>12} {what}");
                }
            }
            return;
        }
        if self.since.elapsed() < PATIENCE {
            return;
        }
        match status {
            Status::Building { done, all, what } => {
                let what: String = what.chars().take(44).collect();
                let bar = console::bar(*done, *all, 16);
                console::draw(&format!("  Building {bar} {done}/{all}  {what}"));
            }
            Status::Verb { verb, .. } if verb == "Blocking" => console::draw(WAITING),
            Status::Verb { verb, .. }
                if [
                    "Compiling",
                    "Finished",
                    "Executable",
                    "Checking",
                    "Fresh",
                    "Dirty",
                ]
                .contains(&verb.as_str()) => {}
            Status::Verb { verb, what } => {
                let what: String = what.chars().take(60).collect();
                console::draw(&format!("  {verb} {what}"));
            }
        }
    }
}

/// Cargo holds a lock while it builds, and says so in its own words.
const WAITING: &str = "  Another cargo is building; waiting.";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn progress_is_told_from_what_cargo_has_to_say() {
        assert_eq!(
            status("    Building [===>                        ] 3/18: libc, rustix(bu…    "),
            Some(Status::Building {
                done: 3,
                all: 18,
                what: "libc, rustix(bu…".into()
            })
        );
        assert_eq!(
            status("   Compiling libc v0.2.191"),
            Some(Status::Verb {
                verb: "Compiling".into(),
                what: "libc v0.2.191".into()
            })
        );
        assert_eq!(status("error: no test target named `x`"), None);
        assert_eq!(status("    Available test targets:"), None);
    }

    #[test]
    fn a_readers_file_has_its_short_path() {
        let text = "at a/exercises/x/../x.rs:3 and b/../c, exercises/y/../y.rs";
        let short = "at a/exercises/x.rs:3 and b/../c, exercises/y.rs";
        assert_eq!(without_detours(text), short);
    }

    #[test]
    fn executables_and_diagnostics_are_kept() {
        let mut build = Build::default();
        let root = Path::new("/w");
        build.take(root, r#"{"reason":"compiler-artifact","target":{"name":"x","src_path":"/w/chapters/01-a/exercises/x/main.rs"},"executable":"/t/x-1"}"#);
        build.take(root, r#"{"reason":"compiler-artifact","target":{"name":"a","src_path":"/w/chapters/01-a/src/lib.rs"},"executable":null}"#);
        build.take(root, r#"{"reason":"compiler-message","message":{"level":"error","message":"mismatched types","code":{"code":"E0308"},"spans":[{"is_primary":true,"file_name":"chapters/01-a/exercises/x.rs","line_start":3}],"rendered":"error[E0308]"}}"#);
        build.take(root, r#"{"reason":"compiler-message","message":{"level":"error","message":"aborting due to 1 previous error","code":null,"spans":[],"rendered":"x"}}"#);
        build.take(root, r#"{"reason":"build-finished","success":false}"#);
        assert_eq!(build.executables.len(), 1);
        assert!(
            build
                .executable(Path::new("/w/chapters/01-a"), "x")
                .is_some()
        );
        assert!(
            build
                .executable(Path::new("/w/chapters/02-b"), "x")
                .is_none()
        );
        assert_eq!(build.diagnostics.len(), 1);
        assert!(build.diagnostics[0].error);
        assert_eq!(
            build.diagnostics[0].file.as_deref(),
            Some(Path::new("/w/chapters/01-a/exercises/x.rs"))
        );
    }
}
