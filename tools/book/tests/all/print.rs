//! The book on paper.

use std::fs;

use browser::devtools;
use browser::fantoccini::Client;
use serde_json::json;

use super::command::{book, small_book};
use super::site::{run, until};

/// From a dark screen, a page is printed in ink on paper, with all answers open and
/// nothing that needs a pointer.
pub(crate) async fn all_is_open_in_ink_on_paper(client: &Client, address: &str) {
    let page = format!("{address}05-framing/endings.html");
    client.goto(&page).await.unwrap();
    let dark = "const choice = document.getElementById('theme'); choice.value = 'navy';
        choice.dispatchEvent(new Event('change'));
        localStorage.setItem('wire-predict', 'on');
        document.documentElement.classList.add('holds-back')";
    run(client, dark).await;
    let media = |name: &str| json!({ "media": name });
    devtools(client, "Emulation.setEmulatedMedia", media("print")).await;
    until(
        client,
        "return document.documentElement.classList.contains('light')",
    )
    .await;
    let look = "const shown = element => element.getBoundingClientRect().height > 0 &&
            getComputedStyle(element).visibility === 'visible';
        const all = css => [...document.querySelectorAll(css)];
        return {
            answers: all('details').length > 2 && all('details > :not(summary)').every(shown),
            scenes: all('.stage .turn').every(shown),
            buttons: all('main button, main textarea').filter(shown).length,
            paper: getComputedStyle(document.documentElement).backgroundColor,
        }";
    let expected = json!({
        "answers": true, "scenes": true, "buttons": 0, "paper": "rgb(255, 255, 255)",
    });
    assert_eq!(run(client, look).await, expected);
    devtools(client, "Emulation.setEmulatedMedia", media("")).await;
    until(
        client,
        "return document.documentElement.classList.contains('navy')",
    )
    .await;
    let as_before = "localStorage.removeItem('mdbook-theme');
        localStorage.setItem('wire-predict', 'off')";
    run(client, as_before).await;
}

#[test]
fn the_pdf_is_made_where_there_is_a_browser() {
    let root = small_book();
    let nowhere = book(root.path(), &["pdf"]).env("PATH", "").output();
    let said = String::from_utf8(nowhere.unwrap().stdout).unwrap();
    assert_eq!(said, "chromium is not here: no target/book.pdf (skipped)\n");
    if testkit::peer("chromium").is_some() {
        let status = book(root.path(), &["pdf"]).status().unwrap();
        assert!(status.success());
        let file = fs::read(root.path().join("target/book.pdf")).unwrap();
        assert!(file.starts_with(b"%PDF-"));
    }
}
