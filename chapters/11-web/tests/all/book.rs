//! The scenes of the chapter, played and held against what its pages show.

use std::process::Command;

use testkit::Server;

#[test]
fn the_book_is_true() {
    scene::testing::play_chapter(env!("CARGO_MANIFEST_DIR"));
}

/// The picture on the page about crawling. To draw it again, give `crawler` the file's name.
#[test]
fn the_picture_is_what_the_crawler_draws() {
    let site = Server::of(env!("CARGO_BIN_EXE_site"), &[]);
    let folder = tempfile::tempdir().unwrap();
    let picture = folder.path().join("crawl.svg");
    let mut crawler = Command::new(env!("CARGO_BIN_EXE_crawler"));
    crawler.arg(format!("http://{}/", site.address));
    crawler.args(["--depth", "3", "--delay", "0.001", "--svg"]);
    testkit::run_client(
        {
            crawler.arg(&picture);
            crawler
        },
        "",
    );
    let drawn = std::fs::read_to_string(picture).unwrap();
    assert_eq!(drawn, include_str!("../../pictures/crawl.svg"));
}
