//! From the root down to an answer
//!
//! Difficulty: stretch
//! Page: 04-names/dns.md
//! Check: just check 4.5
//!
//! No server knows all names. Each knows its zone, and which servers know more about a
//! part of it. Write what every resolver does when its cache is empty: begin with the
//! servers of the root, and go down, zone by zone, to one that has the answer. On the
//! way, believe as little as you can: anybody can send you a datagram, and any server
//! can put into its answer what is not its to say.
//!
//! Asking a server:
//!
//! - Send `Message::query` with an id from `random_id`, another one for each question.
//! - What comes is the answer if it comes from the server that was asked and
//!   `Message::answers` the query: its id, its question, and that it is a response.
//!   Everything else is passed over. Wait `PATIENCE` in all.
//! - An answer with the flag `truncated` is as good as none: ask again over TCP, also
//!   for `PATIENCE`, and check id and question again.
//! - A datagram that can't be sent, no answer in time, a connection that fails, or an answer
//!   that is of no use: ask the next server of the zone. When there is none left, that is
//!   `NoServer` of the zone.
//!
//! Reading an answer (its `status` is `NO_ERROR` or `NO_NAME`, or it is of no use):
//!
//! - With the flag `authoritative` it is the end of the way down. It has records of the
//!   name and type asked for, or an alias (CNAME) of the name, or neither: then
//!   there is no such name, if `NO_NAME` says so, or no such record.
//! - Without the flag it may be a referral: NS records among the authorities, of a zone
//!   that is below the one that you are asking and that the name is in. Go on with its
//!   servers. Anything else is of no use.
//! - An A record among the additionals says where a server is, if the server's name is
//!   within the zone that you are asking. If it is not, or there is none, resolve the
//!   server's name, from the root. A server that can't be found is left out.
//!
//! An alias: from there on, resolve its target, from the root again. (Records of the
//! target that came along are not needed.) The aliases stand before the records in the
//! answer. More than `MAX_ALIASES` are `TooManyAliases`. An alias that was asked for,
//! with the type CNAME, is an answer.
//!
//! One `resolve` asks at most `MAX_QUERIES` questions, with all it has to find on the
//! way; the same one over TCP isn't counted. One more would be `TooManyQueries`.
//! Servers have IPv4 addresses alone here. There is no cache, which is exercise 4.3.
//!
//! It takes some 150 lines, more than any other exercise. Go from check to check: they
//! begin with a root that has the answer itself, and each asks for one thing more.
//! `Server` and `Step` below are a proposal. To look up a server's name is to resolve:
//! an async function that calls itself needs a `Box::pin(...)` around that call, because
//! a future that holds itself would have no size.
//!
//! `Message`, with its `flags`, `status` and the sections `answers`, `authorities` and
//! `additionals`, is in `chapters/04-names/src/message.rs`; `Record`, `Data` and `Class`
//! (the records here are all of `Class::IN`) in `record.rs`, and `Name`, with `root` and
//! `is_within`, in `name.rs` beside it.
//!
//! ```text
//! www.example.com A?  to the root          com NS ns.com, ns.com A 198.51.100.2
//! www.example.com A?  to 198.51.100.2      example.com NS ns1.example.com,
//!                                          ns1.example.com A 192.0.2.1
//! www.example.com A?  to 192.0.2.1         www.example.com A 192.0.2.80
//! ```

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
    pub async fn resolve(&self, name: &Name, kind: Type) -> Result<Answer, Error> {
        todo!()
    }
}
