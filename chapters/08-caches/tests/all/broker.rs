//! The broker of `mini-queue` without sockets, under a clock that the test sets.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use caches::at_least_once::Rules;
use caches::queue::{Broker, Client, Limits, Request, text};
use caches::resp_decoder::Value;
use proptest::prelude::*;
use testkit::heap;

const DEADLINE: u64 = 30;
const LIMITS: Limits = Limits {
    rules: Rules {
        deadline: Duration::from_secs(DEADLINE),
        attempts: 3,
        limit: 10,
    },
    queues: 3,
    octets: 1000,
    in_hand: 4,
    backlog: 3,
};

/// A broker, and what time it is there.
struct World {
    broker: Broker,
    now: Instant,
}

impl World {
    /// Clients 0 to 3 have come.
    fn new() -> World {
        let mut broker = Broker::new(LIMITS);
        for client in 0..4 {
            broker.come(Client(client));
        }
        let now = Instant::now();
        World { broker, now }
    }

    /// `client` asks for `words`; what it is told at once, as text.
    fn ask(&mut self, client: u64, words: &str) -> String {
        let words = words.split(' ');
        let words = words.map(|word| Value::Bulk(word.to_owned().into()));
        match Request::parse(&Value::Array(words.collect())) {
            Ok(request) => self.broker.ask(Client(client), request, self.now),
            Err(wrong) => return wrong,
        }
        match self.broker.waits(Client(client)) {
            true => "...".to_owned(),
            false => self.told(client),
        }
    }

    /// What `client` is told next.
    fn told(&mut self, client: u64) -> String {
        let answer = self.broker.next(Client(client));
        answer.map_or("-".to_owned(), |answer| text(&answer))
    }

    fn leave(&mut self, client: u64) {
        self.broker.leave(Client(client), self.now);
    }

    /// Time passes, and the clock of whoever runs the broker looks when it said.
    fn pass(&mut self, seconds: u64) {
        let until = self.now + Duration::from_secs(seconds);
        while let Some(at) = self.broker.next_timer().filter(|at| *at <= until) {
            self.broker.tick(at);
        }
        self.now = until;
    }
}

#[test]
fn a_job_is_taken_and_acknowledged() {
    let mut world = World::new();
    assert_eq!(world.ask(0, "TAKE jobs"), "nothing");
    assert_eq!(world.ask(0, "PUSH jobs paint"), "OK");
    assert_eq!(world.ask(0, "COUNT jobs"), "1 0 0");
    assert_eq!(world.ask(1, "TAKE jobs"), "0 1 \"paint\"");
    assert_eq!(world.ask(0, "COUNT jobs"), "0 1 0");
    assert_eq!(world.ask(2, "TAKE jobs"), "nothing");
    assert_eq!(world.ask(1, "ACK jobs 0"), "OK");
    assert_eq!(world.ask(0, "COUNT jobs"), "0 0 0");
    assert_eq!(world.ask(1, "ACK jobs 0"), "GONE no such delivery: 0");
    assert_eq!(
        world.broker.next_timer().map(|at| at > world.now),
        Some(true)
    );
    world.pass(DEADLINE);
    assert_eq!(world.broker.next_timer(), None);
}

#[test]
fn who_waits_longest_gets_the_next_job() {
    let mut world = World::new();
    assert_eq!(world.ask(2, "TAKE jobs 10"), "...");
    assert_eq!(world.ask(1, "TAKE jobs 10"), "...");
    assert_eq!(world.ask(0, "PUSH jobs first"), "OK");
    assert_eq!(world.ask(0, "PUSH jobs second"), "OK");
    let woken: Vec<u64> = world.broker.woken().iter().map(|client| client.0).collect();
    assert_eq!(woken, [0, 1, 2]);
    assert_eq!(world.told(2), "0 1 \"first\"");
    assert_eq!(world.told(1), "1 1 \"second\"");
}

#[test]
fn a_wait_ends_when_it_said() {
    let mut world = World::new();
    assert_eq!(world.ask(1, "TAKE jobs 10"), "...");
    world.pass(9);
    assert_eq!(world.told(1), "-");
    world.pass(1);
    assert_eq!(world.told(1), "nothing");
    assert_eq!(world.ask(0, "PUSH jobs late"), "OK");
    assert_eq!(world.told(1), "-", "it waits no more");
}

#[test]
fn a_worker_that_leaves_gives_back_what_it_had() {
    let mut world = World::new();
    world.ask(0, "PUSH jobs a");
    world.ask(0, "PUSH jobs b");
    assert_eq!(world.ask(1, "TAKE jobs"), "0 1 \"a\"");
    assert_eq!(world.ask(2, "TAKE jobs"), "1 1 \"b\"");
    assert_eq!(world.ask(3, "TAKE jobs 10"), "...");
    world.leave(1);
    assert_eq!(world.told(3), "2 2 \"a\"");
    // And one that waits is forgotten: nothing is handed to the dead.
    assert_eq!(world.ask(3, "ACK jobs 2"), "OK");
    assert_eq!(world.ask(3, "TAKE jobs 10"), "...");
    world.leave(3);
    world.leave(2);
    assert_eq!(world.ask(0, "COUNT jobs"), "1 0 0");
    assert_eq!(world.ask(0, "TAKE jobs"), "3 2 \"b\"");
}

#[test]
fn a_worker_that_is_silent_loses_the_job_at_its_deadline() {
    let mut world = World::new();
    world.ask(0, "PUSH jobs a");
    assert_eq!(world.ask(1, "TAKE jobs"), "0 1 \"a\"");
    assert_eq!(world.ask(2, "TAKE jobs 60"), "...");
    world.pass(DEADLINE - 1);
    assert_eq!(world.told(2), "-");
    world.pass(1);
    assert_eq!(world.told(2), "1 2 \"a\"");
    // The first wakes up, and must not end what is now the second's.
    assert_eq!(world.ask(1, "ACK jobs 0"), "GONE no such delivery: 0");
    assert_eq!(world.ask(1, "ACK jobs 1"), "GONE no such delivery: 1");
    assert_eq!(world.ask(0, "COUNT jobs"), "0 1 0");
    assert_eq!(world.ask(2, "ACK jobs 1"), "OK");
}

#[test]
fn each_delivery_has_its_own_deadline() {
    let mut world = World::new();
    for job in ["a", "b"] {
        world.ask(0, &format!("PUSH jobs {job}"));
    }
    world.ask(1, "TAKE jobs");
    world.pass(10);
    world.ask(1, "TAKE jobs");
    world.pass(DEADLINE - 10);
    assert_eq!(world.ask(0, "COUNT jobs"), "1 1 0");
    world.pass(9);
    assert_eq!(world.ask(0, "COUNT jobs"), "1 1 0");
    world.pass(1);
    assert_eq!(world.ask(0, "COUNT jobs"), "2 0 0");
}

#[test]
fn a_job_that_nobody_can_do_becomes_a_dead_letter() {
    let mut world = World::new();
    world.ask(0, "PUSH jobs bad");
    world.ask(0, "PUSH jobs good");
    assert_eq!(world.ask(1, "TAKE jobs"), "0 1 \"bad\"");
    world.leave(1);
    world.broker.come(Client(1));
    // It comes back to its old place, before what came later.
    assert_eq!(world.ask(1, "TAKE jobs"), "1 2 \"bad\"");
    world.pass(DEADLINE);
    assert_eq!(world.ask(1, "TAKE jobs"), "2 3 \"bad\"");
    world.leave(1);
    assert_eq!(world.ask(0, "COUNT jobs"), "1 0 1");
    assert_eq!(world.ask(2, "TAKE jobs"), "3 1 \"good\"");
    assert_eq!(world.ask(0, "DEAD jobs"), "\"bad\"");
    assert_eq!(world.ask(0, "DEAD jobs"), "nothing");
    assert_eq!(world.ask(0, "DEAD others"), "nothing");
}

#[test]
fn what_is_held_has_limits_and_room_comes_back() {
    let mut world = World::new();
    for number in 0..10 {
        assert_eq!(world.ask(0, &format!("PUSH a {number}")), "OK");
    }
    let full = "FULL the queue is full: 10 jobs";
    assert_eq!(world.ask(0, "PUSH a more"), full);
    world.ask(1, "TAKE a");
    assert_eq!(world.ask(0, "PUSH a more"), full, "delivered is not done");
    world.ask(1, "ACK a 0");
    assert_eq!(world.ask(0, "PUSH a more"), "OK");

    let long = "x".repeat(500);
    assert_eq!(world.ask(0, &format!("PUSH b {long}")), "OK");
    let octets = "FULL the queues hold all the octets that they may";
    assert_eq!(world.ask(0, &format!("PUSH b {long}")), octets);
    world.ask(1, "TAKE b");
    world.ask(1, "ACK b 0");
    assert_eq!(world.ask(0, &format!("PUSH b {long}")), "OK");
    // A dead letter takes room until somebody has looked at it.
    for _ in 0..3 {
        world.ask(1, "TAKE b");
        world.pass(DEADLINE);
    }
    assert_eq!(world.ask(0, "COUNT b"), "0 0 1");
    assert_eq!(world.ask(0, &format!("PUSH b {long}")), octets);
    world.ask(0, "DEAD b");
    assert_eq!(world.ask(0, &format!("PUSH b {long}")), "OK");
}

/// Names are not used up, and a token of a queue that is gone ends nothing of another.
#[test]
fn an_empty_queue_makes_room_for_another_unless_somebody_has_a_token_of_it() {
    let mut world = World::new();
    let full = "FULL there are as many queues as there may be";
    for name in ["a", "b", "c"] {
        assert_eq!(world.ask(0, &format!("PUSH {name} 1")), "OK");
    }
    assert_eq!(world.ask(0, "PUSH d 1"), full, "all hold something");
    assert_eq!(world.ask(1, "TAKE a"), "0 1 \"1\"");
    assert_eq!(world.ask(0, "PUSH d 1"), full, "delivered is not done");
    for _ in 0..2 {
        world.pass(DEADLINE);
        assert!(world.ask(2, "TAKE a").ends_with("\"1\""));
    }
    world.pass(DEADLINE);
    assert_eq!(world.ask(0, "DEAD a"), "\"1\"");
    assert_eq!(world.ask(0, "COUNT a"), "0 0 0");
    assert_eq!(world.ask(0, "PUSH d 1"), full, "1 and 2 have tokens of it");
    assert_eq!(world.ask(1, "ACK a 0"), "GONE no such delivery: 0");
    world.leave(2);
    assert_eq!(world.ask(0, "PUSH d 1"), "OK");
    assert_eq!(world.ask(0, "PUSH a 1"), full);
    // Whatever is forgotten: a name costs nothing for long.
    for round in 0..100 {
        assert_eq!(world.ask(1, "TAKE d"), "0 1 \"1\"", "{round}");
        assert_eq!(world.ask(1, "ACK d 0"), "OK");
        assert_eq!(world.ask(0, &format!("PUSH other-{round} 1")), "OK");
        assert_eq!(world.ask(0, "PUSH d 1"), full);
        assert_eq!(world.ask(1, &format!("TAKE other-{round}")), "0 1 \"1\"");
        assert_eq!(world.ask(1, &format!("ACK other-{round} 0")), "OK");
        assert_eq!(world.ask(0, "PUSH d 1"), "OK");
    }
}

#[test]
fn one_client_may_not_take_all() {
    let mut world = World::new();
    for number in 0..6 {
        world.ask(0, &format!("PUSH jobs {number}"));
    }
    for _ in 0..4 {
        assert!(world.ask(1, "TAKE jobs").contains(" 1 "));
    }
    let busy = "BUSY end one of the 4 that you have first";
    assert_eq!(world.ask(1, "TAKE jobs"), busy);
    assert_eq!(world.ask(1, "SERVE capitals"), busy);
    world.ask(1, "ACK jobs 2");
    assert_eq!(world.ask(1, "TAKE jobs"), "4 1 \"4\"");
}

#[test]
fn each_subscriber_hears_what_it_wants() {
    let mut world = World::new();
    assert_eq!(world.ask(0, "PUBLISH news/a early"), "0");
    assert_eq!(world.ask(1, "SUBSCRIBE news/"), "\"subscribe\" \"news/\" 1");
    assert_eq!(
        world.ask(2, "SUBSCRIBE news/a"),
        "\"subscribe\" \"news/a\" 1"
    );
    let busy = "BUSY a connection has one subscription";
    assert_eq!(world.ask(2, "SUBSCRIBE more"), busy);
    world.broker.woken();
    assert_eq!(world.ask(0, "PUBLISH news/a one"), "2");
    assert_eq!(world.ask(0, "PUBLISH news/b two"), "1");
    let woken: Vec<u64> = world.broker.woken().iter().map(|client| client.0).collect();
    assert_eq!(woken, [0, 1, 2]);
    assert_eq!(world.told(1), "\"message\" \"news/a\" \"one\"");
    assert_eq!(world.told(1), "\"message\" \"news/b\" \"two\"");
    assert_eq!(world.told(2), "\"message\" \"news/a\" \"one\"");
    assert_eq!(world.told(2), "-");
    world.leave(1);
    assert_eq!(world.ask(0, "PUBLISH news/a three"), "1");
}

#[test]
fn a_slow_subscriber_is_told_what_it_has_lost_and_stops_nobody() {
    let mut world = World::new();
    world.ask(1, "SUBSCRIBE n");
    world.ask(2, "SUBSCRIBE n");
    for number in 0..8 {
        assert_eq!(world.ask(0, &format!("PUBLISH n {number}")), "2");
        assert_eq!(world.told(1), format!("\"message\" \"n\" \"{number}\""));
    }
    assert_eq!(world.told(2), "\"lost\" 5");
    assert_eq!(world.told(2), "\"message\" \"n\" \"5\"");
    world.ask(0, "PUBLISH n 8");
    world.ask(0, "PUBLISH n 9");
    assert_eq!(world.told(2), "\"lost\" 1");
    for number in 7..10 {
        assert_eq!(world.told(2), format!("\"message\" \"n\" \"{number}\""));
    }
    assert_eq!(world.told(2), "-");
}

/// The limits multiplied: so much, and not more, whoever publishes what.
#[test]
fn what_subscribers_do_not_fetch_has_a_limit_in_all() {
    const MESSAGE: usize = 10_000;
    let mut world = World::new();
    for client in 0..4 {
        world.ask(client, &format!("SUBSCRIBE {client}"));
    }
    let payload = "x".repeat(MESSAGE);
    let (_, usage) = heap::measure(|| {
        for _ in 0..20 {
            for topic in 0..4 {
                world.ask(topic, &format!("PUBLISH {topic} {payload}"));
            }
        }
    });
    let most = 4 * LIMITS.backlog * MESSAGE;
    // And what one request takes on its way.
    assert!(
        (most..most + 5 * MESSAGE).contains(&usage.peak),
        "{usage:?}"
    );
}

#[test]
fn a_question_is_asked_served_and_answered() {
    let mut world = World::new();
    // The question comes first, and then whoever serves.
    assert_eq!(world.ask(0, "ASK capitals hello 10"), "...");
    assert_eq!(world.ask(1, "SERVE capitals"), "0 \"hello\"");
    assert_eq!(
        world.ask(2, "REPLY 0 stolen"),
        "GONE nobody waits for that answer"
    );
    assert_eq!(world.ask(1, "REPLY 0 HELLO"), "OK");
    assert_eq!(world.told(0), "\"HELLO\"");
    assert_eq!(
        world.ask(1, "REPLY 0 AGAIN"),
        "GONE nobody waits for that answer"
    );
    assert_eq!(world.told(0), "-");
    // Whoever serves waits already.
    assert_eq!(world.ask(1, "SERVE capitals 10"), "...");
    assert_eq!(world.ask(0, "ASK capitals bye 10"), "...");
    assert_eq!(world.told(1), "1 \"bye\"");
    assert_eq!(world.ask(1, "REPLY 1 BYE"), "OK");
    assert_eq!(world.told(0), "\"BYE\"");
    assert_eq!(world.broker.next_timer(), None);
}

#[test]
fn who_asks_is_told_when_nobody_will_answer() {
    let mut world = World::new();
    let timeout = "TIMEOUT nobody has answered in time";
    assert_eq!(world.ask(0, "ASK capitals hello 10"), "...");
    world.pass(10);
    assert_eq!(world.told(0), timeout);
    assert_eq!(world.ask(1, "SERVE capitals"), "nothing", "it is forgotten");

    // In hand when the time is over: the answer comes too late.
    assert_eq!(world.ask(0, "ASK capitals hello 10"), "...");
    assert_eq!(world.ask(1, "SERVE capitals"), "1 \"hello\"");
    world.pass(10);
    assert_eq!(world.told(0), timeout);
    assert_eq!(
        world.ask(1, "REPLY 1 HELLO"),
        "GONE nobody waits for that answer"
    );

    // Whoever had it dies.
    assert_eq!(world.ask(0, "ASK capitals hello 10"), "...");
    assert_eq!(world.ask(1, "SERVE capitals"), "2 \"hello\"");
    assert_eq!(world.ask(2, "SERVE capitals 10"), "...");
    world.leave(1);
    assert_eq!(
        world.told(0),
        "GONE who had the question has left; nobody knows if it was done"
    );
    assert_eq!(world.told(2), "-", "it is not asked twice");

    // Whoever asked dies.
    assert_eq!(world.ask(0, "ASK capitals hello 10"), "...");
    assert_eq!(world.told(2), "3 \"hello\"");
    world.leave(0);
    assert_eq!(
        world.ask(2, "REPLY 3 HELLO"),
        "GONE nobody waits for that answer"
    );
}

#[test]
fn wrong_requests_are_refused() {
    let mut world = World::new();
    let long = "x".repeat(256);
    let unknown = "ERR no request has this verb and so many words";
    for (words, answer) in [
        ("TAKE", unknown),
        ("take jobs 1 2", unknown),
        ("PING PONG", unknown),
        ("BREW tea", unknown),
        ("ACK jobs x", "ERR not a number"),
        ("ACK jobs -1", "ERR not a number"),
        ("TAKE jobs 61", "ERR not a number of seconds up to 60"),
        ("TAKE jobs -1", "ERR not a number of seconds up to 60"),
        ("TAKE jobs NaN", "ERR not a number of seconds up to 60"),
        (&format!("TAKE {long}"), "ERR a name has 255 octets at most"),
        ("ping", "PONG"),
    ] {
        assert_eq!(world.ask(0, words), answer);
    }
    let array = "ERR a request is an array of bulk strings";
    for (value, why) in [
        (Value::Array(vec![]), "ERR an empty request"),
        (Value::Nil, array),
        (Value::Array(vec![Value::Integer(1)]), array),
    ] {
        assert_eq!(Request::parse(&value), Err(why.to_owned()));
    }
}

/// What the clients of a random run do.
#[derive(Clone, Debug)]
enum Deed {
    Push,
    Take(u64, u64),
    Ack(u64, usize),
    Leave(u64),
    Dead,
    Pass(u64),
}

fn deeds() -> impl Strategy<Value = Vec<Deed>> {
    let client = || 0..4_u64;
    let deed = prop_oneof![
        4 => Just(Deed::Push),
        4 => (client(), 0..40_u64).prop_map(|(client, wait)| Deed::Take(client, wait)),
        3 => (client(), 0..4_usize).prop_map(|(client, which)| Deed::Ack(client, which)),
        1 => client().prop_map(Deed::Leave),
        1 => Just(Deed::Dead),
        2 => (0..40_u64).prop_map(Deed::Pass),
    ];
    proptest::collection::vec(deed, 0..200)
}

/// What each client has in hand, as it knows: token, job and until when.
type Hands = BTreeMap<u64, Vec<(i64, String, Instant)>>;

/// Fetches the delivery that a client may have been told of.
fn fetch(world: &mut World, client: u64, hands: &mut Hands) {
    while let Some(reply) = world.broker.next(Client(client)) {
        let Value::Array(delivery) = reply else {
            continue;
        };
        let [
            Value::Integer(token),
            Value::Integer(attempt),
            Value::Bulk(job),
        ] = &delivery[..]
        else {
            panic!("not a delivery: {delivery:?}");
        };
        assert!((1..=3).contains(attempt), "attempt {attempt}");
        let job = String::from_utf8(job.to_vec()).unwrap();
        let others = hands.values().flatten();
        let mut others = others.filter(|(_, other, until)| *other == job && *until > world.now);
        assert!(others.next().is_none(), "{job} is in two hands at a time");
        let until = world.now + LIMITS.rules.deadline;
        hands.entry(client).or_default().push((*token, job, until));
    }
}

proptest! {
    /// Whatever clients do, in whatever order: each job that was taken in is done,
    /// or dead, or still there; and all that was held is free in the end.
    #[test]
    fn no_job_is_ever_lost(deeds in deeds()) {
        let mut world = World::new();
        world.broker.come(Client(9)); // sends and looks
        let (mut pushed, mut done, mut dead) = (0_usize, 0_usize, 0_usize);
        let mut hands = Hands::new();
        for (number, deed) in deeds.into_iter().enumerate() {
            let waits = |world: &World, client| world.broker.waits(Client(client));
            match deed {
                Deed::Push => {
                    let told = world.ask(9, &format!("PUSH jobs job-{number}"));
                    pushed += usize::from(told == "OK");
                }
                Deed::Take(client, wait) if !waits(&world, client) => {
                    let request = Request::Take("jobs".into(), Duration::from_secs(wait));
                    world.broker.ask(Client(client), request, world.now);
                }
                Deed::Ack(client, which) if !waits(&world, client) => {
                    let hand = hands.entry(client).or_default();
                    if which < hand.len() {
                        let (token, _, until) = hand.remove(which);
                        let told = world.ask(client, &format!("ACK jobs {token}"));
                        prop_assert_eq!(told == "OK", world.now < until, "{}", told);
                        done += usize::from(told == "OK");
                    }
                }
                Deed::Leave(client) => {
                    world.leave(client);
                    hands.remove(&client);
                    world.broker.come(Client(client));
                }
                Deed::Dead => {
                    dead += usize::from(world.ask(9, "DEAD jobs") != "nothing");
                }
                Deed::Pass(seconds) => {
                    // In small steps, so that a delivery has the time that it was made at.
                    for _ in 0..seconds {
                        world.pass(1);
                        for client in 0..4 {
                            fetch(&mut world, client, &mut hands);
                        }
                    }
                }
                _ => {}
            }
            for client in 0..4 {
                fetch(&mut world, client, &mut hands);
            }
            let counts = world.ask(9, "COUNT jobs");
            let held: usize = counts.split(' ').map(|count| count.parse::<usize>().unwrap()).sum();
            prop_assert_eq!(held, pushed - done - dead, "ready, delivered, dead: {}", counts);
        }
        for client in 0..4 {
            world.leave(client);
        }
        world.broker.come(Client(0));
        while world.ask(0, "TAKE jobs") != "nothing" {
            world.leave(0);
            world.broker.come(Client(0));
        }
        while world.ask(9, "DEAD jobs") != "nothing" {}
        prop_assert_eq!(world.ask(9, "COUNT jobs"), "0 0 0");
        world.pass(100);
        prop_assert_eq!(world.broker.next_timer(), None);
        // All of the octets are free again.
        prop_assert_eq!(world.ask(9, &format!("PUSH jobs {}", "x".repeat(1000))), "OK");
    }
}
