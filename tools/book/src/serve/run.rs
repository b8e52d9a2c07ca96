//! A command of the workbook's that runs for a page: its events as they come, and an end
//! for it and all that it started.
//!
//! It leads a process group of its own. Who drops a [`Run`] ends it: it is asked to stop,
//! and killed with its group when it does not. Its input is a pipe whose other end is here
//! and which it heeds (`--events`), so that it ends as well when this server is killed.

use std::collections::HashMap;
use std::io::{self, BufRead as _, BufReader, PipeReader, Read as _};
use std::os::unix::process::CommandExt as _;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use rustix::process::{Pid, Signal, WaitId, WaitIdOptions, kill_process_group, waitid};
use serde_json::Value;
use tokio::sync::{OwnedMutexGuard, mpsc};

/// How long one that was asked to stop may take before it is killed.
const GRACE: Duration = Duration::from_secs(2);

/// One that runs may be so many lines ahead of its listener.
const AHEAD: usize = 64;

/// The groups of those that run. A leader is reaped only after its group was taken out, so
/// that no number here can mean anybody else.
static RUNNING: Mutex<Vec<Pid>> = Mutex::new(Vec::new());

/// One fewer runs.
static ENDED: Condvar = Condvar::new();

fn running() -> MutexGuard<'static, Vec<Pid>> {
    // Nothing here is left half done by a panic.
    RUNNING.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What is heard of one that runs.
#[derive(Debug, PartialEq)]
pub(super) enum Heard {
    /// An event.
    Event(Value),
    /// A line for a person.
    Said(String),
    /// It has said more than it may. Nothing more will be heard.
    TooMuch,
}

/// One that runs.
#[derive(Debug)]
pub(super) struct Run {
    group: Pid,
    heard: mpsc::Receiver<Heard>,
}

impl Run {
    /// Starts `command`, which may say `limit` octets. What it occupies, `slot`, is free
    /// when it has ended.
    ///
    /// # Errors
    ///
    /// When it can't be started.
    pub(super) fn start(
        command: &mut Command,
        limit: u64,
        slot: Option<OwnedMutexGuard<()>>,
    ) -> io::Result<Run> {
        let (reader, writer) = io::pipe()?;
        command
            .stdin(Stdio::piped())
            .stdout(writer.try_clone()?)
            .stderr(writer)
            .process_group(0);
        // Held until the group is on the list, so that whoever ends all can't miss it.
        let mut running = running();
        let spawned = command.spawn();
        // The command holds on to the pipe's other end, which must not stay open here.
        command.stdout(Stdio::null()).stderr(Stdio::null());
        let mut child = spawned?;
        let group = Pid::from_child(&child);
        running.push(group);
        drop(running);
        let held = child.stdin.take();
        let (tell, heard) = mpsc::channel(AHEAD);
        thread::spawn(move || listen(reader, limit, &tell));
        thread::spawn(move || {
            wait(child, group);
            drop((held, slot));
        });
        Ok(Run { group, heard })
    }

    /// The next thing that is heard of it; nothing when it has ended.
    pub(super) async fn next(&mut self) -> Option<Heard> {
        self.heard.recv().await
    }
}

impl Drop for Run {
    fn drop(&mut self) {
        let group = self.group;
        if signal(group, Signal::TERM) {
            thread::spawn(move || {
                let gone = |running: &mut Vec<Pid>| running.contains(&group);
                let waited = ENDED.wait_timeout_while(running(), GRACE, gone);
                drop(waited.unwrap_or_else(PoisonError::into_inner));
                signal(group, Signal::KILL);
            });
        }
    }
}

/// Ends all that run, and returns when they have ended.
pub(crate) fn end_all() {
    for (sent, patience) in [(Signal::TERM, GRACE), (Signal::KILL, GRACE)] {
        let running = running();
        for group in running.iter() {
            let _ = kill_process_group(*group, sent);
        }
        let waited = ENDED.wait_timeout_while(running, patience, |running| !running.is_empty());
        drop(waited.unwrap_or_else(PoisonError::into_inner));
    }
}

/// Sends a signal to a group that still runs; whether it does.
fn signal(group: Pid, sent: Signal) -> bool {
    let running = running();
    let runs = running.contains(&group);
    if runs {
        let _ = kill_process_group(group, sent);
    }
    runs
}

/// Waits for the end of a command and kills what is left of its group.
fn wait(mut child: Child, group: Pid) {
    let options = WaitIdOptions::EXITED | WaitIdOptions::NOWAIT;
    while let Err(rustix::io::Errno::INTR) = waitid(WaitId::Pid(group), options) {}
    let mut running = running();
    let _ = kill_process_group(group, Signal::KILL);
    running.retain(|other| *other != group);
    let _ = child.wait();
    drop(running);
    ENDED.notify_all();
}

/// Reads what a command says, line by line, up to its limit or until nobody listens.
fn listen(reader: PipeReader, limit: u64, tell: &mpsc::Sender<Heard>) {
    let mut reader = BufReader::new(reader.take(limit));
    let mut line = Vec::new();
    loop {
        line.clear();
        match reader.read_until(b'\n', &mut line) {
            Ok(0) if reader.get_ref().limit() > 0 => return,
            Ok(1..) if line.ends_with(b"\n") || reader.get_ref().limit() > 0 => {
                let text = String::from_utf8_lossy(&line);
                let heard = match serde_json::from_str(&text) {
                    Ok(event @ Value::Object(_)) => Heard::Event(event),
                    _ => Heard::Said(text.trim_end().to_owned()),
                };
                if tell.blocking_send(heard).is_err() {
                    return;
                }
            }
            Ok(_) => {
                let _ = tell.blocking_send(Heard::TooMuch);
                return;
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(_) => return,
        }
    }
}

/// What one at a time may have: a scene, an exercise.
#[derive(Debug, Default)]
pub(super) struct Slots(Mutex<HashMap<String, Arc<tokio::sync::Mutex<()>>>>);

impl Slots {
    /// The slot of that name.
    pub(super) fn named(&self, name: &str) -> Arc<tokio::sync::Mutex<()>> {
        let mut slots = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(slots.entry(name.to_owned()).or_default())
    }
}
