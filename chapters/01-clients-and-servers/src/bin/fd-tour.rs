//! Files, pipes, sockets and a socketpair, side by side as descriptors.

use std::io;
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::os::fd::{AsRawFd, OwnedFd};
use std::process::ExitCode;

use anyhow::Context;
use clap::Parser;
use clients_and_servers::descriptors::{name, nameless_file, pair, told};
use program::show;
use rustix::fs::{FileType, SeekFrom, fstat, seek};
use rustix::io::{dup, read, write};
use rustix::net::{RecvFlags, SendFlags, SocketType, recv, send};

#[derive(Parser)]
#[command(about = "What the system's calls make of files, pipes and sockets")]
enum Role {
    /// The same calls on four kinds of descriptors
    Calls,
    /// What a descriptor's number is worth
    Numbers,
}

fn main() -> ExitCode {
    program::run(|| match Role::parse() {
        Role::Calls => calls(),
        Role::Numbers => numbers(),
    })
}

// ANCHOR: calls
fn calls() -> anyhow::Result<()> {
    let (file, again) = nameless_file()?;
    let (out, into) = io::pipe()?;
    let (one, other) = pair(SocketType::STREAM)?;
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    let client = TcpStream::connect(listener.local_addr()?)?;
    let (server, _) = listener.accept().context("accept")?;

    println!("            in  out  fstat         write  read  send      recv      lseek");
    tour("file", &file.into(), &again.into());
    tour("pipe", &into.into(), &out.into());
    tour("socketpair", &one, &other);
    tour("connection", &client.into(), &server.into());
    Ok(())
}

/// Octets go in at one descriptor and come out at the other.
fn tour(what: &str, into: &OwnedFd, out: &OwnedFd) {
    let numbers = format!("{:>2}  {:>3}", into.as_raw_fd(), out.as_raw_fd());
    let kind = fstat(into).map(|stat| FileType::from_raw_mode(stat.st_mode));
    let kind = kind.map_or("unknown", name);
    let mut room = [0; 5];
    let written = told(write(into, b"hello"));
    let got = told(read(out, &mut room));
    let sent = told(send(into, b"hello", SendFlags::empty()));
    let received = told(recv(out, &mut room, RecvFlags::empty()).map(|(octets, _)| octets));
    let position = told(seek(into, SeekFrom::Current(0)));
    println!(
        "{what:<10}  {numbers}  {kind:<12}  {written:<5}  {got:<4}  {sent:<8}  {received:<8}  {position}"
    );
}
// ANCHOR_END: calls

// ANCHOR: numbers
fn numbers() -> anyhow::Result<()> {
    let (file, again) = nameless_file()?;
    println!(
        "open = {}, and once more for reading = {}",
        file.as_raw_fd(),
        again.as_raw_fd()
    );
    let twin = dup(&file)?;
    println!("dup({}) = {}", file.as_raw_fd(), twin.as_raw_fd());
    write(&file, b"ab")?;
    write(&twin, b"cd")?;
    let mut room = [0; 8];
    let octets = read(&again, &mut room)?;
    println!(
        "wrote ab through one and cd through the other: {}",
        show(&room[..octets])
    );

    println!("close({})", twin.as_raw_fd());
    drop(twin);
    let (one, other) = pair(SocketType::STREAM)?;
    println!("socketpair = {}, {}", one.as_raw_fd(), other.as_raw_fd());
    Ok(())
}
// ANCHOR_END: numbers
