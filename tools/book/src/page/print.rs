//! The page that has all of them, for paper: it begins with what there is, and nothing on
//! it is folded.

use std::collections::BTreeMap;

use super::orientation::{Orientation, in_order};

/// What stands between these two is for a screen, where it unfolds: on paper the solutions
/// would stand open beside their tasks, and the mistakes fill six hundred sheets.
pub(crate) const SCREEN: &str = "<!--screen-->";
pub(crate) const SCREEN_END: &str = "<!--/screen-->";

/// The page `print.html`, made from the book's `pages`.
pub(crate) fn finish(page: &str, pages: &BTreeMap<String, Orientation>) -> String {
    let mut pieces = page.split(SCREEN);
    let first = pieces.next().unwrap_or_default().to_owned();
    let page = pieces.fold(first, |page, piece| {
        page + piece.split_once(SCREEN_END).map_or(piece, |(_, rest)| rest)
    });
    let page = page.replace("<details", "<details open");
    let Some((head, main)) = page.split_once("<main>") else {
        return page;
    };
    format!("{head}<main>\n{}{main}", contents(main, pages))
}

/// The titles of the pages, those of a chapter below it, each with the way to it.
fn contents(main: &str, pages: &BTreeMap<String, Orientation>) -> String {
    let titles: Vec<&str> = main
        .split("<h1 id=\"")
        .skip(1)
        .filter_map(|rest| Some(rest.split_once("\">")?.0))
        .collect();
    let order = in_order(pages);
    // One title a page, or nobody knows which is whose.
    if titles.len() != order.len() {
        return String::new();
    }
    let mut out = String::from("<nav class=\"contents\" aria-label=\"Contents\">\n");
    for (page, id) in order.iter().zip(titles) {
        let class = if page.is_within() {
            " class=\"within\""
        } else {
            ""
        };
        let name = page.escaped_name();
        out.push_str(&format!("<p{class}><a href=\"#{id}\">{name}</a></p>\n"));
    }
    out.push_str("</nav>\n");
    out
}
