//! A task for each client, with limits, time-outs, and draining on Ctrl-C.

use std::process::ExitCode;
use std::time::Duration;

use architectures::graceful_drain::{Accept, serve};
use architectures::serving::{Options, at_least_one};
use architectures::tasks::{Entrance, Guest, Stop, stopping, talk};
use clap::Parser;
use program::tasks::block_on;

#[derive(Parser)]
#[command(about = "Answer questions about proverbs, with a task for each client")]
struct Arguments {
    #[command(flatten)]
    options: Options,
    /// How many clients are served at a time; the next one waits
    #[arg(long, value_name = "NUMBER", default_value = "2000", value_parser = at_least_one)]
    connections: usize,
    /// How long to wait, once stopped, for what was begun
    #[arg(long, value_name = "SECONDS", default_value = "5", value_parser = program::seconds)]
    drain: Duration,
}

fn main() -> ExitCode {
    program::run(|| block_on(run(Arguments::parse())))
}

// ANCHOR: run
async fn run(arguments: Arguments) -> anyhow::Result<()> {
    // Before anybody knows that we are there.
    let mut stop = Stop::new()?;
    let listener = arguments.options.bind()?;
    println!("Listening at {}", listener.local_addr()?);

    let limits = arguments.options.limits;
    let handle = |guest: Guest, told| async move {
        talk(guest.stream, guest.peer, limits, stopping(told)).await;
        drop(guest.place);
    };
    let entrance = Signed {
        entrance: Entrance::new(listener, arguments.connections)?,
        _sign: Sign,
    };
    let drained = serve(entrance, handle, stop.told(), arguments.drain).await;
    if drained.given_up > 0 {
        println!("Given up: {}.", drained.given_up);
    }
    println!("Stopped.");
    Ok(())
}
// ANCHOR_END: run

// ANCHOR: sign
/// An entrance, and a sign that is turned over once it has closed: fields are dropped
/// in their order. Whoever reads it can be sure that nobody is let in any more.
struct Signed {
    entrance: Entrance,
    _sign: Sign,
}

struct Sign;

impl Drop for Sign {
    fn drop(&mut self) {
        println!("Draining.");
    }
}

impl Accept for Signed {
    type Client = Guest;

    fn accept(&mut self) -> impl Future<Output = Option<Guest>> {
        self.entrance.accept()
    }
}
// ANCHOR_END: sign
