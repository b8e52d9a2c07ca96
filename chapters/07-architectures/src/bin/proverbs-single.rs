//! One client at a time: whoever comes next waits until it has left.

use std::process::ExitCode;

use architectures::serving::{Acceptor, Options, talk};
use clap::Parser;

#[derive(Parser)]
#[command(about = "Answer questions about proverbs, one client at a time")]
struct Arguments {
    #[command(flatten)]
    options: Options,
}

fn main() -> ExitCode {
    program::run(|| serve(&Arguments::parse().options))
}

// ANCHOR: serve
fn serve(options: &Options) -> anyhow::Result<()> {
    let listener = options.listen()?;
    let mut acceptor = Acceptor::default();
    loop {
        let (stream, peer) = acceptor.wait(&listener)?;
        talk(stream, peer, options.limits);
    }
}
// ANCHOR_END: serve
