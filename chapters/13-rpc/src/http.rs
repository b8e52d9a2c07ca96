//! Calls by HTTP: a request holds a message, and so does its answer.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, bail, ensure};
use bytes::Bytes;
use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use hyper::body::Incoming;
use hyper::client::conn::http1::SendRequest;
use hyper::header::{AUTHORIZATION, CONTENT_TYPE, HOST, HeaderValue, WWW_AUTHENTICATE};
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode, Version};
use hyper_util::rt::{TokioIo, TokioTimer};
use program::tasks::{in_time, serve};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;

use crate::access::Access;
use crate::kv::{CALLERS, MESSAGE, REPLY};

/// How a protocol uses HTTP.
#[derive(Debug, Clone, Copy)]
pub struct Kind {
    /// The path that a client asks, and that a server answers beside `/`.
    pub path: &'static str,
    /// The media type of messages. That it is none of a form's keeps web pages from
    /// calling: a browser asks the server first, and hears no.
    pub media_type: &'static str,
}

/// What a server makes of a message.
#[derive(Debug)]
pub enum Outcome {
    /// This is the answer.
    Answer(Vec<u8>),
    /// There is no answer, and that is right.
    Silence,
    /// There is an answer, and it never arrives.
    Lost,
}

/// How long a connection lasts, in times of the server's patience: who never reads
/// answers has no place for ever.
const AGE: u32 = 60;

/// Answers the callers of `listener` with what `respond` makes of their messages.
pub async fn answer<F>(
    listener: &TcpListener,
    patience: Duration,
    kind: Kind,
    access: Access,
    respond: F,
) -> !
where
    F: Fn(&[u8]) -> Outcome + Send + Sync + 'static,
{
    let shared = Arc::new((access, respond));
    serve(listener, CALLERS, move |stream| {
        let shared = Arc::clone(&shared);
        async move {
            stream.set_nodelay(true)?;
            let service = service_fn(|request| {
                let shared = Arc::clone(&shared);
                async move { reply(request, patience, kind, &shared.0, &shared.1).await }
            });
            let connection = hyper::server::conn::http1::Builder::new()
                .timer(TokioTimer::new())
                .header_read_timeout(patience)
                .half_close(true)
                .serve_connection(TokioIo::new(stream), service);
            match timeout(patience * AGE, connection).await {
                Ok(Err(error)) if !has_gone(&error) => Err(error.into()),
                _ => Ok(()),
            }
        }
    })
    .await
}

/// That a caller leaves is nobody's fault, and a lost answer is meant to be.
fn has_gone(error: &hyper::Error) -> bool {
    error.is_incomplete_message() || error.is_user() || error.is_closed()
}

// ANCHOR: reply
async fn reply(
    request: Request<Incoming>,
    patience: Duration,
    kind: Kind,
    access: &Access,
    respond: impl Fn(&[u8]) -> Outcome,
) -> anyhow::Result<Response<Full<Bytes>>> {
    // One Host, and no other number of them: RFC 9112, section 3.2.
    let hosts = request.headers().get_all(HOST).iter().count();
    if request.version() == Version::HTTP_11 && hosts != 1 {
        return Ok(short(StatusCode::BAD_REQUEST, "for which host?\n"));
    }
    let field = |name| request.headers().get(name).map(HeaderValue::as_bytes);
    if !access.allows(field(AUTHORIZATION)) {
        let mut refused = short(StatusCode::UNAUTHORIZED, "who are you?\n");
        let how = HeaderValue::from_static("Basic realm=\"rpc\"");
        refused.headers_mut().insert(WWW_AUTHENTICATE, how);
        return Ok(refused);
    }
    if ![kind.path, "/"].contains(&request.uri().path()) {
        return Ok(short(StatusCode::NOT_FOUND, "nothing is called here\n"));
    }
    if request.method() != Method::POST {
        return Ok(short(StatusCode::METHOD_NOT_ALLOWED, "calls are POSTed\n"));
    }
    let media_type = field(CONTENT_TYPE).unwrap_or_default();
    let media_type = media_type.split(|octet| *octet == b';').next();
    let media_type = media_type.unwrap_or_default().trim_ascii();
    if !media_type.eq_ignore_ascii_case(kind.media_type.as_bytes()) {
        return Ok(short(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "another media type\n",
        ));
    }
    let message = match timeout(
        patience,
        Limited::new(request.into_body(), MESSAGE).collect(),
    )
    .await
    {
        Ok(Ok(message)) => message.to_bytes(),
        Ok(Err(error)) if error.is::<LengthLimitError>() => {
            return Ok(short(StatusCode::PAYLOAD_TOO_LARGE, "too large\n"));
        }
        Ok(Err(_)) => return Ok(short(StatusCode::BAD_REQUEST, "no message\n")),
        Err(_) => return Ok(short(StatusCode::REQUEST_TIMEOUT, "too slow\n")),
    };
    match respond(&message) {
        Outcome::Answer(octets) => {
            let mut response = Response::new(Full::from(octets));
            let media_type = HeaderValue::from_static(kind.media_type);
            response.headers_mut().insert(CONTENT_TYPE, media_type);
            Ok(response)
        }
        Outcome::Silence => Ok(short(StatusCode::NO_CONTENT, "")),
        Outcome::Lost => bail!("the answer is lost"), // and hyper closes the connection
    }
}
// ANCHOR_END: reply

fn short(status: StatusCode, text: &'static str) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::from(text));
    *response.status_mut() = status;
    response
}

/// A connection to a server, for one call after the other.
#[derive(Debug)]
pub struct Caller {
    sender: SendRequest<Full<Bytes>>,
    host: HeaderValue,
    kind: Kind,
    authorization: Option<HeaderValue>,
    patience: Duration,
}

impl Caller {
    /// Talks over `stream` to the server whose name is `host`.
    ///
    /// # Errors
    ///
    /// When `host` or `authorization` can't stand in a field.
    pub async fn over(
        stream: TcpStream,
        host: &str,
        kind: Kind,
        authorization: Option<&str>,
        patience: Duration,
    ) -> anyhow::Result<Caller> {
        stream.set_nodelay(true)?;
        let handshake = hyper::client::conn::http1::handshake(TokioIo::new(stream));
        let (sender, connection) = handshake.await?;
        tokio::spawn(connection); // what goes wrong in it, the call hears of
        Ok(Caller {
            sender,
            host: host.parse()?,
            kind,
            authorization: authorization.map(str::parse).transpose()?,
            patience,
        })
    }

    /// Connects to the server at `addr`.
    ///
    /// # Errors
    ///
    /// When it can't be reached, and as for [`Caller::over`].
    pub async fn connect(
        addr: &str,
        kind: Kind,
        authorization: Option<&str>,
        patience: Duration,
    ) -> anyhow::Result<Caller> {
        let stream = program::tasks::connect(addr).await?;
        Caller::over(stream, addr, kind, authorization, patience).await
    }

    /// Whether the server has left the connection open.
    pub fn is_open(&self) -> bool {
        !self.sender.is_closed()
    }

    /// Sends `message`, and gives what is answered, which may be nothing.
    ///
    /// # Errors
    ///
    /// When nothing is answered in time, or something else than a message.
    pub async fn call(&mut self, message: impl Into<Bytes>) -> anyhow::Result<Bytes> {
        let mut request = Request::post(self.kind.path)
            .header(HOST, &self.host)
            .header(CONTENT_TYPE, self.kind.media_type);
        if let Some(authorization) = &self.authorization {
            request = request.header(AUTHORIZATION, authorization);
        }
        let request = request.body(Full::new(message.into()))?;
        let asked = async {
            self.sender.ready().await?;
            self.sender.send_request(request).await
        };
        let response = in_time(self.patience, asked).await.context("call")?;
        let status = response.status();
        ensure!(status.is_success(), "call: the server says {status}");
        let body = Limited::new(response.into_body(), REPLY).collect();
        match timeout(self.patience, body).await {
            Ok(Ok(body)) => Ok(body.to_bytes()),
            Ok(Err(error)) => bail!("call: {error}"),
            Err(_) => bail!("call: gave up: not done within {:?}", self.patience),
        }
    }
}
