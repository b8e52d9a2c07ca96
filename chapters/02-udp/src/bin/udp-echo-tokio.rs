//! The echo server again, in tokio: many sockets in one thread, and many clients.

use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, ensure};
use clap::Parser;
use program::tasks::receive;
use program::{report, seconds};
use tokio::net::UdpSocket;
use tokio::task::JoinSet;
use tokio::time::timeout;
use udp::talk::{ROOM, resolve, socket_for};

#[derive(Parser)]
#[command(about = "The echo server again, in tokio")]
enum Role {
    /// Send each datagram back, at one address or at several
    Server {
        #[arg(required = true)]
        addrs: Vec<String>,
    },
    /// Be many clients, who all ask before the first is answered
    Client {
        addr: String,
        #[arg(long, default_value = "100", value_parser = clap::value_parser!(u16).range(1..=100))]
        clients: u16,
        /// How long to wait for all answers
        #[arg(long, value_name = "SECONDS", default_value = "10", value_parser = seconds)]
        timeout: Duration,
    },
}

fn main() -> ExitCode {
    program::run(|| match Role::parse() {
        Role::Server { addrs } => serve(&addrs),
        Role::Client {
            addr,
            clients,
            timeout,
        } => many(&addr, clients, timeout),
    })
}

// ANCHOR: serve
#[tokio::main(flavor = "current_thread")]
async fn serve(addrs: &[String]) -> anyhow::Result<()> {
    program::stop_on_ctrl_c()?;
    let mut sockets = JoinSet::new();
    for addr in addrs {
        let socket = UdpSocket::bind(addr)
            .await
            .with_context(|| format!("bind {addr}"))?;
        println!("Listening at {}", socket.local_addr()?);
        sockets.spawn(echo(socket));
    }
    while let Some(ended) = sockets.join_next().await {
        ended??; // no socket ends but with an error
    }
    Ok(())
}
// ANCHOR_END: serve

// ANCHOR: echo
async fn echo(socket: UdpSocket) -> anyhow::Result<()> {
    let mut buffer = vec![0; ROOM];
    loop {
        let (length, client) = receive(&socket, &mut buffer).await;
        if let Err(error) = socket.send_to(&buffer[..length], client).await {
            report(client, &error.into());
        }
    }
}
// ANCHOR_END: echo

// ANCHOR: many
#[tokio::main(flavor = "current_thread")]
async fn many(addr: &str, clients: u16, patience: Duration) -> anyhow::Result<()> {
    let server = resolve(addr)?;
    let mut waiting = JoinSet::new();
    for number in 1..=clients {
        let socket = socket_for(server)?;
        socket.set_nonblocking(true)?; // or one that waits would stop them all
        let socket = UdpSocket::from_std(socket)?;
        socket.connect(server).await?;
        let request = format!("client {number}");
        socket.send(request.as_bytes()).await?;
        waiting.spawn(timeout(patience, is_echoed(socket, request)));
    }
    println!("{clients} clients have asked");
    let mut own = 0;
    while let Some(ended) = waiting.join_next().await {
        let answered = ended?.context("no answer in time")?;
        own += u16::from(answered.with_context(|| format!("receive from {server}"))?);
    }
    println!("{own} have their own words back");
    ensure!(own == clients, "{} have others' words", clients - own);
    Ok(())
}

async fn is_echoed(socket: UdpSocket, request: String) -> anyhow::Result<bool> {
    let mut buffer = [0; 64];
    let length = socket.recv(&mut buffer).await?;
    Ok(buffer[..length] == *request.as_bytes())
}
// ANCHOR_END: many
