use super::*;

use std::cell::RefCell;
use std::io::{self, ErrorKind};
use std::time::Duration;

use bytes::Bytes;
use testkit::check_async;
use tokio::io::{AsyncReadExt, AsyncWriteExt, BufWriter, DuplexStream, duplex};
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep, sleep_until, timeout};

const LIMIT: usize = 20;
const PATIENCE: Duration = seconds(10);

const fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

/// A client, and the other end of its connection, on a clock that stands at zero.
struct Table {
    began: Instant,
}

impl Table {
    fn new() -> Self {
        Self {
            began: Instant::now(),
        }
    }

    fn connect(&self, room: usize) -> (Client<DuplexStream>, DuplexStream) {
        let (near, far) = duplex(room);
        (Client::new(near, LIMIT, PATIENCE), far)
    }

    /// Waits until so many seconds have passed.
    async fn at(&self, time: u64) {
        sleep_until(self.began + seconds(time)).await;
    }

    fn now(&self) -> Duration {
        self.began.elapsed()
    }

    /// `result` should be a time-out, now, which should be at so many seconds.
    #[track_caller]
    fn too_slow_at<T: std::fmt::Debug>(&self, time: u64, result: io::Result<T>, story: &str) {
        let now = self.now();
        let timed_out = matches!(&result, Err(error) if error.kind() == ErrorKind::TimedOut);
        // The clock of tokio has steps of a millisecond.
        let late = now.abs_diff(seconds(time));
        assert!(
            timed_out && late <= Duration::from_millis(5),
            "{story}\nexpected an error of the kind TimedOut at {time} s, got {} at {} s",
            match &result {
                Ok(value) => format!("Ok({value:?})"),
                Err(error) => format!("the error {:?} ({error})", error.kind()),
            },
            now.as_secs_f64()
        );
    }
}

async fn send(far: &mut DuplexStream, octets: &[u8]) {
    // That nobody is there any more is for others to find out.
    let _ = far.write_all(octets).await;
}

/// What comes from the server up to a full stop, or its end.
async fn receive(far: &mut DuplexStream) -> String {
    let mut octets = Vec::new();
    while !octets.ends_with(b".") {
        if far.read_buf(&mut octets).await.unwrap_or(0) == 0 {
            octets.extend_from_slice(b" (the end)");
            break;
        }
    }
    octets.escape_ascii().to_string()
}

/// A question, as text that can be compared and read.
fn show(got: io::Result<Option<Bytes>>) -> String {
    match got {
        Ok(Some(question)) => format!("\"{}\"", question.escape_ascii()),
        Ok(None) => "None".to_owned(),
        Err(error) => format!("the error {:?}: {error}", error.kind()),
    }
}

#[track_caller]
fn expect(got: &str, expected: &str, story: &str) {
    assert!(got == expected, "{story}: expected {expected}, got {got}");
}

#[test]
#[ignore = "exercise"]
fn a_question_is_returned() {
    check_async(|| async {
        let (mut client, mut far) = Table::new().connect(100);
        send(&mut far, b"Silence is?").await;
        let got = show(client.question().await);
        expect(&got, "\"Silence is\"", "the client sent \"Silence is?\"");
    });
}

#[test]
#[ignore = "exercise"]
fn two_questions_that_come_at_once() {
    check_async(|| async {
        let (mut client, mut far) = Table::new().connect(100);
        send(&mut far, b"Haste makes?Silence is?").await;
        for expected in ["\"Haste makes\"", "\"Silence is\""] {
            let got = show(client.question().await);
            expect(&got, expected, "the client sent two questions at once");
        }
    });
}

#[test]
#[ignore = "exercise"]
fn an_answer_is_written() {
    check_async(|| async {
        let (mut client, mut far) = Table::new().connect(3);
        let taker = timeout(seconds(1), receive(&mut far));
        let (written, got) = tokio::join!(client.answer(b"Golden."), taker);
        assert!(written.is_ok(), "answer gave {written:?}");
        let got = got.unwrap_or_else(|_| "a part of it, and no more".to_owned());
        let story = "the answer was \"Golden.\", and the stream has room for 3 octets at a time";
        expect(&got, "Golden.", story);
    });
}

#[test]
#[ignore = "exercise"]
fn an_answer_is_flushed() {
    check_async(|| async {
        let (mut client, mut far) = connect_with_flush(100);
        let written = client.answer(b"Golden.").await;
        assert!(written.is_ok(), "answer gave {written:?}");
        let got = timeout(seconds(1), receive(&mut far)).await;
        assert!(
            got.as_deref() == Ok("Golden."),
            "the stream holds back what is written until it is flushed; the answer \"Golden.\" was \
             written, and the client has {}",
            got.unwrap_or_else(|_| "nothing".to_owned())
        );
    });
}

#[test]
#[ignore = "exercise"]
fn the_end_between_two_questions_is_none() {
    check_async(|| async {
        let (mut client, mut far) = Table::new().connect(100);
        send(&mut far, b"Silence is?").await;
        drop(far);
        let _ = client.question().await;
        let got = show(client.question().await);
        expect(&got, "None", "the client sent a question and its end");
    });
}

#[test]
#[ignore = "exercise"]
fn what_breaks_the_rules_is_an_error() {
    check_async(|| async {
        let table = Table::new();
        for (sent, expected) in [
            (&b"Silen"[..], ErrorKind::UnexpectedEof),
            (b"Is this question too long?", ErrorKind::InvalidData),
        ] {
            let (mut client, mut far) = table.connect(100);
            send(&mut far, sent).await;
            drop(far);
            let got = client.question().await;
            assert!(
                got.as_ref().is_err_and(|error| error.kind() == expected),
                "the client sent \"{}\" and its end, where a question may have {LIMIT} octets: \
                 expected an error of the kind {expected:?}, got {}",
                sent.escape_ascii(),
                show(got)
            );
        }
    });
}

#[test]
#[ignore = "exercise"]
fn a_question_may_take_its_time() {
    check_async(|| async {
        let table = Table::new();
        let (mut client, mut far) = table.connect(100);
        let sender = async {
            for (time, octet) in (2..).step_by(1).zip(b"Why?") {
                table.at(time).await;
                send(&mut far, &[*octet]).await;
            }
        };
        let (got, ()) = tokio::join!(client.question(), sender);
        let story = "an octet came every second, and the last one at 5 s of 10";
        expect(&show(got), "\"Why\"", story);
    });
}

#[test]
#[ignore = "exercise"]
fn silence_is_not_waited_for_longer() {
    check_async(|| async {
        let table = Table::new();
        let (mut client, _far) = table.connect(100);
        let got = client.question().await;
        table.too_slow_at(10, got, "the client sent nothing at all");
    });
}

#[test]
#[ignore = "exercise"]
fn an_octet_now_and_then_wins_no_time() {
    check_async(|| async {
        let table = Table::new();
        let (mut client, mut far) = table.connect(100);
        let sender = async {
            for (time, octet) in (0..).step_by(6).zip(b"Why me?") {
                table.at(time).await;
                send(&mut far, &[*octet]).await;
            }
        };
        let question = async {
            let got = client.question().await;
            table.too_slow_at(10, got, "an octet of a question came every 6 s");
        };
        tokio::join!(question, sender);
    });
}

#[test]
#[ignore = "exercise"]
fn an_answer_that_nobody_takes_is_given_up() {
    check_async(|| async {
        let table = Table::new();
        let (mut client, mut far) = table.connect(1);
        let (_, ()) = tokio::join!(client.question(), send(&mut far, b"Silence is?"));
        let got = client.answer(b"Golden.").await;
        table.too_slow_at(10, got, "the client asked at 0 s, and read nothing");
    });
}

#[test]
#[ignore = "exercise"]
fn an_answer_that_is_taken_octet_by_octet_wins_no_time() {
    check_async(|| async {
        let table = Table::new();
        let (mut client, mut far) = table.connect(1);
        let (_, ()) = tokio::join!(client.question(), send(&mut far, b"Silence is?"));
        let taker = async {
            for time in (6..).step_by(6).take(7) {
                table.at(time).await;
                // It may be gone by now.
                let _ = far.read_u8().await;
            }
        };
        let answer = async {
            let got = client.answer(b"Golden.").await;
            let story = "the client asked at 0 s, and took one octet of the answer every 6 s";
            table.too_slow_at(10, got, story);
            drop(client);
        };
        tokio::join!(answer, taker);
    });
}

/// A client whose stream holds back what it takes until it is flushed, and then has room
/// for so much.
fn connect_with_flush(room: usize) -> (Client<BufWriter<DuplexStream>>, DuplexStream) {
    let (near, far) = duplex(room);
    (Client::new(BufWriter::new(near), LIMIT, PATIENCE), far)
}

#[test]
#[ignore = "exercise"]
fn a_flush_takes_no_more_than_its_time() {
    check_async(|| async {
        let table = Table::new();
        let (mut client, _far) = connect_with_flush(1);
        let got = timeout(seconds(60), client.answer(b"Golden.")).await;
        let story = "the stream took the answer at 0 s, to flush it, and the client read nothing \
                     (given up at 60 s)";
        table.too_slow_at(10, got.unwrap_or(Ok(())), story);
    });
}

#[test]
#[ignore = "exercise"]
fn a_request_is_over_when_its_answer_is_flushed() {
    check_async(|| async {
        let table = Table::new();
        let (mut client, mut far) = connect_with_flush(1);
        let taker = async {
            table.at(8).await;
            receive(&mut far).await
        };
        // Whether it is flushed at all is asked by others.
        let (_, taken) = tokio::join!(client.answer(b"Golden."), timeout(seconds(9), taker));
        let asked = async {
            table.at(17).await;
            // Nobody takes it from one that gave up sooner.
            let _ = timeout(seconds(3), send(&mut far, b"Haste makes?")).await;
        };
        let (got, ()) = tokio::join!(client.question(), asked);
        let story = "the first answer was flushed at 8 s, and the next question came at 17 s";
        let got = taken.map_or("\"Haste makes\"".to_owned(), |_| show(got));
        expect(&got, "\"Haste makes\"", story);
    });
}

#[test]
#[ignore = "exercise"]
fn the_error_says_how_long_it_had() {
    check_async(|| async {
        let (mut client, _far) = connect_with_flush(1);
        let question = client.question().await.map(|_| ());
        let answer = timeout(seconds(60), client.answer(b"Golden.")).await;
        for (call, got) in [("question", question), ("answer", answer.unwrap_or(Ok(())))] {
            // Whether it is an error, and of which kind, is asked by others.
            let Err(error) = got else { continue };
            let got = error.to_string();
            assert!(
                error.kind() != ErrorKind::TimedOut || got == "gave up: not done within 10s",
                "{call} returned another error than `too_slow(patience)`\n  expected  gave up: not done \
                 within 10s\n  got       {got}"
            );
        }
    });
}

#[test]
#[ignore = "exercise"]
fn question_and_answer_share_their_time() {
    check_async(|| async {
        let table = Table::new();
        let (mut client, mut far) = table.connect(11);
        let asked = async {
            table.at(8).await;
            send(&mut far, b"Silence is?").await;
        };
        let (_, ()) = tokio::join!(client.question(), asked);
        let got = client.answer(b"A long answer that fits nowhere.").await;
        table.too_slow_at(
            10,
            got,
            "the client asked at 8 s, and didn't take the answer",
        );
    });
}

/// The client asks at 8 s and has its answer.
async fn answered_at_8(table: &Table, client: &mut Client<DuplexStream>, far: &mut DuplexStream) {
    table.at(8).await;
    send(far, b"Silence is?").await;
    let got = show(client.question().await);
    let story = "the client asked at 8 s, which is in time";
    expect(&got, "\"Silence is\"", story);
    let written = client.answer(b"Golden.").await;
    assert!(written.is_ok(), "{story}; answer gave {written:?}");
}

#[test]
#[ignore = "exercise"]
fn the_next_request_has_all_of_its_time() {
    check_async(|| async {
        let table = Table::new();
        let (mut client, mut far) = table.connect(100);
        answered_at_8(&table, &mut client, &mut far).await;
        let asked = async {
            table.at(17).await;
            send(&mut far, b"Haste makes?").await;
        };
        let (got, ()) = tokio::join!(client.question(), asked);
        let story = "the first answer was written at 8 s, and the next question came at 17 s";
        expect(&show(got), "\"Haste makes\"", story);
    });
}

#[test]
#[ignore = "exercise"]
fn the_next_request_has_no_more_than_its_time() {
    check_async(|| async {
        let table = Table::new();
        let (mut client, mut far) = table.connect(100);
        answered_at_8(&table, &mut client, &mut far).await;
        send(&mut far, b"Has").await;
        let got = client.question().await;
        let story = "the first answer was written at 8 s, and 3 octets of a question came";
        table.too_slow_at(18, got, story);
    });
}

#[test]
#[ignore = "exercise"]
fn time_runs_while_the_server_is_elsewhere() {
    check_async(|| async {
        let table = Table::new();
        let (mut client, _far) = table.connect(100);
        table.at(4).await;
        let got = client.question().await;
        let story = "the client connected at 0 s and sent nothing; the server came to ask for its \
                     question at 4 s";
        table.too_slow_at(10, got, story);
    });
}

#[test]
#[ignore = "exercise"]
fn a_call_that_is_dropped_loses_no_octet() {
    check_async(|| async {
        let (mut client, mut far) = Table::new().connect(100);
        let asked = tokio::spawn(async move {
            for piece in [&b"Sil"[..], b"ence", b" is"] {
                send(&mut far, piece).await;
                if let Ok(got) = timeout(seconds(1), client.question()).await {
                    return format!("{} before the question was whole", show(got));
                }
            }
            send(&mut far, b"?").await;
            show(client.question().await)
        });
        // The decoder remembers how far it has searched, and may panic where that is no more.
        let got = match asked.await {
            Ok(got) if !got.ends_with('"') || got == "\"Silence is\"" => got,
            _ => "less: octets that had come to a call that was dropped are gone".to_owned(),
        };
        let story =
            "a question came in 4 pieces, and question was dropped and called again between them";
        expect(&got, "\"Silence is\"", story);
    });
}

#[test]
#[ignore = "exercise"]
fn a_call_that_is_dropped_wins_no_time() {
    check_async(|| async {
        let table = Table::new();
        let (mut client, _far) = table.connect(100);
        let got = loop {
            if let Ok(got) = timeout(seconds(3), client.question()).await {
                break got;
            }
            if table.now() > seconds(60) {
                break Ok(None);
            }
        };
        let story = "the client sent nothing; question was dropped and called again every 3 s \
                     (given up at 60 s)";
        table.too_slow_at(10, got, story);
    });
}

/// Runs `serve` beside `clients`, who get a way to connect; what was reported, and
/// when.
async fn serving<F>(
    table: &Table,
    clients: impl FnOnce(mpsc::Sender<Client<DuplexStream>>) -> F,
) -> Vec<(ErrorKind, Duration)>
where
    F: Future<Output = ()>,
{
    let reported = RefCell::new(Vec::new());
    let (sender, receiver) = mpsc::channel(8);
    let report = |error: io::Error| {
        reported.borrow_mut().push((error.kind(), table.now()));
    };
    tokio::join!(serve(receiver, report), clients(sender));
    reported.into_inner()
}

/// Connects to the server that takes its clients out of `clients`.
async fn connect(table: &Table, clients: &mpsc::Sender<Client<DuplexStream>>) -> DuplexStream {
    let (client, far) = table.connect(100);
    let sent = clients.send(client).await;
    assert!(
        sent.is_ok(),
        "at {} s a client came, and serve had ended",
        table.now().as_secs_f64()
    );
    far
}

/// It asks, and should get its answer.
async fn ask(table: &Table, far: &mut DuplexStream, who: &str) {
    let asked = table.now().as_secs_f64();
    send(far, b"Silence is?").await;
    let got = match timeout(seconds(1), receive(far)).await {
        Ok(got) => got,
        Err(_) => "nothing within a second".to_owned(),
    };
    expect(&got, "Golden.", &format!("{who} asked at {asked} s"));
}

#[test]
#[ignore = "exercise"]
fn the_server_answers() {
    check_async(|| async {
        let table = Table::new();
        serving(&table, async |clients| {
            let mut far = connect(&table, &clients).await;
            ask(&table, &mut far, "a client").await;
            ask(&table, &mut far, "the same client").await;
        })
        .await;
    });
}

#[test]
#[ignore = "exercise"]
fn nobody_waits_for_a_slow_client() {
    check_async(|| async {
        let table = Table::new();
        serving(&table, async |clients| {
            let _slow = connect(&table, &clients).await;
            let mut quick = connect(&table, &clients).await;
            let who = "one client said nothing since 0 s, and another one";
            ask(&table, &mut quick, who).await;
        })
        .await;
    });
}

#[test]
#[ignore = "exercise"]
fn who_is_too_slow_is_hung_up_on() {
    check_async(|| async {
        let table = Table::new();
        serving(&table, async |clients| {
            let mut slow = connect(&table, &clients).await;
            send(&mut slow, b"Si").await;
            let got = timeout(seconds(60), receive(&mut slow)).await;
            let got = got.unwrap_or_else(|_| "nothing".to_owned());
            let story = "a client sent two octets and waited for the server to hang up";
            expect(&got, " (the end)", story);
            let now = table.now().as_secs();
            assert!(
                now == 10,
                "{story}: expected that at 10 s, it was at {now} s"
            );
            drop(clients);
        })
        .await;
    });
}

#[test]
#[ignore = "exercise"]
fn the_others_stay_when_one_is_given_up() {
    check_async(|| async {
        let table = Table::new();
        serving(&table, async |clients| {
            let _slow = connect(&table, &clients).await;
            let mut other = connect(&table, &clients).await;
            table.at(5).await;
            ask(
                &table,
                &mut other,
                "one client says nothing, and another one",
            )
            .await;
            table.at(12).await;
            let who = "one client was too slow at 10 s, and another one";
            ask(&table, &mut other, who).await;
        })
        .await;
    });
}

#[test]
#[ignore = "exercise"]
fn new_clients_come_when_one_was_given_up() {
    check_async(|| async {
        let table = Table::new();
        serving(&table, async |clients| {
            let _slow = connect(&table, &clients).await;
            table.at(12).await;
            let mut new = connect(&table, &clients).await;
            let who = "one client was too slow at 10 s, and a new one";
            ask(&table, &mut new, who).await;
        })
        .await;
    });
}

#[test]
#[ignore = "exercise"]
fn what_goes_wrong_is_reported() {
    check_async(|| async {
        let table = Table::new();
        let reported = serving(&table, async |clients| {
            let _slow = connect(&table, &clients).await;
            let mut broken = connect(&table, &clients).await;
            send(&mut broken, b"Si").await;
            drop(broken);
            let mut good = connect(&table, &clients).await;
            ask(&table, &mut good, "a client").await;
            drop(good);
            drop(clients);
            // The slow one doesn't hang up first.
            table.at(11).await;
        })
        .await;
        let mut kinds: Vec<ErrorKind> = reported.iter().map(|(kind, _)| *kind).collect();
        kinds.sort();
        let mut expected = [ErrorKind::TimedOut, ErrorKind::UnexpectedEof];
        expected.sort();
        assert!(
            kinds == expected,
            "one client was too slow, one ended inside a question, and one was good: expected the \
             errors {expected:?} to be reported, got {kinds:?}"
        );
    });
}

#[test]
#[ignore = "exercise"]
fn it_is_reported_when_it_happens() {
    check_async(|| async {
        let table = Table::new();
        let reported = serving(&table, async |clients| {
            let _slow = connect(&table, &clients).await;
            // More clients could come all this time.
            table.at(100).await;
            drop(clients);
        })
        .await;
        let times: Vec<u64> = reported.iter().map(|(_, time)| time.as_secs()).collect();
        assert!(
            times == [10],
            "a client was too slow at 10 s; nobody else came until 100 s: expected one report at \
             10 s, got reports at {times:?} s"
        );
    });
}

#[test]
#[ignore = "exercise"]
fn the_last_client_is_waited_for() {
    check_async(|| async {
        let table = Table::new();
        serving(&table, async |clients| {
            let mut last = connect(&table, &clients).await;
            drop(clients);
            table.at(5).await;
            let who = "at 0 s it was clear that nobody else would come, and the last client";
            ask(&table, &mut last, who).await;
            // So that its end comes after the answer.
            sleep(seconds(1)).await;
        })
        .await;
    });
}
