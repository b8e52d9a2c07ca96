//! The answer is the request in capital letters.

use std::net::UdpSocket;
use std::process::ExitCode;
use std::time::Duration;

use clap::Parser;
use program::{report, seconds};
use udp::talk::{ROOM, ask, bind, brief, connect, receive};

#[derive(Parser)]
#[command(about = "The answer is the request in capital letters")]
enum Role {
    /// Answer in capital letters
    Server { addr: String },
    /// Send texts, a datagram each
    Client {
        addr: String,
        #[arg(required = true)]
        texts: Vec<String>,
        /// How long to wait for each answer
        #[arg(long, value_name = "SECONDS", default_value = "10", value_parser = seconds)]
        timeout: Duration,
    },
}

fn main() -> ExitCode {
    program::run(|| match Role::parse() {
        Role::Server { addr } => server(&bind(&addr)?),
        Role::Client {
            addr,
            texts,
            timeout,
        } => client(&connect(&addr)?, &texts, timeout),
    })
}

fn server(socket: &UdpSocket) -> anyhow::Result<()> {
    let mut buffer = [0; ROOM];
    loop {
        let (length, client) = receive(socket, &mut buffer);
        let answer = buffer[..length].to_ascii_uppercase();
        println!("{length} octets from {client}");
        if let Err(error) = socket.send_to(&answer, client) {
            report(client, &error.into());
        }
    }
}

fn client(server: &UdpSocket, texts: &[String], patience: Duration) -> anyhow::Result<()> {
    for text in texts {
        let answer = ask(server, text.as_bytes(), patience)?;
        println!("{} is answered {}", brief(text.as_bytes()), brief(&answer));
    }
    Ok(())
}
