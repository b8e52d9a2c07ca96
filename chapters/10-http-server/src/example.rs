//! Something to try the programs with: a directory of files, a certificate.

use std::fs::{self, File};
use std::os::unix::fs::symlink;
use std::path::Path;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::Context;
use tls::Authority;
use tls::identity::{files as identity_files, to_pem};
use tls::secret;

/// Sun, 06 Nov 1994 08:49:37 GMT, the date in RFC 9110.
const THEN: Duration = Duration::from_secs(784_111_777);

/// Makes `folder` with a few files and links, and beside it one that nobody should get.
/// All have one date, so that they are the same every day.
///
/// # Errors
///
/// When it is there already, or can't be written.
pub fn files(folder: &Path) -> anyhow::Result<()> {
    create_dir(folder)?;
    create_dir(&folder.join("docs"))?;
    let digits: String = (0..100).map(|number| format!("{number:02}\n")).collect();
    let files = [
        (
            "index.html",
            "<!doctype html><title>Home</title><h1>Home</h1>\n",
        ),
        ("docs/poem.txt", "Roses are red,\nsockets are blue.\n"),
        ("docs/a <b> & c.txt", "a name with signs\n"),
        ("digits.txt", &digits),
        ("../secret.txt", "not beneath the root\n"),
    ];
    for (name, text) in files {
        let file = folder.join(name);
        write(&file, text)?;
        let file = File::options().write(true).open(&file)?;
        file.set_modified(UNIX_EPOCH + THEN)?;
    }
    symlink("poem.txt", folder.join("docs/latest"))?;
    symlink("../../secret.txt", folder.join("docs/leak"))?;
    Ok(())
}

/// Makes the folder `folder` with `ca.pem`, which a client is to trust, and `server.pem` with
/// its key, for `localhost` and `127.0.0.1`.
///
/// # Errors
///
/// When the folder is there already, or can't be written.
pub fn certificate(folder: &Path) -> anyhow::Result<()> {
    create_dir(folder)?;
    let authority = Authority::new("Workbook", SystemTime::now())?;
    let server = authority.server(&["localhost", "127.0.0.1"])?;
    let (chain, key) = identity_files(&folder.join("server"));
    secret::write(&key, &server.key_pem())?;
    write(&chain, &to_pem(&server.chain))?;
    write(&folder.join("ca.pem"), &to_pem(&[authority.root()]))
}

fn create_dir(folder: &Path) -> anyhow::Result<()> {
    fs::create_dir(folder).with_context(|| format!("create {}", folder.display()))
}

fn write(file: &Path, text: &str) -> anyhow::Result<()> {
    fs::write(file, text).with_context(|| format!("write {}", file.display()))
}
