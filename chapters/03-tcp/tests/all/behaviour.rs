//! What the pages say beside their scenes.

#![cfg(target_os = "linux")]
use std::io::Read;
use std::process::Command;
use std::time::Duration;

use socket2::SockRef;
use tcp::kernel::state;
use tcp::pair::pair;
use testkit::Server;

fn numbers(text: &str) -> Vec<u64> {
    let words = text.split(|c: char| !c.is_ascii_digit());
    words.filter_map(|word| word.parse().ok()).collect()
}

/// Page: When nothing moves. What was sent is somewhere.
#[test]
fn the_list_of_the_deadlock_adds_up() {
    let program = env!("CARGO_BIN_EXE_tcp-deadlock");
    let mut command = Command::new(program);
    command.args(["server", "127.0.0.1:0"]);
    let server = Server::start(command);
    let address = server.address.to_string();
    let client = Command::new(program)
        .args(["client", &address, "67108864"])
        .output()
        .unwrap();
    let said = String::from_utf8(client.stdout).unwrap();
    let [sent, unsent_here, unread_there, unsent_there, unread_here] = numbers(&said)[..] else {
        panic!("{said}");
    };
    let line = server.line();
    let [read, answered] = numbers(&line)[..] else {
        panic!("{line}");
    };
    assert_eq!(sent, unsent_here + unread_there + read);
    // A write that waits has taken a part of its block already.
    let answers = unsent_there + unread_here;
    assert!(
        (answered..=read).contains(&answers),
        "{answered} {answers} {read}"
    );
}

/// Page: How it ends. A linger time of zero skips TIME-WAIT.
#[test]
fn a_reset_leaves_nothing_behind() {
    let (near, mut far) = pair().unwrap();
    let (here, there) = (near.local_addr().unwrap(), far.local_addr().unwrap());
    SockRef::from(&near)
        .set_linger(Some(Duration::ZERO))
        .unwrap();
    drop(near);
    far.read(&mut [0]).unwrap_err();
    assert_eq!(state(here, there).unwrap(), None);
    assert_eq!(state(there, here).unwrap(), None);
}

/// Page: What connecting does. Rust's own listener has a queue of 128.
#[test]
fn the_queue_of_a_listener_has_the_length_that_the_page_says() {
    let Some(ss) = testkit::peer("ss") else {
        return;
    };
    let listener = tcp::pair::listener().unwrap();
    let port = listener.local_addr().unwrap().port();
    let output = ss
        .command()
        .args(["-H", "-l", "-t", "-n"])
        .arg(format!("sport = :{port}"))
        .output()
        .unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    let backlog = said.split_ascii_whitespace().nth(2);
    assert_eq!(backlog, Some("128"), "{said}");
}
