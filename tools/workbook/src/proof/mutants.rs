//! Mutants of a solution, as cargo-mutants makes them: each is noticed by a check, or
//! is explained as harmless.

use layout::{Exercise, Workspace};
use serde_json::Value;

use super::AT_A_TIME;
use super::candidates::{Candidate, Workshop};
use crate::cargo::{self, clean_command};
use crate::console;
use crate::error::{Error, Result, failed, read};
use crate::judge::runner::{Outcome, side_by_side};

/// What became of the mutants of one solution.
#[derive(Debug, Default)]
pub struct Tally {
    /// How many there are in what the reader writes.
    pub all: usize,
    /// How many don't compile.
    pub unviable: usize,
    /// How many are explained as harmless.
    pub harmless: usize,
    /// Those that no check notices and nobody has explained: as a diff.
    pub survivors: Vec<String>,
}

/// A change that cargo-mutants proposes.
struct Mutant {
    diff: String,
    text: String,
}

/// Puts the mutants of the solution of `exercise` through its checks.
pub fn run(workspace: &Workspace, exercise: &Exercise, workshop: &Workshop) -> Result<Tally> {
    let solution = read(&exercise.solution())?;
    let explained: Vec<String> = exercise
        .catalogue()?
        .harmless
        .iter()
        .filter_map(|one| one.change.apply(&solution).ok())
        .collect();
    let mutants = list(workspace, exercise, &solution)?;
    let candidates: Vec<Candidate> = mutants
        .iter()
        .enumerate()
        .map(|(n, mutant)| Candidate {
            name: format!("mutant_{n}"),
            text: mutant.text.clone(),
        })
        .collect();
    let mut tally = Tally {
        all: mutants.len(),
        ..Tally::default()
    };
    if candidates.is_empty() {
        return Ok(tally);
    }
    let compiled = workshop.compile(workspace, exercise, &candidates)?;
    tally.unviable = compiled.broken.len();
    let viable: Vec<usize> = (0..candidates.len())
        .filter(|n| {
            !compiled
                .broken
                .iter()
                .any(|(name, _)| *name == candidates[*n].name)
        })
        .collect();
    let ran = side_by_side(AT_A_TIME, &viable, |n| {
        compiled.outcomes(exercise, &candidates[*n].name)
    });
    for (n, outcomes) in viable.iter().zip(ran) {
        if outcomes?.iter().all(Outcome::passed) {
            match explained.contains(&unmarked(&mutants[*n].text)) {
                true => tally.harmless += 1,
                false => tally.survivors.push(mutants[*n].diff.clone()),
            }
        }
    }
    Ok(tally)
}

/// The text as a change leaves it: without the book's marks.
fn unmarked(text: &str) -> String {
    layout::Change::default().apply(text).unwrap_or_default()
}

/// Asks cargo-mutants.
fn list(workspace: &Workspace, exercise: &Exercise, solution: &str) -> Result<Vec<Mutant>> {
    let file = exercise.solution();
    let file = file.strip_prefix(&workspace.root).unwrap_or(&file);
    let output = clean_command(cargo::program())
        .args([
            "mutants",
            "--list",
            "--json",
            "--diff",
            "--package",
            &exercise.package,
            "--file",
        ])
        // The library names it as a module beside its source: `src/../exercises/...`.
        .arg(format!("**/exercises/{}/solution.rs", exercise.name))
        .current_dir(&workspace.root)
        .output()
        .map_err(|error| failed("run", "cargo mutants", &error))?;
    if !output.status.success() {
        return Err(Error::Failed(format!(
            "cargo mutants: {}\n`cargo install cargo-mutants` brings it",
            String::from_utf8_lossy(&output.stderr).trim()
        )));
    }
    let listed: Vec<Value> = serde_json::from_slice(&output.stdout)
        .map_err(|error| Error::Failed(format!("read what cargo mutants lists: {error}")))?;
    if listed.is_empty() {
        return Err(Error::Failed(format!(
            "cargo mutants finds nothing to change in {}",
            console::path(file)
        )));
    }
    let stub = read(&exercise.stub())?;
    listed
        .iter()
        .filter(|mutant| !is_given(solution, &mutant["span"], &stub))
        .map(|mutant| {
            Some(Mutant {
                diff: mutant["diff"].as_str()?.to_owned(),
                text: replaced(solution, &mutant["span"], mutant["replacement"].as_str()?)?,
            })
        })
        .collect::<Option<Vec<Mutant>>>()
        .ok_or_else(|| {
            Error::Failed(format!(
                "what cargo mutants lists for {} is not as expected",
                console::path(file)
            ))
        })
}

/// `text` with `replacement` in the place of `span`: lines and columns from 1, in
/// characters, the end exclusive.
fn replaced(text: &str, span: &Value, replacement: &str) -> Option<String> {
    let offset = |place: &Value| -> Option<usize> {
        let line = usize::try_from(place["line"].as_u64()?).ok()?;
        let column = usize::try_from(place["column"].as_u64()?).ok()?;
        let start: usize = text
            .split_inclusive('\n')
            .take(line - 1)
            .map(str::len)
            .sum();
        let rest = text.get(start..)?;
        let inside = rest
            .char_indices()
            .nth(column - 1)
            .map_or(rest.len(), |(at, _)| at);
        Some(start + inside)
    };
    let (start, end) = (offset(&span["start"])?, offset(&span["end"])?);
    Some(format!(
        "{}{replacement}{}",
        text.get(..start)?,
        text.get(end..)?
    ))
}

/// Whether the reader's file has these lines of `text` from the beginning, as they stand
/// here between their neighbours: nobody's answer, and no matter of the checks.
fn is_given(text: &str, span: &Value, stub: &str) -> bool {
    let line = |place: &str| {
        let line = span[place]["line"].as_u64();
        line.and_then(|line| usize::try_from(line).ok())
            .unwrap_or(0)
    };
    let before = line("start").saturating_sub(2);
    let lines: Vec<&str> = text.lines().skip(before).collect();
    let lines = &lines[..lines.len().min(line("end") + 1 - before)];
    stub.contains(&lines.join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_span_is_replaced() {
        let span = json!({
            "start": { "line": 2, "column": 3 },
            "end": { "line": 2, "column": 5 },
        });
        assert_eq!(
            replaced("é\na == b\n", &span, "!=").as_deref(),
            Some("é\na != b\n")
        );
    }

    #[test]
    fn what_the_reader_is_given_is_told_from_what_they_write() {
        let solution = "fn a() {\n    1\n}\nfn b() {\n    2\n}\n";
        let stub = "fn a() {\n    1\n}\nfn b() {\n    todo!()\n}\n";
        let at = |line: u64| json!({ "start": { "line": line }, "end": { "line": line } });
        assert!(is_given(solution, &at(2), stub));
        assert!(!is_given(solution, &at(5), stub));
        assert!(is_given(solution, &at(5), solution));
    }
}
