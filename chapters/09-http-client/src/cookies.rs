//! The cookies that servers have asked a client to bring along (RFC 6265 (obsolete), and RFC 10025 since).

use std::net::IpAddr;
use std::time::{Duration, SystemTime};

use url::Url;

use crate::response_head::Fields;

/// Cookies of one person. There may be so many; the oldest make room.
const MOST: usize = 300;
/// The octets of one, name and value.
const LARGEST: usize = 4096;

/// What was brought along so far.
#[derive(Debug, Default)]
pub struct Jar {
    cookies: Vec<Cookie>,
}

#[derive(Debug)]
struct Cookie {
    name: String,
    value: String,
    host: String,
    /// For the hosts below, too.
    below: bool,
    path: String,
    secure: bool,
    expires: Option<SystemTime>,
}

impl Jar {
    /// Keeps what an answer from `url` asks to be kept. Whatever it may not ask for is
    /// passed over.
    pub fn keep(&mut self, url: &Url, fields: &Fields, now: SystemTime) {
        for line in fields.all("Set-Cookie") {
            let line = std::str::from_utf8(line).ok();
            let Some(cookie) = line.and_then(|line| cookie(url, line, now)) else {
                continue;
            };
            // In its place: one name, one host and one path make one cookie.
            let old = self.cookies.iter_mut().find(|other| {
                (&other.name, &other.host, &other.path)
                    == (&cookie.name, &cookie.host, &cookie.path)
            });
            match old {
                Some(old) => *old = cookie,
                None => self.cookies.push(cookie),
            }
        }
        self.cookies
            .retain(|cookie| cookie.expires.is_none_or(|end| end > now));
        let over = self.cookies.len().saturating_sub(MOST);
        self.cookies.drain(..over);
    }

    // ANCHOR: fits
    /// The value of the field `Cookie` for a request to `url`, if there is one.
    pub fn for_request(&self, url: &Url, now: SystemTime) -> Option<String> {
        let host = url.host_str()?;
        let fits = |cookie: &&Cookie| {
            let same_host = host == cookie.host || cookie.below && is_below(host, &cookie.host);
            let secure = !cookie.secure || url.scheme() == "https";
            let alive = cookie.expires.is_none_or(|end| end > now);
            same_host && secure && alive && is_in(url.path(), &cookie.path)
        };
        let mut cookies: Vec<&Cookie> = self.cookies.iter().filter(fits).collect();
        // The longest path first (section 5.4).
        cookies.sort_by_key(|cookie| std::cmp::Reverse(cookie.path.len()));
        let pairs = cookies.iter().map(|it| format!("{}={}", it.name, it.value));
        let pairs: Vec<String> = pairs.collect();
        (!pairs.is_empty()).then(|| pairs.join("; "))
    }
    // ANCHOR_END: fits
}

/// One line `Set-Cookie` from `url`, if it may be kept (section 5.2).
fn cookie(url: &Url, line: &str, now: SystemTime) -> Option<Cookie> {
    let (pair, attributes) = line.split_once(';').unwrap_or((line, ""));
    let (name, value) = pair.split_once('=')?;
    let mut cookie = Cookie {
        name: name.trim().to_owned(),
        value: value.trim().to_owned(),
        host: url.host_str()?.to_owned(),
        below: false,
        path: default_path(url.path()).to_owned(),
        secure: false,
        expires: None,
    };
    let mut max_age = false; // counts more than Expires, wherever it stands
    let mut domain = None; // the last one counts, as of all attributes
    for attribute in attributes.split(';') {
        let (name, value) = attribute.split_once('=').unwrap_or((attribute, ""));
        let value = value.trim();
        match name.trim().to_ascii_lowercase().as_str() {
            "secure" => cookie.secure = true,
            "path" if value.starts_with('/') => cookie.path = value.to_owned(),
            "path" => cookie.path = default_path(url.path()).to_owned(),
            "max-age" if !value.starts_with('+') => {
                if let Ok(seconds) = value.parse::<i64>() {
                    let time = Duration::from_secs(seconds.max(0).unsigned_abs());
                    (cookie.expires, max_age) = (now.checked_add(time), true);
                }
            }
            "expires" if !max_age => cookie.expires = date(value).or(cookie.expires),
            "domain" if !value.is_empty() => domain = Some(value.to_ascii_lowercase()),
            _ => {}
        }
    }
    if let Some(domain) = domain {
        let domain = domain.strip_prefix('.').unwrap_or(&domain);
        if domain == cookie.host {
            cookie.below = cookie.host.parse::<IpAddr>().is_err();
        } else if is_below(&cookie.host, domain) && domain.contains('.') {
            (cookie.host, cookie.below) = (domain.to_owned(), true);
        } else {
            return None; // for somebody else
        }
    }
    let fits = !cookie.name.is_empty() && cookie.name.len() + cookie.value.len() <= LARGEST;
    (fits && (!cookie.secure || url.scheme() == "https")).then_some(cookie)
}

/// A date as servers have written it in cookies since before HTTP had one form for dates:
/// its parts in any order, and no matter which day of the week (section 5.1.1).
fn date(text: &str) -> Option<SystemTime> {
    const MONTHS: &str = "jan feb mar apr may jun jul aug sep oct nov dec";
    let (mut time, mut day, mut month, mut year) = (None, None, None, None);
    let separates = |sign: char| sign.is_ascii() && !sign.is_ascii_alphanumeric() && sign != ':';
    for word in text.split(separates) {
        let digits = word.bytes().take_while(u8::is_ascii_digit).count();
        let number = word[..digits].parse::<u64>().ok();
        let name = word.get(..3).map(str::to_ascii_lowercase);
        let named = name.and_then(|name| MONTHS.split(' ').position(|month| month == name));
        match (word.as_bytes().get(digits), digits) {
            (Some(b':'), 1..=2) if time.is_none() => time = seconds(word),
            (_, 1..=2) if day.is_none() => day = number,
            _ if month.is_none() && named.is_some() => month = named,
            _ if (2..=4).contains(&digits) && year.is_none() => year = number,
            _ => {}
        }
    }
    let (day, month) = (day.filter(|day| (1..=31).contains(day))?, month? as u64);
    let year = match year? {
        year @ 0..=69 => 2000 + year,
        year @ 70..=99 => 1900 + year,
        year => year,
    };
    // Counted from March on, a leap day is the last of its year.
    let (year, month) = match month {
        0 | 1 => (year.checked_sub(1)?, month + 10),
        _ => (year, month - 2),
    };
    let days = 365 * year + year / 4 - year / 100 + year / 400 + (153 * month + 2) / 5 + day;
    // What was before 1970 is over all the same.
    let since = (days.saturating_sub(719_469) * 86_400).saturating_add(time?);
    SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(since))
}

/// The seconds of a day up to `hours:minutes:seconds`.
fn seconds(word: &str) -> Option<u64> {
    let mut parts = word.splitn(3, ':');
    let mut part = |least: u64| {
        let part = parts.next()?;
        let end = part.find(|sign: char| !sign.is_ascii_digit());
        let number: u64 = part[..end.unwrap_or(part.len())].parse().ok()?;
        (number < least).then_some(number)
    };
    Some((part(24)? * 60 + part(60)?) * 60 + part(60)?)
}

/// Whether `host` is a name below `domain` (section 5.1.3).
fn is_below(host: &str, domain: &str) -> bool {
    let below = host
        .strip_suffix(domain)
        .is_some_and(|rest| rest.ends_with('.'));
    below && host.parse::<IpAddr>().is_err()
}

/// Whether `path` is `folder` or in it (section 5.1.4).
fn is_in(path: &str, folder: &str) -> bool {
    let rest = path.strip_prefix(folder);
    rest.is_some_and(|rest| rest.is_empty() || folder.ends_with('/') || rest.starts_with('/'))
}

fn default_path(path: &str) -> &str {
    match path.rfind('/') {
        None | Some(0) => "/",
        Some(at) => &path[..at],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(url: &str) -> Url {
        Url::parse(url).unwrap()
    }

    /// What is sent to `to` after `from` said so.
    fn sent(from: &str, lines: &[&'static str], to: &str) -> Option<String> {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_893_553_445); // 2030
        let mut fields = Fields::default();
        for line in lines {
            fields.push("Set-Cookie", line.as_bytes()).unwrap();
        }
        let mut jar = Jar::default();
        jar.keep(&url(from), &fields, now);
        jar.for_request(&url(to), now)
    }

    #[test]
    fn a_cookie_goes_back_where_it_came_from_and_nowhere_else() {
        let from = "http://www.shop.example/a/b";
        let some = |text: &str| Some(text.to_owned());
        for (line, to, expected) in [
            ("n=v", "http://www.shop.example/a/x", some("n=v")),
            ("n=v", "http://www.shop.example:81/a/", some("n=v")), // ports don't count
            ("n=v", "http://www.shop.example/ab", None),
            ("n=v", "http://shop.example/a/", None),
            ("n=v", "http://x.www.shop.example/a/", None),
            ("n=v; Path=/", "http://www.shop.example/c", some("n=v")),
            (
                "n=v; Domain=shop.example",
                "http://x.shop.example/a/",
                some("n=v"),
            ),
            (
                "n=v; Domain=.Shop.Example",
                "http://shop.example/a/",
                some("n=v"),
            ),
            ("n=v; Domain=shop.example", "http://eshop.example/a/", None),
            ("n=v; Domain=example", "http://www.shop.example/a/", None), // one for all shops
            (
                "n=v; Domain=other.example",
                "http://www.shop.example/a/",
                None,
            ),
            ("n=v; Secure", "https://www.shop.example/a/", None), // who could have sent it?
            ("n=v; Max-Age=0", "http://www.shop.example/a/", None),
            (
                "n=v; Max-Age=1; Expires=Wed, 02 Jan 2002 03:04:05 GMT",
                from,
                some("n=v"),
            ),
            ("n=v; Expires=Wed, 02 Jan 2002 03:04:05 GMT", from, None),
            ("n=v; Expires=soon; Nonsense", from, some("n=v")),
            (
                "n=v; Expires=Thu, 01-Jan-1970 00:00:00 GMT; Expires=soon",
                from,
                None,
            ),
            ("n=v; Max-Age=+0", from, some("n=v")),
            ("n=v; Path=/c; Path=", from, some("n=v")),
            (
                "n=v; Domain=other.example; Domain=shop.example",
                from,
                some("n=v"),
            ),
            ("n=v; Domain=shop.example; Domain=other.example", from, None),
            ("n=v; Domain=..shop.example", from, None),
            ("=v", from, None),
            ("nonsense", from, None),
        ] {
            assert_eq!(sent(from, &[line], to), expected, "{line} for {to}");
        }
        let secure = sent("https://h.example/", &["n=v; secure"], "http://h.example/");
        assert_eq!(secure, None);
        let address = sent(
            "http://127.0.0.1/",
            &["n=v; Domain=0.0.1"],
            "http://127.0.0.1/",
        );
        assert_eq!(address, None);
    }

    #[test]
    fn a_date_has_many_forms() {
        let expected = httpdate::parse_http_date("Mon, 29 Feb 2016 02:03:04 GMT").ok();
        for text in [
            "Mon, 29 Feb 2016 02:03:04 GMT",
            "Fri, 29 Feb 2016 02:03:04 GMT", // it was a Monday
            "Mon, 29-Feb-2016 02:03:04 GMT",
            "Monday, 29-Feb-16 2:3:4 GMT",
            "Mon Feb 29 02:03:04 2016",
            "29 february 2016 02:03:04",
            "2016 02:03:04z 29th Feb",
            "02:03:04, 29/Feb\\2016",
        ] {
            assert_eq!(date(text), expected, "{text}");
        }
        for text in [
            "Thu, 01-Jan-1970 00:00:00 GMT",
            "Mon, 01-Jan-1601 00:00:00 GMT",
            "1 Jan 1 00:00:00 1600",
        ] {
            assert_eq!(date(text), Some(SystemTime::UNIX_EPOCH), "{text}");
        }
        for text in [
            "",
            "0",
            "-1",
            "29 Feb 2016",
            "Feb 2016 02:03:04",
            "29 Foo 2016 02:03:04",
            "32 Jan 2016 02:03:04",
            "0 Jan 2016 02:03:04",
            "1 Jan 2016 24:00:00",
            "1 Jan 2016 00:60:00",
            "1 Jan 2016 00:00:60",
            "1 Jan 20166 00:00:00",
            "1 Jan 2016 00:00",
            "1 Jan 2016 :::",
            "1 Jané 2016",
        ] {
            assert_eq!(date(text), None, "{text}");
        }
    }

    #[test]
    fn the_last_one_counts_and_the_longest_path_comes_first() {
        let lines = ["a=1; Path=/", "b=2; Path=/x", "a=3; Path=/"];
        let from = "http://h.example/x";
        assert_eq!(sent(from, &lines, from).as_deref(), Some("b=2; a=3"));
    }

    #[test]
    fn there_are_only_so_many() {
        let mut fields = Fields::default();
        for number in 0..2 * MOST {
            fields.push("Set-Cookie", format!("{number}=v")).unwrap();
        }
        let mut jar = Jar::default();
        jar.keep(&url("http://h.example/"), &fields, SystemTime::now());
        assert_eq!(jar.cookies.len(), MOST);
        let long = format!("n={}", "x".repeat(LARGEST));
        assert!(cookie(&url("http://h.example/"), &long, SystemTime::now()).is_none());
    }
}
