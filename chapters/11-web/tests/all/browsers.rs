//! The bank and the room, seen through a browser that nobody here wrote.

use std::process::Command;
use std::time::Duration;

use axum::http::HeaderValue;
use axum::http::header::CONTENT_SECURITY_POLICY;
use axum::{Router, middleware};
use browser::fantoccini::Client;
use browser::{Locator, with_browser};
use clap::Parser;
use serde_json::Value;
use testkit::{PATIENCE, Server, run_client};
use tokio::net::TcpListener;
use url::Url;
use web::bank::store::Store;
use web::bank::{Bank, DEMO, pages};
use web::server::{Listen, with_fields};

use crate::support;

fn bank(options: &[&str]) -> Server {
    Server::of(env!("CARGO_BIN_EXE_bank"), options)
}

async fn wait(client: &Client, css: &str) -> browser::fantoccini::elements::Element {
    let found = client.wait().at_most(PATIENCE);
    found.for_element(Locator::Css(css)).await.unwrap()
}

async fn text(client: &Client, css: &str) -> String {
    wait(client, css).await.text().await.unwrap()
}

/// Logs in as people do: by the form.
async fn log_in(client: &Client, bank: &str, name: &str) {
    client.goto(&format!("{bank}login")).await.unwrap();
    let (_, password) = DEMO.iter().find(|demo| demo.0 == name).unwrap();
    for (field, typed) in [("name", name), ("password", password)] {
        let field = wait(client, &format!("input[name={field}]")).await;
        field.send_keys(typed).await.unwrap();
    }
    wait(client, "button").await.click().await.unwrap();
    wait(client, "#balance").await;
}

fn attack(name: &str, bank: &str) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_attacks"));
    command.args([name, bank]);
    run_client(command, "")
}

/// One browser for all of it: to start one takes longer than the rest.
#[tokio::test]
async fn the_bank_in_a_browser() {
    with_browser(async |browser| {
        let alice = browser.session(800).await;
        a_payment_is_made_by_a_form_and_not_again_by_a_reload(&alice).await;
        a_script_in_a_memo_runs_on_the_insecure_bank_alone(&alice).await;
        the_policy_holds_where_the_escape_does_not(&alice).await;
        a_page_of_another_site_pays_on_the_insecure_bank_alone(&alice).await;
        without_cors_a_script_elsewhere_sends_and_reads_nothing(&alice).await;
    })
    .await;
}

#[tokio::test]
async fn the_room_in_two_browsers() {
    with_browser(async |browser| {
        let (anna, bert) = (browser.session(800).await, browser.session(375).await);
        two_windows_talk(&anna, &bert).await;
        the_room_is_for_its_own_page(&anna).await;
        a_browser_reads_urls_as_we_do(&anna).await;
    })
    .await;
}

async fn a_payment_is_made_by_a_form_and_not_again_by_a_reload(alice: &Client) {
    let bank = bank(&[]);
    log_in(alice, &format!("http://{}/", bank.address), "alice").await;
    for (field, typed) in [
        ("payee", "bob"),
        ("amount", "12.5"),
        ("memo", "Fish & chips"),
    ] {
        let field = wait(alice, &format!("input[name={field}]")).await;
        field.send_keys(typed).await.unwrap();
    }
    wait(alice, "form[action='/pay'] button")
        .await
        .click()
        .await
        .unwrap();
    assert_eq!(text(alice, ".note").await, "You paid 12.50 to bob.");
    alice.refresh().await.unwrap();
    assert_eq!(text(alice, "#balance").await, "87.50");
    assert_eq!(text(alice, "td:last-child").await, "Fish & chips");
    // The browser has the cookie, and keeps it from the page.
    let cookies = alice.get_all_cookies().await.unwrap();
    let cookie = cookies.first().unwrap();
    assert_eq!(cookie.name(), "__Host-session");
    assert_eq!(
        (cookie.secure(), cookie.http_only()),
        (Some(true), Some(true))
    );
    let seen = alice
        .execute("return document.cookie", vec![])
        .await
        .unwrap();
    assert_eq!(seen, "");
    // After the end of the session its cookie opens nothing.
    let old = format!("__Host-session={}", cookie.value());
    wait(alice, "form[action='/logout'] button")
        .await
        .click()
        .await
        .unwrap();
    wait(alice, "input[name=password]").await;
    assert_eq!(
        support::get(bank.address, "/", &old).await.status.as_u16(),
        303
    );
}

async fn a_script_in_a_memo_runs_on_the_insecure_bank_alone(alice: &Client) {
    for (options, stolen) in [(&["--insecure"][..], true), (&[], false)] {
        let bank = bank(options);
        let url = format!("http://{}/", bank.address);
        attack("script", &url);
        log_in(alice, &url, "alice").await;
        if stolen {
            // What the script sends is on its way; look until it has come.
            while text(alice, "#balance").await == "100.01" {
                alice.refresh().await.unwrap();
            }
            assert!(alice.source().await.unwrap().contains("<td>gift</td>"));
        } else {
            let script = text(alice, "td:last-child").await;
            assert!(script.contains("<script>"), "{script}");
            alice.refresh().await.unwrap();
            assert_eq!(text(alice, "#balance").await, "100.01");
        }
    }
}

/// The page with the hole, and the policy all the same.
async fn the_policy_holds_where_the_escape_does_not(alice: &Client) {
    for policy in [None, Some("default-src 'none'")] {
        let mut store = Store::open(None).unwrap();
        let memo = "<script>document.title = 'ran'</script>";
        store.pay("mallory", "alice", 1, memo).unwrap();
        let bank = Bank::new(store, true, Duration::from_secs(600)).unwrap();
        let fields: Vec<_> = policy
            .map(|policy| (CONTENT_SECURITY_POLICY, HeaderValue::from_static(policy)))
            .into_iter()
            .collect();
        let router = pages::router(bank).layer(middleware::from_fn(move |request, next| {
            with_fields(fields.clone(), request, next)
        }));
        let address = served(router).await;
        log_in(alice, &format!("http://{address}/"), "alice").await;
        let scripts = "return document.scripts.length";
        assert_eq!(alice.execute(scripts, vec![]).await.unwrap(), 1);
        let ran = alice.title().await.unwrap() == "ran";
        assert_eq!(ran, policy.is_none(), "{policy:?}");
    }
}

async fn served(router: Router) -> std::net::SocketAddr {
    #[derive(Parser)]
    struct Options {
        #[command(flatten)]
        listen: Listen,
    }
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let Options { listen } = Options::parse_from(["test", "unused", "--timeout", "20"]);
    tokio::spawn(async move { listen.serve_at(listener, router).await });
    address
}

async fn a_page_of_another_site_pays_on_the_insecure_bank_alone(alice: &Client) {
    for (options, paid) in [(&["--insecure"][..], true), (&[], false)] {
        let bank = bank(options);
        let url = format!("http://{}/", bank.address);
        let mut evil = Command::new(env!("CARGO_BIN_EXE_attacks"));
        evil.args(["server", "127.0.0.1:0", &url]);
        let evil = Server::start(evil);
        log_in(alice, &url, "alice").await;
        alice
            .goto(&format!("http://{}/", evil.address))
            .await
            .unwrap();
        if paid {
            assert_eq!(text(alice, ".note").await, "You paid 10.00 to mallory.");
        } else {
            let refused = "body:not(:has(h1)) pre";
            assert_eq!(text(alice, refused).await, "not a form of this session");
        }
    }
}

/// A script of another origin may send what a form may, and may not read what comes back.
/// From another site, its request goes without the cookie.
async fn without_cors_a_script_elsewhere_sends_and_reads_nothing(alice: &Client) {
    let bank = bank(&["--insecure"]);
    let url = format!("http://{}/", bank.address);
    let site = Server::of(env!("CARGO_BIN_EXE_site"), &[]);
    log_in(alice, &url, "alice").await;
    alice
        .goto(&format!("http://{}/apples", site.address))
        .await
        .unwrap();
    let fetch = |path: &str, options: &str| {
        format!(
            "const done = arguments[0]; fetch('{url}{path}', {{credentials: 'include', {options}}})\
                 .then(answer => answer.text()).then(done, error => done(error.name))"
        )
    };
    let form = "method: 'POST', body: new URLSearchParams({payee: 'mallory', amount: '10'})";
    for (path, options) in [("pay", form), ("payments", "method: 'GET'")] {
        let answer = alice
            .execute_async(&fetch(path, options), vec![])
            .await
            .unwrap();
        assert_eq!(answer, "TypeError", "{path}");
    }
    // A method that no form has is not even sent: the browser asks first.
    let put = fetch("pay", "method: 'PUT'");
    assert_eq!(
        alice.execute_async(&put, vec![]).await.unwrap(),
        "TypeError"
    );
    // The name `localhost` is another site than an address is.
    let elsewhere = format!("http://localhost:{}/apples", site.address.port());
    alice.goto(&elsewhere).await.unwrap();
    let pay = fetch("pay", form);
    assert_eq!(
        alice.execute_async(&pay, vec![]).await.unwrap(),
        "TypeError"
    );
    let answer = support::get(bank.address, "/payments", "session=alice").await;
    let payments: Value = serde_json::from_slice(&answer.body).unwrap();
    assert_eq!(payments["payments"][0]["payee"], "mallory");
    assert_eq!(payments["payments"].as_array().unwrap().len(), 1);
}

async fn two_windows_talk(anna: &Client, bert: &Client) {
    let room = Server::of(env!("CARGO_BIN_EXE_chat"), &[]);
    for (client, name) in [(anna, "Anna"), (bert, "Bert")] {
        client
            .goto(&format!("http://{}/", room.address))
            .await
            .unwrap();
        wait(client, "input[name=name]")
            .await
            .send_keys(name)
            .await
            .unwrap();
        wait(client, "button").await.click().await.unwrap();
        wait(client, "#say input:enabled").await;
        wait(client, "#log li").await;
    }
    say(anna, "Hello <b>Bert</b>").await;
    assert_eq!(text(bert, "li.said").await, "Anna: Hello <b>Bert</b>");
    say(bert, "Hello Anna").await;
    assert_eq!(
        text(anna, "li.said:nth-of-type(4)").await,
        "Bert: Hello Anna"
    );
    room.interrupt();
    for client in [anna, bert] {
        wait(client, "#say input:disabled").await;
        assert_eq!(
            text(client, "li:last-child").await,
            "Closed: 1001 the server stops"
        );
    }
    assert_eq!(room.end(), ["Stopped."]);
}

async fn say(client: &Client, text: &str) {
    let field = wait(client, "#say input").await;
    field.send_keys(text).await.unwrap();
    wait(client, "#say button").await.click().await.unwrap();
}

/// Another site's page may not come in, although its browser asks nobody.
async fn the_room_is_for_its_own_page(client: &Client) {
    let room = Server::of(env!("CARGO_BIN_EXE_chat"), &[]);
    let site = Server::of(env!("CARGO_BIN_EXE_site"), &[]);
    client
        .goto(&format!("http://{}/apples", site.address))
        .await
        .unwrap();
    let open = format!(
        "const done = arguments[0]; const room = new WebSocket('ws://{}/room?name=Eve');\
             room.onopen = () => done('open'); room.onclose = (event) => done(event.code)",
        room.address
    );
    assert_eq!(client.execute_async(&open, vec![]).await.unwrap(), 1006);
}

/// What `urls` says of a URL, a browser says too: both follow the URL Standard.
async fn a_browser_reads_urls_as_we_do(client: &Client) {
    let base = Url::parse("http://example.com/fruit/apples?page=2#red").unwrap();
    let references = [
        "",
        "pears",
        "./pears",
        "../nuts",
        "../../../nuts",
        "/nuts",
        "?page=3",
        "#green",
        "//example.org/x",
        "/\\example.org/",
        "\\\\example.org\\x",
        "///nuts",
        "http:pears",
        "https:pears",
        "mailto:anna@example.com",
        "javascript:alert(1)",
        "HTTP://Example.COM:80/a/./b/../c%7e",
        "http://0x7f.1/",
        "http://2130706433/",
        "http://127.1",
        "http://exa mple.com/",
        "http://example.com:65536/",
        "http://example.com:/",
        "http://[",
        "http://[::1]:8000/",
        "http://good.example\\@evil.example/",
        "http://a:b@c:80/",
        "http://a@b@c/",
        "  pears\t",
        "pe\nars",
        "a b",
        "a%2fb",
        "é",
        "?é b",
        "#é b",
        "?'\"<>",
        "50%",
        "%zz",
        "a;b=c",
        "x:y",
        "http://münchen.example/",
        "http://example.com?x",
        "http://%65xample.com/",
        "http://a..b/",
        "http://256.1.1.1/",
        "data:,a b",
        "*-._~",
    ];
    let script = "return arguments[0].map(text => { try { return new URL(text, arguments[1]).href } catch { return null } })";
    let arguments = vec![references.as_slice().into(), base.as_str().into()];
    let theirs = client.execute(script, arguments).await.unwrap();
    let mut differ = Vec::new();
    for (reference, theirs) in references.iter().zip(theirs.as_array().unwrap()) {
        let ours = base.join(reference).ok().map(String::from);
        if ours.as_deref() != theirs.as_str() {
            differ.push((*reference, ours, theirs.as_str()));
        }
    }
    let expected = [
        // By the standard, all slashes in front of a host are skipped (section 4.4, *special
        // authority ignore slashes state*). url 2.5 does that only behind a scheme.
        ("///nuts", None, Some("http://nuts/")),
        // By the standard, a host with a space is none (section 3.1).
        ("http://exa mple.com/", None, Some("http://exa%20mple.com/")),
    ];
    assert_eq!(differ, expected);
}
