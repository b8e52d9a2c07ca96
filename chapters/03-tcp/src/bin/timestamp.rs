//! Each line comes back with the time in front of it.

use std::io::{BufReader, Write, stdin};
use std::process::ExitCode;
use std::time::SystemTime;

use anyhow::Context;
use clap::Parser;
use program::{Connect, Conversation, Listen, prompt, utc};
use tcp::lines::next_line;

#[derive(Parser)]
#[command(about = "Each line comes back with the time in front of it")]
enum Role {
    /// Answer each line with the time (UTC) and the line
    Server(Listen),
    /// Send what is typed, and print the answers, until the input ends
    Client(Connect),
}

fn main() -> ExitCode {
    program::run(|| match Role::parse() {
        Role::Server(listen) => listen.serve(server),
        Role::Client(connect) => {
            program::stop_on_ctrl_c()?;
            client(connect.connect()?)
        }
    })
}

// ANCHOR: server
fn server(stream: &mut Conversation) -> anyhow::Result<()> {
    let peer = stream.get_ref().peer_addr()?;
    println!("{peer} is here");
    let mut lines = BufReader::new(stream);
    while let Some(line) = next_line(&mut lines)? {
        let answer = format!("{} {line}\n", utc(SystemTime::now()));
        let stream = lines.get_mut();
        stream.write_all(answer.as_bytes()).context("write")?;
        stream.next_message();
    }
    println!("{peer} has left");
    Ok(())
}
// ANCHOR_END: server

// ANCHOR: client
fn client(stream: Conversation) -> anyhow::Result<()> {
    let mut typed = stdin().lock();
    let mut answers = BufReader::new(stream);
    loop {
        prompt();
        let Some(line) = next_line(&mut typed)? else {
            println!("Goodbye.");
            return Ok(());
        };
        let stream = answers.get_mut();
        stream.next_message();
        stream.write_all(format!("{line}\n").as_bytes())?;
        let answer = next_line(&mut answers)?;
        println!("{}", answer.context("the server has closed")?);
    }
}
// ANCHOR_END: client
