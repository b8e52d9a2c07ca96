//! What must be true of the book before anyone reads it, checked all at once.
//!
//! The sources are read first ([`page`], [`includes`], [`commands`], [`coverage`],
//! [`errors`], [`glossary`], [`prose`], [`python`], [`rfcs`]), then the book is built and what a browser would get is read
//! ([`built`]).

mod built;
mod commands;
mod coverage;
mod errors;
mod glossary;
mod includes;
mod page;
mod prose;
mod python;
mod rfcs;
mod shown;
#[cfg(test)]
mod tests;
mod workspace;

use std::collections::BTreeSet;
use std::fmt;
use std::path::Path;

use crate::files::normal;
use crate::page::WrongFigures;
use crate::site;
use page::Page;
use shown::Shown;
use workspace::Workspace;

/// Something that is wrong with the book, and where.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Problem {
    /// The file, from the root of the workspace.
    pub(crate) file: String,
    /// The line, from 1.
    pub(crate) line: usize,
    /// What is wrong, in words that say what to do about it.
    pub(crate) what: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.file, self.line, self.what)
    }
}

/// The problems found so far: each once, in the order of files and lines.
#[derive(Debug, Default)]
pub(crate) struct Problems(BTreeSet<Problem>);

impl Problems {
    fn add(&mut self, file: impl Into<String>, line: usize, what: impl Into<String>) {
        self.0.insert(Problem {
            file: file.into(),
            line,
            what: what.into(),
        });
    }

    /// Whether there are any in `file`.
    fn are_in(&self, file: &str) -> bool {
        self.0.iter().any(|problem| problem.file == file)
    }

    /// The problems, sorted.
    pub(crate) fn into_vec(self) -> Vec<Problem> {
        self.0.into_iter().collect()
    }
}

/// What a lint found.
#[derive(Debug)]
pub(crate) struct Findings {
    /// What is wrong.
    pub(crate) problems: Vec<Problem>,
    /// How many pages were read.
    pub(crate) pages: usize,
    /// The page that makes a browser load most, and how many compressed bytes
    /// that is; none if the book could not be built.
    pub(crate) heaviest: Option<(String, usize)>,
}

/// Checks the whole book at `root`.
///
/// # Errors
///
/// Only when it can't look: no `book.toml`, a folder that can't be read. All that
/// is wrong with the book is in the findings.
pub(crate) fn lint(root: &Path) -> anyhow::Result<Findings> {
    let workspace = Workspace::read(root)?;
    let mut problems = check_sources(root, &workspace);
    let folder = tempfile::Builder::new().prefix("book-lint-").tempdir()?;
    let mut heaviest = None;
    match site::build(root, Some(folder.path())) {
        Ok(built) => heaviest = built::check(&workspace, &built, &mut problems),
        Err(error) => match error.downcast::<WrongFigures>() {
            Ok(WrongFigures(wrong)) => {
                for (file, line, what) in wrong {
                    problems.add(file, line, what);
                }
            }
            Err(error) => problems.add(
                "book.toml",
                1,
                format!("the book can't be built: {}", site::plain(&error)),
            ),
        },
    }
    Ok(Findings {
        problems: problems.into_vec(),
        pages: workspace.pages.len(),
        heaviest,
    })
}

/// What can be seen without building the book.
fn check_sources(root: &Path, workspace: &Workspace) -> Problems {
    let mut problems = Problems::default();
    check_playground(root, &mut problems);
    check_map(workspace, &mut problems);
    for page in &workspace.pages {
        page::check(page, &mut problems);
        includes::check(root, workspace, page, &mut problems);
        commands::check(workspace, page, &mut problems);
        prose::check(page, &mut problems);
    }
    let shown = Shown::read(root, workspace);
    coverage::check(root, workspace, &shown, &mut problems);
    errors::check(workspace, &shown, &mut problems);
    glossary::check(workspace, &mut problems);
    rfcs::check(root, workspace, &mut problems);
    python::check(root, workspace, &mut problems);
    problems
}

/// No code of a reader's is sent anywhere to be run, by stock mdBook either.
fn check_playground(root: &Path, problems: &mut Problems) {
    let config = site::config(root)
        .ok()
        .and_then(|config| config.html_config());
    // Without a word about it, it is on.
    if config.unwrap_or_default().playground.runnable {
        problems.add(
            "book.toml",
            1,
            "the playground is on, so a page asks play.rust-lang.org: set \
             `output.html.playground.runnable = false`",
        );
    }
}

/// The includes alone, for a look at every change while the book is being
/// served: mdBook leaves a broken one on the page and only logs it.
pub(crate) fn broken_includes(root: &Path) -> anyhow::Result<Vec<Problem>> {
    let mut problems = Problems::default();
    let workspace = Workspace::read(root)?;
    for page in &workspace.pages {
        includes::check(root, &workspace, page, &mut problems);
    }
    Ok(problems.into_vec())
}

/// Every page of the map exists, and every page is on the map.
fn check_map(workspace: &Workspace, problems: &mut Problems) {
    let map = &workspace.summary;
    let mut mapped = BTreeSet::new();
    for link in &map.links {
        let target = link.target.split('#').next().unwrap_or_default();
        if target.is_empty() {
            // A draft: a chapter that is announced and not written.
            continue;
        }
        let target = normal(target);
        if !workspace.pages.iter().any(|page| page.path == target) {
            problems.add(
                &map.file,
                link.line,
                format!("the page {target} does not exist"),
            );
        }
        mapped.insert(target);
    }
    for page in &workspace.pages {
        if !mapped.contains(&page.path) {
            problems.add(
                &page.file,
                1,
                format!("the page is not in {}, so nobody finds it", map.file),
            );
        }
    }
}

/// The page that stands at `path` under the source folder.
fn find<'a>(workspace: &'a Workspace, path: &str) -> Option<&'a Page> {
    workspace.pages.iter().find(|page| page.path == path)
}
