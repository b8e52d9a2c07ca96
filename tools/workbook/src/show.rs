//! Verdicts as a person reads them: on one screen, the first failure in full.

use layout::{Mistake, Workspace};

use crate::console::{self, Look, command, count, paint, say};
use crate::judge::Checked;
use crate::judge::libtest::Reason;
use crate::progress::State;

/// How much is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extent {
    /// What fits on a screen.
    Screen,
    /// Every check, and every line of what it said.
    All,
}

/// Of a long message, so many lines from its beginning are shown ...
const FIRST: usize = 4;
/// ... and so many up to its end, where the expectation is that was not met.
const LAST: usize = 16;
/// So many checks that fail get a line, behind the first.
const OTHERS: usize = 6;

/// Prints what became of several exercises, and what to do next.
pub fn verdicts(workspace: &Workspace, checked: &[Checked<'_>], extent: Extent) {
    say!();
    if let [one] = checked {
        verdict(workspace, one, extent);
        say!();
        after(workspace, one, extent);
        return;
    }
    for one in checked {
        // Those that were not begun don't need to fail in detail.
        if one.done() || one.untouched(workspace) {
            say!("{}", heading(one));
        } else {
            verdict(workspace, one, extent);
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
            command(&format!("check {}", next.exercise.id()))
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
    let title = format!("{}  {}", one.exercise.id(), one.exercise.name);
    format!(
        "  {} {}",
        console::column(Look::Bold, &title, 40),
        paint(look, &state)
    )
}

/// What an exercise is, and which of its checks fail.
fn verdict(workspace: &Workspace, one: &Checked<'_>, extent: Extent) {
    say!(
        "  {}  {}",
        paint(
            Look::Bold,
            &format!("{}  {}", one.exercise.id(), one.exercise.name)
        ),
        paint(Look::Dim, &one.exercise.header.title)
    );
    say!("  {}", paint(Look::Dim, &console::path(&one.exercise.file)));
    match extent {
        Extent::Screen => on_a_screen(workspace, one),
        Extent::All => all(workspace, one),
    }
}

/// The first failure in full, a line for each of the next ones, and of the rest
/// their number.
fn on_a_screen(workspace: &Workspace, one: &Checked<'_>) {
    let (unwritten, failed): (Vec<_>, Vec<_>) = one
        .outcomes
        .iter()
        .filter_map(|outcome| Some((&outcome.name, outcome.failure.as_ref()?)))
        .partition(|(_, reason)| one.not_written(workspace, reason));
    let mut failed = failed.into_iter();
    if let Some((name, reason)) = failed.next() {
        say!();
        failure(workspace, one, name, reason, Extent::Screen);
        let rest = failed.len();
        if rest > 0 {
            say!();
        }
        for (name, reason) in failed.by_ref().take(OTHERS) {
            one_line(name, reason);
        }
        if failed.len() > 0 {
            say!(
                "  {} and {} more",
                paint(Look::Bad, "✗"),
                count(failed.len(), "check")
            );
        }
    }
    if let Some((first, _)) = unwritten.first() {
        say!();
        let what = match unwritten.len() {
            1 => format!("{first} meets code that is not written yet"),
            n => format!("{n} checks meet code that is not written yet, {first} first"),
        };
        say!("  {} {}", paint(Look::Note, "·"), paint(Look::Note, &what));
    }
}

fn one_line(name: &str, reason: &Reason) {
    let said = gist(&reason.message);
    let room = console::WIDTH.saturating_sub(6 + console::columns(name));
    let said = match console::columns(said) > room {
        true => {
            let cut: String = said.chars().take(room.saturating_sub(1)).collect();
            format!("{}…", cut.trim_end())
        }
        false => said.to_owned(),
    };
    let line = format!("{name}  {}", paint(Look::Dim, &said));
    say!("  {} {}", paint(Look::Bad, "✗"), line.trim_end());
}

/// The line of a message that says most alone: the first, unless that is the heading
/// of steps. Then what was not met stands behind them.
fn gist(message: &str) -> &str {
    let is_step = |line: &&str| {
        let number = line.trim_start().split_once(". ").map(|(number, _)| number);
        line.starts_with(' ') || number.is_some_and(|number| number.parse::<u32>().is_ok())
    };
    let mut lines = message.lines();
    let first = lines.next().unwrap_or_default();
    match message.contains(":\n  1. ") && first.ends_with(':') {
        true => lines.find(|line| !is_step(line)).unwrap_or(first),
        false => first,
    }
}

/// Every check in its order.
fn all(workspace: &Workspace, one: &Checked<'_>) {
    let mut said: Option<&str> = None;
    for outcome in &one.outcomes {
        match &outcome.failure {
            None => say!("  {} {}", paint(Look::Good, "✓"), outcome.name),
            Some(reason) if one.not_written(workspace, reason) => {
                let name = paint(Look::Dim, &outcome.name);
                let what = paint(Look::Note, "not written yet");
                say!("  {} {name}  {what}", paint(Look::Note, "·"));
            }
            Some(reason) if said == Some(&reason.message) => {
                say!(
                    "  {} {}",
                    paint(Look::Bad, "✗"),
                    paint(Look::Bold, &outcome.name)
                );
                say!("      {}", paint(Look::Dim, "the same"));
            }
            Some(reason) => {
                say!();
                failure(workspace, one, &outcome.name, reason, Extent::All);
                say!();
                said = Some(&reason.message);
            }
        }
    }
}

/// A failed check: what it said, where the reader's own code panicked, and what that
/// printed.
fn failure(workspace: &Workspace, one: &Checked<'_>, name: &str, reason: &Reason, extent: Extent) {
    let place = |(file, line): &(String, u64)| {
        let file = workspace.root.join(file);
        (
            file == one.exercise.file,
            format!("{}:{line}", console::path(&file)),
        )
    };
    say!("  {} {}", paint(Look::Bad, "✗"), paint(Look::Bold, name));
    lines(&reason.message, extent);
    for (panicked, message) in &reason.earlier {
        if let (true, place) = place(panicked) {
            say!(
                "    {}",
                paint(Look::Note, &format!("your code panicked at {place}"))
            );
            lines(message, extent);
        }
    }
    if !reason.printed.is_empty() {
        say!("    {}", paint(Look::Dim, "your code printed"));
        lines(&reason.printed, extent);
    }
    if let Some(panicked) = &reason.place {
        let (_, place) = place(panicked);
        say!("    {}", paint(Look::Dim, &format!("at {place}")));
    }
}

/// The lines of `text`; of many, the first and the last.
fn lines(text: &str, extent: Extent) {
    let lines: Vec<&str> = text.lines().collect();
    let left_out = match (extent, lines.len()) {
        (Extent::Screen, many) if many > FIRST + LAST + 1 => FIRST..many - LAST,
        _ => 0..0,
    };
    for (at, line) in lines.iter().enumerate() {
        if !left_out.contains(&at) {
            say!("{}", format!("      {line}").trim_end());
        } else if at == left_out.start {
            let what = format!("... {} lines more ...", left_out.len());
            say!("      {}", paint(Look::Dim, &what));
        }
    }
}

/// What to do after checking one exercise.
fn after(workspace: &Workspace, one: &Checked<'_>, extent: Extent) {
    let (passed, all) = (one.passed(), one.outcomes.len());
    let id = one.exercise.id();
    if one.done() {
        let all_pass = match all {
            1 => "The check passes.".to_owned(),
            _ => format!("All {all} checks pass."),
        };
        say!("  {}", paint(Look::Good, &all_pass));
        say!();
        say!("  Compare  {}", command(&format!("solution {id}")));
        let next = workspace
            .exercises()
            .skip_while(|exercise| exercise.file != one.exercise.file)
            .nth(1);
        if let Some(exercise) = next {
            say!(
                "  Next     {}  {}",
                command(&format!("check {}", exercise.id())),
                paint(Look::Dim, &exercise.name)
            );
        }
        say!();
        return;
    }
    say!(
        "  {}  {passed} of {} pass",
        console::bar(passed, all, 20),
        count(all, "check")
    );
    looks_like(&one.looks_like);
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
    if extent == Extent::Screen && !one.untouched(workspace) {
        say!("  In full  {}", command(&format!("check {id} --all")));
    }
    say!();
}

fn looks_like(mistakes: &[Mistake]) {
    for (n, mistake) in mistakes.iter().enumerate() {
        let lead = match (n, mistakes.len()) {
            (0, 1) => "This looks like",
            (0, _) => "This looks like two mistakes at once:",
            _ => "and",
        };
        say!();
        let title = format!("*{}*", lower_first(&mistake.title));
        say!("  {lead} {}", paint(Look::Note, &title));
        for line in console::wrap(&mistake.explanation, 4) {
            say!("{line}");
        }
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_steps_a_line_says_what_was_not_met() {
        assert_eq!(gist("expected 3, got 4\n  of two"), "expected 3, got 4");
        assert_eq!(gist("it says:\nno"), "it says:");
        let steps = "what happened:\n  1. one\n     ... 98 steps more ...\n100. two";
        assert_eq!(gist(&format!("{steps}\nexpected three")), "expected three");
        assert_eq!(gist(steps), "what happened:");
        assert_eq!(gist(""), "");
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
