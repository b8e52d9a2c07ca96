//! The figures on a phone: all of them, on the page that has all pages.

use browser::fantoccini::Client;
use serde_json::json;

use super::site::run;

pub(crate) async fn are_legible(phone: &Client, address: &str) {
    phone.goto(&format!("{address}print.html")).await.unwrap();
    let found = run(phone, include_str!("figures.js")).await;
    let count = found["count"].as_u64().unwrap();
    assert!(count > 30, "{count} figures");
    assert_eq!(found["wrong"], json!([]));
}
