use super::*;

use std::time::{Duration, Instant};

use testkit::lossy::{End, Fate, Plan};
use testkit::{Steps, check, check_async, hex, note};

const fn ms(number: u64) -> Duration {
    Duration::from_millis(number)
}

/// A datagram in the words of the protocol.
fn show(datagram: &[u8]) -> String {
    let text = |payload: &[u8]| match payload {
        [] => "empty".to_owned(),
        few if few.len() <= 8 => format!("\"{}\"", few.escape_ascii()),
        many => format!("\"{}...\", {} octets", many[..8].escape_ascii(), many.len()),
    };
    match datagram {
        [] => "an empty datagram".to_owned(),
        [0, sequence, payload @ ..] => format!("DATA {sequence} ({})", text(payload)),
        [1, sequence] => format!("ACK {sequence}"),
        octets if octets.len() <= 16 => format!("the octets {}", hex(octets)),
        octets => format!("the octets {} ...", hex(&octets[..16])),
    }
}

fn show_option(datagram: Option<&[u8]>) -> String {
    datagram.map_or_else(|| "nothing".to_owned(), show)
}

fn data(sequence: u8, payload: &[u8]) -> Vec<u8> {
    [&[0, sequence], payload].concat()
}

fn ack(sequence: u8) -> [u8; 2] {
    [1, sequence]
}

/// A file of so many octets, whose segments begin with their number.
fn file(length: usize) -> Vec<u8> {
    let mut file = vec![b'.'; length];
    for (number, segment) in file.chunks_mut(512).enumerate() {
        for (octet, digit) in segment.iter_mut().zip(format!("#{number}").bytes()) {
            *octet = digit;
        }
    }
    file
}

/// The segment of a number, of a file.
fn segment(file: &[u8], number: usize) -> &[u8] {
    &file[number * 512..file.len().min((number + 1) * 512)]
}

/// What no end of this protocol sends.
fn strays() -> Vec<Vec<u8>> {
    vec![
        Vec::new(),
        vec![0],
        vec![1],
        vec![2, 0],
        vec![0xff; 600],
        // Too long for a segment, and for an acknowledgement.
        data(0, &[b'x'; 513]),
        b"\x01\x00?".to_vec(),
    ]
}

/// A sender alone, whose time is given in milliseconds.
struct Alone {
    sender: Sender,
    began: Instant,
    steps: Steps,
}

impl Alone {
    fn new(file: &[u8]) -> Self {
        let steps = Steps::new("what happened");
        steps.step(format!("the sender has a file of {} octets", file.len()));
        Self {
            sender: Sender::new(file.to_vec()),
            began: Instant::now(),
            steps,
        }
    }

    /// What `poll` gives at this time.
    #[track_caller]
    fn sends(&mut self, at: u64, expected: Option<&[u8]>) {
        let got = {
            let _note = note(|| format!("(poll at {at} ms)"));
            self.sender.poll(self.began + ms(at))
        };
        let got = got.as_deref();
        self.steps
            .step(format!("at {at} ms, poll: it sends {}", show_option(got)));
        self.steps.expect(got == expected, || {
            format!(
                "expected {} from poll, got {}",
                show_option(expected),
                show_option(got)
            )
        });
    }

    /// A datagram comes. The sender says nothing to that; `sends` asks it.
    fn comes(&mut self, datagram: &[u8]) {
        self.steps.step(format!("{} comes", show(datagram)));
        self.sender.received(datagram);
    }

    #[track_caller]
    fn waits_until(&self, expected: Option<u64>) {
        let time = |time: Option<Duration>| match time {
            Some(time) => format!("{} ms", time.as_millis()),
            None => "None".to_owned(),
        };
        let got = self
            .sender
            .deadline()
            .map(|due| due.saturating_duration_since(self.began));
        let expected = expected.map(ms);
        self.steps.step(format!("deadline gives {}", time(got)));
        self.steps.expect(got == expected, || {
            format!(
                "expected {} from deadline, got {}",
                time(expected),
                time(got)
            )
        });
    }

    #[track_caller]
    fn is(&self, expected: State) {
        let got = self.sender.state();
        self.steps.step(format!("state gives {got:?}"));
        self.steps.expect(got == expected, || {
            format!("expected {expected:?} from state, got {got:?}")
        });
    }
}

/// A receiver alone.
struct Lone {
    receiver: Receiver,
    steps: Steps,
}

impl Lone {
    fn new() -> Self {
        Self {
            receiver: Receiver::new(),
            steps: Steps::new("what happened"),
        }
    }

    fn take(&mut self, datagram: &[u8]) -> (Vec<u8>, Option<Vec<u8>>) {
        let got = {
            let _note = note(|| format!("({} came)", show(datagram)));
            self.receiver.received(datagram)
        };
        let new = match got.new {
            [] => "nothing is new",
            _ => "its payload is new",
        };
        let answer = show_option(got.answer.as_deref());
        self.steps
            .step(format!("{} comes: {new}, answer {answer}", show(datagram)));
        (got.new.to_vec(), got.answer)
    }

    /// A segment comes, and these octets should be new.
    #[track_caller]
    fn delivers(&mut self, sequence: u8, payload: &[u8], expected: &[u8]) {
        let (new, _) = self.take(&data(sequence, payload));
        self.steps
            .expect(new == expected, || match (expected.is_empty(), new) {
                (true, _) => "expected that nothing is new, and its payload is".to_owned(),
                (false, new) if new.is_empty() => {
                    "expected that its payload is new, and nothing is".to_owned()
                }
                (false, _) => "expected that its payload is new, and that alone".to_owned(),
            });
    }

    /// A segment comes, and should be acknowledged.
    #[track_caller]
    fn answers(&mut self, sequence: u8, payload: &[u8]) {
        let (_, answer) = self.take(&data(sequence, payload));
        self.steps
            .expect(answer.as_deref() == Some(&ack(sequence)), || {
                let got = show_option(answer.as_deref());
                format!("expected the answer ACK {sequence}, got {got}")
            });
    }

    #[track_caller]
    fn is_whole(&self, expected: bool) {
        let got = self.receiver.is_whole();
        self.steps.step(format!("is_whole gives {got}"));
        self.steps.expect(got == expected, || {
            format!("expected {expected} from is_whole, got {got}")
        });
    }
}

/// A link between both ends, told in the words of the protocol.
const LINK: Plan = Plan {
    names: ["sender", "receiver"],
    show,
    times: true,
    kept: true,
};

/// The clock that both ends go by.
fn now() -> Instant {
    tokio::time::Instant::now().into_std()
}

/// Drives a sender at one end until it is done. Returns how many datagrams it
/// has sent.
async fn drive_sender(end: &End, mut sender: Sender) -> usize {
    let mut sent = 0;
    loop {
        if let Some(datagram) = sender.poll(now()) {
            end.send(&datagram);
            sent += 1;
        }
        // The same moment once more.
        if let Some(datagram) = sender.poll(now()) {
            end.send(&datagram);
            end.expect(false, || {
                "poll gave two datagrams at one time. Expected that it waits for an \
                 acknowledgement between them"
                    .to_owned()
            });
        }
        match sender.state() {
            State::Sending => {}
            State::Done => {
                end.step("the sender is done");
                return sent;
            }
            State::GaveUp => {
                end.expect(false, || {
                    "the sender gave up. Expected it to go on: no segment of this script is \
                     lost 8 times"
                        .to_owned()
                });
            }
        }
        let due = sender.deadline();
        end.expect(due.is_some(), || {
            "the sender waits for an acknowledgement, and its deadline gives None: nothing will \
             wake it if none comes"
                .to_owned()
        });
        let Some(due) = due else { return sent };
        end.expect(due > now(), || {
            "the deadline is over, and poll has sent nothing: it would be asked again without \
             end"
            .to_owned()
        });
        if let Ok(datagram) = tokio::time::timeout_at(due.into(), end.recv()).await {
            sender.received(&datagram);
        }
    }
}

/// Drives a receiver at one end for as long as it is asked to. What it delivers has to
/// be `expected`, from its beginning on; how much that is stands in `come`.
async fn drive_receiver(end: &End, receiver: &mut Receiver, expected: &[u8], come: &mut usize) {
    loop {
        let datagram = end.recv().await;
        let Received { new, answer } = receiver.received(&datagram);
        if !new.is_empty() {
            end.step(&format!(
                "receiver delivers {} octets, the file's from {come} on",
                new.len()
            ));
            let rest = &expected[*come..];
            end.expect(rest.starts_with(new), || match rest {
                [] => "expected no more: all octets of the file have been delivered".to_owned(),
                rest => {
                    let same = rest.iter().zip(new).take_while(|(a, b)| a == b).count();
                    let at = *come + same;
                    let few = |octets: &[u8]| match octets.get(same..) {
                        None | Some([]) => "its end".to_owned(),
                        Some(octets) => {
                            format!("\"{}\"", octets[..octets.len().min(8)].escape_ascii())
                        }
                    };
                    format!(
                        "expected {} at offset {at} of the file, in segment {}, got {}",
                        few(rest),
                        at / 512,
                        few(new)
                    )
                }
            });
            *come += new.len();
        }
        if let Some(answer) = answer {
            end.send(&answer);
        }
    }
}

/// Sends `file` over a link with these scripts: it should arrive whole. Returns how many
/// datagrams the sender has sent, and how long it took.
async fn transfer(
    file: &[u8],
    from_sender: &[Fate],
    from_receiver: &[Fate],
) -> (usize, Duration, End) {
    let (near, far) = LINK.link(from_sender.to_vec(), from_receiver.to_vec());
    let began = now();
    let mut receiver = Receiver::new();
    let mut come = 0;
    let sent = {
        let both = async {
            tokio::select! {
                biased;
                sent = drive_sender(&near, Sender::new(file.to_vec())) => sent,
                () = drive_receiver(&far, &mut receiver, file, &mut come) => 0,
            }
        };
        let sent = tokio::time::timeout(Duration::from_secs(1800), both).await;
        near.expect(sent.is_ok(), || {
            "expected the sender to be done; half an hour has passed".to_owned()
        });
        sent.unwrap_or(0)
    };
    near.expect(come == file.len(), || {
        format!(
            "expected {} octets of the file when the sender is done, got the first {come}",
            file.len()
        )
    });
    near.expect(receiver.is_whole(), || {
        "the sender is done, and the receiver doesn't know that the file is whole".to_owned()
    });
    (sent, now() - began, near)
}

#[test]
#[ignore = "exercise"]
fn the_first_segment_is_sent() {
    check(|| {
        let mut alone = Alone::new(b"hi");
        alone.sends(0, Some(b"\x00\x00hi"));
    });
}

#[test]
#[ignore = "exercise"]
fn the_first_segment_is_delivered() {
    check(|| {
        let mut lone = Lone::new();
        lone.delivers(0, b"hi", b"hi");
        lone.is_whole(true);
    });
}

#[test]
#[ignore = "exercise"]
fn a_segment_is_acknowledged_by_its_number() {
    check(|| {
        let full = file(512);
        let mut lone = Lone::new();
        lone.answers(0, &full);
        lone.answers(1, &full);
        lone.answers(2, b"end");
    });
}

#[test]
#[ignore = "exercise"]
fn the_last_acknowledgement_ends_it() {
    check(|| {
        let mut alone = Alone::new(b"hi");
        alone.is(State::Sending);
        alone.sends(0, Some(&data(0, b"hi")));
        alone.comes(&ack(0));
        alone.is(State::Done);
        alone.sends(0, None);
        alone.sends(5000, None);
        alone.is(State::Done);
    });
}

#[test]
#[ignore = "exercise"]
fn the_next_segment_follows_at_once() {
    check(|| {
        let file = file(1030);
        let mut alone = Alone::new(&file);
        alone.sends(0, Some(&data(0, segment(&file, 0))));
        alone.comes(&ack(0));
        alone.is(State::Sending);
        alone.sends(300, Some(&data(1, segment(&file, 1))));
        alone.comes(&ack(1));
        alone.sends(300, Some(&data(2, segment(&file, 2))));
        alone.comes(&ack(2));
        alone.is(State::Done);
    });
}

#[test]
#[ignore = "exercise"]
fn segments_are_delivered_in_order() {
    check(|| {
        let file = file(1030);
        let mut lone = Lone::new();
        for number in 0..3 {
            let payload = segment(&file, number);
            lone.is_whole(false);
            lone.delivers(number as u8, payload, payload);
        }
        lone.is_whole(true);
    });
}

#[test]
#[ignore = "exercise"]
fn an_empty_file_is_an_empty_segment() {
    check(|| {
        let mut alone = Alone::new(b"");
        alone.sends(0, Some(&data(0, b"")));
        alone.comes(&ack(0));
        alone.is(State::Done);
        let mut lone = Lone::new();
        lone.delivers(0, b"", b"");
        lone.is_whole(true);
    });
}

#[test]
#[ignore = "exercise"]
fn behind_a_full_segment_comes_another() {
    check(|| {
        for full in 1..=2_u8 {
            let file = file(512 * usize::from(full));
            let mut alone = Alone::new(&file);
            for number in 0..full {
                let expected = data(number, segment(&file, usize::from(number)));
                alone.sends(0, Some(&expected));
                alone.comes(&ack(number));
            }
            alone.is(State::Sending);
            alone.sends(0, Some(&data(full, b"")));
            alone.comes(&ack(full));
            alone.is(State::Done);
        }
    });
}

#[test]
#[ignore = "exercise"]
fn a_full_segment_does_not_end_the_file() {
    check(|| {
        let mut lone = Lone::new();
        lone.delivers(0, &[b'x'; 512], &[b'x'; 512]);
        lone.is_whole(false);
        lone.delivers(1, &[b'x'; 511], &[b'x'; 511]);
        lone.is_whole(true);
    });
}

#[test]
#[ignore = "exercise"]
fn while_it_waits_it_sends_nothing() {
    check(|| {
        let mut alone = Alone::new(b"hi");
        alone.sends(0, Some(&data(0, b"hi")));
        for at in [0, 1, 500, 999] {
            alone.sends(at, None);
        }
    });
}

#[test]
#[ignore = "exercise"]
fn it_says_when_its_time_is_up() {
    check(|| {
        let file = file(600);
        let mut alone = Alone::new(&file);
        alone.waits_until(None);
        alone.sends(0, Some(&data(0, segment(&file, 0))));
        alone.waits_until(Some(1000));
        alone.comes(&ack(0));
        alone.sends(400, Some(&data(1, segment(&file, 1))));
        alone.waits_until(Some(1400));
    });
}

#[test]
#[ignore = "exercise"]
fn it_sends_again_when_its_time_is_up() {
    check(|| {
        let mut alone = Alone::new(b"hi");
        let hi = data(0, b"hi");
        alone.sends(0, Some(&hi));
        alone.sends(1000, Some(&hi));
        alone.is(State::Sending);
    });
}

#[test]
#[ignore = "exercise"]
fn each_sending_has_its_own_time() {
    check(|| {
        let mut alone = Alone::new(b"hi");
        let hi = data(0, b"hi");
        alone.sends(0, Some(&hi));
        alone.sends(1000, Some(&hi));
        alone.sends(1000, None);
        alone.sends(1999, None);
        alone.waits_until(Some(2000));
        alone.sends(2000, Some(&hi));
        alone.waits_until(Some(3000));
    });
}

#[test]
#[ignore = "exercise"]
fn its_time_begins_when_it_is_sent() {
    check(|| {
        // Whoever drives it was busy with something else.
        let mut alone = Alone::new(b"hi");
        let hi = data(0, b"hi");
        alone.sends(0, Some(&hi));
        alone.sends(2700, Some(&hi));
        alone.waits_until(Some(3700));
        alone.sends(3000, None);
        alone.sends(3700, Some(&hi));
    });
}

#[test]
#[ignore = "exercise"]
fn after_the_end_it_waits_for_nothing() {
    check(|| {
        let mut alone = Alone::new(b"hi");
        alone.sends(0, Some(&data(0, b"hi")));
        alone.comes(&ack(0));
        alone.waits_until(None);
    });
}

#[test]
#[ignore = "exercise"]
fn a_doubled_segment_is_delivered_once() {
    check(|| {
        let mut lone = Lone::new();
        let full = file(512);
        lone.delivers(0, &full, &full);
        lone.delivers(0, &full, b"");
        lone.delivers(1, b"end", b"end");
        lone.delivers(1, b"end", b"");
    });
}

#[test]
#[ignore = "exercise"]
fn a_doubled_segment_is_acknowledged_again() {
    check(|| {
        let mut lone = Lone::new();
        let full = file(512);
        lone.answers(0, &full);
        lone.answers(0, &full);
    });
}

#[test]
#[ignore = "exercise"]
fn an_old_segment_is_not_delivered() {
    check(|| {
        let mut lone = Lone::new();
        let full = file(512);
        for number in 0..4 {
            lone.delivers(number, &full, &full);
        }
        for old in [1, 3, 0, 2] {
            lone.delivers(old, &full, b"");
        }
        lone.delivers(4, &full, &full);
    });
}

#[test]
#[ignore = "exercise"]
fn an_old_segment_is_acknowledged_by_its_number() {
    check(|| {
        let mut lone = Lone::new();
        let full = file(512);
        for number in 0..4 {
            lone.take(&data(number, &full));
        }
        lone.answers(1, &full);
    });
}

#[test]
#[ignore = "exercise"]
fn a_segment_that_is_not_next_is_not_delivered() {
    check(|| {
        let mut lone = Lone::new();
        let full = file(512);
        lone.delivers(1, &full, b"");
        lone.delivers(0, &full, &full);
        for other in [2, 5, 128, 255] {
            lone.delivers(other, &full, b"");
        }
        lone.delivers(1, &full, &full);
    });
}

#[test]
#[ignore = "exercise"]
fn only_the_next_segment_ends_the_file() {
    check(|| {
        let mut lone = Lone::new();
        let full = file(512);
        lone.delivers(1, b"end", b"");
        lone.is_whole(false);
        lone.delivers(0, &full, &full);
        lone.is_whole(false);
        lone.delivers(1, b"end", b"end");
        lone.is_whole(true);
    });
}

#[test]
#[ignore = "exercise"]
fn the_last_segment_is_acknowledged_again() {
    check(|| {
        let mut lone = Lone::new();
        lone.answers(0, b"end");
        lone.is_whole(true);
        lone.answers(0, b"end");
        lone.answers(0, b"end");
    });
}

#[test]
#[ignore = "exercise"]
fn a_file_that_is_whole_stays_whole() {
    check(|| {
        let mut lone = Lone::new();
        let full = file(512);
        lone.delivers(0, &full, &full);
        lone.delivers(1, b"end", b"end");
        lone.delivers(0, &full, b"");
        lone.is_whole(true);
    });
}

#[test]
#[ignore = "exercise"]
fn behind_the_end_nothing_is_new() {
    check(|| {
        let mut lone = Lone::new();
        lone.delivers(0, b"end", b"end");
        lone.delivers(1, b"more", b"");
        lone.is_whole(true);
        lone.delivers(1, &[b'x'; 512], b"");
        lone.is_whole(true);
    });
}

#[test]
#[ignore = "exercise"]
fn an_old_acknowledgement_changes_nothing() {
    check(|| {
        let file = file(1030);
        let mut alone = Alone::new(&file);
        alone.sends(0, Some(&data(0, segment(&file, 0))));
        alone.comes(&ack(0));
        alone.sends(100, Some(&data(1, segment(&file, 1))));
        // Once more, and later once more.
        alone.comes(&ack(0));
        alone.sends(100, None);
        alone.comes(&ack(0));
        alone.sends(800, None);
        alone.waits_until(Some(1100));
        alone.sends(1100, Some(&data(1, segment(&file, 1))));
    });
}

#[test]
#[ignore = "exercise"]
fn only_its_own_acknowledgement_counts() {
    check(|| {
        let file = file(1030);
        for other in [1, 2, 128, 255] {
            let mut alone = Alone::new(&file);
            alone.sends(0, Some(&data(0, segment(&file, 0))));
            alone.comes(&ack(other));
            alone.sends(10, None);
            alone.sends(1000, Some(&data(0, segment(&file, 0))));
        }
    });
}

#[test]
#[ignore = "exercise"]
fn what_is_not_sent_is_not_acknowledged() {
    check(|| {
        let file = file(600);
        let mut alone = Alone::new(&file);
        alone.comes(&ack(0));
        alone.sends(0, Some(&data(0, segment(&file, 0))));
        // Two at once, of which the second is for what has not been sent yet.
        alone.comes(&ack(0));
        alone.comes(&ack(1));
        alone.is(State::Sending);
        alone.sends(0, Some(&data(1, segment(&file, 1))));
    });
}

#[test]
#[ignore = "exercise"]
fn some_time_it_gives_up() {
    check(|| {
        let mut alone = Alone::new(b"hi");
        for second in 0..60 {
            alone.sender.poll(alone.began + ms(second * 1000));
        }
        alone
            .steps
            .step("poll each second for a minute: nobody answers");
        alone.is(State::GaveUp);
    });
}

#[test]
#[ignore = "exercise"]
fn it_gives_up_after_eight_tries() {
    check(|| {
        let mut alone = Alone::new(b"hi");
        let hi = data(0, b"hi");
        for second in 0..8 {
            alone.sends(second * 1000, Some(&hi));
        }
        alone.sends(8000, None);
        alone.is(State::GaveUp);
        alone.waits_until(None);
        alone.sends(60_000, None);
    });
}

#[test]
#[ignore = "exercise"]
fn the_last_try_has_its_time_too() {
    check(|| {
        let mut alone = Alone::new(b"hi");
        let hi = data(0, b"hi");
        for second in 0..8 {
            alone.sends(second * 1000, Some(&hi));
        }
        alone.sends(7999, None);
        alone.is(State::Sending);
        alone.waits_until(Some(8000));
        alone.comes(&ack(0));
        alone.is(State::Done);
    });
}

#[test]
#[ignore = "exercise"]
fn it_gives_up_for_good() {
    check(|| {
        let file = file(600);
        let mut alone = Alone::new(&file);
        for second in 0..8 {
            alone.sender.poll(alone.began + ms(second * 1000));
        }
        alone
            .steps
            .step("poll at 0 ms, 1000 ms ... 7000 ms: nobody answers");
        alone.sends(8000, None);
        alone.comes(&ack(0));
        alone.sends(8100, None);
        alone.is(State::GaveUp);
    });
}

#[test]
#[ignore = "exercise"]
fn each_segment_has_its_own_tries() {
    check(|| {
        let file = file(2000);
        let mut alone = Alone::new(&file);
        let mut at = 0;
        for number in 0..4_u8 {
            let expected = data(number, segment(&file, usize::from(number)));
            for _ in 0..5 {
                alone.sends(at, Some(&expected));
                at += 1000;
            }
            alone.comes(&ack(number));
        }
        alone.is(State::Done);
    });
}

#[test]
#[ignore = "exercise"]
fn the_numbers_of_the_sender_wrap() {
    check(|| {
        let file = file(600 * 512 + 1);
        let mut alone = Alone::new(&file);
        for number in 0..600 {
            let sequence = (number % 256) as u8;
            alone.sends(0, Some(&data(sequence, segment(&file, number))));
            alone.comes(&ack(sequence));
        }
        alone.is(State::Sending);
    });
}

#[test]
#[ignore = "exercise"]
fn the_numbers_of_the_receiver_wrap() {
    check(|| {
        let file = file(600 * 512);
        let mut lone = Lone::new();
        for number in 0..600 {
            let payload = segment(&file, number);
            lone.delivers((number % 256) as u8, payload, payload);
        }
        // The one before the last wrap is old.
        lone.delivers(255, segment(&file, 511), b"");
    });
}

#[test]
#[ignore = "exercise"]
fn an_old_segment_is_acknowledged_after_the_wrap() {
    check(|| {
        let full = file(512);
        let mut lone = Lone::new();
        for number in 0..=255 {
            lone.take(&data(number, &full));
        }
        // The next is 0, and the answer to 255 was lost.
        lone.answers(255, &full);
        lone.answers(0, &full);
    });
}

#[test]
#[ignore = "exercise"]
fn the_sender_ignores_strays() {
    check(|| {
        let mut alone = Alone::new(b"hi");
        alone.sends(0, Some(&data(0, b"hi")));
        let mut strays = strays();
        // The file comes back.
        strays.push(data(0, b"hi"));
        for stray in &strays {
            alone.comes(stray);
            alone.sends(10, None);
            alone.is(State::Sending);
            alone.waits_until(Some(1000));
        }
    });
}

#[test]
#[ignore = "exercise"]
fn strays_do_the_receiver_no_harm() {
    check(|| {
        let mut lone = Lone::new();
        for stray in strays().iter().chain([&ack(0).to_vec()]) {
            let (new, _) = lone.take(stray);
            lone.steps.expect(new.is_empty(), || {
                "expected that nothing is new of what is no segment, and something is".to_owned()
            });
        }
        lone.delivers(0, b"hi", b"hi");
    });
}

#[test]
#[ignore = "exercise"]
fn strays_have_no_answer() {
    check(|| {
        let mut lone = Lone::new();
        for stray in strays().iter().chain([&ack(0).to_vec()]) {
            let (_, answer) = lone.take(stray);
            lone.steps.expect(answer.is_none(), || {
                let got = show_option(answer.as_deref());
                format!("expected no answer to what is no segment, got {got}")
            });
        }
    });
}

#[test]
#[ignore = "exercise"]
fn over_a_link_that_does_nothing_wrong() {
    check_async(|| async {
        let (sent, took, link) = transfer(&file(1030), &[], &[]).await;
        link.expect(sent == 3 && took == Duration::ZERO, || {
            format!("expected 3 segments in no time; {sent} were sent in {took:?}")
        });
    });
}

#[test]
#[ignore = "exercise"]
fn over_a_link_that_loses() {
    check_async(|| async {
        use Fate::{Deliver, Lose};
        let (sent, took, link) = transfer(
            &file(1030),
            &[Lose, Deliver, Deliver, Lose, Lose, Deliver],
            &[Lose, Deliver, Lose],
        )
        .await;
        link.expect(sent == 8 && took == ms(5000), || {
            format!(
                "5 datagrams were lost, and each costs one sending and one second: expected 8 \
                 segments in 5s; {sent} were sent in {took:?}"
            )
        });
    });
}

#[test]
#[ignore = "exercise"]
fn over_a_link_that_doubles() {
    check_async(|| async {
        let all = [Fate::Double; 40];
        let (sent, took, link) = transfer(&file(2500), &all, &all).await;
        link.expect(sent == 5 && took == Duration::ZERO, || {
            format!(
                "nothing was lost, so there is no reason to send anything again: expected 5 \
                 segments in no time; {sent} were sent in {took:?}"
            )
        });
    });
}

#[test]
#[ignore = "exercise"]
fn over_a_link_that_reorders() {
    check_async(|| async {
        use Fate::{Again, Deliver, Lose};
        // Old segments and old acknowledgements come while newer ones are waited for.
        let (soon, late) = (Again(ms(500)), Again(ms(1500)));
        transfer(
            &file(3000),
            &[soon, late, Lose, Deliver, soon, Lose, late],
            &[late, Deliver, Lose, soon, late],
        )
        .await;
    });
}

#[test]
#[ignore = "exercise"]
fn over_a_link_that_is_slow() {
    check_async(|| async {
        // There and back takes longer than the sender waits.
        let slow = [Fate::After(ms(700)); 60];
        let (sent, took, link) = transfer(&file(3000), &slow, &slow).await;
        link.expect(sent == 12 && took == ms(6 * 1400), || {
            format!(
                "an acknowledgement takes 1.4s, so that each of the 6 segments is sent twice: \
                 expected 12 sendings in 8.4s; there were {sent} in {took:?}"
            )
        });
    });
}

#[test]
#[ignore = "exercise"]
fn over_every_short_script() {
    check_async(|| async {
        let fates = [
            Fate::Deliver,
            Fate::Lose,
            Fate::Again(ms(1200)),
            Fate::After(ms(1500)),
        ];
        let fate = |script: usize, place: u32| fates[script / fates.len().pow(place) % fates.len()];
        let file = file(700);
        for script in 0..fates.len().pow(4) {
            let there = [fate(script, 0), fate(script, 1)];
            let back = [fate(script, 2), fate(script, 3)];
            transfer(&file, &there, &back).await;
        }
    });
}

#[test]
#[ignore = "exercise"]
fn a_long_file_over_a_bad_link() {
    check_async(|| async {
        // A script that looks like chance, and is always the same.
        let mut number = 1_u32;
        let mut script = || -> Vec<Fate> {
            let mut fates = Vec::new();
            for _ in 0..1000 {
                number = number.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                fates.push(match number >> 28 {
                    0 | 1 => Fate::Lose,
                    2 | 3 => Fate::Double,
                    4 => Fate::Again(ms(700)),
                    5 => Fate::After(ms(1300)),
                    _ => Fate::After(ms(20)),
                });
            }
            fates
        };
        let (there, back) = (script(), script());
        transfer(&file(260 * 512 + 5), &there, &back).await;
    });
}
