//! Attacks on the small bank, yours, on this machine: each works on one that was started
//! with `--insecure`, and on no other.

mod alone;
mod through_alice;

use std::process::ExitCode;

use alone::{forged_cookie, injected_query};
use anyhow::{Context, ensure};
use clap::Parser;
use program::tasks;
use through_alice::{forged_form, script, serve};
use url::Url;
use web::bank::DEMO;
use web::client::{Answer, Browser};
use web::html::tags;
use web::server::Listen;

#[derive(Parser)]
#[command(about = "Attacks on the small bank, on this machine")]
enum Role {
    /// Say that one is alice, and nothing else
    ForgedCookie { bank: Url },
    /// Pay alice a cent, with a program in the memo
    Script { bank: Url },
    /// Send a form in alice's name from another site
    ForgedForm { bank: Url },
    /// Search for what makes the database tell more
    InjectedQuery { bank: Url },
    /// Serve a page of mallory's, which sends a form in the name of whoever looks at it
    Server {
        #[command(flatten)]
        listen: Listen,
        bank: Url,
    },
}

fn main() -> ExitCode {
    program::run(|| {
        tasks::block_on(async {
            match Role::parse() {
                Role::ForgedCookie { bank } => forged_cookie(&bank).await,
                Role::Script { bank } => script(&bank).await,
                Role::ForgedForm { bank } => forged_form(&bank).await,
                Role::InjectedQuery { bank } => injected_query(&bank).await,
                Role::Server { listen, bank } => serve(listen, &bank).await,
            }
        })
    })
}

fn verdict(worked: bool, what: &str) -> anyhow::Result<()> {
    println!("{}: {what}", if worked { "It works" } else { "It fails" });
    Ok(())
}

/// Logs in.
async fn browser(bank: &Url, name: &str) -> anyhow::Result<Browser> {
    let mut browser = Browser::new(bank)?;
    let (_, password) = DEMO
        .iter()
        .find(|demo| demo.0 == name)
        .context("no such account")?;
    let answer = browser
        .post("/login", &[("name", name), ("password", password)])
        .await?;
    ensure!(
        browser.cookie.is_some(),
        "log in as {name}: {}",
        answer.status
    );
    Ok(browser)
}

/// The token in the forms of a page.
fn token(page: &Answer) -> String {
    let tags = tags(&page.text());
    let token = tags.iter().find(|tag| tag.get("name") == Some("token"));
    token
        .and_then(|tag| tag.get("value"))
        .unwrap_or_default()
        .to_owned()
}
