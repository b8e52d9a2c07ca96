//! The processes that this command has started, so that Ctrl-C leaves none.

use std::process::Child;
use std::sync::{Mutex, MutexGuard, PoisonError};

use rustix::process::{Pid, Signal, kill_process, kill_process_group};

static RUNNING: Mutex<Vec<u32>> = Mutex::new(Vec::new());

fn running() -> MutexGuard<'static, Vec<u32>> {
    RUNNING.lock().unwrap_or_else(PoisonError::into_inner)
}

/// While this lives, its process is one to end.
pub struct Registered(u32);

/// Registers a child that has been started. Let go of it only once the child
/// has been waited for.
pub fn register(child: &Child) -> Registered {
    running().push(child.id());
    Registered(child.id())
}

impl Drop for Registered {
    fn drop(&mut self) {
        running().retain(|id| *id != self.0);
    }
}

/// Ends every registered process, and the group of one that leads a group.
pub fn end_all() {
    for id in running().iter() {
        terminate(*id);
    }
}

/// Ends one.
pub fn end(child: &Child) {
    terminate(child.id());
}

fn terminate(id: u32) {
    if let Some(pid) = i32::try_from(id).ok().and_then(Pid::from_raw) {
        let _ = kill_process(pid, Signal::TERM);
        let _ = kill_process_group(pid, Signal::TERM);
    }
}
