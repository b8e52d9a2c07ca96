//! A limit on a rate that lets bursts through: tokens come evenly into a bucket.

use std::num::NonZero;
use std::time::Duration;

use tokio::time::{Instant, sleep_until};

/// A token in the unit that the bucket counts in. With `rate` tokens a second, each
/// nanosecond brings `rate` of these: whole numbers, and nothing to round.
const TOKEN: u64 = 1_000_000_000;

// ANCHOR: bucket
/// A bucket of tokens. Whoever wants to send takes one first.
#[derive(Clone, Debug)]
pub struct TokenBucket {
    rate: u64,
    room: u64,
    /// What was in the bucket at the moment `at`.
    level: u64,
    at: Instant,
}

impl TokenBucket {
    /// A bucket that is full at the moment `now`: it holds `burst` tokens, and `rate` come
    /// in a second, evenly.
    pub fn new(rate: NonZero<u32>, burst: NonZero<u32>, now: Instant) -> TokenBucket {
        let room = u64::from(burst.get()) * TOKEN;
        TokenBucket {
            rate: u64::from(rate.get()),
            room,
            level: room,
            at: now,
        }
    }

    /// Takes a token at the moment `now`.
    ///
    /// # Errors
    ///
    /// When there is no whole token: the first moment at which there will be one.
    pub fn try_take(&mut self, now: Instant) -> Result<(), Instant> {
        // Zero for a moment that is past: time doesn't run back.
        let passed = now.saturating_duration_since(self.at);
        let come = passed.as_nanos().saturating_mul(u128::from(self.rate));
        let come = u64::try_from(come).unwrap_or(u64::MAX);
        self.level = self.level.saturating_add(come).min(self.room);
        self.at += passed;
        match self.level.checked_sub(TOKEN) {
            Some(level) => {
                self.level = level;
                Ok(())
            }
            None => {
                let wait = (TOKEN - self.level).div_ceil(self.rate);
                Err(self.at + Duration::from_nanos(wait))
            }
        }
    }

    /// Waits until there is a token, and takes it. The future may be dropped while it
    /// waits; then none is taken.
    pub async fn take(&mut self) {
        while let Err(later) = self.try_take(Instant::now()) {
            sleep_until(later).await;
        }
    }
}
// ANCHOR_END: bucket
