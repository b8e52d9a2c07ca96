//! Candidates: files in the place of the reader's, compiled together under the same
//! checks. Those that differ in bodies of functions alone share a module, see
//! [`merged`](super::merged); the others have one each.
//!
//! They stand in the target folder, and the compiler is called as cargo calls it for
//! the exercise's own target; only the source is another.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use layout::{Exercise, Workspace};

use super::merged::{CHOICE, Cut, Merged};
use crate::cargo::{Build, Diagnostic};
use crate::console;
use crate::error::{Error, Result, failed, read};
use crate::judge::compiler::Compiler;
use crate::judge::runner::{Outcome, Program};
use crate::judge::{self, runner};

/// How often candidates that don't compile together are told apart before each has a
/// module of its own.
const ROUNDS: usize = 4;

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
    /// The names of all checks in it.
    checks: Vec<String>,
    /// Each candidate's number, and the module that it is in.
    places: BTreeMap<String, (usize, String)>,
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
    /// Learns it from a build (with `-v`) in which `exercise`'s own target was compiled.
    pub fn open(exercise: &Exercise, build: &Build) -> Result<Workshop> {
        let folder = judge::executable(build, exercise)
            .and_then(|executable| Some(executable.path.parent()?.parent()?.join("proof")));
        match (Compiler::read(build, exercise), folder) {
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
        let cuts: Vec<Cut> = candidates.iter().map(|one| Cut::new(&one.text)).collect();
        let name = |n: usize| candidates[n].name.as_str();
        let mut compiled = Compiled {
            executable: folder.join("proof"),
            checks: Vec::new(),
            places: BTreeMap::new(),
            broken: Vec::new(),
            warnings: Vec::new(),
        };
        // Those that have a module of their own, whether they fit others or not.
        let mut alone = BTreeSet::new();
        let mut rounds = 0;
        loop {
            let mut groups: Vec<Vec<usize>> = Vec::new();
            for (n, cut) in cuts.iter().enumerate() {
                if compiled.broken.iter().any(|(broken, _)| broken == name(n)) {
                    continue;
                }
                let fits = |group: &&mut Vec<usize>| {
                    !alone.contains(&group[0]) && !alone.contains(&n) && cuts[group[0]].fits(cut)
                };
                match groups.iter_mut().find(fits) {
                    Some(group) => group.push(n),
                    None => groups.push(vec![n]),
                }
            }
            let mut modules: BTreeMap<&str, Merged> = BTreeMap::new();
            for group in &groups {
                let module = name(group[0]);
                let members: Vec<(usize, &Cut)> = group.iter().map(|n| (*n, &cuts[*n])).collect();
                let merged = Merged::new(&members);
                let file = folder.join(format!("{module}.rs"));
                fs::write(file, &merged.text).map_err(wrong)?;
                modules.insert(module, merged);
                let places = group
                    .iter()
                    .map(|n| (name(*n).to_owned(), (*n, module.to_owned())));
                compiled.places.extend(places);
            }
            let root = folder.join("main.rs");
            let names: Vec<&str> = modules.keys().copied().collect();
            let text = root_text(exercise, &folder, &names)?;
            fs::write(&root, text).map_err(wrong)?;
            let (succeeded, diagnostics) = self.run(workspace, exercise, &root, &compiled)?;
            // Whose line it is, and the number that the line has in its own source.
            let owner = |diagnostic: &Diagnostic| {
                let file = diagnostic.file.as_ref()?;
                // Not `main`: nothing would be left out, and all compiled again, without end.
                let module = modules.get(file.file_stem()?.to_str()?)?;
                let at = usize::try_from(diagnostic.line).ok()?.saturating_sub(1);
                (file.parent() == Some(&folder)).then_some(())?;
                module.lines.get(at).copied()
            };
            let mut owned = Vec::new();
            let mut others = String::new();
            for mut diagnostic in diagnostics {
                match owner(&diagnostic) {
                    Some((n, line)) => {
                        diagnostic.line = line as u64;
                        owned.push((n, diagnostic));
                    }
                    None if diagnostic.error => others.push_str(&diagnostic.rendered),
                    None => {}
                }
            }
            if succeeded {
                let named = |(n, one): (usize, Diagnostic)| (name(n).to_owned(), one);
                compiled.warnings = owned.into_iter().map(named).collect();
                compiled.checks = compiled.list(exercise)?;
                return Ok(compiled);
            }
            owned.retain(|(_, one)| one.error);
            if owned.is_empty() {
                return Err(Error::Failed(format!(
                    "{} {}: its candidates don't compile:\n{others}",
                    exercise.id(),
                    exercise.name
                )));
            }
            let shares = |n: usize| {
                groups
                    .iter()
                    .any(|group| group.len() > 1 && group.contains(&n))
            };
            // One error at a time would take as many rounds as there are candidates.
            rounds += 1;
            if rounds == ROUNDS {
                alone.extend(0..candidates.len());
            }
            for (n, error) in owned {
                let known = compiled.broken.iter().any(|(broken, _)| broken == name(n));
                if shares(n) {
                    // It may be right, and its neighbour in the way.
                    alone.insert(n);
                } else if !known {
                    compiled.broken.push((name(n).to_owned(), error));
                }
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
        let compiler = self.compiler.clone().without_selves(exercise)?;
        let mut args = compiler.without_places(&self.model);
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
    /// The names of all checks, under each module's.
    fn list(&self, exercise: &Exercise) -> Result<Vec<String>> {
        runner::list(&self.program(exercise, 0))
    }

    fn program<'a>(&'a self, exercise: &'a Exercise, candidate: usize) -> Program<'a> {
        Program {
            executable: &self.executable,
            dir: judge::package_dir(exercise),
            candidate: Some(candidate),
        }
    }

    /// Runs the checks over one candidate, in a process of its own.
    pub fn outcomes(&self, exercise: &Exercise, name: &str) -> Result<Vec<Outcome>> {
        let Some((number, module)) = self.places.get(name) else {
            return Ok(Vec::new());
        };
        let prefix = format!("{module}::{}", judge::CHECKS);
        let program = self.program(exercise, *number);
        let mut outcomes = judge::outcomes(&program, &self.checks, &prefix)?;
        // A type's path begins with the module's name here, and doesn't for a reader.
        for reason in outcomes.iter_mut().filter_map(|one| one.failure.as_mut()) {
            let here = format!("{}::{module}::", exercise.name);
            reason.message = reason
                .message
                .replace(&here, &format!("{}::", exercise.name));
        }
        Ok(outcomes)
    }
}

/// The exercise's `main.rs` with the modules of candidates, each under its checks, in the
/// place of the reader's file.
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
    let mut main = main.replace(&readers, &modules) + CHOICE;
    // What else the room brings is found from where this file will stand.
    for line in main.clone().lines() {
        let given = line
            .strip_prefix("mod ")
            .and_then(|rest| rest.strip_suffix(';'));
        if let Some(given) = given {
            let file = exercise.main().with_file_name(format!("{given}.rs"));
            main = main.replace(line, &format!("#[path = {file:?}]\n{line}"));
        }
        if let Some(path) = line.strip_prefix("#[path = \"../") {
            let room = exercise.room.display();
            main = main.replace(line, &format!("#[path = \"{room}/../{path}"));
        }
    }
    Ok(main)
}
