//! The same calls over each protocol, and what they cost.

use std::fmt;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use anyhow::{Context, ensure};
use program::tasks;
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tonic::transport::{Channel, Server};

use crate::access::Access;
use crate::connection::{Connection, call_kv};
use crate::grpc::proto::key_value_client::KeyValueClient;
use crate::grpc::proto::key_value_server::KeyValueServer;
use crate::grpc::proto::{Key, Pair};
use crate::grpc::{KeyValue, Manners, callers, channel};
use crate::http::{self, Outcome};
use crate::jsonrpc::{self, JSON};
use crate::kv::{ANSWER, CALLERS, MESSAGE, Store};
use crate::multicall::{MULTICALL, to_params};
use crate::pickle;
use crate::secret::Secret;
use crate::xmlrpc::{self, XML};
use crate::xmlrpc_values::Value;

/// Nothing here takes longer.
pub const PATIENCE: Duration = Duration::from_secs(10);
/// The key that `connection` takes when it is given none.
const KEY: &str = "secret password";

/// How a call travels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Protocol {
    /// XML over HTTP.
    Xmlrpc,
    /// JSON over HTTP.
    JsonrpcHttp,
    /// JSON in lines.
    Jsonrpc,
    /// Pickles behind their lengths.
    Connection,
    /// Protobuf over HTTP/2.
    Grpc,
}

/// All of them.
pub const PROTOCOLS: [Protocol; 5] = [
    Protocol::Xmlrpc,
    Protocol::JsonrpcHttp,
    Protocol::Jsonrpc,
    Protocol::Connection,
    Protocol::Grpc,
];

impl fmt::Display for Protocol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Protocol::Xmlrpc => "XML-RPC",
            Protocol::JsonrpcHttp => "JSON-RPC, HTTP",
            Protocol::Jsonrpc => "JSON-RPC, lines",
            Protocol::Connection => "connection",
            Protocol::Grpc => "gRPC",
        })
    }
}

/// Serves the key-value service to whoever comes to `listener`.
///
/// # Errors
///
/// When the server can't begin.
pub async fn serve(protocol: Protocol, listener: TcpListener) -> anyhow::Result<()> {
    let store = Arc::new(Store::default());
    match protocol {
        Protocol::Xmlrpc => {
            http::answer(
                &listener,
                PATIENCE,
                XML,
                Access::default(),
                move |document| {
                    let mut room = ANSWER;
                    let call = |name: &str, params: &[Value]| {
                        xmlrpc::call_kv(&store, name, params, &mut room)
                    };
                    Outcome::Answer(xmlrpc::respond(document, &[], call).into_bytes())
                },
            )
            .await
        }
        Protocol::JsonrpcHttp => {
            http::answer(
                &listener,
                PATIENCE,
                JSON,
                Access::default(),
                move |message| {
                    jsonrpc::answer(&store, message).map_or(Outcome::Silence, Outcome::Answer)
                },
            )
            .await
        }
        Protocol::Jsonrpc => {
            tasks::serve(&listener, CALLERS, move |stream| {
                let store = Arc::clone(&store);
                async move { jsonrpc::talk(stream, PATIENCE, &store).await }
            })
            .await
        }
        Protocol::Connection => {
            let secret = Arc::new(Secret::new(KEY));
            tasks::serve(&listener, CALLERS, move |stream| {
                let (store, secret) = (Arc::clone(&store), Arc::clone(&secret));
                async move {
                    let mut peer = Connection::accept(stream, &secret, PATIENCE).await?;
                    while let Some(octets) = peer.receive(MESSAGE).await? {
                        peer.send(&call_kv(&store, &pickle::decode(&octets)?))
                            .await?;
                    }
                    Ok(())
                }
            })
            .await
        }
        Protocol::Grpc => {
            let service = KeyValueServer::new(KeyValue::new(Manners::default()));
            let mut server = Server::builder();
            let server = server.add_service(service);
            Ok(server
                .serve_with_incoming(callers(listener, PATIENCE))
                .await?)
        }
    }
}

/// A client of any of them.
#[derive(Debug)]
pub enum Client {
    /// XML-RPC.
    Xmlrpc(xmlrpc::Client),
    /// JSON-RPC.
    Jsonrpc(jsonrpc::Client),
    /// Pickles.
    Connection(Connection),
    /// gRPC.
    Grpc(KeyValueClient<Channel>),
}

impl Client {
    /// Connects to the server at `addr`.
    ///
    /// # Errors
    ///
    /// When it can't be reached.
    pub async fn connect(protocol: Protocol, addr: &str) -> anyhow::Result<Client> {
        Ok(match protocol {
            Protocol::Xmlrpc => {
                Client::Xmlrpc(xmlrpc::Client::connect(addr, None, PATIENCE, false).await?)
            }
            Protocol::JsonrpcHttp | Protocol::Jsonrpc => {
                let by_http = protocol == Protocol::JsonrpcHttp;
                Client::Jsonrpc(jsonrpc::Client::connect(addr, by_http, None, PATIENCE).await?)
            }
            Protocol::Connection => {
                let stream = tasks::connect(addr).await?;
                let secret = Secret::new(KEY);
                Client::Connection(Connection::connect(stream, &secret, PATIENCE).await?)
            }
            Protocol::Grpc => Client::Grpc(KeyValueClient::new(channel(addr)?)),
        })
    }

    /// Puts `value` under `key`.
    ///
    /// # Errors
    ///
    /// When the call fails.
    pub async fn set(&mut self, key: &str, value: &str) -> anyhow::Result<()> {
        match self {
            Client::Xmlrpc(client) => drop(client.call("set", &texts(&[key, value])).await?),
            Client::Jsonrpc(client) => drop(client.call("set", &json!([key, value])).await?),
            Client::Connection(client) => {
                client
                    .ask(&pickle::Value::from(json!(["set", key, value])))
                    .await?;
            }
            Client::Grpc(client) => {
                let (key, value) = (key.to_owned(), value.to_owned());
                client.set(Pair { key, value }).await?;
            }
        }
        Ok(())
    }

    /// Asks for the value under `key`, which has to be `value`.
    ///
    /// # Errors
    ///
    /// When the call fails.
    pub async fn get(&mut self, key: &str, value: &str) -> anyhow::Result<()> {
        let is_right = match self {
            Client::Xmlrpc(client) => {
                client.call("get", &texts(&[key])).await? == Value::String(value.to_owned())
            }
            Client::Jsonrpc(client) => client.call("get", &json!([key])).await? == value,
            Client::Connection(client) => {
                let answer = client
                    .ask(&pickle::Value::from(json!(["get", key])))
                    .await?;
                let text = |text: &str| pickle::Value::Text(text.to_owned());
                answer == pickle::Value::Tuple(vec![text("ok"), text(value)])
            }
            Client::Grpc(client) => {
                let key = key.to_owned();
                client.get(Key { key }).await?.into_inner().value == value
            }
        };
        ensure!(is_right, "get: another value");
        Ok(())
    }

    /// Asks for the value under `key` ten times in one message, where the protocol has
    /// such messages.
    ///
    /// # Errors
    ///
    /// When the call fails.
    pub async fn ten_at_once(&mut self, key: &str) -> anyhow::Result<bool> {
        match self {
            Client::Xmlrpc(client) => {
                let calls = vec![("get", texts(&[key])); 10];
                client.call(MULTICALL, &[to_params(&calls)]).await?;
                Ok(true)
            }
            Client::Jsonrpc(client) => {
                let one =
                    |id| json!({"jsonrpc": "2.0", "method": "get", "params": [key], "id": id});
                let batch: Vec<_> = (0..10).map(one).collect();
                client.send(&json!(batch).to_string()).await?;
                Ok(true)
            }
            _ => Ok(false),
        }
    }
}

fn texts(texts: &[&str]) -> Vec<Value> {
    texts
        .iter()
        .map(|text| Value::String((*text).to_owned()))
        .collect()
}

/// What has passed between a client and a server.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Cost {
    /// Octets that the client has sent.
    pub sent: u64,
    /// Octets that the server has sent.
    pub received: u64,
    /// How often the client had to wait for the server.
    pub trips: u64,
}

impl std::ops::Sub for Cost {
    type Output = Cost;

    fn sub(self, before: Cost) -> Cost {
        Cost {
            sent: self.sent - before.sent,
            received: self.received - before.received,
            trips: self.trips - before.trips,
        }
    }
}

#[derive(Debug, Default)]
struct Counted {
    cost: Cost,
    server_spoke_last: bool,
}

// ANCHOR: meter
/// Stands between a client and a server, and counts.
#[derive(Debug, Clone, Default)]
pub struct Meter(Arc<Mutex<Counted>>);

impl Meter {
    /// Passes the connections of `listener` on to the server at `upstream`.
    ///
    /// # Errors
    ///
    /// When that can't be reached.
    pub async fn pass_on(self, listener: TcpListener, upstream: SocketAddr) -> anyhow::Result<()> {
        loop {
            let (client, _) = tasks::accept(&listener).await;
            let server = TcpStream::connect(upstream).await.context("connect")?;
            let (from_client, to_client) = client.into_split();
            let (from_server, to_server) = server.into_split();
            tokio::spawn(self.clone().copy(from_client, to_server, false));
            tokio::spawn(self.clone().copy(from_server, to_client, true));
        }
    }

    /// What has passed so far.
    pub fn cost(&self) -> Cost {
        self.counted().cost
    }

    // Octets are counted before they go on: who has an answer finds it counted.
    async fn copy(self, mut from: OwnedReadHalf, mut to: OwnedWriteHalf, is_server: bool) {
        let mut octets = vec![0; 64 * 1024];
        while let Ok(read @ 1..) = from.read(&mut octets).await {
            self.count(read as u64, is_server);
            if to.write_all(&octets[..read]).await.is_err() {
                return;
            }
        }
    }

    fn count(&self, octets: u64, is_server: bool) {
        let mut counted = self.counted();
        match is_server {
            true => counted.cost.received += octets,
            false => counted.cost.sent += octets,
        }
        counted.cost.trips += u64::from(is_server && !counted.server_spoke_last);
        counted.server_spoke_last = is_server;
    }

    fn counted(&self) -> MutexGuard<'_, Counted> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
// ANCHOR_END: meter

/// A server, and a meter before it at the address that is given. They end with the runtime.
async fn metered(protocol: Protocol) -> anyhow::Result<(Meter, String)> {
    let server = TcpListener::bind("127.0.0.1:0").await?;
    let relay = TcpListener::bind("127.0.0.1:0").await?;
    let (upstream, addr) = (server.local_addr()?, relay.local_addr()?);
    let meter = Meter::default();
    tokio::spawn(serve(protocol, server));
    tokio::spawn(meter.clone().pass_on(relay, upstream));
    Ok((meter, addr.to_string()))
}

/// What one of many calls on a kept connection costs; and ten in one, where there is that.
///
/// # Errors
///
/// When a call fails.
// ANCHOR: costs
pub async fn costs(protocol: Protocol) -> anyhow::Result<(Cost, Option<Cost>)> {
    let (meter, addr) = metered(protocol).await?;
    let mut client = Client::connect(protocol, &addr).await?;
    client.set("greeting", "hello").await?;
    // HTTP/2 says the fields of a request once, and names them by number from then on: the
    // first calls are longer than all that follow.
    for _ in 0..3 {
        client.get("greeting", "hello").await?;
    }
    // And once a second the date in an answer is a new one, and longer than its number: the
    // least of ten calls is one without that.
    let mut one = Cost {
        received: u64::MAX,
        ..Cost::default()
    };
    for _ in 0..10 {
        let before = meter.cost();
        client.get("greeting", "hello").await?;
        let cost = meter.cost() - before;
        if cost.received < one.received {
            one = cost;
        }
    }
    let before = meter.cost();
    let at_once = client
        .ten_at_once("greeting")
        .await?
        .then(|| meter.cost() - before);
    Ok((one, at_once))
}
// ANCHOR_END: costs

/// The round trips from the first octet to the first answer, with that of TCP's own
/// handshake.
///
/// # Errors
///
/// When the call fails.
pub async fn trips_of_first_call(protocol: Protocol) -> anyhow::Result<u64> {
    let (meter, addr) = metered(protocol).await?;
    let mut client = Client::connect(protocol, &addr).await?;
    client.set("greeting", "hello").await?;
    Ok(1 + meter.cost().trips)
}

/// Calls `get` so many times, each on a connection of its own, or all of a caller on one.
/// Where the server closes that, as HTTP/1.0 does, the caller connects again.
///
/// # Errors
///
/// When a call fails.
pub async fn load(protocol: Protocol, addr: &str, calls: u32, keep: bool) -> anyhow::Result<()> {
    let mut kept = None;
    for _ in 0..calls {
        let mut client = match kept.take() {
            Some(client) => client,
            None => Client::connect(protocol, addr).await?,
        };
        client.get("greeting", "hello").await?;
        kept = Some(client).filter(|client| keep && client.is_open());
    }
    Ok(())
}

impl Client {
    fn is_open(&self) -> bool {
        match self {
            Client::Xmlrpc(client) => client.is_open(),
            _ => true,
        }
    }
}
