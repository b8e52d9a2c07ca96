//! What the kernel knows of the sockets of this machine, asked and not assumed.

use std::collections::HashMap;
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
/// The kernel writes the table piece by piece while it is read. If others come and
/// go meanwhile, a socket may be in two pieces or in none, so this reads it twice
/// and lists each socket once. One that comes or goes meanwhile may be there or not.
///
/// # Errors
///
/// [`ErrorKind::Unsupported`] on other systems, where `netstat -an` tells the same.
pub fn sockets() -> io::Result<Vec<Socket>> {
    if !cfg!(target_os = "linux") {
        let instead = "this system has no /proc/net/tcp; netstat -an shows the same";
        return Err(io::Error::new(ErrorKind::Unsupported, instead));
    }
    let mut found = HashMap::new();
    for path in TABLES.iter().cycle().take(2 * TABLES.len()) {
        match fs::read_to_string(path) {
            Ok(table) => {
                let sockets = parse(&table, LIMIT).map_err(io::Error::other)?;
                found.extend(
                    sockets
                        .into_iter()
                        .map(|socket| (identity(&socket), socket)),
                );
            }
            Err(error) if error.kind() == ErrorKind::NotFound => {} // no IPv6 here
            Err(error) => return Err(error),
        }
    }
    Ok(found.into_values().collect())
}

/// Two addresses are one end of one connection. Only listeners can share theirs.
fn identity(socket: &Socket) -> (SocketAddr, SocketAddr, Option<u64>) {
    let listens = socket.state == State::Listen;
    (socket.local, socket.remote, listens.then_some(socket.inode))
}

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
