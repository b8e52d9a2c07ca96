//! A listener that does not accept: how many connect all the same.

use std::io::{BufRead, stdin};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::ExitCode;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::Context;
use clap::Parser;
use program::{accept, seconds};
use socket2::{Domain, Socket, Type};

const AT_ONCE: Duration = Duration::from_millis(500); // a handshake on loopback takes far less

#[derive(Parser)]
#[command(about = "A listener that does not accept: how many connect all the same")]
enum Role {
    /// Accept one connection for each Enter
    Server {
        addr: SocketAddr,
        #[arg(long, default_value = "1")]
        backlog: u16,
    },
    /// Connect COUNT times, and keep the connections until the input ends
    Client {
        addr: SocketAddr,
        count: usize,
        /// How long each attempt may take
        #[arg(long, value_name = "SECONDS", default_value = "0.2", value_parser = seconds)]
        timeout: Duration,
    },
}

fn main() -> ExitCode {
    program::run(|| match Role::parse() {
        Role::Server { addr, backlog } => server(addr, backlog),
        Role::Client {
            addr,
            count,
            timeout,
        } => client(addr, count, timeout),
    })
}

// ANCHOR: listen
fn listen(addr: SocketAddr, backlog: u16) -> std::io::Result<TcpListener> {
    let socket = Socket::new(Domain::for_address(addr), Type::STREAM, None)?;
    socket.set_reuse_address(true)?;
    socket.bind(&addr.into())?;
    socket.listen(backlog.into())?;
    Ok(socket.into())
}
// ANCHOR_END: listen

fn server(addr: SocketAddr, backlog: u16) -> anyhow::Result<()> {
    program::stop_on_ctrl_c()?;
    let listener = listen(addr, backlog).with_context(|| format!("bind {addr}"))?;
    println!("Listening at {}", listener.local_addr()?);
    let mut connections = Vec::new();
    for line in stdin().lock().lines() {
        line?;
        let (stream, peer) = accept(&listener);
        println!("accepted {peer}");
        connections.push(stream);
    }
    loop {
        thread::park(); // the connections stay until Ctrl-C
    }
}

fn client(addr: SocketAddr, count: usize, timeout: Duration) -> anyhow::Result<()> {
    let mut connections = Vec::new();
    for number in 1..=count {
        let begin = Instant::now();
        match TcpStream::connect_timeout(&addr, timeout) {
            Ok(stream) => {
                print!("{number}: connected as {}", stream.local_addr()?);
                match begin.elapsed() {
                    late if late > AT_ONCE => println!(", after {:.1} s", late.as_secs_f64()),
                    _ => println!(),
                }
                connections.push(stream);
            }
            Err(error) => println!("{number}: {}", program::io_cause(&error)),
        }
    }
    stdin().read_line(&mut String::new())?;
    Ok(())
}
