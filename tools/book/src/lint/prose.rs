//! The form of a page: its length, how it ends, words it does without.

use super::Problems;
use super::page::Page;

/// What a reader takes in at one sitting.
const MAX_WORDS: usize = 1500;

/// Words that tell a reader who is stuck that it was easy.
const BANNED: [&str; 4] = ["simply", "just", "obviously", "of course"];

/// Systems on which this book is not run, or on which nobody has looked.
const ELSEWHERE: [&str; 6] = ["macOS", "Windows", "BSD", "FreeBSD", "NetBSD", "OpenBSD"];

/// Stands behind what is said of such a system; the first page explains it.
const MARK: char = '†';

/// Pages that name systems to say what to do there: how to install, how to begin.
const ADVICE: [&str; 3] = ["index.md", "introduction/", "appendices/peers.md"];

/// What a box begins with; `theme/wire.js` gives each its colour by that name.
const BOXES: [&str; 4] = [
    "**Predict.**",
    "**From Python.**",
    "**On the wire.**",
    "**Pitfall.**",
];

/// Checks the page's prose.
pub(crate) fn check(page: &Page, problems: &mut Problems) {
    if page.headings.is_empty() {
        problems.add(&page.file, 1, "the page has no title: begin it with `# `");
    }
    check_words(page, problems);
    check_boxes(page, problems);
    if !ADVICE.iter().any(|advice| page.path.starts_with(advice)) {
        check_systems(page, problems);
    }
    // An appendix is looked up in, not read through.
    if page.folder() != "appendices" {
        check_length(page, problems);
        check_end(page, problems);
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

fn check_boxes(page: &Page, problems: &mut Problems) {
    let mut before = "";
    for (at, line) in (1..).zip(page.text.lines()) {
        let begins = !std::mem::replace(&mut before, line).starts_with('>');
        if begins
            && let Some(text) = line.strip_prefix("> ")
            && text.starts_with("**")
            && !BOXES.iter().any(|name| text.starts_with(name))
        {
            let names = BOXES.join(", ");
            problems.add(&page.file, at, format!("a box begins with one of {names}"));
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

/// What a page says of a system on which no run has shown it carries a mark.
fn check_systems(page: &Page, problems: &mut Problems) {
    for passage in &page.passages {
        for (begin, sentence) in passage.sentences() {
            if sentence.contains(MARK) {
                continue;
            }
            let named = |system: &&&str| word(sentence, system).is_some();
            let Some(system) = ELSEWHERE.iter().find(named) else {
                continue;
            };
            let at = begin + word(sentence, system).unwrap_or_default();
            problems.add(
                &page.file,
                passage.line(at),
                format!("a sentence on {system}, where no run has shown it, without a {MARK}"),
            );
        }
    }
}

/// Where `name` stands in the text as a word of its own: `BSD` is not in `4.2BSD`.
fn word(text: &str, name: &str) -> Option<usize> {
    let part = |c: char| c.is_alphanumeric();
    let mut found = text.match_indices(name).map(|(at, _)| at);
    found.find(|at| !text[..*at].ends_with(part) && !text[at + name.len()..].starts_with(part))
}
