//! The broker's connections: one task each, and one that looks at the clock.

use std::collections::BTreeMap;
use std::io;
use std::net::TcpListener;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::BytesMut;
use socket2::{SockRef, TcpKeepalive};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::Notify;
use tokio::time::{Instant, sleep_until, timeout};

use super::broker::{Broker, Client};
use super::request::{Reply, Request};
use crate::resp_decoder::{Limits, RespDecoder, Value};

/// What is read ahead and written at once, for each client.
const BUFFER: usize = 16 * 1024;
/// What the system may hold for a client that does not read. Left to itself it
/// would take megabytes, and a slow subscriber would look fast for long.
const SEND_BUFFER: usize = 64 * 1024;

/// What one connection may do.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// Connections at a time. One more is told so and closed.
    pub clients: usize,
    /// Octets of a job, a message or a question.
    pub message: usize,
    /// How long a client may take for a request once it has begun, and for reading
    /// what it is told.
    pub patience: Duration,
    /// How long it may be silent between two requests.
    pub idle: Duration,
}

// ANCHOR: shared
/// What the connections share.
struct Shared {
    broker: Mutex<State>,
    /// The next timer may be another.
    timers: Notify,
    options: Options,
}

struct State {
    broker: Broker,
    clients: BTreeMap<Client, Arc<Notify>>,
    next: u64,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.broker.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Does something to the broker, and wakes those whom it concerns.
    fn with<T>(&self, act: impl FnOnce(&mut Broker) -> T) -> T {
        let state = &mut *self.lock();
        let before = state.broker.next_timer();
        let result = act(&mut state.broker);
        for client in state.broker.woken() {
            if let Some(notify) = state.clients.get(&client) {
                notify.notify_one();
            }
        }
        if state.broker.next_timer() != before {
            self.timers.notify_one();
        }
        result
    }
}
// ANCHOR_END: shared

// ANCHOR: serve
/// Serves `broker` to all who come, for ever.
///
/// # Errors
///
/// When `listener` can't be used.
pub async fn serve(listener: TcpListener, broker: Broker, options: Options) -> anyhow::Result<()> {
    listener.set_nonblocking(true)?;
    let listener = tokio::net::TcpListener::from_std(listener)?;
    let shared = Arc::new(Shared {
        broker: Mutex::new(State {
            broker,
            clients: BTreeMap::new(),
            next: 0,
        }),
        timers: Notify::new(),
        options,
    });
    tokio::spawn(keep_time(shared.clone()));
    loop {
        let (stream, peer) = program::tasks::accept(&listener).await;
        let Some(guest) = Guest::new(&shared) else {
            // One line into an empty send buffer does not block.
            let _ = stream.try_write(b"-FULL too many clients\r\n");
            continue;
        };
        tokio::spawn(async move {
            if let Err(error) = guest.talk(stream).await {
                program::report(peer, &error);
            }
        });
    }
}

async fn keep_time(shared: Arc<Shared>) {
    loop {
        let next = shared.lock().broker.next_timer();
        match next {
            None => shared.timers.notified().await,
            Some(at) => tokio::select! {
                () = sleep_until(at.into()) => {
                    shared.with(|broker| broker.tick(Instant::now().into()));
                }
                () = shared.timers.notified() => {}
            },
        }
    }
}
// ANCHOR_END: serve

/// One connection, and its place at the broker until it is dropped: whatever ends
/// it, the broker hears of it.
struct Guest {
    id: Client,
    shared: Arc<Shared>,
    news: Arc<Notify>,
}

impl Guest {
    fn new(shared: &Arc<Shared>) -> Option<Guest> {
        let state = &mut *shared.lock();
        if state.clients.len() >= shared.options.clients {
            return None;
        }
        let (id, news) = (Client(state.next), Arc::new(Notify::new()));
        state.next += 1;
        state.clients.insert(id, news.clone());
        state.broker.come(id);
        let shared = shared.clone();
        Some(Guest { id, shared, news })
    }
}

impl Drop for Guest {
    fn drop(&mut self) {
        let now = Instant::now().into();
        self.shared.with(|broker| broker.leave(self.id, now));
        self.shared.lock().clients.remove(&self.id);
    }
}

impl Guest {
    // ANCHOR: talk
    async fn talk(self, mut stream: TcpStream) -> anyhow::Result<()> {
        let Options {
            message,
            patience,
            idle,
            ..
        } = self.shared.options;
        set_options(&stream)?;
        let mut decoder = RespDecoder::new(Limits {
            bulk: message,
            elements: 4,
            depth: 1,
        });
        let (mut input, mut output) = (BytesMut::new(), BytesMut::new());
        let mut begun = None; // when the request began that is not whole yet
        loop {
            // First all that there is to say, a buffer at a time.
            while output.len() < BUFFER
                && let Some(reply) = self.shared.with(|broker| broker.next(self.id))
            {
                reply.encode(&mut output);
            }
            // Then the next request, unless the one before still waits.
            let waits = self.shared.with(|broker| broker.waits(self.id));
            if !waits && output.len() < BUFFER {
                match decoder.decode(&mut input) {
                    Ok(Some(request)) => {
                        begun = None;
                        self.ask(request, &mut output);
                        continue;
                    }
                    Ok(None) => {}
                    Err(error) => {
                        Reply::Error(format!("ERR {error}")).encode(&mut output);
                        let _ = timeout(patience, stream.write_all(&output)).await;
                        return Err(error.into());
                    }
                }
            }
            if !output.is_empty() {
                let written = timeout(patience, stream.write_all(&output)).await;
                written.map_err(|_| too_slow("took nothing", patience))??;
                output.clear();
                continue;
            }
            // Nothing to say and nothing to do: wait for the client, or for news.
            let now = Instant::now();
            let is_whole = decoder.end(&input).is_ok();
            let until = match (waits, is_whole) {
                (false, false) => *begun.get_or_insert(now) + patience,
                (false, true) if !self.shared.lock().broker.subscribes(self.id) => now + idle,
                _ => now + Duration::from_secs(3600), // who waits, or listens, may be silent
            };
            let room = !waits || input.len() < BUFFER + message;
            tokio::select! {
                () = self.news.notified() => {}
                read = stream.read_buf(&mut input), if room => {
                    if read? == 0 {
                        return Ok(decoder.end(&input)?);
                    }
                }
                () = sleep_until(until) => match (waits, is_whole) {
                    (false, false) => return Err(too_slow("sent half a request", patience)),
                    (false, true) => return Err(too_slow("said nothing", idle)),
                    _ => {}
                },
            }
        }
    }
    // ANCHOR_END: talk

    fn ask(&self, request: Value, output: &mut BytesMut) {
        match words(request).and_then(|words| Request::parse(&words)) {
            Ok(request) => {
                let now = Instant::now().into();
                self.shared.with(|broker| broker.ask(self.id, request, now));
            }
            Err(wrong) => Reply::Error(wrong).encode(output),
        }
    }
}

fn words(request: Value) -> Result<Vec<bytes::Bytes>, String> {
    let wrong = || "ERR a request is an array of bulk strings".to_owned();
    let Value::Array(values) = request else {
        return Err(wrong());
    };
    let words = values.into_iter().map(|value| match value {
        Value::Bulk(word) => Ok(word),
        _ => Err(wrong()),
    });
    words.collect()
}

fn too_slow(what: &str, limit: Duration) -> anyhow::Error {
    anyhow::anyhow!("gave up: {what} for {limit:?}")
}

fn set_options(stream: &TcpStream) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let socket = SockRef::from(stream);
    socket.set_send_buffer_size(SEND_BUFFER)?;
    // A host that vanished says nothing: its jobs come back by their deadline, and
    // the connection is found dead by this.
    let probes = TcpKeepalive::new().with_time(Duration::from_secs(60));
    socket.set_tcp_keepalive(&probes)
}
