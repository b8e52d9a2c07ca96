//! The client's side: the question as text, and what a person is told of the
//! answer.

use anyhow::{Context, bail};
use serde_json::Value;

use crate::percent;

/// The site that is asked. A machine may serve many sites at one address, so a
/// request says which is meant. (RFC 2606 keeps this name for examples.)
pub const SITE: &str = "atlas.example";

/// The octets that a reply may have. One bad server may not take more.
pub const MAX_REPLY: usize = 64 * 1024;

/// What to ask the service for, as it stands in a request.
pub fn target(name: &str) -> String {
    format!("/places?name={}", percent::encode(name))
}

/// What the reply says, as a sentence: `body` is its JSON.
///
/// # Errors
///
/// When the status is not 200, or the body is no place.
// ANCHOR: place
pub fn place(status: u16, body: &[u8]) -> anyhow::Result<String> {
    let json: Value = serde_json::from_slice(body).context("the reply is no JSON")?;
    if status != 200 {
        let why = json["error"].as_str().unwrap_or("no reason given");
        bail!("the server answered {status}: {}", printable(why));
    }
    let name = json["name"].as_str().context("a place without a name")?;
    let country = json["country"].as_str().context("a place in no country")?;
    let degrees = |key| json[key].as_f64().context("a place that is nowhere");
    let (latitude, longitude) = (degrees("latitude")?, degrees("longitude")?);
    let place = format!("{name}, {country}: {latitude}, {longitude}");
    Ok(printable(&place))
}
// ANCHOR_END: place

/// Text from a stranger as a terminal may be given it: a control character other
/// than the end of a line is written as its number.
pub fn printable(text: &str) -> String {
    let mut printable = String::new();
    for char in text.chars() {
        match char {
            '\r' | '\n' => printable.push(char),
            _ if char.is_control() => printable.extend(char.escape_unicode()),
            _ => printable.push(char),
        }
    }
    printable
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::places;

    #[test]
    fn what_the_service_says_is_understood() {
        let quito = places::find("Quito").unwrap().to_json().to_string();
        let told = place(200, quito.as_bytes()).unwrap();
        assert_eq!(told, "Quito, Ecuador: -0.1807, -78.4678");
        let refused = place(404, br#"{"error":"no place\u001b[2J"}"#).unwrap_err();
        assert_eq!(
            refused.to_string(),
            "the server answered 404: no place\\u{1b}[2J"
        );
    }

    #[test]
    fn what_is_no_place_is_refused() {
        for body in [
            "",
            "{",
            "[]",
            "7",
            r#"{"name":"x"}"#,
            "{\"name\":\"x\",\"country\":\"y\",\"latitude\":\"1\"}",
        ] {
            assert!(place(200, body.as_bytes()).is_err(), "{body}");
        }
        let deep = "[".repeat(100_000);
        assert!(place(200, deep.as_bytes()).is_err());
    }
}
