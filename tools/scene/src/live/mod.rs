//! What is alive right now, so that nothing outlives the scenes.
//!
//! Three things end a scene's processes and remove its folder: dropping the play,
//! also on a panic; [`kill_all`], for a Ctrl-C handler; and, should this process be
//! killed outright, a [`Guard`].

mod child;
mod guard;
mod ports;
mod process;

use std::collections::hash_map::RandomState;
use std::fs::{self, DirBuilder};
use std::hash::{BuildHasher, Hasher};
use std::os::unix::fs::DirBuilderExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::{env, io};

use rustix::process::{Pid, Signal, kill_process, kill_process_group};

use guard::Guard;

pub(crate) use child::may_have_many_descriptors;
pub(crate) use ports::{Ports, ephemeral};
pub(crate) use process::{Message, Process};

/// How the names of all processes' folders begin.
const FOLDERS: &str = "scenes-";

static LIVE: Mutex<Live> = Mutex::new(Live {
    groups: Vec::new(),
    folder: None,
    guard: None,
    plays: 0,
    epoch: 0,
});

struct Live {
    /// The process groups of the commands that run. A group's leader is not reaped
    /// before it is taken out, so that its number can't mean anybody else.
    groups: Vec<Pid>,
    /// The folder that holds all that the plays of this process write.
    folder: Option<PathBuf>,
    guard: Option<Guard>,
    /// How many working directories were made.
    plays: u64,
    /// How often everything was killed: a play of an earlier epoch starts nothing
    /// more.
    epoch: u64,
}

fn live() -> MutexGuard<'static, Live> {
    // Nothing here is left half done by a panic.
    LIVE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// While this is held, no command is started by anybody.
pub(crate) fn alone() -> impl Drop {
    live()
}

impl Live {
    /// The folder of this process, with a guard that watches it.
    fn folder(&mut self) -> io::Result<PathBuf> {
        if let Some(folder) = self.folder.as_ref().filter(|folder| folder.is_dir()) {
            return Ok(folder.clone());
        }
        let temporary = env::temp_dir();
        let random = RandomState::new().build_hasher().finish();
        let name = format!("{FOLDERS}{}-{random:016x}", std::process::id());
        let create = || {
            // Resolved, as programs will print it.
            let folder = temporary.canonicalize()?.join(name);
            DirBuilder::new().mode(0o700).create(&folder)?;
            fs::create_dir(folder.join(ports::FOLDER))?;
            Ok(folder)
        };
        let folder = create().map_err(|error: io::Error| {
            let what = format!("make a folder in {}: {error}", temporary.display());
            io::Error::new(error.kind(), what)
        })?;
        self.guard = Guard::start(&folder);
        self.folder = Some(folder.clone());
        Ok(folder)
    }
}

/// The folder of this process: all that its plays write is in it.
fn folder() -> io::Result<PathBuf> {
    live().folder()
}

/// The folders of one play: new, empty, removed on drop.
#[derive(Debug)]
pub(crate) struct Workdir {
    /// Holds the others.
    pub(crate) root: PathBuf,
    /// Where commands begin.
    pub(crate) path: PathBuf,
    /// Where their settings and temporary files would be.
    pub(crate) home: PathBuf,
    epoch: u64,
}

impl Workdir {
    pub(crate) fn new() -> io::Result<Workdir> {
        let mut live = live();
        let folder = live.folder()?;
        live.plays += 1;
        let root = folder.join(live.plays.to_string());
        let workdir = Workdir {
            path: root.join("scene"),
            home: root.join("home"),
            root,
            epoch: live.epoch,
        };
        for folder in [&workdir.root, &workdir.path, &workdir.home] {
            fs::create_dir(folder)?;
        }
        Ok(workdir)
    }

    /// Starts a command that leads a process group of its own.
    pub(crate) fn spawn(&self, command: &mut Command) -> io::Result<(Child, Pid)> {
        // Held from before the start until the group is on the list, so that nobody
        // who kills can miss it.
        let mut live = live();
        if live.epoch != self.epoch {
            return Err(io::Error::other("everything was stopped"));
        }
        command.current_dir(&self.path).process_group(0);
        child::prepare(command);
        let child = command.spawn()?;
        let group = Pid::from_child(&child);
        live.groups.push(group);
        if let Some(guard) = &mut live.guard {
            guard.add(group);
        }
        Ok((child, group))
    }
}

impl Drop for Workdir {
    fn drop(&mut self) {
        remove(&self.root);
    }
}

/// Removes a folder into which a process that was just killed may still write.
fn remove(folder: &Path) {
    for _ in 0..3 {
        match fs::remove_dir_all(folder) {
            Err(error) if error.kind() == io::ErrorKind::DirectoryNotEmpty => {}
            _ => return,
        }
    }
}

/// Kills the group and takes it off the list. Its leader may be reaped after that.
pub(crate) fn kill(group: Pid) {
    let mut live = live();
    // Fails when it has ended, which is as good.
    let _ = kill_process_group(group, Signal::KILL);
    // Also if it has moved into another group.
    let _ = kill_process(group, Signal::KILL);
    live.groups.retain(|other| *other != group);
    if let Some(guard) = &mut live.guard {
        guard.remove(group);
    }
}

/// Ends everything that is being played right now: kills the processes and removes
/// the working directories. For a Ctrl-C handler.
///
/// Plays that were going on report a difference and start nothing more; new ones
/// can be started.
pub fn kill_all() {
    let mut live = live();
    live.epoch += 1;
    for group in &live.groups {
        let _ = kill_process_group(*group, Signal::KILL);
    }
    if let Some(folder) = &live.folder {
        remove(folder);
    }
}
