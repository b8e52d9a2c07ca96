//! ICMP echo: is a host there, and how long does the way there and back take?

use std::io;
use std::net::Ipv4Addr;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use clap::Parser;
use program::seconds;
use udp::icmp::Echo;
use udp::icmp_socket::{self, IcmpSocket, Kind};
use udp::random;

/// Ask a host to send octets back.
#[derive(Parser)]
#[command(about)]
struct Options {
    /// An address of IPv4, or a name that has one
    #[arg(required_unless_present = "permitted")]
    host: Option<String>,
    /// Say which sockets this system permits, and what would change that
    #[arg(long)]
    permitted: bool,
    /// How many requests to send
    #[arg(long, default_value = "3")]
    count: u16,
    /// The octets of each to send back
    #[arg(long, default_value = "56", value_parser = clap::value_parser!(u16).range(..=65_507))]
    size: u16,
    /// How long to wait for each reply
    #[arg(long, value_name = "SECONDS", default_value = "10", value_parser = seconds)]
    timeout: Duration,
    /// The kind of socket; the first that is permitted if this is not given
    #[arg(long, value_enum)]
    socket: Option<Kind>,
}

fn main() -> ExitCode {
    program::run(|| {
        let options = Options::parse();
        match &options.host {
            Some(host) if !options.permitted => ping(host, &options),
            _ => permitted(),
        }
    })
}

fn permitted() -> anyhow::Result<()> {
    for kind in [Kind::Datagram, Kind::Raw] {
        match IcmpSocket::open(kind) {
            Ok(_) => println!("{kind} socket: permitted"),
            Err(error) => println!("{kind} socket: {}", program::io_cause(&error)),
        }
    }
    icmp_socket::open_any().map(drop)
}

fn ping(host: &str, options: &Options) -> anyhow::Result<()> {
    let address = icmp_socket::resolve(host)?;
    let socket = match options.socket {
        Some(kind) => IcmpSocket::open(kind).with_context(|| format!("{kind} socket"))?,
        None => icmp_socket::open_any()?,
    };
    // Whose replies these are, where the kernel does not sort them.
    let id = (random::id()? >> 16) as u16;
    let mut received = 0;
    for sequence in 1..=options.count {
        let data = vec![b'.'; options.size.into()];
        let request = Echo::request(id, sequence, data);
        match one(&socket, address, request, options.timeout)? {
            Some(time) => {
                received += 1;
                let (octets, ms) = (options.size, time.as_secs_f64() * 1e3);
                println!("{address}: {octets} octets back, sequence {sequence}, {ms:.3} ms");
            }
            None => println!("{address}: no reply, sequence {sequence}"),
        }
    }
    println!("{} sent, {received} came back", options.count);
    match received {
        0 => bail!("{address} did not answer"),
        _ => Ok(()),
    }
}

// ANCHOR: one
/// Sends one request; how long its reply took, if it came.
fn one(
    socket: &IcmpSocket,
    address: Ipv4Addr,
    mut request: Echo,
    patience: Duration,
) -> anyhow::Result<Option<Duration>> {
    let started = Instant::now();
    socket
        .send(&request.encode(), address)
        .with_context(|| format!("send to {address}"))?;
    // The reply has to be the request, turned round.
    request.reply = true;
    loop {
        match socket.receive(started + patience) {
            Ok((from, reply)) => {
                request.id = socket.id().unwrap_or(request.id);
                if from == address && reply == request {
                    return Ok(Some(started.elapsed()));
                }
            }
            Err(error) if error.kind() == io::ErrorKind::TimedOut => return Ok(None),
            Err(error) => return Err(error).with_context(|| format!("receive from {address}")),
        }
    }
}
// ANCHOR_END: one
