//! What lies beside what: records, messages, memory, drawn as the description draws it.
//!
//! ```text
//!    +====+====+---------+
//!  0 | 00 | 02 | h i     |  at its right
//!    +====+====+---------+
//!    |length   |payload  |
//! ```
//!
//! A column of the description is a column of the drawing, so what fits there fits here.
//! A cell below a rule of `=` is shaded. A cell may go on beside another's rule. One without
//! a rule below it is a name with a bracket. All else is text.

use super::svg::{LINE, Rect, SIZE, Svg, WIDTH, width};
use super::{Drawn, Line, Wrong, wrong};

/// How many columns there are, and how wide one is.
const COLUMNS: usize = 48;
pub(super) const COLUMN: f64 = WIDTH / COLUMNS as f64;

/// What a rule takes of the height, above it and below.
const RULE: f64 = 3.0;

/// What stands between two bars below a rule.
struct Cell {
    /// The line it begins on.
    line: usize,
    /// The columns of its bars.
    bars: (usize, usize),
    top: f64,
    text: Vec<String>,
    shaded: bool,
}

#[derive(Default)]
struct Layout {
    svg: Svg,
    /// What is drawn, each with its line and column.
    said: Vec<(usize, usize, String)>,
    open: Vec<Cell>,
    y: f64,
}

pub(super) fn draw(lines: &[Line<'_>]) -> Drawn {
    let mut layout = Layout {
        y: 1.0,
        ..Layout::default()
    };
    let mut columns = 0;
    let mut above: Vec<char> = Vec::new();
    for (number, line) in lines {
        let chars: Vec<char> = line.chars().collect();
        if chars.len() > COLUMNS {
            let what = format!("{} columns; a phone has room for {COLUMNS}", chars.len());
            return wrong(*number, what);
        }
        columns = columns.max(chars.len());
        if line.is_empty() {
            layout.close(None, *number)?;
            layout.y += LINE / 2.0;
        } else if is_rule(line) {
            layout.y += RULE;
            layout.close(Some(&chars), *number)?;
            layout.row(*number, &chars, &above, "|+")?;
            layout.y += RULE;
        } else {
            layout.row(*number, &chars, &above, "|")?;
            layout.y += LINE;
        }
        above = chars;
    }
    layout.close(None, 0)?;
    let Layout {
        mut svg,
        mut said,
        y,
        ..
    } = layout;
    (svg.width, svg.height) = (columns as f64 * COLUMN, y + 3.0);
    said.sort();
    let rows = said.chunk_by(|one, next| one.0 == next.0).map(|row| {
        let texts: Vec<&str> = row.iter().map(|(_, _, text)| text.as_str()).collect();
        texts.join(", ")
    });
    Ok((svg, rows.collect()))
}

fn is_rule(line: &str) -> bool {
    ["+-", "+=", "-+", "=+"]
        .iter()
        .any(|part| line.contains(part))
}

/// The place of a column's middle.
fn x(column: usize) -> f64 {
    (column as f64 + 0.5) * COLUMN
}

impl Layout {
    /// Closes the cells that a rule ends; without a rule, all, and each is a bracket.
    fn close(&mut self, rule: Option<&[char]>, line: usize) -> Result<(), Wrong> {
        let mut open = Vec::new();
        let brackets = rule.is_none() && !self.open.is_empty();
        for mut cell in std::mem::take(&mut self.open) {
            let (from, to) = cell.bars;
            let is_ruled = |at: &usize| {
                rule.is_some_and(|rule| "-=+".contains(*rule.get(*at).unwrap_or(&' ')))
            };
            let ruled = (from + 1..to).filter(is_ruled).count();
            let full = |text: &String| !text.is_empty();
            let last = cell.text.iter().rposition(full).map_or(0, |at| at + 1);
            cell.text.truncate(last);
            cell.text
                .drain(..cell.text.iter().position(full).unwrap_or(0));
            let text = cell.text.join(" ").trim().to_owned();
            if rule.is_some() && ruled == 0 {
                open.push(cell);
                continue;
            }
            if rule.is_some() && !(from..=to).all(|at| is_ruled(&at)) {
                return wrong(line, format!("the rule doesn't end where `{text}` does"));
            }
            let rect = Rect(x(from), cell.top, x(to), self.y);
            let room = rect.2 - rect.0;
            if let Some(long) = cell
                .text
                .iter()
                .find(|text| !is_octets(text) && width(text) > room)
            {
                return wrong(cell.line, format!("no room for `{long}`"));
            }
            if rule.is_some() {
                self.svg
                    .rect(if cell.shaded { "shaded" } else { "box" }, &rect);
                let class = if is_octets(&text) { "mono" } else { "" };
                self.svg.lines(class, &rect, &cell.text);
            } else if !text.is_empty() {
                self.bracket(&rect, &cell.text);
            }
            let said = match (text.as_str(), cell.shaded) {
                ("", true) => "shaded".to_owned(),
                ("", false) => "plain".to_owned(),
                _ => text,
            };
            if rule.is_some() || said != "plain" {
                self.said.push((cell.line, from, said));
            }
        }
        self.open = open;
        if brackets {
            self.y += RULE;
        }
        Ok(())
    }

    /// A cell that is open at its bottom: a bracket, and its name below.
    fn bracket(&mut self, Rect(left, top, right, bottom): &Rect, text: &[String]) {
        let (from, to, high) = (left + 2.0, right - 2.0, top + 2.0);
        let corners = [
            (from, high),
            (from, high + 3.0),
            (to, high + 3.0),
            (to, high),
        ];
        self.svg.path("line", &corners);
        self.svg
            .lines("", &Rect(*left, top + 6.0, *right, bottom + 3.0), text);
    }

    /// Reads a line: cells between bars that have a rule above, and words that stand free.
    fn row(
        &mut self,
        line: usize,
        chars: &[char],
        above: &[char],
        bars: &str,
    ) -> Result<(), Wrong> {
        let is_bar = |at: &usize| bars.contains(chars[*at]);
        let marks: Vec<usize> = (0..chars.len()).filter(is_bar).collect();
        // The edges of the page, which are no bars.
        let starts = std::iter::once(None).chain(marks.iter().copied().map(Some));
        let ends = marks.iter().copied().map(Some).chain(std::iter::once(None));
        for (start, end) in starts.zip(ends) {
            let first = start.map_or(0, |at| at + 1);
            let part: String = chars[first..end.unwrap_or(chars.len())].iter().collect();
            let text = part.trim();
            if !text.is_empty() && text.chars().all(|c| "-=".contains(c)) {
                continue; // a piece of a rule
            }
            let cell = start.zip(end);
            if let Some(open) = self.open.iter_mut().find(|open| Some(open.bars) == cell) {
                // A rule takes no line, so nothing beside it is none.
                if !text.is_empty() || bars == "|" {
                    open.text.push(text.to_owned());
                }
                continue;
            }
            let (low, high) = (start.unwrap_or(0), end.unwrap_or(chars.len()));
            let overlaps = |open: &&Cell| open.bars.0 < high && low < open.bars.1;
            if let Some(open) = self.open.iter().find(overlaps) {
                let what = format!(
                    "a bar is not below that of `{}`",
                    open.text.join(" ").trim()
                );
                return wrong(line, what);
            }
            let ruled = |at: usize| above.get(at).copied().filter(|c| "-=+".contains(*c));
            match cell.filter(|(from, to)| (from + 1..*to).all(|at| ruled(at).is_some())) {
                Some(bars) => self.open.push(Cell {
                    line,
                    bars,
                    top: self.y - RULE,
                    text: vec![text.to_owned()],
                    shaded: ruled(bars.0 + 1) == Some('='),
                }),
                None => self.words(line, first, &chars[first..high])?,
            }
        }
        Ok(())
    }

    /// Words that stand free; two spaces part them.
    fn words(&mut self, line: usize, start: usize, part: &[char]) -> Result<(), Wrong> {
        let gap = |at: usize| part[at..].starts_with(&[' ', ' ']) || part[at..] == [' '];
        let mut at = 0;
        while at < part.len() {
            if part[at] == ' ' {
                at += 1;
                continue;
            }
            let end = (at..part.len()).find(|at| gap(*at)).unwrap_or(part.len());
            let text: String = part[at..end].iter().collect();
            let left = (start + at) as f64 * COLUMN;
            if left + width(&text) > WIDTH {
                return wrong(line, format!("no room for `{text}`"));
            }
            self.svg.text("start", (left, self.y + SIZE), &text);
            self.said.push((line, start + at, text));
            at = end;
        }
        Ok(())
    }
}

/// Whether a text is octets or letters, each of which has a place of its own.
fn is_octets(text: &str) -> bool {
    text.split(' ').all(|word| word.chars().count() <= 2)
}

#[cfg(test)]
mod tests {
    use super::super::render;
    use super::super::tests::error;

    fn html(body: &str) -> String {
        render("layout", &format!("# C.\n{body}")).unwrap().html
    }

    #[test]
    fn cells_are_where_they_are_in_the_text() {
        let html = html("   +====+----+\n 0 | 01 | ab |  behind\n   +====+----+\n   |size|text|\n");
        let count = |part: &str| html.matches(part).count();
        assert_eq!((count("class=\"shaded\""), count("class=\"box\"")), (1, 1));
        assert_eq!((count("class=\"line\""), count("class=\"mono\"")), (2, 2));
        assert!(
            html.contains("<desc>0, 01, ab, behind. size, text</desc>"),
            "{html}"
        );
        // The first bar stands in the fourth column.
        assert!(html.contains("<rect class=\"shaded\" x=\"24.8\""), "{html}");
    }

    #[test]
    fn a_cell_goes_on_below_its_neighbours_rule() {
        let html = html("+---+---+\n| a | b |\n|   +---+\n|   | c |\n+---+---+\n");
        let heights: Vec<&str> = html.split("height=\"").skip(1).map(|h| &h[..4]).collect();
        assert_eq!(heights, ["21.0", "42.0", "21.0"]);
        assert!(html.contains("<desc>a, b. c</desc>"), "{html}");
        let empty = self::html("+---+===+\n|   |   |\n+---+===+\n");
        assert!(empty.contains("<desc>plain, shaded</desc>"), "{empty}");
    }

    #[test]
    fn what_cannot_be_drawn_is_said_with_its_line() {
        let wide = "x".repeat(49);
        for (body, line, what) in [
            (
                "+---+\n| a |\n+-+-\n",
                4,
                "the rule doesn't end where `a` does",
            ),
            (
                "+---+\n| a |\n|  b|\n| c  |\n+---+\n",
                5,
                "a bar is not below that of `a b`",
            ),
            ("+---+\n|www|\n+---+\n", 3, "no room for `www`"),
            (&wide, 2, "49 columns; a phone has room for 48"),
            (
                &"W".repeat(48),
                2,
                &format!("no room for `{}`", "W".repeat(48)),
            ),
        ] {
            assert_eq!(
                error("layout", &format!("# C.\n{body}")),
                (line, what.to_owned())
            );
        }
    }
}
