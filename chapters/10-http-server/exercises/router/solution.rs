//! From a method and a path to a handler.

use std::collections::BTreeMap;

use http_server::percent;

// ANCHOR: found
/// What there is for a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Match<'a, H> {
    /// This handler answers. The parameters of its pattern, in their order: the name, and
    /// the segment that it stands for, decoded.
    Handler(&'a H, Vec<(&'a str, String)>),
    /// The path can't be decoded: 400.
    BadPath,
    /// No pattern fits the path: 404.
    NotFound,
    /// A pattern fits, and has no handler for this method: 405. The text is the value of
    /// the field `Allow`.
    MethodNotAllowed(String),
}
// ANCHOR_END: found

// ANCHOR: router
/// Patterns of paths, and for each of them a handler a method.
#[derive(Clone, Debug)]
pub struct Router<H> {
    routes: Vec<Route<H>>,
}

#[derive(Clone, Debug)]
struct Route<H> {
    pattern: String,
    methods: BTreeMap<String, H>,
}
// ANCHOR_END: router

impl<H> Router<H> {
    /// A router without a pattern.
    pub fn new() -> Self {
        Self { routes: Vec::new() }
    }

    // ANCHOR: add
    /// Lets `handler` answer `method` where a path fits `pattern`.
    pub fn add(&mut self, method: &str, pattern: &str, handler: H) {
        let known = self.routes.iter().position(|r| r.pattern == pattern);
        let at = known.unwrap_or_else(|| {
            self.routes.push(Route {
                pattern: pattern.to_owned(),
                methods: BTreeMap::new(),
            });
            self.routes.len() - 1
        });
        self.routes[at].methods.insert(method.to_owned(), handler);
    }
    // ANCHOR_END: add

    // ANCHOR: route
    /// Who answers a request with this method and path, both as they came on the wire, the
    /// path without its query.
    pub fn route(&self, method: &str, path: &str) -> Match<'_, H> {
        // Split before decoding: a slash that came as %2F is no end of a segment.
        let Some(path) = path.split('/').map(percent::decode_text).collect() else {
            return Match::BadPath;
        };
        // The path decides which pattern it is, and then the pattern about the method.
        let fitting = self.routes.iter().filter(|route| route.fits(&path));
        let Some(route) = fitting.min_by_key(|route| route.rank()) else {
            return Match::NotFound;
        };
        let instead = if method == "HEAD" { "GET" } else { method };
        match route.methods.get(method).or(route.methods.get(instead)) {
            Some(handler) => Match::Handler(handler, route.parameters(path)),
            None => Match::MethodNotAllowed(route.allow()),
        }
    }
    // ANCHOR_END: route
}

// ANCHOR: fits
impl<H> Route<H> {
    /// The segments of the pattern: of a parameter its name, of another its text.
    fn segments(&self) -> impl Iterator<Item = Result<&str, &str>> {
        self.pattern.split('/').map(|segment| {
            let name = segment.strip_prefix('{').and_then(|s| s.strip_suffix('}'));
            name.ok_or(segment)
        })
    }

    fn fits(&self, path: &Vec<String>) -> bool {
        self.segments().count() == path.len()
            && self
                .segments()
                .zip(path)
                .all(|(segment, came)| match segment {
                    Ok(_name) => !came.is_empty(),
                    Err(text) => text == came,
                })
    }

    /// Less is better: a text before a parameter, and the first segment before the second.
    fn rank(&self) -> Vec<bool> {
        self.segments().map(|segment| segment.is_ok()).collect()
    }

    fn parameters(&self, path: Vec<String>) -> Vec<(&str, String)> {
        let both = self.segments().zip(path);
        both.filter_map(|(segment, came)| Some((segment.ok()?, came)))
            .collect()
    }

    fn allow(&self) -> String {
        let mut methods: Vec<&str> = self.methods.keys().map(String::as_str).collect();
        if methods.contains(&"GET") && !methods.contains(&"HEAD") {
            methods.push("HEAD");
            methods.sort_unstable();
        }
        methods.join(", ")
    }
}
// ANCHOR_END: fits

impl<H> Default for Router<H> {
    fn default() -> Self {
        Self::new()
    }
}
