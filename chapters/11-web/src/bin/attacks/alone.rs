//! What mallory does alone: she talks to the bank.

use url::Url;
use web::client::Browser;

use crate::{browser, verdict};

// ANCHOR: forged-cookie
pub async fn forged_cookie(bank: &Url) -> anyhow::Result<()> {
    let zeros = "0".repeat(64);
    for cookie in [
        "session=alice",
        &format!("__Host-session=alice.9999999999.{zeros}"),
    ] {
        let mut mallory = Browser::new(bank)?;
        mallory.cookie = Some(cookie.to_owned());
        println!("GET / with Cookie: {}", &cookie[..cookie.len().min(36)]);
        let answer = mallory.get("/").await?;
        if answer.text().contains("alice&#39;s account")
            || answer.text().contains("alice's account")
        {
            return verdict(true, "the bank shows alice's account");
        }
        println!(
            "  {}, to {}",
            answer.status.as_u16(),
            answer.field("location").unwrap_or("nowhere")
        );
    }
    verdict(false, "the bank asks who this is")
}
// ANCHOR_END: forged-cookie

// ANCHOR: injected-query
const QUERY: &str = "no' UNION SELECT 0, name, '', 0, password FROM account --";

pub async fn injected_query(bank: &Url) -> anyhow::Result<()> {
    let mut mallory = browser(bank, "mallory").await?;
    let mut path = bank.join("/")?;
    path.query_pairs_mut().append_pair("q", QUERY);
    println!("mallory searches for {QUERY}");
    let page = mallory.get(path.as_str()).await?.text();
    match page.find("$argon2") {
        Some(at) => {
            println!("{}...", page[at..].chars().take(31).collect::<String>());
            verdict(
                true,
                "what the bank keeps of all passwords stands in the page",
            )
        }
        None => verdict(false, "no payment has a memo with that in it"),
    }
}
// ANCHOR_END: injected-query
