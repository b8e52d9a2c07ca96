//! `prove`: stubs fail every check, solutions pass them all, and every mistake
//! fails exactly the checks that it lists.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::time::Instant;

use crate::cargo::{self, Build, Diagnostic};
use crate::chapters::{Chapter, Workspace};
use crate::console::{self, Look, count, paint, say};
use crate::error::{Error, Result};
use crate::exercises::{Exercise, Mistake};
use crate::runner::{self, Outcome};

/// What was found out about one exercise.
#[derive(Debug, Default)]
struct Proof {
    checks: usize,
    stub: bool,
    solution: bool,
    mistakes: usize,
    as_listed: usize,
    problems: Vec<String>,
}

/// The checks of one candidate: name to outcome.
type Checks = BTreeMap<String, Outcome>;

/// `prove [N]`.
pub fn command_prove(workspace: &Workspace, asked: Option<&str>) -> Result<()> {
    let since = Instant::now();
    let chapters: Vec<&Chapter> = match asked {
        Some(asked) => vec![workspace.chapter(asked)?],
        None => workspace.chapters.iter().collect(),
    };
    let chapters: Vec<&Chapter> = chapters
        .into_iter()
        .filter(|chapter| !chapter.exercises.is_empty())
        .collect();
    if chapters.is_empty() {
        say!("There are no exercises to prove.");
        return Ok(());
    }
    let packages: Vec<&str> = match asked {
        Some(_) => chapters
            .iter()
            .flat_map(|chapter| ["--package", chapter.package.as_str()])
            .collect(),
        // The same features as `cargo test --workspace`, so that nothing is built
        // twice.
        None => vec!["--workspace"],
    };
    let mut args = vec!["test"];
    args.extend(&packages);
    args.extend(["--test", "exercises", "--test", "proof", "--no-run"]);
    let tests = cargo::build(&workspace.root, &args)?.or_say_why()?;
    let mut args = vec!["clippy"];
    args.extend(&packages);
    args.extend(["--test", "proof"]);
    let clippy = cargo::build(&workspace.root, &args)?.or_say_why()?;

    let mut totals = (0, 0, 0, 0);
    let mut problems = 0;
    for chapter in &chapters {
        let proofs = prove(workspace, chapter, &tests, &clippy)?;
        show(chapter, &proofs);
        for proof in &proofs {
            totals.0 += 1;
            totals.1 += proof.checks;
            totals.2 += proof.mistakes;
            problems += proof.problems.len();
        }
        totals.3 += 1;
    }
    let (exercises, checks, mistakes, chapters) = totals;
    let what = format!(
        "{}, {}, {}, {}",
        count(chapters, "chapter"),
        count(exercises, "exercise"),
        count(checks, "check"),
        count(mistakes, "mistake")
    );
    let time = paint(
        Look::Dim,
        &format!("({:.1} s)", since.elapsed().as_secs_f64()),
    );
    if problems == 0 {
        say!("  {} {what}: proven  {time}", paint(Look::Good, "✓"));
        say!();
        Ok(())
    } else {
        say!(
            "  {} {what}: {}  {time}",
            paint(Look::Bad, "✗"),
            count(problems, "problem")
        );
        say!();
        Err(Error::Said)
    }
}

fn prove(
    workspace: &Workspace,
    chapter: &Chapter,
    tests: &Build,
    clippy: &Build,
) -> Result<Vec<Proof>> {
    let stubs = run_all(chapter, tests, "exercises")?;
    let candidates = run_all(chapter, tests, "proof")?;
    chapter
        .exercises
        .iter()
        .map(|exercise| {
            let stub = stubs
                .iter()
                .filter_map(|outcome| {
                    let name = outcome.name.strip_prefix(&exercise.prefix())?;
                    Some((name.to_owned(), outcome.clone()))
                })
                .collect();
            let mut by_candidate: BTreeMap<String, Checks> = BTreeMap::new();
            for outcome in &candidates {
                let Some((candidate, check)) = outcome
                    .name
                    .strip_prefix(&format!("{}::", exercise.name))
                    .and_then(|rest| rest.split_once("::checks::"))
                else {
                    continue;
                };
                by_candidate
                    .entry(candidate.to_owned())
                    .or_default()
                    .insert(check.to_owned(), outcome.clone());
            }
            let mistakes = exercise.mistakes()?;
            let mut proof = judge(&stub, &by_candidate, &mistakes);
            proof.problems.extend(paper(workspace, chapter, exercise));
            proof
                .problems
                .extend(lints(workspace, exercise, tests, clippy));
            Ok(proof)
        })
        .collect()
}

/// Runs every check of the chapter's test target `name`.
fn run_all(chapter: &Chapter, build: &Build, name: &str) -> Result<Vec<Outcome>> {
    let executable = build
        .executable(&chapter.dir, name)
        .ok_or_else(|| Error::Failed(format!("{} has no test target `{name}`", chapter.package)))?;
    let names = runner::list(&executable.path, &chapter.dir)?;
    runner::run_checks(&executable.path, &chapter.dir, &names)
}

/// Holds what happened against what should.
fn judge(stub: &Checks, candidates: &BTreeMap<String, Checks>, mistakes: &[Mistake]) -> Proof {
    let mut proof = Proof {
        checks: stub.len(),
        mistakes: mistakes.len(),
        ..Proof::default()
    };
    if stub.is_empty() {
        proof
            .problems
            .push("it has no checks marked `#[ignore = \"exercise\"]`".into());
    }
    let passing: Vec<&str> = passing(stub);
    proof.stub = passing.is_empty() && !stub.is_empty();
    if !passing.is_empty() {
        proof.problems.push(format!(
            "the file as it is passes {}; a stub fails every check",
            passing.join(", ")
        ));
    }
    match candidates.get("solution") {
        None => proof.problems.push("solution.rs is not in proof.rs".into()),
        Some(checks) => {
            proof.solution = true;
            for (name, outcome) in checks {
                if let Some(reason) = &outcome.failure {
                    proof.solution = false;
                    proof
                        .problems
                        .push(format!("the solution fails {name}:\n{}", reason.message));
                }
            }
            if !checks.keys().eq(stub.keys()) {
                proof.solution = false;
                proof
                    .problems
                    .push("the stub and proof.rs don't have the same checks".into());
            }
        }
    }
    if mistakes.len() < 2 {
        proof.problems.push(format!(
            "it has {}; two at least",
            count(mistakes.len(), "mistake")
        ));
    }
    for mistake in mistakes {
        let file = format!("mistakes/{}.rs", mistake.name);
        let Some(checks) = candidates.get(&mistake.name) else {
            proof.problems.push(format!("{file} is not in proof.rs"));
            continue;
        };
        if mistake.title.is_empty() || mistake.explanation.is_empty() {
            proof
                .problems
                .push(format!("{file} does not name and explain itself"));
        }
        let listed: BTreeSet<&str> = mistake.fails.iter().map(String::as_str).collect();
        let real: BTreeSet<&str> = failing(checks).into_iter().collect();
        if listed == real && !real.is_empty() {
            proof.as_listed += 1;
            continue;
        }
        proof
            .problems
            .push(not_as_listed(&file, &listed, &real, checks));
    }
    // By what they really fail: until the lists are right, they say nothing.
    let mut twins: BTreeMap<Vec<&str>, Vec<&str>> = BTreeMap::new();
    for mistake in mistakes {
        if let Some(checks) = candidates.get(&mistake.name) {
            let failed = failing(checks);
            if !failed.is_empty() {
                twins.entry(failed).or_default().push(&mistake.name);
            }
        }
    }
    for names in twins.values().filter(|names| names.len() > 1) {
        proof.problems.push(format!(
            "{} fail the same checks: one that tells them apart is missing",
            names.join(", ")
        ));
    }
    for name in candidates.keys() {
        if name != "solution" && !mistakes.iter().any(|mistake| mistake.name == *name) {
            proof
                .problems
                .push(format!("proof.rs has {name}, which is not in mistakes/"));
        }
    }
    proof
}

fn passing(checks: &Checks) -> Vec<&str> {
    checks
        .iter()
        .filter(|(_, outcome)| outcome.passed())
        .map(|(name, _)| name.as_str())
        .collect()
}

fn failing(checks: &Checks) -> Vec<&str> {
    checks
        .iter()
        .filter(|(_, outcome)| !outcome.passed())
        .map(|(name, _)| name.as_str())
        .collect()
}

/// What is wrong with the list of a mistake, and the list that would be right.
fn not_as_listed(
    file: &str,
    listed: &BTreeSet<&str>,
    real: &BTreeSet<&str>,
    checks: &Checks,
) -> String {
    if real.is_empty() {
        return format!("{file} passes every check");
    }
    let mut problem = format!("{file} does not fail what it lists");
    for name in listed.difference(real) {
        let what = if checks.contains_key(*name) {
            "listed, and it passes"
        } else {
            "listed, and there is no such check"
        };
        problem.push_str(&format!("\n- {name}: {what}"));
    }
    for name in real.difference(listed) {
        let why = checks[*name]
            .failure
            .as_ref()
            .and_then(|reason| reason.message.lines().next())
            .map(|line| line.chars().take(100).collect::<String>())
            .unwrap_or_default();
        problem.push_str(&format!("\n+ {name}: not listed, and it fails: {why}"));
    }
    let right: Vec<&str> = real.iter().copied().collect();
    problem.push_str("\nwhat it fails, to be put at the end of its head:");
    let right = format!("fails: {}", right.join(", "));
    for line in console::wrap(&right, 10) {
        problem.push_str(&format!("\n//! {}", line.trim_start()));
    }
    problem
}

/// What is written about the exercise: the head of its stub, its page, its hints.
fn paper(workspace: &Workspace, chapter: &Chapter, exercise: &Exercise) -> Vec<String> {
    let mut problems = Vec::new();
    let header = &exercise.header;
    let id = exercise.id(chapter);
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
    let check = format!("just check {id}");
    match header.check.as_deref() {
        Some(said) if said == check => {}
        Some(said) => problems.push(format!(
            "the stub says `Check: {said}`, and its number is {id}"
        )),
        None => problems.push(format!("the stub does not say `Check: {check}`")),
    }
    if exercise.hints().iter().all(String::is_empty) {
        problems.push("hints.md has no hint".into());
    }
    problems
}

/// What the compiler and clippy have to say: nothing about a stub, nothing about a
/// solution or the checks; about a mistake the compiler alone is asked.
fn lints(workspace: &Workspace, exercise: &Exercise, tests: &Build, clippy: &Build) -> Vec<String> {
    let mistakes = exercise.folder.join("mistakes");
    let mut problems = BTreeSet::new();
    for (diagnostic, by_clippy) in tests
        .diagnostics
        .iter()
        .map(|one| (one, false))
        .chain(clippy.diagnostics.iter().map(|one| (one, true)))
    {
        let Some(file) = &diagnostic.file else {
            continue;
        };
        let ours = *file == exercise.file || file.starts_with(&exercise.folder);
        let style_of_a_mistake = by_clippy && file.starts_with(&mistakes) && is_clippy(diagnostic);
        if ours && !style_of_a_mistake {
            let short = file.strip_prefix(&workspace.root).unwrap_or(file);
            problems.insert(format!(
                "{}:{}: {}{}",
                plain(short),
                diagnostic.line,
                diagnostic.message,
                diagnostic
                    .code
                    .as_ref()
                    .map(|code| format!(" ({code})"))
                    .unwrap_or_default()
            ));
        }
    }
    problems.into_iter().collect()
}

fn is_clippy(diagnostic: &Diagnostic) -> bool {
    diagnostic
        .code
        .as_ref()
        .is_some_and(|code| code.starts_with("clippy::"))
}

/// A path without the `.` components that `#[path]` brings in.
fn plain(path: &Path) -> String {
    path.components()
        .collect::<std::path::PathBuf>()
        .display()
        .to_string()
}

fn show(chapter: &Chapter, proofs: &[Proof]) {
    let name = chapter
        .exercises
        .iter()
        .map(|exercise| console::columns(&exercise.name))
        .max()
        .unwrap_or(0)
        .max(8);
    let cell = |good: bool, text: &str, width: usize| {
        console::column(if good { Look::Good } else { Look::Bad }, text, width)
    };
    say!();
    say!(
        "  {}",
        paint(
            Look::Bold,
            &format!("{}  {}", chapter.number, chapter.title)
        )
    );
    say!(
        "  {}",
        paint(
            Look::Dim,
            &format!(
                "{:<5}  {:<name$}  {:>6}  {:<12}  {:<12}  mistakes",
                "", "exercise", "checks", "stub", "solution"
            )
        )
    );
    for (exercise, proof) in chapter.exercises.iter().zip(proofs) {
        say!(
            "  {:<5}  {:<name$}  {:>6}  {}  {}  {}",
            exercise.id(chapter),
            exercise.name,
            proof.checks,
            cell(
                proof.stub,
                if proof.stub {
                    "fails all"
                } else {
                    "passes some"
                },
                12
            ),
            cell(
                proof.solution,
                if proof.solution {
                    "passes all"
                } else {
                    "fails"
                },
                12
            ),
            cell(
                proof.as_listed == proof.mistakes && proof.mistakes >= 2,
                &format!("{} of {} as listed", proof.as_listed, proof.mistakes),
                0
            ),
        );
    }
    say!();
    for (exercise, proof) in chapter.exercises.iter().zip(proofs) {
        for problem in &proof.problems {
            let mut lines = problem.lines();
            say!(
                "  {} {}: {}",
                paint(Look::Bad, "✗"),
                exercise.name,
                lines.next().unwrap_or_default()
            );
            for line in lines {
                say!("      {line}");
            }
        }
        if !proof.problems.is_empty() {
            say!();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::libtest::Reason;

    fn checks(outcomes: &[(&str, bool)]) -> Checks {
        outcomes
            .iter()
            .map(|(name, passed)| {
                let failure = (!passed).then(|| Reason {
                    message: "no".into(),
                    ..Reason::default()
                });
                let name = (*name).to_owned();
                (name.clone(), Outcome { name, failure })
            })
            .collect()
    }

    fn mistake(name: &str, fails: &[&str]) -> Mistake {
        Mistake {
            name: name.into(),
            title: "A mistake".into(),
            explanation: "You did it.".into(),
            fails: fails.iter().map(|check| (*check).to_owned()).collect(),
        }
    }

    fn candidates(list: &[(&str, &[(&str, bool)])]) -> BTreeMap<String, Checks> {
        list.iter()
            .map(|(name, outcomes)| ((*name).to_owned(), checks(outcomes)))
            .collect()
    }

    #[test]
    fn what_is_as_it_should_be_has_no_problems() {
        let stub = checks(&[("a", false), ("b", false)]);
        let candidates = candidates(&[
            ("solution", &[("a", true), ("b", true)]),
            ("one", &[("a", false), ("b", true)]),
            ("two", &[("a", false), ("b", false)]),
        ]);
        let mistakes = [mistake("one", &["a"]), mistake("two", &["a", "b"])];
        let proof = judge(&stub, &candidates, &mistakes);
        assert_eq!(proof.problems, Vec::<String>::new());
        assert!(proof.stub && proof.solution);
        assert_eq!((proof.checks, proof.mistakes, proof.as_listed), (2, 2, 2));
    }

    #[test]
    fn everything_that_is_not_is_said() {
        let stub = checks(&[("a", true), ("b", false)]);
        let candidates = candidates(&[
            ("solution", &[("a", true), ("b", false)]),
            ("one", &[("a", true), ("b", true)]),
            ("two", &[("a", false), ("b", false)]),
            ("twin", &[("a", false), ("b", false)]),
            ("ghost", &[("a", false)]),
        ]);
        let mistakes = [
            mistake("absent", &["b"]),
            mistake("one", &["b", "z"]),
            mistake("twin", &["a", "b"]),
            mistake("two", &["b", "z"]),
        ];
        let proof = judge(&stub, &candidates, &mistakes);
        let all = proof.problems.join("\n");
        for problem in [
            "the file as it is passes a;",
            "the solution fails b:",
            "mistakes/absent.rs is not in proof.rs",
            "mistakes/one.rs passes every check",
            "mistakes/two.rs does not fail what it lists",
            "+ a: not listed, and it fails: no",
            "- z: listed, and there is no such check",
            "//! fails: a, b",
            "twin, two fail the same checks",
            "proof.rs has ghost",
        ] {
            assert!(all.contains(problem), "{problem} is missing in:\n{all}");
        }
        let few = judge(&stub, &candidates, &mistakes[..1]);
        assert!(
            few.problems
                .iter()
                .any(|problem| problem.contains("two at least"))
        );
    }
}
