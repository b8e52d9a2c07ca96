//! Break it and measure it: what the programs of chapter 14 share.
//!
//! | module | what it is | page | exercise | scenes |
//! |---|---|---|---|---|
//! | [`deposits`] | a bank, a bad network and planted bugs, simulated | Simulation | 14.1 [`find_the_seed`] | |
//! | [`histogram`] | percentiles in bounded memory | Percentiles | 14.2 | |
//! | [`open_loop`] | requests at their times | Coordinated omission | 14.3 | |
//! | [`hosts`] | several hosts on one machine | Hosts | | `hosts-*` |
//! | [`token_bucket`] | a limit on a rate | Coordinated omission | 14.4 | |
//!
//! The solutions of the exercises are what the programs run on.

#[path = "../exercises/find_the_seed/deposits.rs"]
pub mod deposits;
#[path = "../exercises/find_the_seed/solution.rs"]
pub mod find_the_seed;
#[path = "../exercises/histogram/solution.rs"]
pub mod histogram;
#[path = "../exercises/open_loop/solution.rs"]
pub mod open_loop;
#[path = "../exercises/token_bucket/solution.rs"]
pub mod token_bucket;

pub mod hosts;
