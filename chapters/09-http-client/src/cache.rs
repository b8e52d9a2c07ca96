//! How long an answer may be kept, as a client reads it (RFC 9111). For a cache of one
//! person's own: `s-maxage` and `private` are said to others.

use std::fmt;
use std::time::{Duration, SystemTime};

use crate::response_head::Fields;

/// What an answer says of its keeping.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Freshness {
    /// It may not be kept.
    NoStore,
    /// It may be kept, and has to be asked about each time it is used.
    Ask,
    /// It may be used for so long without asking, from the time when it was made.
    For(Duration, Source),
    /// A guess is allowed: a tenth of the time since it was last modified.
    Guess(Duration),
}

/// Which field said it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// `Cache-Control: max-age`
    MaxAge,
    /// `Expires`
    Expires,
}

// ANCHOR: freshness
/// What these fields say, if they say anything (RFC 9111, sections 4.2.1 and 5.2.2).
pub fn told(fields: &Fields) -> Option<Freshness> {
    if fields.has_member("Cache-Control", "no-store") {
        return Some(Freshness::NoStore);
    }
    let no_cache = |directive: &[u8]| named(directive, "no-cache").is_some();
    if fields.members("Cache-Control").any(no_cache) {
        return Some(Freshness::Ask);
    }
    let mut ages = fields
        .members("Cache-Control")
        .filter_map(|it| named(it, "max-age"));
    if let Some(age) = ages.next() {
        // Two that differ, or one that is no number: better ask (section 4.2.1).
        let seconds = age.parse().ok().filter(|_| ages.all(|other| other == age));
        return Some(for_or_ask(seconds.unwrap_or(0), Source::MaxAge));
    }
    let date = time(fields, "Date").unwrap_or_else(SystemTime::now);
    if fields.first("Expires").is_some() {
        // Whatever is no date, 0 above all, is in the past (section 5.3).
        let left = time(fields, "Expires").and_then(|expires| expires.duration_since(date).ok());
        return Some(for_or_ask(
            left.map_or(0, |left| left.as_secs()),
            Source::Expires,
        ));
    }
    let age = date.duration_since(time(fields, "Last-Modified")?).ok()?;
    Some(Freshness::Guess(age / 10))
}
// ANCHOR_END: freshness

fn for_or_ask(seconds: u64, source: Source) -> Freshness {
    match seconds {
        0 => Freshness::Ask,
        seconds => Freshness::For(Duration::from_secs(seconds), source),
    }
}

/// The value of a directive that is called `name`; it may stand in quotes.
fn named<'a>(directive: &'a [u8], name: &str) -> Option<&'a str> {
    let directive = std::str::from_utf8(directive).ok()?;
    let (called, value) = directive.split_once('=').unwrap_or((directive, ""));
    called
        .trim()
        .eq_ignore_ascii_case(name)
        .then_some(value.trim().trim_matches('"'))
}

fn time(fields: &Fields, name: &str) -> Option<SystemTime> {
    let value = std::str::from_utf8(fields.first(name)?).ok()?;
    httpdate::parse_http_date(value).ok()
}

impl fmt::Display for Freshness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Freshness::NoStore => write!(f, "Not to be kept"),
            Freshness::Ask => write!(f, "To be kept, and asked about before it is used again"),
            Freshness::For(time, source) => {
                let source = match source {
                    Source::MaxAge => "Cache-Control",
                    Source::Expires => "Expires",
                };
                write!(f, "Fresh for {} s, says {source}", time.as_secs())
            }
            Freshness::Guess(time) => write!(f, "Fresh for {} s, at a guess", time.as_secs()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(lines: &[(&str, &'static str)]) -> Option<Freshness> {
        let mut fields = Fields::default();
        for (name, value) in lines {
            fields.push(name, value.as_bytes()).unwrap();
        }
        told(&fields)
    }

    fn seconds(seconds: u64, source: Source) -> Option<Freshness> {
        Some(Freshness::For(Duration::from_secs(seconds), source))
    }

    const DATE: (&str, &str) = ("Date", "Wed, 02 Jan 2030 03:04:05 GMT");
    const LATER: (&str, &str) = ("Expires", "Wed, 02 Jan 2030 03:05:05 GMT");
    const BEFORE: (&str, &str) = ("Last-Modified", "Wed, 02 Jan 2030 03:02:25 GMT");

    #[test]
    fn what_is_said_counts_in_the_order_of_the_rfc() {
        let control = |value| ("Cache-Control", value);
        assert_eq!(of(&[DATE]), None);
        assert_eq!(
            of(&[DATE, BEFORE]),
            Some(Freshness::Guess(Duration::from_secs(10)))
        );
        assert_eq!(of(&[DATE, LATER, BEFORE]), seconds(60, Source::Expires));
        assert_eq!(
            of(&[DATE, LATER, control("max-age=7")]),
            seconds(7, Source::MaxAge)
        );
        assert_eq!(
            of(&[control("public"), control("Max-Age=\"7\"")]),
            seconds(7, Source::MaxAge)
        );
        assert_eq!(of(&[control("max-age=7, no-cache")]), Some(Freshness::Ask));
        assert_eq!(
            of(&[control("no-cache=\"Set-Cookie\"")]),
            Some(Freshness::Ask)
        );
        assert_eq!(
            of(&[control("no-cache, NO-STORE")]),
            Some(Freshness::NoStore)
        );
        // Said to shared caches.
        assert_eq!(of(&[control("s-maxage=7, private")]), None);
    }

    #[test]
    fn what_is_no_number_or_no_date_is_over() {
        for value in [
            "max-age=",
            "max-age=-1",
            "max-age=1.5",
            "max-age=1, max-age=2",
            "max-age=0",
        ] {
            assert_eq!(
                of(&[("Cache-Control", value), LATER, DATE]),
                Some(Freshness::Ask),
                "{value}"
            );
        }
        for value in ["0", "-1", "", "tomorrow", DATE.1] {
            assert_eq!(
                of(&[("Expires", value), DATE]),
                Some(Freshness::Ask),
                "{value}"
            );
        }
    }
}
