//! `exercises`: all of them, with state and a progress bar.

use std::collections::HashSet;
use std::path::PathBuf;
use std::process::Stdio;

use serde_json::{Value, json};

use crate::cargo::clean_command;
use crate::chapters::{Chapter, Workspace};
use crate::check;
use crate::console::{self, Look, command, paint, say};
use crate::error::{Error, Result};
use crate::exercises::Exercise;
use crate::progress::{Progress, State};

/// An exercise and how far it is.
pub type Row<'a> = (&'a Chapter, &'a Exercise, State);

/// Tells whether an exercise's file is as it came.
type AsItCame = Box<dyn Fn(&Exercise) -> bool>;

/// The states of `exercises` as far as they are known without building: from the
/// last check of this very file, or because it is as it came.
pub fn known<'a>(
    workspace: &'a Workspace,
    exercises: impl Iterator<Item = (&'a Chapter, &'a Exercise)>,
) -> Vec<Row<'a>> {
    let progress = Progress::load(workspace);
    let mut as_it_came: Option<AsItCame> = None;
    exercises
        .map(|(chapter, exercise)| {
            let mut state = progress.state(chapter, exercise);
            if state == State::Unknown
                && as_it_came.get_or_insert_with(|| pristine(workspace))(exercise)
            {
                state = State::NotStarted;
            }
            (chapter, exercise, state)
        })
        .collect()
}

/// Tells whether an exercise's file is as git has it and has something left to
/// write. `prove` sees to it that such a file fails every check, so it need not
/// be built to know that.
fn pristine(workspace: &Workspace) -> AsItCame {
    let git = |args: &[&str]| -> Option<HashSet<PathBuf>> {
        let output = clean_command("git")
            .args(args)
            .current_dir(&workspace.root)
            .stdin(Stdio::null())
            .stderr(Stdio::null())
            .output()
            .ok()
            .filter(|output| output.status.success())?;
        let paths = String::from_utf8_lossy(&output.stdout)
            .split('\0')
            .filter(|path| !path.is_empty())
            .map(|path| workspace.root.join(path))
            .collect();
        Some(paths)
    };
    let tracked = git(&["ls-files", "-z", "--", "chapters/*/exercises/*.rs"]);
    let changed = git(&[
        "diff",
        "HEAD",
        "--name-only",
        "--relative",
        "-z",
        "--",
        "chapters",
    ]);
    match (tracked, changed) {
        (Some(tracked), Some(changed)) => Box::new(move |exercise| {
            tracked.contains(&exercise.file)
                && !changed.contains(&exercise.file)
                && std::fs::read_to_string(&exercise.file).is_ok_and(|text| text.contains("todo!("))
        }),
        _ => Box::new(|_| false),
    }
}

/// `exercises [--json]`.
pub fn command_exercises(workspace: &Workspace, as_json: bool) -> Result<()> {
    let mut unknown_failed = false;
    let unknown: Vec<(&Chapter, &Exercise)> = known(workspace, workspace.all_exercises())
        .into_iter()
        .filter(|(_, _, state)| *state == State::Unknown)
        .map(|(chapter, exercise, _)| (chapter, exercise))
        .collect();
    for chapter in unknown.chunk_by(|(a, _), (b, _)| a.number == b.number) {
        match check::run(workspace, chapter) {
            Ok(_) => {}
            // What does not compile stays unknown; the compiler has said why.
            Err(Error::Said) => unknown_failed = true,
            Err(error) => return Err(error),
        }
    }
    let rows = known(workspace, workspace.all_exercises());
    if as_json {
        let all: Vec<Value> = rows
            .iter()
            .map(|(chapter, exercise, state)| json(workspace, chapter, exercise, *state))
            .collect();
        say!("{:#}", json!({ "exercises": all }));
    } else {
        say!();
        for chapter in rows.chunk_by(|(a, ..), (b, ..)| a.number == b.number) {
            if let Some((first, ..)) = chapter.first() {
                say!(
                    "  {}",
                    paint(Look::Bold, &format!("{}  {}", first.number, first.title))
                );
                show(chapter);
                say!();
            }
        }
        show_total(&rows);
        say!();
    }
    if unknown_failed {
        Err(Error::Said)
    } else {
        Ok(())
    }
}

/// Prints a line an exercise.
pub fn show(rows: &[Row<'_>]) {
    let name = rows
        .iter()
        .map(|(_, exercise, _)| console::columns(&exercise.name))
        .max()
        .unwrap_or(0);
    for (chapter, exercise, state) in rows {
        let (mark, state) = match state {
            State::Done(_) => (paint(Look::Good, "✓"), paint(Look::Good, "done")),
            State::Started(passed, all) => (
                paint(Look::Note, "·"),
                paint(Look::Note, &format!("{passed} of {all} checks")),
            ),
            State::NotStarted => (" ".to_owned(), paint(Look::Dim, "not started")),
            State::Unknown => (
                " ".to_owned(),
                paint(Look::Note, "not checked since it changed"),
            ),
        };
        say!(
            "  {mark} {}  {}  {}  {state}",
            console::column(Look::Dim, &exercise.id(chapter), 5),
            console::column(Look::Bold, &exercise.name, name),
            console::column(
                Look::Dim,
                exercise.header.difficulty.as_deref().unwrap_or(""),
                8
            ),
        );
    }
}

/// Prints the bar over `rows`, and what comes next.
pub fn show_total(rows: &[Row<'_>]) {
    let done = rows
        .iter()
        .filter(|(.., state)| matches!(state, State::Done(_)))
        .count();
    if rows.is_empty() {
        say!("  There are no exercises yet.");
        return;
    }
    say!(
        "  {}  {done} of {} done",
        console::bar(done, rows.len(), 32),
        console::count(rows.len(), "exercise")
    );
    let next = rows
        .iter()
        .find(|(.., state)| !matches!(state, State::Done(_)));
    if let Some((chapter, exercise, _)) = next {
        say!();
        say!(
            "  Next  {}",
            command(&format!("check {}", exercise.id(chapter)))
        );
        say!(
            "        {}",
            paint(
                Look::Dim,
                &format!("after you have edited {}", console::path(&exercise.file))
            )
        );
    }
}

/// One exercise as `--json` gives it; see the crate's documentation.
pub fn json(workspace: &Workspace, chapter: &Chapter, exercise: &Exercise, state: State) -> Value {
    let file = exercise
        .file
        .strip_prefix(&workspace.root)
        .unwrap_or(&exercise.file);
    let (name, passed, checks) = match state {
        State::NotStarted => ("not started", Some(0), None),
        State::Started(passed, all) => ("started", Some(passed), Some(all)),
        State::Done(all) => ("done", Some(all), Some(all)),
        State::Unknown => ("unknown", None, None),
    };
    json!({
        "id": exercise.id(chapter),
        "name": exercise.name,
        "chapter": chapter.number,
        "title": exercise.header.title,
        "difficulty": exercise.header.difficulty,
        "page": exercise.header.page.as_ref().map(|page| format!("book/{page}")),
        "file": file.display().to_string(),
        "state": name,
        "passed": passed,
        "checks": checks,
    })
}
