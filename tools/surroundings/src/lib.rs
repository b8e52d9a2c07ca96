//! What is around the workbook's programs: where outside programs are found, and
//! an environment in which a program runs the same for everybody.

use std::env;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::Duration;

/// Where systems keep servers, which not everybody's PATH names.
const SERVERS: [&str; 3] = ["/usr/local/sbin", "/usr/sbin", "/sbin"];

/// Variables of the person's that stay as they are: without its libraries a
/// program does not start. All others go. Among them are those by which a program
/// finds the person's settings (`CURL_HOME`, `XDG_CONFIG_HOME`), proxies, keys and
/// passwords, speaks another language, or does more than it was asked to
/// (`SSLKEYLOGFILE`), and nobody can list them all.
const KEPT: [&str; 3] = [
    "LD_LIBRARY_PATH",
    "DYLD_LIBRARY_PATH",
    "DYLD_FALLBACK_LIBRARY_PATH",
];

/// Variables that are the same for everybody.
const FIXED: [(&str, &str); 6] = [
    ("LC_ALL", "C.UTF-8"),
    ("NO_COLOR", "1"),
    // Or it leaves a folder beside the chapter's files.
    ("PYTHONDONTWRITEBYTECODE", "1"),
    ("PYTHONUNBUFFERED", "1"),
    ("TERM", "dumb"),
    ("TZ", "UTC"),
];

/// The home of somebody who has none: no settings are read from it, and nothing is
/// left there.
const NO_HOME: &str = "/nonexistent";

/// The folders in which programs are looked for: those of PATH, then those of
/// servers.
pub fn search_path() -> Vec<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    // One that is relative means another folder to each program.
    let mut folders: Vec<PathBuf> = env::split_paths(&path)
        .filter(|folder| folder.is_absolute())
        .collect();
    for servers in SERVERS.map(PathBuf::from) {
        if !folders.contains(&servers) {
            folders.push(servers);
        }
    }
    folders
}

/// The value of PATH that names `folders`.
pub fn join(folders: impl IntoIterator<Item = PathBuf>) -> OsString {
    // A folder with a colon in its name can't be on any PATH.
    let nameable = |folder: &PathBuf| env::join_paths([folder]).is_ok();
    env::join_paths(folders.into_iter().filter(nameable)).unwrap_or_default()
}

/// The program `name` in the first of `folders` that has it.
pub fn find_in(name: &str, folders: impl IntoIterator<Item = PathBuf>) -> Option<PathBuf> {
    folders
        .into_iter()
        .map(|folder| folder.join(name))
        .find(|file| {
            fs::metadata(file)
                .is_ok_and(|about| about.is_file() && about.permissions().mode() & 0o111 != 0)
        })
}

/// The outside program `name`, if this system has it.
pub fn find(name: &str) -> Option<PathBuf> {
    find_in(name, search_path())
}

/// Whether a peer that is missing is a failure (`PEERS=required`, as in CI) and not
/// a reason to skip what needs it.
pub fn peers_are_required() -> bool {
    env::var_os("PEERS").is_some_and(|peers| peers == "required")
}

/// Gives `command` surroundings that are the same for everybody. What was set for
/// it by name stays.
///
/// Its home and its folder for temporary files are `home`; without one it has no
/// home, and its temporary files are where the person's are.
pub fn fix(command: &mut Command, home: Option<&Path>) {
    let chosen: Vec<OsString> = command.get_envs().map(|(name, _)| name.into()).collect();
    let is_free = |name: &OsStr| !chosen.iter().any(|chosen| chosen == name);
    for (name, _) in env::vars_os() {
        let stays = KEPT.iter().any(|kept| name == *kept) || home.is_none() && name == "TMPDIR";
        if is_free(&name) && !stays {
            command.env_remove(name);
        }
    }
    let places = [
        ("HOME", home.unwrap_or(Path::new(NO_HOME)).into()),
        ("PATH", join(search_path())),
    ];
    let temporary = home.map(|home| ("TMPDIR", home.into()));
    let fixed = FIXED.map(|(name, value)| (name, value.into()));
    for (name, value) in places.into_iter().chain(temporary).chain(fixed) {
        if is_free(name.as_ref()) {
            command.env(name, value);
        }
    }
}

/// At most so many times as long is waited for on a busy machine.
const MOST_PATIENCE: f64 = 30.0;

/// How long to wait for what takes less than `limit` on a machine that does nothing
/// else: longer on one that does, right now, since a limit is there to end what hangs
/// and not what is slow. Ask again when the time is over: the machine may have
/// become busy meanwhile.
pub fn patience(limit: Duration) -> Duration {
    let cores = thread::available_parallelism().map_or(1, usize::from);
    limit.mul_f64(stretch(load(), cores))
}

fn stretch(load: f64, cores: usize) -> f64 {
    (1.0 + load / cores as f64).clamp(1.0, MOST_PATIENCE)
}

/// How many processes have run or wanted to, on average over the last minute.
fn load() -> f64 {
    let mut load = [0.0];
    // SAFETY: it writes one number, for which there is room.
    match unsafe { libc::getloadavg(load.as_mut_ptr(), 1) } {
        1 => load[0],
        _ => 0.0, // the system does not say
    }
}

/// The command that does `what`, as this reader types it: `just check 5.2` for one
/// who came through just, `cargo workbook check 5.2` for one who did not.
pub fn command_text(what: &str) -> String {
    let base = if env::var_os("WORKBOOK_COMMAND").is_some_and(|command| command == "just") {
        "just"
    } else {
        "cargo workbook"
    };
    format!("{base} {what}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patience_grows_with_what_else_the_machine_does() {
        assert_eq!(stretch(0.0, 2), 1.0);
        assert_eq!(stretch(2.0, 2), 2.0);
        assert_eq!(stretch(30.0, 2), 16.0);
        assert_eq!(stretch(30.0, 64), 1.46875);
        assert_eq!(stretch(1e9, 1), MOST_PATIENCE);
        assert!(load() >= 0.0);
        assert!(patience(Duration::from_secs(1)) >= Duration::from_secs(1));
    }
}
