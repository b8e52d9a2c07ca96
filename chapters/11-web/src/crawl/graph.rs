//! What a crawler found, as a picture: a column for each number of links from the first page.

use std::collections::BTreeSet;
use std::fmt::Write;

use url::{Position, Url};

use crate::escape_html;

/// How one page leads to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Way {
    /// By a link.
    Link,
    /// By a redirect.
    Redirect,
}

/// Pages and what leads from one to another.
#[derive(Debug, Default)]
pub struct Graph {
    /// In the order of their visits.
    pages: Vec<Node>,
    ways: BTreeSet<(String, String, Way)>,
}

#[derive(Debug)]
struct Node {
    path: String,
    depth: usize,
    status: Option<u16>,
}

const WIDTH: usize = 170;
const HEIGHT: usize = 34;
const COLUMN: usize = 230;
const ROW: usize = 50;
/// The letters of a path that have room.
const LETTERS: usize = 24;

impl Graph {
    /// Whether no page was visited.
    pub fn is_empty(&self) -> bool {
        self.pages.is_empty()
    }

    /// How many pages were visited.
    pub fn len(&self) -> usize {
        self.pages.len()
    }

    /// Notes a visit, and the status, if there was an answer.
    pub fn visited(&mut self, url: &Url, depth: usize, status: Option<u16>) {
        let path = path(url);
        self.pages.push(Node {
            path,
            depth,
            status,
        });
    }

    /// Notes that one page leads to another.
    pub fn leads(&mut self, from: &Url, to: &Url, way: Way) {
        self.ways.insert((path(from), path(to), way));
    }
    /// The picture, as SVG. What it says comes from a stranger's site, and is escaped.
    pub fn svg(&self) -> String {
        let deepest = self.pages.iter().map(|page| page.depth).max().unwrap_or(0);
        let mut rows = vec![0; deepest + 1];
        let mut places = Vec::new();
        for page in &self.pages {
            let row = &mut rows[page.depth];
            places.push((10 + page.depth * COLUMN, 10 + *row * ROW));
            *row += 1;
        }
        let (width, height) = (
            deepest * COLUMN + WIDTH + 20,
            rows.iter().max().unwrap_or(&0) * ROW + 10,
        );
        let mut svg = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" role=\"img\" \
             aria-labelledby=\"crawl-title\" width=\"100%\" font-family=\"sans-serif\" font-size=\"12\" \
             fill=\"currentColor\" stroke=\"none\">\n<title id=\"crawl-title\">{} pages and {} ways \
             between them, from left to right by the number of links from the first.</title>\n",
            self.pages.len(),
            self.ways.len(),
        );
        let place = |path: &str| {
            let page = self.pages.iter().position(|page| page.path == path)?;
            Some(places[page])
        };
        for (from, to, way) in &self.ways {
            if let (Some(from), Some(to)) = (place(from), place(to)) {
                line(&mut svg, from, to, *way);
            }
        }
        for (page, (x, y)) in self.pages.iter().zip(&places) {
            let (text_x, text_y) = (x + 8, y + 21);
            let found = page.status == Some(200);
            let dashes = if found {
                ""
            } else {
                " stroke-dasharray=\"4 3\""
            };
            let status = page
                .status
                .map_or("none".to_owned(), |status| status.to_string());
            let name = escape_html::text(&shortened(&page.path));
            let whole = escape_html::text(&page.path);
            let _ = writeln!(
                svg,
                "<g><title>{whole}</title><rect x=\"{x}\" y=\"{y}\" width=\"{WIDTH}\" height=\"{HEIGHT}\" \
                 rx=\"4\" style=\"fill:var(--bg,Canvas)\" stroke=\"currentColor\"{dashes}/>\
                 <text x=\"{text_x}\" y=\"{text_y}\">{name}</text>{}</g>",
                if found {
                    String::new()
                } else {
                    format!(
                        "<text x=\"{}\" y=\"{text_y}\" text-anchor=\"end\" fill-opacity=\"0.7\">{status}</text>",
                        x + WIDTH - 8
                    )
                },
            );
        }
        svg + "</svg>\n"
    }
}

fn path(url: &Url) -> String {
    url[Position::BeforePath..Position::AfterQuery].to_owned()
}

fn shortened(path: &str) -> String {
    match path.chars().count() {
        0..=LETTERS => path.to_owned(),
        _ => path.chars().take(LETTERS - 1).chain(['…']).collect(),
    }
}

/// Leads from the right edge of one page to the left edge of another; back, to its right
/// edge, and round where it is in the same column.
fn line(svg: &mut String, from: (usize, usize), to: (usize, usize), way: Way) {
    let middle = HEIGHT / 2;
    let (x, y) = (from.0 + WIDTH, from.1 + middle);
    let forward = to.0 > from.0;
    let end = if forward { to.0 } else { to.0 + WIDTH };
    let bend = if forward { end - x } else { 40 } / 2;
    let last = if forward { end - bend } else { end + bend };
    let dashes = match way {
        Way::Link => "",
        Way::Redirect => " stroke-dasharray=\"4 3\"",
    };
    let faint = if forward { "0.5" } else { "0.25" };
    let _ = writeln!(
        svg,
        "<path d=\"M{x} {y}C{} {y} {last} {} {end} {}\" fill=\"none\" stroke=\"currentColor\" \
         stroke-opacity=\"{faint}\"{dashes}/>",
        x + bend,
        to.1 + middle,
        to.1 + middle,
    );
}
