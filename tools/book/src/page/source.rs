//! The files that pages include, read once, and the parts that anchors mark in them.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

use crate::files::{normal, slashed};

/// A part of a file that a page shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Excerpt {
    /// The file, from the root of the workspace, with `/`.
    pub(crate) file: String,
    /// The first of its lines that is shown, from 1, and the last.
    pub(crate) lines: (usize, usize),
    /// Whether that is all there is.
    pub(crate) whole: bool,
    /// The lines, without those that set anchors.
    pub(crate) text: String,
    /// For each line of the text, its number in the file.
    pub(crate) numbers: Vec<usize>,
    /// All of the file.
    pub(crate) all: String,
}

/// The files of the workspace.
pub(crate) struct Sources {
    root: PathBuf,
    read: HashMap<String, Option<String>>,
}

impl Sources {
    pub(crate) fn new(root: &Path) -> Sources {
        Sources {
            root: root.to_path_buf(),
            read: HashMap::new(),
        }
    }

    /// What the includes in `body` bring, on a page in `folder`; nothing if it holds
    /// anything else, or if one brings nothing. Then the page keeps the include, and
    /// mdBook and the lint say what is wrong.
    pub(crate) fn excerpts(&mut self, body: &str, folder: &Path) -> Option<Vec<Excerpt>> {
        let lines = body.lines().map(|line| line.trim_start_matches(['>', ' ']));
        let mut excerpts = Vec::new();
        for line in lines.filter(|line| !line.trim().is_empty()) {
            let include = line
                .trim()
                .strip_prefix("{{#include ")?
                .strip_suffix("}}")?;
            let (file, anchor) = match include.split_once(':') {
                Some((file, anchor)) => (file, Some(anchor)),
                None => (include, None),
            };
            let file = normal(&slashed(&folder.join(file), Path::new("")));
            let root = &self.root;
            let read = self.read.entry(file.clone());
            let all = read.or_insert_with(|| fs::read_to_string(root.join(&file)).ok());
            excerpts.push(excerpt(file, all.as_deref()?, anchor)?);
        }
        (!excerpts.is_empty()).then_some(excerpts)
    }
}

/// The number of the chapter that a file belongs to: 5 for `chapters/05-framing/...`.
pub(crate) fn chapter(file: &str) -> Option<u32> {
    let number = file.strip_prefix("chapters/")?.split('-').next()?;
    number.parse().ok()
}

/// The part of a file between the marks of `anchor`, or all of it, without marks;
/// nothing where that has no line.
pub(crate) fn excerpt(file: String, all: &str, anchor: Option<&str>) -> Option<Excerpt> {
    let mut shown = anchor.is_none();
    let mut numbers = Vec::new();
    let mut text = String::new();
    for (at, line) in all.lines().enumerate() {
        if let Some((ends, name)) = mark(line) {
            if anchor == Some(name) {
                shown = !ends;
            }
        } else if shown {
            numbers.push(at + 1);
            text.push_str(line);
            text.push('\n');
        }
    }
    let lines = (*numbers.first()?, *numbers.last()?);
    Some(Excerpt {
        file,
        lines,
        whole: anchor.is_none(),
        text,
        numbers,
        all: all.to_owned(),
    })
}

/// Whether the line ends an anchor or begins it, and which.
pub(crate) fn mark(line: &str) -> Option<(bool, &str)> {
    let (ends, rest) = match line.split_once("ANCHOR_END:") {
        Some((_, rest)) => (true, rest),
        None => (false, line.split_once("ANCHOR:")?.1),
    };
    let name = rest.trim_start();
    let end = name.find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '-')));
    let name = &name[..end.unwrap_or(name.len())];
    (!name.is_empty()).then_some((ends, name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_anchor_is_cut_out_with_its_lines() {
        let root = tempfile::tempdir().unwrap();
        let file = "fn a() {\n    // ANCHOR: b\n    b();\n    // ANCHOR: c\n    c();\n    // ANCHOR_END: c\n    d();\n    // ANCHOR_END: b\n}\n";
        fs::write(root.path().join("a.rs"), file).unwrap();
        let mut sources = Sources::new(root.path());
        let mut excerpts = |body: &str| sources.excerpts(body, Path::new("book/05-framing"));
        let found = excerpts("{{#include ../../a.rs:b}}").unwrap();
        assert_eq!(found[0].file, "a.rs");
        assert_eq!(found[0].text, "    b();\n    c();\n    d();\n");
        assert_eq!(found[0].lines, (3, 7));
        assert_eq!(found[0].numbers, [3, 5, 7]);
        let two = excerpts("{{#include ../../a.rs:c}}\n{{#include ../../a.rs}}").unwrap();
        assert_eq!(two[0].text, "    c();\n");
        assert_eq!((two[1].lines, two[1].whole), ((1, 9), true));
        assert_eq!(excerpts("{{#include ../../a.rs:gone}}"), None);
        assert_eq!(excerpts("{{#include ../../gone.rs}}"), None);
        assert_eq!(excerpts("{{#include ../../a.rs}}\nmore"), None);
        assert_eq!(excerpts(""), None);
    }
}
