//! The cookies that servers have asked a client to bring along (RFC 6265).

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
            self.cookies.retain(|other| {
                (&other.name, &other.host, &other.path)
                    != (&cookie.name, &cookie.host, &cookie.path)
            });
            self.cookies.push(cookie);
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
    for attribute in attributes.split(';') {
        let (name, value) = attribute.split_once('=').unwrap_or((attribute, ""));
        let value = value.trim();
        match name.trim().to_ascii_lowercase().as_str() {
            "secure" => cookie.secure = true,
            "path" if value.starts_with('/') => cookie.path = value.to_owned(),
            "max-age" => {
                if let Ok(seconds) = value.parse::<i64>() {
                    let time = Duration::from_secs(seconds.max(0).unsigned_abs());
                    (cookie.expires, max_age) = (now.checked_add(time), true);
                }
            }
            "expires" if !max_age => cookie.expires = httpdate::parse_http_date(value).ok(),
            "domain" if !value.is_empty() => {
                let domain = value.trim_start_matches('.').to_ascii_lowercase();
                if domain == cookie.host {
                    cookie.below = cookie.host.parse::<IpAddr>().is_err();
                } else if is_below(&cookie.host, &domain) && domain.contains('.') {
                    (cookie.host, cookie.below) = (domain, true);
                } else {
                    return None; // for somebody else
                }
            }
            _ => {}
        }
    }
    let fits = !cookie.name.is_empty() && cookie.name.len() + cookie.value.len() <= LARGEST;
    (fits && (!cookie.secure || url.scheme() == "https")).then_some(cookie)
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
