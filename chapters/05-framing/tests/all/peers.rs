//! python3 at the other end of every pattern. Each role of each pattern is played
//! by our program and by Python's, in all four pairs: what goes over the wire in
//! both directions, and what both sides print, must be the same in each.

use std::process::Command;
use testkit::{Relay, Server, assert_octets, pairs, peer, python, run_client};

const BYTES_ON_WIRE: &str = env!("CARGO_BIN_EXE_bytes-on-wire");

/// One conversation, and what must come of it.
struct Talk<'a> {
    /// Our program.
    program: &'a str,
    /// Python's.
    script: &'a str,
    /// The client's arguments after the address.
    arguments: &'a [&'a str],
    /// What is typed into the client.
    typed: &'a str,
    /// What the client says over the wire.
    to_server: &'a [u8],
    /// What the server says.
    to_client: &'a [u8],
    /// What the client prints.
    client: &'a str,
    /// What the server prints.
    server: &'a str,
}

impl Talk<'_> {
    fn in_all_pairs(&self) {
        for (server, client) in pairs(self.program, self.script) {
            self.between(server, client);
        }
    }

    fn between(&self, mut server: Command, mut client: Command) {
        server.args(["server", "127.0.0.1:0"]);
        let server = Server::start(server);
        let relay = Relay::to(server.address);
        client.args(["client", &relay.address.to_string()]);
        client.args(self.arguments);
        assert_eq!(run_client(client, self.typed), self.client, "client");

        let (to_server, to_client) = relay.octets();
        assert_octets(&to_server, self.to_server, &[]);
        assert_octets(&to_client, self.to_client, &[]);
        for line in self.server.lines() {
            assert_eq!(server.line(), line, "server");
        }
        assert_eq!(server.stop(), [""; 0], "the server printed more");
    }
}

#[test]
fn numbers_as_octets_are_the_same_in_both() {
    for number in [0, 1, -1, 4253, -450, 32767, 32768, i32::MAX, i32::MIN] {
        let arguments = ["number", &number.to_string()];
        let Some(mut pythons) = python("bytes_on_wire.py") else {
            return;
        };
        pythons.args(arguments);
        let mut ours = Command::new(BYTES_ON_WIRE);
        ours.args(arguments);
        assert_eq!(run_client(ours, ""), run_client(pythons, ""));
    }
}

#[test]
fn a_c_struct_has_the_same_gap_in_both() {
    let Some(python) = peer("python3") else {
        return;
    };
    let size = "import struct; print(struct.calcsize('@HI'), struct.calcsize('!HI'))";
    let mut pythons = python.command();
    pythons.args(["-c", size]);
    assert_eq!(run_client(pythons, ""), "8 6\n");
    let mut ours = Command::new(BYTES_ON_WIRE);
    ours.arg("layout");
    let ours = run_client(ours, "");
    assert!(ours.contains("in memory 8 octets, fields 6"), "{ours}");
}

#[test]
fn pattern_1_send_and_close() {
    Talk {
        program: env!("CARGO_BIN_EXE_streamer"),
        script: "streamer.py",
        arguments: &["Grüße, ", "Welt"],
        typed: "",
        to_server: "Grüße, Welt".as_bytes(),
        to_client: b"",
        client: "wrote 9 octets: \"Grüße, \"\nwrote 4 octets: \"Welt\"\n",
        server: "A message of 13 octets: \"Grüße, Welt\"\n",
    }
    .in_all_pairs();
}

#[test]
fn pattern_2_both_directions_in_turn() {
    Talk {
        program: env!("CARGO_BIN_EXE_two-way"),
        script: "two_way.py",
        arguments: &["how are you?"],
        typed: "",
        to_server: b"how are you?",
        to_client: b"HOW ARE YOU?",
        client: "The answer has 12 octets: \"HOW ARE YOU?\"\n",
        server: "A request of 12 octets: \"how are you?\"\n",
    }
    .in_all_pairs();
}

#[test]
fn pattern_3_fixed_length() {
    Talk {
        program: env!("CARGO_BIN_EXE_fixed"),
        script: "fixed.py",
        arguments: &["Oslo=-4.5", "Adelaide=21"],
        typed: "",
        to_server: b"Oslo\0\0\0\0\xff\xff\xfe\x3eAdelaide\0\0\x08\x34",
        to_client: b"\0\0\0\x01\0\0\0\x02",
        client: "sent 12 octets: Oslo\nthe server has 1\n\
                 sent 12 octets: Adelaide\nthe server has 2\n",
        server: "1: Oslo -4.50 °C\n2: Adelaide 21.00 °C\n",
    }
    .in_all_pairs();
}

#[test]
fn pattern_4_delimiter() {
    Talk {
        program: env!("CARGO_BIN_EXE_delimited"),
        script: "delimited.py",
        arguments: &["Paris, Texas", "", "100% %2C"],
        typed: "",
        to_server: b"Paris%2C Texas,,100%25 %252C,",
        to_client: b"PARIS%2C TEXAS,,100%25 %252C,",
        client: "\"Paris, Texas\" is answered \"PARIS, TEXAS\"\n\
                 \"\" is answered \"\"\n\
                 \"100% %2C\" is answered \"100% %2C\"\n",
        server: "A message of 12 octets: \"Paris, Texas\"\n\
                 A message of 0 octets: \"\"\n\
                 A message of 8 octets: \"100% %2C\"\n",
    }
    .in_all_pairs();
}

#[test]
fn pattern_5_length_prefix() {
    Talk {
        program: env!("CARGO_BIN_EXE_length-prefixed"),
        script: "length_prefixed.py",
        arguments: &["Paris, Texas", "", "Rome"],
        typed: "",
        to_server: b"\0\0\0\x0cParis, Texas\0\0\0\0\0\0\0\x04Rome",
        to_client: b"\0\0\0\x0cPARIS, TEXAS\0\0\0\0\0\0\0\x04ROME",
        client: "\"Paris, Texas\" is answered \"PARIS, TEXAS\"\n\
                 \"\" is answered \"\"\n\
                 \"Rome\" is answered \"ROME\"\n",
        server: "A message of 12 octets: \"Paris, Texas\"\n\
                 A message of 0 octets: \"\"\n\
                 A message of 4 octets: \"Rome\"\n",
    }
    .in_all_pairs();
}

#[test]
fn pattern_6_chunks() {
    Talk {
        program: env!("CARGO_BIN_EXE_chunked"),
        script: "chunked.py",
        arguments: &[],
        typed: "one\ntwo\n\n\nthree\n",
        to_server: b"\0\x04one\n\0\x04two\n\0\0\0\0\0\x06three\n\0\0",
        to_client: b"\0\x04ONE\n\0\x04TWO\n\0\0\0\0\0\x06THREE\n\0\0",
        client: "sent a chunk of 4 octets\nsent a chunk of 4 octets\nsent the empty chunk\n\
                 The answer has 8 octets: \"ONE\\nTWO\\n\"\n\
                 sent the empty chunk\nThe answer has 0 octets: \"\"\n\
                 sent a chunk of 6 octets\nsent the empty chunk\n\
                 The answer has 6 octets: \"THREE\\n\"\n",
        server: "A message of 8 octets: \"one\\ntwo\\n\"\n\
                 A message of 0 octets: \"\"\n\
                 A message of 6 octets: \"three\\n\"\n",
    }
    .in_all_pairs();
}

/// Two compressors may pack the same text into different octets, so these are not
/// compared; what both servers make of them is.
#[test]
fn compressed_streams_are_unpacked_by_either() {
    let long = "never ".repeat(100);
    let mut unpacked = Vec::new();
    for (mut server, mut client) in pairs(env!("CARGO_BIN_EXE_compressed"), "compressed.py") {
        server.args(["server", "127.0.0.1:0"]);
        let server = Server::start(server);
        client.args(["client", &server.address.to_string(), &long, "", "again"]);
        run_client(client, "");
        let lines = [server.line(), server.line(), server.line()];
        let text = format!(" octets unpacked to 600: {long:?}");
        assert!(lines[0].ends_with(&text), "{lines:?}");
        assert!(lines[1].ends_with(" octets unpacked to 0: \"\""));
        assert!(lines[2].ends_with(" octets unpacked to 5: \"again\""));
        unpacked.push(lines);
    }
    if let [ours, pythons, ours_to_python, pythons_to_python] = &unpacked[..] {
        assert_eq!(ours, ours_to_python);
        assert_eq!(pythons, pythons_to_python);
    }
}
