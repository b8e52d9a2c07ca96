//! What a browser gets: links lead somewhere, nothing comes from outside, and a
//! page is light.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use flate2::Compression;
use flate2::write::GzEncoder;
use html5ever::tokenizer::states::{RawKind, Rawtext, ScriptData};
use html5ever::tokenizer::{
    BufferQueue, Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts,
};
use percent_encoding::percent_decode_str;
use regex_lite::Regex;

use super::page::Page;
use super::workspace::Workspace;
use super::{Problems, find};
use crate::files::{below, normal, slashed};
use crate::page::reference::{self, MANUALS};
use crate::site::Built;

/// What a page may cost with all that it loads, compressed, in bytes. Search is
/// left out: it loads when it is asked for.
const MAX_WEIGHT: usize = 100_000;

/// An HTML file, read.
#[derive(Debug, Default)]
struct Document {
    /// The fragments that can be linked to.
    ids: BTreeSet<String>,
    /// Where its links lead, in order.
    links: Vec<String>,
    /// What a browser fetches with it.
    loads: Vec<String>,
    /// The text of its elements, scripts and styles left out.
    text: String,
    /// What stands in its styles.
    styles: String,
    /// The pages of the manual that it names without a link.
    manuals: Vec<String>,
}

/// Checks the built book; returns its heaviest page and that page's weight.
pub(crate) fn check(
    workspace: &Workspace,
    built: &Built,
    problems: &mut Problems,
) -> Option<(String, usize)> {
    let files = match below(&built.folder) {
        Ok(files) => files.into_iter(),
        Err(error) => {
            problems.add("book.toml", 1, format!("read the built book: {error}"));
            return None;
        }
    };
    let files: BTreeMap<String, PathBuf> = files
        .map(|file| (slashed(&file, &built.folder), file))
        .collect();
    let documents: BTreeMap<&str, Document> = files
        .iter()
        .filter(|(name, _)| name.ends_with(".html"))
        .map(|(name, file)| (name.as_str(), read(file)))
        .collect();

    let mut site = Site {
        files: &files,
        documents: &documents,
        weights: BTreeMap::new(),
    };
    let mut heaviest: Option<(String, usize)> = None;
    for (name, document) in &documents {
        // The print page is all pages at once; they are checked where they stand.
        if *name == "print.html" {
            continue;
        }
        let page = Origin::of(workspace, built, name);
        site.check_loads(name, document, &page, problems);
        // The page for what is not there has its links from the root of the server.
        if *name == "404.html" {
            continue;
        }
        site.check_links(name, document, &page, problems);
        for manual in &document.manuals {
            let what = format!("{manual} is a page of the manual that {MANUALS} doesn't list");
            problems.add(&page.file, 1, what);
        }
        let weight = site.weight(name, document);
        if weight >= MAX_WEIGHT {
            problems.add(
                &page.file,
                1,
                format!(
                    "the page makes a browser load {} kB, compressed; {} kB is the limit",
                    weight / 1000,
                    MAX_WEIGHT / 1000
                ),
            );
        }
        if heaviest.as_ref().is_none_or(|(_, most)| weight > *most) {
            heaviest = Some((page.file, weight));
        }
    }
    check_styles(&site, problems);
    check_manuals(workspace, &site, problems);
    check_explained(workspace, &site, problems);
    check_complaints(workspace, built, problems);
    heaviest
}

/// Where an HTML file comes from: the file that is to be mended.
struct Origin<'a> {
    file: String,
    page: &'a Page,
}

impl<'a> Origin<'a> {
    fn of(workspace: &'a Workspace, built: &Built, name: &str) -> Origin<'a> {
        let markdown = Path::new(name).with_extension("md");
        // The first page of the book is also its index.html.
        let first = || match name {
            "index.html" => built.pages.first().map(|page| slashed(page, Path::new(""))),
            _ => None,
        };
        let page = find(workspace, &slashed(&markdown, Path::new("")))
            .or_else(|| find(workspace, &first()?))
            .unwrap_or(&workspace.summary);
        Origin {
            file: page.file.clone(),
            page,
        }
    }

    /// The line of the nth link to `address`, or of the nth line that mentions it
    /// in another way; the first line if it was not written on this page.
    fn line(&self, address: &str, nth: usize) -> usize {
        let html = |target: &str| target.replace(".md", ".html") == address;
        let links = self.page.links.iter().filter(|link| html(&link.target));
        let raw = self
            .page
            .html
            .iter()
            .filter(|(_, text)| text.contains(address));
        links
            .map(|link| link.line)
            .chain(raw.map(|(line, _)| *line))
            .nth(nth)
            .unwrap_or(1)
    }
}

/// The built book.
struct Site<'a> {
    files: &'a BTreeMap<String, PathBuf>,
    documents: &'a BTreeMap<&'a str, Document>,
    weights: BTreeMap<String, usize>,
}

impl Site<'_> {
    /// Every link leads to a file that is there, and to a place in it.
    fn check_links(
        &self,
        name: &str,
        document: &Document,
        page: &Origin<'_>,
        problems: &mut Problems,
    ) {
        let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
        for link in &document.links {
            if is_outside(link) || has_scheme(link) {
                continue;
            }
            let nth = seen.entry(link).or_default();
            if let Err(what) = self.follow(name, link) {
                problems.add(&page.file, page.line(link, *nth), what);
            }
            *nth += 1;
        }
    }

    /// Follows a link of the document `name`.
    fn follow(&self, name: &str, link: &str) -> Result<(), String> {
        let (path, fragment) = link.split_once('#').unwrap_or((link, ""));
        let path = decoded(path.split('?').next().unwrap_or_default());
        let target = if path.is_empty() {
            name.to_owned()
        } else if path.starts_with('/') {
            return Err(format!(
                "the link {link} begins at the root of a server: make it relative"
            ));
        } else {
            let target = normal(&format!("{}/{path}", folder(name)));
            if path.ends_with('/') || target.is_empty() {
                normal(&format!("{target}/index.html"))
            } else {
                target
            }
        };
        if !self.files.contains_key(&target) {
            let page = target.replace(".html", ".md");
            return Err(format!(
                "the link {link} leads to {page}, which is not there"
            ));
        }
        let fragment = decoded(fragment);
        match self.documents.get(target.as_str()) {
            Some(document) if !fragment.is_empty() && !document.ids.contains(&fragment) => {
                Err(format!(
                    "the link {link} leads to #{fragment}, which {} does not have",
                    target.replace(".html", ".md")
                ))
            }
            _ => Ok(()),
        }
    }

    /// Nothing comes from outside, and all that is loaded is there.
    fn check_loads(
        &self,
        name: &str,
        document: &Document,
        page: &Origin<'_>,
        problems: &mut Problems,
    ) {
        for load in &document.loads {
            if is_outside(load) {
                problems.add(
                    &page.file,
                    page.line(load, 0),
                    format!("the page loads {load} from outside"),
                );
            } else if !has_scheme(load) && name != "404.html" && self.loaded(name, load).is_none() {
                problems.add(
                    &page.file,
                    page.line(load, 0),
                    format!("the page loads {load}, which is not there"),
                );
            }
        }
        for outside in outside_of_styles(&document.styles) {
            problems.add(
                &page.file,
                page.line(&outside, 0),
                format!("the page's style loads {outside} from outside"),
            );
        }
        // A file that the page includes may include more, which does not resolve.
        if document.text.contains("{{#") && !problems.are_in(&page.file) {
            problems.add(&page.file, 1, "the page shows an unresolved `{{#`");
        }
    }

    /// The file behind something that the document `name` loads.
    fn loaded(&self, name: &str, load: &str) -> Option<String> {
        let path = decoded(load.split(['?', '#']).next().unwrap_or_default());
        let target = normal(&format!("{}/{path}", folder(name)));
        self.files.contains_key(&target).then_some(target)
    }

    /// What the page makes a browser load, compressed, without search.
    fn weight(&mut self, name: &str, document: &Document) -> usize {
        let mut all = BTreeSet::from([name.to_owned()]);
        let mut queue: Vec<String> = document
            .loads
            .iter()
            .filter_map(|load| self.loaded(name, load))
            .collect();
        while let Some(file) = queue.pop() {
            if !all.insert(file.clone()) || !file.ends_with(".css") {
                continue;
            }
            // A style loads fonts and pictures of its own; all of them are counted.
            let style = self.files.get(&file).map(fs::read_to_string);
            let style = style.and_then(Result::ok).unwrap_or_default();
            let inner = in_styles(&style).into_iter();
            queue.extend(inner.filter_map(|load| self.loaded(&file, &load)));
        }
        all.iter().map(|file| self.compressed(file)).sum()
    }

    fn compressed(&mut self, file: &str) -> usize {
        if let Some(weight) = self.weights.get(file) {
            return *weight;
        }
        let bytes = self.files.get(file).map(fs::read);
        let bytes = bytes.and_then(Result::ok).unwrap_or_default();
        let weight = gzipped(&bytes);
        self.weights.insert(file.to_owned(), weight);
        weight
    }
}

/// No style that a page loads does itself load anything from outside.
fn check_styles(site: &Site<'_>, problems: &mut Problems) {
    let mut styles = BTreeSet::new();
    for (name, document) in site.documents {
        let loads = document.loads.iter();
        styles.extend(loads.filter_map(|load| site.loaded(name, load)));
    }
    for name in styles.iter().filter(|name| name.ends_with(".css")) {
        let style = site.files.get(name).map(fs::read_to_string);
        let style = style.and_then(Result::ok).unwrap_or_default();
        for outside in outside_of_styles(&style) {
            problems.add(
                "book.toml",
                1,
                format!("the style {name} loads {outside} from outside"),
            );
        }
    }
}

/// The page that the head of an exercise names is there, and so is the place in it.
fn check_explained(workspace: &Workspace, site: &Site<'_>, problems: &mut Problems) {
    for chapter in workspace.chapters.values() {
        for (exercise, line, page) in &chapter.explained {
            if let Err(what) = site.follow("index.html", &page.replace(".md", ".html")) {
                let file = format!("chapters/{}/exercises/{exercise}.rs", chapter.name);
                problems.add(file, *line, what);
            }
        }
    }
}

/// Every page of the manual that is listed is named, and so has been looked for.
fn check_manuals(workspace: &Workspace, site: &Site<'_>, problems: &mut Problems) {
    let file = workspace.source.join(MANUALS);
    let list = fs::read_to_string(workspace.root.join(&file)).unwrap_or_default();
    for (number, name) in (1..).zip(list.lines()) {
        let address = reference::manual_address(name);
        let leads = |document: &Document| {
            document
                .links
                .iter()
                .any(|link| address.as_ref() == Some(link))
        };
        if !site.documents.values().any(leads) {
            let what = format!("no page names {name} outside of code");
            problems.add(slashed(&file, Path::new("")), number, what);
        }
    }
}

/// What mdBook itself complained about. A broken include was reported where it stands.
fn check_complaints(workspace: &Workspace, built: &Built, problems: &mut Problems) {
    for complaint in &built.complaints {
        if complaint.starts_with("Error updating") || complaint.starts_with("Caused By") {
            continue;
        }
        let page = workspace
            .pages
            .iter()
            .find(|page| complaint.contains(&format!("`{}`", page.path)))
            .map_or("book.toml", |page| page.file.as_str());
        let what = complaint.lines().next().unwrap_or_default();
        problems.add(page, 1, format!("mdBook says: {what}"));
    }
}

fn gzipped(bytes: &[u8]) -> usize {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    // Writing to memory does not fail; if it did, the file would count in full.
    match encoder.write_all(bytes).and_then(|()| encoder.finish()) {
        Ok(compressed) => compressed.len(),
        Err(_) => bytes.len(),
    }
}

/// The folder of a file, empty at the top.
fn folder(name: &str) -> &str {
    name.rsplit_once('/').map_or("", |(folder, _)| folder)
}

fn is_outside(address: &str) -> bool {
    let address = address.trim().to_ascii_lowercase();
    ["http://", "https://", "//", "ftp://", "ws://", "wss://"]
        .iter()
        .any(|start| address.starts_with(start))
}

fn has_scheme(address: &str) -> bool {
    ["mailto:", "data:", "tel:"]
        .iter()
        .any(|scheme| address.starts_with(scheme))
}

/// Text with its `%xx` replaced.
fn decoded(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

/// What a style loads: `url(...)` and `@import "..."`.
fn in_styles(style: &str) -> Vec<String> {
    let Ok(url) = Regex::new(r#"(?:url\(\s*|@import\s+)["']?([^"')\s;]+)"#) else {
        return Vec::new();
    };
    url.captures_iter(style)
        .map(|captures| captures[1].to_owned())
        .filter(|address| !address.starts_with("url("))
        .collect()
}

fn outside_of_styles(style: &str) -> Vec<String> {
    let mut found = in_styles(style);
    found.retain(|address| is_outside(address));
    found
}

/// Reads an HTML file.
fn read(file: &Path) -> Document {
    let text = fs::read_to_string(file).unwrap_or_default();
    let reader = Reader::default();
    let tokenizer = Tokenizer::new(reader, TokenizerOpts::default());
    let input = BufferQueue::default();
    input.push_back(text.as_str().into());
    let _ = tokenizer.feed(&input);
    tokenizer.end();
    let manuals = reference::unlisted_manuals(&text).into_iter();
    Document {
        manuals: manuals.map(str::to_owned).collect(),
        ..tokenizer.sink.document.into_inner()
    }
}

/// Takes from the tokens of a document what is checked.
#[derive(Default)]
struct Reader {
    document: std::cell::RefCell<Document>,
    raw: std::cell::Cell<Option<RawKind>>,
}

impl Reader {
    fn tag(&self, tag: &Tag) -> TokenSinkResult<()> {
        let name = &*tag.name;
        if tag.kind == TagKind::EndTag {
            self.raw.set(None);
            return TokenSinkResult::Continue;
        }
        let document = &mut *self.document.borrow_mut();
        let attribute = |wanted: &str| {
            let mut all = tag.attrs.iter();
            all.find(|found| &*found.name.local == wanted)
                .map(|found| found.value.to_string())
        };
        document.ids.extend(attribute("id"));
        if name == "a" {
            document.ids.extend(attribute("name"));
        }
        if let Some(style) = attribute("style") {
            document.styles.push_str(&style);
            document.styles.push('\n');
        }
        if let Some(link) = attribute("href") {
            match name {
                "a" | "area" => document.links.push(link),
                "base" => {}
                _ => document.loads.push(link),
            }
        }
        if name == "object" {
            document.loads.extend(attribute("data"));
        }
        document.loads.extend(attribute("poster"));
        if let Some(set) = attribute("srcset") {
            let addresses = set
                .split(',')
                .filter_map(|one| one.split_whitespace().next());
            document.loads.extend(addresses.map(str::to_owned));
        }
        // The frame that mdBook shows when there are no scripts is a page of its own.
        match (name, attribute("src")) {
            ("iframe", Some(source)) if !is_outside(&source) => document.links.push(source),
            (_, Some(source)) => document.loads.push(source),
            (_, None) => {}
        }
        let raw = match name {
            "script" => Some(ScriptData),
            "style" => Some(Rawtext),
            _ => None,
        };
        self.raw.set(raw);
        raw.map_or(TokenSinkResult::Continue, TokenSinkResult::RawData)
    }
}

impl TokenSink for Reader {
    type Handle = ();

    fn process_token(&self, token: Token, _: u64) -> TokenSinkResult<()> {
        match token {
            Token::TagToken(tag) => return self.tag(&tag),
            Token::CharacterTokens(text) => {
                let mut document = self.document.borrow_mut();
                match self.raw.get() {
                    None => document.text.push_str(&text),
                    Some(Rawtext) => document.styles.push_str(&text),
                    Some(_) => {}
                }
            }
            _ => {}
        }
        TokenSinkResult::Continue
    }
}
