//! The application of `gateway` over HTTP/2; and a client that writes frames by hand.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context;
use bytes::BytesMut;
use clap::{Parser, ValueEnum};
use http_server::environ;
use http_server::h2::{END_HEADERS, END_STREAM, Frame, Kind, PREFACE, get, put, take};
use http_server::settings::Settings;
use http_server::under::{Under, serve};
use program::tasks::{block_on, connect};
use rustls::pki_types::ServerName;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio_rustls::TlsConnector;

#[derive(Parser)]
#[command(about = "HTTP/2, with TLS and ALPN")]
enum Role {
    /// Serve until Ctrl-C
    Server(Settings),
    /// Write frames, and show those that come back
    Client {
        addr: String,
        /// The root to trust
        #[arg(long, value_name = "FILE")]
        ca: PathBuf,
        #[arg(value_enum, default_value = "get")]
        what: What,
    },
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum What {
    /// One request
    Get,
    /// A request and its reset, over and over
    Resets,
    /// A head that does not end
    Continuation,
}

fn main() -> ExitCode {
    program::run(|| match Role::parse() {
        Role::Server(settings) => block_on(async move {
            anyhow::ensure!(settings.tls.is_some(), "HTTP/2 needs --tls");
            let application = environ::application(&settings);
            serve(Under::Hyper, &settings, application).await
        }),
        Role::Client { addr, ca, what } => block_on(client(addr, ca, what)),
    })
}

async fn client(addr: String, ca: PathBuf, what: What) -> anyhow::Result<()> {
    let stream = connect(&addr).await?;
    let stream = connector(&ca)?
        .connect(ServerName::try_from("localhost")?, stream)
        .await;
    let stream = stream.with_context(|| format!("TLS with {addr}"))?;
    let agreed = stream.get_ref().1.alpn_protocol().unwrap_or(b"none");
    println!("ALPN: {}", agreed.escape_ascii());
    let (mut reader, mut writer) = tokio::io::split(stream);
    let (stop, stopped) = tokio::sync::oneshot::channel();
    let writing = tokio::spawn(async move {
        let mut first = BytesMut::from(PREFACE);
        put(Kind::Settings, 0, 0, &[], &mut first);
        writer.write_all(&first).await?;
        for number in 0..frames(what) {
            let mut out = BytesMut::new();
            next(what, number, &mut out);
            writer.write_all(&out).await?;
        }
        writer.flush().await?;
        let _ = stopped.await; // the connection stays until all has been read
        std::io::Result::Ok(())
    });
    let mut input = BytesMut::new();
    // That the server goes is what the attacks are about.
    while reader.read_buf(&mut input).await.is_ok_and(|read| read > 0) {
        while let Some(frame) = take(&mut input) {
            if what == What::Get || frame.kind == Kind::GoAway {
                println!("{frame}");
            }
            if is_last(what, &frame) {
                let _ = stop.send(());
                return Ok(());
            }
        }
    }
    println!("the server has gone");
    drop(stop);
    writing.abort();
    Ok(())
}

fn is_last(what: What, frame: &Frame) -> bool {
    what == What::Get && frame.kind == Kind::Data && frame.flags & END_STREAM != 0
}

fn frames(what: What) -> u32 {
    match what {
        What::Get => 1,
        What::Resets | What::Continuation => 1_000_000,
    }
}

// ANCHOR: next
fn next(what: What, number: u32, out: &mut BytesMut) {
    let stream = 2 * number + 1;
    let whole = END_STREAM | END_HEADERS;
    match what {
        What::Get => put(Kind::Headers, whole, stream, &get("/"), out),
        What::Resets => {
            put(Kind::Headers, whole, stream, &get("/"), out);
            put(Kind::Reset, 0, stream, &8u32.to_be_bytes(), out); // CANCEL
        }
        What::Continuation if number == 0 => put(Kind::Headers, END_STREAM, 1, &get("/"), out),
        What::Continuation => {
            // A field of 16,000 octets, as a literal with its length.
            let mut field = vec![0x00, 0x01, b'x', 0x7f, 0x81, 0x7c];
            field.resize(field.len() + 16_000, b'x');
            put(Kind::Continuation, 0, 1, &field, out);
        }
    }
}
// ANCHOR_END: next

fn connector(ca: &Path) -> anyhow::Result<TlsConnector> {
    let roots = tls::config::trusted(Some(ca))?;
    let mut config = tls::config::client(roots, tls::Clock::default())?;
    Arc::make_mut(&mut config).alpn_protocols = vec![b"h2".to_vec()];
    Ok(TlsConnector::from(config))
}
