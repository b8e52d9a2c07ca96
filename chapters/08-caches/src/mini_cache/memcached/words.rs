//! What words in lines mean, and the words of answers.

/// The octets of a key.
pub const KEY: usize = 250;
/// A time of more seconds than a month has counts from 1970, not from now.
const MONTH: i64 = 60 * 60 * 24 * 30;

/// The memcached that this is like: clients expect things by that number.
pub const VERSION: &[u8] = b"VERSION 1.6.0";
pub const ERROR: &str = "ERROR";
pub const BAD_LINE: &str = "CLIENT_ERROR bad command line format";
pub const BAD_TIME: &str = "CLIENT_ERROR invalid exptime argument";
pub const USAGE: &str = "CLIENT_ERROR bad command line format.  Usage: delete <key> [noreply]";
pub const TOO_LARGE: &str = "SERVER_ERROR object too large for cache";
pub const LATER: &str = "SERVER_ERROR flush_all acts at once or not at all";

/// When something expires that is given this time: `Some(None)` is never.
pub fn expiry(time: &[u8], now: u64) -> Option<Option<u64>> {
    let time: i64 = std::str::from_utf8(time).ok()?.parse().ok()?;
    let milliseconds = (time.unsigned_abs()).saturating_mul(1000);
    Some(match time {
        0 => None,
        ..0 => Some(0), // at once
        1..=MONTH => Some(now.saturating_add(milliseconds)),
        _ => Some(milliseconds),
    })
}

/// A number that consists of digits alone.
pub fn number<N: std::str::FromStr>(digits: &[u8]) -> Option<N> {
    let only_digits = digits.iter().all(u8::is_ascii_digit);
    let text = std::str::from_utf8(digits).ok().filter(|_| only_digits)?;
    text.parse().ok()
}
