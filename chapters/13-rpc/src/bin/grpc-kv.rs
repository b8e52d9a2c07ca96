//! The key-value service over gRPC: calls with deadlines, and a stream of changes.

use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::Context;
use clap::{Parser, Subcommand};
use program::tasks::{block_on, listen};
use program::{Connect, Listen, seconds};
use rpc::access::{Access, bearer};
use rpc::grpc::proto::key_value_server::KeyValueServer;
use rpc::grpc::proto::{Key, Nothing, Pair};
use rpc::grpc::{self, DESCRIPTION, KeyValue, Manners, callers, failed};
use rpc::kv::{Answer, Call, MESSAGE, STREAMS};
use tonic::service::interceptor::InterceptedService;
use tonic::transport::Server;
use tonic::{Request, Status};

#[derive(Parser)]
struct Arguments {
    #[command(subcommand)]
    role: Role,
    /// What callers have to show
    #[arg(long, global = true)]
    token: Option<String>,
}

#[derive(Subcommand)]
enum Role {
    /// Holds keys and values
    Server {
        #[command(flatten)]
        listen: Listen,
        /// How long a connection may last, whatever is called or watched on it
        #[arg(long, value_name = "SECONDS", default_value = "600", value_parser = seconds)]
        age: Duration,
        #[command(flatten)]
        manners: Manners,
    },
    /// Calls a method; --timeout is its deadline
    Client {
        #[command(flatten)]
        connect: Connect,
        #[command(subcommand)]
        call: Call,
    },
    /// Shows so many changes as they come
    Watch {
        #[command(flatten)]
        connect: Connect,
        /// How many
        changes: usize,
    },
    /// Asks for a key of so many letters that isn't there, and shows how long the reason is
    Missing {
        #[command(flatten)]
        connect: Connect,
        /// How many
        letters: usize,
    },
    /// Writes the description of the service to a file
    Describe {
        /// The file
        file: PathBuf,
    },
}

fn main() -> ExitCode {
    let Arguments { role, token } = Arguments::parse();
    let authorization = token.as_deref().map(bearer);
    program::run(|| match role {
        Role::Server {
            listen,
            age,
            manners,
        } => {
            let access = Access::demand(authorization);
            block_on(serve(&listen, age, manners, access))
        }
        Role::Client { connect, call } => {
            block_on(client(&connect, authorization.as_deref(), call))
        }
        Role::Watch { connect, changes } => {
            block_on(watch(&connect, authorization.as_deref(), changes))
        }
        Role::Missing { connect, letters } => block_on(missing(&connect, letters)),
        Role::Describe { file } => {
            let written = fs::write(&file, DESCRIPTION);
            written.with_context(|| format!("write {}", file.display()))
        }
    })
}

// ANCHOR: serve
async fn serve(
    listen_at: &Listen,
    age: Duration,
    manners: Manners,
    access: Access,
) -> anyhow::Result<()> {
    let listener = listen(&listen_at.addr).await?;
    let service = KeyValueServer::new(KeyValue::new(manners)).max_decoding_message_size(MESSAGE);
    let guarded = InterceptedService::new(service, move |request: Request<()>| {
        let shown = request.metadata().get("authorization");
        match access.allows(shown.map(|value| value.as_bytes())) {
            true => Ok(request),
            false => Err(Status::unauthenticated("who are you?")),
        }
    });
    let server = Server::builder()
        .timeout(listen_at.timeout) // of a call: its message may never come
        .max_concurrent_streams(STREAMS)
        .http2_keepalive_interval(Some(listen_at.timeout))
        .http2_keepalive_timeout(Some(listen_at.timeout))
        .max_connection_age(age) // who answers PINGs and reads nothing goes, too
        .max_connection_age_grace(listen_at.timeout)
        .add_service(guarded)
        .serve_with_incoming(callers(listener, listen_at.timeout));
    Ok(server.await?)
}
// ANCHOR_END: serve

// ANCHOR: client
async fn client(to: &Connect, authorization: Option<&str>, call: Call) -> anyhow::Result<()> {
    let mut client = grpc::client(to, authorization)?;
    let answer = match call {
        Call::Get { key } => {
            let called = client.get(Key { key }).await;
            called.map(|value| Answer::Text(value.into_inner().value))
        }
        Call::Set { key, value } => {
            let called = client.set(Pair { key, value }).await;
            called.map(|_| Answer::Nothing)
        }
        Call::Delete { key } => {
            let called = client.delete(Key { key }).await;
            called.map(|found| Answer::Truth(found.into_inner().is_so))
        }
        Call::Exists { key } => {
            let called = client.exists(Key { key }).await;
            called.map(|found| Answer::Truth(found.into_inner().is_so))
        }
        Call::Keys => {
            let called = client.keys(Nothing {}).await;
            called.map(|list| Answer::List(list.into_inner().keys))
        }
    };
    println!("{}", answer.map_err(|status| failed(&to.addr, &status))?);
    Ok(())
}
// ANCHOR_END: client

async fn missing(to: &Connect, letters: usize) -> anyhow::Result<()> {
    let key = "x".repeat(letters);
    if let Err(status) = grpc::client(to, None)?.get(Key { key }).await {
        let why = failed(&to.addr, &status).to_string();
        let why: String = why.chars().take(100).collect();
        println!("{why} (a message of {} octets)", status.message().len());
    }
    Ok(())
}

async fn watch(to: &Connect, from: Option<&str>, changes: usize) -> anyhow::Result<()> {
    let failed = |status: Status| failed(&to.addr, &status);
    let called = grpc::client(to, from)?.watch(Nothing {}).await;
    let mut stream = called.map_err(failed)?.into_inner();
    println!("Watching.");
    for _ in 0..changes {
        match stream.message().await.map_err(failed)? {
            Some(change) => println!("{:?} is {:?}", change.key, change.value),
            None => break,
        }
    }
    Ok(())
}
