use std::fmt::Write;

/// The octets on one row of a comparison.
const ROW: usize = 8;
/// The rows of a long comparison that are shown before and after the first difference.
const AROUND: usize = 3;

/// Panics, with both sides in one annotated dump, unless `actual` is `expected`.
///
/// `fields` names what the expected octets are, in order, with their lengths; a
/// last name may stand for all that is left by the length `usize::MAX`.
///
/// ```
/// testkit::assert_octets(
///     b"\x00\x00\x00\x02hi",
///     b"\x00\x00\x00\x02hi",
///     &[("length", 4), ("payload", 2)],
/// );
/// ```
///
/// # Panics
///
/// When they differ.
#[track_caller]
pub fn assert_octets(actual: &[u8], expected: &[u8], fields: &[(&str, usize)]) {
    if let Some(report) = compare_octets(actual, expected, fields) {
        panic!("{report}");
    }
}

/// Compares as [`assert_octets`] does: `None` if the two are the same, or else
/// the report.
///
/// ```
/// let report = testkit::compare_octets(
///     b"\x02\x00\x00\x00hi",
///     b"\x00\x00\x00\x02hi",
///     &[("length", 4), ("payload", 2)],
/// );
/// assert_eq!(
///     report.unwrap(),
///     "\
/// the octets differ from offset 0 on, in the length: expected 00, got 02
///   offset  field    expected                            actual
///        0  length   00 00 00 02              ....       02 00 00 00              ....
///                    ^^                                  ^^
///        4  payload  68 69                    hi         68 69                    hi"
/// );
/// ```
pub fn compare_octets(actual: &[u8], expected: &[u8], fields: &[(&str, usize)]) -> Option<String> {
    if actual == expected {
        return None;
    }
    let common = actual.len().min(expected.len());
    let first = (0..common)
        .find(|&at| actual[at] != expected[at])
        .unwrap_or(common);
    let rows = rows(actual.len().max(expected.len()), fields);
    let guilty = rows
        .iter()
        .position(|row| (row.start..row.end).contains(&first))
        .unwrap_or(0);

    let mut report = format!("the octets differ from offset {first} on");
    match rows.get(guilty) {
        Some(row) if !row.field.is_empty() => {
            let _ = write!(report, ", in the {}", row.field);
        }
        _ => {}
    }
    let _ = write!(
        report,
        ": expected {}, got {}",
        name(expected, first),
        name(actual, first)
    );
    let width = fields
        .iter()
        .map(|(name, _)| name.len())
        .max()
        .unwrap_or(0)
        .max("field".len());
    // "xx " for each octet but the last space, two spaces, the text.
    let side = 3 * ROW - 1 + 2 + ROW;
    let _ = write!(
        report,
        "\n  offset  {:width$}  {:side$}   actual",
        "field", "expected"
    );
    let from = guilty.saturating_sub(AROUND);
    let to = rows.len().min(guilty + AROUND + 1);
    if from > 0 {
        let _ = write!(
            report,
            "\n       …  ({} octets that are the same)",
            rows[from].start
        );
    }
    for (number, row) in rows.iter().enumerate().take(to).skip(from) {
        let field = if row.first { row.field } else { "" };
        let line = format!(
            "\n  {:>6}  {field:width$}  {}   {}",
            row.start,
            dump(expected, row),
            dump(actual, row)
        );
        report.push_str(line.trim_end());
        if number == guilty {
            let before = 3 * (first - row.start);
            let line = format!(
                "\n          {:width$}  {:side$}   {:before$}^^",
                "",
                format!("{:before$}^^", ""),
                ""
            );
            report.push_str(&line);
        }
    }
    if let Some(row) = rows.get(to) {
        let rest = actual.len().max(expected.len()) - row.start;
        let _ = write!(report, "\n       …  ({rest} octets more)");
    }
    Some(report)
}

/// Octets as they are usually written: `00 00 00 05 68`.
///
/// ```
/// assert_eq!(testkit::hex(b"\x00\x05hi"), "00 05 68 69");
/// ```
pub fn hex(octets: &[u8]) -> String {
    let pairs: Vec<String> = octets.iter().map(|octet| format!("{octet:02x}")).collect();
    pairs.join(" ")
}

struct Row<'a> {
    field: &'a str,
    /// Whether the field begins here.
    first: bool,
    start: usize,
    end: usize,
}

/// Cuts `length` octets into rows, a new one at the beginning of each field.
fn rows<'a>(length: usize, fields: &[(&'a str, usize)]) -> Vec<Row<'a>> {
    let mut rows = Vec::new();
    let mut start = 0_usize;
    let rest = [("", usize::MAX)];
    for &(field, octets) in fields.iter().chain(&rest) {
        let end = start.saturating_add(octets).min(length);
        let mut first = true;
        while start < end {
            let stop = end.min(start + ROW);
            rows.push(Row {
                field,
                first,
                start,
                end: stop,
            });
            (start, first) = (stop, false);
        }
    }
    rows
}

/// What stands at `offset`, for a sentence.
fn name(octets: &[u8], offset: usize) -> String {
    match octets.get(offset) {
        Some(octet) => format!("{octet:02x}"),
        None => "the end".to_owned(),
    }
}

/// One side of one row: its octets and what they are as text.
fn dump(octets: &[u8], row: &Row<'_>) -> String {
    let part = &octets[row.start.min(octets.len())..row.end.min(octets.len())];
    let text: String = part
        .iter()
        .map(|&octet| match octet {
            b' '..=b'~' => char::from(octet),
            _ => '.',
        })
        .collect();
    format!("{:23}  {text:ROW$}", hex(part))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_octets_are_no_news() {
        assert_eq!(compare_octets(b"", b"", &[]), None);
        assert_octets(b"abc", b"abc", &[("all", usize::MAX)]);
    }

    #[test]
    fn a_missing_end_is_named_and_marked() {
        let report = compare_octets(b"\x00\x03ab", b"\x00\x03abc", &[("length", 2), ("data", 3)]);
        assert_eq!(
            report.unwrap(),
            "\
the octets differ from offset 4 on, in the data: expected 63, got the end
  offset  field   expected                            actual
       0  length  00 03                    ..         00 03                    ..
       2  data    61 62 63                 abc        61 62                    ab
                        ^^                                  ^^"
        );
    }

    #[test]
    fn octets_beyond_the_fields_are_shown_too() {
        let report = compare_octets(b"ab\n", b"ab", &[("line", 2)]).unwrap();
        assert!(report.starts_with("the octets differ from offset 2 on: expected the end, got 0a"));
    }

    #[test]
    fn a_long_dump_shows_what_is_around_the_first_difference() {
        let expected = vec![b'a'; 1000];
        let mut actual = expected.clone();
        actual[500] = b'b';
        let report = compare_octets(&actual, &expected, &[]).unwrap();
        assert!(
            report.contains("(472 octets that are the same)"),
            "{report}"
        );
        assert!(report.contains("(472 octets more)"), "{report}");
        assert!(report.lines().count() < 14, "{report}");
    }

    #[test]
    #[should_panic(expected = "differ from offset 1 on, in the length: expected 01, got 00")]
    fn a_difference_is_a_panic() {
        assert_octets(&[0, 0], &[0, 1], &[("length", 2)]);
    }
}
