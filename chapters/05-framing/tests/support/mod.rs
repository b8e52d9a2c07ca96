//! Programs under test, and those who do them harm.

#[allow(unused_imports)] // each test uses its part
pub use testkit::{Relay, Server, Stranger, run_client};
