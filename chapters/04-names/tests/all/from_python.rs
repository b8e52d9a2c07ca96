//! What the pages say of Python, run in Python.

use std::process::Command;

use testkit::Server;

#[test]
fn python_does_what_the_pages_say() {
    let mut tiny_dns = Command::new(env!("CARGO_BIN_EXE_tiny-dns"));
    tiny_dns.args(["server", "127.0.0.1:0"]);
    let tiny_dns = Server::start(tiny_dns);
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/python/from_python.py");
    testkit::claims(script, &[&tiny_dns.address.to_string()]);
}
