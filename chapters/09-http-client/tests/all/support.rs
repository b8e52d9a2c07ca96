//! What the tests share: our programs, run to their end, and a server that says what it is
//! told to.

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Command, Output};
use std::thread;

use testkit::{PATIENCE, Server, connect};

/// The server `bodies` with these options.
pub fn bodies(options: &[&str]) -> Server {
    Server::of(env!("CARGO_BIN_EXE_bodies"), options)
}

/// What a program came to.
#[derive(Debug)]
pub struct Ran {
    /// Its exit status was 0.
    pub good: bool,
    /// What it printed.
    pub out: String,
    /// Its last line on stderr.
    pub error: String,
}

/// Runs a program to its end, in `folder`.
pub fn run_in(folder: &Path, program: &str, arguments: &[&str]) -> Ran {
    let mut command = Command::new(program);
    command.args(arguments).current_dir(folder);
    ran(&mut command)
}

/// Runs a program to its end.
pub fn run(program: &str, arguments: &[&str]) -> Ran {
    run_in(Path::new("."), program, arguments)
}

/// What `command` comes to.
pub fn ran(command: &mut Command) -> Ran {
    let Output {
        status,
        stdout,
        stderr,
    } = command.output().unwrap();
    let text = |octets: &[u8]| String::from_utf8_lossy(octets).into_owned();
    Ran {
        good: status.success(),
        out: text(&stdout),
        error: text(&stderr).lines().last().unwrap_or_default().to_owned(),
    }
}

/// A server that answers the nth connection with the nth of these octets, once a whole head
/// has come, and closes. Where there are no more, it answers with the last.
pub fn canned(answers: Vec<Vec<u8>>) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        for nth in 0.. {
            let (mut stream, _) = listener.accept().unwrap();
            stream.set_read_timeout(Some(PATIENCE)).unwrap();
            let answer = answers[nth.min(answers.len() - 1)].clone();
            thread::spawn(move || {
                read_head(&mut stream);
                let _ = stream.write_all(&answer);
                let _ = stream.shutdown(Shutdown::Write);
                let _ = stream.read_to_end(&mut Vec::new());
            });
        }
    });
    address
}

fn read_head(stream: &mut TcpStream) {
    let mut head = Vec::new();
    let mut octet = [0];
    while !head.ends_with(b"\r\n\r\n") && stream.read(&mut octet).is_ok_and(|read| read > 0) {
        head.push(octet[0]);
    }
}

/// What the server at `address` answers to these octets, until it closes or, where it keeps
/// the connection, until we end ours.
pub fn ask(address: SocketAddr, octets: &[u8]) -> String {
    let mut stream = connect(address);
    let _ = stream.write_all(octets);
    let _ = stream.shutdown(Shutdown::Write);
    let mut heard = Vec::new();
    let _ = stream.read_to_end(&mut heard);
    String::from_utf8_lossy(&heard).into_owned()
}
