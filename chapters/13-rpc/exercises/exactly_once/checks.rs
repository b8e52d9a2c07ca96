use super::*;

use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use testkit::lossy::{End, Fate, Plan};
use testkit::{Steps, check, check_async, note};
use tokio::time::{Instant, sleep, timeout};

/// The time for which the servers of these checks remember an answer.
const KEEP: Duration = Duration::from_secs(100);

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What is on the disk, and how often it may still be written: a crash of the server leaves
/// it as it is.
#[derive(Clone, Debug)]
struct Disk(Arc<Mutex<(State, usize)>>);

impl Disk {
    fn new() -> Disk {
        Disk(Arc::new(Mutex::new((State::default(), usize::MAX))))
    }

    fn state(&self) -> State {
        lock(&self.0).0.clone()
    }

    /// It can be written so often, and then no more.
    fn writes(&self, times: usize) {
        lock(&self.0).1 = times;
    }
}

impl Store for Disk {
    fn load(&self) -> io::Result<State> {
        Ok(self.state())
    }

    fn save(&mut self, state: &State) -> io::Result<()> {
        let mut disk = lock(&self.0);
        disk.1 = disk
            .1
            .checked_sub(1)
            .ok_or_else(|| io::Error::other("the disk is full"))?;
        disk.0 = state.clone();
        Ok(())
    }
}

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

fn show(reply: &io::Result<Reply>) -> String {
    match reply {
        Ok(Reply { id, balance }) => format!("id {id}, balance {balance}"),
        Err(error) => format!("an error: {error}"),
    }
}

/// A server and its disk, and what was done with them: told when a check fails.
struct Story {
    disk: Disk,
    server: Account<Disk>,
    steps: Steps,
}

impl Story {
    fn new() -> Story {
        let disk = Disk::new();
        let steps = Steps::new("with an account that remembers an answer for 100 s");
        Story {
            server: open(&disk),
            disk,
            steps,
        }
    }

    /// Nothing is left of the server but its disk.
    fn restart(&mut self) {
        self.steps.step("the server crashes, and is started again");
        self.server = open(&self.disk);
    }

    fn asks(&mut self, at: u64, id: u64, amount: u32) -> io::Result<Reply> {
        let got = {
            let _note = note(|| format!("(at {at} s it was asked: id {id}, put in {amount})"));
            self.server.handle(Request { id, amount }, seconds(at))
        };
        self.steps.step(format!(
            "at {at} s: id {id}, put in {amount} -> {}",
            show(&got)
        ));
        got
    }

    #[track_caller]
    fn expect(&mut self, at: u64, id: u64, amount: u32, balance: u64) {
        let got = self.asks(at, id, amount);
        let right = matches!(&got, Ok(reply) if *reply == Reply { id, balance });
        self.steps.expect(right, || {
            format!(
                "expected id {id}, balance {balance}\n     got {}",
                show(&got)
            )
        });
    }

    /// The balance on the disk is this, and answers to these calls are there.
    #[track_caller]
    fn expect_saved(&self, balance: u64, ids: &[u64]) {
        let state = self.disk.state();
        let saved: Vec<u64> = state.answers.keys().copied().collect();
        self.steps
            .expect(state.balance == balance && saved == ids, || {
                format!(
                    "expected to be saved: balance {balance}, answers to the calls {ids:?}\n     \
                 got               balance {}, answers to the calls {saved:?}",
                    state.balance
                )
            });
    }
}

fn open(disk: &Disk) -> Account<Disk> {
    Account::open(disk.clone(), KEEP).expect("the disk can be read")
}

#[test]
#[ignore = "exercise"]
fn a_call_is_done() {
    check(|| Story::new().expect(0, 7, 10, 10));
}

#[test]
#[ignore = "exercise"]
fn calls_add_up() {
    check(|| {
        let mut story = Story::new();
        story.expect(0, 7, 10, 10);
        story.expect(1, 8, 10, 20);
        story.expect(2, 0, 5, 25);
        story.expect(3, u64::MAX, 0, 25);
    });
}

#[test]
#[ignore = "exercise"]
fn a_call_sent_again_is_not_done_again() {
    check(|| {
        let mut story = Story::new();
        story.expect(0, 7, 10, 10);
        story.expect(1, 7, 10, 10);
        story.expect(2, 7, 10, 10);
        story.expect(3, 8, 1, 11);
    });
}

#[test]
#[ignore = "exercise"]
fn the_reply_is_the_same_as_then() {
    check(|| {
        let mut story = Story::new();
        story.expect(0, 7, 10, 10);
        story.expect(1, 8, 5, 15);
        story.expect(2, 7, 10, 10);
        story.expect(3, 8, 5, 15);
    });
}

#[test]
#[ignore = "exercise"]
fn an_amount_of_zero_is_a_call() {
    check(|| {
        let mut story = Story::new();
        story.expect(0, 7, 0, 0);
        story.expect(1, 8, 5, 5);
        story.expect(2, 7, 0, 0);
    });
}

#[test]
#[ignore = "exercise"]
fn what_was_answered_needs_no_disk() {
    check(|| {
        let mut story = Story::new();
        story.expect(0, 7, 10, 10);
        story.steps.step("the disk can't be written");
        story.disk.writes(0);
        story.expect(1, 7, 10, 10);
    });
}

#[test]
#[ignore = "exercise"]
fn the_balance_survives_a_crash() {
    check(|| {
        let mut story = Story::new();
        story.expect(0, 7, 10, 10);
        story.restart();
        story.expect(1, 8, 5, 15);
    });
}

#[test]
#[ignore = "exercise"]
fn an_answer_survives_a_crash() {
    check(|| {
        let mut story = Story::new();
        story.expect(0, 7, 10, 10);
        story.expect(1, 8, 5, 15);
        story.restart();
        story.expect(2, 7, 10, 10);
        story.restart();
        story.expect(3, 8, 5, 15);
        story.expect(4, 9, 1, 16);
    });
}

#[test]
#[ignore = "exercise"]
fn a_crash_tears_nothing_apart() {
    check(|| {
        for writes in 0..3 {
            let mut story = Story::new();
            story.expect(0, 6, 1, 1);
            story
                .steps
                .step(format!("the disk can be written {writes} more times"));
            story.disk.writes(writes);
            // Whether it says so or not, nobody hears it.
            let _ = story.asks(1, 7, 10);
            story.disk.writes(usize::MAX);
            story.restart();
            story.expect(2, 7, 10, 11);
            story.expect(3, 8, 1, 12);
        }
    });
}

#[test]
#[ignore = "exercise"]
fn what_is_not_saved_is_an_error() {
    check(|| {
        let mut story = Story::new();
        story.steps.step("the disk can't be written");
        story.disk.writes(0);
        let got = story.asks(0, 7, 10);
        story.steps.expect(got.is_err(), || {
            format!("expected the error of the disk\n     got {}", show(&got))
        });
    });
}

#[test]
#[ignore = "exercise"]
fn after_an_error_nothing_is_done() {
    check(|| {
        let mut story = Story::new();
        story.expect(0, 6, 1, 1);
        story.steps.step("the disk can't be written");
        story.disk.writes(0);
        let _ = story.asks(1, 7, 10);
        story.steps.step("the disk can be written");
        story.disk.writes(usize::MAX);
        story.expect(2, 8, 5, 6);
        story.expect(3, 7, 10, 16);
    });
}

#[test]
#[ignore = "exercise"]
fn it_is_saved_at_once() {
    check(|| {
        let mut story = Story::new();
        story.expect(0, 7, 10, 10);
        story.expect_saved(10, &[7]);
        story.expect(1, 8, 5, 15);
        story.expect_saved(15, &[7, 8]);
    });
}

#[test]
#[ignore = "exercise"]
fn it_is_remembered_for_its_time() {
    check(|| {
        let mut story = Story::new();
        story.expect(50, 7, 10, 10);
        story.expect(149, 7, 10, 10);
    });
}

#[test]
#[ignore = "exercise"]
fn it_is_forgotten_after_its_time() {
    check(|| {
        let mut story = Story::new();
        story.expect(50, 7, 10, 10);
        story.expect(200, 7, 10, 20);
        story.expect(299, 7, 10, 20);
        story.expect(400, 7, 10, 30);
    });
}

#[test]
#[ignore = "exercise"]
fn it_is_forgotten_when_its_time_is_up() {
    check(|| {
        let mut story = Story::new();
        story.expect(50, 7, 10, 10);
        story.expect(150, 7, 10, 20);
    });
}

#[test]
#[ignore = "exercise"]
fn to_ask_again_changes_no_time() {
    check(|| {
        let mut story = Story::new();
        story.expect(0, 7, 10, 10);
        story.expect(60, 7, 10, 10);
        story.expect(99, 7, 10, 10);
        story.expect(100, 7, 10, 20);
    });
}

#[test]
#[ignore = "exercise"]
fn each_answer_has_a_time_of_its_own() {
    check(|| {
        let mut story = Story::new();
        story.expect(0, 7, 10, 10);
        story.expect(60, 8, 5, 15);
        story.expect(100, 9, 1, 16);
        story.expect(101, 8, 5, 15);
        story.expect(102, 7, 10, 26);
    });
}

#[test]
#[ignore = "exercise"]
fn what_is_forgotten_takes_no_room() {
    check(|| {
        let mut story = Story::new();
        for (n, at) in (0..8).zip((0..).step_by(60)) {
            story.expect(at, n, 1, n + 1);
        }
        story.expect_saved(8, &[6, 7]);
        story.restart();
        story.expect(2000, 99, 1, 9);
        story.expect_saved(9, &[99]);
    });
}

#[test]
#[ignore = "exercise"]
fn a_crash_changes_no_time() {
    check(|| {
        let mut story = Story::new();
        story.expect(50, 7, 10, 10);
        story.restart();
        story.expect(149, 7, 10, 10);
        story.restart();
        story.expect(150, 7, 10, 20);
    });
}

/// A client's end of a network, as the reader's function sees it.
struct Wire<'a>(&'a End);

fn to_octets(id: u64, number: u64) -> Vec<u8> {
    [id.to_be_bytes(), number.to_be_bytes()].concat()
}

fn from_octets(datagram: &[u8]) -> (u64, u64) {
    let (halves, _) = datagram.as_chunks::<8>();
    (u64::from_be_bytes(halves[0]), u64::from_be_bytes(halves[1]))
}

impl Network for Wire<'_> {
    fn send(&self, request: Request) {
        self.0.send(&to_octets(request.id, request.amount.into()));
    }

    async fn receive(&self) -> Reply {
        let (id, balance) = from_octets(&self.0.recv().await);
        Reply { id, balance }
    }
}

/// A network that tells what it does, and when. What the client sends, and what the server
/// sends, meets these fates.
fn network(
    from_client: impl IntoIterator<Item = Fate>,
    from_server: impl IntoIterator<Item = Fate>,
) -> (End, End) {
    let plan = Plan {
        names: ["the client", "the server"],
        show: |datagram| {
            let (id, number) = from_octets(datagram);
            format!("id {id}, {number}")
        },
        times: true,
        kept: true,
    };
    plan.link(from_client, from_server)
}

const RETRY: Retry = Retry {
    every: Duration::from_secs(2),
    give_up: Duration::from_secs(7),
};

/// Calls, while the other end does what `other` says.
async fn run(
    client: &End,
    id: u64,
    amount: u32,
    retry: Retry,
    other: impl Future,
) -> Result<u64, GivenUp> {
    let wire = Wire(client);
    let request = Request { id, amount };
    // Far longer than any client here may take.
    let called = timeout(seconds(1000), call(&wire, request, retry));
    let called = async {
        let got = called.await;
        client.step(&match got {
            Ok(Ok(balance)) => format!("call returns the balance {balance}"),
            Ok(Err(GivenUp)) => "call returns GivenUp".to_owned(),
            Err(_) => "call still waits".to_owned(),
        });
        got
    };
    tokio::pin!(called);
    let got = tokio::select! {
        biased;
        got = &mut called => got,
        _ = other => called.await,
    };
    match got {
        Ok(got) => got,
        Err(_) => {
            client.expect(false, || "expected call to return".to_owned());
            Err(GivenUp)
        }
    }
}

/// The history is this one.
#[track_caller]
fn expect_history(client: &End, expected: &[&str]) {
    let got = client.history();
    for (n, step) in expected.iter().enumerate() {
        client.expect(got.get(n).is_some_and(|got| got == step), || {
            let got = got.get(n).map_or("nothing more", String::as_str);
            format!("expected as step {}  {step}\n     got  {got}", n + 1)
        });
    }
    client.expect(got.len() == expected.len(), || {
        format!("expected {} steps, got {}", expected.len(), got.len())
    });
}

/// A server that does what the reader's account does.
async fn serve(server: &End, account: &mut Account<Disk>, began: Instant) {
    loop {
        let (id, amount) = from_octets(&server.recv().await);
        let amount = u32::try_from(amount).unwrap_or(u32::MAX);
        let _note = note(|| format!("(handle was called: id {id}, put in {amount})"));
        if let Ok(reply) = account.handle(Request { id, amount }, began.elapsed()) {
            server.send(&to_octets(reply.id, reply.balance));
        }
    }
}

#[test]
#[ignore = "exercise"]
fn the_client_returns_the_balance() {
    check_async(|| async {
        let (client, server) = network([], []);
        let _ = run(&client, 7, 10, RETRY, async {
            server.recv().await;
            server.send(&to_octets(7, 10));
            std::future::pending::<()>().await;
        })
        .await;
        expect_history(
            &client,
            &[
                "at 0s: the client sends id 7, 10: delivered",
                "at 0s: the server receives id 7, 10",
                "at 0s: the server sends id 7, 10: delivered",
                "at 0s: the client receives id 7, 10",
                "at 0s: call returns the balance 10",
            ],
        );
    });
}

#[test]
#[ignore = "exercise"]
fn the_client_sends_again() {
    check_async(|| async {
        let (client, server) = network([Fate::Lose, Fate::Lose], []);
        let _ = run(&client, 7, 10, RETRY, async {
            server.recv().await;
            sleep(seconds(1)).await;
            server.send(&to_octets(7, 10));
            std::future::pending::<()>().await;
        })
        .await;
        expect_history(
            &client,
            &[
                "at 0s: the client sends id 7, 10: lost",
                "at 2s: the client sends id 7, 10: lost",
                "at 4s: the client sends id 7, 10: delivered",
                "at 4s: the server receives id 7, 10",
                "at 5s: the server sends id 7, 10: delivered",
                "at 5s: the client receives id 7, 10",
                "at 5s: call returns the balance 10",
            ],
        );
    });
}

#[test]
#[ignore = "exercise"]
fn the_client_takes_a_late_reply() {
    check_async(|| async {
        let (client, server) = network([], []);
        let _ = run(&client, 7, 10, RETRY, async {
            server.recv().await;
            sleep(seconds(3)).await;
            server.send(&to_octets(7, 10));
            std::future::pending::<()>().await;
        })
        .await;
        expect_history(
            &client,
            &[
                "at 0s: the client sends id 7, 10: delivered",
                "at 0s: the server receives id 7, 10",
                "at 2s: the client sends id 7, 10: delivered",
                "at 3s: the server sends id 7, 10: delivered",
                "at 3s: the client receives id 7, 10",
                "at 3s: call returns the balance 10",
            ],
        );
    });
}

#[test]
#[ignore = "exercise"]
fn other_replies_mean_nothing() {
    check_async(|| async {
        let (client, server) = network([Fate::Lose], []);
        let _ = run(&client, 7, 10, RETRY, async {
            sleep(seconds(1)).await;
            server.send(&to_octets(6, 99));
            server.recv().await;
            server.send(&to_octets(8, 99));
            server.send(&to_octets(7, 10));
            std::future::pending::<()>().await;
        })
        .await;
        expect_history(
            &client,
            &[
                "at 0s: the client sends id 7, 10: lost",
                "at 1s: the server sends id 6, 99: delivered",
                "at 1s: the client receives id 6, 99",
                "at 2s: the client sends id 7, 10: delivered",
                "at 2s: the server receives id 7, 10",
                "at 2s: the server sends id 8, 99: delivered",
                "at 2s: the server sends id 7, 10: delivered",
                "at 2s: the client receives id 8, 99",
                "at 2s: the client receives id 7, 10",
                "at 2s: call returns the balance 10",
            ],
        );
    });
}

#[test]
#[ignore = "exercise"]
fn the_client_gives_up() {
    check_async(|| async {
        let (client, server) = network([Fate::Lose; 10], []);
        let _ = run(&client, 7, 10, RETRY, server.recv()).await;
        expect_history(
            &client,
            &[
                "at 0s: the client sends id 7, 10: lost",
                "at 2s: the client sends id 7, 10: lost",
                "at 4s: the client sends id 7, 10: lost",
                "at 6s: the client sends id 7, 10: lost",
                "at 7s: call returns GivenUp",
            ],
        );
    });
}

#[test]
#[ignore = "exercise"]
fn who_gives_up_sends_no_more() {
    check_async(|| async {
        let (client, server) = network([Fate::Lose; 10], []);
        let retry = Retry {
            give_up: seconds(4),
            ..RETRY
        };
        let _ = run(&client, 7, 10, retry, server.recv()).await;
        expect_history(
            &client,
            &[
                "at 0s: the client sends id 7, 10: lost",
                "at 2s: the client sends id 7, 10: lost",
                "at 4s: call returns GivenUp",
            ],
        );
    });
}

#[test]
#[ignore = "exercise"]
fn strangers_do_not_keep_the_client_waiting() {
    check_async(|| async {
        let (client, server) = network([Fate::Lose; 10], []);
        let retry = Retry {
            give_up: seconds(3),
            ..RETRY
        };
        let _ = run(&client, 7, 10, retry, async {
            for _ in 0..8 {
                sleep(Duration::from_millis(1500)).await;
                server.send(&to_octets(6, 99));
            }
        })
        .await;
        expect_history(
            &client,
            &[
                "at 0s: the client sends id 7, 10: lost",
                "at 1.5s: the server sends id 6, 99: delivered",
                "at 1.5s: the client receives id 6, 99",
                "at 2s: the client sends id 7, 10: lost",
                "at 3s: call returns GivenUp",
            ],
        );
    });
}

#[test]
#[ignore = "exercise"]
fn a_lost_reply_repeats_nothing() {
    check_async(|| async {
        let (client, server) = network([], [Fate::Lose, Fate::Lose]);
        let mut account = open(&Disk::new());
        let began = Instant::now();
        let got = run(&client, 7, 10, RETRY, serve(&server, &mut account, began)).await;
        client.expect(got == Ok(10), || {
            format!("the replies were lost twice: expected the balance 10, got {got:?}")
        });
    });
}

#[test]
#[ignore = "exercise"]
fn a_bad_network_repeats_nothing() {
    check_async(|| async {
        // Of ten it loses four, doubles one, and holds one back for longer than the client waits.
        let fates = |first: usize| {
            let fate = move |n: usize| match (first + n * 7) % 10 {
                0..4 => Fate::Lose,
                4 => Fate::Double,
                5 => Fate::After(Duration::from_millis(2500)),
                _ => Fate::Deliver,
            };
            (0..200).map(fate).collect::<Vec<_>>()
        };
        let (client, server) = network(fates(0), fates(3));
        let disk = Disk::new();
        let retry = Retry {
            give_up: seconds(60),
            ..RETRY
        };
        let began = Instant::now();
        let mut balance = 0;
        for id in 1..=10 {
            // The server is started anew for each of them.
            let mut account = open(&disk);
            let serving = serve(&server, &mut account, began);
            balance += id;
            let got = run(&client, id, u32::try_from(id).unwrap_or(0), retry, serving).await;
            client.expect(got == Ok(balance), || {
                format!(
                    "the client has put in {id}, and did so once: expected the balance {balance}, got {got:?}"
                )
            });
        }
    });
}
