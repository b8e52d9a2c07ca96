//! `mini-queue`, a broker in small: work queues with acknowledgement, publish and
//! subscribe, request and reply.
//!
//! # What it promises
//!
//! It keeps everything in memory: whatever is said here holds while it runs.
//!
//! - A job that it has answered `OK` to is delivered **at least once**: until a
//!   worker acknowledges it in time, it is delivered again, in the order of
//!   coming, up to the allowed attempts. Then it is kept as a dead letter. A
//!   worker that leaves gives back what it has; one that is silent does when the
//!   deadline is over.
//! - A published message goes **at most once** to each subscriber that is there.
//!   One that is too slow loses the oldest messages and is told how many; one
//!   that takes nothing at all is cut off.
//! - A question is handed out **at most once**. If nobody answers in time, or who
//!   had it leaves, the asker is told so, and alone knows if asking again does harm.
//!
//! # The protocol
//!
//! That of Redis, RESP2: a request is an array of bulk strings, so `redis-cli` is
//! a client. An error begins with a word for programs: `FULL` (try later), `GONE`
//! (too late), `TIMEOUT`, `BUSY` (you have enough) or `ERR` (wrong).
//!
//! | request | answer |
//! |---|---|
//! | `PUSH queue job` | `OK`, or `FULL` |
//! | `TAKE queue [seconds]` | token, attempt and job; null if none came in time |
//! | `ACK queue token` | `OK`, or `GONE`: it is somebody else's by now |
//! | `DEAD queue` | the oldest dead letter, which is forgotten by that; or null |
//! | `COUNT queue` | how many jobs are ready, delivered and dead |
//! | `SUBSCRIBE prefix` | `subscribe`, prefix, 1; then, at any time, `message`, topic, payload, or `lost`, how many; or `BUSY`: a connection has one subscription |
//! | `PUBLISH topic payload` | how many subscribers want it |
//! | `ASK service question [seconds]` | the answer, or `TIMEOUT`, or `GONE` |
//! | `SERVE service [seconds]` | ticket and question; null if none came in time |
//! | `REPLY ticket answer` | `OK`, or `GONE`: nobody waits any more |
//! | `PING` | `PONG` |

mod broker;
mod client;
mod request;
mod roles;
mod server;
mod settings;

pub use broker::{Broker, Client, Limits};
pub use client::{Job, News, QueueClient, Refused, refused, text};
pub use request::Request;
pub use roles::{answer, work};
pub use server::{Options, Server};
pub use settings::Settings;
