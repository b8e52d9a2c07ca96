//! The key-value service over XML-RPC.

use std::process::ExitCode;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

use clap::{Parser, Subcommand};
use program::tasks::{block_on, listen};
use program::{Connect, Listen};
use rpc::access::{Access, basic};
use rpc::http::{Outcome, answer};
use rpc::kv::{ANSWER, Call, Store};
use rpc::math::show;
use rpc::plain;
use rpc::xmlrpc::{Client, XML, call_kv, kv_methods, respond};
use rpc::xmlrpc_values::Value;

#[derive(Parser)]
struct Arguments {
    #[command(subcommand)]
    role: Role,
    /// Who may call, as in alice:secret
    #[arg(long, global = true)]
    user: Option<String>,
}

#[derive(Subcommand)]
enum Role {
    /// Holds keys and values
    Server {
        #[command(flatten)]
        listen: Listen,
        /// Prints the calls, and loses the answers to the first so many
        #[arg(long)]
        lose: Option<u32>,
    },
    /// Calls a method
    Client {
        #[command(flatten)]
        connect: Connect,
        /// Print the documents
        #[arg(long)]
        xml: bool,
        #[command(subcommand)]
        call: Call,
    },
    /// Asks the server what can be called
    Methods {
        #[command(flatten)]
        connect: Connect,
    },
}

fn main() -> ExitCode {
    let Arguments { role, user } = Arguments::parse();
    let authorization = user.as_deref().map(basic);
    program::run(|| match role {
        Role::Server { listen, lose } => {
            block_on(serve(&listen, lose, Access::demand(authorization)))
        }
        Role::Client { connect, xml, call } => {
            block_on(client(&connect, authorization.as_deref(), xml, &call))
        }
        Role::Methods { connect } => block_on(methods(&connect, authorization.as_deref())),
    })
}

async fn serve(listen_at: &Listen, lose: Option<u32>, access: Access) -> anyhow::Result<()> {
    let listener = listen(&listen_at.addr).await?;
    let (store, methods) = (Store::default(), kv_methods());
    let lost = AtomicU32::new(lose.unwrap_or(0));
    answer(&listener, listen_at.timeout, XML, access, move |document| {
        let mut room = ANSWER;
        let call = |name: &str, params: &[Value]| {
            if lose.is_some() {
                println!("{name}{}", show(&Value::Array(params.to_vec())));
            }
            call_kv(&store, name, params, &mut room)
        };
        let reply = respond(document, &methods, call);
        let one = |left: u32| left.checked_sub(1);
        match lost.fetch_update(Relaxed, Relaxed, one) {
            Ok(_) => Outcome::Lost,
            Err(_) => Outcome::Answer(reply.into_bytes()),
        }
    })
    .await
}

async fn client(
    to: &Connect,
    authorization: Option<&str>,
    xml: bool,
    call: &Call,
) -> anyhow::Result<()> {
    let mut client = Client::connect(&to.addr, authorization, to.timeout, xml).await?;
    let (method, texts) = call.parts();
    let params: Vec<Value> = texts
        .into_iter()
        .map(|text| Value::String(text.to_owned()))
        .collect();
    println!("{}", show(&client.call(method, &params).await?));
    Ok(())
}

async fn methods(to: &Connect, authorization: Option<&str>) -> anyhow::Result<()> {
    let mut client = Client::connect(&to.addr, authorization, to.timeout, false).await?;
    let Value::Array(names) = client.call("system.listMethods", &[]).await? else {
        anyhow::bail!("not a list of methods");
    };
    for name in names {
        let name = [name];
        let signature = client.call("system.methodSignature", &name).await;
        let help = client.call("system.methodHelp", &name).await;
        let text = |said: anyhow::Result<Value>| match said {
            Ok(Value::String(text)) => plain(&text),
            Ok(value) => show(&value),
            Err(error) => plain(&format!("{error:#}")),
        };
        println!("{}: {}, {}", show(&name[0]), text(signature), text(help));
    }
    Ok(())
}
