//! Callouts: quotes that begin with one of four names, and whatever name of its own a
//! pitfall has: `> **Pitfall: reading once.** ...`

/// The names, and the class of each.
const KINDS: [(&str, &str); 4] = [
    ("Predict", "predict"),
    ("From Python", "from-python"),
    ("On the wire", "on-the-wire"),
    ("Pitfall", "pitfall"),
];

const QUOTE: &str = "<blockquote>\n<p><strong>";

/// The page with each callout marked as what it is.
pub(crate) fn mark(page: &str) -> String {
    let mut out = String::with_capacity(page.len());
    let mut parts = page.split(QUOTE);
    out.push_str(parts.next().unwrap_or_default());
    for part in parts {
        match kind(part) {
            Some(kind) => {
                out.push_str(&format!(
                    "<blockquote class=\"callout callout-{kind}\">\n<p><strong>"
                ));
            }
            None => out.push_str(QUOTE),
        }
        out.push_str(part);
    }
    out
}

/// The page with each scene marked that answers a *Predict*: the first behind it, under
/// the same heading.
pub(crate) fn mark_answers(page: &str) -> String {
    const PREDICT: &str = "<blockquote class=\"callout callout-predict\">";
    const SCENE: &str = "<figure class=\"scene-play";
    let mut out = String::with_capacity(page.len());
    for (at, part) in page.split(PREDICT).enumerate() {
        if at > 0 {
            out.push_str(PREDICT);
        }
        match part.find(SCENE) {
            Some(scene) if at > 0 && !part[..scene].contains("<h2") => {
                let behind = scene + SCENE.len();
                out.push_str(&part[..behind]);
                out.push_str(" answer");
                out.push_str(&part[behind..]);
            }
            _ => out.push_str(part),
        }
    }
    out
}

fn kind(text: &str) -> Option<&'static str> {
    let (name, _) = text.split_once("</strong>")?;
    let called = |(known, _): &&(&str, &str)| {
        let rest = name.strip_prefix(known);
        rest.is_some_and(|rest| rest.starts_with(['.', ':', ',']))
    };
    KINDS.iter().find(called).map(|(_, class)| *class)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scene_behind_a_predict_answers_it() {
        let scene = "<figure class=\"scene-play columns-1\">";
        let answer = "<figure class=\"scene-play answer columns-1\">";
        let predict = "<blockquote class=\"callout callout-predict\">";
        let page = format!("{scene}{predict}a{scene}b{scene}{predict}<h2>{scene}{predict}");
        let marked = format!("{scene}{predict}a{answer}b{scene}{predict}<h2>{scene}{predict}");
        assert_eq!(mark_answers(&page), marked);
    }

    #[test]
    fn callouts_are_told_from_quotes() {
        let quote = |name: &str| format!("{QUOTE}{name}</strong> text</p>\n</blockquote>");
        for (name, class) in [
            ("Predict.", "predict"),
            ("From Python.", "from-python"),
            ("On the wire.", "on-the-wire"),
            ("Pitfall.", "pitfall"),
            ("Pitfall: reading <code>recv</code> once.", "pitfall"),
        ] {
            let marked = mark(&quote(name));
            let begin = format!("<blockquote class=\"callout callout-{class}\">\n<p><strong>");
            assert!(marked.starts_with(&begin), "{marked}");
            assert!(marked.ends_with("</blockquote>"));
        }
        for plain in ["Predictable.", "A word", "Note."] {
            assert_eq!(mark(&quote(plain)), quote(plain));
        }
    }
}
