//! The broker's connections: a task for each, and one that looks at the clock.

use std::collections::BTreeMap;
use std::io;
use std::net::TcpListener;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::BytesMut;
use socket2::{SockRef, TcpKeepalive};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::Notify;
use tokio::time::{Instant, sleep_until, timeout};

use super::broker::{Broker, Client};
use super::request::Request;
use crate::client::resp::encode_value;
use crate::resp_decoder::{Limits, RespDecoder, Value};

/// What is read and written at once. For a client that does not read, so much is held,
/// and one answer more.
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

/// A broker, and those who are connected to it.
#[derive(Clone)]
pub struct Server(Arc<Shared>);

struct Shared {
    state: Mutex<State>,
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
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    // ANCHOR: with
    /// Does something to the broker, and wakes those whom it concerns. No task holds
    /// the lock while it waits.
    fn with<T>(&self, act: impl FnOnce(&mut Broker) -> T) -> T {
        let state = &mut *self.lock();
        let before = state.broker.next_timer();
        let result = act(&mut state.broker);
        for client in state.broker.woken() {
            if let Some(news) = state.clients.get(&client) {
                news.notify_one();
            }
        }
        if state.broker.next_timer() != before {
            self.timers.notify_one();
        }
        result
    }
    // ANCHOR_END: with

    async fn keep_time(self: Arc<Shared>) {
        loop {
            let next = self.lock().broker.next_timer();
            tokio::select! {
                () = reached(next.map(Instant::from_std)) => {
                    self.with(|broker| broker.tick(Instant::now().into()));
                }
                () = self.timers.notified() => {}
            }
        }
    }
}

/// Waits until then, or for ever.
async fn reached(then: Option<Instant>) {
    match then {
        Some(then) => sleep_until(then).await,
        None => std::future::pending().await,
    }
}

impl Server {
    /// A server of `broker`, within a runtime of tokio's.
    pub fn new(broker: Broker, options: Options) -> Server {
        let shared = Arc::new(Shared {
            state: Mutex::new(State {
                broker,
                clients: BTreeMap::new(),
                next: 0,
            }),
            timers: Notify::new(),
            options,
        });
        tokio::spawn(shared.clone().keep_time());
        Server(shared)
    }

    /// Serves all who come, for ever.
    ///
    /// # Errors
    ///
    /// When `listener` can't be used.
    pub async fn serve(&self, listener: TcpListener) -> anyhow::Result<()> {
        listener.set_nonblocking(true)?;
        let listener = tokio::net::TcpListener::from_std(listener)?;
        loop {
            let (stream, peer) = program::tasks::accept(&listener).await;
            let server = self.clone();
            tokio::spawn(async move {
                if let Err(error) = set_options(&stream) {
                    program::report(peer, &error.into());
                } else if let Err(error) = server.talk(stream).await
                    && !is_gone(&error)
                {
                    program::report(peer, &error);
                }
            });
        }
    }

    /// Talks to one client, until it leaves.
    ///
    /// # Errors
    ///
    /// Those of the stream, and what the client did that it may not.
    // ANCHOR: talk
    pub async fn talk(
        &self,
        mut stream: impl AsyncRead + AsyncWrite + Unpin,
    ) -> anyhow::Result<()> {
        let Options {
            message,
            patience,
            idle,
            ..
        } = self.0.options;
        let Some(guest) = Guest::new(&self.0) else {
            let full = stream.write_all(b"-FULL too many clients\r\n");
            return Ok(timeout(patience, full).await??);
        };
        let mut decoder = RespDecoder::new(Limits {
            bulk: message,
            elements: 4,
            depth: 1,
        });
        let (mut input, mut output) = (BytesMut::new(), BytesMut::new());
        let mut begun = None; // when the request began that is not whole yet
        loop {
            // First all that there is to say, as far as the buffer goes.
            while output.len() < BUFFER
                && let Some(answer) = guest.with(|broker| broker.next(guest.id))
            {
                encode_value(&answer, &mut output);
            }
            // Then the next request, unless the one before still waits.
            let waits = guest.with(|broker| broker.waits(guest.id));
            if !waits && output.len() < BUFFER {
                match decoder.decode(&mut input) {
                    Ok(Some(value)) => {
                        begun = None;
                        match Request::parse(&value) {
                            Ok(request) => guest.ask(request),
                            Err(wrong) => encode_value(&refused(wrong), &mut output),
                        }
                        continue;
                    }
                    Ok(None) => {}
                    Err(error) => {
                        encode_value(&refused(format!("ERR {error}")), &mut output);
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
            let limit = match decoder.end(&input) {
                // Whoever waits or listens may be silent.
                _ if waits => None,
                Err(_) => {
                    let begun = *begun.get_or_insert(now);
                    Some((begun + patience, "sent half a request", patience))
                }
                Ok(()) if guest.with(|broker| broker.subscribes(guest.id)) => None,
                Ok(()) => Some((now + idle, "said nothing", idle)),
            };
            let room = !waits || input.len() < BUFFER + message;
            input.reserve(BUFFER); // or it would be read in small pieces
            tokio::select! {
                () = guest.news.notified() => {}
                read = stream.read_buf(&mut input), if room => {
                    if read? == 0 {
                        return Ok(decoder.end(&input)?);
                    }
                }
                () = reached(limit.map(|(until, ..)| until)) => {
                    if let Some((_, what, limit)) = limit {
                        return Err(too_slow(what, limit));
                    }
                }
            }
        }
    }
    // ANCHOR_END: talk
}

/// One connection's place at the broker, until it is dropped: whatever ends it, the
/// broker hears of it.
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

    fn with<T>(&self, act: impl FnOnce(&mut Broker) -> T) -> T {
        self.shared.with(act)
    }

    fn ask(&self, request: Request) {
        let now = Instant::now().into();
        self.with(|broker| broker.ask(self.id, request, now));
    }
}

impl Drop for Guest {
    fn drop(&mut self) {
        let now = Instant::now().into();
        self.with(|broker| broker.leave(self.id, now));
        self.shared.lock().clients.remove(&self.id);
    }
}

fn refused(why: String) -> Value {
    Value::Error(why.into())
}

fn too_slow(what: &str, limit: Duration) -> anyhow::Error {
    anyhow::anyhow!("gave up: {what} for {limit:?}")
}

/// A client that dies with something unread resets the connection. That is no fault
/// of the conversation, and what it had in hand is seen to.
fn is_gone(error: &anyhow::Error) -> bool {
    let error = error.downcast_ref::<io::Error>();
    matches!(
        error.map(io::Error::kind),
        Some(io::ErrorKind::ConnectionReset | io::ErrorKind::BrokenPipe)
    )
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
