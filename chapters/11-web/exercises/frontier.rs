//! What a crawler visits next
//!
//! Difficulty: stretch
//! Page: 11-web/crawling.md
//! Check: just check 11.5
//!
//! A crawler visits a page, finds links, and visits those. What it has found and not yet
//! visited is its *frontier*. Write it. It decides where the crawler goes, and when, so that
//! a crawl comes to an end and the site doesn't suffer. It fetches nothing and knows no
//! clock: the caller says what time it is, and never goes back.
//!
//! `new` makes a frontier with one page in it: `start`, at depth 0. `add` takes a link as it
//! is written on a page; its depth is one more than the page's. Both leave out a fragment:
//! it names a place in a page, not a page. `add` answers `Link::Known` if the page was taken
//! before, and otherwise `Link::New`, unless there is a reason to refuse it. These are looked
//! at in this order, also for `start` (which then isn't taken):
//!
//! - `Invalid`: the link is no URL. It may be relative to its page (`page.url.join(link)`).
//! - `Known` comes here.
//! - `Elsewhere`: scheme, host and port are not all those of `start` (`Url::origin`). A URL
//!   such as `file:///a` or `data:,a` belongs to no site, not even if it is `start`: its
//!   origin equals none, itself included.
//! - `TooLong`: the URL, without fragment, has more than `limits.octets` octets.
//! - `Robots`: the site's `robots.txt` disallows it. Of all rules that match, the one with
//!   most octets decides, wherever it stands; of two as long, the one that allows (RFC 9309,
//!   section 2.2.2). Where none matches, the page is allowed.
//! - `TooDeep`: its depth is more than `limits.depth`.
//! - `TooMany`: as many pages as `limits.pages` were taken already, the first among them,
//!   visited or not.
//!
//! What is refused is not remembered. A shorter way may still lead there.
//!
//! `next` says what to do now. The page that was taken first is visited first, and none twice.
//! From one visit to the next at least `limits.delay` passes: before that it is `Next::Wait`
//! with the time that is left. A delay may be `Duration::MAX`: then one visit is all. Asking
//! costs nothing. `Next::Done` says that no page is left,
//! at any time.
//!
//! `robots.txt` is read already: `rule.matches(&url)` says whether a rule matches, and with
//! how many octets. A delay of 1 s:
//!
//! ```text
//! at 0.0 s  next                        Visit http://a.example/, depth 0
//!           add to that page  b#top     New http://a.example/b
//!           add to that page  /b        Known http://a.example/b
//! at 0.4 s  next                        Wait 0.6 s
//! at 1.0 s  next                        Visit http://a.example/b, depth 1
//!           next                        Done
//! ```

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

/// The pages of a site that were found and not yet visited. It knows no clock: the caller
/// says what time it is.
#[derive(Debug)]
pub struct Frontier {
    // Add what you need to remember.
}

impl Frontier {
    /// A frontier with one page in it, unless there is a reason to refuse it.
    pub fn new(start: Url, rules: Vec<Rule>, limits: Limits) -> Frontier {
        todo!()
    }

    /// Takes a link that stands on `page`, as it is written there.
    pub fn add(&mut self, page: &Page, link: &str) -> Link {
        todo!()
    }

    /// What to do at `now`, which never goes back. The page found first comes first.
    pub fn next(&mut self, now: Duration) -> Next {
        todo!()
    }
}
