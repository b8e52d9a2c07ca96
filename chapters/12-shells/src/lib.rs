//! Remote shells, Telnet and SSH: what the programs of chapter 12 share.
//!
//! | module | what it is | exercise |
//! |---|---|---|
//! | [`iac_decoder`] | data and commands of Telnet told apart | 12.1 |
//! | [`option_negotiation`] | options agreed upon without loops | 12.2 |
//! | [`known_hosts`] | whose key it is | 12.3 |
//! | [`shell_quote`] | arguments that a shell gives on unchanged | 12.4 |
//! | [`fan_out`] | many hosts, some at a time | 12.5 |
//! | [`host_line`] | hashed names and keys in `known_hosts` | |

// The solutions also stand in the exercises' own crate and speak of this one by
// its name.
extern crate self as shells;

#[path = "../exercises/fan_out/solution.rs"]
pub mod fan_out;
#[path = "../exercises/iac_decoder/solution.rs"]
pub mod iac_decoder;
#[path = "../exercises/known_hosts/solution.rs"]
pub mod known_hosts;
#[path = "../exercises/option_negotiation/solution.rs"]
pub mod option_negotiation;
#[path = "../exercises/shell_quote/solution.rs"]
pub mod shell_quote;

pub mod host_line;
