//! The codec: the octets it writes, the octets it refuses, and what holds for it
//! whatever comes.

use bytes::{Bytes, BytesMut};
use names::Name;
use names::dns_name;
use names::message::{Edns, Error, Flags, HEADER, MAX_MESSAGE, Message, Question, Status};
use names::record::{Class, Data, Record, Soa, Type};
use names::stream;
use proptest::prelude::*;
use testkit::{assert_octets, every_split, heap};

fn name(text: &str) -> Name {
    text.parse().unwrap()
}

fn record(owner: &str, data: Data) -> Record {
    Record {
        name: name(owner),
        class: Class::IN,
        ttl: 3600,
        data,
    }
}

/// The header of a response with so many questions, answers, authorities and
/// additionals.
fn header(counts: [u16; 4]) -> Vec<u8> {
    let mut octets = vec![0x12, 0x34, 0x80, 0x00];
    octets.extend(counts.iter().flat_map(|count| count.to_be_bytes()));
    octets
}

#[test]
fn a_query_octet_by_octet() {
    let mut query = Message::query(0x1234, name("www.example.com"), Type::AAAA);
    query.flags.recursion_desired = true;
    assert_octets(
        &query.encode(MAX_MESSAGE).unwrap(),
        b"\x12\x34\x01\x00\0\x01\0\0\0\0\0\x01\
          \x03www\x07example\x03com\0\0\x1c\0\x01\
          \0\0\x29\x04\xd0\0\0\0\0\0\0",
        &[
            ("id", 2),
            ("flags", 2),
            ("counts", 8),
            ("name", 17),
            ("type", 2),
            ("class", 2),
            ("OPT", 11),
        ],
    );
}

#[test]
fn names_are_compressed_where_everybody_expects_it_and_nowhere_else() {
    let message = Message {
        answers: vec![
            record("a.example", Data::Ns(name("b.a.example"))),
            record(
                "b.a.example",
                Data::Srv {
                    priority: 1,
                    weight: 2,
                    port: 3,
                    target: name("a.example"),
                },
            ),
        ],
        ..Message::default()
    };
    let octets = message.encode(MAX_MESSAGE).unwrap();
    assert_octets(
        &octets[HEADER..],
        b"\x01a\x07example\0\0\x02\0\x01\0\0\x0e\x10\0\x04\x01b\xc0\x0c\
          \xc0\x21\0\x21\0\x01\0\0\x0e\x10\0\x11\0\x01\0\x02\0\x03\x01a\x07example\0",
        &[
            ("name", 11),
            ("type, class, time", 8),
            ("length", 2),
            ("server", 4),
            ("name", 2),
            ("type, class, time", 8),
            ("length", 2),
            ("numbers", 6),
            ("target", 11),
        ],
    );
    assert_eq!(Message::decode(&octets), Ok(message));
}

/// The example of RFC 1035, section 4.1.4.
#[test]
fn the_names_of_the_rfc() {
    let mut octets = vec![0; 100];
    octets[20..32].copy_from_slice(b"\x01F\x03ISI\x04ARPA\0");
    octets[40..46].copy_from_slice(b"\x03FOO\xc0\x14");
    octets[64..66].copy_from_slice(b"\xc0\x1a");
    octets[92] = 0;
    for (at, text, after) in [
        (20, "F.ISI.ARPA.", 32),
        (40, "FOO.F.ISI.ARPA.", 46),
        (64, "ARPA.", 66),
        (92, ".", 93),
    ] {
        let (labels, end) = dns_name::decode(&octets, at).unwrap();
        assert_eq!(Name::from_labels(&labels).unwrap().to_string(), text);
        assert_eq!(end, after);
    }
}

/// What is wrong with a message that has one question: this name.
fn wrong_name(name: &[u8]) -> Error {
    let mut octets = header([1, 0, 0, 0]);
    octets.extend(name);
    octets.extend(b"\0\x01\0\x01");
    Message::decode(&octets).unwrap_err()
}

#[test]
fn pointers_that_lead_nowhere_good_are_refused() {
    use dns_name::Error::{CutShort, NameTooLong, NotBefore, Reserved};
    let at_12 = |error| Error::Name { at: 12, error };
    // To itself; further ahead; back into its own labels; out of the message.
    for (name, at, to) in [
        (&b"\xc0\x0c"[..], 12, 12),
        (b"\xc0\x0e\0", 12, 14),
        (b"\x01a\xc0\x0c", 14, 12),
        (b"\xff\xff", 12, 0x3fff),
    ] {
        assert_eq!(wrong_name(name), at_12(NotBefore { at, to }));
    }
    for octet in [0x40, 0x7f, 0x80, 0xbf] {
        let name = [&[octet][..], &[b'x'; 0xbf], b"\0"].concat();
        assert_eq!(wrong_name(&name), at_12(Reserved { at: 12, octet }));
    }
    let label = [&[63][..], &[b'x'; 63]].concat();
    let long = [label.repeat(4), vec![0]].concat();
    assert_eq!(wrong_name(&long), at_12(NameTooLong));
    let _ = CutShort; // becomes the message's own error:
    let mut octets = header([1, 0, 0, 0]);
    octets.extend(b"\x05ab");
    let what = "question: name";
    assert_eq!(
        Message::decode(&octets),
        Err(Error::CutShort { at: 15, what })
    );
}

#[test]
fn two_pointers_that_lead_to_each_other_are_refused() {
    // In the data of a record nobody knows, so that they are not read before.
    let mut octets = header([0, 2, 0, 0]);
    octets.extend(b"\0\xff\x00\0\x01\0\0\0\0\0\x04\xc0\x19\xc0\x17");
    octets.extend(b"\xc0\x19\0\x01\0\x01\0\0\0\0\0\x04\x7f\0\0\x01");
    let error = dns_name::Error::NotBefore { at: 23, to: 25 };
    assert_eq!(Message::decode(&octets), Err(Error::Name { at: 27, error }));
}

#[test]
fn a_chain_of_pointers_is_not_followed_for_ever() {
    // A record holds 8000 pointers, each to the one before; the names of
    // thousands of others begin at the last of them.
    let mut octets = header([0, 0, 0, 0]);
    octets.extend(b"\0\xff\x00\0\x01\0\0\0\0");
    let first = octets.len() + 2;
    let mut chain = vec![0, 0];
    while chain.len() < 16_000 {
        let to = (first + chain.len() - 2) as u16;
        chain.extend((to | 0xc000).to_be_bytes());
    }
    let last = ((first + chain.len() - 2) as u16 | 0xc000).to_be_bytes();
    octets.extend((chain.len() as u16).to_be_bytes());
    octets.extend(&chain);
    let mut count = 1_u16;
    while octets.len() + 12 <= MAX_MESSAGE {
        octets.extend([last[0], last[1], 0xff, 0, 0, 1, 0, 0, 0, 0, 0, 0]);
        count += 1;
    }
    octets[6..8].copy_from_slice(&count.to_be_bytes());
    let refused = Message::decode(&octets).unwrap_err();
    assert!(
        matches!(
            refused,
            Error::Name {
                error: dns_name::Error::TooManyPointers,
                ..
            }
        ),
        "{refused}"
    );
}

#[test]
fn counts_and_lengths_that_lie_are_refused() {
    let good = Message {
        questions: vec![Question {
            name: name("example.com"),
            kind: Type::A,
            class: Class::IN,
        }],
        answers: vec![record("example.com", Data::A([127, 0, 0, 1].into()))],
        ..Message::default()
    };
    let octets = good.encode(MAX_MESSAGE).unwrap();
    assert_eq!(Message::decode(&octets), Ok(good));
    let with = |place: usize, value: u16| {
        let mut octets = octets.clone();
        octets[place..place + 2].copy_from_slice(&value.to_be_bytes());
        Message::decode(&octets)
    };
    for place in [4, 6, 8, 10] {
        let error = with(place, 0xffff).unwrap_err();
        assert!(matches!(error, Error::CutShort { .. }), "{place}: {error}");
    }
    assert_eq!(with(6, 0), Err(Error::Trailing { octets: 16 }));
    let length = octets.len() - 6;
    for (said, end) in [(0, 4), (3, 4)] {
        let kind = Type::A;
        let (end, said) = (length + 2 + end, length + 2 + usize::from(said as u16));
        let lie = (said - length - 2) as u16;
        assert_eq!(with(length, lie), Err(Error::Length { kind, end, said }));
    }
    let what = "a record's data";
    assert_eq!(
        with(length, 5),
        Err(Error::CutShort {
            at: octets.len(),
            what
        })
    );
    // An address has four octets, whatever the record says.
    let mut five = octets.clone();
    five[length + 1] = 5;
    five.push(0);
    let (kind, end, said) = (Type::A, length + 6, length + 7);
    assert_eq!(
        Message::decode(&five),
        Err(Error::Length { kind, end, said })
    );
    let mut longer = octets.clone();
    longer.push(0);
    assert_eq!(Message::decode(&longer), Err(Error::Trailing { octets: 1 }));
}

#[test]
fn a_message_that_announces_262140_records_costs_no_memory() {
    let octets = header([0xffff; 4]);
    let (result, usage) = heap::measure(|| Message::decode(&octets));
    assert!(result.is_err());
    assert!(usage.peak < 1024, "{usage:?}");
}

#[test]
fn no_message_costs_much_more_than_its_octets() {
    // The dearest there is: every two octets of a record's name stand for 255.
    let mut octets = header([0, 0, 0, 0]);
    let begin = octets.len() as u16 | 0xc000;
    octets.extend(b"\x01x".repeat(127));
    octets.extend(b"\0\xff\x00\0\x01\0\0\0\0\0\0");
    let mut count = 1_u16;
    while octets.len() + 12 <= MAX_MESSAGE {
        octets.extend(begin.to_be_bytes());
        octets.extend(b"\xff\x00\0\x01\0\0\0\0\0\0");
        count += 1;
    }
    octets[6..8].copy_from_slice(&count.to_be_bytes());
    let (message, usage) = heap::measure(|| Message::decode(&octets));
    assert_eq!(message.unwrap().answers.len(), usize::from(count));
    assert!(usage.peak < 64 * octets.len(), "{usage:?}");
}

#[test]
fn an_opt_record_stands_alone_at_the_root_among_the_additionals() {
    let opt = b"\0\0\x29\x02\0\0\0\0\0\0\0";
    let message =
        |counts, records: &[u8]| Message::decode(&[&header(counts)[..], records].concat());
    let edns = message([0, 0, 0, 1], opt).unwrap().edns.unwrap();
    assert_eq!(edns.udp_size, 512);
    assert_eq!(message([0, 1, 0, 0], opt), Err(Error::Opt));
    assert_eq!(message([0, 0, 1, 0], opt), Err(Error::Opt));
    assert_eq!(message([0, 0, 0, 2], &opt.repeat(2)), Err(Error::Opt));
    let named = [b"\x01a", &opt[..]].concat();
    assert_eq!(message([0, 0, 0, 1], &named), Err(Error::Opt));
}

#[test]
fn the_status_has_twelve_bits() {
    let mut message = Message::query(1, name("example.com"), Type::A);
    message.status = Status::BAD_VERSION;
    let octets = message.encode(MAX_MESSAGE).unwrap();
    assert_eq!(octets[3] & 0xf, 0);
    assert_eq!(
        Message::decode(&octets).unwrap().status,
        Status::BAD_VERSION
    );
}

#[test]
fn a_time_to_live_below_zero_is_none() {
    let mut octets = header([0, 1, 0, 0]);
    octets.extend(b"\0\0\x01\0\x01\x80\0\0\x01\0\x04\x7f\0\0\x01");
    assert_eq!(Message::decode(&octets).unwrap().answers[0].ttl, 0);
}

#[test]
fn an_address_is_one_in_the_class_internet_alone() {
    let mut octets = header([0, 1, 0, 0]);
    octets.extend(b"\0\0\x01\0\x03\0\0\0\0\0\x02ab");
    let kind = Type::A;
    let octets = Message::decode(&octets).unwrap().answers[0].data.clone();
    let as_it_is = b"ab".to_vec();
    assert_eq!(
        octets,
        Data::Other {
            kind,
            octets: as_it_is
        }
    );
}

#[test]
fn what_does_not_fit_goes_without_its_favours_or_says_so() {
    let text = |octet: u8| Data::Txt(vec![vec![octet; 200]]);
    let mut message = Message::query(1, name("example.com"), Type::TXT).response();
    message.answers = vec![
        record("example.com", text(b'a')),
        record("example.com", text(b'b')),
    ];
    message.additionals = vec![record("example.com", text(b'c'))];
    let whole = message.encode(MAX_MESSAGE).unwrap().len();
    let decode = |limit| Message::decode(&message.encode(limit).unwrap()).unwrap();

    assert_eq!(decode(whole), message);
    let without_favours = decode(whole - 1);
    assert!(!without_favours.flags.truncated);
    assert_eq!(without_favours.answers, message.answers);
    assert_eq!(without_favours.additionals, []);

    message.answers.push(record("example.com", text(b'd')));
    let octets = message.encode(512).unwrap();
    let truncated = Message::decode(&octets).unwrap();
    assert!(truncated.flags.truncated && octets.len() <= 512);
    assert_eq!(truncated.answers, []);
    assert_eq!(truncated.questions, message.questions);
    assert_eq!(truncated.edns, message.edns);
}

#[test]
fn what_no_length_can_say_is_not_sent() {
    for data in [
        Data::Txt(vec![vec![b'x'; 256]]),
        Data::Other {
            kind: Type(65280),
            octets: vec![0; 65536],
        },
    ] {
        let message = Message {
            answers: vec![record("example.com", data)],
            ..Message::default()
        };
        assert!(message.encode(MAX_MESSAGE).is_err());
    }
    assert!(stream::encode(&[0; 65536]).is_err());
}

/// A message with every kind of record.
fn everything() -> Message {
    let mut message = Message::query(0xbeef, name("WWW.example.com"), Type::ANY).response();
    message.answers = vec![
        record("www.example.com", Data::A([192, 0, 2, 1].into())),
        record(
            "www.example.com",
            Data::Aaaa("2001:db8::1".parse().unwrap()),
        ),
        record("web.example.com", Data::Cname(name("www.example.com"))),
        record(
            "example.com",
            Data::Mx {
                preference: 10,
                exchange: name("mail.example.com"),
            },
        ),
        record("example.com", Data::Ns(name("ns1.example.com"))),
        record("1.2.0.192.in-addr.arpa", Data::Ptr(name("www.example.com"))),
        record(
            "_http._tcp.example.com",
            Data::Srv {
                priority: 0,
                weight: 1,
                port: 8080,
                target: name("www.example.com"),
            },
        ),
        record("example.com", Data::Txt(vec![b"v=spf1".to_vec(), vec![]])),
        record(
            "odd.example.com",
            Data::Other {
                kind: Type(65280),
                octets: vec![1, 2, 3],
            },
        ),
    ];
    message.authorities = vec![record(
        "example.com",
        Data::Soa(Soa {
            primary: name("ns1.example.com"),
            mailbox: name("hostmaster.example.com"),
            serial: 1,
            refresh: 2,
            retry: 3,
            expire: 4,
            minimum: 5,
        }),
    )];
    message
}

#[test]
fn every_type_comes_back_and_no_part_of_a_message_is_one() {
    let message = everything();
    let octets = message.encode(MAX_MESSAGE).unwrap();
    assert_eq!(Message::decode(&octets), Ok(message));
    for length in 0..octets.len() {
        let part = Message::decode(&octets[..length]);
        assert!(
            matches!(part, Err(Error::CutShort { .. })),
            "{length}: {part:?}"
        );
    }
}

#[test]
fn a_stream_may_cut_messages_anywhere() {
    let first = Message::query(1, name("a.example"), Type::A);
    let second = Message::query(2, name("b.example"), Type::AAAA);
    let mut wire = Vec::new();
    for message in [&first, &second] {
        wire.extend(stream::encode(&message.encode(MAX_MESSAGE).unwrap()).unwrap());
    }
    for split in every_split(&wire) {
        let mut input = BytesMut::new();
        let mut got = Vec::new();
        for piece in split.iter() {
            input.extend_from_slice(piece);
            while let Some(octets) = stream::decode(&mut input, MAX_MESSAGE).unwrap() {
                got.push(Message::decode(&octets).unwrap());
            }
        }
        assert_eq!(got, [first.clone(), second.clone()], "{split}");
        assert!(input.is_empty());
    }
}

#[test]
fn a_stream_that_announces_too_much_is_refused_at_once() {
    let mut input = BytesMut::from(&b"\x02\x01"[..]);
    let (octets, limit) = (513, 512);
    let refused = stream::decode(&mut input, limit);
    assert_eq!(refused, Err(stream::TooLong { octets, limit }));
    let mut input = BytesMut::from(&b"\x00\x00\x00\x01x"[..]);
    assert_eq!(stream::decode(&mut input, limit), Ok(Some(Bytes::new())));
    assert_eq!(
        stream::decode(&mut input, limit),
        Ok(Some(Bytes::from("x")))
    );
}

fn names() -> impl Strategy<Value = Name> {
    // Few labels, so that names often end alike.
    let label = prop_oneof!["[abC]{1,3}", "[a-z]{60,63}"];
    prop::collection::vec(label, 0..4).prop_map(|labels| {
        let labels: Vec<Vec<u8>> = labels.into_iter().map(Into::into).collect();
        Name::from_labels(&labels).unwrap()
    })
}

fn data() -> impl Strategy<Value = Data> {
    let octets = || prop::collection::vec(any::<u8>(), 0..40);
    prop_oneof![
        any::<[u8; 4]>().prop_map(|octets| Data::A(octets.into())),
        any::<[u8; 16]>().prop_map(|octets| Data::Aaaa(octets.into())),
        names().prop_map(Data::Cname),
        names().prop_map(Data::Ns),
        names().prop_map(Data::Ptr),
        (any::<u16>(), names()).prop_map(|(preference, exchange)| Data::Mx {
            preference,
            exchange
        }),
        (names(), names(), any::<[u32; 5]>()).prop_map(|(primary, mailbox, numbers)| {
            let [serial, refresh, retry, expire, minimum] = numbers;
            Data::Soa(Soa {
                primary,
                mailbox,
                serial,
                refresh,
                retry,
                expire,
                minimum,
            })
        }),
        (any::<[u16; 3]>(), names()).prop_map(|([priority, weight, port], target)| Data::Srv {
            priority,
            weight,
            port,
            target
        }),
        prop::collection::vec(octets(), 1..4).prop_map(Data::Txt),
        (60000_u16.., octets()).prop_map(|(kind, octets)| Data::Other {
            kind: Type(kind),
            octets
        }),
    ]
}

fn records() -> impl Strategy<Value = Vec<Record>> {
    let record = (names(), 0_u32..0x8000_0000, data()).prop_map(|(name, ttl, data)| Record {
        name,
        class: Class::IN,
        ttl,
        data,
    });
    prop::collection::vec(record, 0..6)
}

prop_compose! {
    fn messages()(
        id: u16,
        bits: [bool; 7],
        opcode in 0_u8..16,
        status in 0_u16..4096,
        questions in prop::collection::vec((names(), any::<u16>(), any::<u16>()), 0..3),
        answers in records(),
        authorities in records(),
        additionals in records(),
        options in prop::collection::vec(any::<u8>(), 0..20),
        udp_size: u16,
        dnssec: bool,
    ) -> Message {
        let [
            response, authoritative, truncated, recursion_desired, recursion_available,
            authentic, unchecked,
        ] = bits;
        let questions = questions.into_iter();
        Message {
            id,
            flags: Flags {
                response, opcode, authoritative, truncated, recursion_desired,
                recursion_available, authentic, unchecked,
            },
            status: Status(status),
            questions: questions
                .map(|(name, kind, class)| Question { name, kind: Type(kind), class: Class(class) })
                .collect(),
            answers,
            authorities,
            additionals,
            edns: Some(Edns { udp_size, version: 0, dnssec, options }),
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_message_comes_back(message in messages()) {
        let octets = message.encode(MAX_MESSAGE).unwrap();
        // Equal names may differ in case, and must not here.
        let again = Message::decode(&octets).unwrap();
        prop_assert_eq!(format!("{:?}", &again), format!("{:?}", &message));
        prop_assert_eq!(again, message);
    }

    #[test]
    fn no_message_is_longer_than_its_limit(message in messages(), limit in 1400_usize..4000) {
        let octets = message.encode(limit).unwrap();
        let truncated = Message::decode(&octets).unwrap().flags.truncated;
        prop_assert!(octets.len() <= limit || truncated);
    }

    #[test]
    fn any_octets_are_a_message_or_refused(octets: Vec<u8>) {
        let (fields, _) = Message::explain(&octets);
        for field in fields {
            prop_assert!(field.octets.end <= octets.len());
        }
    }

    #[test]
    fn any_octets_after_a_header_are_a_message_or_refused(
        counts in [0_u16..4, 0_u16..4, 0_u16..4, 0_u16..4],
        octets in prop::collection::vec(
            prop_oneof![3 => Just(0_u8), 2 => 1_u8..16, 1 => 0xc0_u8..0xc2, 1 => any::<u8>()],
            0..200,
        ),
    ) {
        let octets = [header(counts), octets].concat();
        if let Ok(message) = Message::decode(&octets) {
            // What was understood can be said again.
            let again = message.encode(MAX_MESSAGE).unwrap();
            prop_assert_eq!(Message::decode(&again), Ok(message));
        }
    }

    #[test]
    fn a_message_with_a_few_octets_changed_is_a_message_or_refused(
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
    ) {
        let mut octets = everything().encode(MAX_MESSAGE).unwrap();
        for (place, octet) in changes {
            let place = place.index(octets.len());
            octets[place] = octet;
        }
        let (_, usage) = heap::measure(|| Message::decode(&octets));
        prop_assert!(usage.peak < 64 * 1024, "{:?}", usage);
    }

    #[test]
    fn any_octets_on_a_stream_are_bounded(pieces: Vec<Vec<u8>>) {
        let mut input = BytesMut::new();
        'stream: for piece in &pieces {
            input.extend_from_slice(piece);
            loop {
                match stream::decode(&mut input, 64) {
                    Ok(Some(message)) => prop_assert!(message.len() <= 64),
                    Ok(None) => break,
                    Err(_) => break 'stream,
                }
            }
            prop_assert!(input.len() < 64 + 2);
        }
    }
}
