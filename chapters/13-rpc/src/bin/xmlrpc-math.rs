//! XML-RPC with types, faults, many calls in one, and documents that mean harm.

use std::process::ExitCode;

use anyhow::Context;
use clap::Parser;
use program::tasks::{block_on, listen};
use program::{Connect, Listen};
use rpc::access::Access;
use rpc::http::{Outcome, answer};
use rpc::math::{attacks, call, call_from_text, from_text, methods, samples, show};
use rpc::multicall::{MULTICALL, to_params, to_results};
use rpc::plain;
use rpc::xmlrpc::{Client, XML, respond};
use rpc::xmlrpc_values::Value;

#[derive(Parser)]
enum Role {
    /// Adds, divides, and gives back what it is given
    Server {
        #[command(flatten)]
        listen: Listen,
    },
    /// Calls a method
    Client {
        #[command(flatten)]
        connect: Connect,
        /// Print the documents
        #[arg(long)]
        xml: bool,
        /// Its name
        method: String,
        /// Its parameters, as JSON
        #[arg(allow_negative_numbers = true)]
        params: Vec<String>,
    },
    /// Makes many calls in one, such as "add 1 2"
    Many {
        #[command(flatten)]
        connect: Connect,
        /// The calls
        calls: Vec<String>,
    },
    /// Sends a value of each type, and shows what comes back
    Types {
        #[command(flatten)]
        connect: Connect,
    },
    /// Sends documents that want more of a server than their octets
    Attack {
        #[command(flatten)]
        connect: Connect,
    },
}

fn main() -> ExitCode {
    let role = Role::parse();
    program::run(|| block_on(play(role)))
}

async fn play(role: Role) -> anyhow::Result<()> {
    match role {
        Role::Server { listen } => serve(&listen).await,
        Role::Client {
            connect,
            xml,
            method,
            params,
        } => {
            let mut client = Client::connect(&connect.addr, None, connect.timeout, xml).await?;
            let params: Vec<Value> = params.iter().map(|text| from_text(text)).collect();
            println!("{}", show(&client.call(&method, &params).await?));
            Ok(())
        }
        Role::Many { connect, calls } => many(&connect, &calls).await,
        Role::Types { connect } => {
            let mut client = Client::connect(&connect.addr, None, connect.timeout, false).await?;
            let samples = samples();
            let kinds = client.call("kinds", std::slice::from_ref(&samples)).await?;
            let back = client.call("echo", std::slice::from_ref(&samples)).await?;
            let (Value::Array(kinds), Value::Array(values)) = (kinds, &back) else {
                anyhow::bail!("not what was asked for");
            };
            for (kind, value) in kinds.iter().zip(values) {
                println!("{}: {}", show(kind), show(value));
            }
            println!("The same values: {}", back == samples);
            Ok(())
        }
        Role::Attack { connect } => attack(&connect).await,
    }
}

async fn serve(listen_at: &Listen) -> anyhow::Result<()> {
    let listener = listen(&listen_at.addr).await?;
    let methods = methods();
    answer(
        &listener,
        listen_at.timeout,
        XML,
        Access::default(),
        move |document| Outcome::Answer(respond(document, &methods, call).into_bytes()),
    )
    .await
}

async fn many(to: &Connect, calls: &[String]) -> anyhow::Result<()> {
    let mut client = Client::connect(&to.addr, None, to.timeout, false).await?;
    let calls: Vec<_> = calls.iter().map(|text| call_from_text(text)).collect();
    let answer = client.call(MULTICALL, &[to_params(&calls)]).await?;
    let results = to_results(&answer, calls.len()).context("no answer to so many calls")?;
    for ((method, _), result) in calls.iter().zip(results) {
        match result {
            Ok(value) => println!("{method}: {}", show(&value)),
            Err(fault) => println!("{method}: {}", plain(&fault.to_string())),
        }
    }
    Ok(())
}

async fn attack(to: &Connect) -> anyhow::Result<()> {
    for (what, document) in attacks() {
        let mut client = Client::connect(&to.addr, None, to.timeout, false).await?;
        let octets = document.len();
        let fault = match client.send(document).await? {
            Ok(value) => format!("accepted, and gives {}", show(&value)),
            Err(fault) => plain(&fault.to_string()),
        };
        println!("{what}, {octets} octets: {fault}");
    }
    Ok(())
}
