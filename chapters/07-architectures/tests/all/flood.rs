//! Each fate that a connection can meet, and `flood` counts it as what it is.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::Command;
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;

use architectures::flood::{Fates, Flood};
use socket2::SockRef;

/// Of each kind: answered, refused, reset, closed, timed out, failed.
fn counts(fates: &Fates) -> [usize; 6] {
    let failed = fates.failed.as_ref().map_or(0, |(count, _)| *count);
    [
        fates.answered,
        fates.refused,
        fates.reset,
        fates.closed,
        fates.timed_out,
        failed,
    ]
}

/// A server that treats each client as `treat` does, one after the other.
fn server(mut treat: impl FnMut(TcpStream) + Send + 'static) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        for stream in listener.incoming() {
            treat(stream.unwrap());
        }
    });
    address
}

/// Waits for a question to its last octet.
fn question(stream: &mut TcpStream) {
    let mut octet = [0];
    while octet != *b"?" {
        stream.read_exact(&mut octet).unwrap();
    }
}

fn impatient(connections: usize) -> Flood {
    Flood {
        timeout: Duration::from_secs(1),
        ..Flood::of(connections)
    }
}

#[test]
fn answers_are_counted() {
    let address = server(|mut stream| {
        question(&mut stream);
        // In two pieces, the second of which is the end.
        stream.write_all(b"Golden").unwrap();
        stream.write_all(b".").unwrap();
    });
    let fates = Flood::of(50).run_here(address).unwrap();
    assert_eq!(counts(&fates), [50, 0, 0, 0, 0, 0]);
}

#[test]
fn where_nobody_listens_they_are_refused() {
    let address = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let fates = Flood::of(20).run_here(address).unwrap();
    assert_eq!(counts(&fates), [0, 20, 0, 0, 0, 0]);
}

#[test]
fn a_close_without_an_answer_is_one() {
    let mut served = 0;
    let address = server(move |mut stream| {
        question(&mut stream);
        served += 1;
        if served % 2 == 0 {
            stream.write_all(b"half an answer").unwrap();
        }
    });
    let fates = Flood::of(20).run_here(address).unwrap();
    assert_eq!(counts(&fates), [0, 0, 0, 20, 0, 0]);
}

#[test]
fn a_reset_is_one() {
    let address = server(|mut stream| {
        question(&mut stream);
        // To close it then is to break it off.
        SockRef::from(&stream)
            .set_linger(Some(Duration::ZERO))
            .unwrap();
    });
    let fates = Flood::of(20).run_here(address).unwrap();
    assert_eq!(counts(&fates), [0, 0, 20, 0, 0, 0]);
}

#[test]
fn silence_is_a_time_out() {
    let mut held = Vec::new();
    let address = server(move |stream| held.push(stream));
    let fates = impatient(10).run_here(address).unwrap();
    assert_eq!(counts(&fates), [0, 0, 0, 0, 10, 0]);
}

#[test]
fn an_answer_without_an_end_is_none() {
    let address = server(|mut stream| {
        let octets = [b'x'; 1024];
        while stream.write_all(&octets).is_ok() {}
    });
    let fates = Flood::of(2).run_here(address).unwrap();
    assert_eq!(counts(&fates), [0, 0, 0, 0, 0, 2]);
    let said = fates.to_string();
    let failed = "\nfailed        2, first of them: an answer without an end";
    assert!(said.ends_with(failed), "{said}");
}

/// Answers only when `crowd` clients are there.
fn crowd(crowd: usize) -> SocketAddr {
    let mut held = Vec::new();
    server(move |stream| {
        held.push(stream);
        if held.len() == crowd {
            for stream in &mut held {
                stream.write_all(b"Now.").unwrap();
            }
        }
    })
}

#[test]
fn all_are_there_at_once_unless_told_otherwise() {
    let fates = Flood::of(30).run_here(crowd(30)).unwrap();
    assert_eq!(counts(&fates), [30, 0, 0, 0, 0, 0]);
    let three = Flood {
        at_once: 3,
        ..impatient(6)
    };
    let fates = three.run_here(crowd(6)).unwrap();
    // The server had all of them in the end, three at a time.
    assert_eq!(counts(&fates), [3, 0, 0, 0, 3, 0]);
}

/// A server of one client at a time, which waits for each to leave. Each word of
/// the channel is a client that has left.
fn one_at_a_time() -> (SocketAddr, Receiver<()>) {
    let (sender, left) = channel();
    let address = server(move |mut stream| {
        question(&mut stream);
        stream.write_all(b"Golden.").unwrap();
        let _ = stream.read(&mut [0]);
        let _ = sender.send(());
    });
    (address, left)
}

#[test]
fn who_is_held_does_not_leave() {
    let (address, left) = one_at_a_time();
    let fates = Flood::of(3).run_here(address).unwrap();
    assert_eq!(counts(&fates), [3, 0, 0, 0, 0, 0]);
    for _ in 0..3 {
        left.recv().unwrap();
    }
    let (address, left) = one_at_a_time();
    let held = Flood {
        hold: true,
        ..impatient(3)
    };
    let fates = held.run_here(address).unwrap();
    assert_eq!(counts(&fates), [1, 0, 0, 0, 2, 0]);
    for _ in 0..3 {
        left.recv().unwrap(); // all of them, now that all is over
    }
}

#[test]
fn the_command_line_has_limits() {
    let flood = |arguments: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_flood"))
            .args(arguments)
            .output()
            .unwrap();
        String::from_utf8(output.stderr).unwrap()
    };
    for number in ["0", "10001", "many"] {
        let said = flood(&["127.0.0.1:1", "--connections", number]);
        assert!(said.contains("not a number from 1 to 10000"), "{said}");
    }
    let said = flood(&["127.0.0.1:1", "--hold", "--at-once", "3"]);
    assert!(said.contains("cannot be used with"), "{said}");
}

/// The limit of descriptors is raised as far as it may be, and no further.
#[test]
fn too_few_descriptors_are_reported() {
    let (address, _left) = one_at_a_time();
    let flood = |limits: &str| {
        let script = format!("ulimit {limits} && exec \"$@\"");
        let output = Command::new("sh")
            .args(["-c", &script, "sh", env!("CARGO_BIN_EXE_flood")])
            .args([&address.to_string(), "--connections", "50"])
            .output()
            .unwrap();
        let (said, complained) = (output.stdout, output.stderr);
        String::from_utf8([said, complained].concat()).unwrap()
    };
    assert_eq!(
        flood("-n 40"),
        "50 connections need 82 descriptors, and 40 are allowed\n"
    );
    let said = flood("-S -n 40");
    assert!(said.starts_with("answered     50\n"), "{said}");
}
