//! What our own build makes of a page, beyond what mdBook does.
//!
//! It works on both sides of mdBook. Before ([`Pages::prepare`]), when a page is still
//! Markdown and says which file it includes, each fence that is a scene, a listing or a
//! figure is made into HTML, which is kept; the fence stays as plain text with a number. So mdBook
//! never sees the markup, and neither does its index for searching. After
//! ([`Pages::finish`]), what was kept takes the place of the numbered text, and the
//! other passes, each in a module of its own, work on the HTML that mdBook wrote.
//!
//! Stock `mdbook build` knows nothing of this and gives the same text without it.

mod callout;
mod exercise;
mod fence;
mod figure;
mod highlight;
mod html;
mod index;
mod listing;
mod measured;
mod orientation;
mod print;
pub(crate) mod reference;
mod scene;
mod search;
pub(crate) mod source;
mod table;
pub(crate) mod template;
mod wire;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::{fmt, fs};

use anyhow::Context;
use mdbook_driver::book::Book;
use mdbook_driver::config::Config;

use exercise::Exercises;
use fence::Fence;
use highlight::Highlighter;
use orientation::Orientation;
use reference::References;
use source::Sources;

use crate::files::slashed;
use crate::publish::Addresses;
pub(crate) use exercise::markdown;
pub(crate) use highlight::code;
pub(crate) use html::escaped;
pub(crate) use orientation::html_file;
pub(crate) use scene::line as scene_line;

/// What is kept of the pages while mdBook is at work.
pub(crate) struct Pages {
    /// The HTML of each scene, listing and figure; a page's text has its place in this list.
    pieces: Vec<String>,
    /// By the path of the HTML file: where in the book it is.
    orientations: BTreeMap<String, Orientation>,
    /// The files that listings come from, below the root.
    sources: BTreeSet<String>,
    root: PathBuf,
    /// The folder of the pages.
    pages: PathBuf,
}

/// The folder of the built book with the sources that its listings come from.
pub(crate) const SOURCES: &str = "source";

/// What stands in a piece for the way from its page to the book's folder, which is
/// another for the page that has all of them.
pub(crate) const ROOT: &str = "%root%";

impl Pages {
    /// Takes from `book`, which `config` is about, what mdBook need not see.
    ///
    /// # Errors
    ///
    /// When a figure can't be drawn from its description, an exercise can't be read, or a
    /// measured table is none: its file, the line, and why.
    pub(crate) fn prepare(root: &Path, config: &Config, book: &mut Book) -> anyhow::Result<Pages> {
        index::fill(book);
        let exercises = Exercises::read(root)?;
        let mut failed = None;
        let html = config.html_config().unwrap_or_default();
        let repository = html.git_repository_url.as_deref();
        let title = config.book.title.as_deref().unwrap_or_default();
        let mut orientations = orientation::of(book, title);
        let mut sources = Sources::new(root);
        let mut highlighter = Highlighter::default();
        let mut pieces = Vec::new();
        let mut shown = BTreeSet::new();
        let mut wrong = WrongFigures(Vec::new());
        book.for_each_chapter_mut(|page| {
            let Some(path) = page.source_path.clone() else {
                return; // announced and not written
            };
            if let Some(orientation) = orientations.get_mut(&orientation::html_file(&path)) {
                orientation.describe(&page.content);
                page.content.push_str(&orientation.title_directive());
            }
            let folder = config.book.src.join(path.parent().unwrap_or(Path::new("")));
            page.content = fence::replace(&page.content, |fence| {
                let piece = match fence.language {
                    "console" => scene_of(fence, &folder, &mut sources)?,
                    "wire" => wire_of(fence, &folder, &mut sources)?,
                    "figure" => match figure::render(fence.rest, fence.body) {
                        Ok(piece) => piece,
                        Err(figure::Wrong { line, what }) => {
                            let file = slashed(&config.book.src.join(&path), Path::new(""));
                            wrong.0.push((file, fence.line + line, what));
                            return None;
                        }
                    },
                    language => {
                        let excerpts = sources.excerpts(fence.body, &folder)?;
                        shown.extend(excerpts.iter().map(|excerpt| excerpt.file.clone()));
                        match exercises.of(&excerpts) {
                            None => {
                                listing::render(language, &excerpts, repository, &mut highlighter)
                            }
                            Some(exercise) => {
                                shown.insert(exercises.solution(exercise));
                                let made = exercises.render(
                                    exercise,
                                    &excerpts[0],
                                    &orientations,
                                    repository,
                                    &mut highlighter,
                                );
                                made.map_err(|error| failed = Some(error)).ok()?
                            }
                        }
                    }
                };
                pieces.push(piece.html);
                Some((pieces.len() - 1, piece.text))
            });
            page.content = measured::replace(&page.content, |include| {
                let [excerpt] = &sources.excerpts(include, &folder)?[..] else {
                    return None;
                };
                // What `just measure` writes has its plan beside it.
                if !root.join(&excerpt.file).with_extension("plan").is_file() {
                    return None;
                }
                let piece = measured::render(&excerpt.text)
                    .map_err(|why| failed = Some(anyhow::anyhow!("{}:{why}", excerpt.file)))
                    .ok()?;
                pieces.push(piece.html);
                Some((pieces.len() - 1, piece.text))
            });
        });
        if !wrong.0.is_empty() {
            return Err(wrong.into());
        }
        match failed {
            Some(error) => Err(error),
            None => Ok(Pages {
                pieces,
                orientations,
                sources: shown,
                root: root.to_path_buf(),
                pages: root.join(&config.book.src),
            }),
        }
    }

    /// Finishes the pages that mdBook wrote to `folder`.
    ///
    /// # Errors
    ///
    /// When a file can't be read or written.
    pub(crate) fn finish(&self, folder: &Path, addresses: &Addresses) -> anyhow::Result<()> {
        let mut index = search::Index::new(&self.pages)?;
        let references = References::read(&self.pages, folder);
        for (name, orientation) in &self.orientations {
            let page = self.finish_file(folder, name, &references, addresses)?;
            index.add(name, &orientation.trail(), &page);
        }
        index.write(folder)?;
        for name in ["index.html", "404.html", "print.html"] {
            if !self.orientations.contains_key(name) && folder.join(name).is_file() {
                self.finish_file(folder, name, &references, addresses)?;
            }
        }
        for name in &self.sources {
            // Under another ending a browser would offer to save it.
            let copy = folder.join(SOURCES).join(format!("{name}.txt"));
            let made = copy.parent().map_or(Ok(()), fs::create_dir_all);
            let source = self.root.join(name);
            // A second name for the file takes a tenth of the time of a second file, where
            // both are on one disk.
            made.and_then(|()| fs::hard_link(&source, &copy))
                .or_else(|_| fs::copy(&source, &copy).map(drop))
                .with_context(|| format!("copy {name} to {}", copy.display()))?;
        }
        Ok(())
    }

    /// Finishes a page, and gives it back as mdBook wrote it.
    fn finish_file(
        &self,
        folder: &Path,
        name: &str,
        references: &References,
        addresses: &Addresses,
    ) -> anyhow::Result<String> {
        let path = folder.join(name);
        let written =
            fs::read_to_string(&path).with_context(|| format!("read {}", path.display()))?;
        let page = self.with_pieces(&written, &"../".repeat(name.matches('/').count()));
        let page = callout::mark(&page);
        let page = callout::mark_answers(&page);
        let page = table::label(&page);
        let page = references.link(&page, name);
        let page = orientation::put(&page, name, &self.orientations);
        let page = match name {
            "print.html" => print::finish(&page, &self.orientations),
            _ => page,
        };
        let page = page.replacen("<!--addresses-->", &addresses.in_head(name), 1);
        fs::write(&path, page).with_context(|| format!("write {}", path.display()))?;
        Ok(written)
    }

    /// The page with each piece in the place of its text; `to_root` leads from it to the
    /// book's folder.
    fn with_pieces(&self, page: &str, to_root: &str) -> String {
        let mut out = String::with_capacity(page.len() * 2);
        let mut parts = page.split(fence::OPENING);
        out.push_str(parts.next().unwrap_or_default());
        for part in parts {
            let (number, rest) = part.split_once('"').unwrap_or((part, ""));
            let piece = number
                .parse()
                .ok()
                .and_then(|at: usize| self.pieces.get(at));
            match (piece, rest.split_once("</code></pre>")) {
                (Some(piece), Some((_, rest))) => {
                    out.push_str(&piece.replace(ROOT, to_root));
                    out.push_str(rest);
                }
                _ => {
                    out.push_str(fence::OPENING);
                    out.push_str(part);
                }
            }
        }
        out
    }
}

/// Descriptions that no figure can be drawn from: file, line, and why.
#[derive(Debug)]
pub(crate) struct WrongFigures(pub(crate) Vec<(String, usize, String)>);

impl fmt::Display for WrongFigures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lines = self.0.iter();
        let lines = lines.map(|(file, line, what)| format!("{file}:{line}: {what}"));
        f.write_str(&lines.collect::<Vec<_>>().join("\n"))
    }
}

impl std::error::Error for WrongFigures {}

/// A fence made into HTML, and the text that a search finds it by.
pub(crate) struct Piece {
    pub(crate) html: String,
    pub(crate) text: String,
}

fn wire_of(fence: &Fence<'_>, folder: &Path, sources: &mut Sources) -> Option<Piece> {
    let [excerpt] = &sources.excerpts(fence.body, folder)?[..] else {
        return None;
    };
    let name = excerpt.file.rsplit('/').next()?.strip_suffix(".wire")?;
    let wire = ::wire::Wire::parse(&excerpt.text).ok()?;
    Some(wire::render(&wire, name, source::chapter(&excerpt.file)))
}

fn scene_of(fence: &Fence<'_>, folder: &Path, sources: &mut Sources) -> Option<Piece> {
    let [excerpt] = &sources.excerpts(fence.body, folder)?[..] else {
        return None;
    };
    let name = excerpt.file.rsplit('/').next()?.strip_suffix(".console")?;
    let scene = ::scene::Scene::parse(name, &excerpt.text).ok()?;
    Some(scene::render(&scene, source::chapter(&excerpt.file)))
}
