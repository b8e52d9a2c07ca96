//! `solution`: for one who is done, or gives up.

use layout::Workspace;

use crate::asked;
use crate::console::{self, say};
use crate::error::{Result, read};

/// `solution N.M`.
pub fn solution(workspace: &Workspace, asked: &str) -> Result<()> {
    let exercise = asked::exercise(workspace, asked)?;
    let path = exercise.solution();
    let text = read(&path)?;
    say!("// {}", console::path(&path));
    say!();
    // The marks by which the book shows a part of it are not part of it.
    let lines = text
        .trim_end()
        .lines()
        .filter(|line| !line.trim_start().starts_with("// ANCHOR"));
    for line in lines {
        say!("{line}");
    }
    Ok(())
}
