//! What no server may end at: that there is no descriptor left for a client.

use std::process::Command;

use testkit::{Server, outlives_shortage, servers};

use crate::support::Certificates;

#[test]
fn every_server_outlives_a_shortage_of_descriptors() {
    let certificates = Certificates::new();
    let key = certificates.path("shared-key");
    std::fs::write(&key, "0f".repeat(32)).unwrap();
    let echo = env!("CARGO_BIN_EXE_tls-echo");
    for program in servers(env!("CARGO_MANIFEST_DIR"), echo) {
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
        outlives_shortage(&Server::start(command));
    }

    let upstream = Server::start(certificates.server(echo, "server"));
    let mut relay = Command::new(env!("CARGO_BIN_EXE_relay"));
    relay.args(["127.0.0.1:0", &upstream.address.to_string()]);
    outlives_shortage(&Server::start(relay));
}
