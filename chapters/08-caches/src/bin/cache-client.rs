//! A client of Redis's protocol by hand: commands, typed lines, and pipelining.

use std::process::ExitCode;
use std::time::Instant;

use anyhow::ensure;
use caches::client::RespClient;
use caches::client::resp::{describe, encode, encode_value};
use caches::resp_decoder::Value;
use clap::Parser;
use program::Connect;

#[derive(Parser)]
#[command(about = "A client of Redis's protocol by hand")]
enum Role {
    /// Send one command as an array of bulk strings, and show the octets
    Ask {
        #[command(flatten)]
        connect: Connect,
        /// The command's words
        #[arg(required = true)]
        words: Vec<String>,
    },
    /// Send lines as a person types them, all at once, and show the octets
    Lines {
        #[command(flatten)]
        connect: Connect,
        /// Show the answers alone, not the octets
        #[arg(long)]
        brief: bool,
        /// The lines, without their ends
        #[arg(required = true)]
        lines: Vec<String>,
    },
    /// Ask the same many times, and measure
    Many {
        #[command(flatten)]
        connect: Connect,
        /// How many questions there are
        #[arg(long, default_value_t = 10_000)]
        questions: usize,
        /// How many are sent before the first answer is read
        #[arg(long, default_value = "1,10,100", value_delimiter = ',')]
        at_a_time: Vec<usize>,
    },
}

fn main() -> ExitCode {
    program::run(|| match Role::parse() {
        Role::Ask { connect, words } => {
            let words: Vec<&[u8]> = words.iter().map(String::as_bytes).collect();
            let mut command = Vec::new();
            encode(&words, &mut command);
            ask(RespClient::connect(&connect)?, &command, 1, false)
        }
        Role::Lines {
            connect,
            brief,
            lines,
        } => {
            let text = lines.join("\r\n") + "\r\n";
            let client = RespClient::connect(&connect)?;
            ask(client, text.as_bytes(), lines.len(), brief)
        }
        Role::Many {
            connect,
            questions,
            at_a_time,
        } => {
            let mut client = RespClient::connect(&connect)?;
            for batch in at_a_time {
                many(&mut client, questions, batch.max(1))?;
            }
            Ok(())
        }
    })
}

fn ask(mut client: RespClient, commands: &[u8], answers: usize, brief: bool) -> anyhow::Result<()> {
    client.send(commands)?;
    if !brief {
        println!("sent      {}", visible(commands));
    }
    for _ in 0..answers {
        let answer = client.receive()?;
        if !brief {
            let mut came = Vec::new();
            encode_value(&answer, &mut came);
            println!("received  {}", visible(&came));
        }
        println!("{}", describe(&answer));
    }
    Ok(())
}

/// Octets with their line ends to be seen.
fn visible(octets: &[u8]) -> String {
    let text = octets.escape_ascii().to_string();
    text.replace("\\'", "'").replace("\\\"", "\"")
}

// ANCHOR: many
/// Asks many times, `batch` at a time: sends so many, then reads as many answers.
fn many(client: &mut RespClient, questions: usize, batch: usize) -> anyhow::Result<()> {
    client.ask(&[b"SET", b"greeting", b"hello"])?;
    let mut question = Vec::new();
    encode(&[b"GET", b"greeting"], &mut question);
    let mut trips = 0;
    let start = Instant::now();
    let mut left = questions;
    while left > 0 {
        let now = batch.min(left);
        client.send(&question.repeat(now))?;
        for _ in 0..now {
            let answer = client.receive()?;
            ensure!(
                matches!(answer, Value::Bulk(_)),
                "GET is answered {answer:?}"
            );
        }
        left -= now;
        trips += 1;
    }
    let time = start.elapsed().as_secs_f64() * 1000.0;
    println!("{questions} questions, {batch} at a time: {trips} round trips in {time:.1} ms");
    Ok(())
}
// ANCHOR_END: many
