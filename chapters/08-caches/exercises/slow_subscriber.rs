//! Publish and subscribe that outlives a slow subscriber
//!
//! Difficulty: warm-up
//! Page: 08-caches/delivery.md#a-slow-subscriber
//! Check: just check 8.4
//!
//! A hub hands each message that is published to all who want it. Somebody among them
//! will be slow: a phone in a tunnel, a program stopped in a debugger. Neither may the
//! others wait for it, nor may what it has not fetched fill the memory. So each
//! subscriber has a queue with a limit, and one who loses messages is told how many.
//! Write the hub. It is called by the threads and sockets around it, and knows none.
//!
//! - `subscribe` adds a subscriber to the messages that are published from now on and
//!   whose topic begins with `prefix`, octet by octet. An empty prefix is all of them.
//!   No two subscribers of a hub ever get the same number, not even one after the other.
//! - `publish` puts the message into the queue of every subscriber that wants it, and
//!   returns how many do, slow ones too. It always returns at once. Nothing is copied:
//!   a clone of `Bytes` shares its octets.
//! - A queue holds up to `limit` messages, and takes no memory before they come. When
//!   one more comes, the oldest is dropped. With a `limit` of 0 every message is.
//! - `next` takes what is next for a subscriber out of its queue: the messages in the
//!   order of publishing. Where some were dropped since it was last told, it says so
//!   first, once for all of them: `Event::Lost` with their number. `None` says that
//!   there is nothing.
//! - `unsubscribe` forgets a subscriber and what waits for it. For one that is not
//!   there (any more), it does nothing, and `next` gives `None`.
//!
//! A subscriber to all, with a limit of 2:
//!
//! ```text
//! publish one, two, three     1 subscriber each
//! next                        Lost(1)
//! next                        two
//! publish four, five          1 subscriber each
//! next                        Lost(1)
//! next                        four
//! next                        five
//! next                        None
//! ```

use std::collections::{BTreeMap, VecDeque};

use bytes::Bytes;

/// What was published.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// What it is about. A subscriber chooses by how this begins.
    pub topic: Bytes,
    /// What it says.
    pub payload: Bytes,
}

/// What a subscriber gets next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// A message, in the order of publishing.
    Message(Message),
    /// Here so many messages are missing: the subscriber was too slow for them.
    Lost(u64),
}

/// Names one subscriber. Never given twice by one hub.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Subscriber(pub u64);

/// Hands each message to all who want it, and holds up to `limit` for each.
#[derive(Debug)]
pub struct Hub {
    limit: usize,
    // Add what you need to remember.
}

impl Hub {
    /// A hub that holds up to `limit` messages for each subscriber.
    pub fn new(limit: usize) -> Hub {
        Hub { limit }
    }

    /// A new subscriber to every message, from now on, whose topic begins with
    /// `prefix`.
    pub fn subscribe(&mut self, prefix: Bytes) -> Subscriber {
        todo!()
    }

    /// Forgets a subscriber, and what waits for it.
    pub fn unsubscribe(&mut self, subscriber: Subscriber) {
        todo!()
    }

    /// Puts `message` into the queue of each subscriber that wants it, and returns
    /// how many do.
    pub fn publish(&mut self, message: &Message) -> usize {
        todo!()
    }

    /// What `subscriber` gets next.
    pub fn next(&mut self, subscriber: Subscriber) -> Option<Event> {
        todo!()
    }
}
