//! One thread and what is better than poll: epoll or kqueue, by way of mio.

use std::collections::{BTreeSet, HashMap};
use std::process::ExitCode;
use std::time::Instant;

use anyhow::Context;
use architectures::client::Client;
use architectures::event_loop::Interest as Wanted;
use architectures::serving::{Accepted, Acceptor, Options, at_least_one};
use clap::Parser;
use mio::net::{TcpListener, TcpStream};
use mio::{Events, Interest, Poll, Token};

const LISTENER: Token = Token(0);
const EVENTS: usize = 256; // at a time; more come with the next poll

#[derive(Parser)]
#[command(about = "Answer questions about proverbs, in one thread, with epoll or kqueue")]
struct Arguments {
    #[command(flatten)]
    options: Options,
    /// How many clients are served at a time; the next one waits
    #[arg(long, value_name = "NUMBER", default_value = "2000", value_parser = at_least_one)]
    connections: usize,
}

fn main() -> ExitCode {
    program::run(|| {
        let arguments = Arguments::parse();
        serve(&arguments.options, arguments.connections)
    })
}

// ANCHOR: serve
fn serve(options: &Options, most: usize) -> anyhow::Result<()> {
    let listener = options.listen()?;
    listener.set_nonblocking(true)?;
    let mut listener = TcpListener::from_std(listener);
    let mut poll = Poll::new()?;
    poll.registry()
        .register(&mut listener, LISTENER, Interest::READABLE)?;

    let mut events = Events::with_capacity(EVENTS);
    let mut acceptor = Acceptor::default();
    let mut waiting = false; // said once, and true until accept says that nobody is there
    let mut paused_until = None;
    let mut clients: HashMap<Token, Client<TcpStream>> = HashMap::new();
    let mut deadlines: BTreeSet<(Instant, Token)> = BTreeSet::new();
    let mut number = LISTENER.0;
    loop {
        let now = Instant::now();
        let next = deadlines.first().map(|(next, _)| *next);
        let next = next.into_iter().chain(paused_until).min();
        let time = next.map(|next| next.saturating_duration_since(now));
        match poll.poll(&mut events, time) {
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
            polled => polled.context("poll")?,
        }

        for event in &events {
            let token = event.token();
            waiting |= token == LISTENER;
            let Some(mut client) = clients.remove(&token) else {
                continue;
            };
            deadlines.remove(&(client.deadline(), token));
            if client.advance() {
                let interest = interest(client.interest());
                // Also where it is the same: what was ready before is then said again.
                poll.registry()
                    .reregister(&mut client.stream, token, interest)?;
                deadlines.insert((client.deadline(), token));
                clients.insert(token, client);
            }
        }
        let now = Instant::now();
        paused_until = paused_until.filter(|until| *until > now);
        while waiting && paused_until.is_none() && clients.len() < most {
            match acceptor.judge(listener.accept())? {
                Accepted::Client((mut stream, peer)) => {
                    number += 1;
                    let token = Token(number);
                    poll.registry()
                        .register(&mut stream, token, Interest::READABLE)?;
                    let client = Client::new(stream, peer, options.limits);
                    deadlines.insert((client.deadline(), token));
                    clients.insert(token, client);
                }
                Accepted::Gone => {}
                Accepted::Nobody => waiting = false,
                Accepted::Pause(pause) => paused_until = Some(now + pause),
            }
        }
        while let Some((_, token)) = deadlines.first().filter(|(deadline, _)| *deadline <= now) {
            if let Some(slow) = clients.remove(token) {
                slow.report_slow();
            }
            deadlines.pop_first();
        }
    }
}
// ANCHOR_END: serve

/// In mio's words.
fn interest(wanted: Wanted) -> Interest {
    match wanted.write {
        true => Interest::WRITABLE,
        false => Interest::READABLE,
    }
}
