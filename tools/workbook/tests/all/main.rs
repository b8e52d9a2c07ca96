//! The command as a reader meets it, on a small workbook of its own.
#![allow(clippy::unwrap_used)]

mod events;
mod exercises;
mod fixture;
mod programs;
mod prove;
mod scenes;
mod stopping;
