//! A large file with a progress bar, resumable by Range, checked by digest.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, ensure};
use clap::Parser;
use http_client::agent::Agent;
use http_client::options::Trust;
use http_client::partial::{Part, Partial};
use http_client::request::Request;
use indicatif::{ProgressBar, ProgressStyle};
use url::Url;

#[derive(Parser)]
#[command(about = "A large file with a progress bar, resumable by Range, checked by digest")]
struct Options {
    /// What to download
    url: Url,
    /// Where to
    file: PathBuf,
    /// What its SHA-256 has to be
    #[arg(long, value_name = "DIGEST")]
    sha256: Option<String>,
    /// How large it may be
    #[arg(long, value_name = "OCTETS", default_value_t = 1 << 30)]
    limit: u64,
    #[command(flatten)]
    trust: Trust,
}

fn main() -> ExitCode {
    program::run(|| {
        let options = Options::parse();
        let partial = Partial::open(&options.file)?;
        download(&options, partial).with_context(|| options.url.to_string())
    })
}

// ANCHOR: download
fn download(options: &Options, mut partial: Partial) -> anyhow::Result<()> {
    let mut request = Request::new("GET", options.url.clone());
    if let Some((range, tag)) = partial.missing() {
        request.fields.push("Range", range)?;
        request.fields.push("If-Range", tag.to_owned())?; // only if it is still the same
    }
    let mut agent = Agent::new(options.trust.connector_for_a_file());
    let (head, mut connection) = agent.begin(&request)?;
    match partial.judge(head.status, &head.fields)? {
        Part::Whole => {
            if partial.length() > 0 {
                println!("the server sends all of it: what is here is thrown away");
            }
            partial.restart(&head.fields)?;
        }
        Part::Rest => {}
    }
    let bar = match partial.expected(head.status, &head.fields) {
        Some(octets) => ProgressBar::new(octets).with_style(style(WITH_AN_END)?),
        None => ProgressBar::no_length().with_style(style(WITHOUT_ONE)?),
    };
    bar.set_position(partial.length());
    while let Some(octets) = connection.piece()? {
        partial.append(&octets)?;
        ensure!(
            partial.length() <= options.limit,
            "a file of more than {} octets",
            options.limit
        );
        bar.set_position(partial.length());
    }
    bar.finish();
    let (octets, digest) = partial.finish(head.status, &head.fields, options.sha256.as_deref())?;
    println!("{octets} octets, SHA-256 {digest}");
    Ok(())
}
// ANCHOR_END: download

const WITH_AN_END: &str = "{bar:30} {bytes} of {total_bytes}, {bytes_per_sec}, {eta} left";
const WITHOUT_ONE: &str = "{bytes}, {bytes_per_sec}";

fn style(template: &str) -> anyhow::Result<ProgressStyle> {
    Ok(ProgressStyle::with_template(template)?)
}
