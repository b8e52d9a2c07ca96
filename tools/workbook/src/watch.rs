//! `watch`: checks again whenever the reader saves.

use std::path::Path;
use std::thread;
use std::time::{Duration, SystemTime};

use crate::chapters::{Chapter, Workspace};
use crate::check;
use crate::console::{self, Look, paint, say};
use crate::error::{Error, Result};
use crate::exercises::Exercise;

/// How often the files are looked at. (Watching through the system would be a
/// dependency on each system, for a few files.)
const EVERY: Duration = Duration::from_millis(200);

/// `watch N[.M]`; ended by Ctrl-C.
pub fn watch(asked: &str) -> Result<()> {
    let mut patience = 0;
    loop {
        // Read anew each time: heads, checks and mistakes may have changed too.
        let workspace = Workspace::find()?;
        let exercises = match workspace.exercises(asked) {
            Ok(exercises) => exercises,
            // Many editors save by putting a new file in the place of the old one;
            // for a moment there is none.
            Err(_) if patience > 0 => {
                patience -= 1;
                thread::sleep(EVERY);
                continue;
            }
            Err(error) => return Err(error),
        };
        patience = 10;
        let before = state(&exercises);
        if console::on_terminal() && console::colours() {
            say!("\x1b[2J\x1b[3J\x1b[H");
        }
        match check::run(&workspace, &exercises) {
            Ok(checked) => check::show_all(&workspace, &checked),
            Err(Error::Said) => {}
            Err(error) => return Err(error),
        }
        say!(
            "  {}",
            paint(Look::Dim, "Waiting for you to save. Ctrl-C ends it.")
        );
        while state(&exercises) == before {
            if console::nobody_reads() {
                return Ok(());
            }
            thread::sleep(EVERY);
        }
    }
}

/// What changes when one of the files is saved: its time and its length.
fn state(exercises: &[(&Chapter, &Exercise)]) -> Vec<Option<(SystemTime, u64)>> {
    let look = |path: &Path| {
        let about = path.metadata().ok()?;
        Some((about.modified().ok()?, about.len()))
    };
    exercises
        .iter()
        .flat_map(|(_, exercise)| [look(&exercise.file), look(&exercise.checks())])
        .collect()
}
