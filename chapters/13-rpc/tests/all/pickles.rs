//! Pickles: those that are data, those that aren't, and those that mean harm.

use std::time::Instant;

use proptest::prelude::*;
use rpc::pickle::{Error, Value, decode};
use testkit::{PATIENCE, heap, python, run_client};

/// Protocol 4, then these instructions, then the end.
fn pickle(instructions: &[u8]) -> Vec<u8> {
    [b"\x80\x04", instructions, b"."].concat()
}

fn values() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::None),
        any::<bool>().prop_map(Value::Bool),
        any::<i64>().prop_map(Value::Int),
        any::<i32>().prop_map(|number| Value::Int(number.into())),
        (-1e300..1e300).prop_map(Value::Float),
        ".{0,300}".prop_map(Value::Text),
        prop::collection::vec(any::<u8>(), 0..300).prop_map(Value::Bytes),
    ];
    leaf.prop_recursive(4, 30, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::List),
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::Tuple),
            prop::collection::vec((inner.clone(), inner), 0..4).prop_map(Value::Map),
        ]
    })
}

proptest! {
    #[test]
    fn what_is_written_is_read(value in values()) {
        prop_assert_eq!(decode(&value.encode()), Ok(value));
    }

    #[test]
    fn what_is_cut_is_no_pickle(value in values()) {
        let whole = value.encode();
        for cut in 0..whole.len() {
            prop_assert!(decode(&whole[..cut]).is_err());
        }
    }

    #[test]
    fn arbitrary_octets_are_survived(octets in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = decode(&octets);
        let _ = decode(&pickle(&octets));
    }

    /// Instructions that exist, in any order.
    #[test]
    fn arbitrary_instructions_are_survived(
        octets in prop::collection::vec(prop::sample::select(&b"N\x88K\x01]})(\x85\x86\x87teasu\x94hq\x00\x01"[..]), 0..200),
    ) {
        let _ = decode(&pickle(&octets));
    }
}

/// Every instruction that isn't data is refused, where it stands, and before anything
/// that comes behind it is looked at.
#[test]
fn what_is_not_data_is_refused() {
    let known = b"NJKMGXCB]})(taesuqrhj.";
    let others = [
        0x80, 0x85, 0x86, 0x87, 0x88, 0x89, 0x8a, 0x8c, 0x8d, 0x8e, 0x94, 0x95,
    ];
    for opcode in 0..=255 {
        let refused = match decode(&pickle(&[b'N', opcode])) {
            Err(Error::NotData {
                opcode: refused,
                at,
                ..
            }) => {
                assert_eq!((refused, at), (opcode, 3));
                true
            }
            _ => false,
        };
        let is_data = known.contains(&opcode) || others.contains(&opcode);
        assert_ne!(refused, is_data, "{opcode:02x}");
    }
}

#[test]
fn each_instruction_that_could_run_something_has_its_name() {
    for (octets, expected) in [
        (&b"cposix\nsystem\n"[..], "GLOBAL"),
        (b"\x8c\x05posix\x8c\x06system\x93", "STACK_GLOBAL"),
        (b"NNR", "REDUCE"),
        (b"NNb", "BUILD"),
        (b"iposix\nsystem\n", "INST"),
        (b"(No", "OBJ"),
        (b"NN\x81", "NEWOBJ"),
        (b"NNN\x92", "NEWOBJ_EX"),
        (b"\x82\x01", "EXT1"),
        (b"\x83\x01\x00", "EXT2"),
        (b"\x84\x01\x00\x00\x00", "EXT4"),
        (b"P1\n", "PERSID"),
        (b"NQ", "BINPERSID"),
    ] {
        match decode(&pickle(octets)) {
            Err(Error::NotData { name, .. }) => assert_eq!(name, expected),
            other => panic!("{expected}: {other:?}"),
        }
    }
}

#[test]
fn a_pickle_that_multiplies_is_refused_quickly() {
    // Each list holds the one before it twice: 2^60 values in some 300 octets.
    let mut bomb = b"]\x94".to_vec();
    for name in 0..60 {
        bomb.extend(b"](");
        bomb.extend([b'h', name, b'h', name]);
        bomb.extend(b"e\x94");
    }
    // A text of 60 kB that is named ten thousand times.
    let mut texts = b"X".to_vec();
    texts.extend(60_000_u32.to_le_bytes());
    texts.extend(vec![b'x'; 60_000]);
    texts.extend(b"\x94](");
    texts.extend(b"h\x00".repeat(9_000));
    texts.extend(b"e\x86");
    let itself = b"]\x94h\x00a".to_vec();
    let deep = [&b"]".repeat(5000)[..], &b"a".repeat(4999)].concat();
    let many = [&b"]("[..], &b"N".repeat(200_000), b"e"].concat();
    let memo = [&b"Nr"[..], &u32::MAX.to_le_bytes()].concat();
    let text = [&b"X"[..], &u32::MAX.to_le_bytes()].concat();
    let long = [&b"\x8d"[..], &u64::MAX.to_le_bytes()].concat();
    let integer = [&b"\x8a\xff"[..], &[0x7f; 255]].concat();
    let since = Instant::now();
    let (_, usage) = heap::measure(|| {
        for (what, octets) in [
            ("doubled", bomb),
            ("texts", texts),
            ("in itself", itself),
            ("deep", deep),
            ("many", many),
            ("memo", memo),
            ("text", text),
            ("long", long),
            ("integer", integer),
        ] {
            assert!(decode(&pickle(&octets)).is_err(), "{what}");
        }
    });
    assert!(usage.peak < 16 * 1024 * 1024, "{usage:?}");
    assert!(since.elapsed() < PATIENCE, "{:?}", since.elapsed());
}

/// What is below a mark is out of reach until the mark is taken away: Python has it so, too.
#[test]
fn nothing_reaches_below_a_mark() {
    for octets in [
        &b"](Na."[..],
        b"](\x94",
        b"](q\x00",
        b"}(NNs",
        b"}((NNue",
        b"]((NeNe",
        b"N(\x85",
        b"N(",
    ] {
        let read = decode(&pickle(octets));
        assert!(
            matches!(read, Err(Error::Malformed(_))),
            "{}: {read:?}",
            octets.escape_ascii()
        );
    }
}

#[test]
fn a_list_that_is_part_of_two_is_whole_in_both() {
    // a = []; b = (a, a); a.append(1), as Python's memo has it.
    let one = Value::List(vec![Value::Int(1)]);
    assert_eq!(
        decode(&pickle(b"]\x94(K\x01eh\x00\x86")),
        Ok(Value::Tuple(vec![one.clone(), one]))
    );
}

#[test]
fn python_and_we_read_each_others_pickles() {
    let Some(writes) = python("pickle_peer.py") else {
        return;
    };
    let mut both = Vec::new();
    for line in run_client(writes, "").lines() {
        let (theirs, shown) = line.split_once(' ').unwrap();
        let octets: Vec<u8> = (0..theirs.len() / 2)
            .map(|at| u8::from_str_radix(&theirs[2 * at..2 * at + 2], 16).unwrap())
            .collect();
        let value = decode(&octets).unwrap_or_else(|error| panic!("{line}: {error}"));
        assert_eq!(value.to_string(), shown);
        both.push(format!("{} {theirs}", octets_of(&value.encode())));
    }
    assert!(both.len() > 100, "{}", both.len());
    let mut compares = python("pickle_peer.py").unwrap();
    compares.arg("compare");
    assert_eq!(run_client(compares, &both.join("\n")), "the same\n");
}

fn octets_of(octets: &[u8]) -> String {
    octets.iter().map(|octet| format!("{octet:02x}")).collect()
}
