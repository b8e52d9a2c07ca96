//! One thread and poll: non-blocking sockets, and a state for each connection.

use std::collections::BTreeMap;
use std::net::TcpStream;
use std::os::fd::AsFd;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use anyhow::Context;
use architectures::client::Client;
use architectures::event_loop::Interest;
use architectures::serving::{Accepted, Acceptor, Options, at_least_one};
use clap::Parser;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;

#[derive(Parser)]
#[command(about = "Answer questions about proverbs, in one thread, with poll")]
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
    let mut acceptor = Acceptor::default();
    let mut paused_until = None; // while nobody can be accepted
    let mut clients: BTreeMap<usize, Client<TcpStream>> = BTreeMap::new();
    let mut number = 0;
    loop {
        let now = Instant::now();
        paused_until = paused_until.filter(|until| *until > now);
        let open = clients.len() < most && paused_until.is_none();
        let deadlines = clients.values().map(Client::deadline);
        let next = deadlines.chain(paused_until).min();
        let time = next.map(|next| next.saturating_duration_since(now));
        let (waiting, ready) = wait(&listener, open, &clients, time)?;

        for client in ready {
            if !clients.get_mut(&client).is_none_or(Client::advance) {
                clients.remove(&client);
            }
        }
        if waiting {
            match acceptor.judge(listener.accept())? {
                Accepted::Client((stream, peer)) => {
                    stream.set_nonblocking(true)?;
                    clients.insert(number, Client::new(stream, peer, options.limits));
                    number += 1;
                }
                Accepted::Gone | Accepted::Nobody => {}
                Accepted::Pause(pause) => paused_until = Some(Instant::now() + pause),
            }
        }
        let now = Instant::now();
        clients.retain(|_, client| {
            let in_time = client.deadline() > now;
            if !in_time {
                client.report_slow();
            }
            in_time
        });
    }
}
// ANCHOR_END: serve

// ANCHOR: wait
/// Waits until somebody connects, a client is ready, or the time is up. The whole list
/// of sockets is made and handed over each time: that is what poll costs.
fn wait(
    listener: &impl AsFd,
    open: bool,
    clients: &BTreeMap<usize, Client<TcpStream>>,
    time: Option<Duration>,
) -> anyhow::Result<(bool, Vec<usize>)> {
    let accept = if open {
        PollFlags::IN
    } else {
        PollFlags::empty()
    };
    let mut sockets = vec![PollFd::new(listener, accept)];
    for client in clients.values() {
        let Interest { read, .. } = client.interest();
        let ready = if read { PollFlags::IN } else { PollFlags::OUT };
        sockets.push(PollFd::new(&client.stream, ready));
    }
    let time = time.map(Timespec::try_from).transpose()?;
    match poll(&mut sockets, time.as_ref()) {
        // A signal came first. Whoever is ready now is so next time, too.
        Err(Errno::INTR) => return Ok((false, Vec::new())),
        polled => polled.context("poll")?,
    };
    let is_ready = |socket: &PollFd<'_>| !socket.revents().is_empty();
    let ready = clients.keys().zip(&sockets[1..]);
    let ready = ready
        .filter(|(_, socket)| is_ready(socket))
        .map(|(client, _)| *client);
    Ok((is_ready(&sockets[0]), ready.collect()))
}
// ANCHOR_END: wait
