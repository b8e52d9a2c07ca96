//! Asks three questions; or asks them slowly, or leaves in the middle of one.

use std::io::{self, Write};
use std::process::ExitCode;

use anyhow::{Context, ensure};
use architectures::proverbs::FULL_STOP;
use clap::Parser;
use framing::Messages;
use framing::delimiter::Delimited;
use program::{Connect, Conversation, show};

/// No answer is longer.
const MAX_ANSWER: usize = 1024;

#[derive(Parser)]
#[command(about = "Ask a server of proverbs")]
struct Arguments {
    #[command(flatten)]
    connect: Connect,
    /// What to ask, each with its question mark
    #[arg(default_values = ["Many hands make?", "Too many cooks spoil?", "Haste makes?"])]
    questions: Vec<String>,
    /// Send all questions before the first answer is read
    #[arg(long)]
    together: bool,
    /// Send half of each question, and the rest when Enter is pressed
    #[arg(long)]
    slow: bool,
    /// Leave in the middle of the first question
    #[arg(long, conflicts_with_all = ["slow", "together"])]
    rude: bool,
}

// ANCHOR: main
fn main() -> ExitCode {
    program::run(|| {
        let arguments = Arguments::parse();
        let server = arguments.connect.connect()?;
        let mut answers = Messages::new(server, Delimited::new(FULL_STOP, MAX_ANSWER));
        if arguments.rude {
            let question = arguments.questions.first().context("nothing to ask")?;
            let (half, _) = halves(question);
            println!("sent {}, and left", show(half));
            return Ok(answers.get_mut().write_all(half)?);
        }
        if arguments.together {
            let all = arguments.questions.concat();
            println!("sent {}", show(all.as_bytes()));
            answers.get_mut().write_all(all.as_bytes())?;
        }
        for question in &arguments.questions {
            if arguments.slow {
                slowly(question, answers.get_mut())?;
            } else if !arguments.together {
                answers.get_mut().write_all(question.as_bytes())?;
            }
            answers.get_mut().next_message();
            let answer = answers.receive().context("wait for an answer")?;
            let answer = answer.context("the server closed without an answer")?;
            println!("{question} {}.", String::from_utf8_lossy(&answer));
        }
        Ok(())
    })
}
// ANCHOR_END: main

// ANCHOR: slowly
fn slowly(question: &str, server: &mut Conversation) -> anyhow::Result<()> {
    let (half, rest) = halves(question);
    server.write_all(half)?;
    println!("sent {}; press Enter to send the rest", show(half));
    let read = io::stdin().read_line(&mut String::new())?;
    ensure!(read > 0, "left in the middle of a question");
    server.next_message();
    Ok(server.write_all(rest)?)
}
// ANCHOR_END: slowly

fn halves(question: &str) -> (&[u8], &[u8]) {
    question.as_bytes().split_at(question.len() / 2)
}
