//! What the pages say of descriptors and connections, where no scene shows it.

use std::io::{Read, Write};
use testkit::{PATIENCE, connection};

/// `man 2 recv` says otherwise of `read`; see the page on descriptors.
#[test]
#[cfg(target_os = "linux")]
fn read_takes_an_empty_datagram_unless_there_is_no_room() {
    use rustix::io::read;
    use std::os::unix::net::UnixDatagram;

    let (one, other) = UnixDatagram::pair().unwrap();
    other.set_read_timeout(Some(PATIENCE)).unwrap();
    let mut room = [0; 8];
    for message in ["", "x", "", "y"] {
        one.send(message.as_bytes()).unwrap();
    }
    assert_eq!(read(&other, &mut room).unwrap(), 0);
    assert_eq!(read(&other, &mut room).unwrap(), 1, "the empty one is gone");

    assert_eq!(read(&other, &mut room[..0]).unwrap(), 0);
    assert_eq!(other.recv(&mut room).unwrap(), 0, "it is still there");
    assert_eq!(other.recv(&mut room).unwrap(), 1);
}

#[test]
fn a_connection_ends_with_its_last_descriptor() {
    let (mut client, server) = connection();
    let clone = server.try_clone().unwrap();
    drop(server);
    client.set_nonblocking(true).unwrap();
    let nothing = client.read(&mut [0; 8]).unwrap_err();
    assert_eq!(nothing.kind(), std::io::ErrorKind::WouldBlock, "no end yet");
    client.set_nonblocking(false).unwrap();
    drop(clone);
    assert_eq!(client.read(&mut [0; 8]).unwrap(), 0);
}

#[test]
fn a_shutdown_ends_it_for_all_descriptors() {
    let (mut client, server) = connection();
    let clone = server.try_clone().unwrap();
    server.shutdown(std::net::Shutdown::Write).unwrap();
    assert_eq!(client.read(&mut [0; 8]).unwrap(), 0);
    drop(clone);
}

/// What `write` took is with the system, and arrives after the program has closed.
#[test]
fn octets_arrive_after_their_sender_has_gone() {
    let (mut client, mut server) = connection();
    server.write_all(b"farewell").unwrap();
    drop(server);
    let mut all = String::new();
    client.read_to_string(&mut all).unwrap();
    assert_eq!(all, "farewell");
}

#[test]
fn programs_end_with_their_reader() {
    for (program, arguments) in [
        (env!("CARGO_BIN_EXE_fd-tour"), &["calls"][..]),
        (env!("CARGO_BIN_EXE_text-and-bytes"), &["encode", "text"]),
        (env!("CARGO_BIN_EXE_socket-kinds"), &[]),
    ] {
        let mut command = std::process::Command::new(program);
        command.args(arguments);
        testkit::ends_with_its_reader(command);
    }
}
