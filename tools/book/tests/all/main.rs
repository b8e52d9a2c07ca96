//! The tests of this tool, in one program.

#![allow(clippy::unwrap_used)] // a test that can't go on should say so at once

mod access;
mod appendix;
mod command;
mod exercise;
mod figures;
mod live;
mod print;
mod publish;
mod search;
mod site;
mod term;
mod theme;
