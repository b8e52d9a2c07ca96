//! `shell N`: the reader's own shell, in which a page's commands can be typed as
//! they stand.
//!
//! A shell's own settings come after what it inherits, and many put other folders
//! first on PATH, where the system's `ping` is. So the shells that are known read a
//! file of ours instead, which reads the reader's and then has the last word.

use std::env;
use std::ffi::OsStr;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

use layout::Workspace;

use crate::asked;
use crate::cargo::clean_command;
use crate::console::{Look, paint, say};
use crate::error::{Error, Result};
use crate::keep;

use super::programs::{become_it, build};

/// For bash, instead of `~/.bashrc`.
const BASHRC: &str = r#"if [ -f ~/.bashrc ]; then . ~/.bashrc; fi
"#;

/// For those who read the file that ENV names.
const ENV: &str = r#"if [ -n "$WORKBOOK_THEIRS" ]; then ENV=$WORKBOOK_THEIRS; else unset ENV; fi
unset WORKBOOK_THEIRS
if [ -f "$ENV" ]; then . "$ENV"; fi
"#;

/// For zsh, which looks for its files in the folder ZDOTDIR: the first that it reads,
const ZSHENV: &str = r#"WORKBOOK_OURS=$ZDOTDIR
ZDOTDIR=$WORKBOOK_THEIRS
if [[ -f $ZDOTDIR/.zshenv ]]; then . $ZDOTDIR/.zshenv; fi
WORKBOOK_THEIRS=$ZDOTDIR
ZDOTDIR=$WORKBOOK_OURS
"#;

/// and the last.
const ZSHRC: &str = r#"ZDOTDIR=$WORKBOOK_THEIRS
if [[ $HISTFILE == $WORKBOOK_OURS/* ]]; then HISTFILE=$ZDOTDIR/${HISTFILE:t}; fi
unset WORKBOOK_OURS WORKBOOK_THEIRS
if [[ -f $ZDOTDIR/.zshrc ]]; then . $ZDOTDIR/.zshrc; fi
"#;

/// `shell N`: builds the chapter's programs and becomes a shell that finds them.
pub fn shell(workspace: &Workspace, asked: &str) -> Result<()> {
    let chapter = asked::chapter(workspace, asked)?;
    let programs = build(workspace, chapter, false)?;
    let names: Vec<String> = chapter
        .programs()?
        .into_iter()
        .map(|program| program.name)
        .collect();
    let shell = env::var_os("SHELL")
        .filter(|shell| !shell.is_empty())
        .unwrap_or_else(|| "/bin/sh".into());
    let mut path = vec![programs.clone()];
    path.extend(env::split_paths(&env::var_os("PATH").unwrap_or_default()));
    let path =
        env::join_paths(path).map_err(|error| Error::Failed(format!("extend PATH: {error}")))?;
    let mut command = clean_command(&shell);
    command
        .current_dir(&chapter.dir)
        .env("PATH", path)
        .env("WORKBOOK_PROGRAMS", programs);
    let folder = keep::folder(workspace).join("shell");
    let unless = match have_the_last_word(&mut command, &shell, &folder, &names) {
        Ok(true) => "",
        Ok(false) => ", unless its own settings put other folders first on PATH",
        // Where nothing can be written, it opens all the same.
        Err(_) => ", unless its own settings, which could not be extended, forbid it",
    };
    say!(
        "A shell ({}) that finds the programs of chapter {}{unless}. {} leaves it.",
        shell.to_string_lossy(),
        paint(Look::Bold, &chapter.number.to_string()),
        paint(Look::Command, "exit")
    );
    let name = PathBuf::from(&shell).display().to_string();
    Err(become_it(&mut command, &name))
}

/// Makes the shell look for our programs first after it has read its own settings,
/// and forget what else it knows by their names; whether it is one for which we know
/// how.
fn have_the_last_word(
    command: &mut Command,
    shell: &OsStr,
    folder: &Path,
    names: &[String],
) -> io::Result<bool> {
    let names = names.join(" ");
    let last = format!(
        "PATH=$WORKBOOK_PROGRAMS:$PATH\n\
         for name in {names}; do unalias $name; unset -f $name; done 2>/dev/null\n"
    );
    let write = |name: &str, text: &str| {
        fs::create_dir_all(folder)?;
        let path = folder.join(name);
        fs::write(&path, text).map(|()| path)
    };
    let home = PathBuf::from(env::var_os("HOME").unwrap_or_default());
    let theirs = |name: &str, default: PathBuf| {
        env::var_os(name)
            .filter(|value| !value.is_empty())
            .unwrap_or(default.into())
    };
    let kind = Path::new(shell).file_name().unwrap_or_default();
    match kind.to_str().unwrap_or_default() {
        "bash" => {
            let file = write("bashrc", &format!("{BASHRC}{last}"))?;
            command.arg("--rcfile").arg(file);
        }
        "zsh" => {
            write(".zshenv", ZSHENV)?;
            write(".zshrc", &format!("{ZSHRC}{last}"))?;
            command
                .env("ZDOTDIR", folder)
                .env("WORKBOOK_THEIRS", theirs("ZDOTDIR", home));
        }
        "sh" | "ash" | "dash" | "ksh" | "mksh" => {
            // Only the Korn shell reads a file unless it is told to.
            let default = if kind.to_string_lossy().contains("ksh") {
                home.join(".kshrc")
            } else {
                PathBuf::new()
            };
            command
                .env("ENV", write("env", &format!("{ENV}{last}"))?)
                .env("WORKBOOK_THEIRS", theirs("ENV", default));
        }
        "fish" => {
            let last = format!("set -gx PATH $WORKBOOK_PROGRAMS $PATH; functions --erase {names}");
            command.args(["--init-command", &last]);
        }
        _ => return Ok(false),
    }
    Ok(true)
}
