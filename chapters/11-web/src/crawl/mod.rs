//! A crawler: what it asks for, what it finds there, and the picture that it draws.

pub mod graph;
pub mod links;

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::bail;
use http_body_util::Full;
use hyper::Request;
use hyper::header::USER_AGENT;
use tokio::time::{Instant, sleep};
use url::Url;

use crate::client::{Answer, Patience, ask};
use crate::frontier::{Frontier, Limits, Link, Next, Page, Reason};
use crate::robots::{self, MOST_OCTETS, Rule};
use graph::{Graph, Way};

/// Under which name robots.txt speaks of this crawler: its product token.
pub const AGENT: &str = "onthewire";
/// What it calls itself: a name, a version, and where its owner can be found.
const USER: &str = "onthewire/1.0 (+http://localhost/crawler)";
/// How many links of one page are looked at.
const LINKS: usize = 1000;
/// How many redirects lead to robots.txt (RFC 9309, section 2.3.1.2).
const REDIRECTS: usize = 5;

/// What a crawl has come to.
#[derive(Debug)]
pub struct Crawl {
    /// Pages and links.
    pub graph: Graph,
    /// Links that were not followed.
    pub refused: BTreeMap<Reason, usize>,
}

async fn get(url: &Url, patience: Patience) -> anyhow::Result<Answer> {
    let request = Request::get("/").header(USER_AGENT, USER);
    ask(url, request.body(Full::default())?, patience).await
}

// ANCHOR: rules
/// What the site at `start` asks of us. A site without such a file asks for nothing; one
/// that can't say what it asks for is left alone (RFC 9309, section 2.3.1).
pub async fn rules(start: &Url, patience: Patience) -> anyhow::Result<Vec<Rule>> {
    let body = MOST_OCTETS;
    let mut url = start.join("/robots.txt")?;
    for _ in 0..=REDIRECTS {
        let answer = match get(&url, Patience { body, ..patience }).await {
            Ok(answer) => answer,
            Err(_) => return Ok(vec![Rule::new(false, "/")]),
        };
        match answer.status.as_u16() {
            200..=299 => return Ok(robots::parse(&answer.body, AGENT)),
            500..=599 => return Ok(vec![Rule::new(false, "/")]),
            300..=399 => match answer.field("location") {
                Some(location) => url = url.join(location)?,
                None => return Ok(Vec::new()),
            },
            _ => return Ok(Vec::new()),
        }
    }
    Ok(Vec::new())
}
// ANCHOR_END: rules

// ANCHOR: crawl
/// Visits the site at `start`: each page once, one after the other. `report` is told of
/// each visit.
///
/// # Errors
///
/// When `start` is not on this machine, or no server is there.
pub async fn crawl(
    start: Url,
    limits: Limits,
    patience: Patience,
    mut report: impl FnMut(&Page, &str),
) -> anyhow::Result<Crawl> {
    let rules = rules(&start, patience).await?;
    let mut frontier = Frontier::new(start.clone(), rules, limits);
    let mut crawl = Crawl {
        graph: Graph::default(),
        refused: BTreeMap::new(),
    };
    let began = Instant::now();
    loop {
        match frontier.next(began.elapsed()) {
            Next::Wait(time) => sleep(time).await,
            Next::Visit(page) => {
                let what = crawl.visit(&mut frontier, &page, patience).await;
                report(&page, &what);
            }
            Next::Done if crawl.graph.is_empty() => {
                bail!("{start}: the site asks crawlers to stay away, or does not say")
            }
            Next::Done => return Ok(crawl),
        }
    }
}
// ANCHOR_END: crawl

impl Crawl {
    /// Visits one page, and says what was there.
    async fn visit(&mut self, frontier: &mut Frontier, page: &Page, patience: Patience) -> String {
        let answer = match get(&page.url, patience).await {
            Ok(answer) => answer,
            Err(error) => {
                self.graph.visited(&page.url, page.depth, None);
                let error = program::one_line(&error);
                let cause = error.strip_prefix(&format!("ask {}: ", page.url));
                return cause.unwrap_or(&error).to_owned();
            }
        };
        let status = answer.status.as_u16();
        self.graph.visited(&page.url, page.depth, Some(status));
        if let Some(location) = answer.field("location").filter(|_| status / 100 == 3) {
            self.follow(frontier, page, location, Way::Redirect);
            return format!("{status}, to {location}");
        }
        let kind = answer.field("content-type").unwrap_or_default();
        let is_html = kind.split(';').next().map(str::trim) == Some("text/html");
        if status != 200 || !is_html {
            return match answer.cut {
                true => format!("{status} {kind}, more than {} octets", patience.body),
                false => format!("{status} {kind}").trim_end().to_owned(),
            };
        }
        let links = links::links(&answer.text(), &page.url);
        let mut new = 0;
        for link in links.iter().take(LINKS) {
            new += usize::from(self.follow(frontier, page, link, Way::Link));
        }
        let cut = if answer.cut {
            ", and more than was read"
        } else {
            ""
        };
        format!("{status}, links: {}, new: {new}{cut}", links.len())
    }

    /// Whether it led to a page that nobody knew.
    fn follow(&mut self, frontier: &mut Frontier, page: &Page, link: &str, way: Way) -> bool {
        match frontier.add(page, link) {
            Link::New(url) => {
                self.graph.leads(&page.url, &url, way);
                true
            }
            Link::Known(url) => {
                self.graph.leads(&page.url, &url, way);
                false
            }
            Link::Refused(reason) => {
                *self.refused.entry(reason).or_default() += 1;
                false
            }
        }
    }
}

/// A crawler's time for one answer.
pub const TIME: Duration = Duration::from_secs(10);
