//! Asks a DNS server, falls back to TCP, and prints as dig does.

use std::net::{IpAddr, SocketAddr};
use std::process::ExitCode;
use std::time::Duration;

use clap::Parser;
use names::Name;
use names::ask::{Answer, Way, ask, random_id};
use names::message::{Message, Status};
use names::presentation::{LikeDig, fields, short};
use names::record::Type;

/// Ask a DNS server
#[derive(Parser)]
#[command(about)]
struct Options {
    /// The server's address, as in 127.0.0.1:1053
    server: SocketAddr,
    /// A name; or an address, to ask for its name
    name: String,
    /// The type of the records to ask for: A, AAAA, CNAME, MX, NS, PTR, SOA, SRV, TXT, TYPE65280 ...
    #[arg(name = "TYPE")]
    kind: Option<Type>,
    /// Print what the answer's records hold, and nothing else
    #[arg(long)]
    short: bool,
    /// Print both messages octet by octet
    #[arg(long, conflicts_with = "short")]
    wire: bool,
    /// Ask over TCP at once
    #[arg(long)]
    tcp: bool,
    /// Don't ask again over TCP when the answer is truncated
    #[arg(long, conflicts_with = "tcp")]
    ignore: bool,
    /// Say nothing about ourselves: an answer over UDP may then have 512 octets
    #[arg(long)]
    no_edns: bool,
    /// Ask the server to ask others
    #[arg(long)]
    recurse: bool,
    /// The query's number, instead of one that nobody can guess
    #[arg(long, value_name = "NUMBER")]
    id: Option<u16>,
    /// How long to wait for the answer
    #[arg(long, value_name = "SECONDS", default_value = "5", value_parser = program::seconds)]
    timeout: Duration,
}

fn main() -> ExitCode {
    program::run(|| {
        let options = Options::parse();
        let query = query(&options)?;
        let way = match (options.tcp, options.ignore) {
            (true, _) => Way::Tcp,
            (_, true) => Way::Udp,
            _ => Way::UdpThenTcp,
        };
        let answer = ask(options.server, &query, way, options.timeout)?;
        print(&options, &query, &answer)
    })
}

fn query(options: &Options) -> anyhow::Result<Message> {
    let id = options.id.unwrap_or_else(random_id);
    let (name, usual) = match options.name.parse::<IpAddr>() {
        Ok(address) => (Name::reverse(address), Type::PTR),
        Err(_) => (options.name.parse()?, Type::A),
    };
    let mut query = Message::query(id, name, options.kind.unwrap_or(usual));
    query.flags.recursion_desired = options.recurse;
    if options.no_edns {
        query.edns = None;
    }
    Ok(query)
}

fn print(options: &Options, query: &Message, answer: &Answer) -> anyhow::Result<()> {
    let message = &answer.message;
    if options.short {
        print!("{}", short(message));
        if message.status != Status::NO_ERROR {
            anyhow::bail!("{} {}", options.name, message.status);
        }
        return Ok(());
    }
    if answer.truncated_before {
        println!(";; Truncated, retrying in TCP mode.");
    }
    if options.wire {
        let query = query.encode(usize::MAX)?;
        println!("The query, {} octets", query.len());
        print!("{}", fields(&query));
        println!("The response, {} octets", answer.octets.len());
        print!("{}", fields(&answer.octets));
        return Ok(());
    }
    println!("{}", LikeDig(message));
    println!(";; SERVER: {} ({})", options.server, answer.by);
    println!(";; MSG SIZE  rcvd: {}", answer.octets.len());
    Ok(())
}
