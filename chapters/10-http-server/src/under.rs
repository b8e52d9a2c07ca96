//! One application under three servers.

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::pin::{Pin, pin};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::extract::ConnectInfo;
use bytes::Bytes;
use clap::ValueEnum;
use http_body_util::Limited;
use hyper::body::{Frame, SizeHint};
use hyper::server::conn::{http1, http2};
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::TcpListener;
use tokio::time::{Sleep, sleep};
use tower::{BoxError, Service, ServiceExt};

use crate::application::{Application, Body, BodyError, Connection, Request, Response, boxed};
use crate::serving::{Ended, Stop, Stream};
use crate::settings::Settings;
use crate::{server, serving};

/// Who turns octets into requests, and responses into octets.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Under {
    /// This chapter's own server
    #[default]
    Httpd,
    /// hyper, with the times and limits that it has
    Hyper,
    /// `axum::serve`, which sets none
    Axum,
}

/// Serves `application` until Ctrl-C.
///
/// # Errors
///
/// When the address can't be listened at, or the certificate can't be read.
pub async fn serve(
    under: Under,
    settings: &Settings,
    application: impl Application,
) -> anyhow::Result<()> {
    match under {
        Under::Httpd => server::serve(settings, application).await,
        Under::Hyper => hyper(settings, application).await,
        Under::Axum => axum(settings, application).await,
    }
}

/// HTTP/2 where TLS has agreed on it, and HTTP/1.1 everywhere else.
async fn hyper(settings: &Settings, application: impl Application) -> anyhow::Result<()> {
    let own = settings.clone();
    serving::serve(
        settings,
        &[b"h2", b"http/1.1"],
        move |stream, connection, stop| {
            talk(application.clone(), stream, connection, stop, own.clone())
        },
    )
    .await
}

// ANCHOR: hyper
async fn talk(
    application: impl Application,
    stream: Stream,
    connection: Connection,
    stop: Stop,
    settings: Settings,
) -> anyhow::Result<()> {
    let service = TowerToHyperService::new(Prepared {
        application,
        connection,
        settings: settings.clone(),
    });
    let h2 = stream.protocol() == Some(b"h2");
    let stream = TokioIo::new(stream);
    if h2 {
        let served = http2_builder(&settings).serve_connection(stream, service);
        let mut served = pin!(served);
        tokio::select! {
            ended = served.as_mut() => return Ok(ended?),
            () = stop.cancelled() => served.as_mut().graceful_shutdown(),
        }
        return Ok(served.await?);
    }
    let served = http1_builder(&settings).serve_connection(stream, service);
    let mut served = pin!(served);
    tokio::select! {
        ended = served.as_mut() => return Ok(ended?),
        () = stop.cancelled() => served.as_mut().graceful_shutdown(),
    }
    Ok(served.await?)
}
// ANCHOR_END: hyper

// ANCHOR: builders
/// Without a timer, hyper has no time-outs.
fn http1_builder(settings: &Settings) -> http1::Builder {
    let mut builder = http1::Builder::new();
    builder
        .timer(TokioTimer::new())
        // Counts from the end of the response before: a silent client is a slow one.
        .header_read_timeout(settings.head_time)
        .max_headers(server::FIELDS)
        .max_buf_size(server::HEAD);
    builder
}

fn http2_builder(settings: &Settings) -> http2::Builder<TokioExecutor> {
    let mut builder = http2::Builder::new(TokioExecutor::new());
    builder
        .timer(TokioTimer::new())
        // Who doesn't answer a PING is gone.
        .keep_alive_interval(settings.idle_time)
        .keep_alive_timeout(settings.head_time)
        .max_concurrent_streams(100)
        .max_header_list_size(server::HEAD as u32)
        // Streams that a client opens and resets at once, faster than they are accepted.
        .max_pending_accept_reset_streams(20)
        // Streams that the server had to reset because of the client's mistakes.
        .max_local_error_reset_streams(100);
    builder
}
// ANCHOR_END: builders

/// Under `axum::serve`, as most programs have it: no time for a head, no limit on
/// connections, nothing to set.
async fn axum(settings: &Settings, application: impl Application) -> anyhow::Result<()> {
    anyhow::ensure!(settings.tls.is_none(), "axum::serve has no TLS of its own");
    let mut ended = Ended::listen()?;
    let listener = TcpListener::bind(&settings.addr).await?;
    let local = listener.local_addr()?;
    println!("Listening at {local}");
    let service = Prepared {
        application,
        connection: Connection {
            peer: local, // `ConnectInfo` knows it better
            local,
            secure: false,
        },
        settings: settings.clone(),
    };
    let router = axum::Router::new().fallback_service(service);
    let router = router.into_make_service_with_connect_info::<SocketAddr>();
    axum::serve(listener, router)
        .with_graceful_shutdown(async move {
            ended.before(std::future::pending::<()>()).await;
        })
        .await?;
    println!("Stopped.");
    Ok(())
}

/// An application made with axum, for any of the servers.
// ANCHOR: routed
pub fn routed(router: axum::Router) -> impl Application {
    router
        .map_request(|request: Request| request.map(axum::body::Body::new))
        .map_response(|response: axum::response::Response| response.map(boxed))
}
// ANCHOR_END: routed

/// An application as hyper and axum call it: their requests become ours, with the
/// connection among the extensions, and a body that comes in time and not too large.
// ANCHOR: prepared
#[derive(Clone)]
struct Prepared<A> {
    application: A,
    connection: Connection,
    settings: Settings,
}

impl<A, B> Service<http::Request<B>> for Prepared<A>
where
    A: Application,
    B: hyper::body::Body<Data = Bytes> + Send + 'static,
    B::Error: Into<BoxError>,
{
    type Response = Response;
    type Error = Infallible;
    type Future = A::Future;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.application.poll_ready(context)
    }

    fn call(&mut self, request: http::Request<B>) -> A::Future {
        let Settings {
            body, body_time, ..
        } = self.settings;
        let limit = usize::try_from(body).unwrap_or(usize::MAX);
        let mut request = request.map(|body| {
            boxed(InTime {
                body: boxed(Limited::new(boxed(body), limit)),
                until: Box::pin(sleep(body_time)),
                patience: body_time,
            })
        });
        let mut connection = self.connection;
        if let Some(ConnectInfo(peer)) = request.extensions().get() {
            connection.peer = *peer;
        }
        request.extensions_mut().insert(connection);
        self.application.call(request)
    }
}
// ANCHOR_END: prepared

/// A body that has to come within a time.
struct InTime {
    body: Body,
    until: Pin<Box<Sleep>>,
    patience: Duration,
}

impl hyper::body::Body for InTime {
    type Data = Bytes;
    type Error = BodyError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        let frame = Pin::new(&mut self.body).poll_frame(context);
        if frame.is_pending() && self.until.as_mut().poll(context).is_ready() {
            let late = format!("gave up: the body did not end within {:?}", self.patience);
            let late = io::Error::new(io::ErrorKind::TimedOut, late);
            return Poll::Ready(Some(Err(BodyError::new(late))));
        }
        frame
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
