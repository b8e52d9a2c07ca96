//! Nobody is there: what the calls of an unconnected socket say, and what those of
//! a connected one say.

use std::fmt::Display;
use std::io;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use clap::Parser;
use program::io_cause;
use udp::talk::{receive_until, resolve, socket_for};

/// Send to an address where nobody receives, and see who finds out.
#[derive(Parser)]
#[command(about)]
struct Options {
    addr: String,
}

fn main() -> ExitCode {
    program::run(|| unanswered(&Options::parse().addr))
}

// ANCHOR: unanswered
fn unanswered(addr: &str) -> anyhow::Result<()> {
    let nobody = resolve(addr)?;
    for connected in [false, true] {
        let socket = socket_for(nobody)?;
        if connected {
            socket.connect(nobody)?;
        }
        let send = || match connected {
            true => socket.send(b"hello"),
            false => socket.send_to(b"hello", nobody),
        };
        let receive = || {
            let deadline = Instant::now() + Duration::from_millis(200);
            receive_until(&socket, &mut [0; 64], deadline).map(|(length, _)| length)
        };
        println!("connected: {connected}");
        tell("send", send());
        tell("receive", receive());
        tell("receive", receive());
    }
    Ok(())
}
// ANCHOR_END: unanswered

fn tell(call: &str, result: io::Result<impl Display>) {
    match result {
        Ok(octets) => println!("  {call:<8} {octets} octets"),
        Err(error) => println!("  {call:<8} {}", io_cause(&error)),
    }
}
