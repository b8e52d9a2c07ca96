//! The index of error messages: each has a page that explains it, and whatever is said
//! to show its words has them.

use super::coverage::NOT_SHOWN;
use super::python::{cells, spans};
use super::shown::Shown;
use super::workspace::Workspace;
use super::{Problems, find};

/// The page.
const INDEX: &str = "appendices/errors.md";
/// What a table of words begins with.
const TABLE: &str = "| words |";

/// Checks the index, if the book has one.
pub(crate) fn check(workspace: &Workspace, shown: &Shown, problems: &mut Problems) {
    let Some(page) = find(workspace, INDEX) else {
        return;
    };
    let mut in_table = false;
    for (number, line) in (1..).zip(page.text.lines()) {
        let is_head = line.starts_with(TABLE);
        in_table = is_head || in_table && line.starts_with('|');
        if !in_table || is_head || line.starts_with("|---") {
            continue;
        }
        let cells = cells(line);
        let (Some(words), Some(by)) = (cells.get(1), cells.last()) else {
            continue;
        };
        let names = spans(by);
        let texts: Vec<&str> = names.iter().filter_map(|name| shown.text(name)).collect();
        if texts.len() < names.len() || names.is_empty() && !by.contains(NOT_SHOWN) {
            let what = "the row names no scene or test, or one that is not there, and doesn't say \
                        that it is not shown";
            problems.add(&page.file, number, what);
        }
        for words in spans(words) {
            if !texts.is_empty() && !texts.iter().any(|text| text.contains(words)) {
                let what = format!("none of those named shows the words {words:?}");
                problems.add(&page.file, number, what);
            }
        }
    }
    // The first heading is the page's own.
    let ends = page.headings.iter().skip(2).map(|(line, _)| *line);
    let entries = page.headings.iter().skip(1).zip(ends.chain([usize::MAX]));
    for ((begin, _), end) in entries {
        let mut links = page.links.iter();
        if !links.any(|link| (*begin..end).contains(&link.line) && link.target.starts_with("../")) {
            problems.add(&page.file, *begin, "no page of a chapter explains it");
        }
    }
}
