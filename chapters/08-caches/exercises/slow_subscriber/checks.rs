use super::*;

use bytes::Bytes;
use testkit::{Steps, check, heap, note};

/// A hub, and what was done with it: told, step by step, when a check fails.
struct Story {
    hub: Hub,
    steps: Steps,
}

/// A subscriber and what the story calls it.
#[derive(Clone, Copy)]
struct Who {
    name: &'static str,
    number: Subscriber,
}

impl Story {
    fn new(limit: usize) -> Story {
        let steps = Steps::new("what was done with the hub");
        steps.step(format!("a hub that holds {limit} for each subscriber"));
        let hub = Hub::new(limit);
        Story { hub, steps }
    }

    fn subscribe(&mut self, name: &'static str, prefix: &'static str) -> Who {
        let about = match prefix {
            "" => "everything".to_owned(),
            prefix => format!("\"{prefix}\""),
        };
        self.steps.step(format!("{name} subscribes to {about}"));
        let number = self.hub.subscribe(Bytes::from_static(prefix.as_bytes()));
        Who { name, number }
    }

    fn unsubscribe(&mut self, who: Who) {
        self.steps.step(format!("{} unsubscribes", who.name));
        self.hub.unsubscribe(who.number);
    }

    /// Publishes, whatever comes of it.
    fn publish(&mut self, topic: &str, payload: &str) -> usize {
        let _note = note(|| format!("(publish {topic}: {payload})"));
        let wanted = self.hub.publish(&message(topic, payload));
        self.steps
            .step(format!("publish {topic}: {payload} gives {wanted}"));
        wanted
    }

    /// Publishes `news` several times, with a number for its payload.
    fn publish_news(&mut self, numbers: std::ops::RangeInclusive<u32>) {
        for number in numbers {
            self.publish("news", &number.to_string());
        }
    }

    #[track_caller]
    fn publish_to(&mut self, topic: &str, payload: &str, expected: usize) {
        let wanted = self.publish(topic, payload);
        self.steps.expect(wanted == expected, || {
            format!("expected that {expected} want it, got {wanted}")
        });
    }

    fn take(&mut self, who: Who) -> Option<Event> {
        let got = {
            let _note = note(|| format!("(next of {})", who.name));
            self.hub.next(who.number)
        };
        self.steps
            .step(format!("{}, next: {}", who.name, show(got.as_ref())));
        got
    }

    #[track_caller]
    fn expect(&mut self, who: Who, expected: Option<Event>) {
        let got = self.take(who);
        self.steps.expect(got == expected, || {
            let (expected, got) = (show(expected.as_ref()), show(got.as_ref()));
            format!("expected {expected}, got {got}")
        });
    }

    /// The payloads of messages, in order.
    #[track_caller]
    fn expect_news(&mut self, who: Who, numbers: std::ops::RangeInclusive<u32>) {
        for number in numbers {
            let news = message("news", &number.to_string());
            self.expect(who, Some(Event::Message(news)));
        }
    }

    /// All messages that `who` still gets, without what is lost.
    fn messages(&mut self, who: Who) -> Vec<String> {
        let mut messages = Vec::new();
        // More than any check publishes: a queue without end is no reason to hang.
        for _ in 0..1_000 {
            match self.take(who) {
                Some(Event::Message(message)) => messages.push(text(&message.payload)),
                Some(Event::Lost(_)) => {}
                None => return messages,
            }
        }
        self.steps
            .fail("expected that there is nothing more at last; next gave something 1000 times")
    }

    /// How many messages `who` is told to have lost.
    fn lost(&mut self, who: Who) -> u64 {
        let mut all = 0;
        for _ in 0..1_000 {
            match self.take(who) {
                Some(Event::Lost(lost)) => all += lost,
                Some(Event::Message(_)) => {}
                None => break,
            }
        }
        all
    }
}

fn message(topic: &str, payload: &str) -> Message {
    Message {
        topic: Bytes::copy_from_slice(topic.as_bytes()),
        payload: Bytes::copy_from_slice(payload.as_bytes()),
    }
}

fn text(octets: &[u8]) -> String {
    octets.escape_ascii().to_string()
}

fn show(event: Option<&Event>) -> String {
    match event {
        None => "nothing".to_owned(),
        Some(Event::Lost(lost)) => format!("Lost({lost})"),
        Some(Event::Message(message)) => {
            format!("{}: {}", text(&message.topic), text(&message.payload))
        }
    }
}

#[test]
#[ignore = "exercise"]
fn a_message_reaches_its_subscriber() {
    check(|| {
        let mut story = Story::new(4);
        let ann = story.subscribe("Ann", "news");
        story.publish("news", "1");
        story.expect_news(ann, 1..=1);
        story.expect(ann, None);
    });
}

#[test]
#[ignore = "exercise"]
fn messages_come_in_the_order_of_publishing() {
    check(|| {
        let mut story = Story::new(4);
        let ann = story.subscribe("Ann", "");
        story.publish_news(1..=3);
        story.expect_news(ann, 1..=2);
        story.publish_news(4..=4);
        story.expect_news(ann, 3..=4);
        story.expect(ann, None);
    });
}

#[test]
#[ignore = "exercise"]
fn a_prefix_chooses_topics() {
    check(|| {
        let mut story = Story::new(8);
        let ann = story.subscribe("Ann", "sport");
        let topics = ["sport", "weather", "spo", "Sport", "e.sport", ""];
        for topic in topics {
            story.publish(topic, topic);
        }
        let got = story.messages(ann);
        story.steps.expect(got == ["sport"], || {
            format!(
                "expected the topics that begin with \"sport\": sport\n     got {}",
                got.join(", ")
            )
        });
    });
}

#[test]
#[ignore = "exercise"]
fn a_prefix_may_end_inside_a_word() {
    check(|| {
        let mut story = Story::new(8);
        let ann = story.subscribe("Ann", "sport");
        for topic in ["sports", "sport.ski", "sport/ski"] {
            story.publish(topic, "x");
            story.expect(ann, Some(Event::Message(message(topic, "x"))));
        }
    });
}

#[test]
#[ignore = "exercise"]
fn a_prefix_is_octets() {
    check(|| {
        let mut hub = Hub::new(8);
        let ann = hub.subscribe(Bytes::from_static(b"t\x80"));
        let published = |topic: &'static [u8]| Message {
            topic: Bytes::from_static(topic),
            payload: Bytes::from_static(b"x"),
        };
        for (topic, wanted) in [(&b"t\x80/1"[..], 1), (b"t\x81/1", 0)] {
            let got = hub.publish(&published(topic));
            assert!(
                got == wanted,
                "a subscriber with the prefix \"t\\x80\", and a message with the topic \"{}\", which are \
                 octets and no UTF-8: expected that {wanted} want it, got {got}",
                topic.escape_ascii()
            );
        }
        let got = hub.next(ann);
        let expected = Some(Event::Message(published(b"t\x80/1")));
        assert!(
            got == expected,
            "expected {}, got {}",
            show(expected.as_ref()),
            show(got.as_ref())
        );
    });
}

#[test]
#[ignore = "exercise"]
fn an_empty_prefix_is_everything() {
    check(|| {
        let mut story = Story::new(8);
        let ann = story.subscribe("Ann", "");
        for topic in ["sport", "weather", ""] {
            story.publish(topic, "x");
            story.expect(ann, Some(Event::Message(message(topic, "x"))));
        }
    });
}

#[test]
#[ignore = "exercise"]
fn publishing_says_how_many_want_it() {
    check(|| {
        let mut story = Story::new(8);
        story.publish_to("news", "1", 0);
        story.subscribe("Ann", "news");
        story.publish_to("news", "2", 1);
        story.subscribe("Bob", "");
        story.subscribe("Cid", "weather");
        story.publish_to("news", "3", 2);
        story.publish_to("sport", "1", 1);
    });
}

#[test]
#[ignore = "exercise"]
fn a_slow_subscriber_is_counted_too() {
    check(|| {
        let mut story = Story::new(2);
        story.subscribe("Ann", "");
        for number in 1..=5 {
            story.publish_to("news", &number.to_string(), 1);
        }
    });
}

#[test]
#[ignore = "exercise"]
fn a_subscription_begins_now() {
    check(|| {
        let mut story = Story::new(8);
        let ann = story.subscribe("Ann", "");
        story.publish_news(1..=2);
        let bob = story.subscribe("Bob", "");
        story.publish_news(3..=3);
        story.expect_news(bob, 3..=3);
        story.expect(bob, None);
        story.expect_news(ann, 1..=3);
    });
}

#[test]
#[ignore = "exercise"]
fn each_has_a_queue_of_its_own() {
    check(|| {
        let mut story = Story::new(8);
        let ann = story.subscribe("Ann", "");
        let bob = story.subscribe("Bob", "");
        story.publish_news(1..=2);
        story.expect_news(ann, 1..=2);
        story.expect(ann, None);
        story.expect_news(bob, 1..=2);
        story.expect(bob, None);
    });
}

#[test]
#[ignore = "exercise"]
fn as_many_as_the_limit_are_held() {
    check(|| {
        let mut story = Story::new(3);
        let ann = story.subscribe("Ann", "");
        story.publish_news(1..=3);
        story.expect_news(ann, 1..=3);
        story.expect(ann, None);
    });
}

#[test]
#[ignore = "exercise"]
fn the_limit_is_for_each_subscriber() {
    check(|| {
        let mut story = Story::new(3);
        let ann = story.subscribe("Ann", "");
        let bob = story.subscribe("Bob", "");
        let cid = story.subscribe("Cid", "");
        story.publish_news(1..=3);
        for who in [ann, bob, cid] {
            story.expect_news(who, 1..=3);
            story.expect(who, None);
        }
    });
}

#[test]
#[ignore = "exercise"]
fn a_full_queue_keeps_the_youngest() {
    check(|| {
        let mut story = Story::new(3);
        let ann = story.subscribe("Ann", "");
        story.publish_news(1..=10);
        let got = story.messages(ann);
        story.steps.expect(got == ["8", "9", "10"], || {
            format!(
                "10 messages for a queue of 3: expected the youngest, 8, 9, 10, got {}",
                if got.is_empty() {
                    "none".to_owned()
                } else {
                    got.join(", ")
                }
            )
        });
    });
}

#[test]
#[ignore = "exercise"]
fn a_loss_is_told_before_what_is_younger() {
    check(|| {
        let mut story = Story::new(2);
        let ann = story.subscribe("Ann", "");
        story.publish_news(1..=3);
        // How many are lost, and which messages are left, is asked by others.
        let got = story.take(ann);
        let told = matches!(got, Some(Event::Lost(_)));
        story.steps.expect(told, || {
            format!(
                "a message has been dropped, and those that wait are younger: expected Lost(1), got {}",
                show(got.as_ref())
            )
        });
    });
}

#[test]
#[ignore = "exercise"]
fn every_lost_message_is_counted() {
    check(|| {
        let mut story = Story::new(2);
        let ann = story.subscribe("Ann", "");
        let bob = story.subscribe("Bob", "");
        story.publish_news(1..=3);
        let lost = story.lost(bob);
        story.steps.expect(lost == 1, || {
            format!("1 of 3 messages was dropped: Bob should be told that, and was told {lost}")
        });
        story.publish_news(4..=9);
        let lost = story.lost(ann);
        story.steps.expect(lost == 7, || {
            format!("7 of 9 messages were dropped: Ann should be told that, and was told {lost}")
        });
    });
}

#[test]
#[ignore = "exercise"]
fn losses_in_a_row_are_told_at_once() {
    check(|| {
        let mut story = Story::new(2);
        let ann = story.subscribe("Ann", "");
        story.publish_news(1..=5);
        let [first, second] = [story.take(ann), story.take(ann)];
        let both = [&first, &second].map(|event| matches!(event, Some(Event::Lost(_))));
        // Whether a loss is told at all is asked by others.
        story.steps.expect(both != [true, true], || {
            format!(
                "expected one Lost for all that is missing here, and then a message; got {} and {}",
                show(first.as_ref()),
                show(second.as_ref())
            )
        });
    });
}

#[test]
#[ignore = "exercise"]
fn what_comes_and_what_is_lost_make_up_all() {
    check(|| {
        let mut story = Story::new(3);
        let ann = story.subscribe("Ann", "");
        story.publish_news(1..=7);
        let [mut came, mut lost] = [0, 0];
        for _ in 0..100 {
            match story.take(ann) {
                Some(Event::Message(_)) => came += 1,
                Some(Event::Lost(more)) => lost += more,
                None => break,
            }
        }
        story.steps.expect(came + lost == 7, || {
            format!(
                "7 messages were published. Ann got {came} and was told of {lost} lost ones: expected \
                 that this makes up 7"
            )
        });
    });
}

#[test]
#[ignore = "exercise"]
fn a_loss_is_told_once() {
    check(|| {
        let mut story = Story::new(2);
        let ann = story.subscribe("Ann", "");
        story.publish_news(1..=4);
        let first = story.lost(ann);
        story.publish_news(5..=6);
        let second = story.lost(ann);
        // Whether it is told at all is asked by others.
        story.steps.expect(first == 0 || second == 0, || {
            format!("Ann was told of {first}, and nothing has been lost since: expected no Lost")
        });
    });
}

#[test]
#[ignore = "exercise"]
fn losses_are_told_where_they_are() {
    check(|| {
        let mut story = Story::new(2);
        let ann = story.subscribe("Ann", "");
        story.publish_news(1..=3);
        story.expect(ann, Some(Event::Lost(1)));
        story.expect_news(ann, 2..=2);
        story.publish_news(4..=5);
        story.expect(ann, Some(Event::Lost(1)));
        story.publish_news(6..=6);
        story.expect(ann, Some(Event::Lost(1)));
        story.expect_news(ann, 5..=6);
        story.expect(ann, None);
    });
}

#[test]
#[ignore = "exercise"]
fn a_slow_one_costs_the_others_nothing() {
    check(|| {
        let mut story = Story::new(2);
        story.subscribe("Slow", "");
        let fast = story.subscribe("Fast", "");
        for number in 1..=6 {
            story.publish_news(number..=number);
            story.expect_news(fast, number..=number);
        }
        story.expect(fast, None);
    });
}

#[test]
#[ignore = "exercise"]
fn a_slow_one_gets_new_messages_again() {
    check(|| {
        let mut story = Story::new(2);
        let ann = story.subscribe("Ann", "");
        story.publish_news(1..=6);
        // What it still gets of these is asked by others.
        story.messages(ann);
        story.publish_news(7..=8);
        let got = story.messages(ann);
        story.steps.expect(got == ["7", "8"], || {
            format!(
                "Ann has caught up, and two messages were published after that: expected 7, 8, got {}",
                if got.is_empty() { "none".to_owned() } else { got.join(", ") }
            )
        });
    });
}

#[test]
#[ignore = "exercise"]
fn a_flood_takes_no_more_memory_than_the_limit() {
    check(|| {
        const LIMIT: usize = 16;
        const FLOOD: usize = 10_000;
        let mut hub = Hub::new(LIMIT);
        hub.subscribe(Bytes::new());
        let news = message("news", "x");
        let ((), usage) = heap::measure(|| {
            for _ in 0..FLOOD {
                hub.publish(&news);
            }
        });
        // With all that a queue may waste while it grows.
        let most = 8 * LIMIT * size_of::<Message>();
        assert!(
            usage.peak <= most,
            "{FLOOD} messages for a subscriber that fetches none, with a limit of {LIMIT}: the hub held \
             more than {most} octets for them. {LIMIT} messages take {}; a subscriber who never comes \
             back could fill the memory",
            LIMIT * size_of::<Message>()
        );
    });
}

#[test]
#[ignore = "exercise"]
fn a_queue_takes_no_memory_before_its_messages() {
    check(|| {
        const LIMIT: usize = 100_000;
        let mut hub = Hub::new(LIMIT);
        let (_, usage) = heap::measure(|| {
            let _ = hub.subscribe(Bytes::new());
            hub.publish(&message("news", "x"))
        });
        const MOST: usize = 64 * 1024;
        assert!(
            usage.largest < MOST,
            "with a limit of {LIMIT} messages, one subscriber and one message: the hub asked for more \
             than {MOST} octets at once. The limit is what a queue may grow to; most never hold more \
             than a few"
        );
    });
}

#[test]
#[ignore = "exercise"]
fn a_payload_is_shared_and_not_copied() {
    check(|| {
        const LONG: usize = 100_000;
        let mut hub = Hub::new(4);
        let subscribers = [(); 3].map(|()| hub.subscribe(Bytes::new()));
        let news = Message {
            topic: Bytes::from_static(b"news"),
            payload: Bytes::from(vec![b'x'; LONG]),
        };
        let (got, usage) = heap::measure(|| {
            hub.publish(&news);
            subscribers.map(|subscriber| hub.next(subscriber))
        });
        assert!(
            usage.peak < LONG,
            "a payload of {LONG} octets went to 3 subscribers, and the hub asked for as much memory \
             again, or more. A clone of `Bytes` shares the octets; a copy for each of a thousand \
             subscribers would be 100 MB"
        );
        assert!(
            got.iter()
                .all(|event| matches!(event, Some(Event::Message(message)) if *message == news)),
            "a payload of {LONG} octets went to 3 subscribers; not all of them got it"
        );
    });
}

#[test]
#[ignore = "exercise"]
fn a_topic_is_shared_too() {
    check(|| {
        const LONG: usize = 100_000;
        let mut hub = Hub::new(4);
        let subscribers = [(); 3].map(|()| hub.subscribe(Bytes::from_static(b"x")));
        let news = Message {
            topic: Bytes::from(vec![b'x'; LONG]),
            payload: Bytes::from_static(b"news"),
        };
        let (_, usage) = heap::measure(|| {
            hub.publish(&news);
            subscribers.map(|subscriber| hub.next(subscriber))
        });
        assert!(
            usage.peak < LONG,
            "a message with a topic of {LONG} octets went to 3 subscribers, and the hub asked for as \
             much memory again, or more. A clone of `Bytes` shares the octets of the topic, too"
        );
    });
}

#[test]
#[ignore = "exercise"]
fn a_limit_of_0_loses_everything() {
    check(|| {
        let mut story = Story::new(0);
        let ann = story.subscribe("Ann", "");
        story.publish_news(1..=2);
        story.expect(ann, Some(Event::Lost(2)));
        story.expect(ann, None);
    });
}

#[test]
#[ignore = "exercise"]
fn who_unsubscribes_gets_nothing_more() {
    check(|| {
        let mut story = Story::new(4);
        let ann = story.subscribe("Ann", "");
        let bob = story.subscribe("Bob", "");
        story.publish_news(1..=1);
        story.unsubscribe(ann);
        story.expect(ann, None);
        story.publish_to("news", "2", 1);
        story.expect(ann, None);
        // Twice does no harm.
        story.unsubscribe(ann);
        story.expect_news(bob, 1..=2);
    });
}

#[test]
#[ignore = "exercise"]
fn who_unsubscribes_takes_no_memory() {
    check(|| {
        const GONE: usize = 150;
        let mut hub = Hub::new(16);
        let news = message("news", "x");
        let ((), usage) = heap::measure(|| {
            for _ in 0..GONE {
                let ann = hub.subscribe(Bytes::new());
                for _ in 0..16 {
                    hub.publish(&news);
                }
                hub.unsubscribe(ann);
            }
        });
        // How much exactly depends on how a map grows.
        let limit = 100 * 16 * size_of::<Message>();
        assert!(
            usage.peak < limit,
            "{GONE} subscribers came and went, one after the other, each with 16 messages that it did not \
             fetch, and the hub held more than {limit} octets. Of one that has unsubscribed, nothing is to \
             be kept"
        );
    });
}

#[test]
#[ignore = "exercise"]
fn a_number_is_never_given_again() {
    check(|| {
        let mut story = Story::new(4);
        let ann = story.subscribe("Ann", "");
        let bob = story.subscribe("Bob", "");
        for gone in [ann, bob] {
            story.unsubscribe(gone);
            let cid = story.subscribe("Cid", "");
            for who in [ann, bob] {
                story.steps.expect(cid.number != who.number, || {
                    format!(
                        "Cid got the number that was {}'s. Whoever still holds it would fetch Cid's \
                         messages",
                        who.name
                    )
                });
            }
        }
    });
}

#[test]
#[ignore = "exercise"]
fn the_last_number_is_not_given_again() {
    check(|| {
        let mut story = Story::new(4);
        story.subscribe("Ann", "");
        let bob = story.subscribe("Bob", "");
        story.unsubscribe(bob);
        let cid = story.subscribe("Cid", "");
        story.steps.expect(cid.number != bob.number, || {
            "Cid got the number that was Bob's. Whoever still holds it would fetch Cid's messages"
                .to_owned()
        });
    });
}

#[test]
#[ignore = "exercise"]
fn a_stranger_gets_nothing() {
    check(|| {
        let mut story = Story::new(4);
        let ann = story.subscribe("Ann", "");
        story.publish_news(1..=1);
        let name = "a number that was never given";
        let nobody = Subscriber(ann.number.0.wrapping_add(77));
        let nobody = Who {
            name,
            number: nobody,
        };
        story.expect(nobody, None);
        story.unsubscribe(nobody);
        story.expect_news(ann, 1..=1);
    });
}
