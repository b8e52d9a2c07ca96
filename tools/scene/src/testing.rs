//! A chapter's scenes as a test.

use std::collections::VecDeque;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::{env, thread};

use crate::event::Verdict;
use crate::format::{Scene, scenes};
use crate::play::Stage;

/// Plays every scene of the chapter at `manifest_dir`, several at a time, with the
/// programs that were built beside the running test. With `SCENE=NAME` in the
/// environment, only those whose name contains `NAME`.
///
/// A chapter's `tests/all/book.rs` is this and nothing else:
///
/// ```no_run
/// #[test]
/// fn the_book_is_true() {
///     scene::testing::play_chapter(env!("CARGO_MANIFEST_DIR"));
/// }
/// ```
///
/// # Panics
///
/// With the reports of all scenes that differ; also if there are no scenes.
#[track_caller]
pub fn play_chapter(manifest_dir: &str) {
    let chapter = Path::new(manifest_dir);
    let filter = env::var("SCENE").unwrap_or_default();
    if let Err(failures) = play_scenes(chapter, &filter) {
        panic!("\n\n{failures}");
    }
}

/// Plays the scenes whose name contains `filter`; an error is the text of all
/// failures.
fn play_scenes(chapter: &Path, filter: &str) -> Result<(), String> {
    let scenes = scenes(chapter)
        .map_err(|error| format!("read {}: {error}", chapter.join("scenes").display()))?;
    if scenes.is_empty() {
        return Err(format!(
            "there is no scene: {}/scenes/*.console",
            chapter.display()
        ));
    }
    let chosen: VecDeque<PathBuf> = scenes
        .into_iter()
        .filter(|path| {
            path.file_stem()
                .is_some_and(|name| name.to_string_lossy().contains(filter))
        })
        .collect();
    let count = chosen.len();
    let stage = Stage::new(programs()?).files(chapter);
    let queue = Mutex::new(chosen);
    let failures = Mutex::new(Vec::new());
    // Scenes wait for one another's processes more than they compute.
    let threads = 2 * thread::available_parallelism().map_or(1, usize::from);
    thread::scope(|scope| {
        for _ in 0..threads.min(count) {
            scope.spawn(|| {
                loop {
                    let next = queue
                        .lock()
                        .unwrap_or_else(PoisonError::into_inner)
                        .pop_front();
                    let Some(path) = next else { break };
                    if let Some(failure) = play_one(&path, &stage) {
                        let mut failures = failures.lock().unwrap_or_else(PoisonError::into_inner);
                        failures.push((path, failure));
                    }
                }
            });
        }
    });
    let mut failures = failures
        .into_inner()
        .unwrap_or_else(PoisonError::into_inner);
    if failures.is_empty() {
        return Ok(());
    }
    failures.sort();
    let mut text = String::new();
    for (_, failure) in &failures {
        text.push_str(failure.trim_end());
        text.push_str("\n\n");
    }
    text.push_str(&format!("{} of {count} scenes differ", failures.len()));
    Err(text)
}

/// Why the scene at `path` fails, if it does. One that is skipped says so.
fn play_one(path: &Path, stage: &Stage) -> Option<String> {
    let scene = match Scene::load(path) {
        Ok(scene) => scene,
        Err(error) => return Some(error.to_string()),
    };
    match stage.play(&scene, &mut |_| {}) {
        Verdict::AsWritten => None,
        Verdict::Skipped(why) => {
            // Not by println!, which the harness keeps to itself when a test passes:
            // what was not tested should be seen.
            let _ = writeln!(io::stderr(), "{}: {why}", scene.name);
            None
        }
        Verdict::Differs(report) => Some(report.to_string()),
    }
}

/// The folder of the programs: `target/debug`, where the running test is
/// `target/debug/deps/book-...`.
fn programs() -> Result<PathBuf, String> {
    let test = env::current_exe().map_err(|error| format!("find the programs: {error}"))?;
    match test.parent().and_then(Path::parent) {
        Some(programs) => Ok(programs.to_owned()),
        None => Err(format!("no programs beside {}", test.display())),
    }
}
