//! Does the client have it already, and which part does it want? Conditional requests
//! (RFC 9110, section 13) and ranges (section 14), for one representation.

use std::ops::Range;
use std::time::SystemTime;

use http::{HeaderMap, Method, StatusCode, header};
use httpdate::parse_http_date;

/// What tells one version of a file from another.
#[derive(Clone, Debug)]
pub struct Version {
    /// The entity tag, with its quotation marks.
    pub tag: String,
    /// When it was changed, to the second, as the field tells.
    pub modified: SystemTime,
}

/// What to send.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// 200, and everything.
    Whole,
    /// 206, and these octets.
    Part(Range<u64>),
    /// 304, 412 or 416, and no octet of it.
    Nothing(StatusCode),
}

/// What a request with these fields gets of a file that has `length` octets.
// ANCHOR: answer
pub fn answer(method: &Method, fields: &HeaderMap, version: &Version, length: u64) -> Answer {
    let field = |name| joined(fields, name);
    let date = |name| field(name).and_then(|text| parse_http_date(&text).ok());
    // The order is that of section 13.2.2.
    if let Some(tags) = field(header::IF_MATCH) {
        if !matches(&tags, &version.tag, strong) {
            return Answer::Nothing(StatusCode::PRECONDITION_FAILED);
        }
    } else if date(header::IF_UNMODIFIED_SINCE).is_some_and(|date| version.modified > date) {
        return Answer::Nothing(StatusCode::PRECONDITION_FAILED);
    }
    if let Some(tags) = field(header::IF_NONE_MATCH) {
        if matches(&tags, &version.tag, weak) {
            return Answer::Nothing(StatusCode::NOT_MODIFIED);
        }
    } else if date(header::IF_MODIFIED_SINCE).is_some_and(|date| version.modified <= date) {
        return Answer::Nothing(StatusCode::NOT_MODIFIED);
    }
    // A part of this version is of no use to who has a part of another.
    let same = field(header::IF_RANGE).is_none_or(|validator| match parse_http_date(&validator) {
        Ok(date) => date == version.modified,
        Err(_) => strong(validator.trim(), &version.tag),
    });
    match field(header::RANGE) {
        Some(range) if same && method == Method::GET => part(&range, length),
        _ => Answer::Whole,
    }
}
// ANCHOR_END: answer

/// All lines with this name as one, which is what several mean. A condition that is no text
/// is one all the same: it fits nothing.
fn joined(fields: &HeaderMap, name: header::HeaderName) -> Option<String> {
    let lines = fields.get_all(name).iter();
    let lines: Vec<_> = lines
        .map(|line| String::from_utf8_lossy(line.as_bytes()))
        .collect();
    (!lines.is_empty()).then(|| lines.join(", "))
}

/// One range is answered as asked; several, or another unit, as if none had been asked
/// for, which section 14.2 allows.
// ANCHOR: part
fn part(field: &str, length: u64) -> Answer {
    let Some((unit, range)) = field.split_once('=') else {
        return Answer::Whole;
    };
    let Some((first, last)) = range.trim().split_once('-') else {
        return Answer::Whole;
    };
    if !unit.trim().eq_ignore_ascii_case("bytes") || range.contains(',') {
        return Answer::Whole;
    }
    let range = match (number(first), number(last)) {
        (Some(first), Some(last)) if first <= last => first..last.saturating_add(1).min(length),
        (Some(first), None) if last.is_empty() => first..length,
        // The last octets of nothing are nothing, and no Content-Range can say so.
        (None, Some(1..)) if first.is_empty() && length == 0 => return Answer::Whole,
        (None, Some(last)) if first.is_empty() => length.saturating_sub(last)..length,
        _ => return Answer::Whole,
    };
    match range.is_empty() {
        true => Answer::Nothing(StatusCode::RANGE_NOT_SATISFIABLE),
        false => Answer::Part(range),
    }
}

/// Digits and nothing else: `parse` alone would take a sign. What is too large for a
/// number is further than any file goes.
fn number(digits: &str) -> Option<u64> {
    let digits =
        Some(digits).filter(|text| !text.is_empty() && text.bytes().all(|o| o.is_ascii_digit()));
    digits.map(|digits| digits.parse().unwrap_or(u64::MAX))
}
// ANCHOR_END: part

/// Whether a list of entity tags has one that fits. A tag may hold a comma.
fn matches(list: &str, tag: &str, fit: fn(&str, &str) -> bool) -> bool {
    if list.trim() == "*" {
        return true;
    }
    let mut rest = list;
    while let Some(start) = rest.find('"') {
        let Some(end) = rest[start + 1..].find('"') else {
            return false;
        };
        let end = start + 1 + end + 1;
        let begin = if rest[..start].ends_with("W/") {
            start - 2
        } else {
            start
        };
        if fit(&rest[begin..end], tag) {
            return true;
        }
        rest = &rest[end..];
    }
    false
}

fn strong(one: &str, other: &str) -> bool {
    one == other && !one.starts_with("W/")
}

fn weak(one: &str, other: &str) -> bool {
    one.trim_start_matches("W/") == other.trim_start_matches("W/")
}

#[cfg(test)]
mod tests {
    use super::*;
    use Answer::{Nothing, Part, Whole};
    use proptest::prelude::*;
    use std::time::{Duration, UNIX_EPOCH};

    const BEFORE: &str = "Sun, 06 Nov 1994 08:49:36 GMT";
    const THEN: &str = "Sun, 06 Nov 1994 08:49:37 GMT";

    fn of(fields: &[(&'static str, &str)]) -> Answer {
        of_length(fields, 10)
    }

    fn of_length(fields: &[(&'static str, &str)], length: u64) -> Answer {
        let mut map = HeaderMap::new();
        for (name, value) in fields {
            map.append(*name, http::HeaderValue::from_str(value).unwrap());
        }
        let version = Version {
            tag: "\"v1\"".to_owned(),
            modified: UNIX_EPOCH + Duration::from_secs(784_111_777),
        };
        answer(&Method::GET, &map, &version, length)
    }

    #[test]
    fn ranges() {
        for (range, expected) in [
            ("bytes=0-0", Part(0..1)),
            ("bytes=2-5", Part(2..6)),
            ("bytes=2-", Part(2..10)),
            ("bytes=-3", Part(7..10)),
            ("bytes=-30", Part(0..10)),
            ("bytes=2-99999999999999999999999", Part(2..10)),
            ("BYTES=9-9", Part(9..10)),
            ("bytes=10-", Nothing(StatusCode::RANGE_NOT_SATISFIABLE)),
            (
                "bytes=99999999999999999999999-",
                Nothing(StatusCode::RANGE_NOT_SATISFIABLE),
            ),
            ("bytes=-0", Nothing(StatusCode::RANGE_NOT_SATISFIABLE)),
            ("bytes=5-2", Whole),
            ("bytes=0-1,4-5", Whole),
            ("bytes=+1-2", Whole),
            ("bytes=1-+2", Whole),
            ("bytes=-", Whole),
            ("bytes=a-b", Whole),
            ("lines=1-2", Whole),
            ("bytes", Whole),
            ("", Whole),
        ] {
            assert_eq!(of(&[("range", range)]), expected, "{range}");
        }
    }

    /// RFC 9110, section 14.1.2: a first position has to be less than the length, and a suffix
    /// only longer than 0. The second can't be answered with 206.
    #[test]
    fn ranges_of_nothing() {
        let refused = Nothing(StatusCode::RANGE_NOT_SATISFIABLE);
        for (range, expected) in [
            ("bytes=-5", &Whole),
            ("bytes=-1", &Whole),
            ("bytes=-0", &refused),
            ("bytes=0-", &refused),
            ("bytes=0-0", &refused),
        ] {
            assert_eq!(&of_length(&[("range", range)], 0), expected, "{range}");
        }
    }

    #[test]
    fn conditions_come_in_their_order() {
        let not_modified = Nothing(StatusCode::NOT_MODIFIED);
        let failed = Nothing(StatusCode::PRECONDITION_FAILED);
        for (fields, expected) in [
            (&[("if-none-match", "\"v1\"")][..], &not_modified),
            (&[("if-none-match", "W/\"v1\"")], &not_modified),
            (&[("if-none-match", "\"a,b\", \"v1\"")], &not_modified),
            (&[("if-none-match", "*")], &not_modified),
            (&[("if-none-match", "\"v2\"")], &Whole),
            (&[("if-none-match", "v1")], &Whole),
            (&[("if-none-match", "\"v1")], &Whole),
            (
                &[("if-none-match", "\"v2\""), ("if-none-match", "\"v1\"")],
                &not_modified,
            ),
            (&[("if-none-match", "\"é\", \"v1\"")], &not_modified),
            (&[("if-modified-since", THEN)], &not_modified),
            (
                &[("if-modified-since", THEN), ("if-modified-since", BEFORE)],
                &Whole,
            ),
            (&[("if-modified-since", BEFORE)], &Whole),
            (&[("if-modified-since", "yesterday")], &Whole),
            // The tag knows better than the date.
            (
                &[("if-none-match", "\"v2\""), ("if-modified-since", THEN)],
                &Whole,
            ),
            (&[("if-match", "\"v2\"")], &failed),
            (&[("if-match", "W/\"v1\"")], &failed),
            (&[("if-match", "\"é\"")], &failed),
            (&[("if-match", "\"v2\""), ("if-match", "\"v1\"")], &Whole),
            (
                &[("if-match", "\"v1\""), ("if-unmodified-since", BEFORE)],
                &Whole,
            ),
            (&[("if-unmodified-since", BEFORE)], &failed),
            (&[("if-unmodified-since", THEN)], &Whole),
            (
                &[("range", "bytes=0-0"), ("if-range", "\"v1\"")],
                &Part(0..1),
            ),
            (&[("range", "bytes=0-0"), ("if-range", "W/\"v1\"")], &Whole),
            (&[("range", "bytes=0-0"), ("if-range", "\"v2\"")], &Whole),
            (&[("range", "bytes=0-0"), ("if-range", THEN)], &Part(0..1)),
            (&[("range", "bytes=0-0"), ("if-range", BEFORE)], &Whole),
            (&[("range", "bytes=0-0"), ("if-range", "\"é\"")], &Whole),
            (&[("range", "bytes=0-0"), ("range", "bytes=5-6")], &Whole),
            (
                &[("range", "bytes=0-0"), ("if-none-match", "\"v1\"")],
                &not_modified,
            ),
        ] {
            assert_eq!(&of(fields), expected, "{fields:?}");
        }
    }

    proptest! {
        #[test]
        fn no_part_is_outside(range in "(bytes=)?[-0-9,a +]{0,30}", length in 0u64..100) {
            if let Part(part) = part(&range, length) {
                prop_assert!(part.start < part.end && part.end <= length);
            }
        }

        #[test]
        fn any_list_of_tags_is_read(list in "[W/\"v1, *é]{0,30}") {
            matches(&list, "\"v1\"", weak);
        }
    }
}
