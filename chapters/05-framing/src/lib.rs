//! The library of chapter 5.

pub mod talk;
