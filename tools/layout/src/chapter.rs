//! A chapter: its package, pages, programs and scenes.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use crate::exercise::Exercise;
use crate::{Error, Result, documentation, entries, manifest, read, stem};

/// A chapter: a package under `chapters/`, and a folder of pages under `book/`.
#[derive(Debug)]
pub struct Chapter {
    /// Its number.
    pub number: u32,
    /// The name of its folder, here and in the book: `05-framing`.
    pub folder: String,
    /// The name of its package: `framing`.
    pub package: String,
    /// The packages of earlier chapters whose programs it starts, of its manifest's
    /// `[package.metadata.workbook]`: `programs = "udp tcp"`.
    pub uses: Vec<String>,
    /// Its title: the heading of its first page.
    pub title: String,
    /// Its folder under `chapters/`.
    pub dir: PathBuf,
    /// Its pages, in the order of the book's map.
    pub pages: Vec<PathBuf>,
    /// Its exercises, in order.
    pub exercises: Vec<Exercise>,
}

/// A program of a chapter.
#[derive(Debug)]
pub struct Program {
    /// The name to type.
    pub name: String,
    /// What it is for: the first sentence of its documentation.
    pub purpose: String,
}

/// A scene's file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scene {
    /// Its name: the file's without its ending.
    pub name: String,
    /// The file.
    pub file: PathBuf,
}

impl Chapter {
    /// Reads the chapter in `dir`; a folder that is not `NN-name` with a package is
    /// none. `summary` is the book's map.
    pub(crate) fn read(root: &Path, summary: &str, dir: &Path) -> Result<Option<Chapter>> {
        let folder = match dir.file_name().and_then(|name| name.to_str()) {
            Some(name) => name.to_owned(),
            None => return Ok(None),
        };
        let file = dir.join("Cargo.toml");
        let number = folder
            .split_once('-')
            .and_then(|(number, _)| number.parse().ok());
        let (Some(number), true) = (number, file.is_file()) else {
            return Ok(None);
        };
        let text = read(&file)?;
        let package = manifest::package_value(&text, "name")
            .ok_or_else(|| Error(format!("{}: no package name", file.display())))?;
        let uses = manifest::used(&text);
        let pages = pages(summary, &folder)
            .map(|page| root.join("book").join(page))
            .collect();
        let title = title(&root.join("book").join(&folder).join("index.md"))
            .or_else(|| manifest::package_value(&text, "description").map(short_description))
            .unwrap_or_else(|| package.clone());
        let mut exercises = Vec::new();
        for name in manifest::exercises(&text) {
            let place = (number, exercises.len() + 1);
            exercises.push(Exercise::read(&package, &folder, place, dir, name)?);
        }
        Ok(Some(Chapter {
            number,
            folder,
            package,
            uses,
            title,
            dir: dir.to_owned(),
            pages,
            exercises,
        }))
    }

    /// Its programs, by name: a file `src/bin/NAME.rs`, or a folder with a `main.rs`.
    ///
    /// # Errors
    ///
    /// When a folder or a file can't be read.
    pub fn programs(&self) -> Result<Vec<Program>> {
        let mut programs = Vec::new();
        for path in entries(&self.dir.join("src/bin"))? {
            let source = match path.is_dir() {
                true => path.join("main.rs"),
                false => path.clone(),
            };
            if source.is_file() && source.extension().is_some_and(|ending| ending == "rs") {
                programs.push(Program {
                    name: stem(&path),
                    purpose: purpose(&read(&source)?),
                });
            }
        }
        Ok(programs)
    }

    /// Its scenes: in the order in which its pages show them, then those that no
    /// page shows, by name.
    ///
    /// # Errors
    ///
    /// When a folder or a page can't be read.
    pub fn scenes(&self) -> Result<Vec<Scene>> {
        let mut pages = String::new();
        for page in &self.pages {
            pages.push_str(&read(page)?);
        }
        let mut scenes = self.with_ending("scenes", "console")?;
        scenes.sort_by_key(|scene| {
            let included = format!("/{}/scenes/{}.console", self.folder, scene.name);
            pages.find(&included).unwrap_or(usize::MAX)
        });
        Ok(scenes)
    }

    /// What goes over the wire in some of its scenes: `scenes/NAME.wire`.
    ///
    /// # Errors
    ///
    /// When the folder can't be read.
    pub fn wires(&self) -> Result<Vec<Scene>> {
        self.with_ending("scenes", "wire")
    }

    /// The names of its measured tables.
    ///
    /// # Errors
    ///
    /// When the folder can't be read.
    pub fn measured(&self) -> Result<Vec<String>> {
        let plans = self.with_ending("measured", "plan")?;
        Ok(plans.into_iter().map(|plan| plan.name).collect())
    }

    /// The programs from elsewhere that its tests ask for, or those of its wires.
    ///
    /// # Errors
    ///
    /// When a folder or a file can't be read.
    pub fn peers_of_tests(&self) -> Result<BTreeSet<String>> {
        let mut names = BTreeSet::new();
        if !self.wires()?.is_empty() {
            names.insert("tshark".to_owned());
        }
        let mut folders = vec![self.dir.join("tests")];
        while let Some(folder) = folders.pop() {
            for path in entries(&folder)? {
                if path.is_dir() {
                    folders.push(path); // what tests share
                } else if path.extension().is_some_and(|ending| ending == "rs") {
                    names.extend(peers(&read(&path)?).map(str::to_owned));
                }
            }
        }
        Ok(names)
    }

    fn with_ending(&self, folder: &str, ending: &str) -> Result<Vec<Scene>> {
        Ok(entries(&self.dir.join(folder))?
            .into_iter()
            .filter(|path| path.extension().is_some_and(|found| found == ending))
            .map(|file| Scene {
                name: stem(&file),
                file,
            })
            .collect())
    }
}

/// What helpers of tests ask for.
const HELPERS: [(&str, &[&str]); 2] = [
    ("with_browser(", &["chromedriver", "chromium"]),
    ("testkit::claims(", &["python3"]),
];

/// The names in `peer("NAME")`, by which a test asks for a program, and what helpers ask for.
fn peers(source: &str) -> impl Iterator<Item = &str> {
    let asked = source.split("peer(\"").skip(1);
    let names = asked.filter_map(|rest| Some(rest.split_once('"')?.0));
    let names = names.filter(|name| !name.is_empty());
    let helpers = HELPERS.iter().filter(|(call, _)| source.contains(call));
    names.chain(helpers.flat_map(|(_, peers)| peers.iter().copied()))
}

/// The pages of the chapter `folder` on the book's map, from `book/`.
fn pages<'a>(summary: &'a str, folder: &'a str) -> impl Iterator<Item = &'a str> {
    summary.lines().filter_map(move |line| {
        let (_, target) = line.split_once("](")?;
        let target = target.split([')', '#']).next()?;
        let target = target.strip_prefix("./").unwrap_or(target);
        let inside = target.strip_prefix(folder)?.starts_with('/');
        inside.then_some(target)
    })
}

/// `On the Wire, chapter 5: framing` without what is said elsewhere.
fn short_description(description: String) -> String {
    match description.split_once(": ") {
        Some((before, title)) if before.starts_with("On the Wire") => title.to_owned(),
        _ => description,
    }
}

/// The first heading of a page, without a number before it.
fn title(page: &Path) -> Option<String> {
    let text = fs::read_to_string(page).ok()?;
    let heading = text
        .lines()
        .find_map(|line| line.strip_prefix("# "))?
        .trim();
    let title = heading.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
    Some(title.trim_start().to_owned())
}

/// The first sentence of a file's documentation, without its stop.
fn purpose(source: &str) -> String {
    let lines: Vec<&str> = documentation(source)
        .take_while(|line| !line.is_empty())
        .collect();
    let text = lines.join(" ");
    let sentence = text.split_once(". ").map_or(&*text, |(first, _)| first);
    sentence.trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_is_named_by_its_first_sentence() {
        assert_eq!(
            purpose("//! Pattern 1: send, then\n//! close. More.\n//!\n//! Else.\n"),
            "Pattern 1: send, then close"
        );
        assert_eq!(purpose("fn main() {}\n"), "");
    }

    #[test]
    fn a_test_says_which_peers_it_wants() {
        let source = "let Some(python) = testkit::peer(\"python3\") else { return };\npeer(\"redis-server\")";
        let named: Vec<&str> = peers(source).collect();
        assert_eq!(named, ["python3", "redis-server"]);
        let source = "with_browser(async |browser| {})";
        let named: Vec<&str> = peers(source).collect();
        assert_eq!(named, ["chromedriver", "chromium"]);
    }

    #[test]
    fn a_description_does_not_repeat_the_chapter() {
        assert_eq!(
            short_description("On the Wire, chapter 5: framing, and more: all".into()),
            "framing, and more: all"
        );
    }

    #[test]
    fn pages_are_those_of_the_map() {
        let map = "# Summary\n\n- [A](01-a/index.md)\n  - [B](./01-a/b.md)\n- [C](01-ab/index.md)\n- [D]()\n";
        assert_eq!(
            pages(map, "01-a").collect::<Vec<_>>(),
            ["01-a/index.md", "01-a/b.md"]
        );
    }
}
