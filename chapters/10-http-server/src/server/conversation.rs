//! One client's requests, one after the other.

use std::future::poll_fn;
use std::io;
use std::pin::{Pin, pin};
use std::task::{Poll, ready};
use std::time::Duration;

use anyhow::anyhow;
use bytes::{Bytes, BytesMut};
use http::header::{CONTENT_LENGTH, HOST};
use http::{HeaderName, HeaderValue, Method, StatusCode, Uri};
use http_client::body_length;
use http_client::chunk_encoder::{chunk, last_chunk};
use http_client::line_ends::LineEnds;
use hyper::body::Body as _;
use tokio::io::{AsyncRead, AsyncWrite};

use super::body::{Coming, Incoming, Shared, as_io};
use super::response::{Framing, head};
use super::wire::{Phase, Wire, late};
use super::{HEAD, SKIP};
use crate::application::{Application, Body, Connection, Request, Response, boxed, text};
use crate::pipelining::Event;
use crate::request_head::RequestHead;
use crate::serving::Stop;
use crate::settings::Settings;

/// How long a client may take to close after the server has said that it does.
const LINGER: Duration = Duration::from_secs(2);

/// Answers requests until the client leaves, or one of them leaves no other way, or `stop`
/// comes between two.
///
/// # Errors
///
/// Those of the connection, and what the client did that it may not.
// ANCHOR: talk
pub async fn talk<S>(
    mut application: impl Application,
    stream: S,
    connection: Connection,
    stop: &Stop,
    settings: &Settings,
) -> anyhow::Result<()>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let wire = Shared::new(Wire::new(stream, settings));
    loop {
        let (number, head) = match next_request(&wire, stop, settings).await {
            Ok(Some(next)) => next,
            Ok(None) => return close(&wire).await,
            Err(refused) => return refuse(&wire, refused).await,
        };
        let asked = Asked {
            number,
            method: Method::from_bytes(head.method.as_bytes())?, // a token, as it was parsed
            minor: head.minor,
        };
        let request = match prepare(number, head, &wire, connection, settings) {
            Ok(request) => request,
            Err(refused) => return refuse(&wire, refused).await,
        };
        let response = answer(&mut application, request, &wire).await?;
        respond(&wire, &asked, response, stop).await?;
    }
}
// ANCHOR_END: talk

/// What has to be known of a request when it is answered.
struct Asked {
    number: u64,
    method: Method,
    minor: u8,
}

/// Why a request is not even shown to the application.
struct Refused {
    number: Option<u64>,
    status: StatusCode,
    why: anyhow::Error,
}

/// The next request, or none if there won't be one.
// ANCHOR: next_request
async fn next_request<S>(
    wire: &Shared<S>,
    stop: &Stop,
    settings: &Settings,
) -> Result<Option<(u64, RequestHead)>, Refused>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let refused = |number, status: u16, why| {
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_REQUEST);
        Err(Refused {
            number,
            status,
            why,
        })
    };
    let mut stopped = pin!(stop.cancelled());
    let (mut begun, mut came) = (false, 0);
    let mut ends = LineEnds::default();
    wire.lock().reading.start(Phase::Idle, settings.idle_time);
    poll_fn(|context| {
        let wire = &mut *wire.lock();
        loop {
            // Of a head that has begun there is nothing new before its next line's end.
            let news = ends.is_news(&wire.machine.input, HEAD) || !begun;
            match news.then(|| wire.machine.next_event()).flatten() {
                Some(Event::Request(number, head)) => return Poll::Ready(Ok(Some((number, head)))),
                Some(Event::Refused(number, error)) => {
                    return Poll::Ready(refused(Some(number), error.status(), error.into()));
                }
                Some(_) => continue,
                None if wire.machine.is_over() => return Poll::Ready(Ok(None)),
                None => {}
            }
            ends.saw(&wire.machine.input);
            // The clock of a head runs from its first octet on, and isn't set back.
            if !wire.machine.input.is_empty() && !begun {
                begun = true;
                wire.reading.start(Phase::Head, settings.head_time);
            }
            // Between two requests is where a server may stop.
            if !begun && stopped.as_mut().poll(context).is_ready() {
                return Poll::Ready(Ok(None));
            }
            let before = wire.machine.input.len();
            return Poll::Ready(match ready!(wire.poll_fill(context)) {
                // A head has an end or a limit by now, and so has a body that is dropped.
                Ok(true) if came > SKIP + 2 * HEAD as u64 => {
                    refused(None, 400, anyhow!("empty lines, and no request"))
                }
                Ok(true) => {
                    came += (wire.machine.input.len() - before) as u64;
                    continue;
                }
                Ok(false) if !begun => Ok(None),
                Ok(false) => refused(None, 400, anyhow!("the client left within its request")),
                Err(error) if late(&error) == Some(Phase::Idle) => Ok(None),
                Err(error) => refused(None, 408, error.into()),
            });
        }
    })
    .await
}
// ANCHOR_END: next_request

/// The request as applications know it; or why they won't.
fn prepare<S>(
    number: u64,
    head: RequestHead,
    wire: &Shared<S>,
    connection: Connection,
    settings: &Settings,
) -> Result<Request, Refused>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let refused = |status, why| Refused {
        number: Some(number),
        status,
        why,
    };
    // Before the client is told to go on: it needn't send what nobody will read.
    if matches!(head.body, body_length::Body::Length(length) if length > settings.body) {
        let why = anyhow!("a body of more than {} octets", settings.body);
        return Err(refused(StatusCode::PAYLOAD_TOO_LARGE, why));
    }
    let coming = Coming::of(number, &head, settings.body);
    let coming = coming.map_err(|why| refused(StatusCode::EXPECTATION_FAILED, why.into()))?;
    wire.lock().coming = Some(coming);
    let request = as_request(&head);
    let request = request.map_err(|why| refused(StatusCode::BAD_REQUEST, why.into()))?;
    let mut request = request.map(|()| boxed(Incoming::of(number, wire, settings)));
    request.extensions_mut().insert(connection);
    Ok(request)
}

fn as_request(head: &RequestHead) -> Result<http::Request<()>, http::Error> {
    let mut request = http::Request::new(());
    *request.method_mut() = Method::from_bytes(head.method.as_bytes())?;
    *request.uri_mut() = match &head.query {
        None => Uri::try_from(&head.path)?,
        Some(query) => Uri::try_from(format!("{}?{query}", head.path))?,
    };
    *request.version_mut() = match head.minor {
        0 => http::Version::HTTP_10,
        _ => http::Version::HTTP_11,
    };
    let fields = request.headers_mut();
    for (name, value) in head.fields.iter() {
        let name = HeaderName::from_bytes(name.as_bytes())?;
        fields.append(name, HeaderValue::from_bytes(value)?);
    }
    // A host in the target has replaced the one in the field.
    fields.insert(HOST, HeaderValue::try_from(&head.host)?);
    Ok(request)
}

/// What `application` says. What was said before need not wait for one that takes its time.
async fn answer<S>(
    application: &mut impl Application,
    request: Request,
    wire: &Shared<S>,
) -> anyhow::Result<Response>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let ready = poll_fn(|context| application.poll_ready(context)).await;
    ready?;
    let mut answer = pin!(application.call(request));
    let answered = poll_fn(|context| {
        let answered = answer.as_mut().poll(context);
        if answered.is_pending()
            && let Poll::Ready(Err(error)) = wire.lock().poll_flush(context)
        {
            return Poll::Ready(Err(error));
        }
        answered.map(Ok)
    });
    Ok(answered.await??)
}

/// Sends `response`.
async fn respond<S>(
    wire: &Shared<S>,
    asked: &Asked,
    mut response: Response,
    stop: &Stop,
) -> anyhow::Result<()>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let length = response.body().size_hint().exact();
    let framing = Framing::of(&asked.method, asked.minor, response.status(), length);
    if asked.method == Method::HEAD
        && let Some(length) = length
    {
        let fields = response.headers_mut();
        fields.entry(CONTENT_LENGTH).or_insert(length.into());
    }
    let mut octets = BytesMut::new();
    let keep = {
        let still_reads = !wire.is_alone();
        let wire = &mut *wire.lock();
        if still_reads {
            wire.go_on(); // the application answers while it reads
        }
        let keep = wire.comes_for_certain()
            && (still_reads || wire.is_sound())
            && !wire.machine.is_last(asked.number)
            && framing != Framing::Close
            && !stop.is_cancelled();
        let connection = match asked.minor {
            _ if !keep => Some("close"),
            0 => Some("keep-alive"),
            _ => None,
        };
        head(&response, framing, connection, &mut octets);
        wire.machine.answer(asked.number, &octets);
        keep
    };
    let mut body = pin!(response.into_body());
    let mut sent = 0;
    while framing != Framing::None
        && let Some(piece) = next_octets(wire, body.as_mut()).await?
    {
        sent += piece.len() as u64;
        if framing == Framing::Chunked {
            octets.clear();
            chunk(&piece, &mut octets);
            wire.lock().machine.answer(asked.number, &octets);
        } else {
            wire.lock().machine.answer(asked.number, &piece);
        }
    }
    let wire = &mut *wire.lock();
    match framing {
        Framing::Chunked => {
            octets.clear();
            last_chunk([], &mut octets);
            wire.machine.answer(asked.number, &octets);
        }
        Framing::Length(length) => anyhow::ensure!(
            sent == length,
            "the application made {sent} octets, and had announced {length}"
        ),
        Framing::None | Framing::Close => {}
    }
    let keep = keep && wire.is_sound();
    wire.machine.complete(asked.number, keep);
    wire.coming = None; // who has kept the body won't get the next one's octets
    Ok(())
}

/// The next octets of a response's body. While there are none, or when enough have come
/// together, those before them are sent.
async fn next_octets<S>(wire: &Shared<S>, mut body: Pin<&mut Body>) -> io::Result<Option<Bytes>>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    poll_fn(|context| {
        if wire.lock().is_full() {
            ready!(wire.lock().poll_flush(context))?;
        }
        loop {
            let Poll::Ready(frame) = body.as_mut().poll_frame(context) else {
                if let Poll::Ready(Err(error)) = wire.lock().poll_flush(context) {
                    return Poll::Ready(Err(error));
                }
                return Poll::Pending;
            };
            match frame
                .transpose()
                .map_err(as_io)?
                .map(|frame| frame.into_data())
            {
                None => return Poll::Ready(Ok(None)),
                Some(Ok(octets)) => return Poll::Ready(Ok(Some(octets))),
                Some(Err(_trailers)) => {}
            }
        }
    })
    .await
}

/// Answers with the reason, and ends: where the next request would begin nobody knows.
async fn refuse<S>(wire: &Shared<S>, refused: Refused) -> anyhow::Result<()>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let Refused {
        number,
        status,
        why,
    } = refused;
    if why
        .downcast_ref()
        .is_some_and(|error| late(error).is_none())
    {
        return Err(why); // the connection itself is broken: nobody would hear it
    }
    let why_not = format!("{}\n", program::one_line(&why));
    let response = text(status, why_not.clone());
    let mut octets = BytesMut::new();
    let framing = Framing::Length(why_not.len() as u64);
    head(&response, framing, Some("close"), &mut octets);
    octets.extend_from_slice(why_not.as_bytes());
    match number {
        Some(number) => wire.lock().machine.answer(number, &octets),
        None => wire.lock().machine.output.extend_from_slice(&octets),
    }
    close(wire).await?;
    Err(why.context(format!("refused with {}", status.as_u16())))
}

/// Ends in good order: first our direction, and then whatever still comes is thrown away. A
/// socket that is closed with octets unread sends a reset, and that may reach the client
/// before it has read the answer.
// ANCHOR: close
async fn close<S>(wire: &Shared<S>) -> anyhow::Result<()>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    poll_fn(|context| wire.lock().poll_shutdown(context)).await?;
    wire.lock().reading.start(Phase::Linger, LINGER);
    poll_fn(|context| {
        let wire = &mut *wire.lock();
        loop {
            wire.machine.input.clear();
            match ready!(wire.poll_fill(context)) {
                Ok(true) => {}
                // It has gone, or it stays, and we have done what we could.
                Ok(false) | Err(_) => return Poll::Ready(()),
            }
        }
    })
    .await;
    Ok(())
}
// ANCHOR_END: close
