//! What the pages say beside their scenes.

#![cfg(target_os = "linux")]
use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::process::Command;
use std::time::Duration;

use socket2::SockRef;
use tcp::kernel::state;
use tcp::pair::{listener, pair};
use tcp::socket_table::State;
use tcp::wait::{until, waiting};
use testkit::Server;

fn numbers(text: &str) -> Vec<u64> {
    let words = text.split(|c: char| !c.is_ascii_digit());
    words.filter_map(|word| word.parse().ok()).collect()
}

/// Page: When nothing moves. What was sent is somewhere.
#[test]
fn the_list_of_the_deadlock_adds_up() {
    let program = env!("CARGO_BIN_EXE_tcp-deadlock");
    let server = Server::of(program, &[]);
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

/// Page: How it ends. Shutting down both directions is less than closing.
#[test]
fn a_shutdown_resets_nothing_where_a_close_would() {
    let read = |mut far: TcpStream| far.read(&mut [0]).map_err(|error| error.kind());
    for lingers in [false, true] {
        let prepared = || {
            let (near, mut far) = pair().unwrap();
            if lingers {
                let socket = SockRef::from(&near);
                socket.set_linger(Some(Duration::ZERO)).unwrap();
            } else {
                far.write_all(b"unread").unwrap();
                until("six octets", || Ok(waiting(&near)? == 6)).unwrap();
            }
            (near, far)
        };
        let (near, far) = prepared();
        near.shutdown(Shutdown::Both).unwrap();
        assert_eq!(read(far), Ok(0));
        let (near, far) = prepared();
        drop(near);
        assert_eq!(read(far), Err(ErrorKind::ConnectionReset));
    }
}

/// Writes until nothing fits any more, to a peer that doesn't read.
fn fill(stream: &mut TcpStream) {
    stream.set_nonblocking(true).unwrap();
    let full = loop {
        if let Err(error) = stream.write(&[0; 65536]) {
            break error;
        }
    };
    assert_eq!(full.kind(), ErrorKind::WouldBlock);
}

/// Page: Looking with ss. Two states stay for as long as the peer doesn't read.
#[test]
fn last_ack_and_closing_last_until_the_peer_has_read() {
    // The peer ends its direction first; this end, with octets on their way, second.
    let (mut near, mut far) = pair().unwrap();
    let (here, there) = (near.local_addr().unwrap(), near.peer_addr().unwrap());
    let is = |expected| move || Ok(state(here, there)? == expected);
    far.shutdown(Shutdown::Write).unwrap();
    until("CLOSE-WAIT", is(Some(State::CloseWait))).unwrap();
    fill(&mut near);
    drop(near);
    until("LAST-ACK", is(Some(State::LastAck))).unwrap();
    far.read_to_end(&mut Vec::new()).unwrap();
    until("the end", is(None)).unwrap();

    // This end, with octets on their way, first; the peer second.
    let (mut near, mut far) = pair().unwrap();
    let (here, there) = (near.local_addr().unwrap(), near.peer_addr().unwrap());
    let is = |expected| move || Ok(state(here, there)? == expected);
    fill(&mut near);
    near.shutdown(Shutdown::Write).unwrap();
    far.shutdown(Shutdown::Write).unwrap();
    until("CLOSING", is(Some(State::Closing))).unwrap();
    far.read_to_end(&mut Vec::new()).unwrap();
    until("TIME-WAIT", is(Some(State::TimeWait))).unwrap();
}

/// Page: Who is served next. On Linux who has left is accepted all the same.
#[test]
fn a_client_that_left_before_its_turn_is_accepted_and_then_reset() {
    let listener = listener().unwrap();
    let client = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
    SockRef::from(&client)
        .set_linger(Some(Duration::ZERO))
        .unwrap();
    drop(client);
    let (mut accepted, _) = listener.accept().unwrap();
    let error = accepted.read(&mut [0]).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ConnectionReset);
}

/// Page: Who is served next. What else reads as 0 than the end of the stream.
#[test]
fn a_read_of_0_has_other_causes() {
    let (mut near, mut far) = pair().unwrap();
    far.write_all(b"here").unwrap();
    assert_eq!(near.read(&mut []).unwrap(), 0); // no room
    assert_eq!(near.read(&mut [0; 8]).unwrap(), 4);
    near.shutdown(Shutdown::Read).unwrap();
    assert_eq!(near.read(&mut [0; 8]).unwrap(), 0); // not to be read from

    let (mut near, far) = pair().unwrap();
    near.write_all(b"unread").unwrap();
    until("six octets", || Ok(waiting(&far)? == 6)).unwrap();
    drop(far);
    near.read(&mut [0; 8]).unwrap_err();
    assert_eq!(near.read(&mut [0; 8]).unwrap(), 0); // after a reset
}
