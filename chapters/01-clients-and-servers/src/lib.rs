//! Clients and servers: what the programs of chapter 1 share.
//!
//! The module [`hexdump`] is the solution of one of the chapter's exercises.

#[path = "../exercises/hexdump/solution.rs"]
pub mod hexdump;
