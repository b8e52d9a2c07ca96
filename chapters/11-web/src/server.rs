//! How the servers of this chapter serve: axum's router under hyper, with limits that
//! `axum::serve` doesn't have.

use std::error::Error;
use std::io;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use anyhow::Context as _;
use axum::Router;
use axum::extract::Request;
use axum::http::header::{CONTENT_TYPE, HOST, ORIGIN};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use program::tasks;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::{Instant, Sleep, sleep, timeout};

/// How many clients are served at a time; the next one waits.
const CLIENTS: usize = 128;
/// How many octets the head of a request may have: cookies and all.
const HEAD: usize = 16 * 1024;
/// How many octets the body of a request may have: a form that a person fills in.
pub const BODY: usize = 16 * 1024;

/// The command line of a server on the web: its address, and its patience.
#[derive(Debug, Clone, clap::Args)]
pub struct Listen {
    /// Where to listen, as in 127.0.0.1:8000 (port 0: any that is free)
    pub addr: String,
    /// How long a client may take for a head, for a body, and to read its answer
    #[arg(long, value_name = "SECONDS", default_value = "10", value_parser = program::seconds)]
    pub timeout: Duration,
    /// How long a connection may last, whatever is asked on it
    #[arg(long, value_name = "SECONDS", default_value = "300", value_parser = program::seconds)]
    pub connection: Duration,
}

impl Listen {
    /// Serves what `router` routes, until Ctrl-C.
    ///
    /// # Errors
    ///
    /// When the address can't be listened at.
    // ANCHOR: serve
    pub async fn serve(&self, router: Router) -> anyhow::Result<()> {
        let listener = tasks::listen(&self.addr).await?;
        self.serve_at(listener, router).await
    }

    /// The same at a listener that is there already.
    ///
    /// # Errors
    ///
    /// None: it serves until the program ends.
    pub async fn serve_at(&self, listener: TcpListener, router: Router) -> anyhow::Result<()> {
        let (patience, lifetime) = (self.timeout, self.connection);
        let router = router.layer(middleware::from_fn(move |request, next| {
            answered_in_time(patience, request, next)
        }));
        tasks::serve(&listener, CLIENTS, move |stream| {
            let mut http = http1::Builder::new();
            // Who has ended its direction still waits for the answer.
            http.timer(TokioTimer::new()).half_close(true);
            http.header_read_timeout(patience).max_header_size(HEAD);
            let stream = TokioIo::new(Reader::new(stream, patience));
            let connection =
                http.serve_connection(stream, TowerToHyperService::new(router.clone()));
            async move {
                let mut connection = pin!(connection.with_upgrades());
                let ended = match timeout(lifetime, &mut connection).await {
                    Ok(ended) => ended,
                    // There is no next request; the answer that has begun has its time.
                    Err(_) => {
                        connection.as_mut().graceful_shutdown();
                        let ended = timeout(patience, connection).await;
                        ended.with_context(|| format!("gave up: open after {lifetime:?}"))?
                    }
                };
                match ended {
                    Err(error) if is_no_failure(&error) => Ok(()),
                    ended => Ok(ended?),
                }
            }
        })
        .await
    }
    // ANCHOR_END: serve
}

/// Whether a client went in the middle, or asked for nothing more in time: most browsers
/// do, who keep a connection for a while.
fn is_no_failure(error: &hyper::Error) -> bool {
    let cause = error
        .source()
        .and_then(|cause| cause.downcast_ref::<io::Error>());
    let gone = [io::ErrorKind::BrokenPipe, io::ErrorKind::ConnectionReset];
    let has_gone = cause.is_some_and(|cause| gone.contains(&cause.kind()));
    error.is_incomplete_message() || error.is_timeout() || has_gone
}

/// A body that doesn't come, or a handler that doesn't end, takes no longer than this.
async fn answered_in_time(patience: Duration, request: Request, next: Next) -> Response {
    match timeout(patience, next.run(request)).await {
        Ok(answer) => answer,
        Err(_) => (StatusCode::REQUEST_TIMEOUT, "Not done in time.\n").into_response(),
    }
}

/// A layer's worth of fields that every answer carries, unless it has them already.
pub async fn with_fields(
    fields: Vec<(HeaderName, HeaderValue)>,
    request: Request,
    next: Next,
) -> Response {
    let mut answer = next.run(request).await;
    for (name, value) in fields {
        answer.headers_mut().entry(name).or_insert(value);
    }
    answer
}

// ANCHOR: origin
/// Whether the page that made a browser ask this is one of the server's own. A browser says
/// which it was, and asks nobody whether that page may. Who is no browser says nothing, or
/// anything.
pub fn is_from_here(headers: &HeaderMap) -> bool {
    let Some(origin) = headers.get(ORIGIN) else {
        return true;
    };
    let host = headers.get(HOST).map_or(&b""[..], HeaderValue::as_bytes);
    let is_host = |scheme: &[u8]| origin.as_bytes().strip_prefix(scheme) == Some(host);
    is_host(b"http://") || is_host(b"https://")
}
// ANCHOR_END: origin

/// A file that is a part of the program.
pub async fn file(kind: &'static str, text: &'static str) -> Response {
    ([(CONTENT_TYPE, kind)], text).into_response()
}

/// A connection whose peer reads: if it takes nothing for the length of its patience, a
/// write fails.
// ANCHOR: reader
#[derive(Debug)]
pub struct Reader {
    stream: TcpStream,
    patience: Duration,
    /// Runs while a write waits.
    deadline: Option<Pin<Box<Sleep>>>,
}

impl Reader {
    /// The connection `stream`, whose peer may take nothing for `patience`.
    pub fn new(stream: TcpStream, patience: Duration) -> Reader {
        let deadline = None;
        Reader {
            stream,
            patience,
            deadline,
        }
    }
}

impl AsyncWrite for Reader {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        octets: &[u8],
    ) -> Poll<io::Result<usize>> {
        let patience = self.patience;
        if let Poll::Ready(written) = Pin::new(&mut self.stream).poll_write(context, octets) {
            self.deadline = None;
            return Poll::Ready(written);
        }
        let deadline = &mut self.deadline;
        let deadline = deadline.get_or_insert_with(|| Box::pin(sleep(patience)));
        ready!(deadline.as_mut().poll(context));
        deadline.as_mut().reset(Instant::now() + patience);
        let what = format!("gave up: the answer was not read within {patience:?}");
        Poll::Ready(Err(io::Error::new(io::ErrorKind::TimedOut, what)))
    }
    // ANCHOR_END: reader

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

impl AsyncRead for Reader {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}
