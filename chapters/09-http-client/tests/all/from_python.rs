//! What the pages say of Python, run in Python.

use testkit::Server;

#[test]
fn python_does_what_the_pages_say() {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/python/from_python.py");
    let servers = [(); 2].map(|()| Server::of(env!("CARGO_BIN_EXE_bodies"), &[]));
    let [here, elsewhere] = servers.each_ref().map(|server| server.address.to_string());
    testkit::claims(script, &[&here, &elsewhere]);
}
