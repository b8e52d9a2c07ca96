//! A task that waits without giving way, and so stops all others.

use std::io;
use std::net::SocketAddr;
use std::process::ExitCode;

use anyhow::Context;
use architectures::graceful_drain::Accept;
use architectures::proverbs::known;
use architectures::serving::{Limits, Options};
use architectures::slow_client::Client;
use architectures::tasks::Entrance;
use clap::Parser;
use program::tasks::block_on;
use program::{report, show};
use tokio::net::TcpStream;
use tokio::task::{JoinSet, spawn_blocking};

const CLIENTS: usize = 100; // at a time; the next one waits

#[derive(Parser)]
#[command(about = "Answer questions about proverbs, and ask the operator about the others")]
struct Arguments {
    #[command(flatten)]
    options: Options,
    /// Wait for the operator in a thread apart, not in the task
    #[arg(long)]
    aside: bool,
}

fn main() -> ExitCode {
    program::run(|| {
        let arguments = Arguments::parse();
        block_on(serve(&arguments.options, arguments.aside))
    })
}

// ANCHOR: serve
async fn serve(options: &Options, aside: bool) -> anyhow::Result<()> {
    let mut entrance = Entrance::new(options.listen()?, CLIENTS)?;
    let mut tasks = JoinSet::new();
    let limits = options.limits;
    while let Some(guest) = entrance.accept().await {
        while tasks.try_join_next().is_some() {}
        tasks.spawn(async move {
            let (stream, peer) = (guest.stream, guest.peer);
            if let Err(error) = talk(stream, peer, limits, aside).await {
                report(peer, &error);
            }
            drop(guest.place);
        });
    }
    Ok(())
}

async fn talk(
    stream: TcpStream,
    peer: SocketAddr,
    limits: Limits,
    aside: bool,
) -> anyhow::Result<()> {
    let mut client = Client::new(stream, limits.question, limits.timeout);
    while let Some(question) = client.question().await? {
        let answer = match known(&question) {
            Some(answer) => answer.to_owned(),
            None => {
                println!("{peer} asks {}", show(&question));
                match aside {
                    true => spawn_blocking(operator).await??,
                    false => operator()?, // the bug: it waits, and says so to nobody
                }
            }
        };
        client.answer(answer.as_bytes()).await?;
    }
    Ok(())
}

/// What the operator types. This call blocks its thread until there is a line.
fn operator() -> anyhow::Result<String> {
    let mut line = String::new();
    io::stdin()
        .read_line(&mut line)
        .context("ask the operator")?;
    Ok(line.trim_end().to_owned())
}
// ANCHOR_END: serve
