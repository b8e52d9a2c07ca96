//! How does one program serve many? What the engines of chapter 7 share.

pub mod flood;
