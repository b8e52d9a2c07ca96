//! What the reader names on the command line, found; and where it is not there,
//! what there is.

use std::env;

use layout::{Chapter, Exercise, Workspace};

use crate::console;
use crate::error::{Error, Result, failed};

/// The workspace that the reader stands in.
pub fn workspace() -> Result<Workspace> {
    let here =
        env::current_dir().map_err(|error| failed("find", "the current directory", &error))?;
    let root = Workspace::above(&here).ok_or_else(|| {
        Error::Failed(format!(
            "{} is not in the workbook: no folder above it has a Cargo.toml and chapters/",
            here.display()
        ))
    })?;
    Ok(Workspace::read(root)?)
}

fn find<'a>(workspace: &'a Workspace, asked: &str) -> Option<&'a Chapter> {
    workspace.chapters.iter().find(|chapter| {
        asked.parse() == Ok(chapter.number) || asked == chapter.package || asked == chapter.folder
    })
}

/// The chapter that `asked` names by number (`5`, `05`), package or folder.
pub fn chapter<'a>(workspace: &'a Workspace, asked: &str) -> Result<&'a Chapter> {
    find(workspace, asked).ok_or_else(|| {
        Error::Usage(format!(
            "there is no chapter {asked}. The chapters are:\n{}",
            chapter_list(workspace)
        ))
    })
}

/// A line a chapter, to be shown under an error.
pub fn chapter_list(workspace: &Workspace) -> String {
    let lines: Vec<String> = workspace
        .chapters
        .iter()
        .map(|chapter| format!("  {:>2}  {}", chapter.number, chapter.title))
        .collect();
    lines.join("\n")
}

/// The exercises that `asked` names: one (`5.2` or its name), or all of a chapter
/// (`5` or its name).
pub fn exercises<'a>(workspace: &'a Workspace, asked: &str) -> Result<Vec<&'a Exercise>> {
    if let Some((number, nth)) = asked.split_once('.') {
        let chapter = chapter(workspace, number)?;
        let found = chapter
            .exercises
            .iter()
            .find(|exercise| nth.parse() == Ok(exercise.number));
        return found.map(|exercise| vec![exercise]).ok_or_else(|| {
            Error::Usage(match chapter.exercises.as_slice() {
                [] => format!("chapter {number} has no exercises"),
                some => format!(
                    "there is no exercise {asked}. Chapter {} has:\n{}",
                    chapter.number,
                    exercise_list(some)
                ),
            })
        });
    }
    let by_name: Vec<&Exercise> = workspace
        .exercises()
        .filter(|exercise| exercise.name == asked)
        .collect();
    if !by_name.is_empty() {
        return Ok(by_name);
    }
    match find(workspace, asked) {
        Some(chapter) if chapter.exercises.is_empty() => Err(Error::Usage(format!(
            "chapter {} has no exercises",
            chapter.number
        ))),
        Some(chapter) => Ok(chapter.exercises.iter().collect()),
        None if asked.parse::<u32>().is_ok() => chapter(workspace, asked).map(|_| Vec::new()),
        None => Err(Error::Usage(format!(
            "there is no exercise {asked}. The exercises are:\n{}",
            exercise_list(workspace.exercises())
        ))),
    }
}

/// The one exercise that `asked` names.
pub fn exercise<'a>(workspace: &'a Workspace, asked: &str) -> Result<&'a Exercise> {
    let found = exercises(workspace, asked)?;
    match found.as_slice() {
        [one] => Ok(one),
        _ => Err(Error::Usage(format!(
            "{asked} is more than one exercise; name one:\n{}",
            exercise_list(found)
        ))),
    }
}

/// A line an exercise, to be shown under an error.
pub fn exercise_list<'a>(exercises: impl IntoIterator<Item = &'a Exercise>) -> String {
    let lines: Vec<String> = exercises
        .into_iter()
        .map(|exercise| format!("  {:<6}{}", exercise.id(), exercise.name))
        .collect();
    match lines.is_empty() {
        true => "  (none yet)".to_owned(),
        false => lines.join("\n"),
    }
}

/// The chapter that has the program `name`.
pub fn program<'a>(workspace: &'a Workspace, name: &str) -> Result<&'a Chapter> {
    let mut list = String::new();
    for chapter in &workspace.chapters {
        let names: Vec<String> = chapter.programs()?.into_iter().map(|p| p.name).collect();
        if names.iter().any(|known| known == name) {
            return Ok(chapter);
        }
        if !names.is_empty() {
            list.push_str(&format!("\n  {:>2}  ", chapter.number));
            let lines = console::wrap(&names.join(" "), 6);
            list.push_str(lines.join("\n").trim_start());
        }
    }
    let what = match name.is_empty() {
        true => "which program?".to_owned(),
        false => format!("there is no program {name}."),
    };
    Err(Error::Usage(format!("{what} The programs are:{list}")))
}
