//! The site for those who don't see it as others do, or have no pointer: what axe-core says
//! of it, and what is within reach of the keyboard.

use std::fs;

use browser::devtools;
use browser::fantoccini::Client;
use browser::fantoccini::key::Key;
use serde_json::{Value, json};

use super::site::{root, run, until};

/// axe-core, as a script; none where `just packages` has not brought it.
///
/// # Panics
///
/// If it has to be there (`PEERS=required`).
pub(crate) fn axe() -> Option<String> {
    let libraries = fs::read_dir(root().join("target/python/lib"));
    let script = libraries
        .into_iter()
        .flatten()
        .flatten()
        .find_map(|python| {
            let name = "site-packages/axe_playwright_python/axe.min.js";
            fs::read_to_string(python.path().join(name)).ok()
        });
    if script.is_none() {
        let required = std::env::var("PEERS").is_ok_and(|peers| peers == "required");
        assert!(!required, "peer missing: axe-core (PEERS=required)");
        eprintln!("peer missing: axe-core (skipped)");
    }
    script
}

/// Makes `script` part of each page that `client` goes to from now on.
pub(crate) async fn bring(client: &Client, script: &str) {
    let source = json!({ "source": script });
    devtools(client, "Page.addScriptToEvaluateOnNewDocument", source).await;
}

/// What axe-core has against the page that is shown: all, or what has to do with colours.
pub(crate) async fn violations(client: &Client, all: bool) -> Vec<String> {
    let script = include_str!("axe.js");
    let found = client.execute(script, vec![json!(all)]).await.unwrap();
    let found = found.as_array().unwrap().iter();
    found
        .map(|found| found.as_str().unwrap().to_owned())
        .collect()
}

/// A fault of each kind that is planted in the page that is shown is found.
pub(crate) async fn faults_are_found(client: &Client) {
    assert_eq!(violations(client, true).await, [""; 0]);
    let plant = "document.querySelector('main').insertAdjacentHTML('beforeend', `
        <p style=\"color: #999; background: #fff\">Hardly seen.</p><img src=\"site/social.png\"><table>
        <tr><th></th></tr></table><pre style=\"width: 9em; overflow: auto\">${'wide '.repeat(9)}</pre>`);
        document.getElementById('mdbook-sidebar-toggle').removeAttribute('aria-label')";
    run(client, plant).await;
    let found = violations(client, true).await;
    for rule in [
        "color-contrast",
        "image-alt",
        "empty-table-header",
        "scrollable-region-focusable",
        "button-name",
    ] {
        assert!(
            found.iter().any(|found| found.starts_with(rule)),
            "{rule} in {found:#?}"
        );
    }
}

async fn press(client: &Client, key: Key) {
    let element = client.active_element().await.unwrap();
    element
        .send_keys(&char::from(key).to_string())
        .await
        .unwrap();
}

/// Presses Tab until what `css` selects has the focus, and sees that it is shown there.
async fn tab_to(client: &Client, css: &str) {
    let has = format!("return document.activeElement.matches('{css}')");
    for _ in 0..100 {
        press(client, Key::Tab).await;
        if run(client, &has).await == json!(true) {
            let place = "const place = document.activeElement.getBoundingClientRect();
                return place.width > 0 && place.top >= 0 && place.bottom <= innerHeight + 1";
            until(client, place).await;
            return;
        }
    }
    panic!("{css} is not within reach of the keyboard");
}

/// On a phone, where the page begins with what is around it: the way past it, the table of
/// contents, the search and the colours.
pub(crate) async fn all_is_within_reach(client: &Client, page: &str) {
    client.goto(page).await.unwrap();
    until(client, "return document.readyState === 'complete'").await;
    tab_to(client, ".skip").await;
    press(client, Key::Enter).await;
    tab_to(client, "#mdbook-content a, #mdbook-content button").await;
    assert_eq!(client.current_url().await.unwrap().as_str(), page);

    client.refresh().await.unwrap();
    tab_to(client, "#mdbook-sidebar-toggle").await;
    press(client, Key::Enter).await;
    let contents = "return document.activeElement.closest('#mdbook-sidebar') !== null &&
        document.activeElement.checkVisibility({ visibilityProperty: true })";
    assert_eq!(run(client, contents).await, true);
    press(client, Key::Escape).await;
    let hidden = "return document.activeElement.id === 'mdbook-sidebar-toggle' &&
        document.getElementById('mdbook-sidebar').inert";
    assert_eq!(run(client, hidden).await, true);

    tab_to(client, "#theme").await;
    let theme = "return document.documentElement.className.match(/light|navy/)[0]";
    let before = run(client, theme).await;
    let other = if before == "light" {
        Key::End
    } else {
        Key::Down
    };
    press(client, other).await;
    assert_ne!(run(client, theme).await, before);
    press(client, Key::Home).await;

    client.refresh().await.unwrap();
    tab_to(client, "#mdbook-search-toggle").await;
    press(client, Key::Enter).await;
    until(client, "return window.searchIndex !== undefined").await;
    let field = client.active_element().await.unwrap();
    field.send_keys("datagram").await.unwrap();
}

/// A piece of code is copied, and one that is wider than its place scrolled.
pub(crate) async fn code_is_within_reach(client: &Client, page: &str) {
    client.goto(page).await.unwrap();
    tab_to(client, ".listing .copy").await;
    press(client, Key::Enter).await;
    until(client, "return window.copied !== undefined").await;
    tab_to(client, ".listing code").await;
    press(client, Key::Right).await;
    until(client, "return document.activeElement.scrollLeft > 0").await;
}

/// The first result is reached, and on its page the words are marked.
pub(crate) async fn words_are_marked(client: &Client) {
    tab_to(client, "#mdbook-searchresults a").await;
    let count = run(
        client,
        "return document.querySelector('[aria-live]').textContent",
    )
    .await;
    let count = count.as_str().unwrap().to_owned();
    assert!(count.contains(" pages, the best 20 of them"), "{count}");
    press(client, Key::Enter).await;
    until(client, "return location.search === '?highlight=datagram'").await;
    let marked = "return [...CSS.highlights.get('searched') || []].map(String)";
    until(client, "return CSS.highlights.has('searched')").await;
    let marked: Vec<Value> = run(client, marked).await.as_array().unwrap().clone();
    let is_it = |word: &Value| word.as_str().unwrap().to_lowercase() == "datagram";
    assert!(marked.len() > 2 && marked.iter().all(is_it), "{marked:?}");
}
