//! What no server may fall to, whatever it serves: that nobody reads what it prints, and
//! that there is no descriptor left for a client.

use std::process::Command;

use testkit::{Server, ends_with_its_reader, servers};

use crate::support::Certificates;

const ECHO: &str = env!("CARGO_BIN_EXE_tls-echo");

/// Each of them, and the relay before `upstream`.
fn commands(certificates: &Certificates, upstream: &Server) -> Vec<Command> {
    let key = certificates.path("shared-key");
    std::fs::write(&key, "0f".repeat(32)).unwrap();
    let servers = servers(env!("CARGO_MANIFEST_DIR"), ECHO);
    let commands = servers.into_iter().map(|program| {
        let mut command = Command::new(&program);
        command.args(["server", "127.0.0.1:0"]);
        if program.ends_with("challenge") {
            command.arg("--key").arg(&key);
        } else if !program.ends_with("plain-echo") {
            command.arg("--identity").arg(certificates.path("server"));
        }
        if program.ends_with("tls-mutual") {
            command.arg("--client-ca").arg(certificates.path("ca.pem"));
        }
        command
    });
    let mut relay = Command::new(env!("CARGO_BIN_EXE_relay"));
    relay.args(["127.0.0.1:0", &upstream.address.to_string()]);
    commands.chain([relay]).collect()
}

#[test]
fn every_server_ends_with_its_reader() {
    let certificates = Certificates::new();
    let upstream = Server::start(certificates.server(ECHO, "server"));
    let commands = commands(&certificates, &upstream);
    commands.into_iter().for_each(ends_with_its_reader);
}

#[cfg(target_os = "linux")] // the limit is set from outside
#[test]
fn every_server_outlives_a_shortage_of_descriptors() {
    let certificates = Certificates::new();
    let upstream = Server::start(certificates.server(ECHO, "server"));
    for command in commands(&certificates, &upstream) {
        testkit::outlives_shortage(&Server::start(command));
    }
}
