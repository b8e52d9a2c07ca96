use super::*;

use std::error::Error as _;
use std::io::{self, ErrorKind, Read};
use std::net::TcpStream;
use std::os::unix::net::UnixStream;
use std::time::Duration;

use testkit::check;

const ADDRESS: &str = "127.0.0.1:1060";

fn failed(operation: Operation, kind: ErrorKind) -> Error {
    Error::new(operation, ADDRESS, kind.into())
}

const OPERATIONS: [Operation; 6] = [
    Operation::Resolve,
    Operation::Bind,
    Operation::Accept,
    Operation::Connect,
    Operation::Read,
    Operation::Write,
];

/// What is none of the others.
const REST: [ErrorKind; 10] = [
    ErrorKind::PermissionDenied,
    ErrorKind::AddrInUse,
    ErrorKind::AddrNotAvailable,
    ErrorKind::HostUnreachable,
    ErrorKind::NetworkUnreachable,
    ErrorKind::NotConnected,
    ErrorKind::Interrupted,
    ErrorKind::InvalidData,
    ErrorKind::UnexpectedEof,
    ErrorKind::Other,
];

/// Each of `kinds` in each operation but to resolve, of which other checks ask.
#[track_caller]
fn expect_kinds(kinds: &[ErrorKind], expected: Kind) {
    for operation in OPERATIONS {
        if operation == Operation::Resolve {
            continue;
        }
        for &kind in kinds {
            let what =
                format!("`{operation} {ADDRESS}` failed by an io::Error of the kind {kind:?}");
            expect_kind(&failed(operation, kind), &what, expected);
        }
    }
}

#[track_caller]
fn expect_kind(error: &Error, what: &str, expected: Kind) {
    let got = error.kind();
    assert!(
        got == expected,
        "{what}: expected the kind {expected:?}, got {got:?}"
    );
}

#[test]
#[ignore = "exercise"]
fn it_says_the_operation_and_the_address() {
    check(|| {
        for (operation, expected) in [
            (Operation::Connect, "connect 127.0.0.1:1060"),
            (Operation::Read, "read 127.0.0.1:1060"),
        ] {
            let got = failed(operation, ErrorKind::ConnectionRefused).to_string();
            assert!(
                got == expected,
                "expected  {expected}\n  got       {got}\n(the cause is for `source` to say)"
            );
        }
    });
}

#[test]
#[ignore = "exercise"]
fn its_source_is_the_cause() {
    check(|| {
        let error = failed(Operation::Read, ErrorKind::ConnectionReset);
        let kind = error
            .source()
            .and_then(|source| source.downcast_ref::<io::Error>())
            .map(io::Error::kind);
        assert!(
            kind == Some(ErrorKind::ConnectionReset),
            "`read {ADDRESS}` failed by an io::Error of the kind ConnectionReset, which should be \
             its source; as the source there is {:?}",
            error.source()
        );
    });
}

#[test]
#[ignore = "exercise"]
fn a_person_reads_all_three() {
    check(|| {
        let error = failed(Operation::Connect, ErrorKind::ConnectionRefused);
        let got = program::one_line(&anyhow::Error::new(error));
        assert!(
            got == "connect 127.0.0.1:1060: connection refused",
            "the whole chain on one line\n  expected  connect 127.0.0.1:1060: connection refused\
             \n  got       {got}"
        );
    });
}

#[test]
#[ignore = "exercise"]
fn refused_is_refused() {
    check(|| {
        expect_kind(
            &failed(Operation::Connect, ErrorKind::ConnectionRefused),
            "a connection was refused",
            Kind::Refused,
        );
    });
}

#[test]
#[ignore = "exercise"]
fn refused_is_refused_whatever_the_operation() {
    // A connected UDP socket hears of it when it reads or writes.
    check(|| expect_kinds(&[ErrorKind::ConnectionRefused], Kind::Refused));
}

#[test]
#[ignore = "exercise"]
fn no_answer_in_time_is_timed_out() {
    check(|| expect_kinds(&[ErrorKind::TimedOut], Kind::TimedOut));
}

#[test]
#[ignore = "exercise"]
fn would_block_is_timed_out_whatever_the_operation() {
    check(|| expect_kinds(&[ErrorKind::WouldBlock], Kind::TimedOut));
}

#[test]
#[ignore = "exercise"]
fn a_socket_whose_time_is_up_has_timed_out() {
    check(|| {
        // A real one, whose peer says nothing.
        let (mut stream, _peer) = UnixStream::pair().unwrap();
        stream
            .set_read_timeout(Some(Duration::from_millis(1)))
            .unwrap();
        let cause = stream.read(&mut [0; 1]).unwrap_err();
        let what = format!(
            "the time of `set_read_timeout` was up, which the system reports as {:?}",
            cause.kind()
        );
        expect_kind(
            &Error::new(Operation::Read, ADDRESS, cause),
            &what,
            Kind::TimedOut,
        );
    });
}

#[test]
#[ignore = "exercise"]
fn a_name_without_address_is_a_matter_of_the_name() {
    check(|| {
        // What the standard library makes of the resolver's answer.
        let cause =
            io::Error::other("failed to lookup address information: Name or service not known");
        expect_kind(
            &Error::new(Operation::Resolve, "no-such-host.example", cause),
            "a name has no address",
            Kind::Name,
        );
    });
}

#[test]
#[ignore = "exercise"]
fn whatever_else_fails_while_resolving_is_a_matter_of_the_name() {
    check(|| {
        let others = [
            ErrorKind::ConnectionRefused,
            ErrorKind::ConnectionReset,
            ErrorKind::ConnectionAborted,
            ErrorKind::BrokenPipe,
        ];
        for &kind in others.iter().chain(&REST) {
            expect_kind(
                &failed(Operation::Resolve, kind),
                &format!(
                    "a name was being resolved, and that failed by an io::Error of the kind {kind:?}"
                ),
                Kind::Name,
            );
        }
    });
}

#[test]
#[ignore = "exercise"]
fn a_resolver_that_does_not_answer_has_timed_out() {
    check(|| {
        for kind in [ErrorKind::TimedOut, ErrorKind::WouldBlock] {
            expect_kind(
                &failed(Operation::Resolve, kind),
                &format!("the resolver had no answer in time ({kind:?}): the name may be right"),
                Kind::TimedOut,
            );
        }
    });
}

#[test]
#[ignore = "exercise"]
fn a_reset_while_reading_is_reset() {
    check(|| {
        expect_kind(
            &failed(Operation::Read, ErrorKind::ConnectionReset),
            "the connection was reset while reading",
            Kind::Reset,
        );
    });
}

#[test]
#[ignore = "exercise"]
fn reset_and_aborted_are_reset_whatever_the_operation() {
    check(|| {
        expect_kinds(
            &[ErrorKind::ConnectionReset, ErrorKind::ConnectionAborted],
            Kind::Reset,
        );
    });
}

#[test]
#[ignore = "exercise"]
fn a_broken_pipe_is_other() {
    check(|| expect_kinds(&[ErrorKind::BrokenPipe], Kind::Other));
}

#[test]
#[ignore = "exercise"]
fn the_rest_is_other() {
    check(|| expect_kinds(&REST, Kind::Other));
}

#[test]
#[ignore = "exercise"]
fn the_words_of_the_cause_do_not_matter() {
    check(|| {
        // They differ by system, and by who made the error.
        let cause = io::Error::new(ErrorKind::ConnectionRefused, "Verbindungsaufbau abgelehnt");
        expect_kind(
            &Error::new(Operation::Connect, ADDRESS, cause),
            "an error of the kind ConnectionRefused, in other words",
            Kind::Refused,
        );
    });
}

#[test]
#[ignore = "exercise"]
fn a_closed_port_refuses() {
    check(|| {
        // A real one: bound, so that nobody else can have it, and not listening.
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        let _inside = runtime.enter();
        let socket = tokio::net::TcpSocket::new_v4().unwrap();
        socket.bind(([127, 0, 0, 1], 0).into()).unwrap();
        let address = socket.local_addr().unwrap();

        let error = TcpStream::connect(address)
            .at(Operation::Connect, address)
            .unwrap_err();
        expect_kind(
            &error,
            "nothing listens at an address of this machine",
            Kind::Refused,
        );
    });
}

#[test]
#[ignore = "exercise"]
fn as_an_io_error_it_keeps_the_kind() {
    check(|| {
        let got = io::Error::from(failed(Operation::Connect, ErrorKind::ConnectionRefused)).kind();
        assert!(
            got == ErrorKind::ConnectionRefused,
            "a caller that deals in io::Error should still see ConnectionRefused, but sees {got:?}"
        );
    });
}

#[test]
#[ignore = "exercise"]
fn as_an_io_error_it_has_everything_inside() {
    check(|| {
        let error = io::Error::from(failed(Operation::Connect, ErrorKind::ConnectionRefused));
        assert!(
            error.get_ref().is_some_and(|inside| inside.is::<Error>()),
            "as an io::Error it says \"{error}\". The error with operation and address should be \
             inside (io::Error::get_ref), but there is {:?}",
            error.get_ref()
        );
    });
}

#[test]
#[ignore = "exercise"]
fn as_an_io_error_it_keeps_every_kind() {
    check(|| {
        let others = [
            ErrorKind::ConnectionRefused,
            ErrorKind::ConnectionReset,
            ErrorKind::ConnectionAborted,
            ErrorKind::BrokenPipe,
            ErrorKind::TimedOut,
            ErrorKind::WouldBlock,
        ];
        for operation in OPERATIONS {
            for &kind in others.iter().chain(&REST) {
                let got = io::Error::from(failed(operation, kind)).kind();
                assert!(
                    got == kind,
                    "`{operation} {ADDRESS}` failed by an io::Error of the kind {kind:?}. As an \
                     io::Error it should still be of that kind, but is {got:?}"
                );
            }
        }
    });
}

#[test]
#[ignore = "exercise"]
fn as_an_io_error_it_says_the_operation_and_the_address() {
    check(|| {
        let error = io::Error::from(failed(Operation::Connect, ErrorKind::ConnectionRefused));
        let got = error.to_string();
        assert!(
            got.contains("connect 127.0.0.1:1060"),
            "as an io::Error it says \"{got}\": what was being done, and with whom?"
        );
    });
}
