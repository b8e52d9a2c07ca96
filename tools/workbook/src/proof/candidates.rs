//! Candidates: files in the place of the reader's, compiled together under the same
//! checks, each in a module of its own.
//!
//! They stand in the target folder, and the compiler is called as cargo calls it for
//! the exercise's own target; only the source is another.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use layout::{Exercise, Workspace};

use crate::cargo::{self, Diagnostic};
use crate::console;
use crate::error::{Error, Result, failed, read};
use crate::judge::compiler::Compiler;
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

/// What compiles the candidates of one package, and where they are kept.
#[derive(Debug)]
pub struct Workshop {
    compiler: Compiler,
    /// The exercise whose target's command it is.
    model: Exercise,
    folder: PathBuf,
}

impl Workshop {
    /// Learns it from a build of `exercise`'s own target, in the `scope` (packages)
    /// in which all is built.
    pub fn open(workspace: &Workspace, exercise: &Exercise, scope: &[&str]) -> Result<Workshop> {
        // What is fresh is not compiled, so nothing would be shown.
        cargo::touch(&exercise.main())?;
        let args = [
            &["test"],
            scope,
            &["--test", &exercise.name, "--no-run", "-v"],
        ]
        .concat();
        let build = cargo::build(&workspace.root, &args)?.or_say_why()?;
        let folder = judge::executable(&build, exercise)
            .and_then(|executable| Some(executable.path.parent()?.parent()?.join("proof")));
        match (Compiler::read(&build, exercise), folder) {
            (Some(compiler), Some(folder)) => Ok(Workshop {
                compiler,
                model: exercise.clone(),
                folder: folder.join(&exercise.package),
            }),
            _ => Err(Error::Failed(format!(
                "cargo does not show how it compiles {}",
                console::path(&exercise.main())
            ))),
        }
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
                let name = file.file_stem()?.to_str()?;
                // Not `main`: nothing would be left out, and all compiled again, without end.
                let ours = file.parent() == Some(&folder) && good.contains(&name);
                ours.then(|| name.to_owned())
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
        let mut args = self.compiler.without_places(&self.model);
        // The package's command is that of one of its exercises.
        if let Some(name) = args.iter().position(|arg| arg == "--crate-name") {
            args[name + 1].clone_from(&exercise.name);
        }
        // One unit: nothing is compiled again, and it takes the least work in all.
        args.extend(["-C", "debuginfo=0", "-C", "codegen-units=1", "-o"].map(str::to_owned));
        for path in [&*compiled.executable, root] {
            args.push(path.display().to_string());
        }
        self.compiler
            .run(workspace, judge::package_dir(exercise), &args)
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
    let mut main = main.replace(&readers, &modules);
    // What else the room brings is found from where this file will stand.
    for line in main.clone().lines() {
        let given = line
            .strip_prefix("mod ")
            .and_then(|rest| rest.strip_suffix(';'));
        if let Some(given) = given {
            let file = exercise.main().with_file_name(format!("{given}.rs"));
            main = main.replace(line, &format!("#[path = {file:?}]\n{line}"));
        }
    }
    Ok(main)
}
