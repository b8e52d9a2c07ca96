//! A broker in small: work queues with acknowledgement, publish and subscribe,
//! request and reply.

use std::io::stdin;
use std::process::ExitCode;

use anyhow::bail;
use caches::queue::{Job, QueueClient, Settings, answer, text, work};
use clap::Parser;
use program::{Connect, show};

#[derive(Parser)]
#[command(about = "A broker in small, and its clients")]
enum Role {
    /// Run the broker
    Server(Settings),
    /// Send one request, and show the answer
    Call {
        #[command(flatten)]
        to: Connect,
        #[arg(required = true)]
        words: Vec<String>,
    },
    /// Take jobs from a queue; Enter says that one is done
    Work {
        #[command(flatten)]
        to: Connect,
        queue: String,
        /// Do each at once, and leave when none is ready
        #[arg(long)]
        all: bool,
    },
    /// Answer the questions for a service in capital letters
    Answer {
        #[command(flatten)]
        to: Connect,
        service: String,
    },
}

fn main() -> ExitCode {
    program::run(|| match Role::parse() {
        Role::Server(settings) => settings.run(),
        Role::Call { to, words } => {
            let words: Vec<&[u8]> = words.iter().map(String::as_bytes).collect();
            println!("{}", text(&QueueClient::connect(&to)?.call(&words)?));
            Ok(())
        }
        Role::Work { to, queue, all } => {
            let mut broker = QueueClient::connect(&to)?;
            let act = |_: &mut QueueClient, job: &Job| {
                println!("{}, attempt {}", show(&job.text), job.attempt);
                if !all && stdin().read_line(&mut String::new())? == 0 {
                    bail!("the input has ended, and the job is not done");
                }
                Ok(())
            };
            work(
                &mut broker,
                &queue,
                all,
                act,
                |job, settled| match settled {
                    Ok(()) => println!("{} is done", show(&job.text)),
                    Err(late) => println!("{late}"),
                },
            )
        }
        Role::Answer { to, service } => {
            let mut broker = QueueClient::connect(&to)?;
            println!("ready to answer for {service}");
            answer(&mut broker, &service, |question| {
                println!("asked {}", show(question));
                Ok(question.to_ascii_uppercase())
            })
        }
    })
}
