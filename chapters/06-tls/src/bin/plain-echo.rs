//! The echo service of this chapter without TLS: to be connected to what expects TLS,
//! and the other way round.

use std::io::{Read, Write};
use std::process::ExitCode;

use clap::Parser;
use framing::Messages;
use program::{Connect, Conversation, Listen, hex, show};
use tls::Lines;

const LIMIT: usize = 1024; // octets of a line, and of an answer

#[derive(Parser)]
#[command(about = "An echo service without TLS")]
enum Role {
    /// Answer lines in capital letters
    Server {
        #[command(flatten)]
        listen: Listen,
    },
    /// Send one line, and show what comes back, whatever it is
    Client {
        #[command(flatten)]
        connect: Connect,
        text: String,
    },
}

fn main() -> ExitCode {
    program::run(|| match Role::parse() {
        Role::Server { listen } => listen.serve(server),
        Role::Client { connect, text } => client(connect.connect()?, &text),
    })
}

fn server(stream: &mut Conversation) -> anyhow::Result<()> {
    let mut lines = Messages::new(stream, Lines::new(LIMIT));
    loop {
        lines.get_mut().next_message();
        let line = match lines.receive() {
            Ok(Some(line)) => line,
            Ok(None) => return Ok(()),
            Err(error) => {
                // What a person can read, a program may not expect; see what it says.
                lines.get_mut().write_all(b"this is no line of text\n")?;
                return Err(error.into());
            }
        };
        let answer = line.to_uppercase() + "\n";
        lines.get_mut().write_all(answer.as_bytes())?;
    }
}

fn client(mut stream: Conversation, text: &str) -> anyhow::Result<()> {
    stream.write_all(format!("{text}\n").as_bytes())?;
    let mut answer = [0; LIMIT];
    let read = stream.read(&mut answer)?;
    let answer = &answer[..read];
    match str::from_utf8(answer) {
        Ok(text) if !text.contains('\0') => println!("answered {}", show(answer)),
        _ => println!("answered {read} octets that are no text: {}", hex(answer)),
    }
    Ok(())
}
