//! A thread for each client: it greets until it is told to exit.

use std::io::{BufReader, Write, stdin};
use std::process::ExitCode;
use std::sync::Arc;
use std::thread;

use anyhow::{Context, anyhow, bail};
use clap::Parser;
use program::{Connect, Conversation, Listen, accept, listen, report};
use tcp::lines::next_line;

#[derive(Parser)]
#[command(about = "A thread for each client, which greets until it is told to exit")]
enum Role {
    /// Answer each line with a greeting
    Server {
        #[command(flatten)]
        listen: Listen,
        /// The clients to serve at the same time
        #[arg(long, default_value = "100")]
        most: usize,
    },
    /// Send what is typed, and print the answers
    Client(Connect),
}

fn main() -> ExitCode {
    program::run(|| match Role::parse() {
        Role::Server { listen, most } => serve(&listen, most),
        Role::Client(connect) => client(connect.connect()?),
    })
}

// ANCHOR: serve
fn serve(options: &Listen, most: usize) -> anyhow::Result<()> {
    let listener = listen(&options.addr)?;
    let places = Arc::new(()); // each thread holds a clone, so that they can be counted
    loop {
        let (stream, peer) = accept(&listener);
        if Arc::strong_count(&places) > most {
            drop(stream); // the client reads the end
            report(peer, &anyhow!("refused: {most} clients are here"));
            continue;
        }
        let mut stream = Conversation::new(stream, options.timeout);
        let place = Arc::clone(&places);
        // A panic in a thread ends that thread, and nobody else's conversation.
        let thread = thread::Builder::new().spawn(move || {
            if let Err(error) = greet(&mut stream) {
                report(peer, &error);
            }
            drop(place);
        });
        if let Err(error) = thread {
            report(peer, &anyhow!(error).context("no thread for it"));
        }
    }
}
// ANCHOR_END: serve

// ANCHOR: greet
fn greet(stream: &mut Conversation) -> anyhow::Result<()> {
    let mut lines = BufReader::new(stream);
    while let Some(line) = next_line(&mut lines)? {
        let stream = lines.get_mut();
        if line == "exit" {
            return stream.write_all(b"Goodbye\n").context("write");
        }
        let greeting = format!("Hello, {line}\n");
        stream.write_all(greeting.as_bytes()).context("write")?;
        stream.next_message();
    }
    Ok(())
}
// ANCHOR_END: greet

fn client(stream: Conversation) -> anyhow::Result<()> {
    let mut typed = stdin().lock();
    let mut answers = BufReader::new(stream);
    while let Some(line) = next_line(&mut typed)? {
        let stream = answers.get_mut();
        stream.next_message();
        stream.write_all(format!("{line}\n").as_bytes())?;
        match next_line(&mut answers)? {
            Some(answer) => println!("{answer}"),
            None => bail!("the server has closed"),
        }
        if line == "exit" {
            break;
        }
    }
    Ok(())
}
