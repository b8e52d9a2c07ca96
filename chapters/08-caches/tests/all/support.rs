//! Caches under test, ours and others, and how to talk to them octet by octet.

use caches::queue::QueueClient;
use clap::Parser;
use program::Connect;
use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr};
use std::process::Command;
use testkit::{Ready, Running, Server, connect, peer};

/// A mini-cache that speaks both languages.
pub struct MiniCache {
    /// The process; its address is that for Redis's clients.
    pub server: Server,
    /// Where it speaks memcached's language.
    pub memcached: SocketAddr,
}

impl MiniCache {
    /// Starts one on free ports.
    pub fn start(arguments: &[&str]) -> MiniCache {
        let mut command = Command::new(env!("CARGO_BIN_EXE_mini-cache"));
        command.args(["server", "127.0.0.1:0", "--memcached", "127.0.0.1:0"]);
        command.args(arguments);
        MiniCache::from(command)
    }

    /// Starts what `command` says, which must come to the same.
    pub fn from(command: Command) -> MiniCache {
        let server = Server::start(command);
        let line = server.line();
        let address = line.strip_prefix("Listening at ").unwrap();
        let address = address.strip_suffix(" for memcached's clients").unwrap();
        MiniCache {
            memcached: address.parse().unwrap(),
            server,
        }
    }

    /// Where it speaks Redis's language.
    pub fn redis(&self) -> SocketAddr {
        self.server.address
    }
}

/// A redis-server on a free port, which stores nothing on disk.
pub fn redis() -> Option<Running> {
    redis_with(&[])
}

/// The same with more options.
pub fn redis_with(options: &[&str]) -> Option<Running> {
    let redis = peer("redis-server")?;
    Some(redis.start(Ready::Accepts, |command, port, _| {
        let port = port.to_string();
        command.args(["--port", &port, "--bind", "127.0.0.1", "--save", ""]);
        command.args(options);
    }))
}

/// A memcached on a free port.
pub fn memcached() -> Option<Running> {
    let memcached = peer("memcached")?;
    Some(memcached.start(Ready::Accepts, |command, port, _| {
        // `-u root` is heeded only when it is root who starts it, and needed then.
        command.args(["-l", "127.0.0.1", "-p", &port.to_string(), "-u", "root"]);
    }))
}

/// A client of the mini-queue at `address`, as the programs' own.
pub fn queue_client(address: SocketAddr) -> QueueClient {
    #[derive(Parser)]
    struct To {
        #[command(flatten)]
        connect: Connect,
    }
    let to = To::parse_from(["test", &address.to_string(), "--timeout", "20"]);
    QueueClient::connect(&to.connect).unwrap()
}

/// Sends `octets` and ends; everything that is answered.
pub fn ask(address: SocketAddr, octets: &[u8]) -> Vec<u8> {
    let mut stream = connect(address);
    // That the server has had enough before all is sent is no failure.
    let _ = stream.write_all(octets);
    let _ = stream.shutdown(Shutdown::Write);
    let mut heard = Vec::new();
    match stream.read_to_end(&mut heard) {
        Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => {
            panic!("no end after {:?}", String::from_utf8_lossy(octets))
        }
        _ => heard,
    }
}

/// A command as clients send it.
pub fn command(words: &[&str]) -> Vec<u8> {
    let words: Vec<&[u8]> = words.iter().map(|word| word.as_bytes()).collect();
    let mut octets = Vec::new();
    caches::client::resp::encode(&words, &mut octets);
    octets
}

/// Commands, a line each, as clients send them. `''` is an empty word.
pub fn commands(text: &str) -> Vec<u8> {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    lines
        .flat_map(|line| {
            let words: Vec<&str> = line
                .split(' ')
                .map(|word| word.trim_matches('\''))
                .collect();
            command(&words)
        })
        .collect()
}
