//! Whole messages on a stream, as Python's `multiprocessing.connection` sends them: a length of
//! four octets, then so many octets. A length that they can't hold is -1 and eight octets more.

use std::io;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

/// Sends one message.
///
/// # Errors
///
/// Those of the stream.
pub async fn send(stream: &mut (impl AsyncWrite + Unpin), message: &[u8]) -> io::Result<()> {
    let mut octets = match i32::try_from(message.len()) {
        Ok(length) => length.to_be_bytes().to_vec(),
        Err(_) => [
            &(-1_i32).to_be_bytes()[..],
            &(message.len() as u64).to_be_bytes(),
        ]
        .concat(),
    };
    // In one write: two small ones would wait for each other's acknowledgement.
    octets.extend_from_slice(message);
    stream.write_all(&octets).await
}

/// Receives one message, of `limit` octets at most. None, if the stream ends before it.
///
/// # Errors
///
/// Those of the stream; `InvalidData`, before anything of the message is read, if it is longer;
/// `UnexpectedEof` if the stream ends inside of it.
pub async fn receive(
    stream: &mut (impl AsyncRead + Unpin),
    limit: usize,
) -> io::Result<Option<Vec<u8>>> {
    let mut length = [0; 4];
    // The end is no error where a message could begin.
    if stream.read(&mut length[..1]).await? == 0 {
        return Ok(None);
    }
    stream.read_exact(&mut length[1..]).await?;
    let length = match i32::from_be_bytes(length) {
        -1 => stream.read_u64().await?,
        length => u64::try_from(length).unwrap_or(u64::MAX),
    };
    let length = usize::try_from(length)
        .ok()
        .filter(|length| *length <= limit)
        .ok_or_else(|| {
            let error = format!("a message of more than {limit} octets");
            io::Error::new(io::ErrorKind::InvalidData, error)
        })?;
    let mut message = vec![0; length];
    stream.read_exact(&mut message).await?;
    Ok(Some(message))
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn received(octets: &[u8], limit: usize) -> Result<Option<Vec<u8>>, io::ErrorKind> {
        let mut stream = octets;
        receive(&mut stream, limit)
            .await
            .map_err(|error| error.kind())
    }

    #[test]
    fn messages_are_as_python_sends_them() {
        testkit::check_async(|| async {
            let mut octets = Vec::new();
            send(&mut octets, b"hello").await.unwrap();
            send(&mut octets, b"").await.unwrap();
            assert_eq!(octets, b"\0\0\0\x05hello\0\0\0\0");
            let mut stream = &octets[..];
            assert_eq!(
                receive(&mut stream, 5).await.unwrap(),
                Some(b"hello".to_vec())
            );
            assert_eq!(receive(&mut stream, 5).await.unwrap(), Some(Vec::new()));
            assert_eq!(receive(&mut stream, 5).await.unwrap(), None);
        });
    }

    #[test]
    fn a_length_may_have_eight_octets_more() {
        testkit::check_async(|| async {
            let octets = b"\xFF\xFF\xFF\xFF\0\0\0\0\0\0\0\x02hi";
            assert_eq!(received(octets, 2).await, Ok(Some(b"hi".to_vec())));
            let huge = b"\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFFhi";
            assert_eq!(received(huge, 2).await, Err(io::ErrorKind::InvalidData));
        });
    }

    #[test]
    fn a_length_over_the_limit_or_below_zero_is_refused() {
        testkit::check_async(|| async {
            for octets in [
                &b"\0\0\0\x03abc"[..],
                b"\x7F\xFF\xFF\xFF",
                b"\xFF\xFF\xFF\xFE",
            ] {
                assert_eq!(received(octets, 2).await, Err(io::ErrorKind::InvalidData));
            }
        });
    }

    #[test]
    fn a_message_that_is_cut_is_an_error() {
        testkit::check_async(|| async {
            let octets = b"\xFF\xFF\xFF\xFF\0\0\0\0\0\0\0\x02hi";
            for cut in 1..octets.len() {
                let got = received(&octets[..cut], 2).await;
                assert_eq!(got, Err(io::ErrorKind::UnexpectedEof), "cut behind {cut}");
            }
        });
    }
}
