//! The book as it is published: with addresses, below a path of a server that it shares.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::Command;

use browser::fantoccini::Client;
use serde_json::json;
use tempfile::TempDir;

use super::access;
use super::command::{book, small_book};
use super::site::{run, until};

/// A small book, built with the addresses that the environment tells.
fn published(site: &str) -> TempDir {
    let root = small_book();
    let write = |path: &str, text: &str| fs::write(root.path().join(path), text).unwrap();
    fs::create_dir(root.path().join("book/one")).unwrap();
    write(
        "book/SUMMARY.md",
        "[Start](index.md)\n\n- [One](one/index.md)\n  - [Two](one/two.md)\n",
    );
    write(
        "book/index.md",
        "# Start\n\n```sh\ngit clone REPOSITORY wire  # REPOSITORY is where you have the book from\n```\n",
    );
    write("book/one/index.md", "# One\n");
    write("book/one/two.md", "# Two\n");
    write("book/search.toml", "");
    let status = book(root.path(), &["build"])
        .env("MDBOOK_OUTPUT__HTML__SITE_URL", site)
        .env(
            "MDBOOK_OUTPUT__HTML__GIT_REPOSITORY_URL",
            "https://example.org/a&b/",
        )
        .status();
    assert!(status.unwrap().success());
    root
}

#[test]
fn what_is_published_knows_its_addresses() {
    let root = published("https://example.org/wire/");
    let site = root.path().join("target/book");
    let read = |name: &str| fs::read_to_string(site.join(name)).unwrap();
    let canonical = |address: &str| format!("<link rel=\"canonical\" href=\"{address}\">");
    for (page, address) in [
        ("index.html", "https://example.org/wire/"),
        ("one/index.html", "https://example.org/wire/one/"),
        ("one/two.html", "https://example.org/wire/one/two.html"),
    ] {
        assert!(read(page).contains(&canonical(address)), "{page}");
        let place = format!("<loc>{address}</loc>");
        assert!(read("sitemap.xml").contains(&place), "{address}");
    }
    assert_eq!(read("sitemap.xml").matches("<url>").count(), 3);
    assert!(!read("404.html").contains("canonical"));
    let start = read("index.html");
    for part in [
        "content=\"https://example.org/wire/site/social.png\"",
        "git clone https://example.org/a&amp;b wire\n",
        "href=\"https://example.org/a&amp;b/edit/main/book/index.md\"",
    ] {
        assert!(start.contains(part), "{part} in {start}");
    }
    assert!(!site.join("search.toml").exists());
    // Without addresses, nothing is said of them.
    let status = book(root.path(), &["build"]).status().unwrap();
    assert!(status.success());
    assert!(!read("index.html").contains("example.org"));
    assert!(read("index.html").contains("git clone REPOSITORY wire  # REPOSITORY is where"));
    // `book.toml` is the other place to say them.
    let config = root.path().join("book.toml");
    let config_text = fs::read_to_string(&config).unwrap();
    let key = "[output.html]\ngit-repository-url = \"https://example.org/own\"\n";
    fs::write(&config, config_text.replace("[output.html]\n", key)).unwrap();
    assert!(book(root.path(), &["build"]).status().unwrap().success());
    assert!(read("index.html").contains("git clone https://example.org/own wire\n"));
    assert!(read("index.html").contains("https://example.org/own/edit/main/book/index.md"));
}

#[test]
fn another_program_reads_the_archive() {
    let Some(python) = testkit::peer("python3") else {
        return;
    };
    let root = published("/");
    let script = "import os, sys, zipfile\n\
        archive = zipfile.ZipFile('target/book.zip')\n\
        assert archive.testzip() is None\n\
        os.chdir('target')\n\
        files = [os.path.join(d, f) for d, _, fs in os.walk('book') for f in fs]\n\
        assert sorted(files) == archive.namelist(), files\n\
        assert all(archive.read(f) == open(f, 'rb').read() for f in files)\n";
    let mut command: Command = python.command();
    let status = command
        .args(["-c", script])
        .current_dir(root.path())
        .status();
    assert!(status.unwrap().success());
}

/// Below a path, each page loads all that it asks for: also the one for an address at
/// which there is nothing, however deep.
pub(crate) async fn works_below_a_path(client: &Client) {
    let root = published("/on/the/wire/");
    let address = serve(&root.path().join("target/book"), "/on/the/wire/");
    for page in ["", "one/two.html", "404.html", "one/no/such/page.html"] {
        let page = format!("http://{address}/on/the/wire/{page}");
        client.goto(&page).await.unwrap();
        until(client, "return document.readyState === 'complete'").await;
        assert_eq!(
            run(client, "return window.noted").await,
            json!([]),
            "{page}"
        );
        let styled = "return document.querySelector('#mdbook-sidebar a[href]') !== null &&
            [...document.styleSheets].length > 4 &&
            [...document.querySelectorAll('a[href], link, script[src]')].every(element =>
                (element.href || element.src).match(/on.the.wire|example.org/))";
        assert_eq!(run(client, styled).await, true, "{page}");
    }
    // The way past what is around a page leads past it, and not to another page.
    access::all_is_within_reach(
        client,
        &format!("http://{address}/on/the/wire/no/such/page.html"),
    )
    .await;
    client
        .goto(&format!("http://{address}/on/the/wire/"))
        .await
        .unwrap();
    let picture = "const picture = new Image(); picture.src = 'site/social.png';
        return picture.decode().then(() => [picture.naturalWidth, picture.naturalHeight])";
    assert_eq!(run(client, picture).await, json!([1200, 630]));
}

/// Serves `folder` below `path` for as long as this program runs, as GitHub Pages does:
/// what is not there is `404.html`.
pub(crate) fn serve(folder: &Path, path: &'static str) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let folder = folder.to_path_buf();
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            // A browser may close a connection that it has opened ahead of need.
            let _ = answer(&stream, &folder, path);
        }
    });
    address
}

fn answer(mut stream: &TcpStream, folder: &Path, path: &str) -> std::io::Result<()> {
    let mut head = BufReader::new(stream).lines();
    let line = head.next().unwrap_or_else(|| Ok(String::new()))?;
    while head
        .next()
        .is_some_and(|line| line.is_ok_and(|line| !line.is_empty()))
    {}
    let target = line.split([' ', '?']).nth(1).unwrap_or_default();
    let name = target.strip_prefix(path).map(|name| match name {
        "" => "index.html",
        name => name,
    });
    let found = name.and_then(|name| fs::read(folder.join(name)).ok());
    let status = if found.is_some() {
        "200 OK"
    } else {
        "404 Not Found"
    };
    let body = found.map_or_else(|| fs::read(folder.join("404.html")), Ok)?;
    let kind = match target.rsplit('.').next() {
        Some("css") => "text/css",
        Some("js") => "text/javascript",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        _ => "text/html",
    };
    let length = body.len();
    write!(
        stream,
        "HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n"
    )?;
    stream.write_all(&body)
}
