//! A client that tries again, more and more slowly, and a server that is told which
//! datagrams to lose.

use std::net::UdpSocket;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use anyhow::{Context, anyhow, bail};
use clap::Parser;
use program::report;
use udp::account::{Account, answer_to, message, parse};
use udp::backoff::{Backoff, Policy};
use udp::match_replies::Requests;
use udp::random;
use udp::schedule::Schedule;
use udp::talk::{ROOM, bind, brief, connect, receive};

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
        #[command(flatten)]
        schedule: Schedule,
    },
}

fn main() -> ExitCode {
    program::run(|| match Role::parse() {
        Role::Server {
            addr,
            drop,
            drop_answers,
            remember,
        } => server(&bind(&addr)?, &drop, &drop_answers, remember),
        Role::Client {
            addr,
            request,
            schedule,
        } => client(&connect(&addr)?, &request, schedule.policy()),
    })
}

fn server(socket: &UdpSocket, drop: &[u64], mute: &[u64], remember: bool) -> anyhow::Result<()> {
    let mut account = Account::new(remember);
    let mut buffer = [0; ROOM];
    let mut number = 0;
    loop {
        let (length, client) = receive(socket, &mut buffer);
        let Some((id, text)) = parse(&buffer[..length]) else {
            report(client, &anyhow!("refused: {length} octets hold no id"));
            continue;
        };
        number += 1;
        let request = brief(text);
        if drop.contains(&number) {
            println!("{number}: {request} is lost");
            continue;
        }
        let answer = account.answer(client, id, text);
        if mute.contains(&number) {
            println!("{number}: {request} is done: {answer}, and the answer is lost");
            continue;
        }
        println!("{number}: {request} is answered: {answer}");
        if let Err(error) = socket.send_to(&message(id, &answer), client) {
            report(client, &error.into());
        }
    }
}

// ANCHOR: client
fn client(server: &UdpSocket, request: &str, policy: Policy) -> anyhow::Result<()> {
    // Every try carries the same id: an answer to any of them will do.
    let id = random::id()?;
    let mut requests = Requests::new();
    requests.sent(id, server.peer_addr()?, ())?;
    let mut schedule = Backoff::new(policy, random::share);
    let mut at = Duration::ZERO;
    for number in 1..=policy.tries {
        // After the last try there is no next one to wait for. Its answer takes
        // time all the same.
        let wait = schedule.next_wait().unwrap_or(policy.cap);
        let (now, ms) = (at.as_millis(), wait.as_millis());
        println!("at {now} ms: try {number}, {ms} ms for an answer");
        server.send(&message(id, request)).context("send")?;
        if let Some(answer) = answer_to(&mut requests, server, Instant::now() + wait)? {
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
// ANCHOR_END: client
