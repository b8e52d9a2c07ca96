//! A race of connections: RFC 8305, section 5.

use std::collections::VecDeque;
use std::io;
use std::net::{SocketAddr, TcpListener};
use std::time::Duration;

use socket2::{Domain, Socket, Type};
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
                    // Not `at`: a timer may ring late.
                    last = begin.elapsed();
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

// ANCHOR: hole
/// A listener that never answers, and the connections that fill its queue. On Linux
/// it then leaves a SYN unanswered, as a firewall does that drops it.
///
/// # Errors
///
/// When the address can't be had.
pub fn full_listener(addr: SocketAddr) -> io::Result<(TcpListener, Vec<Queued>)> {
    let socket = Socket::new(Domain::for_address(addr), Type::STREAM, None)?;
    socket.set_reuse_address(true)?;
    socket.bind(&addr.into())?;
    socket.listen(0)?;
    let listener: TcpListener = socket.into();
    let addr = listener.local_addr()?;
    let mut queue = Vec::new();
    while let Ok(stream) = Queued::connect_timeout(&addr, Duration::from_millis(100)) {
        queue.push(stream);
    }
    Ok((listener, queue))
}
// ANCHOR_END: hole

/// A connection that nobody will accept.
type Queued = std::net::TcpStream;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::interleave::attempts;

    fn listener() -> TcpListener {
        TcpListener::bind("127.0.0.1:0").unwrap()
    }

    /// An address at which nobody listens: a client has its port.
    fn refused() -> (TcpListener, Queued, SocketAddr) {
        let listener = listener();
        let client = Queued::connect(listener.local_addr().unwrap()).unwrap();
        let addr = client.local_addr().unwrap();
        (listener, client, addr)
    }

    async fn run(addresses: &[SocketAddr], delay: Duration) -> (bool, Vec<String>) {
        let mut seen = Vec::new();
        let stream = race(attempts(addresses, 1, delay), |event| {
            let place = |address| addresses.iter().position(|other| *other == address);
            seen.push(match event {
                Event::Starts {
                    address, on_time, ..
                } => {
                    format!("{} starts, on time: {on_time}", place(address).unwrap())
                }
                Event::Fails { address, .. } => format!("{} fails", place(address).unwrap()),
                Event::Wins { address, .. } => format!("{} wins", place(address).unwrap()),
            });
        });
        // None of them waits for a head start that is longer.
        let won = tokio::time::timeout(LONG / 50, stream).await;
        (won.expect("the race goes on").is_some(), seen)
    }

    const LONG: Duration = Duration::from_secs(1000);

    #[tokio::test]
    async fn the_first_wins_if_it_answers() {
        let (near, far) = (listener(), listener());
        let addresses = [near.local_addr().unwrap(), far.local_addr().unwrap()];
        let (won, seen) = run(&addresses, LONG).await;
        assert!(won);
        assert_eq!(seen, ["0 starts, on time: true", "0 wins"]);
    }

    #[tokio::test]
    async fn a_refusal_is_not_waited_for() {
        let ((_a, _b, dead), (_c, _d, also_dead), live) = (refused(), refused(), listener());
        let addresses = [dead, also_dead, live.local_addr().unwrap()];
        let (won, seen) = run(&addresses, LONG).await;
        assert!(won);
        assert_eq!(
            seen,
            [
                "0 starts, on time: true",
                "0 fails",
                "1 starts, on time: false",
                "1 fails",
                "2 starts, on time: false",
                "2 wins"
            ]
        );
        let (won, seen) = run(&[dead, also_dead], LONG).await;
        assert!(!won);
        assert_eq!(seen.len(), 4);
        assert!(!run(&[], LONG).await.0);
    }

    #[cfg(target_os = "linux")]
    #[tokio::test]
    async fn silence_costs_a_head_start() {
        let (hole, _queue) = full_listener("127.0.0.1:0".parse().unwrap()).unwrap();
        let live = listener();
        let addresses = [hole.local_addr().unwrap(), live.local_addr().unwrap()];
        let (won, seen) = run(&addresses, Duration::from_millis(20)).await;
        assert!(won);
        assert_eq!(
            seen,
            [
                "0 starts, on time: true",
                "1 starts, on time: true",
                "1 wins"
            ]
        );
    }
}
