//! The tests of the chapter, in one program: they mostly wait, and wait together.

#![allow(clippy::unwrap_used)] // a test that can't go on should say so at once

mod amqp;
mod book;
mod broker;
mod broker_server;
mod conversations;
mod decoders;
mod from_python;
mod hostile;
mod lru;
mod peers;
mod pi;
mod queue;
mod servers;
mod shards;
mod support;

#[global_allocator]
static HEAP: testkit::heap::Heap = testkit::heap::Heap;
