//! `bless`: plays scenes and rewrites their files with what came, for a person
//! to read.

use layout::{Chapter, Scene, Workspace};
use scene::{BlessError, Stage};
use similar::{ChangeTag, TextDiff};

use super::{programs, wire};
use crate::console::{self, Look, count, paint, say};
use crate::error::{Error, Result, read};

/// `bless [FILTER]`.
pub fn bless(workspace: &Workspace, filter: Option<&str>) -> Result<()> {
    let mut chosen: Vec<(&Chapter, Vec<Scene>)> = Vec::new();
    for chapter in &workspace.chapters {
        let mut scenes = chapter.scenes()?;
        if let Some(filter) = filter {
            scenes.retain(|scene| matches(chapter, &scene.name, filter));
        }
        if !scenes.is_empty() {
            chosen.push((chapter, scenes));
        }
    }
    if chosen.is_empty() {
        let mut names = Vec::new();
        for chapter in &workspace.chapters {
            for scene in chapter.scenes()? {
                names.push(format!("{}/{}", chapter.folder, scene.name));
            }
        }
        return Err(Error::Usage(format!(
            "no scene matches {}. The scenes are:\n{}",
            filter.unwrap_or("that"),
            console::wrap(&names.join(" "), 2).join("\n")
        )));
    }
    let (mut all, mut changed, mut failed) = (0, 0, 0);
    for (chapter, scenes) in chosen {
        let stage = Stage::new(programs::build(workspace, chapter, false)?).files(&chapter.dir);
        for Scene { name, file } in scenes {
            all += 1;
            let before = read(&file)?;
            let outcome = scene::bless(&file, &stage);
            let after = read(&file)?;
            if before != after {
                changed += 1;
                say!("{}", paint(Look::Bold, &console::path(&file)));
                show_diff(&before, &after);
            }
            match outcome {
                Ok(_) => {}
                Err(BlessError::Skipped(why)) => {
                    say!("{} {}: {why}", paint(Look::Note, "·"), name);
                }
                Err(error) => {
                    failed += 1;
                    say!("{} {}", paint(Look::Bad, "✗"), console::path(&file));
                    for line in error.to_string().lines() {
                        say!("{}", format!("  {line}").trim_end());
                    }
                    say!();
                }
            }
            let wire = file.with_extension("wire");
            if wire.is_file() {
                let before = read(&wire)?;
                if !wire::bless(chapter, &name)? {
                    failed += 1;
                }
                let after = read(&wire)?;
                if before != after {
                    changed += 1;
                    say!("{}", paint(Look::Bold, &console::path(&wire)));
                    show_diff(&before, &after);
                }
            }
        }
    }
    let mut parts = vec![count(all, "scene")];
    parts.push(match changed {
        0 => "none changed".to_owned(),
        n => format!("{n} changed: read what changed before you commit it"),
    });
    if failed > 0 {
        parts.push(format!("{failed} could not be blessed"));
    }
    say!("{}", parts.join(", "));
    if failed == 0 {
        Ok(())
    } else {
        Err(Error::Said)
    }
}

/// Whether `filter` means this scene: a number or the name of its chapter, or a
/// part of `05-framing/streamer`.
fn matches(chapter: &Chapter, scene: &str, filter: &str) -> bool {
    match filter.parse::<u32>() {
        Ok(number) => number == chapter.number,
        Err(_) => {
            filter == chapter.package || format!("{}/{scene}", chapter.folder).contains(filter)
        }
    }
}

fn show_diff(before: &str, after: &str) {
    let diff = TextDiff::from_lines(before, after);
    for group in diff.grouped_ops(2) {
        for change in group.iter().flat_map(|op| diff.iter_changes(op)) {
            let (sign, look) = match change.tag() {
                ChangeTag::Delete => ('-', Some(Look::Bad)),
                ChangeTag::Insert => ('+', Some(Look::Good)),
                ChangeTag::Equal => (' ', None),
            };
            let line = format!("  {sign} {}", change.value().trim_end_matches('\n'));
            match look {
                Some(look) => say!("{}", paint(look, &line)),
                None => say!("{}", line.trim_end()),
            }
        }
        say!();
    }
}
