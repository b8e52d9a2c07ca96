//! The command line of a client that tries again.

use std::time::Duration;

use program::seconds;

use crate::backoff::Policy;

/// When to try again, and when to give up.
#[derive(Debug, Clone, clap::Args)]
pub struct Schedule {
    /// How often to try at most
    #[arg(long, default_value = "5", value_parser = clap::value_parser!(u32).range(1..=100))]
    tries: u32,
    /// How long to wait after the first try; after each other, twice as long
    #[arg(long, value_name = "SECONDS", default_value = "1", value_parser = seconds)]
    first: Duration,
    /// How long to wait at most, and after the last try
    #[arg(long, value_name = "SECONDS", default_value = "10", value_parser = seconds)]
    longest: Duration,
    /// The share of a wait that is left to chance, from 0 to 1
    #[arg(long, default_value = "0", value_parser = share)]
    jitter: f64,
}

impl Schedule {
    /// The same for [`Backoff`](crate::backoff::Backoff).
    pub fn policy(&self) -> Policy {
        Policy {
            initial: self.first,
            factor: 2,
            cap: self.longest,
            tries: self.tries,
            jitter: self.jitter,
        }
    }
}

fn share(text: &str) -> Result<f64, String> {
    let share = text.parse().map_err(|_| "not a number")?;
    let valid = (0.0..=1.0).contains(&share);
    valid.then_some(share).ok_or("not from 0 to 1".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_from_0_to_1() {
        assert_eq!(share("0.5"), Ok(0.5));
        for wrong in ["-0.1", "1.1", "nan", "half"] {
            assert!(share(wrong).is_err(), "{wrong}");
        }
    }
}
