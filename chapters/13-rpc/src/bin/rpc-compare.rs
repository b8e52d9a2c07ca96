//! The same calls over each protocol: octets and round trips, and calls per second.

use std::process::ExitCode;
use std::time::Instant;

use clap::Parser;
use program::tasks::block_on;
use rpc::compare::{Client, Cost, PROTOCOLS, Protocol, costs, load, trips_of_first_call};

#[derive(Parser)]
enum Role {
    /// Counts what a call costs on the wire
    Octets,
    /// Calls a server as fast as it answers
    Load {
        /// The protocol
        protocol: Protocol,
        /// The server's address
        addr: String,
        /// How many calls each caller makes
        #[arg(long, default_value_t = 1000)]
        calls: u32,
        /// How many call at a time
        #[arg(long, default_value_t = 4)]
        callers: u32,
    },
}

fn main() -> ExitCode {
    let role = Role::parse();
    program::run(|| match role {
        Role::Octets => block_on(octets()),
        Role::Load {
            protocol,
            addr,
            calls,
            callers,
        } => block_on(all_load(protocol, addr, calls, callers)),
    })
}

async fn octets() -> anyhow::Result<()> {
    let row = |cost: Cost| format!("{:>6}{:>10}", cost.sent, cost.received);
    println!("                  a call          ten in one      round trips");
    println!("                  sent  received  sent  received  to the first answer");
    for protocol in PROTOCOLS {
        let (one, ten) = costs(protocol).await?;
        let ten = ten.map_or(format!("{:>6}{:>10}", "-", "-"), row);
        let first = trips_of_first_call(protocol).await?;
        println!("{protocol:<16}{}{ten}{first:>6}", row(one));
    }
    Ok(())
}

async fn all_load(
    protocol: Protocol,
    addr: String,
    calls: u32,
    callers: u32,
) -> anyhow::Result<()> {
    Client::connect(protocol, &addr)
        .await?
        .set("greeting", "hello")
        .await?;
    for (keep, what) in [
        (false, "a connection for each call"),
        (true, "a connection kept"),
    ] {
        let started = Instant::now();
        let callers: Vec<_> = (0..callers)
            .map(|_| {
                let addr = addr.clone();
                tokio::spawn(async move { load(protocol, &addr, calls, keep).await })
            })
            .collect();
        let all = f64::from(calls) * callers.len() as f64;
        for caller in callers {
            caller.await??;
        }
        let rate = all / started.elapsed().as_secs_f64();
        println!("{what}: {rate:.0} calls per second");
    }
    Ok(())
}
