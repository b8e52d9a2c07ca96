//! Where is a place? Asked with octets, one system call at a time.

use std::io;
use std::net::SocketAddr;
use std::os::fd::{AsRawFd, OwnedFd};
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, ensure};
use clap::Parser;
use clients_and_servers::get_by_hand::get;
use clients_and_servers::hexdump::Hexdump;
use clients_and_servers::question::{MAX_REPLY, SITE, target};
use rustix::io::retry_on_intr;
use rustix::net::sockopt::{Timeout, set_socket_timeout};
use rustix::net::{AddressFamily, RecvFlags, SendFlags, SocketType};
use rustix::net::{connect, getsockname, recv, send, socket};

/// Ask where a place is, one system call at a time
#[derive(Parser)]
#[command(about)]
struct Options {
    /// The server's address, as in 127.0.0.1:1060: these calls know no names
    addr: SocketAddr,
    /// The place's name
    name: String,
    /// How long one call may wait
    #[arg(long, value_name = "SECONDS", default_value = "10", value_parser = program::seconds)]
    timeout: Duration,
    /// How many octets to receive with one call
    #[arg(long, value_name = "OCTETS", default_value_t = 1024, value_parser = clap::value_parser!(u16).range(1..))]
    room: u16,
}

fn main() -> ExitCode {
    program::run(|| search(&Options::parse()))
}

// ANCHOR: search
fn search(options: &Options) -> anyhow::Result<()> {
    let addr = options.addr;
    let family = match addr {
        SocketAddr::V4(_) => AddressFamily::INET,
        SocketAddr::V6(_) => AddressFamily::INET6,
    };
    let fd = socket(family, SocketType::STREAM, None).context("socket")?;
    let number = fd.as_raw_fd();
    println!("socket(stream) = {number}");
    for direction in [Timeout::Send, Timeout::Recv] {
        set_socket_timeout(&fd, direction, Some(options.timeout)).context("setsockopt")?;
    }

    let connected = connect(&fd, &addr).map_err(io::Error::from);
    connected.with_context(|| format!("connect {addr}"))?;
    println!("connect({number}, {addr}) = 0");
    let ours = SocketAddr::try_from(getsockname(&fd)?)?;
    println!("getsockname({number}) = {ours}");

    send_all(&fd, &get(SITE, &target(&options.name))?)?;
    receive_all(&fd, options.room)?;

    drop(fd);
    println!("close({number})");
    Ok(())
}
// ANCHOR_END: search

// ANCHOR: send
fn send_all(fd: &OwnedFd, mut octets: &[u8]) -> anyhow::Result<()> {
    let mut dump = Hexdump::new();
    while !octets.is_empty() {
        // The system takes what it has room for, which may be less than all.
        let sent = retry_on_intr(|| send(fd, octets, SendFlags::empty()));
        let sent = sent.map_err(io::Error::from).context("send")?;
        println!("send({}, {} octets) = {sent}", fd.as_raw_fd(), octets.len());
        show('→', &dump.push(&octets[..sent]));
        octets = &octets[sent..];
    }
    show('→', &dump.finish());
    Ok(())
}
// ANCHOR_END: send

// ANCHOR: receive
fn receive_all(fd: &OwnedFd, room: u16) -> anyhow::Result<()> {
    let mut dump = Hexdump::new();
    let mut buffer = vec![0; usize::from(room)];
    let mut total = 0;
    loop {
        let call = || recv(fd, &mut buffer[..], RecvFlags::empty());
        let received = retry_on_intr(call).map_err(io::Error::from);
        let (received, _) = received.context("recv")?;
        println!("recv({}, room for {room}) = {received}", fd.as_raw_fd());
        if received == 0 {
            break; // the server has ended its direction
        }
        total += received;
        ensure!(
            total <= MAX_REPLY,
            "a reply of more than {MAX_REPLY} octets"
        );
        show('←', &dump.push(&buffer[..received]));
    }
    show('←', &dump.finish());
    Ok(())
}
// ANCHOR_END: receive

fn show(direction: char, lines: &str) {
    for line in lines.lines() {
        println!("{direction} {line}");
    }
}
