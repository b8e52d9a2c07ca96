//! The application of `gateway` over HTTP/2; and a client that writes frames by hand.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context;
use bytes::BytesMut;
use clap::Parser;
use http_server::environ;
use http_server::h2::{END_STREAM, Frame, Kind, PREFACE, What, frames, next, put, take};
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

fn connector(ca: &Path) -> anyhow::Result<TlsConnector> {
    let roots = tls::config::trusted(Some(ca))?;
    let mut config = tls::config::client(roots, tls::Clock::default())?;
    Arc::make_mut(&mut config).alpn_protocols = vec![b"h2".to_vec()];
    Ok(TlsConnector::from(config))
}
