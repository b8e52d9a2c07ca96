use std::io::{self, IoSlice, IoSliceMut, Read, Write};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// How often a [`Counted`] stream was called, and what that came to. Clones
/// share the counts, so that one can be kept while the stream is given away.
#[derive(Clone, Debug, Default)]
pub struct Calls(Arc<Counts>);

#[derive(Debug, Default)]
struct Counts {
    reads: AtomicUsize,
    octets_read: AtomicUsize,
    writes: AtomicUsize,
    octets_written: AtomicUsize,
    flushes: AtomicUsize,
}

impl Calls {
    /// The reads that returned; async reads that had to wait count once.
    pub fn reads(&self) -> usize {
        self.0.reads.load(Ordering::Relaxed)
    }

    /// The octets that were read.
    pub fn octets_read(&self) -> usize {
        self.0.octets_read.load(Ordering::Relaxed)
    }

    /// The writes that returned, vectored ones included.
    pub fn writes(&self) -> usize {
        self.0.writes.load(Ordering::Relaxed)
    }

    /// The octets that were written.
    pub fn octets_written(&self) -> usize {
        self.0.octets_written.load(Ordering::Relaxed)
    }

    /// The flushes that returned.
    pub fn flushes(&self) -> usize {
        self.0.flushes.load(Ordering::Relaxed)
    }

    fn read(&self, result: &io::Result<usize>) {
        self.0.reads.fetch_add(1, Ordering::Relaxed);
        if let Ok(octets) = result {
            self.0.octets_read.fetch_add(*octets, Ordering::Relaxed);
        }
    }

    fn write(&self, result: &io::Result<usize>) {
        self.0.writes.fetch_add(1, Ordering::Relaxed);
        if let Ok(octets) = result {
            self.0.octets_written.fetch_add(*octets, Ordering::Relaxed);
        }
    }
}

/// A stream that counts its calls. Each would be a system call if the stream
/// were a socket.
///
/// ```
/// use std::io::{BufWriter, Write};
/// use testkit::Counted;
///
/// let stream = Counted::new(Vec::new());
/// let calls = stream.calls();
/// let mut buffered = BufWriter::new(stream);
/// for octet in b"hello" {
///     buffered.write_all(&[*octet])?;
/// }
/// buffered.flush()?;
/// assert_eq!((calls.writes(), calls.octets_written()), (1, 5));
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug)]
pub struct Counted<S> {
    stream: S,
    calls: Calls,
}

impl<S> Counted<S> {
    /// Counts from zero.
    pub fn new(stream: S) -> Self {
        Self {
            stream,
            calls: Calls::default(),
        }
    }

    /// The counts so far, and from now on.
    pub fn calls(&self) -> Calls {
        self.calls.clone()
    }

    /// The stream underneath.
    pub fn get_ref(&self) -> &S {
        &self.stream
    }

    /// The stream underneath, for good.
    pub fn into_inner(self) -> S {
        self.stream
    }
}

impl<S: Read> Read for Counted<S> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let result = self.stream.read(buffer);
        self.calls.read(&result);
        result
    }

    fn read_vectored(&mut self, buffers: &mut [IoSliceMut<'_>]) -> io::Result<usize> {
        let result = self.stream.read_vectored(buffers);
        self.calls.read(&result);
        result
    }
}

impl<S: Write> Write for Counted<S> {
    fn write(&mut self, octets: &[u8]) -> io::Result<usize> {
        let result = self.stream.write(octets);
        self.calls.write(&result);
        result
    }

    fn write_vectored(&mut self, slices: &[IoSlice<'_>]) -> io::Result<usize> {
        let result = self.stream.write_vectored(slices);
        self.calls.write(&result);
        result
    }

    fn flush(&mut self) -> io::Result<()> {
        self.calls.0.flushes.fetch_add(1, Ordering::Relaxed);
        self.stream.flush()
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Counted<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let result = Pin::new(&mut self.stream).poll_read(context, buffer);
        if let Poll::Ready(result) = &result {
            let octets = buffer.filled().len() - before;
            match result {
                Ok(()) => self.calls.read(&Ok(octets)),
                Err(error) => self.calls.read(&Err(error.kind().into())),
            }
        }
        result
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Counted<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        octets: &[u8],
    ) -> Poll<io::Result<usize>> {
        let result = Pin::new(&mut self.stream).poll_write(context, octets);
        if let Poll::Ready(result) = &result {
            self.calls.write(result);
        }
        result
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let result = Pin::new(&mut self.stream).poll_write_vectored(context, slices);
        if let Poll::Ready(result) = &result {
            self.calls.write(result);
        }
        result
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let result = Pin::new(&mut self.stream).poll_flush(context);
        if result.is_ready() {
            self.calls.0.flushes.fetch_add(1, Ordering::Relaxed);
        }
        result
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_and_writes_are_counted_apart() {
        let mut stream = Counted::new(io::Cursor::new(b"hello".to_vec()));
        let calls = stream.calls();
        let mut octets = Vec::new();
        stream.read_to_end(&mut octets).unwrap();
        stream.write_all(b"!").unwrap();
        assert_eq!(calls.octets_read(), 5);
        assert!(calls.reads() >= 2, "the end is a read of its own");
        assert_eq!((calls.writes(), calls.octets_written()), (1, 1));
    }

    #[test]
    fn a_vectored_write_is_one_call() {
        let mut stream = Counted::new(Vec::new());
        let slices = [IoSlice::new(b"head"), IoSlice::new(b"body")];
        assert_eq!(stream.write_vectored(&slices).unwrap(), 8);
        assert_eq!(stream.calls().writes(), 1);
    }

    #[tokio::test]
    async fn an_async_read_that_waits_counts_once() {
        use tokio::io::{AsyncReadExt as Reads, AsyncWriteExt as Writes};

        let (near, mut far) = tokio::io::duplex(64);
        let mut near = Counted::new(near);
        let calls = near.calls();
        let mut octets = [0; 5];
        let (read, written) = tokio::join!(
            Reads::read(&mut near, &mut octets),
            Writes::write_all(&mut far, b"hello")
        );
        written.unwrap();
        assert_eq!(
            (read.unwrap(), calls.reads(), calls.octets_read()),
            (5, 1, 5)
        );
    }
}
