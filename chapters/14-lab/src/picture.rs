//! Histograms and bars, as text and as SVG.

use std::fmt::Write;

use crate::histogram::Histogram;

/// How wide the longest bar is, in characters.
const WIDTH: u64 = 40;
/// The sides of a row of the SVG.
const ROW: usize = 20;
const LEFT: usize = 150;
const LONGEST: f64 = 300.0;

/// A row of a picture.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// What it is about.
    pub label: String,
    /// How long its bar is.
    pub value: f64,
    /// What stands behind the bar.
    pub shown: String,
}

/// A time in microseconds, to be read.
pub fn time(micros: u64) -> String {
    match micros {
        0..10_000 => format!("{micros} µs"),
        10_000..10_000_000 => format!("{} ms", (micros + 500) / 1000),
        _ => format!("{} s", (micros + 500_000) / 1_000_000),
    }
}

/// A row for each doubling of the time, those between that are empty included.
pub fn rows(histogram: &Histogram) -> Vec<Row> {
    let mut counts = [0u64; 64];
    for (values, count) in histogram.buckets() {
        counts[values.start().checked_ilog2().unwrap_or(0) as usize] += count;
    }
    let full = |count: &u64| *count > 0;
    let first = counts.iter().position(full).unwrap_or(0);
    let last = counts.iter().rposition(full).map_or(0, |last| last + 1);
    let rows = (first..last).map(|doubling| Row {
        label: format!("below {}", time(1 << (doubling + 1))),
        value: counts[doubling] as f64,
        shown: counts[doubling].to_string(),
    });
    rows.collect()
}

fn most(rows: &[Row]) -> f64 {
    let values = rows.iter().map(|row| row.value);
    values.fold(f64::MIN_POSITIVE, f64::max)
}

/// The rows as text: a bar is as long as its value's share of the largest, and what is there
/// at all has one.
pub fn text(rows: &[Row]) -> String {
    let most = most(rows);
    let mut text = String::new();
    for Row {
        label,
        value,
        shown,
    } in rows
    {
        let length = (value / most * WIDTH as f64).ceil() as usize;
        let space = if length > 0 { " " } else { "" };
        let _ = writeln!(text, "{label:>14}  {}{space}{shown}", "#".repeat(length));
    }
    text
}

/// The rows as a picture, for a browser.
pub fn svg(title: &str, rows: &[Row]) -> String {
    let most = most(rows);
    let height = ROW * (rows.len() + 1) + 8;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 560 {height}\" role=\"img\" \
         width=\"100%\" style=\"max-width:560px\" font-family=\"sans-serif\" font-size=\"12\" \
         fill=\"currentColor\">\n<title>{title}</title>\n\
         <text x=\"4\" y=\"14\">{title}</text>\n",
        title = escaped(title)
    );
    for (
        number,
        Row {
            label,
            value,
            shown,
        },
    ) in rows.iter().enumerate()
    {
        let top = ROW * (number + 1) + 4;
        let width = value / most * LONGEST;
        let (base, end) = (top + 12, LEFT as f64 + width + 6.0);
        let _ = writeln!(
            svg,
            "<text x=\"{}\" y=\"{base}\" text-anchor=\"end\">{}</text>\
             <rect x=\"{LEFT}\" y=\"{top}\" width=\"{width:.1}\" height=\"15\" fill-opacity=\"0.6\"/>\
             <text x=\"{end:.1}\" y=\"{base}\">{}</text>",
            LEFT - 8,
            escaped(label),
            escaped(shown),
        );
    }
    svg.push_str("</svg>\n");
    svg
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_is_a_row_for_each_doubling() {
        let mut histogram = Histogram::new();
        for value in [0, 1, 3, 3, 9] {
            histogram.record(value);
        }
        let shown: Vec<_> = rows(&histogram)
            .into_iter()
            .map(|row| (row.label, row.shown))
            .collect();
        let expected = [
            ("below 2 µs", "2"),
            ("below 4 µs", "2"),
            ("below 8 µs", "0"),
            ("below 16 µs", "1"),
        ];
        assert_eq!(
            shown,
            expected.map(|(label, shown)| (label.to_owned(), shown.to_owned()))
        );
        assert!(rows(&Histogram::new()).is_empty());
    }

    #[test]
    fn a_picture_holds_text_and_no_markup_of_it() {
        let row = Row {
            label: "a<b".into(),
            value: 0.0,
            shown: "&".into(),
        };
        let svg = svg("<>", &[row]);
        assert!(
            svg.contains("a&lt;b") && svg.contains(">&amp;<") && !svg.contains("<>"),
            "{svg}"
        );
        assert!(!svg.contains("NaN"), "{svg}");
    }
}
