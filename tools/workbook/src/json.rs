//! The `--json` of `exercises` and `check`
//!
//! `exercises --json` prints `{"exercises": [...]}` with one object an exercise:
//!
//! | key | value |
//! |---|---|
//! | `id` | `"5.2"` |
//! | `name` | `"length_prefix"`, by which progress is kept |
//! | `chapter` | `5` |
//! | `title` | the first line of its file |
//! | `difficulty` | `"warm-up"`, `"core"`, `"stretch"` or null |
//! | `page` | the page that explains it, as a path in the workspace, or null |
//! | `file` | the file to edit, as a path in the workspace |
//! | `state` | `"not started"`, `"started"`, `"done"`, or `"unknown"`: does not compile |
//! | `passed`, `checks` | how many checks pass, of how many; null where not known |
//! | `hints`, `hints_seen` | how many hints there are, and how many have been unfolded |
//!
//! With `--known` it builds nothing: what has changed since it was checked is `"unknown"`.
//!
//! `check --json` prints the same but the hints for the exercises asked for, and in each also
//! `check_results`, a list in the order in which the checks are written of
//! `{"name", "state"}` with the state `"passed"`, `"failed"` or `"not written"`,
//! a failed one with `message`, `printed` (what the reader's code printed),
//! `file` and `line`; and `looks_like`, the known mistakes that there is evidence for,
//! each with `name`, `title` and `explanation`: none, one, or two that the code has
//! `at_once`. The exit
//! status is 0 if all checks pass. If the code does not compile, the compiler's
//! errors are on stderr, the state of each exercise is `"unknown"`, it has no
//! `check_results`, and the exit status is 1.
//!
//! Keys are added, never removed or given another meaning.

use layout::{Exercise, Workspace};
use serde_json::{Value, json};

use crate::judge::Checked;
use crate::progress::State;

/// One exercise as `--json` gives it; see above.
pub fn exercise(workspace: &Workspace, exercise: &Exercise, state: State) -> Value {
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
        "id": exercise.id(),
        "name": exercise.name,
        "chapter": exercise.chapter,
        "title": exercise.header.title,
        "difficulty": exercise.header.difficulty,
        "page": exercise.header.page.as_ref().map(|page| format!("book/{page}")),
        "file": file.display().to_string(),
        "state": name,
        "passed": passed,
        "checks": checks,
    })
}

/// One exercise as `check --json` gives it; see above.
pub fn checked(workspace: &Workspace, one: &Checked<'_>) -> Value {
    let checks: Vec<Value> = one
        .outcomes
        .iter()
        .map(|outcome| {
            let mut check = json!({ "name": outcome.name });
            match &outcome.failure {
                None => check["state"] = "passed".into(),
                Some(reason) if one.not_written(workspace, reason) => {
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
        .iter()
        .map(|mistake| {
            json!({
                "name": mistake.name,
                "title": mistake.title,
                "explanation": mistake.explanation,
            })
        })
        .collect();
    let mut value = exercise(workspace, one.exercise, one.state());
    value["check_results"] = checks.into();
    value["looks_like"] = mistakes.into();
    value["at_once"] = (one.looks_like.len() > 1).into();
    value
}
