use std::io::{self, Write};

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
        run(&python, script, arguments);
    }
}

fn run(python: &Peer, script: &str, arguments: &[&str]) {
    let mut command = python.command();
    command.args(["-c", include_str!("claims.py"), script]);
    if surroundings::peers_are_required() {
        command.env("PEERS", "required");
    }
    let output = command
        .args(arguments)
        .output()
        .unwrap_or_else(|error| panic!("run {}: {error}", python.name()));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{script}\n{said}");
    for line in said.lines() {
        if let Some(missing) = line.find("peer missing") {
            // As `peer` does: a skipped test should be seen.
            let _ = writeln!(io::stderr(), "{}", line[missing..].trim_matches('\''));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    /// What is said of a script, or nothing if its claims are true.
    fn said(script: &str) -> Option<String> {
        let python = peer("python3")?;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("script.py");
        fs::write(&path, script).unwrap();
        let failed =
            std::panic::catch_unwind(|| run(&python, path.to_str().unwrap(), &[])).err()?;
        Some(failed.downcast_ref::<String>().unwrap().clone())
    }

    #[test]
    fn what_is_true_is_passed_over() {
        let script = "from claims import tcp_pair\ndef one_is_one():\n    assert 1 == 1\n";
        assert_eq!(said(script), None);
    }

    #[test]
    fn what_is_false_is_called_by_its_name() {
        if crate::find_peer("python3").is_none() {
            return;
        }
        let said = said("def one_is_two():\n    assert 1 == 2\n").unwrap();
        assert!(said.contains("one is two"), "{said}");
    }

    #[test]
    fn nothing_claimed_is_nothing_shown() {
        if crate::find_peer("python3").is_none() {
            return;
        }
        assert!(said("def _one_is_one():\n    assert 1 == 1\n").is_some());
    }
}
