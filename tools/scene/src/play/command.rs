//! What a command finds around it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::player::Player;
use crate::format::Step;

impl Player<'_> {
    /// The program in the surroundings that every command has.
    pub(super) fn command(&self, step: &Step, file: &Path) -> Command {
        let mut command = match self.core(step) {
            Some((taskset, core)) => {
                let mut command = Command::new(taskset);
                command.args(["-c", &core.to_string()]).arg(file);
                command
            }
            None => Command::new(file),
        };
        command.env("PATH", surroundings::join(self.stage.search_path()));
        surroundings::fix(&mut command, Some(&self.workdir.home));
        command.stdin(Stdio::null());
        command
    }

    /// When measuring: taskset, and the core for the step's terminal.
    fn core(&self, step: &Step) -> Option<(PathBuf, usize)> {
        if !self.stage.pin || !cfg!(target_os = "linux") {
            return None;
        }
        let taskset = self.stage.find("taskset")?;
        let status = fs::read_to_string("/proc/self/status").ok()?;
        let cores = cores(
            status
                .lines()
                .find_map(|line| line.strip_prefix("Cpus_allowed_list:"))?,
        );
        let terminals = self.scene.terminals();
        let kth = terminals.iter().position(|name| *name == step.terminal)?;
        let core = cores.get(kth % cores.len().max(1))?;
        Some((taskset, *core))
    }
}

/// Reads `0-2,5`.
fn cores(list: &str) -> Vec<usize> {
    list.trim()
        .split(',')
        .filter_map(|range| {
            let (first, last) = range.split_once('-').unwrap_or((range, range));
            Some(first.parse().ok()?..=last.parse().ok()?)
        })
        .flatten()
        .collect()
}
