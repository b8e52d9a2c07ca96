//! The same jobs with reqwest.

use std::process::ExitCode;
use std::sync::Arc;

use anyhow::ensure;
use clap::{Parser, Subcommand};
use http_client::options::Trust;
use http_client::{content, wire};
use program::tasks::block_on;
use reqwest::header::{IF_RANGE, RANGE};
use reqwest::{Client, Response};
use url::Url;

#[derive(Parser)]
#[command(about = "The same jobs with reqwest")]
struct Options {
    #[command(subcommand)]
    job: Job,
    #[command(flatten)]
    trust: Trust,
    /// Take the body as it comes, also where it is compressed
    #[arg(long, global = true)]
    no_gzip: bool,
    /// How large a body may be
    #[arg(long, global = true, value_name = "OCTETS", default_value_t = 4 << 20)]
    limit: usize,
}

#[derive(Subcommand)]
enum Job {
    /// Show the answer
    Get { url: Url },
    /// Ask twenty times
    Pool { url: Url },
    /// Follow redirects, with a name and a password
    Redirects {
        url: Url,
        name: String,
        password: String,
    },
    /// Get the file from an octet on, if it is still this version
    Rest { url: Url, from: u64, tag: String },
}

fn main() -> ExitCode {
    program::run(|| block_on(act(Options::parse())))
}

// ANCHOR: client
/// A client with its pool. Without a configuration of TLS, `build` would panic: reqwest has
/// it from rustls, and nobody has told that who does the arithmetic. With one, the
/// versions of HTTP to offer are ours to say as well.
fn client(options: &Options) -> anyhow::Result<Client> {
    let mut tls = Arc::unwrap_or_clone(wire::trusting(options.trust.ca())?);
    tls.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    let patience = options.trust.patience();
    let client = Client::builder()
        .tls_backend_preconfigured(tls)
        .connect_timeout(patience.connect)
        .read_timeout(patience.silence)
        .timeout(patience.total)
        .cookie_store(true)
        .gzip(!options.no_gzip);
    Ok(client.build()?)
}
// ANCHOR_END: client

// ANCHOR: jobs
async fn act(options: Options) -> anyhow::Result<()> {
    let client = client(&options)?;
    match &options.job {
        Job::Get { url } => {
            let response = client.get(url.clone()).send().await?;
            show(response, options.limit).await?;
        }
        Job::Pool { url } => {
            for _ in 0..20 {
                let response = client.get(url.clone()).send().await?;
                response.error_for_status()?.bytes().await?;
            }
            println!("20 requests");
        }
        Job::Redirects {
            url,
            name,
            password,
        } => {
            let request = client.get(url.clone()).basic_auth(name, Some(password));
            let response = request.send().await?;
            println!("arrived at {}", response.url());
            show(response, options.limit).await?;
        }
        Job::Rest { url, from, tag } => {
            let request = client.get(url.clone());
            let request = request.header(RANGE, format!("bytes={from}-"));
            show(request.header(IF_RANGE, tag).send().await?, options.limit).await?;
        }
    }
    Ok(())
}
// ANCHOR_END: jobs

// ANCHOR: show
/// The head as reqwest has it, and the body, of `limit` octets at most.
async fn show(mut response: Response, limit: usize) -> anyhow::Result<()> {
    println!("{:?} {}", response.version(), response.status());
    for (name, value) in response.headers() {
        println!("{name}: {}", content::visible(value.as_bytes()));
    }
    let mut body = Vec::new();
    while let Some(piece) = response.chunk().await? {
        body.extend_from_slice(&piece);
        ensure!(body.len() <= limit, "a body of more than {limit} octets");
    }
    println!("{} octets, SHA-256 {}", body.len(), content::sha256(&body));
    Ok(())
}
// ANCHOR_END: show
