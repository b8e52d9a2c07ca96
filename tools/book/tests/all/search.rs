//! What a reader finds who types words into the search of the site.

use std::collections::BTreeMap;
use std::fs;

use browser::fantoccini::Client;
use serde_json::{Value, json};

use super::site::{root, run, until};

/// The page that explains, for what readers look for.
const EXPLAINED: [(&str, &str); 11] = [
    ("connection reset", "03-tcp/ends.html"),
    ("address already in use", "03-tcp/looking.html"),
    ("SO_REUSEADDR", "03-tcp/looking.html"),
    ("select!", "05-framing/in-tokio.html"),
    ("TIME_WAIT", "03-tcp/looking.html"),
    ("length-prefixed", "05-framing/lengths.html"),
    ("RFC 9293", "03-tcp/stream.html"),
    ("close_notify", "06-tls/in-code.html"),
    ("EMFILE", "07-architectures/limits.html"),
    ("socketserver", "07-architectures/frameworks.html"),
    ("recv", "01-clients-and-servers/by-hand.html"),
];

pub(crate) async fn leads_to_the_page_that_explains(client: &Client, address: &str) {
    client.goto(&format!("{address}index.html")).await.unwrap();
    until(client, "return document.readyState === 'complete'").await;
    let loaded = "return performance.getEntriesByType('resource')
        .some(entry => entry.name.includes('search-index'))";
    assert_eq!(run(client, loaded).await, false, "nobody has asked");
    let asked = "dispatchEvent(new KeyboardEvent('keydown', { key: '/', bubbles: true }))";
    run(client, &format!("document.body.{asked}")).await;
    until(client, "return window.searchIndex !== undefined").await;
    let field = "return document.activeElement.id";
    assert_eq!(run(client, field).await, "mdbook-searchbar");
    let mut wrong = Vec::new();
    for (words, page) in EXPLAINED {
        let found = found(client, words).await;
        if !found.iter().take(2).any(|link| link.contains(page)) {
            wrong.push(format!("{words}: {page} is not first or second: {found:?}"));
        }
    }
    for words in synonyms() {
        if found(client, &words).await.is_empty() {
            wrong.push(format!("{words}: finds nothing"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(found(client, "zyzzyva").await, [""; 0]);
    // By keyboard to the first result, and there.
    found(client, "TIME-WAIT").await;
    run(client, "document.activeElement.form.requestSubmit()").await;
    until(client, "return location.hash === '#time-wait'").await;
}

/// The pages that are shown for `words`, best first.
async fn found(client: &Client, words: &str) -> Vec<String> {
    let script = format!(
        "const field = document.getElementById('mdbook-searchbar');
        field.value = {};
        field.dispatchEvent(new Event('input'));
        return [...document.querySelectorAll('#mdbook-searchresults a')].map(link => link.href)",
        json!(words)
    );
    let links: Vec<Value> = run(client, &script).await.as_array().unwrap().clone();
    let links = links.iter().map(|link| link.as_str().unwrap().to_owned());
    links.collect()
}

/// What the table of synonyms knows.
fn synonyms() -> Vec<String> {
    let table = fs::read_to_string(root().join("book/search.toml")).unwrap();
    let table: BTreeMap<String, toml::Table> = toml::from_str(&table).unwrap();
    table["synonyms"].keys().cloned().collect()
}
