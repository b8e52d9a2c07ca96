//! The key-value service over JSON-RPC 2.0: lines over TCP, or HTTP.

use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context, ensure};
use clap::{Parser, Subcommand};
use program::tasks::{block_on, in_time, listen, serve};
use program::{Connect, Listen};
use rpc::access::{Access, bearer};
use rpc::http::{self, Outcome};
use rpc::jsonrpc::{Client, JSON, answer, line, talk};
use rpc::kv::{CALLERS, Call, REPLY, Store};
use rpc::plain;
use tokio::io::AsyncWriteExt;
use tokio::time::timeout;

#[derive(Parser)]
struct Arguments {
    #[command(subcommand)]
    role: Role,
    /// By HTTP
    #[arg(long, global = true)]
    http: bool,
    /// What callers have to show; a line of TCP has no place for it
    #[arg(long, global = true, requires = "http")]
    token: Option<String>,
}

#[derive(Subcommand)]
enum Role {
    /// Holds keys and values
    Server {
        #[command(flatten)]
        listen: Listen,
    },
    /// Calls a method
    Client {
        #[command(flatten)]
        connect: Connect,
        #[command(subcommand)]
        call: Call,
    },
    /// Sends messages as they are, and shows what comes back
    Send {
        #[command(flatten)]
        connect: Connect,
        /// The messages
        messages: Vec<String>,
    },
}

fn main() -> ExitCode {
    let Arguments { role, http, token } = Arguments::parse();
    let authorization = token.as_deref().map(bearer);
    program::run(|| {
        block_on(async {
            match role {
                Role::Server { listen } if http => {
                    by_http(&listen, Access::demand(authorization)).await
                }
                Role::Server { listen } => by_lines(&listen).await,
                Role::Client { connect, call } => {
                    client(&connect, http, authorization.as_deref(), &call).await
                }
                Role::Send { connect, messages } => send(&connect, http, &messages).await,
            }
        })
    })
}

async fn by_http(listen_at: &Listen, access: Access) -> anyhow::Result<()> {
    let listener = listen(&listen_at.addr).await?;
    let store = Store::default();
    http::answer(&listener, listen_at.timeout, JSON, access, move |message| {
        answer(&store, message).map_or(Outcome::Silence, Outcome::Answer)
    })
    .await
}

async fn by_lines(listen_at: &Listen) -> anyhow::Result<()> {
    let listener = listen(&listen_at.addr).await?;
    let (store, patience) = (Arc::new(Store::default()), listen_at.timeout);
    serve(&listener, CALLERS, move |stream| {
        let store = Arc::clone(&store);
        async move { talk(stream, patience, &store).await }
    })
    .await
}

async fn client(
    to: &Connect,
    by_http: bool,
    authorization: Option<&str>,
    call: &Call,
) -> anyhow::Result<()> {
    let mut client = Client::connect(&to.addr, by_http, authorization, to.timeout).await?;
    let (method, params) = call.parts();
    let result = client.call(method, &params.into()).await?;
    println!("{}", plain(&result.to_string()));
    Ok(())
}

/// A message may have no answer. Over TCP, only the end tells: so we end first.
async fn send(to: &Connect, by_http: bool, messages: &[String]) -> anyhow::Result<()> {
    ensure!(
        messages.iter().all(|message| !message.contains('\n')),
        "a message is a line"
    );
    match Client::connect(&to.addr, by_http, None, to.timeout).await? {
        Client::Lines(mut stream, patience) => {
            let lines: String = messages
                .iter()
                .map(|message| format!("{message}\n"))
                .collect();
            in_time(patience, stream.write_all(lines.as_bytes()))
                .await
                .context("write")?;
            stream.shutdown().await.context("shutdown")?;
            let mut next = async || {
                let next = timeout(patience, line(&mut stream, REPLY)).await;
                next.context("gave up: no answer in time")?
            };
            while let Some(line) = next().await? {
                println!("{}", plain(&String::from_utf8_lossy(&line)));
            }
        }
        Client::Http(mut caller) => {
            for message in messages {
                let answer = caller.call(message.clone()).await?;
                println!("{}", plain(&String::from_utf8_lossy(&answer)));
            }
        }
    }
    Ok(())
}
