//! Sites that lie to a crawler.

use std::net::SocketAddr;
use std::time::Duration;

use program::tasks::block_on;
use url::Url;
use web::client::Patience;
use web::crawl::{Crawl, crawl};
use web::frontier::Limits;

use crate::hostile::site_that_says;

const OK: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\n\r\n";

fn page(html: &str) -> Vec<u8> {
    [OK, html.as_bytes()].concat()
}

fn crawled(
    answer: impl Fn(&str) -> Vec<u8> + Send + 'static,
) -> Result<(Crawl, Vec<String>), String> {
    crawled_at(site_that_says(move |path| Some(answer(path))))
}

fn crawled_at(site: SocketAddr) -> Result<(Crawl, Vec<String>), String> {
    let start = Url::parse(&format!("http://{site}/")).unwrap();
    let limits = Limits {
        depth: 3,
        pages: 20,
        octets: 200,
        delay: Duration::ZERO,
    };
    let patience = Patience {
        body: 10_000,
        time: Duration::from_secs(1),
    };
    let mut visits = Vec::new();
    let report =
        |page: &web::frontier::Page, what: &str| visits.push(format!("{} {what}", page.url.path()));
    let crawl = block_on(crawl(start, limits, patience, report));
    crawl
        .map(|crawl| (crawl, visits))
        .map_err(|error| program::one_line(&error))
}

fn none() -> Vec<u8> {
    b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n".to_vec()
}

#[test]
fn what_cannot_be_asked_for_is_not_visited() {
    for robots in [
        &b"HTTP/1.1 500 Oh\r\nContent-Length: 0\r\n\r\n"[..],
        b"HTTP/1.1 503 Oh\r\nContent-Length: 0\r\n\r\n",
        b"\x16\x03",
        b"",
    ] {
        let robots = robots.to_vec();
        let crawled = crawled(move |path| match path {
            "/robots.txt" => robots.clone(),
            _ => page(""),
        });
        let error = crawled.unwrap_err();
        assert!(
            error.ends_with("the site asks crawlers to stay away, or does not say"),
            "{error}"
        );
    }
}

#[test]
fn a_site_without_rules_has_none() {
    for robots in [
        none(),
        b"HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n".to_vec(),
    ] {
        let (crawl, _) = crawled(move |path| match path {
            "/robots.txt" => robots.clone(),
            _ => page(""),
        })
        .unwrap();
        assert_eq!(crawl.graph.len(), 1);
    }
}

/// Rules may be elsewhere, but not without end.
#[test]
fn rules_are_looked_for_in_six_places() {
    for (last, visited) in [(5, false), (6, true)] {
        let crawled = crawled(move |path| {
            let at = path
                .strip_prefix("/robots")
                .and_then(|at| at.trim_end_matches(".txt").parse().ok());
            let at = if path == "/robots.txt" { Some(0) } else { at };
            match at {
                Some(at) if at == last => {
                    let rules = "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nUser-agent: *\r\nDisallow: /\r\n";
                    rules.as_bytes().to_vec()
                }
                Some(at) => format!(
                    "HTTP/1.1 302 Go\r\nLocation: /robots{}\r\nContent-Length: 0\r\n\r\n",
                    at + 1
                )
                .into_bytes(),
                None => page(""),
            }
        });
        assert_eq!(crawled.is_ok(), visited, "{last}");
    }
}

#[test]
fn a_crawl_survives_what_comes() {
    let (crawl, visits) = crawled(|path| match path {
        "/robots.txt" => none(),
        "/" => page("<a href=big><a href=cut><a href=silent><a href=noise><a href=nowhere><a href=nameless><a href=bad>"),
        "/big" => page(&"<a href=x".repeat(100_000)),
        "/cut" => b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 100\r\n\r\n<a".to_vec(),
        "/silent" => Vec::new(),
        "/noise" => b"\0\xff\r\n\r\n".to_vec(),
        "/nowhere" => b"HTTP/1.1 302 Go\r\nLocation: http://[\r\nContent-Length: 0\r\n\r\n".to_vec(),
        "/nameless" => b"HTTP/1.1 302 Go\r\nContent-Length: 0\r\n\r\n".to_vec(),
        "/bad" => [OK, &[0xff; 100], b"<a href='%ff\0'>"].concat(),
        _ => none(),
    })
    .unwrap();
    assert_eq!(crawl.graph.len(), 9);
    let of = |path: &str| {
        visits
            .iter()
            .find(|visit| visit.starts_with(path))
            .unwrap()
            .clone()
    };
    assert_eq!(
        of("/big"),
        "/big 200, links: 0, new: 0, and more than was read"
    );
    assert_eq!(of("/nowhere"), "/nowhere 302, to http://[");
    assert_eq!(of("/nameless"), "/nameless 302");
    assert_eq!(of("/bad"), "/bad 200, links: 1, new: 1");
    // The picture is drawn of all that.
    assert!(crawl.graph.svg().ends_with("</svg>\n"));
}

#[test]
fn a_site_that_says_nothing_is_not_waited_for() {
    let site = site_that_says(|path| match path {
        "/robots.txt" => Some(none()),
        "/" => Some(page("<a href=slow>")),
        _ => None,
    });
    let (_, visits) = crawled_at(site).unwrap();
    assert_eq!(visits[1], "/slow gave up: not done within 1s");
}

/// A site's own text is text in the picture.
#[test]
fn a_name_cannot_break_the_picture() {
    let (crawl, _) = crawled(|path| match path {
        "/robots.txt" => none(),
        "/" => page("<a href=\"/<script>&'x?</title>\">"),
        _ => page(""),
    })
    .unwrap();
    let names: Vec<String> = web::html::tags(&crawl.graph.svg())
        .into_iter()
        .map(|tag| tag.name)
        .collect();
    assert!(!names.contains(&"script".to_owned()), "{names:?}");
}
