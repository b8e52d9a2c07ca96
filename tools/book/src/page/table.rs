//! Tables that a phone can show: a wide one is stacked there, a row below the other,
//! each cell behind the name of its column.

use super::html::escaped;

/// A table whose longest row has more characters than this is wide.
const NARROW: usize = 28;

const OPENING: &str = "<div class=\"table-wrapper\">\n<table>";

/// The page with each wide table marked, and its cells labelled.
pub(crate) fn label(page: &str) -> String {
    let mut out = String::with_capacity(page.len());
    let mut parts = page.split(OPENING);
    out.push_str(parts.next().unwrap_or_default());
    for part in parts {
        let (table, rest) = part.split_once("</table>").unwrap_or((part, ""));
        if is_wide(table) {
            // Laid out as blocks, it is a table only where that is said.
            out.push_str("<div class=\"table-wrapper\">\n<table class=\"stacks\" role=\"table\">");
            out.push_str(&with_corner(&labelled(table)));
        } else {
            out.push_str(OPENING);
            out.push_str(&with_corner(table));
        }
        out.push_str("</table>");
        out.push_str(rest);
    }
    out
}

/// The table, in which a column without a name has no header: nobody is told of nothing.
fn with_corner(table: &str) -> String {
    let corner = table.replace("<th></th>", "<td></td>");
    corner.replace("<th role=\"columnheader\"></th>", "<td role=\"cell\"></td>")
}

fn is_wide(table: &str) -> bool {
    let rows = table.split("<tr>");
    rows.map(|row| text(row).chars().filter(|c| *c != '\n').count())
        .max()
        > Some(NARROW)
}

/// The table with the name of its column at each cell of its body.
fn labelled(table: &str) -> String {
    let (head, body) = table.split_once("</thead>").unwrap_or(("", table));
    let names: Vec<String> = head
        .split("<th")
        .skip(2) // `<thead` begins like `<th`
        .map(|cell| text(cell.split_once('>').map_or("", |(_, cell)| cell)))
        .collect();
    let mut out = head.replace("<tr>", "<tr role=\"row\">");
    out = out.replace("<th", "<th role=\"columnheader\"");
    out = out.replace("<th role=\"columnheader\"ead", "<thead");
    out.push_str("</thead>");
    for row in body.split_inclusive("</tr>") {
        let row = row.replace("<tr>", "<tr role=\"row\">");
        let mut cells = row.split("<td");
        out.push_str(cells.next().unwrap_or_default());
        for (column, cell) in cells.enumerate() {
            let name = names.get(column).map_or("", String::as_str);
            out.push_str(&format!(
                "<td role=\"cell\" data-label=\"{}\"",
                escaped(name)
            ));
            out.push_str(cell);
        }
    }
    out
}

/// HTML without its tags. Entities stay as they are, but for those that [`escaped`]
/// would escape once more.
pub(super) fn text(html: &str) -> String {
    let mut out = String::new();
    for piece in html.split('<') {
        out.push_str(piece.split_once('>').map_or(piece, |(_, text)| text));
    }
    let out = out.replace("&lt;", "<").replace("&gt;", ">");
    out.replace("&quot;", "\"")
        .replace("&amp;", "&")
        .trim()
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(cell: &str) -> String {
        format!(
            "<p>a</p><div class=\"table-wrapper\">\n<table>\n<thead>\n<tr>\n\
             <th>a <code>&amp;</code></th>\n<th style=\"text-align: right\">b</th>\n</tr>\n\
             </thead>\n<tbody>\n<tr>\n<td>1</td>\n\
             <td style=\"text-align: right\">{cell}</td>\n</tr>\n</tbody>\n</table>\n</div>"
        )
    }

    #[test]
    fn a_narrow_table_stays() {
        assert_eq!(label(&table("2")), table("2"));
    }

    #[test]
    fn an_empty_header_is_none() {
        let corner = "<th>a <code>&amp;</code></th>";
        let empty = table("2").replace(corner, "<th></th>");
        assert_eq!(label(&empty), table("2").replace(corner, "<td></td>"));
        let wide = label(&table(&"long ".repeat(9)).replace(corner, "<th></th>"));
        let head = "<td role=\"cell\"></td>\n<th role=\"columnheader\" style";
        assert!(wide.contains(head), "{wide}");
    }

    #[test]
    fn the_cells_of_a_wide_table_have_names() {
        let wide = label(&table(&"long ".repeat(9)));
        for part in [
            "<table class=\"stacks\" role=\"table\">\n<thead>\n<tr role=\"row\">\n<th role=\"columnheader\">a",
            "<td role=\"cell\" data-label=\"a &amp;\">1</td>",
            "<td role=\"cell\" data-label=\"b\" style=\"text-align: right\">long",
            "</tbody>\n</table>\n</div>",
        ] {
            assert!(wide.contains(part), "{part} in {wide}");
        }
    }
}
