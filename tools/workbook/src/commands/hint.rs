//! `hint`: one at a time, for one who is stuck.

use layout::Workspace;

use crate::asked;
use crate::console::{self, Look, command, paint, say};
use crate::error::{Error, Result};
use crate::progress::Progress;

/// Which hints to print.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hints {
    /// The one that has not been seen yet.
    Next,
    /// Those that have been seen.
    Again,
    /// All.
    All,
}

/// `hint N.M [--again|--all]`.
pub fn hint(workspace: &Workspace, asked: &str, which: Hints) -> Result<()> {
    let exercise = asked::exercise(workspace, asked)?;
    let id = exercise.id();
    let hints = exercise.hints();
    if hints.is_empty() {
        return Err(Error::Failed(format!(
            "{id} {} has no hints",
            exercise.name
        )));
    }
    let seen = Progress::load(workspace).hints(exercise).min(hints.len());
    let (from, to) = match which {
        Hints::All => (0, hints.len()),
        Hints::Again => (0, seen),
        Hints::Next => (seen, (seen + 1).min(hints.len())),
    };
    say!();
    if from == to {
        if which == Hints::Again {
            say!(
                "  You have not seen a hint yet: {}",
                command(&format!("hint {id}"))
            );
        } else {
            say!(
                "  You have seen all {}.",
                console::count(hints.len(), "hint")
            );
            say!();
            say!("  Again     {}", command(&format!("hint {id} --again")));
            say!("  Solution  {}", command(&format!("solution {id}")));
        }
        say!();
        return Ok(());
    }
    for (n, hint) in hints.iter().enumerate().take(to).skip(from) {
        say!(
            "  {}  {}",
            paint(Look::Bold, &format!("Hint {} of {}", n + 1, hints.len())),
            paint(Look::Dim, &format!("{id} {}", exercise.name))
        );
        say!();
        for line in markdown(hint) {
            say!("{line}");
        }
        say!();
    }
    if to < hints.len() {
        say!("  The next one  {}", command(&format!("hint {id}")));
        say!();
    }
    if to > seen {
        Progress::update(workspace, |progress| progress.set_hints(exercise, to));
    }
    Ok(())
}

/// Markdown for a terminal: paragraphs wrapped, code as it is.
fn markdown(text: &str) -> Vec<String> {
    let mut lines = Vec::new();
    let mut prose = String::new();
    let mut fenced = false;
    for line in text.lines() {
        if line.trim_start().starts_with("```") {
            if !fenced {
                lines.extend(console::wrap(&prose, 2));
                if prose.ends_with("\n\n") {
                    lines.push(String::new());
                }
                prose.clear();
            }
            fenced = !fenced;
        } else if fenced {
            lines.push(format!("      {line}").trim_end().to_owned());
        } else {
            if prose.is_empty() && line.is_empty() && !lines.is_empty() {
                lines.push(String::new());
                continue;
            }
            prose.push_str(line);
            prose.push('\n');
        }
    }
    lines.extend(console::wrap(&prose, 2));
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hint_is_wrapped_and_its_code_is_not() {
        let text = "Ask yourself: what if a\nread ends in the middle?\n\n```rust\nif let Some(at) = find() {\n}\n```\n\nThen look.";
        assert_eq!(
            markdown(text),
            [
                "  Ask yourself: what if a read ends in the middle?",
                "",
                "      if let Some(at) = find() {",
                "      }",
                "",
                "  Then look."
            ]
        );
    }
}
