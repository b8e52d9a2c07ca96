//! Every TCP server of the book behind a network that does harm. They are found, not
//! listed: a program that listens is a server, and what its command line wants besides an
//! address is made here by kind.

use std::collections::BTreeSet;
use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Mutex, PoisonError};
use std::thread;

use testkit::proxy::{BadProxy, Faults};
use testkit::{PATIENCE, Server, connect};

/// Those who wait for a person's Enter before each thing they do, for whoever starts them, or
/// for as many octets as their own client announces, to show what a read brings.
const NOT_ALONE: [&str; 5] = [
    "backlog",
    "short-write",
    "proverbs-activated",
    "assumptions",
    "select-loses",
];

/// What every server is told, whatever it speaks: to most it is wrong, and they say so.
const PROBE: &[u8] = b"GET / HTTP/1.0\r\n\r\n?\n";

/// What the ways to the server and to the client do.
const FAULTS: [(&str, &str); 8] = [
    ("split 1", "split 1"),
    ("join 1000", "join 1000"),
    ("pass 3, reset", ""),
    ("pass 3, close", ""),
    ("pass 3, stall", ""),
    ("", "pass 1, reset"),
    ("", "pass 1, close"),
    ("", "stall"),
];

#[test]
fn every_server_survives_the_bad_proxy() {
    let (servers, all) = servers();
    let left = Mutex::new(servers);
    let tried = Mutex::new(BTreeSet::new());
    let next = || left.lock().unwrap_or_else(PoisonError::into_inner).pop();
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                while let Some((program, arguments)) = next() {
                    let name = program.file_name().unwrap().to_str().unwrap().to_owned();
                    if survives(&program, &arguments) {
                        tried.lock().unwrap().insert(name);
                    }
                }
            });
        }
    });
    let tried = tried.into_inner().unwrap();
    if !all {
        return;
    }
    // One of each chapter that has any: they were there, and they were TCP.
    assert!(tried.len() > 40, "{tried:?}");
    for name in [
        "tcp-echo",
        "happy-eyeballs",
        "streamer",
        "tls-echo",
        "proverbs-mio",
        "mini-server",
        "mini-cache",
        "bodies",
        "httpd",
        "chat",
        "ssh-server",
        "hello-threads",
        "relay",
    ] {
        assert!(tried.contains(name), "{name} was not tried, of {tried:?}");
    }
}

// ANCHOR: survives
/// Whether it is a TCP server at all. One that is stays one, whatever its clients meet.
fn survives(program: &Path, arguments: &[String]) -> bool {
    let name = program.file_name().unwrap().to_str().unwrap();
    let folder = things();
    let mut command = Command::new(program);
    command.args(arguments).current_dir(folder.path());
    let server = Server::start(command);
    let Ok(stream) = TcpStream::connect(server.address) else {
        return false; // it receives datagrams
    };
    let before = said(stream);
    for (to_server, to_client) in FAULTS {
        let proxy = BadProxy::before(server.address, Faults::of(to_server, to_client));
        for _ in 0..3 {
            let mut client = connect(proxy.address);
            let _ = client.write_all(PROBE);
            if to_server.contains("stall") || to_client.contains("stall") {
                continue; // it leaves; the proxy keeps the server waiting until it goes
            }
            let _ = client.shutdown(Shutdown::Write);
            let _ = client.read_to_end(&mut Vec::new());
        }
        drop(proxy);
        let after = said(connect(server.address));
        let faults = format!("after \"{to_server}\" and \"{to_client}\"");
        assert_eq!(after, before, "{name} {faults}");
    }
    true
}

// ANCHOR_END: survives

/// Whether a server says anything to the probe, and whether it then closes. What it says may
/// have the time in it, or a key.
fn said(mut stream: TcpStream) -> String {
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    let _ = stream.write_all(PROBE);
    let _ = stream.shutdown(Shutdown::Write);
    let mut heard = Vec::new();
    match stream.read_to_end(&mut heard) {
        Err(error) if error.kind() == io::ErrorKind::WouldBlock => return "it hangs".to_owned(),
        Ok(_) | Err(_) => {}
    }
    match heard.len() {
        0 => "nothing".to_owned(),
        _ => "an answer".to_owned(),
    }
}

/// Each program that listens, with the arguments that it needs; and whether all were built.
fn servers() -> (Vec<(PathBuf, Vec<String>)>, bool) {
    let chapters = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let (mut servers, mut all) = (Vec::new(), true);
    for chapter in std::fs::read_dir(chapters).unwrap() {
        let chapter = chapter.unwrap().path();
        if chapter.ends_with("14-lab") {
            continue;
        }
        let Ok(sources) = std::fs::read_dir(chapter.join("src/bin")) else {
            continue;
        };
        for source in sources {
            let name = source.unwrap().path().file_stem().unwrap().to_owned();
            if NOT_ALONE.iter().any(|other| name == *other) {
                continue;
            }
            let program = Path::new(env!("CARGO_BIN_EXE_load")).with_file_name(&name);
            if !program.exists() {
                // As with a peer: `cargo test --workspace` builds them all.
                assert!(std::env::var_os("PEERS").is_none(), "{name:?} is not built");
                eprintln!("{name:?} is not built (skipped)");
                all = false;
                continue;
            }
            let help = help(&program, &["--help"]);
            let arguments = if help.lines().any(|line| line.starts_with("  server ")) {
                let help = self::help(&program, &["server", "--help"]);
                arguments(&["server"], &help)
            } else if help.contains("Where to listen") || help.contains("Where clients are to find")
            {
                arguments(&[], &help)
            } else {
                None
            };
            servers.extend(arguments.map(|arguments| (program, arguments)));
        }
    }
    servers.sort();
    (servers, all)
}

fn help(program: &Path, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).output().unwrap();
    String::from_utf8(output.stdout).unwrap()
}

/// What stands for the words of the line `Usage: ...`; `None` where no address is wanted.
fn arguments(role: &[&str], help: &str) -> Option<Vec<String>> {
    let usage = help
        .lines()
        .find_map(|line| line.strip_prefix("Usage: "))
        .unwrap();
    let mut arguments: Vec<String> = role.iter().map(|word| (*word).to_owned()).collect();
    if !usage.contains("<ADDR>") {
        return None; // it listens at a path, or nowhere
    }
    let words = usage.split_whitespace().skip(1 + role.len());
    for word in words {
        arguments.push(
            match word {
                "[OPTIONS]" => continue,
                "<ADDR>" => "127.0.0.1:0",
                "<PATH>" => "socket",
                "<ROOT>" => ".",
                "<SERVICE>" => "daytime",
                // Nobody is there: who needs another server says so to its client.
                "<BANK>" => "http://127.0.0.1:9/",
                "<UPSTREAM>" => "127.0.0.1:9",
                "--identity" => "--identity=certs/server",
                "--client-ca" => "--client-ca=certs/ca.pem",
                "--key" => "--key=key",
                "<NAME>" | "<FILE>" | "<KEY>" if arguments.last()?.contains('=') => continue,
                other => panic!("{usage}: what is to stand for {other}?"),
            }
            .to_owned(),
        );
    }
    if usage.starts_with("h2-server") {
        arguments.push("--tls=certs/server".to_owned()); // or it would have nothing to speak
    }
    if help.contains("--timeout <") {
        arguments.extend(["--timeout".to_owned(), "2".to_owned()]);
    }
    Some(arguments)
}

/// A folder with what servers ask for.
fn things() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let make_ca = Path::new(env!("CARGO_BIN_EXE_load")).with_file_name("make-ca");
    let made = Command::new(make_ca)
        .args(["create", "certs", "--quiet"])
        .current_dir(folder.path())
        .output();
    assert!(made.unwrap().status.success());
    std::fs::write(folder.path().join("key"), "0123456789abcdef".repeat(4)).unwrap();
    folder
}
