//! The form of a page: its length, how it ends, words it does without.

use std::collections::BTreeSet;

use super::page::Page;
use super::workspace::Workspace;
use super::{Problems, find};

/// What a reader takes in at one sitting.
const MAX_WORDS: usize = 1500;

/// Words that tell a reader who is stuck that it was easy.
const BANNED: [&str; 4] = ["simply", "just", "obviously", "of course"];

/// Checks the page's prose.
pub(crate) fn check(workspace: &Workspace, page: &Page, problems: &mut Problems) {
    if page.headings.is_empty() {
        problems.add(&page.file, 1, "the page has no title: begin it with `# `");
    }
    check_words(page, problems);
    // An appendix is looked up in, not read through.
    if page.folder() != "appendices" {
        check_length(page, problems);
        check_end(page, problems);
        check_rfcs(workspace, page, problems);
    }
}

fn check_length(page: &Page, problems: &mut Problems) {
    let texts = page.prose.iter().chain(&page.spans);
    let words: usize = texts.map(|(_, text)| text.split_whitespace().count()).sum();
    if words > MAX_WORDS {
        problems.add(
            &page.file,
            1,
            format!("{words} words; a page has {MAX_WORDS} at most"),
        );
    }
}

fn check_words(page: &Page, problems: &mut Problems) {
    for (line, text) in &page.prose {
        let text = text.to_lowercase();
        let words: Vec<&str> = text
            .split(|c: char| !c.is_alphanumeric())
            .filter(|word| !word.is_empty())
            .collect();
        for banned in BANNED {
            let parts: Vec<&str> = banned.split(' ').collect();
            if words.windows(parts.len()).any(|window| window == parts) {
                let hint = match banned {
                    "just" => " (the command is written `just`)",
                    _ => "",
                };
                problems.add(
                    &page.file,
                    *line,
                    format!("\"{banned}\": leave it out{hint}"),
                );
            }
        }
    }
}

/// A page that teaches ends with questions whose answers are folded.
fn check_end(page: &Page, problems: &mut Problems) {
    if ["index.md", "exercises.md"].contains(&page.name()) {
        return;
    }
    let Some((line, heading)) = page.headings.last() else {
        return;
    };
    if heading != "Check yourself" {
        problems.add(
            &page.file,
            *line,
            "the page does not end with `## Check yourself`",
        );
        return;
    }
    let count = |tag: &str| {
        let html = page.html.iter().filter(|(at, _)| at > line);
        html.map(|(_, text)| text.matches(tag).count())
            .sum::<usize>()
    };
    let answers = count("<details>");
    if answers < 2 {
        problems.add(
            &page.file,
            *line,
            format!("*Check yourself* has {answers} answers in `<details>`; two or three are due"),
        );
    }
    if count("<summary>") != answers || count("</details>") != answers {
        problems.add(
            &page.file,
            *line,
            "a `<details>` without its `<summary>` or its end",
        );
    }
}

/// An RFC that a page names is in the list of them.
fn check_rfcs(workspace: &Workspace, page: &Page, problems: &mut Problems) {
    let Some(list) = find(workspace, "appendices/rfcs.md") else {
        return;
    };
    let listed: BTreeSet<u32> = list.prose.iter().flat_map(|(_, text)| rfcs(text)).collect();
    for (line, text) in &page.prose {
        for number in rfcs(text) {
            if !listed.contains(&number) {
                problems.add(
                    &page.file,
                    *line,
                    format!("RFC {number} is not in {}", list.file),
                );
            }
        }
    }
}

/// The numbers behind `RFC` in a text.
fn rfcs(text: &str) -> Vec<u32> {
    text.match_indices("RFC")
        .filter_map(|(at, _)| {
            let rest = text[at + 3..].trim_start_matches([' ', '\u{a0}']);
            let end = rest
                .find(|c: char| !c.is_ascii_digit())
                .unwrap_or(rest.len());
            rest[..end].parse().ok()
        })
        .collect()
}
