//! What stands in a text, ahead of a place or from there on.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Whether the text ends with one of the words and what stands between it and its
/// number: `pid 17`, `pid=17`, `pid: 17`.
pub(crate) fn labelled(ahead: &str, words: &[&str]) -> bool {
    let Some(label) = ahead
        .strip_suffix(": ")
        .or_else(|| ahead.strip_suffix([' ', '=', ':']))
    else {
        return false;
    };
    let start = label
        .rfind(|c: char| !c.is_alphanumeric() && c != '_')
        .map_or(0, |i| {
            i + label[i..].chars().next().map_or(1, char::len_utf8)
        });
    words
        .iter()
        .any(|word| label[start..].eq_ignore_ascii_case(word))
}

/// Whether the text ends with the part of a socket address before its port:
/// `127.0.0.1:`, `[::1]:`, `localhost:`, `*:`.
pub(crate) fn ends_with_address(ahead: &str) -> bool {
    let Some(host) = ahead.strip_suffix(':') else {
        return false;
    };
    if let Some(inside) = host.strip_suffix(']') {
        let Some((_, address)) = inside.rsplit_once('[') else {
            return false;
        };
        let address = address
            .split_once('%')
            .map_or(address, |(address, _scope)| address);
        return address.parse::<Ipv6Addr>().is_ok();
    }
    if host.ends_with('*') {
        return !before(host, host.len() - 1).is_some_and(is_word);
    }
    let name = last_name(host);
    name.parse::<Ipv4Addr>().is_ok() || name == "localhost"
}

/// The letters, digits, dots and hyphens at the end of the text.
pub(crate) fn last_name(text: &str) -> &str {
    text.rsplit(|c: char| !(c.is_ascii_alphanumeric() || c == '.' || c == '-'))
        .next()
        .unwrap_or_default()
}

/// Whether the text ends with `('127.0.0.1', `.
pub(crate) fn ends_with_tuple(ahead: &str) -> bool {
    ["'", "\""].iter().any(|quote| {
        let host = ahead
            .strip_suffix(", ")
            .and_then(|ahead| ahead.strip_suffix(quote));
        let Some((_, host)) = host.and_then(|host| host.rsplit_once(quote)) else {
            return false;
        };
        let host = host.split_once('%').map_or(host, |(host, _scope)| host);
        host == "localhost" || host.parse::<IpAddr>().is_ok()
    })
}

/// The number that begins at `at` and is nothing but digits: no part of a word, a
/// fraction, or a version.
pub(crate) fn whole_number(text: &str, at: usize) -> Option<(usize, u32)> {
    let length @ 1..=9 = digits(text, at) else {
        return None;
    };
    let ahead = &text[..at];
    match before(text, at) {
        Some(c) if is_word(c) => return None,
        Some('.') => {
            // `127.0.0.1.1060` is how tcpdump writes an address.
            let host = last_name(&ahead[..at - 1]);
            if before(ahead, at - 1).is_some_and(|c| c.is_ascii_digit())
                && host.parse::<Ipv4Addr>().is_err()
            {
                return None;
            }
        }
        _ => {}
    }
    let end = at + length;
    match after(text, end) {
        Some(c) if is_word(c) => None,
        Some('.') if after(text, end + 1).is_some_and(|c| c.is_ascii_digit()) => None,
        _ => Some((length, text[at..end].parse().ok()?)),
    }
}

/// Whether a number, perhaps with a point in it, begins at `at`.
pub(crate) fn number_starts(text: &str, at: usize) -> bool {
    let ahead = match before(text, at) {
        Some('.') => true,
        Some(',') => before(text, at - 1).is_some_and(|c| c.is_ascii_digit()),
        Some(c) => is_word(c),
        None => false,
    };
    digits(text, at) > 0 && !ahead
}

/// How many digits there are from `at` on.
pub(crate) fn digits(text: &str, at: usize) -> usize {
    text.as_bytes()[at..]
        .iter()
        .take_while(|b| b.is_ascii_digit())
        .count()
}

pub(crate) fn before(text: &str, at: usize) -> Option<char> {
    text[..at].chars().next_back()
}

pub(crate) fn after(text: &str, at: usize) -> Option<char> {
    text[at..].chars().next()
}

pub(crate) fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}
