//! `wire`: what goes over the wire in a scene.

use std::process::{Command, Stdio};

use layout::{Chapter, Workspace};

use super::programs;
use crate::asked;
use crate::cargo::{self, clean_command};
use crate::console;
use crate::error::{Error, Result, failed};

/// `wire N SCENE`, with what the program `wire` takes besides.
pub fn wire(workspace: &Workspace, asked: &str, scene: &str, flags: &[String]) -> Result<()> {
    let chapter = asked::chapter(workspace, asked)?;
    let scenes = chapter.scenes()?;
    if !scenes.iter().any(|found| found.name == scene) {
        let names: Vec<String> = scenes.into_iter().map(|found| found.name).collect();
        return Err(Error::Usage(format!(
            "chapter {} has no scene {scene}. Its scenes are:\n{}",
            chapter.number,
            console::wrap(&names.join(" "), 2).join("\n")
        )));
    }
    programs::build(workspace, chapter, false)?;
    Err(programs::become_it(
        command(chapter, scene).args(flags),
        "cargo",
    ))
}

/// Plays the scene and rewrites its wire; whether that went well.
pub fn bless(chapter: &Chapter, scene: &str) -> Result<bool> {
    let status = command(chapter, scene)
        .arg("--bless")
        .stdin(Stdio::null())
        .status()
        .map_err(|error| failed("run", "cargo", &error))?;
    Ok(status.success())
}

/// A program of its own: what decodes packets is compiled when somebody wants to see some.
fn command(chapter: &Chapter, scene: &str) -> Command {
    let mut command = clean_command(cargo::program());
    command.args(["run", "--quiet", "--package", "wire", "--"]);
    command.args([&chapter.folder, scene]);
    command
}
