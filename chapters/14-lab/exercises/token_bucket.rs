//! A rate limit that lets bursts through
//!
//! Difficulty: core
//! Page: 14-lab/omission.md
//! Check: just check 14.4
//!
//! A service allows ten requests a second, and doesn't mind if five come at once. Tokens
//! drop into a bucket, evenly, and the bucket has room for five. Whoever wants to send
//! takes a token first, or waits for one.
//!
//! - A new bucket is full. `rate` tokens come in a second, one after the other and not
//!   all at once: with a rate of 10, one every 100 ms.
//! - The bucket holds `burst` tokens and not a hundredth more. What comes while it is full
//!   is lost.
//! - `try_take(now)` takes a token if there is a whole one. If not, it takes nothing and
//!   says from when on there will be one, if nobody else takes it: the first moment, to the
//!   nanosecond, at which `try_take` would succeed. For a token that takes a third of a
//!   second, that is the next whole nanosecond.
//! - Nothing is rounded on the way, at any rate: the thousandth third of a second is no
//!   later than 1000 / 3 s. How often somebody asks in vain makes no difference.
//! - A `now` before that of an earlier call counts as that one. However late a call comes,
//!   it doesn't panic.
//! - `take` waits until there is a token by tokio's clock, and takes it. Its future may be
//!   dropped while it waits, and has taken nothing then.
//!
//! With a rate of 10 and a burst of 2:
//!
//! ```text
//! at   0 ms   a token
//! at   0 ms   a token
//! at  40 ms   none until 100 ms
//! at 100 ms   a token
//! at 450 ms   a token
//! at 450 ms   a token
//! at 450 ms   none until 550 ms      the bucket had been full since 300 ms
//! ```

use std::num::NonZero;
use std::time::Duration;

use tokio::time::{Instant, sleep_until};

/// A bucket of tokens. Whoever wants to send takes one first.
#[derive(Clone, Debug)]
pub struct TokenBucket {
    // What do you count in, so that a nanosecond brings a whole number of it at every rate?
}

impl TokenBucket {
    /// A bucket that is full at the moment `now`: it holds `burst` tokens, and `rate` come
    /// in a second, evenly.
    pub fn new(rate: NonZero<u32>, burst: NonZero<u32>, now: Instant) -> TokenBucket {
        todo!()
    }

    /// Takes a token at the moment `now`.
    ///
    /// # Errors
    ///
    /// When there is no whole token: the first moment at which there will be one.
    pub fn try_take(&mut self, now: Instant) -> Result<(), Instant> {
        todo!()
    }

    /// Waits until there is a token, and takes it.
    pub async fn take(&mut self) {
        todo!()
    }
}
