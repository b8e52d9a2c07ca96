//! Objects between programs that share a key, as Python's `multiprocessing.connection`
//! sends them; those that are only data.

use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context;
use clap::{Parser, Subcommand};
use program::tasks::{block_on, listen, serve};
use program::{Connect, Listen, hex};
use rpc::connection::{Connection, call_kv};
use rpc::kv::{CALLERS, MESSAGE, Store};
use rpc::pickle::{Value, decode};
use rpc::secret::Secret;
use tokio::net::TcpStream;

#[derive(Parser)]
struct Arguments {
    #[command(subcommand)]
    role: Role,
    /// What both sides know (in a real program: from a file, never from a command line,
    /// which everybody on the machine can read)
    #[arg(long, global = true, default_value = "secret password")]
    key: String,
    /// Print the octets of each message
    #[arg(long, global = true)]
    octets: bool,
}

#[derive(Subcommand)]
enum Role {
    /// Prints each message and sends it back
    Server {
        #[command(flatten)]
        listen: Listen,
        /// Call the key-value service with it instead
        #[arg(long)]
        kv: bool,
    },
    /// Sends messages, and prints what is answered
    Client {
        #[command(flatten)]
        connect: Connect,
        /// The messages, as JSON
        #[arg(allow_negative_numbers = true)]
        messages: Vec<String>,
    },
}

fn main() -> ExitCode {
    let Arguments { role, key, octets } = Arguments::parse();
    let secret = Secret::new(key);
    program::run(|| match role {
        Role::Server { listen, kv } => block_on(server(&listen, secret, kv, octets)),
        Role::Client { connect, messages } => {
            block_on(client(&connect, &secret, &messages, octets))
        }
    })
}

// ANCHOR: server
async fn server(listen_at: &Listen, secret: Secret, kv: bool, show: bool) -> anyhow::Result<()> {
    let listener = listen(&listen_at.addr).await?;
    let shared = Arc::new((secret, Store::default()));
    let patience = listen_at.timeout;
    serve(&listener, CALLERS, move |stream| {
        let shared = Arc::clone(&shared);
        async move {
            let mut connection = Connection::accept(stream, &shared.0, patience).await?;
            while let Some(octets) = connection.receive(MESSAGE).await? {
                if show {
                    println!("{}", hex(&octets));
                }
                let message = decode(&octets).context("refused a pickle")?;
                if kv {
                    connection.send(&call_kv(&shared.1, &message)).await?;
                } else {
                    println!("received {message}");
                    connection.send(&message).await?;
                }
            }
            Ok(())
        }
    })
    .await
}
// ANCHOR_END: server

async fn client(
    to: &Connect,
    secret: &Secret,
    messages: &[String],
    show: bool,
) -> anyhow::Result<()> {
    let stream: TcpStream = program::tasks::connect(&to.addr).await?;
    let mut connection = Connection::connect(stream, secret, to.timeout).await?;
    for message in messages {
        let json: serde_json::Value = serde_json::from_str(message).context("read the message")?;
        let message = Value::from(json);
        if show {
            println!("{}", hex(&message.encode()));
        }
        println!("{}", connection.ask(&message).await?);
    }
    Ok(())
}
