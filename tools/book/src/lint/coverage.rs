//! What a chapter has stands on its pages: every scene, program and exercise, and every
//! anchor of its sources.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use super::page::{Block, Page};
use super::python::{cells, spans};
use super::shown::Shown;
use super::workspace::{Chapter, Workspace};
use super::{Problems, find, includes};
use crate::files::{below, slashed};
use crate::page::source::mark;
use includes::Include;

/// Checks every chapter.
pub(crate) fn check(root: &Path, workspace: &Workspace, shown: &Shown, problems: &mut Problems) {
    let includes: Vec<Include> = workspace
        .pages
        .iter()
        .flat_map(|page| includes::of(workspace, page))
        .collect();
    let included: BTreeSet<&str> = includes
        .iter()
        .map(|include| include.file.as_str())
        .collect();
    check_anchors(root, workspace, &includes, problems);
    for (number, chapter) in &workspace.chapters {
        let folder = format!("chapters/{}", chapter.name);
        let pages: Vec<&Page> = workspace
            .pages
            .iter()
            .filter(|page| page.path.starts_with(&format!("{}/", chapter.name)))
            .collect();
        let empty = chapter.scenes.is_empty()
            && chapter.programs.is_empty()
            && chapter.exercises.is_empty();
        if empty {
            // A library that other chapters use; its pages are still to come.
            continue;
        }
        if pages.is_empty() {
            let source = workspace.source.display();
            let what = format!("the chapter has no pages in {source}/{}", chapter.name);
            problems.add(format!("{folder}/Cargo.toml"), 1, what);
            continue;
        }
        for scene in &chapter.scenes {
            let file = format!("{folder}/scenes/{scene}.console");
            if !included.contains(file.as_str()) {
                problems.add(file, 1, "no page includes this scene");
            }
        }
        for wire in &chapter.wires {
            let file = format!("{folder}/scenes/{wire}.wire");
            if !included.contains(file.as_str()) {
                problems.add(file, 1, "no page includes this wire");
            }
        }
        for program in &chapter.programs {
            if !pages.iter().any(|page| names(page, program)) {
                problems.add(
                    source_of(root, &folder, program),
                    1,
                    format!("no page of the chapter names the program `{program}`"),
                );
            }
        }
        check_exercises(workspace, *number, chapter, problems);
    }
    check_peers(root, workspace, problems);
    check_errata(shown, workspace, problems);
}

/// Every anchor of a source is on a page, or it is one line of noise.
fn check_anchors(
    root: &Path,
    workspace: &Workspace,
    includes: &[Include],
    problems: &mut Problems,
) {
    let shown: BTreeSet<(&str, &str)> = includes
        .iter()
        .map(|include| (include.file.as_str(), include.part.as_str()))
        .collect();
    let chapters = workspace.chapters.values();
    let folders = chapters.map(|chapter| format!("chapters/{}/src", chapter.name));
    for folder in folders.chain(["tools/program/src".to_owned()]) {
        // Where there is none, nothing is amiss.
        for file in below(&root.join(folder)).unwrap_or_default() {
            let name = slashed(&file, root);
            let text = fs::read_to_string(&file).unwrap_or_default();
            for (number, line) in (1..).zip(text.lines()) {
                if let Some((false, anchor)) = mark(line)
                    && !shown.contains(&(name.as_str(), anchor))
                {
                    let what = format!("no page includes the anchor `{anchor}`");
                    problems.add(&name, number, what);
                }
            }
        }
    }
}

/// The file of a program, which may be a folder's `main.rs`.
fn source_of(root: &Path, folder: &str, program: &str) -> String {
    let folded = format!("{folder}/src/bin/{program}/main.rs");
    if root.join(&folded).exists() {
        folded
    } else {
        format!("{folder}/src/bin/{program}.rs")
    }
}

/// Every exercise is on the chapter's page of exercises: under its number and name stands
/// the form that a reader fills in, of which our build makes the whole.
fn check_exercises(workspace: &Workspace, number: u32, chapter: &Chapter, problems: &mut Problems) {
    let path = format!("{}/exercises.md", chapter.name);
    let page = find(workspace, &path);
    for (place, exercise) in chapter.exercises.iter().enumerate() {
        let place = place + 1;
        let file = format!("chapters/{}/exercises/{exercise}.rs", chapter.name);
        let number = format!("{number}.{place}");
        let Some(page) = page.filter(|page| names(page, exercise) && says(page, &number)) else {
            let what = format!("{path} does not name exercise {number}, `{exercise}`");
            problems.add(file, 1, what);
            continue;
        };
        let include = format!(
            "{{{{#include ../../chapters/{}/exercises/{exercise}/stub.rs}}}}",
            chapter.name
        );
        let heading = format!("{number} {exercise}");
        let has = |block: &Block| {
            let above = page.headings.iter().rfind(|(line, _)| *line < block.line);
            block.body.trim() == include && above.is_some_and(|(_, text)| *text == heading)
        };
        if !page.blocks.iter().any(has) {
            let what = format!(
                "{path} does not show it: below the heading `{heading}`, a `rust` fence \
                 holds {include}"
            );
            problems.add(file, 1, what);
        }
    }
}

/// The packages of Python that tests talk to.
const PACKAGES: &str = "tools/testkit/packages.txt";

/// Every peer that a scene or a test needs is on the page that says how to install it,
/// beside the chapters that need it.
fn check_peers(root: &Path, workspace: &Workspace, problems: &mut Problems) {
    let Some(page) = find(workspace, "appendices/peers.md") else {
        return;
    };
    for chapter in workspace.chapters.values() {
        for peer in &chapter.peers {
            if !names(page, peer) {
                let what = format!("{} needs `{peer}`, which is not here", chapter.name);
                problems.add(&page.file, 1, what);
            }
        }
    }
    let packages = fs::read_to_string(root.join(PACKAGES)).unwrap_or_default();
    for (package, _) in packages.lines().filter_map(|line| line.split_once("==")) {
        if !page.spans.iter().any(|(_, span)| span == package) {
            let what = format!("{PACKAGES} has {package}, which is not here");
            problems.add(&page.file, 1, what);
        }
    }
    for (number, line) in (1..).zip(page.text.lines()) {
        let cells = cells(line);
        let (true, Some(chapters)) = (line.starts_with("| `"), cells.get(2)) else {
            continue;
        };
        let said: BTreeSet<u32> = chapters
            .split([',', ' '])
            .filter_map(|number| number.parse().ok())
            .collect();
        let names = spans(cells[1]);
        let needs = |chapter: &Chapter| names.iter().any(|name| chapter.peers.contains(*name));
        let needed = workspace
            .chapters
            .iter()
            .filter(|(_, chapter)| needs(chapter));
        let needed: BTreeSet<u32> = needed.map(|(number, _)| *number).collect();
        if said != needed {
            let what = format!("it is needed by the chapters {needed:?}");
            problems.add(&page.file, number, what);
        }
    }
}

/// What an entry of the errata or the index of errors says where nothing shows it.
pub(crate) const NOT_SHOWN: &str = "not shown here";

/// Each entry of the errata names what shows it, a program, a scene, an exercise or a
/// test; and where it speaks of a test, it names that.
fn check_errata(shown: &Shown, workspace: &Workspace, problems: &mut Problems) {
    let Some(page) = find(workspace, "appendices/errata.md") else {
        return;
    };
    let known = |name: &str| {
        let mut chapters = workspace.chapters.values();
        shown.has_test(name)
            || chapters.any(|chapter| {
                chapter.programs.contains(name)
                    || chapter.scenes.contains(name)
                    || chapter.exercises.iter().any(|exercise| exercise == name)
            })
    };
    let ends = page.headings.iter().skip(1).map(|(line, _)| *line);
    let ends = ends.chain([usize::MAX]);
    // The first heading is the page's own.
    for ((begin, _), end) in page.headings.iter().zip(ends).skip(1) {
        let mut spans = page.spans.iter();
        let shown =
            spans.any(|(line, span)| (*begin..end).contains(line) && words(span).any(known));
        let lines = page.text.lines().skip(*begin).take(end - begin - 1);
        if !shown && !lines.collect::<Vec<_>>().join(" ").contains(NOT_SHOWN) {
            let what = "the entry names no program, scene, exercise or test that shows it, and \
                        doesn't say that it is not shown";
            problems.add(&page.file, *begin, what);
        }
    }
    let first = page.headings.get(1).map_or(0, |(line, _)| *line);
    for passage in &page.passages {
        if passage.line(0) < first {
            continue;
        }
        for (at, sentence) in passage.sentences() {
            let speaks = words(sentence).any(|word| word == "test" || word == "tests");
            if speaks && !words(sentence).any(|word| shown.has_test(word)) {
                let what = "the sentence speaks of a test, and names none that there is";
                problems.add(&page.file, passage.line(at), what);
            }
        }
    }
}

/// The words of a text, a name such as `udp-echo` or `read_exact` in one piece.
fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !(c.is_alphanumeric() || c == '-' || c == '_'))
}

/// Whether a code span of the page has `name` as a word of its own.
fn names(page: &Page, name: &str) -> bool {
    let mut spans = page.spans.iter();
    spans.any(|(_, span)| words(span).any(|word| word == name))
}

/// Whether the page says `number`, in prose or in code.
fn says(page: &Page, number: &str) -> bool {
    let part = |c: char| !(c.is_ascii_digit() || c == '.');
    let texts = page.prose.iter().chain(&page.spans);
    texts
        .flat_map(|(_, text)| text.split(part))
        .any(|word| word.trim_end_matches('.') == number)
}
