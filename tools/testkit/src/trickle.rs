use std::io::{self, Read, Write};
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// What one call on a [`Trickle`] comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// The call goes through, with at most so many octets. With 0 it returns
    /// `Ok(0)` and leaves the stream alone: for a read that is what the end of
    /// the input looks like, for a write a stream that takes no more.
    UpTo(usize),
    /// It fails with [`io::ErrorKind::Interrupted`], as when a signal came.
    Interrupted,
    /// It can't go on now: [`io::ErrorKind::WouldBlock`], or, asked from async
    /// code, `Poll::Pending` with a wake-up at once.
    NotReady,
}

/// A stream that reads and writes as little at a time as its scripts say, to
/// show that code works however a network cuts its octets.
///
/// A script starts over when it is at its end; without one, calls go through
/// whole. The scripts speak of [`Read`] and [`Write`] as well as of
/// [`AsyncRead`] and [`AsyncWrite`].
///
/// ```
/// use std::io::Read;
/// use testkit::{Step, Trickle};
///
/// let mut stream = Trickle::new(&b"hello"[..]).reads([Step::UpTo(2), Step::Interrupted]);
/// let mut octets = [0; 10];
/// assert_eq!(stream.read(&mut octets).unwrap(), 2);
/// assert!(stream.read(&mut octets).is_err());
/// assert_eq!(stream.read(&mut octets).unwrap(), 2);
/// ```
#[derive(Debug)]
pub struct Trickle<S> {
    stream: S,
    reads: Script,
    writes: Script,
}

#[derive(Debug, Default)]
struct Script {
    steps: Vec<Step>,
    next: usize,
}

impl Script {
    fn new(steps: impl IntoIterator<Item = Step>) -> Self {
        let steps: Vec<Step> = steps.into_iter().collect();
        assert!(
            steps.is_empty() || steps.iter().any(|step| matches!(step, Step::UpTo(_))),
            "a script in which no call ever goes through would run for ever: {steps:?}"
        );
        Self { steps, next: 0 }
    }

    fn step(&mut self) -> Step {
        let Some(&step) = self.steps.get(self.next) else {
            return Step::UpTo(usize::MAX);
        };
        self.next = (self.next + 1) % self.steps.len();
        step
    }
}

impl<S> Trickle<S> {
    /// A stream that lets everything through, until it is given scripts.
    pub fn new(stream: S) -> Self {
        Self {
            stream,
            reads: Script::default(),
            writes: Script::default(),
        }
    }

    /// Reads at most `most` octets and writes at most `most` octets at a time.
    pub fn by(stream: S, most: usize) -> Self {
        Self::new(stream)
            .reads([Step::UpTo(most)])
            .writes([Step::UpTo(most)])
    }

    /// What each read comes to.
    ///
    /// # Panics
    ///
    /// If no step lets a call through.
    pub fn reads(mut self, steps: impl IntoIterator<Item = Step>) -> Self {
        self.reads = Script::new(steps);
        self
    }

    /// What each write comes to.
    ///
    /// # Panics
    ///
    /// If no step lets a call through.
    pub fn writes(mut self, steps: impl IntoIterator<Item = Step>) -> Self {
        self.writes = Script::new(steps);
        self
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

impl<S: Read> Read for Trickle<S> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self.reads.step() {
            Step::UpTo(0) => Ok(0),
            Step::UpTo(most) => {
                let most = most.min(buffer.len());
                self.stream.read(&mut buffer[..most])
            }
            Step::Interrupted => Err(io::ErrorKind::Interrupted.into()),
            Step::NotReady => Err(io::ErrorKind::WouldBlock.into()),
        }
    }
}

impl<S: Write> Write for Trickle<S> {
    fn write(&mut self, octets: &[u8]) -> io::Result<usize> {
        match self.writes.step() {
            Step::UpTo(0) => Ok(0),
            Step::UpTo(most) => self.stream.write(&octets[..most.min(octets.len())]),
            Step::Interrupted => Err(io::ErrorKind::Interrupted.into()),
            Step::NotReady => Err(io::ErrorKind::WouldBlock.into()),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        self.stream.flush()
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Trickle<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let trickle = &mut *self;
        let before = trickle.reads.next;
        match trickle.reads.step() {
            Step::UpTo(0) => Poll::Ready(Ok(())),
            Step::UpTo(most) => {
                let most = most.min(buffer.remaining());
                // Only a part of the reader's room is lent to the stream.
                let mut part = ReadBuf::new(buffer.initialize_unfilled_to(most));
                let result = Pin::new(&mut trickle.stream).poll_read(context, &mut part);
                let read = part.filled().len();
                buffer.advance(read);
                if result.is_pending() {
                    // The call has come to nothing, so its step is still to come.
                    trickle.reads.next = before;
                }
                result
            }
            Step::Interrupted => Poll::Ready(Err(io::ErrorKind::Interrupted.into())),
            Step::NotReady => {
                context.waker().wake_by_ref();
                Poll::Pending
            }
        }
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Trickle<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        octets: &[u8],
    ) -> Poll<io::Result<usize>> {
        let trickle = &mut *self;
        let before = trickle.writes.next;
        match trickle.writes.step() {
            Step::UpTo(0) => Poll::Ready(Ok(0)),
            Step::UpTo(most) => {
                let part = &octets[..most.min(octets.len())];
                let result = Pin::new(&mut trickle.stream).poll_write(context, part);
                if result.is_pending() {
                    trickle.writes.next = before;
                }
                result
            }
            Step::Interrupted => Poll::Ready(Err(io::ErrorKind::Interrupted.into())),
            Step::NotReady => {
                context.waker().wake_by_ref();
                Poll::Pending
            }
        }
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_come_as_the_script_says_and_start_over() {
        let script = [Step::UpTo(1), Step::Interrupted, Step::UpTo(3)];
        let mut stream = Trickle::new(&b"abcdefgh"[..]).reads(script);
        let mut octets = [0; 8];
        let mut seen = Vec::new();
        for _ in 0..6 {
            match stream.read(&mut octets) {
                Ok(read) => seen.push(octets[..read].escape_ascii().to_string()),
                Err(error) => seen.push(error.kind().to_string()),
            }
        }
        let interrupted = "operation interrupted";
        assert_eq!(seen, ["a", interrupted, "bcd", "e", interrupted, "fgh"]);
    }

    #[test]
    fn std_gets_everything_through_an_interrupted_trickle() {
        let steps = [Step::UpTo(1), Step::Interrupted, Step::UpTo(2)];
        let mut stream = Trickle::new(Vec::new()).writes(steps);
        stream.write_all(b"hello, world").unwrap();
        assert_eq!(stream.into_inner(), b"hello, world");
    }

    #[test]
    fn a_write_of_nothing_is_an_error_to_write_all() {
        let mut stream = Trickle::new(Vec::new()).writes([Step::UpTo(2), Step::UpTo(0)]);
        let error = stream.write_all(b"hello").unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::WriteZero);
        assert_eq!(stream.get_ref(), b"he");
    }

    #[test]
    fn not_ready_is_would_block_to_a_blocking_caller() {
        let mut stream = Trickle::new(&b"a"[..]).reads([Step::NotReady, Step::UpTo(1)]);
        let error = stream.read(&mut [0; 1]).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::WouldBlock);
    }

    #[test]
    #[should_panic(expected = "would run for ever")]
    fn a_script_without_progress_is_refused() {
        let _ = Trickle::new(&b""[..]).reads([Step::Interrupted]);
    }
}

// Apart from the above, because the std and tokio traits share their names.
#[cfg(test)]
mod async_tests {
    use std::time::Duration;

    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    use super::{Step, Trickle};

    #[tokio::test]
    async fn not_ready_is_pending_to_an_async_caller_and_wakes_it() {
        let (near, mut far) = tokio::io::duplex(64);
        let mut near = Trickle::new(near)
            .reads([Step::NotReady, Step::UpTo(2)])
            .writes([Step::NotReady, Step::UpTo(1)]);
        near.write_all(b"question").await.unwrap();
        let mut octets = [0; 8];
        far.read_exact(&mut octets).await.unwrap();
        assert_eq!(&octets, b"question");

        far.write_all(b"answer").await.unwrap();
        drop(far);
        let mut answer = Vec::new();
        let mut reads = 0;
        while near.read_buf(&mut answer).await.unwrap() > 0 {
            reads += 1;
        }
        assert_eq!((answer.as_slice(), reads), (&b"answer"[..], 3));
    }

    #[tokio::test(start_paused = true)]
    async fn waiting_for_the_peer_uses_up_no_step() {
        let (near, mut far) = tokio::io::duplex(64);
        let mut near = Trickle::new(near).reads([Step::UpTo(1), Step::UpTo(2), Step::UpTo(3)]);
        let mut octets = [0; 8];
        assert!(
            tokio::time::timeout(Duration::from_millis(1), near.read(&mut octets))
                .await
                .is_err()
        );
        far.write_all(b"abc").await.unwrap();
        assert_eq!(near.read(&mut octets).await.unwrap(), 1);
        assert_eq!(near.read(&mut octets).await.unwrap(), 2);
    }
}
