//! States and what leads from one to another, or boxes and what goes between them.
//!
//! ```text
//! [CLOSED]             (nowhere)
//!
//! [LISTEN]
//!
//! LISTEN: what is below its name
//! CLOSED -> LISTEN: listen
//! ```
//!
//! A name stands in the drawing where it stands in the description, in a box or, between
//! parentheses, without. An arrow that would run through a box, and a label for which
//! there is no room beside its arrow, is an error: the names have to be moved.

use super::layout::COLUMN;
use super::svg::{BOLD, LINE, Point, Rect, SIZE, Svg, WIDTH, widest, width, wrapped};
use super::{Arrow, Drawn, Line, Wrong, arrow, wrong};

/// The height of a line of the description.
const ROW: f64 = 22.0;

struct State<'a> {
    line: usize,
    name: &'a str,
    boxed: bool,
    /// What is below the name.
    note: &'a str,
    /// Its place: at first the middle alone.
    rect: Rect,
}

/// An arrow and its label.
struct Edge<'a> {
    line: usize,
    ends: [usize; 2],
    arrow: Arrow,
    label: &'a str,
    from: Point,
    to: Point,
}

pub(super) fn draw(lines: &[Line<'_>]) -> Drawn {
    let is_plan = |(_, line): &&Line<'_>| {
        let line = line.trim_start();
        line.is_empty() || line.starts_with(['[', '('])
    };
    let plan = lines.iter().take_while(is_plan).count();
    let mut states = Vec::new();
    for (row, (line, text)) in lines[..plan].iter().enumerate() {
        place(*line, text, row, &mut states)?;
    }
    let mut edges = Vec::new();
    let mut said = Vec::new();
    for (line, text) in lines[plan..].iter().filter(|(_, text)| !text.is_empty()) {
        said.push((*text).to_owned());
        if let Some((from, arrow, to, label)) = arrow(text) {
            let ends = [find(*line, from, &states)?, find(*line, to, &states)?];
            let colon = if label.is_empty() { "" } else { ": " };
            said.pop();
            said.push(format!("{from} to {to}{}{colon}{label}", arrow.said()));
            let (from, to) = ((0.0, 0.0), (0.0, 0.0));
            edges.push(Edge {
                line: *line,
                ends,
                arrow,
                label,
                from,
                to,
            });
        } else if let Some((name, note)) = text.split_once(": ") {
            let state = find(*line, name, &states)?;
            states[state].note = note.trim();
        } else {
            return wrong(*line, "neither `a -> b: label` nor `a: note`");
        }
    }
    size(&mut states)?;
    connect(&mut edges, &states)?;
    let labels = labels(&edges, &states)?;
    let mut svg = Svg::default();
    for edge in &edges {
        svg.arrow(edge.arrow, edge.from, edge.to);
    }
    for state in &states {
        if state.boxed {
            svg.rect("box", &state.rect);
        }
        let class = if state.boxed { "strong" } else { "" };
        let Rect(left, top, right, bottom) = state.rect;
        let name = Rect(left, top, right, top + ROW);
        svg.lines(class, &name, &[state.name.to_owned()]);
        if !state.note.is_empty() {
            let note = Rect(left, bottom - LINE - 4.0, right, bottom);
            svg.lines("quiet", &note, &[state.note.to_owned()]);
        }
    }
    for (rect, label) in &labels {
        svg.lines("", rect, label);
    }
    let all = states
        .iter()
        .map(|state| &state.rect)
        .chain(labels.iter().map(|(rect, _)| rect));
    for Rect(_, top, right, bottom) in all {
        svg.top = svg.top.min(top - 1.0);
        svg.width = svg.width.max(right + 1.0);
        svg.height = svg.height.max(bottom + 1.0);
    }
    svg.height -= svg.top;
    Ok((svg, said))
}

/// Reads the names of a row of the plan.
fn place<'a>(
    line: usize,
    text: &'a str,
    row: usize,
    states: &mut Vec<State<'a>>,
) -> Result<(), Wrong> {
    let mut column = 0;
    for part in text.split_inclusive([']', ')']) {
        let name = part.trim_start();
        let boxed = name.starts_with('[');
        let inner = name
            .strip_prefix(['[', '('])
            .and_then(|name| name.strip_suffix([']', ')']));
        let Some(inner) = inner.filter(|inner| !inner.is_empty()) else {
            return wrong(line, format!("neither `[name]` nor `(name)`: `{name}`"));
        };
        let (all, own) = (part.chars().count(), name.chars().count());
        let x = (column + all - own) as f64 + own as f64 / 2.0;
        column += all;
        if states.iter().any(|state| state.name == inner) {
            return wrong(line, format!("`{inner}` is there twice"));
        }
        let y = row as f64 * ROW + ROW / 2.0 + 1.0;
        let rect = Rect::around((x * COLUMN, y), 0.0, 0.0);
        states.push(State {
            line,
            name: inner,
            boxed,
            note: "",
            rect,
        });
    }
    Ok(())
}

fn find(line: usize, name: &str, states: &[State<'_>]) -> Result<usize, Wrong> {
    match states.iter().position(|state| state.name == name) {
        Some(at) => Ok(at),
        None => wrong(line, format!("`{name}` has no place above")),
    }
}

/// Gives each state its size; one with a note grows downwards.
fn size(states: &mut [State<'_>]) -> Result<(), Wrong> {
    for state in states.iter_mut() {
        let (x, y) = state.rect.center();
        let text = (width(state.name) * BOLD).max(width(state.note));
        let half = text / 2.0 + if state.boxed { 7.0 } else { 2.0 };
        let below = if state.note.is_empty() { 0.0 } else { LINE };
        let x = x.clamp(half + 1.0, WIDTH - half - 1.0);
        state.rect = Rect(x - half, y - ROW / 2.0, x + half, y + ROW / 2.0 + below);
    }
    for (at, state) in states.iter().enumerate() {
        if let Some(other) = states[..at]
            .iter()
            .find(|other| other.rect.meets(&state.rect))
        {
            return wrong(
                state.line,
                format!("`{}` lies on `{}`", state.name, other.name),
            );
        }
    }
    Ok(())
}

/// Gives each arrow its ends: straight down or across where that meets both, and beside
/// the one that comes back.
fn connect(edges: &mut [Edge<'_>], states: &[State<'_>]) -> Result<(), Wrong> {
    let pairs: Vec<[usize; 2]> = edges.iter().map(|edge| edge.ends).collect();
    for edge in edges {
        let [from, to] = edge.ends;
        if from == to {
            return wrong(edge.line, "an arrow leads to where it begins");
        }
        let (a, b) = (states[from].rect, states[to].rect);
        let shift = match pairs.contains(&[to, from]) {
            true if from < to => 7.0,
            true => -7.0,
            false => 0.0,
        };
        (edge.from, edge.to) = ends(&a, &b, shift);
        let apart = [from, to];
        let crossed = states
            .iter()
            .enumerate()
            .find(|(at, state)| !apart.contains(at) && state.rect.is_crossed(edge.from, edge.to));
        if let Some((_, state)) = crossed {
            return wrong(
                edge.line,
                format!("the arrow runs through `{}`", state.name),
            );
        }
    }
    Ok(())
}

fn ends(a: &Rect, b: &Rect, shift: f64) -> (Point, Point) {
    let common =
        |low: f64, high: f64| (high - low > 12.0).then(|| f64::midpoint(low, high) + shift);
    let down = |up: &Rect, below: &Rect, x| ((x, up.3), (x, below.1));
    let across = |left: &Rect, right: &Rect, y| ((left.2, y), (right.0, y));
    let back = |(from, to): (Point, Point)| (to, from);
    if let Some(x) = common(a.0.max(b.0), a.2.min(b.2)) {
        return if a.1 < b.1 {
            down(a, b, x)
        } else {
            back(down(b, a, x))
        };
    }
    if let Some(y) = common(a.1.max(b.1), a.3.min(b.3)) {
        return if a.0 < b.0 {
            across(a, b, y)
        } else {
            back(across(b, a, y))
        };
    }
    let (from, to) = (a.border(b.center()), b.border(a.center()));
    ((from.0 + shift, from.1), (to.0 + shift, to.1))
}

/// Finds a place for each label: beside its arrow, and free.
fn labels(edges: &[Edge<'_>], states: &[State<'_>]) -> Result<Vec<(Rect, Vec<String>)>, Wrong> {
    let mut placed: Vec<(Rect, Vec<String>)> = Vec::new();
    for edge in edges.iter().filter(|edge| !edge.label.is_empty()) {
        let is_free = |rect: &Rect| {
            let Rect(left, top, right, bottom) = *rect;
            let around = Rect(left - 2.0, top, right + 2.0, bottom);
            left >= 0.0
                && right <= WIDTH
                && states.iter().all(|state| !state.rect.meets(&around))
                && placed.iter().all(|(other, _)| !other.meets(&around))
                && edges
                    .iter()
                    .all(|edge| !rect.is_crossed(edge.from, edge.to))
        };
        let found = candidates(edge).find(|(rect, _)| is_free(rect));
        let Some(found) = found else {
            return wrong(
                edge.line,
                format!("no room for `{}`: move the boxes apart", edge.label),
            );
        };
        placed.push(found);
    }
    Ok(placed)
}

/// The places for a label, the best first: near the middle, and broken as little as
/// possible.
fn candidates(edge: &Edge<'_>) -> impl Iterator<Item = (Rect, Vec<String>)> {
    let whole = width(edge.label);
    let shapes: Vec<Vec<String>> = (1..=4)
        .map(|parts| wrapped(edge.label, whole / f64::from(parts) + SIZE))
        .collect();
    let (from, dx, dy) = (edge.from, edge.to.0 - edge.from.0, edge.to.1 - edge.from.1);
    let length = dx.hypot(dy);
    let (nx, ny) = (dy / length, -dx / length);
    let along = [
        &[0.5, 0.45, 0.55, 0.4, 0.6],
        &[0.35, 0.65, 0.3, 0.7, 0.25][..],
        &[0.75, 0.2, 0.8],
    ];
    along.into_iter().flat_map(move |parts| {
        let mut places = Vec::new();
        for lines in &shapes {
            let (wide, high) = (widest(lines) + 2.0, lines.len() as f64 * LINE - 1.0);
            let away = nx.abs() * wide / 2.0 + ny.abs() * high / 2.0 + 3.0;
            for (part, side) in parts.iter().flat_map(|part| [(part, away), (part, -away)]) {
                let middle = (
                    from.0 + dx * part + nx * side,
                    from.1 + dy * part + ny * side,
                );
                places.push((Rect::around(middle, wide, high), lines.clone()));
            }
        }
        places
    })
}

#[cfg(test)]
mod tests {
    use super::super::render;
    use super::super::tests::error;

    fn html(body: &str) -> String {
        render("states", &format!("# C.\n{body}")).unwrap().html
    }

    #[test]
    fn a_state_is_where_its_name_is() {
        let html = html("[A]        (B)\n\n\n[C]\n\nC: below\nA -> B: across\nA --> C: down\n");
        let count = |part: &str| html.matches(part).count();
        assert_eq!((count("<rect"), count("class=\"tip\"")), (2, 2));
        let desc = "<desc>C: below. A to B: across. A to C (dashed): down</desc>";
        assert!(html.contains(desc), "{html}");
        // Across and down, since that meets both.
        assert!(html.contains("d=\"M") && html.contains(">across</text>"));
    }

    #[test]
    fn two_arrows_between_two_states_are_apart() {
        let html = html("[A]\n\n\n\n[B]\n\nA -> B\nB -> A\n");
        let starts: Vec<&str> = html
            .split("<path class=\"line\" d=\"M")
            .skip(1)
            .map(|d| &d[..4])
            .collect();
        assert_eq!(starts.len(), 2);
        assert_ne!(starts[0], starts[1]);
    }

    #[test]
    fn what_cannot_be_drawn_is_said_with_its_line() {
        let long = "x".repeat(60);
        for (body, line, what) in [
            ("[A] b]\n", 2, "neither `[name]` nor `(name)`: `b]`"),
            ("[A] [A]\n", 2, "`A` is there twice"),
            ("[A][B]\n", 2, "`B` lies on `A`"),
            ("[A]\n\nA -> B\n", 4, "`B` has no place above"),
            ("[A]\n\nA -> A\n", 4, "an arrow leads to where it begins"),
            ("[A]\nhello\n", 3, "neither `a -> b: label` nor `a: note`"),
            (
                "[A]\n\n[B]\n\n[C]\n\nA -> C\n",
                8,
                "the arrow runs through `B`",
            ),
            (
                &format!("[A]\n\n[B]\nA -> B: {long}\n"),
                5,
                &format!("no room for `{long}`: move the boxes apart"),
            ),
        ] {
            assert_eq!(
                error("states", &format!("# C.\n{body}")),
                (line, what.to_owned())
            );
        }
    }
}
