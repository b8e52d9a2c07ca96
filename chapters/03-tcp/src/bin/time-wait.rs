//! Who closes first keeps the connection: TIME-WAIT, and what bind says then.

use std::io::{self, ErrorKind, Read};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::ExitCode;

use anyhow::Context;
use clap::{Parser, ValueEnum};
use socket2::{Domain, Socket, Type};
use tcp::kernel::state;
use tcp::socket_table::State;
use tcp::wait::{PATIENCE, until};

#[derive(Parser)]
#[command(about = "Who closes first keeps the connection, and what bind says then")]
struct Options {
    /// The server's address
    addr: SocketAddr,
    /// Who closes first
    first: Side,
    /// Don't set SO_REUSEADDR on the first server
    #[arg(long)]
    without_reuse: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Side {
    Client,
    Server,
}

fn main() -> ExitCode {
    let options = Options::parse();
    program::run(|| {
        let addr = options.addr;
        let old = listen(addr, !options.without_reuse).with_context(|| format!("bind {addr}"))?;
        let client = TcpStream::connect(addr).with_context(|| format!("connect {addr}"))?;
        let (server, _) = old.accept().context("accept")?;
        match options.first {
            Side::Client => close(client, server)?,
            Side::Server => close(server, client)?,
        }
        drop(old);
        start_again(addr)
    })
}

// ANCHOR: listen
/// `TcpListener::bind` sets SO_REUSEADDR without asking. Here it can be left away.
fn listen(addr: SocketAddr, reuse: bool) -> io::Result<TcpListener> {
    let socket = Socket::new(Domain::for_address(addr), Type::STREAM, None)?;
    socket.set_reuse_address(reuse)?;
    socket.bind(&addr.into())?;
    socket.listen(1)?;
    Ok(socket.into())
}
// ANCHOR_END: listen

fn close(first: TcpStream, mut second: TcpStream) -> anyhow::Result<()> {
    let (here, there) = (first.local_addr()?, first.peer_addr()?);
    drop(first);
    second.set_read_timeout(Some(PATIENCE))?;
    second
        .read_exact(&mut [0])
        .err()
        .context("octets from nowhere")?; // waits for the end
    drop(second);

    let settled = || {
        let (first, second) = (state(here, there)?, state(there, here)?);
        Ok(first == Some(State::TimeWait) && second.is_none())
    };
    match until("the end", settled) {
        Err(error) if error.kind() == ErrorKind::Unsupported => println!("{error}"),
        settled => {
            settled?;
            println!("closed first   {here} to {there}: {}", State::TimeWait);
            println!("closed second  {there} to {here}: gone");
        }
    }
    Ok(())
}

// ANCHOR: again
fn start_again(addr: SocketAddr) -> anyhow::Result<()> {
    println!("bind {addr}");
    let without = listen(addr, false);
    println!("  without SO_REUSEADDR  {}", tell(&without));
    drop(without);
    let with = listen(addr, true);
    println!("  with SO_REUSEADDR     {}", tell(&with));
    if with.is_ok() {
        println!("  and beside that one   {}", tell(&listen(addr, true)));
    }
    Ok(())
}
// ANCHOR_END: again

fn tell(listener: &io::Result<TcpListener>) -> String {
    match listener {
        Ok(_) => "done".to_owned(),
        Err(error) => program::io_cause(error),
    }
}
