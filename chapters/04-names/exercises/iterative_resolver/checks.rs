use super::*;

use std::cell::{Cell, RefCell};
use std::future::Future;
use std::io;
use std::net::Ipv4Addr;
use std::time::Duration;

use names::Name;
use names::message::{MAX_MESSAGE, Message, Status};
use names::record::{Class, Data, Record, Type};
use names::server::{Server as NameServer, Transport};
use names::zone::Zone;
use testkit::check_async;
use tokio::sync::Notify;
use tokio::time::{Instant, sleep, sleep_until, timeout_at};

const ROOT: Ipv4Addr = Ipv4Addr::new(198, 51, 100, 1);
const COM: Ipv4Addr = Ipv4Addr::new(198, 51, 100, 2);
const NET: Ipv4Addr = Ipv4Addr::new(198, 51, 100, 3);
const NS1: Ipv4Addr = Ipv4Addr::new(192, 0, 2, 1);
const NS2: Ipv4Addr = Ipv4Addr::new(192, 0, 2, 2);
const OTHER: Ipv4Addr = Ipv4Addr::new(192, 0, 2, 3);
const IMPOSTOR: Ipv4Addr = Ipv4Addr::new(203, 0, 113, 66);
/// What an impostor wants you to believe.
const FORGED: Ipv4Addr = Ipv4Addr::new(203, 0, 113, 99);

/// Every zone begins with this.
const SOA: &str = "$TTL 3600\n@ SOA ns hostmaster 1 7200 900 1209600 300\n";

/// A server's address, its name, and the zones that it keeps: origin and records.
type Place = (
    Ipv4Addr,
    &'static str,
    &'static [(&'static str, &'static str)],
);

/// The hierarchy.
const HIERARCHY: &[Place] = &[
    (ROOT, "the root", &[(".", ROOT_ZONE)]),
    (COM, "com", &[("com.", COM_ZONE)]),
    (NET, "net", &[("net.", NET_ZONE)]),
    (NS1, "ns1.example.com", &[("example.com.", EXAMPLE_COM)]),
    (NS2, "ns2.example.com", &[("example.com.", EXAMPLE_COM)]),
    (
        OTHER,
        "ns.example.net",
        &[
            ("example.net.", "www A 192.0.2.90\nns A 192.0.2.3\n"),
            ("hosted.com.", "www A 192.0.2.91\n"),
            ("stray.com.", "www A 192.0.2.92\n"),
            ("mixed.com.", "www A 192.0.2.93\n"),
            ("unlit.com.", "www A 192.0.2.94\n"),
        ],
    ),
    (IMPOSTOR, "an impostor", &[(".", "* A 203.0.113.99\n")]),
];

const ROOT_ZONE: &str = "
here    A   192.0.2.99
com     NS  ns.com.
ns.com  A   198.51.100.2
net     NS  ns.net.
ns.net  A   198.51.100.3
";

const COM_ZONE: &str = "
example      NS  ns1.example
example      NS  ns2.example
ns1.example  A   192.0.2.1
ns2.example  A   192.0.2.2
; Its server has an address that com does not know.
hosted       NS  ns.example.net.
; One of its servers does not exist.
stray        NS  ns.nowhere.net.
stray        NS  ns.example.net.
; Nobody is at the one address that com knows.
mixed        NS  ns.mixed
mixed        NS  ns.example.net.
ns.mixed     A   192.0.2.9
; One of its servers is in a zone whose only server is nowhere.
unlit        NS  ns1.dark
unlit        NS  ns.example.net.
dark         NS  ns.dark
ns.dark      A   192.0.2.9
; Each can be found with the help of the other alone.
circle-a     NS  ns.circle-b
circle-b     NS  ns.circle-a
";

const NET_ZONE: &str = "
example     NS  ns.example
ns.example  A   192.0.2.3
";

const EXAMPLE_COM: &str = r#"
www     A      192.0.2.80
www     A      192.0.2.81
mail    MX     10 www
web     CNAME  www
away    CNAME  www.example.net.
gone    CNAME  nowhere
circle  CNAME  around
around  CNAME  circle
; From a1 it takes 8 aliases to www, from a0 it takes 9.
a0      CNAME  a1
a1      CNAME  a2
a2      CNAME  a3
a3      CNAME  a4
a4      CNAME  a5
a5      CNAME  a6
a6      CNAME  a7
a7      CNAME  a8
a8      CNAME  www
"#;

/// What a server does that it should not, or what somebody does to its answers.
#[derive(Clone, Debug)]
enum Trick {
    /// It says nothing.
    Silent,
    /// It says that it doesn't want to.
    Refuses,
    /// It knows nothing, and says so as if that were an answer.
    Lame,
    /// It sends everybody back to the root.
    SendsUp,
    /// It sends everybody to itself.
    SendsRound,
    /// It sends everybody to an impostor, for a zone that nobody asked for.
    SendsAside,
    /// It has an answer, which it made up, and no authority.
    MadeUp,
    /// A forged answer comes before the true one.
    Forged(Forgery),
    /// Forged answers come, one each second, for half a minute. The true one doesn't.
    Flood,
    /// No datagram to it can be sent.
    Unreachable,
    /// Over TCP it refuses the connection.
    NoTcp,
    /// Over TCP it says nothing.
    SilentTcp,
    /// Its answers, whatever they are, say that there is no such name.
    SaysNoName,
    /// It knows nothing, has no authority, and says that there is no such name.
    LameNoName,
    /// Over TCP it answers with another id.
    TcpMixedUp,
    /// It puts this into the answer section as well.
    Answers(Record),
    /// It puts this into the additional section as well.
    Adds(Record),
}

/// What is wrong with a forged answer; all else about it is right.
#[derive(Clone, Copy, Debug)]
enum Forgery {
    Id,
    Source,
    Question,
    Query,
}

/// How long a datagram is on its way, to a server and back.
const ROUND_TRIP: Duration = Duration::from_millis(20);
/// More datagrams than any resolution needs.
const ENOUGH: usize = 100;

/// All name servers that there are, and what was said: told, step by step, when a
/// check fails.
struct World {
    steps: RefCell<Vec<String>>,
    told: Cell<bool>,
    hosts: Vec<Host>,
    state: RefCell<State>,
    arrived: Notify,
    began: Instant,
}

struct Host {
    address: Ipv4Addr,
    name: &'static str,
    server: NameServer,
    tricks: Vec<Trick>,
}

#[derive(Default)]
struct State {
    /// On their way to the resolver, the first to arrive first.
    flying: Vec<(Instant, Ipv4Addr, Message)>,
    /// The ids that were given out, and how often each was used.
    ids: Vec<(u16, usize)>,
    /// Whom the resolver asked over UDP, and when.
    asked: Vec<(Ipv4Addr, Instant)>,
    foreign_ids: Vec<u16>,
}

impl World {
    fn new(tricks: &[(Ipv4Addr, Trick)]) -> World {
        World::with_zone(tricks, "", "")
    }

    /// With more in the zone `com`.
    fn with_zone(tricks: &[(Ipv4Addr, Trick)], zone: &str, more: &str) -> World {
        let hosts = HIERARCHY.iter().map(|(address, name, zones)| Host {
            address: *address,
            name,
            server: NameServer::new(
                zones
                    .iter()
                    .map(|(origin, text)| {
                        let more = if *origin == zone { more } else { "" };
                        let text = format!("$ORIGIN {origin}\n{SOA}{text}{more}");
                        Zone::parse(&text).unwrap_or_else(|error| panic!("{origin}: {error}"))
                    })
                    .collect(),
            ),
            tricks: tricks
                .iter()
                .filter(|(who, _)| who == address)
                .map(|(_, trick)| trick.clone())
                .collect(),
        });
        World {
            steps: RefCell::default(),
            told: Cell::new(false),
            hosts: hosts.collect(),
            state: RefCell::default(),
            arrived: Notify::new(),
            began: Instant::now(),
        }
    }

    fn host(&self, address: Ipv4Addr) -> Option<&Host> {
        self.hosts.iter().find(|host| host.address == address)
    }

    fn name(&self, address: Ipv4Addr) -> String {
        match self.host(address) {
            Some(host) => format!("{} ({address})", host.name),
            None => format!("nobody ({address})"),
        }
    }

    fn step(&self, what: String) {
        let at = self.began.elapsed().as_millis();
        self.steps.borrow_mut().push(format!("at {at} ms {what}"));
    }

    /// What was said; of very much the beginning and the end.
    fn history(&self) -> String {
        const FIRST: usize = 6;
        const LAST: usize = 12;
        let steps = self.steps.borrow();
        let mut text = "what was said:".to_owned();
        for (at, step) in steps.iter().enumerate() {
            if at < FIRST || at + LAST >= steps.len() {
                text.push_str(&format!("\n{:>3}. {step}", at + 1));
            } else if at == FIRST {
                text.push_str("\n     ...");
            }
        }
        text
    }

    /// What is wrong, and then what led to it.
    fn must(&self, met: bool, unmet: impl FnOnce() -> String) {
        if !met {
            self.told.set(true);
            panic!("{}\n{}", unmet(), self.history());
        }
    }

    /// How many queries were sent.
    fn queries(&self) -> usize {
        self.state.borrow().asked.len()
    }

    /// When this server was asked first.
    fn asked(&self, server: Ipv4Addr) -> Option<Duration> {
        let state = self.state.borrow();
        let first = state.asked.iter().find(|(who, _)| *who == server);
        first.map(|(_, at)| *at - self.began)
    }

    fn fly(&self, after: Duration, from: Ipv4Addr, message: Message) {
        let due = Instant::now() + after;
        let flying = &mut self.state.borrow_mut().flying;
        let place = flying.partition_point(|(other, ..)| *other <= due);
        flying.insert(place, (due, from, message));
    }

    /// The true answer of a server to a query, and what its tricks make of it.
    fn answer(&self, host: &Host, query: &Message, way: Transport) -> Option<Message> {
        let octets = query.encode(MAX_MESSAGE).ok()?;
        let reply = host.server.reply(&octets, way)?;
        let mut reply = Message::decode(&reply).ok()?;
        for trick in &host.tricks {
            match trick {
                Trick::Silent | Trick::Flood | Trick::Unreachable => return None,
                Trick::Refuses => {
                    reply = query.response();
                    reply.status = Status::REFUSED;
                    reply.flags.authoritative = true;
                }
                Trick::Lame => reply = query.response(),
                Trick::LameNoName => {
                    reply = query.response();
                    reply.status = Status::NO_NAME;
                }
                Trick::SaysNoName => reply.status = Status::NO_NAME,
                Trick::SendsUp => {
                    reply = query.response();
                    reply.authorities = vec![record(".", Data::Ns(parse("ns")))];
                    reply.additionals = vec![record("ns", Data::A(ROOT))];
                }
                Trick::SendsRound => {
                    reply = query.response();
                    reply.authorities = vec![record("example.com", Data::Ns(parse(host.name)))];
                    reply.additionals = vec![record(host.name, Data::A(host.address))];
                }
                Trick::SendsAside => {
                    reply = query.response();
                    let (zone, ns) = ("other.example.com", "ns.other.example.com");
                    reply.authorities = vec![record(zone, Data::Ns(parse(ns)))];
                    reply.additionals = vec![record(ns, Data::A(IMPOSTOR))];
                }
                Trick::MadeUp => {
                    reply = forge(query, None);
                    reply.flags.authoritative = false;
                }
                Trick::Answers(more) => reply.answers.push(more.clone()),
                Trick::Adds(more) => reply.additionals.push(more.clone()),
                Trick::Forged(_) | Trick::NoTcp | Trick::SilentTcp | Trick::TcpMixedUp => {}
            }
        }
        Some(reply)
    }
}

/// Tells what was said behind the message of a panic in the code under test.
impl Drop for World {
    fn drop(&mut self) {
        if std::thread::panicking() && !self.told.get() {
            eprintln!("{}", self.history());
        }
    }
}

/// A forged answer to a query.
fn forge(query: &Message, forgery: Option<Forgery>) -> Message {
    let mut forged = query.response();
    forged.flags.authoritative = true;
    for question in &query.questions {
        forged.answers.push(Record {
            name: question.name.clone(),
            ..record(".", Data::A(FORGED))
        });
    }
    match forgery {
        Some(Forgery::Id) => forged.id ^= 0x0fff,
        Some(Forgery::Question) => {
            for question in &mut forged.questions {
                question.kind = Type::TXT;
            }
        }
        Some(Forgery::Query) => forged.flags.response = false,
        Some(Forgery::Source) | None => {}
    }
    forged
}

impl Network for &World {
    fn random_id(&self) -> u16 {
        let ids = &mut self.state.borrow_mut().ids;
        // No two are the same, and none is the one before and a little more.
        let id = (ids.len() as u16 + 1).wrapping_mul(40_503);
        ids.push((id, 0));
        id
    }

    fn send(&self, server: Ipv4Addr, query: &Message) -> impl Future<Output = io::Result<()>> {
        self.step(format!("-> {}: {}", self.name(server), show(query)));
        {
            let state = &mut *self.state.borrow_mut();
            state.asked.push((server, Instant::now()));
            match state.ids.iter_mut().find(|(id, _)| *id == query.id) {
                Some((_, uses)) => *uses += 1,
                None => state.foreign_ids.push(query.id),
            }
        }
        self.must(self.queries() < ENOUGH, || {
            format!("{ENOUGH} queries have been sent, and there is no end of it")
        });
        if let Some(host) = self.host(server) {
            for trick in &host.tricks {
                match trick {
                    Trick::Unreachable => {
                        self.step("   it can't be sent: the host is unreachable".to_owned());
                        return std::future::ready(Err(io::ErrorKind::HostUnreachable.into()));
                    }
                    Trick::Forged(forgery) => {
                        let from = match forgery {
                            Forgery::Source => IMPOSTOR,
                            _ => server,
                        };
                        self.fly(ROUND_TRIP / 2, from, forge(query, Some(*forgery)));
                    }
                    Trick::Flood => {
                        for second in 0..30 {
                            let after = ROUND_TRIP + Duration::from_secs(second);
                            self.fly(after, server, forge(query, Some(Forgery::Id)));
                        }
                    }
                    _ => {}
                }
            }
            if let Some(reply) = self.answer(host, query, Transport::Udp) {
                self.fly(ROUND_TRIP, server, reply);
            }
        }
        self.arrived.notify_one();
        std::future::ready(Ok(()))
    }

    async fn receive(&self) -> (Ipv4Addr, Message) {
        loop {
            let due = self.state.borrow().flying.first().map(|(due, ..)| *due);
            match due {
                Some(due) if due <= Instant::now() => {
                    let (_, from, message) = self.state.borrow_mut().flying.remove(0);
                    self.step(format!("<- {}: {}", self.name(from), show(&message)));
                    return (from, message);
                }
                // Whichever comes first; then look again.
                Some(due) => {
                    let _ = timeout_at(due, self.arrived.notified()).await;
                }
                None => self.arrived.notified().await,
            }
        }
    }

    async fn ask_tcp(&self, server: Ipv4Addr, query: &Message) -> io::Result<Message> {
        self.step(format!(
            "-> {} over TCP: {}",
            self.name(server),
            show(query)
        ));
        sleep(2 * ROUND_TRIP).await;
        let host = self.host(server).ok_or(io::ErrorKind::TimedOut)?;
        let tricks = &host.tricks;
        if tricks.iter().any(|trick| matches!(trick, Trick::NoTcp)) {
            self.step(format!("<- {}: connection refused", self.name(server)));
            return Err(io::ErrorKind::ConnectionRefused.into());
        }
        let silent = tricks.iter().any(|trick| matches!(trick, Trick::SilentTcp));
        let mixed_up = tricks
            .iter()
            .any(|trick| matches!(trick, Trick::TcpMixedUp));
        let reply = match mixed_up {
            true => Some(forge(query, Some(Forgery::Id))),
            false => self.answer(host, query, Transport::Tcp),
        };
        let Some(reply) = reply.filter(|_| !silent) else {
            sleep_until(Instant::now() + Duration::from_secs(300)).await;
            return Err(io::ErrorKind::TimedOut.into());
        };
        self.step(format!(
            "<- {} over TCP: {}",
            self.name(server),
            show(&reply)
        ));
        Ok(reply)
    }
}

/// A message in a line.
fn show(message: &Message) -> String {
    let mut parts = Vec::new();
    for question in &message.questions {
        parts.push(format!("{} {}", question.name, question.kind));
    }
    parts.push(format!("id {}", message.id));
    if !message.flags.response {
        return format!("query {}", parts.join(", "));
    }
    if message.flags.authoritative {
        parts.push("authoritative".to_owned());
    }
    if message.flags.truncated {
        parts.push("truncated".to_owned());
    }
    if message.status != Status::NO_ERROR {
        parts.push(message.status.to_string());
    }
    for (title, records) in [
        ("answer", &message.answers),
        ("authority", &message.authorities),
        ("additional", &message.additionals),
    ] {
        if !records.is_empty() {
            parts.push(format!("{title}: {}", show_records(records)));
        }
    }
    format!("response {}", parts.join(", "))
}

fn show_records(records: &[Record]) -> String {
    const SHOWN: usize = 4;
    let mut shown: Vec<String> = records
        .iter()
        .take(SHOWN)
        .map(|record| {
            let data: String = record.data.to_string().chars().take(40).collect();
            match record.data.kind() {
                Type::SOA => format!("{} SOA", record.name),
                kind => format!("{} {kind} {data}", record.name),
            }
        })
        .collect();
    if records.len() > SHOWN {
        shown.push(format!("and {} more", records.len() - SHOWN));
    }
    shown.join("; ")
}

fn show_result(result: &Result<Answer, Error>) -> String {
    match result {
        Ok(Answer::Records(records)) => show_records(records),
        Ok(Answer::NoData) => "NoData".to_owned(),
        Ok(Answer::NoName) => "NoName".to_owned(),
        Err(error) => format!("the error \"{error}\""),
    }
}

fn parse(name: &str) -> Name {
    name.parse()
        .unwrap_or_else(|error| panic!("{name}: {error}"))
}

fn record(name: &str, data: Data) -> Record {
    Record {
        name: parse(name),
        class: Class::IN,
        ttl: 3600,
        data,
    }
}

fn a(name: &str, host: u8) -> Record {
    record(name, Data::A(Ipv4Addr::new(192, 0, 2, host)))
}

fn cname(name: &str, target: &str) -> Record {
    record(name, Data::Cname(parse(target)))
}

/// The addresses of www.example.com.
fn www() -> Vec<Record> {
    vec![a("www.example.com", 80), a("www.example.com", 81)]
}

async fn resolve(world: &World, name: &str, kind: Type) -> Result<Answer, Error> {
    Resolver::new(world, vec![ROOT])
        .resolve(&parse(name), kind)
        .await
}

/// Resolving `name` gives `expected`; `why` says why.
async fn expect(world: &World, name: &str, kind: Type, expected: Result<Answer, Error>, why: &str) {
    let got = resolve(world, name, kind).await;
    world.must(got == expected, || {
        let (expected, got) = (show_result(&expected), show_result(&got));
        format!("{name} {kind}: {why}. Expected {expected}, got {got}")
    });
}

async fn expect_records(
    world: &World,
    name: &str,
    kind: Type,
    records: impl IntoIterator<Item = Record>,
    why: &str,
) {
    let expected = Ok(Answer::Records(records.into_iter().collect()));
    expect(world, name, kind, expected, why).await;
}

/// Some of the servers of example.com play tricks: the addresses of www.example.com
/// are found all the same.
async fn expect_www(tricks: &[(Ipv4Addr, Trick)], why: &str) {
    let world = World::new(tricks);
    expect_records(&world, "www.example.com", Type::A, www(), why).await;
}

#[test]
#[ignore = "exercise"]
fn the_root_itself_answers() {
    check_async(|| async {
        let world = World::new(&[]);
        let why = "the root's server knows it";
        expect_records(&world, "here", Type::A, [a("here", 99)], why).await;
    });
}

#[test]
#[ignore = "exercise"]
fn one_zone_refers_to_the_next() {
    check_async(|| expect_www(&[], "the root refers to com, and com to example.com"));
}

#[test]
#[ignore = "exercise"]
fn a_name_that_does_not_exist() {
    check_async(|| async {
        let world = World::new(&[]);
        for name in ["nowhere.example.com", "nowhere.com", "nowhere"] {
            let why = "a server of its zone says that there is no such name";
            expect(&world, name, Type::A, Ok(Answer::NoName), why).await;
        }
    });
}

#[test]
#[ignore = "exercise"]
fn a_name_without_such_a_record() {
    check_async(|| async {
        let world = World::new(&[]);
        for (name, kind) in [
            ("www.example.com", Type::AAAA),
            ("mail.example.com", Type::A),
        ] {
            let why = "the name exists, and has records of another type";
            expect(&world, name, kind, Ok(Answer::NoData), why).await;
        }
    });
}

#[test]
#[ignore = "exercise"]
fn every_query_has_an_id_of_its_own() {
    check_async(|| async {
        let world = World::new(&[]);
        let why = "it takes three queries";
        expect_records(&world, "www.example.com", Type::A, www(), why).await;
        let state = world.state.borrow();
        let foreign = &state.foreign_ids;
        world.must(foreign.is_empty(), || {
            format!("the ids {foreign:?} are not from random_id: somebody may guess them")
        });
        for (id, uses) in &state.ids {
            world.must(*uses <= 1, || {
                format!("{uses} queries have the id {id}: whoever saw one knows the others")
            });
        }
    });
}

#[test]
#[ignore = "exercise"]
fn the_next_server_when_one_is_silent() {
    check_async(|| async {
        let why = "one of the two servers of example.com is silent, the other answers";
        for silent in [NS1, NS2] {
            expect_www(&[(silent, Trick::Silent)], why).await;
        }
    });
}

#[test]
#[ignore = "exercise"]
fn the_next_server_when_one_is_unreachable() {
    check_async(|| async {
        let why = "no datagram can be sent to one of the two servers of example.com, the other \
                   answers";
        for unreachable in [NS1, NS2] {
            expect_www(&[(unreachable, Trick::Unreachable)], why).await;
        }
    });
}

#[test]
#[ignore = "exercise"]
fn the_next_server_when_one_refuses() {
    check_async(|| async {
        let why = "one of the two servers of example.com refuses, the other answers";
        for refuses in [NS1, NS2] {
            expect_www(&[(refuses, Trick::Refuses)], why).await;
        }
    });
}

#[test]
#[ignore = "exercise"]
fn the_next_server_when_one_knows_nothing() {
    check_async(|| async {
        let why = "one of the two servers of example.com has no answer, no referral, and no \
                   authority to say that there is nothing; the other answers";
        for lame in [NS1, NS2] {
            expect_www(&[(lame, Trick::Lame)], why).await;
        }
    });
}

#[test]
#[ignore = "exercise"]
fn nobody_is_sent_back_up() {
    check_async(|| async {
        let why = "one of the two servers of example.com refers to the root, which is no step \
                   down; the other answers";
        for up in [NS1, NS2] {
            expect_www(&[(up, Trick::SendsUp)], why).await;
        }
    });
}

#[test]
#[ignore = "exercise"]
fn nobody_is_sent_round() {
    check_async(|| async {
        let why = "one of the two servers of example.com refers to example.com, which is no step \
                   down; the other answers";
        for round in [NS1, NS2] {
            expect_www(&[(round, Trick::SendsRound)], why).await;
        }
    });
}

#[test]
#[ignore = "exercise"]
fn nobody_is_sent_aside() {
    check_async(|| async {
        let why = "one of the two servers of example.com refers to other.example.com, in which \
                   www.example.com is not; the other answers";
        for aside in [NS1, NS2] {
            expect_www(&[(aside, Trick::SendsAside)], why).await;
        }
    });
}

#[test]
#[ignore = "exercise"]
fn an_answer_without_authority_is_of_no_use() {
    check_async(|| async {
        let why = "one of the two servers of example.com has an address without the flag \
                   authoritative; the other answers";
        for made_up in [NS1, NS2] {
            expect_www(&[(made_up, Trick::MadeUp)], why).await;
        }
    });
}

#[test]
#[ignore = "exercise"]
fn the_next_root_when_one_is_silent() {
    check_async(|| async {
        let world = World::new(&[]);
        let got = Resolver::new(&world, vec![FORGED, ROOT])
            .resolve(&parse("here"), Type::A)
            .await;
        let expected = Ok(Answer::Records(vec![a("here", 99)]));
        world.must(got == expected, || {
            let (expected, got) = (show_result(&expected), show_result(&got));
            format!(
                "of two servers of the root the first is silent. Expected {expected}, got {got}"
            )
        });
    });
}

#[test]
#[ignore = "exercise"]
fn when_no_server_answers() {
    check_async(|| async {
        let world = World::new(&[(NS1, Trick::Silent), (NS2, Trick::Refuses)]);
        let expected = Err(Error::NoServer(parse("example.com")));
        let why = "one server of example.com is silent, and the other refuses";
        expect(&world, "www.example.com", Type::A, expected, why).await;
    });
}

#[test]
#[ignore = "exercise"]
fn patience_has_an_end() {
    check_async(|| async {
        let why = "forged answers of one server come every second, and never the true one; the \
                   other answers";
        for (flood, other) in [(NS1, NS2), (NS2, NS1)] {
            let world = World::new(&[(flood, Trick::Flood)]);
            expect_records(&world, "www.example.com", Type::A, www(), why).await;
            if let (Some(first), Some(then)) = (world.asked(flood), world.asked(other)) {
                let waited = then.saturating_sub(first);
                world.must(waited <= PATIENCE, || {
                    format!(
                        "forged answers of one server came every second. The other was asked \
                         after {waited:?}, where PATIENCE is {PATIENCE:?}"
                    )
                });
            }
        }
    });
}

#[test]
#[ignore = "exercise"]
fn an_answer_with_another_id_is_passed_over() {
    check_async(|| async {
        let forged = Trick::Forged(Forgery::Id);
        let why = "an answer with another id came first, and then the true one";
        expect_www(&[(NS1, forged.clone()), (NS2, forged)], why).await;
    });
}

#[test]
#[ignore = "exercise"]
fn an_answer_from_somebody_else_is_passed_over() {
    check_async(|| async {
        let forged = Trick::Forged(Forgery::Source);
        let why = "an answer from somebody else came first, and then the true one";
        expect_www(&[(NS1, forged.clone()), (NS2, forged)], why).await;
    });
}

#[test]
#[ignore = "exercise"]
fn an_answer_to_another_question_is_passed_over() {
    check_async(|| async {
        let forged = Trick::Forged(Forgery::Question);
        let why = "an answer to another question came first, and then the true one";
        expect_www(&[(NS1, forged.clone()), (NS2, forged)], why).await;
    });
}

#[test]
#[ignore = "exercise"]
fn a_query_is_no_answer() {
    check_async(|| async {
        let forged = Trick::Forged(Forgery::Query);
        let why = "a message that is no response came first, and then the true one";
        expect_www(&[(NS1, forged.clone()), (NS2, forged)], why).await;
    });
}

/// A zone with an answer that no datagram holds.
fn long_texts() -> (String, Vec<Record>) {
    let text = "x".repeat(250);
    let lines = (0..6).map(|number| format!("long TXT \"{number}{text}\"\n"));
    let records = (0..6).map(|number| {
        let text = format!("{number}{text}").into_bytes();
        record("long.example.com", Data::Txt(vec![text]))
    });
    (lines.collect(), records.collect())
}

#[test]
#[ignore = "exercise"]
fn what_is_truncated_is_asked_for_over_tcp() {
    check_async(|| async {
        let (zone, texts) = long_texts();
        let world = World::with_zone(&[], "example.com.", &zone);
        let why = "over UDP the answer is truncated, over TCP it is whole";
        expect_records(&world, "long.example.com", Type::TXT, texts, why).await;
    });
}

#[test]
#[ignore = "exercise"]
fn the_next_server_when_one_has_no_tcp() {
    check_async(|| async {
        let (zone, texts) = long_texts();
        for refuses in [NS1, NS2] {
            let tricks = [(refuses, Trick::NoTcp)];
            let world = World::with_zone(&tricks, "example.com.", &zone);
            let why = "one server refuses connections, the other answers over TCP";
            expect_records(&world, "long.example.com", Type::TXT, texts.clone(), why).await;
        }
    });
}

#[test]
#[ignore = "exercise"]
fn an_answer_over_tcp_is_checked_too() {
    check_async(|| async {
        let (zone, texts) = long_texts();
        for mixes_up in [NS1, NS2] {
            let tricks = [(mixes_up, Trick::TcpMixedUp)];
            let world = World::with_zone(&tricks, "example.com.", &zone);
            let why = "over TCP one server answers with another id, the other with the right one";
            expect_records(&world, "long.example.com", Type::TXT, texts.clone(), why).await;
        }
    });
}

#[test]
#[ignore = "exercise"]
fn patience_over_tcp_has_an_end() {
    check_async(|| async {
        let (zone, texts) = long_texts();
        for (silent, other) in [(NS1, NS2), (NS2, NS1)] {
            let tricks = [(silent, Trick::SilentTcp)];
            let world = World::with_zone(&tricks, "example.com.", &zone);
            let why = "one server never answers over TCP, the other does";
            expect_records(&world, "long.example.com", Type::TXT, texts.clone(), why).await;
            if let (Some(first), Some(then)) = (world.asked(silent), world.asked(other)) {
                let waited = then.saturating_sub(first);
                world.must(waited <= PATIENCE + 4 * ROUND_TRIP, || {
                    format!(
                        "one server never answered over TCP. The other was asked after \
                         {waited:?}, where PATIENCE is {PATIENCE:?}"
                    )
                });
            }
        }
    });
}

#[test]
#[ignore = "exercise"]
fn the_same_question_over_tcp_is_not_counted() {
    // As many servers as questions are left after the root's and com's.
    const SERVERS: usize = MAX_QUERIES - 2;

    check_async(|| async {
        let what = format!(
            "{MAX_QUERIES} servers were asked, and {SERVERS} of them once more over TCP, which \
             isn't counted"
        );
        expect_of_cut(SERVERS, Err(Error::NoServer(parse("big.com"))), &what).await;
    });
}

#[test]
#[ignore = "exercise"]
fn a_question_without_an_answer_is_counted() {
    check_async(|| async {
        let what = format!(
            "there are {} servers to ask, and none has an answer of use: a question is counted \
             when it is asked",
            MAX_QUERIES + 1
        );
        expect_of_cut(MAX_QUERIES - 1, Err(Error::TooManyQueries), &what).await;
    });
}

/// What there is to say where com refers to so many servers of `Cut`.
async fn expect_of_cut(servers: usize, expected: Result<Answer, Error>, what: &str) {
    let world = World::new(&[]);
    let network = Cut {
        world: &world,
        servers,
    };
    let got = Resolver::new(network, vec![ROOT])
        .resolve(&parse("www.big.com"), Type::A)
        .await;
    world.must(got == expected, || {
        let (expected, got) = (show_result(&expected), show_result(&got));
        format!("{what}. Expected {expected}, got {got}")
    });
}

/// The same network, in which com refers to many servers, each of which cuts its answer
/// short and refuses connections.
struct Cut<'a> {
    world: &'a World,
    servers: usize,
}

impl Network for Cut<'_> {
    fn random_id(&self) -> u16 {
        (&self.world).random_id()
    }

    async fn send(&self, server: Ipv4Addr, query: &Message) -> io::Result<()> {
        if server == ROOT {
            return (&self.world).send(server, query).await;
        }
        self.world
            .step(format!("-> {}: {}", self.world.name(server), show(query)));
        let mut reply = query.response();
        if server == COM {
            for host in 0..self.servers {
                let name = format!("ns{host}.big.com");
                reply
                    .authorities
                    .push(record("big.com", Data::Ns(parse(&name))));
                reply.additionals.push(a(&name, 100 + host as u8));
            }
        } else {
            reply.flags.truncated = true;
        }
        self.world.fly(ROUND_TRIP, server, reply);
        self.world.arrived.notify_one();
        Ok(())
    }

    async fn receive(&self) -> (Ipv4Addr, Message) {
        (&self.world).receive().await
    }

    async fn ask_tcp(&self, _: Ipv4Addr, _: &Message) -> io::Result<Message> {
        Err(io::ErrorKind::ConnectionRefused.into())
    }
}

#[test]
#[ignore = "exercise"]
fn an_alias_is_followed() {
    check_async(|| async {
        let world = World::new(&[]);
        let mut expected = vec![cname("web.example.com", "www.example.com")];
        expected.extend(www());
        let why = "it is an alias of www.example.com";
        expect_records(&world, "web.example.com", Type::A, expected, why).await;
    });
}

#[test]
#[ignore = "exercise"]
fn an_alias_is_followed_into_another_zone() {
    check_async(|| async {
        let world = World::new(&[]);
        let expected = [
            cname("away.example.com", "www.example.net"),
            a("www.example.net", 90),
        ];
        let why = "it is an alias of www.example.net, which other servers know";
        expect_records(&world, "away.example.com", Type::A, expected, why).await;
    });
}

#[test]
#[ignore = "exercise"]
fn an_alias_that_is_asked_for_is_not_followed() {
    check_async(|| async {
        let world = World::new(&[]);
        let expected = [cname("away.example.com", "www.example.net")];
        let why = "the question is for the alias itself";
        expect_records(&world, "away.example.com", Type::CNAME, expected, why).await;
    });
}

#[test]
#[ignore = "exercise"]
fn an_alias_goes_before_the_status() {
    check_async(|| async {
        let wrong = Trick::SaysNoName;
        let world = World::new(&[(NS1, wrong.clone()), (NS2, wrong)]);
        let expected = [
            cname("away.example.com", "www.example.net"),
            a("www.example.net", 90),
        ];
        let why = "the servers of example.com say NO_NAME, and have an alias of the name: the \
                   status is about www.example.net, of which they know nothing";
        expect_records(&world, "away.example.com", Type::A, expected, why).await;
    });
}

#[test]
#[ignore = "exercise"]
fn nobody_without_authority_says_that_there_is_no_such_name() {
    check_async(|| async {
        let why = "one of the two servers of example.com says NO_NAME without the flag \
                   authoritative; the other answers";
        for lame in [NS1, NS2] {
            expect_www(&[(lame, Trick::LameNoName)], why).await;
        }
    });
}

#[test]
#[ignore = "exercise"]
fn an_alias_of_nothing() {
    check_async(|| async {
        let world = World::new(&[]);
        let why = "it is an alias of a name that does not exist";
        expect(&world, "gone.example.com", Type::A, Ok(Answer::NoName), why).await;
    });
}

#[test]
#[ignore = "exercise"]
fn eight_aliases_are_followed() {
    check_async(|| async {
        let world = World::new(&[]);
        let mut expected: Vec<Record> = (1..8)
            .map(|number| {
                let (from, to) = (format!("a{number}"), format!("a{}", number + 1));
                cname(&format!("{from}.example.com"), &format!("{to}.example.com"))
            })
            .collect();
        expected.push(cname("a8.example.com", "www.example.com"));
        expected.extend(www());
        let why = "8 aliases lead to www.example.com";
        expect_records(&world, "a1.example.com", Type::A, expected, why).await;
    });
}

#[test]
#[ignore = "exercise"]
fn nine_aliases_are_too_many() {
    check_async(|| async {
        let world = World::new(&[]);
        let why = "9 aliases lead to www.example.com, where 8 are allowed";
        let expected = Err(Error::TooManyAliases);
        expect(&world, "a0.example.com", Type::A, expected, why).await;
    });
}

#[test]
#[ignore = "exercise"]
fn aliases_in_a_circle_have_an_end() {
    check_async(|| async {
        let world = World::new(&[]);
        let why = "it is an alias of around.example.com, and that one of circle.example.com";
        let expected = Err(Error::TooManyAliases);
        expect(&world, "circle.example.com", Type::A, expected, why).await;
    });
}

#[test]
#[ignore = "exercise"]
fn nobody_answers_for_another_zone() {
    check_async(|| async {
        // A server of example.com says where www.example.net is. It doesn't know.
        let lie = Trick::Answers(record("www.example.net", Data::A(FORGED)));
        let world = World::new(&[(NS1, lie.clone()), (NS2, lie)]);
        let expected = [
            cname("away.example.com", "www.example.net"),
            a("www.example.net", 90),
        ];
        let why = "the servers of example.com put an address of www.example.net beside their \
                   alias, which is not theirs to say";
        expect_records(&world, "away.example.com", Type::A, expected, why).await;
    });
}

#[test]
#[ignore = "exercise"]
fn a_record_of_another_name_is_no_answer() {
    check_async(|| async {
        let lie = Trick::Answers(record("ftp.example.com", Data::A(FORGED)));
        let why = "the servers of example.com put a record of ftp.example.com beside their \
                   answer, and the question was for www.example.com";
        expect_www(&[(NS1, lie.clone()), (NS2, lie)], why).await;
    });
}

#[test]
#[ignore = "exercise"]
fn a_server_without_glue_is_looked_up() {
    check_async(|| async {
        let world = World::new(&[]);
        let expected = [a("www.hosted.com", 91)];
        let why = "com refers to ns.example.net and can't say where that is";
        expect_records(&world, "www.hosted.com", Type::A, expected, why).await;
    });
}

#[test]
#[ignore = "exercise"]
fn a_server_without_glue_is_looked_up_beside_others() {
    check_async(|| async {
        let world = World::new(&[]);
        let expected = [a("www.mixed.com", 93)];
        let why = "com refers to ns.mixed.com, where nobody is, and to ns.example.net, and can't \
                   say where that is";
        expect_records(&world, "www.mixed.com", Type::A, expected, why).await;
    });
}

#[test]
#[ignore = "exercise"]
fn a_server_that_can_not_be_found_is_left_out() {
    check_async(|| async {
        let world = World::new(&[]);
        let expected = [a("www.stray.com", 92)];
        let why = "com refers to ns.nowhere.net, which does not exist, and to ns.example.net";
        expect_records(&world, "www.stray.com", Type::A, expected, why).await;
        let expected = [a("www.unlit.com", 94)];
        let why = "com refers to ns1.dark.com, and no server of dark.com answers, and to \
                   ns.example.net";
        expect_records(&world, "www.unlit.com", Type::A, expected, why).await;
    });
}

#[test]
#[ignore = "exercise"]
fn glue_for_another_zone_is_not_trusted() {
    check_async(|| async {
        let lie = Trick::Adds(record("ns.example.net", Data::A(IMPOSTOR)));
        let world = World::new(&[(COM, lie)]);
        let expected = [a("www.hosted.com", 91)];
        let why = "com refers to ns.example.net and says where that is. It is a server of com, \
                   and may say so of names in com alone";
        expect_records(&world, "www.hosted.com", Type::A, expected, why).await;
        world.must(world.asked(IMPOSTOR).is_none(), || {
            "an impostor was asked, whose address came from a server of another zone".to_owned()
        });
    });
}

#[test]
#[ignore = "exercise"]
fn servers_in_a_circle_have_an_end() {
    check_async(|| async {
        let world = World::new(&[]);
        let expected = Err(Error::TooManyQueries);
        let why = "its server is in circle-b.com, and the server of that one in circle-a.com";
        expect(&world, "www.circle-a.com", Type::A, expected, why).await;
    });
}

#[test]
#[ignore = "exercise"]
fn fifty_servers_have_an_end() {
    check_async(|| async {
        // One query of somebody would make you send a hundred to others.
        let servers = (0..50).map(|number| format!("many NS ns{number}.nowhere.net.\n"));
        let world = World::with_zone(&[], "com.", &servers.collect::<String>());
        let expected = Err(Error::TooManyQueries);
        let why = "it has 50 servers without addresses, none of which can be found";
        expect(&world, "www.many.com", Type::A, expected, why).await;
        let queries = world.queries();
        world.must(queries <= MAX_QUERIES, || {
            format!("{queries} queries were sent, where {MAX_QUERIES} are allowed")
        });
    });
}

#[test]
#[ignore = "exercise"]
fn aliases_share_the_questions() {
    check_async(|| async {
        // Two questions for each alias, and two for each server of the last name's zone.
        let aliases = (1..7).map(|number| format!("a{number} CNAME a{}.com.\n", number + 1));
        let servers = (0..20).map(|number| format!("many NS ns{number}.nowhere.net.\n"));
        let last = "a7 CNAME www.many.com.\n".to_owned();
        let zone: String = aliases.chain([last]).chain(servers).collect();
        let world = World::with_zone(&[], "com.", &zone);
        let expected = Err(Error::TooManyQueries);
        let why = "7 aliases lead to a name with 20 servers that can't be found: none of them \
                   takes too many queries, and all of them together do";
        expect(&world, "a1.com", Type::A, expected, why).await;
    });
}
