//! The player.
//!
//! Each play has an empty working directory (with the chapter's `python/` in it, if
//! there is one), a home and an environment that are nobody's, and free ports. The
//! port that stands for one of the book's has as many digits where that can be, and is
//! shown as the book's wherever it comes back.

mod command;
mod hearing;
mod needs;
mod player;
mod record;
mod wording;

use std::path::PathBuf;

use crate::event::{Event, Verdict};
use crate::format::Scene;
use crate::report::Report;
use player::Player;

pub use needs::is_ability;

/// How often a scene is played before a port that somebody else has is a failure.
const ATTEMPTS: usize = 3;

/// Where scenes are played: which programs, which chapter's files.
#[derive(Debug, Clone)]
pub struct Stage {
    programs: PathBuf,
    chapter: Option<PathBuf>,
    pin: bool,
    alone: bool,
}

impl Stage {
    /// A stage with the programs in the folder `programs` (`target/debug`). A
    /// command that is not there is looked for on PATH.
    pub fn new(programs: impl Into<PathBuf>) -> Stage {
        Stage {
            programs: absolute(programs.into()),
            chapter: None,
            pin: false,
            alone: false,
        }
    }

    /// With the files of the chapter in the folder `chapter`: its `python/`, if it
    /// has one, is seen in the scene's working directory.
    pub fn files(mut self, chapter: impl Into<PathBuf>) -> Stage {
        self.chapter = Some(absolute(chapter.into()));
        self
    }

    /// For measuring: the kth terminal's commands run on the kth core, where the
    /// system can do that (Linux, with taskset); elsewhere this changes nothing.
    pub fn pin(mut self, on: bool) -> Stage {
        self.pin = on;
        self
    }

    /// In a network where nobody else is: the ports are those of the book.
    pub fn alone(mut self, on: bool) -> Stage {
        self.alone = on;
        self
    }

    /// Plays `scene`, telling `on_event` everything as it happens, the verdict
    /// last.
    pub fn play(&self, scene: &Scene, on_event: &mut dyn FnMut(Event<'_>)) -> Verdict {
        let verdict = match self.unmet(scene) {
            Some(verdict) => verdict,
            None => match self.attempts(scene, on_event, |player| player.play()) {
                Ok(()) => Verdict::AsWritten,
                Err(report) => Verdict::Differs(report),
            },
        };
        on_event(Event::Verdict(&verdict));
        verdict
    }

    /// Plays the steps of `scene` and returns it with the output that came. The
    /// events are those of [`play`](Stage::play), without a verdict.
    ///
    /// A line that the scene excuses with `#~` stays as it is if it still matches.
    /// How much output belongs to a step whose command goes on running nobody can
    /// know, so recording waits until there has been none for a while: it is for
    /// `just bless`, never for a test.
    ///
    /// # Errors
    ///
    /// When a step could not be played, or the scene is not for this system.
    pub fn record(
        &self,
        scene: &Scene,
        on_event: &mut dyn FnMut(Event<'_>),
    ) -> Result<Scene, Box<Report>> {
        match self.unmet(scene) {
            Some(Verdict::Differs(report)) => return Err(report),
            Some(Verdict::Skipped(why)) => return Err(whole_scene(scene, why)),
            Some(Verdict::AsWritten) | None => {}
        }
        self.attempts(scene, on_event, |player| player.record())
            .map_err(|mut report| {
                report.blessable = false; // it has just been tried
                report
            })
    }

    /// Plays the scene, and once more from its start where a port that was free has
    /// been lost to somebody else.
    fn attempts<T>(
        &self,
        scene: &Scene,
        on_event: &mut dyn FnMut(Event<'_>),
        play: fn(&mut Player<'_>) -> Result<T, Box<Report>>,
    ) -> Result<T, Box<Report>> {
        let mut attempt = 1;
        loop {
            let mut player = Player::new(self, scene, on_event).map_err(|error| {
                whole_scene(scene, format!("The scene could not be set up: {error}"))
            })?;
            let result = play(&mut player);
            player.tell_of_the_end();
            match result {
                Err(ref report) if attempt < ATTEMPTS && player.lost_port(report) => {
                    player.tell(Event::Again);
                    attempt += 1;
                }
                _ => return result,
            }
        }
    }

    /// The program of that name: one of the workspace, or one outside.
    fn find(&self, name: &str) -> Option<PathBuf> {
        surroundings::find_in(name, self.search_path())
    }

    /// The programs first, also for commands that start others.
    fn search_path(&self) -> Vec<PathBuf> {
        let mut folders = vec![self.programs.clone()];
        folders.extend(surroundings::search_path());
        folders
    }
}

fn absolute(path: PathBuf) -> PathBuf {
    std::path::absolute(&path).unwrap_or(path)
}

/// A report that is not about a step.
fn whole_scene(scene: &Scene, what: String) -> Box<Report> {
    Box::new(Report {
        scene: scene.name.clone(),
        line: 1,
        terminal: String::new(),
        step: format!("# {}", scene.title),
        what,
        diff: Vec::new(),
        elsewhere: Vec::new(),
        blessable: false,
    })
}
