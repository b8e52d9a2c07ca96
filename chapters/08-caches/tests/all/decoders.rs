//! The decoders against every split of their input, and against arbitrary octets.

use bytes::{Bytes, BytesMut};
use caches::client::resp::encode_value;
use caches::resp_decoder::{Error, Limits, RespDecoder, Value};
use proptest::prelude::*;
use testkit::{every_split, heap};

const LIMITS: Limits = Limits {
    bulk: 16,
    elements: 8,
    depth: 3,
};

/// All values in `pieces`, and what the decoder says in the end.
fn decode(pieces: &[&[u8]]) -> (Vec<Value>, Result<(), Error>) {
    let mut decoder = RespDecoder::new(LIMITS);
    let mut input = BytesMut::new();
    let mut values = Vec::new();
    for piece in pieces {
        input.extend_from_slice(piece);
        loop {
            match decoder.decode(&mut input) {
                Ok(Some(value)) => values.push(value),
                Ok(None) => break,
                Err(error) => return (values, Err(error)),
            }
        }
    }
    (values, decoder.end(&input))
}

fn bulk(text: &'static str) -> Value {
    Value::Bulk(Bytes::from_static(text.as_bytes()))
}

#[test]
fn values_are_the_same_however_they_are_cut() {
    let wire = b"+OK\r\n-ERR no\r\n:-42\r\n$-1\r\n*-1\r\n$0\r\n\r\n*0\r\n\
                 *3\r\n$2\r\n\r\n\r\n*2\r\n:1\r\n*1\r\n+a\r\n$3\r\nend\r\n";
    let expected = vec![
        Value::Simple(Bytes::from_static(b"OK")),
        Value::Error(Bytes::from_static(b"ERR no")),
        Value::Integer(-42),
        Value::Nil,
        Value::Nil,
        bulk(""),
        Value::Array(vec![]),
        Value::Array(vec![
            bulk("\r\n"),
            Value::Array(vec![
                Value::Integer(1),
                Value::Array(vec![Value::Simple(Bytes::from_static(b"a"))]),
            ]),
            bulk("end"),
        ]),
    ];
    for split in every_split(wire) {
        assert_eq!(decode(&split), (expected.clone(), Ok(())), "{split:?}");
    }
}

#[test]
fn what_can_not_become_a_value_is_refused_at_once() {
    for (wire, error) in [
        (&b"hello\r\n"[..], Error::Kind(b'h')),
        (b"\n", Error::Kind(b'\n')),
        (b"+a\n", Error::Line),
        (b"\r", Error::Kind(b'\r')),
        (b"+\n", Error::Line),
        (b"+12345678901234567\r\n", Error::Line),
        (b":123456789012345678901", Error::Line),
        (b":\r\n", Error::Number),
        (b":4 2\r\n", Error::Number),
        (b":9223372036854775808\r\n", Error::Number),
        (b"$-2\r\n", Error::Length(-2)),
        (b"*-2\r\n", Error::Length(-2)),
        (
            b"$17\r\n",
            Error::TooLong {
                length: 17,
                limit: 16,
            },
        ),
        (
            b"*9\r\n",
            Error::TooMany {
                elements: 9,
                limit: 8,
            },
        ),
        (
            b"*5\r\n*4\r\n",
            Error::TooMany {
                elements: 9,
                limit: 8,
            },
        ),
        (b"*1\r\n*1\r\n*1\r\n*0\r\n", Error::TooDeep { limit: 3 }),
        (b"$2\r\nabc\r\n", Error::Unterminated),
    ] {
        assert_eq!(
            decode(&[wire]).1,
            Err(error),
            "{}",
            String::from_utf8_lossy(wire)
        );
    }
}

#[test]
fn limits_themselves_are_allowed() {
    for wire in [
        &b"$16\r\n1234567890123456\r\n"[..],
        b"+1234567890123456\r\n",
        b"*8\r\n:1\r\n:1\r\n:1\r\n:1\r\n:1\r\n:1\r\n:1\r\n:1\r\n",
        b"*1\r\n*1\r\n*0\r\n",
        b":-9223372036854775808\r\n",
    ] {
        let (values, end) = decode(&[wire]);
        assert_eq!((values.len(), end), (1, Ok(())));
    }
    // Elements are counted for each value anew.
    let eights = b"*2\r\n:1\r\n:1\r\n".repeat(20);
    assert_eq!(decode(&[&eights]).0.len(), 20);
}

#[test]
fn an_input_may_end_between_values_only() {
    for cut in 1..b"*2\r\n+a\r\n$1\r\nb\r\n".len() {
        let (_, end) = decode(&[&b"*2\r\n+a\r\n$1\r\nb\r\n"[..cut]]);
        assert_eq!(end, Err(Error::Unfinished), "{cut}");
    }
}

#[test]
fn an_announced_length_costs_no_memory() {
    let limits = Limits {
        bulk: usize::MAX,
        elements: usize::MAX,
        depth: 100,
    };
    let mut decoder = RespDecoder::new(limits);
    let mut input = BytesMut::from(&b"*1000000000\r\n*1000000000\r\n$1000000000\r\nx"[..]);
    let (decoded, usage) = heap::measure(|| decoder.decode(&mut input));
    assert_eq!(decoded, Ok(None));
    assert!(usage.peak < 1000, "{usage:?}");
}

#[test]
fn bulk_strings_share_the_memory_of_the_input() {
    let mut decoder = RespDecoder::new(Limits {
        bulk: 1 << 20,
        ..LIMITS
    });
    let mut input = BytesMut::from(&b"$1048576\r\n"[..]);
    input.resize(10 + (1 << 20), b'x');
    input.extend_from_slice(b"\r\n");
    let (decoded, usage) = heap::measure(|| decoder.decode(&mut input));
    assert!(decoded.unwrap().is_some());
    assert!(usage.peak < 1000, "{usage:?}");
}

fn values() -> impl Strategy<Value = Value> {
    let octets = || prop::collection::vec(any::<u8>(), 0..5).prop_map(Bytes::from);
    let line = || "[a-z ]{0,5}".prop_map(Bytes::from);
    let leaf = prop_oneof![
        line().prop_map(Value::Simple),
        line().prop_map(Value::Error),
        any::<i64>().prop_map(Value::Integer),
        octets().prop_map(Value::Bulk),
        Just(Value::Nil),
    ];
    leaf.prop_recursive(2, 8, 3, |inner| {
        prop::collection::vec(inner, 0..3).prop_map(Value::Array)
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn arbitrary_octets_do_no_harm(octets in prop::collection::vec(
        prop_oneof![
            4 => prop::sample::select(b"*$:+-0123456789\r\n".to_vec()),
            1 => any::<u8>(),
        ],
        0..200,
    ), cut in any::<prop::sample::Index>()) {
        let at = cut.index(octets.len() + 1);
        let (first, second) = octets.split_at(at);
        prop_assert_eq!(decode(&[first, second]), decode(&[&octets]));
    }

    #[test]
    fn a_value_comes_back_as_it_was_encoded(value in values()) {
        let mut wire = Vec::new();
        encode_value(&value, &mut wire);
        let (heard, end) = decode(&[&wire]);
        // More than the limits allow is refused, and nothing else.
        match end {
            Ok(()) => prop_assert_eq!(heard, [value]),
            Err(Error::TooMany { .. } | Error::TooDeep { .. }) => {}
            Err(error) => prop_assert!(false, "{error}: {value:?}"),
        }
    }
}
