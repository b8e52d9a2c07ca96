//! `prove`: stubs fail every check, solutions pass them all, and every mistake fails
//! just what is recorded of it.

use std::time::Instant;

use layout::{Exercise, Workspace};

use crate::asked;
use crate::cargo::{self, Build};
use crate::console::{self, Look, count, paint, say};
use crate::error::{Error, Result};
use crate::judge::runner::side_by_side;
use crate::proof::candidates::Workshop;
use crate::proof::{self, Proof, mutants};

/// What was asked for: the exercises, and the packages in which cargo builds them.
struct Asked<'a> {
    exercises: Vec<&'a Exercise>,
    scope: Vec<&'a str>,
}

fn find<'a>(workspace: &'a Workspace, asked: Option<&str>) -> Result<Asked<'a>> {
    let exercises: Vec<&Exercise> = match asked {
        Some(asked) => asked::exercises(workspace, asked)?,
        None => workspace.exercises().collect(),
    };
    let scope = match (asked, exercises.first()) {
        (Some(_), Some(first)) => vec!["--package", &first.package],
        // The same features as `cargo test --workspace`, so that nothing is built
        // twice.
        _ => vec!["--workspace"],
    };
    Ok(Asked { exercises, scope })
}

/// `prove [N[.M]] [--bless]`.
pub fn prove(workspace: &Workspace, asked: Option<&str>, bless: bool) -> Result<()> {
    let since = Instant::now();
    let Asked { exercises, scope } = find(workspace, asked)?;
    cargo::claim(&workspace.root, &exercises)?;
    let targets = targets(&exercises);
    let stubs = build(workspace, &scope, &targets, &exercises)?;
    let clippy = clippy(workspace, &scope, &targets, &exercises)?;

    let (mut checks, mut mistakes, mut problems) = (0, 0, 0);
    for chapter in exercises.chunk_by(|a, b| a.package == b.package) {
        let workshop = Workshop::open(chapter[0], &stubs)?;
        let mut proofs = Vec::new();
        // One compiles while another's candidates wait.
        let proven = side_by_side(2, chapter, |exercise| {
            proof::prove(workspace, exercise, &stubs, &workshop, bless)
        });
        for (exercise, proof) in chapter.iter().zip(proven) {
            let mut proof = proof?;
            proof.problems.extend(proof::paper(workspace, exercise));
            proof
                .problems
                .extend(proof::lints(workspace, exercise, &[&stubs, &clippy]));
            checks += proof.checks;
            mistakes += proof.mistakes;
            problems += proof.problems.len();
            proofs.push(proof);
        }
        show(workspace, chapter, &proofs);
    }
    let what = format!(
        "{}, {}, {}",
        count(exercises.len(), "exercise"),
        count(checks, "check"),
        count(mistakes, "mistake")
    );
    let time = format!("({:.1} s)", since.elapsed().as_secs_f64());
    let time = paint(Look::Dim, &time);
    if problems == 0 {
        say!("  {} {what}: proven  {time}", paint(Look::Good, "✓"));
        say!();
        Ok(())
    } else {
        let found = count(problems, "problem");
        say!("  {} {what}: {found}  {time}", paint(Look::Bad, "✗"));
        say!();
        Err(Error::Said)
    }
}

fn targets<'a>(exercises: &[&'a Exercise]) -> Vec<&'a str> {
    let names = exercises.iter().map(|exercise| exercise.name.as_str());
    names.flat_map(|name| ["--test", name]).collect()
}

/// Builds `targets`. One of each package is compiled in any case, since of what is fresh
/// cargo does not show how it compiles it.
fn build(
    workspace: &Workspace,
    scope: &[&str],
    targets: &[&str],
    exercises: &[&Exercise],
) -> Result<Build> {
    for chapter in exercises.chunk_by(|a, b| a.package == b.package) {
        cargo::touch(&chapter[0].main())?;
    }
    let args = [&["test", "--no-run", "-v"], scope, targets].concat();
    cargo::build(&workspace.root, &args)?.or_say_why()
}

/// What clippy says of `targets` and the solutions, asked as CI asks it of everything,
/// so that it is fresh there.
fn clippy(
    workspace: &Workspace,
    scope: &[&str],
    targets: &[&str],
    exercises: &[&Exercise],
) -> Result<Build> {
    let args = [
        &["clippy", "--keep-going"],
        scope,
        &["--lib"],
        targets,
        &["--", "-D", "warnings"],
    ]
    .concat();
    let build = cargo::build(&workspace.root, &args)?;
    let ours = |exercise: &&Exercise| !proof::lints(workspace, exercise, &[&build]).is_empty();
    if build.succeeded || exercises.iter().any(ours) {
        return Ok(build);
    }
    build.or_say_why()
}

fn show(workspace: &Workspace, exercises: &[&Exercise], proofs: &[Proof]) {
    let name = exercises
        .iter()
        .map(|exercise| console::columns(&exercise.name))
        .max()
        .unwrap_or(0)
        .max(8);
    let cell = |good: bool, text: &str, width: usize| {
        console::column(if good { Look::Good } else { Look::Bad }, text, width)
    };
    let chapter = workspace
        .chapters
        .iter()
        .find(|chapter| Some(chapter.number) == exercises.first().map(|one| one.chapter));
    say!();
    if let Some(chapter) = chapter {
        let title = format!("{}  {}", chapter.number, chapter.title);
        say!("  {}", paint(Look::Bold, &title));
    }
    let head = format!(
        "{:<5}  {:<name$}  {:>6}  {:<12}  {:<12}  mistakes",
        "", "exercise", "checks", "stub", "solution"
    );
    say!("  {}", paint(Look::Dim, &head));
    for (exercise, proof) in exercises.iter().zip(proofs) {
        let (stub, solution) = (proof.stub, proof.solution);
        say!(
            "  {:<5}  {:<name$}  {:>6}  {}  {}  {}",
            exercise.id(),
            exercise.name,
            proof.checks,
            cell(stub, if stub { "fails all" } else { "passes some" }, 12),
            cell(solution, if solution { "passes all" } else { "fails" }, 12),
            cell(
                proof.as_recorded == proof.mistakes && proof.mistakes >= 2,
                &format!("{} of {} as recorded", proof.as_recorded, proof.mistakes),
                0
            ),
        );
    }
    say!();
    for (exercise, proof) in exercises.iter().zip(proofs) {
        let problems = proof.problems.iter().map(|text| (Look::Bad, "✗", text));
        let notes = proof.notes.iter().map(|text| (Look::Note, "·", text));
        for (look, mark, text) in problems.chain(notes) {
            let mut lines = text.lines();
            say!(
                "  {} {}: {}",
                paint(look, mark),
                exercise.name,
                lines.next().unwrap_or_default()
            );
            for line in lines {
                say!("      {line}");
            }
        }
        if !proof.problems.is_empty() || !proof.notes.is_empty() {
            say!();
        }
    }
}

/// `prove [N[.M]] --mutants`.
pub fn mutants(workspace: &Workspace, asked: Option<&str>) -> Result<()> {
    let Asked { exercises, scope } = find(workspace, asked)?;
    let models: Vec<&Exercise> = exercises
        .chunk_by(|a, b| a.package == b.package)
        .map(|chapter| chapter[0])
        .collect();
    let stubs = build(workspace, &scope, &targets(&models), &models)?;
    let (mut all, mut unviable, mut harmless, mut unnoticed) = (0, 0, 0, 0);
    for chapter in exercises.chunk_by(|a, b| a.package == b.package) {
        let workshop = Workshop::open(chapter[0], &stubs)?;
        for exercise in chapter {
            let tally = mutants::run(workspace, exercise, &workshop)?;
            all += tally.all;
            unviable += tally.unviable;
            harmless += tally.harmless;
            unnoticed += tally.survivors.len();
            let survivors = tally.survivors.len();
            say!(
                "  {:<5}  {:<24}  {:>3} mutants, {:>2} don't compile, {:>2} harmless, {}",
                exercise.id(),
                exercise.name,
                tally.all,
                tally.unviable,
                tally.harmless,
                match survivors {
                    0 => paint(Look::Good, "all others noticed"),
                    n => paint(Look::Bad, &format!("{n} not noticed")),
                }
            );
            for survivor in &tally.survivors {
                say!();
                for line in survivor.lines() {
                    say!("      {line}");
                }
            }
            if survivors > 0 {
                say!();
            }
        }
    }
    say!();
    say!(
        "  {}: {unviable} don't compile, {harmless} harmless, {unnoticed} not noticed",
        count(all, "mutant")
    );
    match unnoticed {
        0 => Ok(()),
        _ => Err(Error::Said),
    }
}
