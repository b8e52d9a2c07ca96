//! Both ends of a connection in one program, for those that look at what one end
//! does when the other closes.

use std::io;
use std::net::{Ipv4Addr, TcpListener, TcpStream};

/// A listener at a loopback address that the system chooses.
///
/// # Errors
///
/// Those of [`TcpListener::bind`].
pub fn listener() -> io::Result<TcpListener> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
}

/// A connection over loopback: the end that connected, and the end that accepted.
///
/// # Errors
///
/// Those of connecting and accepting.
pub fn pair() -> io::Result<(TcpStream, TcpStream)> {
    let listener = listener()?;
    let near = TcpStream::connect(listener.local_addr()?)?;
    let accepted = listener.accept();
    Ok((near, accepted.map(|(far, _)| far)?))
}
