//! Servers that harm who measures them, and input that harms the programs.

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, UdpSocket};
use std::process::{Command, Output, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use testkit::{PATIENCE, Server, connect, ends_with_its_reader};

fn load(target: &str, options: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_load"));
    command.arg(target).args(options).stdin(Stdio::null());
    let began = Instant::now();
    let output = command.output().unwrap();
    assert!(began.elapsed() < PATIENCE, "load takes too long");
    output
}

/// A server that does the same to each client.
fn does(what: impl Fn(&mut std::net::TcpStream) + Send + Sync + Clone + 'static) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        for mut client in listener.incoming().map_while(Result::ok) {
            let what = what.clone();
            thread::spawn(move || {
                let _ = client.read(&mut [0; 256]);
                what(&mut client);
            });
        }
    });
    address
}

#[test]
fn whatever_a_server_does_load_has_a_result() {
    // Until the client leaves.
    let never = |client: &mut std::net::TcpStream| {
        let _ = client.read_to_end(&mut Vec::new());
    };
    let closes = |_: &mut std::net::TcpStream| {};
    let endless =
        |client: &mut std::net::TcpStream| while client.write_all(&[b'x'; 65536]).is_ok() {};
    let trickles = |client: &mut std::net::TcpStream| {
        while client.write_all(b"x").is_ok() {
            thread::sleep(Duration::from_millis(5));
        }
    };
    let gone = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    for (target, timeout, why) in [
        (does(never), "0.2", "not done within 200ms"),
        (does(closes), "10", "closed without an answer"),
        (does(endless), "10", "an answer without end"),
        (does(trickles), "0.2", "not done within 200ms"),
        (gone, "10", "connection refused"),
    ] {
        for rate in [None, Some("20")] {
            let mut options = vec![
                "--duration",
                "0.2",
                "--timeout",
                timeout,
                "--connections",
                "3",
            ];
            options.extend(rate.map_or(vec![], |rate| vec!["--rate", rate]));
            let output = load(&target.to_string(), &options);
            let said = String::from_utf8(output.stdout).unwrap();
            assert!(said.starts_with("0 answers"), "{said}");
            assert!(
                said.contains(why) || said.contains("no answer by the end"),
                "{why}: {said}"
            );
            assert_eq!(output.status.code(), Some(1));
        }
    }
}

/// What came with the last answer would be the quickest of all.
#[test]
fn what_nobody_asked_for_is_no_answer() {
    let chatters = |client: &mut std::net::TcpStream| {
        let _ = client.write_all(b"One. Two. Three.");
        let _ = client.read_to_end(&mut Vec::new());
    };
    let target = does(chatters).to_string();
    let asked = |duration: &&str| {
        let output = load(&target, &["--duration", duration]);
        let said = String::from_utf8(output.stdout).unwrap();
        let mut numbers = said.split(' ').filter_map(|word| word.parse::<u64>().ok());
        let (answers, errors) = (numbers.next().unwrap(), numbers.next().unwrap());
        (answers + errors > 1).then_some((answers, errors, said))
    };
    // A busy machine may ask no second time in so short a time.
    let (answers, errors, said) = ["0.2", "1", "5"].iter().find_map(asked).unwrap();
    assert!(answers > 0 && answers.abs_diff(errors) <= 1, "{said}");
    assert!(said.contains("an answer to no question"), "{said}");
}

/// Thousands of connections in 300 MB, which is also what the program itself takes.
#[cfg(target_os = "linux")]
#[test]
fn a_connection_takes_little_memory() {
    let mut command = Command::new("sh");
    let limited = r#"ulimit -v 300000; exec "$@""#;
    command.args(["-c", limited, "sh", env!("CARGO_BIN_EXE_load"), "stalled"]);
    command.args(["--connections", "4000", "--duration", "0.002"]);
    let output = command.output().unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(
        said.contains(" answers, 0 errors"),
        "{said}{}",
        output.status
    );
}

#[test]
fn wrong_words_are_refused() {
    for options in [
        &["x", "--duration", "0"][..],
        &["x", "--rate", "0"],
        &["x", "--connections", "0"],
        &["x", "--connections", "100000"],
        &["x", "--warm-up", "1", "--rate", "1"],
    ] {
        let output = Command::new(env!("CARGO_BIN_EXE_load"))
            .args(options)
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(2), "{options:?}");
    }
    let output = load("127.0.0.1:99999", &[]);
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn every_program_ends_with_its_reader() {
    let command = |program, arguments: &[&str]| {
        let mut command = Command::new(program);
        command.args(arguments);
        command
    };
    let simulate = env!("CARGO_BIN_EXE_simulate");
    ends_with_its_reader(command(simulate, &["--seed", "1", "--trace"]));
    ends_with_its_reader(command(env!("CARGO_BIN_EXE_load"), &["stalled"]));
    let proxy = env!("CARGO_BIN_EXE_bad-proxy");
    ends_with_its_reader(command(proxy, &["tcp", "127.0.0.1:0", "127.0.0.1:9"]));
    ends_with_its_reader(command(proxy, &["udp", "127.0.0.1:0", "127.0.0.1:9"]));
}

fn proxy(upstream: SocketAddr, options: &[&str]) -> Server {
    let mut command = Command::new(env!("CARGO_BIN_EXE_bad-proxy"));
    command
        .args(["tcp", "127.0.0.1:0", &upstream.to_string()])
        .args(options);
    Server::start(command)
}

#[cfg(target_os = "linux")]
#[test]
fn the_proxy_outlives_a_shortage_of_descriptors() {
    let server = proxy(does(|_| {}), &[]);
    testkit::outlives_shortage(&server);
}

/// Over UDP each client has a socket at the proxy. Where there is none for one, that is said,
/// and the others are served.
#[cfg(target_os = "linux")]
#[test]
fn the_datagrams_of_others_pass_in_a_shortage_of_descriptors() {
    let upstream = UdpSocket::bind("127.0.0.1:0").unwrap();
    let address = upstream.local_addr().unwrap().to_string();
    thread::spawn(move || {
        while let Ok((length, proxy)) = upstream.recv_from(&mut [0; 16]) {
            let _ = upstream.send_to(&b"answered"[..length], proxy);
        }
    });
    let mut command = Command::new(env!("CARGO_BIN_EXE_bad-proxy"));
    command.args(["udp", "127.0.0.1:0", &address]);
    let proxy = Server::start(command);
    let client = || {
        let client = UdpSocket::bind("127.0.0.1:0").unwrap();
        client.connect(proxy.address).unwrap();
        client.set_read_timeout(Some(PATIENCE)).unwrap();
        client
    };
    let is_served = |client: &UdpSocket| {
        client.send(b"hi").unwrap();
        assert_eq!(client.recv(&mut [0; 16]).unwrap(), 2);
    };
    let (known, stranger) = (client(), client());
    is_served(&known);
    let shortage = testkit::Shortage::of(proxy.pid());
    stranger.send(b"hi").unwrap();
    assert_eq!(
        proxy.report_about(stranger.local_addr().unwrap()),
        format!("connect {address}: too many open files")
    );
    is_served(&known);
    drop(shortage);
    is_served(&stranger);
}

#[test]
fn a_script_that_is_none_is_refused_before_anybody_comes() {
    let folder = tempfile::tempdir().unwrap();
    let script = folder.path().join("script");
    for (text, why) in [
        ("".to_owned(), ": no line"),
        ("split 1\n\n".to_owned(), ", line 2: empty"),
        (
            "split 1 | close | reset".to_owned(),
            ", line 1: no such step: \"close | reset\"",
        ),
        ("|\n".repeat(1 << 20), ": more than 1048576 octets"),
    ] {
        std::fs::write(&script, text).unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_bad-proxy"));
        command.args(["tcp", "127.0.0.1:0", "127.0.0.1:9", "--script"]);
        let output = command.arg(&script).output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(said, format!("{}{why}\n", script.display()));
        assert_eq!(output.status.code(), Some(1));
    }
}

/// A hundred who say nothing, and one who does.
#[test]
fn the_silent_hold_up_nobody() {
    let server = proxy(does(|client| drop(client.write_all(b"served"))), &[]);
    let silent: Vec<_> = (0..100).map(|_| connect(server.address)).collect();
    let mut client = connect(server.address);
    client.write_all(b"x").unwrap();
    let mut heard = String::new();
    client.read_to_string(&mut heard).unwrap();
    assert_eq!(heard, "served");
    drop(silent);
}

/// Megabytes through pieces of one octet, both ends at their own pace.
#[test]
fn what_is_split_arrives_whole() {
    let octets: Vec<u8> = (0..20_000u32).map(|number| number as u8).collect();
    let expected = octets.clone();
    let server = proxy(
        does(move |client| drop(client.write_all(&octets))),
        &[
            "--to-server",
            "split 3, pass 2, join 4",
            "--to-client",
            "join 7, pass 5000, split 1",
        ],
    );
    let mut client = connect(server.address);
    client.write_all(b"hello").unwrap();
    client.shutdown(Shutdown::Write).unwrap();
    let mut heard = Vec::new();
    client.read_to_end(&mut heard).unwrap();
    assert!(heard == expected, "{} octets", heard.len());
}
