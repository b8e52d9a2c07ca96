//! From a method and a path to a handler
//!
//! Difficulty: core
//! Page: 10-http-server/dispatch.md
//! Check: just check 10.2
//!
//! Behind every web framework there is a table: this method, on a path of this form, is
//! answered by that handler. Write the table, and the search in it.
//!
//! - A pattern and a path consist of segments, between slashes. `/a/b` has the segments ``,
//!   `a` and `b`, and `/a/` ends with an empty one: it is another path than `/a`.
//! - A pattern fits a path that has as many segments, each of them fitting. A segment that
//!   is a name in braces, such as `{name}`, is a parameter and fits any segment that isn't
//!   empty. Any other fits its own text alone, as it stands, upper and lower case told
//!   apart. Nobody adds two patterns that differ in the names of their parameters alone. A
//!   handler that is added for a method and a pattern that have one already takes its place.
//! - The path comes as it was on the wire. Each segment is decoded by itself, and once:
//!   `%2F` is a slash inside a segment, `%2525` is `%25`, and `+` is a plus.
//!   `percent::decode_text` decodes; where it gives `None`, for a `%` without two digits or
//!   for what isn't UTF-8, the answer is `BadPath`.
//! - Of several patterns that fit, the one with text where the others have a parameter
//!   counts, in the first segment in which they differ. In which order they were added
//!   doesn't matter.
//! - The path decides first, and alone: if no pattern fits, it is `NotFound`, for any
//!   method. If the pattern that counts has no handler for this method, it is
//!   `MethodNotAllowed`, also where another pattern that fits has one. Methods are told
//!   apart by case, too.
//! - HEAD is answered by the handler for HEAD, or where there is none, by that for GET.
//! - The text in `MethodNotAllowed` is the value of `Allow`: the methods of this pattern in
//!   alphabetical order, with `, ` between them, and HEAD among them if GET is.
//! - A handler comes with the parameters, name and decoded segment, in the order of the
//!   pattern.
//!
//! With `GET /hello/{name}`, `PUT /hello/{name}` and `GET /hello/all`:
//!
//! ```text
//! GET /hello/J%C3%BCrgen     the first, name = "Jürgen"
//! GET /hello/all             the third
//! PUT /hello/all             405, Allow: GET, HEAD
//! GET /hello                 404
//! ```

use http_server::percent;

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

/// Patterns of paths, and for each of them a handler a method.
#[derive(Clone, Debug)]
pub struct Router<H> {
    // How do you keep them? This field only keeps H in use until you have your own.
    routes: Vec<H>,
}

impl<H> Router<H> {
    /// A router without a pattern.
    pub fn new() -> Self {
        todo!()
    }

    /// Lets `handler` answer `method` where a path fits `pattern`.
    pub fn add(&mut self, method: &str, pattern: &str, handler: H) {
        todo!()
    }

    /// Who answers a request with this method and path, both as they came on the wire, the
    /// path without its query.
    pub fn route(&self, method: &str, path: &str) -> Match<'_, H> {
        todo!()
    }
}
