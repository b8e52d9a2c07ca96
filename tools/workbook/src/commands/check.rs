//! `check`: what of an exercise passes, what fails, and why.

use layout::Workspace;
use serde_json::{Value, json};

use crate::asked;
use crate::console::say;
use crate::error::{Error, Result};
use crate::progress::State;
use crate::show::{self, Extent};
use crate::{events, json, judge};

/// `check N[.M]|NAME [--all|--json|--events]`.
pub fn check(workspace: &Workspace, asked: &str, extent: Extent, as_json: bool) -> Result<()> {
    let exercises = asked::exercises(workspace, asked)?;
    if events::on() {
        let judged = judge::check(workspace, &exercises, &mut |event| {
            events::tell(&events::of_check(workspace, &event));
        })?;
        judged.remember();
        return said(&judged);
    }
    let judged = judge::check(workspace, &exercises, &mut judge::say_why)?;
    if as_json {
        let all: Vec<Value> = exercises
            .iter()
            .map(|exercise| {
                let checked = judged
                    .checked
                    .iter()
                    .find(|one| one.exercise.key() == exercise.key());
                match checked {
                    Some(one) => json::checked(workspace, one),
                    None => json::exercise(workspace, exercise, State::Unknown),
                }
            })
            .collect();
        say!("{:#}", json!({ "exercises": all }));
    } else if !judged.checked.is_empty() {
        show::verdicts(workspace, &judged.checked, extent);
    }
    judged.remember();
    said(&judged)
}

/// All that is asked for must compile and pass.
fn said(judged: &judge::Judged<'_>) -> Result<()> {
    match judged.broken.is_empty() && judged.checked.iter().all(judge::Checked::done) {
        true => Ok(()),
        false => Err(Error::Said),
    }
}
