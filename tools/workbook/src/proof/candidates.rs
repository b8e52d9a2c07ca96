//! Candidates: files in the place of the reader's, compiled together under the same
//! checks, each in a module of its own.
//!
//! They stand in the target folder, and the compiler is called as cargo calls it for
//! the exercise's own target; only the source is another.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use layout::{Exercise, Workspace};
use serde_json::Value;

use crate::cargo::{self, Build, Diagnostic, clean_command};
use crate::console;
use crate::error::{Error, Result, failed, read};
use crate::judge::{self, runner::Outcome};

/// What stands in the place of the reader's file.
#[derive(Debug, Clone)]
pub struct Candidate {
    /// The name of its module.
    pub name: String,
    /// Its source.
    pub text: String,
}

/// Candidates of one exercise that have been compiled.
#[derive(Debug)]
pub struct Compiled {
    executable: PathBuf,
    /// Those that didn't compile, and the compiler's first error in each.
    pub broken: Vec<(String, Diagnostic)>,
    /// What the compiler warned of in the others, each under its name.
    pub warnings: Vec<(String, Diagnostic)>,
}

/// How cargo calls the compiler for the test targets of one package.
#[derive(Debug)]
pub struct Compiler {
    program: String,
    args: Vec<String>,
    env: Vec<(String, String)>,
    /// Where candidates are kept.
    folder: PathBuf,
}

impl Compiler {
    /// Learns it from a build of `exercise`'s own target, in the `scope` (packages)
    /// in which all is built.
    pub fn learn(workspace: &Workspace, exercise: &Exercise, scope: &[&str]) -> Result<Compiler> {
        // What is fresh is not compiled, so nothing would be shown.
        let main = exercise.main();
        fs::File::options()
            .append(true)
            .open(&main)
            .and_then(|file| file.set_modified(std::time::SystemTime::now()))
            .map_err(|error| failed("touch", console::path(&main), &error))?;
        let args = [
            &["test"],
            scope,
            &["--test", &exercise.name, "--no-run", "-v"],
        ]
        .concat();
        let build = cargo::build(&workspace.root, &args)?.or_say_why()?;
        Compiler::read(&build, exercise).ok_or_else(|| {
            Error::Failed(format!(
                "cargo does not show how it compiles {}",
                console::path(&main)
            ))
        })
    }

    fn read(build: &Build, exercise: &Exercise) -> Option<Compiler> {
        let executable = judge::executable(build, exercise)?;
        let folder = executable.path.parent()?.parent()?.join("proof");
        let source = format!("exercises/{}/main.rs", exercise.name);
        let (mut env, mut args) = (Vec::new(), Vec::new());
        let words = build
            .commands
            .iter()
            .map(|command| words(command))
            .find(|words| words.iter().any(|word| word.ends_with(&source)))?;
        let mut words = words.into_iter().skip_while(|word| word.is_empty());
        let program = loop {
            let word = words.next()?;
            match word.split_once('=') {
                Some((name, value)) => env.push((name.to_owned(), value.to_owned())),
                None => break word,
            }
        };
        while let Some(word) = words.next() {
            let own = |value: &str| {
                ["metadata=", "extra-filename=", "incremental="]
                    .iter()
                    .any(|key| value.starts_with(key))
            };
            match word.as_str() {
                "--out-dir" => drop(words.next()),
                "-C" => {
                    let value = words.next()?;
                    if !own(&value) {
                        args.extend([word, value]);
                    }
                }
                _ if word.starts_with("--emit=") || word.ends_with(&source) => {}
                _ => args.push(word),
            }
        }
        Some(Compiler {
            program,
            args,
            env,
            folder: folder.join(&exercise.package),
        })
    }

    /// Compiles `candidates` of `exercise`, which is of this package. Those that
    /// don't compile are left out.
    pub fn compile(
        &self,
        workspace: &Workspace,
        exercise: &Exercise,
        candidates: &[Candidate],
    ) -> Result<Compiled> {
        let folder = self.folder.join(&exercise.name);
        let wrong = |error: io::Error| failed("write", console::path(&folder), &error);
        // Nothing of an earlier proof stays.
        if folder.exists() {
            fs::remove_dir_all(&folder).map_err(wrong)?;
        }
        fs::create_dir_all(&folder).map_err(wrong)?;
        for candidate in candidates {
            let file = folder.join(format!("{}.rs", candidate.name));
            fs::write(file, &candidate.text).map_err(wrong)?;
        }
        let mut compiled = Compiled {
            executable: folder.join("proof"),
            broken: Vec::new(),
            warnings: Vec::new(),
        };
        loop {
            let good: Vec<&str> = candidates
                .iter()
                .map(|candidate| candidate.name.as_str())
                .filter(|name| !compiled.broken.iter().any(|(broken, _)| broken == name))
                .collect();
            let root = folder.join("main.rs");
            let text = root_text(exercise, &folder, &good)?;
            fs::write(&root, text).map_err(wrong)?;
            let (succeeded, diagnostics) = self.run(workspace, exercise, &root, &compiled)?;
            let owner = |diagnostic: &Diagnostic| {
                let file = diagnostic.file.as_ref()?;
                let name = file.file_stem()?.to_str()?.to_owned();
                (file.parent() == Some(&folder)).then_some(name)
            };
            if succeeded {
                compiled.warnings = diagnostics
                    .into_iter()
                    .filter_map(|one| Some((owner(&one)?, one)))
                    .collect();
                return Ok(compiled);
            }
            let errors = diagnostics.into_iter().filter(|one| one.error);
            let mut found = BTreeSet::new();
            let mut others = String::new();
            for error in errors {
                match owner(&error) {
                    Some(name) if found.insert(name.clone()) => compiled.broken.push((name, error)),
                    Some(_) => {}
                    None => others.push_str(&error.rendered),
                }
            }
            if found.is_empty() {
                return Err(Error::Failed(format!(
                    "{} {}: its candidates don't compile:\n{others}",
                    exercise.id(),
                    exercise.name
                )));
            }
        }
    }

    fn run(
        &self,
        workspace: &Workspace,
        exercise: &Exercise,
        root: &Path,
        compiled: &Compiled,
    ) -> Result<(bool, Vec<Diagnostic>)> {
        let mut args = self.args.clone();
        // The package's command is that of one of its exercises.
        if let Some(name) = args.iter().position(|arg| arg == "--crate-name") {
            args[name + 1].clone_from(&exercise.name);
        }
        let output = clean_command(&self.program)
            .args(&args)
            .args(["-C", "debuginfo=0", "-o"])
            .arg(&compiled.executable)
            .arg(root)
            .envs(self.env.iter().map(|(name, value)| (name, value)))
            .current_dir(&workspace.root)
            .stdin(Stdio::null())
            .output()
            .map_err(|error| failed("run", &self.program, &error))?;
        let said = String::from_utf8_lossy(&output.stderr);
        let mut diagnostics = Vec::new();
        for line in said.lines() {
            if let Ok(value) = serde_json::from_str::<Value>(line) {
                diagnostics.extend(Diagnostic::read(&workspace.root, &value));
            }
        }
        Ok((output.status.success(), diagnostics))
    }
}

impl Compiled {
    /// Runs the checks over one candidate, in a process of its own.
    pub fn outcomes(&self, exercise: &Exercise, name: &str) -> Result<Vec<Outcome>> {
        let prefix = format!("{name}::{}", judge::CHECKS);
        let dir = judge::package_dir(exercise);
        let mut outcomes = judge::outcomes(&self.executable, dir, &prefix)?;
        // A type's path begins with the candidate's name here, and doesn't for a
        // reader.
        for reason in outcomes.iter_mut().filter_map(|one| one.failure.as_mut()) {
            let here = format!("{}::{name}::", exercise.name);
            reason.message = reason
                .message
                .replace(&here, &format!("{}::", exercise.name));
        }
        Ok(outcomes)
    }
}

/// The exercise's `main.rs` with the candidates, each under its checks, in the place
/// of the reader's file.
fn root_text(exercise: &Exercise, folder: &Path, names: &[&str]) -> Result<String> {
    let name = &exercise.name;
    let main = read(&exercise.main())?;
    let readers =
        format!("#[path = \"../{name}.rs\"]\nmod {name};\nuse {name}::*;\n\nmod checks;\n");
    if !main.contains(&readers) {
        return Err(Error::Failed(format!(
            "{}: expected these lines in it:\n\n{readers}",
            console::path(&exercise.main())
        )));
    }
    let checks = exercise.checks();
    let modules: String = names
        .iter()
        .map(|candidate| {
            let file = folder.join(format!("{candidate}.rs"));
            format!(
                "mod {candidate} {{\n    #[path = {file:?}]\n    mod {name};\n    use {name}::*;\n\n    \
                 #[path = {checks:?}]\n    mod checks;\n}}\n"
            )
        })
        .collect();
    Ok(main.replace(&readers, &modules))
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
    fn a_command_is_read_as_a_shell_would() {
        assert_eq!(
            words("`A=1 rustc --cfg 'feature=\"x y\"' 'it'\\''s'`"),
            ["A=1", "rustc", "--cfg", "feature=\"x y\"", "it's"]
        );
    }
}
