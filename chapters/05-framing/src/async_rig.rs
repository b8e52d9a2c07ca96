//! What [`rig`](crate::rig) does, for programs in tokio.

use std::io;
use std::time::Duration;

use tokio::net::TcpStream;
use tokio::time::{sleep, timeout};

/// How long to wait before another look.
const PAUSE: Duration = Duration::from_millis(1);

/// Waits until `octets` octets have arrived at `stream`, and takes none of them.
///
/// # Errors
///
/// [`io::ErrorKind::TimedOut`] if fewer have come after `patience`;
/// [`io::ErrorKind::UnexpectedEof`] if the peer has ended before the first; those of
/// [`TcpStream::peek`].
pub async fn until_waiting(
    stream: &TcpStream,
    octets: usize,
    patience: Duration,
) -> io::Result<()> {
    let mut look = vec![0; octets];
    let arrived = async {
        loop {
            match stream.peek(&mut look).await? {
                arrived if arrived == octets => return Ok(()),
                0 => return Err(io::ErrorKind::UnexpectedEof.into()), // there will be none
                _ => sleep(PAUSE).await,
            }
        }
    };
    timeout(patience, arrived).await?
}

#[cfg(test)]
mod tests {
    use super::*;
    use program::tasks::{accept, connect};
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;

    #[tokio::test]
    async fn waiting_octets_are_seen_and_not_taken() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let addr = listener.local_addr().unwrap().to_string();
        let mut near = connect(&addr).await.unwrap();
        let (mut far, _) = accept(&listener).await;
        near.write_all(b"abcd").await.unwrap();
        let long = Duration::from_secs(10);
        until_waiting(&far, 4, long).await.unwrap();
        let late = until_waiting(&far, 5, Duration::from_millis(20)).await;
        assert_eq!(late.unwrap_err().kind(), io::ErrorKind::TimedOut);
        assert_eq!(far.read(&mut [0; 8]).await.unwrap(), 4);
    }

    #[tokio::test]
    async fn who_ends_before_the_first_is_not_waited_for() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let addr = listener.local_addr().unwrap().to_string();
        drop(connect(&addr).await.unwrap());
        let (far, _) = accept(&listener).await;
        let ended = until_waiting(&far, 4, Duration::from_secs(10)).await;
        assert_eq!(ended.unwrap_err().kind(), io::ErrorKind::UnexpectedEof);
    }
}
