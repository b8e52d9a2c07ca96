//! Takes its socket from whoever started it: a service manager, or inetd.

use std::process::{Command, ExitCode};
use std::time::Duration;
use std::{env, net};

use anyhow::Context;
use architectures::graceful_drain::serve;
use architectures::inherited::{Given, start_with, take};
use architectures::serving::{Limits, Options, at_least_one};
use architectures::tasks::{Entrance, Guest, Stop, stopping, talk};
use clap::Parser;
use program::tasks::block_on;
use rustix::event::{PollFd, PollFlags, poll};
use rustix::io::Errno;
use tokio::net::TcpStream;

#[derive(Parser)]
#[command(about = "Answer questions about proverbs, at a socket that was made by somebody else")]
enum Role {
    /// Serve at the socket that this program was started with
    Server(Server),
    /// Listen, and start the server once somebody comes, as a service manager does
    Manager {
        #[command(flatten)]
        options: Options,
        /// How many clients the server is to serve at a time
        #[arg(long, value_name = "NUMBER", default_value = "2000", value_parser = at_least_one)]
        connections: usize,
    },
}

#[derive(clap::Args)]
struct Server {
    #[command(flatten)]
    limits: Limits,
    /// How many clients are served at a time; the next one waits
    #[arg(long, value_name = "NUMBER", default_value = "2000", value_parser = at_least_one)]
    connections: usize,
    /// Leave when nobody has been there for so long
    #[arg(long, value_name = "SECONDS", value_parser = program::seconds)]
    idle: Option<Duration>,
}

fn main() -> ExitCode {
    program::run(|| match Role::parse() {
        Role::Server(server) => block_on(server.run(take()?)),
        Role::Manager {
            options,
            connections,
        } => manager(&options, connections),
    })
}

impl Server {
    async fn run(self, given: Given) -> anyhow::Result<()> {
        let listener = match given {
            Given::Listener(listener) => listener,
            Given::Connection(stream) => return self.one_client(stream).await,
        };
        let mut stop = Stop::new()?;
        println!("Serving at {}", listener.local_addr()?);
        let entrance = Entrance::new(listener, self.connections)?;
        let entrance = entrance.closes_after(self.idle.unwrap_or(Duration::MAX));
        let handle = |Guest {
                          stream,
                          peer,
                          place,
                      },
                      told| async move {
            talk(stream, peer, self.limits, stopping(told)).await;
            drop(place);
        };
        serve(entrance, handle, stop.told(), self.limits.timeout).await;
        println!("Stopped.");
        Ok(())
    }

    async fn one_client(self, stream: net::TcpStream) -> anyhow::Result<()> {
        let peer = stream.peer_addr().context("whose connection is it?")?;
        stream.set_nonblocking(true)?;
        let stream = TcpStream::from_std(stream)?;
        talk(stream, peer, self.limits, std::future::pending::<()>()).await;
        Ok(())
    }
}

// ANCHOR: manager
fn manager(options: &Options, connections: usize) -> anyhow::Result<()> {
    let listener = options.bind()?; // the first that is opened, and so descriptor 3
    program::stop_on_ctrl_c()?;
    println!("Listening at {}", listener.local_addr()?);
    // Whoever connects stays in the queue: the server accepts.
    while poll(&mut [PollFd::new(&listener, PollFlags::IN)], None) == Err(Errno::INTR) {}
    let Limits { timeout, question } = options.limits;
    let mut server = Command::new(env::current_exe()?);
    server.args(["server", "--timeout", &timeout.as_secs_f64().to_string()]);
    server.args(["--question", &question.to_string()]);
    server.args(["--connections", &connections.to_string()]);
    // SAFETY: nothing was opened before the listener. If 3 isn't its descriptor, then
    // that was inherited, and nothing here uses it.
    Err(unsafe { start_with(listener, server) }).context("start the server")
}
// ANCHOR_END: manager
