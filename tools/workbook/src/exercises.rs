//! Exercises: the reader's file, its header, and what stands behind it.

use std::fs;
use std::path::{Path, PathBuf};

use crate::chapters::Chapter;
use crate::error::{Result, read};

/// An exercise.
#[derive(Debug, Clone)]
pub struct Exercise {
    /// Its number within the chapter, from 1: its place in `exercises/main.rs`.
    pub number: usize,
    /// The name of its module.
    pub name: String,
    /// The file that the reader edits.
    pub file: PathBuf,
    /// The folder with checks, solution, hints and mistakes.
    pub folder: PathBuf,
    /// What the head of the reader's file says.
    pub header: Header,
}

/// What the `//!` head of a stub says about itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Header {
    /// The first line.
    pub title: String,
    /// `Difficulty: core`.
    pub difficulty: Option<String>,
    /// `Page: 05-framing/delimiters.md`, below `book/`.
    pub page: Option<String>,
    /// `Check: just check 5.1`.
    pub check: Option<String>,
}

/// A mistake that people make, wrong on purpose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistake {
    /// Its file's name without `.rs`.
    pub name: String,
    /// Its name as a sentence fragment.
    pub title: String,
    /// What it says to one who made it.
    pub explanation: String,
    /// The checks that it fails, and no others, sorted.
    pub fails: Vec<String>,
}

impl Exercise {
    /// `5.2`.
    pub fn id(&self, chapter: &Chapter) -> String {
        format!("{}.{}", chapter.number, self.number)
    }

    /// Its name across the workspace, under which progress is kept.
    pub fn key(&self, chapter: &Chapter) -> String {
        format!("{}::{}", chapter.package, self.name)
    }

    /// What the names of its checks begin with.
    pub fn prefix(&self) -> String {
        format!("{}::checks::", self.name)
    }

    /// The file of its checks.
    pub fn checks(&self) -> PathBuf {
        self.folder.join("checks.rs")
    }

    /// The file of its solution.
    pub fn solution(&self) -> PathBuf {
        self.folder.join("solution.rs")
    }

    /// Its hints, in the order in which they unfold.
    pub fn hints(&self) -> Vec<String> {
        fs::read_to_string(self.folder.join("hints.md"))
            .map(|text| hints(&text))
            .unwrap_or_default()
    }

    /// Its mistakes, by name.
    pub fn mistakes(&self) -> Result<Vec<Mistake>> {
        let mut mistakes = Vec::new();
        let folder = self.folder.join("mistakes");
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if let Some(name) = path.file_stem().and_then(|name| name.to_str())
                && path.extension().is_some_and(|extension| extension == "rs")
            {
                mistakes.push(mistake(name, &read(&path)?));
            }
        }
        mistakes.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(mistakes)
    }

    /// The names of its checks in the order in which they are written, smallest
    /// step first; libtest sorts them by name.
    pub fn check_order(&self) -> Vec<String> {
        fs::read_to_string(self.checks())
            .map(|text| function_names(&text))
            .unwrap_or_default()
    }

    /// A number that changes when the reader's file or the checks do.
    pub fn fingerprint(&self) -> String {
        let mut hash = Fnv::new();
        for file in [&self.file, &self.checks()] {
            hash.write(&fs::read(file).unwrap_or_default());
            hash.write(&[0xff]);
        }
        format!("{:016x}", hash.0)
    }
}

/// FNV-1a: enough to see that a file has changed, and the same in every release.
struct Fnv(u64);

impl Fnv {
    fn new() -> Fnv {
        Fnv(0xcbf2_9ce4_8422_2325)
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
}

/// The exercises of the chapter in `dir`: a `mod` line each in
/// `exercises/main.rs`, where the module has a folder with checks.
pub fn load(dir: &Path) -> Result<Vec<Exercise>> {
    let folder = dir.join("exercises");
    let main = folder.join("main.rs");
    if !main.is_file() {
        return Ok(Vec::new());
    }
    let mut exercises: Vec<Exercise> = Vec::new();
    for name in modules(&read(&main)?) {
        let file = folder.join(format!("{name}.rs"));
        let behind = folder.join(&name);
        if behind.join("checks.rs").is_file() {
            // A reader's file that is gone still has its number, and `reset`
            // brings it back.
            let header = match file.is_file() {
                true => header(&read(&file)?),
                false => Header::default(),
            };
            exercises.push(Exercise {
                number: exercises.len() + 1,
                header,
                folder: behind,
                file,
                name,
            });
        }
    }
    Ok(exercises)
}

/// The names in `mod NAME;` lines.
fn modules(source: &str) -> Vec<String> {
    source
        .lines()
        .filter_map(|line| {
            let line = line.trim();
            let line = line.strip_prefix("pub ").unwrap_or(line);
            line.strip_prefix("mod ")?.strip_suffix(';')
        })
        .map(|name| name.trim().to_owned())
        .collect()
}

/// The lines of a file's `//!` documentation, without `//!` and one space.
fn documentation(source: &str) -> impl Iterator<Item = &str> {
    source
        .lines()
        .skip_while(|line| line.trim().is_empty())
        .map_while(|line| line.strip_prefix("//!"))
        .map(|line| line.strip_prefix(' ').unwrap_or(line).trim_end())
}

/// Reads the head of a stub.
pub fn header(source: &str) -> Header {
    let mut header = Header::default();
    for (n, line) in documentation(source).enumerate() {
        if n == 0 {
            header.title = line
                .trim_start_matches('#')
                .trim()
                .trim_end_matches('.')
                .to_owned();
        }
        let value = |key: &str| line.strip_prefix(key).map(|value| value.trim().to_owned());
        if let Some(difficulty) = value("Difficulty:") {
            header.difficulty = Some(difficulty);
        } else if let Some(page) = value("Page:") {
            header.page = Some(page);
        } else if let Some(check) = value("Check:") {
            header.check = Some(check.trim_matches('`').to_owned());
        }
    }
    header
}

/// Reads the head of a mistake.
pub fn mistake(name: &str, source: &str) -> Mistake {
    let mut title = String::new();
    let mut explanation = String::new();
    let mut fails: Option<String> = None;
    for (n, line) in documentation(source).enumerate() {
        if let Some(list) = &mut fails {
            list.push(',');
            list.push_str(line);
        } else if let Some(list) = line.strip_prefix("fails:") {
            fails = Some(list.to_owned());
        } else if n == 0 {
            title = line.trim_end_matches('.').to_owned();
        } else {
            explanation.push_str(line);
            explanation.push('\n');
        }
    }
    let mut fails: Vec<String> = fails
        .unwrap_or_default()
        .split(|c: char| c == ',' || c.is_whitespace())
        .map(|check| check.trim_matches('`').to_owned())
        .filter(|check| !check.is_empty())
        .collect();
    fails.sort();
    Mistake {
        name: name.to_owned(),
        title,
        explanation: explanation.trim().to_owned(),
        fails,
    }
}

/// The sections of a `hints.md`: what stands under each `## ` heading.
pub fn hints(text: &str) -> Vec<String> {
    let mut hints: Vec<String> = Vec::new();
    let mut fenced = false;
    for line in text.lines() {
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
        }
        if !fenced && line.starts_with("## ") {
            hints.push(String::new());
        } else if let Some(hint) = hints.last_mut() {
            hint.push_str(line);
            hint.push('\n');
        }
    }
    for hint in &mut hints {
        *hint = hint.trim().to_owned();
    }
    hints
}

/// The names of functions in the order in which they are defined.
fn function_names(source: &str) -> Vec<String> {
    source
        .lines()
        .filter_map(|line| {
            let mut words = line.trim_start();
            for before in ["pub ", "async "] {
                words = words.strip_prefix(before).unwrap_or(words);
            }
            let rest = words.strip_prefix("fn ")?;
            let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_')?;
            Some(rest[..end].to_owned())
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_is_read_from_the_documentation_alone() {
        let stub = "//! Lines, with a limit.\n//!\n//! Difficulty: core\n//! Page: 05-framing/delimiters.md#limit\n//! Check: `just check 5.1`\n\nuse x;\n//! Page: no\n";
        assert_eq!(
            header(stub),
            Header {
                title: "Lines, with a limit".into(),
                difficulty: Some("core".into()),
                page: Some("05-framing/delimiters.md#limit".into()),
                check: Some("just check 5.1".into()),
            }
        );
        assert_eq!(header("fn main() {}\n"), Header::default());
    }

    #[test]
    fn a_mistake_names_and_explains_itself_and_lists_its_checks() {
        let source = "//! One read is one message\n//!\n//! You take what one read gives\n//! for a message.\n//!\n//! fails: b_check, a_check,\n//!     c_check\nuse super::*;\n";
        let found = mistake("one_read", source);
        assert_eq!(found.title, "One read is one message");
        assert_eq!(
            found.explanation,
            "You take what one read gives\nfor a message."
        );
        assert_eq!(found.fails, ["a_check", "b_check", "c_check"]);
    }

    #[test]
    fn hints_are_sections() {
        let text = "# Hints\n\n## Hint 1\n\nAsk.\n\n```rust\n## no\n```\n## Hint 2\nLook.\n";
        assert_eq!(hints(text), ["Ask.\n\n```rust\n## no\n```", "Look."]);
    }

    #[test]
    fn exercises_are_the_modules_of_main() {
        let main = "//! Docs: mod no;\n#![allow(dead_code)]\nmod delimiter;\npub mod chunks ;\n// mod old;\nmod inline {}\n";
        assert_eq!(modules(main), ["delimiter", "chunks"]);
    }

    #[test]
    fn checks_keep_the_order_they_are_written_in() {
        let source =
            "#[test]\nfn b_first() {}\n#[tokio::test]\nasync fn a_second() {}\nfn helper<T>() {}\n";
        assert_eq!(function_names(source), ["b_first", "a_second", "helper"]);
    }
}
