//! Python at the other end, in both directions: its clients at our servers, and ours at its.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::time::Duration;

use program::tasks::block_on;
use rpc::math::{from_text, show};
use rpc::xmlrpc::Client;
use rpc::xmlrpc_values::Value;
use testkit::{
    Ending, PATIENCE, Peer, Ready, Running, Server, find_peer, peer, python, run_client,
};

const CONNECTION: &str = env!("CARGO_BIN_EXE_connection");
const GRPC: &str = env!("CARGO_BIN_EXE_grpc-kv");

fn script(name: &str) -> String {
    format!("{}/python/{name}", env!("CARGO_MANIFEST_DIR"))
}

/// One of our scripts as a server, which prints where it listens.
fn serves(python: &Peer, name: &str, before: &[&str]) -> Running {
    python.start(Ready::Prints("Listening at"), |command, port, _| {
        command.arg(script(name)).args(before);
        command.arg(format!("127.0.0.1:{port}"));
    })
}

#[test]
fn pythons_xmlrpc_client_agrees_with_our_servers() {
    let math = Server::of(env!("CARGO_BIN_EXE_xmlrpc-math"), &[]);
    let kv = Server::of(env!("CARGO_BIN_EXE_xmlrpc-kv"), &[]);
    let addresses = [math.address.to_string(), kv.address.to_string()];
    testkit::claims(
        &script("xmlrpc_peer.py"),
        &addresses.each_ref().map(String::as_str),
    );
}

#[test]
fn our_xmlrpc_client_agrees_with_pythons_server() {
    let Some(python) = peer("python3") else {
        return;
    };
    let server = serves(&python, "kv_server.py", &[]);
    let address = server.address().to_string();
    block_on(async {
        // Python's server closes the connection after each answer: HTTP/1.0.
        let call = async |method: &str, params: &[Value]| {
            let mut client = Client::connect(&address, None, PATIENCE, false).await?;
            client.call(method, params).await
        };
        let texts = [
            "&",
            "fish & chips",
            "<a>&amp;</a>",
            "]]>",
            "a\nb",
            "🦀",
            "",
            " ",
        ];
        let mut values: Vec<Value> = texts.map(|text| Value::String(text.to_owned())).into();
        let json = r#"[null, true, -2147483648, 0.5, {"a": [1], "": {}}, []]"#;
        values.extend([
            from_text(json),
            Value::DateTime("20261129T20:30:00".to_owned()),
            Value::Base64((0..=255).collect()),
        ]);
        for value in values {
            assert_eq!(
                call("echo", std::slice::from_ref(&value)).await?,
                value,
                "{}",
                show(&value)
            );
        }
        let key = |key: &str| Value::String(key.to_owned());
        assert_eq!(call("set", &[key("a"), key("1")]).await?, Value::Nil);
        assert_eq!(call("exists", &[key("a")]).await?, Value::Boolean(true));
        let fault = call("divide", &[Value::Int(1), Value::Int(0)])
            .await
            .unwrap_err();
        assert_eq!(
            fault.to_string(),
            "<class 'ZeroDivisionError'>:division by zero (fault 1)"
        );
        let Value::Array(names) = call("system.listMethods", &[]).await? else {
            panic!("no array")
        };
        assert!(names.contains(&key("system.multicall")));
        Ok(())
    })
    .unwrap();
}

/// Those of Python's versions that are here beside `python3`: from 3.12 on they name their
/// digests, before that it is MD5. A version manager's script may be there without one.
fn pythons() -> Vec<Peer> {
    let newer = ["python3.12", "python3.13", "python3.14"].map(find_peer);
    let works = |python: &Peer| {
        let tried = python.command().arg("--version").output();
        tried.is_ok_and(|output| output.status.success())
    };
    let newer = newer.into_iter().flatten().filter(works);
    peer("python3").into_iter().chain(newer).collect()
}

#[test]
fn a_session_of_each_python_runs_against_our_listener() {
    for python in pythons() {
        let server = Server::of(CONNECTION, &[]);
        let mut session = python.command();
        session
            .arg(script("session.py"))
            .arg(server.address.to_string());
        assert_eq!(run_client(session, ""), "hello\n42\n[1, 2, 3, 4, 5]\n");
        assert_eq!(server.line(), "received 'hello'");
    }
}

#[test]
fn our_client_talks_to_the_listener_of_each_python() {
    for python in pythons() {
        let server = serves(&python, "listener.py", &[]);
        let mut client = Command::new(CONNECTION);
        let messages = [
            "\"h\u{e9}llo\"",
            "-1",
            "1e300",
            "1099511627776",
            "[[], {}, null, true]",
        ];
        client
            .args(["client", &server.address().to_string()])
            .args(messages);
        let said = "'h\u{e9}llo'\n-1\n1e300\n1099511627776\n[[], {}, None, True]\n";
        assert_eq!(run_client(client, ""), said);
    }
}

#[test]
fn a_key_that_is_wrong_is_refused_on_both_sides() {
    let Some(python) = peer("python3") else {
        return;
    };
    let theirs = serves(&python, "listener.py", &[]);
    let address = theirs.address().to_string();
    let mut client = Command::new(CONNECTION);
    client.args(["client", &address, "--key", "guess", "1"]);
    let said = String::from_utf8(client.output().unwrap().stderr).unwrap();
    assert_eq!(said, "handshake: the other end has refused our answer\n");

    let ours = Server::of(CONNECTION, &["--key", "another"]);
    let mut session = python.command();
    session
        .arg(script("session.py"))
        .arg(ours.address.to_string());
    let said = String::from_utf8(session.output().unwrap().stderr).unwrap();
    assert!(said.contains("AuthenticationError"), "{said}");
    let line = ours.line();
    assert!(
        line.ends_with("handshake: the other end doesn't know the key"),
        "{line}"
    );
}

/// Python's side of gRPC, if its package is here; and the description that it needs.
fn grpcio() -> Option<(Peer, tempfile::TempDir)> {
    let python = peer("python3")?;
    let has = python
        .command()
        .args(["-c", "import grpc, google.protobuf"])
        .output()
        .unwrap();
    if !has.status.success() {
        let required = std::env::var("PEERS").is_ok_and(|peers| peers == "required");
        assert!(!required, "peer missing: python3:grpcio (PEERS=required)");
        eprintln!("peer missing: python3:grpcio (skipped)");
        return None;
    }
    let folder = tempfile::tempdir().unwrap();
    let mut describe = Command::new(GRPC);
    describe.arg("describe").arg(folder.path().join("kv.bin"));
    assert_eq!(run_client(describe, ""), "");
    Some((python, folder))
}

/// What Python's client prints in this role.
fn asks(python: &Peer, folder: &tempfile::TempDir, role: &str, server: &Server) -> String {
    let mut client = python.command();
    client
        .arg(script("grpc_kv.py"))
        .arg(folder.path().join("kv.bin"));
    client.args([role, &server.address.to_string()]);
    run_client(client, "")
}

#[test]
fn pythons_grpc_client_agrees_with_our_server() {
    let Some((python, folder)) = grpcio() else {
        return;
    };
    let server = Server::of(GRPC, &[]);
    let said = "get hello\nexists False\nkeys ['greeting']\nerror NOT_FOUND no key \"nothing\"\n\
                change greeting again\nchange greeting None\n";
    assert_eq!(asks(&python, &folder, "client", &server), said);
    // Unlike tonic's, its deadline ends a stream that has begun.
    assert_eq!(
        asks(&python, &folder, "deadline", &server),
        "DEADLINE_EXCEEDED\n"
    );
    // A reason of 1,024 octets and a sign arrives, whole.
    assert_eq!(
        asks(&python, &folder, "long-status", &server),
        "NOT_FOUND 1025\n"
    );
}

#[test]
fn our_grpc_client_agrees_with_pythons_server() {
    let Some((python, folder)) = grpcio() else {
        return;
    };
    let description = folder.path().join("kv.bin");
    let server = serves(
        &python,
        "grpc_kv.py",
        &[description.to_str().unwrap(), "server"],
    );
    let address = server.address().to_string();
    let call = |arguments: &[&str]| {
        let mut client = Command::new(GRPC);
        client.args([arguments[0], &address]).args(&arguments[1..]);
        let output = client.output().unwrap();
        String::from_utf8([output.stdout, output.stderr].concat()).unwrap()
    };
    assert_eq!(call(&["client", "set", "a", "1"]), "done\n");
    assert_eq!(call(&["client", "get", "a"]), "\"1\"\n");
    assert_eq!(call(&["client", "exists", "b"]), "false\n");
    assert_eq!(call(&["client", "keys"]), "[\"a\"]\n");
    let missing = format!("call {address}: NotFound: no key \"b\"\n");
    assert_eq!(call(&["client", "get", "b"]), missing);
    let changes = "Watching.\n\"a\" is Some(\"1\")\n\"nothing\" is None\n";
    assert_eq!(call(&["watch", "2"]), changes);
}

/// A stream that has begun outlives the caller's deadline in tonic.
#[test]
fn a_deadline_is_for_the_beginning_of_an_answer() {
    let server = Server::of(GRPC, &[]);
    let address = server.address.to_string();
    let mut watch = Command::new(GRPC);
    watch.args(["watch", &address, "1", "--timeout", "1"]);
    let mut watching = Ending(watch.stdout(Stdio::piped()).spawn().unwrap());
    let mut lines = BufReader::new(watching.stdout.take().unwrap()).lines();
    assert_eq!(lines.next().unwrap().unwrap(), "Watching.");
    // Not to wait for an event, but for time to pass: the deadline.
    std::thread::sleep(Duration::from_millis(1200));
    let mut set = Command::new(GRPC);
    set.args(["client", &address, "set", "a", "1"]);
    assert_eq!(run_client(set, ""), "done\n");
    assert_eq!(lines.next().unwrap().unwrap(), "\"a\" is Some(\"1\")");
    assert!(watching.wait().unwrap().success());
}

#[test]
fn a_forged_message_of_python_runs_nothing() {
    let Some(mut forged) = python("forged.py") else {
        return;
    };
    let server = Server::of(CONNECTION, &[]);
    let folder = tempfile::tempdir().unwrap();
    forged
        .current_dir(folder.path())
        .arg(server.address.to_string());
    assert_eq!(run_client(forged, ""), "The other end has closed.\n");
    let line = server.line();
    assert!(line.contains("refused a pickle: STACK_GLOBAL"), "{line}");
    assert!(!folder.path().join("forged.txt").exists());
}

#[test]
fn curl_needs_the_token() {
    let Some(curl) = peer("curl") else { return };
    let server = Server::of(
        env!("CARGO_BIN_EXE_jsonrpc"),
        &["--http", "--token", "secret"],
    );
    let url = format!("http://{}/jsonrpc", server.address);
    let call = r#"{"jsonrpc":"2.0","method":"keys","id":1}"#;
    let said = |options: &[&str]| {
        let mut curl = curl.command();
        curl.args(["-sS", "--json", call, "-w", " %{http_code}", &url]);
        curl.args(options);
        run_client(curl, "")
    };
    assert_eq!(said(&[]), "who are you?\n 401");
    let token = ["-H", "Authorization: Bearer secret"];
    assert_eq!(said(&token), r#"{"id":1,"jsonrpc":"2.0","result":[]} 200"#);
}
