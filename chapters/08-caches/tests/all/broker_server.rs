//! The connections of `mini-queue` over pipes: no sockets, and time that passes when
//! there is nothing else to do.

use std::time::Duration;

use caches::at_least_once::Rules;
use caches::queue::{Broker, Limits, Options, Server};
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep};

const PATIENCE: Duration = Duration::from_secs(10);
const IDLE: Duration = Duration::from_secs(300);
const DEADLINE: Duration = Duration::from_secs(30);
/// What a pipe holds: less than one answer.
const PIPE: usize = 1000;
const MESSAGE: usize = 16 * 1024;

fn server() -> Server {
    let limits = Limits {
        rules: Rules {
            deadline: DEADLINE,
            attempts: 5,
            limit: 1000,
        },
        queues: 10,
        octets: 64 << 20,
        in_hand: 1000,
        backlog: 10,
    };
    let options = Options {
        clients: 4,
        message: MESSAGE,
        patience: PATIENCE,
        idle: IDLE,
    };
    Server::new(Broker::new(limits), options)
}

/// A client, and what becomes of its conversation.
fn come(server: &Server) -> (DuplexStream, JoinHandle<Result<(), String>>) {
    let (client, stream) = duplex(PIPE);
    let server = server.clone();
    let talk = async move { server.talk(stream).await.map_err(|error| error.to_string()) };
    (client, tokio::spawn(talk))
}

fn request(words: &str) -> Vec<u8> {
    let words: Vec<&[u8]> = words.split(' ').map(str::as_bytes).collect();
    let mut octets = Vec::new();
    caches::client::resp::encode(&words, &mut octets);
    octets
}

/// Sends `words` and reads as many octets as `answer` has.
async fn ask(client: &mut DuplexStream, words: &str, answer: &str) {
    client.write_all(&request(words)).await.unwrap();
    hear(client, answer).await;
}

async fn hear(client: &mut DuplexStream, answer: &str) {
    let mut heard = vec![0; answer.len()];
    let read = client.read_exact(&mut heard).await;
    assert_eq!(String::from_utf8_lossy(&heard), answer, "{read:?}");
}

#[tokio::test(start_paused = true)]
async fn who_says_nothing_or_half_a_request_has_so_much_time() {
    let server = server();
    let (mut client, end) = come(&server);
    ask(&mut client, "PING", "+PONG\r\n").await;
    let started = Instant::now();
    let told = end.await.unwrap();
    assert_eq!(told, Err("gave up: said nothing for 300s".to_owned()));
    assert_eq!(started.elapsed(), IDLE);

    // However often something comes: the clock runs for the whole request.
    let (mut client, end) = come(&server);
    let started = Instant::now();
    tokio::spawn(async move {
        for octet in request("PUSH jobs paint") {
            if client.write_all(&[octet]).await.is_err() {
                break;
            }
            sleep(Duration::from_secs(1)).await;
        }
    });
    let told = end.await.unwrap();
    assert_eq!(told, Err("gave up: sent half a request for 10s".to_owned()));
    assert_eq!(started.elapsed(), PATIENCE);
}

#[tokio::test(start_paused = true)]
async fn who_does_not_read_has_so_much_time_and_is_answered_so_far() {
    const JOBS: usize = 30;
    let server = server();
    let (mut sender, _stays) = come(&server);
    for _ in 0..JOBS {
        let push = format!("PUSH jobs {}", "x".repeat(1000));
        ask(&mut sender, &push, "+OK\r\n").await;
    }
    let (mut greedy, end) = come(&server);
    let started = Instant::now();
    let asked = request("TAKE jobs").repeat(JOBS);
    greedy.write_all(&asked).await.unwrap();
    sleep(PATIENCE / 2).await;
    // Sixteen answers are less than the server's buffer.
    ask(&mut sender, "COUNT jobs", "*3\r\n:13\r\n:17\r\n:0\r\n").await;
    let told = end.await.unwrap();
    assert_eq!(told, Err("gave up: took nothing for 10s".to_owned()));
    assert_eq!(started.elapsed(), PATIENCE);
    // What it had is somebody else's.
    ask(&mut sender, "COUNT jobs", "*3\r\n:30\r\n:0\r\n:0\r\n").await;
}

#[tokio::test(start_paused = true)]
async fn who_is_refused_and_does_not_read_holds_nobody_up() {
    let server = server();
    let (mut nonsense, end) = come(&server);
    let started = Instant::now();
    nonsense
        .write_all(&b"*1\r\n$0\r\n\r\n".repeat(90))
        .await
        .unwrap();
    nonsense.write_all(b"nonsense\r\n").await.unwrap();
    let told = end.await.unwrap().unwrap_err();
    assert!(
        told.starts_with("gave up: took nothing") || told.contains("'n'"),
        "{told}"
    );
    assert_eq!(started.elapsed(), PATIENCE);

    let guests: Vec<_> = (0..4).map(|_| come(&server)).collect();
    sleep(Duration::from_millis(1)).await; // all of them have a place
    let (mut fifth, end) = come(&server);
    hear(&mut fifth, "-FULL too many clients\r\n").await;
    assert_eq!(end.await.unwrap(), Ok(()));
    drop(guests);
}

#[tokio::test(start_paused = true)]
async fn who_waits_or_listens_may_be_silent() {
    let server = server();
    let (mut listens, end) = come(&server);
    let subscribed = "*3\r\n$9\r\nsubscribe\r\n$1\r\nn\r\n:1\r\n";
    ask(&mut listens, "SUBSCRIBE n", subscribed).await;
    let (mut waits, waited) = come(&server);
    // Much longer than it may be silent, a minute at a time.
    let started = Instant::now();
    for _ in 0..20 {
        ask(&mut waits, "TAKE jobs 60", "$-1\r\n").await;
    }
    assert_eq!(started.elapsed(), 20 * Duration::from_secs(60));
    ask(&mut waits, "PUBLISH n x", ":1\r\n").await;
    let message = "*3\r\n$7\r\nmessage\r\n$1\r\nn\r\n$1\r\nx\r\n";
    hear(&mut listens, message).await;
    assert!(!end.is_finished() && !waited.is_finished());
}

#[tokio::test(start_paused = true)]
async fn the_brokers_clock_is_looked_at_when_a_time_is_over() {
    let server = server();
    let (mut one, _stays) = come(&server);
    let (mut two, _stays) = come(&server);
    ask(&mut one, "PUSH jobs a", "+OK\r\n").await;
    let first = "*3\r\n:0\r\n:1\r\n$1\r\na\r\n";
    ask(&mut one, "TAKE jobs", first).await;
    let started = Instant::now();
    let second = "*3\r\n:1\r\n:2\r\n$1\r\na\r\n";
    ask(&mut two, "TAKE jobs 60", second).await;
    assert_eq!(started.elapsed(), DEADLINE);
    ask(&mut one, "ACK jobs 0", "-GONE no such delivery: 0\r\n").await;
    let started = Instant::now();
    let timeout = "-TIMEOUT nobody has answered in time\r\n";
    ask(&mut one, "ASK capitals hello", timeout).await;
    assert_eq!(started.elapsed(), Duration::from_secs(5));
}
