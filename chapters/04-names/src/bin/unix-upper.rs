//! A Unix stream server that answers in capital letters: its name is a path.

use std::io::Write;
use std::net::Shutdown;
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::Context;
use clap::Parser;
use names::unix::{listen, read_all};
use program::{keep_trying, report, show};

const LIMIT: usize = 64 * 1024; // what one client may send: it is held in memory

#[derive(Parser)]
#[command(about = "A Unix stream server that answers in capital letters")]
enum Role {
    /// Answer each client in capital letters
    Server {
        /// The socket's path
        path: PathBuf,
        /// Remove a socket that a server has left behind there
        #[arg(long)]
        tidy: bool,
        /// How long a client may take
        #[arg(long, value_name = "SECONDS", default_value = "10", value_parser = program::seconds)]
        timeout: Duration,
    },
    /// Send a text, and print the answer
    Client { path: PathBuf, text: String },
}

fn main() -> ExitCode {
    program::run(|| match Role::parse() {
        Role::Server {
            path,
            tidy,
            timeout,
        } => {
            program::stop_on_ctrl_c()?;
            let listener = listen(&path, tidy)?;
            println!("Listening at {}", path.display());
            loop {
                let (stream, _) = keep_trying("accept", || listener.accept());
                if let Err(error) = answer(&stream, timeout) {
                    report("a client", &error); // it has no name
                }
            }
        }
        Role::Client { path, text } => client(&path, &text),
    })
}

// ANCHOR: answer
fn answer(mut stream: &UnixStream, patience: Duration) -> anyhow::Result<()> {
    println!("A client at {:?}, {}", stream.peer_addr()?, who(stream)?);
    let text = read_all(stream, LIMIT, patience)?;
    println!("It says {}", show(&text));
    stream.set_write_timeout(Some(patience))?;
    Ok(stream.write_all(&text.to_ascii_uppercase())?)
}
// ANCHOR_END: answer

// ANCHOR: who
/// Who connected: the kernel knows, and nobody can lie about it. Who speaks later may be
/// another.
#[cfg(target_os = "linux")]
fn who(stream: &UnixStream) -> anyhow::Result<String> {
    let peer = rustix::net::sockopt::socket_peercred(stream)?;
    let same = peer.uid == rustix::process::geteuid();
    let user = if same { "the same" } else { "another" };
    Ok(format!("process {}, of {user} user", peer.pid))
}
// ANCHOR_END: who

/// Other systems have other calls for it.
#[cfg(not(target_os = "linux"))]
fn who(_: &UnixStream) -> anyhow::Result<String> {
    Ok("of whom nothing is known".to_owned())
}

// ANCHOR: client
fn client(path: &PathBuf, text: &str) -> anyhow::Result<()> {
    let name = path.display();
    let mut stream = UnixStream::connect(path).with_context(|| format!("connect {name}"))?;
    stream.write_all(text.as_bytes())?;
    stream.shutdown(Shutdown::Write)?; // that was all
    let answer = read_all(&stream, LIMIT, Duration::from_secs(10))?;
    println!("{} is answered {}", show(text.as_bytes()), show(&answer));
    Ok(())
}
// ANCHOR_END: client
