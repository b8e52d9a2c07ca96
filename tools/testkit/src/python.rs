use std::env;
use std::path::PathBuf;
use std::process::Command;
use std::sync::OnceLock;

use crate::peer;

/// The chapter's program `python/SCRIPT`, run by Python. Without Python none, as
/// [`peer()`] says. The chapter is the folder in which cargo runs its tests.
pub fn python(script: &str) -> Option<Command> {
    let mut command = peer("python3")?.command();
    command.arg(env::current_dir().ok()?.join("python").join(script));
    Some(command)
}

/// A server and a client, four times: each of them is our `program`, and is Python's
/// `script`, see [`python`]. Without Python there are none.
pub fn pairs(program: &str, script: &str) -> impl Iterator<Item = (Command, Command)> {
    let command = move |who| match who {
        "ours" => Some(Command::new(program)),
        _ => python(script),
    };
    ["ours ours", "ours python", "python ours", "python python"]
        .into_iter()
        .map_while(move |pair| {
            println!("server and client: {pair}");
            let (server, client) = pair.split_once(' ')?;
            Some((command(server)?, command(client)?))
        })
}

/// Python itself, which `found` may only look for, as the scripts of pyenv and asdf
/// do: that takes longer than many a conversation.
pub(crate) fn interpreter(found: PathBuf) -> PathBuf {
    static ITSELF: OnceLock<PathBuf> = OnceLock::new();
    let ask = || {
        let mut command = Command::new(&found);
        surroundings::fix(&mut command, None);
        let output = command
            .args(["-c", "import sys; print(sys.executable)"])
            .output();
        let said = String::from_utf8(output.ok()?.stdout).ok()?;
        Some(PathBuf::from(said.trim_end())).filter(|path| path.is_absolute())
    };
    ITSELF
        .get_or_init(|| ask().unwrap_or(found.clone()))
        .clone()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_peer_is_python_itself() {
        let Some(python) = peer("python3") else {
            return;
        };
        let mut command = python.command();
        let ran = command.args(["-c", "import sys; print(sys.executable)"]);
        let said = String::from_utf8(ran.output().unwrap().stdout).unwrap();
        assert_eq!(said.trim_end(), command.get_program());
    }

    #[test]
    fn each_role_is_played_by_both() {
        let Some(python) = peer("python3") else {
            return;
        };
        let python = python.command().get_program().to_owned();
        let theirs = |command: Command| command.get_program() == python;
        let pairs: Vec<(bool, bool)> = pairs("ours", "theirs.py")
            .map(|(server, client)| (theirs(server), theirs(client)))
            .collect();
        let all = [(false, false), (false, true), (true, false), (true, true)];
        assert_eq!(pairs, all);
    }
}
