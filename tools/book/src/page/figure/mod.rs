//! A figure: drawn from a description that a reader of the source understands as it
//! stands, and that stock mdBook shows instead.
//!
//! A fence `figure KIND` begins with its caption, in lines that begin with `# `. A line
//! `## TITLE` begins another panel. What follows is told by the module of its kind. All
//! is drawn for a phone, [`svg::WIDTH`] wide, and grows where there is room.

mod layout;
mod sequence;
mod states;
mod svg;
mod tree;

use std::fmt::Write as _;

use super::Piece;
use super::html::escaped;
use svg::Svg;

/// What is wrong with a description.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Wrong {
    /// The line of it, from 1.
    pub(crate) line: usize,
    /// What, in words.
    pub(crate) what: String,
}

fn wrong<T>(line: usize, what: impl Into<String>) -> Result<T, Wrong> {
    let what = what.into();
    Err(Wrong { line, what })
}

/// A line of a description, with its number.
type Line<'a> = (usize, &'a str);

/// What a module makes of a panel: the drawing, and what it says in words.
type Drawn = Result<(Svg, Vec<String>), Wrong>;

/// Makes HTML of a description of this `kind`.
///
/// # Errors
///
/// When the description has none, or not one that can be drawn legibly.
pub(crate) fn render(kind: &str, source: &str) -> Result<Piece, Wrong> {
    let draw: fn(&[Line<'_>]) -> Drawn = match kind.trim() {
        "sequence" => sequence::draw,
        "layout" => layout::draw,
        "states" => states::draw,
        "tree" => tree::draw,
        _ => {
            let what = "a figure is a `sequence`, a `layout`, `states` or a `tree`";
            return wrong(0, what);
        }
    };
    let lines: Vec<Line<'_>> = (1..).zip(source.lines().map(str::trim_end)).collect();
    let is_caption = |(_, line): &&Line<'_>| line.starts_with("# ");
    let caption: Vec<&str> = lines
        .iter()
        .take_while(is_caption)
        .map(|l| &l.1[2..])
        .collect();
    let rest = &lines[caption.len()..];
    let caption = caption.join(" ").replace('\'', "’");
    if caption.is_empty() {
        return wrong(1, "a figure begins with its caption: `# What one sees.`");
    }
    let panels: Vec<&[Line<'_>]> = panels(rest).collect();
    if panels.is_empty() {
        return wrong(lines.len(), "a caption without a figure");
    }
    let mut html = format!("<figure class=\"figure panels-{}\">", panels.len());
    let mut text = format!("{caption}\n");
    html.push_str("<div class=\"panels\">");
    for panel in panels {
        let (title, panel) = match panel {
            [(_, first), rest @ ..] if first.starts_with("## ") => (Some(&first[3..]), rest),
            _ => (None, panel),
        };
        let panel = trimmed(panel);
        let Some((line, _)) = panel.first() else {
            return wrong(lines.len(), "a title without a panel");
        };
        let (svg, said) = draw(panel)?;
        if svg.width > svg::WIDTH + 0.5 {
            return wrong(*line, "wider than a phone");
        }
        let title = title.map(|title| title.replace('\'', "’"));
        html.push_str("<div>");
        if let Some(title) = &title {
            let _ = write!(html, "<p>{}</p>", escaped(title));
            let _ = writeln!(text, "{title}");
        }
        let said = said.join(". ");
        let _ = writeln!(text, "{said}");
        html.push_str(&svg.finish(title.as_deref().unwrap_or(&caption), &said));
        html.push_str("</div>");
    }
    let _ = write!(
        html,
        "</div><figcaption>{}</figcaption></figure>",
        spans(&caption)
    );
    Ok(Piece { html, text })
}

/// The panels: each begins with its title, but for the first of a figure without.
fn panels<'a, 'b>(lines: &'a [Line<'b>]) -> impl Iterator<Item = &'a [Line<'b>]> {
    let parts = lines.chunk_by(|_, (_, next)| !next.starts_with("## "));
    let empty = |part: &&[Line<'_>]| part.iter().all(|(_, line)| line.is_empty());
    parts.filter(move |part| !empty(part))
}

/// Without the empty lines around it.
fn trimmed<'a, 'b>(lines: &'a [Line<'b>]) -> &'a [Line<'b>] {
    let full = |(_, line): &Line<'_>| !line.is_empty();
    let first = lines.iter().position(full).unwrap_or(lines.len());
    let last = lines.iter().rposition(full).map_or(first, |at| at + 1);
    &lines[first..last]
}

/// Text in which backticks make code.
fn spans(text: &str) -> String {
    let parts = text.split('`').enumerate().map(|(at, part)| match at % 2 {
        0 => escaped(part).into_owned(),
        _ => format!("<code>{}</code>", escaped(part)),
    });
    parts.collect()
}

/// How an arrow is drawn: each has its sign in a description.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Arrow {
    Plain,
    Dashed,
    Thick,
    Dotted,
    Lost,
    /// No arrow: a line.
    Line,
}

/// The signs, and how a voice tells those that are not plain.
const ARROWS: [(&str, Arrow, &str); 6] = [
    (" --> ", Arrow::Dashed, " (dashed)"),
    (" -> ", Arrow::Plain, ""),
    (" => ", Arrow::Thick, " (thick)"),
    (" ..> ", Arrow::Dotted, " (dotted)"),
    (" -x ", Arrow::Lost, " (lost)"),
    (" -- ", Arrow::Line, " (a line)"),
];

impl Arrow {
    /// What it looks like, for those who don't see it.
    fn said(self) -> &'static str {
        let mine = ARROWS.iter().find(|(_, arrow, _)| *arrow == self);
        mine.map_or("", |(_, _, said)| said)
    }
}

/// Reads `FROM -> TO` or `FROM -> TO: LABEL`.
fn arrow(line: &str) -> Option<(&str, Arrow, &str, &str)> {
    let (ends, label) = line.split_once(": ").unwrap_or((line, ""));
    let (sign, arrow, _) = ARROWS.iter().find(|(sign, ..)| ends.contains(sign))?;
    let (from, to) = ends.split_once(sign)?;
    Some((from.trim(), *arrow, to.trim(), label.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The only error of a description.
    pub(super) fn error(kind: &str, source: &str) -> (usize, String) {
        let wrong = render(kind, source).map(|_| ()).unwrap_err();
        (wrong.line, wrong.what)
    }

    #[test]
    fn a_figure_has_title_description_and_caption() {
        let piece = render(
            "sequence",
            "# A `ping`'s way,\n# and back.\n\na | b\na -> b: x<y\n",
        );
        let Piece { html, text } = piece.unwrap();
        for part in [
            "<figure class=\"figure panels-1\">",
            "<title>A `ping`’s way, and back.</title>",
            "<desc>a to b: x&lt;y</desc>",
            "<figcaption>A <code>ping</code>’s way, and back.</figcaption>",
        ] {
            assert!(html.contains(part), "{part} in {html}");
        }
        assert_eq!(text, "A `ping`’s way, and back.\na to b: x<y\n");
    }

    #[test]
    fn each_panel_has_its_title() {
        let source = "# C.\n\n## one\na | b\na -> b\n\n## two\na | b\nb --> a: x\n";
        let html = render("sequence", source).unwrap().html;
        assert_eq!(html.matches("<svg").count(), 2);
        assert!(html.contains("<p>two</p>") && html.contains("<title>two</title>"));
        assert!(html.contains("<desc>b to a (dashed): x</desc>"));
    }

    #[test]
    fn what_is_no_figure_is_said() {
        assert_eq!(error("pie", "# C.\nx").0, 0);
        assert!(
            error("tree", "x\n")
                .1
                .starts_with("a figure begins with its caption")
        );
        assert_eq!(error("tree", "# C.\n\n").1, "a caption without a figure");
        assert_eq!(error("tree", "# C.\n## x\n").1, "a title without a panel");
    }
}
