//! Jobs over AMQP.

use std::collections::VecDeque;
use std::io::stdin;
use std::net::SocketAddr;
use std::thread;

use anyhow::{Context, bail};
use futures_util::StreamExt;
use lapin::options::{
    BasicAckOptions, BasicConsumeOptions, BasicPublishOptions, BasicQosOptions, BasicRejectOptions,
    ConfirmSelectOptions, QueueDeclareOptions,
};
use lapin::types::{AMQPValue, FieldTable};
use lapin::{BasicProperties, Channel, Confirmation, Connection, ConnectionProperties};
use program::show;
use tokio::sync::mpsc::{Receiver, channel};

const TASKS: &str = "tasks";
const DEAD: &str = "tasks.dead";
const REDELIVERIES: i32 = 2; // after that, a job is dead
const PERSISTENT: u8 = 2; // AMQP's delivery mode for what is to be on disk

/// Connects, and opens a channel. The channel lives as long as the connection.
pub async fn open(addr: SocketAddr) -> anyhow::Result<(Connection, Channel)> {
    let url = format!("amqp://{addr}/%2f?heartbeat=10&connection_timeout=10000");
    let connection = Connection::connect(&url, ConnectionProperties::default());
    let connection = connection
        .await
        .with_context(|| format!("connect {addr}"))?;
    let channel = connection.create_channel().await?;
    Ok((connection, channel))
}

// ANCHOR: declare
/// Makes sure that both queues are there, and says how much is in each.
pub async fn declare(channel: &Channel) -> anyhow::Result<(u32, u32)> {
    let text = |text: &str| AMQPValue::LongString(text.into());
    let mut rules = FieldTable::default();
    rules.insert("x-queue-type".into(), text("quorum"));
    rules.insert("x-delivery-limit".into(), AMQPValue::LongInt(REDELIVERIES));
    // Dead letters go through the exchange without a name, which sends a message to
    // the queue that its routing key names.
    rules.insert("x-dead-letter-exchange".into(), text(""));
    rules.insert("x-dead-letter-routing-key".into(), text(DEAD));
    let durable = QueueDeclareOptions::durable();
    let dead = channel.queue_declare(DEAD.into(), durable, FieldTable::default());
    let dead = dead.await?.message_count();
    let ready = channel.queue_declare(TASKS.into(), durable, rules);
    Ok((ready.await?.message_count(), dead))
}
// ANCHOR_END: declare

// ANCHOR: send
pub async fn send(channel: &Channel, jobs: &[String]) -> anyhow::Result<()> {
    declare(channel).await?;
    let confirms = ConfirmSelectOptions::default();
    channel.confirm_select(confirms).await?;
    for job in jobs {
        let on_disk = BasicProperties::default().with_delivery_mode(PERSISTENT);
        // Or the broker would confirm what no queue takes, and throw it away.
        let options = BasicPublishOptions {
            mandatory: true,
            ..Default::default()
        };
        let job = job.as_bytes();
        let sent = channel.basic_publish("".into(), TASKS.into(), options, job, on_disk);
        // Two waits: until it is sent, and until the broker has it on disk.
        let told = match sent.await?.await? {
            Confirmation::Ack(None) => "confirmed",
            _ => "not taken",
        };
        println!("{} is {told}", show(job));
    }
    Ok(())
}
// ANCHOR_END: send

// ANCHOR: work
pub async fn work(channel: &Channel, prefetch: u16) -> anyhow::Result<()> {
    declare(channel).await?;
    let options = BasicQosOptions::default();
    channel.basic_qos(prefetch, options).await?;
    let (options, arguments) = (BasicConsumeOptions::default(), FieldTable::default());
    let jobs = channel.basic_consume(TASKS.into(), "".into(), options, arguments);
    let (mut jobs, mut typed, mut early) = (jobs.await?, typed_lines(), VecDeque::new());
    loop {
        let job = tokio::select! {
            biased;
            job = jobs.next() => job.context("the broker has ended it")??,
            line = typed.recv() => match line {
                Some(line) => {
                    early.push_back(line);
                    continue;
                }
                None => return Ok(()), // and nothing is in hand
            },
        };
        let before = match header(&job.properties, "x-delivery-count") {
            Some(AMQPValue::LongLongInt(count)) => *count,
            _ => 0,
        };
        println!("{}, attempt {}", show(&job.data), before + 1);
        let line = match early.pop_front() {
            Some(line) => Some(line),
            None => typed.recv().await,
        };
        let told = match line.as_deref() {
            Some("no") => {
                let again = BasicRejectOptions { requeue: true };
                job.reject(again).await?;
                "goes back"
            }
            Some(_) => {
                job.ack(BasicAckOptions::default()).await?;
                "is done"
            }
            None => bail!("the input has ended, and the job is not done"),
        };
        println!("{} {told}", show(&job.data));
    }
}
// ANCHOR_END: work

pub async fn dead(channel: &Channel) -> anyhow::Result<()> {
    declare(channel).await?;
    let (options, arguments) = (BasicConsumeOptions::default(), FieldTable::default());
    let letters = channel.basic_consume(DEAD.into(), "".into(), options, arguments);
    let mut letters = letters.await?;
    println!("waiting for dead letters");
    while let Some(letter) = letters.next().await {
        let letter = letter?;
        let why = match header(&letter.properties, "x-first-death-reason") {
            Some(AMQPValue::LongString(why)) => why.to_string(),
            _ => "unknown".to_owned(),
        };
        println!("{}, because of {why}", show(&letter.data));
        letter.ack(BasicAckOptions::default()).await?;
    }
    Ok(())
}

/// What is typed, read in a thread of its own, so that heartbeats go on meanwhile.
fn typed_lines() -> Receiver<String> {
    let (sender, lines) = channel(1);
    thread::spawn(move || {
        let lines = stdin().lines().map_while(Result::ok);
        lines.take_while(|_| !sender.is_closed()).for_each(|line| {
            let _ = sender.blocking_send(line);
        });
    });
    lines
}

fn header<'a>(properties: &'a BasicProperties, name: &str) -> Option<&'a AMQPValue> {
    properties.headers().as_ref()?.inner().get(name)
}
