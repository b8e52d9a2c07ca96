//! Passes its listening socket on to the process that replaces it, and loses nobody.

use std::future::pending;
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use architectures::graceful_drain::serve;
use architectures::serving::{Limits, Options};
use architectures::succession::{Predecessor, Waiting};
use architectures::tasks::{Entrance, Guest, Stop, talk};
use clap::{Parser, Subcommand};
use program::tasks::block_on;

/// How many clients are served at a time; the next one waits.
const CLIENTS: usize = 2000;

#[derive(Parser)]
#[command(about = "Answer questions about proverbs, and be replaced without losing a client")]
struct Arguments {
    #[command(subcommand)]
    role: Role,
    /// How long clients may stay that are still there when this process is replaced
    #[arg(long, global = true, value_name = "SECONDS", default_value = "30", value_parser = program::seconds)]
    drain: Duration,
}

#[derive(Subcommand)]
enum Role {
    /// Make a socket, and serve
    Server {
        /// Where a successor may ask for the socket
        path: PathBuf,
        #[command(flatten)]
        options: Options,
    },
    /// Take the socket over from the server that waits at a path, and serve
    Successor {
        /// Where the server waits
        path: PathBuf,
        #[command(flatten)]
        limits: Limits,
    },
}

fn main() -> ExitCode {
    let Arguments { role, drain } = Arguments::parse();
    program::run(|| block_on(run(role, drain)))
}

async fn run(role: Role, drain: Duration) -> anyhow::Result<()> {
    let stop = Stop::new()?;
    match role {
        Role::Server { path, options } => {
            let listener = options.bind()?;
            let waiting = async { Waiting::at(&path) };
            serve_until_replaced(listener, waiting, options.limits, drain, stop).await
        }
        Role::Successor { path, limits } => {
            let (listener, predecessor) = Predecessor::ask(&path, limits.timeout).await?;
            serve_until_replaced(listener, predecessor.replace(), limits, drain, stop).await
        }
    }
}

async fn serve_until_replaced(
    listener: TcpListener,
    waiting: impl Future<Output = anyhow::Result<Waiting>>,
    limits: Limits,
    drain: Duration,
    mut stop: Stop,
) -> anyhow::Result<()> {
    println!("Listening at {}", listener.local_addr()?);
    let ours = listener.try_clone()?; // the same socket, to pass on
    let replaced = async {
        match waiting.await {
            Ok(waiting) => {
                println!("A successor may ask.");
                waiting.hand_over(ours, limits.timeout).await;
                println!("Replaced.");
            }
            Err(error) => {
                program::report("no successor may ask", &error);
                pending().await // that is no reason to stop
            }
        }
    };
    let stop = async {
        tokio::select! {
            () = stop.told() => {}
            () = replaced => {}
        }
    };
    let handle = |Guest {
                      stream,
                      peer,
                      place,
                  },
                  _| async move {
        // Whoever is here may stay, and go on asking.
        talk(stream, peer, limits, pending::<()>()).await;
        drop(place);
    };
    let drained = serve(Entrance::new(listener, CLIENTS)?, handle, stop, drain).await;
    println!(
        "{} finished, {} given up.",
        drained.finished, drained.given_up
    );
    println!("Stopped.");
    Ok(())
}
