//! Progress bars, which are drawn only where there is a terminal: `expect` gives them one.

use std::path::Path;

use crate::support::*;

/// What is behind the last time that a line was cleared.
const CLEAR: &str = r"\r\u{1b}[2K";

fn at_a_terminal(home: &Path, program: &str, arguments: &[&str]) -> Ran {
    let mut command = client(EXPECT, home, &["--timeout", "60", "--", program]);
    command.args(patient(arguments)).env("TERM", "xterm");
    ran(&mut command, "")
}

#[test]
fn the_bar_of_sftp_get_goes_from_nothing_to_all_and_away() {
    let server = ssh_server(&[]);
    let home = home(&[&server]);
    let target = format!("alice@{}", server.address);
    let ran = at_a_terminal(home.path(), SFTP_GET, &[&target, "poems", "here"]);
    assert_eq!(ran.status, Some(0), "{ran:?}");
    let first = ran.out.split(CLEAR).next().unwrap();
    assert!(first.contains(" 0 B of 294.43 KiB, "), "{first}");
    let mut states = ran.out.rsplit(CLEAR);
    assert_eq!(
        states.next(),
        Some("\"\n"),
        "the bar is not cleared: {ran:?}"
    );
    let last = states.next().unwrap();
    assert!(
        last.contains("here/long/iliad.txt: 300000 octets"),
        "{last}"
    );
    assert!(last.contains(" 294.43 KiB of 294.43 KiB, "), "{last}");
    // And where it fails, the reason stands alone.
    let arguments = ["--most", "301499", &target, "poems", "there"];
    let ran = at_a_terminal(home.path(), SFTP_GET, &arguments);
    let why = "poems/long/iliad.txt: more than 301499 octets in all\\r\\n\"\n";
    assert_eq!((ran.status, ran.out), (Some(1), format!("\"{why}")));
    let server = ssh_server(&["--fails-at", "200000"]);
    let home = crate::support::home(&[&server]);
    let target = format!("alice@{}", server.address);
    let ran = at_a_terminal(home.path(), SFTP_GET, &[&target, "poems", "here"]);
    assert_eq!(ran.status, Some(1), "{ran:?}");
    let last = ran.out.rsplit(CLEAR).next();
    assert_eq!(last, Some("poems/long/iliad.txt: Failure\\r\\n\"\n"));
}

#[test]
fn the_bar_of_ssh_many_counts_hosts_and_leaves_the_table() {
    let server = ssh_server(&[]);
    let home = home(&[&server]);
    let target = format!("alice@{}", server.address);
    let nobody = "alice@127.0.0.1:1"; // where nobody listens
    let ran = at_a_terminal(
        home.path(),
        SSH_MANY,
        &["--run", "greet", &target, nobody, &target],
    );
    assert_eq!(ran.status, Some(255), "{ran:?}");
    let mut states = ran.out.rsplit(CLEAR);
    let table = states.next().unwrap();
    let row = format!("{}  status 0   hello alice", server.address);
    let refused = "127.0.0.1:1  failed     connect 127.0.0.1:1: connection refused";
    assert_eq!(
        table,
        format!("{row}\\r\\n\"\n\"{refused}\\r\\n\"\n\"{row}\\r\\n\"\n")
    );
    let last = states.next().unwrap();
    assert!(last.contains("!!! 3 of 3 "), "{last}");
}
