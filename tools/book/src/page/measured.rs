//! A measured table: what `just measure` writes, drawn. Each row is a bar from zero to the
//! median, and on it a line from the lowest run to the highest.

use std::fmt::Write as _;

use super::Piece;
use super::fence;
use super::html::escaped;

const COLUMNS: [&str; 5] = ["side", "median", "lowest to highest", "ratio", "errors"];

/// A number that was measured, of all sides.
#[derive(Debug)]
struct Table<'a> {
    name: &'a str,
    rows: Vec<Row<'a>>,
}

/// What the runs of one side gave: the cells, and the numbers in them.
#[derive(Debug)]
struct Row<'a> {
    cells: [&'a str; COLUMNS.len()],
    lowest: f64,
    median: f64,
    highest: f64,
}

/// The Markdown `page`, in which each line that includes a file, and that `make` gives a
/// number and a text for, is that text in a fence.
pub(crate) fn replace(page: &str, mut make: impl FnMut(&str) -> Option<(usize, String)>) -> String {
    let mut out = String::with_capacity(page.len());
    for line in page.split_inclusive('\n') {
        let made = line
            .starts_with("{{#include ")
            .then(|| make(line))
            .flatten();
        match made {
            Some((number, text)) => {
                out.push_str(&fence::numbered(number, &text, ""));
                out.push('\n');
            }
            None => out.push_str(line),
        }
    }
    out
}

/// Makes HTML of a result.
///
/// # Errors
///
/// When it isn't one: the number of the line, and why.
pub(crate) fn render(text: &str) -> Result<Piece, String> {
    let (title, tables, foot) = parse(text)?;
    let errors = tables.iter().flat_map(|table| &table.rows);
    let errors = errors.filter(|row| row.cells[4] != "0").count();
    // A column in which there is nothing but zeros says less than a sentence.
    let columns = if errors == 0 { 4 } else { COLUMNS.len() };
    let mut html = format!(
        "<figure class=\"measured\"><figcaption>{}</figcaption>\n",
        escaped(title)
    );
    for table in &tables {
        draw(table, columns, &mut html);
    }
    html.push_str(
        "<p>A bar is the median, from 0; the line on it goes from the lowest run to the highest.",
    );
    if errors == 0 {
        html.push_str(" No run had an error.");
    }
    html.push_str("</p>\n");
    let (how, machine) = foot.split_once("\n\n").unwrap_or((foot, ""));
    let machine = escaped(machine).replace('\n', "<br>");
    let _ = writeln!(html, "<p>{}</p>\n<p>{machine}</p>", with_code(how));
    html.push_str("</figure>");
    Ok(Piece {
        html,
        text: text.to_owned(),
    })
}

/// The title, the tables, and what stands below them.
fn parse(text: &str) -> Result<(&str, Vec<Table<'_>>, &str), String> {
    let first = text.lines().next().unwrap_or_default();
    let title = first
        .strip_prefix("**")
        .and_then(|rest| rest.strip_suffix("**"));
    let title = title.ok_or("1: no `**Title**`")?;
    let mut tables: Vec<Table> = Vec::new();
    let mut head = 0; // lines of a head that are still to come
    let mut start = first.len();
    for (at, line) in text.lines().enumerate().skip(1) {
        let wrong = |why: String| format!("{}: {why}", at + 1);
        start += 1;
        if let Some(name) = line.strip_suffix(':') {
            let rows = Vec::new();
            tables.push(Table { name, rows });
            head = 2;
        } else if let Some(inner) = line.strip_prefix('|') {
            let cells: Vec<&str> = inner.trim_end_matches('|').split('|').collect();
            let cells: Vec<&str> = cells.iter().map(|cell| cell.trim()).collect();
            let cells = <[&str; COLUMNS.len()]>::try_from(cells)
                .map_err(|cells| wrong(format!("{} columns instead of 5", cells.len())))?;
            match (head, tables.last_mut()) {
                (2, _) if cells != COLUMNS => {
                    return Err(wrong(format!("the columns are not {COLUMNS:?}")));
                }
                (1 | 2, _) => head -= 1,
                (_, Some(table)) => table.rows.push(row(cells).map_err(wrong)?),
                (_, None) => return Err(wrong("a row without a name above it".to_owned())),
            }
        } else if !line.is_empty() {
            break;
        }
        start += line.len();
    }
    let foot = text.get(start..).unwrap_or_default().trim();
    if foot.is_empty() || tables.iter().any(|table| table.rows.is_empty()) {
        return Err("1: a table without rows, or no word on how they were measured".to_owned());
    }
    Ok((title, tables, foot))
}

fn row(cells: [&str; COLUMNS.len()]) -> Result<Row<'_>, String> {
    let number = |text: &str| {
        let number = text.replace(',', "").parse::<f64>();
        number.map_err(|_| format!("{text:?} is no number"))
    };
    let (lowest, highest) = cells[2]
        .split_once(" to ")
        .ok_or_else(|| format!("{:?} is no range", cells[2]))?;
    let row = Row {
        cells,
        lowest: number(lowest)?,
        median: number(cells[1])?,
        highest: number(highest)?,
    };
    number(cells[3])?;
    number(cells[4])?;
    if row.lowest <= row.median && row.median <= row.highest {
        Ok(row)
    } else {
        Err(format!("{} is not within {}", cells[1], cells[2]))
    }
}

fn draw(table: &Table<'_>, columns: usize, html: &mut String) {
    // Laid out as blocks where there is little room, it is a table only where that is said.
    let _ = write!(
        html,
        "<table role=\"table\"><caption>{}</caption>\n<thead role=\"rowgroup\"><tr role=\"row\">",
        escaped(table.name)
    );
    for name in &COLUMNS[..columns] {
        let _ = write!(html, "<th role=\"columnheader\" scope=\"col\">{name}</th>");
    }
    html.push_str("</tr></thead>\n<tbody role=\"rowgroup\">\n");
    let highest = table.rows.iter().map(|row| row.highest);
    let all = highest.fold(f64::MIN_POSITIVE, f64::max);
    for row in &table.rows {
        let noise = if row.cells[0].ends_with(" again") {
            " class=\"noise\""
        } else {
            ""
        };
        let _ = write!(
            html,
            "<tr role=\"row\"{noise}><th role=\"rowheader\" scope=\"row\">{}</th>\
             <td role=\"cell\">{}</td>\
             <td role=\"cell\"><span class=\"plot\" \
             style=\"--low:{:.1}%;--median:{:.1}%;--high:{:.1}%\"></span>{}</td>",
            with_code(row.cells[0]),
            row.cells[1],
            row.lowest / all * 100.0,
            row.median / all * 100.0,
            row.highest / all * 100.0,
            row.cells[2],
        );
        for cell in &row.cells[3..columns] {
            let _ = write!(html, "<td role=\"cell\">{cell}</td>");
        }
        html.push_str("</tr>\n");
    }
    html.push_str("</tbody></table>\n");
}

/// Text as HTML, what stands between backticks as code.
fn with_code(text: &str) -> String {
    let mut out = String::new();
    for (at, piece) in text.split('`').enumerate() {
        let piece = escaped(piece);
        let _ = match at % 2 {
            0 => write!(out, "{piece}"),
            _ => write!(out, "<code>{piece}</code>"),
        };
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const RESULT: &str = "**Two & more**\n\nms; less is better:\n\n\
        | side    | median | lowest to highest | ratio | errors |\n\
        |---------|-------:|------------------:|------:|-------:|\n\
        | `a --b` |  1,000 |        500 to 2,000 |  1.00 |      0 |\n\
        | `a --b` again | 990 |      500 to 1,000 |  0.99 |      0 |\n\n\
        Measured with `just measure 5 two`.\n\nMachine: M.\nDate: 2026-11-29.\n";

    #[test]
    fn a_row_is_a_bar_with_its_range() {
        let html = render(RESULT).unwrap().html;
        for part in [
            "<figcaption>Two &amp; more</figcaption>",
            "<caption>ms; less is better</caption>",
            "scope=\"row\"><code>a --b</code></th><td role=\"cell\">1,000</td>\
             <td role=\"cell\"><span class=\"plot\" style=\"--low:25.0%;--median:50.0%;--high:100.0%\">\
             </span>500 to 2,000</td>\
             <td role=\"cell\">1.00</td></tr>",
            "<tr role=\"row\" class=\"noise\">",
            "No run had an error.</p>\n<p>Measured with <code>just measure 5 two</code>.</p>\n\
             <p>Machine: M.<br>Date: 2026-11-29.</p>",
        ] {
            assert!(html.contains(part), "{part} in {html}");
        }
        assert!(!html.contains("errors</th>"));
        let failed = render(&RESULT.replacen("   0 |", "   3 |", 1))
            .unwrap()
            .html;
        assert!(failed.contains("errors</th>") && failed.contains(">3</td>"));
        assert!(!failed.contains("No run"));
    }

    #[test]
    fn what_is_no_result_is_refused_with_its_line() {
        let error = |from: &str, to: &str| match render(&RESULT.replacen(from, to, 1)) {
            Ok(_) => panic!("{to} is taken"),
            Err(why) => why,
        };
        assert!(error("**Two", "Two").starts_with("1: "));
        assert!(error("ms; less is better:\n", "").starts_with("4: a row"));
        assert!(error("median", "mean").starts_with("5: the columns"));
        assert_eq!(error("1,000 |", "1,000"), "7: 4 columns instead of 5");
        assert_eq!(error("  1,000", "many"), "7: \"many\" is no number");
        assert_eq!(error("990", "99"), "8: 99 is not within 500 to 1,000");
        assert_eq!(error("to 2,000", "2,000"), "7: \"500 2,000\" is no range");
        assert!(
            error(
                "Measured with `just measure 5 two`.\n\nMachine: M.\nDate: 2026-11-29.\n",
                ""
            )
            .starts_with("1: ")
        );
    }

    #[test]
    fn its_include_is_made_a_fence() {
        let page = "a\n\n{{#include a.md}}\n\nb {{#include b.md}}\n";
        let made = replace(page, |line| {
            assert_eq!(line, "{{#include a.md}}\n");
            Some((3, "**T**\n".to_owned()))
        });
        assert_eq!(
            made,
            "a\n\n``````````text piece-3\n**T**\n``````````\n\nb {{#include b.md}}\n"
        );
        assert_eq!(replace(page, |_| None), page);
    }
}
