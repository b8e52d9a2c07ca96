//! Runs checks, and survives those that take their process along.

use std::collections::HashMap;
use std::io::{self, Read};
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use crate::children;
use crate::error::{Result, failed};
use crate::libtest::{self, Place, Reason};

/// How long all checks of an executable may take together. Every check has a
/// deadline of its own; this is for one that escapes it.
const TOGETHER: Duration = Duration::from_secs(60);
/// How long one check may take when it is run alone.
const ALONE: Duration = Duration::from_secs(15);

/// What became of one check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// Its full name: `delimiter::checks::one_line`.
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

/// The names of the checks (ignored tests) in `executable`.
pub fn list(executable: &Path, dir: &Path) -> Result<Vec<String>> {
    let ran = run(executable, dir, &["--list", "--ignored"], ALONE)?;
    Ok(libtest::parse_list(&ran.stdout))
}

/// Runs the checks `names` of `executable` in `dir`, a package's folder.
pub fn run_checks(executable: &Path, dir: &Path, names: &[String]) -> Result<Vec<Outcome>> {
    if names.is_empty() {
        return Ok(Vec::new());
    }
    let mut args = vec!["--ignored", "--exact", "--format=pretty", "--color=never"];
    args.extend(names.iter().map(String::as_str));
    let ran = run(executable, dir, &args, TOGETHER)?;
    let printed = libtest::parse(&ran.stdout);
    let verdicts: HashMap<&str, bool> = printed
        .verdicts
        .iter()
        .map(|(name, passed)| (name.as_str(), *passed))
        .collect();
    names
        .iter()
        .map(|name| {
            let failure = match verdicts.get(name.as_str()) {
                Some(true) => None,
                Some(false) if printed.finished => Some(libtest::reason(
                    printed.blocks.get(name).map_or("", String::as_str),
                )),
                // Nothing is known of it: another check took the process along, or
                // this one did.
                _ => run_alone(executable, dir, name)?,
            };
            Ok(Outcome {
                name: name.clone(),
                failure,
            })
        })
        .collect()
}

/// Runs one check in a process of its own; the reason, if it fails.
fn run_alone(executable: &Path, dir: &Path, name: &str) -> Result<Option<Reason>> {
    let args = [
        "--ignored",
        "--exact",
        "--format=pretty",
        "--color=never",
        name,
    ];
    let ran = run(executable, dir, &args, ALONE)?;
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
        None => format!("it had not ended after {} seconds", ALONE.as_secs()),
        Some(status) => match (
            libtest::last_words(&ran.stderr),
            status.signal(),
            status.code(),
        ) {
            (Some(words), _, _) => format!("it took the whole process along:\n{words}"),
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
pub fn frames(executable: &Path, dir: &Path, name: &str) -> Result<Vec<Place>> {
    let args = ["--ignored", "--exact", "--color=never", name];
    let ran = run_with(executable, dir, &args, ALONE, "1")?;
    Ok(libtest::frames(&ran.stdout))
}

struct Ran {
    /// How it ended; nothing if it had to be ended.
    status: Option<ExitStatus>,
    stdout: String,
    stderr: String,
}

fn run(executable: &Path, dir: &Path, args: &[&str], limit: Duration) -> Result<Ran> {
    run_with(executable, dir, args, limit, "0")
}

fn run_with(
    executable: &Path,
    dir: &Path,
    args: &[&str],
    limit: Duration,
    backtrace: &str,
) -> Result<Ran> {
    let error = |error: io::Error| failed("run", executable.display(), &error);
    let mut command = Command::new(executable);
    command
        .args(args)
        .current_dir(dir)
        .env("CARGO_MANIFEST_DIR", dir)
        .env("RUST_BACKTRACE", backtrace)
        .env("CHECKS_IN_A_HURRY", "1")
        .env("NO_COLOR", "1")
        .env_remove("RUST_TEST_THREADS")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
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
        stdout: text(stdout),
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
