//! Text that stays text
//!
//! Difficulty: core
//! Page: 11-web/templates.md
//! Check: just check 11.2
//!
//! Your page shows what somebody else has typed: a memo, a name, a link. In a page some
//! characters mean something, and which ones depends on the place. Write what makes text
//! safe, for four places. The checks put your result there, have it read as a browser
//! does, and look at what it found.
//!
//! - `text` is for between tags: `<p>HERE</p>`. The reader sees the text, each character
//!   as it was typed. None of it becomes a tag, and none a character reference: who typed
//!   `&lt;` sees `&lt;`.
//! - `attribute` is for the value of an attribute in quotes, `"` or `'`:
//!   `<input value="HERE">`. The value is the text. It can't end the value.
//! - `url` is for an attribute in quotes whose value is a URL: `<a href="HERE">`. The
//!   value is the URL, if its scheme is `http`, `https` or `mailto`, in any case of the
//!   letters, or if it has none, as `/memo?id=7` or `?at=12:30`. For any other scheme the
//!   value is `#`: a click on `javascript:...` runs it in your page.
//!   Before it looks for the scheme, a browser drops controls and spaces (all up to
//!   U+0020) at the front, and tabs and line ends (`\t`, `\n`, `\r`) anywhere. The scheme
//!   ends at the first `:`, if no `/`, `?` or `#` comes before it.
//! - `script` is for data in a script: `<script type="application/json">HERE</script>`.
//!   Its text is JSON for the same data (`to_string` of a `Value` writes JSON). Nothing
//!   in it can end the script or begin a comment in it. A browser knows no character
//!   references there, and JSON knows an escape of its own: `\u003c` is `<`.
//!
//! ```text
//! text       <b> & "co"   &lt;b&gt; &amp; "co"
//! attribute  <b> & "co"   &lt;b&gt; &amp; &quot;co&quot;
//! script     ["<b>"]      ["\u003cb>"]
//! ```
//!
//! Of several right ways to escape a character any will do. A page has no way to hold a NUL,
//! and a browser makes LF of CR LF and of CR: leave these two as they are.

use serde_json::Value;

/// Text between tags: `<p>HERE</p>`.
pub fn text(text: &str) -> String {
    todo!()
}

/// The value of an attribute in quotes of either kind: `<input value="HERE">`.
pub fn attribute(text: &str) -> String {
    todo!()
}

/// The value of an attribute in quotes that holds a URL: `<a href="HERE">`. A URL that
/// does more than to lead somewhere becomes `#`.
pub fn url(url: &str) -> String {
    todo!()
}

/// JSON in a script: `<script type="application/json">HERE</script>`.
pub fn script(data: &Value) -> String {
    todo!()
}
