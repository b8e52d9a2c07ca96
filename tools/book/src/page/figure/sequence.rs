//! Messages between participants, from top to bottom.
//!
//! ```text
//! client | server
//! client: a note
//! client -> server: a message
//! & client -> server: another one, sent before the first has come
//! --- what is below is later
//! ```

use super::svg::{BOLD, LINE, Rect, SIZE, Svg, WIDTH, widest, width, wrapped};
use super::{Arrow, Drawn, Line, Wrong, arrow, wrong};

/// How far down a message comes to while it is on its way.
const FLIGHT: f64 = 14.0;
/// Between what follows each other.
const GAP: f64 = 8.0;
/// From the edge to the first and to the last participant.
const MARGIN: f64 = 48.0;

/// A message or a note, on a line of the description.
struct Step<'a> {
    line: usize,
    /// Whether it doesn't wait for the one before.
    with: bool,
    from: usize,
    /// Where a message goes; a note goes nowhere.
    to: Option<(Arrow, usize)>,
    text: &'a str,
}

enum Event<'a> {
    Step(Step<'a>),
    Divider(&'a str),
}

pub(super) fn draw(lines: &[Line<'_>]) -> Drawn {
    let (first, heading) = lines[0];
    let names: Vec<&str> = heading.split('|').map(str::trim).collect();
    if !(2..=4).contains(&names.len()) {
        return wrong(
            first,
            "first come two to four participants: `client | server`",
        );
    }
    let mut events = Vec::new();
    let mut said = Vec::new();
    for (line, text) in lines[1..].iter().filter(|(_, text)| !text.is_empty()) {
        let event = read(*line, text, &names)?;
        said.push(match &event {
            Event::Divider(title) => (*title).to_owned(),
            Event::Step(step) => step.said(&names),
        });
        events.push(event);
    }
    let mut steps = Steps {
        count: names.len(),
        svg: Svg::default(),
        end: LINE + 4.0,
        began: 0.0,
        note: None,
    };
    for (at, event) in events.iter().enumerate() {
        let before = at.checked_sub(1).and_then(|at| events.get(at));
        match event {
            Event::Divider(title) => steps.divider(title),
            Event::Step(step) => {
                let neighbours = [before.filter(|_| step.with), events.get(at + 1)];
                steps.step(step, neighbours)?;
            }
        }
    }
    let bottom = steps.end + GAP;
    let mut svg = Svg::default();
    for (place, name) in names.iter().enumerate() {
        let x = steps.x(place);
        svg.path("life", &[(x, LINE + 2.0), (x, bottom)]);
        let half = width(name) * BOLD / 2.0;
        svg.text("strong", (x.clamp(half, WIDTH - half), SIZE), name);
    }
    svg.append(&steps.svg);
    (svg.width, svg.height) = (WIDTH, bottom);
    Ok((svg, said))
}

fn read<'a>(line: usize, text: &'a str, names: &[&str]) -> Result<Event<'a>, Wrong> {
    if let Some(title) = text.strip_prefix("--- ") {
        return Ok(Event::Divider(title));
    }
    let place = |name: &str| match names.iter().position(|one| *one == name) {
        Some(place) => Ok(place),
        None => wrong(line, format!("`{name}` is none of {}", names.join(", "))),
    };
    let step = text.strip_prefix("& ");
    let with = step.is_some();
    let step = step.unwrap_or(text);
    let (from, to, text) = if let Some((from, arrow, to, text)) = arrow(step) {
        if from == to {
            return wrong(line, format!("{from} sends to itself: make it a note"));
        }
        (from, Some((arrow, place(to)?)), text)
    } else if let Some((name, note)) = step.split_once(": ") {
        (name, None, note.trim())
    } else {
        return wrong(
            line,
            "neither `a -> b: message`, nor `a: note`, nor `--- title`",
        );
    };
    let from = place(from)?;
    Ok(Event::Step(Step {
        line,
        with,
        from,
        to,
        text,
    }))
}

impl Step<'_> {
    fn said(&self, names: &[&str]) -> String {
        let colon = if self.text.is_empty() { "" } else { ": " };
        let to = self.to.map_or(String::new(), |(arrow, to)| {
            format!(" to {}{}", names[to], arrow.said())
        });
        format!("{}{to}{colon}{}", names[self.from], self.text)
    }

    /// Whether `other` is on its way at the same time, against this one.
    fn crosses(&self, other: &Step<'_>) -> bool {
        matches!((self.to, other.to), (Some((_, to)), Some((_, back)))
            if to == other.from && back == self.from)
    }
}

/// What is drawn of the steps.
struct Steps {
    /// Of participants.
    count: usize,
    svg: Svg,
    /// Where all of it ends.
    end: f64,
    /// Where the last one begins.
    began: f64,
    /// The place of the last one, if it is a note.
    note: Option<Rect>,
}

impl Steps {
    fn x(&self, place: usize) -> f64 {
        let step = (WIDTH - 2.0 * MARGIN) / (self.count - 1) as f64;
        MARGIN + step * place as f64
    }

    /// Draws a step; the neighbours are the one before, if this one doesn't wait for it,
    /// and the one behind.
    fn step(&mut self, step: &Step<'_>, neighbours: [Option<&Event<'_>>; 2]) -> Result<(), Wrong> {
        let [before, after] = neighbours.map(|event| match event {
            Some(Event::Step(step)) => Some(step),
            _ => None,
        });
        if step.with && before.is_none_or(|before| before.to.is_some() != step.to.is_some()) {
            return wrong(step.line, "`&` joins two messages, or two notes");
        }
        let Some((arrow, to)) = step.to else {
            return self.note(step);
        };
        let against = before.is_some_and(|before| before.crosses(step));
        let crosses = against || after.is_some_and(|after| after.with && after.crosses(step));
        self.message(step, arrow, to, against, crosses)
    }

    /// A message: its text stands above the middle; where two cross, above its sender's
    /// half.
    fn message(
        &mut self,
        step: &Step<'_>,
        arrow: Arrow,
        to: usize,
        against: bool,
        crosses: bool,
    ) -> Result<(), Wrong> {
        let (a, b) = (self.x(step.from), self.x(to));
        let share = if crosses { 0.5 } else { 1.0 };
        let room = (b - a).abs() * share - 10.0;
        let text = lines(step, room)?;
        let high = text.len() as f64 * LINE;
        let y = match step.with {
            true if against => self.began,
            true => self.began + GAP + high,
            false => self.end + high + if text.is_empty() { 4.0 } else { 2.0 },
        };
        let middle = a + (b - a) * share / 2.0;
        let rect = Rect::around((middle, y - high / 2.0 + 1.0), 0.0, 0.0);
        self.svg.arrow(arrow, (a, y), (b, y + FLIGHT));
        self.svg.lines("halo", &rect, &text);
        (self.began, self.note) = (y, None);
        self.end = self.end.max(y + FLIGHT + 2.0);
        Ok(())
    }

    /// A note: a box on the participant's line.
    fn note(&mut self, step: &Step<'_>) -> Result<(), Wrong> {
        let room = WIDTH / self.count as f64 - 16.0;
        let text = lines(step, room)?;
        let half = widest(&text) / 2.0 + 6.0;
        let x = self.x(step.from).clamp(half + 1.0, WIDTH - half - 1.0);
        let top = if step.with {
            self.began
        } else {
            self.end + 4.0
        };
        let bottom = top + text.len() as f64 * LINE + 5.0;
        let rect = Rect(x - half, top, x + half, bottom);
        if step.with && self.note.is_some_and(|note| note.meets(&rect)) {
            return wrong(step.line, "the note is on top of the one before");
        }
        self.svg.rect("box", &rect);
        self.svg.lines("", &rect, &text);
        (self.began, self.note) = (top, Some(rect));
        self.end = self.end.max(bottom + 2.0);
        Ok(())
    }

    fn divider(&mut self, title: &str) {
        let y = self.end + GAP + LINE / 2.0;
        self.svg.path("line dashed", &[(0.0, y), (WIDTH, y)]);
        let rect = Rect::around((WIDTH / 2.0, y), width(title) + 12.0, LINE);
        self.svg.rect("ground", &rect);
        self.svg.lines("quiet", &rect, &[title.to_owned()]);
        self.end = y + LINE / 2.0 + 4.0;
        self.note = None;
    }
}

fn lines(step: &Step<'_>, room: f64) -> Result<Vec<String>, Wrong> {
    if step.text.is_empty() {
        return Ok(Vec::new());
    }
    let text = wrapped(step.text, room);
    match text.iter().find(|line| width(line) > room) {
        Some(long) => wrong(step.line, format!("no room for `{long}`")),
        None => Ok(text),
    }
}

#[cfg(test)]
mod tests {
    use super::super::render;
    use super::super::tests::error;

    fn html(body: &str) -> String {
        render("sequence", &format!("# C.\n{body}")).unwrap().html
    }

    /// Where lines begin, by what is drawn: `M48.0 23.0L...` gives 23.
    fn heights(html: &str, class: &str) -> Vec<f64> {
        let begin = format!("<path class=\"{class}\" d=\"M");
        let paths = html.split(begin.as_str()).skip(1);
        let points = paths.filter_map(|path| path.split(['L', '"']).next()?.split_once(' '));
        points.map(|(_, y)| y.parse().unwrap()).collect()
    }

    #[test]
    fn a_step_is_below_the_one_before_unless_it_does_not_wait() {
        let one = heights(&html("a | b\na -> b\nb -> a\n"), "line");
        let two = heights(&html("a | b\na -> b\n& a -> b\n"), "line");
        let cross = heights(&html("a | b\na -> b: x\n& b -> a: y\n"), "line");
        assert!(one[1] >= one[0] + super::FLIGHT, "{one:?}");
        assert!(
            two[1] > two[0] && two[1] < two[0] + super::FLIGHT,
            "{two:?}"
        );
        assert!((cross[0] - cross[1]).abs() < 0.1, "{cross:?}");
    }

    #[test]
    fn each_sign_has_its_look() {
        let html = html("a | b\na -> b\na --> b\na => b\na -x b: gone\na: note\n--- later\n");
        let count = |part: &str| html.matches(part).count();
        assert_eq!((count("class=\"tip\""), count("class=\"life\"")), (3, 2));
        assert_eq!((count("\"line dashed\""), count("\"thick\"")), (2, 3));
        assert!(html.contains(
            "<desc>a to b. a to b (dashed). a to b (thick). a to b (lost): gone. a: note. later</desc>"
        ));
    }

    #[test]
    fn what_cannot_be_drawn_is_said_with_its_line() {
        let long = "x".repeat(60);
        for (body, line, what) in [
            (
                "a -> b\n",
                2,
                "first come two to four participants: `client | server`",
            ),
            ("a | b\n\nc -> b\n", 4, "`c` is none of a, b"),
            (
                "a | b\nb -> a\na => a: x\n",
                4,
                "a sends to itself: make it a note",
            ),
            (
                "a | b\nhello\n",
                3,
                "neither `a -> b: message`, nor `a: note`, nor `--- title`",
            ),
            (
                "a | b\na -> b\n& b: x\n",
                4,
                "`&` joins two messages, or two notes",
            ),
            (
                "a | b\na: x\n& a: y\n",
                4,
                "the note is on top of the one before",
            ),
            (
                &format!("a | b\na -> b: {long}\n"),
                3,
                &format!("no room for `{long}`"),
            ),
        ] {
            assert_eq!(
                error("sequence", &format!("# C.\n{body}")),
                (line, what.to_owned())
            );
        }
    }
}
