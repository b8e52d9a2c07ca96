//! Helpers for the workbook's tests and checks.
//!
//! A check of network code must not depend on luck: not on how a stream happens
//! to be cut, nor on which datagram happens to be lost, nor on how busy the
//! machine is. Each part of this crate takes one piece of luck away:
//!
//! - [`every_split`]: all the ways in which the same octets can arrive.
//! - [`Trickle`]: a stream that reads and writes as little as a script says.
//! - [`deadline()`], [`check`], [`check_async`]: a hang becomes a failure with a name.
//! - [`lossy`]: datagrams that are lost, doubled and late by script.
//! - [`peer()`]: a program that nobody here wrote, at the other end.
//! - [`claims()`]: what Python is said to do, run in Python.
//! - [`python()`], [`pairs`]: the Python side of a page.
//! - [`Server`], [`Stranger`], [`run_client`]: our own programs, and those who do them harm.
//! - [`Ending`]: a process that a test which fails does not leave behind.
//! - [`proxy`]: what stands between two ends: a [`Relay`] that listens, and a [`BadProxy`]
//!   that splits, joins, delays, stalls, closes and resets by script.
//! - [`ends_with_its_reader`]: a program whose output nobody reads any more.
//! - `Shortage`, `outlives_shortage`: a server that has no descriptor left for a client.
//! - [`connect`], [`connection`], [`until_deaf`], [`PATIENCE`]: nothing waits for ever.
//! - [`assert_octets`]: what was expected on the wire, beside what was there.
//! - [`heap`]: what a piece of code asks of memory.
//! - [`Counted`]: how often a stream was called.
//! - [`note()`]: what was being done, if it panics.
//! - [`Steps`]: what was done so far, numbered, up to what was not met.

mod claims;
mod counted;
mod deadline;
pub mod heap;
mod hexdump;
pub mod lossy;
mod note;
mod peer;
pub mod proxy;
mod python;
mod reader;
mod server;
#[cfg(target_os = "linux")]
mod shortage;
mod split;
mod steps;
mod trickle;

pub use claims::claims;
pub use counted::{Calls, Counted};
pub use deadline::{DEADLINE, check, check_async, deadline, deadline_async, limit};
pub use hexdump::{assert_octets, compare_octets, hex};
pub use note::{Note, note};
pub use peer::{Peer, Ready, Running, find_peer, peer};
pub use proxy::{BadProxy, Relay};
pub use python::{pairs, python};
pub use reader::ends_with_its_reader;
pub use server::{
    Ending, PATIENCE, Server, Stranger, connect, connection, run_client, servers, until_deaf,
};
#[cfg(target_os = "linux")]
pub use shortage::{Shortage, outlives_shortage};
pub use split::{Split, every_split};
pub use steps::Steps;
pub use trickle::{Step, Trickle};
