//! Every frame that crosses loopback, in the order in which it did.

use std::io::{self, IoSliceMut};
use std::mem::size_of;
use std::net::UdpSocket;
use std::os::fd::{AsRawFd, OwnedFd};
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread::JoinHandle;
use std::time::{Duration, SystemTime};

use rustix::net::{AddressFamily, SocketFlags, SocketType, eth, socket_with, sockopt};

/// A frame, and where it was in the play.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frame {
    /// When it was read, since 1970.
    pub when: Duration,
    /// How many marks had been set before it.
    pub marks: usize,
    /// All of it, from the Ethernet header on.
    pub octets: Vec<u8>,
}

/// Room for frames that have come and were not read yet, if the system gives so much.
const ROOM: usize = 64 * 1024 * 1024;

/// More than loopback's MTU of 65,536 octets, and an Ethernet header.
const LONGEST: usize = 128 * 1024;

/// A scene that sends more than this is none to look at.
const MOST: usize = 256 * 1024 * 1024;

/// So long may a mark take to cross loopback.
const PATIENCE: Duration = Duration::from_secs(30);

/// What a mark says, and the last one.
const MARK: &[u8] = b"on the wire: mark";
const STOP: &[u8] = b"on the wire: stop";

/// A capture that runs.
///
/// Where something happens in the play, a [`mark`](Capture::mark) is sent through
/// loopback itself: so the order of marks and frames is that of the kernel, and nobody
/// has to guess whether all frames have been read.
#[derive(Debug)]
pub struct Capture {
    /// Sends marks to itself.
    marks: UdpSocket,
    /// Tells of each that was read.
    seen: Receiver<()>,
    reader: JoinHandle<io::Result<Vec<Frame>>>,
}

impl Capture {
    /// Begins to capture.
    ///
    /// # Errors
    ///
    /// When this process may not.
    pub fn start() -> io::Result<Capture> {
        let flags = SocketFlags::CLOEXEC;
        let protocol = Some(eth::ALL);
        let packets = socket_with(AddressFamily::PACKET, SocketType::RAW, flags, protocol)?;
        // Loopback shows each frame twice: as it goes out, and as it comes in.
        set(&packets, libc::PACKET_IGNORE_OUTGOING, 1)?;
        // As much as everybody may have, which is little: see `mark`.
        sockopt::set_socket_recv_buffer_size(&packets, ROOM)?;
        let marks = UdpSocket::bind("127.0.0.1:0")?;
        marks.connect(marks.local_addr()?)?;
        let port = marks.local_addr()?.port();
        let (sender, seen) = mpsc::channel();
        let reader = std::thread::Builder::new()
            .name("capture".to_owned())
            .spawn(move || read(&packets, port, &sender))?;
        Ok(Capture {
            marks,
            seen,
            reader,
        })
    }

    /// Sets a mark: whatever was sent before has been read by now, and whatever is sent
    /// from now on comes behind it. So there is room again.
    ///
    /// # Errors
    ///
    /// When it can't be sent, or does not come back.
    pub fn mark(&self) -> io::Result<()> {
        self.send(MARK)
    }

    fn send(&self, text: &[u8]) -> io::Result<()> {
        self.marks.send(text)?;
        self.seen
            .recv_timeout(PATIENCE)
            .map_err(|_| io::Error::other("nothing is captured any more"))
    }

    /// Ends the capture: all frames that were sent.
    ///
    /// # Errors
    ///
    /// When frames could not be read, or some were lost.
    pub fn stop(self) -> io::Result<Vec<Frame>> {
        self.send(STOP)?;
        let panicked = |_| io::Error::other("the capture broke off");
        self.reader.join().map_err(panicked)?
    }
}

/// Reads frames up to the mark that says to stop; `port` is that of the marks.
fn read(packets: &OwnedFd, port: u16, seen: &Sender<()>) -> io::Result<Vec<Frame>> {
    let mut frames = Vec::new();
    let (mut marks, mut all) = (0, 0);
    let mut buffer = vec![0; LONGEST];
    loop {
        let length = match rustix::io::readv(packets, &mut [IoSliceMut::new(&mut buffer)]) {
            Err(rustix::io::Errno::INTR) => continue,
            length => length?,
        };
        let octets = &buffer[..length];
        match mark(octets, port) {
            Some(mark) => {
                // Whoever waits for it may have given up.
                let _ = seen.send(());
                marks += 1;
                if mark == STOP {
                    break;
                }
            }
            None => {
                all += length;
                if all > MOST {
                    return Err(io::Error::other(format!("more than {MOST} octets")));
                }
                frames.push(Frame {
                    when: SystemTime::UNIX_EPOCH.elapsed().unwrap_or_default(),
                    marks,
                    octets: octets.to_vec(),
                });
            }
        }
    }
    match lost(packets)? {
        0 => Ok(frames),
        lost => Err(io::Error::other(format!(
            "{lost} frames were lost, since they came faster than they could be read"
        ))),
    }
}

/// What the mark says, if that frame is one.
fn mark(frame: &[u8], port: u16) -> Option<&'static [u8]> {
    // Ethernet, IPv4 without options, UDP from the port to itself.
    const UDP: usize = 14 + 20;
    let port = port.to_be_bytes();
    let ours = frame.get(UDP..UDP + 4) == Some(&[port, port].concat()) && frame[23] == 17;
    let text = frame.get(UDP + 8..)?;
    let is_it = |known: &&&[u8]| ours && text == **known;
    [MARK, STOP].iter().find(is_it).copied()
}

/// Sets an option of packet sockets.
fn set(packets: &OwnedFd, option: libc::c_int, value: libc::c_int) -> io::Result<()> {
    let length = size_of::<libc::c_int>() as libc::socklen_t;
    let value: *const libc::c_int = &value;
    let socket = packets.as_raw_fd();
    // SAFETY: the call reads one int, and there is one.
    match unsafe { libc::setsockopt(socket, libc::SOL_PACKET, option, value.cast(), length) } {
        0 => Ok(()),
        _ => Err(io::Error::last_os_error()),
    }
}

/// How many frames came for which there was no room.
fn lost(packets: &OwnedFd) -> io::Result<u32> {
    let mut statistics = [0_u32; 2]; // struct tpacket_stats: frames, and those dropped
    let mut length = size_of_val(&statistics) as libc::socklen_t;
    // SAFETY: the call writes at most `length` octets, which there are.
    let read = unsafe {
        libc::getsockopt(
            packets.as_raw_fd(),
            libc::SOL_PACKET,
            libc::PACKET_STATISTICS,
            statistics.as_mut_ptr().cast(),
            &mut length,
        )
    };
    match read {
        0 => Ok(statistics[1]),
        _ => Err(io::Error::last_os_error()),
    }
}
