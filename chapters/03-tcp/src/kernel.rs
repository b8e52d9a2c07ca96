//! What the kernel knows of the sockets of this machine, asked and not assumed.

use std::fs;
use std::io::{self, ErrorKind};
use std::net::{SocketAddr, TcpStream};

use crate::socket_table::{Socket, State, parse};

/// Where Linux shows its sockets, for IPv4 and IPv6.
const TABLES: [&str; 2] = ["/proc/net/tcp", "/proc/net/tcp6"];

/// The sockets that a table may have: more than one address has ports.
const LIMIT: usize = 1 << 20;

/// Every TCP socket of this machine, as Linux has it.
///
/// The kernel writes the table while it is read, so sockets that come or go
/// meanwhile may be there or not.
///
/// # Errors
///
/// [`ErrorKind::Unsupported`] on other systems, where `netstat -an` tells the same.
// ANCHOR: sockets
pub fn sockets() -> io::Result<Vec<Socket>> {
    if !cfg!(target_os = "linux") {
        let instead = "this system has no /proc/net/tcp; netstat -an shows the same";
        return Err(io::Error::new(ErrorKind::Unsupported, instead));
    }
    let mut sockets = Vec::new();
    for path in TABLES {
        match fs::read_to_string(path) {
            Ok(table) => sockets.extend(parse(&table, LIMIT).map_err(io::Error::other)?),
            Err(error) if error.kind() == ErrorKind::NotFound => {} // no IPv6 here
            Err(error) => return Err(error),
        }
    }
    Ok(sockets)
}
// ANCHOR_END: sockets

/// The state of the end at `local` of the connection with `remote`, if there is one.
///
/// # Errors
///
/// As [`sockets`].
pub fn state(local: SocketAddr, remote: SocketAddr) -> io::Result<Option<State>> {
    let this = |socket: &&Socket| (socket.local, socket.remote) == (local, remote);
    Ok(sockets()?.iter().find(this).map(|socket| socket.state))
}

/// Both ends of a connection over loopback, this one first.
///
/// # Errors
///
/// As [`sockets`], and where an end is gone.
pub fn both_ends(stream: &TcpStream) -> io::Result<(Socket, Socket)> {
    let (here, there) = (stream.local_addr()?, stream.peer_addr()?);
    let all = sockets()?;
    let find = |local, remote| {
        let this = |socket: &&Socket| (socket.local, socket.remote) == (local, remote);
        let found = all.iter().find(this).cloned();
        found.ok_or_else(|| io::Error::new(ErrorKind::NotFound, "not on this machine"))
    };
    Ok((find(here, there)?, find(there, here)?))
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;
    use crate::pair::pair;
    use crate::wait::until;
    use std::io::Write;

    #[test]
    fn both_ends_are_there_with_what_is_unread() {
        let (mut near, far) = pair().unwrap();
        near.write_all(b"abc").unwrap();
        until("the octets", || Ok(both_ends(&near)?.1.receive_queue == 3)).unwrap();
        let (here, there) = both_ends(&far).unwrap();
        assert_eq!((here.receive_queue, there.receive_queue), (3, 0));
        assert_eq!(here.state, State::Established);
    }

    #[test]
    fn an_end_that_nobody_has_is_none() {
        let nobody = SocketAddr::from(([127, 0, 0, 1], 0));
        assert_eq!(state(nobody, nobody).unwrap(), None);
    }
}
