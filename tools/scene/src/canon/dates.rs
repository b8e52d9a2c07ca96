//! Dates and times of day.

use super::{Canon, Seen};
use crate::scan::{before, digits, is_word};

/// The forms of dates and times, longest first, in the signs of strftime. All show
/// one instant. A fraction of a second behind one that ends in `%S` keeps its width.
const DATES: &[&str] = &[
    "%a, %d %b %Y %H:%M:%S",    // HTTP, mail
    "%a %b %e %H:%M:%S UTC %Y", // date(1)
    "%a %b %e %H:%M:%S %Y",     // ctime
    "%b %e %H:%M:%S %Y",        // openssl
    "%b %e %H:%M:%S",           // syslog
    "%d/%b/%Y:%H:%M:%S",        // a web server's log
    "%d/%b/%Y %H:%M:%S",        // Python's http.server
    "%Y-%m-%dT%H:%M:%S",        // ISO 8601, RFC 3339
    "%Y-%m-%d %H:%M:%S",
    "%Y/%m/%d %H:%M:%S",
    "%Y-%m-%d",
    "%H:%M:%S",
];

const WEEKDAYS: &[&str] = &["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
const MONTHS: &[&str] = &[
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];

pub(super) fn date(_: &Canon, _: &mut Seen, text: &str, at: usize) -> Option<(usize, String)> {
    let c = text.as_bytes()[at];
    if !(c.is_ascii_digit() || c.is_ascii_uppercase()) {
        return None; // by far the most places
    }
    // Inside a word, a version, an IPv6 or MAC address is no date.
    match before(text, at) {
        Some(c) if is_word(c) => return None,
        Some(':' | '-' | '.') if before(text, at - 1).is_some_and(|c| is_word(c) || c == ':') => {
            return None;
        }
        _ => {}
    }
    DATES.iter().find_map(|form| one_date(form, text, at))
}

fn one_date(form: &str, text: &str, at: usize) -> Option<(usize, String)> {
    let mut rest = &text[at..];
    let mut new = String::new();
    let mut signs = form.chars();
    while let Some(sign) = signs.next() {
        if sign != '%' {
            rest = rest.strip_prefix(sign)?;
            new.push(sign);
            continue;
        }
        let sign = signs.next()?;
        let (length, fixed) = match sign {
            'Y' => (4, "2030"),
            'm' => (2, "01"),
            'd' => (2, "02"),
            'e' => (2, " 2"),
            'H' => (2, "03"),
            'M' => (2, "04"),
            'S' => (2, "05"),
            'a' => (3, "Wed"),
            _ => (3, "Jan"),
        };
        let value = rest.get(..length)?;
        let number = || {
            let value = value
                .strip_prefix(' ')
                .filter(|_| sign == 'e')
                .unwrap_or(value);
            let digits = value.bytes().all(|b| b.is_ascii_digit());
            digits.then(|| value.parse::<u32>().ok()).flatten()
        };
        let valid = match sign {
            'Y' => (1970..2200).contains(&number()?),
            'm' => (1..=12).contains(&number()?),
            'd' | 'e' => (1..=31).contains(&number()?),
            'H' => number()? < 24,
            'M' => number()? < 60,
            'S' => number()? <= 60, // a leap second
            'a' => WEEKDAYS.contains(&value),
            _ => MONTHS.contains(&value),
        };
        if !valid {
            return None;
        }
        new.push_str(fixed);
        rest = &rest[length..];
    }
    if form.ends_with("%S")
        && let Some(fraction) = rest.strip_prefix(['.', ','])
        && let width @ 1..=9 = digits(fraction, 0)
    {
        new.push_str(&rest[..1]);
        new.push_str(&"123456789"[..width]);
        rest = &rest[1 + width..];
    }
    let end = text.len() - rest.len();
    let mut next = rest.chars();
    match (next.next(), next.next()) {
        (Some('Z'), then) if !then.is_some_and(is_word) => {}
        (Some(c), _) if is_word(c) => return None,
        (Some(':'), Some(c)) if c.is_ascii_hexdigit() || c == ':' => return None,
        (Some('-' | '.' | ','), Some(c)) if c.is_ascii_digit() && !form.ends_with("%S") => {
            return None;
        }
        _ => {}
    }
    Some((end - at, new))
}
