//! What a page refers to, made into links where its text names it: sections of RFCs, pages
//! of the manual, and terms of the glossary, each with its definition beside it.
//!
//! One pass through the HTML that mdBook wrote. Code, headings, summaries and what is a link
//! already stay as they are; what stands in bold is defined there and needs no definition.
//!
//! - `RFC 9112, section 6.3` leads to that section, and so does a `section 9` that follows in
//!   the same paragraph, item or row.
//! - `socket(7)` leads to the manual, if `manuals.txt` beside the pages lists it.
//! - A term is linked once a page. A name with a capital in it stands as it is written; any
//!   other may begin with one where a sentence does. A plural is one in `s`, `es` or `ies`. An ordinary word is
//!   linked only in the chapters that its entry leads to: elsewhere, it may be one.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::fmt::Write as _;
use std::fs;
use std::ops::Range;
use std::path::Path;

use super::html::{command, escaped};

/// The page of the terms, in the built book.
const GLOSSARY: &str = "appendices/glossary.html";

/// The list of pages of the manual, beside the book's pages.
pub(crate) const MANUALS: &str = "manuals.txt";

/// What is left alone, with all that is in it. None of them has another of its kind within.
const LEFT: [&str; 17] = [
    "pre", "code", "a", "h1", "h2", "h3", "h4", "h5", "h6", "th", "summary", "button", "script",
    "style", "svg", "kbd", "figure",
];

/// What begins another thought, so that a section named there is of no RFC named before.
const BLOCKS: [&str; 8] = ["p", "li", "tr", "dt", "dd", "div", "details", "blockquote"];

/// How a document is called that has sections and is no RFC.
const DOCUMENTS: [&str; 6] = [
    "Standard",
    "POSIX",
    "PROTOCOL",
    "PEP",
    "Specification",
    "W3C",
];

/// Words that are linked wherever they stand, since they have no other sense in this book.
const TECHNICAL: [&str; 37] = [
    "acknowledgement",
    "amplification",
    "backlog",
    "backpressure",
    "checksum",
    "codec",
    "crawler",
    "datagram",
    "deadlock",
    "decoder",
    "delimiter",
    "hexdump",
    "idempotent",
    "introspection",
    "jitter",
    "loopback",
    "multicast",
    "nonce",
    "octet",
    "payload",
    "percentile",
    "pickle",
    "pipelining",
    "preflight",
    "reactor",
    "resolver",
    "retransmission",
    "semaphore",
    "seqpacket",
    "shard",
    "socket",
    "socketpair",
    "stampede",
    "subnegotiation",
    "subscriber",
    "hypermedia",
    "wildcard",
];

/// Phrases that are ordinary all the same.
const ORDINARY: [&str; 2] = ["at least once", "at most once"];

/// What looks like a term and is a name.
const NAMES: [&str; 1] = ["Windows"];

/// An entry of the glossary.
struct Term {
    id: String,
    /// As HTML, without links.
    definition: String,
    /// The folders of the chapters in which it is linked; everywhere if there are none.
    chapters: Vec<String>,
}

/// What pages refer to.
#[derive(Default)]
pub(crate) struct References {
    manuals: BTreeSet<String>,
    terms: Vec<Term>,
    /// By their first word, in small letters: the names, and which term each is of; the
    /// longest first.
    names: HashMap<String, Vec<(String, usize)>>,
    /// Whether a name begins so, by [`beginning`]: most words don't.
    beginnings: Vec<bool>,
}

impl References {
    /// Reads the list in `pages` and the glossary in `built`, the folder of the built book.
    /// A book may have neither.
    pub(crate) fn read(pages: &Path, built: &Path) -> References {
        let manuals = fs::read_to_string(pages.join(MANUALS)).unwrap_or_default();
        let glossary = fs::read_to_string(built.join(GLOSSARY)).unwrap_or_default();
        References::new(&manuals, &glossary)
    }

    fn new(manuals: &str, glossary: &str) -> References {
        let mut references = References {
            manuals: manuals.lines().map(str::to_owned).collect(),
            ..References::default()
        };
        for entry in glossary.split("<dt id=\"").skip(1) {
            references.add(entry);
        }
        for names in references.names.values_mut() {
            names.sort_by_key(|(name, _)| std::cmp::Reverse(name.len()));
        }
        references
    }

    /// Adds an entry, from within its `<dt id="` on; nothing where it is none.
    fn add(&mut self, entry: &str) -> Option<()> {
        let (id, rest) = entry.split_once("\">")?;
        let (head, rest) = rest.split_once("</dt>")?;
        let dd = rest.split_once("<dd>")?.1.split_once("</dd>")?.0;
        let head = super::table::text(head);
        let definition = definition(dd);
        // `key, of a cache` is a key elsewhere, and `hit, miss` are two words of everybody's.
        let names: Vec<&str> = head.split(", ").collect();
        let plain = names.len() == 1 || names.iter().all(|name| name.contains(' '));
        if definition.is_empty() || !plain || names.iter().any(|name| name.starts_with("of ")) {
            return None;
        }
        let chapters = if names.iter().all(|name| is_ordinary(name)) {
            dd.split("href=\"../")
                .skip(1)
                .filter_map(|link| Some(link.split_once('/')?.0.to_owned()))
                .collect()
        } else {
            Vec::new()
        };
        let at = self.terms.len();
        self.terms.push(Term {
            id: id.to_owned(),
            definition,
            chapters,
        });
        for name in names {
            let first = &name[..word_end(name, 0)];
            self.beginnings.resize(1 << 10, false);
            self.beginnings[beginning(first)] = true;
            let known = self.names.entry(first.to_lowercase()).or_default();
            known.push((name.to_owned(), at));
        }
        Some(())
    }

    /// The page `name` with its links; the page that has all of them has no definitions, nor
    /// has the glossary.
    pub(crate) fn link(&self, page: &str, name: &str) -> String {
        let Some((head, rest)) = page.split_once("<main>") else {
            return page.to_owned();
        };
        let Some((main, tail)) = rest.split_once("</main>") else {
            return page.to_owned();
        };
        let mut out = String::with_capacity(page.len() + page.len() / 4);
        out.push_str(head);
        out.push_str("<main>");
        let defines = name != GLOSSARY && name != "print.html";
        let mut linker = Linker {
            references: self,
            chapter: name.split_once('/').map_or("", |(folder, _)| folder),
            to_root: "../".repeat(name.matches('/').count()),
            defines,
            rfcs: vec![None],
            in_row: false,
            folded: 0,
            defined: HashSet::new(),
            out: &mut out,
        };
        walk(main, &mut |part| linker.put(part));
        out.push_str("</main>");
        out.push_str(tail);
        out
    }
}

/// Whether a name is one that people use every day, in another sense.
fn is_ordinary(name: &str) -> bool {
    let single = name.bytes().all(|octet| octet.is_ascii_lowercase());
    single && !TECHNICAL.contains(&name) || ORDINARY.contains(&name)
}

/// The pages of the manual that the text of a finished page names without a link.
pub(crate) fn unlisted_manuals(page: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let main = page.split_once("<main>").map_or("", |(_, main)| main);
    let main = main.split("</main>").next().unwrap_or_default();
    walk(main, &mut |part| {
        if let Part::Text(text) = part {
            let starts = (0..text.len()).filter(|at| begins_word(text, *at));
            found.extend(starts.filter_map(|at| Some(&text[at..manual_end(text, at)?])));
        }
    });
    found
}

/// The address of a page of the manual: `socket(7)`.
pub(crate) fn manual_address(name: &str) -> Option<String> {
    let (title, section) = name.strip_suffix(')')?.split_once('(')?;
    Some(format!(
        "https://man7.org/linux/man-pages/man{section}/{title}.{section}.html"
    ))
}

/// A piece of HTML.
enum Part<'a> {
    /// Text in which names are looked for.
    Text(&'a str),
    /// A term where it is defined.
    Bold(&'a str),
    /// The beginning of another block.
    Block(&'a str),
    /// What stays as it is.
    Other(&'a str),
}

/// Hands out the pieces of `html`, which together are all of it.
fn walk<'a>(html: &'a str, found: &mut dyn FnMut(Part<'a>)) {
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        if at > 0 {
            found(Part::Text(&rest[..at]));
        }
        rest = &rest[at..];
        let name_end = rest[1..].find([' ', '>', '\n', '/']).unwrap_or(0) + 1;
        let name = &rest[1..name_end];
        let end = if name.starts_with("!--") {
            rest.find("-->").map(|at| at + 3)
        } else if LEFT.contains(&name) || name == "strong" {
            let close = format!("</{name}>");
            rest.find(&close).map(|at| at + close.len())
        } else {
            rest.find('>').map(|at| at + 1)
        };
        let (tag, after) = rest.split_at(end.unwrap_or(rest.len()));
        found(match name {
            "strong" => Part::Bold(tag),
            name if BLOCKS.contains(&name) => Part::Block(tag),
            _ => Part::Other(tag),
        });
        rest = after;
    }
    if !rest.is_empty() {
        found(Part::Text(rest));
    }
}

/// Writes a page with its links.
struct Linker<'a> {
    references: &'a References,
    chapter: &'a str,
    to_root: String,
    defines: bool,
    /// The RFC that was named last in this block, below those that were when parentheses
    /// opened: what stands in them is said by the way.
    rfcs: Vec<Option<&'a str>>,
    /// Whether this is a row of a table.
    in_row: bool,
    /// How many things that are folded this is in.
    folded: usize,
    /// The terms that the page has had.
    defined: HashSet<usize>,
    out: &'a mut String,
}

impl<'a> Linker<'a> {
    fn put(&mut self, part: Part<'a>) {
        match part {
            Part::Text(text) => self.text(text),
            Part::Bold(tag) => {
                let bold = super::table::text(tag);
                // A term and nothing else, or it is a sentence.
                if let Some((end, term)) = self.term(&bold, 0)
                    && end == bold.len()
                {
                    self.defined.insert(term);
                }
                self.out.push_str(tag);
            }
            Part::Block(tag) => {
                self.rfcs = vec![None];
                self.in_row = tag.starts_with("<tr");
                self.folded += usize::from(tag.starts_with("<details"));
                self.out.push_str(tag);
            }
            Part::Other(tag) => {
                self.folded -= usize::from(tag == "</details>").min(self.folded);
                if tag.starts_with("<code>") {
                    self.out.push_str(&command(tag));
                } else {
                    self.out.push_str(tag);
                }
            }
        }
    }

    fn text(&mut self, text: &'a str) {
        let (mut done, mut at) = (0, 0);
        while let Some(start) = (at..text.len()).find(|at| begins_word(text, *at)) {
            self.parentheses(&text[at..start]);
            at = word_end(text, start);
            // A row is of the RFC that it names first, whatever that is called.
            if !self.in_row && DOCUMENTS.contains(&&text[start..at]) {
                self.cite(None);
            }
            if let Some((range, address)) = self.outside(text, start) {
                self.out.push_str(&text[done..range.start]);
                let named = &text[range.clone()];
                let _ = write!(self.out, "<a href=\"{}\">{named}</a>", escaped(&address));
                (done, at) = (range.end, range.end);
            } else if self.defines
                && self.folded == 0
                && let Some((end, term)) = self.term(text, start)
                && self.defined.insert(term)
            {
                self.out.push_str(&text[done..start]);
                let references = self.references;
                let Term { id, definition, .. } = &references.terms[term];
                let _ = write!(
                    self.out,
                    "<span class=\"term\"><a href=\"{}{GLOSSARY}#{id}\" \
                     aria-describedby=\"definition-{id}\">{}</a><span class=\"definition\" \
                     id=\"definition-{id}\" role=\"tooltip\" hidden>{definition}</span></span>",
                    self.to_root,
                    &text[start..end]
                );
                (done, at) = (end, end);
            }
        }
        self.parentheses(&text[at..]);
        self.out.push_str(&text[done..]);
    }

    /// Takes note of the RFC that is named, or that another document is.
    fn cite(&mut self, rfc: Option<&'a str>) {
        if let Some(last) = self.rfcs.last_mut() {
            *last = rfc;
        }
    }

    fn parentheses(&mut self, between: &str) {
        for octet in between.bytes() {
            match octet {
                b'(' => self.rfcs.push(self.rfcs.last().copied().flatten()),
                b')' if self.rfcs.len() > 1 => drop(self.rfcs.pop()),
                _ => {}
            }
        }
    }

    /// What begins at `start` and leads out of the book: a section, or a manual.
    fn outside(&mut self, text: &'a str, start: usize) -> Option<(Range<usize>, String)> {
        let rest = &text[start..];
        if let Some(end) = manual_end(text, start) {
            let name = &text[start..end];
            let known = self.references.manuals.contains(name);
            return known.then_some((start..end, manual_address(name)?));
        }
        if let Some(after) = rest.strip_prefix("RFC").and_then(blank) {
            let number = leading(after, |c| c.is_ascii_digit());
            if number.is_empty() {
                return None;
            }
            self.cite(Some(number));
            let mut behind = &after[number.len()..];
            let end = text.len() - behind.len();
            for old in ["(obsolete)", "(historic)"] {
                let marked = blank(behind).and_then(|behind| behind.strip_prefix(old));
                behind = marked.unwrap_or(behind);
            }
            behind = behind.strip_prefix([',', ':']).unwrap_or(behind);
            let section = blank(behind).and_then(|behind| section(behind));
            return Some(match section {
                Some((behind, fragment)) => (
                    start..text.len() - behind.len(),
                    format!("{}#{fragment}", rfc_address(number)),
                ),
                None => (start..end, rfc_address(number)),
            });
        }
        let rfc = self.rfcs.last().copied().flatten()?;
        if let Some((behind, fragment)) = section(rest) {
            let address = format!("{}#{fragment}", rfc_address(rfc));
            return Some((start..text.len() - behind.len(), address));
        }
        // One of several: `sections 3.1, 4.2 and 4.3.2`.
        let (number, _) = section_number(rest)?;
        let mut before = text[..start].trim_end();
        while let Some(shorter) = before
            .strip_suffix("and")
            .or_else(|| before.strip_suffix(','))
            .or_else(|| before.strip_suffix("to"))
            .map(str::trim_end)
            .or_else(|| {
                let bare = before.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.');
                (bare.len() < before.len() && bare.ends_with([' ', '\n'])).then(|| bare.trim_end())
            })
        {
            before = shorter;
        }
        before.ends_with("sections").then(|| {
            let address = format!("{}#section-{number}", rfc_address(rfc));
            (start..start + number.len(), address)
        })
    }

    /// The term whose name begins at `start`, and where that ends.
    fn term(&self, text: &str, start: usize) -> Option<(usize, usize)> {
        let first = &text[start..word_end(text, start)];
        if self.references.beginnings.get(beginning(first)) != Some(&true) {
            return None;
        }
        let first = first.to_lowercase();
        let mut singles = vec![first.as_str()];
        singles.extend(first.strip_suffix('s'));
        singles.extend(first.strip_suffix("es"));
        let of_ies = first.strip_suffix("ies").map(|stem| format!("{stem}y"));
        singles.extend(of_ies.as_deref());
        let names = singles
            .into_iter()
            .filter_map(|first| self.references.names.get(first));
        let found = names.flatten().filter_map(|(name, term)| {
            let end = start + name_len(&text[start..], name)?;
            let named = &text[start..end];
            // A capital that no sentence begins with begins a name: `Cross Site Scripting`.
            let before = text[..start].trim_end();
            let begins = before.is_empty() || before.ends_with(['.', '?', '!', ':']);
            if NAMES.contains(&named) || !begins && !named.starts_with(&name[..1]) {
                return None;
            }
            let chapters = &self.references.terms[*term].chapters;
            let here = chapters.is_empty() || chapters.iter().any(|name| name == self.chapter);
            here.then_some((end, *term))
        });
        found.max_by_key(|(end, _)| *end)
    }
}

/// A number for the first two letters of a word, small or not.
fn beginning(word: &str) -> usize {
    let letters = word.bytes().take(2);
    letters.fold(0, |number, letter| number << 5 | usize::from(letter & 31))
}

/// How long the name at the beginning of `text` is, its plural too; nothing if it is another.
fn name_len(text: &str, name: &str) -> Option<usize> {
    let exact = name.chars().any(char::is_uppercase);
    let mut rest = text.chars();
    for (at, expected) in name.chars().enumerate() {
        let before = rest.clone();
        let found = rest.next();
        let same = found.is_some_and(|found| match expected {
            ' ' => found.is_ascii_whitespace(),
            expected if at == 0 && !exact => found.to_lowercase().eq([expected]),
            expected => found == expected,
        });
        if !same {
            // `capability` may be `capabilities`.
            let whole = at + 1 == name.chars().count() && expected == 'y';
            let plural = before.as_str().strip_prefix("ies").filter(|_| whole)?;
            return ends_word(plural).then_some(text.len() - plural.len());
        }
    }
    let rest = rest.as_str();
    let es = ["ss", "x", "ch", "sh"]
        .iter()
        .any(|end| name.ends_with(end));
    let plural = rest.strip_prefix(if es { "es" } else { "s" });
    let rest = plural.filter(|rest| ends_word(rest)).unwrap_or(rest);
    ends_word(rest).then_some(text.len() - rest.len())
}

/// Whether a word begins at `at`, and none that goes on from before.
fn begins_word(text: &str, at: usize) -> bool {
    let octets = text.as_bytes();
    let before = at.checked_sub(1).map(|at| octets[at]);
    octets[at].is_ascii_alphanumeric()
        && !before.is_some_and(|before| {
            before.is_ascii_alphanumeric()
                || matches!(before, b'_' | b'-' | b'.' | b'&' | b'#' | b'/')
        })
}

/// Where the letters and digits at `start` end.
fn word_end(text: &str, start: usize) -> usize {
    start + leading(&text[start..], |c| c.is_ascii_alphanumeric()).len()
}

/// Whether no word goes on with `rest`.
fn ends_word(rest: &str) -> bool {
    let mut next = rest.chars();
    let part = |c: char| c.is_alphanumeric() || c == '_';
    match next.next() {
        Some('-' | '/') => !next.next().is_some_and(part),
        first => !first.is_some_and(part),
    }
}

/// Where the page of the manual ends that is named at `start`: `tc-netem(8)`.
fn manual_end(text: &str, start: usize) -> Option<usize> {
    let rest = &text[start..];
    let part = |c: &u8| c.is_ascii_alphanumeric() || matches!(c, b'_' | b'-' | b'.' | b'+');
    let name = &rest[..rest.bytes().take_while(|c| part(c)).count()];
    let section = rest[name.len()..].strip_prefix('(')?;
    let behind = section.strip_prefix(|c: char| ('1'..='8').contains(&c))?;
    let behind = behind.strip_prefix(')')?;
    name.bytes()
        .any(|c| c.is_ascii_lowercase())
        .then_some(text.len() - behind.len())
}

fn rfc_address(number: &str) -> String {
    format!("https://www.rfc-editor.org/rfc/rfc{number}")
}

/// The rest of `text` behind a space or the end of a line.
fn blank(text: &str) -> Option<&str> {
    text.strip_prefix([' ', '\n', '\u{a0}'])
}

/// A section or an appendix at the beginning of `text`: what stands behind it, and the name
/// of its place.
fn section(text: &str) -> Option<(&str, String)> {
    let names = [
        ("section", "section"),
        ("Section", "section"),
        ("appendix", "appendix"),
        ("Appendix", "appendix"),
    ];
    let (after, kind) = names
        .iter()
        .find_map(|(name, kind)| Some((text.strip_prefix(name)?, kind)))?;
    let (number, behind) = section_number(blank(after)?)?;
    Some((behind, format!("{kind}-{number}")))
}

/// A number such as `6.3` or `A.1` at the beginning of `text`, and what stands behind it.
fn section_number(text: &str) -> Option<(&str, &str)> {
    let number = leading(text, |c| {
        c.is_ascii_digit() || c.is_ascii_uppercase() || c == '.'
    });
    let number = number.trim_end_matches('.');
    let first = number.split('.').next()?;
    let letter = first.len() == 1 || first.bytes().all(|c| c.is_ascii_digit());
    let digits = number
        .split('.')
        .skip(1)
        .all(|part| part.bytes().all(|c| c.is_ascii_digit()));
    let behind = &text[number.len()..];
    (!first.is_empty() && letter && digits && ends_word(behind)).then_some((number, behind))
}

/// The characters at the beginning of `text` that are of a kind.
fn leading(text: &str, of_kind: impl Fn(char) -> bool) -> &str {
    let end = text.find(|c| !of_kind(c)).unwrap_or(text.len());
    &text[..end]
}

/// What an entry says, without its links to pages.
fn definition(dd: &str) -> String {
    let dd = dd.split_whitespace().collect::<Vec<_>>().join(" ");
    let dd = dd.replace("<p>", "").replace("</p>", " ");
    let dd = dd.split("See <a").next().unwrap_or_default();
    let mut out = String::new();
    let mut pieces = dd.split("<a ");
    out.push_str(pieces.next().unwrap_or_default());
    for piece in pieces {
        let (_, rest) = piece.split_once('>').unwrap_or(("", piece));
        let (text, rest) = rest.split_once("</a>").unwrap_or((rest, ""));
        match rest.strip_prefix(')') {
            // A link alone in parentheses.
            Some(rest) if out.ends_with(" (") => {
                out.truncate(out.len() - " (".len());
                out.push_str(rest);
            }
            _ => {
                out.push_str(text);
                out.push_str(rest);
            }
        }
    }
    out.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    const ENTRIES: &str = "<dl>\n\
        <dt id=\"stream\"><a class=\"header\" href=\"#stream\">stream</a></dt>\n\
        <dd>Octets in <em>order</em> (<a href=\"../03-tcp/a.html\">TCP</a>), of <a href=\"x\">all</a>. \
        See <a href=\"../03-tcp/a.html\">a</a>.</dd>\n\
        <dt id=\"octet\"><a>octet</a></dt>\n<dd>Eight bits. See <a href=\"../01-a/a.html\">a</a>.</dd>\n\
        <dt id=\"window\"><a>window</a></dt>\n<dd>Room. See <a href=\"../03-tcp/a.html\">a</a>.</dd>\n\
        <dt id=\"capability\"><a>capability</a></dt>\n<dd>A right. See <a href=\"../03-tcp/a.html\">a</a>.</dd>\n\
        <dt id=\"address\"><a>address</a></dt>\n<dd>A place. See <a href=\"../03-tcp/a.html\">a</a>.</dd>\n\
        <dt id=\"tls\"><a>TLS</a></dt>\n<dd>Secrets.</dd>\n\
        <dt id=\"close\"><a>active close</a></dt>\n<dd>First.</dd>\n\
        <dt id=\"keys\"><a>private key, public key</a></dt>\n<dd>Two.</dd>\n\
        <dt id=\"key\"><a>key, of a cache</a></dt>\n<dd>A name.</dd>\n\
        <dt id=\"hit\"><a>hit, miss</a></dt>\n<dd>There or not.</dd>\n\
        <dt id=\"empty\"><a>nothing much</a></dt>\n<dd>See <a href=\"../03-tcp/a.html\">a</a>.</dd>\n</dl>";

    fn references() -> References {
        References::new("socket(7)\ntc-netem(8)\n", ENTRIES)
    }

    /// What `main` becomes on a page of chapter 3, each link as `[name](address)` with the
    /// addresses of the glossary and of RFCs shortened, and without definitions.
    fn linked(main: &str) -> String {
        shortened(&references().link(&format!("<main>{main}</main>"), "03-tcp/a.html"))
    }

    fn shortened(page: &str) -> String {
        let main = page
            .strip_prefix("<main>")
            .unwrap()
            .strip_suffix("</main>")
            .unwrap();
        let mut out = String::new();
        for piece in main.split("<span class=\"term\">") {
            let (link, rest) = piece
                .split_once("<span class=\"definition\"")
                .unwrap_or((piece, ""));
            let rest = rest
                .split_once("</span></span>")
                .map_or("", |(_, rest)| rest);
            out.push_str(link);
            out.push_str(rest);
        }
        let out = out
            .replace("https://www.rfc-editor.org/rfc/", "")
            .replace("../appendices/glossary.html", "");
        let mut pieces = out.split("<a href=\"");
        let mut short = pieces.next().unwrap().to_owned();
        for piece in pieces {
            let (address, rest) = piece.split_once('"').unwrap();
            let (name, rest) = rest.split_once('>').unwrap().1.split_once("</a>").unwrap();
            short.push_str(&format!("[{name}]({address}){rest}"));
        }
        short
    }

    #[test]
    fn a_section_leads_to_its_rfc() {
        for (text, expected) in [
            (
                "RFC 9112, section 6.3.",
                "[RFC 9112, section 6.3](rfc9112#section-6.3).",
            ),
            ("(RFC\n9293)", "([RFC\n9293](rfc9293))"),
            (
                "RFC 5246 (obsolete), section 7.3",
                "[RFC 5246 (obsolete), section 7.3](rfc5246#section-7.3)",
            ),
            (
                "RFC 791, appendix B: all",
                "[RFC 791, appendix B](rfc791#appendix-B): all",
            ),
            (
                "RFC 1034, sections 3.1, 4.2 and 4.3.2: 7 names",
                "[RFC 1034](rfc1034), sections [3.1](rfc1034#section-3.1), [4.2](rfc1034#section-4.2) and \
                 [4.3.2](rfc1034#section-4.3.2): 7 names",
            ),
            (
                "RFC 9110 is <em>it</em>. Its section 9, appendix A.1",
                "[RFC 9110](rfc9110) is <em>it</em>. Its [section 9](rfc9110#section-9), \
                 [appendix A.1](rfc9110#appendix-A.1)",
            ),
            // What stands in parentheses is said by the way.
            (
                "RFC 1 (once RFC 2, or section 3) has section 4",
                "[RFC 1](rfc1) (once [RFC 2](rfc2), or [section 3](rfc2#section-3)) has \
                 [section 4](rfc1#section-4)",
            ),
            // Of no RFC, or of another document.
            ("section 6 of this page", "section 6 of this page"),
            (
                "RFC 1; the HTML Standard, section 2",
                "[RFC 1](rfc1); the HTML Standard, section 2",
            ),
            (
                "<p>RFC 1</p><p>section 2</p>",
                "<p>[RFC 1](rfc1)</p><p>section 2</p>",
            ),
            (
                "<tr><td>RFC 1</td><td>A Standard</td><td>section 2</td></tr>",
                "<tr><td>[RFC 1](rfc1)</td><td>A Standard</td><td>[section 2](rfc1#section-2)</td></tr>",
            ),
            (
                "RFCs, XRFC 1, RFC one, section x",
                "RFCs, XRFC 1, RFC one, section x",
            ),
        ] {
            assert_eq!(linked(text), expected);
        }
    }

    #[test]
    fn a_page_of_the_manual_that_is_listed_is_a_link() {
        let page = "see socket(7), tc-netem(8), socket(2), f(1), f(9) and <code>pipe(2)</code>";
        let expected = "see [socket(7)](https://man7.org/linux/man-pages/man7/socket.7.html), \
            [tc-netem(8)](https://man7.org/linux/man-pages/man8/tc-netem.8.html), socket(2), f(1), f(9) and \
            <code>pipe(2)</code>";
        assert_eq!(linked(page), expected);
        let page = references().link(&format!("<main>{page}</main>"), "03-tcp/a.html");
        assert_eq!(unlisted_manuals(&page), ["socket(2)", "f(1)"]);
    }

    #[test]
    fn a_term_has_its_definition_beside_it() {
        let page = references().link("<main>A stream.</main>", "03-tcp/a.html");
        assert_eq!(
            page,
            "<main>A <span class=\"term\"><a href=\"../appendices/glossary.html#stream\" \
             aria-describedby=\"definition-stream\">stream</a><span class=\"definition\" \
             id=\"definition-stream\" role=\"tooltip\" hidden>Octets in <em>order</em>, of all.</span>\
             </span>.</main>"
        );
    }

    #[test]
    fn a_term_is_linked_where_it_is_one() {
        for (text, expected) in [
            // Once, whatever its form; a capital where a sentence begins.
            ("stream, stream", "[stream](#stream), stream"),
            (
                "Streams flow. A stream",
                "[Streams](#stream) flow. A stream",
            ),
            ("of it. Stream: a", "of it. [Stream](#stream): a"),
            ("two\naddresses", "two\n[addresses](#address)"),
            ("capabilities", "[capabilities](#capability)"),
            ("the\nactive\ncloses", "the\n[active\ncloses](#close)"),
            (
                "a public key and a private key",
                "a [public key](#keys) and a private key",
            ),
            (
                "the stream’s end (TLS)",
                "the [stream](#stream)’s end ([TLS](#tls))",
            ),
            // Part of another word, of a name, or in other letters.
            (
                "streaming upstream stream-like up-stream tls TLSv",
                "streaming upstream stream-like up-stream tls TLSv",
            ),
            (
                "The Big Stream on Windows. Windows",
                "The Big Stream on Windows. Windows",
            ),
            // Not what an entry says of one thing alone, nor an everyday word.
            (
                "a key, a hit, a miss, nothing much",
                "a key, a hit, a miss, nothing much",
            ),
            // In bold it is defined, and later known.
            (
                "a <strong>stream</strong>, stream",
                "a <strong>stream</strong>, stream",
            ),
            (
                "<strong>No stream here.</strong> stream",
                "<strong>No stream here.</strong> [stream](#stream)",
            ),
            // Not in an answer that is folded, but after it.
            (
                "<details><p>stream</p></details> stream",
                "<details><p>stream</p></details> [stream](#stream)",
            ),
        ] {
            assert_eq!(linked(text), expected);
        }
        // Not where it is code, a link or a name already.
        for left in LEFT {
            let text = format!("<{left} class=\"x\">a stream, RFC 1 and socket(7)</{left}>");
            let page = format!("<main>{text}</main>");
            assert_eq!(references().link(&page, "03-tcp/a.html"), page);
        }
    }

    #[test]
    fn an_everyday_word_is_a_term_in_its_own_chapter() {
        let page = "<main>stream octet TLS</main>";
        let link = |name: &str| shortened(&references().link(page, name));
        assert_eq!(link("04-b/a.html"), "stream [octet](#octet) [TLS](#tls)");
        assert_eq!(
            link("03-tcp/b.html"),
            "[stream](#stream) [octet](#octet) [TLS](#tls)"
        );
        for defines_none in [GLOSSARY, "print.html"] {
            assert_eq!(link(defines_none), "stream octet TLS");
        }
        let root = references().link("<main>octet</main>", "index.html");
        assert!(
            root.contains("<a href=\"appendices/glossary.html#octet\""),
            "{root}"
        );
        // Without a glossary there are none.
        assert_eq!(References::default().link(page, "03-tcp/a.html"), page);
    }

    #[test]
    fn the_words_of_the_lists_are_in_the_glossary() {
        let glossary =
            Path::new(env!("CARGO_MANIFEST_DIR")).join("../../book/appendices/glossary.md");
        let glossary = fs::read_to_string(glossary).unwrap();
        let entries: Vec<&str> = glossary.lines().collect();
        for word in TECHNICAL.iter().chain(&ORDINARY) {
            assert!(entries.contains(word), "{word}");
        }
    }
}
