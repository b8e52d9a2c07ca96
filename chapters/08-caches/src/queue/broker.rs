//! The broker without its sockets and its clock: who asks what and when goes in,
//! who is told what comes out.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::time::Instant;

use bytes::Bytes;

use super::request::Request;
use crate::at_least_once::{Error, Queue, Rules, Token};
use crate::resp_decoder::Value;
use crate::slow_subscriber::{Event, Hub, Message, Subscriber};

/// What a broker holds at most, whatever its clients do.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// For each work queue.
    pub rules: Rules,
    /// Work queues. One exists from its first job on.
    pub queues: usize,
    /// The octets of all jobs in all queues.
    pub octets: usize,
    /// Jobs and questions that one client may have in hand.
    pub in_hand: usize,
    /// Messages that wait for one subscriber.
    pub backlog: usize,
}

/// One connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Client(pub u64);

/// All that is remembered. One call for each event; [`woken`](Broker::woken) says
/// whom it concerned, and [`next`](Broker::next) what they are told.
#[derive(Debug)]
pub struct Broker {
    limits: Limits,
    clients: BTreeMap<Client, State>,
    woken: BTreeSet<Client>,
    timers: BTreeSet<(Instant, Timer)>,
    queues: BTreeMap<Bytes, Queue>,
    /// Queues with a timer, which has one for its next deadline.
    timed: BTreeSet<Bytes>,
    octets: usize,
    /// Who waits for a job, longest first; for a question; and which questions wait.
    takers: BTreeMap<Bytes, VecDeque<Client>>,
    servers: BTreeMap<Bytes, VecDeque<Client>>,
    unserved: BTreeMap<Bytes, VecDeque<u64>>,
    questions: BTreeMap<u64, Question>,
    next_ticket: u64,
    hub: Hub,
}

#[derive(Debug, Default)]
struct State {
    waiting: Option<(Instant, Wait)>,
    answer: Option<Value>,
    /// With the octets of each.
    jobs: BTreeMap<(Bytes, Token), usize>,
    tickets: BTreeSet<u64>,
    subscription: Option<Subscriber>,
}

#[derive(Clone, Debug)]
enum Wait {
    Job(Bytes),
    Question(Bytes),
    Answer(u64),
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Timer {
    Deadline(Bytes),
    Wait(Client),
}

#[derive(Debug)]
struct Question {
    asker: Client,
    service: Bytes,
    text: Bytes,
}

const DONE: Value = Value::Simple(Bytes::from_static(b"OK"));

fn refuse(why: impl ToString) -> Value {
    Value::Error(why.to_string().into())
}

fn number(number: u64) -> Value {
    Value::Integer(i64::try_from(number).unwrap_or(i64::MAX))
}

impl Broker {
    /// A broker that holds nothing yet.
    pub fn new(limits: Limits) -> Broker {
        Broker {
            limits,
            clients: BTreeMap::new(),
            woken: BTreeSet::new(),
            timers: BTreeSet::new(),
            queues: BTreeMap::new(),
            timed: BTreeSet::new(),
            octets: 0,
            takers: BTreeMap::new(),
            servers: BTreeMap::new(),
            unserved: BTreeMap::new(),
            questions: BTreeMap::new(),
            next_ticket: 0,
            hub: Hub::new(limits.backlog),
        }
    }

    /// `client` has come.
    pub fn come(&mut self, client: Client) {
        self.clients.insert(client, State::default());
    }

    /// `client` has left, or died: what it had in hand is somebody else's.
    pub fn leave(&mut self, client: Client, now: Instant) {
        self.stop_waiting(client);
        let Some(state) = self.clients.remove(&client) else {
            return;
        };
        for (name, token) in state.jobs.into_keys() {
            if let Some(queue) = self.queues.get_mut(&name) {
                // Those past their deadline are gone already.
                let _ = queue.give_back(token, now);
                self.hand_out(&name, now);
            }
        }
        for ticket in state.tickets {
            let gone = refuse("GONE who had the question has left; nobody knows if it was done");
            self.answer(ticket, gone);
        }
        if let Some(subscriber) = state.subscription {
            self.hub.unsubscribe(subscriber);
        }
    }

    /// `client` asks for something. It is answered now or, where it has to wait,
    /// by a later call; until then it may ask nothing else.
    pub fn ask(&mut self, client: Client, request: Request, now: Instant) {
        if let Some(answer) = self.act(client, request, now) {
            self.tell(client, answer);
        }
    }

    /// Whether `client` waits for the answer to a request.
    pub fn waits(&self, client: Client) -> bool {
        let state = self.clients.get(&client);
        state.is_some_and(|state| state.waiting.is_some())
    }

    /// Whether `client` is a subscriber, who may be silent for ever.
    pub fn subscribes(&self, client: Client) -> bool {
        let state = self.clients.get(&client);
        state.is_some_and(|state| state.subscription.is_some())
    }

    /// Whom the last calls have something to tell.
    pub fn woken(&mut self) -> BTreeSet<Client> {
        std::mem::take(&mut self.woken)
    }

    /// What `client` is told next.
    pub fn next(&mut self, client: Client) -> Option<Value> {
        let state = self.clients.get_mut(&client)?;
        if let Some(answer) = state.answer.take() {
            return Some(answer);
        }
        self.hub.next(state.subscription?).map(news)
    }

    /// When [`tick`](Self::tick) must be called next.
    pub fn next_timer(&self) -> Option<Instant> {
        self.timers.first().map(|(at, _)| *at)
    }

    // ANCHOR: tick
    /// It is `now`: deadlines and waits may be over.
    pub fn tick(&mut self, now: Instant) {
        while self.next_timer().is_some_and(|at| at <= now) {
            match self.timers.pop_first() {
                Some((_, Timer::Deadline(name))) => {
                    self.timed.remove(&name);
                    if let Some(queue) = self.queues.get_mut(&name) {
                        queue.expire(now);
                    }
                    self.hand_out(&name, now);
                }
                Some((_, Timer::Wait(client))) => {
                    let answer = match self.stop_waiting(client) {
                        Some(Wait::Answer(_)) => refuse("TIMEOUT nobody has answered in time"),
                        _ => Value::Nil,
                    };
                    self.tell(client, answer);
                }
                None => {}
            }
        }
    }
    // ANCHOR_END: tick

    /// The answer, or none yet.
    fn act(&mut self, client: Client, request: Request, now: Instant) -> Option<Value> {
        Some(match request {
            Request::Push(queue, job) => match self.push(&queue, job) {
                Ok(()) => {
                    self.hand_out(&queue, now);
                    DONE
                }
                Err(full) => full,
            },
            Request::Take(queue, wait) => {
                if let Some(now) = self.busy(client).or_else(|| self.take(client, &queue, now)) {
                    return Some(now);
                }
                if wait.is_zero() {
                    return Some(Value::Nil);
                }
                self.wait(client, now + wait, Wait::Job(queue.clone()));
                self.takers.entry(queue).or_default().push_back(client);
                return None;
            }
            Request::Ack(queue, token) => match self.end(client, &queue, Token(token), now) {
                Ok(octets) => {
                    self.octets -= octets;
                    DONE
                }
                Err(gone) => refuse(format!("GONE {gone}")),
            },
            Request::Dead(queue) => {
                let queue = self.queues.get_mut(&queue);
                match queue.and_then(Queue::take_dead) {
                    Some(job) => {
                        self.octets -= job.len();
                        Value::Bulk(job)
                    }
                    None => Value::Nil,
                }
            }
            Request::Count(queue) => {
                let counts = self.queues.get(&queue).map_or([0; 3], Queue::count);
                Value::Array(counts.map(|count| number(count as u64)).to_vec())
            }
            Request::Subscribe(prefix) => self.subscribe(client, prefix),
            Request::Publish(topic, payload) => self.publish(&Message { topic, payload }),
            Request::Ask(service, text, wait) => {
                let ticket = self.next_ticket;
                self.next_ticket += 1;
                self.wait(client, now + wait, Wait::Answer(ticket));
                let question = Question {
                    asker: client,
                    service: service.clone(),
                    text,
                };
                self.questions.insert(ticket, question);
                let unserved = self.unserved.entry(service.clone()).or_default();
                unserved.push_back(ticket);
                if let Some(server) = pop(&mut self.servers, &service) {
                    self.stop_waiting(server);
                    if let Some(question) = self.serve(server, &service) {
                        self.tell(server, question);
                    }
                }
                return None;
            }
            Request::Serve(service, wait) => {
                if let Some(now) = self.busy(client).or_else(|| self.serve(client, &service)) {
                    return Some(now);
                }
                if wait.is_zero() {
                    return Some(Value::Nil);
                }
                self.wait(client, now + wait, Wait::Question(service.clone()));
                self.servers.entry(service).or_default().push_back(client);
                return None;
            }
            Request::Reply(ticket, answer) => {
                let state = self.clients.get_mut(&client)?;
                let mine = state.tickets.remove(&ticket);
                match mine && self.answer(ticket, Value::Bulk(answer)) {
                    true => DONE,
                    false => refuse("GONE nobody waits for that answer"),
                }
            }
            Request::Ping => Value::Simple(Bytes::from_static(b"PONG")),
        })
    }

    fn push(&mut self, name: &Bytes, job: Bytes) -> Result<(), Value> {
        let octets = job.len();
        if self.octets + octets > self.limits.octets {
            return Err(refuse("FULL the queues hold all the octets that they may"));
        }
        if !self.queues.contains_key(name) {
            if self.queues.len() >= self.limits.queues && !self.forget_a_queue() {
                return Err(refuse("FULL there are as many queues as there may be"));
            }
            let queue = Queue::new(self.limits.rules);
            self.queues.insert(name.clone(), queue);
        }
        if let Some(queue) = self.queues.get_mut(name) {
            let pushed = queue.push(job);
            pushed.map_err(|error| refuse(format!("FULL {error}")))?;
            self.octets += octets;
        }
        Ok(())
    }

    /// Makes room for another queue: forgets one that is empty, unless a client has a
    /// token of it. A new queue of that name would begin its tokens anew, and whoever
    /// has an old one would end somebody else's delivery.
    fn forget_a_queue(&mut self) -> bool {
        let held = |name: &Bytes| {
            let mut jobs = self.clients.values().flat_map(|state| state.jobs.keys());
            jobs.any(|(of, _)| of == name)
        };
        let mut queues = self.queues.iter();
        let empty = queues.find(|(name, queue)| queue.count() == [0; 3] && !held(name));
        let Some((name, _)) = empty else { return false };
        let name = name.clone();
        self.queues.remove(&name).is_some()
    }

    // ANCHOR: hand_out
    /// Gives jobs to those who wait for them, while there are both.
    fn hand_out(&mut self, name: &Bytes, now: Instant) {
        while let Some(taker) = pop(&mut self.takers, name) {
            match self.take(taker, name, now) {
                Some(delivery) => {
                    self.stop_waiting(taker);
                    self.tell(taker, delivery);
                }
                None => {
                    // Still the first in the line.
                    let line = self.takers.entry(name.clone()).or_default();
                    line.push_front(taker);
                    break;
                }
            }
        }
        self.set_timer(name);
    }
    // ANCHOR_END: hand_out

    fn take(&mut self, client: Client, name: &Bytes, now: Instant) -> Option<Value> {
        let delivery = self.queues.get_mut(name)?.take(now)?;
        let state = self.clients.get_mut(&client)?;
        let octets = delivery.job.len();
        state.jobs.insert((name.clone(), delivery.token), octets);
        self.set_timer(name);
        Some(Value::Array(vec![
            number(delivery.token.0),
            number(delivery.attempt.into()),
            Value::Bulk(delivery.job),
        ]))
    }

    // ANCHOR: end
    /// Ends a delivery, which must be one of this client's own: tokens are numbers,
    /// and numbers can be guessed. Returns the octets of the job.
    fn end(
        &mut self,
        client: Client,
        name: &Bytes,
        token: Token,
        now: Instant,
    ) -> Result<usize, Error> {
        let state = self.clients.get_mut(&client);
        let mine = state.and_then(|state| state.jobs.remove(&(name.clone(), token)));
        let octets = mine.ok_or(Error::NoSuchDelivery(token))?;
        let queue = self.queues.get_mut(name);
        let queue = queue.ok_or(Error::NoSuchDelivery(token))?;
        queue.acknowledge(token, now)?;
        Ok(octets)
    }
    // ANCHOR_END: end

    /// One timer for each queue that has something delivered.
    fn set_timer(&mut self, name: &Bytes) {
        let next = self.queues.get(name).and_then(Queue::next_deadline);
        if let Some(at) = next
            && self.timed.insert(name.clone())
        {
            self.timers.insert((at, Timer::Deadline(name.clone())));
        }
    }

    fn subscribe(&mut self, client: Client, prefix: Bytes) -> Value {
        let Some(state) = self.clients.get_mut(&client) else {
            return refuse("ERR you have left");
        };
        if state.subscription.is_some() {
            return refuse("BUSY a connection has one subscription");
        }
        state.subscription = Some(self.hub.subscribe(prefix.clone()));
        let subscribe = Value::Bulk(Bytes::from_static(b"subscribe"));
        Value::Array(vec![subscribe, Value::Bulk(prefix), number(1)])
    }

    fn publish(&mut self, message: &Message) -> Value {
        let wanted = self.hub.publish(message);
        let subscribers = self.clients.iter();
        let subscribers = subscribers.filter(|(_, state)| state.subscription.is_some());
        self.woken.extend(subscribers.map(|(client, _)| *client));
        number(wanted as u64)
    }

    /// Hands `client` the question that waits longest.
    fn serve(&mut self, client: Client, service: &Bytes) -> Option<Value> {
        let ticket = pop(&mut self.unserved, service)?;
        let question = self.questions.get(&ticket)?;
        self.clients.get_mut(&client)?.tickets.insert(ticket);
        let text = question.text.clone();
        Some(Value::Array(vec![number(ticket), Value::Bulk(text)]))
    }

    /// Ends a question; false if nobody waits for its answer.
    fn answer(&mut self, ticket: u64, answer: Value) -> bool {
        let Some(question) = self.questions.get(&ticket) else {
            return false;
        };
        let asker = question.asker;
        self.stop_waiting(asker);
        self.tell(asker, answer);
        true
    }

    fn busy(&self, client: Client) -> Option<Value> {
        let state = self.clients.get(&client)?;
        let in_hand = state.jobs.len() + state.tickets.len();
        let busy = in_hand >= self.limits.in_hand;
        busy.then(|| refuse(format!("BUSY end one of the {in_hand} that you have first")))
    }

    fn tell(&mut self, client: Client, answer: Value) {
        if let Some(state) = self.clients.get_mut(&client) {
            state.answer = Some(answer);
            self.woken.insert(client);
        }
    }

    fn wait(&mut self, client: Client, until: Instant, wait: Wait) {
        if let Some(state) = self.clients.get_mut(&client) {
            state.waiting = Some((until, wait));
            self.timers.insert((until, Timer::Wait(client)));
        }
    }

    /// Takes `client` out of every line that it stands in.
    fn stop_waiting(&mut self, client: Client) -> Option<Wait> {
        let (until, wait) = self.clients.get_mut(&client)?.waiting.take()?;
        self.timers.remove(&(until, Timer::Wait(client)));
        match &wait {
            Wait::Job(name) => forget(&mut self.takers, name, client),
            Wait::Question(service) => forget(&mut self.servers, service, client),
            Wait::Answer(ticket) => {
                if let Some(question) = self.questions.remove(ticket) {
                    forget(&mut self.unserved, &question.service, *ticket);
                }
            }
        }
        Some(wait)
    }
}

fn news(event: Event) -> Value {
    let word = |word| Value::Bulk(Bytes::from_static(word));
    Value::Array(match event {
        Event::Message(Message { topic, payload }) => {
            vec![word(b"message"), Value::Bulk(topic), Value::Bulk(payload)]
        }
        Event::Lost(lost) => vec![word(b"lost"), number(lost)],
    })
}

/// The first of the line `name`; a line that is empty is not kept.
fn pop<T>(lines: &mut BTreeMap<Bytes, VecDeque<T>>, name: &Bytes) -> Option<T> {
    let line = lines.get_mut(name)?;
    let first = line.pop_front();
    if line.is_empty() {
        lines.remove(name);
    }
    first
}

fn forget<T: PartialEq>(lines: &mut BTreeMap<Bytes, VecDeque<T>>, name: &Bytes, who: T) {
    if let Some(line) = lines.get_mut(name) {
        line.retain(|other| *other != who);
        if line.is_empty() {
            lines.remove(name);
        }
    }
}
