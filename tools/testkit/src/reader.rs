//! A program whose output nobody reads any more.

#![allow(clippy::unwrap_used)] // a test that can't go on should say so at once

use std::io::{self, Read};
use std::process::{Command, ExitStatus, Stdio};
use std::sync::mpsc::channel;
use std::thread;

use crate::PATIENCE;

/// Sees to it that what `command` runs, which prints at least a line, ends quietly where
/// nobody reads it, as behind `| head`, and says so where it has no room, as on a full
/// disk.
#[track_caller]
pub fn ends_with_its_reader(mut command: Command) {
    let (reader, closed) = io::pipe().unwrap();
    drop(reader);
    let (status, said) = run(command.stdout(closed));
    assert!(
        status.success() && said.is_empty(),
        "{command:?}: {status}, {said}"
    );
    if cfg!(target_os = "linux") {
        let full = std::fs::File::options().write(true).open("/dev/full");
        let (status, said) = run(command.stdout(full.unwrap()));
        assert_eq!(status.code(), Some(1), "{command:?}: {said}");
        assert_eq!(said, "print: no space left on device\n", "{command:?}");
    }
}

fn run(command: &mut Command) -> (ExitStatus, String) {
    let mut child = command
        .stdin(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut errors = child.stderr.take().unwrap();
    let (sender, all) = channel();
    thread::spawn(move || {
        let mut said = String::new();
        errors.read_to_string(&mut said).unwrap();
        let _ = sender.send(said);
    });
    let said = all.recv_timeout(PATIENCE);
    let _ = child.kill(); // if it goes on all the same
    let status = child.wait().unwrap();
    (
        status,
        said.unwrap_or_else(|_| panic!("{command:?} goes on although nobody reads")),
    )
}
