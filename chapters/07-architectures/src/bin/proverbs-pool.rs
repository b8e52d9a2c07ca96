//! A bounded pool: so many threads, made once, and a queue of clients for them.

use std::net::TcpListener;
use std::num::NonZero;
use std::process::ExitCode;

use anyhow::Context;
use architectures::bounded_pool::Pool;
use architectures::serving::{Acceptor, Options, talk};
use clap::Parser;

#[derive(Parser)]
#[command(about = "Answer questions about proverbs, with a pool of threads")]
struct Arguments {
    #[command(flatten)]
    options: Options,
    /// How many clients are served at a time
    #[arg(long, value_name = "NUMBER", default_value = "16")]
    threads: NonZero<usize>,
    /// How many clients may be accepted and wait for a thread
    #[arg(long, value_name = "NUMBER", default_value = "64")]
    waiting: usize,
}

fn main() -> ExitCode {
    program::run(|| {
        let arguments = Arguments::parse();
        let pool = Pool::new(arguments.threads, arguments.waiting).context("start the pool")?;
        let listener = arguments.options.listen()?;
        let served = serve(&listener, &arguments.options, &pool);
        pool.shut_down();
        served
    })
}

// ANCHOR: serve
fn serve(listener: &TcpListener, options: &Options, pool: &Pool) -> anyhow::Result<()> {
    let mut acceptor = Acceptor::default();
    let limits = options.limits;
    loop {
        let (stream, peer) = acceptor.wait(listener)?;
        // Waits while the queue is full, and so do those who have not been accepted.
        pool.run(move || talk(stream, peer, limits));
    }
}
// ANCHOR_END: serve
