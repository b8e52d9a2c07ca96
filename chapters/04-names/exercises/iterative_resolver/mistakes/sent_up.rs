//! A referral is a referral
//!
//! You follow every NS record. A server that doesn't know a zone may send you back to
//! the root, which sends you to that server: a circle. Somebody else's may send you
//! to a zone of their own. A step leads down, to a zone that the name is in, or it is
//! none.
//!
//! fails: nobody_is_sent_back_up

use std::future::Future;
use std::io;
use std::net::Ipv4Addr;
use std::time::Duration;

use names::Name;
use names::message::{Message, Status};
use names::record::{Class, Data, Record, Type};
use tokio::time::timeout;

/// How long to wait for a server's answer.
pub const PATIENCE: Duration = Duration::from_secs(2);
/// The aliases that may lead to an answer.
pub const MAX_ALIASES: usize = 8;
/// The questions that one resolution may ask: one zone may name a hundred servers,
/// all of them in zones that do so too.
pub const MAX_QUERIES: usize = 50;

/// The way to the name servers, to port 53 of each.
pub trait Network {
    /// A number that nobody can guess, for a query's id.
    fn random_id(&self) -> u16;

    /// Sends a query in a datagram.
    fn send(&self, server: Ipv4Addr, query: &Message) -> impl Future<Output = io::Result<()>>;

    /// Waits for the next datagram, and says whom it is from. It may be from anybody.
    /// Nothing is lost when the future is dropped.
    fn receive(&self) -> impl Future<Output = (Ipv4Addr, Message)>;

    /// Asks over TCP.
    fn ask_tcp(
        &self,
        server: Ipv4Addr,
        query: &Message,
    ) -> impl Future<Output = io::Result<Message>>;
}

/// What there is to say about a name and a type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// The aliases that led from the name asked for, in order, and then the records.
    Records(Vec<Record>),
    /// The name exists, and has no records of this type.
    NoData,
    /// There is no such name.
    NoName,
}

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// None of a zone's servers gave an answer that is of use.
    #[error("no server of {0} gives an answer")]
    NoServer(Name),
    /// One alias led to another, and that to another.
    #[error("more than {MAX_ALIASES} aliases")]
    TooManyAliases,
    /// It would take more questions than are allowed.
    #[error("more than {MAX_QUERIES} queries")]
    TooManyQueries,
}

/// Finds answers by itself, from the root down.
#[derive(Debug)]
pub struct Resolver<N> {
    network: N,
    roots: Vec<Ipv4Addr>,
}

/// A server of a zone.
enum Server {
    At(Ipv4Addr),
    /// Whoever delegated the zone did not say, or had no right to say, where it is.
    Named(Name),
}

/// What an answer means for the one who asked.
enum Step {
    Done(Answer),
    /// Servers of this zone know more.
    Down(Name, Vec<Server>),
    /// Nothing: ask another server.
    Useless,
}

impl<N: Network> Resolver<N> {
    /// A resolver that begins with the servers at `roots`.
    pub fn new(network: N, roots: Vec<Ipv4Addr>) -> Self {
        Self { network, roots }
    }

    /// Finds the records of `kind` that `name` has.
    ///
    /// # Errors
    ///
    /// When no server helps, or when finding them takes more than is allowed.
    pub async fn resolve(&self, name: &Name, kind: Type) -> Result<Answer, Error> {
        let mut left = MAX_QUERIES;
        self.follow(name, kind, &mut left).await
    }

    /// Goes from alias to alias; `left` queries may be sent.
    async fn follow(&self, name: &Name, kind: Type, left: &mut usize) -> Result<Answer, Error> {
        let mut name = name.clone();
        let mut way = Vec::new();
        loop {
            let records = match self.descend(&name, kind, left).await? {
                Answer::Records(records) => records,
                none => return Ok(none),
            };
            let target = match &records[..] {
                [record] if kind != Type::CNAME => match &record.data {
                    Data::Cname(target) => Some(target.clone()),
                    _ => None,
                },
                _ => None,
            };
            way.extend(records);
            match target {
                None => return Ok(Answer::Records(way)),
                Some(_) if way.len() > MAX_ALIASES => return Err(Error::TooManyAliases),
                // From the root again: this server may not speak for another zone.
                Some(target) => name = target,
            }
        }
    }

    /// Goes from zone to zone, down to one that has `name` or says that it doesn't
    /// exist. An alias is a record here.
    async fn descend(&self, name: &Name, kind: Type, left: &mut usize) -> Result<Answer, Error> {
        let mut zone = Name::root();
        let mut servers: Vec<Server> = self.roots.iter().copied().map(Server::At).collect();
        'zone: loop {
            for server in servers {
                for address in self.addresses_of(server, left).await? {
                    let Some(reply) = self.ask(address, name, kind, left).await? else {
                        continue;
                    };
                    match read(&reply, &zone, name, kind) {
                        Step::Done(answer) => return Ok(answer),
                        // Down each time, so there is an end.
                        Step::Down(below, known) => {
                            (zone, servers) = (below, known);
                            continue 'zone;
                        }
                        Step::Useless => {}
                    }
                }
            }
            return Err(Error::NoServer(zone));
        }
    }

    /// Where a server is; nowhere, if it can't be found.
    async fn addresses_of(&self, server: Server, left: &mut usize) -> Result<Vec<Ipv4Addr>, Error> {
        let host = match server {
            Server::At(address) => return Ok(vec![address]),
            Server::Named(host) => host,
        };
        // A future that holds itself would have no size.
        match Box::pin(self.follow(&host, Type::A, left)).await {
            Ok(Answer::Records(records)) => Ok(records.iter().filter_map(address).collect()),
            Err(Error::TooManyQueries) => Err(Error::TooManyQueries),
            Ok(_) | Err(_) => Ok(Vec::new()),
        }
    }

    /// Asks one server; `None` if there is no answer, or none to this question.
    async fn ask(
        &self,
        server: Ipv4Addr,
        name: &Name,
        kind: Type,
        left: &mut usize,
    ) -> Result<Option<Message>, Error> {
        *left = left.checked_sub(1).ok_or(Error::TooManyQueries)?;
        let query = Message::query(self.network.random_id(), name.clone(), kind);
        // For the whole wait: whoever sends forged answers can't prolong it.
        let reply = timeout(PATIENCE, self.ask_udp(server, &query)).await;
        let Ok(Ok(reply)) = reply else {
            return Ok(None);
        };
        if !reply.flags.truncated {
            return Ok(Some(reply));
        }
        let reply = timeout(PATIENCE, self.network.ask_tcp(server, &query)).await;
        match reply {
            Ok(Ok(reply)) if reply.answers(&query) => Ok(Some(reply)),
            _ => Ok(None),
        }
    }

    async fn ask_udp(&self, server: Ipv4Addr, query: &Message) -> io::Result<Message> {
        self.network.send(server, query).await?;
        loop {
            let (from, reply) = self.network.receive().await;
            // Anything else is late or forged, and the true answer may follow it.
            if from == server && reply.answers(query) {
                return Ok(reply);
            }
        }
    }
}

/// What a server of `zone` has said, as far as it may say it.
fn read(reply: &Message, zone: &Name, name: &Name, kind: Type) -> Step {
    if !matches!(reply.status, Status::NO_ERROR | Status::NO_NAME) {
        return Step::Useless;
    }
    if !reply.flags.authoritative {
        return referral(reply, zone, name);
    }
    // Of this name alone: records of others may be put in by anybody.
    let of = |kind: Type| -> Vec<Record> {
        let own = reply.answers.iter().filter(|record| {
            record.name == *name && record.class == Class::IN && record.data.kind() == kind
        });
        own.cloned().collect()
    };
    let (records, mut alias) = (of(kind), of(Type::CNAME));
    alias.truncate(1); // there is one, or the zone is wrong
    Step::Done(match reply.status {
        _ if !records.is_empty() => Answer::Records(records),
        // The status is that of the last alias: RFC 6604, section 3.
        _ if !alias.is_empty() => Answer::Records(alias),
        Status::NO_NAME => Answer::NoName,
        _ => Answer::NoData,
    })
}

/// The zone below `zone` on the way to `name`, and its servers.
fn referral(reply: &Message, zone: &Name, _name: &Name) -> Step {
    let servers = reply.authorities.iter().filter_map(|record| {
        let Data::Ns(host) = &record.data else {
            return None;
        };
        Some((&record.name, host))
    });
    let servers: Vec<(&Name, &Name)> = servers.collect();
    let Some((below, _)) = servers.first().copied() else {
        return Step::Useless;
    };
    let hosts = servers.iter().filter(|(of, _)| *of == below);
    let (mut known, mut named) = (Vec::new(), Vec::new());
    for (_, host) in hosts {
        // A server of com may say where hosts in com are, and no others.
        let trusted = host.is_within(zone);
        let glue = reply
            .additionals
            .iter()
            .filter(|record| trusted && record.name == **host);
        let glue: Vec<Ipv4Addr> = glue.filter_map(address).collect();
        if glue.is_empty() {
            named.push(Server::Named((*host).clone()));
        }
        known.extend(glue.into_iter().map(Server::At));
    }
    // Those that can be asked at once come first.
    known.extend(named);
    Step::Down(below.clone(), known)
}

fn address(record: &Record) -> Option<Ipv4Addr> {
    match record.data {
        Data::A(address) => Some(address),
        _ => None,
    }
}
