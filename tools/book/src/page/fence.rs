//! The fences of a page that hold nothing but includes.

use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag};

/// How the numbered text of a piece begins in the HTML that mdBook writes; its number
/// follows.
pub(crate) const OPENING: &str = "<pre><code class=\"language-text piece-";

/// A fence.
pub(crate) struct Fence<'a> {
    /// The first word behind the backticks, and the others.
    pub(crate) language: &'a str,
    pub(crate) rest: &'a str,
    /// The line of the backticks, from 1.
    pub(crate) line: usize,
    /// What is between them, as the page has it.
    pub(crate) body: &'a str,
}

/// The Markdown `page`, in which each fence that `make` gives a number and a text for
/// holds that text, under that number, as [`OPENING`] finds it again.
pub(crate) fn replace(
    page: &str,
    mut make: impl FnMut(&Fence<'_>) -> Option<(usize, String)>,
) -> String {
    let mut out = String::with_capacity(page.len());
    let mut done = 0;
    // Tables, since what looks like a fence within one is none.
    for (event, range) in Parser::new_ext(page, Options::ENABLE_TABLES).into_offset_iter() {
        let Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(info))) = event else {
            continue;
        };
        let (language, rest) = info.split_once([',', ' ']).unwrap_or((&info, ""));
        let whole = &page[range.clone()];
        let Some((_, inner)) = whole.split_once('\n') else {
            continue;
        };
        let body = inner.rsplit_once('\n').map_or("", |(body, _)| body);
        // What stands before it on its line, in a list or a quote, stands before each.
        let start = page[..range.start].rfind('\n').map_or(0, |at| at + 1);
        let before = &page[start..range.start];
        if !before.chars().all(|c| c == ' ' || c == '>') {
            continue;
        }
        let line = page[..start].matches('\n').count() + 1;
        let fence = Fence {
            language,
            rest,
            line,
            body,
        };
        let Some((number, text)) = make(&fence) else {
            continue;
        };
        out.push_str(&page[done..range.start]);
        out.push_str(&numbered(number, &text, before));
        done = range.start + whole.trim_end().len();
    }
    out.push_str(&page[done..]);
    out
}

/// The fence that holds `text` under `number`; `before` stands before each line but the
/// first, which has it already.
pub(crate) fn numbered(number: usize, text: &str, before: &str) -> String {
    // More backticks than any listing has.
    let mut out = format!("``````````text piece-{number}\n");
    for line in text.lines() {
        out.push_str(before);
        out.push_str(line);
        out.push('\n');
    }
    out.push_str(before);
    out.push_str("``````````");
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fence_keeps_its_place_in_lists_and_quotes() {
        let page = "- one\n\n  ```rust\n  {{#include a}}\n  ```\n\n> ```sh\n> b\n> ```\n\nEnd\n";
        let made = replace(page, |fence| match fence.language {
            "rust" => {
                assert_eq!(fence.body.trim(), "{{#include a}}");
                Some((7, "x\n\ny".to_owned()))
            }
            _ => Some((8, "z".to_owned())),
        });
        assert_eq!(
            made,
            "- one\n\n  ``````````text piece-7\n  x\n  \n  y\n  ``````````\n\n\
             > ``````````text piece-8\n> z\n> ``````````\n\nEnd\n"
        );
    }

    #[test]
    fn what_nobody_makes_stays() {
        let page = "a\n\n```text\nb\n```\n";
        assert_eq!(replace(page, |_| None), page);
    }
}
