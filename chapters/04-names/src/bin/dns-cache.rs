//! Answers kept as long as they are true: what a cache saves, and when it has to ask
//! again. The clock is turned by hand, so that nobody has to wait.

use std::net::SocketAddr;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, bail, ensure};
use clap::Parser;
use names::Name;
use names::ask::{Way, ask, random_id};
use names::message::{Message, Status};
use names::record::{Record, Type};
use names::ttl_cache::{Answer, Cache};
use tokio::time::{Instant, advance};

const PATIENCE: Duration = Duration::from_secs(5); // for an answer

/// Ask through a cache, with a clock that is turned by hand
#[derive(Parser)]
#[command(about)]
struct Options {
    /// The server's address, as in 127.0.0.1:1053
    server: SocketAddr,
    /// A name to ask for, NAME/TYPE if not for its A records; or +SECONDS, to turn the clock
    #[arg(required = true)]
    steps: Vec<String>,
    /// The answers that the cache has room for
    #[arg(long, default_value = "100")]
    capacity: usize,
}

fn main() -> ExitCode {
    program::run(|| act(&Options::parse()))
}

// ANCHOR: act
#[tokio::main(flavor = "current_thread", start_paused = true)]
async fn act(options: &Options) -> anyhow::Result<()> {
    let mut cache = Cache::new(options.capacity);
    let begin = Instant::now();
    for step in &options.steps {
        if let Some(seconds) = step.strip_prefix('+') {
            let seconds = seconds.parse().with_context(|| format!("turn by {step}"))?;
            advance(Duration::from_secs(seconds)).await;
            continue;
        }
        let (name, kind) = step.split_once('/').unwrap_or((step, "A"));
        let (name, kind): (Name, Type) = (name.parse()?, kind.parse()?);
        let (answer, source) = match cache.get(&name, kind) {
            Some(answer) => (answer, "from the cache"),
            None => {
                let answer = fetch(options.server, &name, kind)?;
                cache.insert(&name, kind, answer.clone());
                (answer, "from the server")
            }
        };
        let now = begin.elapsed().as_secs();
        println!("{now:>6} s  {name} {kind}, {source}: {}", told(&answer));
    }
    Ok(())
}
// ANCHOR_END: act

fn fetch(server: SocketAddr, name: &Name, kind: Type) -> anyhow::Result<Answer> {
    let query = Message::query(random_id(), name.clone(), kind);
    let message = ask(server, &query, Way::UdpThenTcp, PATIENCE)?.message;
    let records = message.records_of(name, kind);
    ensure!(
        records.is_empty() == message.answers.is_empty(),
        "ask for {name}: an answer about something else"
    );
    let mut authorities = message.authorities.into_iter();
    // A no is said for its zone alone: that of another zone does not say how long it holds.
    let soa =
        authorities.find(|record| record.data.kind() == Type::SOA && name.is_within(&record.name));
    match message.status {
        Status::NO_ERROR if records.is_empty() => Ok(Answer::NoData(soa)),
        Status::NO_ERROR => Ok(Answer::Records(records)),
        Status::NO_NAME => Ok(Answer::NoName(soa)),
        // Trouble is no answer, and not kept.
        other => bail!("ask for {name}: {other}"),
    }
}

fn told(answer: &Answer) -> String {
    let ttl = |soa: &Option<Record>| soa.as_ref().map_or(0, |soa| soa.ttl);
    match answer {
        Answer::Records(records) => {
            let lines = records
                .iter()
                .map(|record| format!("{} for {} s", record.data, record.ttl));
            lines.collect::<Vec<_>>().join(", ")
        }
        Answer::NoData(soa) => format!("no such record for {} s", ttl(soa)),
        Answer::NoName(soa) => format!("no such name for {} s", ttl(soa)),
    }
}
