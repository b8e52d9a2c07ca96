//! What a search looks through: the text of each section, what it is called, the terms
//! that it explains, and how readers spell what they look for. It is written as one script,
//! which a page loads when its reader asks for it; how sections are ranked is `search.js`'s.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::Context;
use serde::{Deserialize, Serialize};

use super::table::text;

/// The table beside the pages that says what the index can't know by itself.
const TABLE: &str = "search.toml";

/// The script, in the folder of the built book.
const FILE: &str = "site/search-index.js";

/// What the table says.
#[derive(Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
struct Table {
    /// Under what readers type, what the pages write.
    synonyms: BTreeMap<String, Vec<String>>,
    /// By how a page's path begins or ends, what a hit there counts; 1 elsewhere.
    weights: BTreeMap<String, f64>,
}

/// The index.
#[derive(Debug, Serialize)]
pub(crate) struct Index {
    synonyms: BTreeMap<String, Vec<String>>,
    sections: Vec<Section>,
    #[serde(skip)]
    weights: BTreeMap<String, f64>,
}

#[derive(Debug, PartialEq, Serialize)]
struct Section {
    /// The page's file and the section's name within it.
    link: String,
    title: String,
    /// The names of the page and of its chapter.
    page: String,
    /// What stands in bold: a page explains it.
    terms: Vec<String>,
    text: String,
    weight: f64,
}

impl Index {
    /// An index without sections. `folder` is that of the pages.
    ///
    /// # Errors
    ///
    /// When its table is there and not valid.
    pub(crate) fn new(folder: &Path) -> anyhow::Result<Index> {
        let path = folder.join(TABLE);
        let table: Table = match fs::read_to_string(&path) {
            Ok(text) => {
                toml::from_str(&text).with_context(|| format!("read {}", path.display()))?
            }
            Err(_) => Table::default(), // a book needs none
        };
        Ok(Index {
            synonyms: table.synonyms,
            sections: Vec::new(),
            weights: table.weights,
        })
    }

    /// Adds what mdBook wrote as the page `file`, which is called `page`.
    pub(crate) fn add(&mut self, file: &str, page: &str, html: &str) {
        let weight = self.weight(file);
        let main = html.split_once("<main>").map_or("", |(_, main)| main);
        let main = main.split_once("</main>").map_or(main, |(main, _)| main);
        for (id, title, body) in sections(main) {
            self.sections.push(Section {
                link: format!("{file}#{id}"),
                title: text(title),
                page: page.to_owned(),
                terms: terms(body),
                text: words(body),
                weight,
            });
        }
    }

    fn weight(&self, file: &str) -> f64 {
        let page = file.trim_end_matches(".html");
        let counts = self
            .weights
            .iter()
            .filter(|(name, _)| page.starts_with(name.as_str()) || page.ends_with(name.as_str()));
        counts.map(|(_, weight)| weight).product()
    }

    /// Writes the script that brings it to a page.
    ///
    /// # Errors
    ///
    /// When it can't be written.
    pub(crate) fn write(&self, folder: &Path) -> anyhow::Result<()> {
        let path = folder.join(FILE);
        let script = format!("window.searchIndex = {};\n", serde_json::to_string(self)?);
        let made = path.parent().map_or(Ok(()), fs::create_dir_all);
        made.and_then(|()| fs::write(&path, script))
            .with_context(|| format!("write {}", path.display()))
    }
}

/// The sections of a page: the name of each, its title, and what stands below it.
fn sections(main: &str) -> Vec<(&str, &str, &str)> {
    let mut starts: Vec<usize> = ["<h1 id=\"", "<h2 id=\"", "<h3 id=\""]
        .iter()
        .flat_map(|tag| main.match_indices(tag).map(|(at, _)| at))
        .collect();
    starts.sort_unstable();
    let ends = starts.iter().skip(1).copied().chain([main.len()]);
    let parts = starts
        .iter()
        .zip(ends)
        .map(|(start, end)| &main[*start..end]);
    parts.filter_map(section).collect()
}

fn section(part: &str) -> Option<(&str, &str, &str)> {
    let (_, rest) = part.split_once("id=\"")?;
    let (id, rest) = rest.split_once("\">")?;
    let (title, body) = rest.split_once("</h")?;
    Some((id, title, body.split_once('>')?.1))
}

/// What stands in bold, but for the name of a callout.
fn terms(body: &str) -> Vec<String> {
    let bold = body.split("<strong>").skip(1);
    let bold = bold.filter_map(|rest| Some(text(rest.split_once("</strong>")?.0)));
    bold.filter(|term| !term.ends_with(['.', ':'])).collect()
}

/// The text with single spaces, also between what HTML sets apart.
fn words(body: &str) -> String {
    let mut apart = body.to_owned();
    for block in ["</p>", "</li>", "</td>", "</th>", "</pre>", "</summary>"] {
        apart = apart.replace(block, " ");
    }
    text(&apart)
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "<nav>no</nav><main><p class=\"above\">no</p>\
        <h1 id=\"a\"><a class=\"header\" href=\"#a\">A &amp; b</a></h1>\n<p>One\n\
        <strong>term</strong>.</p><p><strong>Pitfall.</strong> Two</p>\
        <h2 id=\"c\"><a href=\"#c\">C</a></h2><pre><code>3 &lt; 4</code></pre></main>no";

    #[test]
    fn a_page_is_found_by_its_sections() {
        let folder = tempfile::tempdir().unwrap();
        let table = "[synonyms]\na = [\"b\"]\n[weights]\n\"lists/\" = 0.5\n\"/exercises\" = 0.5\n";
        fs::write(folder.path().join(TABLE), table).unwrap();
        let mut index = Index::new(folder.path()).unwrap();
        index.add("lists/exercises.html", "Exercises", PAGE);
        let [first, second] = &index.sections[..] else {
            panic!("{index:?}");
        };
        assert_eq!(first.link, "lists/exercises.html#a");
        assert_eq!(first.title, "A & b");
        assert_eq!(first.text, "One term. Pitfall. Two");
        assert_eq!(first.terms, ["term"]);
        assert_eq!(second.text, "3 < 4");
        assert_eq!((second.weight, index.weight("lists.html")), (0.25, 1.0));
        index.write(folder.path()).unwrap();
        let script = fs::read_to_string(folder.path().join(FILE)).unwrap();
        assert!(
            script.starts_with("window.searchIndex = {\"synonyms\":{\"a\":[\"b\"]},"),
            "{script}"
        );
    }

    #[test]
    fn a_table_that_is_not_valid_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        assert!(Index::new(folder.path()).is_ok());
        fs::write(folder.path().join(TABLE), "[synonym]\n").unwrap();
        assert!(Index::new(folder.path()).is_err());
    }
}
