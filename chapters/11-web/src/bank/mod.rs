//! A small payments page, twice: as it is often written, and mended.

pub mod cookies;
pub mod money;
pub mod pages;
pub mod passwords;
pub mod store;

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::Context;
use ring::hmac;

use crate::mac;
use store::Store;

/// The accounts of a new bank, with their passwords. Each begins with 100.00.
pub const DEMO: [(&str, &str); 3] = [
    ("alice", "down-the-hole"),
    ("bob", "can-we-fix-it"),
    ("mallory", "in-the-middle"),
];

/// A bank.
#[derive(Debug, Clone)]
pub struct Bank {
    store: Arc<Mutex<Store>>,
    key: Arc<hmac::Key>,
    /// As it is often written.
    pub insecure: bool,
    /// How long a session lasts.
    pub session: Duration,
}

impl Bank {
    /// A bank whose data is in `store`.
    ///
    /// # Errors
    ///
    /// When the system has no random octets.
    pub fn new(store: Store, insecure: bool, session: Duration) -> anyhow::Result<Bank> {
        let mut secret = [0; 32];
        getrandom::fill(&mut secret).map_err(|error| anyhow::anyhow!("random octets: {error}"))?;
        Ok(Bank {
            store: Arc::new(Mutex::new(store)),
            key: Arc::new(mac::key(&secret)),
            insecure,
            session,
        })
    }

    // ANCHOR: with
    /// Does `work` with the data. SQLite reads and writes files, and that blocks: so it is
    /// done on a thread that may, and the others go on.
    async fn with<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Store) -> anyhow::Result<T> + Send + 'static,
    ) -> anyhow::Result<T> {
        let store = Arc::clone(&self.store);
        let work = move || {
            // Who panicked here has left no transaction open: it was rolled back.
            let mut store = store.lock().unwrap_or_else(PoisonError::into_inner);
            work(&mut store)
        };
        tokio::task::spawn_blocking(work)
            .await
            .context("work with the data")?
    }
    // ANCHOR_END: with
}

/// Seconds since 1970.
fn now() -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    now.unwrap_or_default().as_secs()
}
