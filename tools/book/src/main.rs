//! Builds, serves and lints the book.
fn main() {}
