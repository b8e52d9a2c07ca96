//! A link between two ends that carries datagrams in memory and does to each
//! what a script says: lose it, double it, hold it back.
//!
//! ```
//! use testkit::lossy::{Fate, link};
//!
//! let (client, server) = link(
//!     [Fate::Lose, Fate::Late(1), Fate::Deliver], // from the client
//!     [],                                         // from the server: all well
//! );
//! for number in 1..=3u8 {
//!     client.send(&[number]);
//! }
//! assert_eq!(server.try_recv(), Some(vec![3]));
//! assert_eq!(server.try_recv(), Some(vec![2]));
//! assert_eq!(server.try_recv(), None);
//! ```
//!
//! When a test panics, the link prints what it did, step by step; [`End::expect`]
//! has it in its message:
//!
//! ```text
//! what the link did:
//!   1. client sends 01: lost
//!   2. client sends 02: held back until 1 more has been sent
//!   3. client sends 03: delivered
//!   4. server receives 03
//! ```

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::Instant;

use crate::Steps;

/// What becomes of one datagram.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It arrives at once.
    Deliver,
    /// It never arrives.
    Lose,
    /// It arrives twice.
    Double,
    /// It arrives after so many more have been sent from the same end:
    /// `Late(1)` lets the next one overtake it.
    Late(usize),
    /// It arrives after so much time, by tokio's clock.
    After(Duration),
    /// It arrives at once, and once more after so much time.
    Again(Duration),
}

impl fmt::Display for Fate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Deliver => write!(f, "delivered"),
            Self::Lose => write!(f, "lost"),
            Self::Double => write!(f, "delivered twice"),
            Self::Late(1) => write!(f, "held back until 1 more has been sent"),
            Self::Late(more) => write!(f, "held back until {more} more have been sent"),
            Self::After(time) => write!(f, "held back for {time:?}"),
            Self::Again(time) => write!(f, "delivered, and once more after {time:?}"),
        }
    }
}

/// Makes a link. Each script says what becomes of the datagrams that its end
/// sends, in order; those after its end are delivered.
///
/// The ends go by the names *client* and *server* in the history.
pub fn link(
    from_client: impl IntoIterator<Item = Fate>,
    from_server: impl IntoIterator<Item = Fate>,
) -> (End, End) {
    Plan::default().link(from_client, from_server)
}

/// How a link tells its history.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    /// The names of the ends.
    pub names: [&'static str; 2],
    /// What a datagram is called.
    pub show: fn(&[u8]) -> String,
    /// Whether each step says when it was, by tokio's clock. Of use where that
    /// is paused.
    pub times: bool,
    /// Whether the steps are kept. A program that runs on and on has no room for them.
    pub kept: bool,
}

impl Default for Plan {
    fn default() -> Self {
        Self {
            names: ["client", "server"],
            show: brief,
            times: false,
            kept: true,
        }
    }
}

impl Plan {
    /// Makes a link, as [`link`] does.
    pub fn link(
        self,
        from_first: impl IntoIterator<Item = Fate>,
        from_second: impl IntoIterator<Item = Fate>,
    ) -> (End, End) {
        let link = Arc::new(Link {
            plan: self,
            began: Instant::now(),
            steps: Steps::new("what the link did"),
            ways: Mutex::new([Way::new(from_first), Way::new(from_second)]),
            arrived: [Notify::new(), Notify::new()],
        });
        (
            End {
                link: Arc::clone(&link),
                sends: 0,
            },
            End { link, sends: 1 },
        )
    }
}

/// One end of a link.
#[derive(Debug)]
pub struct End {
    link: Arc<Link>,
    /// The way that this end sends on; it receives from the other one.
    sends: usize,
}

#[derive(Debug)]
struct Link {
    plan: Plan,
    began: Instant,
    steps: Steps,
    ways: Mutex<[Way; 2]>,
    /// Something new on the way of this number.
    arrived: [Notify; 2],
}

/// One direction.
#[derive(Debug)]
struct Way {
    script: VecDeque<Fate>,
    /// Held back until so many more have been sent.
    late: Vec<(usize, Vec<u8>)>,
    /// On the way, with the time of arrival; first to arrive first.
    flying: VecDeque<(Instant, Vec<u8>)>,
}

impl Way {
    fn new(script: impl IntoIterator<Item = Fate>) -> Self {
        Self {
            script: script.into_iter().collect(),
            late: Vec::new(),
            flying: VecDeque::new(),
        }
    }

    fn arrive(&mut self, at: Instant, datagram: Vec<u8>) {
        let place = self.flying.partition_point(|(other, _)| *other <= at);
        self.flying.insert(place, (at, datagram));
    }
}

impl End {
    /// Sends one datagram. As with UDP, nothing says what becomes of it.
    pub fn send(&self, datagram: &[u8]) {
        let now = Instant::now();
        let mut ways = self.link.ways();
        let way = &mut ways[self.sends];
        let fate = way.script.pop_front().unwrap_or(Fate::Deliver);
        let held = std::mem::take(&mut way.late);
        match fate {
            Fate::Deliver => way.arrive(now, datagram.to_vec()),
            Fate::Lose => {}
            Fate::Double => {
                way.arrive(now, datagram.to_vec());
                way.arrive(now, datagram.to_vec());
            }
            // One that waits for no other has nothing to wait for.
            Fate::Late(0) => way.arrive(now, datagram.to_vec()),
            Fate::Late(more) => way.late.push((more, datagram.to_vec())),
            Fate::After(time) => way.arrive(now + time, datagram.to_vec()),
            Fate::Again(time) => {
                way.arrive(now, datagram.to_vec());
                way.arrive(now + time, datagram.to_vec());
            }
        }
        for (more, late) in held {
            match more - 1 {
                0 => way.arrive(now, late),
                more => way.late.push((more, late)),
            }
        }
        drop(ways);
        let what = (self.link.plan.show)(datagram);
        self.step(&format!("{} sends {what}: {fate}", self.name()));
        self.link.arrived[self.sends].notify_one();
    }

    /// Takes the next datagram that has arrived, if one has.
    pub fn try_recv(&self) -> Option<Vec<u8>> {
        let mut ways = self.link.ways();
        let way = &mut ways[1 - self.sends];
        let (due, _) = way.flying.front()?;
        if *due > Instant::now() {
            return None;
        }
        let (_, datagram) = way.flying.pop_front()?;
        drop(ways);
        let what = (self.link.plan.show)(&datagram);
        self.step(&format!("{} receives {what}", self.name()));
        Some(datagram)
    }

    /// Waits for the next datagram. Nothing is lost when the future is dropped.
    pub async fn recv(&self) -> Vec<u8> {
        loop {
            if let Some(datagram) = self.try_recv() {
                return datagram;
            }
            let news = self.link.arrived[1 - self.sends].notified();
            match self.due() {
                Some(due) => {
                    // Whichever comes first; then look again.
                    let _ = tokio::time::timeout_at(due, news).await;
                }
                None => news.await,
            }
        }
    }

    /// What the link has done so far, at both ends, one line a step.
    pub fn history(&self) -> Vec<String> {
        self.link.steps.all()
    }

    /// Adds a step of the test's own to the history.
    pub fn step(&self, text: &str) {
        let plan = &self.link.plan;
        if !plan.kept {
            return;
        }
        self.link.steps.step(match plan.times {
            true => format!("at {}: {text}", seconds(self.link.began.elapsed())),
            false => text.to_owned(),
        });
    }

    /// Panics with the history and what `unmet` says, unless `met`.
    ///
    /// # Panics
    ///
    /// When the expectation is not met.
    #[track_caller]
    pub fn expect(&self, met: bool, unmet: impl FnOnce() -> String) {
        self.link.steps.expect(met, unmet);
    }

    fn due(&self) -> Option<Instant> {
        let ways = self.link.ways();
        let (due, _) = ways[1 - self.sends].flying.front()?;
        Some(*due)
    }

    fn name(&self) -> &'static str {
        self.link.plan.names[self.sends]
    }
}

impl Link {
    fn ways(&self) -> MutexGuard<'_, [Way; 2]> {
        self.ways.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Zero seconds, too.
fn seconds(time: Duration) -> String {
    match time {
        Duration::ZERO => "0s".to_owned(),
        time => format!("{time:?}"),
    }
}

/// The datagram's first octets, and how many it has if there are more.
fn brief(datagram: &[u8]) -> String {
    const SHOWN: usize = 16;
    match datagram.len() {
        0 => "nothing".to_owned(),
        length if length > SHOWN => {
            format!("{} … ({length} octets)", crate::hex(&datagram[..SHOWN]))
        }
        _ => crate::hex(datagram),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(end: &End) -> Vec<u8> {
        std::iter::from_fn(|| end.try_recv()).flatten().collect()
    }

    #[test]
    fn datagrams_meet_their_fates_in_order() {
        let (client, server) = link(
            [
                Fate::Late(2),
                Fate::Lose,
                Fate::Double,
                Fate::Late(1),
                Fate::Deliver,
            ],
            [Fate::Lose],
        );
        for number in 1..=5 {
            client.send(&[number]);
        }
        assert_eq!(all(&server), [3, 3, 1, 5, 4]);
        server.send(b"x");
        server.send(b"y");
        assert_eq!(all(&client), b"y");
    }

    #[test]
    fn what_is_held_back_and_never_overtaken_never_arrives() {
        let (client, server) = link([Fate::Late(1)], []);
        client.send(b"a");
        assert_eq!(server.try_recv(), None);
    }

    #[test]
    fn boundaries_and_empty_datagrams_are_kept() {
        let (client, server) = link([], []);
        client.send(b"ab");
        client.send(b"");
        assert_eq!(server.try_recv(), Some(b"ab".to_vec()));
        assert_eq!(server.try_recv(), Some(Vec::new()));
        assert_eq!(server.try_recv(), None);
    }

    #[test]
    fn time_holds_a_datagram_back() {
        crate::check_async(|| async {
            let (client, server) = link([Fate::After(Duration::from_secs(3))], []);
            let began = Instant::now();
            client.send(b"slow");
            client.send(b"fast");
            assert_eq!(server.recv().await, b"fast");
            assert_eq!(began.elapsed(), Duration::ZERO);
            assert_eq!(server.recv().await, b"slow");
            assert_eq!(began.elapsed(), Duration::from_secs(3));
        });
    }

    #[test]
    fn a_receiver_that_waits_is_woken() {
        crate::check_async(|| async {
            let (client, server) = link([], []);
            let (datagram, ()) = tokio::join!(server.recv(), async {
                tokio::time::sleep(Duration::from_secs(1)).await;
                client.send(b"at last");
            });
            assert_eq!(datagram, b"at last");
        });
    }

    #[test]
    fn a_faster_datagram_wakes_one_who_waits_for_a_slower() {
        crate::check_async(|| async {
            let (client, server) = link([Fate::After(Duration::from_secs(60))], []);
            client.send(b"slow");
            let began = Instant::now();
            let (datagram, ()) = tokio::join!(server.recv(), async {
                tokio::time::sleep(Duration::from_secs(1)).await;
                client.send(b"fast");
            });
            assert_eq!(datagram, b"fast");
            assert_eq!(began.elapsed(), Duration::from_secs(1));
        });
    }

    #[test]
    fn the_history_is_numbered_and_says_what_became_of_each() {
        let (client, server) = link([Fate::Lose, Fate::Late(1)], []);
        client.send(&[1]);
        client.send(&[2; 20]);
        client.send(&[]);
        server.try_recv();
        assert_eq!(
            server.link.steps.to_string(),
            "what the link did:\n  \
             1. client sends 01: lost\n  \
             2. client sends 02 02 02 02 02 02 02 02 02 02 02 02 02 02 02 02 … (20 octets): held back until 1 more has been sent\n  \
             3. client sends nothing: delivered\n  \
             4. server receives nothing"
        );
    }

    #[test]
    fn a_datagram_comes_once_more_after_others() {
        crate::check_async(|| async {
            let (client, server) = link([Fate::Again(Duration::from_secs(2))], []);
            let began = Instant::now();
            client.send(b"a");
            client.send(b"b");
            for (expected, after) in [(b"a", 0), (b"b", 0), (b"a", 2)] {
                assert_eq!(server.recv().await, expected);
                assert_eq!(began.elapsed(), Duration::from_secs(after));
            }
        });
    }

    #[test]
    fn a_plan_names_ends_datagrams_and_times() {
        crate::check_async(|| async {
            let plan = Plan {
                names: ["sender", "receiver"],
                show: |datagram| format!("DATA {}", datagram[0]),
                times: true,
                kept: true,
            };
            let (sender, receiver) = plan.link([Fate::After(Duration::from_millis(1500))], []);
            sender.send(&[7]);
            receiver.recv().await;
            receiver.step("the file is whole");
            assert_eq!(
                sender.history(),
                [
                    "at 0s: sender sends DATA 7: held back for 1.5s",
                    "at 1.5s: receiver receives DATA 7",
                    "at 1.5s: the file is whole",
                ]
            );
            let plan = Plan {
                kept: false,
                ..plan
            };
            let (sender, receiver) = plan.link([], []);
            sender.send(&[7]);
            assert_eq!(receiver.recv().await, [7]);
            assert!(sender.history().is_empty());
        });
    }

    #[test]
    #[should_panic(
        expected = "what the link did:\n  1. client sends 01: lost\nexpected it to arrive"
    )]
    fn what_is_not_met_comes_behind_the_steps() {
        let (client, server) = link([Fate::Lose], []);
        client.send(&[1]);
        server.expect(server.try_recv().is_some(), || {
            "expected it to arrive".to_owned()
        });
    }
}
