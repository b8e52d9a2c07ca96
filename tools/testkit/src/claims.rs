use std::io::{self, Read, Seek, Write};
use std::os::unix::process::CommandExt;
use std::process::Stdio;

use rustix::process::{Pid, Signal, WaitId, WaitIdOptions, kill_process_group, waitid};

use crate::{Peer, peer};

/// Runs every claim of a Python script, which are its public functions: each is named
/// after what it shows, and raises an exception if that is not so. The script is given
/// the arguments.
///
/// A claim about a package is skipped where Python doesn't have it, and says so.
///
/// # Panics
///
/// If a claim fails, with what Python says of it; if the script has none; if a package
/// is missing and the environment says `PEERS=required`.
pub fn claims(script: &str, arguments: &[&str]) {
    if let Some(python) = peer("python3") {
        run(&python, script, arguments).unwrap_or_else(|what| panic!("{script}: {what}"));
    }
}

fn run(python: &Peer, script: &str, arguments: &[&str]) -> Result<(), String> {
    let failed = |error: io::Error| format!("can't be run: {error}");
    let mut command = python.command();
    command.args(["-c", include_str!("claims.py"), script]);
    if surroundings::peers_are_required() {
        command.env("PEERS", "required");
    }
    // A file and no pipe, which would be held open by a child that was left behind.
    let mut log = tempfile::tempfile().map_err(failed)?;
    let mut child = command
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(log.try_clone().map_err(failed)?)
        .process_group(0)
        .spawn()
        .map_err(failed)?;
    if let Some(group) = i32::try_from(child.id()).ok().and_then(Pid::from_raw) {
        // It ends, and its number stays its own until it has been waited for below.
        let ended = WaitIdOptions::EXITED | WaitIdOptions::NOWAIT;
        let _ = waitid(WaitId::Pid(group), ended);
        let _ = kill_process_group(group, Signal::KILL);
    }
    let status = child.wait();
    let mut said = String::new();
    log.rewind().map_err(failed)?;
    log.read_to_string(&mut said).map_err(failed)?;
    if !status.map_err(failed)?.success() {
        return Err(said);
    }
    for line in said.lines() {
        if let Some(missing) = line.find("peer missing") {
            // As `peer` does: a skipped test should be seen.
            let _ = writeln!(io::stderr(), "{}", line[missing..].trim_matches('\''));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    /// What becomes of a script; nothing where there is no Python.
    fn tried(script: &str) -> Option<Result<(), String>> {
        let python = peer("python3")?;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("script.py");
        fs::write(&path, script).unwrap();
        Some(run(&python, path.to_str().unwrap(), &[]))
    }

    #[test]
    fn what_is_true_is_passed_over() {
        let script = "from claims import tcp_pair\ndef one_is_one():\n    assert 1 == 1\n";
        if let Some(tried) = tried(script) {
            assert_eq!(tried, Ok(()));
        }
    }

    #[test]
    fn what_is_false_is_called_by_its_name() {
        if let Some(tried) = tried("def one_is_two():\n    assert 1 == 2\n") {
            let said = tried.unwrap_err();
            assert!(said.contains("one is two"), "{said}");
        }
    }

    #[test]
    fn nothing_claimed_is_nothing_shown() {
        if let Some(tried) = tried("def _one_is_one():\n    assert 1 == 1\n") {
            assert!(tried.is_err());
        }
    }

    #[test]
    fn what_a_claim_leaves_behind_holds_nobody_up() {
        let script = "import os, time\ndef leaves():\n    os.fork() or time.sleep(1000)\n";
        if let Some(tried) = tried(script) {
            assert_eq!(tried, Ok(()));
        }
    }
}
