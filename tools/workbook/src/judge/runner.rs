//! Runs checks, and survives those that take their process along.

use std::collections::HashMap;
use std::io::{self, Read};
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError, mpsc};
use std::thread;
use std::time::Duration;

use super::libtest::{self, Place, Reason};
use crate::cargo::without_detours;
use crate::children;
use crate::error::{Result, failed};

/// How long all checks of an executable may take together. Every check has a
/// deadline of its own; this is for one that escapes it.
const TOGETHER: Duration = Duration::from_secs(10);
/// How long one check may take when it is run alone.
const ALONE: Duration = Duration::from_secs(3);
/// The stack of a thread, in MiB, where one function has the bodies of many.
const MERGED_STACK: usize = 64;
/// How many checks run at a time. Those of code that hangs wait for their deadlines
/// side by side.
const THREADS: &str = "--test-threads=8";

/// What the executable is asked for, before the names of checks.
const ARGUMENTS: [&str; 5] = [
    "--ignored",
    "--exact",
    "--format=pretty",
    "--color=never",
    THREADS,
];

/// A test executable, and how it is run.
#[derive(Debug, Clone, Copy)]
pub struct Program<'a> {
    /// The executable.
    pub executable: &'a Path,
    /// The folder that it runs in, a package's.
    pub dir: &'a Path,
    /// Which of several candidates in it runs, if it has several.
    pub candidate: Option<usize>,
}

/// What became of one check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// Its name.
    pub name: String,
    /// Why it failed, if it did.
    pub failure: Option<Reason>,
}

impl Outcome {
    /// Whether it passed.
    pub fn passed(&self) -> bool {
        self.failure.is_none()
    }
}

/// The names of the checks (ignored tests) in `program`.
pub fn list(program: &Program) -> Result<Vec<String>> {
    let ran = run(program, &["--list", "--ignored"], ALONE)?;
    Ok(libtest::parse_list(&ran.stdout))
}

/// Runs the checks `names` of `program`.
pub fn run_checks(program: &Program, names: &[String]) -> Result<Vec<Outcome>> {
    if names.is_empty() {
        return Ok(Vec::new());
    }
    let mut args = ARGUMENTS.to_vec();
    args.extend(names.iter().map(String::as_str));
    let ran = run(program, &args, TOGETHER)?;
    let printed = libtest::parse(&ran.stdout);
    let verdicts: HashMap<&str, bool> = printed
        .verdicts
        .iter()
        .map(|(name, passed)| (name.as_str(), *passed))
        .collect();
    let mut outcomes = Vec::new();
    let mut unknown = Vec::new();
    for name in names {
        let failure = match verdicts.get(name.as_str()) {
            Some(true) => None,
            Some(false) if printed.finished => Some(libtest::reason(
                printed.blocks.get(name).map_or("", String::as_str),
            )),
            // Nothing is known of it: another check took the process along, or this
            // one did.
            _ => {
                unknown.push(outcomes.len());
                None
            }
        };
        outcomes.push(Outcome {
            name: name.clone(),
            failure,
        });
    }
    let found = side_by_side(AT_A_TIME, &unknown, |at| run_alone(program, &names[*at]));
    for (at, failure) in unknown.iter().zip(found) {
        outcomes[*at].failure = failure?;
    }
    Ok(outcomes)
}

/// How many processes run at a time: most of them wait.
const AT_A_TIME: usize = 4;

/// What `run` makes of each of `items`, so many at a time.
pub fn side_by_side<T: Sync, R: Send>(
    at_a_time: usize,
    items: &[T],
    run: impl Fn(&T) -> Result<R> + Sync,
) -> Vec<Result<R>> {
    let next = AtomicUsize::new(0);
    let done = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for _ in 0..at_a_time.min(items.len()) {
            scope.spawn(|| {
                while let Some((at, item)) = {
                    let at = next.fetch_add(1, Ordering::Relaxed);
                    items.get(at).map(|item| (at, item))
                } {
                    let result = run(item);
                    let mut done = done.lock().unwrap_or_else(PoisonError::into_inner);
                    done.push((at, result));
                }
            });
        }
    });
    let mut done = done.into_inner().unwrap_or_else(PoisonError::into_inner);
    done.sort_by_key(|(at, _)| *at);
    done.into_iter().map(|(_, result)| result).collect()
}

/// Runs one check in a process of its own; the reason, if it fails.
fn run_alone(program: &Program, name: &str) -> Result<Option<Reason>> {
    let args = [&ARGUMENTS[..], &[name]].concat();
    let ran = run(program, &args, ALONE)?;
    let printed = libtest::parse(&ran.stdout);
    if printed.finished && ran.status.is_some_and(|status| status.success()) {
        return Ok(None);
    }
    if printed.finished
        && let Some(block) = printed.blocks.get(name)
    {
        return Ok(Some(libtest::reason(block)));
    }
    let message = match ran.status {
        None => "it doesn't end, or is too slow".to_owned(),
        Some(status) => match (
            libtest::last_words(&ran.stderr),
            status.signal(),
            status.code(),
        ) {
            (Some(words), _, _) => format!("{words} (and took the whole process along)"),
            (None, Some(signal), _) => {
                format!("it took the whole process along: signal {signal}")
            }
            (None, None, code) => format!(
                "it took the whole process along, with the exit status {}: does your code \
                 call `exit`?",
                code.unwrap_or(0)
            ),
        },
    };
    Ok(Some(Reason {
        message,
        ..Reason::default()
    }))
}

/// The places in the code that check `name` came through before it panicked,
/// innermost first.
pub fn frames(program: &Program, name: &str) -> Result<Vec<Place>> {
    let args = ["--ignored", "--exact", "--color=never", name];
    let ran = run_with(program, &args, ALONE, "1")?;
    Ok(libtest::frames(&ran.stdout))
}

struct Ran {
    /// How it ended; nothing if it had to be ended.
    status: Option<ExitStatus>,
    stdout: String,
    stderr: String,
}

fn run(program: &Program, args: &[&str], limit: Duration) -> Result<Ran> {
    run_with(program, args, limit, "0")
}

fn run_with(program: &Program, args: &[&str], limit: Duration, backtrace: &str) -> Result<Ran> {
    let error = |error: io::Error| failed("run", program.executable.display(), &error);
    let mut command = Command::new(program.executable);
    command
        .args(args)
        .current_dir(program.dir)
        .env("CARGO_MANIFEST_DIR", program.dir)
        .env("RUST_BACKTRACE", backtrace)
        .env("CHECKS_IN_A_HURRY", "1")
        .env("NO_COLOR", "1")
        .env_remove("RUST_TEST_THREADS")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    if let Some(number) = program.candidate {
        // A function has room on the stack for each body that it chooses from.
        let stack = (MERGED_STACK << 20).to_string();
        command.env("CANDIDATE", number.to_string());
        command.env("RUST_MIN_STACK", stack);
    }
    let mut child = command.spawn().map_err(error)?;
    let registered = children::register(&child);
    let (ended, end) = mpsc::channel();
    let stdout = child.stdout.take().map(|pipe| collect(pipe, Some(ended)));
    let stderr = child.stderr.take().map(|pipe| collect(pipe, None));
    let in_time = end.recv_timeout(limit).is_ok();
    if !in_time {
        child.kill().map_err(error)?;
    }
    let status = child.wait().map_err(error)?;
    drop(registered);
    let text = |thread: Option<thread::JoinHandle<String>>| {
        thread
            .and_then(|thread| thread.join().ok())
            .unwrap_or_default()
    };
    Ok(Ran {
        status: in_time.then_some(status),
        stdout: without_detours(&text(stdout)),
        stderr: text(stderr),
    })
}

/// Reads a pipe to its end on a thread, then says so.
fn collect(
    mut pipe: impl Read + Send + 'static,
    ended: Option<mpsc::Sender<()>>,
) -> thread::JoinHandle<String> {
    thread::spawn(move || {
        let mut bytes = Vec::new();
        let _ = pipe.read_to_end(&mut bytes);
        if let Some(ended) = ended {
            let _ = ended.send(());
        }
        String::from_utf8_lossy(&bytes).into_owned()
    })
}
