//! `chapter`: plays a chapter's scenes and holds them against the book.

use std::time::Instant;

use layout::{Chapter, Workspace};
use scene::{Event, Exit, Scene, Stage, Verdict};
use serde_json::json;

use crate::asked;
use crate::console::{self, Look, command, count, paint, say};
use crate::error::{Error, Result};
use crate::events;
use crate::progress::{self, State};

use super::{exercises, programs};

/// `chapter`: the list of chapters.
pub fn list(workspace: &Workspace) -> Result<()> {
    say!();
    say!("  {}", paint(Look::Bold, "On the Wire"));
    say!();
    for chapter in &workspace.chapters {
        say!(
            "  {}  {}",
            paint(Look::Dim, &format!("{:>2}", chapter.number)),
            paint(Look::Bold, &chapter.title)
        );
        let mut about = vec![
            count(chapter.programs()?.len(), "program"),
            count(chapter.scenes()?.len(), "scene"),
        ];
        let rows = progress::known(workspace, &chapter.exercises);
        if !rows.is_empty() {
            let done = rows
                .iter()
                .filter(|(.., state)| matches!(state, State::Done(_)))
                .count();
            about.push(match done {
                0 => count(rows.len(), "exercise"),
                _ => format!("{done} of {} done", count(rows.len(), "exercise")),
            });
        }
        say!("      {}", paint(Look::Dim, &about.join(", ")));
    }
    if let Some(first) = workspace.chapters.first() {
        say!();
        say!(
            "  Play one  {}",
            command(&format!("chapter {}", first.number))
        );
    }
    say!();
    Ok(())
}

/// `chapter N [SCENE]`: plays them, then says what else there is.
pub fn play(workspace: &Workspace, asked: &str, only: Option<&str>) -> Result<()> {
    let chapter = asked::chapter(workspace, asked)?;
    let mut scenes = chapter.scenes()?;
    if let Some(only) = only {
        let names: Vec<String> = scenes.iter().map(|scene| scene.name.clone()).collect();
        scenes.retain(|scene| scene.name == only);
        if scenes.is_empty() {
            return Err(Error::Usage(format!(
                "chapter {} has no scene {only}. Its scenes are:\n{}",
                chapter.number,
                console::wrap(&names.join(" "), 2).join("\n")
            )));
        }
    }
    if !events::on() {
        say!();
        say!(
            "  {}  {}",
            paint(Look::Dim, &format!("Chapter {}", chapter.number)),
            paint(Look::Bold, &chapter.title)
        );
    }
    let programs = programs::build(workspace, chapter, false)?;
    let stage = Stage::new(programs).files(&chapter.dir);
    if events::on() {
        return tell_scenes(&stage, &scenes);
    }
    let since = Instant::now();
    let mut tally = Tally::default();
    for (n, scene) in scenes.iter().enumerate() {
        if console::nobody_reads() {
            return Err(Error::Said); // of the rest nothing is known
        }
        say!();
        let nth = format!("{} of {}", n + 1, scenes.len());
        play_scene(&stage, scene, &nth, &mut tally);
    }
    say!();
    tally.say(scenes.len(), since);
    if only.is_none() {
        what_else(workspace, chapter)?;
    } else {
        say!();
    }
    if tally.differ == 0 {
        Ok(())
    } else {
        Err(Error::Said)
    }
}

/// Plays scenes for a program that listens.
fn tell_scenes(stage: &Stage, scenes: &[layout::Scene]) -> Result<()> {
    let mut differs = false;
    for found in scenes {
        events::tell(&json!({ "event": "scene", "name": found.name }));
        let scene = Scene::load(&found.file)
            .map_err(|error| Error::Failed(format!("{}: {error}", console::path(&found.file))))?;
        let verdict = stage.play(&scene, &mut |event| {
            if let Some(event) = events::of_scene(&event) {
                events::tell(&event);
            }
        });
        differs |= matches!(verdict, Verdict::Differs(_));
    }
    match differs {
        true => Err(Error::Said),
        false => Ok(()),
    }
}

/// How the scenes came out.
#[derive(Default)]
struct Tally {
    differ: usize,
    skipped: usize,
}

impl Tally {
    fn say(&self, all: usize, since: Instant) {
        if all == 0 {
            say!("  It has no scenes yet.");
            return;
        }
        let time = paint(
            Look::Dim,
            &format!("{:.1} s", since.elapsed().as_secs_f64()),
        );
        let played = all - self.skipped;
        let mut parts = Vec::new();
        if self.differ > 0 {
            let text = format!(
                "{} of {} differ from the book",
                self.differ,
                count(all, "scene")
            );
            parts.push(paint(Look::Bad, &text));
        } else if played == 1 {
            parts.push(paint(Look::Good, "The scene is as the book says"));
        } else if played > 0 {
            parts.push(paint(
                Look::Good,
                &format!("{played} scenes, all as the book says"),
            ));
        }
        if self.skipped > 0 {
            parts.push(paint(Look::Note, &format!("{} skipped", self.skipped)));
        }
        say!("  {}  {time}", parts.join(", "));
    }
}

/// Plays one scene live.
fn play_scene(stage: &Stage, found: &layout::Scene, nth: &str, tally: &mut Tally) {
    let scene = match Scene::load(&found.file) {
        Ok(scene) => scene,
        Err(error) => {
            tally.differ += 1;
            say!("  {}", paint(Look::Bold, &found.name));
            say!(
                "  {} {}: {error}",
                paint(Look::Bad, "✗"),
                console::path(&found.file)
            );
            return;
        }
    };
    say!(
        "  {}  {}",
        paint(Look::Bold, &scene.name),
        paint(Look::Dim, nth)
    );
    for line in console::wrap(&scene.title, 2) {
        say!("{line}");
    }
    say!();
    let mut screen = Screen::new(&scene);
    let verdict = stage.play(&scene, &mut |event| screen.show(&event));
    say!();
    match verdict {
        Verdict::AsWritten => say!("  {}", paint(Look::Good, "✓ as the book says")),
        Verdict::Skipped(why) => {
            tally.skipped += 1;
            say!("  {}", paint(Look::Note, &format!("· {why}")));
        }
        Verdict::Differs(report) => {
            tally.differ += 1;
            say!("  {}", paint(Look::Bad, "✗ not as the book says"));
            say!();
            for line in report.to_string().lines() {
                let look = match line.get(..4) {
                    Some("  - ") => Some(Look::Bad),
                    Some("  + ") => Some(Look::Good),
                    _ => None,
                };
                match look {
                    Some(look) => say!("  {}", paint(look, line)),
                    None => say!("{}", format!("  {line}").trim_end()),
                }
            }
        }
    }
}

/// Shows the terminals of a scene as columns with a name and a colour.
struct Screen {
    /// The terminals, in order of appearance.
    terminals: Vec<String>,
    /// The columns before the bar, which names take.
    width: usize,
    /// Whose line was the last.
    last: Option<String>,
}

impl Screen {
    fn new(scene: &Scene) -> Screen {
        let mut terminals: Vec<String> = Vec::new();
        for step in &scene.steps {
            if !terminals.contains(&step.terminal) {
                terminals.push(step.terminal.clone());
            }
        }
        let widest = terminals.iter().map(|name| console::columns(name)).max();
        Screen {
            terminals,
            // A name and a space; a scene with one terminal has no name.
            width: widest
                .filter(|width| *width > 0)
                .map_or(0, |width| width + 1),
            last: None,
        }
    }

    fn show(&mut self, event: &Event<'_>) {
        match event {
            Event::Started { terminal, command } => {
                let prompt = paint(Look::Dim, "$");
                self.line(terminal, &prompt, command, Some(Look::Bold));
            }
            Event::Line { terminal, text } => self.line(terminal, "", text, None),
            Event::Typed { terminal, text } => {
                let prompt = paint(Look::Dim, "<");
                self.line(terminal, &prompt, text, Some(Look::Bold));
            }
            Event::Interrupted { terminal } => self.line(terminal, "", "^C", Some(Look::Bold)),
            Event::EndOfInput { terminal } => self.line(terminal, "", "^D", Some(Look::Bold)),
            Event::Exited { terminal, exit } => match exit {
                Exit::Code(0) => {}
                Exit::Code(code) => {
                    self.line(terminal, "", &format!("[exit {code}]"), Some(Look::Dim));
                }
                Exit::Signal(signal) => {
                    self.line(terminal, "", &format!("[signal {signal}]"), Some(Look::Dim));
                }
            },
            Event::Again => {
                self.last = None;
                say!(
                    "  {}",
                    paint(Look::Dim, "A port was taken meanwhile; once more.")
                );
                say!();
            }
            Event::Played(_) | Event::Verdict(_) => {}
        }
    }

    /// Writes a line behind its terminal's name and bar. On a terminal the name
    /// stands where another one begins to speak; in a log, on every line.
    fn line(&mut self, terminal: &str, prompt: &str, text: &str, look: Option<Look>) {
        let nth = self
            .terminals
            .iter()
            .position(|name| name == terminal)
            .unwrap_or(0);
        let again = self.last.as_deref() == Some(terminal);
        let colour = Look::Terminal(nth);
        let shown = if again && console::on_terminal() {
            ""
        } else {
            terminal
        };
        let mut name = console::column(colour, shown, self.width);
        let bar = paint(colour, "│");
        let mark = if prompt.is_empty() { 0 } else { 2 };
        // Broken by hand: a line that a terminal breaks would leave its column.
        let room = if console::on_terminal() {
            console::terminal_width()
                .saturating_sub(self.width + 4 + mark)
                .max(20)
        } else {
            usize::MAX
        };
        for (n, piece) in pieces(text, room).iter().enumerate() {
            let piece = look.map_or_else(|| piece.clone(), |look| paint(look, piece));
            let before = match (mark, n) {
                (0, _) => String::new(),
                (_, 0) => format!("{prompt} "),
                (_, _) => "  ".to_owned(),
            };
            say!("{}", format!("  {name}{bar} {before}{piece}").trim_end());
            name = " ".repeat(self.width);
        }
        self.last = Some(terminal.to_owned());
    }
}

/// `text` in pieces of at most `room` characters, broken at spaces where there are
/// some; one piece, if it is empty.
fn pieces(text: &str, room: usize) -> Vec<String> {
    let mut rest: Vec<char> = text.chars().collect();
    let mut pieces = Vec::new();
    while rest.len() > room {
        // A break far to the left would look like a new line.
        let at = (room / 2..=room).rev().find(|at| rest[*at] == ' ');
        let tail = rest.split_off(at.unwrap_or(room));
        pieces.push(rest.iter().collect::<String>().trim_end().to_owned());
        rest = match at {
            Some(_) => tail.into_iter().skip_while(|c| *c == ' ').collect(),
            None => tail,
        };
    }
    pieces.push(rest.into_iter().collect());
    pieces
}

/// Programs, page and exercises, and the next thing to type.
fn what_else(workspace: &Workspace, chapter: &Chapter) -> Result<()> {
    let programs = chapter.programs()?;
    if !programs.is_empty() {
        let width = programs
            .iter()
            .map(|program| console::columns(&program.name))
            .max()
            .unwrap_or(0);
        say!();
        say!(
            "  {}  {}",
            paint(Look::Bold, "Programs"),
            command("run NAME --help")
        );
        for program in &programs {
            let indent = width + 6;
            let about = console::wrap(&program.purpose, indent);
            let mut about = about.iter().map(|line| line.trim_start());
            say!(
                "{}",
                format!(
                    "    {}  {}",
                    console::column(Look::Command, &program.name, width),
                    about.next().unwrap_or_default()
                )
                .trim_end()
            );
            for line in about {
                say!("{}{line}", " ".repeat(indent));
            }
        }
    }
    if let Some(page) = chapter.pages.first() {
        say!();
        say!(
            "  {}      {}  {}",
            paint(Look::Bold, "Read"),
            console::path(page),
            paint(Look::Dim, &format!("or {}", console::command_text("book")))
        );
    }
    let rows = progress::known(workspace, &chapter.exercises);
    if !rows.is_empty() {
        say!();
        say!("  {}", paint(Look::Bold, "Exercises"));
        exercises::show(&rows);
        say!();
        exercises::show_total(&rows);
    }
    say!();
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_line_is_cut_into_pieces() {
        assert_eq!(pieces("abcdefg", 3), ["abc", "def", "g"]);
        assert_eq!(pieces("ab cd ef", 5), ["ab cd", "ef"]);
        assert_eq!(pieces("abcd  efgh", 5), ["abcd", "efgh"]);
        assert_eq!(pieces("a bcdefgh", 6), ["a bcde", "fgh"]);
        assert_eq!(pieces("", 3), [""]);
        assert_eq!(pieces("ab", usize::MAX), ["ab"]);
    }
}
