//! What a crawler visits next.

use std::collections::{HashSet, VecDeque};
use std::time::Duration;

use url::Url;
use web::robots::Rule;

/// How far a crawler goes, and how fast.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// The links between the first page and the furthest.
    pub depth: usize,
    /// The pages, the first among them.
    pub pages: usize,
    /// The octets of a page's URL.
    pub octets: usize,
    /// The time from one visit to the next.
    pub delay: Duration,
}

/// A page, and how many links it is away from the first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// Its address, without a fragment.
    pub url: Url,
    /// 0 for the first.
    pub depth: usize,
}

/// What came of a link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Link {
    /// It leads to a page that will be visited.
    New(Url),
    /// It leads to a page that was found before.
    Known(Url),
    /// It is not followed.
    Refused(Reason),
}

/// Why a link is not followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    /// It is no URL.
    Invalid,
    /// It leads to another site, or to something that is no page.
    Elsewhere,
    /// Its URL is too long.
    TooLong,
    /// The site asks crawlers to stay away from it.
    Robots,
    /// It is too many links away.
    TooDeep,
    /// There are as many pages as allowed.
    TooMany,
}

/// What to do now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Next {
    /// Visit this page.
    Visit(Page),
    /// Wait so long, and ask again.
    Wait(Duration),
    /// Nothing: no page is left.
    Done,
}

// ANCHOR: frontier
/// The pages of a site that were found and not yet visited. It knows no clock: the caller
/// says what time it is.
#[derive(Debug)]
pub struct Frontier {
    start: Url,
    rules: Vec<Rule>,
    limits: Limits,
    found: HashSet<Url>,
    waiting: VecDeque<Page>,
    /// When the next visit may be.
    free: Duration,
}

impl Frontier {
    /// A frontier with one page in it, unless the site's `rules` forbid it.
    pub fn new(start: Url, rules: Vec<Rule>, limits: Limits) -> Frontier {
        let mut frontier = Frontier {
            start: start.clone(),
            rules,
            limits,
            found: HashSet::new(),
            waiting: VecDeque::new(),
            free: Duration::ZERO,
        };
        frontier.consider(start, 0);
        frontier
    }

    /// Takes a link that stands on `page`, as it is written there.
    pub fn add(&mut self, page: &Page, link: &str) -> Link {
        match page.url.join(link) {
            Ok(url) => self.consider(url, page.depth + 1),
            Err(_) => Link::Refused(Reason::Invalid),
        }
    }

    fn consider(&mut self, mut url: Url, depth: usize) -> Link {
        url.set_fragment(None);
        if self.found.contains(&url) {
            return Link::Known(url);
        }
        if let Some(reason) = self.refuses(&url, depth) {
            return Link::Refused(reason);
        }
        self.found.insert(url.clone());
        self.waiting.push_back(Page {
            url: url.clone(),
            depth,
        });
        Link::New(url)
    }

    fn refuses(&self, url: &Url, depth: usize) -> Option<Reason> {
        if url.origin() != self.start.origin() {
            Some(Reason::Elsewhere)
        } else if url.as_str().len() > self.limits.octets {
            Some(Reason::TooLong)
        } else if !self.allows(url) {
            Some(Reason::Robots)
        } else if depth > self.limits.depth {
            Some(Reason::TooDeep)
        } else if self.found.len() >= self.limits.pages {
            Some(Reason::TooMany)
        } else {
            None
        }
    }

    /// The longest rule that matches decides, and of two as long the one that allows
    /// (RFC 9309, section 2.2.2).
    fn allows(&self, url: &Url) -> bool {
        let matching = self
            .rules
            .iter()
            .filter_map(|rule| Some((rule.matches(url)?, rule.allow)));
        matching.max().is_none_or(|(_, allow)| allow)
    }

    /// What to do at `now`, which never goes back. The page found first comes first.
    pub fn next(&mut self, now: Duration) -> Next {
        if now < self.free && !self.waiting.is_empty() {
            return Next::Wait(self.free - now);
        }
        let Some(page) = self.waiting.pop_front() else {
            return Next::Done;
        };
        self.free = now.saturating_add(self.limits.delay);
        Next::Visit(page)
    }
}
// ANCHOR_END: frontier
