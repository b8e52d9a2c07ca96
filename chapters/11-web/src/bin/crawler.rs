//! Visits a small site, each page once, and draws what it has found.

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::Context;
use clap::Parser;
use program::{seconds, tasks};
use url::{Position, Url};
use web::client::{Patience, loopback};
use web::crawl::{TIME, crawl};
use web::frontier::Limits;

#[derive(Parser)]
#[command(about = "Visits a small site, each page once, and draws what it has found")]
struct Options {
    /// The URL of the first page, on this machine
    start: Url,
    /// How many pages are visited
    #[arg(long, value_name = "NUMBER", default_value_t = 100)]
    pages: usize,
    /// How many links a page may be away from the first
    #[arg(long, value_name = "LINKS", default_value_t = 5)]
    depth: usize,
    /// How many octets of a page are read
    #[arg(long, value_name = "OCTETS", default_value_t = 64 * 1024)]
    body: usize,
    /// The time from one visit to the next
    #[arg(long, value_name = "SECONDS", default_value = "1", value_parser = seconds)]
    delay: Duration,
    /// Where the picture goes
    #[arg(long, value_name = "FILE")]
    svg: Option<PathBuf>,
}

fn main() -> ExitCode {
    program::run(|| tasks::block_on(run(Options::parse())))
}
async fn run(options: Options) -> anyhow::Result<()> {
    loopback(&options.start)?;
    let limits = Limits {
        depth: options.depth,
        pages: options.pages,
        octets: 200,
        delay: options.delay,
    };
    let patience = Patience {
        body: options.body,
        time: TIME,
    };
    let crawl = crawl(options.start, limits, patience, |page, what| {
        let path = &page.url[Position::BeforePath..Position::AfterQuery];
        println!("{} {path}: {what}", page.depth);
    });
    let crawl = crawl.await?;
    println!("Pages: {}", crawl.graph.len());
    for (reason, links) in &crawl.refused {
        println!("Links not followed, {reason:?}: {links}");
    }
    if let Some(path) = options.svg {
        let written = std::fs::write(&path, crawl.graph.svg());
        written.with_context(|| format!("write {}", path.display()))?;
    }
    Ok(())
}
