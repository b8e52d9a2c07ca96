use std::path::Path;

use crate::{Peer, peer};

/// Runs every claim of the chapter at `folder` about Python, which are the public
/// functions of `python/from_python.py`: each is named after what it shows, and raises
/// an exception if that is not so. The script is given the arguments.
///
/// # Panics
///
/// If one of them fails, with what Python says of it, or if the script has none.
pub fn claims(folder: &str, arguments: &[&Path]) {
    if let Some(python) = peer("python3") {
        let script = Path::new(folder).join("python/from_python.py");
        run(&python, &script, arguments);
    }
}

fn run(python: &Peer, script: &Path, arguments: &[&Path]) {
    let output = python
        .command()
        .args(["-B", "-c", include_str!("claims.py")]) // `-B`: no `__pycache__`
        .arg(script)
        .args(arguments)
        .env_remove("PYTHONOPTIMIZE") // it would take away every `assert`
        .output()
        .unwrap_or_else(|error| panic!("run {}: {error}", python.name()));
    assert!(
        output.status.success(),
        "{}\n{}",
        script.display(),
        String::from_utf8_lossy(&output.stderr)
    );
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
        let failed = std::panic::catch_unwind(|| run(&python, &path, &[])).err()?;
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
