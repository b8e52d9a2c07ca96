//! Sockets from whoever started this program: a service manager, by the protocol of
//! `sd_listen_fds`(3), or a super-server, by that of `inetd`(8).

use std::fs::File;
use std::io;
use std::net::{TcpListener, TcpStream};
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, FromRawFd, OwnedFd, RawFd};
use std::os::unix::process::CommandExt;
use std::process::Command;

use anyhow::{Context, bail, ensure};
use listenfd::ListenFd;
use rustix::io::{FdFlags, dup2, fcntl_setfd};
use rustix::net::SocketType;
#[cfg(target_vendor = "apple")]
use rustix::net::getpeername;
use rustix::net::sockopt::socket_type;
use rustix::stdio::{dup2_stderr, dup2_stdin, dup2_stdout};

/// The descriptor at which a service manager's sockets begin: the first behind
/// stdin, stdout and stderr.
pub const FIRST: RawFd = 3;

/// What this program was given.
#[derive(Debug)]
pub enum Given {
    /// A socket that listens: the clients are ours to accept.
    Listener(TcpListener),
    /// One client, accepted by somebody else.
    Connection(TcpStream),
}

impl Given {
    /// Looks what kind of socket this is.
    ///
    /// # Errors
    ///
    /// When it is no TCP socket.
    pub fn of(socket: OwnedFd) -> anyhow::Result<Given> {
        let kind = socket_type(&socket).context("the descriptor given")?;
        ensure!(kind == SocketType::STREAM, "a socket, but no stream");
        if listens(&socket)? {
            let listener = TcpListener::from(socket);
            listener.local_addr().context("the socket given")?; // not of IP?
            return Ok(Given::Listener(listener));
        }
        let stream = TcpStream::from(socket);
        stream.local_addr().context("the socket given")?;
        Ok(Given::Connection(stream))
    }
}

#[cfg(not(target_vendor = "apple"))]
fn listens(socket: &OwnedFd) -> io::Result<bool> {
    Ok(rustix::net::sockopt::socket_acceptconn(socket)?)
}

/// macOS knows the name of that option, but does not implement it. A socket without a
/// peer listens there; or its peer has gone, and then to accept fails.
#[cfg(target_vendor = "apple")]
fn listens(socket: &OwnedFd) -> io::Result<bool> {
    match getpeername(socket) {
        Ok(_) => Ok(false),
        Err(rustix::io::Errno::NOTCONN) => Ok(true),
        Err(error) => Err(error.into()),
    }
}

/// The socket that this program was started with, by either protocol.
///
/// # Errors
///
/// When there is none, or more than one, or it is no TCP socket.
// ANCHOR: take
pub fn take() -> anyhow::Result<Given> {
    // It looks whether LISTEN_PID is this process, and has the descriptor closed
    // when this process starts another.
    let mut passed = ListenFd::from_env();
    match passed.len() {
        0 => take_stdin(),
        1 => {
            let socket = passed.take_tcp_listener(0)?.context("descriptor 3")?;
            Given::of(socket.into()) // that crate doesn't look whether it listens
        }
        more => bail!("{more} sockets were passed, and this serves one"),
    }
}

/// inetd's way: the socket is stdin, and stdout and stderr as well.
fn take_stdin() -> anyhow::Result<Given> {
    ensure!(is_socket(io::stdin().as_fd()), "no socket was passed");
    let socket = io::stdin().as_fd().try_clone_to_owned()?;
    // As long as one descriptor refers to a connection, it isn't closed. And what
    // we print is not for the client.
    let nowhere = File::options().read(true).write(true).open("/dev/null")?;
    dup2_stdin(&nowhere)?;
    if is_socket(io::stdout().as_fd()) {
        dup2_stdout(&nowhere)?;
    }
    if is_socket(io::stderr().as_fd()) {
        dup2_stderr(&nowhere)?;
    }
    Given::of(socket)
}

fn is_socket(descriptor: BorrowedFd<'_>) -> bool {
    socket_type(descriptor).is_ok()
}
// ANCHOR_END: take

/// Becomes `command`, which inherits `listener` as a service manager passes it.
/// Returns only if that fails.
///
/// # Safety
///
/// Descriptor 3 is closed, if it isn't the listener's. Nothing in this process may own
/// it or use it.
// ANCHOR: become
pub unsafe fn start_with(listener: TcpListener, mut command: Command) -> io::Error {
    let passed = if listener.as_raw_fd() == FIRST {
        OwnedFd::from(listener)
    } else {
        // SAFETY: nobody else owns it, says the caller. If it isn't open at all, it is
        // after the next call.
        let mut first = unsafe { OwnedFd::from_raw_fd(FIRST) };
        match dup2(&listener, &mut first) {
            Ok(()) => first,
            Err(error) => return error.into(),
        }
    };
    // std opens everything as close-on-exec; this one is to stay open.
    if let Err(error) = fcntl_setfd(&passed, FdFlags::empty()) {
        return error.into();
    }
    command
        .env("LISTEN_FDS", "1")
        // The process stays the same one when it becomes another program.
        .env("LISTEN_PID", std::process::id().to_string())
        .exec()
}
// ANCHOR_END: become

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::UdpSocket;
    use std::os::unix::net::UnixStream;

    #[test]
    fn a_listener_is_told_from_a_connection() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let near = TcpStream::connect(address).unwrap();
        let (far, _) = listener.accept().unwrap();
        let given = Given::of(listener.into()).unwrap();
        assert!(matches!(given, Given::Listener(l) if l.local_addr().unwrap() == address));
        for stream in [near, far] {
            let given = Given::of(stream.into()).unwrap();
            assert!(matches!(given, Given::Connection(_)));
        }
    }

    #[test]
    fn what_std_opens_is_not_inherited() {
        use rustix::io::fcntl_getfd;
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let near = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        let (far, _) = listener.accept().unwrap();
        let (reader, _writer) = io::pipe().unwrap();
        let opened = [
            listener.try_clone().unwrap().into(),
            listener.into(),
            near.into(),
            OwnedFd::from(far),
            reader.into(),
        ];
        for descriptor in opened {
            assert!(fcntl_getfd(descriptor).unwrap().contains(FdFlags::CLOEXEC));
        }
    }

    /// That is what stdout is for a server that inetd started with `wait`.
    #[test]
    fn what_listens_can_not_be_written_to() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        assert!(rustix::io::write(&listener, b"Listening").is_err());
    }

    #[test]
    fn what_else_there_is_is_refused() {
        let refused = |socket: OwnedFd| program::one_line(&Given::of(socket).unwrap_err());
        let datagrams = UdpSocket::bind("127.0.0.1:0").unwrap();
        assert_eq!(refused(datagrams.into()), "a socket, but no stream");
        let (near, _far) = UnixStream::pair().unwrap();
        let report = refused(near.into());
        assert!(report.starts_with("the socket given: "), "{report}");
        let file = File::open("/dev/null").unwrap();
        let report = refused(file.into());
        assert!(report.starts_with("the descriptor given: "), "{report}");
    }
}
