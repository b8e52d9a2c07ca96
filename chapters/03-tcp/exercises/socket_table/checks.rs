use super::*;

use std::net::{IpAddr, SocketAddr};

use testkit::{check, note};

/// The header, as Linux writes it.
const HEADER: &str = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when \
                      retrnsmt   uid  timeout inode                                       ";
/// More than any table below has.
const LIMIT: usize = 1000;

/// An address and a port as the kernel of this machine writes them.
fn written(address: &str) -> String {
    let address: SocketAddr = address.parse().expect("an address");
    let octets = match address.ip() {
        IpAddr::V4(ip) => ip.octets().to_vec(),
        IpAddr::V6(ip) => ip.octets().to_vec(),
    };
    let mut text = String::new();
    for word in octets.chunks(4) {
        let number = u32::from_ne_bytes(word.try_into().expect("four octets"));
        text.push_str(&format!("{number:08X}"));
    }
    format!("{text}:{:04X}", address.port())
}

/// A line from these fields, with the spaces that the kernel puts there.
fn line(number: usize, local: &str, remote: &str, state: &str, queues: &str, rest: &str) -> String {
    let (local, remote) = (written(local), written(remote));
    let line = format!("{number:4}: {local} {remote} {state} {queues} 00:00000000 00000000 {rest}");
    format!("{line:<149}")
}

/// What follows for a socket that a process holds.
const HELD: &str = "    0        0 36149 1 000000009b4ac0fc 100 0 0 10 0";
const EMPTY: &str = "00000000:00000000";

/// A socket of 127.0.0.1:1060 in this state.
fn in_state(state: &str) -> String {
    line(0, "127.0.0.1:1060", "10.1.2.3:4096", state, EMPTY, HELD)
}

/// What a parse gave, as text that can be compared and read.
fn show(got: &Result<Socket, Problem>) -> String {
    match got {
        Ok(socket) => format!("{socket:?}"),
        Err(problem) => format!("the error {problem:?}"),
    }
}

/// Parses the line; `part` of the socket should be `expected`.
#[track_caller]
fn expect<T: PartialEq + std::fmt::Debug>(line: &str, part: impl Fn(Socket) -> T, expected: T) {
    let _note = note(|| format!("(the line was  {})", line.trim_end()));
    let got = parse_line(line);
    let shown = show(&got);
    let Ok(got) = got.map(part) else {
        panic!("expected {expected:?}, got {shown}");
    };
    assert!(got == expected, "expected {expected:?}, got {got:?}");
}

/// Parses the line, which is wrong; that should be the problem.
#[track_caller]
fn expect_problem(line: &str, expected: &Problem) {
    let _note = note(|| format!("(the line was  {})", line.trim_end()));
    let got = parse_line(line);
    assert!(
        got.as_ref() == Err(expected),
        "expected the error {expected:?}, got {}",
        show(&got)
    );
}

fn socket_address(text: &str) -> SocketAddr {
    text.parse().expect("an address")
}

fn malformed(field: &'static str, text: &str) -> Problem {
    Problem::Malformed {
        field,
        text: text.to_owned(),
    }
}

#[test]
#[ignore = "exercise"]
fn the_state_of_a_connection() {
    check(|| expect(&in_state("01"), |socket| socket.state, State::Established));
}

#[test]
#[ignore = "exercise"]
fn every_state() {
    check(|| {
        for (number, state) in (1..).zip(State::ALL) {
            let text = format!("{number:02X}");
            let got = parse_line(&in_state(&text));
            assert!(
                got.as_ref().is_ok_and(|socket| socket.state == state),
                "the state {text} is {state}, got {}",
                show(&got)
            );
        }
    });
}

#[test]
#[ignore = "exercise"]
fn an_address() {
    check(|| {
        let addresses = ["127.0.0.1", "10.1.2.3", "192.0.2.255", "0.0.0.0"];
        for address in addresses {
            let address = format!("{address}:0");
            expect(
                &line(0, &address, "0.0.0.0:0", "01", EMPTY, HELD),
                |socket| socket.local.ip().to_string(),
                address.trim_end_matches(":0").to_owned(),
            );
        }
    });
}

#[test]
#[ignore = "exercise"]
fn a_port() {
    check(|| {
        for port in [1060, 80, 8080, 53, 50_001, 65_535, 0] {
            expect(
                &line(
                    0,
                    &format!("0.0.0.0:{port}"),
                    "0.0.0.0:0",
                    "01",
                    EMPTY,
                    HELD,
                ),
                |socket| socket.local.port(),
                port,
            );
        }
    });
}

#[test]
#[ignore = "exercise"]
fn a_port_of_one_digit() {
    check(|| {
        for port in [7, 9, 1] {
            expect(
                &line(
                    0,
                    &format!("0.0.0.0:{port}"),
                    "0.0.0.0:0",
                    "01",
                    EMPTY,
                    HELD,
                ),
                |socket| socket.local.port(),
                port,
            );
        }
    });
}

#[test]
#[ignore = "exercise"]
fn the_other_end() {
    check(|| {
        expect(
            &line(0, "127.0.0.1:1060", "192.0.2.7:443", "01", EMPTY, HELD),
            |socket| socket.remote,
            socket_address("192.0.2.7:443"),
        );
    });
}

#[test]
#[ignore = "exercise"]
fn an_address_of_ipv6() {
    check(|| {
        let addresses = [
            "[::1]:1060",
            "[2001:db8::1234:5678]:80",
            "[::]:0",
            "[fe80::1]:53",
        ];
        for address in addresses {
            expect(
                &line(0, address, address, "01", EMPTY, HELD),
                |socket| (socket.local, socket.remote),
                (socket_address(address), socket_address(address)),
            );
        }
    });
}

#[test]
#[ignore = "exercise"]
fn an_address_of_ipv4_within_ipv6() {
    check(|| {
        let address = "[::ffff:127.0.0.1]:1060";
        expect(
            &line(0, address, "[::]:0", "01", EMPTY, HELD),
            |socket| socket.local,
            socket_address(address),
        );
    });
}

#[test]
#[ignore = "exercise"]
fn what_is_to_be_sent_and_what_is_to_be_read() {
    check(|| {
        let line = line(0, "0.0.0.0:0", "0.0.0.0:0", "01", "00000005:00000007", HELD);
        expect(
            &line,
            |socket| (socket.send_queue, socket.receive_queue),
            (5, 7),
        );
    });
}

#[test]
#[ignore = "exercise"]
fn queues_are_hexadecimal() {
    check(|| {
        for (digits, octets) in [("0000000C", 12), ("00000010", 16), ("00026D10", 158_992)] {
            let queues = format!("{digits}:{digits}");
            expect(
                &line(0, "0.0.0.0:0", "0.0.0.0:0", "01", &queues, HELD),
                |socket| (socket.send_queue, socket.receive_queue),
                (octets, octets),
            );
        }
    });
}

#[test]
#[ignore = "exercise"]
fn the_inode() {
    check(|| {
        let rest = " 1000        0 4294967296 1 000000009b4ac0fc 100 0 0 10 0";
        let line = line(0, "127.0.0.1:1060", "0.0.0.0:0", "0A", EMPTY, rest);
        expect(&line, |socket| socket.inode, 4_294_967_296);
    });
}

#[test]
#[ignore = "exercise"]
fn a_line_of_time_wait() {
    check(|| {
        // Shorter: no process holds the socket any more.
        let rest = "    0        0 0 3 00000000472c5cd5";
        let line = line(3, "127.0.0.1:1060", "127.0.0.1:4097", "06", EMPTY, rest);
        expect(
            &line,
            |socket| (socket.state, socket.inode),
            (State::TimeWait, 0),
        );
    });
}

#[test]
#[ignore = "exercise"]
fn a_long_table_has_longer_numbers() {
    check(|| {
        let line = line(
            123_456,
            "127.0.0.1:1060",
            "10.1.2.3:4096",
            "01",
            EMPTY,
            HELD,
        );
        expect(&line, |socket| socket.state, State::Established);
    });
}

#[test]
#[ignore = "exercise"]
fn a_whole_table() {
    check(|| {
        let table = format!("{HEADER}\n{}\n{}\n", in_state("0A"), in_state("06"));
        let got = parse(&table, LIMIT).map(|sockets| {
            sockets
                .iter()
                .map(|socket| socket.state)
                .collect::<Vec<_>>()
        });
        assert!(
            got == Ok(vec![State::Listen, State::TimeWait]),
            "a header, a listener and a socket in TIME-WAIT: expected these two, got {got:?}"
        );
    });
}

#[test]
#[ignore = "exercise"]
fn a_table_without_sockets() {
    check(|| {
        let got = parse(&format!("{HEADER}\n"), LIMIT);
        assert!(
            got == Ok(Vec::new()),
            "a header and nothing more: expected no socket, got {got:?}"
        );
    });
}

#[test]
#[ignore = "exercise"]
fn what_is_no_table() {
    check(|| {
        let expected = Err(Error {
            line: 1,
            problem: Problem::NoHeader,
        });
        for text in [
            "",
            "\n",
            "cat: /proc/net/tcp: No such file or directory",
            "slow down",
            &in_state("01"),
        ] {
            let got = parse(text, LIMIT);
            assert!(
                got == expected,
                "the text {text:?} has no header: expected {expected:?}, got {got:?}"
            );
        }
    });
}

#[test]
#[ignore = "exercise"]
fn a_wrong_line_is_an_error_with_its_number() {
    check(|| {
        let (good, bad) = (in_state("01"), in_state("0Z"));
        let got = parse(&format!("{HEADER}\n{good}\n{bad}\n{good}\n"), LIMIT);
        let expected = Err(Error {
            line: 3,
            problem: malformed("state", "0Z"),
        });
        assert!(
            got == expected,
            "the third line has the state 0Z, and a table that leaves out what it can't read \
             would look whole: expected {expected:?}, got {got:?}"
        );
    });
}

#[test]
#[ignore = "exercise"]
fn a_state_that_does_not_exist() {
    check(|| {
        for number in [0, 12, 16, 255] {
            let line = in_state(&format!("{number:02X}"));
            expect_problem(&line, &Problem::UnknownState { number });
        }
    });
}

#[test]
#[ignore = "exercise"]
fn a_line_that_ends_too_early() {
    check(|| {
        let fields = [
            "number",
            "local address",
            "remote address",
            "state",
            "queues",
            "timer",
            "retransmissions",
            "user",
            "timeout",
            "inode",
        ];
        let line = in_state("01");
        let words: Vec<&str> = line.split_ascii_whitespace().collect();
        for (length, field) in fields.into_iter().enumerate() {
            expect_problem(&words[..length].join(" "), &Problem::Missing { field });
        }
    });
}

#[test]
#[ignore = "exercise"]
fn a_field_that_is_malformed() {
    check(|| {
        let line = in_state("01");
        let words: Vec<&str> = line.split_ascii_whitespace().collect();
        let wrong: [(usize, &'static str, &[&str]); 5] = [
            (
                1,
                "local address",
                &[
                    "",
                    ":",
                    "0100007F",
                    "0100007F:",
                    "0100007F:42",
                    "100007F:0424",
                    "0100007G:0424",
                    "0100007F:00424",
                    "00100007F:0424",
                    "0100007F:0424:",
                    "0000000000000000FFFF00000100007:0424",
                    "ééé007F:0424",
                ],
            ),
            (2, "remote address", &["127.0.0.1:80", "0100007F:C3-0", "x"]),
            (3, "state", &["1", "001", "x1", "ESTABLISHED"]),
            (
                4,
                "queues",
                &["00000000", "0:0", "00000000:0000000", "00000000:0000000g"],
            ),
            (9, "inode", &["x", "-1", "18446744073709551616", "0x10"]),
        ];
        for (at, field, texts) in wrong {
            for text in texts.iter().filter(|text| !text.is_empty()) {
                let mut words = words.clone();
                words[at] = text;
                expect_problem(&words.join(" "), &malformed(field, text));
            }
        }
    });
}

#[test]
#[ignore = "exercise"]
fn a_sign_is_no_digit() {
    check(|| {
        let line = in_state("01");
        let words: Vec<&str> = line.split_ascii_whitespace().collect();
        let signs = [
            (1, "local address", "+100007F:0424"),
            (2, "remote address", "0100007F:+424"),
            (3, "state", "+1"),
            (4, "queues", "00000000:+0000000"),
            (9, "inode", "+36149"),
        ];
        for (at, field, text) in signs {
            let mut words = words.clone();
            words[at] = text;
            expect_problem(&words.join(" "), &malformed(field, text));
        }
    });
}

#[test]
#[ignore = "exercise"]
fn more_sockets_than_the_limit() {
    check(|| {
        let table = format!("{HEADER}\n{0}\n{0}\n{0}\n", in_state("01"));
        let got = parse(&table, 3).map(|sockets| sockets.len());
        assert!(
            got == Ok(3),
            "3 sockets where 3 are allowed: expected Ok(3), got {got:?}"
        );
        let got = parse(&table, 2).map(|sockets| sockets.len());
        let expected = Err(Error {
            line: 4,
            problem: Problem::TooMany { limit: 2 },
        });
        assert!(
            got == expected,
            "3 sockets where 2 are allowed: expected {expected:?}, got {got:?}"
        );
    });
}

#[test]
#[ignore = "exercise"]
fn far_more_sockets_than_the_limit() {
    check(|| {
        let table = format!("{HEADER}\n{}", format!("{}\n", in_state("01")).repeat(20));
        let got = parse(&table, 2).map(|sockets| sockets.len());
        assert!(
            matches!(
                got,
                Err(Error {
                    problem: Problem::TooMany { limit: 2 },
                    ..
                })
            ),
            "20 sockets where 2 are allowed: expected the error TooMany, got {got:?}"
        );
    });
}

#[test]
#[ignore = "exercise"]
fn the_limit_ends_the_reading() {
    check(|| {
        let (good, bad) = (in_state("01"), in_state("0Z"));
        let table = format!("{HEADER}\n{good}\n{good}\n{bad}\n");
        let got = parse(&table, 1).map(|sockets| sockets.len());
        let expected = Err(Error {
            line: 3,
            problem: Problem::TooMany { limit: 1 },
        });
        assert!(
            got == expected,
            "1 socket is allowed, the third line has another, and what is behind it is not read: \
             expected {expected:?}, got {got:?}"
        );
    });
}

#[test]
#[ignore = "exercise"]
fn any_number_is_allowed() {
    check(|| {
        let table = format!("{HEADER}\n{}\n", in_state("01"));
        let got = parse(&table, usize::MAX).map(|sockets| sockets.len());
        assert!(
            got == Ok(1),
            "1 socket where usize::MAX are allowed: expected Ok(1), got {got:?}"
        );
    });
}

#[test]
#[ignore = "exercise"]
fn an_empty_line_is_wrong() {
    check(|| {
        let good = in_state("01");
        let got = parse(&format!("{HEADER}\n{good}\n\n{good}\n"), LIMIT);
        let expected = Err(Error {
            line: 3,
            problem: Problem::Missing { field: "number" },
        });
        assert!(
            got == expected,
            "the third line is empty, so it ends before its first field: expected {expected:?}, \
             got {got:?}"
        );
    });
}

#[test]
#[ignore = "exercise"]
fn no_text_panics() {
    check(|| {
        // As many octets as an address has, and a character where one may cut.
        for address in ["000é000", "0000000é00000000000000000000000"] {
            let line =
                in_state("01").replacen(&written("127.0.0.1:1060"), &format!("{address}:0424"), 1);
            let _note = note(|| format!("(the line was  {})", line.trim_end()));
            let _ = parse_line(&line);
        }
        let table = format!("{HEADER}\n{}\n", in_state("01"));
        let spoilt = ['\n', ' ', ':', '0', 'F', 'G', '+', '-', 'é', '\u{0}'];
        let mut tried = String::new();
        // A fixed seed: the same texts for everybody.
        let mut random = 0x2545_f491_4f6c_dd1d_u64;
        for _ in 0..2000 {
            tried.clear();
            for character in table.chars() {
                random ^= random << 13;
                random ^= random >> 7;
                random ^= random << 17;
                match random % 97 {
                    0 => {}
                    1 => tried.push(spoilt[(random / 97 % 10) as usize]),
                    _ => tried.push(character),
                }
            }
            let _note = note(|| format!("(the text was  {tried:?})"));
            let _ = parse(&tried, LIMIT);
        }
    });
}
