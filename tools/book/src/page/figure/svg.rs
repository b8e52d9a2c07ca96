//! The drawing itself: text, boxes, lines and arrows, whose colours the style has.

use std::fmt::Write as _;

use super::Arrow;
use crate::page::html::escaped;

/// What there is room for: on a phone of 375 pixels, a unit is a pixel.
pub(super) const WIDTH: f64 = 340.0;

/// The size of a letter, and from one line of text to the next.
pub(super) const SIZE: f64 = 12.0;
pub(super) const LINE: f64 = 15.0;

/// How much wider a bold text is.
pub(super) const BOLD: f64 = 1.15;

/// How much larger it is drawn where there is room: text is as large as the page's then.
const GROWTH: f64 = 1.3;

pub(super) type Point = (f64, f64);

/// A rectangle: left, top, right, bottom.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rect(
    pub(super) f64,
    pub(super) f64,
    pub(super) f64,
    pub(super) f64,
);

impl Rect {
    /// The one of that size around a point.
    pub(super) fn around((x, y): Point, width: f64, height: f64) -> Rect {
        Rect(
            x - width / 2.0,
            y - height / 2.0,
            x + width / 2.0,
            y + height / 2.0,
        )
    }

    pub(super) fn center(&self) -> Point {
        (f64::midpoint(self.0, self.2), f64::midpoint(self.1, self.3))
    }

    pub(super) fn meets(&self, other: &Rect) -> bool {
        self.0 < other.2 && other.0 < self.2 && self.1 < other.3 && other.1 < self.3
    }

    /// Where the line from its centre to `to` leaves it.
    pub(super) fn border(&self, to: Point) -> Point {
        let (x, y) = self.center();
        let (dx, dy) = (to.0 - x, to.1 - y);
        let part = ((self.2 - x) / dx.abs()).min((self.3 - y) / dy.abs());
        (x + dx * part, y + dy * part)
    }

    /// Whether the line from `a` to `b` runs through it.
    pub(super) fn is_crossed(&self, a: Point, b: Point) -> bool {
        let (mut from, mut to) = (0.0f64, 1.0f64);
        for (start, end, low, high) in [(a.0, b.0, self.0, self.2), (a.1, b.1, self.1, self.3)] {
            let way = end - start;
            if way.abs() < 1e-6 {
                if start <= low || start >= high {
                    return false;
                }
                continue;
            }
            let (one, two) = ((low - start) / way, (high - start) / way);
            from = from.max(one.min(two));
            to = to.min(one.max(two));
        }
        from < to
    }
}

/// A drawing that grows.
#[derive(Debug, Default)]
pub(super) struct Svg {
    body: String,
    /// Where it begins, and how far it goes from there.
    pub(super) top: f64,
    pub(super) width: f64,
    pub(super) height: f64,
}

impl Svg {
    pub(super) fn text(&mut self, class: &str, (x, y): Point, text: &str) {
        let text = escaped(text);
        let _ = write!(
            self.body,
            "<text class=\"{class}\" x=\"{x:.1}\" y=\"{y:.1}\">{text}</text>"
        );
    }

    /// Lines of text in the middle of `rect`.
    pub(super) fn lines(&mut self, class: &str, rect: &Rect, lines: &[String]) {
        let (x, y) = rect.center();
        let first = y - (lines.len() as f64 - 1.0) * LINE / 2.0 + SIZE * 0.36;
        for (at, line) in lines.iter().enumerate() {
            self.text(class, (x, first + at as f64 * LINE), line);
        }
    }

    pub(super) fn rect(&mut self, class: &str, Rect(x, y, right, bottom): &Rect) {
        let (width, height) = (right - x, bottom - y);
        let _ = write!(
            self.body,
            "<rect class=\"{class}\" x=\"{x:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"{height:.1}\"/>"
        );
    }

    pub(super) fn path(&mut self, class: &str, points: &[Point]) {
        let points: Vec<String> = points
            .iter()
            .map(|(x, y)| format!("{x:.1} {y:.1}"))
            .collect();
        let points = points.join("L");
        let _ = write!(self.body, "<path class=\"{class}\" d=\"M{points}\"/>");
    }

    /// An arrow from `a` to `b`; one that is lost ends before, with a cross.
    pub(super) fn arrow(&mut self, arrow: Arrow, a: Point, b: Point) {
        let (dx, dy) = (b.0 - a.0, b.1 - a.1);
        let length = dx.hypot(dy);
        let (x, y) = (dx / length, dy / length);
        if arrow == Arrow::Lost {
            let (mx, my) = (a.0 + dx * 0.6, a.1 + dy * 0.6);
            self.path("line", &[a, (mx, my)]);
            self.path("thick", &[(mx - 5.0, my - 5.0), (mx + 5.0, my + 5.0)]);
            self.path("thick", &[(mx - 5.0, my + 5.0), (mx + 5.0, my - 5.0)]);
            return;
        }
        if arrow == Arrow::Line {
            return self.path("line", &[a, b]);
        }
        let class = match arrow {
            Arrow::Dashed => "line dashed",
            Arrow::Dotted => "line dotted",
            Arrow::Thick => "thick",
            _ => "line",
        };
        let back = (b.0 - x * 8.0, b.1 - y * 8.0);
        self.path(class, &[a, back]);
        let (px, py) = (-y * 4.0, x * 4.0);
        self.path(
            "tip",
            &[b, (back.0 + px, back.1 + py), (back.0 - px, back.1 - py), b],
        );
    }

    /// Draws another one on top.
    pub(super) fn append(&mut self, other: &Svg) {
        self.body.push_str(&other.body);
    }

    /// The drawing as it stands in a page.
    pub(super) fn finish(&self, title: &str, said: &str) -> String {
        let (top, width, height) = (self.top, self.width, self.height);
        format!(
            "<svg viewBox=\"0 {top:.0} {width:.0} {height:.0}\" style=\"width:{:.0}px\" role=\"img\">\
             <title>{}</title><desc>{}</desc>{}</svg>",
            width * GROWTH,
            escaped(title),
            escaped(said),
            self.body
        )
    }
}

/// How wide a text is at most, in the fonts that a page may get: that of DejaVu Sans,
/// the widest of them.
pub(super) fn width(text: &str) -> f64 {
    let letter = |c| match c {
        'i' | 'j' | 'l' | 'I' | 'J' | '\'' | '’' => 0.3,
        ' ' | ',' | '.' | ':' | ';' | '|' => 0.34,
        'f' | 't' | 'r' | '-' | '/' | '(' | ')' | '[' | ']' => 0.41,
        'm' | 'M' | 'W' | '%' | '@' => 0.98,
        'w' | '→' | '←' | '↑' | '↓' | '+' | '=' | '<' | '>' => 0.84,
        'A'..='Z' => 0.74,
        c if (c as u32) > 0x2000 => 1.0,
        _ => 0.64,
    };
    text.chars().map(letter).sum::<f64>() * SIZE
}

/// Breaks a text into lines that are no wider than `room`, if no word is.
pub(super) fn wrapped(text: &str, room: f64) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split(' ') {
        match lines.last_mut() {
            Some(line) if width(line) + width(word) + width(" ") <= room => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

/// The width of the widest line.
pub(super) fn widest(lines: &[String]) -> f64 {
    lines.iter().map(|line| width(line)).fold(0.0, f64::max)
}
