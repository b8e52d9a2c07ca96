//! Every RFC that is cited, on a page, in a scene or in code, is in the table of
//! them, with its status, and what is obsolete is said to be so wherever it is cited.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use anyhow::Context as _;
use regex_lite::Regex;
use toml::Table;

use super::page::Passage;
use super::workspace::Workspace;
use super::{Problems, find};
use crate::files::{below, slashed};

/// The table, under the book's source folder.
const TABLE: &str = "rfcs.toml";

/// The page that lists them for readers, chapter by chapter.
const LIST: &str = "appendices/rfcs.md";

/// What the status of an RFC may be.
const STATUSES: [&str; 5] = [
    "standards track",
    "best current practice",
    "informational",
    "experimental",
    "historic",
];

/// How soon behind its number an obsolete RFC has to be called so, in characters.
const SOON: usize = 20;

/// An RFC of the table.
struct Rfc {
    title: String,
    /// Whether another has taken its place, or it is historic.
    is_old: bool,
}

/// Checks all pages, and what stands in the chapters' folders, against the table.
pub(crate) fn check(root: &Path, workspace: &Workspace, problems: &mut Problems) {
    let file = format!("{}/{TABLE}", workspace.source.display());
    let table = match read(&root.join(&file)) {
        Ok(table) => table,
        Err(error) => return problems.add(file, 1, format!("{error:#}")),
    };
    let mut cited: BTreeMap<u32, BTreeSet<u32>> = BTreeMap::new();
    let mut check = |file: &str, passages: &[Passage], chapter: Option<u32>| {
        for passage in passages {
            for (at, number) in citations(&passage.text) {
                if let Some(chapter) = chapter {
                    cited.entry(chapter).or_default().insert(number);
                }
                let what = match table.get(&number) {
                    None => format!("RFC {number} is not in {TABLE}"),
                    Some(rfc) if rfc.is_old && !is_called_old(&passage.text[at..]) => {
                        format!("RFC {number} is obsolete: say so, as in `RFC {number} (obsolete)`")
                    }
                    Some(_) => continue,
                };
                problems.add(file, passage.line(at), what);
            }
        }
    };
    for page in &workspace.pages {
        check(&page.file, &page.passages, chapter_of(&page.path));
    }
    // A book without code has no such folder.
    for file in below(&root.join("chapters")).unwrap_or_default() {
        let path = slashed(&file, root);
        let read = match path.rsplit_once('.').map(|(_, ending)| ending) {
            Some("rs") => code,
            Some("console" | "md") => lines,
            _ => continue,
        };
        let text = fs::read_to_string(&file).unwrap_or_default();
        let chapter = path.strip_prefix("chapters/").and_then(chapter_of);
        check(&path, &read(&text), chapter);
    }
    check_list(workspace, &table, &cited, problems);
}

/// The list for readers has the titles of the table, and what each chapter cites.
fn check_list(
    workspace: &Workspace,
    table: &BTreeMap<u32, Rfc>,
    cited: &BTreeMap<u32, BTreeSet<u32>>,
    problems: &mut Problems,
) {
    let (Some(list), Ok(heading), Ok(row)) = (
        find(workspace, LIST),
        Regex::new(r"^## Chapter (\d+)"),
        Regex::new(r"^\| RFC (\d+)[^|]*\| ([^|]*?) *\|"),
    ) else {
        return;
    };
    let mut chapter = 0;
    let mut missing = cited.clone();
    for (at, line) in list.text.lines().enumerate() {
        let at = at + 1;
        if let Some(number) = heading.captures(line).and_then(|it| it[1].parse().ok()) {
            chapter = number;
        }
        let Some(found) = row.captures(line) else {
            continue;
        };
        let Ok(number) = found[1].parse() else {
            continue;
        };
        if !missing.entry(chapter).or_default().remove(&number) {
            let what = format!("RFC {number} is cited nowhere in chapter {chapter}");
            problems.add(&list.file, at, what);
        }
        if let Some(rfc) = table.get(&number)
            && rfc.title != found[2]
        {
            let what = format!("the title of RFC {number} in {TABLE} is {:?}", rfc.title);
            problems.add(&list.file, at, what);
        }
    }
    for (chapter, numbers) in missing {
        for number in numbers.iter().filter(|number| table.contains_key(number)) {
            let what = format!("RFC {number} is cited in chapter {chapter}, and not listed there");
            problems.add(&list.file, 1, what);
        }
    }
}

/// Reads the table; a book that cites none needs none.
fn read(file: &Path) -> anyhow::Result<BTreeMap<u32, Rfc>> {
    let text = match fs::read_to_string(file) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(BTreeMap::new()),
        text => text.context("read it")?,
    };
    let table: Table = text.parse()?;
    let rfcs = table.get("rfc").and_then(|rfcs| rfcs.as_table());
    let rfcs = rfcs.context("no table [rfc]")?.iter();
    rfcs.map(|(number, rfc)| {
        let of = || format!("RFC {number}");
        let text = |key: &str| rfc.get(key).and_then(|value| value.as_str());
        let status = text("status").unwrap_or_default();
        anyhow::ensure!(
            STATUSES.contains(&status),
            "{}: its status is one of {STATUSES:?}",
            of()
        );
        let title = text("title").with_context(|| format!("{}: no title", of()))?;
        text("date").with_context(|| format!("{}: no date", of()))?;
        let rfc = Rfc {
            title: title.to_owned(),
            is_old: status == "historic" || rfc.get("obsoleted-by").is_some(),
        };
        Ok((number.parse().with_context(of)?, rfc))
    })
    .collect()
}

/// The chapter that a path begins with: 5 of `05-framing/index.md`.
fn chapter_of(path: &str) -> Option<u32> {
    path.split_once('-')?.0.parse().ok()
}

/// A text, line by line.
fn lines(text: &str) -> Vec<Passage> {
    let lines = text.lines().enumerate();
    lines
        .map(|(at, line)| {
            let mut passage = Passage::default();
            passage.push(at + 1, line);
            passage
        })
        .collect()
}

/// Rust code: each line in one piece, but a run of lines of comments in one.
fn code(text: &str) -> Vec<Passage> {
    let mut passages: Vec<Passage> = Vec::new();
    let mut goes_on = false;
    for (at, line) in text.lines().enumerate() {
        let comment = line.trim_start().strip_prefix("//");
        let is_new = comment.is_none() || !goes_on;
        goes_on = comment.is_some();
        if is_new {
            passages.push(Passage::default());
        }
        if let Some(passage) = passages.last_mut() {
            let text = comment.map_or(line, |text| text.trim_start_matches(['/', '!']).trim());
            passage.push(at + 1, text);
            passage.push(at + 1, " ");
        }
    }
    passages
}

/// The RFCs that a text cites: where the number ends, and which it is.
fn citations(text: &str) -> Vec<(usize, u32)> {
    text.match_indices("RFC")
        .filter_map(|(at, _)| {
            let rest = text[at + 3..].trim_start_matches([' ', '\u{a0}']);
            let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
            let number = rest[..digits].parse().ok()?;
            Some((text.len() - rest.len() + digits, number))
        })
        .collect()
}

/// Whether what stands behind a number soon says that the RFC is old.
fn is_called_old(rest: &str) -> bool {
    let soon: String = rest.chars().take(SOON).collect();
    soon.contains("obsolete") || soon.contains("historic")
}
