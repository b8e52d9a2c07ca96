//! A request's head, from octets that come in any pieces (RFC 9112).

use crate::percent::{self, NotText};

/// The octets that a head may have. One bad peer may not take more.
pub const MAX_HEAD: usize = 8 * 1024;
/// The fields that a head may have.
pub const MAX_FIELDS: usize = 64;

/// What a client asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// What to do with it, such as `GET`.
    pub method: String,
    /// What it is about, as it was sent.
    pub target: String,
    /// The target's path, without percent-encoding.
    pub path: String,
    /// What the target's query says after `name=`, if anything.
    pub name: Option<String>,
}

/// Why there is no request in what came.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// No end of the first line within [`MAX_HEAD`] octets.
    #[error("a request line of more than {MAX_HEAD} octets")]
    LongLine,
    /// No end of the head within [`MAX_HEAD`] octets, or too many fields.
    #[error("a head of more than {MAX_HEAD} octets or {MAX_FIELDS} fields")]
    LongHead,
    /// A line that ends with a line feed alone.
    #[error("a line feed without a carriage return, at octet {at}")]
    BareLineFeed {
        /// Where it stands.
        at: usize,
    },
    /// The head was not whole in time.
    #[error("no whole request in time")]
    TooSlow,
    /// The client ended its stream inside the head.
    #[error("the end, {octets} octets into a request")]
    Unfinished {
        /// The octets that came of it.
        octets: usize,
    },
    /// Not what RFC 9112 calls a request.
    #[error("not a request: {0}")]
    Malformed(httparse::Error),
    /// Another version than 1.0 or 1.1.
    #[error("a version of HTTP other than 1.0 and 1.1")]
    Version,
    /// A request of HTTP/1.1 must have exactly one `Host`.
    #[error("a request with {0} Host fields")]
    Hosts(usize),
    /// The target is neither a path nor an `http` address.
    #[error("a target that is no path")]
    Target,
    /// The target has octets that can't be text.
    #[error("a target that is {0}")]
    Encoding(#[from] NotText),
}

impl Request {
    /// Reads a request from the octets that have come so far: `Ok(None)` asks for
    /// more of them.
    ///
    /// # Errors
    ///
    /// As soon as no further octets could make a request of these.
    pub fn parse(octets: &[u8]) -> Result<Option<Request>, Refusal> {
        // RFC 9112, section 2.2: an empty line before the request is let pass.
        let octets = octets.strip_prefix(b"\r\n").unwrap_or(octets);
        let head = &octets[..octets.len().min(MAX_HEAD)];
        let end = head.windows(4).position(|four| four == b"\r\n\r\n");
        let head = end.map_or(head, |end| &head[..end + 4]);
        // The same section allows a line feed alone as the end of a line. Who
        // accepts what others don't can be told another story than they are.
        if let Some(at) = bare_line_feed(head) {
            return Err(Refusal::BareLineFeed { at });
        }
        if end.is_none() {
            return match head.len() < MAX_HEAD {
                true => Ok(None),
                false if head.contains(&b'\n') => Err(Refusal::LongHead),
                false => Err(Refusal::LongLine),
            };
        }
        let mut fields = [httparse::EMPTY_HEADER; MAX_FIELDS];
        let mut parsed = httparse::Request::new(&mut fields);
        match parsed.parse(head) {
            Ok(httparse::Status::Complete(_)) => Request::new(&parsed).map(Some),
            // There is an empty line, and it was not one that ends a head.
            Ok(httparse::Status::Partial) => Err(Refusal::Malformed(httparse::Error::NewLine)),
            Err(httparse::Error::TooManyHeaders) => Err(Refusal::LongHead),
            Err(httparse::Error::Version) if names_a_version(head) => Err(Refusal::Version),
            Err(error) => Err(Refusal::Malformed(error)),
        }
    }

    fn new(parsed: &httparse::Request<'_, '_>) -> Result<Request, Refusal> {
        let is_host = |field: &&httparse::Header<'_>| field.name.eq_ignore_ascii_case("host");
        let hosts = parsed.headers.iter().filter(is_host).count();
        // RFC 9112, section 3.2. HTTP/1.0 knew no Host.
        if hosts > 1 || (hosts == 0 && parsed.version == Some(1)) {
            return Err(Refusal::Hosts(hosts));
        }
        let target = parsed.path.unwrap_or_default();
        let (path, query) = split(target).ok_or(Refusal::Target)?;
        let name = query
            .split('&')
            .find_map(|pair| pair.strip_prefix("name="))
            .map(percent::decode)
            .transpose()?;
        Ok(Request {
            method: parsed.method.unwrap_or_default().to_owned(),
            target: target.to_owned(),
            path: percent::decode(path)?,
            name,
        })
    }
}

/// Whether the request line has the form that it has in every version.
fn names_a_version(head: &[u8]) -> bool {
    let line = head.split(|&octet| octet == b'\r').next();
    let words = line.unwrap_or_default().split(|&octet| octet == b' ');
    let [_, _, version] = words.collect::<Vec<_>>()[..] else {
        return false;
    };
    let digits = version.strip_prefix(b"HTTP/");
    matches!(digits, Some([major, b'.', minor]) if major.is_ascii_digit() && minor.is_ascii_digit())
}

fn bare_line_feed(head: &[u8]) -> Option<usize> {
    let mut before = 0;
    head.iter().position(|&octet| {
        let bare = octet == b'\n' && before != b'\r';
        before = octet;
        bare
    })
}

/// The path and the query of a target. A client that believes it speaks to a proxy
/// sends the whole address (RFC 9112, section 3.2.2).
fn split(target: &str) -> Option<(&str, &str)> {
    let target = match target.strip_prefix("http://") {
        Some(address) => address.find('/').map_or("/", |at| &address[at..]),
        None => target,
    };
    let target = target.starts_with('/').then_some(target)?;
    Some(target.split_once('?').unwrap_or((target, "")))
}

impl Refusal {
    /// The status that tells the client.
    pub fn status(&self) -> u16 {
        match self {
            Refusal::TooSlow => 408,
            Refusal::LongLine => 414,
            Refusal::LongHead => 431,
            Refusal::Version => 505,
            _ => 400,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const WHOLE: &[u8] =
        b"GET /places?name=Reykjav%C3%ADk HTTP/1.1\r\nHost: 127.0.0.1:1060\r\n\r\n";

    #[test]
    fn a_request_is_whole_after_its_last_octet_and_not_before() {
        for end in 0..WHOLE.len() {
            assert_eq!(Request::parse(&WHOLE[..end]), Ok(None), "{end}");
        }
        let request = Request::parse(WHOLE).unwrap().unwrap();
        assert_eq!(request.method, "GET");
        assert_eq!(request.target, "/places?name=Reykjav%C3%ADk");
        assert_eq!(request.path, "/places");
        assert_eq!(request.name.as_deref(), Some("Reykjavík"));
        let followed = [WHOLE, b"\nanything"].concat();
        assert_eq!(Request::parse(&followed), Ok(Some(request)));
    }

    fn refusal(octets: &[u8]) -> Refusal {
        Request::parse(octets).unwrap_err()
    }

    #[test]
    fn what_is_no_request_is_refused_at_once() {
        assert_eq!(
            refusal(b"GET / HTTP/1.1\nHost"),
            Refusal::BareLineFeed { at: 14 }
        );
        assert_eq!(refusal(b"GET / HTTP/1.1\r\n\r\n"), Refusal::Hosts(0));
        let two = b"GET / HTTP/1.1\r\nHost: a\r\nHOST: b\r\n\r\n";
        assert_eq!(refusal(two), Refusal::Hosts(2));
        assert_eq!(refusal(b"GET / HTTP/2.0\r\n\r\n"), Refusal::Version);
        assert_eq!(
            refusal(b"GET x HTTP/1.1\r\nHost: a\r\n\r\n"),
            Refusal::Target
        );
        let half = b"GET /?name=%C3 HTTP/1.1\r\nHost: a\r\n\r\n";
        assert_eq!(refusal(half), Refusal::Encoding(NotText));
        for wrong in [
            &b"\0\0\0\x05hello\r\n\r\n"[..],
            b"GET /a b HTTP/1.1\r\nHost: a\r\n\r\n",
            b"GET / HTTP/1.1\r\nHost : a\r\n\r\n",
            b"GET / HTTP/1.1\r\nHost: a\r\n folded\r\n\r\n",
            b"\r\n\r\n\r\n\r\n",
            b"GET / HTTP/x\r\n\r\n",
        ] {
            let refused = matches!(refusal(wrong), Refusal::Malformed(_));
            assert!(refused, "{}", program::show(wrong));
        }
    }

    #[test]
    fn old_clients_and_those_of_a_proxy_are_understood() {
        let old = Request::parse(b"GET /places HTTP/1.0\r\n\r\n").unwrap();
        assert_eq!(old.unwrap().path, "/places");
        let proxied = b"\r\nGET http://a/%70laces?x=1&name=a+b HTTP/1.1\r\nHost: a\r\n\r\n";
        let request = Request::parse(proxied).unwrap().unwrap();
        assert_eq!(
            (request.path.as_str(), request.name.as_deref()),
            ("/places", Some("a b"))
        );
        let bare = Request::parse(b"GET http://a HTTP/1.1\r\nHost: a\r\n\r\n").unwrap();
        assert_eq!(bare.unwrap().path, "/");
    }

    #[test]
    fn the_limits_are_exact() {
        let head = |octets: usize| {
            let around = b"GET / HTTP/1.1\r\nHost: a\r\nX: \r\n\r\n".len();
            let filler = "x".repeat(octets - around);
            format!("GET / HTTP/1.1\r\nHost: a\r\nX: {filler}\r\n\r\n")
        };
        assert!(Request::parse(head(MAX_HEAD).as_bytes()).unwrap().is_some());
        assert_eq!(refusal(head(MAX_HEAD + 1).as_bytes()), Refusal::LongHead);
        assert_eq!(refusal(&[b'x'; MAX_HEAD]), Refusal::LongLine);
        let many = |fields| format!("GET / HTTP/1.0\r\n{}\r\n", "a: b\r\n".repeat(fields));
        assert!(
            Request::parse(many(MAX_FIELDS).as_bytes())
                .unwrap()
                .is_some()
        );
        assert_eq!(refusal(many(MAX_FIELDS + 1).as_bytes()), Refusal::LongHead);
    }

    proptest! {
        #[test]
        fn no_octets_make_it_panic(octets: Vec<u8>) {
            let _ = Request::parse(&octets);
        }

        #[test]
        fn nor_do_octets_that_are_nearly_right(
            at in 0..WHOLE.len(), octet: u8, cut in 0..WHOLE.len()
        ) {
            let mut octets = WHOLE.to_vec();
            octets[at] = octet;
            let _ = Request::parse(&octets);
            let _ = Request::parse(&octets[..cut]);
        }
    }
}
