//! What no server may fall to, whatever it serves: that nobody reads what it prints, and
//! that there is no descriptor left for a client.

use std::process::Command;

use testkit::{ends_with_its_reader, servers};

fn commands() -> impl Iterator<Item = Command> {
    let servers = servers(env!("CARGO_MANIFEST_DIR"), env!("CARGO_BIN_EXE_mini-cache"));
    servers.into_iter().map(|program| {
        let mut command = Command::new(program);
        command.args(["server", "127.0.0.1:0"]);
        command
    })
}

#[test]
fn every_server_ends_with_its_reader() {
    commands().for_each(ends_with_its_reader);
}

#[cfg(target_os = "linux")] // the limit is set from outside
#[test]
fn every_server_outlives_a_shortage_of_descriptors() {
    for command in commands() {
        testkit::outlives_shortage(&testkit::Server::start(command));
    }
}
