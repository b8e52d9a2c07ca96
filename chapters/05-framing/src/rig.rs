//! What lets the chapter's programs watch themselves, and see the same on every
//! machine: calls counted as they are made, and a wait that takes nothing away.

use std::fs::File;
use std::io::{self, IoSlice, Read, Seek, Write};
use std::net::TcpStream;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use anyhow::Context;

/// How long these programs wait for each other: far longer than they need.
pub const PATIENCE: Duration = Duration::from_secs(10);

/// How long to wait before another look.
const PAUSE: Duration = Duration::from_millis(1);

/// A file or socket that counts the calls made to it, and the octets that went
/// through them into or out of this program.
#[derive(Debug)]
pub struct Counted<T> {
    inner: T,
    /// Calls that came back, in success or failure.
    pub calls: usize,
    /// Octets that they moved between this program and the system.
    pub octets: usize,
}

impl<T> Counted<T> {
    /// Counts from zero.
    pub fn new(inner: T) -> Self {
        Self {
            inner,
            calls: 0,
            octets: 0,
        }
    }

    /// What it counts for.
    pub fn get_ref(&self) -> &T {
        &self.inner
    }

    /// The same, to change it.
    pub fn get_mut(&mut self) -> &mut T {
        &mut self.inner
    }

    /// Makes a call that carries no octets into or out of this program.
    pub fn call<R>(&mut self, call: impl FnOnce(&T) -> R) -> R {
        self.calls += 1;
        call(&self.inner)
    }

    fn count(&mut self, result: io::Result<usize>) -> io::Result<usize> {
        self.calls += 1;
        self.octets += result.as_ref().copied().unwrap_or(0);
        result
    }
}

impl<T: Read> Read for Counted<T> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let result = self.inner.read(buffer);
        self.count(result)
    }
}

impl<T: Write> Write for Counted<T> {
    fn write(&mut self, octets: &[u8]) -> io::Result<usize> {
        let result = self.inner.write(octets);
        self.count(result)
    }

    fn write_vectored(&mut self, slices: &[IoSlice<'_>]) -> io::Result<usize> {
        let result = self.inner.write_vectored(slices);
        self.count(result)
    }

    fn flush(&mut self) -> io::Result<()> {
        // A socket and a file have no buffer in this program: no system call.
        self.inner.flush()
    }
}

/// A connection to `addr` on which each write leaves at once, and each read and
/// write takes [`PATIENCE`] at most.
///
/// # Errors
///
/// Those of [`TcpStream::connect`], with the address.
pub fn connect(addr: &str) -> anyhow::Result<TcpStream> {
    let stream = TcpStream::connect(addr).with_context(|| format!("connect {addr}"))?;
    stream.set_nodelay(true)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    Ok(stream)
}

/// A file of `length` octets, the same every time, that has no name: nothing is
/// left of it when the program ends. It stands at its beginning.
///
/// # Errors
///
/// Those of making, filling and removing a file in the system's temporary folder.
pub fn scratch_file(length: usize) -> io::Result<File> {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    let name = format!("on-the-wire-{}-{number}", std::process::id());
    let path = std::env::temp_dir().join(name);
    let mut options = File::options();
    let mut file = options
        .read(true)
        .write(true)
        .create_new(true)
        .open(&path)?;
    std::fs::remove_file(&path)?;
    // 251 is prime, so that no two blocks are alike.
    let octets: Vec<u8> = (0..=250).cycle().take(length).collect();
    file.write_all(&octets)?;
    file.rewind()?;
    Ok(file)
}

/// Waits until `octets` octets have arrived at `stream`, and takes none of them.
///
/// # Errors
///
/// [`io::ErrorKind::TimedOut`] if fewer have come after `patience`, whether or
/// not the peer has ended its stream; those of [`TcpStream::peek`].
pub fn until_waiting(stream: &TcpStream, octets: usize, patience: Duration) -> io::Result<()> {
    let deadline = Instant::now() + patience;
    let mut look = vec![0; octets];
    // On a blocking socket, peek itself waits for the first octet; for those
    // that follow it only tells what is there.
    while octets > 0 && stream.peek(&mut look)? < octets {
        if Instant::now() >= deadline {
            let what = format!("fewer than {octets} octets came within {patience:?}");
            return Err(io::Error::new(io::ErrorKind::TimedOut, what));
        }
        std::thread::sleep(PAUSE);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::TcpListener;

    fn pair() -> (TcpStream, TcpStream) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let near = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        (near, listener.accept().unwrap().0)
    }

    #[test]
    fn calls_and_octets_are_counted_also_where_nothing_came() {
        let mut counted = Counted::new(&b"abc"[..]);
        let mut buffer = [0; 2];
        while counted.read(&mut buffer).unwrap() > 0 {}
        assert_eq!((counted.calls, counted.octets), (3, 3));
    }

    #[test]
    fn one_vectored_write_is_one_call() {
        let mut counted = Counted::new(Vec::new());
        let slices = [IoSlice::new(b"head"), IoSlice::new(b"body")];
        assert_eq!(counted.write_vectored(&slices).unwrap(), 8);
        assert_eq!((counted.calls, counted.octets), (1, 8));
    }

    #[test]
    fn waiting_octets_are_seen_and_not_taken() {
        let (mut near, mut far) = pair();
        near.write_all(b"ab").unwrap();
        near.write_all(b"cd").unwrap();
        until_waiting(&far, 4, Duration::from_secs(10)).unwrap();
        let mut all = [0; 8];
        assert_eq!(far.read(&mut all).unwrap(), 4);
    }

    #[test]
    fn a_peer_that_ends_early_is_not_waited_for_without_end() {
        let (mut near, far) = pair();
        near.write_all(b"ab").unwrap();
        drop(near);
        let error = until_waiting(&far, 4, Duration::from_millis(20)).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
    }
}
