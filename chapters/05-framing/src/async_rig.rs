//! What [`rig`](crate::rig) and [`talk`](crate::talk) do, for programs in tokio.

use std::io;
use std::time::Duration;

use anyhow::Context;
use tokio::net::{TcpListener, TcpStream};
use tokio::time::{sleep, timeout};

/// How long to wait before another look.
const PAUSE: Duration = Duration::from_millis(1);

/// Runs `program` to its end, on this thread.
///
/// # Errors
///
/// Its own; and when the system has no room for a runtime.
pub fn block_on(program: impl Future<Output = anyhow::Result<()>>) -> anyhow::Result<()> {
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    runtime.enable_all().build()?.block_on(program)
}

/// Listens at `addr`, says so, and ends the program on Ctrl-C.
///
/// # Errors
///
/// When the address can't be listened at.
pub async fn listen(addr: &str) -> anyhow::Result<TcpListener> {
    program::stop_on_ctrl_c()?;
    let listener = TcpListener::bind(addr).await;
    let listener = listener.with_context(|| format!("bind {addr}"))?;
    println!("Listening at {}", listener.local_addr()?);
    Ok(listener)
}

/// Connects to `addr`.
///
/// # Errors
///
/// As [`TcpStream::connect`], with the address.
pub async fn connect(addr: &str) -> anyhow::Result<TcpStream> {
    let stream = TcpStream::connect(addr).await;
    stream.with_context(|| format!("connect {addr}"))
}

/// Waits until `octets` octets have arrived at `stream`, and takes none of them.
///
/// # Errors
///
/// [`io::ErrorKind::TimedOut`] if fewer have come after `patience`; those of
/// [`TcpStream::peek`].
pub async fn until_waiting(
    stream: &TcpStream,
    octets: usize,
    patience: Duration,
) -> io::Result<()> {
    let mut look = vec![0; octets];
    let arrived = async {
        while octets > 0 && stream.peek(&mut look).await? < octets {
            sleep(PAUSE).await;
        }
        Ok(())
    };
    timeout(patience, arrived).await?
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    #[tokio::test]
    async fn waiting_octets_are_seen_and_not_taken() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let addr = listener.local_addr().unwrap().to_string();
        let mut near = connect(&addr).await.unwrap();
        let (mut far, _) = listener.accept().await.unwrap();
        near.write_all(b"abcd").await.unwrap();
        let long = Duration::from_secs(10);
        until_waiting(&far, 4, long).await.unwrap();
        let late = until_waiting(&far, 5, Duration::from_millis(20)).await;
        assert_eq!(late.unwrap_err().kind(), io::ErrorKind::TimedOut);
        assert_eq!(far.read(&mut [0; 8]).await.unwrap(), 4);
    }
}
