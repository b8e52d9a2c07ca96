//! What stands below what, told by indentation.
//!
//! ```text
//! .: a note
//!   [com]: a name in a box, and a note
//!     example
//! ```

use super::svg::{BOLD, LINE, Rect, SIZE, Svg, WIDTH, width, wrapped};
use super::{Drawn, Line, wrong};

/// How far in a level is.
const STEP: f64 = 22.0;
/// The height of a name, and what is above it.
const NAME: f64 = 22.0;
const GAP: f64 = 7.0;

/// A name that others may stand below.
struct Node<'a> {
    indent: usize,
    name: &'a str,
    /// Where the line to those below begins, and where the last one of them is.
    foot: (f64, f64),
}

pub(super) fn draw(lines: &[Line<'_>]) -> Drawn {
    let mut svg = Svg::default();
    let mut said = Vec::new();
    let mut above: Vec<Node<'_>> = Vec::new();
    let mut y = 1.0;
    for (number, line) in lines.iter().filter(|(_, line)| !line.is_empty()) {
        let text = line.trim_start();
        let indent = line.len() - text.len();
        while above.last().is_some_and(|node| node.indent >= indent) {
            above.pop();
        }
        if said.is_empty() != above.is_empty() {
            return wrong(*number, "a tree has one root, and all else is further in");
        }
        let (name, note) = text.split_once(": ").unwrap_or((text, ""));
        let boxed = name
            .strip_prefix('[')
            .and_then(|name| name.strip_suffix(']'));
        let name = boxed.unwrap_or(name);
        let left = 1.0 + above.len() as f64 * STEP;
        let middle = y + NAME / 2.0;
        if let Some(parent) = above.last_mut() {
            let (x, from) = parent.foot;
            svg.path("line", &[(x, from), (x, middle), (left - 2.0, middle)]);
            parent.foot.1 = middle;
        }
        let right = left
            + if boxed.is_some() {
                width(name) * BOLD + 12.0
            } else {
                width(name) + 6.0
            };
        let rect = Rect(left, y, right, y + NAME);
        if boxed.is_some() {
            svg.rect("box", &rect);
        }
        svg.lines(
            if boxed.is_some() { "strong" } else { "" },
            &rect,
            &[name.to_owned()],
        );
        let room = WIDTH - right - 8.0;
        let note = if note.is_empty() {
            Vec::new()
        } else {
            wrapped(note, room)
        };
        if right > WIDTH || note.iter().any(|line| width(line) > room) {
            return wrong(*number, format!("no room for `{text}`"));
        }
        for (at, line) in note.iter().enumerate() {
            let below = middle + SIZE * 0.36 + at as f64 * LINE;
            svg.text("start quiet", (right + 8.0, below), line);
        }
        let more = note.len().saturating_sub(1) as f64;
        let note = if note.is_empty() {
            String::new()
        } else {
            format!(": {}", note.join(" "))
        };
        let parent = above.last().map(|node| format!(", below {}", node.name));
        said.push(format!("{name}{}{note}", parent.unwrap_or_default()));
        above.push(Node {
            indent,
            name,
            foot: (left + 10.0, y + NAME),
        });
        y += NAME + GAP + LINE * more;
    }
    (svg.width, svg.height) = (WIDTH, y - GAP + 1.0);
    Ok((svg, said))
}

#[cfg(test)]
mod tests {
    use super::super::render;
    use super::super::tests::error;

    #[test]
    fn each_name_hangs_from_the_one_above_it() {
        let source = "# C.\n.: the root\n  [com]: a zone\n    example\n  arpa\n";
        let html = render("tree", source).unwrap().html;
        assert_eq!(html.matches("<path class=\"line\"").count(), 3);
        assert_eq!(html.matches("<rect class=\"box\"").count(), 1);
        // From where the line to `com` ends, on to `arpa`.
        let desc =
            "<desc>.: the root. com, below .: a zone. example, below com. arpa, below .</desc>";
        assert!(html.contains(desc), "{html}");
        let starts: Vec<&str> = html.split("d=\"M").skip(1).map(|d| &d[..4]).collect();
        assert_eq!((starts[0], starts[1], starts[2]), ("11.0", "33.0", "11.0"));
    }

    #[test]
    fn what_cannot_be_drawn_is_said_with_its_line() {
        let root = "a tree has one root, and all else is further in";
        assert_eq!(error("tree", "# C.\na\n\nb\n"), (4, root.to_owned()));
        let long = "x".repeat(60);
        assert_eq!(
            error("tree", &format!("# C.\na\n  {long}\n")),
            (3, format!("no room for `{long}`"))
        );
    }
}
