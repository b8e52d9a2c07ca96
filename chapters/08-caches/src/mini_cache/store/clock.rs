//! What time it is: the system's, or what somebody says.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Instant, SystemTime, UNIX_EPOCH};

/// Where the store's time comes from, in milliseconds after 1970.
#[derive(Clone, Debug)]
pub enum Clock {
    /// The system's clock when the server began, and the time since. Setting the
    /// system's clock later must not make keys live longer.
    Running(u64, Instant),
    /// Somebody sets it.
    Set(Arc<AtomicU64>),
}

impl Clock {
    /// A clock that runs.
    pub fn running() -> Clock {
        let since = SystemTime::now().duration_since(UNIX_EPOCH);
        let now = since.map_or(0, |since| since.as_millis() as u64);
        Clock::Running(now, Instant::now())
    }

    /// What it says.
    pub fn now(&self) -> u64 {
        match self {
            Clock::Running(start, since) => start + since.elapsed().as_millis() as u64,
            Clock::Set(now) => now.load(Ordering::SeqCst),
        }
    }
}
