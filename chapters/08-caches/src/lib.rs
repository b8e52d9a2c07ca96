//! Caches and message queues: what the programs of chapter 8 share.
//!
//! | module | what it is | page | exercise | scenes |
//! |---|---|---|---|---|
//! | [`client`] | caches as programs see them | When does a cache help? | | `cache-aside` |
//! | [`stampede`] | a hundred clients at once, and two cures | When does a cache help? | | `stampede` |
//! | [`client::resp`] | Redis's protocol by hand | On the wire | 8.1 [`resp_decoder`] | `cache-client` |
//! | [`mini_cache::store`] | items with a clock and a limit | Expiry and eviction | 8.2 [`expiring_lru`] | `mini-cache-expiry`, `mini-cache-memory` |
//! | [`mini_cache`] | a cache server | A cache server, On the wire | | `mini-cache-redis-cli`, `mini-cache-memcached`, `mini-cache-http` |
//! | [`sharding`] | keys over many servers | Sharding | 8.3 [`hash_ring`] | `shards` |
//! | [`queue`] | a broker, and its clients | Message queues, Delivery | 8.4 [`slow_subscriber`], 8.5 [`at_least_once`] | `queue`, `topics` |
//! | [`examples`] | what the programs compute: squares, darts for pi | One computation, wired three ways | | `pi` |
//! | [`examples::rabbit`] | a RabbitMQ to play with | What a broker adds | | `amqp-tasks` |
//!
//! The solutions of the exercises are what the programs run on.

// The solutions also stand in the exercises' own crate and speak of this one by
// its name.
extern crate self as caches;

#[path = "../exercises/at_least_once/solution.rs"]
pub mod at_least_once;
#[path = "../exercises/expiring_lru/solution.rs"]
pub mod expiring_lru;
#[path = "../exercises/hash_ring/solution.rs"]
pub mod hash_ring;
#[path = "../exercises/resp_decoder/solution.rs"]
pub mod resp_decoder;
#[path = "../exercises/slow_subscriber/solution.rs"]
pub mod slow_subscriber;

pub mod client;
pub mod examples;
pub mod mini_cache;
pub mod queue;
pub mod sharding;
pub mod stampede;

// The exercise on expiry is given this list.
pub use mini_cache::store::recency;
