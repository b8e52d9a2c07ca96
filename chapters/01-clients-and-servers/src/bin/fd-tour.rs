//! Files, pipes, sockets and a socketpair, side by side as descriptors.

use std::env;
use std::fs::{self, File};
use std::io;
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::os::fd::{AsRawFd, OwnedFd};
use std::process::{self, ExitCode};

use anyhow::Context;
use clap::Parser;
use program::show;
use rustix::fs::{FileType, SeekFrom, fstat, seek};
use rustix::io::{Errno, dup, read, write};
use rustix::net::{AddressFamily, RecvFlags, SendFlags, SocketFlags, SocketType};
use rustix::net::{recv, send, socketpair};

#[derive(Parser)]
#[command(about = "What the system's calls make of files, pipes and sockets")]
enum Role {
    /// The same calls on four kinds of descriptors
    Calls,
    /// What a descriptor's number is worth
    Numbers,
    /// Two messages through each kind of socket
    Kinds,
}

fn main() -> ExitCode {
    program::run(|| match Role::parse() {
        Role::Calls => calls(),
        Role::Numbers => numbers(),
        Role::Kinds => kinds(),
    })
}

// ANCHOR: calls
fn calls() -> anyhow::Result<()> {
    let (file, again) = nameless_file()?;
    let (out, into) = io::pipe()?;
    let (one, other) = pair(SocketType::STREAM)?;
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    let client = TcpStream::connect(listener.local_addr()?)?;
    let (server, _) = listener.accept()?;

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

fn told(result: Result<impl ToString, Errno>) -> String {
    match result {
        Ok(number) => number.to_string(),
        Err(Errno::NOTSOCK) => "ENOTSOCK".to_owned(),
        Err(Errno::SPIPE) => "ESPIPE".to_owned(),
        Err(Errno::AGAIN) => "EAGAIN".to_owned(),
        Err(error) => program::io_cause(&error.into()),
    }
}

fn name(kind: FileType) -> &'static str {
    match kind {
        FileType::RegularFile => "regular file",
        FileType::Fifo => "pipe",
        FileType::Socket => "socket",
        _ => "something else",
    }
}

fn pair(kind: SocketType) -> Result<(OwnedFd, OwnedFd), Errno> {
    socketpair(AddressFamily::UNIX, kind, SocketFlags::empty(), None)
}

/// A file opened twice, for writing and for reading, and then deleted: it exists
/// as long as a descriptor refers to it.
fn nameless_file() -> anyhow::Result<(File, File)> {
    let path = env::temp_dir().join(format!("fd-tour-{}", process::id()));
    let for_writing = File::create_new(&path).with_context(|| format!("create {path:?}"))?;
    let for_reading = File::open(&path);
    fs::remove_file(&path)?;
    Ok((for_writing, for_reading?))
}

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

// ANCHOR: kinds
fn kinds() -> anyhow::Result<()> {
    for (name, kind) in [
        ("stream", SocketType::STREAM),
        ("datagram", SocketType::DGRAM),
        ("seqpacket", SocketType::SEQPACKET),
    ] {
        for room in [8, 2] {
            let Ok((into, out)) = pair(kind) else {
                println!("{name:<9} this system has none");
                break;
            };
            send(&into, b"one ", SendFlags::empty())?;
            send(&into, b"two", SendFlags::empty())?;
            drop(into);
            println!("{name:<9} room for {room}: {}", all(&out, room));
        }
    }
    Ok(())
}

/// What call after call receives, until there is nothing or the end.
fn all(out: &OwnedFd, room: usize) -> String {
    let mut buffer = vec![0; room];
    let mut parts = Vec::new();
    loop {
        match recv(out, &mut buffer[..], RecvFlags::DONTWAIT) {
            Ok((0, _)) => parts.push("0, the end".to_owned()),
            Ok((octets, _)) => {
                parts.push(show(&buffer[..octets]).to_string());
                continue;
            }
            Err(error) => parts.push(told(Err::<u8, _>(error))),
        }
        return parts.join(", ");
    }
}
// ANCHOR_END: kinds
