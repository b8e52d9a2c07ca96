//! The figures on a phone: all of them, from the page that has all pages.

use std::fs;
use std::path::Path;

use browser::fantoccini::Client;
use serde_json::json;

use super::site::{root, run};

pub(crate) async fn are_legible(phone: &Client, address: &str) {
    phone.goto(address).await.unwrap();
    let found = run(phone, include_str!("figures.js")).await;
    let count = found["count"].as_u64().unwrap();
    assert!(count > 40, "{count} drawings");
    assert_eq!(found["wrong"], json!([]));
}

#[test]
fn each_chapter_has_one_and_none_is_drawn_by_hand() {
    let mut chapters = 0;
    for folder in fs::read_dir(root().join("book")).unwrap() {
        let folder = folder.unwrap();
        let name = folder.file_name();
        if !name.to_string_lossy().starts_with(char::is_numeric) || !folder.path().is_dir() {
            continue; // no chapter
        }
        chapters += 1;
        let files = fs::read_dir(folder.path()).unwrap();
        let files: Vec<_> = files.map(|file| file.unwrap().path()).collect();
        let has_figure = |file: &&Path| fs::read_to_string(file).unwrap().contains("\n```figure ");
        let drawn = files.iter().map(AsRef::as_ref).find(has_figure);
        assert!(drawn.is_some(), "no figure in {}", folder.path().display());
        let by_hand = files
            .iter()
            .find(|file| file.extension().is_some_and(|name| name == "svg"));
        assert_eq!(by_hand, None);
    }
    assert!(chapters >= 14, "{chapters} chapters");
}
