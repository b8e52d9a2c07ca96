//! Servers and clients to test with.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use shells::test_keys::{self, Known};
use tempfile::TempDir;
use testkit::Server;

pub const EXPECT: &str = env!("CARGO_BIN_EXE_expect");
pub const SFTP_GET: &str = env!("CARGO_BIN_EXE_sftp-get");
pub const SSH_EXEC: &str = env!("CARGO_BIN_EXE_ssh-exec");
pub const SSH_MANY: &str = env!("CARGO_BIN_EXE_ssh-many");
pub const SSH_SERVER: &str = env!("CARGO_BIN_EXE_ssh-server");
pub const SSH_SHELL: &str = env!("CARGO_BIN_EXE_ssh-shell");
pub const TELNET: &str = env!("CARGO_BIN_EXE_telnet");
pub const TELNET_LOG: &str = env!("CARGO_BIN_EXE_telnet-log");

/// What a program did.
#[derive(Debug, PartialEq, Eq)]
pub struct Ran {
    pub status: Option<i32>,
    pub out: String,
    pub err: String,
}

/// Runs `command` with `typed` as its input.
pub fn ran(command: &mut Command, typed: &str) -> Ran {
    let mut input = tempfile::tempfile().unwrap();
    std::io::Write::write_all(&mut input, typed.as_bytes()).unwrap();
    std::io::Seek::rewind(&mut input).unwrap();
    let output = command.stdin(Stdio::from(input)).output().unwrap();
    Ran {
        status: output.status.code(),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

/// What a program says that ends well.
pub fn said(command: &mut Command) -> String {
    let ran = ran(command, "");
    assert_eq!(ran.status, Some(0), "{command:?}: {ran:?}");
    ran.out
}

/// What a busy machine may take for a login, where a test says nothing else.
pub fn patient<'a>(options: &[&'a str]) -> Vec<&'a str> {
    match options.contains(&"--timeout") {
        true => options.to_vec(),
        false => [&["--timeout", "60"], options].concat(),
    }
}

pub fn ssh_server(options: &[&str]) -> Server {
    Server::of(SSH_SERVER, &patient(options))
}

/// A folder with `keys`, in which the servers at `addresses` are known.
pub fn home(addresses: &[&Server]) -> TempDir {
    let home = tempfile::tempdir().unwrap();
    let addresses: Vec<String> = addresses.iter().map(|s| s.address.to_string()).collect();
    test_keys::write(&home.path().join("keys"), &addresses, Known::Key).unwrap();
    home
}

/// One of our clients, in `home`.
pub fn client(program: &str, home: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(program);
    command.current_dir(home).args(patient(arguments));
    command
}

/// All that is in a folder: the files' paths below it, and their octets.
pub fn files_in(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(folder).unwrap().to_str().unwrap();
                files.push((name.to_owned(), fs::read(&path).unwrap()));
            }
        }
    }
    files.retain(|(name, _)| !name.ends_with(".from"));
    files.sort();
    files
}
