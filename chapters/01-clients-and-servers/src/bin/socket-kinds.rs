//! What each kind of socket carries: two messages, and room for all of them or not.

use std::os::fd::OwnedFd;
use std::process::ExitCode;

use clap::Parser;
use clients_and_servers::descriptors::{pair, told};
use program::show;
use rustix::net::{RecvFlags, SendFlags, SocketType, recv, send};

/// Send two messages through each kind of socket
#[derive(Parser)]
#[command(about)]
struct Options {}

fn main() -> ExitCode {
    program::run(|| {
        let Options {} = Options::parse();
        kinds()
    })
}

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
            Err(error) => parts.push(told::<u8>(Err(error))),
        }
        return parts.join(", ");
    }
}
// ANCHOR_END: kinds
