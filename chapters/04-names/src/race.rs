//! A race of connections: RFC 8305, section 5.

use std::collections::VecDeque;
use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until};

use crate::interleave::Attempt;

/// No attempt begins sooner after the one before it, whatever has become of that
/// one: RFC 8305, section 5.
pub const MIN_DELAY: Duration = Duration::from_millis(10);

/// What happens in a race, and when, counted from its beginning.
#[derive(Debug)]
pub enum Event {
    /// An attempt begins.
    Starts {
        /// Where to.
        address: SocketAddr,
        /// When.
        at: Duration,
        /// Whether its time had come; otherwise the last one before it had failed.
        on_time: bool,
    },
    /// An attempt has failed.
    Fails {
        /// Where to.
        address: SocketAddr,
        /// When.
        at: Duration,
        /// Why.
        error: io::Error,
    },
    /// An attempt has succeeded; those that are under way are given up.
    Wins {
        /// Where to.
        address: SocketAddr,
        /// When.
        at: Duration,
    },
}

// ANCHOR: race
/// Makes the attempts, each when its time has come, or as soon as all before it
/// have failed; the first connection wins. `None` if there is none.
pub async fn race(attempts: Vec<Attempt>, mut see: impl FnMut(Event)) -> Option<TcpStream> {
    let begin = Instant::now();
    let mut waiting = VecDeque::from(attempts);
    let mut running = JoinSet::new();
    let mut saved = Duration::ZERO; // by attempts that failed before their time was up
    let mut last = Duration::ZERO; // when the last attempt began
    while !waiting.is_empty() || !running.is_empty() {
        let next = waiting
            .front()
            .map(|attempt| attempt.start.saturating_sub(saved));
        tokio::select! {
            () = sleep_until(begin + next.unwrap_or_default()), if next.is_some() => {
                if let Some(Attempt { address, start }) = waiting.pop_front() {
                    let on_time = saved.is_zero();
                    let at = if on_time { start } else { begin.elapsed() };
                    last = at;
                    see(Event::Starts { address, at, on_time });
                    running.spawn(async move { (address, TcpStream::connect(address).await) });
                }
            }
            Some(Ok((address, result))) = running.join_next(), if !running.is_empty() => {
                let at = begin.elapsed();
                match result {
                    // The others end as `running` is dropped.
                    Ok(stream) => {
                        see(Event::Wins { address, at });
                        return Some(stream);
                    }
                    Err(error) => {
                        see(Event::Fails { address, at, error });
                        // Nobody is left to wait for: the next one begins now.
                        if let (true, Some(next)) = (running.is_empty(), next) {
                            saved += next.saturating_sub(at.max(last + MIN_DELAY));
                        }
                    }
                }
            }
        }
    }
    None
}
// ANCHOR_END: race
