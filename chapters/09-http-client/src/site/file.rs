//! A large file, whole or a part of it (RFC 9110, section 14).

use std::ops::Range;

use super::reply::{End, Reply};
use super::request::Request;

/// A file that is made up: octets without a pattern, others for each version.
#[derive(Debug, Default)]
pub struct File {
    octets: Vec<u8>,
    tag: String,
}

impl File {
    /// One of so many octets.
    pub fn new(octets: usize, version: u64) -> File {
        // xorshift: the next of a long row of numbers that look like chance.
        let mut state = 0x9e37_79b9_7f4a_7c15 ^ version.wrapping_add(1);
        let octets = (0..octets).map(|_| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            (state >> 32) as u8
        });
        File {
            octets: octets.collect(),
            tag: format!("\"version-{version}\""),
        }
    }

    /// Its octets.
    pub fn octets(&self) -> &[u8] {
        &self.octets
    }

    pub(super) fn reply(&self, request: &Request, crash_at: Option<usize>) -> Reply {
        let all = self.octets.len();
        let whole = |status, octets: &[u8]| {
            let reply = Reply::new(status, "application/octet-stream", octets.to_vec());
            reply
                .field("ETag", &self.tag)
                .field("Accept-Ranges", "bytes")
        };
        // A part of another version is of no use to who has the rest of this one.
        let same = request.field("if-range").is_none_or(|tag| tag == self.tag);
        let range = request
            .field("range")
            .filter(|_| same && request.method == "GET");
        let reply = match range.map(|range| part(&range, all)) {
            None | Some(None) => whole(200, &self.octets),
            Some(Some(part)) if part.is_empty() => {
                whole(416, b"").field("Content-Range", &format!("bytes */{all}"))
            }
            Some(Some(part)) => {
                let (first, last) = (part.start, part.end - 1);
                whole(206, &self.octets[part])
                    .field("Content-Range", &format!("bytes {first}-{last}/{all}"))
            }
        };
        match crash_at {
            Some(octets) if request.method == "GET" => reply.ends(End::CrashAfter(octets)),
            _ => reply,
        }
    }
}

/// The part that a `Range` field asks for: an empty one if the file has nothing of it.
/// `None` if it asks for something that a server may ignore (RFC 9110, section 14.2).
fn part(range: &str, all: usize) -> Option<Range<usize>> {
    let number = |digits: &str| match digits.bytes().all(|octet| octet.is_ascii_digit()) {
        true => digits.parse::<usize>().ok(),
        false => None,
    };
    let (first, last) = range.strip_prefix("bytes=")?.split_once('-')?;
    if first.is_empty() {
        return Some(all.saturating_sub(number(last)?)..all);
    }
    let first = number(first)?;
    let end = match last {
        "" => all,
        last => number(last)?.checked_add(1)?.min(all),
    };
    match first < all {
        true if first >= end => None, // its last octet before its first
        true => Some(first..end),
        false => Some(all..all),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_is_what_the_field_says() {
        for (range, expected) in [
            ("bytes=0-0", Some(0..1)),
            ("bytes=3-", Some(3..10)),
            ("bytes=3-99", Some(3..10)),
            ("bytes=-4", Some(6..10)),
            ("bytes=-99", Some(0..10)),
            ("bytes=10-", Some(10..10)),
            ("bytes=-0", Some(10..10)),
            ("bytes=4-3", None),
            ("bytes=1-2,4-5", None),
            ("bytes=+1-2", None),
            ("bytes=-", None),
            ("bytes=1-99999999999999999999", None),
            ("lines=1-2", None),
        ] {
            assert_eq!(part(range, 10), expected, "{range}");
        }
    }
}
