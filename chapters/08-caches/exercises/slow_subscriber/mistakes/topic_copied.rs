//! Every subscriber has a copy of the topic
//!
//! You share the payload, and make new `Bytes` for the topic. It is short most of the
//! time; how long it is, the publisher decides.
//!
//! fails: a_topic_is_shared_too

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
    /// One slow subscriber may not take more memory than this.
    limit: usize,
    subscribers: BTreeMap<Subscriber, Waiting>,
    next: u64,
}

/// What one subscriber has not fetched yet.
#[derive(Debug)]
struct Waiting {
    prefix: Bytes,
    /// Dropped since the subscriber was last told. All of them are older than what
    /// is in the queue.
    lost: u64,
    queue: VecDeque<Message>,
}

impl Hub {
    /// A hub that holds up to `limit` messages for each subscriber.
    pub fn new(limit: usize) -> Hub {
        Hub {
            limit,
            subscribers: BTreeMap::new(),
            next: 0,
        }
    }

    /// A new subscriber to every message, from now on, whose topic begins with
    /// `prefix`.
    pub fn subscribe(&mut self, prefix: Bytes) -> Subscriber {
        let subscriber = Subscriber(self.next);
        self.next += 1;
        let waiting = Waiting {
            prefix,
            lost: 0,
            queue: VecDeque::new(),
        };
        self.subscribers.insert(subscriber, waiting);
        subscriber
    }

    /// Forgets a subscriber, and what waits for it.
    pub fn unsubscribe(&mut self, subscriber: Subscriber) {
        self.subscribers.remove(&subscriber);
    }

    /// Puts `message` into the queue of each subscriber that wants it, and returns
    /// how many do. It never waits and never fails: where a queue is full, the
    /// oldest message makes room.
    pub fn publish(&mut self, message: &Message) -> usize {
        let mut wanted = 0;
        for waiting in self.subscribers.values_mut() {
            if !message.topic.starts_with(&waiting.prefix) {
                continue;
            }
            wanted += 1;
            waiting.queue.push_back(Message {
                topic: Bytes::copy_from_slice(&message.topic),
                payload: message.payload.clone(),
            });
            if waiting.queue.len() > self.limit {
                waiting.queue.pop_front();
                waiting.lost += 1;
            }
        }
        wanted
    }

    /// What `subscriber` gets next. A loss is told where the messages would have
    /// been: before those that are younger.
    pub fn next(&mut self, subscriber: Subscriber) -> Option<Event> {
        let waiting = self.subscribers.get_mut(&subscriber)?;
        match std::mem::take(&mut waiting.lost) {
            0 => waiting.queue.pop_front().map(Event::Message),
            lost => Some(Event::Lost(lost)),
        }
    }
}
