//! Free ports to play with.

use std::collections::hash_map::RandomState;
use std::fs::{self, File};
use std::hash::{BuildHasher, Hasher};
use std::io;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::ops::RangeInclusive;
use std::os::fd::OwnedFd;
use std::path::PathBuf;

use rustix::io::Errno;
use rustix::net::{AddressFamily, SocketType, bind, socket, sockopt};

use super::alone;
use crate::canon::EPHEMERAL;

/// The ports that the system gives to sockets that ask for none.
pub(crate) fn ephemeral() -> RangeInclusive<u16> {
    // What IANA suggests, and what macOS does.
    const SUGGESTED: RangeInclusive<u16> = 49152..=65535;
    if !cfg!(target_os = "linux") {
        return SUGGESTED;
    }
    let Ok(range) = fs::read_to_string("/proc/sys/net/ipv4/ip_local_port_range") else {
        return SUGGESTED;
    };
    let mut bounds = range.split_whitespace().map(str::parse);
    match (bounds.next(), bounds.next()) {
        (Some(Ok(low)), Some(Ok(high))) => low..=high,
        _ => SUGGESTED,
    }
}

/// The folder that holds a file for each port that is reserved, in the folder of this
/// process.
pub(super) const FOLDER: &str = "ports";

/// Ports that nobody uses, for one play: reserved until this is dropped.
#[derive(Debug)]
pub(crate) struct Ports {
    /// The book's port, and the one to play with.
    pub(crate) pairs: Vec<(u16, u16)>,
    reservations: Vec<Reservation>,
}

impl Ports {
    /// Each stands for itself.
    pub(crate) fn of_the_book(book: &[u16]) -> Ports {
        let book = book.iter().filter(|port| !EPHEMERAL.contains(port));
        Ports {
            pairs: book.map(|port| (*port, *port)).collect(),
            reservations: Vec::new(),
        }
    }

    /// Finds a free port for each of `book`. No number is chosen that `text`
    /// contains: it could not be told from what the scene itself says.
    ///
    /// A port has as many digits as the book's, so that columns stay in line and
    /// lengths that count an address stay the same. (One below 1000 can't: the
    /// system would not let everybody bind it.)
    pub(crate) fn reserve(book: &[u16], text: &str) -> io::Result<Ports> {
        let mut ports = Ports {
            pairs: Vec::new(),
            reservations: Vec::new(),
        };
        let ephemeral = ephemeral();
        for &book in book {
            if ports.pairs.iter().any(|(known, _)| *known == book) || EPHEMERAL.contains(&book) {
                continue;
            }
            let range = if book > 9999 {
                10_000..=65_535
            } else {
                1024..=9999
            };
            let outside = range
                .clone()
                .filter(|port| !ephemeral.contains(port))
                .collect();
            // A system may give out all ports; then a scene can only hope for the best.
            let candidates = Some(outside)
                .filter(|outside: &Vec<u16>| !outside.is_empty())
                .unwrap_or_else(|| range.collect());
            // Elsewhere every time, so that plays seldom meet.
            let start = random() % candidates.len();
            let mut candidates = candidates[start..]
                .iter()
                .chain(&candidates[..start])
                .filter(|port| !text.contains(&port.to_string()));
            let reservation = loop {
                let Some(&port) = candidates.next() else {
                    return Err(io::Error::other("no port is free"));
                };
                if let Some(reservation) = reserve(port)? {
                    ports.pairs.push((book, port));
                    break reservation;
                }
            };
            ports.reservations.push(reservation);
        }
        Ok(ports)
    }
}

fn random() -> usize {
    // The standard library's source of randomness.
    RandomState::new().build_hasher().finish() as usize
}

/// A port that no other play will be given, of this process or of another one of
/// the same person's, until this is dropped.
///
/// It is a file in the folder of this process, and so gone when that is.
#[derive(Debug)]
struct Reservation {
    path: PathBuf,
}

impl Reservation {
    /// Reserves `port`, unless somebody has.
    fn new(port: u16) -> io::Result<Option<Reservation>> {
        let folder = super::folder()?;
        let path = folder.join(FOLDER).join(port.to_string());
        match File::create_new(&path) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => return Ok(None),
            created => created?,
        };
        let reservation = Reservation { path };
        // Looked for only now: of two who want the same port at least one sees the
        // other's file, and does without.
        let others = folder.parent().map(fs::read_dir).transpose()?;
        let taken = others.into_iter().flatten().flatten().any(|other| {
            other.path() != folder
                && other
                    .file_name()
                    .to_string_lossy()
                    .starts_with(super::FOLDERS)
                && other.path().join(FOLDER).join(port.to_string()).exists()
        });
        Ok((!taken).then_some(reservation))
    }
}

impl Drop for Reservation {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.path); // gone already, if everything is
    }
}

/// Reserves `port` if it is free.
fn reserve(port: u16) -> io::Result<Option<Reservation>> {
    let reservation = Reservation::new(port)?;
    Ok(reservation.filter(|_| is_free(port) && !is_remembered(port)))
}

/// Whether `port` can be bound on every address, for TCP and for UDP, by a program
/// that does not set SO_REUSEADDR: not even an old connection is left on it.
fn is_free(port: u16) -> bool {
    // No program may be started meanwhile: it could inherit a socket and hold on to
    // the port.
    let _alone = alone();
    [SocketType::STREAM, SocketType::DGRAM]
        .into_iter()
        .all(|kind| {
            let v4 = SocketAddr::from((Ipv4Addr::UNSPECIFIED, port));
            let v6 = SocketAddr::from((Ipv6Addr::UNSPECIFIED, port));
            try_bind(kind, v4).is_ok()
                && match try_bind(kind, v6) {
                    Ok(_) => true,
                    // A system without IPv6 has nobody who uses the port there.
                    Err(error) => error != Errno::ADDRINUSE && error != Errno::ACCESS,
                }
        })
}

/// Whether a connection with `port` at its other end is left. Once the server has
/// closed second and ended, that keeps nobody from binding the port, but a scene
/// that lists connections would see it. (Only Linux can be asked.)
fn is_remembered(port: u16) -> bool {
    let ends = format!(":{port:04X} ");
    ["/proc/net/tcp", "/proc/net/tcp6"]
        .into_iter()
        .filter_map(|table| fs::read_to_string(table).ok())
        .any(|table| table.contains(&ends))
}

fn try_bind(kind: SocketType, address: SocketAddr) -> Result<OwnedFd, Errno> {
    let family = match address {
        SocketAddr::V4(_) => AddressFamily::INET,
        SocketAddr::V6(_) => AddressFamily::INET6,
    };
    let socket = socket(family, kind, None)?;
    if address.is_ipv6() {
        sockopt::set_ipv6_v6only(&socket, true)?;
    }
    bind(&socket, &address)?;
    Ok(socket)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;
    use std::io::Read;
    use std::net::{TcpListener, TcpStream, UdpSocket};

    #[test]
    fn reserved_ports_are_free_distinct_and_as_wide_as_the_books() {
        let book = [1060, 1061, 53, 12345, 1060];
        let all: Vec<Ports> = (0..20)
            .map(|_| Ports::reserve(&book, "").unwrap())
            .collect();
        let mut seen = HashSet::new();
        for ports in &all {
            let books: Vec<u16> = ports.pairs.iter().map(|(book, _)| *book).collect();
            assert_eq!(books, [1060, 1061, 53, 12345]);
            for &(book, port) in &ports.pairs {
                assert!(seen.insert(port), "{port} was given twice");
                assert_eq!(port > 9999, book > 9999);
                assert!(port >= 1024);
                TcpListener::bind(("127.0.0.1", port)).unwrap();
                UdpSocket::bind(("127.0.0.1", port)).unwrap();
            }
        }
    }

    #[test]
    fn a_port_is_reserved_until_it_is_given_back() {
        let ports = Ports::reserve(&[1060], "").unwrap();
        let port = ports.pairs[0].1;
        assert!(reserve(port).unwrap().is_none());
        drop(ports);
        // Somebody else may have taken it since, but hardly each time.
        assert!((0..100).any(|_| {
            let ports = Ports::reserve(&[1060], "").unwrap();
            let port = ports.pairs[0].1;
            drop(ports);
            reserve(port).unwrap().is_some()
        }));
    }

    /// Another process of the same person's has a folder like ours.
    #[test]
    fn a_port_that_another_process_has_reserved_is_not_given() {
        let temporary = std::env::temp_dir();
        let folder = temporary.join(format!("scenes-{}-other", std::process::id()));
        let reserved = Ports::reserve(&[1060], "").unwrap();
        let port = reserved.pairs[0].1;
        drop(reserved);
        fs::create_dir_all(folder.join("ports")).unwrap();
        fs::write(folder.join("ports").join(port.to_string()), "").unwrap();
        let ours = reserve(port);
        fs::remove_dir_all(folder).unwrap();
        assert!(ours.unwrap().is_none());
    }

    #[test]
    fn a_port_in_use_is_not_free() {
        let tcp = TcpListener::bind("127.0.0.1:0").unwrap();
        assert!(!is_free(tcp.local_addr().unwrap().port()));
        let udp = UdpSocket::bind("127.0.0.1:0").unwrap();
        assert!(!is_free(udp.local_addr().unwrap().port()));
        if let Ok(v6) = TcpListener::bind("[::1]:0") {
            assert!(!is_free(v6.local_addr().unwrap().port()));
        }
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_port_that_a_client_waits_for_is_remembered() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let client = TcpStream::connect(address).unwrap();
        let (mut server, _) = listener.accept().unwrap();
        drop(client);
        assert_eq!(server.read(&mut [0]).unwrap(), 0);
        drop((server, listener));
        // The client's end is in TIME-WAIT, or soon will be.
        assert!(is_remembered(address.port()));
        assert!(!is_remembered(1), "nobody speaks tcpmux");
    }

    #[test]
    fn numbers_in_the_scene_are_not_chosen() {
        let text: String = (1024..=9999)
            .filter(|p| p % 1000 != 77)
            .map(|p| format!("{p} "))
            .collect();
        let ports = Ports::reserve(&[1060, 1061], &text).unwrap();
        for (_, port) in &ports.pairs {
            assert_eq!(port % 1000, 77);
        }
    }
}
