//! `measure`: makes a table of numbers that compare.
//!
//! A plan, `measured/NAME.plan`, is text:
//!
//! ```text
//! # What is compared, as a sentence
//! #: runs 9
//! #: warm-up 1
//! #: number milliseconds until all was sent; less is better
//! == copying
//! server$ zero-copy server 127.0.0.1:1060
//! ...
//! #~ 64 MiB in * ms
//! 64 MiB in 31.2 ms
//! == sendfile
//! ...
//! ```
//!
//! Each side is a scene; the starred numbers of its `#~` lines are what is
//! measured, the nth of one side beside the nth of the others, under the nth `number`.
//! Other `#:` lines go into every scene.
//!
//! The result, `measured/NAME.md`, is Markdown that a page includes: for each number its
//! name, and a table with a row for each side.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::fs;
use std::process::Stdio;
use std::time::{SystemTime, UNIX_EPOCH};

use layout::Workspace;
use scene::{Event, Scene, Stage, Verdict};

use crate::asked;
use crate::cargo::clean_command;
use crate::console::{self, complain, say};
use crate::error::{Error, Result, failed, read};

use super::programs;

/// A plan, read.
#[derive(Debug)]
struct Plan {
    title: String,
    runs: usize,
    warm_up: usize,
    /// For each starred number, what it is.
    numbers: Vec<String>,
    sides: Vec<Side>,
}

/// One of the things compared.
#[derive(Debug)]
struct Side {
    name: String,
    scene: Scene,
}

/// What the runs of one side brought.
#[derive(Debug, Default, Clone)]
struct Series {
    /// For each starred number, its values.
    values: Vec<Vec<f64>>,
    /// How many runs did not go as written.
    errors: usize,
}

/// `measure N NAME`.
pub fn measure(workspace: &Workspace, asked: &str, name: &str) -> Result<()> {
    let chapter = asked::chapter(workspace, asked)?;
    let folder = chapter.dir.join("measured");
    let path = folder.join(format!("{name}.plan"));
    if !path.is_file() {
        let mut plans: Vec<String> = fs::read_dir(&folder)
            .into_iter()
            .flatten()
            .flatten()
            .filter_map(|entry| {
                let name = entry.file_name().to_string_lossy().into_owned();
                name.strip_suffix(".plan").map(str::to_owned)
            })
            .collect();
        plans.sort();
        return Err(Error::Usage(format!(
            "chapter {} has nothing to measure by that name. It has:\n  {}",
            chapter.number,
            if plans.is_empty() {
                "(nothing yet)".to_owned()
            } else {
                plans.join("\n  ")
            }
        )));
    }
    let plan = parse(name, &read(&path)?)
        .map_err(|why| Error::Failed(format!("{}: {why}", console::path(&path))))?;
    let stage = Stage::new(programs::build(workspace, chapter, true)?)
        .files(&chapter.dir)
        .pin(true);

    // The last is the first side once more, against itself.
    let order: Vec<usize> = (0..plan.sides.len()).chain([0]).collect();
    let mut series = vec![Series::default(); order.len()];
    let rounds = plan.warm_up + plan.runs;
    for round in 0..rounds {
        if console::can_redraw() {
            let bar = console::bar(round, rounds, 20);
            console::draw(&format!("  {bar} run {} of {rounds}", round + 1));
        }
        for (side, series) in order.iter().zip(&mut series) {
            let side = &plan.sides[*side];
            let mut run = Series::default();
            play(&stage, &side.scene, &mut run)?;
            if round >= plan.warm_up {
                series.errors += run.errors;
                series.values.resize(plan.numbers.len(), Vec::new());
                for (all, new) in series.values.iter_mut().zip(run.values) {
                    all.extend(new);
                }
            }
        }
    }
    console::erase();
    if let Some(nth) = series
        .iter()
        .position(|series| series.values.iter().all(Vec::is_empty))
    {
        return Err(Error::Failed(format!(
            "no run of {} went as the plan says",
            plan.sides[order[nth]].name
        )));
    }
    let command = format!("just measure {} {name}", chapter.number);
    let text = format!("{}\n{}", table(&plan, &series, &command), machine());
    let result = folder.join(format!("{name}.md"));
    scene::write_whole(&result, &text)
        .map_err(|error| failed("write", console::path(&result), &error))?;
    say!("{text}");
    say!("{}", console::path(&result));
    if series.iter().all(|series| series.errors == 0) {
        Ok(())
    } else {
        Err(Error::Said)
    }
}

/// Reads a plan.
fn parse(name: &str, text: &str) -> std::result::Result<Plan, String> {
    let mut title = None;
    let (mut runs, mut warm_up) = (9, 1);
    let (mut directives, mut numbers) = (String::new(), Vec::new());
    let mut bodies: Vec<(String, String)> = Vec::new();
    for (n, line) in text.lines().enumerate() {
        let wrong = |what: &str| format!("line {}: {what}", n + 1);
        if let Some(side) = line.strip_prefix("== ") {
            bodies.push((side.trim().to_owned(), String::new()));
        } else if let Some((_, body)) = bodies.last_mut() {
            if !line.is_empty() {
                body.push_str(line);
                body.push('\n');
            }
        } else if let Some(directive) = line.strip_prefix("#: ") {
            let number = |text: &str| {
                text.trim()
                    .parse::<usize>()
                    .map_err(|_| wrong("not a number"))
            };
            if let Some(n) = directive.strip_prefix("runs ") {
                runs = number(n)?.max(1);
            } else if let Some(n) = directive.strip_prefix("warm-up ") {
                warm_up = number(n)?;
            } else if let Some(words) = directive.strip_prefix("number ") {
                numbers.push(words.trim().to_owned());
            } else {
                directives.push_str(line);
                directives.push('\n');
            }
        } else if let (Some(first), true) = (line.strip_prefix("# "), title.is_none()) {
            title = Some(first.trim().to_owned());
        } else if !line.is_empty() {
            return Err(wrong("neither `# Title`, `#: directive` nor `== side`"));
        }
    }
    let title = title.ok_or("no `# Title`")?;
    let mut sides = Vec::new();
    for (side, body) in bodies {
        let scene = Scene::parse(name, &format!("# {title}\n{directives}{body}"))
            .map_err(|error| format!("side {side}: {}", error.what))?;
        sides.push(Side { name: side, scene });
    }
    let Some(first) = sides.first() else {
        return Err("no `== side`".into());
    };
    if stars(&first.scene) == 0 {
        return Err("no `#~` line with a `*`: nothing is measured".into());
    }
    if let Some(side) = sides
        .iter()
        .find(|side| stars(&side.scene) != numbers.len())
    {
        return Err(format!(
            "{} by `#: number`, and {} measures {}",
            console::count(numbers.len(), "name"),
            side.name,
            console::count(stars(&side.scene), "number"),
        ));
    }
    Ok(Plan {
        title,
        runs,
        warm_up,
        numbers,
        sides,
    })
}

/// How many numbers a scene measures.
fn stars(scene: &Scene) -> usize {
    let lines = scene.steps.iter().flat_map(|step| &step.output);
    let patterns = lines.filter_map(|line| line.pattern.as_deref());
    patterns.map(|pattern| pieces(pattern).len() - 1).sum()
}

/// The text between the stars of a pattern; `\*` is a star that is meant.
fn pieces(pattern: &str) -> Vec<String> {
    let mut pieces = vec![String::new()];
    let mut letters = pattern.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '*' => pieces.push(String::new()),
            letter => {
                let meant = letter == '\\' && letters.peek() == Some(&'*');
                let letter = if meant {
                    letters.next().unwrap_or(letter)
                } else {
                    letter
                };
                if let Some(piece) = pieces.last_mut() {
                    piece.push(letter);
                }
            }
        }
    }
    pieces
}

/// The numbers that stand in `text` where `pattern` has its stars.
fn numbers(pattern: &str, text: &str) -> Option<Vec<f64>> {
    let pieces = pieces(pattern);
    let mut rest = text.strip_prefix(pieces.first()?.as_str())?;
    let mut found = Vec::new();
    for piece in &pieces[1..] {
        let digits = rest
            .find(|c: char| !c.is_ascii_digit() && c != '.' && c != ',')
            .unwrap_or(rest.len());
        // A stop or comma at the end belongs to the sentence.
        let number = rest[..digits].trim_end_matches(['.', ',']);
        found.push(number.replace(',', "").parse().ok()?);
        rest = rest[number.len()..].strip_prefix(piece.as_str())?;
    }
    rest.is_empty().then_some(found)
}

/// Plays a side once.
fn play(stage: &Stage, scene: &Scene, into: &mut Series) -> Result<()> {
    // What every terminal prints, in order; a line's event says no more than that.
    let mut expected: HashMap<&str, Vec<Option<&str>>> = HashMap::new();
    for step in &scene.steps {
        let lines = expected.entry(step.terminal.as_str()).or_default();
        lines.extend(step.output.iter().map(|line| line.pattern.as_deref()));
    }
    let mut printed: HashMap<String, Vec<String>> = HashMap::new();
    let verdict = stage.play(scene, &mut |event| match event {
        Event::Line { terminal, text } => {
            printed
                .entry(terminal.to_owned())
                .or_default()
                .push(text.to_owned());
        }
        Event::Again => printed.clear(),
        _ => {}
    });
    match verdict {
        Verdict::Skipped(why) => return Err(Error::Failed(why)),
        Verdict::Differs(report) => {
            into.errors += 1;
            complain!("{report}");
            return Ok(());
        }
        Verdict::AsWritten => {}
    }
    // In the order of the scene, as the plan names them.
    let mut next: HashMap<&str, usize> = HashMap::new();
    for step in &scene.steps {
        for line in &step.output {
            let nth = next.entry(step.terminal.as_str()).or_default();
            let text = printed
                .get(&step.terminal)
                .and_then(|lines| lines.get(*nth));
            *nth += 1;
            if let (Some(pattern), Some(text)) = (&line.pattern, text)
                && let Some(found) = numbers(pattern, text)
            {
                into.values
                    .extend(found.into_iter().map(|value| vec![value]));
            }
        }
    }
    Ok(())
}

/// The result as Markdown: a table for each number, a row for each side.
fn table(plan: &Plan, series: &[Series], command: &str) -> String {
    let mut out = format!("**{}**\n", plan.title);
    let again = format!("`{}` again", plan.sides[0].name);
    let mut names: Vec<String> = plan
        .sides
        .iter()
        .map(|side| format!("`{}`", side.name))
        .collect();
    names.push(again);
    for (n, number) in plan.numbers.iter().enumerate() {
        let _ = writeln!(out, "\n{number}:\n");
        let median_of = |series: &Series| series.values.get(n).and_then(|values| median(values));
        let base = series.first().and_then(median_of);
        let mut rows = vec![COLUMNS.map(str::to_owned)];
        for (name, series) in names.iter().zip(series) {
            let (mut shown, mut range, mut ratio) =
                ("-".to_owned(), "-".to_owned(), "-".to_owned());
            if let (Some(median), Some(values)) = (median_of(series), series.values.get(n)) {
                let lowest = values.iter().copied().fold(f64::INFINITY, f64::min);
                let highest = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
                shown = digits(median);
                range = format!("{} to {}", digits(lowest), digits(highest));
                if let Some(base) = base.filter(|base| *base != 0.0) {
                    ratio = format!("{:.2}", median / base);
                }
            }
            rows.push([name.clone(), shown, range, ratio, series.errors.to_string()]);
        }
        out.push_str(&aligned(&rows));
    }
    let what = format!(
        "Measured with `{command}`: release build, a core for each terminal, {} of \
         every side in turn after {} to warm up. The last row is the first side against \
         itself: what differs there is noise.",
        console::count(plan.runs, "run"),
        plan.warm_up
    );
    out.push('\n');
    for line in console::wrap(&what, 0) {
        let _ = writeln!(out, "{}", line.trim_end());
    }
    out
}

/// The columns of a result. The book reads them again, to draw them.
const COLUMNS: [&str; 5] = ["side", "median", "lowest to highest", "ratio", "errors"];

/// A Markdown table whose first row is its head and whose first column holds names.
fn aligned(rows: &[[String; COLUMNS.len()]]) -> String {
    let width = |column: usize| rows.iter().map(|row| console::columns(&row[column])).max();
    let widths: Vec<usize> = (0..COLUMNS.len())
        .map(|column| width(column).unwrap_or(0))
        .collect();
    let mut out = String::new();
    for (at, row) in rows.iter().enumerate() {
        for (column, (cell, &width)) in row.iter().zip(&widths).enumerate() {
            let _ = match column {
                0 => write!(out, "| {cell:<width$} |"),
                _ => write!(out, " {cell:>width$} |"),
            };
        }
        out.push('\n');
        if at == 0 {
            for (column, &width) in widths.iter().enumerate() {
                let _ = match column {
                    0 => write!(out, "|{:-<1$}|", "", width + 2),
                    _ => write!(out, "{:->1$}:|", "", width + 1),
                };
            }
            out.push('\n');
        }
    }
    out
}

/// The value in the middle.
fn median(values: &[f64]) -> Option<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let middle = sorted.len() / 2;
    let upper = sorted.get(middle)?;
    if sorted.len() % 2 == 1 {
        Some(*upper)
    } else {
        Some((sorted.get(middle - 1)? + upper) / 2.0)
    }
}

/// A number with three digits that count, whole ones in groups of thousands.
fn digits(value: f64) -> String {
    let places = match value.abs() {
        size if size >= 100.0 || value.fract() == 0.0 => 0,
        size if size >= 10.0 => 1,
        size if size >= 1.0 => 2,
        _ => 3,
    };
    let text = format!("{value:.places$}");
    let (whole, fraction) = text
        .split_once('.')
        .map_or((text.as_str(), None), |(w, f)| (w, Some(f)));
    let (sign, whole) = whole
        .strip_prefix('-')
        .map_or(("", whole), |whole| ("-", whole));
    let mut grouped = String::new();
    for (n, digit) in whole.chars().enumerate() {
        if n > 0 && (whole.len() - n) % 3 == 0 {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    match fraction {
        Some(fraction) => format!("{sign}{grouped}.{fraction}"),
        None => format!("{sign}{grouped}"),
    }
}

/// Where and when, as lines to be read.
fn machine() -> String {
    let ask = |command: &str, args: &[&str]| -> Option<String> {
        let output = clean_command(command)
            .args(args)
            .stdin(Stdio::null())
            .stderr(Stdio::null())
            .output()
            .ok()
            .filter(|output| output.status.success())?;
        let text = String::from_utf8_lossy(&output.stdout).trim().to_owned();
        (!text.is_empty()).then_some(text)
    };
    let cpu = fs::read_to_string("/proc/cpuinfo")
        .ok()
        .and_then(|text| {
            let line = text.lines().find(|line| line.starts_with("model name"))?;
            line.split_once(':')
                .map(|(_, model)| model.trim().to_owned())
        })
        .or_else(|| ask("sysctl", &["-n", "machdep.cpu.brand_string"]))
        .or_else(|| ask("uname", &["-m"]))
        .unwrap_or_else(|| "unknown".into());
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let system = ask("uname", &["-sr"]).unwrap_or_else(|| std::env::consts::OS.into());
    // The builder's suffix (`6.18.44-cloud-amd64`) says nothing about speed.
    let system = system.split('-').next().unwrap_or_default();
    let rustc = ask("rustc", &["--version"]).unwrap_or_else(|| "rustc unknown".into());
    let days = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| since.as_secs() / 86_400);
    let mut text = String::new();
    let _ = writeln!(text, "Machine: {cpu}, {}.", console::count(cores, "core"));
    let _ = writeln!(text, "System: {system}, {rustc}.");
    let _ = writeln!(text, "Date: {}.", date(days));
    text
}

/// The date, so many days after 1970-01-01.
fn date(days: u64) -> String {
    // Counted from 0000-03-01, so that a leap day is the last of its year; 400
    // years are 146,097 days.
    let days = days + 719_468;
    let (era, day) = (days / 146_097, days % 146_097);
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let day_of_month = day - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    let year = era * 400 + year + u64::from(month <= 2);
    format!("{year:04}-{month:02}-{day_of_month:02}")
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAN: &str = "# Two ways\n#: runs 3\n#: warm-up 0\n#: deadline 20s\n#: number ms; less is better\n#: number octets\n\n== one\n$ a --way 1\n#~ took * ms for * octets\ntook 1.5 ms for 10 octets\n\n== two\n$ a --way 2\n#~ took * ms for * octets\ntook 1.5 ms for 10 octets\n";

    #[test]
    fn a_plan_has_sides_which_are_scenes() {
        let plan = parse("ways", PLAN).unwrap();
        assert_eq!((plan.runs, plan.warm_up), (3, 0));
        assert_eq!(plan.sides[1].name, "two");
        assert_eq!(plan.sides[0].scene.directives.deadline.as_secs(), 20);
        assert_eq!(plan.numbers, ["ms; less is better", "octets"]);
        assert_eq!(stars(&plan.sides[0].scene), 2);
    }

    #[test]
    fn a_plan_that_can_not_be_measured_is_refused() {
        let error = |text: &str| parse("ways", text).unwrap_err();
        assert!(error("== one\n").contains("Title"));
        assert!(error("# T\n").contains("side"));
        assert!(error("# T\nnonsense\n").contains("line 2"));
        assert!(error("# T\n== one\n$ a\nb\n").contains("nothing is measured"));
        let uneven = PLAN
            .replacen("for * octets", "for ten octets", 1)
            .replacen("for 10", "for ten", 1);
        assert_eq!(
            error(&uneven),
            "2 names by `#: number`, and one measures 1 number"
        );
        let nameless = PLAN.replace("#: number octets\n", "");
        assert_eq!(
            error(&nameless),
            "1 name by `#: number`, and one measures 2 numbers"
        );
    }

    #[test]
    fn numbers_stand_where_the_stars_are() {
        assert_eq!(
            numbers("took * ms, * octets.", "took 3.5 ms, 2,621,440 octets."),
            Some(vec![3.5, 2_621_440.0])
        );
        assert_eq!(numbers("all *", "all 7"), Some(vec![7.0]));
        assert_eq!(numbers("all *", "all seven"), None);
        assert_eq!(numbers(r"2 \* * is *", "2 * 3 is 6"), Some(vec![3.0, 6.0]));
    }

    #[test]
    fn a_table_gives_medians_ranges_and_ratios() {
        let plan = parse("ways", PLAN).unwrap();
        let series = |values: &[f64], errors| Series {
            values: vec![values.to_vec(), vec![10.0; values.len()]],
            errors,
        };
        let text = table(
            &plan,
            &[
                series(&[3.0, 1.0, 2.0], 0),
                series(&[4.0, 5.0, 3.5], 1),
                series(&[2.0, 2.1, 2.2], 0),
            ],
            "just measure 5 ways",
        );
        let first = "**Two ways**\n\nms; less is better:\n\n\
            | side        | median | lowest to highest | ratio | errors |\n\
            |-------------|-------:|------------------:|------:|-------:|\n\
            | `one`       |      2 |            1 to 3 |  1.00 |      0 |\n\
            | `two`       |      4 |         3.50 to 5 |  2.00 |      1 |\n\
            | `one` again |   2.10 |         2 to 2.20 |  1.05 |      0 |\n\n\
            octets:\n\n";
        assert!(text.starts_with(first), "{text}");
        let last = text.split("\n\n").last().unwrap();
        assert!(last.starts_with("Measured with `just measure 5 ways`: "));
        assert!(
            last.lines()
                .all(|line| console::columns(line) <= console::WIDTH)
        );
    }

    #[test]
    fn numbers_are_written_to_be_read() {
        assert_eq!(digits(2_621_440.0), "2,621,440");
        assert_eq!(digits(12.345), "12.3");
        assert_eq!(digits(1.0), "1");
        assert_eq!(digits(0.0123), "0.012");
        assert_eq!(digits(1234.5), "1,234");
        assert_eq!(median(&[4.0, 1.0, 3.0, 2.0]), Some(2.5));
        assert_eq!(median(&[]), None);
    }

    #[test]
    fn days_become_dates() {
        assert_eq!(date(0), "1970-01-01");
        assert_eq!(date(11_016), "2000-02-29");
        assert_eq!(date(21_916), "2030-01-02");
    }
}
