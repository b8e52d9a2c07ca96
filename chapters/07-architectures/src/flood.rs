//! Many connections to one server, and what becomes of each.

use std::fmt;
use std::io::{self, ErrorKind};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, ensure};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio::time::timeout;

use program::tasks::block_on;

/// More would need more ports than one address of ours has to spare.
pub const MOST: usize = 10_000;
/// An answer has fewer octets, or it is none.
const LONGEST_ANSWER: usize = 4096;
/// What a process has open besides: its terminal, and what a runtime needs.
const OTHER_DESCRIPTORS: u64 = 32;

/// How many connections, and what each of them does.
#[derive(Debug, Clone, clap::Args)]
pub struct Flood {
    /// How many connections to open
    #[arg(long, value_name = "NUMBER", default_value = "1000", value_parser = number)]
    pub connections: usize,
    /// How many may be under way at a time; all of them unless said otherwise
    #[arg(long, value_name = "NUMBER", default_value_t = MOST, value_parser = number, hide_default_value = true)]
    pub at_once: usize,
    /// Close no connection before the last of them has met its fate
    #[arg(long, conflicts_with = "at_once")]
    pub hold: bool,
    /// What each of them asks; nothing, if this is empty
    #[arg(long, value_name = "TEXT", default_value = "Silence is?")]
    pub question: String,
    /// How long one connection may take, from the first packet to the answer
    #[arg(long, value_name = "SECONDS", default_value = "10", value_parser = program::seconds)]
    pub timeout: Duration,
}

fn number(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(number) if (1..=MOST).contains(&number) => Ok(number),
        _ => Err(format!("not a number from 1 to {MOST}")),
    }
}

impl Flood {
    /// So many connections, all at once, each closed when it has its answer.
    pub fn of(connections: usize) -> Flood {
        Flood {
            connections,
            at_once: MOST,
            hold: false,
            question: "Silence is?".to_owned(),
            timeout: Duration::from_secs(10),
        }
    }

    /// Opens the connections to the server at `address`, and waits until each has
    /// met its fate.
    ///
    /// # Errors
    ///
    /// When this process may not have so many descriptors.
    pub async fn run(&self, address: SocketAddr) -> anyhow::Result<Fates> {
        room_for(self.connections.min(self.at_once))?;
        let places = Arc::new(Semaphore::new(self.at_once));
        let mut clients = JoinSet::new();
        for _ in 0..self.connections {
            let place = Arc::clone(&places).acquire_owned().await?;
            let (flood, mut stream) = (self.clone(), None);
            clients.spawn(async move {
                let asked = timeout(flood.timeout, flood.ask(address, &mut stream)).await;
                drop(place);
                (asked, stream.filter(|_| flood.hold))
            });
        }
        let (mut fates, mut held) = (Fates::default(), Vec::new());
        while let Some(client) = clients.join_next().await {
            let (asked, stream) = client?;
            fates.count(asked.unwrap_or_else(|late| Err(late.into())));
            held.extend(stream);
        }
        Ok(fates)
    }

    async fn ask(&self, address: SocketAddr, open: &mut Option<TcpStream>) -> io::Result<()> {
        let stream = open.insert(TcpStream::connect(address).await?);
        stream.write_all(self.question.as_bytes()).await?;
        let mut answer = Vec::new();
        while !answer.contains(&b'.') {
            if answer.len() >= LONGEST_ANSWER {
                return Err(io::Error::other("an answer without an end"));
            }
            if stream.read_buf(&mut answer).await? == 0 {
                return Err(ErrorKind::UnexpectedEof.into());
            }
        }
        Ok(())
    }

    /// As [`run`](Flood::run), for who has no runtime.
    ///
    /// # Errors
    ///
    /// As [`run`](Flood::run).
    pub fn run_here(&self, address: SocketAddr) -> anyhow::Result<Fates> {
        block_on(self.run(address))
    }
}

/// What became of the connections.
#[derive(Debug, Default)]
pub struct Fates {
    /// An answer came.
    pub answered: usize,
    /// Nobody listened.
    pub refused: usize,
    /// The other end broke it off.
    pub reset: usize,
    /// The other end closed it without an answer.
    pub closed: usize,
    /// Nothing came of it in time.
    pub timed_out: usize,
    /// Something else went wrong, and this is what it was first.
    pub failed: Option<(usize, io::Error)>,
}

impl Fates {
    fn count(&mut self, asked: io::Result<()>) {
        let Err(error) = asked else {
            self.answered += 1;
            return;
        };
        match error.kind() {
            ErrorKind::ConnectionRefused => self.refused += 1,
            // A write after the reset came is a broken pipe.
            ErrorKind::ConnectionReset | ErrorKind::BrokenPipe => self.reset += 1,
            ErrorKind::UnexpectedEof => self.closed += 1,
            ErrorKind::TimedOut => self.timed_out += 1,
            _ => self.failed.get_or_insert((0, error)).0 += 1,
        }
    }
}

impl fmt::Display for Fates {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rows = [
            ("answered", self.answered),
            ("refused", self.refused),
            ("reset", self.reset),
            ("closed", self.closed),
            ("timed out", self.timed_out),
        ];
        for (number, (fate, count)) in rows.into_iter().enumerate() {
            let newline = if number == 0 { "" } else { "\n" };
            write!(f, "{newline}{fate:<9} {count:>5}")?;
        }
        match &self.failed {
            Some((count, error)) => {
                let cause = program::io_cause(error);
                write!(f, "\n{:<9} {count:>5}, first of them: {cause}", "failed")
            }
            None => Ok(()),
        }
    }
}

/// Sees to it that this process may have so many connections open.
fn room_for(connections: usize) -> anyhow::Result<()> {
    let needed = connections as u64 + OTHER_DESCRIPTORS;
    let limit = getrlimit(Resource::Nofile);
    // No limit at all is `None`.
    if limit.current.is_none_or(|current| current >= needed) {
        return Ok(());
    }
    let most = limit.maximum.unwrap_or(u64::MAX);
    ensure!(
        needed <= most,
        "{connections} connections need {needed} descriptors, and {most} are allowed"
    );
    let raised = Rlimit {
        current: Some(needed),
        maximum: limit.maximum,
    };
    setrlimit(Resource::Nofile, raised).context("raise the limit of descriptors")
}
