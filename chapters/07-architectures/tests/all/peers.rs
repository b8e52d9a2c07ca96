//! Clients and servers that nobody here wrote: python3's, blocking, in asyncio and with
//! selectors, and socat, at the other end of every engine.

use std::process::Command;
use testkit::{Server, peer, python, run_client};

const ENGINES: [&str; 9] = [
    env!("CARGO_BIN_EXE_proverbs-single"),
    env!("CARGO_BIN_EXE_proverbs-threads"),
    env!("CARGO_BIN_EXE_proverbs-processes"),
    env!("CARGO_BIN_EXE_proverbs-pool"),
    env!("CARGO_BIN_EXE_proverbs-poll"),
    env!("CARGO_BIN_EXE_proverbs-mio"),
    env!("CARGO_BIN_EXE_proverbs-callbacks"),
    env!("CARGO_BIN_EXE_proverbs-tokio"),
    env!("CARGO_BIN_EXE_proverbs-activated"),
];

const TALK: &str = "Many hands make? Light work.\n\
                    Too many cooks spoil? The broth.\n\
                    Haste makes? Waste.\n";

fn engines() -> impl Iterator<Item = Server> {
    ENGINES.iter().map(|program| {
        println!("{program}");
        let mut command = Command::new(program);
        if program.ends_with("activated") {
            command.arg("manager");
        }
        command.arg("127.0.0.1:0");
        Server::start(command)
    })
}

#[test]
fn pythons_blocking_client_is_served_by_every_engine() {
    for engine in engines() {
        let Some(mut client) = python("proverbs_client.py") else {
            return;
        };
        client.arg(engine.address.to_string());
        assert_eq!(run_client(client, ""), TALK);
    }
}

#[test]
fn fifty_clients_in_asyncio_are_served_by_every_engine() {
    for engine in engines() {
        let Some(mut client) = python("proverbs_asyncio.py") else {
            return;
        };
        client.args(["client", &engine.address.to_string(), "50"]);
        assert_eq!(
            run_client(client, ""),
            "50 of 50 clients have their answers\n"
        );
    }
}

/// A question to a line, as a person types them; what remains at the end is a newline.
#[test]
fn socat_is_served_by_every_engine() {
    let Some(socat) = peer("socat") else {
        return;
    };
    for engine in engines() {
        let mut client = socat.command();
        client.args(["-t10", "-", &format!("TCP:{}", engine.address)]);
        let typed = "Haste makes?\nWhat is this?\nSilence is?\n";
        assert_eq!(run_client(client, typed), "Waste.Nobody knows.Golden.");
        engine.stop();
    }
}

#[test]
fn our_client_is_served_by_pythons_servers() {
    for script in [
        &["proverbs_selectors.py"][..],
        &["proverbs_asyncio.py", "server"],
    ] {
        let Some(mut server) = python(script[0]) else {
            return;
        };
        server.args(&script[1..]).arg("127.0.0.1:0");
        let server = Server::start(server);
        for mode in [&[][..], &["--together"]] {
            let mut client = Command::new(env!("CARGO_BIN_EXE_proverbs-client"));
            client.arg(server.address.to_string()).args(mode);
            let said = run_client(client, "");
            assert!(said.ends_with(TALK), "{said}");
        }
        let mut flood = Command::new(env!("CARGO_BIN_EXE_flood"));
        flood.args([&server.address.to_string(), "--connections", "200"]);
        let said = run_client(flood, "");
        assert!(said.starts_with("answered    200\n"), "{said}");
    }
}
