//! Our service asked by curl and by Python, and our clients at Python's server.

use std::fs;
use std::io::Write;
use std::process::{Command, Output, Stdio};

use clients_and_servers::hexdump::hexdump;
use clients_and_servers::places::PLACES;
use clients_and_servers::question::target;
use testkit::{Peer, Ready, Running, Server, find_peer, peer, python, run_client};

fn atlas() -> Server {
    Server::of(env!("CARGO_BIN_EXE_atlas"), &[])
}

fn text(output: Output) -> String {
    String::from_utf8(output.stdout).unwrap()
}

fn curl(peer: &Peer, arguments: &[&str]) -> String {
    let mut command = peer.command();
    // A proxy that the environment names can't reach our loopback.
    command.args(["--silent", "--show-error", "--noproxy", "*"]);
    text(command.args(arguments).output().unwrap())
}

#[test]
fn curl_and_the_service_understand_each_other() {
    let Some(peer) = peer("curl") else { return };
    let server = atlas();
    let url = format!("http://{}/places", server.address);
    for place in PLACES {
        let name = format!("name={}", place.name);
        let reply = curl(&peer, &["--get", "--data-urlencode", &name, &url]);
        assert_eq!(reply, format!("{}\n", place.to_json()));
        server.line();
    }
    let status = "%{http_code} %{size_download} %{http_version}";
    for (arguments, expected) in [
        (&["--head"][..], "200 0 1.1"),
        (&["--http1.0"], "200 150 1.1"),
        (&["--data", "x=y"], "405 41 1.1"),
        (&["--request", "BREW"], "501 42 1.1"),
        (&["--header", "Host:"], "400 41 1.1"),
    ] {
        let mut all = vec!["--output", "-", "--write-out", status, &url];
        all.extend(arguments);
        let said = curl(&peer, &all);
        let said = said.lines().last().unwrap();
        assert!(said.ends_with(expected), "{arguments:?}: {said}");
    }
    // More than the service reads of a head.
    let long = format!("X: {}", "x".repeat(10_000));
    let said = curl(&peer, &["--header", &long, "--write-out", status, &url]);
    assert!(said.contains("431 "), "{said}");
}

#[test]
fn python_and_the_service_understand_each_other() {
    let server = atlas();
    let address = server.address.to_string();
    let ours = |program: &str, name: &str| {
        let mut command = Command::new(program);
        command.args([&address, name]);
        run_client(command, "")
    };
    for name in ["Reykjavík", "Machu Picchu", "東京"] {
        let pythons = |layer: &str| {
            let mut command = python("search.py")?;
            command.args([layer, &address, name]);
            Some(run_client(command, ""))
        };
        let library = ours(env!("CARGO_BIN_EXE_search-library"), name);
        let Some(said) = pythons("library") else {
            return;
        };
        assert_eq!(said, library);
        assert_eq!(pythons("http"), Some(format!("200 OK\n{library}")));
        let text = ours(env!("CARGO_BIN_EXE_search-text"), name);
        assert!(text.ends_with(&pythons("text").unwrap()), "{text}");
    }
}

/// Python's server has a file of that name, and no eyes for a query.
fn pythons_server(peer: &Peer) -> Running {
    peer.start(Ready::Prints("Serving HTTP"), |command, port, folder| {
        let place = PLACES[5].to_json();
        fs::write(folder.join("places"), format!("{place}\n")).unwrap();
        let port = port.to_string();
        command.args(["-u", "-m", "http.server", "--bind", "127.0.0.1", &port]);
    })
}

#[test]
fn our_clients_understand_pythons_server() {
    let Some(peer) = peer("python3") else { return };
    let server = pythons_server(&peer);
    let address = server.address().to_string();
    let told = "Reykjavík, Iceland: 64.1466, -21.9426\n";
    for (program, last) in [
        (env!("CARGO_BIN_EXE_search-library"), told),
        (env!("CARGO_BIN_EXE_search-http"), told),
        (env!("CARGO_BIN_EXE_search-text"), "\"Reykjavík\"}\n"),
        (env!("CARGO_BIN_EXE_search-bytes"), ")\n"),
    ] {
        let mut command = Command::new(program);
        command.args([&address, "Reykjavík"]);
        let output = run_client(command, "");
        assert!(output.ends_with(last), "{program}: {output}");
    }
    let asked = format!("\"GET {} HTTP/1.1\" 200", target("Reykjavík"));
    let log = server.output();
    assert_eq!(log.matches(&asked).count(), 4, "{log}");
}

/// The dump that most systems bring. No protocol, so nobody has to have it.
#[test]
fn a_hexdump_is_that_of_hexdump() {
    let Some(peer) = find_peer("hexdump") else {
        return;
    };
    let all: Vec<u8> = (0..=255).collect();
    for octets in [
        &b""[..],
        b"x",
        b"16 octets, a row",
        b"one octet and more",
        &all,
    ] {
        let mut child = peer
            .command()
            .args(["-C", "-v"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(octets).unwrap();
        let theirs = text(child.wait_with_output().unwrap());
        // Theirs says in a last line how long the input was.
        let (rows, last) = theirs.split_at(hexdump(octets).len());
        assert_eq!(rows, hexdump(octets));
        let length = format!("{:08x}\n", octets.len());
        assert_eq!(last, if octets.is_empty() { "" } else { &length });
    }
}
