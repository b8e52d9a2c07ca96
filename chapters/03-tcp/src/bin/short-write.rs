//! Non-blocking sends against a reader that does not read: how much is taken.

use std::io::{ErrorKind, Read, Write, stdin};
use std::net::{Shutdown, TcpStream};
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, ensure};
use clap::Parser;
use program::{Conversation, Listen};
use socket2::SockRef;
use tcp::wait::{has_room, waiting};

const LIMIT: usize = 1 << 30; // octets: no client may keep the server busy for longer
const FULL: Duration = Duration::from_millis(200); // without room for so long: it is full
const PATIENCE: Duration = Duration::from_secs(60); // for you, to press Enter

#[derive(Parser)]
#[command(about = "Non-blocking sends against a reader that does not read")]
enum Role {
    /// Read only after Enter
    Server(Listen),
    /// Send OCTETS octets, and never wait inside a send
    Client {
        addr: String,
        #[arg(value_parser = clap::value_parser!(u32).range(1..=1 << 30))]
        octets: u32,
        /// The size of the send buffer to ask the system for
        #[arg(long, value_name = "OCTETS", default_value = "50000")]
        buffer: usize,
    },
}

fn main() -> ExitCode {
    program::run(|| match Role::parse() {
        Role::Server(listen) => listen.serve(server),
        Role::Client {
            addr,
            octets,
            buffer,
        } => client(&addr, octets as usize, buffer),
    })
}

fn server(stream: &mut Conversation) -> anyhow::Result<()> {
    println!("Connected. Press Enter, and I read.");
    stdin().read_line(&mut String::new())?;
    println!("{} octets wait", waiting(stream.get_ref())?);
    let mut buffer = vec![0; 64 * 1024];
    let mut all = 0;
    loop {
        stream.next_message();
        match stream.read(&mut buffer)? {
            0 => break,
            read => all += read,
        }
        ensure!(all <= LIMIT, "refused: more than {LIMIT} octets");
    }
    println!("read {all} octets, and the end");
    Ok(())
}

// ANCHOR: client
fn client(addr: &str, octets: usize, buffer: usize) -> anyhow::Result<()> {
    let mut stream = TcpStream::connect(addr).with_context(|| format!("connect {addr}"))?;
    let socket = SockRef::from(&stream);
    println!("SO_SNDBUF is {}", socket.send_buffer_size()?);
    socket.set_send_buffer_size(buffer)?;
    println!(
        "SO_SNDBUF set to {buffer} reads {}",
        socket.send_buffer_size()?
    );
    stream.set_nonblocking(true)?;

    let message = vec![b'x'; octets];
    let (mut sent, mut calls) = (0, 0);
    let mut patience = FULL;
    while sent < octets {
        match stream.write(&message[sent..]) {
            Ok(taken) => {
                calls += 1;
                if calls == 1 {
                    println!("asked to send {octets} octets, {taken} were taken");
                }
                sent += taken;
            }
            Err(error) if error.kind() == ErrorKind::WouldBlock => {
                if has_room(&stream, patience)? {
                    continue;
                }
                ensure!(patience == FULL, "the reader does not read");
                println!("{sent} were taken, then: {}", program::io_cause(&error));
                patience = PATIENCE;
            }
            Err(error) => return Err(error).context("write"),
        }
    }
    println!("all {sent} octets are taken, in {calls} calls");
    Ok(stream.shutdown(Shutdown::Write)?)
}
// ANCHOR_END: client
