//! A small site to be crawled: pages, and everything that a crawler can fall into.

use std::process::ExitCode;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::http::header::{CONTENT_TYPE, LOCATION, USER_AGENT};
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{Html, IntoResponse, Response};
use clap::Parser;
use futures_util::stream;
use program::tasks;
use web::server::Listen;

#[derive(Parser)]
#[command(about = "A small site to be crawled, with everything that a crawler can fall into")]
enum Role {
    /// Serve until Ctrl-C
    Server {
        #[command(flatten)]
        listen: Listen,
        /// Print what is asked for, and by whom
        #[arg(long)]
        log: bool,
    },
}

fn main() -> ExitCode {
    program::run(|| {
        let Role::Server { listen, log } = Role::parse();
        let router = Router::new().fallback(async move |uri: Uri, headers: HeaderMap| {
            if log {
                print(&uri, &headers);
            }
            answer(&uri)
        });
        tasks::block_on(listen.serve(router))
    })
}

// ANCHOR: pages
const ROBOTS: &str = "\
# Everybody else is welcome nowhere.
User-agent: *
Disallow: /

User-agent: onthewire
Disallow: /private/
Allow: /private/open$
";

const HOME: &str = "<!DOCTYPE html><title>Fruit</title>
<a href=apples>Apples</a> <a href='/apples#red'>Red ones</a> <A HREF='./x/../pears'>Pears</A>
<a href=/old>An old address</a> <a href=/round/1>Round and round</a> <a href=/away>Away</a>
<a href=/calendar/2026/1>Calendar</a> <a href=/deeper/>Deeper</a> <a href=/shop?visit=1>Shop</a>
<a href=/private/diary>Diary</a> <a href=/private/open>Open</a> <a href=/hidden>Hidden</a>
<a href=/endless>Endless</a> <a href=/prices>Prices</a> <a href=/broken>Broken</a>
<a href='http://example.com/'>Elsewhere</a> <a href='mailto:me@example.com'>Mail</a>
<a href='javascript:alert(1)'>Script</a> <a href='http://[:'>No URL</a> <a>No link</a>
<!-- <a href=/ghost>Not here</a> --> <script>'<a href=/ghost>'</script>";

const APPLES: &str =
    "<title>Apples</title><a href=/>Home</a> <a href=pears?sort=up&amp;page=2>Pears</a>";
const PEARS: &str =
    "<title>Pears</title><base href=/fruit/><a href=plums>Plums</a> <a href=/>Home</a>";
// ANCHOR_END: pages

// ANCHOR: traps
fn answer(uri: &Uri) -> Response {
    let (path, query) = (uri.path(), uri.query().unwrap_or_default());
    let last = path.rsplit('/').next().unwrap_or_default();
    let number = last.parse().unwrap_or(0_u64);
    match path {
        "/robots.txt" => ([(CONTENT_TYPE, "text/plain")], ROBOTS).into_response(),
        "/" => Html(HOME).into_response(),
        "/apples" => Html(APPLES).into_response(),
        "/pears" => Html(PEARS).into_response(),
        "/fruit/plums" | "/new" | "/private/open" => Html("<title>Here</title>").into_response(),
        "/prices" => ([(CONTENT_TYPE, "text/csv")], "<a href=/ghost>,1\n").into_response(),
        "/broken" => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        // A page that leads on to another one, for ever.
        _ if path.starts_with("/calendar/") => Html(format!(
            "<a href={}>Next month</a>",
            number.saturating_add(1)
        ))
        .into_response(),
        // A relative link, below itself, for ever.
        _ if path.starts_with("/deeper/") => Html("<a href=deeper/>Deeper</a>").into_response(),
        // A number of its own for each visit: the same page under ever new names.
        "/shop" => {
            let visit: u64 = query.trim_start_matches("visit=").parse().unwrap_or(0);
            let next = visit.saturating_add(1);
            Html(format!("<a href=/shop?visit={next}>Reload</a>")).into_response()
        }
        // Redirects: to a page, in a circle, to another site, and to what is forbidden.
        "/old" => redirect("/new"),
        "/round/1" => redirect("/round/2"),
        "/round/2" => redirect("/round/1"),
        "/away" => redirect("http://example.com/"),
        "/hidden" => redirect("/private/diary"),
        // A body that has no end.
        "/endless" => {
            let more = || std::future::ready(Some((Ok::<_, std::io::Error>(MORE), ())));
            let body = Body::from_stream(stream::unfold((), move |()| more()));
            ([(CONTENT_TYPE, "text/html")], body).into_response()
        }
        _ => StatusCode::NOT_FOUND.into_response(),
    }
}
// ANCHOR_END: traps

fn print(uri: &Uri, headers: &HeaderMap) {
    let agent = headers.get(USER_AGENT);
    let agent = agent.map_or(&b"nobody"[..], |agent| agent.as_bytes());
    program::log(format_args!("{uri} for {}", agent.escape_ascii()));
}

const MORE: Bytes = Bytes::from_static(&[b'x'; 4096]);

fn redirect(location: &'static str) -> Response {
    (StatusCode::MOVED_PERMANENTLY, [(LOCATION, location)]).into_response()
}
