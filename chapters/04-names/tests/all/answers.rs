//! What an authoritative server answers, without a socket: to good questions, to bad
//! ones, and from zone files that break a rule.

use names::Name;
use names::message::{Edns, HEADER, MAX_MESSAGE, Message, Status, UDP_SAFE};
use names::record::{Class, Data, Record, Type};
use names::server::{Server, Transport};
use names::zone::Zone;
use proptest::prelude::*;

const ZONE: &str = include_str!("../../zones/example.com.zone");
const REVERSE: &str = include_str!("../../zones/2.0.192.in-addr.arpa.zone");

fn server() -> Server {
    let zones = [ZONE, REVERSE].map(|text| Zone::parse(text).unwrap());
    Server::new(zones.into())
}

fn name(text: &str) -> Name {
    text.parse().unwrap()
}

fn query(text: &str, kind: Type) -> Message {
    Message::query(7, name(text), kind)
}

fn reply(query: &Message, transport: Transport) -> Message {
    let octets = query.encode(MAX_MESSAGE).unwrap();
    let octets = server().reply(&octets, transport).unwrap();
    Message::decode(&octets).unwrap()
}

fn ask(text: &str, kind: Type) -> Message {
    let query = query(text, kind);
    let response = reply(&query, Transport::Udp);
    assert!(response.answers(&query));
    response
}

/// What the records of an answer hold.
fn data(response: &Message) -> Vec<String> {
    let answers = response.answers.iter();
    answers.map(|record| record.data.to_string()).collect()
}

#[test]
fn a_question_in_any_case_is_answered_in_that_case() {
    let response = ask("wWw.eXample.Com", Type::A);
    assert!(response.flags.authoritative && !response.flags.recursion_available);
    assert_eq!(data(&response), ["192.0.2.80"]);
    assert_eq!(response.answers[0].name.to_string(), "wWw.eXample.Com.");
    assert_eq!(response.questions[0].name.to_string(), "wWw.eXample.Com.");
}

/// RFC 2308, section 2: with an SOA record, whose time is the lesser of its own and
/// of the one for negatives.
#[test]
fn no_such_name_is_not_no_such_record() {
    for (text, kind, status) in [
        ("nowhere.example.com", Type::A, Status::NO_NAME),
        ("a.b.c.example.com", Type::A, Status::NO_NAME),
        ("below.www.example.com", Type::A, Status::NO_NAME),
        ("www.example.com", Type::MX, Status::NO_ERROR),
        // It has no record of its own, and exists all the same.
        ("_tcp.example.com", Type::SRV, Status::NO_ERROR),
        ("wild.example.com", Type::TXT, Status::NO_ERROR),
    ] {
        let response = ask(text, kind);
        assert_eq!(response.status, status, "{text}");
        assert!(response.flags.authoritative && response.answers.is_empty());
        let [soa] = &response.authorities[..] else {
            panic!("{text}: {:?}", response.authorities)
        };
        assert_eq!((soa.name.clone(), soa.ttl), (name("example.com"), 300));
        assert!(matches!(soa.data, Data::Soa(_)));
    }
}

#[test]
fn other_names_are_followed_while_they_are_in_the_zone() {
    let chain = ask("shop.example.com", Type::A);
    let expected = ["web.example.com.", "www.example.com.", "192.0.2.80"];
    assert_eq!(data(&chain), expected);
    // Who asks for the other name itself gets that alone.
    let alone = ask("shop.example.com", Type::CNAME);
    assert_eq!(data(&alone), ["web.example.com."]);

    let away = ask("away.example.com", Type::A);
    assert_eq!(data(&away), ["www.example.org."]);
    assert_eq!((away.status, away.authorities.len()), (Status::NO_ERROR, 0));

    let gone = ask("gone.example.com", Type::A);
    assert_eq!(data(&gone), ["nowhere.example.com."]);
    assert_eq!((gone.status, gone.authorities.len()), (Status::NO_NAME, 1));

    let no_record = ask("web.example.com", Type::MX);
    assert_eq!(data(&no_record), ["www.example.com."]);
    assert_eq!(
        (no_record.status, no_record.authorities.len()),
        (Status::NO_ERROR, 1)
    );

    let circle = ask("circle.example.com", Type::A);
    assert_eq!(
        data(&circle),
        ["around.example.com.", "circle.example.com."]
    );
}

/// RFC 4592, sections 2.2.1 and 3.3.1.
#[test]
fn a_wildcard_stands_for_what_does_not_exist() {
    let wild = ["\"a wildcard\""];
    for text in [
        "x.wild.example.com",
        "x.y.wild.example.com",
        "*.wild.example.com",
    ] {
        let response = ask(text, Type::TXT);
        assert_eq!(data(&response), wild, "{text}");
        assert_eq!(response.answers[0].name, name(text));
    }
    // A name that a wildcard stands for exists, with the wildcard's types alone.
    let other_type = ask("x.wild.example.com", Type::A);
    assert_eq!(
        (other_type.status, data(&other_type).len()),
        (Status::NO_ERROR, 0)
    );
    // Not for a name that exists, nor below one.
    let exact = ask("exact.wild.example.com", Type::TXT);
    assert_eq!((exact.status, data(&exact).len()), (Status::NO_ERROR, 0));
    let below = ask("x.exact.wild.example.com", Type::TXT);
    assert_eq!(below.status, Status::NO_NAME);
}

#[test]
fn what_others_know_is_referred_to_them() {
    for text in [
        "sub.example.com",
        "deep.below.sub.example.com",
        "ns.sub.example.com",
    ] {
        let response = ask(text, Type::A);
        assert_eq!(response.status, Status::NO_ERROR);
        assert!(!response.flags.authoritative, "{text}");
        assert!(response.answers.is_empty());
        assert_eq!(
            response.authorities[0].data,
            Data::Ns(name("ns.sub.example.com"))
        );
        assert_eq!(response.additionals[0].name, name("ns.sub.example.com"));
    }
}

#[test]
fn the_addresses_of_hosts_come_along() {
    let response = ask("example.com", Type::MX);
    let hosts = response
        .additionals
        .iter()
        .map(|record| record.name.to_string());
    let mut hosts: Vec<String> = hosts.collect();
    hosts.dedup();
    assert_eq!(hosts, ["backup.example.com.", "mail.example.com."]);
}

#[test]
fn unknown_types_are_octets() {
    let response = ask("odd.example.com", Type(65280));
    assert_eq!(data(&response), [r"\# 4 0A000001"]);
    let nothing = ask("odd.example.com", Type(65281));
    assert_eq!(
        (nothing.status, nothing.authorities.len()),
        (Status::NO_ERROR, 1)
    );
}

#[test]
fn any_is_answered_with_some() {
    let response = ask("www.example.com", Type::ANY);
    assert_eq!(data(&response), ["192.0.2.80"]);
}

#[test]
fn an_answer_over_udp_has_as_many_octets_as_were_asked_for_and_1232_at_most() {
    let mut plain = query("long.example.com", Type::TXT);
    plain.edns = None;
    let truncated = reply(&plain, Transport::Udp);
    assert!(truncated.flags.truncated && truncated.answers.is_empty());
    assert_eq!(truncated.edns, None, "who says nothing hears nothing");
    let whole = reply(&plain, Transport::Tcp);
    assert!(!whole.flags.truncated && whole.answers.len() == 6);

    for (udp_size, text, fits) in [
        (0, "long.example.com", false),
        (512, "long.example.com", false),
        (1232, "long.example.com", true),
        (65535, "long.example.com", true),
        (65535, "longer.example.com", false),
    ] {
        let mut sized = query(text, Type::TXT);
        sized.edns = Some(Edns {
            udp_size,
            ..Edns::default()
        });
        let octets = sized.encode(MAX_MESSAGE).unwrap();
        let response = server().reply(&octets, Transport::Udp).unwrap();
        assert!(response.len() <= usize::from(UDP_SAFE));
        let response = Message::decode(&response).unwrap();
        assert_eq!(response.flags.truncated, !fits, "{udp_size} {text}");
        assert!(response.edns.is_some());
    }
}

#[test]
fn what_is_not_ours_is_refused() {
    let mut chaos = query("version.bind", Type::TXT);
    chaos.questions[0].class = Class::CH;
    for refused in [
        query("www.example.org", Type::A),
        query("com", Type::A),
        query(".", Type::NS),
        query("example.com", Type::AXFR),
        query("example.com", Type::IXFR),
        chaos,
    ] {
        for transport in [Transport::Udp, Transport::Tcp] {
            let response = reply(&refused, transport);
            assert_eq!(response.status, Status::REFUSED, "{refused:?}");
            assert!(response.answers.is_empty() && !response.flags.authoritative);
        }
    }
}

#[test]
fn what_we_do_not_know_is_said() {
    let mut update = query("example.com", Type::SOA);
    update.flags.opcode = 5;
    let response = reply(&update, Transport::Udp);
    assert_eq!(response.status, Status::NOT_IMPLEMENTED);
    assert_eq!(response.flags.opcode, 5);

    let mut newer = query("www.example.com", Type::A);
    newer.edns = Some(Edns {
        version: 1,
        ..Edns::default()
    });
    let response = reply(&newer, Transport::Udp);
    assert_eq!(response.status, Status::BAD_VERSION);
    assert_eq!(response.edns.unwrap().version, 0);
    assert!(response.answers.is_empty());

    let mut twice = query("www.example.com", Type::A);
    twice.questions.push(twice.questions[0].clone());
    assert_eq!(reply(&twice, Transport::Udp).status, Status::FORMAT_ERROR);
    twice.questions.clear();
    assert_eq!(reply(&twice, Transport::Udp).status, Status::FORMAT_ERROR);
}

#[test]
fn bits_that_are_ours_to_copy_are_copied() {
    let mut asking = query("www.example.com", Type::A);
    asking.flags.recursion_desired = true;
    asking.flags.unchecked = true;
    asking.flags.authentic = true;
    let flags = reply(&asking, Transport::Udp).flags;
    assert!(flags.recursion_desired && flags.unchecked);
    assert!(!flags.recursion_available && !flags.authentic);

    // RFC 3225, section 3, and only where the query has EDNS.
    for dnssec in [false, true] {
        asking.edns = Some(Edns {
            dnssec,
            ..Edns::default()
        });
        let edns = reply(&asking, Transport::Udp).edns;
        assert_eq!(edns.map(|edns| edns.dnssec), Some(dnssec));
    }
}

/// Page: The messages. What an update carries is its own affair: RFC 2136 has records
/// without data, which are none elsewhere.
#[test]
fn what_is_not_served_is_not_judged() {
    for kind in [
        Type::CNAME,
        Type::MX,
        Type::NS,
        Type::PTR,
        Type::SOA,
        Type::TXT,
    ] {
        let mut update = query("example.com", Type::SOA);
        update.edns = None;
        update.flags.opcode = 5;
        let mut octets = update.encode(MAX_MESSAGE).unwrap();
        octets[9] = 1; // in what would be the authorities
        octets.extend(b"\xc0\x0c\0");
        octets.extend([kind.0 as u8, 0, 255, 0, 0, 0, 0, 0, 0]); // of class ANY
        assert!(Message::decode(&octets).is_err(), "{kind}");
        for whole in [octets.len(), octets.len() - 1, HEADER] {
            let reply = server().reply(&octets[..whole], Transport::Tcp).unwrap();
            let response = Message::decode(&reply).unwrap();
            assert_eq!(response.status, Status::NOT_IMPLEMENTED, "{kind}");
            assert_eq!((response.id, response.flags.opcode), (7, 5));
        }
    }
}

#[test]
fn only_answers_about_the_name_are_answers() {
    let record = |owner: &str, data: Data| Record {
        name: name(owner),
        class: Class::IN,
        ttl: 60,
        data,
    };
    let alias = |owner: &str, target: &str| record(owner, Data::Cname(name(target)));
    let address = |owner: &str| record(owner, Data::A([192, 0, 2, 1].into()));
    let of = |answers: &[Record]| {
        let answers = answers.to_vec();
        let message = Message {
            answers,
            ..Message::default()
        };
        message.records_of(&name("a.example"), Type::A)
    };
    let (a, b) = (address("A.example"), address("b.example"));
    assert_eq!(of(&[b.clone(), a.clone()]), [a]);
    assert_eq!(of(std::slice::from_ref(&b)), []);
    let to_b = alias("a.example", "b.example");
    assert_eq!(of(&[b.clone(), to_b.clone()]), [to_b.clone(), b.clone()]);
    assert_eq!(
        of(&[to_b.clone(), alias("b.example", "a.example")]).len(),
        2
    );
    assert_eq!(of(std::slice::from_ref(&to_b)), [to_b]);
}

/// Or two servers would answer each other for ever.
#[test]
fn responses_are_not_answered() {
    let response = query("www.example.com", Type::A).response();
    let octets = response.encode(MAX_MESSAGE).unwrap();
    assert_eq!(server().reply(&octets, Transport::Udp), None);
}

#[test]
fn what_cannot_be_read_is_answered_with_its_number() {
    let good = query("www.example.com", Type::A)
        .encode(MAX_MESSAGE)
        .unwrap();
    for length in 0..good.len() {
        let reply = server().reply(&good[..length], Transport::Udp);
        if length < HEADER {
            assert_eq!(reply, None, "there is not even a number");
            continue;
        }
        let response = Message::decode(&reply.unwrap()).unwrap();
        assert_eq!(response.status, Status::FORMAT_ERROR, "{length}");
        assert_eq!((response.id, response.questions), (7, vec![]));
    }
}

#[test]
fn a_zone_file_that_breaks_a_rule_is_refused_with_its_line() {
    let soa = "$ORIGIN example.\n$TTL 60\n@ SOA ns root 1 2 3 4 5\n";
    for (rest, line, what) in [
        ("www A 192.0.2.256\n", 4, "192.0.2.256: not an IPv4 address"),
        ("www A\n", 4, "an IPv4 address is missing"),
        (
            "www A 192.0.2.1 192.0.2.2\n",
            4,
            "\"192.0.2.2\" is too much",
        ),
        (
            "www A 192.0.2.1\n\n www A 192.0.2.1",
            6,
            "www: no type or class known here",
        ),
        (
            "www.example.org. A 192.0.2.1\n",
            4,
            "www.example.org. is not within example.",
        ),
        ("www CH A 192.0.2.1\n", 4, "CH: no type or class known here"),
        ("@ SOA ns root 1 2 3 4 5\n", 4, "a second SOA record"),
        (
            "a CNAME b\na CNAME c\n",
            5,
            "a.example.: other records beside a CNAME",
        ),
        (
            "a CNAME b\na A 192.0.2.1\n",
            5,
            "a.example.: other records beside a CNAME",
        ),
        (
            "a A 192.0.2.1\na CNAME b\n",
            5,
            "a.example.: other records beside a CNAME",
        ),
        (
            "a 5 A 192.0.2.1\na 6 A 192.0.2.2\n",
            5,
            "a.example. A: 6 seconds to live, where another record of these has 5",
        ),
        (
            "a 2147483648 A 192.0.2.1\n",
            4,
            "2147483648: not a number of seconds",
        ),
        ("a TXT \"open\n", 4, "a quotation mark that is not closed"),
        ("a TXT (\n\"one\"\n", 4, "a parenthesis that is not closed"),
        ("a TXT ( (\n", 4, "a parenthesis inside another"),
        ("a TXT )\n", 4, "a parenthesis that was not opened"),
        ("a TXT \\300\n", 4, "a backslash that escapes nothing"),
        (
            "a..b A 192.0.2.1\n",
            4,
            "a..b: an empty label inside a name",
        ),
        (
            "a TYPE65280 abcd\n",
            4,
            r"TYPE65280: give its octets behind \#",
        ),
        (
            "a TYPE65280 \\# 3 abcd\n",
            4,
            "not 3 octets in hexadecimal digits",
        ),
        (
            "a TYPE1 \\# 3 010203\n",
            4,
            "A: the message ends at octet 3, inside the field \"address\"",
        ),
        ("$INCLUDE other\n", 4, "$INCLUDE: unknown"),
        ("a MX -1 b\n", 4, "-1: not a preference"),
        ("a MX +1 b\n", 4, "+1: not a preference"),
    ] {
        let error = Zone::parse(&format!("{soa}{rest}")).unwrap_err();
        assert_eq!((error.line, error.what.as_str()), (line, what), "{rest}");
    }
    let no_soa = Zone::parse("$ORIGIN example.\nwww 60 A 192.0.2.1\n").unwrap_err();
    assert_eq!(no_soa.to_string(), "line 2: the first record is not SOA");
    assert_eq!(Zone::parse("").unwrap_err().what, "no SOA record");
    let relative = Zone::parse("@ SOA ns root 1 2 3 4 5\n").unwrap_err();
    assert_eq!(relative.what, "@: no dot at its end, and no $ORIGIN");
}

#[test]
fn a_zone_file_can_be_written_in_many_ways() {
    let zone = Zone::parse(
        "example. 60 IN SOA ns.example. root.example. ( 1 2 ; two numbers\n 3 4 5 )\n\
         www.example. IN 60 A 192.0.2.1 ; a comment\n\
         \tA 192.0.2.2\n\
         \n\
         $ORIGIN sub.example.\n\
         www 60 A 192.0.2.3\n\
         @ 60 TXT \"a;b\" c\\;d \"\\\"\"\n\
         x 60 TYPE1 \\# 4 C000 0204\n",
    )
    .unwrap();
    let server = Server::new(vec![zone]);
    let ask = |text, kind| {
        let octets = query(text, kind).encode(MAX_MESSAGE).unwrap();
        data(&Message::decode(&server.reply(&octets, Transport::Udp).unwrap()).unwrap())
    };
    assert_eq!(ask("www.example", Type::A), ["192.0.2.1", "192.0.2.2"]);
    assert_eq!(ask("www.sub.example", Type::A), ["192.0.2.3"]);
    assert_eq!(ask("sub.example", Type::TXT), ["\"a;b\" \"c;d\" \"\\\"\""]);
    assert_eq!(ask("x.sub.example", Type::A), ["192.0.2.4"]);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_query_is_answered_with_a_message_or_not_at_all(
        start in prop::collection::vec(any::<u8>(), 0..20),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..6),
    ) {
        let mut octets = query("shop.example.com", Type::A).encode(MAX_MESSAGE).unwrap();
        for (place, octet) in changes {
            let place = place.index(octets.len());
            octets[place] = octet;
        }
        for octets in [start, octets] {
            for transport in [Transport::Udp, Transport::Tcp] {
                if let Some(reply) = server().reply(&octets, transport) {
                    let response = Message::decode(&reply).unwrap();
                    prop_assert!(response.flags.response);
                    prop_assert_eq!(response.id.to_be_bytes(), [octets[0], octets[1]]);
                }
            }
        }
    }

    #[test]
    fn any_text_is_a_zone_file_or_refused(text in "[ -~\n\t]{0,200}") {
        let _ = Zone::parse(&format!("$ORIGIN a.\n@ 1 SOA b c 1 2 3 4 5\n{text}"));
    }
}
