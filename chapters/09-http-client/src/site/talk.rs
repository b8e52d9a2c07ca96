//! The conversation with one client of `bodies`.

use std::io;
use std::process;
use std::time::Duration;

use bytes::BytesMut;
use program::tasks::in_time;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::time::{sleep, timeout};

use super::Site;
use super::reply::{End, Reply};
use super::request::{Refused, Request};
use crate::body_length::{self, Body};
use crate::chunked_decoder::{self, ChunkedDecoder, Part};
use crate::line_ends::LineEnds;
use crate::response_head;

/// How long it may keep a connection without asking for anything.
const IDLE: Duration = Duration::from_secs(60);
/// What a request's head may have.
const HEAD: response_head::Limits = response_head::Limits {
    octets: 16 * 1024,
    lines: 100,
};
/// What a request's body may have.
const MAX_BODY: usize = 1 << 20;

/// A client's connection, plain or within TLS.
pub trait Stream: AsyncRead + AsyncWrite + Unpin + Send {}
impl<S: AsyncRead + AsyncWrite + Unpin + Send> Stream for S {}

/// Answers one client's requests, one after the other.
///
/// # Errors
///
/// When the connection fails, or a request had to be refused.
pub async fn talk(mut stream: impl Stream, site: &Site) -> anyhow::Result<()> {
    let mut input = BytesMut::new();
    for answered in 0.. {
        if input.is_empty() {
            // A client that leaves between two requests needn't say so.
            match timeout(IDLE, stream.read_buf(&mut input)).await {
                Ok(Ok(1..)) => {}
                _ => return Ok(()),
            }
        }
        let request = in_time(site.patience(), read_request(&mut stream, &mut input)).await?;
        let request = match request {
            Ok(request) => request,
            Err(refused) => return refuse(stream, site.patience(), refused).await,
        };
        let reply = site.answer(&request);
        if site.settings.closes_after == Some(answered) {
            return Ok(());
        }
        let tunnel = request.method == "CONNECT";
        if write(&mut stream, site.patience(), &request, &reply)
            .await
            .is_err()
        {
            return Ok(()); // nor one that has read enough
        }
        if reply.end != End::Next || request.wants_close() && !tunnel {
            break;
        }
    }
    close(stream).await;
    Ok(())
}

/// The next request, head and body.
async fn read_request(
    stream: &mut impl Stream,
    input: &mut BytesMut,
) -> io::Result<Result<Request, Refused>> {
    let mut ends = LineEnds::default();
    let mut request = loop {
        if ends.is_news(input, HEAD.octets) {
            match Request::decode(input, &HEAD) {
                Ok(Some(request)) => break request,
                Ok(None) => {}
                Err(refused) => return Ok(Err(refused)),
            }
        }
        ends.saw(input);
        more(stream, input).await?;
    };
    let limits = chunked_decoder::Limits {
        body: MAX_BODY as u64,
        ..Default::default()
    };
    let body = match body_length::of_request(request.minor, &request.fields) {
        Ok(Body::Length(length)) if length > MAX_BODY as u64 => {
            return Ok(Err(Refused::TooLong(MAX_BODY)));
        }
        Ok(body) => body,
        Err(error) => return Ok(Err(error.into())),
    };
    if request.fields.first("Expect").is_some() && body != Body::Empty {
        stream.write_all(b"HTTP/1.1 100 Continue\r\n\r\n").await?;
    }
    match body {
        Body::Length(length) => {
            let length = length as usize; // it is under the limit
            while input.len() < length {
                more(stream, input).await?;
            }
            request.body = input.split_to(length).to_vec();
        }
        Body::Chunked => {
            let mut decoder = ChunkedDecoder::new(limits);
            loop {
                match decoder.decode(input) {
                    Ok(Some(Part::Data(octets))) => request.body.extend_from_slice(&octets),
                    Ok(Some(Part::End(_))) => break,
                    Ok(None) => more(stream, input).await?,
                    Err(error) => return Ok(Err(error.into())),
                }
            }
        }
        _ => {} // a request has no other body
    }
    Ok(Ok(request))
}

async fn more(stream: &mut impl Stream, input: &mut BytesMut) -> io::Result<()> {
    match stream.read_buf(input).await? {
        0 => Err(io::Error::new(
            io::ErrorKind::UnexpectedEof,
            "the client left inside a request",
        )),
        _ => Ok(()),
    }
}

async fn refuse(
    mut stream: impl Stream,
    patience: Duration,
    refused: Refused,
) -> anyhow::Result<()> {
    use response_head::Error::{TooLong, TooManyLines};
    let status = match refused {
        Refused::TooLong(_) | Refused::Chunks(chunked_decoder::Error::TooLong { .. }) => 413,
        Refused::Head(TooLong { .. } | TooManyLines { .. }) => 431,
        _ => 400,
    };
    let reply = Reply::text(status, &format!("{refused}\n")).ends(End::Close);
    write(&mut stream, patience, &Request::default(), &reply).await?;
    close(stream).await;
    Err(refused.into())
}

async fn write(
    stream: &mut impl Stream,
    patience: Duration,
    request: &Request,
    reply: &Reply,
) -> anyhow::Result<()> {
    let (mut head, body) = reply.octets(request);
    match reply.end {
        End::StallAfter(octets) | End::CrashAfter(octets) => {
            head.extend_from_slice(&body[..octets.min(body.len())]);
        }
        End::Drip => {}
        _ => head.extend_from_slice(&body),
    }
    in_time(patience, stream.write_all(&head)).await?;
    in_time(patience, stream.flush()).await?;
    match reply.end {
        End::Stall | End::StallAfter(_) => {
            // Until the client has had enough.
            let _ = timeout(IDLE, stream.read_u8()).await;
        }
        End::Drip => {
            for octet in body {
                sleep(Duration::from_millis(50)).await;
                let written = stream.write_all(&[octet]).await;
                if written.and(stream.flush().await).is_err() {
                    break; // the client has had enough
                }
            }
        }
        End::CrashAfter(octets) if octets < body.len() => {
            println!("Gone, with {octets} of {} octets sent", body.len());
            process::exit(1);
        }
        _ => {}
    }
    Ok(())
}

/// Closes so that what was written last arrives: octets of the client's that nobody had
/// read would make it a reset (chapter 3).
async fn close(mut stream: impl Stream) {
    const MOST: usize = 4 << 20; // some more than the body that was refused
    let drain = async {
        stream.shutdown().await?;
        let (mut buffer, mut drained) = ([0; 8192], 0);
        while drained < MOST {
            match stream.read(&mut buffer).await? {
                0 => break,
                read => drained += read,
            }
        }
        io::Result::Ok(())
    };
    let _ = timeout(Duration::from_secs(1), drain).await;
}
