//! The commands that a page tells its reader to type: they exist, and so does
//! what they are given.

use super::Problems;
use super::page::Page;
use super::workspace::{Chapter, Workspace};

/// Checks each `just ...` and `cargo workbook ...` in the page's code spans and
/// `sh` fences.
pub(crate) fn check(workspace: &Workspace, page: &Page, problems: &mut Problems) {
    for (line, span) in &page.spans {
        check_line(workspace, page, *line, span, problems);
    }
    for block in page.blocks.iter().filter(|block| block.language == "sh") {
        for (number, command) in block.body.lines().enumerate() {
            check_line(workspace, page, block.line + 1 + number, command, problems);
        }
    }
}

fn check_line(
    workspace: &Workspace,
    page: &Page,
    line: usize,
    command: &str,
    problems: &mut Problems,
) {
    let command = command.split(" #").next().unwrap_or_default();
    let words: Vec<&str> = command.split_whitespace().collect();
    let checked = match words.as_slice() {
        ["just", recipe, arguments @ ..] if !recipe.starts_with('-') => {
            check_just(workspace, recipe, arguments)
        }
        ["cargo", "workbook", command, arguments @ ..] if !command.starts_with('-') => {
            check_workbook(workspace, command, arguments)
        }
        _ => Ok(()),
    };
    if let Err(what) = checked {
        problems.add(&page.file, line, format!("`{}`: {what}", words.join(" ")));
    }
}

fn check_just(workspace: &Workspace, recipe: &str, arguments: &[&str]) -> Result<(), String> {
    match workspace.recipes.get(recipe) {
        None if is_placeholder(recipe) => Ok(()),
        None => Err(format!("the justfile has no recipe `{recipe}`")),
        Some(None) => Ok(()),
        Some(Some(command)) => check_arguments(workspace, command, arguments),
    }
}

fn check_workbook(workspace: &Workspace, command: &str, arguments: &[&str]) -> Result<(), String> {
    let known = |known: &Option<String>| known.as_deref() == Some(command);
    if workspace.recipes.values().any(known) {
        check_arguments(workspace, command, arguments)
    } else if is_placeholder(command) {
        Ok(())
    } else {
        Err(format!("the workbook has no command `{command}`"))
    }
}

/// Whether a word stands for what a reader puts there: `NAME`, `N.M`, `[SCENE]`, `...`.
fn is_placeholder(word: &str) -> bool {
    word.chars()
        .all(|c| c.is_ascii_uppercase() || matches!(c, '.' | '[' | ']' | '|' | '…'))
}

fn check_arguments(workspace: &Workspace, command: &str, arguments: &[&str]) -> Result<(), String> {
    let arguments: Vec<&str> = arguments
        .iter()
        .copied()
        .filter(|word| !word.starts_with("--"))
        .collect();
    let first = arguments.first().copied();
    if first.is_some_and(is_placeholder) {
        return Ok(());
    }
    match (command, first) {
        ("run" | "hint" | "solution" | "reset", None) => Err("it needs a name".to_owned()),
        ("chapter" | "wire", Some(number)) => {
            let chapter = chapter(workspace, number)?;
            match arguments.get(1) {
                Some(scene) if !is_placeholder(scene) && !chapter.scenes.contains(*scene) => {
                    Err(format!("{} has no scene `{scene}`", chapter.name))
                }
                _ => Ok(()),
            }
        }
        ("measure", Some(number)) => {
            let chapter = chapter(workspace, number)?;
            match arguments.get(1) {
                Some(name)
                    if !is_placeholder(name)
                        && !chapter.measured.contains(*name)
                        && !chapter.scenes.contains(*name) =>
                {
                    Err(format!("{} measures no `{name}`", chapter.name))
                }
                _ => Ok(()),
            }
        }
        ("run", Some(name)) => {
            let mut chapters = workspace.chapters.values();
            if chapters.any(|chapter| chapter.programs.contains(name)) {
                Ok(())
            } else {
                Err(format!("no chapter has a program `{name}`"))
            }
        }
        ("hint" | "solution" | "reset", Some(name)) => exercise(workspace, name),
        ("check" | "watch", Some(name)) => match name.parse::<u32>() {
            Ok(_) => chapter(workspace, name).map(drop),
            Err(_) => exercise(workspace, name),
        },
        ("shell" | "exercises" | "prove", Some(number)) => chapter(workspace, number).map(drop),
        ("book", Some(part)) if !["build", "serve", "pdf", "lint", "test"].contains(&part) => {
            Err(format!("the book has no command `{part}`"))
        }
        _ => Ok(()),
    }
}

/// The chapter of that number.
fn chapter<'a>(workspace: &'a Workspace, number: &str) -> Result<&'a Chapter, String> {
    number
        .parse()
        .ok()
        .and_then(|number: u32| workspace.chapters.get(&number))
        .ok_or_else(|| format!("there is no chapter `{number}`"))
}

/// An exercise: `5.2`, or its name.
fn exercise(workspace: &Workspace, name: &str) -> Result<(), String> {
    if let Some((number, place)) = name.split_once('.') {
        let chapter = chapter(workspace, number)?;
        let last = chapter.exercises.len();
        return match place.parse::<usize>() {
            Ok(place) if (1..=last).contains(&place) => Ok(()),
            _ => Err(format!("{} has the exercises 1 to {last}", chapter.name)),
        };
    }
    let mut chapters = workspace.chapters.values();
    if chapters.any(|chapter| chapter.exercises.iter().any(|exercise| exercise == name)) {
        Ok(())
    } else {
        Err(format!("no chapter has an exercise `{name}`"))
    }
}
