//! What a page says of Python has been run, and what it says of Rust beside it has been
//! compiled: by the scripts and the sources of a chapter, which its tests run.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use super::Problems;
use super::page::Page;
use super::workspace::Workspace;
use crate::files::below;

/// What a box for readers who come from Python begins with.
const BOX: &str = "> **From Python";
/// How many lines it may have, besides code: the rest is for the appendix.
const LINES: usize = 3;
/// What a table of names begins with.
const TABLE: &str = "| Python |";

/// The words of the chapters' code, without its comments.
#[derive(Debug, Default)]
struct Code {
    python: BTreeSet<String>,
    rust: BTreeSet<String>,
}

impl Code {
    /// Reads the chapters in `folder`.
    fn read(folder: &Path) -> Code {
        let mut code = Code::default();
        // What can't be read holds no words, and is missed below.
        for file in below(folder).unwrap_or_default() {
            let (comment, known) = match file.extension().and_then(|ending| ending.to_str()) {
                Some("py") => ("#", &mut code.python),
                Some("rs") => ("//", &mut code.rust),
                _ => continue,
            };
            let text = fs::read_to_string(&file).unwrap_or_default();
            let mut in_text = false; // what a script says of itself, between `"""`
            for line in text.lines() {
                let quotes = line.matches("\"\"\"").count();
                let begins = line.trim_start().starts_with("\"\"\"");
                if begins || in_text {
                    in_text ^= quotes % 2 == 1;
                    continue;
                }
                let line = line.split(comment).next().unwrap_or_default();
                known.extend(words(line).map(str::to_owned));
            }
        }
        code
    }
}

/// Checks the boxes and tables of names of every page.
pub(crate) fn check(root: &Path, workspace: &Workspace, problems: &mut Problems) {
    let code = Code::read(&root.join("chapters"));
    for page in &workspace.pages {
        check_page(&code, page, problems);
        check_length(page, problems);
    }
}

fn check_page(code: &Code, page: &Page, problems: &mut Problems) {
    let mut in_box = false;
    let mut in_table = false;
    for (number, line) in page.text.lines().enumerate() {
        let at = number + 1;
        in_box =
            line.starts_with(BOX) || in_box && !line.starts_with('#') && !line.starts_with("> **");
        in_table = line.starts_with(TABLE) || in_table && line.starts_with('|');
        if in_table {
            let cells: Vec<&str> = cells(line);
            if let [_, python, rust, ..] = cells.as_slice() {
                for word in spans(python).into_iter().flat_map(words) {
                    if !has(&code.python, word) {
                        let what = format!("no script of a chapter runs `{word}` of Python");
                        problems.add(&page.file, at, what);
                    }
                }
                for word in spans(rust).into_iter().flat_map(words) {
                    if !has(&code.rust, word) {
                        let what = format!("no source of a chapter has `{word}` of Rust");
                        problems.add(&page.file, at, what);
                    }
                }
            }
        } else if in_box && line.starts_with('>') {
            let spans = page.spans.iter().filter(|(line, _)| *line == at);
            for word in spans.flat_map(|(_, span)| words(span)) {
                if !has(&code.python, word) && !has(&code.rust, word) {
                    let what = format!("no script and no source of a chapter has `{word}`");
                    problems.add(&page.file, at, what);
                }
            }
        }
    }
}

/// A box is short, or nobody reads it who doesn't need it.
fn check_length(page: &Page, problems: &mut Problems) {
    let lines: Vec<&str> = page.text.lines().collect();
    for (at, _) in lines
        .iter()
        .enumerate()
        .filter(|(_, line)| line.starts_with(BOX))
    {
        let mut in_code = false;
        let here = lines[at..].iter().take_while(|line| line.starts_with('>'));
        let length = here
            .filter(|line| {
                let fence = line.contains("```");
                in_code ^= fence;
                !fence && !in_code && **line != ">"
            })
            .count();
        if length > LINES {
            let what = format!("{length} lines from Python; a box has {LINES} at most");
            problems.add(&page.file, at + 1, what);
        }
    }
}

/// Whether a word is known, or one that begins so if it ends with `*`.
fn has(known: &BTreeSet<String>, word: &str) -> bool {
    match word.strip_suffix('*') {
        Some(begin) => known.iter().any(|known| known.starts_with(begin)),
        None => known.contains(word),
    }
}

/// The names in a piece of code. One letter is no name, and neither is a number.
fn words(code: &str) -> impl Iterator<Item = &str> {
    code.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == '*'))
        .filter(|word| word.len() > 1 && word.starts_with(|c: char| c.is_ascii_alphabetic()))
}

/// The cells of a table's row, which begins and ends with `|`.
pub(crate) fn cells(row: &str) -> Vec<&str> {
    let mut cells = Vec::new();
    let mut begin = 0;
    for (at, _) in row.match_indices('|') {
        if !row[..at].ends_with('\\') {
            cells.push(&row[begin..at]);
            begin = at + 1;
        }
    }
    cells
}

/// What stands between backticks.
pub(crate) fn spans(text: &str) -> Vec<&str> {
    text.split('`').skip(1).step_by(2).collect()
}
