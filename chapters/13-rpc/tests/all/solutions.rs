//! The exercises' solutions, given anything at all, and what is given in them.

use std::collections::BTreeMap;
use std::io;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use proptest::prelude::*;
use rpc::exactly_once::{Account, Request, State, Store};
use rpc::handshake::{self, accept, connect};
use rpc::jsonrpc_batch::{self, respond};
use rpc::message;
use rpc::multicall::{Fault, multicall, to_params, to_results};
use rpc::secret::Secret;
use rpc::xmlrpc_values::{Error, Limits, Value, is_character, parse};
use serde_json::json;
use testkit::{Trickle, check_async};

const WIDE: Limits = Limits {
    octets: 1 << 20,
    depth: 100,
};

fn read(xml: &str, limits: Limits) -> Result<Value, Error> {
    Value::from_element(&parse(xml, limits)?)
}

/// Text of which much means something to XML.
fn text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        3 => "\\PC{0,6}",
        3 => proptest::sample::select(
            &["&", "<", ">", "]]>", "&amp;", "\r", "\n", "\r\n", "\t", " ", "\"", "'", "<!--", "</value>", "<![CDATA["][..]
        ).prop_map(str::to_owned),
    ];
    proptest::collection::vec(piece, 0..6).prop_map(|pieces| pieces.concat())
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Nil),
        any::<bool>().prop_map(Value::Boolean),
        any::<i32>().prop_map(Value::Int),
        any::<i64>().prop_map(Value::Long),
        any::<f64>()
            .prop_filter("a number", |number| !number.is_nan())
            .prop_map(Value::Double),
        text().prop_map(Value::String),
        text().prop_map(|text| Value::DateTime(text.trim_ascii().to_owned())),
        proptest::collection::vec(any::<u8>(), 0..80).prop_map(Value::Base64),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::Array),
            proptest::collection::btree_map(text(), inner, 0..4).prop_map(Value::Struct),
        ]
    })
}

proptest! {
    #[test]
    fn what_is_written_is_read(value in value()) {
        let mut xml = String::new();
        value.write(&mut xml).unwrap();
        prop_assert_eq!(read(&xml, WIDE), Ok(value), "{}", xml);
    }

    #[test]
    fn what_xml_cannot_hold_is_not_written(before in text(), odd in any::<char>()) {
        let mut xml = String::new();
        let result = Value::String(format!("{before}{odd}")).write(&mut xml);
        prop_assert_eq!(result.is_ok(), is_character(odd));
    }

    #[test]
    fn any_document_is_read_or_refused(
        pieces in proptest::collection::vec(proptest::sample::select(&[
            "<value>", "</value>", "<array>", "</array>", "<data>", "</data>", "<struct>", "</struct>",
            "<member>", "</member>", "<name>", "</name>", "<int>", "</int>", "<string/>", "7", " ", "&amp;",
            "&#65;", "&x;", "<!DOCTYPE a>", "<![CDATA[", "]]>", "<!--", "-->", "<?xml?>", "&", "<", ">", "\0",
        ][..]), 0..24),
    ) {
        let _ = read(&pieces.concat(), WIDE);
    }

    #[test]
    fn a_document_that_is_cut_is_refused(value in value(), cut in any::<proptest::sample::Index>()) {
        let mut xml = String::new();
        value.write(&mut xml).unwrap();
        let mut cut = cut.index(xml.len());
        while !xml.is_char_boundary(cut) {
            cut -= 1;
        }
        prop_assert!(read(&xml[..cut], WIDE).is_err());
    }

    /// Each member is answered as if it had come alone.
    #[test]
    fn a_batch_is_answered_as_its_members_are(members in proptest::collection::vec(request(), 1..8)) {
        let answer = |text: &serde_json::Value| respond(text.to_string().as_bytes(), 8, |method, params| match method {
            "echo" => Ok(params.clone()),
            _ => Err(jsonrpc_batch::Error::method_not_found()),
        });
        let alone: Vec<_> = members.iter().filter_map(answer).collect();
        let expected = (!alone.is_empty()).then_some(json!(alone));
        prop_assert_eq!(answer(&json!(members)), expected);
    }

    #[test]
    fn what_a_client_asks_a_server_answers(amounts in proptest::collection::vec(any::<i32>(), 0..9)) {
        let negate = |_: &str, params: &[Value]| match params {
            [Value::Int(number)] => number
                .checked_neg()
                .filter(|number| number % 2 == 0)
                .map(Value::Int)
                .ok_or(Fault::new(7, "odd")),
            _ => Err(Fault::new(Fault::INVALID_PARAMS, "a number")),
        };
        let calls: Vec<_> = amounts.iter().map(|amount| ("negate", vec![Value::Int(*amount)])).collect();
        let answer = multicall(&[to_params(&calls)], 9, negate).unwrap();
        let expected: Vec<_> = calls.iter().map(|(name, params)| negate(name, params)).collect();
        prop_assert_eq!(to_results(&answer, calls.len()), Some(expected));
        prop_assert_eq!(to_results(&answer, calls.len() + 1), None);
    }

    /// Whatever is sent again, and however often the server crashes or can't save: each call
    /// is done once.
    #[test]
    fn each_call_is_done_once(
        steps in proptest::collection::vec((0..6_u64, any::<bool>(), any::<bool>()), 0..40),
    ) {
        let disk = Disk::default();
        let keep = Duration::from_secs(100);
        let mut account = Account::open(disk.clone(), keep).unwrap();
        let mut replies = BTreeMap::new();
        for (id, crashes, fails) in steps {
            if crashes {
                account = Account::open(disk.clone(), keep).unwrap();
            }
            disk.0.lock().unwrap().1 = fails;
            let amount = 1 << id;
            let Ok(reply) = account.handle(Request { id, amount }, Duration::from_secs(id)) else {
                prop_assert!(fails, "it could be saved");
                continue;
            };
            let first = *replies.entry(id).or_insert(reply);
            prop_assert_eq!(reply, first);
            let expected: u64 = replies.keys().map(|id| 1 << id).sum();
            prop_assert_eq!(disk.0.lock().unwrap().0.balance, expected);
        }
    }
}

fn request() -> impl Strategy<Value = serde_json::Value> {
    let member = |values: Vec<serde_json::Value>| {
        proptest::option::weighted(0.8, proptest::sample::select(values))
    };
    let version = member(vec![
        json!("2.0"),
        json!("2.0"),
        json!("2.0"),
        json!("1.0"),
        json!(2),
    ]);
    let method = member(vec![
        json!("echo"),
        json!("echo"),
        json!("other"),
        json!(1),
        json!(null),
    ]);
    let params = member(vec![json!([1]), json!({"a": 1}), json!(null), json!(1)]);
    let id = member(vec![
        json!(1),
        json!("a"),
        json!(null),
        json!(1.5),
        json!([1]),
        json!(true),
    ]);
    let object = (version, method, params, id).prop_map(|(version, method, params, id)| {
        let all = [
            ("jsonrpc", version),
            ("method", method),
            ("params", params),
            ("id", id),
        ];
        all.into_iter()
            .filter_map(|(name, value)| Some((name.to_owned(), value?)))
            .collect()
    });
    prop_oneof![
        8 => object.prop_map(serde_json::Value::Object),
        1 => Just(json!(7)),
        1 => Just(json!([])),
    ]
}

/// What is saved, and whether it can't be.
#[derive(Clone, Debug, Default)]
struct Disk(Arc<Mutex<(State, bool)>>);

impl Store for Disk {
    fn load(&self) -> io::Result<State> {
        Ok(self.0.lock().unwrap().0.clone())
    }

    fn save(&mut self, state: &State) -> io::Result<()> {
        let mut disk = self.0.lock().unwrap();
        match disk.1 {
            true => Err(io::Error::other("full")),
            false => {
                disk.0 = state.clone();
                Ok(())
            }
        }
    }
}

// What is given in 13.1.

#[test]
fn a_document_has_limits() {
    let limits = |octets, depth| Limits { octets, depth };
    let xml = "<value><int>1</int></value>";
    assert_eq!(read(xml, limits(xml.len(), 2)), Ok(Value::Int(1)));
    assert_eq!(
        parse(xml, limits(xml.len() - 1, 2)),
        Err(Error::TooLong(26))
    );
    assert_eq!(parse(xml, limits(100, 1)), Err(Error::TooDeep(1)));
    // As soon as it is too deep: nobody waits for the end.
    let deep = "<value><array><data>".repeat(50_000);
    assert_eq!(parse(&deep, WIDE), Err(Error::TooDeep(100)));
}

#[test]
fn a_document_is_one_element() {
    for xml in [
        "",
        " ",
        "value",
        "<value>",
        "</value>",
        "<value></int>",
        "<value/><value/>",
        "<value/>text",
        "text<value/>",
        "<value>&amp</value>",
        "<value>]]></value><",
    ] {
        let refused = matches!(parse(xml, WIDE), Err(Error::Malformed(_)));
        assert!(refused, "{xml}: {:?}", parse(xml, WIDE));
    }
    for xml in [
        "<value>\0</value>",
        "<value>\u{1B}</value>",
        "<value>&#xFFFE;</value>",
    ] {
        let refused = matches!(parse(xml, WIDE), Err(Error::Character(_)));
        assert!(refused, "{xml:?}: {:?}", parse(xml, WIDE));
    }
    let xml = "<?xml version='1.0'?>\n<!-- one --><ex:value xmlns:ex='x'><ex:i8>1</ex:i8></ex:value>\n<!-- two -->";
    assert_eq!(read(xml, WIDE), Ok(Value::Long(1)));
}

// The handshake, on streams that read and write an octet at a time.

#[test]
fn a_handshake_may_come_in_pieces() {
    check_async(|| async {
        for (theirs, agreed) in [("key", true), ("other", false)] {
            let (one, other) = tokio::io::duplex(7);
            let (listener, client) = (Secret::new("key"), Secret::new(theirs));
            let accepted = async {
                let mut stream = Trickle::by(one, 1);
                accept(&mut stream, &listener).await
            };
            let connected = async {
                let mut stream = Trickle::by(other, 1);
                connect(&mut stream, &client).await
            };
            let both = tokio::join!(accepted, connected);
            match agreed {
                true => assert!(matches!(both, (Ok(()), Ok(()))), "{both:?}"),
                false => assert!(
                    matches!(
                        both,
                        (
                            Err(handshake::Error::WrongAnswer),
                            Err(handshake::Error::Refused)
                        )
                    ),
                    "{both:?}"
                ),
            }
        }
    });
}

#[test]
fn a_challenge_is_ours_until_its_answer_comes_or_nobody_waits_for_it() {
    check_async(|| async {
        let secret = Secret::new("key");
        let (mut one, mut other) = tokio::io::duplex(1 << 10);
        let mut accepting = Box::pin(accept(&mut one, &secret));
        let challenge = tokio::select! {
            biased;
            _ = &mut accepting => panic!("nobody has answered"),
            challenge = message::receive(&mut other, 256) => challenge.unwrap().unwrap(),
        };
        let challenge = challenge.strip_prefix(handshake::CHALLENGE).unwrap();
        assert!(secret.is_ours(challenge));
        drop(accepting);
        assert!(!secret.is_ours(challenge));
    });
}
