//! `hint`, `solution` and `reset`: for one who is stuck.

use std::fs;
use std::io::ErrorKind;
use std::process::{Output, Stdio};

use crate::cargo::clean_command;
use crate::chapters::Workspace;
use crate::console::{self, Look, command, paint, say};
use crate::error::{Error, Result, failed, read};
use crate::exercises::Exercise;
use crate::progress::{self, Progress};

/// Which hints to print.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hints {
    /// The one that has not been seen yet.
    Next,
    /// Those that have been seen.
    Again,
    /// All.
    All,
}

/// `hint N.M [--again|--all]`.
pub fn hint(workspace: &Workspace, asked: &str, which: Hints) -> Result<()> {
    let (chapter, exercise) = workspace.exercise(asked)?;
    let id = exercise.id(chapter);
    let hints = exercise.hints();
    if hints.is_empty() {
        return Err(Error::Failed(format!(
            "{id} {} has no hints",
            exercise.name
        )));
    }
    let mut progress = Progress::load(workspace);
    let seen = progress.hints(chapter, exercise).min(hints.len());
    let (from, to) = match which {
        Hints::All => (0, hints.len()),
        Hints::Again => (0, seen),
        Hints::Next => (seen, (seen + 1).min(hints.len())),
    };
    say!();
    if from == to {
        if which == Hints::Again {
            say!(
                "  You have not seen a hint yet: {}",
                command(&format!("hint {id}"))
            );
        } else {
            say!(
                "  You have seen all {}.",
                console::count(hints.len(), "hint")
            );
            say!();
            say!("  Again     {}", command(&format!("hint {id} --again")));
            say!("  Solution  {}", command(&format!("solution {id}")));
        }
        say!();
        return Ok(());
    }
    for (n, hint) in hints.iter().enumerate().take(to).skip(from) {
        say!(
            "  {}  {}",
            paint(Look::Bold, &format!("Hint {} of {}", n + 1, hints.len())),
            paint(Look::Dim, &format!("{id} {}", exercise.name))
        );
        say!();
        for line in markdown(hint) {
            say!("{line}");
        }
        say!();
    }
    if to < hints.len() {
        say!("  The next one  {}", command(&format!("hint {id}")));
        say!();
    }
    if to > seen {
        progress.set_hints(chapter, exercise, to);
        progress.save()?;
    }
    Ok(())
}

/// Markdown for a terminal: paragraphs wrapped, code as it is.
fn markdown(text: &str) -> Vec<String> {
    let mut lines = Vec::new();
    let mut prose = String::new();
    let mut fenced = false;
    for line in text.lines() {
        if line.trim_start().starts_with("```") {
            if !fenced {
                lines.extend(console::wrap(&prose, 2));
                if prose.ends_with("\n\n") {
                    lines.push(String::new());
                }
                prose.clear();
            }
            fenced = !fenced;
        } else if fenced {
            lines.push(format!("      {line}").trim_end().to_owned());
        } else {
            if prose.is_empty() && line.is_empty() && !lines.is_empty() {
                lines.push(String::new());
                continue;
            }
            prose.push_str(line);
            prose.push('\n');
        }
    }
    lines.extend(console::wrap(&prose, 2));
    lines
}

/// `solution N.M`.
pub fn solution(workspace: &Workspace, asked: &str) -> Result<()> {
    let (_, exercise) = workspace.exercise(asked)?;
    let path = exercise.solution();
    let text = read(&path)?;
    say!("// {}", console::path(&path));
    say!();
    // The marks by which the book shows a part of it are not part of it.
    let lines = text
        .trim_end()
        .lines()
        .filter(|line| !line.trim_start().starts_with("// ANCHOR"));
    for line in lines {
        say!("{line}");
    }
    Ok(())
}

/// `reset N.M`: the stub again, and the reader's file kept aside.
pub fn reset(workspace: &Workspace, asked: &str) -> Result<()> {
    let (chapter, exercise) = workspace.exercise(asked)?;
    let stub = stub(workspace, exercise)?;
    let id = exercise.id(chapter);
    let current = match fs::read(&exercise.file) {
        Ok(current) => current,
        Err(error) if error.kind() == ErrorKind::NotFound => {
            fs::write(&exercise.file, stub)
                .map_err(|error| failed("write", console::path(&exercise.file), &error))?;
            say!();
            say!(
                "  {id} {} is back: {}",
                exercise.name,
                console::path(&exercise.file)
            );
            say!();
            return Ok(());
        }
        Err(error) => return Err(failed("read", console::path(&exercise.file), &error)),
    };
    say!();
    if current == stub {
        say!("  {id} {} is as it was in the beginning.", exercise.name);
        say!();
        return Ok(());
    }
    let folder = progress::folder(workspace)
        .join("kept")
        .join(&chapter.folder);
    fs::create_dir_all(&folder)
        .map_err(|error| failed("create", console::path(&folder), &error))?;
    // Never over a file that was kept before.
    let mut n = 1;
    let kept = loop {
        let kept = folder.join(format!("{}.rs.kept-{n}", exercise.name));
        let file = fs::OpenOptions::new()
            .write(true)
            .create_new(true)
            .open(&kept);
        match file {
            Ok(mut file) => {
                std::io::Write::write_all(&mut file, &current)
                    .map_err(|error| failed("write", console::path(&kept), &error))?;
                break kept;
            }
            Err(error) if error.kind() == ErrorKind::AlreadyExists => n += 1,
            Err(error) => return Err(failed("create", console::path(&kept), &error)),
        }
    };
    fs::write(&exercise.file, stub)
        .map_err(|error| failed("write", console::path(&exercise.file), &error))?;
    say!("  {id} {} starts again.", exercise.name);
    say!();
    say!("  Edit        {}", console::path(&exercise.file));
    say!("  Your file   {}", console::path(&kept));
    say!();
    Ok(())
}

/// The file as it came: the newest committed version with something left to
/// write. (A reader may have committed a finished one since.)
fn stub(workspace: &Workspace, exercise: &Exercise) -> Result<Vec<u8>> {
    let path = exercise
        .file
        .strip_prefix(&workspace.root)
        .unwrap_or(&exercise.file)
        .display()
        .to_string();
    let git = |args: &[&str]| -> Result<Output> {
        clean_command("git")
            .args(args)
            .current_dir(&workspace.root)
            .stdin(Stdio::null())
            .output()
            .map_err(|error| {
                Error::Failed(format!(
                    "reset takes the stub from git's history, and git can't be run: {error}"
                ))
            })
    };
    let log = git(&["log", "--format=%H", "--", &path])?;
    if !log.status.success() {
        return Err(Error::Failed(format!(
            "reset takes the stub from git's history, and there is none here:\n{}",
            String::from_utf8_lossy(&log.stderr).trim()
        )));
    }
    for commit in String::from_utf8_lossy(&log.stdout).lines() {
        let version = git(&["show", &format!("{commit}:./{path}")])?;
        if version.status.success() && version.stdout.windows(6).any(|window| window == b"todo!(") {
            return Ok(version.stdout);
        }
    }
    Err(Error::Failed(format!(
        "git's history has no version of {path} with something left to write"
    )))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hint_is_wrapped_and_its_code_is_not() {
        let text = "Ask yourself: what if a\nread ends in the middle?\n\n```rust\nif let Some(at) = find() {\n}\n```\n\nThen look.";
        assert_eq!(
            markdown(text),
            [
                "  Ask yourself: what if a read ends in the middle?",
                "",
                "      if let Some(at) = find() {",
                "      }",
                "",
                "  Then look."
            ]
        );
    }
}
