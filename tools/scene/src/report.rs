//! What a person is told of a scene that did not go as written.

use std::fmt;

/// The first difference between a scene and what happened.
///
/// Its [`Display`](fmt::Display) is the plain report that a person gets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// The scene's name.
    pub scene: String,
    /// The line of the file at which the step stands, from 1.
    pub line: usize,
    /// The step's terminal; empty where the scene has a single, unnamed one.
    pub terminal: String,
    /// The step's own line: `server$ udp-echo server 127.0.0.1:1060`.
    pub step: String,
    /// What went wrong, in one sentence.
    pub what: String,
    /// The step's output as expected and as it was; empty where that says nothing.
    pub diff: Vec<DiffLine>,
    /// What the other terminals had printed that no step had spoken of yet.
    pub elsewhere: Vec<Elsewhere>,
    /// Whether the output may be right and the scene old, so that to bless it is a
    /// way out.
    pub blessable: bool,
}

/// What a terminal had printed when a difference was found in another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Elsewhere {
    /// The terminal.
    pub terminal: String,
    /// Its lines, canonical.
    pub lines: Vec<String>,
}

/// A line of a diff.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DiffLine {
    /// Expected, and there.
    Same(String),
    /// Expected, and not there.
    Expected(String),
    /// There, and not expected.
    Actual(String),
}

/// More lines than these of one kind in a row are left out of a report.
const SHOWN: usize = 20;

/// Lines are shown up to this many characters.
const WIDTH: usize = 240;

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}.console:{}: {}", self.scene, self.line, self.step)?;
        writeln!(f, "{}", self.what)?;
        if !self.diff.is_empty() {
            writeln!(f, "\n  - the book   + this run")?;
            let lines = self.diff.iter().map(|line| match line {
                DiffLine::Same(text) => (' ', text),
                DiffLine::Expected(text) => ('-', text),
                DiffLine::Actual(text) => ('+', text),
            });
            write_lines(f, lines)?;
        }
        for Elsewhere { terminal, lines } in &self.elsewhere {
            writeln!(f, "\n  meanwhile in {terminal}:")?;
            write_lines(f, lines.iter().map(|text| ('>', text)))?;
        }
        if self.blessable {
            let bless = surroundings::command_text(&format!("bless {}", self.scene));
            writeln!(f, "\nIf this run is right and the book is not: {bless}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Report {}

/// Writes lines, each behind its sign, leaving out the middle of long runs.
fn write_lines<'a>(
    f: &mut fmt::Formatter<'_>,
    lines: impl Iterator<Item = (char, &'a String)>,
) -> fmt::Result {
    let lines: Vec<_> = lines.collect();
    for run in lines.chunk_by(|a, b| a.0 == b.0) {
        let hidden = run.len().saturating_sub(SHOWN);
        // One line is not worth leaving out: saying so takes a line too.
        let (head, tail) = match hidden {
            0 | 1 => (run, &[][..]),
            _ => (&run[..SHOWN / 2], &run[SHOWN / 2 + hidden..]),
        };
        for (sign, text) in head {
            writeln!(f, "  {sign} {}", cut(text))?;
        }
        if !tail.is_empty() {
            writeln!(f, "    ... {hidden} more lines ...")?;
        }
        for (sign, text) in tail {
            writeln!(f, "  {sign} {}", cut(text))?;
        }
    }
    Ok(())
}

fn cut(text: &str) -> String {
    match text.char_indices().nth(WIDTH) {
        Some((end, _)) => format!("{} ...", &text[..end]),
        None => text.to_owned(),
    }
}
