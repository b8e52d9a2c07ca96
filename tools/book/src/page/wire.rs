//! What goes over the wire in a scene, as a figure: time runs down, an arrow for all that
//! one side sends, the octets under it, each field with its name.

use std::fmt::Write as _;

use ::wire::fields::{Field, fields};
use ::wire::format::{AGAIN, End, Flow, Way, What, Wire};
use ::wire::octets;

use super::Piece;
use super::html::escaped;

/// So much of what was sent is shown beside its length.
const PREVIEW: usize = 24;

/// Makes HTML of the wire `name`, which `just wire CHAPTER NAME` shows.
pub(crate) fn render(wire: &Wire, name: &str, chapter: Option<u32>) -> Piece {
    let mut html = format!(
        "<figure class=\"wire\"><figcaption><span class=\"title\">On the wire: {}</span>",
        escaped(&wire.title)
    );
    if let Some(chapter) = chapter {
        let _ = write!(
            html,
            "<span class=\"command\"><code>just wire {chapter} {}</code></span>",
            escaped(name)
        );
    }
    html.push_str("</figcaption>");
    let mut text = format!("On the wire: {}\n", wire.title);
    for flow in &wire.flows {
        let (from, to) = (end(&flow.from), end(&flow.to));
        let transport = flow.transport;
        let _ = write!(
            html,
            "<div class=\"ends\"><span>{from}</span><span>{transport}</span><span>{to}</span></div><ol>"
        );
        for nth in 0..flow.steps.len() {
            step(flow, nth, &mut html, &mut text);
        }
        html.push_str("</ol>");
    }
    html.push_str("</figure>");
    Piece { html, text }
}

/// A side: its program's terminal, and its address.
fn end(end: &End) -> String {
    let addr = End {
        name: String::new(),
        addr: end.addr,
    };
    match &*end.name {
        "" => addr.to_string(),
        name => format!("<b>{}</b> {addr}", escaped(name)),
    }
}

fn step(flow: &Flow, nth: usize, html: &mut String, text: &mut String) {
    let step = &flow.steps[nth];
    let (class, arrow) = match step.way {
        Way::There => ("there", "→"),
        Way::Back => ("back", "←"),
        Way::Both => ("both", "↔"),
    };
    let label = match &step.what {
        What::Flags(flags) => flags.clone(),
        What::Again => AGAIN.to_owned(),
        What::Tls(records) => format!("TLS: {records}"),
        What::Icmp(name) => format!("ICMP: {name}"),
        What::Octets(1, _) => "1 octet".to_owned(),
        What::Octets(all, _) => format!("{all} octets"),
    };
    let _ = writeln!(text, "{arrow} {label}");
    let label = escaped(&label);
    let _ = write!(html, "<li class=\"{class}\">");
    // The arrow is drawn; this is for who hears or copies it.
    let arrow = format!("<span class=\"way\">{arrow} </span>");
    match &step.what {
        What::Octets(all, first) if *all > 0 => {
            let preview: String = first.iter().take(PREVIEW).map(octets::text).collect();
            let _ = write!(
                html,
                "<details><summary>{arrow}<span class=\"label\">{label} <code>{}</code></span></summary><pre tabindex=\"0\">",
                escaped(&preview)
            );
            dump(&fields(flow, nth), first, html);
            if *all > first.len() {
                let _ = write!(html, "and {} more", all - first.len());
            }
            html.push_str("</pre></details>");
        }
        _ => {
            let _ = write!(
                html,
                "<div>{arrow}<span class=\"label\">{label}</span></div>"
            );
        }
    }
    html.push_str("</li>");
}

/// The octets as [`octets::lines`] writes them, in which each field has its name.
fn dump(fields: &[Field], octets: &[Option<u8>], html: &mut String) {
    let named = |at: usize| fields.iter().position(|field| field.range.contains(&at));
    for (nth, line) in octets.chunks(octets::WIDTH).enumerate() {
        let start = nth * octets::WIDTH;
        let _ = write!(html, "{start:04x} ");
        let mut open: Option<usize> = None;
        for (place, octet) in line.iter().enumerate() {
            let now = named(start + place);
            if open != now && open.is_some() {
                html.push_str("</span>");
            }
            html.push(' ');
            if let Some(field) = now.filter(|_| open != now) {
                let _ = write!(
                    html,
                    "<span class=\"field{}\" tabindex=\"0\" title=\"{}\">",
                    if field % 2 == 1 { " other" } else { "" },
                    escaped(&fields[field].name)
                );
            }
            open = now;
            html.push_str(&octets::hex(octet));
        }
        if open.is_some() {
            html.push_str("</span>");
        }
        let text: String = line.iter().map(octets::text).collect();
        let missing = 3 * (octets::WIDTH - line.len());
        let _ = writeln!(html, "{:missing$}  |{}|", "", escaped(&text));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WIRE: &str = "\
# <One>
TCP client 127.0.0.1:50001 -> 127.0.0.1:1060
  -> SYN
  <- SYN, ACK
  -> 18 octets
     0000  47 45 54 20 2f 20 48 54 54 50 2f 31 2e 31 0d 0a  |GET / HTTP/1.1..|
     0010  0d 0a                                            |..|
  <> FIN
end
";

    #[test]
    fn each_step_is_an_arrow_and_each_field_has_its_name() {
        let Piece { html, text } = render(&Wire::parse(WIRE).unwrap(), "one", Some(9));
        assert!(html.contains("On the wire: &lt;One&gt;<"), "{html}");
        assert!(html.contains(">just wire 9 one<"), "{html}");
        assert!(html.contains("<b>client</b> 127.0.0.1:50001<"), "{html}");
        let ways: Vec<&str> = html
            .split("<li class=\"")
            .skip(1)
            .filter_map(|rest| rest.split('"').next())
            .collect();
        assert_eq!(ways, ["there", "back", "there", "both"]);
        assert!(html.contains("title=\"request line\">47 45 54"), "{html}");
        assert!(
            html.contains("title=\"end of the head\">0d 0a</span>"),
            "{html}"
        );
        assert!(html.contains("<summary>"), "{html}");
        assert_eq!(
            html.matches("<span").count(),
            html.matches("</span>").count()
        );
        assert!(text.contains("→ 18 octets"), "{text}");
    }
}
