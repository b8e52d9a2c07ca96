//! The chapters of the workspace: where they are, and what is in them.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use crate::console;
use crate::error::{Error, Result, failed, read};
use crate::exercises::{self, Exercise};

/// The workspace that the reader stands in.
#[derive(Debug)]
pub struct Workspace {
    /// Its folder.
    pub root: PathBuf,
    /// Its chapters, by number.
    pub chapters: Vec<Chapter>,
}

/// A chapter: a package under `chapters/`, and a folder of pages under `book/`.
#[derive(Debug)]
pub struct Chapter {
    /// Its number.
    pub number: u32,
    /// The name of its folder: `05-framing`.
    pub folder: String,
    /// The name of its package: `framing`.
    pub package: String,
    /// Its title.
    pub title: String,
    /// Its folder under `chapters/`.
    pub dir: PathBuf,
    /// Its exercises, in order.
    pub exercises: Vec<Exercise>,
}

/// A program of a chapter.
#[derive(Debug)]
pub struct Program {
    /// The name to type.
    pub name: String,
    /// What it is for: the first line of its documentation.
    pub about: String,
}

impl Workspace {
    /// Finds the workspace that the current directory is in.
    pub fn find() -> Result<Workspace> {
        let here =
            env::current_dir().map_err(|error| failed("find", "the current directory", &error))?;
        let root = here
            .ancestors()
            .find(|dir| dir.join("Cargo.toml").is_file() && dir.join("chapters").is_dir())
            .ok_or_else(|| {
                Error::Failed(format!(
                    "{} is not in the workbook: no folder above it has a Cargo.toml and chapters/",
                    here.display()
                ))
            })?
            .to_owned();
        let mut chapters = Vec::new();
        let folder = root.join("chapters");
        let entries =
            fs::read_dir(&folder).map_err(|error| failed("read", folder.display(), &error))?;
        for entry in entries.flatten() {
            if let Some(chapter) = Chapter::load(&root, &entry.path())? {
                chapters.push(chapter);
            }
        }
        chapters.sort_by_key(|chapter| chapter.number);
        Ok(Workspace { root, chapters })
    }

    /// The chapter that `asked` names by number (`5`, `05`), package or folder.
    pub fn chapter(&self, asked: &str) -> Result<&Chapter> {
        self.chapters
            .iter()
            .find(|chapter| {
                asked.parse() == Ok(chapter.number)
                    || asked == chapter.package
                    || asked == chapter.folder
            })
            .ok_or_else(|| {
                Error::Usage(format!(
                    "there is no chapter {asked}. The chapters are:\n{}",
                    self.chapter_list()
                ))
            })
    }

    /// A line a chapter, to be shown under an error.
    pub fn chapter_list(&self) -> String {
        let lines: Vec<String> = self
            .chapters
            .iter()
            .map(|chapter| format!("  {:>2}  {}", chapter.number, chapter.title))
            .collect();
        lines.join("\n")
    }

    /// The exercises that `asked` names: one (`5.2` or its name), or all of a
    /// chapter (`5` or its name).
    pub fn exercises(&self, asked: &str) -> Result<Vec<(&Chapter, &Exercise)>> {
        if let Some((number, nth)) = asked.split_once('.') {
            let chapter = self.chapter(number)?;
            return chapter
                .exercises
                .iter()
                .find(|exercise| nth.parse() == Ok(exercise.number))
                .map(|exercise| vec![(chapter, exercise)])
                .ok_or_else(|| {
                    Error::Usage(format!(
                        "there is no exercise {asked}. {}",
                        chapter.exercise_list()
                    ))
                });
        }
        let by_name: Vec<_> = self
            .all_exercises()
            .filter(|(_, exercise)| exercise.name == asked)
            .collect();
        if !by_name.is_empty() {
            return Ok(by_name);
        }
        let found = self.chapters.iter().find(|chapter| {
            asked.parse() == Ok(chapter.number)
                || asked == chapter.package
                || asked == chapter.folder
        });
        match found {
            Some(chapter) if chapter.exercises.is_empty() => Err(Error::Usage(format!(
                "chapter {} has no exercises",
                chapter.number
            ))),
            Some(chapter) => Ok(chapter
                .exercises
                .iter()
                .map(|exercise| (chapter, exercise))
                .collect()),
            None if asked.parse::<u32>().is_ok() => self.chapter(asked).map(|_| Vec::new()),
            None => Err(Error::Usage(format!(
                "there is no exercise {asked}. The exercises are:\n{}",
                self.exercise_lines(self.all_exercises())
            ))),
        }
    }

    /// The one exercise that `asked` names.
    pub fn exercise(&self, asked: &str) -> Result<(&Chapter, &Exercise)> {
        let found = self.exercises(asked)?;
        match found.as_slice() {
            [one] => Ok(*one),
            _ => Err(Error::Usage(format!(
                "{asked} is more than one exercise; name one:\n{}",
                self.exercise_lines(found.iter().copied())
            ))),
        }
    }

    /// Every exercise of every chapter.
    pub fn all_exercises(&self) -> impl Iterator<Item = (&Chapter, &Exercise)> {
        self.chapters.iter().flat_map(|chapter| {
            chapter
                .exercises
                .iter()
                .map(move |exercise| (chapter, exercise))
        })
    }

    /// A line an exercise, to be shown under an error.
    pub fn exercise_lines<'a>(
        &self,
        exercises: impl Iterator<Item = (&'a Chapter, &'a Exercise)>,
    ) -> String {
        let lines: Vec<String> = exercises
            .map(|(chapter, exercise)| format!("  {:<6}{}", exercise.id(chapter), exercise.name))
            .collect();
        if lines.is_empty() {
            "  (none yet)".to_owned()
        } else {
            lines.join("\n")
        }
    }

    /// The chapter that has the program `name`.
    pub fn program(&self, name: &str) -> Result<&Chapter> {
        for chapter in &self.chapters {
            if chapter
                .programs()?
                .iter()
                .any(|program| program.name == name)
            {
                return Ok(chapter);
            }
        }
        let mut list = String::new();
        for chapter in &self.chapters {
            let names: Vec<String> = chapter.programs()?.into_iter().map(|p| p.name).collect();
            if !names.is_empty() {
                list.push_str(&format!("\n  {:>2}  ", chapter.number));
                let lines = console::wrap(&names.join(" "), 6);
                list.push_str(lines.join("\n").trim_start());
            }
        }
        let what = if name.is_empty() {
            "which program?".to_owned()
        } else {
            format!("there is no program {name}.")
        };
        Err(Error::Usage(format!("{what} The programs are:{list}")))
    }
}

impl Chapter {
    /// Loads the chapter in `dir`; a folder that is not `NN-name` with a package
    /// is none.
    fn load(root: &Path, dir: &Path) -> Result<Option<Chapter>> {
        let Some(folder) = dir.file_name().and_then(|name| name.to_str()) else {
            return Ok(None);
        };
        let manifest = dir.join("Cargo.toml");
        let number = folder
            .split_once('-')
            .and_then(|(number, _)| number.parse().ok());
        let (Some(number), true) = (number, manifest.is_file()) else {
            return Ok(None);
        };
        let text = read(&manifest)?;
        let package = package_value(&text, "name").ok_or_else(|| {
            Error::Failed(format!("{}: no package name", console::path(&manifest)))
        })?;
        let title = page_title(&root.join("book").join(folder).join("index.md"))
            .or_else(|| package_value(&text, "description").map(short_description))
            .unwrap_or_else(|| package.clone());
        Ok(Some(Chapter {
            number,
            folder: folder.to_owned(),
            package,
            title,
            dir: dir.to_owned(),
            exercises: exercises::load(dir)?,
        }))
    }

    /// Its programs, by name.
    pub fn programs(&self) -> Result<Vec<Program>> {
        let bin = self.dir.join("src/bin");
        let mut programs = Vec::new();
        for entry in fs::read_dir(&bin).into_iter().flatten().flatten() {
            let path = entry.path();
            let source = if path.is_dir() {
                path.join("main.rs")
            } else {
                path.clone()
            };
            let is_rust = source
                .extension()
                .is_some_and(|extension| extension == "rs");
            if let Some(name) = path.file_stem().and_then(|name| name.to_str())
                && is_rust
                && source.is_file()
            {
                programs.push(Program {
                    name: name.to_owned(),
                    about: first_doc_sentence(&read(&source)?),
                });
            }
        }
        programs.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(programs)
    }

    /// The files of its scenes, in order.
    pub fn scenes(&self) -> Result<Vec<PathBuf>> {
        scene::scenes(&self.dir)
            .map_err(|error| failed("read", console::path(&self.dir.join("scenes")), &error))
    }

    /// Its first page, relative to the workspace.
    pub fn page(&self) -> String {
        format!("book/{}/index.md", self.folder)
    }

    fn exercise_list(&self) -> String {
        let lines: Vec<String> = self
            .exercises
            .iter()
            .map(|exercise| format!("\n  {:<6}{}", exercise.id(self), exercise.name))
            .collect();
        if lines.is_empty() {
            format!("Chapter {} has no exercises.", self.number)
        } else {
            format!("Chapter {} has:{}", self.number, lines.concat())
        }
    }
}

/// The value of `key = "..."` in the `[package]` table of a manifest. (A parser
/// of all of TOML would be most of what a newcomer compiles.)
fn package_value(manifest: &str, key: &str) -> Option<String> {
    let mut in_package = false;
    for line in manifest.lines().map(str::trim) {
        if line.starts_with('[') {
            in_package = line == "[package]";
        } else if in_package
            && let Some((name, value)) = line.split_once('=')
            && name.trim() == key
        {
            let value = value.trim().strip_prefix('"')?;
            return value.split('"').next().map(str::to_owned);
        }
    }
    None
}

/// `On the Wire, chapter 5: framing` without what is said elsewhere.
fn short_description(description: String) -> String {
    match description.split_once(": ") {
        Some((before, title)) if before.starts_with("On the Wire") => title.to_owned(),
        _ => description,
    }
}

/// The first heading of a page, without a number before it.
fn page_title(page: &Path) -> Option<String> {
    let text = fs::read_to_string(page).ok()?;
    let heading = text
        .lines()
        .find_map(|line| line.strip_prefix("# "))?
        .trim();
    let title = heading.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
    Some(title.trim_start().to_owned())
}

/// The first sentence or line of a file's `//!` documentation, without its stop.
fn first_doc_sentence(source: &str) -> String {
    let mut text = String::new();
    for line in source.lines().map_while(|line| line.strip_prefix("//!")) {
        let line = line.trim();
        if line.is_empty() {
            break;
        }
        if !text.is_empty() {
            text.push(' ');
        }
        text.push_str(line);
    }
    let sentence = text
        .split_once(". ")
        .map_or(text.as_str(), |(first, _)| first);
    sentence.trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_read_from_the_package_table_alone() {
        let manifest = "[workspace]\nname = \"no\"\n[package]\nname = \"framing\" # yes\n[[test]]\nname = \"exercises\"\n";
        assert_eq!(package_value(manifest, "name").as_deref(), Some("framing"));
        assert_eq!(package_value(manifest, "description"), None);
    }

    #[test]
    fn a_program_is_named_by_its_first_sentence() {
        assert_eq!(
            first_doc_sentence("//! Pattern 1: send, then\n//! close. More.\n//!\n//! Else.\n"),
            "Pattern 1: send, then close"
        );
        assert_eq!(first_doc_sentence("fn main() {}\n"), "");
    }

    #[test]
    fn a_description_does_not_repeat_the_chapter() {
        assert_eq!(
            short_description("On the Wire, chapter 5: framing, and more: all".into()),
            "framing, and more: all"
        );
    }
}
