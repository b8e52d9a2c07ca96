//! Servers under test, and how to talk to them octet by octet.

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use rustls::pki_types::ServerName;
use rustls::{ClientConnection, StreamOwned};
use testkit::{Server, connect};

pub const HTTPD: &str = env!("CARGO_BIN_EXE_httpd");
pub const GATEWAY: &str = env!("CARGO_BIN_EXE_gateway");
pub const DISPATCH: &str = env!("CARGO_BIN_EXE_dispatch");
pub const DISPATCH_AXUM: &str = env!("CARGO_BIN_EXE_dispatch-axum");
pub const FILE_SERVER: &str = env!("CARGO_BIN_EXE_file-server");
pub const H2_SERVER: &str = env!("CARGO_BIN_EXE_h2-server");

/// The three servers of each application.
pub const UNDER: [&str; 3] = ["httpd", "hyper", "axum"];

/// Sends `octets` and ends; everything that is answered, until the server closes.
pub fn ask(address: SocketAddr, octets: &[u8]) -> String {
    say(address, octets, true)
}

/// The same without ending: hyper takes a client that has ended for one that has gone. The
/// last request has to say that it is the last.
pub fn ask_to_close(address: SocketAddr, octets: &[u8]) -> String {
    say(address, octets, false)
}

fn say(address: SocketAddr, octets: &[u8], end: bool) -> String {
    let mut stream = connect(address);
    // That the server has had enough before all is sent is no failure.
    let _ = stream.write_all(octets);
    if end {
        let _ = stream.shutdown(Shutdown::Write);
    }
    let mut heard = Vec::new();
    match stream.read_to_end(&mut heard) {
        Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => {
            panic!("no end after {:?}", String::from_utf8_lossy(octets))
        }
        _ => String::from_utf8_lossy(&heard).into_owned(),
    }
}

/// The statuses of all responses in `heard`, whose bodies end with a line's end.
pub fn statuses(heard: &str) -> Vec<u16> {
    let lines = heard.lines().filter(|line| line.starts_with("HTTP/1."));
    lines.map(|line| line[9..12].parse().unwrap()).collect()
}

/// The body of the one response in `heard`.
pub fn body(heard: &str) -> &str {
    heard.split_once("\r\n\r\n").unwrap().1
}

/// The directory of the book's files.
pub struct Site(tempfile::TempDir);

impl Site {
    pub fn new() -> Site {
        let directory = tempfile::tempdir().unwrap();
        http_server::example::files(&directory.path().join("www")).unwrap();
        Site(directory)
    }

    pub fn root(&self) -> PathBuf {
        self.0.path().join("www")
    }

    /// A server of these files.
    pub fn server(&self, options: &[&str]) -> Server {
        let mut command = Command::new(FILE_SERVER);
        command.args(["server", "127.0.0.1:0"]).arg(self.root());
        command.args(options);
        Server::start(command)
    }
}

/// A certificate for localhost.
pub struct Certificate(tempfile::TempDir);

impl Certificate {
    pub fn new() -> Certificate {
        let directory = tempfile::tempdir().unwrap();
        http_server::example::certificate(&directory.path().join("certs")).unwrap();
        Certificate(directory)
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.0.path().join("certs").join(name)
    }

    /// A connection to `server` on which both sides have agreed on HTTP/2. Nothing is said yet.
    pub fn h2(&self, server: &Server) -> StreamOwned<ClientConnection, TcpStream> {
        let roots = tls::config::trusted(Some(&self.path("ca.pem"))).unwrap();
        let mut config = tls::config::client(roots, tls::Clock::default()).unwrap();
        Arc::make_mut(&mut config).alpn_protocols = vec![b"h2".to_vec()];
        let name = ServerName::try_from("localhost").unwrap();
        let mut tls = ClientConnection::new(config, name).unwrap();
        let mut stream = connect(server.address);
        tls.complete_io(&mut stream).unwrap();
        assert_eq!(tls.alpn_protocol(), Some(&b"h2"[..]));
        StreamOwned::new(tls, stream)
    }

    /// `program server` with this certificate.
    pub fn server(&self, program: impl AsRef<Path>) -> Server {
        let mut command = Command::new(program.as_ref());
        command.args(["server", "127.0.0.1:0", "--tls"]);
        command.arg(self.path("server"));
        Server::start(command)
    }
}
