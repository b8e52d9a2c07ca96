//! A client that tries again, more and more slowly, and a server that is told which
//! datagrams to lose.

use std::net::UdpSocket;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use clap::Parser;
use program::{report, seconds};
use udp::account::{Account, message, parse};
use udp::backoff::{Backoff, Policy};
use udp::random;
use udp::talk::{ROOM, bind, brief, connect, receive, receive_until};

#[derive(Parser)]
#[command(about = "A client that tries again, against a server that loses datagrams")]
enum Role {
    /// Keep an account: `add 100`, `set 100`
    Server {
        addr: String,
        /// Lose the requests with these numbers, from 1, as in 1,2,4
        #[arg(long, value_delimiter = ',')]
        drop: Vec<u64>,
        /// Carry out the requests with these numbers, and lose the answers
        #[arg(long, value_delimiter = ',')]
        drop_answers: Vec<u64>,
        /// Don't carry out again what comes again
        #[arg(long)]
        remember: bool,
    },
    /// Send one request until it is answered
    Client {
        addr: String,
        request: String,
        /// How often to send it at most
        #[arg(long, default_value = "5", value_parser = clap::value_parser!(u32).range(1..=100))]
        tries: u32,
        /// How long to wait after the first try; after each other, twice as long
        #[arg(long, value_name = "SECONDS", default_value = "1", value_parser = seconds)]
        first: Duration,
        /// How long to wait at most, and after the last try
        #[arg(long, value_name = "SECONDS", default_value = "10", value_parser = seconds)]
        longest: Duration,
        /// The share of a wait that is left to chance
        #[arg(long, default_value = "0", value_parser = share)]
        jitter: f64,
    },
}

fn share(text: &str) -> Result<f64, String> {
    let share = text.parse().map_err(|_| "not a number")?;
    let valid = (0.0..=1.0).contains(&share);
    valid.then_some(share).ok_or("not from 0 to 1".to_owned())
}

fn main() -> ExitCode {
    program::run(|| match Role::parse() {
        Role::Server {
            addr,
            drop,
            drop_answers,
            remember,
        } => server(&bind(&addr)?, &drop, &drop_answers, Account::new(remember)),
        Role::Client {
            addr,
            request,
            tries,
            first: initial,
            longest: cap,
            jitter,
        } => {
            let policy = Policy {
                initial,
                factor: 2,
                cap,
                tries,
                jitter,
            };
            client(&connect(&addr)?, &request, policy)
        }
    })
}

// ANCHOR: server
fn server(
    socket: &UdpSocket,
    drop: &[u64],
    mute: &[u64],
    mut account: Account,
) -> anyhow::Result<()> {
    let mut buffer = [0; ROOM];
    for number in 1.. {
        let (length, client) = receive(socket, &mut buffer)?;
        let Some((id, text)) = parse(&buffer[..length]) else {
            report(
                client,
                &anyhow::anyhow!("refused: {length} octets hold no id"),
            );
            continue;
        };
        if drop.contains(&number) {
            println!("{number}: {} is lost", brief(text));
            continue;
        }
        let answer = account.answer(client, id, text);
        if mute.contains(&number) {
            println!(
                "{number}: {} is done: {answer}, and the answer is lost",
                brief(text)
            );
            continue;
        }
        println!("{number}: {} is answered: {answer}", brief(text));
        if let Err(error) = socket.send_to(&message(id, &answer), client) {
            report(client, &error.into());
        }
    }
    Ok(())
}
// ANCHOR_END: server

// ANCHOR: client
fn client(server: &UdpSocket, request: &str, policy: Policy) -> anyhow::Result<()> {
    // Every try carries the same id: an answer to any of them will do.
    let id = random::id()?;
    let mut schedule = Backoff::new(policy, random::share);
    let mut at = Duration::ZERO;
    for number in 1..=policy.tries {
        // There is no next try to wait for after the last one; an answer needs
        // time all the same.
        let wait = schedule.next_wait().unwrap_or(policy.cap);
        println!(
            "at {} ms: try {number}, {} ms for an answer",
            at.as_millis(),
            wait.as_millis()
        );
        server.send(&message(id, request)).context("send")?;
        if let Some(answer) = answer_to(id, server, Instant::now() + wait)? {
            println!("answered: {answer}");
            return Ok(());
        }
        at += wait;
    }
    bail!(
        "no answer to {} tries in {} ms",
        policy.tries,
        at.as_millis()
    )
}

/// The answer to the request of that id, if it comes before the deadline.
fn answer_to(id: u32, server: &UdpSocket, deadline: Instant) -> anyhow::Result<Option<String>> {
    let mut buffer = [0; ROOM];
    loop {
        match receive_until(server, &mut buffer, deadline) {
            Ok((length, _)) => match parse(&buffer[..length]) {
                Some((answered, text)) if answered == id => {
                    return Ok(Some(brief(text)));
                }
                _ => {} // to an earlier question, or nothing of ours
            },
            // No server now may be a server soon; only time tells.
            Err(error) if error.kind() == std::io::ErrorKind::ConnectionRefused => {}
            Err(error) if error.kind() == std::io::ErrorKind::TimedOut => return Ok(None),
            Err(error) => return Err(error).context("receive"),
        }
    }
}
// ANCHOR_END: client
