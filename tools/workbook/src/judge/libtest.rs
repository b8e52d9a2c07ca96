//! What libtest prints, read back: which checks passed, which failed, and what
//! each said.

use std::collections::HashMap;

/// What one run of a test executable printed.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Printed {
    /// Every check of which a verdict was printed: its name, and whether it
    /// passed.
    pub verdicts: Vec<(String, bool)>,
    /// What libtest kept of each failed check's output.
    pub blocks: HashMap<String, String>,
    /// Whether the run came to its end; if not, a check took the process along.
    pub finished: bool,
}

/// A place in the code: file and line.
pub type Place = (String, u64);

/// Why a check failed, in its own words.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reason {
    /// The message that it panicked with.
    pub message: String,
    /// Where it panicked: file and line.
    pub place: Option<Place>,
    /// What it printed before.
    pub printed: String,
    /// Where code panicked that is not written yet.
    pub todo: Option<Place>,
    /// The panics before that one, which the check caught: where, and with what.
    pub earlier: Vec<(Place, String)>,
}

/// Reads libtest's pretty format.
pub fn parse(output: &str) -> Printed {
    let mut printed = Printed::default();
    // The details come first in a section of their own, then the names again.
    let (run, rest) = output.split_once("\nfailures:\n").unwrap_or((output, ""));
    let details = rest
        .rsplit_once("\nfailures:\n")
        .map_or("", |(details, _)| details);
    for line in run.lines() {
        if let Some((name, passed)) = verdict(line) {
            printed.verdicts.push((name.to_owned(), passed));
        }
    }
    printed.finished = output.lines().any(|line| line.starts_with("test result: "));
    let failed = |name: &str| {
        printed
            .verdicts
            .iter()
            .any(|(known, passed)| known == name && !passed)
    };
    let mut current: Option<String> = None;
    for line in details.lines() {
        let heading = line
            .strip_prefix("---- ")
            .and_then(|rest| rest.strip_suffix(" stdout ----"))
            .filter(|name| failed(name));
        if let Some(name) = heading {
            current = Some(name.to_owned());
        } else if let Some(name) = &current {
            let block = printed.blocks.entry(name.clone()).or_default();
            block.push_str(line);
            block.push('\n');
        }
    }
    printed
}

/// Reads `test NAME ... ok`.
fn verdict(line: &str) -> Option<(&str, bool)> {
    let (name, word) = line.strip_prefix("test ")?.rsplit_once(" ... ")?;
    let name = name.split(" - ").next()?;
    match word {
        "ok" => Some((name, true)),
        "FAILED" => Some((name, false)),
        _ => None,
    }
}

/// Reads the names that `--list` prints.
pub fn parse_list(output: &str) -> Vec<String> {
    output
        .lines()
        .filter_map(|line| line.strip_suffix(": test"))
        .map(str::to_owned)
        .collect()
}

/// Finds in the output of one failed check what it panicked with.
///
/// Where there were several panics, the last one failed the check, unless it only
/// follows from another (a `join` that found its thread gone).
pub fn reason(block: &str) -> Reason {
    let mut printed: Vec<&str> = Vec::new();
    let mut panics: Vec<(Option<Place>, Vec<&str>)> = Vec::new();
    for line in block.lines() {
        if line.starts_with("note: run with `RUST_BACKTRACE") || line == "stack backtrace:" {
            continue;
        }
        if let Some(place) = panicked_at(line) {
            panics.push((place, Vec::new()));
        } else if let Some((_, message)) = panics.last_mut() {
            message.push(line);
        } else {
            printed.push(line);
        }
    }
    let printed = printed.join("\n").trim_matches('\n').to_owned();
    let unwritten = |message: &[&str]| {
        message.first().is_some_and(|line| {
            line.starts_with("not yet implemented") || line.starts_with("not implemented")
        })
    };
    let todo = panics
        .iter()
        .find(|(_, message)| unwritten(message))
        .and_then(|(place, _)| place.clone());
    let follows = |message: &[&str]| message.iter().any(|line| line.ends_with("Any { .. }"));
    let last = panics
        .iter()
        .rposition(|(_, message)| !follows(message))
        .unwrap_or(0);
    let text = |message: &[&str]| message.join("\n").trim_end().to_owned();
    let earlier = panics
        .iter()
        .take(last)
        .filter_map(|(place, message)| Some((place.clone()?, text(message))))
        .collect();
    match panics.into_iter().nth(last) {
        Some((place, message)) => Reason {
            message: text(&message),
            place,
            printed,
            todo,
            earlier,
        },
        // A check that returned an error.
        None => Reason {
            message: printed,
            ..Reason::default()
        },
    }
}

/// Reads `thread 'NAME' (ID) panicked at FILE:LINE:COLUMN:`.
fn panicked_at(line: &str) -> Option<Option<Place>> {
    let (_, place) = line
        .strip_prefix("thread '")?
        .strip_suffix(':')?
        .split_once(" panicked at ")?;
    let mut parts = place.rsplitn(3, ':');
    let _column = parts.next();
    let line = parts.next().and_then(|line| line.parse().ok());
    Some(
        parts
            .next()
            .zip(line)
            .map(|(file, line)| (file.to_owned(), line)),
    )
}

/// Reads the places of a backtrace, `at FILE:LINE:COLUMN`, innermost first.
pub fn frames(output: &str) -> Vec<Place> {
    output
        .lines()
        .filter_map(|line| {
            let mut parts = line.trim_start().strip_prefix("at ")?.rsplitn(3, ':');
            let _column = parts.next();
            let line = parts.next()?.parse().ok()?;
            let file = parts.next()?;
            Some((file.trim_start_matches("./").to_owned(), line))
        })
        .collect()
}

/// What a process that was taken along by a check said on stderr, as a sentence.
pub fn last_words(stderr: &str) -> Option<String> {
    if stderr.contains("has overflowed its stack") {
        return Some("it overflowed its stack: does something call itself without end?".into());
    }
    stderr
        .lines()
        .map(str::trim)
        .rfind(|line| !line.is_empty() && !line.starts_with("note: run with"))
        .map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_backtrace_has_places() {
        let output = "stack backtrace:\n   0: panic\n             at /rust/panic.rs:1:2\n   \
            1: t::f\n             at ./chapters/01-a/exercises/t.rs:5:38\n   2: main\n";
        assert_eq!(
            frames(output),
            [
                ("/rust/panic.rs".to_owned(), 1),
                ("chapters/01-a/exercises/t.rs".to_owned(), 5)
            ]
        );
    }

    const RUN: &str = "
running 5 tests
test t::checks::b ... ok
test t::checks::a ... FAILED
test t::checks::d ... FAILED
test t::checks::e - should panic ... ok
test t::checks::f ... FAILED

failures:

---- t::checks::a stdout ----
hi
---- not a check stdout ----

thread 't::checks::a' (13555) panicked at chapters/01-a/exercises/t/checks.rs:3:54:
assertion `left == right` failed: told you

so
  left: 1
 right: 2
note: run with `RUST_BACKTRACE=1` environment variable to display a backtrace

---- t::checks::d stdout ----

thread 't::checks::d' panicked at chapters/01-a/exercises/t.rs:5:38:
not yet implemented

---- t::checks::f stdout ----
Error: \"bad\"


failures:
    t::checks::a
    t::checks::d
    t::checks::f

test result: FAILED. 2 passed; 3 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s

";

    #[test]
    fn verdicts_and_reasons_are_found() {
        let printed = parse(RUN);
        assert!(printed.finished);
        let passed: Vec<&str> = printed
            .verdicts
            .iter()
            .filter(|(_, passed)| *passed)
            .map(|(name, _)| name.as_str())
            .collect();
        assert_eq!(passed, ["t::checks::b", "t::checks::e"]);
        assert_eq!(printed.verdicts.len(), 5);
        assert_eq!(
            reason(&printed.blocks["t::checks::a"]),
            Reason {
                message: "assertion `left == right` failed: told you\n\nso\n  left: 1\n right: 2"
                    .into(),
                place: Some(("chapters/01-a/exercises/t/checks.rs".into(), 3)),
                printed: "hi\n---- not a check stdout ----".into(),
                ..Reason::default()
            }
        );
        let todo = reason(&printed.blocks["t::checks::d"]);
        assert_eq!(todo.message, "not yet implemented");
        assert_eq!(todo.todo, Some(("chapters/01-a/exercises/t.rs".into(), 5)));
        assert_eq!(
            reason(&printed.blocks["t::checks::f"]).message,
            "Error: \"bad\""
        );
    }

    #[test]
    fn a_message_may_look_like_libtest() {
        let run = "running 1 test\ntest t::checks::a ... FAILED\n\nfailures:\n\n---- t::checks::a stdout ----\n\nthread 't::checks::a' (1) panicked at a.rs:1:2:\nexpected\n\nfailures:\n    none\n\nfailures:\n    t::checks::a\n\ntest result: FAILED. 0 passed; 1 failed;\n";
        let printed = parse(run);
        assert_eq!(
            reason(&printed.blocks["t::checks::a"]).message,
            "expected\n\nfailures:\n    none"
        );
    }

    #[test]
    fn a_run_that_was_cut_short_is_not_finished() {
        let run = "\nrunning 3 tests\ntest t::checks::a ... ok\ntest t::checks::b ... FAILED\ntest t::checks::c ... ";
        let printed = parse(run);
        assert!(!printed.finished);
        assert_eq!(
            printed.verdicts,
            [
                ("t::checks::a".to_owned(), true),
                ("t::checks::b".to_owned(), false)
            ]
        );
        assert!(printed.blocks.is_empty());
    }

    #[test]
    fn a_panic_that_follows_from_another_is_not_the_reason() {
        let block = "\nthread '<unnamed>' (7) panicked at x.rs:9:1:\nindex out of bounds\n\nthread 't' (8) panicked at y.rs:1:1:\ncalled `Result::unwrap()` on an `Err` value: Any { .. }\n";
        let found = reason(block);
        assert_eq!(found.message, "index out of bounds");
        assert_eq!(found.place, Some(("x.rs".into(), 9)));
        let block = "\nthread 't' (8) panicked at x.rs:9:1:\ninner\n\nthread 't' (8) panicked at y.rs:1:1:\ncut at 3: inner\n";
        let found = reason(block);
        assert_eq!(found.message, "cut at 3: inner");
        assert_eq!(
            found.earlier,
            [(("x.rs".to_owned(), 9), "inner".to_owned())]
        );
    }

    #[test]
    fn an_overflow_is_named() {
        let stderr = "\nthread 't::checks::a' (1) has overflowed its stack\nfatal runtime error: stack overflow, aborting\n";
        assert!(last_words(stderr).is_some_and(|words| words.contains("stack")));
        assert_eq!(last_words("\n\n"), None);
    }

    #[test]
    fn a_list_is_read() {
        assert_eq!(
            parse_list("t::checks::a: test\nb: test\n\n2 tests, 0 benchmarks\n"),
            ["t::checks::a", "b"]
        );
    }
}
