//! How TCP makes a stream of packets, how that stream ends, and how it stalls:
//! what the programs of chapter 3 share.

pub mod lines;
pub mod pair;
pub mod tell;
pub mod wait;
