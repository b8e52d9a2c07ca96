//! What the book is held against: its map and pages, the chapters, the justfile.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context;

use super::page::Page;
use crate::files::{below, slashed};
use crate::site;

/// The workspace, as far as the book speaks of it.
#[derive(Debug)]
pub(crate) struct Workspace {
    /// Its folder.
    pub(crate) root: PathBuf,
    /// The book's source folder, from the root.
    pub(crate) source: PathBuf,
    /// The map.
    pub(crate) summary: Page,
    /// All pages that exist, mapped or not.
    pub(crate) pages: Vec<Page>,
    /// The chapters, by number.
    pub(crate) chapters: BTreeMap<u32, Chapter>,
    /// What `just` knows: each recipe, and the command of the workbook behind it.
    pub(crate) recipes: BTreeMap<String, Option<String>>,
}

/// A chapter's folder.
#[derive(Debug, Default)]
pub(crate) struct Chapter {
    /// The folder's name: `05-framing`.
    pub(crate) name: String,
    /// Its programs.
    pub(crate) programs: BTreeSet<String>,
    /// Its scenes, without `.console`.
    pub(crate) scenes: BTreeSet<String>,
    /// What goes over the wire in some of them, without `.wire`.
    pub(crate) wires: BTreeSet<String>,
    /// What its scenes and tests need from elsewhere.
    pub(crate) peers: BTreeSet<String>,
    /// Its exercises in order: the first is number 1.
    pub(crate) exercises: Vec<String>,
    /// The page that each of them says explains it: exercise, line, page.
    pub(crate) explained: Vec<(String, usize, String)>,
    /// Its measured tables, without their ending.
    pub(crate) measured: BTreeSet<String>,
}

impl Workspace {
    /// Reads the workspace at `root`.
    ///
    /// # Errors
    ///
    /// When `book.toml`, the map or a folder can't be read.
    pub(crate) fn read(root: &Path) -> anyhow::Result<Workspace> {
        let source = site::config(root)?.book.src;
        let folder = root.join(&source);
        let files = below(&folder).with_context(|| format!("read {}", folder.display()))?;
        let mut pages = Vec::new();
        let mut summary = None;
        for file in files {
            if file.extension().is_none_or(|ending| ending != "md") {
                continue;
            }
            let text =
                fs::read_to_string(&file).with_context(|| format!("read {}", file.display()))?;
            let page = Page::read(slashed(&file, &folder), slashed(&file, root), text);
            match page.path.as_str() {
                "SUMMARY.md" => summary = Some(page),
                "404.md" => {}
                _ => pages.push(page),
            }
        }
        let summary = summary.with_context(|| format!("{} has no SUMMARY.md", folder.display()))?;
        Ok(Workspace {
            root: root.to_path_buf(),
            source,
            summary,
            pages,
            chapters: chapters(root)?,
            recipes: recipes(&fs::read_to_string(root.join("justfile")).unwrap_or_default()),
        })
    }
}

/// The chapters, as far as the book speaks of them.
fn chapters(root: &Path) -> anyhow::Result<BTreeMap<u32, Chapter>> {
    let mut chapters = BTreeMap::new();
    for chapter in layout::Workspace::read(root)?.chapters {
        let mut peers = BTreeSet::new();
        let scenes = chapter.scenes()?;
        for scene in &scenes {
            let text = fs::read_to_string(&scene.file).unwrap_or_default();
            let needs = text
                .lines()
                .filter_map(|line| line.strip_prefix("#: needs "));
            peers.extend(needs.flat_map(str::split_whitespace).map(str::to_owned));
        }
        peers.extend(chapter.peers_of_tests()?);
        let programs = chapter.programs()?.into_iter();
        let explained = chapter.exercises.iter().filter_map(|exercise| {
            let page = exercise.header.page.clone()?;
            Some((exercise.name.clone(), exercise.header.page_line, page))
        });
        chapters.insert(
            chapter.number,
            Chapter {
                programs: programs.map(|program| program.name).collect(),
                wires: chapter.wires()?.into_iter().map(|wire| wire.name).collect(),
                scenes: scenes.into_iter().map(|scene| scene.name).collect(),
                peers,
                explained: explained.collect(),
                exercises: chapter
                    .exercises
                    .iter()
                    .map(|exercise| exercise.name.clone())
                    .collect(),
                measured: chapter.measured()?.into_iter().collect(),
                name: chapter.folder,
            },
        );
    }
    Ok(chapters)
}

/// The recipes of a justfile, and the `cargo workbook` command that each runs.
fn recipes(justfile: &str) -> BTreeMap<String, Option<String>> {
    let mut recipes = BTreeMap::new();
    let mut current: Option<String> = None;
    for line in justfile.lines() {
        if line.starts_with([' ', '\t']) {
            let command = line
                .trim_start_matches([' ', '\t', '@'])
                .strip_prefix("cargo workbook ")
                .and_then(|rest| rest.split_whitespace().next());
            if let (Some(recipe), Some(command)) = (&current, command)
                && let Some(slot @ None) = recipes.get_mut(recipe)
            {
                *slot = Some(command.to_owned());
            }
            continue;
        }
        current = None;
        let Some((head, after)) = line.split_once(':') else {
            continue;
        };
        let name = head.split_whitespace().next().unwrap_or_default();
        let is_name = name.starts_with(|c: char| c.is_ascii_alphabetic());
        if is_name && !after.starts_with('=') && !line.starts_with("set ") {
            recipes.insert(name.to_owned(), None);
            current = Some(name.to_owned());
        }
    }
    recipes
}
