//! The exercises' solutions, given anything at all.

use std::collections::{HashMap, VecDeque};
use std::ffi::OsStr;
use std::fs;
use std::num::NonZeroUsize;
use std::os::unix::ffi::OsStrExt;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use base64::prelude::{BASE64_STANDARD, Engine};
use bytes::{Bytes, BytesMut};
use proptest::prelude::*;
use shells::fan_out::{self, Outcome, Output};
use shells::iac_decoder::{self, Event, Verb};
use shells::known_hosts::{KnownHosts, Shown, Verdict};
use shells::option_negotiation::{Options, Side};
use shells::shell_quote::{Nul, command_line, quote};
use shells::words::words;

/// A limit for subnegotiations that some of these pass.
const LIMIT: usize = 12;

/// Octets of which many mean something to Telnet.
fn telnet_octet() -> impl Strategy<Value = u8> {
    prop_oneof![
        2 => any::<u8>(),
        5 => proptest::sample::select(&[255, 250, 240, 253, 251, 241, 31][..]),
    ]
}

fn octets(most: usize) -> impl Strategy<Value = Bytes> {
    proptest::collection::vec(telnet_octet(), 0..most).prop_map(Bytes::from)
}

fn event() -> impl Strategy<Value = Event> {
    let verb = proptest::sample::select(&[Verb::Will, Verb::Wont, Verb::Do, Verb::Dont][..]);
    let command = any::<u8>().prop_filter("a command", |octet| {
        !matches!(octet, 250 | 255) && Verb::from_octet(*octet).is_none()
    });
    prop_oneof![
        octets(20).prop_filter_map("data", |data| (!data.is_empty())
            .then_some(Event::Data(data))),
        (verb, telnet_octet()).prop_map(|(verb, option)| Event::Negotiate(verb, option)),
        (telnet_octet(), octets(LIMIT))
            .prop_map(|(option, parameters)| Event::Subnegotiation(option, parameters)),
        command.prop_map(Event::Command),
    ]
}

/// All events in these reads, with neighbouring data in one; what is left; the error.
fn decode_all(reads: &[&[u8]]) -> (Vec<Event>, Vec<u8>, Option<iac_decoder::Error>) {
    let mut input = BytesMut::new();
    let mut events = Vec::new();
    for read in reads {
        input.extend_from_slice(read);
        loop {
            match iac_decoder::decode(&mut input, LIMIT) {
                Ok(None) => break,
                Ok(Some(event)) => push(&mut events, event),
                Err(error) => return (events, Vec::new(), Some(error)),
            }
        }
    }
    (events, input.to_vec(), None)
}

fn push(events: &mut Vec<Event>, event: Event) {
    match (events.last_mut(), event) {
        (Some(Event::Data(before)), Event::Data(data)) => {
            *before = Bytes::from([&before[..], &data[..]].concat());
        }
        (_, event) => events.push(event),
    }
}

proptest! {
    #[test]
    fn what_telnet_encodes_it_decodes(events in proptest::collection::vec(event(), 0..12)) {
        let mut wire = BytesMut::new();
        let mut expected = Vec::new();
        for event in events {
            iac_decoder::encode(&event, &mut wire);
            push(&mut expected, event);
        }
        prop_assert_eq!(decode_all(&[&wire]), (expected, Vec::new(), None));
    }

    #[test]
    fn where_telnet_is_cut_is_no_matter(
        wire in proptest::collection::vec(telnet_octet(), 0..48),
        cut in any::<proptest::sample::Index>(),
    ) {
        let whole = decode_all(&[&wire]);
        let (left, right) = wire.split_at(cut.index(wire.len() + 1));
        prop_assert_eq!(decode_all(&[left, right]), whole.clone());
        let one_by_one: Vec<&[u8]> = wire.chunks(1).collect();
        prop_assert_eq!(decode_all(&one_by_one), whole);
    }

    /// Two ends, whatever they wish and however slow the wire is, come to rest and agree.
    #[test]
    fn two_ends_come_to_rest_and_agree(
        wishes in proptest::collection::vec((0..2_usize, any::<bool>(), any::<bool>()), 0..12),
        supported in any::<[[bool; 2]; 2]>(),
    ) {
        const OPTION: u8 = 31;
        let list = |yes: bool| if yes { &[OPTION][..] } else { &[] };
        let mut ends = supported.map(|[ours, theirs]| Options::new(list(ours), list(theirs)));
        // What is on its way to each end.
        let mut wires = [VecDeque::new(), VecDeque::new()];
        for (end, on, deliver) in wishes {
            // Each end speaks of the side that is its own: the other one's wire may be slow.
            let sent = ends[end].request(Side::Us, OPTION, on);
            wires[1 - end].extend(sent);
            if deliver && let Some(verb) = wires[end].pop_front() {
                let answer = ends[end].receive(verb, OPTION);
                wires[1 - end].extend(answer);
            }
        }
        for turn in 0.. {
            prop_assert!(turn < 200, "they never come to rest");
            let end = turn % 2;
            let Some(verb) = wires[end].pop_front() else {
                if wires[1 - end].is_empty() {
                    break;
                }
                continue;
            };
            let answer = ends[end].receive(verb, OPTION);
            wires[1 - end].extend(answer);
        }
        let [a, b] = &ends;
        prop_assert_eq!(a.enabled(Side::Us, OPTION), b.enabled(Side::Them, OPTION));
        prop_assert_eq!(b.enabled(Side::Us, OPTION), a.enabled(Side::Them, OPTION));
    }

    #[test]
    fn known_hosts_may_be_anything(text in "(\\PC|[ \t\n@#|!*?,\\[\\]:]|@revoked |ssh-ed25519 |AAAA){0,40}", host in "\\PC{0,8}", port in any::<u16>()) {
        let shown = Shown { key: b"", authority: None };
        let hosts = KnownHosts::new(&text);
        prop_assert_eq!(hosts.check(&host, port, &shown), Verdict::Unknown);
        prop_assert!(hosts.algorithms(&host, port).is_empty());
    }

    /// Held against the definition, which tries everything.
    #[test]
    fn a_pattern_matches_as_it_is_defined(pattern in "[ab.*?]{0,7}", name in "[ab.]{1,7}") {
        fn defined(pattern: &[u8], name: &[u8]) -> bool {
            match (pattern, name) {
                ([], []) => true,
                ([b'*', rest @ ..], _) => (0..=name.len()).any(|taken| defined(rest, &name[taken..])),
                ([b'?', rest @ ..], [_, after @ ..]) => defined(rest, after),
                ([one, rest @ ..], [other, after @ ..]) => one == other && defined(rest, after),
                _ => false,
            }
        }
        let text = format!("{pattern},nobody {}", fields(1));
        let key = wire(1);
        let shown = Shown { key: &key, authority: None };
        let known = KnownHosts::new(&text).check(&name, 22, &shown) == Verdict::Known;
        prop_assert_eq!(known, defined(pattern.as_bytes(), name.as_bytes()));
    }

    #[test]
    fn who_runs_when_and_what_comes_of_it(
        hosts in proptest::collection::vec((0..8_u64, 0..4_u8), 0..16),
        at_once in 1..6_usize,
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .start_paused(true)
            .build()
            .unwrap();
        let limits = fan_out::Limits {
            at_once: NonZeroUsize::new(at_once).unwrap(),
            each: Duration::from_millis(5_500),
        };
        let running = AtomicUsize::new(0);
        let mut told = Vec::new();
        let outcomes = runtime.block_on(fan_out::fan_out(
            hosts.clone(),
            limits,
            |(seconds, kind)| {
                let now = running.fetch_add(1, Ordering::SeqCst) + 1;
                assert!(now <= at_once, "{now} at the same time");
                async move {
                    tokio::time::sleep(Duration::from_secs(seconds)).await; // paused: nobody waits
                    match kind {
                        0 => Err("refused"),
                        kind => Ok(Output { status: Some(kind.into()), ..Output::default() }),
                    }
                }
            },
            |place, outcome| {
                running.fetch_sub(1, Ordering::SeqCst);
                told.push((place, outcome.clone()));
            },
        ));
        let expected: Vec<Outcome<&str>> = hosts
            .iter()
            .map(|&(seconds, kind)| match kind {
                _ if seconds > 5 => Outcome::TimedOut,
                0 => Outcome::Failed("refused"),
                kind => Outcome::Ended(Output { status: Some(kind.into()), ..Output::default() }),
            })
            .collect();
        prop_assert_eq!(&outcomes, &expected);
        told.sort_by_key(|(place, _)| *place);
        prop_assert_eq!(told, expected.into_iter().enumerate().collect::<Vec<_>>());
    }
}

/// Octets of which many mean something to a shell.
fn argument() -> impl Strategy<Value = Vec<u8>> {
    let octet = prop_oneof![
        1 => 1..=255_u8,
        3 => proptest::sample::select(&b"'\"\\$`! \t\n*?[]{}()<>|&;#~=-%^,\r\x81\x88a"[..]),
    ];
    proptest::collection::vec(octet, 0..24)
}

/// What `shell` gives to a program, each with an octet 0 behind.
fn given(shell: &Command, line: &[u8]) -> Vec<u8> {
    let mut command = Command::new(shell.get_program());
    command.arg("-c").arg(OsStr::from_bytes(line));
    command.env_clear().env("PATH", "/usr/bin:/bin");
    command.current_dir("/").stdin(Stdio::null());
    let output = command.output().unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    output.stdout
}

/// `sh` itself, and those other shells that there are. To all of them a quoted word is one.
#[test]
fn any_argument_goes_through_a_shell_unharmed() {
    let mut shells = vec![Command::new("/bin/sh")];
    for other in ["dash", "bash", "ksh", "zsh"] {
        shells.extend(testkit::find_peer(other).map(|shell| shell.command()));
    }
    // A few hundred arguments in each run of a shell: starting one is what takes time.
    let many = proptest::collection::vec(argument(), 300);
    let config = ProptestConfig::with_cases(4);
    proptest!(config, |(arguments in many)| {
        let words: Vec<&[u8]> = [&b"printf"[..], b"%s\\0"]
            .into_iter()
            .chain(arguments.iter().map(|argument| &argument[..]))
            .collect();
        let line = command_line(&words).unwrap();
        let expected: Vec<u8> = arguments.iter().flat_map(|one| [one, &b"\0"[..]].concat()).collect();
        for shell in &shells {
            let got = given(shell, &line);
            prop_assert!(got == expected, "{:?}: {:?}", shell.get_program(), arguments);
        }
    });
}

/// What `ssh-server` takes for words, `sh` does, too: where it would do more, that refuses.
#[test]
fn words_are_those_of_sh() {
    let sign = proptest::sample::select(&b"'\"\\\\ \t\n\n$`!*?[]{}()<>|&;#~=-%^,.abcif"[..]);
    let line = proptest::collection::vec(sign, 0..12);
    let config = ProptestConfig::with_cases(4);
    proptest!(config, |(lines in proptest::collection::vec(line, 300))| {
        let (mut script, mut expected) = (Vec::new(), Vec::new());
        for line in lines {
            let line = String::from_utf8(line).unwrap();
            let before = r"printf '%s\0' + ";
            let Ok(all) = words(&format!("{before}{line}")) else { continue };
            script.extend(format!("{before}{line}\n").bytes());
            expected.extend(all[2..].iter().flat_map(|word| [word, "\0"].concat().into_bytes()));
        }
        let got = given(&Command::new("/bin/sh"), &script);
        prop_assert!(got == expected, "{}", String::from_utf8_lossy(&script));
    });
}

#[test]
fn an_octet_0_is_refused_wherever_it_stands() {
    proptest!(|(mut argument in argument(), at in any::<proptest::sample::Index>())| {
        argument.insert(at.index(argument.len() + 1), 0);
        prop_assert_eq!(quote(&argument), Err(Nul));
    });
}

/// A key of our own making: its algorithm and 32 octets.
fn wire(number: u8) -> Vec<u8> {
    [&b"\0\0\0\x0bssh-ed25519\0\0\0\x20"[..], &[number; 32]].concat()
}

fn fields(number: u8) -> String {
    format!("ssh-ed25519 {}", BASE64_STANDARD.encode(wire(number)))
}

/// The lines that ssh-keygen finds for a name: those that speak of it.
fn found(ssh_keygen: &mut Command, file: &std::path::Path, name: &str) -> Vec<usize> {
    let output = ssh_keygen
        .arg("-F")
        .arg(name)
        .arg("-f")
        .arg(file)
        .output()
        .unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    said.lines()
        .filter_map(|line| line.strip_prefix("# Host ")?.split_once(" found: line "))
        .map(|(_, line)| line.split(' ').next().unwrap().parse().unwrap())
        .collect()
}

/// Each line has a key of its own, so that the verdict tells which lines speak of a host.
fn lines_of(text: &str, host: &str, port: u16) -> Vec<usize> {
    let stranger = wire(0);
    let shown = Shown {
        key: &stranger,
        authority: None,
    };
    match KnownHosts::new(text).check(host, port, &shown) {
        Verdict::Changed(lines) => lines,
        Verdict::Unknown => Vec::new(),
        verdict => panic!("{verdict:?}"),
    }
}

#[test]
fn ssh_keygen_finds_the_same_lines() {
    let Some(ssh_keygen) = testkit::peer("ssh-keygen") else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("known_hosts");
    let hosts = [
        "a.example",
        "A.Example",
        "a.example,b.example",
        "*.example",
        "*.EXAMPLE,!b.example",
        "!a.example,*",
        "!a.example",
        "?.example",
        "[a.example]:2222",
        "[*.example]:*",
        "[a.example]:22",
        "10.0.*",
        "::1",
        "[::1]:2222",
        "*",
        "a.example,",
        ",",
        "b.example",
        "a.*.example",
        "*a*e*x*",
    ];
    let text: String = (1..)
        .zip(hosts)
        .map(|(number, hosts)| format!("{hosts} {} of our own\n", fields(number)))
        .collect();
    let hashed = folder.path().join("hashed");
    let plain: String = (1..)
        .zip(["a.example", "[a.example]:2222", "b.example", "::1"])
        .map(|(number, host)| format!("{host} {}\n", fields(number)))
        .collect();
    fs::write(&hashed, plain).unwrap();
    let status = ssh_keygen
        .command()
        .arg("-q")
        .arg("-H")
        .arg("-f")
        .arg(&hashed)
        .output();
    assert!(status.unwrap().status.success());
    let broken = format!(
        "# a.example {}\n\n  \t\n  a.example\t{}  \na.example\n\
         |1|a|b {}\n@trusted a.example {}\n*.example {}",
        fields(1),
        fields(2),
        fields(4),
        fields(5),
        fields(6),
    );
    let texts = [text, fs::read_to_string(&hashed).unwrap(), broken];
    assert!(texts[1].starts_with("|1|"), "{}", texts[1]);
    let mut lines = HashMap::new();
    for text in &texts {
        fs::write(&file, text).unwrap();
        for (host, port) in [
            ("a.example", 22),
            ("A.example", 22),
            ("b.example", 22),
            ("c.example", 22),
            ("www.a.example", 22),
            ("a.example", 2222),
            ("b.example", 2222),
            ("10.0.0.1", 22),
            ("::1", 22),
            ("::1", 2222),
            ("example", 22),
        ] {
            let name = match port {
                22 => host.to_lowercase(),
                _ => format!("[{}]:{port}", host.to_lowercase()),
            };
            let found = found(&mut ssh_keygen.command(), &file, &name);
            assert_eq!(lines_of(text, host, port), found, "{name} in\n{text}");
            *lines.entry(found.len()).or_insert(0) += 1;
        }
    }
    assert!(lines.len() > 4, "all the same is no comparison: {lines:?}");
}
