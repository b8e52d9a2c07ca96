//! Three services on one small framework: each writes only what makes it different.

use std::io::Write;
use std::net::SocketAddr;
use std::num::NonZero;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::SystemTime;

use anyhow::ensure;
use architectures::framework::{Pooled, Service, serve, stop};
use architectures::serving::{Options, answer_all};
use clap::{Parser, ValueEnum};
use program::{Conversation, utc};

#[derive(Parser)]
#[command(about = "Run one of three services on a small framework")]
struct Arguments {
    /// Which service
    service: Name,
    #[command(flatten)]
    options: Options,
    /// Handle clients in so many threads, and not one after the other
    #[arg(long, value_name = "NUMBER")]
    threads: Option<NonZero<usize>>,
}

#[derive(Clone, ValueEnum)]
enum Name {
    Daytime,
    Tickets,
    Proverbs,
}

// ANCHOR: daytime
/// Says what time it is (RFC 867).
struct Daytime;

impl Service for Daytime {
    fn handle(&self, client: &mut Conversation) -> anyhow::Result<()> {
        let time = utc(SystemTime::now());
        Ok(client.write_all(format!("{time}\r\n").as_bytes())?)
    }
}
// ANCHOR_END: daytime

// ANCHOR: tickets
const TICKETS: usize = 2;

/// Gives a number to everybody who comes, as long as there are any.
#[derive(Default)]
struct Tickets {
    came: AtomicUsize,  // counted when accepted, by one thread
    given: AtomicUsize, // clients may be handled by several
}

impl Service for Tickets {
    fn verify(&self, _peer: SocketAddr) -> anyhow::Result<()> {
        let before = self.came.fetch_add(1, Ordering::Relaxed);
        ensure!(before < TICKETS, "turned away: no ticket left");
        Ok(())
    }

    fn handle(&self, client: &mut Conversation) -> anyhow::Result<()> {
        let number = self.given.fetch_add(1, Ordering::Relaxed) + 1;
        Ok(client.write_all(format!("Ticket {number} of {TICKETS}\n").as_bytes())?)
    }

    fn shutdown(&self) {
        let [came, given] = [&self.came, &self.given].map(|count| count.load(Ordering::Relaxed));
        println!("{came} came, {given} tickets given");
    }
}
// ANCHOR_END: tickets

/// Answers questions of up to so many octets.
struct Proverbs(usize);

impl Service for Proverbs {
    fn handle(&self, client: &mut Conversation) -> anyhow::Result<()> {
        answer_all(client, self.0)
    }
}

fn main() -> ExitCode {
    program::run(|| {
        let arguments = Arguments::parse();
        match arguments.service {
            Name::Daytime => run(Daytime, &arguments),
            Name::Tickets => run(Tickets::default(), &arguments),
            Name::Proverbs => run(Proverbs(arguments.options.limits.question), &arguments),
        }
    })
}

fn run(service: impl Service + 'static, arguments: &Arguments) -> anyhow::Result<()> {
    let service: Arc<dyn Service> = match arguments.threads {
        Some(threads) => Arc::new(Pooled::new(service, threads)?),
        None => Arc::new(service),
    };
    let (stopper, stop) = stop()?;
    let mut stopper = Some(stopper);
    ctrlc::set_handler(move || drop(stopper.take()))?;
    let listener = arguments.options.bind()?;
    println!("Listening at {}", listener.local_addr()?);
    serve(&service, listener, arguments.options.limits.timeout, &stop)?;
    println!("Stopped.");
    Ok(())
}
