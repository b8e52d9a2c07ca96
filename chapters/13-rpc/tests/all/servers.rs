//! What no program may fall to, whatever it serves: that nobody reads what it prints, and
//! that there is no descriptor left for a client.

use std::process::Command;

use testkit::{Server, ends_with_its_reader, servers};

/// Each server, in each of its forms.
fn commands() -> impl Iterator<Item = Command> {
    let servers = servers(env!("CARGO_MANIFEST_DIR"), env!("CARGO_BIN_EXE_xmlrpc-kv"));
    assert_eq!(servers.len(), 5, "{servers:?}");
    servers.into_iter().flat_map(|program| {
        let forms: &[&[&str]] = match program.ends_with("jsonrpc") {
            true => &[&[], &["--http"]],
            false => &[&[]],
        };
        forms.iter().map(move |form| {
            let mut command = Command::new(&program);
            command.args(["server", "127.0.0.1:0"]).args(*form);
            command
        })
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
        testkit::outlives_shortage(&Server::start(command));
    }
}

#[test]
fn every_client_ends_with_its_reader() {
    let of = |program, options: &[&str]| Server::of(program, options);
    let xml = of(env!("CARGO_BIN_EXE_xmlrpc-kv"), &[]);
    let math = of(env!("CARGO_BIN_EXE_xmlrpc-math"), &[]);
    let json = of(env!("CARGO_BIN_EXE_jsonrpc"), &[]);
    let objects = of(env!("CARGO_BIN_EXE_connection"), &[]);
    let grpc = of(env!("CARGO_BIN_EXE_grpc-kv"), &[]);
    let [xml, math, json, objects, grpc] =
        [&xml, &math, &json, &objects, &grpc].map(|server| server.address.to_string());
    for (program, arguments) in [
        (
            env!("CARGO_BIN_EXE_xmlrpc-kv"),
            vec!["client", &xml, "keys"],
        ),
        (env!("CARGO_BIN_EXE_xmlrpc-kv"), vec!["methods", &xml]),
        (env!("CARGO_BIN_EXE_xmlrpc-math"), vec!["types", &math]),
        (
            env!("CARGO_BIN_EXE_xmlrpc-math"),
            vec!["many", &math, "add 1 2"],
        ),
        (env!("CARGO_BIN_EXE_xmlrpc-math"), vec!["attack", &math]),
        (env!("CARGO_BIN_EXE_jsonrpc"), vec!["client", &json, "keys"]),
        (env!("CARGO_BIN_EXE_jsonrpc"), vec!["send", &json, "[]"]),
        (
            env!("CARGO_BIN_EXE_connection"),
            vec!["client", &objects, "1"],
        ),
        (env!("CARGO_BIN_EXE_grpc-kv"), vec!["client", &grpc, "keys"]),
        (env!("CARGO_BIN_EXE_grpc-kv"), vec!["watch", &grpc, "1"]),
        (env!("CARGO_BIN_EXE_grpc-kv"), vec!["missing", &grpc, "1"]),
        (env!("CARGO_BIN_EXE_rpc-compare"), vec!["octets"]),
    ] {
        let mut command = Command::new(program);
        command.args(arguments);
        ends_with_its_reader(command);
    }
}
