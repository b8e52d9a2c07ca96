//! What a page includes: the file is there, and so are its anchors.

use std::fs;
use std::path::Path;

use regex_lite::Regex;

use super::Problems;
use super::page::{Block, Lines, Page};
use super::workspace::Workspace;
use crate::files::normal;
use crate::page::source::mark;

/// An include of a page.
#[derive(Debug)]
pub(crate) struct Include {
    /// The file, from the root of the workspace.
    pub(crate) file: String,
    /// What of it: an anchor, or lines; the whole file if empty.
    pub(crate) part: String,
}

/// The includes of a page that are written as mdBook expects them.
pub(crate) fn of(workspace: &Workspace, page: &Page) -> Vec<Include> {
    let mut includes = Vec::new();
    directives(page, &mut |_, kind, rest| {
        if kind == "include" || kind == "rustdoc_include" {
            includes.push(include(workspace, page, rest));
        }
    });
    includes
}

fn include(workspace: &Workspace, page: &Page, rest: &str) -> Include {
    let (path, part) = rest.split_once(':').unwrap_or((rest, ""));
    let source = workspace.source.to_string_lossy();
    Include {
        file: normal(&format!("{source}/{}/{path}", page.folder())),
        part: part.to_owned(),
    }
}

/// Calls `found` with line, kind and argument of each `{{#kind argument}}`;
/// returns the lines of those that mdBook doesn't read as one.
fn directives(page: &Page, found: &mut dyn FnMut(usize, &str, &str)) -> Vec<usize> {
    // What mdBook itself looks for.
    let (Ok(directive), Ok(opening)) = (
        Regex::new(r"\\?\{\{\s*#([a-zA-Z0-9_]+)\s+([^}]+)\}\}"),
        Regex::new(r"\\?\{\{\s*#"),
    ) else {
        return Vec::new();
    };
    let lines = Lines::of(&page.text);
    let mut read = Vec::new();
    for captures in directive.captures_iter(&page.text) {
        let Some(whole) = captures.get(0) else {
            continue;
        };
        read.push(whole.start());
        if !whole.as_str().starts_with('\\') {
            let argument = captures[2].split_whitespace().next().unwrap_or_default();
            found(lines.number(whole.start()), &captures[1], argument);
        }
    }
    opening
        .find_iter(&page.text)
        .filter(|opening| !opening.as_str().starts_with('\\') && !read.contains(&opening.start()))
        .map(|opening| lines.number(opening.start()))
        .collect()
}

/// Checks every include of the page.
pub(crate) fn check(root: &Path, workspace: &Workspace, page: &Page, problems: &mut Problems) {
    let mut check_one = |line: usize, kind: &str, rest: &str| match kind {
        "include" => {
            let include = include(workspace, page, rest);
            match shown(root, &include) {
                Err(what) => problems.add(&page.file, line, what),
                Ok(shown) => {
                    if !is_folded(page, line)
                        && let Some(stub) = stub_of(&include.file)
                        && !has_all(&root.join(stub), &shown)
                    {
                        let what = "a solution stands open: fold it in `<details>`, or show \
                                    what the exercise itself gives";
                        problems.add(&page.file, line, what);
                    }
                    if is_measured(root, &include.file) {
                        check_measured(page, line, problems);
                    }
                }
            }
        }
        "title" => {}
        "rustdoc_include" => problems.add(
            &page.file,
            line,
            "`rustdoc_include` hides lines of a listing: use `include`",
        ),
        "playground" | "playpen" => problems.add(
            &page.file,
            line,
            "the playground is off: no code leaves the reader's machine; use `include`",
        ),
        other => problems.add(
            &page.file,
            line,
            format!("`#{other}` is nothing that mdBook knows"),
        ),
    };
    let unread = directives(page, &mut check_one);
    for line in unread {
        problems.add(&page.file, line, "an include that mdBook can't read");
    }
}

/// Whether the line stands within `<details>`.
fn is_folded(page: &Page, line: usize) -> bool {
    let before = page.text.lines().take(line - 1);
    let count = |tag| before.clone().filter(|line| line.contains(tag)).count();
    count("<details") > count("</details")
}

/// Whether `just measure` writes the file: then its plan is beside it.
fn is_measured(root: &Path, file: &str) -> bool {
    file.ends_with(".md") && root.join(file).with_extension("plan").is_file()
}

/// A measured table, included on `line`, is a table, and its result stands in bold above it.
fn check_measured(page: &Page, line: usize, problems: &mut Problems) {
    let end = |block: &Block| block.line + block.body.lines().count();
    let mut blocks = page.blocks.iter();
    if blocks.any(|block| (block.line..=end(block)).contains(&line)) {
        let what = "a measured table in a fence: it is Markdown, include it without one";
        problems.add(&page.file, line, what);
    }
    let headings = page.headings.iter().map(|(at, _)| *at);
    let start = headings.filter(|at| *at < line).max().unwrap_or(0);
    let above = page.text.lines().take(line - 1).skip(start);
    let above = above.collect::<Vec<_>>().join(" ");
    let mut bold = above.split("**").skip(1).step_by(2);
    // A term has fewer words.
    if !bold.any(|text| text.split(' ').count() >= 5) {
        let what = "a measured table without its result in bold in the text above it";
        problems.add(&page.file, line, what);
    }
}

/// The empty form of the exercise that `file` is the solution of.
fn stub_of(file: &str) -> Option<String> {
    let folder = file.strip_suffix("/solution.rs")?;
    folder
        .contains("/exercises/")
        .then(|| format!("{folder}/stub.rs"))
}

/// Whether the file has all the lines, but for comments.
fn has_all(file: &Path, lines: &[String]) -> bool {
    let text = fs::read_to_string(file).unwrap_or_default();
    let has = |line: &str| text.lines().any(|other| other.trim() == line);
    let mut lines = lines.iter().map(|line| line.trim());
    lines.all(|line| line.is_empty() || line.starts_with("//") || has(line))
}

/// The lines that the include shows.
fn shown(root: &Path, include: &Include) -> Result<Vec<String>, String> {
    let Include { file, part, .. } = include;
    if file.starts_with("..") || Path::new(file).is_absolute() {
        return Err(format!("includes {file}, which is outside the workspace"));
    }
    let text = match fs::read_to_string(root.join(file)) {
        Ok(text) => text,
        Err(_) if !root.join(file).exists() => {
            return Err(format!("includes {file}, which does not exist"));
        }
        Err(error) => return Err(format!("includes {file}, which can't be read: {error}")),
    };
    let shown = if part.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') {
        let anchor = part.split(':').next().unwrap_or_default();
        anchored(&text, anchor).map_err(|what| format!("{file} {what}"))?
    } else {
        let shown = lines(&text, part).ok_or_else(|| {
            format!(
                "includes lines `{part}` of {file}, which has {}",
                text.lines().count()
            )
        })?;
        if shown
            .iter()
            .any(|line| matches!(mark(line), Some((false, _))))
        {
            return Err(format!(
                "includes {file} with its anchor comments in it: include an anchor around \
                 the whole instead"
            ));
        }
        shown
    };
    if shown.iter().all(|line| line.trim().is_empty()) {
        return Err(format!(
            "includes nothing of {file}: there is no line in it"
        ));
    }
    Ok(shown.into_iter().map(str::to_owned).collect())
}

/// The lines between the marks of an anchor, without any marks.
fn anchored<'a>(text: &'a str, anchor: &str) -> Result<Vec<&'a str>, String> {
    let at = |ends: bool| {
        let found = text.lines().enumerate();
        found
            .filter(|(_, line)| mark(line) == Some((ends, anchor)))
            .map(|(number, _)| number)
            .collect::<Vec<_>>()
    };
    let (starts, ends) = (at(false), at(true));
    match (starts.as_slice(), ends.as_slice()) {
        ([], _) => Err(format!("has no anchor `{anchor}`")),
        ([start], [end]) if start < end => Ok(text
            .lines()
            .take(*end)
            .skip(start + 1)
            .filter(|line| mark(line).is_none())
            .collect()),
        ([_], []) => Err(format!("never ends its anchor `{anchor}`")),
        ([_], [_]) => Err(format!("ends its anchor `{anchor}` before it begins")),
        _ => Err(format!("has the anchor `{anchor}` more than once")),
    }
}

/// The lines that mdBook's `from:to` means, if the text has them all.
fn lines<'a>(text: &'a str, part: &str) -> Option<Vec<&'a str>> {
    let all: Vec<&str> = text.lines().collect();
    if part.is_empty() || part == ":" {
        return Some(all);
    }
    let (from, to) = match part.split_once(':') {
        None => {
            let only = part.parse().ok()?;
            (only, only)
        }
        Some((from, to)) => (
            if from.is_empty() {
                1
            } else {
                from.parse().ok()?
            },
            if to.is_empty() {
                all.len()
            } else {
                to.parse().ok()?
            },
        ),
    };
    (1 <= from && from <= to && to <= all.len()).then(|| all[from - 1..to].to_vec())
}
