//! The tests of the chapter, in one program: they mostly wait, and wait together.

#![allow(clippy::unwrap_used)] // a test that can't go on should say so at once

mod bars;
mod book;
mod from_python;
mod hostile;
mod mirrors;
mod peers;
mod solutions;
mod support;
