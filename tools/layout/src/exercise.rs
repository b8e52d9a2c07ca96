//! An exercise: the reader's file, its header, and the room behind it.

use std::fs;
use std::path::{Path, PathBuf};

use crate::mistakes::Catalogue;
use crate::{Result, documentation, read};

/// An exercise: `exercises/NAME.rs`, which the reader edits, and the room
/// `exercises/NAME/` with all that stands behind it.
#[derive(Debug, Clone)]
pub struct Exercise {
    /// The number of its chapter.
    pub chapter: u32,
    /// The package of its chapter.
    pub package: String,
    /// The folder of its chapter: `05-framing`.
    pub folder: String,
    /// Its number within the chapter, from 1: its place among the package's
    /// exercises.
    pub number: usize,
    /// Its name, which is also that of its test target.
    pub name: String,
    /// The file that the reader edits.
    pub file: PathBuf,
    /// The folder with `main.rs`, checks, solution, hints and mistakes.
    pub room: PathBuf,
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
    /// The line on which the page stands, from 1.
    pub page_line: usize,
    /// `Check: just check 5.1`.
    pub check: Option<String>,
    /// What is left of the head: the task, in Markdown.
    pub task: String,
}

impl Exercise {
    pub(crate) fn read(
        package: &str,
        folder: &str,
        (chapter, number): (u32, usize),
        dir: &Path,
        name: String,
    ) -> Result<Exercise> {
        let file = dir.join("exercises").join(format!("{name}.rs"));
        // A reader's file that is gone still has its number, and `reset` brings it
        // back.
        let header = match file.is_file() {
            true => Header::read(&String::from_utf8_lossy(
                &fs::read(&file).unwrap_or_default(),
            )),
            false => Header::default(),
        };
        Ok(Exercise {
            chapter,
            package: package.to_owned(),
            folder: folder.to_owned(),
            number,
            room: dir.join("exercises").join(&name),
            name,
            file,
            header,
        })
    }

    /// `5.2`.
    pub fn id(&self) -> String {
        format!("{}.{}", self.chapter, self.number)
    }

    /// Its name across the workspace, under which progress is kept; never its
    /// number, which may change.
    pub fn key(&self) -> String {
        format!("{}::{}", self.package, self.name)
    }

    /// The root of its test target.
    pub fn main(&self) -> PathBuf {
        self.room.join("main.rs")
    }

    /// The file of its checks.
    pub fn checks(&self) -> PathBuf {
        self.room.join("checks.rs")
    }

    /// The file of its solution.
    pub fn solution(&self) -> PathBuf {
        self.room.join("solution.rs")
    }

    /// The reader's file as it came.
    pub fn stub(&self) -> PathBuf {
        self.room.join("stub.rs")
    }

    /// The file of its mistakes.
    pub fn mistakes(&self) -> PathBuf {
        self.room.join("mistakes.md")
    }

    /// The file of what each mistake fails.
    pub fn verdicts(&self) -> PathBuf {
        self.room.join("verdicts")
    }

    /// Its known mistakes.
    ///
    /// # Errors
    ///
    /// When `mistakes.md` can't be read, or is not written as it should be.
    pub fn catalogue(&self) -> Result<Catalogue> {
        let file = self.mistakes();
        Catalogue::parse(&read(&file)?)
            .map_err(|error| crate::Error(format!("{}:{error}", file.display())))
    }

    /// Its hints, in the order in which they unfold.
    pub fn hints(&self) -> Vec<String> {
        fs::read_to_string(self.room.join("hints.md"))
            .map(|text| sections(&text))
            .unwrap_or_default()
    }

    /// The names of its checks in the order in which they are written, smallest
    /// step first; libtest sorts them by name.
    pub fn check_order(&self) -> Vec<String> {
        fs::read_to_string(self.checks())
            .map(|text| function_names(&text))
            .unwrap_or_default()
    }
}

impl Header {
    /// Reads the head of a stub.
    pub fn read(source: &str) -> Header {
        let mut header = Header::default();
        let head = source
            .lines()
            .position(|line| line.trim_start().starts_with("//!"))
            .unwrap_or(0);
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
                header.page_line = head + n + 1;
            } else if let Some(check) = value("Check:") {
                header.check = Some(check.trim_matches('`').to_owned());
            } else if n > 0 {
                header.task.push_str(line);
                header.task.push('\n');
            }
        }
        header.task = header.task.trim().to_owned();
        header
    }
}

/// What stands under each `## ` heading.
fn sections(text: &str) -> Vec<String> {
    let mut sections: Vec<String> = Vec::new();
    let mut fenced = false;
    for line in text.lines() {
        fenced ^= line.trim_start().starts_with("```");
        if !fenced && line.starts_with("## ") {
            sections.push(String::new());
        } else if let Some(section) = sections.last_mut() {
            section.push_str(line);
            section.push('\n');
        }
    }
    for section in &mut sections {
        *section = section.trim().to_owned();
    }
    sections
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

    const STUB: &str = "//! Lines, with a limit.\n//!\n//! Difficulty: core\n//! Page: 05-framing/delimiters.md#limit\n//! Check: `just check 5.1`\n//!\n//! - Write.\n//!   More.\n\nuse x;\n//! Page: no\n";

    #[test]
    fn a_header_is_read_from_the_documentation_alone() {
        let header = Header {
            title: "Lines, with a limit".into(),
            difficulty: Some("core".into()),
            page: Some("05-framing/delimiters.md#limit".into()),
            page_line: 4,
            check: Some("just check 5.1".into()),
            task: "- Write.\n  More.".into(),
        };
        assert_eq!(Header::read(STUB), header);
        assert_eq!(Header::read("fn main() {}\n"), Header::default());
    }

    #[test]
    fn what_stands_before_the_head_does_not_hide_it() {
        let before = format!("\u{feff}\n// My answer.\n\n{STUB}");
        let header = Header::read(&before);
        assert_eq!(header.title, "Lines, with a limit");
        assert_eq!(header.page_line, 7);
    }

    #[test]
    fn hints_are_sections() {
        let text = "# Hints\n\n## Hint 1\n\nAsk.\n\n```rust\n## no\n```\n## Hint 2\nLook.\n";
        assert_eq!(sections(text), ["Ask.\n\n```rust\n## no\n```", "Look."]);
    }

    #[test]
    fn checks_keep_the_order_they_are_written_in() {
        let source =
            "#[test]\nfn b_first() {}\n#[tokio::test]\nasync fn a_second() {}\nfn helper<T>() {}\n";
        assert_eq!(function_names(source), ["b_first", "a_second", "helper"]);
    }
}
