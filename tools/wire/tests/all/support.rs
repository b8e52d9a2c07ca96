//! The wires there are, and whether this machine can play them.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::{Mutex, PoisonError};
use std::thread;

use layout::Workspace;

/// A wire that a chapter has.
pub struct Found {
    pub chapter: String,
    pub scene: String,
    pub file: PathBuf,
}

/// All wires of all chapters; with `SCENE=NAME` in the environment, those whose name
/// contains it.
pub fn wires() -> Vec<Found> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let filter = std::env::var("SCENE").unwrap_or_default();
    let mut wires = Vec::new();
    for chapter in Workspace::read(&root).unwrap().chapters {
        for wire in chapter.wires().unwrap() {
            if wire.name.contains(&filter) {
                wires.push(Found {
                    chapter: chapter.folder.clone(),
                    scene: wire.name,
                    file: wire.file,
                });
            }
        }
    }
    assert!(!wires.is_empty(), "no chapter has a wire");
    wires
}

/// Whether a scene can be captured here. Where peers are required, it must be: in CI only
/// a system that is not Linux is excused.
pub fn can_play() -> bool {
    match wire::network::probe(Path::new(env!("CARGO_BIN_EXE_wire"))) {
        Ok(()) => true,
        Err(why) if surroundings::peers_are_required() && cfg!(target_os = "linux") => {
            panic!("{why} (PEERS=required)")
        }
        Err(why) => {
            // Not by println!, which the harness keeps to itself when a test passes.
            let _ = writeln!(io::stderr(), "{why} (skipped)");
            false
        }
    }
}

/// Plays the scene in a network of its own.
pub fn play(found: &Found, args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_wire"));
    command.args([&found.chapter, &found.scene]).args(args);
    command.stdin(Stdio::null()).output().unwrap()
}

/// Does something with each wire, several at a time, and panics with all that failed.
pub fn each(wires: &[Found], check: impl Fn(&Found) -> Result<(), String> + Sync) {
    let queue = Mutex::new(wires.iter());
    let failures = Mutex::new(Vec::new());
    let lock = || queue.lock().unwrap_or_else(PoisonError::into_inner).next();
    thread::scope(|scope| {
        // They wait for one another's processes more than they compute.
        for _ in 0..2 * thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(|| {
                while let Some(found) = lock() {
                    if let Err(why) = check(found) {
                        let name = found.file.display();
                        failures.lock().unwrap().push(format!("{name}: {why}"));
                    }
                }
            });
        }
    });
    let failures = failures.into_inner().unwrap();
    assert!(failures.is_empty(), "\n\n{}\n", failures.join("\n\n"));
}
