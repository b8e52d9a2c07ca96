//! The proof of an exercise: the stub fails every check, the solution passes them
//! all, each mistake fails just what is recorded of it, and what is called harmless
//! passes.

pub mod candidates;
pub mod merged;
pub mod mutants;

use std::collections::BTreeSet;

use layout::{Exercise, Mistake, Workspace};

use crate::cargo::{Build, Diagnostic};
use crate::console::{self, count};
use crate::error::{Result, read};
use crate::judge::runner::{self, Outcome, side_by_side};
use crate::judge::verdicts::{self, Verdict, Verdicts};
use crate::judge::{self};
use candidates::{Candidate, Compiled, Workshop};

/// The name of the candidate that passes.
const SOLUTION: &str = "solution";
/// How many candidates of an exercise run at a time.
pub const AT_A_TIME: usize = 2;
/// How often a verdict is recorded.
const RECORDINGS: usize = 5;

/// What was found out about one exercise.
#[derive(Debug, Default)]
pub struct Proof {
    /// How many checks it has.
    pub checks: usize,
    /// Whether the stub fails all of them.
    pub stub: bool,
    /// Whether the solution passes all of them.
    pub solution: bool,
    /// How many mistakes there are.
    pub mistakes: usize,
    /// How many of them fail what is recorded.
    pub as_recorded: usize,
    /// What is not as it should be.
    pub problems: Vec<String>,
    /// What may be mended.
    pub notes: Vec<String>,
}

/// Proves `exercise`, of which `stubs` holds the target.
pub fn prove(
    workspace: &Workspace,
    exercise: &Exercise,
    stubs: &Build,
    workshop: &Workshop,
    bless: bool,
) -> Result<Proof> {
    let mut proof = Proof::default();
    prove_stub(exercise, stubs, bless, &mut proof)?;
    let catalogue = match exercise.catalogue() {
        Ok(catalogue) => catalogue,
        Err(error) => {
            proof.problems.push(error.to_string());
            return Ok(proof);
        }
    };
    proof.mistakes = catalogue.mistakes.len();
    if proof.mistakes < 2 {
        let has = count(proof.mistakes, "mistake");
        proof.problems.push(format!("it has {has}; two at least"));
    }
    let solution = read(&exercise.solution())?;
    let mut candidates = vec![Candidate {
        name: SOLUTION.to_owned(),
        // As the changes leave it, without the book's marks.
        text: layout::Change::default()
            .apply(&solution)
            .unwrap_or_else(|_| solution.clone()),
    }];
    let harmless = catalogue.harmless.iter().enumerate();
    let changes = catalogue
        .mistakes
        .iter()
        .map(|mistake| (mistake.name.clone(), &mistake.change))
        .chain(harmless.map(|(n, one)| (harmless_name(n), &one.change)));
    for (name, change) in changes {
        match change.apply(&solution) {
            Ok(text) => candidates.push(Candidate { name, text }),
            Err(error) => {
                let file = console::path(&exercise.mistakes());
                proof.problems.push(format!("{name}: {file}:{error}"));
            }
        }
    }
    let compiled = workshop.compile(workspace, exercise, &candidates)?;
    proof.problems.extend(said(&compiled));
    candidates.retain(|one| !compiled.broken.iter().any(|(name, _)| *name == one.name));
    let ran = run(
        exercise,
        &compiled,
        &candidates,
        if bless { RECORDINGS } else { 1 },
    )?;

    let passes = |runs: &[Vec<Outcome>]| runs.iter().flatten().find(|one| !one.passed()).cloned();
    let mut seen = Verdicts {
        compiler: compiler_version(),
        ..Verdicts::default()
    };
    for (candidate, runs) in candidates.iter().zip(&ran) {
        let mistake = catalogue
            .mistakes
            .iter()
            .find(|mistake| mistake.name == candidate.name);
        if let Some(mistake) = mistake {
            record(mistake, runs, &mut seen, &mut proof);
        } else if let Some(outcome) = passes(runs) {
            let said = outcome.failure.unwrap_or_default().message;
            let name = &candidate.name;
            proof
                .problems
                .push(format!("{name} fails {}:\n{said}", outcome.name));
        } else if candidate.name == SOLUTION {
            proof.solution = true;
        }
    }
    twins(&seen, &mut proof);
    let known = Verdicts::parse(&read(&exercise.verdicts()).unwrap_or_default());
    if bless {
        let text = seen.text();
        write_if_new(exercise, &exercise.verdicts(), &text)?;
        proof.as_recorded = seen.mistakes.len();
    } else {
        compare(&known, &seen, &ran_messages(&candidates, &ran), &mut proof);
    }
    Ok(proof)
}

fn harmless_name(n: usize) -> String {
    format!("harmless_{}", n + 1)
}

/// The stub fails every check, and is what `reset` gives back.
fn prove_stub(exercise: &Exercise, stubs: &Build, bless: bool, proof: &mut Proof) -> Result<()> {
    let Some(executable) = judge::executable(stubs, exercise) else {
        proof.problems.push("it has no test target".into());
        return Ok(());
    };
    let program = judge::program(executable, exercise);
    let outcomes = judge::outcomes(&program, &runner::list(&program)?, judge::CHECKS)?;
    proof.checks = outcomes.len();
    if outcomes.is_empty() {
        proof
            .problems
            .push("it has no checks marked `#[ignore = \"exercise\"]`".into());
    }
    let passing: Vec<&str> = outcomes
        .iter()
        .filter(|outcome| outcome.passed())
        .map(|outcome| outcome.name.as_str())
        .collect();
    proof.stub = passing.is_empty() && !outcomes.is_empty();
    if !passing.is_empty() {
        proof.problems.push(format!(
            "the file as it is passes {}; a stub fails every check",
            passing.join(", ")
        ));
    }
    let file = read(&exercise.file)?;
    if bless && proof.stub {
        write_if_new(exercise, &exercise.stub(), &file)?;
    } else if read(&exercise.stub()).ok().as_deref() != Some(&file) {
        proof.problems.push(format!(
            "{} is not the file that the reader edits; `prove --bless` writes it",
            console::path(&exercise.stub())
        ));
    }
    Ok(())
}

fn write_if_new(exercise: &Exercise, file: &std::path::Path, text: &str) -> Result<()> {
    if std::fs::read(file).is_ok_and(|old| old == text.as_bytes()) {
        return Ok(());
    }
    console::say!(
        "  {} {}: wrote {}",
        exercise.id(),
        exercise.name,
        console::path(file)
    );
    std::fs::write(file, text)
        .map_err(|error| crate::error::failed("write", console::path(file), &error))
}

/// Runs the checks over each candidate, `times` over, each time in a process of its
/// own.
fn run(
    exercise: &Exercise,
    compiled: &Compiled,
    candidates: &[Candidate],
    times: usize,
) -> Result<Vec<Vec<Vec<Outcome>>>> {
    let runs: Vec<(usize, usize)> = (0..candidates.len())
        .flat_map(|candidate| (0..times).map(move |time| (candidate, time)))
        .collect();
    let mut ran = vec![Vec::new(); candidates.len()];
    let outcomes = side_by_side(AT_A_TIME, &runs, |(candidate, _)| {
        compiled.outcomes(exercise, &candidates[*candidate].name)
    });
    for ((candidate, _), outcomes) in runs.iter().zip(outcomes) {
        ran[*candidate].push(outcomes?);
    }
    Ok(ran)
}

/// Puts what the runs of a mistake brought into `seen`.
fn record(mistake: &Mistake, runs: &[Vec<Outcome>], seen: &mut Verdicts, proof: &mut Proof) {
    let all: Vec<Verdict> = runs.iter().map(|run| verdicts::verdict(run)).collect();
    let name = &mistake.name;
    let Some(verdict) = verdicts::combined(&all) else {
        let sets: BTreeSet<String> = all
            .iter()
            .map(|verdict| verdict.keys().cloned().collect::<Vec<_>>().join(", "))
            .collect();
        let sets: Vec<String> = sets.into_iter().collect();
        proof.problems.push(format!(
            "{name} fails by chance: in {} runs it failed\n{}",
            all.len(),
            sets.join("\nor ")
        ));
        return;
    };
    if verdict.is_empty() {
        proof.problems.push(format!("{name} passes every check"));
        return;
    }
    let varying: Vec<&str> = verdict
        .iter()
        .filter(|(_, print)| print.is_none())
        .map(|(check, _)| check.as_str())
        .collect();
    if !varying.is_empty() {
        proof.notes.push(format!(
            "{name}: what it says differs from run to run in {}",
            varying.join(", ")
        ));
    }
    seen.mistakes.insert(name.clone(), verdict);
}

/// Mistakes that nothing tells apart.
fn twins(seen: &Verdicts, proof: &mut Proof) {
    let mistakes: Vec<(&String, &Verdict)> = seen.mistakes.iter().collect();
    for (n, (one, verdict)) in mistakes.iter().enumerate() {
        for (other, others) in &mistakes[n + 1..] {
            if verdicts::same(verdict, others) {
                proof.problems.push(format!(
                    "{one} and {other} fail the same checks, and each says the same: one that \
                     tells them apart is missing"
                ));
            }
        }
    }
}

/// The first line of what each check said of each candidate.
fn ran_messages<'a>(
    candidates: &'a [Candidate],
    ran: &'a [Vec<Vec<Outcome>>],
) -> impl Fn(&str, &str) -> String + 'a {
    move |candidate, check| {
        let runs = candidates
            .iter()
            .position(|one| one.name == candidate)
            .map_or(&[][..], |at| &ran[at][..]);
        runs.iter()
            .flatten()
            .find(|outcome| outcome.name == check)
            .and_then(|outcome| outcome.failure.as_ref())
            .and_then(|reason| reason.message.lines().next())
            .map(|line| line.chars().take(100).collect())
            .unwrap_or_default()
    }
}

/// Holds what was `seen` against what is `known`.
fn compare(
    known: &Verdicts,
    seen: &Verdicts,
    said: &dyn Fn(&str, &str) -> String,
    proof: &mut Proof,
) {
    let empty = Verdict::new();
    let mut differ = 0;
    for (name, verdict) in &seen.mistakes {
        let recorded = known.mistakes.get(name).unwrap_or(&empty);
        if verdicts::same(recorded, verdict) {
            proof.as_recorded += 1;
            continue;
        }
        differ += 1;
        let mut problem = match recorded.is_empty() {
            true => format!("{name} is not recorded"),
            false => format!("{name} does not fail what is recorded"),
        };
        for check in recorded
            .keys()
            .filter(|check| !verdict.contains_key(*check))
        {
            problem.push_str(&format!("\n- {check}: recorded, and it passes"));
        }
        for (check, print) in verdict {
            match recorded.get(check) {
                None => {
                    let said = said(name, check);
                    problem.push_str(&format!("\n+ {check}: not recorded, and it fails: {said}"));
                }
                Some(Some(old)) if print.as_ref() != Some(old) => {
                    let said = said(name, check);
                    problem.push_str(&format!("\n~ {check}: it says something else: {said}"));
                }
                Some(_) => {}
            }
        }
        proof.problems.push(problem);
    }
    for name in known.mistakes.keys() {
        if !seen.mistakes.contains_key(name) {
            differ += 1;
            proof
                .problems
                .push(format!("{name} is recorded, and has no verdict now"));
        }
    }
    if differ > 0 {
        let mut advice =
            "where that is right, `prove --bless` records it anew; read what changed".to_owned();
        if known.compiler != seen.compiler && !known.compiler.is_empty() {
            advice.push_str(&format!(
                ". It was recorded with {}, and this is {}: a message that is std's own may \
                 have changed",
                known.compiler, seen.compiler
            ));
        }
        proof.problems.push(advice);
    }
}

/// What the compiler said of candidates: errors, and warnings about what a mistake
/// or the solution does.
fn said(compiled: &Compiled) -> Vec<String> {
    let line = |(name, diagnostic): &(String, Diagnostic), what: &str| {
        format!(
            "{name} {what}, on line {} of it: {}",
            diagnostic.line, diagnostic.message
        )
    };
    let broken = compiled
        .broken
        .iter()
        .map(|one| line(one, "does not compile"));
    let warned = compiled
        .warnings
        .iter()
        .map(|one| line(one, "gets a warning"));
    broken.chain(warned).collect()
}

/// `rustc 1.95.0`.
fn compiler_version() -> String {
    let version = std::process::Command::new("rustc")
        .arg("--version")
        .output()
        .map(|output| String::from_utf8_lossy(&output.stdout).into_owned())
        .unwrap_or_default();
    let words: Vec<&str> = version.split_whitespace().take(2).collect();
    words.join(" ")
}

/// What is written about the exercise: the head of its stub, its page, its hints.
pub fn paper(workspace: &Workspace, exercise: &Exercise) -> Vec<String> {
    let mut problems = Vec::new();
    let header = &exercise.header;
    if header.title.is_empty() {
        problems.push("the stub has no title in its first `//!` line".into());
    }
    match header.difficulty.as_deref() {
        Some("warm-up" | "core" | "stretch") => {}
        _ => problems.push("the stub says no `Difficulty:` (warm-up, core or stretch)".into()),
    }
    match &header.page {
        None => problems.push("the stub names no `Page:`".into()),
        Some(page) => {
            let file = page.split('#').next().unwrap_or_default();
            if file.is_empty() || !workspace.root.join("book").join(file).is_file() {
                problems.push(format!("the stub's page book/{file} is not there"));
            }
        }
    }
    let check = format!("just check {}", exercise.id());
    match header.check.as_deref() {
        Some(said) if said == check => {}
        Some(said) => problems.push(format!(
            "the stub says `Check: {said}`, and its number is {}",
            exercise.id()
        )),
        None => problems.push(format!("the stub does not say `Check: {check}`")),
    }
    if exercise.hints().iter().all(String::is_empty) {
        problems.push("hints.md has no hint".into());
    }
    problems
}

/// What the compiler and clippy have to say about the stub, the checks and the
/// solution: nothing.
pub fn lints(workspace: &Workspace, exercise: &Exercise, builds: &[&Build]) -> Vec<String> {
    let mut problems = BTreeSet::new();
    for diagnostic in builds.iter().flat_map(|build| &build.diagnostics) {
        let Some(file) = &diagnostic.file else {
            continue;
        };
        let file = normal(file);
        if file == exercise.file || file.starts_with(&exercise.room) {
            let code = diagnostic.code.as_ref().map(|code| format!(" ({code})"));
            problems.insert(format!(
                "{}:{}: {}{}",
                file.strip_prefix(&workspace.root)
                    .unwrap_or(&file)
                    .display(),
                diagnostic.line,
                diagnostic.message,
                code.unwrap_or_default()
            ));
        }
    }
    problems.into_iter().collect()
}

/// A path without `..`, as far as that goes.
fn normal(path: &std::path::Path) -> std::path::PathBuf {
    let mut normal = std::path::PathBuf::new();
    for part in path.components() {
        match part {
            std::path::Component::ParentDir => {
                normal.pop();
            }
            part => normal.push(part),
        }
    }
    normal
}
