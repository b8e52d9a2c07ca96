//! Where in the book a page is: the chapter's name above it and in its title, the names
//! of what comes before and after, and a description of its own.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::Path;

use mdbook_driver::book::{Book, BookItem, Chapter};
use pulldown_cmark::{Event, Parser, Tag, TagEnd};

use super::html::escaped;

/// A description that is longer, in characters, is cut: what searches show of it.
const MAX_DESCRIPTION: usize = 160;

/// Where a page is.
#[derive(Debug, Default)]
pub(crate) struct Orientation {
    name: String,
    /// The chapter that it belongs to, or the part of the book where it is none.
    above: Option<Above>,
    /// The HTML file before it, and the one after it.
    before: Option<String>,
    after: Option<String>,
    description: String,
    book: String,
}

/// What stands above a page.
#[derive(Debug, Clone)]
struct Above {
    name: String,
    /// The HTML file of the chapter.
    link: Option<String>,
}

/// Where each page of the book is, by the path of its HTML file.
pub(crate) fn of(book: &Book, title: &str) -> BTreeMap<String, Orientation> {
    let mut pages: Vec<(String, Orientation)> = Vec::new();
    let mut part: Option<&str> = None;
    for item in &book.items {
        match item {
            BookItem::PartTitle(name) => part = Some(name),
            BookItem::Separator => part = None,
            BookItem::Chapter(page) => {
                // A part of chapters is named by each of them.
                let part = part.filter(|_| page.sub_items.is_empty());
                let above = part.map(|name| Above {
                    name: name.to_owned(),
                    link: None,
                });
                add(page, above, title, &mut pages);
            }
        }
    }
    let names: Vec<String> = pages.iter().map(|(name, _)| name.clone()).collect();
    for (at, (_, page)) in pages.iter_mut().enumerate() {
        page.before = at.checked_sub(1).map(|at| names[at].clone());
        page.after = names.get(at + 1).cloned();
    }
    pages.into_iter().collect()
}

fn add(page: &Chapter, above: Option<Above>, book: &str, pages: &mut Vec<(String, Orientation)>) {
    let file = page.path.as_deref().map(html_file);
    if let Some(file) = &file {
        let orientation = Orientation {
            name: page.name.clone(),
            above,
            book: book.to_owned(),
            ..Orientation::default()
        };
        pages.push((file.clone(), orientation));
    }
    for item in &page.sub_items {
        if let BookItem::Chapter(inner) = item {
            let above = Above {
                name: page.name.clone(),
                link: file.clone(),
            };
            add(inner, Some(above), book, pages);
        }
    }
}

/// The HTML file of the page at `path`.
pub(crate) fn html_file(path: &Path) -> String {
    path.with_extension("html")
        .to_string_lossy()
        .replace('\\', "/")
}

/// The pages in the order in which they are read.
pub(crate) fn in_order(pages: &BTreeMap<String, Orientation>) -> Vec<&Orientation> {
    let first = pages.values().find(|page| page.before.is_none());
    let after = |page: &&Orientation| pages.get(page.after.as_ref()?);
    std::iter::successors(first, after).collect()
}

impl Orientation {
    /// Whether it is a page of a chapter, and not the first of it.
    pub(crate) fn is_within(&self) -> bool {
        self.above
            .as_ref()
            .is_some_and(|above| above.link.is_some())
    }

    /// Its name, as HTML.
    pub(crate) fn escaped_name(&self) -> Cow<'_, str> {
        escaped(&self.name)
    }

    /// Takes the description from the page's first paragraph.
    pub(crate) fn describe(&mut self, page: &str) {
        let mut text = String::new();
        let mut within = false;
        for event in Parser::new(page) {
            match event {
                Event::Start(Tag::Paragraph) => within = true,
                Event::End(TagEnd::Paragraph) => break,
                Event::Text(piece) | Event::Code(piece) if within => text.push_str(&piece),
                Event::SoftBreak | Event::HardBreak => text.push(' '),
                _ => {}
            }
        }
        self.description = shortened(&text);
    }

    /// The line that makes mdBook give the page its title.
    pub(crate) fn title_directive(&self) -> String {
        let chapter = self.above.as_ref().filter(|above| above.link.is_some());
        let names = [
            Some(&self.name),
            chapter.map(|above| &above.name),
            Some(&self.book),
        ];
        let mut names: Vec<&str> = names.into_iter().flatten().map(String::as_str).collect();
        names.dedup();
        names.retain(|name| !name.is_empty());
        format!("\n\n{{{{#title {}}}}}\n", names.join(" · "))
    }

    /// The names of what the page belongs to, and its own.
    pub(crate) fn trail(&self) -> String {
        match &self.above {
            Some(above) => format!("{} » {}", above.name, self.name),
            None => self.name.clone(),
        }
    }

    /// The name of the page for a reader who comes from the page `from`.
    fn name_from(&self, from: &Orientation) -> String {
        let chapter = |page: &Orientation| page.above.as_ref().map(|above| above.name.clone());
        match &self.above {
            Some(above) if above.link.is_some() && chapter(self) != chapter(from) => {
                // From its chapter's first page, which has nothing above it, all is clear.
                if from.name == above.name {
                    self.name.clone()
                } else {
                    format!("{}: {}", above.name, self.name)
                }
            }
            _ => self.name.clone(),
        }
    }
}

/// The first sentences that fit, or the first words.
fn shortened(text: &str) -> String {
    let text = text.trim();
    let Some((end, _)) = text.char_indices().nth(MAX_DESCRIPTION) else {
        return text.to_owned();
    };
    let cut = &text[..end];
    match cut.rfind(['.', '?']) {
        Some(stop) if stop > end / 2 => cut[..=stop].to_owned(),
        _ => format!("{} …", cut.rsplit_once(' ').map_or(cut, |(words, _)| words)),
    }
}

/// The page `name`, with all of that in the places that the template keeps for it.
pub(crate) fn put(page: &str, name: &str, pages: &BTreeMap<String, Orientation>) -> String {
    let to_root = "../".repeat(name.matches('/').count());
    let (mut description, mut above, mut pager) = (String::new(), String::new(), String::new());
    if let Some(here) = pages.get(name) {
        if !here.description.is_empty() {
            description = format!(
                "<meta name=\"description\" content=\"{}\">",
                escaped(&here.description)
            );
        }
        above = match &here.above {
            Some(Above {
                name,
                link: Some(link),
            }) => format!(
                "<p class=\"above\"><a href=\"{to_root}{link}\">{}</a></p>",
                escaped(name)
            ),
            Some(Above { name, link: None }) => {
                format!("<p class=\"above\">{}</p>", escaped(name))
            }
            None => String::new(),
        };
        for (rel, word, file) in [
            ("prev", "Previous", &here.before),
            ("next", "Next", &here.after),
        ] {
            if let Some((file, there)) = file.as_ref().and_then(|file| pages.get_key_value(file)) {
                pager.push_str(&format!(
                    "<a rel=\"{rel}\" href=\"{to_root}{file}\"><small>{word}</small>{}</a>",
                    escaped(&there.name_from(here))
                ));
            }
        }
    }
    page.replacen("<!--description-->", &description, 1)
        .replacen("<!--above-->", &above, 1)
        .replacen("<!--pager-->", &pager, 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn book() -> Book {
        let page = |name: &str, path: &str, above: &[&str]| {
            let above = above.iter().map(ToString::to_string).collect();
            Chapter::new(name, String::new(), path, above)
        };
        let chapter = |number: u32, name: &str| {
            let title = format!("{number} {name}");
            let mut chapter = page(&title, &format!("{name}/index.md"), &[]);
            for (name, file) in [("Ends & means", "ends"), ("Exercises", "exercises")] {
                let path = format!("{}/{file}.md", chapter.name.split(' ').nth(1).unwrap());
                let inner = page(name, &path, &[&title]);
                chapter.sub_items.push(BookItem::Chapter(inner));
            }
            chapter
        };
        let items = vec![
            BookItem::Chapter(page("Wire", "index.md", &[])),
            BookItem::PartTitle("Before".to_owned()),
            BookItem::Chapter(page("Install", "install.md", &[])),
            BookItem::PartTitle("Chapters".to_owned()),
            BookItem::Chapter(chapter(1, "one")),
            BookItem::Chapter(chapter(2, "two")),
        ];
        Book::new_with_items(items)
    }

    fn page(name: &str) -> String {
        let template = "<!--description-->|<!--above-->|<!--pager-->";
        put(template, name, &of(&book(), "Wire"))
    }

    #[test]
    fn a_page_says_where_it_is() {
        assert_eq!(
            page("one/exercises.html"),
            "|<p class=\"above\"><a href=\"../one/index.html\">1 one</a></p>|\
             <a rel=\"prev\" href=\"../one/ends.html\"><small>Previous</small>Ends &amp; means</a>\
             <a rel=\"next\" href=\"../two/index.html\"><small>Next</small>2 two</a>"
        );
        // An *Exercises* of another chapter is called so.
        assert!(page("two/index.html").contains("<small>Previous</small>1 one: Exercises<"));
        assert!(page("two/index.html").contains("<small>Next</small>Ends &amp; means<"));
        assert!(page("install.html").starts_with("|<p class=\"above\">Before</p>|"));
        assert_eq!(page("print.html"), "||");
    }

    #[test]
    fn the_printed_book_begins_with_its_contents_and_folds_nothing() {
        let pages = of(&book(), "Wire");
        let titles: Vec<String> = (0..8)
            .map(|at| format!("<h1 id=\"t{at}\">T</h1>"))
            .collect();
        let printed = |titles: &[String]| {
            let main = format!(
                "<main>{}<details><summary>a<!--screen-->b<!--/screen-->c<details class=\"hint\">",
                titles.concat()
            );
            super::super::print::finish(&main, &pages)
        };
        let page = printed(&titles);
        for part in [
            "<nav class=\"contents\" aria-label=\"Contents\">\n<p><a href=\"#t0\">Wire</a></p>\n",
            "<p><a href=\"#t2\">1 one</a></p>\n\
             <p class=\"within\"><a href=\"#t3\">Ends &amp; means</a></p>\n",
            "<details open><summary>ac<details open class=\"hint\">",
        ] {
            assert!(page.contains(part), "{part} in {page}");
        }
        assert!(!printed(&titles[1..]).contains("<nav"));
    }

    #[test]
    fn a_title_names_the_chapter_once() {
        let pages = of(&book(), "Wire");
        let title = |name: &str| pages[name].title_directive();
        assert_eq!(
            title("one/exercises.html"),
            "\n\n{{#title Exercises · 1 one · Wire}}\n"
        );
        assert_eq!(title("one/index.html"), "\n\n{{#title 1 one · Wire}}\n");
        assert_eq!(title("index.html"), "\n\n{{#title Wire}}\n");
    }

    #[test]
    fn a_description_is_the_first_paragraph() {
        let mut page = Orientation::default();
        page.describe("# Title\n\nIs *this* `it`?\nYes.\n\nNo.\n");
        assert_eq!(page.description, "Is this it? Yes.");
        page.describe(&format!(
            "{}End. {}",
            "word ".repeat(20),
            "more ".repeat(20)
        ));
        assert!(
            page.description.ends_with("word End."),
            "{}",
            page.description
        );
        page.describe(&"word ".repeat(60));
        assert!(page.description.ends_with("word …") && page.description.len() < 170);
    }
}
