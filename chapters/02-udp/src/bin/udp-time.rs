//! What time it is: a server that answers with its time, and one that stamps what
//! it got and returns it.

use std::io::{BufRead, stdin};
use std::net::UdpSocket;
use std::process::ExitCode;
use std::time::{Duration, SystemTime};

use clap::Parser;
use program::{prompt, report, seconds, utc};
use udp::talk::{ask, bind, brief, connect, receive};

/// What a request may have, so that an answer never has much more.
const LONGEST: usize = 512;

#[derive(Parser)]
#[command(about = "What time it is")]
enum Role {
    /// Answer each datagram with the time (UTC)
    Server {
        addr: String,
        /// Answer with the time and what came
        #[arg(long)]
        stamp: bool,
    },
    /// Send each line that is typed, also an empty one, until the input ends
    Client {
        addr: String,
        /// How long to wait for each answer
        #[arg(long, value_name = "SECONDS", default_value = "10", value_parser = seconds)]
        timeout: Duration,
    },
}

fn main() -> ExitCode {
    program::run(|| match Role::parse() {
        Role::Server { addr, stamp } => server(&bind(&addr)?, stamp),
        Role::Client { addr, timeout } => {
            program::stop_on_ctrl_c()?;
            client(&connect(&addr)?, timeout)
        }
    })
}

// ANCHOR: server
fn server(socket: &UdpSocket, stamp: bool) -> anyhow::Result<()> {
    let mut buffer = [0; LONGEST + 1];
    loop {
        let (length, client) = receive(socket, &mut buffer);
        println!("{length} octets from {client}");
        if length > LONGEST {
            // Too long, and cut: half a text would be a wrong answer.
            report(
                client,
                &anyhow::anyhow!("refused: more than {LONGEST} octets"),
            );
            continue;
        }
        let mut answer = utc(SystemTime::now()).into_bytes();
        if stamp {
            answer.push(b' ');
            answer.extend(&buffer[..length]);
        }
        if let Err(error) = socket.send_to(&answer, client) {
            report(client, &error.into());
        }
    }
}
// ANCHOR_END: server

fn client(server: &UdpSocket, patience: Duration) -> anyhow::Result<()> {
    let mut lines = stdin().lock().lines();
    loop {
        prompt();
        let Some(line) = lines.next().transpose()? else {
            println!("Goodbye.");
            return Ok(());
        };
        let answer = ask(server, line.as_bytes(), patience)?;
        println!("{}", brief(&answer));
    }
}
