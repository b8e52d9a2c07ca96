//! A broker in small: work queues with acknowledgement, publish and subscribe,
//! request and reply; and a client for each.

use std::io::stdin;
use std::process::ExitCode;

use caches::queue::{News, QueueClient, Settings, answer, text, work};
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
    /// Publish messages of so many octets under a topic
    Publish {
        #[command(flatten)]
        to: Connect,
        topic: String,
        messages: u32,
        octets: usize,
    },
    /// Hear what is published under the topics that begin with a prefix
    #[command(mut_arg("timeout", |timeout| timeout.default_value("300")))]
    Subscribe {
        #[command(flatten)]
        to: Connect,
        prefix: String,
        /// Read nothing until Enter is pressed: a slow subscriber
        #[arg(long)]
        slow: bool,
        /// Say after each so many how many came and how many were lost
        #[arg(long, value_name = "MESSAGES")]
        count: Option<u64>,
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
            work(&mut broker, &queue, all, |_, job| {
                println!("{}, attempt {}", show(&job.text), job.attempt);
                if !all {
                    stdin().read_line(&mut String::new())?;
                }
                Ok(())
            })
        }
        Role::Answer { to, service } => {
            let mut broker = QueueClient::connect(&to)?;
            answer(&mut broker, &service, |question| {
                println!("asked {}", show(question));
                Ok(question.to_ascii_uppercase())
            })
        }
        Role::Publish {
            to,
            topic,
            messages,
            octets,
        } => {
            let mut broker = QueueClient::connect(&to)?;
            for _ in 0..messages {
                broker.publish(&topic, &vec![b'x'; octets])?;
            }
            println!("published {messages} messages of {octets} octets");
            Ok(())
        }
        Role::Subscribe {
            to,
            prefix,
            slow,
            count,
        } => {
            let mut broker = QueueClient::connect(&to)?;
            broker.subscribe(&prefix)?;
            println!("subscribed to {prefix}");
            if slow {
                stdin().read_line(&mut String::new())?;
            }
            hear(&mut broker, count)
        }
    })
}

// ANCHOR: hear
fn hear(broker: &mut QueueClient, count: Option<u64>) -> anyhow::Result<()> {
    let (mut came, mut lost, mut told) = (0, 0, 0);
    loop {
        match (broker.news()?, count) {
            (News::Message(..), Some(_)) => came += 1,
            (News::Lost(more), Some(_)) => lost += more,
            (News::Message(topic, text), None) => println!("{}: {}", show(&topic), show(&text)),
            (News::Lost(more), None) => println!("{more} messages are lost here"),
        }
        let rounds = count.map_or(0, |count| (came + lost) / count.max(1));
        if rounds > told {
            told = rounds;
            println!("{came} received, {lost} lost");
        }
    }
}
// ANCHOR_END: hear
