//! The terms that pages mark and the entries of the glossary are the same, and each entry
//! leads back to a page that has its term.

use std::collections::{BTreeMap, BTreeSet};

use super::page::Page;
use super::workspace::Workspace;
use super::{Problems, find};
use crate::files::normal;

/// The page.
const GLOSSARY: &str = "appendices/glossary.md";

/// An entry of the glossary.
struct Entry<'a> {
    line: usize,
    head: &'a str,
    /// What it is about: the head, its parts, and what it sets in italics.
    names: Vec<String>,
    /// The pages that it leads to.
    links: Vec<String>,
}

/// Checks the pages of chapters against the glossary, if the book has one.
pub(crate) fn check(workspace: &Workspace, problems: &mut Problems) {
    let Some(glossary) = find(workspace, GLOSSARY) else {
        return;
    };
    let entries = entries(glossary);
    let texts: BTreeMap<&str, String> = workspace
        .pages
        .iter()
        .filter(|page| page.path != GLOSSARY)
        .map(|page| {
            let passages = page.passages.iter().map(|passage| plain(&passage.text));
            (page.path.as_str(), passages.collect::<Vec<_>>().join("\n"))
        })
        .collect();

    // Which pages mark a term, by the entries that have it.
    let mut marked: BTreeMap<Vec<usize>, BTreeSet<&str>> = BTreeMap::new();
    let chapters = |page: &&Page| page.path.starts_with(|c: char| c.is_ascii_digit());
    for page in workspace.pages.iter().filter(chapters) {
        for (line, term) in &page.terms {
            let has = |at: &usize| entries[*at].names.iter().any(|name| same(term, name));
            let having: Vec<usize> = (0..entries.len()).filter(has).collect();
            if having.is_empty() {
                let what = format!(
                    "the term {term:?} is not in the glossary; what is no term is not set in bold \
                     within a sentence"
                );
                problems.add(&page.file, *line, what);
            } else {
                marked.entry(having).or_default().insert(&page.path);
            }
        }
    }
    for (having, by) in &marked {
        let mut links = having.iter().flat_map(|at| &entries[*at].links);
        if !links.any(|link| by.contains(link.as_str())) {
            let entry = &entries[having[0]];
            let what = format!(
                "the entry {:?} leads to none of {by:?}, which mark it",
                entry.head
            );
            problems.add(&glossary.file, entry.line, what);
        }
    }
    for entry in &entries {
        let mut said = entry
            .links
            .iter()
            .filter_map(|link| texts.get(link.as_str()));
        let stems = entry.names.iter().map(|name| name.trim_end_matches('y'));
        let stems: Vec<&str> = stems.collect(); // of "capability", as in "capabilities"
        if !said.any(|text| stems.iter().any(|stem| text.contains(stem))) {
            let what = format!("the entry {:?} leads to no page that says it", entry.head);
            problems.add(&glossary.file, entry.line, what);
        }
    }
}

/// The entries: a line, and below it one that begins with a colon.
fn entries(page: &Page) -> Vec<Entry<'_>> {
    let lines: Vec<&str> = page.text.lines().collect();
    let heads = (0..lines.len()).filter(|at| {
        let next = lines.get(at + 1);
        next.is_some_and(|next| next.starts_with(": "))
    });
    let heads: Vec<usize> = heads.collect();
    let ends = heads.iter().skip(1).copied().chain([lines.len()]);
    heads
        .iter()
        .zip(ends)
        .map(|(at, end)| {
            let head = lines[*at];
            let text = lines[at + 1..end].join(" ");
            let italics = text.split('*').skip(1).step_by(2);
            let links = page.links.iter();
            let links = links.filter(|link| (at + 1..=end).contains(&link.line));
            let target = |target: &str| {
                let path = target.split('#').next().unwrap_or_default();
                normal(&format!("appendices/{path}"))
            };
            Entry {
                line: at + 1,
                head,
                names: std::iter::once(head)
                    .chain(head.split(", "))
                    .chain(italics)
                    .map(plain)
                    .collect(),
                links: links.map(|link| target(&link.target)).collect(),
            }
        })
        .collect()
}

/// A text in small letters, without backticks, articles and hyphens.
fn plain(text: &str) -> String {
    let text = text
        .to_lowercase()
        .replace(['`', '\''], "")
        .replace('-', " ");
    let words = text.split_whitespace().filter(|word| *word != "the");
    words.collect::<Vec<_>>().join(" ")
}

/// Whether a term is this name, or its plural.
fn same(term: &str, name: &str) -> bool {
    let term = plain(term);
    let single = |ending, instead| {
        let stem = term.strip_suffix(ending);
        stem.is_some_and(|stem| format!("{stem}{instead}") == name)
    };
    term == name || single("s", "") || single("es", "") || single("ies", "y")
}
