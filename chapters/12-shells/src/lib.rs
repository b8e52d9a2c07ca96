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
//! | [`target`] | `alice@127.0.0.1:1060` | |
//! | [`host_check`] | whether the server is the one that was meant | |
//! | [`limited`] | a stream on which something has to be done in time | |
//! | [`login`] | how a client gets in | |
//! | [`exec`] | one command on a channel of its own | |
//! | [`server`] | the server behind `ssh-server` | |
//! | [`commands`], [`shell`], [`words`] | what it runs | |
//! | [`files`] | what it serves over SFTP | |
//! | [`mirror`] | a folder fetched over SFTP | |
//! | [`terminal`] | the terminal at which a person sits | |
//! | [`telnet`] | one end of a Telnet connection | |
//! | [`pseudo_terminal`], [`dialogue`] | a program that believes that a person types | |
//! | [`test_keys`] | keys for trying things out | |

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

pub mod commands;
pub mod dialogue;
pub mod exec;
pub mod files;
pub mod host_check;
pub mod host_line;
pub mod limited;
pub mod login;
pub mod mirror;
pub mod pseudo_terminal;
pub mod server;
pub mod shell;
pub mod target;
pub mod telnet;
pub mod terminal;
pub mod test_keys;
pub mod words;
