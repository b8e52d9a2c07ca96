//! A cache server: two protocols, one store, one thread.
//!
//! Octets come in by a connection of the [`server`], a [`protocol`] takes commands out
//! of them, the [`store`] does what they ask for, and all answers leave in one write.
//! Only the server knows what a socket is.
//!
//! # What it can do, and why that
//!
//! | Redis's commands | needed by |
//! |---|---|
//! | `GET`, `SET` with `EX`, `PX`, `NX` | [`cache-aside`](crate::client), `stampede`, redis-benchmark |
//! | `MGET`, `APPEND`, `STRLEN`, `INCR`, `EXISTS`, `KEYS`, `DBSIZE`, `TTL`, `PTTL`, `INFO` | scenes of the pages *On the wire*, *Expiry and eviction* and *A cache server* |
//! | `DEL`, `EXPIRE`, `FLUSHALL` | what those pages advise, and the scene of the web's request |
//! | `POST`, `Host:` | the page *On the wire*: they end the conversation |
//! | `PING`, `MSET` | redis-benchmark |
//! | `ECHO` | redis-cli `--pipe`, to know when all is answered |
//! | `INCRBY`, `DECRBY` | redis-py, for `incr()` and `decr()` |
//! | `QUIT` | `python/benchmark.py`, which reads to the end |
//!
//! | memcached's commands | needed by |
//! |---|---|
//! | `get`, `set`, `add` | [`cache-aside`](crate::client), `stampede` |
//! | `gets`, `cas`, `quit` | the scene of the page *On the wire* |
//! | `touch`, `delete`, `stats` | the page *Expiry and eviction* |
//! | `replace`, `append`, `prepend`, `incr`, `decr`, `flush_all`, `verbosity`, `version` | memccapable, pymemcache |

pub mod limits;
pub mod memcached;
pub mod output;
pub mod protocol;
pub mod redis;
pub mod server;
pub mod store;

pub use limits::Limits;
pub use protocol::{Protocol, Step};
