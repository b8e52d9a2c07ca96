//! Opens many connections to one server, asks on each, and counts what becomes of them.

use std::net::SocketAddr;
use std::process::ExitCode;

use architectures::flood::Flood;
use clap::Parser;

/// Open many connections to a server of proverbs, ask on each, and count what
/// becomes of them.
#[derive(Parser)]
struct Options {
    /// The server's address, as in 127.0.0.1:1060
    addr: SocketAddr,
    #[command(flatten)]
    flood: Flood,
}

fn main() -> ExitCode {
    program::run(|| {
        let options = Options::parse();
        println!("{}", options.flood.run_here(options.addr)?);
        Ok(())
    })
}
