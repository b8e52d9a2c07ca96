//! Everything that is tested of chapter 14, in one program.

#![allow(clippy::unwrap_used)] // a test that can't go on should say so at once

mod book;
mod every_server;
mod from_python;
mod hostile;
mod hosts;
mod peers;
mod simulated;
mod solutions;
