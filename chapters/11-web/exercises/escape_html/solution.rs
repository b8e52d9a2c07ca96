//! Text that stays text, in each place of a page.

use serde_json::Value;

// ANCHOR: escape
/// Text between tags: `<p>HERE</p>`.
pub fn text(text: &str) -> String {
    attribute(text)
}

/// The value of an attribute in quotes of either kind: `<input value="HERE">`.
pub fn attribute(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
    }
    escaped
}

/// What a link may have as scheme.
const SCHEMES: [&str; 3] = ["http", "https", "mailto"];

/// The value of an attribute in quotes that holds a URL: `<a href="HERE">`. A URL that
/// does more than to lead somewhere becomes `#`.
pub fn url(url: &str) -> String {
    // As a browser reads it, which leaves these out before it looks for the scheme.
    let seen = url.trim_start_matches(|c| c <= ' ');
    let seen = seen.replace(['\t', '\n', '\r'], "");
    let allowed = match seen.split_once([':', '/', '?', '#']) {
        Some((scheme, _)) if seen[scheme.len()..].starts_with(':') => SCHEMES
            .iter()
            .any(|allowed| scheme.eq_ignore_ascii_case(allowed)),
        // Without a scheme: the one of the page.
        _ => true,
    };
    attribute(if allowed { url } else { "#" })
}

/// JSON in a script: `<script type="application/json">HERE</script>`.
pub fn script(data: &Value) -> String {
    // Nothing but this character ends a script, and in JSON it stands in strings alone.
    data.to_string().replace('<', "\\u003c")
}
// ANCHOR_END: escape
