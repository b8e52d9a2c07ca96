//! The tests of the chapter, in one program: they mostly wait, and wait together.

#![allow(clippy::unwrap_used)] // a test that can't go on should say so at once

mod book;
mod clients;
mod decoders;
mod from_python;
mod peers;
mod servers;
mod support;

#[global_allocator]
static HEAP: testkit::heap::Heap = testkit::heap::Heap;
