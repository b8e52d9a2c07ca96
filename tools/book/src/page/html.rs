//! Text as HTML.

use std::borrow::Cow;

/// `text` with what HTML would read as markup escaped; good in attributes, too.
pub(crate) fn escaped(text: &str) -> Cow<'_, str> {
    if !text.contains(['&', '<', '>', '"']) {
        return Cow::Borrowed(text);
    }
    let text = text.replace('&', "&amp;").replace('<', "&lt;");
    Cow::Owned(text.replace('>', "&gt;").replace('"', "&quot;"))
}

/// A longer option may be broken: a phone has no room for it.
const OPTION: usize = 24;

/// The HTML of a command in which no option is broken behind its hyphens, as browsers do.
pub(crate) fn command(html: &str) -> String {
    let mut out = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(at) = rest.find('-') {
        let (before, word) = rest.split_at(at);
        out.push_str(before);
        let (word, after) = word.split_at(word.find([' ', '<', '\n']).unwrap_or(word.len()));
        let begins = before.is_empty() && out.is_empty() || before.ends_with([' ', '>']);
        if begins && (2..=OPTION).contains(&word.len()) {
            out.push_str("<span class=\"option\">");
            out.push_str(word);
            out.push_str("</span>");
        } else {
            out.push_str(word);
        }
        rest = after;
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_option_stays_in_one_piece() {
        let option = |text: &str| format!("<span class=\"option\">{text}</span>");
        for (html, made) in [
            ("a-b -c 5", format!("a-b {} 5", option("-c"))),
            ("--raw", option("--raw")),
            (
                "<code>just --x</code>",
                format!("<code>just {}</code>", option("--x")),
            ),
            ("a - b", "a - b".to_owned()),
            (
                &format!("a -{}", "b".repeat(OPTION)),
                format!("a -{}", "b".repeat(OPTION)),
            ),
        ] {
            assert_eq!(command(html), made);
        }
    }
}
