//! Follows redirects, refuses loops and downgrades, strips credentials.

use std::process::ExitCode;
use std::time::SystemTime;

use anyhow::Context;
use clap::Parser;
use http_client::agent::Agent;
use http_client::content;
use http_client::cookies::Jar;
use http_client::options::{Ask, Trust};
use http_client::redirect_policy::Redirects;
use url::Url;

#[derive(Parser)]
#[command(about = "Follows redirects, refuses loops and downgrades, strips credentials")]
struct Options {
    /// Where to begin
    url: Url,
    /// How many redirects to follow
    #[arg(long, default_value_t = 10)]
    most: usize,
    #[command(flatten)]
    ask: Ask,
    #[command(flatten)]
    trust: Trust,
}

fn main() -> ExitCode {
    program::run(|| follow(&Options::parse()))
}

// ANCHOR: follow
fn follow(options: &Options) -> anyhow::Result<()> {
    let mut agent = Agent::new(options.trust.connector());
    let mut redirects = Redirects::new(options.most);
    let mut jar = Jar::default();
    let mut request = options.ask.request(&options.url)?;
    loop {
        // The jar knows which cookies are for whom. Those of the last request are not.
        if let Some(cookies) = jar.for_request(&request.url, SystemTime::now()) {
            request.fields.remove("Cookie");
            request.fields.push("Cookie", cookies)?;
        }
        println!("{} {}", request.method, request.url);
        for name in ["Authorization", "Cookie"] {
            for value in request.fields.all(name) {
                println!("    {name}: {}", content::visible(value));
            }
        }
        let (head, body) = agent.whole(&request, options.ask.limit)?;
        jar.keep(&request.url, &head.fields, SystemTime::now());
        let next = redirects.next(&request.hop(), &head);
        let next = next.with_context(|| format!("{}: a redirect", request.url))?;
        println!("{} {}", head.status, content::visible(&head.reason));
        match next {
            Some(next) => request = request.at(next),
            None => {
                content::print(&body);
                return Ok(());
            }
        }
    }
}
// ANCHOR_END: follow
