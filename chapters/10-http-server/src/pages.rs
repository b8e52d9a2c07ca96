//! What the example applications answer.

use std::time::SystemTime;

use http::StatusCode;

use crate::application::{Response, with_type};
use crate::files::escaped;
use crate::parameters::Parameters;

/// A page that greets everybody who is named, or whoever it is. A name is a stranger's
/// text, and none of it may be markup.
// ANCHOR: hello
pub fn hello(parameters: &Parameters) -> Response {
    let names: Vec<&str> = parameters
        .all("name")
        .filter(|name| !name.is_empty())
        .collect();
    let whom = match names[..] {
        [] => "stranger".to_owned(),
        _ => escaped(&names.join(" and ")),
    };
    let page = format!("<!doctype html><title>Hello</title><h1>Hello {whom}!</h1>\n");
    with_type(StatusCode::OK, "text/html; charset=utf-8", page)
}
// ANCHOR_END: hello

/// The time, in XML. The time of UTC: std knows no other.
// ANCHOR: localtime
pub fn localtime() -> Response {
    let now = program::utc(SystemTime::now());
    let mut numbers = now.split(['-', ' ', ':']);
    let mut page = String::from("<?xml version=\"1.0\"?>\n<time>\n");
    for name in ["year", "month", "day", "hour", "minute", "second"] {
        page += &format!(
            "  <{name}>{}</{name}>\n",
            numbers.next().unwrap_or_default()
        );
    }
    page += "</time>\n";
    with_type(StatusCode::OK, "application/xml", page)
}
// ANCHOR_END: localtime
