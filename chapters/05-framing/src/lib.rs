//! The library of chapter 5.
