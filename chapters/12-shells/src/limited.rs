//! A stream on which something has to be done in time.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::sync::oneshot;
use tokio::time::{Sleep, sleep};

/// A stream that fails once time is up, unless it was told before that all is well.
///
/// A library that reads it in a task of its own can't be made to stop by dropping its
/// future; but no task gets around its stream.
// ANCHOR: limited
#[derive(Debug)]
pub struct Limited<S> {
    stream: S,
    limit: Option<Limit>,
}

#[derive(Debug)]
struct Limit {
    time_is_up: Pin<Box<Sleep>>,
    lifted: oneshot::Receiver<()>,
    why: String,
}

impl<S> Limited<S> {
    /// `stream`, for `patience`, and what lifts the limit. `what` is what has to be done.
    pub fn new(stream: S, patience: Duration, what: &str) -> (Limited<S>, oneshot::Sender<()>) {
        let (lift, lifted) = oneshot::channel();
        let limit = Some(Limit {
            time_is_up: Box::pin(sleep(patience)),
            lifted,
            why: format!("gave up: not {what} within {patience:?}"),
        });
        (Limited { stream, limit }, lift)
    }

    fn poll_limit(&mut self, context: &mut Context<'_>) -> io::Result<()> {
        let Some(limit) = &mut self.limit else {
            return Ok(());
        };
        // Who has dropped the sender hasn't lifted the limit.
        if let Ok(()) = limit.lifted.try_recv() {
            self.limit = None;
            return Ok(());
        }
        match limit.time_is_up.as_mut().poll(context) {
            Poll::Pending => Ok(()),
            Poll::Ready(()) => Err(io::Error::new(io::ErrorKind::TimedOut, limit.why.clone())),
        }
    }
}
// ANCHOR_END: limited

impl<S: AsyncRead + Unpin> AsyncRead for Limited<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.poll_limit(context)?;
        ready!(Pin::new(&mut self.stream).poll_read(context, buffer))?;
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Limited<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        octets: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.poll_limit(context)?;
        Pin::new(&mut self.stream).poll_write(context, octets)
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
    use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};

    const PATIENCE: Duration = Duration::from_secs(1);

    #[tokio::test(start_paused = true)]
    async fn it_fails_when_time_is_up_however_much_comes() {
        let (near, mut far) = duplex(64);
        let (mut limited, _lift) = Limited::new(near, PATIENCE, "done");
        tokio::spawn(async move {
            while far.write_all(b"x").await.is_ok() {
                sleep(PATIENCE / 10).await;
            }
        });
        let mut all = Vec::new();
        let error = limited.read_to_end(&mut all).await.unwrap_err();
        assert_eq!(error.to_string(), "gave up: not done within 1s");
        assert!((9..=11).contains(&all.len()), "{}", all.len());
        assert!(limited.write_all(b"x").await.is_err());
    }

    #[tokio::test(start_paused = true)]
    async fn once_lifted_it_has_all_the_time() {
        let (near, mut far) = duplex(64);
        let (mut limited, lift) = Limited::new(near, PATIENCE, "done");
        lift.send(()).unwrap();
        tokio::spawn(async move {
            sleep(PATIENCE * 10).await;
            far.write_all(b"late").await
        });
        let mut all = Vec::new();
        limited.read_to_end(&mut all).await.unwrap();
        assert_eq!(all, b"late");
    }

    #[tokio::test(start_paused = true)]
    async fn it_is_not_lifted_by_who_goes_away() {
        let (near, _far) = duplex(64);
        let (mut limited, lift) = Limited::new(near, PATIENCE, "done");
        drop(lift);
        assert!(limited.read_u8().await.is_err());
    }
}
