//! The broker's command line.

use std::time::Duration;

use program::seconds;
use program::tasks::block_on;

use super::broker::{Broker, Limits};
use super::server::{Options, Server};
use crate::at_least_once::Rules;

// ANCHOR: settings
/// Where the broker listens, and what nobody may exceed.
#[derive(Clone, Debug, clap::Args)]
pub struct Settings {
    /// Where to listen, as in 127.0.0.1:1060 (port 0: any that is free)
    addr: String,
    /// How long a worker may take for a job
    #[arg(long, value_name = "SECONDS", default_value = "30", value_parser = seconds)]
    deadline: Duration,
    /// How often a job is delivered before it is a dead letter
    #[arg(long, default_value_t = 5)]
    attempts: u32,
    /// Jobs in one queue
    #[arg(long, default_value_t = 1000)]
    jobs: usize,
    /// Messages that wait for one subscriber
    #[arg(long, default_value_t = 100)]
    backlog: usize,
    /// Connections
    #[arg(long, default_value_t = 100)]
    clients: usize,
    /// How long a client may take for a request once begun, and to read an answer
    #[arg(long, value_name = "SECONDS", default_value = "10", value_parser = seconds)]
    timeout: Duration,
    /// How long a client may be silent between two requests
    #[arg(long, value_name = "SECONDS", default_value = "300", value_parser = seconds)]
    idle: Duration,
}

impl Settings {
    /// Runs the broker, on this thread, until Ctrl-C.
    ///
    /// # Errors
    ///
    /// When the address can't be listened at.
    pub fn run(&self) -> anyhow::Result<()> {
        let broker = Broker::new(Limits {
            rules: Rules {
                deadline: self.deadline,
                attempts: self.attempts,
                limit: self.jobs,
            },
            queues: 100,
            octets: 64 * 1024 * 1024,
            in_hand: 100,
            backlog: self.backlog,
        });
        let options = Options {
            clients: self.clients,
            message: 16 * 1024,
            patience: self.timeout,
            idle: self.idle,
        };
        let listener = program::listen(&self.addr)?;
        block_on(async { Server::new(broker, options).serve(listener).await })
    }
}
// ANCHOR_END: settings
