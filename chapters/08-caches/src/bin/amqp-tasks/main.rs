//! The work queue again, on RabbitMQ: durable, confirmed, acknowledged, redelivered,
//! and with dead letters.

mod tasks;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use caches::examples::rabbit::{PATIENCE, Rabbit, hello};
use clap::Parser;
use program::hex;
use program::tasks::block_on;
use tasks::{dead, declare, open, send, work};
use tokio::signal::unix::{SignalKind, signal};

#[derive(Parser)]
#[command(about = "A work queue on RabbitMQ")]
enum Role {
    /// Run a RabbitMQ of your own, until Ctrl-C
    Broker {
        addr: SocketAddr,
        /// Keep what it has in this folder, for the next time
        #[arg(long)]
        folder: Option<PathBuf>,
    },
    /// Say hello, and show the frame that comes back
    Hello { addr: SocketAddr },
    /// Send jobs, and wait for the broker to confirm each
    Send { addr: SocketAddr, jobs: Vec<String> },
    /// Take jobs; Enter says that one is done, `no` and Enter that it can't be, and
    /// Ctrl-D that there is an end
    Work {
        addr: SocketAddr,
        /// Jobs that the broker may send before one is acknowledged
        #[arg(long, default_value_t = 1)]
        prefetch: u16,
    },
    /// Show dead letters as they come and why each died, and forget them
    Dead { addr: SocketAddr },
    /// Count the jobs that are ready, and the dead letters
    Count { addr: SocketAddr },
}

fn main() -> ExitCode {
    program::run(|| block_on(act(Role::parse())))
}

async fn act(role: Role) -> anyhow::Result<()> {
    let (addr, role) = match role {
        Role::Broker { addr, folder } => return broker(addr, folder).await,
        Role::Hello { addr } => return say_hello(addr),
        Role::Send { addr, .. }
        | Role::Work { addr, .. }
        | Role::Dead { addr }
        | Role::Count { addr } => (addr, role),
    };
    let (connection, channel) = open(addr).await?;
    match role {
        Role::Send { jobs, .. } => send(&channel, &jobs).await?,
        Role::Work { prefetch, .. } => work(&channel, prefetch).await?,
        Role::Dead { .. } => dead(&channel).await?,
        _ => {
            let (ready, dead) = declare(&channel).await?;
            println!("{ready} ready, {dead} dead");
        }
    }
    // It answers when it has seen to all that came before, acknowledgements too.
    Ok(connection.close(200, "done".into()).await?)
}

fn say_hello(addr: SocketAddr) -> anyhow::Result<()> {
    let frame = hello(addr, PATIENCE).with_context(|| format!("say hello to {addr}"))?;
    let method = frame.payload.get(..4).unwrap_or_default();
    println!("a frame of type {}, channel {}", frame.kind, frame.channel);
    println!("class and method {}", hex(method));
    Ok(())
}

async fn broker(addr: SocketAddr, folder: Option<PathBuf>) -> anyhow::Result<()> {
    // From the beginning: it takes some seconds to start, and may not be left then.
    let mut interrupted = signal(SignalKind::interrupt())?;
    let mut terminated = signal(SignalKind::terminate())?;
    let mut rabbit = Rabbit::start(addr, folder)?;
    let run = async {
        rabbit.ready().await?;
        println!("Listening at {}", rabbit.address);
        std::future::pending().await
    };
    let ended: anyhow::Result<()> = tokio::select! {
        ended = run => ended,
        _ = interrupted.recv() => Ok(()),
        _ = terminated.recv() => Ok(()),
    };
    drop(rabbit);
    ended?;
    println!("Stopped.");
    Ok(())
}
