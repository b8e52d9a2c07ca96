//! `watch`: checks again whenever the reader saves.

use std::env;
use std::path::Path;
use std::process::Command;
use std::thread;
use std::time::{Duration, SystemTime};

use layout::{Exercise, Workspace};

use crate::asked;
use crate::children;
use crate::console::{self, Look, paint, say};
use crate::error::{Error, Result, failed};

/// How often the files are looked at. (Watching through the system would be a
/// dependency on each system, for a few files.)
const EVERY: Duration = Duration::from_millis(100);

/// `watch N[.M]`; ended by Ctrl-C. Each check is a process of its own, so that one
/// that hangs is given up at the next save.
pub fn watch(workspace: &Workspace, asked: &str) -> Result<()> {
    let exercises = asked::exercises(workspace, asked)?;
    let this = env::current_exe().map_err(|error| failed("find", "this program", &error))?;
    loop {
        let before = state(&exercises);
        if console::on_terminal() && console::colours() {
            say!("\x1b[2J\x1b[3J\x1b[H");
        }
        let mut check = Command::new(&this)
            .args(["check", asked])
            .spawn()
            .map_err(|error| failed("run", "check", &error))?;
        let registered = children::register(&check);
        let mut ended = false;
        // Many editors save by putting a new file in the place of the old one; for a
        // moment there is none.
        while state(&exercises) == before || !exercises.iter().all(|one| one.file.is_file()) {
            if !ended && matches!(check.try_wait(), Ok(Some(_))) {
                ended = true;
                let waiting = "Waiting for you to save. Ctrl-C ends it.";
                say!("  {}", paint(Look::Dim, waiting));
            }
            if console::nobody_reads() {
                return Ok(());
            }
            thread::sleep(EVERY);
        }
        if !ended {
            children::end(&check);
            check
                .wait()
                .map_err(|error| Error::Failed(format!("wait for check: {error}")))?;
        }
        drop(registered);
    }
}

/// What changes when one of the files is saved: its time and its length.
fn state(exercises: &[&Exercise]) -> Vec<Option<(SystemTime, u64)>> {
    let look = |path: &Path| {
        let metadata = path.metadata().ok()?;
        Some((metadata.modified().ok()?, metadata.len()))
    };
    exercises
        .iter()
        .flat_map(|exercise| [look(&exercise.file), look(&exercise.checks())])
        .collect()
}
