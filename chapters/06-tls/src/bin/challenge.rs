//! Who is there? An echo service behind a challenge: client and server prove to each
//! other that they know a key, which never travels.

use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, anyhow};
use clap::Parser;
use framing::Messages;
use program::{Connect, Conversation, Listen};
use tls::mutual_challenge::{Error, Prover};
use tls::secret::{random, read_key};
use tls::{Lines, secret};

/// The octets that a line may have: one bad peer may not take more.
const LIMIT: usize = 1024;

/// There is nothing underneath that both sides could name: TCP has no secret.
const NO_BINDING: &[u8] = b"";

#[derive(Parser)]
#[command(about = "An echo service behind a challenge")]
enum Role {
    /// Make a key, in a new file that only you may read
    Key { file: PathBuf },
    /// Answer lines in capital letters, to clients that know the key
    Server {
        #[command(flatten)]
        listen: Listen,
        #[arg(long)]
        key: PathBuf,
    },
    /// Send lines to a server that knows the key
    Client {
        #[command(flatten)]
        connect: Connect,
        #[arg(long)]
        key: PathBuf,
        #[arg(required = true)]
        texts: Vec<String>,
    },
}

fn main() -> ExitCode {
    program::run(|| match Role::parse() {
        Role::Key { file } => make_key(&file),
        Role::Server { listen, key } => {
            let mut prover = Prover::new(read_key(&key)?, random);
            listen.serve(|stream| {
                prover.server(stream, NO_BINDING).map_err(told)?;
                println!("{}: knows the key", stream.get_ref().peer_addr()?);
                answer(stream)
            })
        }
        Role::Client {
            connect,
            key,
            texts,
        } => {
            let mut prover = Prover::new(read_key(&key)?, random);
            let mut stream = connect.connect()?;
            let proven = prover.client(&mut stream, NO_BINDING).map_err(told);
            proven.with_context(|| format!("challenge {}", connect.addr))?;
            println!("{} knows the key", connect.addr);
            ask(stream, &texts)
        }
    })
}

/// Who is not believed isn't told why: the connection ends.
fn told(error: Error) -> anyhow::Error {
    match error {
        Error::Io(end) if end.kind() == ErrorKind::UnexpectedEof => {
            anyhow!("the other side ended the conversation")
        }
        error => error.into(),
    }
}

fn make_key(file: &Path) -> anyhow::Result<()> {
    let digits: String = random()?
        .iter()
        .map(|octet| format!("{octet:02x}"))
        .collect();
    secret::write(file, &(digits + "\n"))?;
    println!("A new key of 32 random octets is in {}", file.display());
    Ok(())
}

// ANCHOR: answer
fn answer(stream: &mut Conversation) -> anyhow::Result<()> {
    let mut lines = Messages::new(stream, Lines::new(LIMIT));
    loop {
        lines.get_mut().next_message();
        let Some(line) = lines.receive()? else {
            return Ok(());
        };
        println!("asked: {line:?}");
        let answer = line.to_uppercase() + "\n";
        lines.get_mut().write_all(answer.as_bytes())?;
    }
}
// ANCHOR_END: answer

fn ask(stream: Conversation, texts: &[String]) -> anyhow::Result<()> {
    let mut lines = Messages::new(stream, Lines::new(LIMIT));
    for text in texts {
        lines.get_mut().next_message();
        lines.get_mut().write_all(format!("{text}\n").as_bytes())?;
        let answer = lines.receive()?;
        let answer = answer.context("the server closed without an answer")?;
        println!("{text:?} is answered {answer:?}");
    }
    Ok(())
}
