//! A listing: where it stands, a way to the whole of it, and no indent but its own.

use std::fmt::Write as _;

use super::highlight::Highlighter;
use super::html::escaped;
use super::source::Excerpt;
use super::{Piece, ROOT, SOURCES};

/// Makes HTML of what a fence includes. `repository` is where the sources can be read;
/// without one, a listing leads to the copy that the book brings.
pub(crate) fn render(
    language: &str,
    excerpts: &[Excerpt],
    repository: Option<&str>,
    highlighter: &mut Highlighter,
) -> Piece {
    let file = &excerpts[0].file;
    let name = file.strip_prefix("chapters/").unwrap_or(file);
    let html = figure(language, name, excerpts, repository, highlighter);
    let indent = indent(excerpts);
    let lines = excerpts.iter().flat_map(|excerpt| excerpt.text.lines());
    let text = lines.map(|line| format!("{}\n", line.get(indent..).unwrap_or_default()));
    let text = text.collect();
    Piece { html, text }
}

/// The figure alone, under a name of its own.
pub(crate) fn figure(
    language: &str,
    name: &str,
    excerpts: &[Excerpt],
    repository: Option<&str>,
    highlighter: &mut Highlighter,
) -> String {
    let indent = indent(excerpts);
    let file = &excerpts[0].file;
    let mut html = String::from("<figure class=\"listing\"><figcaption>");
    let copy = format!("{ROOT}{SOURCES}/{file}.txt");
    let link = repository.map_or_else(
        || copy.clone(),
        |address| {
            let (first, last) = excerpts[0].lines;
            format!(
                "{}/blob/main/{file}#L{first}-L{last}",
                address.trim_end_matches('/')
            )
        },
    );
    let _ = write!(html, "<a href=\"{}\">{}</a>", escaped(&link), escaped(name));
    if let Some(lines) = lines(excerpts) {
        let _ = write!(html, "<span class=\"lines\">{lines}</span>");
    }
    let whole = match excerpts {
        [excerpt] if !excerpt.whole => format!(" data-whole=\"{}\"", escaped(&copy)),
        _ => String::new(),
    };
    let _ = write!(
        html,
        "</figcaption><pre{whole}><code class=\"language-{}\">",
        escaped(language)
    );
    for excerpt in excerpts {
        let source = (excerpt.file.as_str(), excerpt.all.as_str());
        html.push_str(&highlighter.lines(language, source, &excerpt.numbers, indent));
    }
    html.push_str("</code></pre></figure>");
    html
}

/// The lines that are shown: `lines 12–30 and 41`; nothing where it is all of a file.
fn lines(excerpts: &[Excerpt]) -> Option<String> {
    if excerpts.iter().all(|excerpt| excerpt.whole) {
        return None;
    }
    let ranges: Vec<String> = excerpts
        .iter()
        .map(|excerpt| match excerpt.lines {
            (first, last) if first == last => first.to_string(),
            (first, last) => format!("{first}–{last}"),
        })
        .collect();
    let one = matches!(excerpts, [excerpt] if excerpt.lines.0 == excerpt.lines.1);
    let noun = if one { "line" } else { "lines" };
    Some(format!("{noun} {}", ranges.join(" and ")))
}

/// How far all of the lines are indented, in octets.
fn indent(excerpts: &[Excerpt]) -> usize {
    let lines = excerpts.iter().flat_map(|excerpt| excerpt.text.lines());
    lines
        .filter(|line| !line.trim().is_empty())
        .map(|line| line.len() - line.trim_start_matches(' ').len())
        .min()
        .unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn excerpt(lines: (usize, usize), all: &str) -> Excerpt {
        let numbers: Vec<usize> = (lines.0..=lines.1).collect();
        let shown = all.lines().skip(lines.0 - 1).take(numbers.len());
        Excerpt {
            file: "chapters/05-framing/src/a.rs".to_owned(),
            lines,
            whole: numbers.len() == all.lines().count(),
            text: shown.map(|line| format!("{line}\n")).collect(),
            numbers,
            all: all.to_owned(),
        }
    }

    const FILE: &str = "fn a() {\n    if b {\n        c();\n    }\n}\n";

    #[test]
    fn a_listing_names_its_place_and_is_not_indented() {
        let mut highlighter = Highlighter::default();
        let piece = render("rust", &[excerpt((2, 4), FILE)], None, &mut highlighter);
        assert_eq!(piece.text, "if b {\n    c();\n}\n");
        for part in [
            "<a href=\"%root%source/chapters/05-framing/src/a.rs.txt\">05-framing/src/a.rs</a>",
            "<span class=\"lines\">lines 2–4</span>",
            "data-whole=\"%root%source/chapters/05-framing/src/a.rs.txt\"",
            ">if</span> b {\n    c();\n}\n</code>",
        ] {
            assert!(piece.html.contains(part), "{part} in {}", piece.html);
        }
    }

    #[test]
    fn a_listing_leads_to_the_repository_where_there_is_one() {
        let mut highlighter = Highlighter::default();
        let address = Some("https://example.org/wire/");
        let piece = render("rust", &[excerpt((2, 4), FILE)], address, &mut highlighter);
        let link = "href=\"https://example.org/wire/blob/main/chapters/05-framing/src/a.rs#L2-L4\"";
        assert!(piece.html.contains(link), "{}", piece.html);
    }

    #[test]
    fn lines_are_said_where_they_are_not_all() {
        assert_eq!(lines(&[excerpt((1, 5), FILE)]), None);
        assert_eq!(lines(&[excerpt((2, 2), FILE)]).unwrap(), "line 2");
        let two = [excerpt((1, 2), FILE), excerpt((4, 4), FILE)];
        assert_eq!(lines(&two).unwrap(), "lines 1–2 and 4");
    }
}
