//! What the released mdBook makes of the book with its theme, in a browser.

use std::fs;
use std::path::Path;

use browser::fantoccini::Client;
use mdbook_driver::MDBook;
use mdbook_driver::config::Config;

use super::access;
use super::publish::serve;
use super::site::{root, run, until};

/// A page with all that a page of the book consists of.
const PAGE: &str = "# One\n\nText with `code`, *more*, and a [link](#two).\n\n\
    > **Predict.** What?\n\n> **From Python.** `recv`.\n\n> **On the wire.** `00`\n\n\
    > **Pitfall.** *Name.* Why.\n\n```console\n# Title\nserver$ serve 1\nReady.\nclient$ ask\n\
    #~ * more\n7 more\n[exit 1]\nserver^C\n```\n\n```rust\n/// Doc.\nfn main() { let a = \"b\"; // c\n\
    println!(\"{}\", 7 + a.len()); }\n```\n\n```text\n00 01\n```\n\n```sh\njust chapter 5\n```\n\n\
    | a | b |\n|---|---|\n| `c` | d |\n\n<details>\n<summary>Q?</summary>\n\nA.\n\n</details>\n\n\
    ## Two\n\nEnd.\n";

/// With the released mdBook, in each theme that it knows and at both widths.
pub(crate) async fn stock_is_legible(clients: [&Client; 2]) {
    let Some(axe) = access::axe() else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let book = folder.path().join("book");
    fs::create_dir(&book).unwrap();
    fs::write(book.join("SUMMARY.md"), "- [One](one.md)\n").unwrap();
    fs::write(book.join("one.md"), PAGE).unwrap();
    fs::copy(root().join("book.toml"), folder.path().join("book.toml")).unwrap();
    std::os::unix::fs::symlink(root().join("book/theme"), book.join("theme")).unwrap();
    let config = Config::from_disk(folder.path().join("book.toml")).unwrap();
    MDBook::load_with_config(folder.path(), config)
        .unwrap()
        .build()
        .unwrap();
    let address = serve(&folder.path().join("target/book"), "/");
    let mut wrong = Vec::new();
    for client in clients {
        for theme in ["light", "rust", "navy", "coal", "ayu"] {
            client
                .goto(&format!("http://{address}/one.html"))
                .await
                .unwrap();
            run(
                client,
                &format!("localStorage.setItem('mdbook-theme', '{theme}')"),
            )
            .await;
            client.refresh().await.unwrap();
            until(client, "return document.readyState === 'complete'").await;
            let set = format!("return document.documentElement.classList.contains('{theme}')");
            assert_eq!(run(client, &set).await, true);
            run(client, &axe).await;
            let found = access::violations(client, true).await.into_iter();
            wrong.extend(found.map(|found| format!("{theme}: {found}")));
        }
        let unfolds = "const box = document.getElementById('mdbook-sidebar-toggle-anchor');
            const before = box.checked; document.getElementById('mdbook-sidebar-toggle').click();
            return box.checked !== before";
        assert_eq!(run(client, unfolds).await, true);
        let offered = "document.getElementById('mdbook-theme-toggle').click();
            return [...document.querySelectorAll('#mdbook-theme-list button')]
                .filter(button => button.checkVisibility()).map(button => button.id.slice(13)).join()";
        assert_eq!(run(client, offered).await, "default_theme,light,navy");
        run(client, "localStorage.removeItem('mdbook-theme')").await;
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A scene with what other programs print that looks like a step: lines of curl -v, a
/// prompt, and a star.
const SCENE: &str = "# Both.\n\
    server$ serve\n\
    Ready.\n\
    client$ curl -v\n\
    &gt;\n\
    &lt; HTTP/1.1 200 OK\n\
    &lt;\n\
    other&gt;\n\
    #~ \\* it came in * reads\n\
    * it came in 7 reads\n\
    client&lt; typed\n\
    server^C\n";

#[test]
fn what_only_looks_like_a_step_is_shown_as_output() {
    let Some(browser) = testkit::peer("chromium") else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let page = folder.path().join("page.html");
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../book/theme/wire.js");
    let script = fs::read_to_string(script).unwrap();
    let html = format!(
        "<!doctype html><meta charset=utf-8>\
         <pre><code class=\"language-console\">{SCENE}</code></pre><script>{script}</script>"
    );
    fs::write(&page, html).unwrap();
    let mut command = browser.command();
    command.args(["--headless", "--no-sandbox", "--disable-gpu", "--dump-dom"]);
    let profile = format!("--user-data-dir={}", folder.path().display());
    let output = command.arg(profile).arg(&page).output().unwrap();
    let dom = String::from_utf8_lossy(&output.stdout);
    let dom = dom.split("<script>").next().unwrap();
    let typed: Vec<&str> = dom
        .split("<span class=\"typed\">")
        .skip(1)
        .filter_map(|rest| rest.split('<').next())
        .collect();
    assert_eq!(typed, ["serve", "curl -v", "typed"], "{dom}");
    assert!(
        dom.contains("* it came in <span class=\"own\">7</span> reads"),
        "{dom}"
    );
    assert_eq!(dom.matches("class=\"key\"").count(), 1, "{dom}");
    assert_eq!(dom.matches("class=\"quiet\"").count(), 0, "{dom}");
}
