//! What no server may end at: that there is no descriptor left for a client.

use std::path::Path;
use std::process::Command;

use testkit::{Server, outlives_shortage};

/// Not the one that accepts in other processes than its own; the suite of engines has it.
#[test]
fn every_server_outlives_a_shortage_of_descriptors() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("path");
    let path = path.to_str().unwrap();
    for arguments in [
        &["blocking-task"][..],
        &["hand-over", "server", path],
        &["mini-server", "daytime"],
        &["mini-server", "daytime", "--threads", "2"],
        &["proverbs-callbacks"],
        &["proverbs-mio"],
        &["proverbs-poll"],
        &["proverbs-pool"],
        &["proverbs-single"],
        &["proverbs-threads"],
        &["proverbs-tokio"],
    ] {
        let program = Path::new(env!("CARGO_BIN_EXE_flood")).with_file_name(arguments[0]);
        let mut command = Command::new(program);
        command.args(&arguments[1..]).arg("127.0.0.1:0");
        let server = Server::start(command);
        if arguments[0] == "hand-over" {
            while server.line() != "A successor may ask." {} // that takes a descriptor, too
        }
        outlives_shortage(&server);
    }
}
