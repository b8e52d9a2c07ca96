//! The links of a page.

use url::Url;

use crate::html::tags;

// ANCHOR: links
/// The links of the page `html` at `url`, as they are written there, in their order; from
/// the page's own base if it names one.
pub fn links(html: &str, url: &Url) -> Vec<String> {
    let mut base: Option<Url> = None;
    let mut links: Vec<String> = Vec::new();
    for tag in tags(html) {
        let Some(href) = tag.get("href").map(str::trim) else {
            continue;
        };
        match tag.name.as_str() {
            "a" | "area" => links.push(href.to_owned()),
            // The first one counts, and for all links, also those before it.
            "base" => base = base.or_else(|| url.join(href).ok()),
            _ => {}
        }
    }
    let Some(base) = base else { return links };
    let absolute = |link: String| base.join(&link).map_or(link, Into::into);
    links.into_iter().map(absolute).collect()
}
// ANCHOR_END: links

#[cfg(test)]
mod tests {
    use super::*;

    fn found(html: &str) -> Vec<String> {
        links(html, &Url::parse("http://host/page").unwrap())
    }

    #[test]
    fn a_link_is_what_a_browser_takes_for_one() {
        let html = "<A HREF=plain>1</A><a class='x' href='one'>2</a><a\nhref = \"two\" >3</a>\
                    <area href=map><a name=none><a href=x href=y><a href='?a=1&amp;b=2'><a href=' s '>";
        let expected = ["plain", "one", "two", "map", "x", "?a=1&b=2", "s"];
        assert_eq!(found(html), expected);
    }

    #[test]
    fn what_only_looks_like_a_link_is_none() {
        for html in [
            "<!-- <a href=x> -->",
            "<script>'<a href=x>'</script>",
            "<style><a href=x></style>",
            "<title><a href=x></title>",
            "<textarea><a href=x></textarea>",
            "<p title='<a href=x>'>",
            "a href=x",
            "<a href=x",
            "</a href=x>",
        ] {
            assert_eq!(found(html), [""; 0], "{html}");
        }
    }

    #[test]
    fn a_link_behind_a_script_is_found() {
        assert_eq!(
            found("<script>1</script><a href=x><script></script><a href=y>"),
            ["x", "y"]
        );
    }

    #[test]
    fn the_first_base_counts() {
        let html = "<base href=/deep/><base href=/other/><a href=x><a href=#f>";
        assert_eq!(found(html), ["http://host/deep/x", "http://host/deep/#f"]);
    }
}
