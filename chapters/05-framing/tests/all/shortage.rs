//! What no server may end at: that there is no descriptor left for a client.

use std::process::Command;

use testkit::{Server, outlives_shortage, servers};

#[test]
fn every_server_outlives_a_shortage_of_descriptors() {
    for program in servers(env!("CARGO_MANIFEST_DIR"), env!("CARGO_BIN_EXE_streamer")) {
        let mut command = Command::new(program);
        command.args(["server", "127.0.0.1:0"]);
        outlives_shortage(&Server::start(command));
    }
}
