//! What no server may fall to, whatever it serves: that nobody reads what it prints, and
//! that there is no descriptor left for a client.

use std::path::Path;
use std::process::Command;

use testkit::ends_with_its_reader;

/// Not the one that accepts in other processes than its own; the suite of engines has it.
const SERVERS: [&[&str]; 11] = [
    &["blocking-task"],
    &["hand-over", "server", "path"],
    &["mini-server", "daytime"],
    &["mini-server", "daytime", "--threads", "2"],
    &["proverbs-callbacks"],
    &["proverbs-mio"],
    &["proverbs-poll"],
    &["proverbs-pool"],
    &["proverbs-single"],
    &["proverbs-threads"],
    &["proverbs-tokio"],
];

fn command(arguments: &[&str], folder: &Path) -> Command {
    let program = Path::new(env!("CARGO_BIN_EXE_flood")).with_file_name(arguments[0]);
    let mut command = Command::new(program);
    command.args(&arguments[1..]).arg("127.0.0.1:0");
    command.current_dir(folder);
    command
}

#[test]
fn every_server_ends_with_its_reader() {
    let folder = tempfile::tempdir().unwrap();
    for arguments in SERVERS {
        ends_with_its_reader(command(arguments, folder.path()));
    }
}

#[cfg(target_os = "linux")] // the limit is set from outside
#[test]
fn every_server_outlives_a_shortage_of_descriptors() {
    let folder = tempfile::tempdir().unwrap();
    for arguments in SERVERS {
        let server = testkit::Server::start(command(arguments, folder.path()));
        if arguments[0] == "hand-over" {
            while server.line() != "A successor may ask." {} // that takes a descriptor, too
        }
        testkit::outlives_shortage(&server);
    }
}
