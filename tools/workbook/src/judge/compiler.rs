//! The compiler, called as cargo calls it for an exercise's target.
//!
//! Cargo takes a fifth of a second to find out that nothing but the reader's file has
//! changed. Where that is known already, the compiler alone is asked: [`Compiler`] is
//! what cargo said it ran, kept in the target folder, and good for as long as nothing
//! else in the workspace is newer.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Output, Stdio};
use std::time::SystemTime;

use layout::{Exercise, Workspace};
use serde_json::{Value, json};

use crate::cargo::{self, Build, Diagnostic, Executable, clean_command};
use crate::error::{Result, failed, read};

/// A verdict rarely needs a backtrace, and a tenth of the time goes into what makes one
/// readable: the names and lines of all functions.
const WITHOUT_NAMES: [&str; 2] = ["-C", "strip=symbols"];

/// How cargo calls the compiler for an exercise's target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Compiler {
    /// The compiler.
    program: String,
    /// All that it is given.
    args: Vec<String>,
}

impl Compiler {
    /// Finds the command in what a build of the target (with `-v`) showed; nothing,
    /// where the target was fresh.
    pub fn read(build: &Build, exercise: &Exercise) -> Option<Compiler> {
        let source = source(exercise);
        let mut words = build
            .commands
            .iter()
            .map(|command| words(command))
            .find(|words| words.iter().any(|word| word.ends_with(&source)))?
            .into_iter()
            // What is set for the compiler stands before it.
            .skip_while(|word| word.is_empty() || word.contains('='));
        Some(Compiler {
            program: words.next()?,
            args: words.collect(),
        })
    }

    /// Its arguments without those that say what is compiled, and where to.
    pub fn without_places(&self, exercise: &Exercise) -> Vec<String> {
        let source = source(exercise);
        let own = |value: &str| {
            ["metadata=", "extra-filename=", "incremental="]
                .iter()
                .any(|key| value.starts_with(key))
        };
        let mut args = Vec::new();
        let mut given = self.args.iter();
        while let Some(arg) = given.next() {
            match arg.as_str() {
                "--out-dir" => drop(given.next()),
                "-C" => match given.next() {
                    Some(value) if !own(value) => args.extend([arg.clone(), value.clone()]),
                    _ => {}
                },
                _ if arg.starts_with("--emit=") || arg.ends_with(&source) => {}
                _ => args.push(arg.clone()),
            }
        }
        args
    }

    /// The same for `exercise`, without the libraries that its root is itself: `extern
    /// crate self as NAME;`. The compiler loads what it is given, and all that it is
    /// made of.
    pub fn without_selves(mut self, exercise: &Exercise) -> Result<Compiler> {
        self.args = loaded(self.args, &read(&exercise.main())?);
        Ok(self)
    }

    /// Runs it with `args` for a target of the package in `dir`: whether it succeeded,
    /// and what it said.
    pub fn run(
        &self,
        workspace: &Workspace,
        dir: &Path,
        args: &[String],
    ) -> Result<(bool, Vec<Diagnostic>)> {
        let Output { status, stderr, .. } = clean_command(&self.program)
            .args(args)
            .env("CARGO_MANIFEST_DIR", dir)
            .current_dir(&workspace.root)
            .stdin(Stdio::null())
            .output()
            .map_err(|error| failed("run", &self.program, &error))?;
        let diagnostics = String::from_utf8_lossy(&stderr)
            .lines()
            .filter_map(|line| serde_json::from_str::<Value>(line).ok())
            .filter_map(|value| Diagnostic::read(&workspace.root, &value))
            .collect();
        Ok((status.success(), diagnostics))
    }
}

/// What is left of `args` without the libraries that `main` is itself.
fn loaded(args: Vec<String>, main: &str) -> Vec<String> {
    let selves: Vec<String> = main
        .lines()
        .filter_map(|line| {
            line.strip_prefix("extern crate self as ")?
                .strip_suffix(';')
        })
        .map(|name| format!("{name}="))
        .collect();
    let is_self = |library: &String| selves.iter().any(|name| library.starts_with(name));
    let mut loaded = Vec::new();
    let mut args = args.into_iter().peekable();
    while let Some(arg) = args.next() {
        if arg != "--extern" || args.next_if(is_self).is_none() {
            loaded.push(arg);
        }
    }
    loaded
}

/// The root of the exercise's target, as the command names it.
fn source(exercise: &Exercise) -> String {
    format!("exercises/{}/main.rs", exercise.name)
}

/// What is remembered of a build by cargo.
#[derive(Debug)]
struct Remembered {
    compiler: Compiler,
    executable: PathBuf,
}

/// Remembers how `build`, which began at `since`, compiled the target.
pub fn remember(workspace: &Workspace, exercise: &Exercise, build: &Build, since: SystemTime) {
    let Some(executable) = super::executable(build, exercise) else {
        return;
    };
    let compiler = Compiler::read(build, exercise).map(|one| one.without_selves(exercise));
    let (Some(Ok(compiler)), Some(file)) = (compiler, file(&executable.path, exercise)) else {
        return;
    };
    let value = json!({
        "for": circumstances(workspace),
        "program": compiler.program,
        "args": compiler.args,
        "executable": executable.path,
    });
    // It is worth remembering, and no more: the next check asks cargo again.
    let _ = file.parent().map(fs::create_dir_all);
    if fs::write(&file, value.to_string()).is_ok()
        && let Ok(file) = fs::File::options().append(true).open(&file)
    {
        let _ = file.set_modified(since);
    }
}

/// Where it is remembered: beside the folder of the executable.
fn file(executable: &Path, exercise: &Exercise) -> Option<PathBuf> {
    let name = format!("{}-{}.json", exercise.package, exercise.name);
    Some(executable.parent()?.parent()?.join("compilers").join(name))
}

/// What else a build depends on: whose it is, and with what.
fn circumstances(workspace: &Workspace) -> String {
    let flags = std::env::var("RUSTFLAGS").unwrap_or_default();
    format!("{} {flags}", workspace.root.display())
}

/// Compiles the target again without asking cargo, if nothing but the reader's file
/// has changed since cargo did. Nothing, where that is not known, or where what fails
/// is not the reader's. Its backtraces are empty.
pub fn again(workspace: &Workspace, exercise: &Exercise) -> Result<Option<Build>> {
    compile(workspace, exercise, &WITHOUT_NAMES)
}

/// The same once more, for one with backtraces.
pub fn with_names(workspace: &Workspace, exercise: &Exercise) -> Result<Option<Build>> {
    compile(workspace, exercise, &[])
}

fn compile(workspace: &Workspace, exercise: &Exercise, more: &[&str]) -> Result<Option<Build>> {
    let target = cargo::target(&workspace.root);
    let Some(file) = file(&target.join("debug/deps/x"), exercise) else {
        return Ok(None);
    };
    let Some(Remembered {
        compiler,
        executable,
    }) = recall(workspace, &file)
    else {
        return Ok(None);
    };
    let since = file.metadata().and_then(|metadata| metadata.modified());
    if !executable.is_file() || !since.is_ok_and(|since| unchanged(workspace, exercise, since)) {
        return Ok(None);
    }
    cargo::disown(&workspace.root, exercise)?;
    let dir = super::package_dir(exercise);
    let more = more.iter().map(|arg| (*arg).to_owned());
    let args: Vec<String> = compiler.args.iter().cloned().chain(more).collect();
    let (succeeded, diagnostics) = compiler.run(workspace, dir, &args)?;
    let readers = |one: &Diagnostic| one.file.as_deref() == Some(&exercise.file);
    if !succeeded && !diagnostics.iter().any(|one| one.error && readers(one)) {
        return Ok(None);
    }
    let executables = vec![Executable {
        target: exercise.name.clone(),
        source: exercise.main(),
        path: executable,
    }];
    Ok(Some(Build {
        succeeded,
        executables: if succeeded { executables } else { Vec::new() },
        diagnostics,
        ..Build::default()
    }))
}

fn recall(workspace: &Workspace, file: &Path) -> Option<Remembered> {
    let value: Value = serde_json::from_slice(&fs::read(file).ok()?).ok()?;
    if value["for"].as_str()? != circumstances(workspace) {
        return None;
    }
    let args = value["args"].as_array()?;
    Some(Remembered {
        compiler: Compiler {
            program: value["program"].as_str()?.to_owned(),
            args: args
                .iter()
                .map(|arg| arg.as_str().map(str::to_owned))
                .collect::<Option<_>>()?,
        },
        executable: value["executable"].as_str()?.into(),
    })
}

/// Whether nothing that the target is made of is newer than `since`, apart from the
/// files that readers edit.
fn unchanged(workspace: &Workspace, exercise: &Exercise, since: SystemTime) -> bool {
    let older = |path: &Path| match path.metadata().and_then(|metadata| metadata.modified()) {
        Ok(modified) => modified < since,
        Err(error) => error.kind() == std::io::ErrorKind::NotFound,
    };
    let root = &workspace.root;
    let mut folders = vec![root.join("tools")];
    for chapter in &workspace.chapters {
        // A later chapter is no part of it.
        if chapter.number <= exercise.chapter {
            folders.push(chapter.dir.join("src"));
            let manifest = chapter.dir.join("Cargo.toml");
            let rooms = chapter.exercises.iter().map(|one| one.room.clone());
            folders.extend(rooms);
            if !older(&manifest) {
                return false;
            }
        }
    }
    ["Cargo.toml", "Cargo.lock", ".cargo/config.toml"]
        .iter()
        .all(|file| older(&root.join(file)))
        && folders.iter().all(|folder| all_below(folder, &older))
}

/// Whether `holds` of every source file below `folder`.
fn all_below(folder: &Path, holds: &dyn Fn(&Path) -> bool) -> bool {
    let Ok(entries) = fs::read_dir(folder) else {
        return true;
    };
    entries.flatten().all(|entry| {
        let path = entry.path();
        match entry.file_type() {
            Ok(kind) if kind.is_dir() => all_below(&path, holds),
            _ if path
                .extension()
                .is_some_and(|ending| ending == "rs" || ending == "toml") =>
            {
                holds(&path)
            }
            _ => true,
        }
    })
}

/// The words of a command as cargo shows it, in backticks and quoted as a shell
/// would need it.
fn words(command: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut quoted = false;
    let mut chars = command.trim().trim_matches('`').chars();
    while let Some(c) = chars.next() {
        let last = words.len() - 1;
        match c {
            '\'' => quoted = !quoted,
            '\\' if !quoted => words[last].extend(chars.next()),
            ' ' if !quoted => words.push(String::new()),
            c => words[last].push(c),
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_root_is_itself_is_not_loaded() {
        let args = words("`--extern web=a.rlib --extern webpki=b.rlib -L c`");
        let main = "mod x;\nextern crate self as web;\n";
        let left = ["--extern", "webpki=b.rlib", "-L", "c"];
        assert_eq!(loaded(args.clone(), main), left);
        assert_eq!(loaded(args.clone(), "mod x;\n"), args);
    }

    #[test]
    fn a_command_is_read_as_a_shell_would() {
        assert_eq!(
            words("`A=1 rustc --cfg 'feature=\"x y\"' 'it'\\''s`"),
            ["A=1", "rustc", "--cfg", "feature=\"x y\"", "it's"]
        );
    }
}
