//! How a verdict comes about.
//!
//! [`check`] builds the test targets of the exercises asked for (`cargo`, or
//! [`compiler`] where nothing but the reader's file has changed), lists and
//! runs their checks ([`runner`]), reads what each failing one said ([`libtest`]),
//! and holds that against what is known of mistakes ([`verdicts`], which `prove
//! --bless` records). What comes out, [`Checked`], is printed by `show` or `json` and
//! remembered by `progress`.

pub mod compiler;
pub mod libtest;
pub mod runner;
pub mod verdicts;

use std::fs;
use std::path::Path;
use std::time::SystemTime;

use layout::{Exercise, Mistake, Workspace};

use crate::cargo::{self, Build, Executable};
use crate::console::{self, command, complain};
use crate::error::{Error, Result, failed, read};
use crate::keep;
use crate::progress::{Progress, State};
use libtest::Reason;
use runner::{Outcome, Program};
use verdicts::{Recognised, Verdicts};

/// What the names of checks begin with in their executable.
pub const CHECKS: &str = "checks::";

/// An exercise and what became of its checks.
#[derive(Debug)]
pub struct Checked<'a> {
    /// The exercise.
    pub exercise: &'a Exercise,
    /// Its checks under their short names, in the order they are written in.
    pub outcomes: Vec<Outcome>,
    /// The known mistakes that the code has by the evidence: none, one, or two at
    /// once.
    pub looks_like: Vec<Mistake>,
}

impl Checked<'_> {
    /// How many checks pass.
    pub fn passed(&self) -> usize {
        self.outcomes
            .iter()
            .filter(|outcome| outcome.passed())
            .count()
    }

    /// How far the exercise is.
    pub fn state(&self) -> State {
        State::of(self.passed(), self.outcomes.len())
    }

    /// Whether all of them pass.
    pub fn done(&self) -> bool {
        self.passed() == self.outcomes.len()
    }

    /// Whether this check failed at code that is not written yet.
    pub fn not_written(&self, workspace: &Workspace, reason: &Reason) -> bool {
        reason
            .todo
            .as_ref()
            .is_some_and(|(file, _)| workspace.root.join(file) == self.exercise.file)
    }

    /// Whether every check fails at code that is not written yet.
    pub fn untouched(&self, workspace: &Workspace) -> bool {
        self.outcomes.iter().all(|outcome| {
            outcome
                .failure
                .as_ref()
                .is_some_and(|reason| self.not_written(workspace, reason))
        })
    }
}

/// What came of a run over several exercises.
#[derive(Debug)]
pub struct Judged<'a> {
    /// Those that compile.
    pub checked: Vec<Checked<'a>>,
    /// Those that don't; the listener has heard why.
    pub broken: Vec<&'a Exercise>,
    workspace: &'a Workspace,
    /// The fingerprint of the file of each that compiles.
    fingerprints: Vec<String>,
}

impl Judged<'_> {
    /// Remembers how far each exercise is: once that has been shown, since it may fail.
    pub fn remember(&self) {
        Progress::update(self.workspace, |progress| {
            for (one, fingerprint) in self.checked.iter().zip(&self.fingerprints) {
                progress.set_state(one.exercise, fingerprint, one.passed(), one.outcomes.len());
            }
        });
    }
}

/// What happens while exercises are checked, as a listener hears it.
#[derive(Debug)]
pub enum Event<'a> {
    /// It compiles; its checks run.
    Checking(&'a Exercise),
    /// What became of them.
    Checked(&'a Checked<'a>),
    /// It does not compile.
    Broken(&'a Exercise, &'a Build),
}

/// The listener of one who reads the rest at the end: says on stderr why something does
/// not compile.
pub fn say_why(event: Event<'_>) {
    if let Event::Broken(_, build) = event {
        complain!("{}", build.why());
    }
}

/// Builds and runs `exercises`, telling `on_event` what happens.
pub fn check<'a>(
    workspace: &'a Workspace,
    exercises: &[&'a Exercise],
    on_event: &mut dyn FnMut(Event<'_>),
) -> Result<Judged<'a>> {
    let mut judged = Judged {
        checked: Vec::new(),
        broken: Vec::new(),
        workspace,
        fingerprints: Vec::new(),
    };
    for same_package in exercises.chunk_by(|a, b| a.package == b.package) {
        for exercise in same_package {
            bring_up_to_date(workspace, exercise)?;
        }
        // Taken before the build: a file that is saved meanwhile is another file.
        let fingerprints: Vec<String> = same_package
            .iter()
            .map(|exercise| crate::progress::fingerprint(exercise))
            .collect();
        let build = build(workspace, same_package)?;
        let mut broken = None;
        for (exercise, fingerprint) in same_package.iter().zip(&fingerprints) {
            let Some(executable) = executable(&build, exercise) else {
                // The errors of its neighbours are among them: once is enough.
                if broken.replace(exercise).is_none() {
                    on_event(Event::Broken(exercise, &build));
                }
                judged.broken.push(exercise);
                continue;
            };
            on_event(Event::Checking(exercise));
            let one = run(workspace, exercise, executable)?;
            on_event(Event::Checked(&one));
            judged.fingerprints.push(fingerprint.clone());
            judged.checked.push(one);
        }
    }
    Ok(judged)
}

/// The test target of `exercise` among what was built.
pub fn executable<'a>(build: &'a Build, exercise: &Exercise) -> Option<&'a Executable> {
    build
        .executables
        .iter()
        .find(|executable| executable.source == exercise.main())
}

/// Builds the test targets of exercises of one chapter: each that compiles is there
/// afterwards, whatever its neighbours do.
pub fn build(workspace: &Workspace, exercises: &[&Exercise]) -> Result<Build> {
    let Some(first) = exercises.first() else {
        return Ok(Build::default());
    };
    if let [one] = exercises
        && let Some(build) = compiler::again(workspace, one)?
    {
        return Ok(build);
    }
    cargo::claim(&workspace.root, exercises)?;
    let since = SystemTime::now();
    let mut args = vec!["test", "--package", &first.package, "--no-run", "-v"];
    if exercises.len() > 1 {
        args.push("--no-fail-fast");
    }
    for exercise in exercises {
        args.extend(["--test", &exercise.name]);
    }
    let build = cargo::build(&workspace.root, &args)?;
    for exercise in exercises {
        compiler::remember(workspace, exercise, &build, since);
    }
    Ok(build)
}

/// A reader's file must be there; and one from before each exercise had a target of
/// its own ends with a line that is no longer right, which is taken out.
fn bring_up_to_date(workspace: &Workspace, exercise: &Exercise) -> Result<()> {
    const OLD_END: &str = "#[cfg(test)]\nmod checks;";
    let file = &exercise.file;
    if !file.is_file() {
        return Err(Error::Failed(format!(
            "{} {}: {} is not there. {} brings it back.",
            exercise.id(),
            exercise.name,
            console::path(file),
            command(&format!("reset {}", exercise.id()))
        )));
    }
    // What is no UTF-8 is for the compiler to say.
    let Ok(text) = fs::read_to_string(file) else {
        return Ok(());
    };
    let Some(code) = text.trim_end().strip_suffix(OLD_END) else {
        return Ok(());
    };
    let kept = keep::aside(workspace, exercise, text.as_bytes())?;
    fs::write(file, format!("{}\n", code.trim_end()))
        .map_err(|error| failed("write", console::path(file), &error))?;
    complain!(
        "{}: `mod checks;` at its end is not needed any more and has been taken out; \
         your file as it was is {}.",
        console::path(file),
        console::path(&kept)
    );
    Ok(())
}

/// Runs the checks of one exercise.
fn run<'a>(
    workspace: &Workspace,
    exercise: &'a Exercise,
    executable: &Executable,
) -> Result<Checked<'a>> {
    let program = program(executable, exercise);
    let mut outcomes = outcomes(&program, &runner::list(&program)?, CHECKS)?;
    if outcomes.is_empty() {
        // Not to be taken for an exercise of which nothing fails.
        return Err(Error::Failed(format!(
            "{} {}: {} has no checks",
            exercise.id(),
            exercise.name,
            console::path(&exercise.main())
        )));
    }
    let order = exercise.check_order();
    outcomes.sort_by_key(|outcome| order.iter().position(|name| *name == outcome.name));
    for outcome in &mut outcomes {
        find_place(workspace, exercise, &program, outcome)?;
    }
    let mut one = Checked {
        exercise,
        outcomes,
        looks_like: Vec::new(),
    };
    let unwritten = one.outcomes.iter().any(|outcome| {
        outcome
            .failure
            .as_ref()
            .is_some_and(|reason| one.not_written(workspace, reason))
    });
    // One who has not written a part yet has not made a mistake in it.
    if !unwritten && !one.done() {
        one.looks_like = recognise(exercise, &one.outcomes)?;
    }
    Ok(one)
}

/// The folder of the package that an exercise belongs to.
pub fn package_dir(exercise: &Exercise) -> &Path {
    exercise
        .file
        .parent()
        .and_then(Path::parent)
        .unwrap_or(&exercise.room)
}

/// The exercise's own target, as it is run.
pub fn program<'a>(executable: &'a Executable, exercise: &'a Exercise) -> Program<'a> {
    Program {
        executable: &executable.path,
        dir: package_dir(exercise),
        candidate: None,
    }
}

/// Runs those of the checks `names` of `program` that begin with `prefix`; they come
/// under what follows it.
pub fn outcomes(program: &Program, names: &[String], prefix: &str) -> Result<Vec<Outcome>> {
    let mut names = names.to_vec();
    names.retain(|name| name.starts_with(prefix));
    let mut outcomes = runner::run_checks(program, &names)?;
    for outcome in &mut outcomes {
        outcome.name.replace_range(..prefix.len(), "");
    }
    Ok(outcomes)
}

/// The mistakes that there is evidence for.
fn recognise(exercise: &Exercise, outcomes: &[Outcome]) -> Result<Vec<Mistake>> {
    let Ok(text) = read(&exercise.verdicts()) else {
        return Ok(Vec::new());
    };
    let known = Verdicts::parse(&text);
    let names = match known.recognise(&verdicts::verdict(outcomes)) {
        Recognised::Nothing => return Ok(Vec::new()),
        Recognised::One(name) => vec![name],
        Recognised::Two(one, other) => vec![one, other],
    };
    let mut mistakes = exercise.catalogue()?.mistakes;
    mistakes.retain(|mistake| names.contains(&&*mistake.name));
    Ok(mistakes)
}

/// A check that panicked in a library says where in the library. What helps is the
/// line of the reader's file that called it, which a backtrace knows.
fn find_place(
    workspace: &Workspace,
    exercise: &Exercise,
    program: &Program,
    outcome: &mut Outcome,
) -> Result<()> {
    let Some(reason) = &mut outcome.failure else {
        return Ok(());
    };
    let root = &workspace.root;
    if let Some((file, _)) = &reason.place
        && !root.join(file).starts_with(root)
    {
        let dir = package_dir(exercise);
        let name = format!("{CHECKS}{}", outcome.name);
        let mut frames = runner::frames(program, &name)?;
        if frames.is_empty() {
            compiler::with_names(workspace, exercise)?;
            frames = runner::frames(program, &name)?;
        }
        // A backtrace's paths are relative to the folder it was made in.
        reason.place = frames
            .into_iter()
            .map(|(file, line)| (dir.join(file), line))
            .find(|(file, _)| *file == exercise.file)
            .map(|(file, line)| (file.display().to_string(), line));
    }
    Ok(())
}
