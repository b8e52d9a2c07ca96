//! A load generator: asks a server as fast as it answers, or at a rate of its own, and
//! counts how long each answer took.

use std::collections::{BTreeMap, VecDeque};
use std::fmt;
use std::io::{self, ErrorKind};
use std::net::SocketAddr;
use std::num::NonZero;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::{Buf, BytesMut};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, DuplexStream};
use tokio::net::TcpStream;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, sleep_until, timeout};

use crate::histogram::Histogram;
use crate::open_loop::{Schedule, open_loop};
use crate::picture;

/// No answer is longer.
const MAX_ANSWER: usize = 1 << 20;
/// Who can't connect, or has lost the connection, waits so long before the next attempt.
const PAUSE: Duration = Duration::from_millis(10);
/// So many questions may be due and not sent: each takes memory.
const WAITING: usize = 10_000;

/// Where an answer ends.
#[derive(Clone, Debug)]
pub enum Answer {
    /// With this octet.
    Until(u8),
    /// Where the head of an HTTP answer says, by `Content-Length`.
    Http,
}

/// What is asked, and how much.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The octets of a question.
    pub question: Vec<u8>,
    /// Where its answer ends.
    pub answer: Answer,
    /// How many connections at a time.
    pub connections: usize,
    /// How long to go on.
    pub duration: Duration,
    /// How long before that to ask without counting.
    pub warm_up: Duration,
    /// How long an answer may take, and a connection.
    pub patience: Duration,
}

/// What came of it.
#[derive(Clone, Debug, Default)]
pub struct Results {
    /// Microseconds from when a question was sent to the end of its answer.
    pub from_sent: Histogram,
    /// Microseconds from when a question was due; empty without a schedule.
    pub from_due: Histogram,
    /// What went wrong, and how often.
    pub errors: BTreeMap<String, u64>,
    /// How long it took.
    pub took: Duration,
}

impl Results {
    fn failed(&mut self, error: &io::Error) {
        *self.errors.entry(program::io_cause(error)).or_default() += 1;
    }

    /// Answers a second.
    pub fn rate(&self) -> f64 {
        self.from_sent.len() as f64 / self.took.as_secs_f64().max(f64::MIN_POSITIVE)
    }

    /// The times as somebody sees them who asks: from when a question was due, if there was
    /// a schedule.
    pub fn as_seen(&self) -> &Histogram {
        match self.from_due.is_empty() {
            true => &self.from_sent,
            false => &self.from_due,
        }
    }
}

impl fmt::Display for Results {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (answers, errors) = (self.from_sent.len(), self.errors.values().sum::<u64>());
        let rate = self.rate();
        write!(f, "{answers} answers, {errors} errors, {rate:.0} a second")?;
        for (error, times) in &self.errors {
            write!(f, "\n{times} times: {error}")?;
        }
        let mut columns = vec![("from sent", &self.from_sent), ("from due", &self.from_due)];
        columns.retain(|(_, times)| !times.is_empty());
        if columns.is_empty() {
            return Ok(());
        }
        write!(f, "\n{:10}", "")?;
        for (title, _) in &columns {
            write!(f, "{title:>12}")?;
        }
        for (part, whole) in [(50, 100), (90, 100), (99, 100), (999, 1000), (1, 1)] {
            let percent = format!("{} %", part as f64 * 100.0 / whole as f64);
            write!(f, "\n{percent:>8}  ")?;
            for (_, times) in &columns {
                let time = times.quantile(part, whole).unwrap_or(0);
                write!(f, "{:>12}", picture::time(time))?;
            }
        }
        Ok(())
    }
}

/// Something to connect to, as often as one likes.
pub trait Target: Clone + Send + Sync + 'static {
    /// A connection.
    type Stream: AsyncRead + AsyncWrite + Unpin + Send + 'static;

    /// Connects.
    fn connect(&self) -> impl Future<Output = io::Result<Self::Stream>> + Send;
}

impl Target for SocketAddr {
    type Stream = TcpStream;

    async fn connect(&self) -> io::Result<TcpStream> {
        let stream = TcpStream::connect(self).await?;
        stream.set_nodelay(true)?;
        Ok(stream)
    }
}

// ANCHOR: stalled
/// A server without a network, for a paused clock: it answers each octet after a
/// millisecond, and once, two seconds after its beginning, does nothing for a second.
#[derive(Clone, Copy, Debug)]
pub struct Stalled {
    /// When it began.
    pub began: Instant,
}

impl Target for Stalled {
    type Stream = DuplexStream;

    async fn connect(&self) -> io::Result<DuplexStream> {
        let (client, mut server) = tokio::io::duplex(64);
        let stall = self.began + Duration::from_secs(2);
        tokio::spawn(async move {
            while let Ok(question) = server.read_u8().await {
                let mut answer = Instant::now() + Duration::from_millis(1);
                if (stall..stall + Duration::from_secs(1)).contains(&answer) {
                    answer = stall + Duration::from_secs(1);
                }
                sleep_until(answer).await;
                if server.write_u8(question).await.is_err() {
                    break;
                }
            }
        });
        Ok(client)
    }
}
// ANCHOR_END: stalled

/// A connection, and what has come on it.
struct Talk<S> {
    stream: S,
    input: BytesMut,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Talk<S> {
    async fn ask(&mut self, question: &[u8], answer: &Answer) -> io::Result<()> {
        // Or it would be counted as the quickest of all answers.
        if !self.input.is_empty() {
            return Err(io::Error::other("an answer to no question"));
        }
        self.stream.write_all(question).await?;
        let (mut length, mut searched) = (None, 0);
        loop {
            if length.is_none() {
                length = answer.length(&self.input, searched)?;
                searched = self.input.len();
            }
            if let Some(length) = length.filter(|length| *length <= self.input.len()) {
                self.input.advance(length);
                return Ok(());
            }
            if self.input.len() > MAX_ANSWER {
                return Err(io::Error::other("an answer without end"));
            }
            if self.stream.read_buf(&mut self.input).await? == 0 {
                return Err(io::Error::other("closed without an answer"));
            }
        }
    }
}

impl Answer {
    /// How long the answer at the beginning of `input` is, once that is known. Its end, or
    /// that of its head, was not among the first `searched` octets.
    fn length(&self, input: &[u8], searched: usize) -> io::Result<Option<usize>> {
        let end: &[u8] = match self {
            Answer::Until(end) => std::slice::from_ref(end),
            Answer::Http => b"\r\n\r\n",
        };
        let from = searched.saturating_sub(end.len() - 1); // it may have begun there
        let found = input[from..].windows(end.len()).position(|at| at == end);
        let Some(head) = found.map(|distance| from + distance) else {
            return Ok(None);
        };
        if let Answer::Until(_) = self {
            return Ok(Some(head + end.len()));
        }
        let text = String::from_utf8_lossy(&input[..head]);
        let mut lines = text.split("\r\n");
        let status = lines.next().and_then(|line| line.split(' ').nth(1));
        // Errors are kept and shown: no more kinds of them than there are numbers.
        let number =
            |status: &&str| matches!(status.as_bytes(), [b'1'..=b'9', b'0'..=b'9', b'0'..=b'9']);
        match status.filter(number) {
            Some(status) if status.starts_with('2') => {}
            status => {
                let status = status.unwrap_or("nothing of HTTP");
                return Err(io::Error::other(format!("the answer is {status}")));
            }
        }
        let length = lines.find_map(|line| {
            let (name, value) = line.split_once(':')?;
            let named = name.eq_ignore_ascii_case("content-length");
            named.then(|| value.trim().parse::<usize>().ok()).flatten()
        });
        match length {
            Some(body) if body <= MAX_ANSWER => Ok(Some(head + end.len() + body)),
            _ => Err(io::Error::other("an answer without a length")),
        }
    }
}

/// Asks once, on `talk` or a connection of its own; the connection is kept if that went well.
async fn once<T: Target>(
    target: &T,
    plan: &Plan,
    talk: &mut Option<Talk<T::Stream>>,
) -> io::Result<()> {
    let asked = timeout(plan.patience, async {
        let mut open = match talk.take() {
            Some(open) => open,
            None => Talk {
                stream: target.connect().await?,
                input: BytesMut::new(),
            },
        };
        open.ask(&plan.question, &plan.answer).await?;
        *talk = Some(open);
        Ok(())
    });
    let late = io::Error::new(
        ErrorKind::TimedOut,
        format!("not done within {:?}", plan.patience),
    );
    let asked = asked.await.unwrap_or(Err(late));
    if asked.is_err() {
        sleep(PAUSE).await;
    }
    asked
}

fn micros(time: Duration) -> u64 {
    time.as_micros().try_into().unwrap_or(u64::MAX)
}

// ANCHOR: closed
/// Asks the next question when the last one is answered, on each connection.
pub async fn closed<T: Target>(target: T, plan: Plan) -> Results {
    let counts_from = Instant::now() + plan.warm_up;
    let end = counts_from + plan.duration;
    // One for all: a histogram has a hundred times the size of a connection.
    let results = Arc::new(Mutex::new(Results::default()));
    let mut workers = JoinSet::new();
    for _ in 0..plan.connections {
        let (target, plan, results) = (target.clone(), plan.clone(), Arc::clone(&results));
        workers.spawn(async move {
            let mut talk = None;
            while Instant::now() < end {
                let sent = Instant::now();
                let asked = once(&target, &plan, &mut talk).await;
                match asked {
                    _ if sent < counts_from => {}
                    Ok(()) => lock(&results).from_sent.record(micros(sent.elapsed())),
                    Err(error) => lock(&results).failed(&error),
                }
            }
        });
    }
    workers.join_all().await;
    let mut results = std::mem::take(&mut *lock(&results));
    results.took = counts_from.elapsed();
    results
}
// ANCHOR_END: closed

// ANCHOR: open
/// Asks `rate` questions a second, each when it is due, or as soon afterwards as one of the
/// connections is free.
pub async fn open<T: Target>(target: T, plan: Plan, rate: NonZero<u32>) -> Results {
    let began = Instant::now();
    let schedule = Schedule { start: began, rate };
    let count = (plan.duration.as_secs_f64() * f64::from(rate.get())) as u64;
    let limit = plan.duration + plan.patience;
    let places = Arc::new(Semaphore::new(plan.connections));
    let queue = Arc::new(Semaphore::new(WAITING));
    let idle = Arc::new(Mutex::new(VecDeque::new()));
    let plan = Arc::new(plan);
    let send = |_| {
        let (target, plan) = (target.clone(), Arc::clone(&plan));
        let (places, idle) = (Arc::clone(&places), Arc::clone(&idle));
        let queued = Arc::clone(&queue).try_acquire_owned();
        async move {
            let Ok(queued) = queued else {
                let full = io::Error::other("too many wait to be sent");
                return (Instant::now(), Err(full));
            };
            let place = places.acquire_owned().await;
            drop(queued);
            let mut talk = lock(&idle).pop_front();
            let sent = Instant::now();
            let asked = once(&target, &plan, &mut talk).await;
            lock(&idle).extend(talk);
            drop(place);
            (sent, asked)
        }
    };
    let mut results = Results::default();
    let mut reported = 0;
    let asked = open_loop(schedule, count, send, |timing| {
        reported += 1;
        let (sent, asked) = &timing.result;
        match asked {
            Ok(()) => {
                results.from_due.record(micros(timing.latency()));
                results.from_sent.record(micros(timing.done - *sent));
            }
            Err(error) => results.failed(error),
        }
    });
    // A server that is too slow for the rate would keep us for ever.
    let in_time = timeout(limit, asked).await.is_ok();
    if !in_time {
        let missing = "no answer by the end".to_owned();
        *results.errors.entry(missing).or_default() += count - reported;
    }
    results.took = began.elapsed();
    results
}
// ANCHOR_END: open

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Nobody ever gets through to it.
    #[derive(Clone)]
    struct Away;

    impl Target for Away {
        type Stream = DuplexStream;

        async fn connect(&self) -> io::Result<DuplexStream> {
            std::future::pending().await
        }
    }

    #[tokio::test(start_paused = true)]
    async fn more_than_can_be_sent_takes_no_more_memory() {
        let plan = Plan {
            question: Vec::new(),
            answer: Answer::Http,
            connections: 1,
            duration: Duration::from_secs(1),
            warm_up: Duration::ZERO,
            patience: Duration::from_secs(60),
        };
        let rate = NonZero::new(20_000).unwrap();
        let results = open(Away, plan, rate).await;
        // One is being asked, and was asked no later than the last.
        assert_eq!(results.errors["too many wait to be sent"], 20_000 - 10_001);
        assert_eq!(results.errors.values().sum::<u64>(), 20_000);
    }

    #[test]
    fn no_octet_of_an_answer_is_searched_twice() {
        let until = |octets: &[u8], searched| Answer::Until(b'.').length(octets, searched);
        assert_eq!(until(b"a.b.", 2).unwrap(), Some(4));
        let twice = b"HTTP/1.1 404\r\n\r\nHTTP/1.1 404";
        assert_eq!(Answer::Http.length(twice, 20).unwrap(), None);
    }

    #[test]
    fn an_http_answer_ends_where_its_head_says() {
        let length = |octets: &[u8]| {
            let length = Answer::Http.length(octets, 0);
            length.map_err(|error| error.to_string())
        };
        let whole = b"HTTP/1.1 200 OK\r\nContent-LENGTH: 2\r\n\r\nhi";
        for cut in 0..=whole.len() {
            let known = (cut >= whole.len() - 2).then_some(whole.len());
            assert_eq!(length(&whole[..cut]), Ok(known), "{cut}");
            // Its head may end across what was searched and what was not.
            let searched = Answer::Http.length(&whole[..], cut.min(whole.len() - 3));
            assert_eq!(searched.unwrap(), Some(whole.len()));
        }
        assert_eq!(
            length(&[whole, &b"HTTP"[..]].concat()),
            Ok(Some(whole.len()))
        );
        for (octets, why) in [
            (&b"HTTP/1.1 404 Not Found\r\n\r\n"[..], "the answer is 404"),
            (b"HTTP/1.1 200 OK\r\n\r\n", "an answer without a length"),
            (
                b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n",
                "an answer without a length",
            ),
            (b"hello\r\n\r\n", "the answer is nothing of HTTP"),
            (
                b"HTTP/1.1 \x1b[2J0 Not Found\r\n\r\n",
                "the answer is nothing of HTTP",
            ),
        ] {
            assert_eq!(length(octets), Err(why.to_owned()));
        }
        let until = |octets: &[u8], searched| Answer::Until(b'.').length(octets, searched);
        assert_eq!(until(b"a.b.", 0).unwrap(), Some(2));
    }
}
