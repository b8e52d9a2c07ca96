//! Indexes that are made of the pages when the book is built: which page shows a program,
//! and which pitfalls there are. A page keeps the place of one with a comment.

use std::collections::BTreeMap;

use mdbook_driver::book::Book;
use regex_lite::Regex;

/// A page: the name of its chapter, its own, and where it is, below the book's folder.
struct Place {
    chapter: String,
    link: String,
}

/// Puts each index in its place.
pub(crate) fn fill(book: &mut Book) {
    let mut programs: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut pitfalls: Vec<(String, Vec<String>)> = Vec::new();
    for page in book.chapters() {
        let (Some(path), Some(chapter)) = (&page.path, page.parent_names.first()) else {
            continue; // no page of a chapter
        };
        let place = Place {
            chapter: chapter.clone(),
            link: format!("[{}](../{})", page.name, path.display()),
        };
        for name in found(&page.content, r"/src/bin/([a-z0-9-]+)\.rs") {
            let pages = programs.entry(name).or_default();
            let entry = format!("{}, {}", place.chapter, place.link);
            if !pages.contains(&entry) {
                pages.push(entry);
            }
        }
        let boxes = r"(?m)^> \*\*Pitfall(?:: |\.\*\* \*)([^*]+?)[.?!]?\*";
        for name in found(&page.content, boxes) {
            let entry = format!("{name}: {}", place.link);
            match pitfalls.last_mut() {
                Some((chapter, entries)) if *chapter == place.chapter => entries.push(entry),
                _ => pitfalls.push((place.chapter.clone(), vec![entry])),
            }
        }
    }
    let programs: String = programs
        .iter()
        .map(|(name, pages)| format!("- `{name}`: {}\n", pages.join("; ")))
        .collect();
    let pitfalls: String = pitfalls
        .iter()
        .map(|(chapter, entries)| format!("\n## {chapter}\n\n- {}\n", entries.join("\n- ")))
        .collect();
    book.for_each_chapter_mut(|page| {
        for (place, index) in [
            ("<!-- programs -->", &programs),
            ("<!-- pitfalls -->", &pitfalls),
        ] {
            page.content = page.content.replace(place, index);
        }
    });
}

/// What the first group of `pattern` matches, on one line each.
fn found(page: &str, pattern: &str) -> Vec<String> {
    let Ok(pattern) = Regex::new(pattern) else {
        return Vec::new(); // ours are valid
    };
    let all = pattern.captures_iter(page);
    all.map(|one| one[1].replace("\n> ", " ")).collect()
}

#[cfg(test)]
mod tests {
    use mdbook_driver::book::{BookItem, Chapter};

    use super::*;

    #[test]
    fn an_index_names_the_pages() {
        let page = |name: &str, text: &str| {
            let path = format!("one/{}.md", name.to_lowercase());
            let page = Chapter::new(name, text.to_owned(), path, vec!["1 One".to_owned()]);
            BookItem::Chapter(page)
        };
        let first = "{{#include ../../chapters/01-one/src/bin/a-b.rs:x}}\n\
            > **Pitfall.** *It is cut\n> short.* Why.\n";
        let second = "{{#include ../../c/src/bin/a-b.rs}}\n\n> **Pitfall: late.** Why.\n";
        let index = Chapter::new(
            "Index",
            "<!-- programs -->|<!-- pitfalls -->".to_owned(),
            "i/i.md",
            vec![],
        );
        let items = vec![
            page("A", first),
            page("B", second),
            BookItem::Chapter(index),
        ];
        let mut book = Book::new_with_items(items);
        fill(&mut book);
        let index = &book.chapters().last().unwrap().content;
        assert_eq!(
            index,
            "- `a-b`: 1 One, [A](../one/a.md); 1 One, [B](../one/b.md)\n|\n## 1 One\n\n\
             - It is cut short: [A](../one/a.md)\n- late: [B](../one/b.md)\n"
        );
    }
}
