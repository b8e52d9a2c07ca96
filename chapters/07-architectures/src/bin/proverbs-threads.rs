//! A thread for each client, up to a limit.

use std::process::ExitCode;
use std::thread;

use anyhow::Context;
use architectures::places::Places;
use architectures::serving::{Acceptor, Options, at_least_one, talk};
use clap::Parser;

#[derive(Parser)]
#[command(about = "Answer questions about proverbs, with a thread for each client")]
struct Arguments {
    #[command(flatten)]
    options: Options,
    /// How many clients are served at a time; the next one waits
    #[arg(long, value_name = "NUMBER", default_value = "2000", value_parser = at_least_one)]
    connections: usize,
}

fn main() -> ExitCode {
    program::run(|| {
        let arguments = Arguments::parse();
        serve(&arguments.options, &Places::new(arguments.connections))
    })
}

// ANCHOR: serve
fn serve(options: &Options, places: &Places) -> anyhow::Result<()> {
    let listener = options.listen()?;
    let mut acceptor = Acceptor::default();
    loop {
        // First a place, then a client: who can't be served stays with the system.
        let place = places.take();
        let (stream, peer) = acceptor.wait(&listener)?;
        let limits = options.limits;
        let thread = thread::Builder::new().spawn(move || {
            talk(stream, peer, limits);
            drop(place);
        });
        if let Err(error) = thread.context("no thread for this client") {
            program::report(peer, &error);
        }
    }
}
// ANCHOR_END: serve
