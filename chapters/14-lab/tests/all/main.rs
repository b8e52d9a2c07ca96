//! Everything that is tested of chapter 14, in one program.

#![allow(clippy::unwrap_used)] // a test that can't go on should say so at once

mod from_python;
mod hosts;
mod solutions;
