//! An open socket for another process: a message over a Unix socket, with the
//! descriptor beside it.

use std::io::{self, ErrorKind, IoSlice, IoSliceMut};
use std::mem::MaybeUninit;
use std::os::fd::{AsFd, OwnedFd};

use rustix::cmsg_space;
use rustix::net::{
    RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, ReturnFlags, SendAncillaryBuffer,
    SendAncillaryMessage, SendFlags, recvmsg, sendmsg,
};

/// The octet that goes with a descriptor. A stream carries none without any.
const HERE: u8 = b'S';

/// Sends `socket` over `channel`, a Unix stream socket. It stays open here, too.
///
/// # Errors
///
/// Those of `sendmsg`(2).
// ANCHOR: send
pub fn send(channel: impl AsFd, socket: impl AsFd) -> io::Result<()> {
    let mut space = [MaybeUninit::uninit(); cmsg_space!(ScmRights(1))];
    let mut beside = SendAncillaryBuffer::new(&mut space);
    let sockets = [socket.as_fd()];
    if !beside.push(SendAncillaryMessage::ScmRights(&sockets)) {
        return Err(io::Error::other("no room for a descriptor"));
    }
    let octets = [IoSlice::new(&[HERE])];
    sendmsg(channel, &octets, &mut beside, SendFlags::empty())?;
    Ok(())
}
// ANCHOR_END: send

/// Receives the socket that [`send`] sends.
///
/// # Errors
///
/// Those of `recvmsg`(2); [`ErrorKind::UnexpectedEof`] when the peer has ended, and
/// [`ErrorKind::InvalidData`] when it sends something else.
// ANCHOR: receive
pub fn receive(channel: impl AsFd) -> io::Result<OwnedFd> {
    let mut space = [MaybeUninit::uninit(); cmsg_space!(ScmRights(1))];
    let mut beside = RecvAncillaryBuffer::new(&mut space);
    let mut octet = [0];
    let mut octets = [IoSliceMut::new(&mut octet)];
    let received = recvmsg(channel, &mut octets, &mut beside, RECEIVE)?;

    // Whatever came is ours from now on, and is closed unless we keep it.
    let mut sockets = Vec::new();
    for message in beside.drain() {
        if let RecvAncillaryMessage::ScmRights(descriptors) = message {
            sockets.extend(descriptors);
        }
    }
    let whole = !received.flags.contains(ReturnFlags::CTRUNC);
    match (received.bytes, octet, sockets.pop()) {
        (0, ..) => Err(ErrorKind::UnexpectedEof.into()),
        (1, [HERE], Some(socket)) if whole && sockets.is_empty() => {
            #[cfg(target_vendor = "apple")] // it knows no flag for that
            rustix::io::fcntl_setfd(&socket, rustix::io::FdFlags::CLOEXEC)?;
            Ok(socket)
        }
        _ => Err(io::Error::new(ErrorKind::InvalidData, "not one socket")),
    }
}

/// A process that is started meanwhile must not inherit what is being received.
#[cfg(not(target_vendor = "apple"))]
const RECEIVE: RecvFlags = RecvFlags::CMSG_CLOEXEC;
#[cfg(target_vendor = "apple")]
const RECEIVE: RecvFlags = RecvFlags::empty();
// ANCHOR_END: receive

#[cfg(test)]
mod tests {
    use super::*;
    use rustix::io::{FdFlags, fcntl_getfd};
    use std::io::Write;
    use std::net::{TcpListener, TcpStream};
    use std::os::unix::net::UnixStream;

    #[test]
    fn the_same_socket_comes_out() {
        let (near, far) = UnixStream::pair().unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        send(&near, &listener).unwrap();
        // It is in flight, and closing it here does it no harm.
        drop((listener, near));
        let socket = receive(&far).unwrap();
        assert!(fcntl_getfd(&socket).unwrap().contains(FdFlags::CLOEXEC));
        let listener = TcpListener::from(socket);
        assert_eq!(listener.local_addr().unwrap(), address);
        let client = TcpStream::connect(address).unwrap();
        assert_eq!(
            listener.accept().unwrap().1,
            client.local_addr().unwrap(),
            "it listens as it did"
        );
    }

    /// Not so the one for close-on-exec, which each descriptor has for itself.
    #[test]
    fn the_flag_for_not_blocking_goes_for_both() {
        let (near, far) = UnixStream::pair().unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        send(&near, &listener).unwrap();
        let passed = TcpListener::from(receive(&far).unwrap());
        passed.set_nonblocking(true).unwrap();
        let nobody = listener.accept().unwrap_err();
        assert_eq!(nobody.kind(), ErrorKind::WouldBlock);
        rustix::io::fcntl_setfd(&passed, FdFlags::empty()).unwrap();
        assert!(fcntl_getfd(&listener).unwrap().contains(FdFlags::CLOEXEC));
    }

    #[test]
    fn what_is_not_one_socket_is_refused() {
        let refused = |act: &dyn Fn(&UnixStream)| {
            let (near, far) = UnixStream::pair().unwrap();
            act(&near);
            drop(near);
            receive(far).unwrap_err().kind()
        };
        assert_eq!(refused(&|_| {}), ErrorKind::UnexpectedEof);
        let no_socket = |mut near: &UnixStream| near.write_all(b"S").unwrap();
        assert_eq!(refused(&no_socket), ErrorKind::InvalidData);
        let raw = |octet: &[u8], count: usize| {
            let (near, far) = UnixStream::pair().unwrap();
            let mut space = [MaybeUninit::uninit(); cmsg_space!(ScmRights(4))];
            let mut beside = SendAncillaryBuffer::new(&mut space);
            let sockets = vec![near.as_fd(); count];
            assert!(beside.push(SendAncillaryMessage::ScmRights(&sockets)));
            let octets = [IoSlice::new(octet)];
            sendmsg(&near, &octets, &mut beside, SendFlags::empty()).unwrap();
            receive(far).map_err(|error| error.kind())
        };
        assert!(raw(b"S", 1).is_ok());
        assert_eq!(raw(b"X", 1).unwrap_err(), ErrorKind::InvalidData);
        for count in 2..=4 {
            assert_eq!(raw(b"S", count).unwrap_err(), ErrorKind::InvalidData);
        }
    }
}
