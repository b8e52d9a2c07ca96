//! `exercises`: all of them, with state and a progress bar.

use layout::{Exercise, Workspace};
use serde_json::{Value, json};

use crate::console::{self, Look, command, paint, say};
use crate::error::{Error, Result};
use crate::json;
use crate::judge;
use crate::progress::{self, Progress, State};

/// An exercise and how far it is.
type Row<'a> = (&'a Exercise, State);

/// `exercises [--json [--known]]`; with `known`, those that have changed since they were
/// checked stay unknown, and nothing is built.
pub fn exercises(workspace: &Workspace, as_json: bool, known: bool) -> Result<()> {
    let unknown: Vec<&Exercise> = progress::known(workspace, workspace.exercises())
        .into_iter()
        .filter(|(_, state)| *state == State::Unknown && !known)
        .map(|(exercise, _)| exercise)
        .collect();
    let judged = judge::check(workspace, &unknown, &mut judge::say_why)?;
    let mut rows = progress::known(workspace, workspace.exercises());
    for (exercise, state) in &mut rows {
        // What was established counts, even where it can't be remembered.
        if let Some(one) = judged
            .checked
            .iter()
            .find(|one| one.exercise.key() == exercise.key())
        {
            *state = one.state();
        }
    }
    if as_json {
        let progress = Progress::load(workspace);
        let all: Vec<Value> = rows
            .iter()
            .map(|(exercise, state)| {
                let mut value = json::exercise(workspace, exercise, *state);
                value["hints"] = exercise.hints().len().into();
                value["hints_seen"] = progress.hints(exercise).into();
                value
            })
            .collect();
        say!("{:#}", json!({ "exercises": all }));
    } else {
        say!();
        for chapter in &workspace.chapters {
            let of_it = |(exercise, _): &&Row<'_>| exercise.chapter == chapter.number;
            let rows: Vec<Row<'_>> = rows.iter().filter(of_it).copied().collect();
            if !rows.is_empty() {
                say!(
                    "  {}",
                    paint(
                        Look::Bold,
                        &format!("{}  {}", chapter.number, chapter.title)
                    )
                );
                show(&rows);
                say!();
            }
        }
        show_total(&rows);
        say!();
    }
    judged.remember();
    // What does not compile stays unknown; the compiler has said why.
    match judged.broken.is_empty() {
        true => Ok(()),
        false => Err(Error::Said),
    }
}

/// Prints a line an exercise.
pub fn show(rows: &[Row<'_>]) {
    let name = rows
        .iter()
        .map(|(exercise, _)| console::columns(&exercise.name))
        .max()
        .unwrap_or(0);
    for (exercise, state) in rows {
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
            console::column(Look::Dim, &exercise.id(), 5),
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
        .filter(|(_, state)| matches!(state, State::Done(_)))
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
        .find(|(_, state)| !matches!(state, State::Done(_)));
    if let Some((exercise, _)) = next {
        say!();
        say!("  Next  {}", command(&format!("check {}", exercise.id())));
        say!(
            "        {}",
            paint(
                Look::Dim,
                &format!("after you have edited {}", console::path(&exercise.file))
            )
        );
    }
}
