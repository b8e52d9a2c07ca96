//! One computation in three topologies: how a leader hands out rounds of darts and
//! workers hand back hits.

use std::time::Duration;

use program::Connect;

use crate::examples::darts::Tally;
use crate::queue::{Job, News, QueueClient, refused, work};

const WAIT: Duration = Duration::from_secs(5);

// ANCHOR: pipeline
/// The leader of a pipeline: rounds into one queue, hits out of another.
///
/// # Errors
///
/// Those of the broker.
pub fn pipeline(to: &Connect, tasks: &[String], tally: &mut Tally) -> anyhow::Result<()> {
    let mut broker = QueueClient::connect(to)?;
    for task in tasks {
        broker.push("rounds", task.as_bytes())?;
    }
    while !tally.is_whole() {
        if let Some(hits) = broker.take("hits", WAIT)? {
            tally.note(&hits.text);
            broker.acknowledge("hits", &hits)?;
        }
    }
    Ok(())
}

/// A worker of a pipeline.
///
/// # Errors
///
/// Those of the broker, and of `throw`.
pub fn pull(
    broker: &mut QueueClient,
    throw: impl Fn(&[u8]) -> anyhow::Result<String>,
) -> anyhow::Result<()> {
    // First the hits are in the next queue, then the round is acknowledged. Dying in
    // between makes them come twice; the other way round, never.
    let act =
        |broker: &mut QueueClient, job: &Job| broker.push("hits", throw(&job.text)?.as_bytes());
    work(broker, "rounds", false, act, |_, _| {})
}
// ANCHOR_END: pipeline

// ANCHOR: request
/// A leader that asks for each round. Its workers answer a service.
///
/// # Errors
///
/// Those of the broker; that a question may be lost is none.
pub fn request(to: &Connect, tasks: &[String], tally: &mut Tally) -> anyhow::Result<()> {
    let mut broker = QueueClient::connect(to)?;
    for task in tasks {
        loop {
            match refused(broker.ask("darts", task.as_bytes(), 5))? {
                Ok(hits) => break tally.note(&hits),
                // Nobody knows if it was done. A round may be thrown twice, so:
                Err(why) => println!("{why}; asking again"),
            }
        }
    }
    Ok(())
}
// ANCHOR_END: request

// ANCHOR: publish
/// A leader that publishes rounds, and subscribes to hits.
///
/// # Errors
///
/// Those of the broker; that something may be lost is none.
pub fn publish(to: &Connect, tasks: &[String], tally: &mut Tally) -> anyhow::Result<()> {
    let mut hits = QueueClient::connect(to)?;
    hits.subscribe("hits")?; // before the first round, or its hits may be missed
    let mut broker = QueueClient::connect(to)?;
    let mut unheard = 0;
    for (round, task) in tasks.iter().enumerate() {
        let topic = ["rounds/even", "rounds/odd"][round % 2];
        unheard += u32::from(broker.publish(topic, task.as_bytes())? == 0);
    }
    println!("{unheard} rounds were heard by nobody");
    while !tally.is_whole() {
        match hits.news() {
            Ok(News::Message(_, result)) => tally.note(&result),
            Ok(News::Lost(_)) => {}
            Err(silence) => {
                println!("nothing more: {}", program::one_line(&silence));
                break;
            }
        }
    }
    Ok(())
}

/// A worker that subscribes to its part of the rounds, and publishes hits. A
/// subscription has a connection for itself.
///
/// # Errors
///
/// Those of the broker, and of `throw`.
pub fn hear(
    to: &Connect,
    broker: &mut QueueClient,
    part: &str,
    throw: impl Fn(&[u8]) -> anyhow::Result<String>,
) -> anyhow::Result<()> {
    let mut rounds = QueueClient::connect(to)?;
    rounds.subscribe(&format!("rounds/{part}"))?;
    println!("subscribed to rounds/{part}");
    loop {
        if let News::Message(_, task) = rounds.news()? {
            broker.publish("hits", throw(&task)?.as_bytes())?;
        }
    }
}
// ANCHOR_END: publish
