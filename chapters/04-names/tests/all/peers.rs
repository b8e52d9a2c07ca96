//! Programs that nobody here wrote: dig, kdig and hickory-resolver ask tiny-dns; dnsq
//! asks unbound; unbound answers from the same zone file as tiny-dns; getent and
//! Python say what they make of names and addresses.

use std::collections::BTreeSet;
use std::fs;
use std::net::SocketAddr;
use std::process::Command;

use hickory_resolver::proto::rr::{RData, RecordType};
use names::ask::{Protocol, Way, ask};
use names::message::{MAX_MESSAGE, Message, Status};
use names::record::{Record, Type};

#[allow(dead_code)] // the programs use more of it
#[path = "../../src/resolve.rs"]
mod resolve;
use program::tasks::block_on;
use resolve::Whom;
use testkit::{PATIENCE, Peer, Ready, Running, Server, peer};

const ZONE: &str = include_str!("../../zones/example.com.zone");

fn tiny_dns() -> Server {
    Server::of(env!("CARGO_BIN_EXE_tiny-dns"), &[])
}

/// What a program prints.
fn run(command: &mut Command) -> String {
    let output = command.output().unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}: {errors}");
    String::from_utf8(output.stdout).unwrap()
}

/// Runs dig or kdig on the server at `addr`.
fn dig(program: &Peer, addr: SocketAddr, arguments: &str) -> String {
    let mut command = program.command();
    command.arg(format!("@{}", addr.ip()));
    command.args(["-p", &addr.port().to_string()]);
    run(command.args(arguments.split(' ')))
}

fn dnsq(addr: SocketAddr, arguments: &str) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_dnsq"));
    run(command.arg(addr.to_string()).args(arguments.split(' ')))
}

/// Questions to example.com, and what dig and kdig must see of the answer.
const SEEN: [(&str, &[&str]); 17] = [
    ("www.example.com A", &["NOERROR", " aa", "192.0.2.80"]),
    ("WWW.EXAMPLE.COM AAAA", &["NOERROR", "2001:db8::80"]),
    (
        "shop.example.com A",
        &["CNAME", "web.example.com.", "192.0.2.80"],
    ),
    (
        "example.com MX",
        &["20 backup.example.com.", "10 mail.example.com."],
    ),
    ("example.com NS", &["ns1.example.com.", "ns2.example.com."]),
    ("example.com SOA", &["2030010203 7200 900 1209600 300"]),
    ("example.com TXT", &["\"v=spf1 mx -all\""]),
    ("_http._tcp.example.com SRV", &["0 3 8080 www.example.com."]),
    ("-x 192.0.2.80", &["www.example.com."]),
    ("odd.example.com TYPE65280", &[r"\# 4 0A000001"]),
    ("x.y.wild.example.com TXT", &["NOERROR", "a wildcard"]),
    ("nowhere.example.com A", &["NXDOMAIN", "SOA", "\t300\t"]),
    (
        "www.example.com MX",
        &["NOERROR", "ANSWER: 0", "SOA", "\t300\t"],
    ),
    (
        "x.sub.example.com A",
        &["AUTHORITY: 1", "ns.sub.example.com."],
    ),
    ("www.example.org A", &["REFUSED"]),
    (
        "long.example.com TXT +noedns +ignore",
        &[" tc", "ANSWER: 0"],
    ),
    ("longer.example.com TXT", &["ANSWER: 6", "6 Even with EDNS"]),
];

fn sees(program: &str) {
    let Some(program) = peer(program) else {
        return;
    };
    let server = tiny_dns();
    for (question, expected) in SEEN {
        for transport in ["+norec", "+norec +tcp"] {
            if transport.ends_with("+tcp") && question.contains("+ignore") {
                continue;
            }
            let seen = dig(&program, server.address, &format!("{question} {transport}"));
            // kdig says the same in its own columns and words.
            let plain = seen.replace("Flags:", "flags:").replace([' ', '\t'], "");
            for expected in expected {
                let expected = expected.replace([' ', '\t'], "");
                assert!(plain.contains(&expected), "{question} {transport}:\n{seen}");
            }
            let complains = [
                "WARN",
                "warn",
                "malformed",
                "MALFORMED",
                "trailing",
                "extra",
            ];
            assert!(!complains.iter().any(|word| seen.contains(word)), "{seen}");
        }
    }
    let retried = dig(&program, server.address, "longer.example.com TXT");
    assert!(retried.contains("(TCP)"), "{retried}");
}

#[test]
fn dig_understands_tiny_dns() {
    sees("dig");
}

#[test]
fn kdig_understands_tiny_dns() {
    sees("kdig");
}

#[test]
fn dig_falls_back_from_a_newer_edns() {
    let Some(program) = peer("dig") else { return };
    let server = tiny_dns();
    let seen = dig(&program, server.address, "www.example.com A +edns=1");
    assert!(
        seen.contains("BADVERS, retrying with EDNS version 0"),
        "{seen}"
    );
    assert!(seen.contains("192.0.2.80"), "{seen}");
}

#[test]
fn hickory_resolver_understands_tiny_dns() {
    let server = tiny_dns();
    let whom = Whom {
        server: server.address,
        system: false,
    };
    block_on(async {
        let resolver = whom.resolver()?;
        let both = resolver.lookup_ip("Shop.example.com.").await?;
        let both: BTreeSet<String> = both.iter().map(|address| address.to_string()).collect();
        assert_eq!(
            both,
            BTreeSet::from(["192.0.2.80".into(), "2001:db8::80".into()])
        );

        for (name, kind, expected) in [
            ("example.com.", RecordType::NS, "ns1.example.com."),
            ("example.com.", RecordType::MX, "20 backup.example.com."),
            ("example.com.", RecordType::TXT, "v=spf1 mx -all"),
            (
                "_http._tcp.example.com.",
                RecordType::SRV,
                "0 3 8080 www.example.com.",
            ),
            (
                "80.2.0.192.in-addr.arpa.",
                RecordType::PTR,
                "www.example.com.",
            ),
            ("any.wild.example.com.", RecordType::TXT, "a wildcard"),
            // Over TCP: hickory has seen that it was truncated.
            ("longer.example.com.", RecordType::TXT, "1 Even with EDNS"),
        ] {
            let found = resolver.lookup(name, kind).await?;
            let first = found.answers()[0].data.to_string();
            assert!(first.starts_with(expected), "{name} {kind}: {first}");
        }
        let odd = resolver
            .lookup("odd.example.com.", RecordType::Unknown(65280))
            .await?;
        match &odd.answers()[0].data {
            RData::Unknown { rdata, .. } => assert_eq!(rdata.anything, [10, 0, 0, 1]),
            other => panic!("{other:?}"),
        }
        let soa = resolver.soa_lookup("example.com.").await?;
        assert!(matches!(&soa.answers()[0].data, RData::SOA(soa) if soa.minimum == 300));

        let no_name = resolver
            .ipv4_lookup("nowhere.example.com.")
            .await
            .unwrap_err();
        assert!(no_name.is_nx_domain(), "{no_name}");
        let no_record = resolver.mx_lookup("www.example.com.").await.unwrap_err();
        assert!(
            no_record.is_no_records_found() && !no_record.is_nx_domain(),
            "{no_record}"
        );
        Ok(())
    })
    .unwrap();
}

/// Our codec and hickory's read each other's octets, and mean the same.
#[test]
fn hickory_reads_what_we_write_and_we_what_it_writes() {
    use hickory_resolver::proto::op::Message as Theirs;
    let server = tiny_dns();
    for (question, _) in SEEN
        .iter()
        .filter(|(question, _)| !question.contains(['+', '-']))
    {
        let (name, kind) = question.split_once(' ').unwrap();
        let query = Message::query(1, name.parse().unwrap(), kind.parse().unwrap());
        let octets = query.encode(MAX_MESSAGE).unwrap();
        let theirs = Theirs::from_vec(&octets).unwrap();
        assert_eq!(Message::decode(&theirs.to_vec().unwrap()).unwrap(), query);

        let ours = ask(server.address, &query, Way::UdpThenTcp, PATIENCE).unwrap();
        let theirs = Theirs::from_vec(&ours.octets).unwrap();
        let again = Message::decode(&theirs.to_vec().unwrap()).unwrap();
        assert_eq!(again, ours.message, "{question}");
    }
}

const UNBOUND: &str = r#"
server:
  interface: 127.0.0.1
  port: PORT
  do-daemonize: no
  username: ""
  chroot: ""
  directory: "."
  pidfile: ""
  use-syslog: no
  verbosity: 0
  module-config: "iterator"
  qname-minimisation: no
  do-not-query-localhost: no
  access-control: 127.0.0.0/8 allow
  local-zone: "example.net." static
  local-data: "example.net. 60 IN SOA ns.example.net. root.example.net. 1 2 3 4 5"
  local-data: "example.net. 60 IN NS ns.example.net."
  local-data: "example.net. 60 IN MX 10 mail.example.net."
  local-data: "example.net. 60 IN TXT \"one\" \"two\""
  local-data: "www.example.net. 60 IN A 192.0.2.1"
  local-data: "www.example.net. 60 IN A 192.0.2.2"
  local-data: "www.example.net. 60 IN AAAA 2001:db8::1"
  local-data: "web.example.net. 60 IN CNAME www.example.net."
  local-data: "_http._tcp.example.net. 60 IN SRV 1 2 8080 www.example.net."
  local-data: "odd.example.net. 60 IN TYPE65280 \# 3 010203"
LONG
  local-data-ptr: "192.0.2.1 60 www.example.net."
auth-zone:
  name: "example.com."
  zonefile: "example.com.zone"
  for-downstream: yes
  for-upstream: yes
  fallback-enabled: no
remote-control:
  control-enable: no
"#;

fn unbound() -> Option<Running> {
    let unbound = peer("unbound")?;
    let shell = peer("sh")?;
    let program = unbound.command().get_program().to_owned();
    Some(shell.start(Ready::Accepts, move |command, port, folder| {
        let long: String = (0..6)
            .map(|number| {
                let text = "x".repeat(220);
                format!("  local-data: 'long.example.net. 60 IN TXT \"{number}{text}\"'\n")
            })
            .collect();
        let config = UNBOUND
            .replace("PORT", &port.to_string())
            .replace("LONG\n", &long);
        fs::write(folder.join("unbound.conf"), config).unwrap();
        fs::write(folder.join("example.com.zone"), ZONE).unwrap();
        // A copy of it: some systems allow the one that is installed to read its own
        // configuration alone.
        let run = "cp \"$UNBOUND\" unbound && exec ./unbound -d -c unbound.conf";
        command.env("UNBOUND", &program).args(["-c", run]);
    }))
}

#[test]
fn dnsq_and_dig_say_the_same_of_unbound() {
    let (Some(server), Some(program)) = (unbound(), peer("dig")) else {
        return;
    };
    for question in [
        "www.example.net A",
        "www.example.net AAAA",
        "web.example.net CNAME",
        "example.net MX",
        "example.net NS",
        "example.net SOA",
        "example.net TXT",
        "_http._tcp.example.net SRV",
        "1.2.0.192.in-addr.arpa PTR",
        "odd.example.net TYPE65280",
        "long.example.net TXT",
    ] {
        // In any order: unbound turns the records of an answer round.
        let lines = |text: String| {
            let lines = text.lines().filter(|line| !line.starts_with(";;"));
            let mut lines: Vec<String> = lines.map(str::to_owned).collect();
            lines.sort_unstable();
            lines
        };
        let theirs = lines(dig(
            &program,
            server.address(),
            &format!("+short {question}"),
        ));
        let ours = lines(dnsq(server.address(), &format!("--short {question}")));
        assert_eq!(ours, theirs, "{question}");
        assert!(!ours.is_empty(), "{question}");
    }
    assert_eq!(
        dnsq(server.address(), "--short 192.0.2.1"),
        "www.example.net.\n"
    );
}

#[test]
fn dnsq_tells_unbounds_ways_to_say_no_apart() {
    let Some(server) = unbound() else { return };
    let asked = |name: &str, kind, way| {
        let query = Message::query(9, name.parse().unwrap(), kind);
        ask(server.address(), &query, way, PATIENCE).unwrap()
    };
    let no_name = asked("nowhere.example.net", Type::A, Way::Udp).message;
    assert_eq!(
        (no_name.status, no_name.authorities.len()),
        (Status::NO_NAME, 1)
    );
    let no_record = asked("www.example.net", Type::MX, Way::Udp).message;
    assert_eq!(
        (no_record.status, no_record.authorities.len()),
        (Status::NO_ERROR, 1)
    );

    let truncated = asked("long.example.net", Type::TXT, Way::Udp);
    assert!(truncated.message.flags.truncated);
    let whole = asked("long.example.net", Type::TXT, Way::UdpThenTcp);
    assert!(whole.truncated_before && whole.by == Protocol::Tcp);
    assert_eq!(whole.message.answers.len(), 6);
}

/// Records in an order of their own, their names in lower case.
fn sorted(records: &[Record]) -> BTreeSet<String> {
    let lines = records
        .iter()
        .map(|record| record.to_string().to_ascii_lowercase());
    lines.collect()
}

/// The same zone file, the same questions: unbound and tiny-dns say the same.
#[test]
fn unbound_answers_from_the_same_zone_as_tiny_dns() {
    let Some(theirs) = unbound() else { return };
    let ours = tiny_dns();
    let (mut compared, mut apart) = (0, 0);
    for name in [
        "example.com",
        "www.example.com",
        "web.example.com",
        "shop.example.com",
        "gone.example.com",
        "nowhere.example.com",
        "below.www.example.com",
        "_http._tcp.example.com",
        "_tcp.example.com",
        "wild.example.com",
        "x.wild.example.com",
        "x.y.wild.example.com",
        "*.wild.example.com",
        "exact.wild.example.com",
        "x.exact.wild.example.com",
        "sub.example.com",
        "x.sub.example.com",
        "ns.sub.example.com",
        "odd.example.com",
        "silent.example.com",
        "post.example.com",
        "WWW.Example.COM",
    ] {
        for kind in [
            Type::A,
            Type::AAAA,
            Type::CNAME,
            Type::MX,
            Type::NS,
            Type::SOA,
            Type::SRV,
            Type::TXT,
            Type(65280),
        ] {
            let query = Message::query(9, name.parse().unwrap(), kind);
            let ask = |addr| {
                ask(addr, &query, Way::UdpThenTcp, PATIENCE)
                    .unwrap()
                    .message
            };
            let (ours, theirs) = (ask(ours.address), ask(theirs.address()));
            let what = format!("{name} {kind}\nours {ours:?}\ntheirs {theirs:?}");
            assert_eq!(sorted(&ours.answers), sorted(&theirs.answers), "{what}");
            assert!(ours.flags == theirs.flags, "{what}");
            // Where other names lead to no such name or no such record, we say so
            // (RFC 6604, section 3; RFC 2308, section 3). unbound leaves it to
            // whoever asks to ask for the last name itself.
            let negative = ours
                .authorities
                .iter()
                .any(|record| record.data.kind() == Type::SOA);
            if negative && !ours.answers.is_empty() && theirs.authorities.is_empty() {
                assert_eq!(theirs.status, Status::NO_ERROR, "{what}");
                apart += 1;
                continue;
            }
            assert_eq!(ours.status, theirs.status, "{what}");
            assert_eq!(
                sorted(&ours.authorities),
                sorted(&theirs.authorities),
                "{what}"
            );
            compared += 1;
        }
    }
    assert_eq!(compared + apart, 22 * 9);
    assert!(apart <= 24, "{apart} differ");
}

#[test]
fn python_and_getent_read_addresses_as_our_inet_aton() {
    let texts = [
        "127.0.0.1",
        "010.1.1.1",
        "127.1",
        "127.0.1",
        "0x7f.1",
        "2130706433",
        "0",
        "00",
        "1.2.3.256",
        "256.1",
        "1.16777215",
        "1.16777216",
        "08.1.1.1",
        "4294967295",
        "4294967296",
        "1.2.3.4.5",
        "1..2",
        "+1.2.3.4",
        "0x",
        "1.0x.3.4",
        "",
        "1.2.3.4 ",
        "0X7F.0.0.01",
    ];
    if let Some(python) = peer("python3") {
        let script = "import socket, sys\n\
                      for text in sys.argv[1:]:\n\
                      \ttry: print(socket.inet_ntoa(socket.inet_aton(text)))\n\
                      \texcept OSError: print('-')\n";
        let theirs = run(python.command().args(["-c", script]).args(texts));
        for (text, theirs) in texts.iter().zip(theirs.lines()) {
            let ours = names::loose::inet_aton(text);
            let ours = ours.map_or("-".to_owned(), |address| address.to_string());
            assert_eq!(ours, theirs, "{text:?}");
        }
    }
    if let Some(getent) = peer("getent") {
        let seen = run(getent.command().args(["ahostsv4", "010.1.1.1"]));
        assert!(seen.starts_with("8.1.1.1 "), "{seen}");
    }
}

#[test]
fn getent_knows_the_same_services_and_protocols() {
    let Some(getent) = peer("getent") else { return };
    let names =
        |role: &str, name: &str| run(Command::new(env!("CARGO_BIN_EXE_names")).args([role, name]));
    for (database, role, name) in [
        ("services", "service", "domain"),
        ("services", "service", "smtp"),
        ("services", "service", "ssh"),
        ("protocols", "protocol", "udp"),
        ("protocols", "protocol", "tcp"),
        ("protocols", "protocol", "ipv6-icmp"),
    ] {
        let theirs = run(getent.command().args([database, name]));
        let words = |text: &str| -> Vec<String> {
            let first = text.lines().next().unwrap_or_default();
            first.split_whitespace().map(str::to_owned).collect()
        };
        assert_eq!(words(&names(role, name)), words(&theirs), "{name}");
    }
}

#[test]
fn python_calls_this_host_and_the_loopback_address_the_same() {
    let Some(python) = peer("python3") else {
        return;
    };
    let names = |arguments: &[&str]| run(Command::new(env!("CARGO_BIN_EXE_names")).args(arguments));
    let python = |script: &str| run(python.command().args(["-c", script]));
    let theirs = python("import socket; print(socket.gethostname(), end='')");
    let first = format!("this host calls itself {theirs}\n");
    assert!(names(&["host"]).starts_with(&first));

    let theirs = python("import socket; print(socket.gethostbyaddr('127.0.0.1')[0], end='')");
    assert_eq!(
        names(&["reverse", "127.0.0.1"]),
        format!("127.0.0.1 is {theirs}\n")
    );
}
