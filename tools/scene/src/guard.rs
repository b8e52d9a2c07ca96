//! What is alive right now, so that nothing outlives the scenes.
//!
//! Three things end a scene's processes and remove its folder: dropping the play,
//! also on a panic; [`kill_all`], for a Ctrl-C handler; and, should this process be
//! killed outright, a *guard*: a small shell that waits for the end of its input,
//! which the system brings about whichever way this process ends.

use std::collections::hash_map::RandomState;
use std::fs::{self, DirBuilder, File};
use std::hash::{BuildHasher, Hasher};
use std::io::{self, Write};
use std::os::unix::fs::DirBuilderExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::{env, process};

use rustix::process::{
    Pid, Resource, Rlimit, Signal, getrlimit, kill_process, kill_process_group, setrlimit,
};

/// Reads `+ GROUP` and `- GROUP`; at the end kills the groups that are left and
/// removes the folder. It ignores what a terminal sends to everybody.
const GUARD: &str = r#"
trap '' HUP INT QUIT TERM PIPE
groups=' '
while read -r sign group; do
  case $sign in
    +) groups="$groups$group " ;;
    -) groups="${groups%% $group *} ${groups#* $group }" ;;
  esac
done
for group in $groups; do kill -KILL "-$group"; done
rm -rf -- "$1" || rm -rf -- "$1"
"#;

/// How the names of all processes' folders begin.
const FOLDERS: &str = "scenes-";

/// The folder within them that holds a file for each port that is reserved.
const PORTS: &str = "ports";

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
    /// The guard's input.
    guard: Option<ChildStdin>,
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
    fn tell(&mut self, sign: char, group: Pid) {
        if let Some(guard) = &mut self.guard {
            // Without a guard it is still dropped and killed as it should be.
            let _ = writeln!(guard, "{sign} {}", group.as_raw_nonzero());
        }
    }

    /// The folder of this process, with a guard that watches it.
    fn folder(&mut self) -> io::Result<PathBuf> {
        if let Some(folder) = self.folder.as_ref().filter(|folder| folder.is_dir()) {
            return Ok(folder.clone());
        }
        let temporary = env::temp_dir();
        let random = RandomState::new().build_hasher().finish();
        let name = format!("{FOLDERS}{}-{random:016x}", process::id());
        let create = || {
            // Resolved, as programs will print it.
            let folder = temporary.canonicalize()?.join(name);
            DirBuilder::new().mode(0o700).create(&folder)?;
            fs::create_dir(folder.join(PORTS))?;
            Ok(folder)
        };
        let folder = create().map_err(|error: io::Error| {
            let what = format!("make a folder in {}: {error}", temporary.display());
            io::Error::new(error.kind(), what)
        })?;
        self.guard = start_guard(&folder).ok().flatten();
        self.folder = Some(folder.clone());
        Ok(folder)
    }
}

/// A port that no other play will be given, of this process or of another one of
/// the same person's, until this is dropped.
///
/// It is a file in the folder of this process, and so gone when that is.
#[derive(Debug)]
pub(crate) struct Reservation {
    path: PathBuf,
}

impl Reservation {
    /// Reserves `port`, unless somebody has.
    pub(crate) fn new(port: u16) -> io::Result<Option<Reservation>> {
        let folder = live().folder()?;
        let path = folder.join(PORTS).join(port.to_string());
        match File::create_new(&path) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => return Ok(None),
            created => created?,
        };
        let reservation = Reservation { path };
        // Looked for only now: of two who want the same port at least one sees the
        // other's file, and does without.
        let others = folder.parent().map(fs::read_dir).transpose()?;
        let taken = others.into_iter().flatten().flatten().any(|other| {
            other.path() != folder
                && other.file_name().to_string_lossy().starts_with(FOLDERS)
                && other.path().join(PORTS).join(port.to_string()).exists()
        });
        Ok((!taken).then_some(reservation))
    }
}

impl Drop for Reservation {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.path); // gone already, if everything is
    }
}

fn start_guard(folder: &Path) -> io::Result<Option<ChildStdin>> {
    let guard = Command::new("/bin/sh")
        .args(["-c", GUARD, "guard"])
        .arg(folder)
        .current_dir("/")
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .process_group(0)
        .spawn()?;
    Ok(guard.stdin)
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
        // SAFETY: between fork and exec only what is async-signal-safe may be called;
        // signal(2) and fcntl(2) are, and getrlimit and setrlimit are bare system
        // calls.
        unsafe {
            command.pre_exec(heed_signals).pre_exec(inherit_nothing);
            command.pre_exec(limit_descriptors);
        }
        let child = command.spawn()?;
        let group = Pid::from_child(&child);
        live.groups.push(group);
        live.tell('+', group);
        Ok((child, group))
    }
}

impl Drop for Workdir {
    fn drop(&mut self) {
        remove(&self.root);
    }
}

/// Makes the signals of a terminal mean what they mean there. Whoever started this
/// process may have ignored them, as a shell does for a command with `&` and nohup
/// does, and what is ignored stays so in every child.
fn heed_signals() -> io::Result<()> {
    for signal in [libc::SIGHUP, libc::SIGINT, libc::SIGQUIT, libc::SIGTERM] {
        // SAFETY: to restore the default is sound in any process.
        if unsafe { libc::signal(signal, libc::SIG_DFL) } == libc::SIG_ERR {
            return Err(io::Error::last_os_error());
        }
    }
    Ok(())
}

/// Lets the program have its input, its output and its errors, and no descriptor
/// beyond. A terminal or a make may leave others open for all that they start, and
/// the number of a program's own first descriptor would not be 3 then.
fn inherit_nothing() -> io::Result<()> {
    for descriptor in 3..256 {
        // SAFETY: a number that is no descriptor is refused and does no harm; one
        // that is will be closed by exec, after which nobody here can use it.
        unsafe { libc::fcntl(descriptor, libc::F_SETFD, libc::FD_CLOEXEC) };
    }
    Ok(())
}

/// How many descriptors a command may have open until it asks for more. Systems
/// differ by a factor of thousands, and a server shows how many it has.
const DESCRIPTORS: u64 = 1024;

/// How many it may ask for at least, where a scene needs many.
const MANY_DESCRIPTORS: u64 = 4096;

fn limit_descriptors() -> io::Result<()> {
    let maximum = getrlimit(Resource::Nofile).maximum;
    let limit = Rlimit {
        current: Some(DESCRIPTORS.min(maximum.unwrap_or(u64::MAX))),
        maximum,
    };
    Ok(setrlimit(Resource::Nofile, limit)?)
}

/// Whether a command may ask for many descriptors.
pub(crate) fn may_have_many_descriptors() -> bool {
    let most = getrlimit(Resource::Nofile).maximum; // none is no limit
    most.is_none_or(|most| most >= MANY_DESCRIPTORS)
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
    live.tell('-', group);
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
