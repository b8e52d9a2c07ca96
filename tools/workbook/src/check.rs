//! `check`: what of an exercise passes, what fails, and why.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::{Value, json};

use crate::cargo::{self, Build};
use crate::chapters::{Chapter, Workspace};
use crate::console::{self, Look, command, complain, count, paint, say};
use crate::error::{Error, Result};
use crate::exercises::{Exercise, Mistake};
use crate::libtest::Reason;
use crate::progress::{Progress, State};
use crate::runner::{self, Outcome};

/// An exercise and what became of its checks.
#[derive(Debug)]
pub struct Checked<'a> {
    /// Its chapter.
    pub chapter: &'a Chapter,
    /// The exercise.
    pub exercise: &'a Exercise,
    /// Its checks under their short names, in the order they are written in.
    pub outcomes: Vec<Outcome>,
    /// What the checks that fail here look like.
    pub looks_like: LooksLike,
}

/// The known mistakes behind a set of failed checks.
#[derive(Debug, Default)]
pub struct LooksLike {
    /// The mistakes.
    pub mistakes: Vec<Mistake>,
    /// Whether the code seems to have all of them, and not one or another.
    pub at_once: bool,
}

/// Whether a check failed at code that is not written yet.
pub fn not_written(workspace: &Workspace, exercise: &Exercise, reason: &Reason) -> bool {
    reason
        .todo
        .as_ref()
        .is_some_and(|(file, _)| workspace.root.join(file) == exercise.file)
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

    fn done(&self) -> bool {
        self.passed() == self.outcomes.len()
    }

    /// Whether every check fails at code that is not written yet.
    fn untouched(&self, workspace: &Workspace) -> bool {
        self.outcomes.iter().all(|outcome| {
            outcome
                .failure
                .as_ref()
                .is_some_and(|reason| not_written(workspace, self.exercise, reason))
        })
    }
}

/// The mistakes whose checks are exactly those that failed. Where no mistake
/// alone explains them and exactly one pair does, that pair: a first attempt often
/// holds two.
pub fn recognise(mistakes: &[Mistake], failed: &[&str]) -> LooksLike {
    let failed: BTreeSet<&str> = failed.iter().copied().collect();
    let fails = |mistake: &Mistake| -> BTreeSet<String> { mistake.fails.iter().cloned().collect() };
    let same = |checks: &BTreeSet<String>| checks.iter().map(String::as_str).eq(failed.clone());
    if failed.is_empty() {
        return LooksLike::default();
    }
    let alone: Vec<Mistake> = mistakes
        .iter()
        .filter(|mistake| same(&fails(mistake)))
        .cloned()
        .collect();
    if !alone.is_empty() {
        return LooksLike {
            mistakes: alone,
            at_once: false,
        };
    }
    let mut pairs = mistakes.iter().enumerate().flat_map(|(n, one)| {
        mistakes[n + 1..]
            .iter()
            .filter(move |other| same(&(&fails(one) | &fails(other))))
            .map(move |other| [one, other])
    });
    match (pairs.next(), pairs.next()) {
        (Some(pair), None) => LooksLike {
            mistakes: pair.into_iter().cloned().collect(),
            at_once: true,
        },
        _ => LooksLike::default(),
    }
}

/// Builds the exercises of one chapter.
fn build(workspace: &Workspace, chapter: &Chapter) -> Result<Build> {
    cargo::build(
        &workspace.root,
        &[
            "test",
            "--package",
            &chapter.package,
            "--test",
            "exercises",
            "--no-run",
        ],
    )
}

/// Builds and runs `exercises`, and remembers how far each is. An error if one
/// doesn't compile; that has been said then.
pub fn run<'a>(
    workspace: &'a Workspace,
    exercises: &[(&'a Chapter, &'a Exercise)],
) -> Result<Vec<Checked<'a>>> {
    let mut checked = Vec::new();
    let mut progress = Progress::load(workspace);
    for same_chapter in exercises.chunk_by(|(a, _), (b, _)| a.number == b.number) {
        let Some((chapter, _)) = same_chapter.first() else {
            continue;
        };
        // Taken before the build: a file that is saved meanwhile is another file.
        let fingerprints: Vec<String> = same_chapter
            .iter()
            .map(|(_, exercise)| exercise.fingerprint())
            .collect();
        let build = build(workspace, chapter)?;
        if !build.succeeded {
            return Err(say_what_does_not_compile(chapter, same_chapter, build));
        }
        let executable = build
            .executable(&chapter.dir, "exercises")
            .ok_or_else(|| Error::Failed("cargo built no exercises".into()))?;
        let known = runner::list(&executable.path, &chapter.dir)?;
        let asked: Vec<String> = known
            .into_iter()
            .filter(|name| {
                same_chapter
                    .iter()
                    .any(|(_, exercise)| name.starts_with(&exercise.prefix()))
            })
            .collect();
        let mut outcomes = runner::run_checks(&executable.path, &chapter.dir, &asked)?;
        for outcome in &mut outcomes {
            find_place(workspace, chapter, &executable.path, outcome)?;
        }
        for ((_, exercise), fingerprint) in same_chapter.iter().zip(&fingerprints) {
            let one = judge(workspace, chapter, exercise, &outcomes)?;
            progress.set_state(
                chapter,
                exercise,
                fingerprint,
                one.passed(),
                one.outcomes.len(),
            );
            checked.push(one);
        }
    }
    progress.save()?;
    Ok(checked)
}

/// A check that panicked in a library says where in the library. What helps is the
/// line of this workspace that called it, which a backtrace knows.
fn find_place(
    workspace: &Workspace,
    chapter: &Chapter,
    executable: &Path,
    outcome: &mut Outcome,
) -> Result<()> {
    let Some(reason) = &mut outcome.failure else {
        return Ok(());
    };
    let root = &workspace.root;
    if let Some((file, _)) = &reason.place
        && !root.join(file).starts_with(root)
    {
        // A backtrace's paths are relative to the folder it was made in.
        reason.place = runner::frames(executable, &chapter.dir, &outcome.name)?
            .into_iter()
            .map(|(file, line)| (chapter.dir.join(file), line))
            .find(|(file, _)| chapter.exercises.iter().any(|one| one.file == *file))
            .map(|(file, line)| (file.display().to_string(), line));
    }
    Ok(())
}

fn judge<'a>(
    workspace: &Workspace,
    chapter: &'a Chapter,
    exercise: &'a Exercise,
    outcomes: &[Outcome],
) -> Result<Checked<'a>> {
    let prefix = exercise.prefix();
    let mut own: Vec<Outcome> = outcomes
        .iter()
        .filter_map(|outcome| {
            outcome.name.strip_prefix(&prefix).map(|name| Outcome {
                name: name.to_owned(),
                failure: outcome.failure.clone(),
            })
        })
        .collect();
    if own.is_empty() {
        // Not to be taken for an exercise of which nothing fails.
        return Err(Error::Failed(format!(
            "{} {}: its checks are not part of it. The last lines of {} must be\n\n    \
             #[cfg(test)]\n    mod checks;\n",
            exercise.id(chapter),
            exercise.name,
            console::path(&exercise.file)
        )));
    }
    let order = exercise.check_order();
    own.sort_by_key(|outcome| order.iter().position(|name| *name == outcome.name));
    let failed: Vec<&str> = own
        .iter()
        .filter(|outcome| !outcome.passed())
        .map(|outcome| outcome.name.as_str())
        .collect();
    let unwritten = own.iter().any(|outcome| {
        outcome
            .failure
            .as_ref()
            .is_some_and(|reason| not_written(workspace, exercise, reason))
    });
    // One who has not written a part yet has not made a mistake in it.
    let looks_like = if unwritten || failed.is_empty() {
        LooksLike::default()
    } else {
        recognise(&exercise.mistakes()?, &failed)
    };
    Ok(Checked {
        chapter,
        exercise,
        outcomes: own,
        looks_like,
    })
}

/// Prints the compiler's errors. All exercises of a chapter compile together, so
/// the error can be in another one; then that is said too.
fn say_what_does_not_compile(
    chapter: &Chapter,
    asked: &[(&Chapter, &Exercise)],
    build: Build,
) -> Error {
    let errors: Vec<_> = build.diagnostics.iter().filter(|one| one.error).collect();
    let owners: Vec<&Exercise> = errors
        .iter()
        .filter_map(|error| {
            let file = error.file.as_ref()?;
            chapter
                .exercises
                .iter()
                .find(|exercise| *file == exercise.file || file.starts_with(&exercise.folder))
        })
        .collect();
    let elsewhere = owners.len() == errors.len()
        && owners.iter().all(|owner| {
            asked
                .iter()
                .all(|(_, exercise)| exercise.name != owner.name)
        });
    let other = owners.first().map(|owner| owner.id(chapter));
    if let Err(error) = build.or_say_why()
        && let (true, Some(other)) = (elsewhere, other)
    {
        complain!(
            "All exercises of a chapter compile together, and {other} does not compile yet.\n\
             Mend it, or set it aside: {}",
            console::command_text(&format!("reset {other}"))
        );
        return error;
    }
    Error::Said
}

/// `check N[.M]|NAME [--json]`.
pub fn command_check(workspace: &Workspace, asked: &str, as_json: bool) -> Result<()> {
    let exercises = workspace.exercises(asked)?;
    let checked = match run(workspace, &exercises) {
        Err(Error::Said) if as_json => {
            let all: Vec<Value> = exercises
                .iter()
                .map(|(chapter, exercise)| {
                    crate::overview::json(workspace, chapter, exercise, State::Unknown)
                })
                .collect();
            say!("{:#}", json!({ "exercises": all }));
            return Err(Error::Said);
        }
        checked => checked?,
    };
    if as_json {
        let all: Vec<Value> = checked.iter().map(|one| json(workspace, one)).collect();
        say!("{:#}", json!({ "exercises": all }));
    } else {
        show_all(workspace, &checked);
    }
    if checked.iter().all(Checked::done) {
        Ok(())
    } else {
        Err(Error::Said)
    }
}

/// Prints what became of several exercises, and what to do next.
pub fn show_all(workspace: &Workspace, checked: &[Checked<'_>]) {
    say!();
    if let [one] = checked {
        show(workspace, one);
        say!();
        after(workspace, one);
        return;
    }
    for one in checked {
        // Those that were not begun don't need to fail in detail.
        if one.done() || one.untouched(workspace) {
            say!("{}", heading(one));
        } else {
            show(workspace, one);
        }
        say!();
    }
    let done = checked.iter().filter(|one| one.done()).count();
    say!(
        "  {}  {done} of {}",
        console::bar(done, checked.len(), 20),
        count(checked.len(), "exercise")
    );
    if let Some(next) = checked.iter().find(|one| !one.done()) {
        say!();
        say!(
            "  Next  {}",
            command(&format!("check {}", next.exercise.id(next.chapter)))
        );
    }
    say!();
}

fn heading(one: &Checked<'_>) -> String {
    let (passed, all) = (one.passed(), one.outcomes.len());
    let (look, state) = match one.state() {
        State::Done(_) => (Look::Good, "done".to_owned()),
        State::NotStarted | State::Unknown => (Look::Dim, "not started".to_owned()),
        State::Started(..) => (Look::Note, format!("{passed} of {all}")),
    };
    let title = format!("{}  {}", one.exercise.id(one.chapter), one.exercise.name);
    format!(
        "  {} {}",
        console::column(Look::Bold, &title, 40),
        paint(look, &state)
    )
}

fn show(workspace: &Workspace, one: &Checked<'_>) {
    say!(
        "  {}  {}",
        paint(
            Look::Bold,
            &format!("{}  {}", one.exercise.id(one.chapter), one.exercise.name)
        ),
        paint(Look::Dim, &one.exercise.header.title)
    );
    say!("  {}", paint(Look::Dim, &console::path(&one.exercise.file)));
    say!();
    let width = one
        .outcomes
        .iter()
        .map(|outcome| console::columns(&outcome.name))
        .max()
        .map_or(0, |width| width.min(58));
    let mut gap_before = false;
    let mut said: Option<&str> = None;
    for outcome in &one.outcomes {
        match &outcome.failure {
            None => {
                gap(&mut gap_before);
                say!("  {} {}", paint(Look::Good, "✓"), outcome.name);
            }
            Some(reason) if not_written(workspace, one.exercise, reason) => {
                gap(&mut gap_before);
                say!(
                    "  {} {} {}",
                    paint(Look::Note, "·"),
                    console::column(Look::Dim, &outcome.name, width + 1),
                    paint(Look::Note, "not written yet")
                );
            }
            Some(reason) => {
                gap(&mut gap_before);
                say!(
                    "  {} {}",
                    paint(Look::Bad, "✗"),
                    paint(Look::Bold, &outcome.name)
                );
                if said == Some(&reason.message) {
                    say!("      {}", paint(Look::Dim, "the same"));
                } else {
                    for line in reason.message.lines() {
                        say!("      {line}");
                    }
                }
                said = Some(&reason.message);
                if !reason.printed.is_empty() {
                    say!("    {}", paint(Look::Dim, "your code printed"));
                    for line in reason.printed.lines() {
                        say!("      {line}");
                    }
                }
                if let Some((file, line)) = &reason.place {
                    let file = console::path(&workspace.root.join(file));
                    say!("    {}", paint(Look::Dim, &format!("at {file}:{line}")));
                }
                gap_before = true;
            }
        }
    }
}

/// An empty line after a failure, before whatever comes next.
fn gap(before: &mut bool) {
    if *before {
        say!();
    }
    *before = false;
}

/// What to do after checking one exercise.
fn after(workspace: &Workspace, one: &Checked<'_>) {
    let (passed, all) = (one.passed(), one.outcomes.len());
    let id = one.exercise.id(one.chapter);
    if one.done() {
        let all_pass = if all == 1 {
            "The check passes.".to_owned()
        } else {
            format!("All {all} checks pass.")
        };
        say!("  {}", paint(Look::Good, &all_pass));
        say!();
        say!("  Compare  {}", command(&format!("solution {id}")));
        let next = workspace
            .all_exercises()
            .skip_while(|(_, exercise)| exercise.file != one.exercise.file)
            .nth(1);
        if let Some((chapter, exercise)) = next {
            say!(
                "  Next     {}  {}",
                command(&format!("check {}", exercise.id(chapter))),
                paint(Look::Dim, &exercise.name)
            );
        }
    } else {
        say!(
            "  {}  {passed} of {}",
            console::bar(passed, all, 20),
            count(all, "check")
        );
        for (n, mistake) in one.looks_like.mistakes.iter().enumerate() {
            let lead = match (n, one.looks_like.at_once) {
                (0, false) => "This looks like",
                (_, false) => "or like",
                (0, true) => "This looks like two mistakes at once:",
                (_, true) => "and",
            };
            say!();
            say!(
                "  {lead} {}",
                paint(Look::Note, &format!("*{}*", lower_first(&mistake.title)))
            );
            for line in console::wrap(&mistake.explanation, 4) {
                say!("{line}");
            }
        }
        say!();
        if one.untouched(workspace) {
            say!("  Edit     {}", console::path(&one.exercise.file));
        }
        if let Some(page) = &one.exercise.header.page {
            say!("  Read     book/{page}");
        }
        if !one.exercise.hints().is_empty() {
            say!("  Stuck?   {}", command(&format!("hint {id}")));
        }
    }
    say!();
}

/// `One read is one message` within a sentence; a name in capitals stays.
fn lower_first(title: &str) -> String {
    let mut letters = title.chars();
    match (letters.next(), letters.next()) {
        (Some(first), Some(second)) if !second.is_uppercase() => {
            let rest: String = title.chars().skip(1).collect();
            first.to_lowercase().chain(rest.chars()).collect()
        }
        _ => title.to_owned(),
    }
}

/// One exercise as `check --json` gives it; see the crate's documentation.
fn json(workspace: &Workspace, one: &Checked<'_>) -> Value {
    let checks: Vec<Value> = one
        .outcomes
        .iter()
        .map(|outcome| {
            let mut check = json!({ "name": outcome.name });
            match &outcome.failure {
                None => check["state"] = "passed".into(),
                Some(reason) if not_written(workspace, one.exercise, reason) => {
                    check["state"] = "not written".into();
                }
                Some(reason) => {
                    check["state"] = "failed".into();
                    check["message"] = reason.message.as_str().into();
                    check["printed"] = reason.printed.as_str().into();
                    if let Some((file, line)) = &reason.place {
                        check["file"] = file.as_str().into();
                        check["line"] = (*line).into();
                    }
                }
            }
            check
        })
        .collect();
    let mistakes: Vec<Value> = one
        .looks_like
        .mistakes
        .iter()
        .map(|mistake| {
            json!({
                "name": mistake.name,
                "title": mistake.title,
                "explanation": mistake.explanation,
            })
        })
        .collect();
    let mut value = crate::overview::json(workspace, one.chapter, one.exercise, one.state());
    value["check_results"] = checks.into();
    value["looks_like"] = mistakes.into();
    value["at_once"] = one.looks_like.at_once.into();
    value
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mistake(name: &str, fails: &[&str]) -> Mistake {
        Mistake {
            name: name.into(),
            title: name.into(),
            explanation: String::new(),
            fails: fails.iter().map(|check| (*check).to_owned()).collect(),
        }
    }

    #[test]
    fn a_mistake_is_recognised_by_exactly_its_checks() {
        let mistakes = [
            mistake("one", &["a"]),
            mistake("two", &["a", "b"]),
            mistake("twin", &["a", "b"]),
            mistake("none", &[]),
        ];
        let names = |failed: &[&str]| -> Vec<String> {
            recognise(&mistakes, failed)
                .mistakes
                .into_iter()
                .map(|mistake| mistake.name)
                .collect()
        };
        assert_eq!(names(&["a"]), ["one"]);
        assert_eq!(names(&["b", "a"]), ["two", "twin"]);
        assert!(names(&["a", "b", "c"]).is_empty());
        assert!(names(&[]).is_empty());
    }

    #[test]
    fn two_mistakes_at_once_are_recognised_where_no_other_two_would_do() {
        let mistakes = [
            mistake("one", &["a"]),
            mistake("two", &["b", "c"]),
            mistake("three", &["c", "d"]),
            mistake("twin of three", &["c", "d"]),
        ];
        let both = recognise(&mistakes, &["c", "a", "b"]);
        assert!(both.at_once);
        let names: Vec<_> = both.mistakes.iter().map(|one| &one.name).collect();
        assert_eq!(names, ["one", "two"]);
        // `three` or its twin: nobody can say which.
        assert!(recognise(&mistakes, &["a", "c", "d"]).mistakes.is_empty());
        // A known mistake and something unknown.
        assert!(recognise(&mistakes, &["a", "d"]).mistakes.is_empty());
    }

    #[test]
    fn a_title_fits_into_a_sentence() {
        assert_eq!(
            lower_first("One read is one message"),
            "one read is one message"
        );
        assert_eq!(lower_first("EOF is fine"), "EOF is fine");
    }
}
