//! Publish and subscribe over mini-queue, and what becomes of a slow subscriber.

use std::io::stdin;
use std::process::ExitCode;

use caches::queue::{News, QueueClient};
use clap::Parser;
use program::{Connect, show};

#[derive(Parser)]
#[command(about = "Publish and subscribe over mini-queue")]
enum Role {
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
