//! Every frame that crosses loopback, in the order in which it did.

use std::io;
use std::mem::size_of_val;
use std::net::UdpSocket;
use std::os::fd::{AsRawFd, OwnedFd};
use std::ptr::{NonNull, null_mut};
use std::slice;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread::JoinHandle;
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, poll};
use rustix::net::{AddressFamily, SocketFlags, SocketType, eth, socket_with};

/// A frame, and where it was in the play.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frame {
    /// When it came, since 1970.
    pub when: Duration,
    /// How many marks had been set before it.
    pub marks: usize,
    /// All of it, from the Ethernet header on.
    pub octets: Vec<u8>,
}

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
        let ring = Ring::new()?;
        let marks = UdpSocket::bind("127.0.0.1:0")?;
        marks.connect(marks.local_addr()?)?;
        let port = marks.local_addr()?.port();
        let (sender, seen) = mpsc::channel();
        let reader = std::thread::Builder::new()
            .name("capture".to_owned())
            .spawn(move || read(ring, port, &sender))?;
        Ok(Capture {
            marks,
            seen,
            reader,
        })
    }

    /// Sets a mark: whatever was sent before has been read by now, and whatever is sent
    /// from now on comes behind it.
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
            .map_err(|error| match error {
                RecvTimeoutError::Timeout => io::Error::from(io::ErrorKind::TimedOut),
                RecvTimeoutError::Disconnected => io::Error::other("nothing is captured any more"),
            })
    }

    /// Ends the capture: all frames that were sent.
    ///
    /// # Errors
    ///
    /// When frames could not be read, or some were lost.
    pub fn stop(self) -> io::Result<Vec<Frame>> {
        match self.send(STOP) {
            // Whoever reads is still there: that mark was lost.
            Err(error) if error.kind() == io::ErrorKind::TimedOut => return Err(error),
            // Or is not, and knows why.
            _ => {}
        }
        let panicked = |_| io::Error::other("the capture broke off");
        self.reader.join().map_err(panicked)?
    }
}

/// Reads frames up to the mark that says to stop; `port` is that of the marks.
fn read(mut ring: Ring, port: u16, seen: &Sender<()>) -> io::Result<Vec<Frame>> {
    let mut frames = Vec::new();
    let (mut marks, mut all, mut stopped) = (0, 0, false);
    while !stopped {
        for (when, octets) in in_block(ring.block()?) {
            if let Some(mark) = mark(octets, port) {
                marks += 1;
                stopped |= mark == STOP;
                // Whoever waits for it may have given up.
                let _ = seen.send(());
                continue;
            }
            all += octets.len();
            if all > MOST {
                return Err(io::Error::other(format!("more than {MOST} octets")));
            }
            frames.push(Frame {
                when,
                marks,
                octets: octets.to_vec(),
            });
        }
        ring.give_back();
    }
    match ring.lost()? {
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

/// Memory that the system fills with frames block by block, and we read.
///
/// A queue of the socket's own would hold a few of loopback's largest frames, since the
/// system gives nobody a longer one who isn't its root.
struct Ring {
    packets: OwnedFd,
    memory: NonNull<u8>,
    /// The block that is filled or read now.
    now: usize,
}

// SAFETY: nobody else has this memory.
unsafe impl Send for Ring {}

impl Ring {
    const BLOCK: usize = 512 * 1024;
    const BLOCKS: usize = 64;

    fn new() -> io::Result<Ring> {
        let flags = SocketFlags::CLOEXEC;
        let protocol = Some(eth::ALL);
        let packets = socket_with(AddressFamily::PACKET, SocketType::RAW, flags, protocol)?;
        // Loopback shows each frame twice: as it goes out, and as it comes in.
        set(&packets, libc::PACKET_IGNORE_OUTGOING, &1)?;
        // linux/if_packet.h: TPACKET_V3, and a struct tpacket_req3. A block is ours when it is
        // full, or a millisecond after its first frame.
        set(&packets, libc::PACKET_VERSION, &2)?;
        let (block, blocks) = (Ring::BLOCK as u32, Ring::BLOCKS as u32);
        let request = [block, blocks, block, blocks, 1, 0, 0];
        set(&packets, libc::PACKET_RX_RING, &request)?;
        // SAFETY: a new mapping, which overlaps none.
        let memory = unsafe {
            libc::mmap(
                null_mut(),
                Ring::BLOCK * Ring::BLOCKS,
                libc::PROT_READ | libc::PROT_WRITE,
                libc::MAP_SHARED,
                packets.as_raw_fd(),
                0,
            )
        };
        match NonNull::new(memory.cast::<u8>()).filter(|_| memory != libc::MAP_FAILED) {
            Some(memory) => Ok(Ring {
                packets,
                memory,
                now: 0,
            }),
            None => Err(io::Error::last_os_error()),
        }
    }

    /// Where the block of now is, and whose: 0 is the system's, 1 is ours.
    fn now(&self) -> (*const u8, &AtomicU32) {
        // SAFETY: a block within the mapping, and in it the status at 8, aligned.
        unsafe {
            let block = self.memory.as_ptr().add(self.now * Ring::BLOCK);
            (block, AtomicU32::from_ptr(block.add(8).cast()))
        }
    }

    /// Waits for the next block with frames in it.
    fn block(&self) -> io::Result<&[u8]> {
        let (block, status) = self.now();
        while status.load(Ordering::Acquire) & 1 == 0 {
            let mut descriptors = [PollFd::new(&self.packets, PollFlags::IN)];
            match poll(&mut descriptors, None) {
                Ok(_) | Err(rustix::io::Errno::INTR) => {}
                Err(error) => return Err(error.into()),
            }
        }
        // SAFETY: it is ours, so that nobody writes to it until `give_back`.
        Ok(unsafe { slice::from_raw_parts(block, Ring::BLOCK) })
    }

    /// Gives the block back, and goes on to the next.
    fn give_back(&mut self) {
        self.now().1.store(0, Ordering::Release);
        self.now = (self.now + 1) % Ring::BLOCKS;
    }

    /// How many frames came for which there was no room.
    fn lost(&self) -> io::Result<u32> {
        let mut statistics = [0_u32; 3]; // struct tpacket_stats_v3: frames, and those dropped
        let mut length = size_of_val(&statistics) as libc::socklen_t;
        // SAFETY: the call writes at most `length` octets, which there are.
        let read = unsafe {
            libc::getsockopt(
                self.packets.as_raw_fd(),
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
}

impl Drop for Ring {
    fn drop(&mut self) {
        // SAFETY: it was mapped so, and nothing borrows from it any more.
        unsafe { libc::munmap(self.memory.as_ptr().cast(), Ring::BLOCK * Ring::BLOCKS) };
    }
}

/// The frames of a block, and when each came (linux/if_packet.h: struct tpacket_block_desc,
/// then a struct tpacket3_hdr before each frame).
fn in_block(block: &[u8]) -> impl Iterator<Item = (Duration, &[u8])> {
    let word = |at: usize| {
        block[at..]
            .first_chunk()
            .map_or(0, |four| u32::from_ne_bytes(*four))
    };
    let mut next = word(16) as usize;
    (0..word(12)).map(move |_| {
        let at = next;
        next += word(at) as usize;
        let when = Duration::new(word(at + 4).into(), word(at + 8));
        let [low, high] = [block[at + 24], block[at + 25]];
        let begin = at + usize::from(u16::from_ne_bytes([low, high]));
        (when, &block[begin..begin + word(at + 12) as usize])
    })
}

/// Sets an option of packet sockets, which is made of numbers.
fn set<T>(packets: &OwnedFd, option: libc::c_int, value: &T) -> io::Result<()> {
    let length = size_of_val(value) as libc::socklen_t;
    let value: *const T = value;
    let socket = packets.as_raw_fd();
    // SAFETY: the call reads as much as there is.
    match unsafe { libc::setsockopt(socket, libc::SOL_PACKET, option, value.cast(), length) } {
        0 => Ok(()),
        _ => Err(io::Error::last_os_error()),
    }
}
