//! Unix datagrams, answered in capital letters: whoever wants an answer needs a name.

use std::os::unix::net::{SocketAddr, UnixDatagram};
use std::process::ExitCode;
use std::time::Duration;

use anyhow::Context;
use clap::Parser;
use program::{keep_trying, report, show};

const LIMIT: usize = 64 * 1024; // the octets of a datagram; more of it is cut off
const PATIENCE: Duration = Duration::from_secs(10); // for an answer

#[derive(Parser)]
#[command(about = "Unix datagrams, answered in capital letters")]
enum Role {
    /// Answer each datagram in capital letters
    Server {
        /// A path; or, on Linux, an abstract name, as in @names:1060
        name: String,
    },
    /// Send each text as a datagram, and print the answers
    Client {
        name: String,
        #[arg(required = true)]
        texts: Vec<String>,
        /// Our own name, for the server to answer to
        #[arg(long, value_name = "NAME")]
        from: Option<String>,
    },
}

fn main() -> ExitCode {
    program::run(|| match Role::parse() {
        Role::Server { name } => server(&name),
        Role::Client { name, texts, from } => client(&name, &texts, from.as_deref()),
    })
}

// ANCHOR: address
fn address(name: &str) -> anyhow::Result<SocketAddr> {
    match name.strip_prefix('@') {
        None => Ok(SocketAddr::from_pathname(name)?),
        Some(name) => abstract_address(name),
    }
}

/// A name without a file: it is gone when its socket is.
#[cfg(target_os = "linux")]
fn abstract_address(name: &str) -> anyhow::Result<SocketAddr> {
    use std::os::linux::net::SocketAddrExt;
    Ok(SocketAddr::from_abstract_name(name)?)
}
// ANCHOR_END: address

#[cfg(not(target_os = "linux"))]
fn abstract_address(_: &str) -> anyhow::Result<SocketAddr> {
    anyhow::bail!("only Linux has abstract names")
}

fn bind(name: &str) -> anyhow::Result<UnixDatagram> {
    let socket = address(name).and_then(|address| Ok(UnixDatagram::bind_addr(&address)?));
    socket.with_context(|| format!("bind {name}"))
}

// ANCHOR: server
fn server(name: &str) -> anyhow::Result<()> {
    program::stop_on_ctrl_c()?;
    let socket = bind(name)?;
    println!("Listening at {name}");
    let mut buffer = vec![0; LIMIT];
    loop {
        let (octets, peer) = keep_trying("receive", || socket.recv_from(&mut buffer));
        let text = &buffer[..octets];
        println!("{peer:?} says {}", show(text));
        if peer.is_unnamed() {
            println!("no name to answer to");
        } else if let Err(error) = socket.send_to_addr(&text.to_ascii_uppercase(), &peer) {
            report(format_args!("{peer:?}"), &error.into());
        }
    }
}
// ANCHOR_END: server

fn client(name: &str, texts: &[String], from: Option<&str>) -> anyhow::Result<()> {
    let socket = match from {
        None => UnixDatagram::unbound()?,
        Some(from) => bind(from)?,
    };
    let server = address(name)?;
    let connected = socket.connect_addr(&server);
    connected.with_context(|| format!("connect {name}"))?;
    socket.set_read_timeout(Some(PATIENCE))?;
    let mut buffer = vec![0; LIMIT];
    for text in texts {
        socket
            .send(text.as_bytes())
            .with_context(|| format!("send to {name}"))?;
        if from.is_none() {
            println!("sent {}", show(text.as_bytes()));
            continue;
        }
        let octets = socket.recv(&mut buffer).context("wait for an answer")?;
        println!(
            "{} is answered {}",
            show(text.as_bytes()),
            show(&buffer[..octets])
        );
    }
    if let Some(path) = from.filter(|from| !from.starts_with('@')) {
        std::fs::remove_file(path).with_context(|| format!("remove {path}"))?;
    }
    Ok(())
}
