use super::*;

use std::time::Duration;

use testkit::{Steps, check, note};
use url::Url;

const START: &str = "http://a.example/";

/// Enough for every crawl below that is not about limits, and no delay.
const LIMITS: Limits = Limits {
    depth: 3,
    pages: 8,
    octets: 64,
    delay: Duration::ZERO,
};

/// One visit a second.
const SLOW: Limits = Limits {
    delay: Duration::from_secs(1),
    ..LIMITS
};

/// A frontier, and what was done with it: told, step by step, when a check fails. Its
/// clock is set by hand.
struct Story {
    frontier: Frontier,
    now: Duration,
    steps: Steps,
}

impl Story {
    fn new(limits: Limits) -> Story {
        Story::at_start(START, "", limits)
    }

    fn with_robots(robots: &str) -> Story {
        Story::at_start(START, robots, LIMITS)
    }

    fn at_start(start: &str, robots: &str, limits: Limits) -> Story {
        let steps = Steps::new("what was done with the frontier");
        steps.step(format!(
            "it begins at {start}, with depth {}, pages {}, octets {}, delay {} s",
            limits.depth,
            limits.pages,
            limits.octets,
            limits.delay.as_secs_f64()
        ));
        for line in robots.lines() {
            steps.step(format!("robots.txt has the line  {line}"));
        }
        let rules = web::robots::parse(format!("user-agent: *\n{robots}").as_bytes(), "otw");
        let start = Url::parse(start).expect("a URL");
        let frontier = {
            let _note = note(|| "(new)".to_owned());
            Frontier::new(start, rules, limits)
        };
        Story {
            frontier,
            now: Duration::ZERO,
            steps,
        }
    }

    fn at(&mut self, seconds: f64) {
        self.now = Duration::from_secs_f64(seconds);
    }

    fn next(&mut self) -> Next {
        let at = self.now.as_secs_f64();
        let next = {
            let _note = note(|| format!("(next at {at} s)"));
            self.frontier.next(self.now)
        };
        self.steps.step(format!("at {at} s: next: {}", show(&next)));
        next
    }

    /// This page is visited.
    #[track_caller]
    fn visits(&mut self, url: &str, depth: usize) -> Page {
        match self.next() {
            Next::Visit(page) if page.url.as_str() == url && page.depth == depth => page,
            other => self.steps.fail(&format!(
                "expected Visit {url}, depth {depth}\n     got {}",
                show(&other)
            )),
        }
    }

    #[track_caller]
    fn waits(&mut self, seconds: f64) {
        let expected = Next::Wait(Duration::from_secs_f64(seconds));
        let got = self.next();
        self.steps.expect(got == expected, || {
            format!("expected {}\n     got {}", show(&expected), show(&got))
        });
    }

    #[track_caller]
    fn done(&mut self) {
        let got = self.next();
        self.steps.expect(got == Next::Done, || {
            format!("expected Done\n     got {}", show(&got))
        });
    }

    fn add(&mut self, page: &Page, link: &str) -> Link {
        let got = {
            let _note = note(|| format!("(add {link:?}, which stands on {})", page.url));
            self.frontier.add(page, link)
        };
        self.steps.step(format!(
            "add {link:?}, which stands on {}: {}",
            page.url,
            show_link(&got)
        ));
        got
    }

    #[track_caller]
    fn adds(&mut self, page: &Page, link: &str, expected: Link) {
        let got = self.add(page, link);
        self.steps.expect(got == expected, || {
            format!(
                "expected {}\n     got {}",
                show_link(&expected),
                show_link(&got)
            )
        });
    }

    #[track_caller]
    fn new_page(&mut self, page: &Page, link: &str, url: &str) {
        let url = Url::parse(url).expect("a URL");
        self.adds(page, link, Link::New(url));
    }

    #[track_caller]
    fn known(&mut self, page: &Page, link: &str, url: &str) {
        let url = Url::parse(url).expect("a URL");
        self.adds(page, link, Link::Known(url));
    }

    #[track_caller]
    fn refused(&mut self, page: &Page, link: &str, reason: Reason) {
        self.adds(page, link, Link::Refused(reason));
    }
}

fn show(next: &Next) -> String {
    match next {
        Next::Visit(page) => format!("Visit {}, depth {}", page.url, page.depth),
        Next::Wait(time) => format!("Wait {} s", time.as_secs_f64()),
        Next::Done => "Done".to_owned(),
    }
}

fn show_link(link: &Link) -> String {
    match link {
        Link::New(url) => format!("New {url}"),
        Link::Known(url) => format!("Known {url}"),
        Link::Refused(reason) => format!("Refused {reason:?}"),
    }
}

/// A page that was visited long ago.
fn page(url: &str, depth: usize) -> Page {
    let url = Url::parse(url).expect("a URL");
    Page { url, depth }
}

/// The page at which each crawl begins.
fn start() -> Page {
    page(START, 0)
}

#[test]
#[ignore = "exercise"]
fn the_first_page_is_visited_first() {
    check(|| {
        let mut story = Story::new(LIMITS);
        story.visits(START, 0);
    });
}

#[test]
#[ignore = "exercise"]
fn without_links_that_is_all() {
    check(|| {
        let mut story = Story::new(LIMITS);
        story.visits(START, 0);
        story.done();
    });
}

#[test]
#[ignore = "exercise"]
fn a_link_is_visited_too() {
    check(|| {
        let mut story = Story::new(LIMITS);
        let first = story.visits(START, 0);
        story.new_page(&first, "b", "http://a.example/b");
        let second = story.visits("http://a.example/b", 1);
        story.new_page(&second, "http://a.example/c", "http://a.example/c");
        story.visits("http://a.example/c", 2);
        story.done();
    });
}

#[test]
#[ignore = "exercise"]
fn pages_are_visited_in_the_order_of_their_finding() {
    check(|| {
        let mut story = Story::new(LIMITS);
        let first = story.visits(START, 0);
        story.new_page(&first, "/z", "http://a.example/z");
        story.new_page(&first, "/b", "http://a.example/b");
        let z = story.visits("http://a.example/z", 1);
        story.new_page(&z, "/a", "http://a.example/a");
        story.visits("http://a.example/b", 1);
        story.visits("http://a.example/a", 2);
    });
}

#[test]
#[ignore = "exercise"]
fn a_link_is_relative_to_its_page() {
    check(|| {
        let mut story = Story::new(LIMITS);
        let deep = page("http://a.example/d/e?x=1", 1);
        story.new_page(&deep, "f", "http://a.example/d/f");
        story.new_page(&deep, "../g", "http://a.example/g");
        story.new_page(&deep, "?y=2", "http://a.example/d/e?y=2");
        story.new_page(&deep, "/h", "http://a.example/h");
        story.new_page(&deep, "//a.example/i", "http://a.example/i");
    });
}

#[test]
#[ignore = "exercise"]
fn a_fragment_is_no_page() {
    check(|| {
        let mut story = Story::new(LIMITS);
        let first = story.visits(START, 0);
        story.new_page(&first, "/b#one", "http://a.example/b");
        story.known(&first, "/b#two", "http://a.example/b");
        story.known(&first, "#top", START);
        story.visits("http://a.example/b", 1);
        story.done();
    });
}

#[test]
#[ignore = "exercise"]
fn the_first_page_has_no_fragment_either() {
    check(|| {
        let mut story = Story::at_start("http://a.example/#top", "", LIMITS);
        let first = story.visits(START, 0);
        story.known(&first, "/", START);
    });
}

#[test]
#[ignore = "exercise"]
fn a_page_is_known_as_soon_as_it_is_found() {
    check(|| {
        let mut story = Story::new(LIMITS);
        story.new_page(&start(), "/b", "http://a.example/b");
        story.known(&start(), "/b", "http://a.example/b");
        story.known(&start(), "/", START);
        story.visits(START, 0);
        story.visits("http://a.example/b", 1);
        story.done();
    });
}

#[test]
#[ignore = "exercise"]
fn a_page_that_was_visited_is_known() {
    check(|| {
        let mut story = Story::new(LIMITS);
        let first = story.visits(START, 0);
        story.new_page(&first, "/b", "http://a.example/b");
        let second = story.visits("http://a.example/b", 1);
        story.known(&second, "/", START);
        story.known(&second, "/b", "http://a.example/b");
        story.done();
    });
}

#[test]
#[ignore = "exercise"]
fn one_page_may_be_written_in_many_ways() {
    check(|| {
        let mut story = Story::new(LIMITS);
        story.new_page(&start(), "/b", "http://a.example/b");
        for link in [
            "b",
            "./b",
            "/c/../b",
            "//a.example/b",
            "http://a.example:80/b",
            "HTTP://A.Example/b",
        ] {
            story.known(&start(), link, "http://a.example/b");
        }
    });
}

#[test]
#[ignore = "exercise"]
fn other_paths_and_queries_are_other_pages() {
    check(|| {
        let mut story = Story::new(LIMITS);
        for (link, url) in [
            ("/b", "http://a.example/b"),
            ("/B", "http://a.example/B"),
            ("/b/", "http://a.example/b/"),
            ("/b?x=1", "http://a.example/b?x=1"),
            ("/b?x=2", "http://a.example/b?x=2"),
        ] {
            story.new_page(&start(), link, url);
        }
    });
}

#[test]
#[ignore = "exercise"]
fn another_host_is_elsewhere() {
    check(|| {
        let mut story = Story::new(LIMITS);
        for link in [
            "http://b.example/",
            "//b.example/b",
            "http://www.a.example/",
            "http://example/",
        ] {
            story.refused(&start(), link, Reason::Elsewhere);
        }
        story.visits(START, 0);
        story.done();
    });
}

#[test]
#[ignore = "exercise"]
fn a_host_that_looks_like_ours_is_elsewhere() {
    check(|| {
        let mut story = Story::new(LIMITS);
        for link in [
            "http://a.example.eve.example/",
            "http://a.example@eve.example/",
            "http://eve.example/http://a.example/",
            "http://not-a.example/",
        ] {
            story.refused(&start(), link, Reason::Elsewhere);
        }
    });
}

#[test]
#[ignore = "exercise"]
fn another_port_is_elsewhere() {
    check(|| {
        let mut story = Story::new(LIMITS);
        story.refused(&start(), "http://a.example:8080/", Reason::Elsewhere);
    });
}

#[test]
#[ignore = "exercise"]
fn another_scheme_is_elsewhere() {
    check(|| {
        let mut story = Story::new(LIMITS);
        story.refused(&start(), "https://a.example/", Reason::Elsewhere);
    });
}

#[test]
#[ignore = "exercise"]
fn what_is_no_page_is_elsewhere() {
    check(|| {
        let mut story = Story::new(LIMITS);
        for link in [
            "mailto:alice@a.example",
            "javascript:steal()",
            "data:text/html,hello",
        ] {
            story.refused(&start(), link, Reason::Elsewhere);
        }
    });
}

#[test]
#[ignore = "exercise"]
fn what_belongs_to_no_site_is_no_start() {
    check(|| {
        for start in ["file:///etc/hosts", "data:text/html,hello"] {
            let mut story = Story::at_start(start, "", LIMITS);
            story.done();
        }
    });
}

#[test]
#[ignore = "exercise"]
fn all_of_the_site_is_the_site() {
    check(|| {
        let begin = "http://a.example:8000/docs/index.html";
        let mut story = Story::at_start(begin, "", LIMITS);
        let first = story.visits(begin, 0);
        story.new_page(&first, "/", "http://a.example:8000/");
        story.new_page(&first, "../b", "http://a.example:8000/b");
    });
}

#[test]
#[ignore = "exercise"]
fn what_is_no_url_is_invalid() {
    check(|| {
        let mut story = Story::new(LIMITS);
        for link in ["http://[", "http://a.example:99999/", "//"] {
            story.refused(&start(), link, Reason::Invalid);
        }
    });
}

#[test]
#[ignore = "exercise"]
fn a_url_may_have_as_many_octets_as_the_limit() {
    check(|| {
        let mut story = Story::new(Limits {
            octets: 23,
            ..LIMITS
        });
        story.new_page(&start(), "/234567", "http://a.example/234567");
        story.refused(&start(), "/2345678", Reason::TooLong);
        story.refused(&start(), "/2345?78", Reason::TooLong);
    });
}

#[test]
#[ignore = "exercise"]
fn octets_are_those_of_the_whole_url() {
    check(|| {
        let mut story = Story::new(Limits {
            octets: 23,
            ..LIMITS
        });
        // On the wire, each of these characters is six octets.
        story.refused(&start(), "/éé", Reason::TooLong);
        let mut story = Story::new(Limits {
            octets: 23,
            ..LIMITS
        });
        story.new_page(&start(), "/b/../../../../../../../c", "http://a.example/c");
        story.new_page(
            &start(),
            "/d#a-long-fragment-is-not-sent",
            "http://a.example/d",
        );
    });
}

#[test]
#[ignore = "exercise"]
fn the_last_depth_is_the_limit() {
    check(|| {
        let mut story = Story::new(LIMITS);
        let mut last = story.visits(START, 0);
        for depth in 1..=3 {
            let url = format!("http://a.example/{depth}");
            story.new_page(&last, &format!("/{depth}"), &url);
            last = story.visits(&url, depth);
        }
        story.refused(&last, "/4", Reason::TooDeep);
        story.done();
    });
}

#[test]
#[ignore = "exercise"]
fn a_shorter_way_may_lead_there() {
    check(|| {
        let mut story = Story::new(LIMITS);
        let first = story.visits(START, 0);
        story.refused(&page("http://a.example/3", 3), "/b", Reason::TooDeep);
        story.new_page(&first, "/b", "http://a.example/b");
        story.visits("http://a.example/b", 1);
    });
}

#[test]
#[ignore = "exercise"]
fn as_many_pages_as_the_limit_are_taken() {
    check(|| {
        let mut story = Story::new(Limits { pages: 3, ..LIMITS });
        story.new_page(&start(), "/1", "http://a.example/1");
        story.new_page(&start(), "/2", "http://a.example/2");
        story.refused(&start(), "/3", Reason::TooMany);
    });
}

#[test]
#[ignore = "exercise"]
fn pages_that_were_visited_count() {
    check(|| {
        let mut story = Story::new(Limits { pages: 3, ..LIMITS });
        let first = story.visits(START, 0);
        story.new_page(&first, "/1", "http://a.example/1");
        let second = story.visits("http://a.example/1", 1);
        story.new_page(&second, "/2", "http://a.example/2");
        let third = story.visits("http://a.example/2", 2);
        story.refused(&third, "/3", Reason::TooMany);
        story.done();
    });
}

#[test]
#[ignore = "exercise"]
fn what_was_refused_does_not_count() {
    check(|| {
        let mut story = Story::new(Limits { pages: 2, ..LIMITS });
        story.refused(&start(), "http://b.example/", Reason::Elsewhere);
        story.refused(&start(), "http://[", Reason::Invalid);
        story.refused(&page("http://a.example/3", 3), "/4", Reason::TooDeep);
        story.new_page(&start(), "/1", "http://a.example/1");
    });
}

#[test]
#[ignore = "exercise"]
fn a_known_page_is_known_at_every_limit() {
    check(|| {
        let mut story = Story::new(Limits { pages: 2, ..LIMITS });
        story.new_page(&start(), "/1", "http://a.example/1");
        story.known(&start(), "/1", "http://a.example/1");
        story.known(&page("http://a.example/3", 3), "/", START);
    });
}

#[test]
#[ignore = "exercise"]
fn limits_hold_for_the_first_page_too() {
    check(|| {
        for limits in [
            Limits { pages: 0, ..LIMITS },
            Limits {
                octets: 16,
                ..LIMITS
            },
        ] {
            let mut story = Story::new(limits);
            story.done();
        }
        let mut story = Story::new(Limits { depth: 0, ..LIMITS });
        let first = story.visits(START, 0);
        story.refused(&first, "/b", Reason::TooDeep);
    });
}

/// Follows a link that is on every page, and is another on each.
fn trap(limits: Limits, link: fn(usize) -> String) {
    let mut story = Story::new(limits);
    for visits in 0..40 {
        match story.next() {
            Next::Visit(page) => {
                story.add(&page, &link(visits + 1));
            }
            _ => return,
        }
    }
    story.steps.fail(
        "expected an end at last: each page has a link to another, made up for whoever asks. 40 pages were \
         visited",
    );
}

#[test]
#[ignore = "exercise"]
fn a_calendar_without_end_comes_to_an_end() {
    check(|| {
        let month = |visits| format!("/calendar?month={visits}");
        trap(
            Limits {
                pages: 1000,
                octets: 1000,
                ..LIMITS
            },
            month,
        );
    });
}

#[test]
#[ignore = "exercise"]
fn pages_without_number_come_to_an_end() {
    check(|| {
        let other = |visits| format!("/page/{visits}");
        trap(
            Limits {
                depth: 1000,
                octets: 1000,
                ..LIMITS
            },
            other,
        );
    });
}

#[test]
#[ignore = "exercise"]
fn a_path_that_grows_comes_to_an_end() {
    check(|| {
        let longer = |_| "more/again".to_owned();
        trap(
            Limits {
                depth: 1000,
                pages: 1000,
                ..LIMITS
            },
            longer,
        );
    });
}

#[test]
#[ignore = "exercise"]
fn what_robots_may_not_visit_is_refused() {
    check(|| {
        let mut story = Story::with_robots("disallow: /private/");
        story.refused(&start(), "/private/b", Reason::Robots);
        story.refused(&start(), "/c/../private/?x=1", Reason::Robots);
        story.new_page(&start(), "/private", "http://a.example/private");
        story.new_page(&start(), "/b/private/", "http://a.example/b/private/");
    });
}

#[test]
#[ignore = "exercise"]
fn rules_may_speak_of_queries() {
    check(|| {
        let mut story = Story::with_robots("disallow: /b?print");
        story.refused(&start(), "/b?print=1", Reason::Robots);
        story.new_page(&start(), "/b", "http://a.example/b");
    });
}

#[test]
#[ignore = "exercise"]
fn the_longest_rule_decides() {
    check(|| {
        for robots in [
            "disallow: /b\nallow: /b/open/\ndisallow: /b/open/not",
            "disallow: /b/open/not\nallow: /b/open/\ndisallow: /b",
        ] {
            let mut story = Story::with_robots(robots);
            story.new_page(&start(), "/b/open/1", "http://a.example/b/open/1");
            story.refused(&start(), "/b/2", Reason::Robots);
            story.refused(&start(), "/b/open/not/3", Reason::Robots);
            story.new_page(&start(), "/4", "http://a.example/4");
        }
    });
}

#[test]
#[ignore = "exercise"]
fn a_longer_rule_may_close_what_a_shorter_opens() {
    check(|| {
        let mut story = Story::with_robots("allow: /b\ndisallow: /b/no");
        story.new_page(&start(), "/b/1", "http://a.example/b/1");
        story.refused(&start(), "/b/no/2", Reason::Robots);
    });
}

#[test]
#[ignore = "exercise"]
fn of_two_rules_as_long_the_one_that_allows_decides() {
    check(|| {
        let mut story = Story::with_robots("allow: /b\ndisallow: /b");
        story.new_page(&start(), "/b/1", "http://a.example/b/1");
    });
}

#[test]
#[ignore = "exercise"]
fn the_order_of_two_rules_as_long_is_no_matter() {
    check(|| {
        let mut story = Story::with_robots("disallow: /b\nallow: /b");
        story.new_page(&start(), "/b/1", "http://a.example/b/1");
    });
}

#[test]
#[ignore = "exercise"]
fn robots_hold_for_the_first_page_too() {
    check(|| {
        let mut story = Story::with_robots("disallow: /");
        story.done();
    });
}

#[test]
#[ignore = "exercise"]
fn the_first_reason_is_told() {
    check(|| {
        let limits = Limits {
            octets: 24,
            pages: 1,
            ..LIMITS
        };
        let mut story = Story::at_start(START, "disallow: /no", limits);
        let deep = page("http://a.example/3", 3);
        story.refused(&deep, "http://b.example/no/0123456789", Reason::Elsewhere);
        story.refused(&deep, "/no/0123456789", Reason::TooLong);
        story.refused(&deep, "/no", Reason::Robots);
        story.refused(&deep, "/b", Reason::TooDeep);
        story.refused(&start(), "/b", Reason::TooMany);
    });
}

#[test]
#[ignore = "exercise"]
fn the_first_visit_is_at_once() {
    check(|| {
        let mut story = Story::new(SLOW);
        story.visits(START, 0);
        let mut story = Story::new(SLOW);
        story.at(1000.0);
        story.visits(START, 0);
    });
}

#[test]
#[ignore = "exercise"]
fn between_two_visits_the_delay_passes() {
    check(|| {
        let mut story = Story::new(SLOW);
        let first = story.visits(START, 0);
        story.new_page(&first, "/b", "http://a.example/b");
        story.new_page(&first, "/c", "http://a.example/c");
        story.at(0.5);
        story.waits(0.5);
        story.at(1.0);
        story.visits("http://a.example/b", 1);
        story.waits(1.0);
        story.at(2.0);
        story.visits("http://a.example/c", 1);
    });
}

#[test]
#[ignore = "exercise"]
fn asking_costs_nothing() {
    check(|| {
        let mut story = Story::new(SLOW);
        let first = story.visits(START, 0);
        story.new_page(&first, "/b", "http://a.example/b");
        for at in [0.0, 0.25, 0.5, 0.75] {
            story.at(at);
            story.waits(1.0 - at);
        }
        story.at(1.0);
        story.visits("http://a.example/b", 1);
    });
}

#[test]
#[ignore = "exercise"]
fn the_delay_begins_with_the_visit() {
    check(|| {
        let mut story = Story::new(SLOW);
        let first = story.visits(START, 0);
        story.new_page(&first, "/b", "http://a.example/b");
        story.new_page(&first, "/c", "http://a.example/c");
        story.at(5.0);
        story.visits("http://a.example/b", 1);
        story.at(5.75);
        story.waits(0.25);
        story.at(6.0);
        story.visits("http://a.example/c", 1);
    });
}

#[test]
#[ignore = "exercise"]
fn a_delay_may_last_for_ever() {
    check(|| {
        let mut story = Story::new(Limits {
            delay: Duration::MAX,
            ..LIMITS
        });
        story.at(1.0);
        let first = story.visits(START, 0);
        story.new_page(&first, "/b", "http://a.example/b");
        story.at(1_000_000.0);
        let next = story.next();
        story.steps.expect(matches!(next, Next::Wait(_)), || {
            format!(
                "expected Wait, for as long as can be\n     got {}",
                show(&next)
            )
        });
    });
}

#[test]
#[ignore = "exercise"]
fn nothing_is_left_at_any_time() {
    check(|| {
        let mut story = Story::new(SLOW);
        let first = story.visits(START, 0);
        story.done();
        // The page has come, and has a link after all.
        story.new_page(&first, "/b", "http://a.example/b");
        story.waits(1.0);
        story.at(1.0);
        story.visits("http://a.example/b", 1);
        story.done();
    });
}
