//! A server that frames the same body three ways, and wrongly on request.

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use clap::Parser;
use http_client::site::talk::talk;
use http_client::site::{File, Settings, Site};
use program::tasks::{block_on, in_time, listen, serve};
use tls::{Authority, Clock};
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;

#[derive(Parser)]
#[command(about = "A server that frames the same body three ways, and wrongly on request")]
enum Role {
    /// Serve until Ctrl-C
    Server(Options),
}

#[derive(clap::Args)]
struct Options {
    /// Where to listen, as in 127.0.0.1:1060
    addr: String,
    /// Speak https, and write the root certificate that a client has to trust to FILE
    #[arg(long, value_name = "FILE")]
    tls: Option<PathBuf>,
    /// How large /file is
    #[arg(long, value_name = "OCTETS", default_value_t = 1_000_000)]
    file_size: usize,
    /// Which version of /file this is: another one has other octets
    #[arg(long, value_name = "NUMBER", default_value_t = 1)]
    file_version: u64,
    /// End the program after so many octets of /file
    #[arg(long, value_name = "OCTETS")]
    crash_at: Option<usize>,
    /// How long a client may take for a request, or to read an answer
    #[arg(long, value_name = "SECONDS", default_value = "10", value_parser = program::seconds)]
    timeout: Duration,
    /// After so many answers on a connection, do what is asked next, and close unanswered
    #[arg(long, value_name = "ANSWERS")]
    closes_after: Option<usize>,
}

const CLIENTS: usize = 100; // at a time; the next one waits

fn main() -> ExitCode {
    program::run(|| {
        let Role::Server(options) = Role::parse();
        block_on(server(options))
    })
}

async fn server(options: Options) -> anyhow::Result<()> {
    let site = Arc::new(Site::new(Settings {
        file: File::new(options.file_size, options.file_version),
        patience: options.timeout,
        closes_after: options.closes_after,
        crash_at: options.crash_at,
    }));
    let tls = options.tls.as_ref().map(acceptor).transpose()?;
    let listener = listen(&options.addr).await?;
    serve(&listener, CLIENTS, |stream| {
        client(stream, tls.clone(), Arc::clone(&site))
    })
    .await
}

async fn client(
    stream: TcpStream,
    tls: Option<TlsAcceptor>,
    site: Arc<Site>,
) -> anyhow::Result<()> {
    site.count_connection();
    stream.set_nodelay(true)?;
    let Some(tls) = tls else {
        return talk(stream, &site).await;
    };
    let stream = in_time(site.patience(), tls.accept(stream)).await?;
    site.count_handshake();
    talk(stream, &site).await
}

/// A certification authority for this run alone: who should trust it reads it from `file`.
fn acceptor(file: &PathBuf) -> anyhow::Result<TlsAcceptor> {
    let clock = Clock::default();
    let authority = Authority::new("Bodies", clock.time())?;
    std::fs::write(file, tls::identity::to_pem(&[authority.root()]))
        .with_context(|| format!("write {}", file.display()))?;
    let identity = authority.server(&["localhost", "127.0.0.1"])?;
    Ok(TlsAcceptor::from(tls::config::server(identity, clock)?))
}
