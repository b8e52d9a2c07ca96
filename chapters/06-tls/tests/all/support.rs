//! The certificates of programs under test, and how those are called with them.

use std::path::PathBuf;
use std::process::Command;

use tempfile::TempDir;
use testkit::Server;

/// A folder with the certificates of `make-ca`, which is gone with this.
pub struct Certificates(TempDir);

impl Certificates {
    /// Made now, for now.
    pub fn new() -> Certificates {
        let folder = TempDir::new().unwrap();
        let made = Command::new(env!("CARGO_BIN_EXE_make-ca"))
            .args(["create", "certs", "--quiet"])
            .current_dir(folder.path())
            .status()
            .unwrap();
        assert!(made.success());
        Certificates(folder)
    }

    /// The file `name`, or the identity of that name.
    pub fn path(&self, name: &str) -> PathBuf {
        self.0.path().join("certs").join(name)
    }

    /// `program server ADDR --identity NAME`, with a short patience.
    pub fn server(&self, program: &str, identity: &str) -> Command {
        let mut command = Command::new(program);
        command.args(["server", "127.0.0.1:0", "--timeout", "1", "--identity"]);
        command.arg(self.path(identity));
        command
    }

    /// `program client ADDR`, which believes what it should.
    pub fn client(&self, program: &str, server: &Server) -> Command {
        let mut command = Command::new(program);
        command.arg("client").arg(server.address.to_string());
        command.args(["--name", "echo.example", "--ca"]);
        command.arg(self.path("ca.pem"));
        command
    }
}
