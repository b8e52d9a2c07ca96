//! The tests of the chapter, in one program: they mostly wait, and wait together.

#![allow(clippy::unwrap_used)] // a test that can't go on should say so at once

mod activated;
mod behaviour;
mod book;
mod engines;
mod flood;
mod from_python;
mod hand_over;
mod mini_server;
mod peers;
mod servers;
