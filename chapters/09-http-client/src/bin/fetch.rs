//! The same jobs with reqwest.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use http_client::options::Trust;
use http_client::partial::{Part, Partial};
use http_client::response_head::Fields;
use http_client::{content, wire};
use reqwest::header::{ACCEPT_ENCODING, IF_RANGE, RANGE};
use reqwest::{Client, RequestBuilder, Response};
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
    /// Show the answer, wherever redirects lead
    Get { url: Url },
    /// Ask twenty times
    Pool { url: Url },
    /// Download a file, or what is missing of it
    Download { url: Url, file: PathBuf },
}

fn main() -> ExitCode {
    program::run(|| program::tasks::block_on(act(Options::parse())))
}

// ANCHOR: client
/// A client with its pool. Without a configuration of TLS, `build` would panic, as nobody
/// has said who does the arithmetic. With one, the versions to offer are ours to say, too.
fn client(options: &Options) -> anyhow::Result<Client> {
    let mut tls = std::sync::Arc::unwrap_or_clone(wire::trusting(options.trust.ca())?);
    tls.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    let patience = match options.job {
        Job::Download { .. } => options.trust.patience_for_a_file(),
        _ => options.trust.patience(),
    };
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
    match options.job {
        Job::Get { url } => show(client.get(url).send().await?, options.limit).await,
        Job::Pool { url } => {
            for _ in 0..20 {
                let response = client.get(url.clone()).send().await?;
                response.error_for_status()?.bytes().await?;
            }
            println!("20 requests");
            Ok(())
        }
        Job::Download { url, file } => download(client.get(url), Partial::open(&file)?).await,
    }
}
// ANCHOR_END: jobs

// ANCHOR: download
async fn download(mut request: RequestBuilder, mut partial: Partial) -> anyhow::Result<()> {
    if let Some((range, tag)) = partial.missing() {
        request = request.header(RANGE, range).header(IF_RANGE, tag);
    }
    let mut response = request.header(ACCEPT_ENCODING, "identity").send().await?;
    let mut fields = Fields::default();
    for (name, value) in response.headers() {
        fields.push(name.as_str(), value.as_bytes().to_vec())?;
    }
    let status = response.status().as_u16();
    if partial.judge(status, &fields)? == Part::Whole {
        partial.restart(&fields)?;
    }
    while let Some(octets) = response.chunk().await? {
        partial.append(&octets)?;
    }
    let (octets, digest) = partial.finish(status, &fields, None)?;
    println!("{octets} octets, SHA-256 {digest}");
    Ok(())
}
// ANCHOR_END: download

// ANCHOR: show
/// The head as reqwest has it, and the body, of `limit` octets at most.
async fn show(mut response: Response, limit: usize) -> anyhow::Result<()> {
    let (url, status) = (response.url(), response.status());
    println!("{url}: {:?} {status}", response.version());
    for (name, value) in response.headers() {
        println!("{name}: {}", content::visible(value.as_bytes()));
    }
    let mut body = Vec::new();
    while let Some(piece) = response.chunk().await? {
        body.extend_from_slice(&piece);
        anyhow::ensure!(body.len() <= limit, "a body of more than {limit} octets");
    }
    println!("{} octets, SHA-256 {}", body.len(), content::sha256(&body));
    Ok(())
}
// ANCHOR_END: show
