//! Pi by throwing darts over queues, in three topologies: a pipeline, requests with
//! replies, and publish and subscribe.

use std::process::ExitCode;

use caches::examples::darts::{Tally, perform, task};
use caches::examples::topologies::{hear, pipeline, publish, pull, request};
use caches::queue::{QueueClient, answer};
use clap::{Parser, ValueEnum};
use program::{Connect, show};

#[derive(Parser)]
#[command(about = "Pi by throwing darts over the queues of mini-queue")]
enum Role {
    /// Hand out rounds, and add up what comes back
    Leader {
        #[command(flatten)]
        to: Connect,
        by: Topology,
        #[arg(long, default_value_t = 20)]
        rounds: u64,
        #[arg(long, default_value_t = 1000)]
        darts: u32,
    },
    /// Throw the darts
    Worker {
        #[command(flatten)]
        to: Connect,
        by: Topology,
        /// Say which rounds
        #[arg(long)]
        show: bool,
        /// Of what is published, this worker's part: even, odd, or all
        #[arg(long, default_value = "")]
        part: String,
    },
}

#[derive(Clone, Copy, ValueEnum)]
enum Topology {
    /// Rounds in one queue, hits in another; each is acknowledged
    Pipeline,
    /// A question for each round, and its answer
    Request,
    /// Rounds published under two topics, hits under a third
    Publish,
}

fn main() -> ExitCode {
    program::run(|| match Role::parse() {
        Role::Leader {
            to,
            by,
            rounds,
            darts,
        } => {
            let mut tally = Tally::new(rounds, darts);
            let tasks: Vec<String> = (0..rounds).map(|round| task(round, darts)).collect();
            match by {
                Topology::Pipeline => pipeline(&to, &tasks, &mut tally)?,
                Topology::Request => request(&to, &tasks, &mut tally)?,
                Topology::Publish => publish(&to, &tasks, &mut tally)?,
            }
            println!("{tally}");
            Ok(())
        }
        Role::Worker {
            to,
            by,
            show: shows,
            part,
        } => {
            let mut broker = QueueClient::connect(&to)?;
            let throw = |task: &[u8]| {
                if shows {
                    println!("round {}", show(task));
                }
                perform(task)
            };
            match by {
                Topology::Pipeline => pull(&mut broker, throw),
                Topology::Request => answer(&mut broker, "darts", |task| Ok(throw(task)?.into())),
                Topology::Publish => hear(&to, &mut broker, &part, throw),
            }
        }
    })
}
