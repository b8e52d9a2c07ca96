//! Break it and measure it: what the programs of chapter 14 share.
//!
//! | module | what it is | page | exercise | scenes |
//! |---|---|---|---|---|
//! | [`deposits`] | a bank, a bad network and planted bugs, simulated | How do I test what happens once in a hundred runs? | 14.1 [`find_the_seed`] | |
//! | [`simulated`] | the same bank with sockets and tasks, on turmoil's network | the same | | `simulate-replay` |
//! | [`trace`] | what turmoil says, as lines | What is it doing? | | `simulate-replay` |
//! | [`hosts`] | hosts in network namespaces | How do several hosts fit on one machine? | | `hosts` |
//! | [`histogram`] | percentiles in bounded memory | How long does an answer take? | 14.2 | `load` |
//! | [`open_loop`] | requests at their times | What did the measurement leave out? | 14.3 | `load-open` |
//! | [`token_bucket`] | a limit on a rate | What did the measurement leave out? | 14.4 | |
//! | [`load`] | a load generator | What did the measurement leave out? | | `load-closed`, `load-open` |
//! | [`picture`] | histograms and bars, as text and as SVG | What did the measurement leave out? | | `load-open` |
//! | [`engines`] | the engines of chapter 7, started and weighed | Which engine is the fastest? | | `engines` |
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

pub mod engines;
pub mod hosts;
pub mod load;
pub mod picture;
pub mod simulated;
pub mod trace;
