//! The command behind `just`.
fn main() {}
