//! A small HTTP client on hyper: a connection a request, and a limit on each answer.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use anyhow::{Context, bail};
use http_body_util::{BodyExt, Full};
use hyper::body::Bytes;
use hyper::client::conn::http1;
use hyper::header::{CONNECTION, CONTENT_TYPE, COOKIE, HOST, HeaderMap, HeaderValue, ORIGIN};
use hyper::http::request::Builder;
use hyper::{Request, StatusCode};
use hyper_util::rt::TokioIo;
use program::tasks;
use tokio::time::timeout;
use url::{Host, Url};

/// What a server answered.
#[derive(Debug)]
pub struct Answer {
    /// The status.
    pub status: StatusCode,
    /// The fields.
    pub headers: HeaderMap,
    /// The body, as much of it as was asked for.
    pub body: Bytes,
    /// Whether there was more.
    pub cut: bool,
}

impl Answer {
    /// The body as text; what is no UTF-8 is replaced.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The field `name`, if it is there and is text.
    pub fn field(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }
}

/// How much of an answer a client waits for.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    /// The octets of a body.
    pub body: usize,
    /// The time for the whole answer.
    pub time: Duration,
}

/// The loopback address that `url` speaks of.
///
/// # Errors
///
/// When it is any other: what this chapter's clients do is meant for one's own machine.
pub fn loopback(url: &Url) -> anyhow::Result<SocketAddr> {
    let ip = match url.host() {
        _ if url.scheme() != "http" => bail!("{url}: only http is spoken here"),
        Some(Host::Ipv4(ip)) => IpAddr::from(ip),
        Some(Host::Ipv6(ip)) => IpAddr::from(ip),
        Some(Host::Domain("localhost")) => IpAddr::from([127, 0, 0, 1]),
        _ => bail!("{url}: not on this machine"),
    };
    if !ip.is_loopback() {
        bail!("{url}: not on this machine");
    }
    Ok(SocketAddr::new(
        ip,
        url.port_or_known_default().unwrap_or(80),
    ))
}

/// Sends `request` to the host of `url`, and returns the answer.
///
/// # Errors
///
/// When that is not on this machine, doesn't answer in time, or not in HTTP.
pub async fn ask(
    url: &Url,
    mut request: Request<Full<Bytes>>,
    patience: Patience,
) -> anyhow::Result<Answer> {
    let address = loopback(url)?;
    *request.uri_mut() = url[url::Position::BeforePath..url::Position::AfterQuery].parse()?;
    let host = &url[url::Position::BeforeHost..url::Position::AfterPort];
    let headers = request.headers_mut();
    headers.insert(HOST, HeaderValue::from_str(host)?);
    headers.insert(CONNECTION, HeaderValue::from_static("close"));
    let answer = timeout(patience.time, exchange(address, request, patience.body)).await;
    answer
        .unwrap_or_else(|_| bail!("gave up: not done within {:?}", patience.time))
        .with_context(|| format!("ask {url}"))
}

async fn exchange(
    address: SocketAddr,
    request: Request<Full<Bytes>>,
    most: usize,
) -> anyhow::Result<Answer> {
    let stream = tasks::connect(&address.to_string()).await?;
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
    let connection = tokio::spawn(connection);
    let (head, mut incoming) = sender.send_request(request).await?.into_parts();
    let mut body = Vec::new();
    // ANCHOR: limit
    let mut cut = false;
    while let Some(frame) = incoming.frame().await {
        let Ok(data) = frame?.into_data() else {
            continue; // trailers, which nobody here reads
        };
        let room = most - body.len();
        body.extend_from_slice(&data[..data.len().min(room)]);
        if data.len() > room {
            cut = true;
            break;
        }
    }
    // ANCHOR_END: limit
    connection.abort();
    Ok(Answer {
        status: head.status,
        headers: head.headers,
        body: body.into(),
        cut,
    })
}

/// How long an attack waits, and how much it reads.
const PATIENCE: Patience = Patience {
    body: 1 << 20,
    time: Duration::from_secs(20),
};

/// What a browser is for a server: it keeps a cookie, and follows no redirect by itself.
#[derive(Debug, Clone)]
pub struct Browser {
    base: Url,
    /// `NAME=VALUE`.
    pub cookie: Option<String>,
    /// Whose page it is that sends forms.
    pub origin: Option<String>,
}

impl Browser {
    /// A browser without cookies, for the site at `base`.
    ///
    /// # Errors
    ///
    /// When that is not on this machine.
    pub fn new(base: &Url) -> anyhow::Result<Browser> {
        loopback(base)?;
        Ok(Browser {
            base: base.clone(),
            cookie: None,
            origin: None,
        })
    }

    /// Asks for `path`.
    ///
    /// # Errors
    ///
    /// As [`ask`].
    pub async fn get(&mut self, path: &str) -> anyhow::Result<Answer> {
        self.send(path, Request::get("/"), String::new()).await
    }

    /// Sends a form.
    ///
    /// # Errors
    ///
    /// As [`ask`].
    pub async fn post(&mut self, path: &str, form: &[(&str, &str)]) -> anyhow::Result<Answer> {
        let mut body = url::form_urlencoded::Serializer::new(String::new());
        let body = body.extend_pairs(form).finish();
        let request = Request::post("/").header(CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.send(path, request, body).await
    }

    async fn send(
        &mut self,
        path: &str,
        mut request: Builder,
        body: String,
    ) -> anyhow::Result<Answer> {
        let own = [(COOKIE, &self.cookie), (ORIGIN, &self.origin)];
        for (name, value) in own {
            if let Some(value) = value {
                request = request.header(name, value);
            }
        }
        let request = request.body(Full::from(body))?;
        let answer = ask(&self.base.join(path)?, request, PATIENCE).await?;
        if let Some(cookie) = answer.field("set-cookie") {
            self.cookie = cookie.split(';').next().map(str::to_owned);
        }
        Ok(answer)
    }
}
