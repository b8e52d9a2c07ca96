//! A scene as terminals: side by side where there is room, each turn in the row of its
//! time; one below the other where there is none.

use std::fmt::Write as _;

use ::scene::{Action, Exit, Line, Scene, Step};

use super::Piece;
use super::html::{command, escaped};

/// A line longer than this, in characters, needs a terminal that has the page's width.
const NARROW: usize = 64;

/// How many looks a terminal can have.
const TONES: usize = 6;

/// The names of the octets 0 to 32 and 127, whose pictures begin at U+2400; many fonts
/// lack the pictures.
const CONTROLS: [&str; 34] = [
    "NUL", "SOH", "STX", "ETX", "EOT", "ENQ", "ACK", "BEL", "BS", "HT", "LF", "VT", "FF", "CR",
    "SO", "SI", "DLE", "DC1", "DC2", "DC3", "DC4", "NAK", "SYN", "ETB", "CAN", "EM", "SUB", "ESC",
    "FS", "GS", "RS", "US", "SP", "DEL",
];

/// Makes HTML of `scene`, which `just chapter CHAPTER NAME` plays.
pub(crate) fn render(scene: &Scene, chapter: Option<u32>) -> Piece {
    let terminals = scene.terminals();
    let tones = tones(&terminals);
    let columns = if is_wide(scene) { 1 } else { terminals.len() };
    let mut html = format!("<figure class=\"scene-play columns-{columns}\"");
    if let Some(chapter) = chapter {
        // By this name the book that runs plays it.
        let _ = write!(html, " data-scene=\"{chapter} {}\"", escaped(&scene.name));
    }
    html.push('>');
    caption(scene, chapter, &mut html);
    html.push_str("<div class=\"stage\">");
    let named = terminals != [""];
    // Behind the turns of a terminal, from the top to the end, stands its window.
    for (column, name) in terminals.iter().enumerate().filter(|_| columns > 1) {
        let _ = write!(
            html,
            "<div class=\"window tone-{}\" style=\"grid-area:1/{}/span {}\" aria-hidden=\"true\">{name}</div>",
            tones[column],
            column + 1,
            scene.steps.len() + 1,
        );
    }
    let mut text = format!("{}\n", scene.title);
    let mut before: Option<&Step> = None;
    for (row, step) in scene.steps.iter().enumerate() {
        let place = terminals.iter().position(|name| *name == step.terminal);
        let column = place.unwrap_or(0);
        let tone = if named { tones[column] } else { 0 };
        let more = before.is_some_and(|before| before.terminal == step.terminal);
        let more = if more { " same" } else { "" };
        let _ = write!(html, "<div class=\"turn tone-{tone}{more}\"");
        if columns > 1 {
            let _ = write!(html, " style=\"grid-area:{}/{}\"", row + 2, column + 1);
        }
        html.push('>');
        turn(step, &mut html, &mut text);
        html.push_str("</div>");
        before = Some(step);
    }
    html.push_str("</div></figure>");
    Piece { html, text }
}

/// The bar above the terminals: what one is about to see, and how to see it live.
fn caption(scene: &Scene, chapter: Option<u32>, html: &mut String) {
    let _ = write!(
        html,
        "<figcaption><span class=\"title\">{}</span>",
        escaped(&scene.title)
    );
    // Its place is kept for the script that fills it.
    html.push_str("<span class=\"steps\"></span>");
    if let Some(chapter) = chapter {
        let _ = write!(
            html,
            "<span class=\"command\" data-copy><code>just chapter {chapter} {}</code></span>",
            escaped(&scene.name)
        );
    }
    html.push_str("</figcaption>");
}

/// What is done in a step, and what comes back.
fn turn(step: &Step, html: &mut String, text: &mut String) {
    let who = &step.terminal;
    let prompt = |sign: &str| {
        let sign = escaped(sign);
        format!("<span class=\"who\"><span class=\"name\">{who}</span>{sign}</span>")
    };
    match &step.action {
        Action::Run(typed) | Action::Type(typed) if !typed.is_empty() => {
            let sign = match step.action {
                Action::Run(_) => "$ ",
                _ => "< ",
            };
            let _ = write!(
                html,
                "<div class=\"line\" data-copy>{}<code class=\"typed\">{}</code></div>",
                prompt(sign),
                command(&escaped(typed))
            );
            text.push_str(typed);
            text.push('\n');
        }
        Action::Run(_) | Action::Type(_) => key(&prompt(" "), "Enter", html),
        Action::Interrupt => key(&prompt(" "), "Ctrl-C", html),
        Action::EndOfInput => key(&prompt(" "), "Ctrl-D", html),
        Action::Wait => {
            let _ = write!(html, "<div class=\"line wait\">{}</div>", prompt(" …"));
        }
    }
    if step.output.is_empty() && step.exit.is_none() {
        return;
    }
    html.push_str(match is_table(&step.output) {
        true => "<div class=\"output table\" tabindex=\"0\">",
        false => "<div class=\"output\">",
    });
    for line in &step.output {
        html.push_str("<div class=\"line\">");
        output(line, html);
        html.push_str("</div>");
        text.push_str(&line.text);
        text.push('\n');
    }
    match step.exit {
        Some(Exit::Code(code)) => {
            let _ = write!(html, "<div class=\"line ended\">exit {code}</div>");
        }
        Some(Exit::Signal(signal)) => {
            let _ = write!(html, "<div class=\"line ended\">signal {signal}</div>");
        }
        None => {}
    }
    html.push_str("</div>");
}

fn key(prompt: &str, name: &str, html: &mut String) {
    let _ = write!(html, "<div class=\"line\">{prompt}<kbd>{name}</kbd></div>");
}

/// A line of output, with the numbers marked that are this machine's own.
fn output(line: &Line, html: &mut String) {
    if line.text.is_empty() {
        html.push_str("<br>");
        return;
    }
    let mut done = 0;
    for own in line.own_numbers() {
        octets(&line.text[done..own.start], html);
        let _ = write!(
            html,
            "<span class=\"own\">{}</span>",
            &line.text[own.clone()]
        );
        done = own.end;
    }
    octets(&line.text[done..], html);
    if line.pattern.is_some() {
        html.push_str(" <span class=\"own-mark\">differs on your machine</span>");
    }
}

/// A line that came while the scene was played, as HTML.
pub(crate) fn line(text: &str) -> String {
    let mut html = String::new();
    octets(text, &mut html);
    html
}

/// Text, in which octets that are no letters have their names or numbers.
fn octets(text: &str, html: &mut String) {
    let mut plain = 0;
    for (at, c) in text.char_indices() {
        let (name, length) = match c {
            '\u{2400}'..='\u{2421}' => (CONTROLS[c as usize - 0x2400], c.len_utf8()),
            '\\' => match text.get(at + 1..at + 4) {
                Some(octet) if is_octet(octet) => (octet, 4),
                _ => continue,
            },
            _ => continue,
        };
        html.push_str(&escaped(&text[plain..at]));
        let _ = write!(html, "<span class=\"control\">{name}</span>");
        plain = at + length;
    }
    html.push_str(&escaped(&text[plain..]));
}

/// Whether that is `x` and two hexadecimal digits.
fn is_octet(text: &str) -> bool {
    let digits = text.strip_prefix('x').unwrap_or_default();
    !digits.is_empty() && digits.bytes().all(|c| c.is_ascii_hexdigit())
}

/// The look of each terminal, from 1. A server has the first wherever it appears, a
/// client the second; the others take what is left, in order.
fn tones(terminals: &[&str]) -> Vec<usize> {
    let mut tones = vec![0; terminals.len()];
    for (tone, role) in [(1, "server"), (2, "client")] {
        if let Some(at) = terminals.iter().position(|name| *name == role) {
            tones[at] = tone;
        }
    }
    // Whoever is neither begins behind the two, so that nobody looks like a server.
    let others = tones.iter_mut().filter(|tone| **tone == 0);
    for (at, tone) in others.enumerate() {
        *tone = (2 + at) % TONES + 1;
    }
    tones
}

/// Whether too many lines would be broken in terminals that share the page's width.
fn is_wide(scene: &Scene) -> bool {
    let lines = scene.steps.iter().flat_map(|step| &step.output);
    let (mut long, mut all) = (0, 0);
    for line in lines {
        long += usize::from(line.text.chars().count() > NARROW);
        all += 1;
    }
    long * 4 > all || !(2..=3).contains(&scene.terminals().len())
}

/// Whether these lines stand in columns, three of them at least.
fn is_table(lines: &[Line]) -> bool {
    let cells = |line: &Line| {
        line.text
            .split("  ")
            .filter(|cell| !cell.trim().is_empty())
            .count()
    };
    lines.iter().filter(|line| cells(line) >= 3).count() >= 3
}

#[cfg(test)]
mod tests {
    use super::*;

    /// With what other programs print that looks like a step: lines of curl -v, a prompt
    /// of ftp, and a star.
    const SCENE: &str = "# Both <ends>.\n#: needs curl\n\
        server$ serve 127.0.0.1:1060\nReady.\n\
        client$ curl -v \"a&b\"\n>\n< HTTP/1.1 200 OK␍\n<\nother>\n\\x1f\n\
        #~ \\* it came in * reads\n* it came in 7 reads\n\
        client< typed\nclient<\nclient^D\n[exit 1]\nserver>\n\\server^C\nserver^C\n[signal 2]\n";

    fn rendered(text: &str) -> Piece {
        render(&Scene::parse("echo", text).unwrap(), Some(5))
    }

    #[test]
    fn a_scene_has_its_title_its_command_and_no_directives() {
        let Piece { html, text } = rendered(SCENE);
        assert!(html.contains(">Both &lt;ends&gt;.<"), "{html}");
        assert!(html.contains(">just chapter 5 echo<"), "{html}");
        for markup in ["#:", "#~", "server&gt;", "[exit", "client^D"] {
            assert!(
                !html.contains(markup) && !text.contains(markup),
                "{markup}: {html}"
            );
        }
        assert!(
            text.starts_with("Both <ends>.\nserve 127.0.0.1:1060\nReady.\n"),
            "{text}"
        );
    }

    #[test]
    fn what_is_typed_is_told_from_what_looks_like_it() {
        let html = rendered(SCENE).html;
        let typed: Vec<&str> = html
            .split("class=\"typed\">")
            .skip(1)
            .filter_map(|rest| rest.split("</code>").next())
            .collect();
        assert_eq!(
            typed,
            [
                "serve 127.0.0.1:1060",
                "curl <span class=\"option\">-v</span> &quot;a&amp;b&quot;",
                "typed"
            ]
        );
        assert!(html.contains(
            "<div class=\"line\">&lt; HTTP/1.1 200 OK<span class=\"control\">CR</span></div>"
        ));
        assert!(
            html.contains("<span class=\"control\">x1f</span>"),
            "{html}"
        );
        assert!(
            html.contains(
                "* it came in <span class=\"own\">7</span> reads <span class=\"own-mark\">"
            )
        );
        assert!(
            html.contains("<div class=\"line\">server^C</div>"),
            "{html}"
        );
        assert_eq!(html.matches("<kbd>").count(), 3, "{html}");
        assert!(html.contains("exit 1") && html.contains("signal 2"));
    }

    #[test]
    fn what_stands_in_columns_is_a_table() {
        let table = "# Count.\n$ count\n  a   b  c\n 10  20  30\n100   2   3\n";
        assert!(rendered(table).html.contains("output table"));
        let list = "# List.\n$ list\none  1\ntwo  2\n  three  3\n";
        assert!(!rendered(list).html.contains("table"));
    }

    #[test]
    fn turns_stand_in_the_column_of_their_terminal_in_the_order_of_time() {
        let html = rendered(SCENE).html;
        let places: Vec<&str> = html
            .split("class=\"turn ")
            .skip(1)
            .filter_map(|rest| rest.split_once("grid-area:")?.1.split('"').next())
            .collect();
        assert_eq!(places, ["2/1", "3/2", "4/2", "5/2", "6/2", "7/1", "8/1"]);
        let wide = format!("# T\na$ x\n{}\nb$ y\n", "long ".repeat(20));
        assert!(rendered(&wide).html.contains("columns-1\""));
    }

    #[test]
    fn a_role_has_one_look_and_no_two_terminals_have_the_same() {
        assert_eq!(tones(&["server", "client"]), [1, 2]);
        assert_eq!(tones(&["client", "server"]), [2, 1]);
        assert_eq!(
            tones(&["ann", "server", "bob", "client", "mallory"]),
            [3, 1, 4, 2, 5]
        );
        assert_eq!(tones(&["a", "b", "c", "d", "e"]), [3, 4, 5, 6, 1]);
        let single = "# T\n$ x\ny\n";
        assert!(rendered(single).html.contains("tone-0\""));
    }
}
