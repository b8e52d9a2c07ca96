//! An exercise, whole, where a page includes the form that its reader fills in: the facts,
//! the task, the signatures; then what unfolds: hints one at a time, the solution, and the
//! mistakes that are known.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context;
use layout::{Change, Exercise};
use pulldown_cmark::{Options, Parser, html};

use super::highlight::Highlighter;
use super::html::escaped;
use super::orientation::Orientation;
use super::source::{self, Excerpt};
use super::{Piece, ROOT, listing};
use crate::files::slashed;

/// The exercises of the workspace, by the file of the form.
pub(crate) struct Exercises {
    root: PathBuf,
    by_form: BTreeMap<String, Exercise>,
}

impl Exercises {
    /// Reads the workspace at `root`.
    ///
    /// # Errors
    ///
    /// When it can't be read.
    pub(crate) fn read(root: &Path) -> anyhow::Result<Exercises> {
        let workspace = layout::Workspace::read(root)?;
        let form = |exercise: &Exercise| slashed(&exercise.stub(), root);
        let all = workspace.exercises();
        Ok(Exercises {
            by_form: all.map(|one| (form(one), one.clone())).collect(),
            root: root.to_path_buf(),
        })
    }

    /// The exercise whose form is all that a fence includes.
    pub(crate) fn of(&self, excerpts: &[Excerpt]) -> Option<&Exercise> {
        match excerpts {
            [excerpt] if excerpt.whole => self.by_form.get(&excerpt.file),
            _ => None,
        }
    }

    /// The file of its solution.
    pub(crate) fn solution(&self, exercise: &Exercise) -> String {
        slashed(&exercise.solution(), &self.root)
    }

    /// Makes HTML of `exercise`, whose form is `form`. What a search finds it by is the
    /// task alone: what unfolds explains nothing that no page does.
    ///
    /// # Errors
    ///
    /// When the solution or the mistakes can't be read.
    pub(crate) fn render(
        &self,
        exercise: &Exercise,
        form: &Excerpt,
        pages: &BTreeMap<String, Orientation>,
        repository: Option<&str>,
        highlighter: &mut Highlighter,
    ) -> anyhow::Result<Piece> {
        // The reader's own file may have another head by now.
        let head = layout::Header::read(&form.all);
        let mut html = String::from("<div class=\"exercise\">");
        let _ = write!(html, "<h3>{}</h3>", escaped(&head.title));
        self.facts(exercise, &head, pages, &mut html);
        html.push_str(&markdown(&head.task));
        let name = format!("{}.rs, as you find it", exercise.name);
        let code = [below_head(form)];
        html.push_str(&listing::figure(
            "rust",
            &name,
            &code,
            repository,
            highlighter,
        ));
        hints(&exercise.hints(), &mut html);
        let file = exercise.solution();
        let all = fs::read_to_string(&file).with_context(|| format!("read {}", file.display()))?;
        let solution = source::excerpt(self.solution(exercise), &all, None);
        let solution = solution.with_context(|| format!("{} is empty", file.display()))?;
        html.push_str(super::print::SCREEN);
        html.push_str(
            "<details class=\"solution\"><summary>Solution <small>Whoever reads it before their \
             own code passes has one exercise less.</small></summary>",
        );
        let name = "The best that we know";
        html.push_str(&listing::figure(
            "rust",
            name,
            &[solution],
            repository,
            highlighter,
        ));
        html.push_str("</details>");
        mistakes(exercise, &mut html)?;
        html.push_str(super::print::SCREEN_END);
        html.push_str("</div>");
        let text = form.text.clone();
        Ok(Piece { html, text })
    }

    /// How hard it is, what to edit, how it is checked, and the page that explains it.
    fn facts(
        &self,
        exercise: &Exercise,
        head: &layout::Header,
        pages: &BTreeMap<String, Orientation>,
        html: &mut String,
    ) {
        html.push_str("<dl class=\"facts\">");
        let mut fact = |name: &str, what: &str| {
            let _ = write!(html, "<div><dt>{name}</dt><dd>{what}</dd></div>");
        };
        if let Some(difficulty) = &head.difficulty {
            fact("Difficulty", &escaped(difficulty));
        }
        let command = |text: &str| format!("<span data-copy><code>{}</code></span>", escaped(text));
        fact("Your file", &command(&slashed(&exercise.file, &self.root)));
        fact("Check", &command(&format!("just check {}", exercise.id())));
        if let Some(page) = &head.page {
            let (file, fragment) = page.split_once('#').unwrap_or((page, ""));
            let file = super::html_file(Path::new(file));
            let name = pages.get(&file).map(Orientation::escaped_name);
            let mark = if fragment.is_empty() { "" } else { "#" };
            let link = format!("{ROOT}{file}{mark}{fragment}");
            let name = name.unwrap_or_else(|| "its page".into());
            fact(
                "Explained",
                &format!("<a href=\"{}\">{name}</a>", escaped(&link)),
            );
        }
        html.push_str("</dl>");
        // The local book says here how far its reader is.
        let _ = write!(
            html,
            "<div class=\"state\" data-exercise=\"{}\"></div>",
            exercise.id()
        );
    }
}

/// What stands below the head of a form.
fn below_head(form: &Excerpt) -> Excerpt {
    let is_head = |line: &&str| line.trim().is_empty() || line.starts_with("//!");
    let head = form.all.lines().take_while(is_head).count();
    let mut code = form.clone();
    code.numbers.retain(|number| *number > head);
    code
}

/// Each hint within the one before it, so that they unfold one at a time.
fn hints(hints: &[String], html: &mut String) {
    for (at, hint) in (1..).zip(hints) {
        let _ = write!(
            html,
            "<details class=\"hint\"><summary>Hint {at} of {}</summary>{}",
            hints.len(),
            markdown(hint)
        );
    }
    html.push_str(&"</details>".repeat(hints.len()));
}

fn mistakes(exercise: &Exercise, html: &mut String) -> anyhow::Result<()> {
    let mistakes = exercise.catalogue()?.mistakes;
    let _ = write!(
        html,
        "<details class=\"mistakes\"><summary>{} known mistakes <small>Each shows a part of the \
         solution.</small></summary>",
        mistakes.len()
    );
    for mistake in &mistakes {
        let title = markdown(&mistake.title);
        let title = title.trim_start_matches("<p>").trim_end_matches("</p>\n");
        let _ = write!(
            html,
            "<details id=\"{}-{}\"><summary>{title} <code>{1}</code></summary>{}{}</details>",
            exercise.name,
            mistake.name,
            markdown(&mistake.explanation),
            diff(&mistake.change)
        );
    }
    html.push_str("</details>");
    Ok(())
}

/// A diff: what goes and what comes, each with its sign, so that no colour is needed.
fn diff(change: &Change) -> String {
    let indent = change.lines().filter_map(|line| {
        let code = line.get(1..)?;
        let bare = code.trim_start_matches(' ');
        (!bare.is_empty() && !line.starts_with('@')).then_some(code.len() - bare.len())
    });
    let indent = indent.min().unwrap_or(0);
    let mut html = String::from("<pre class=\"diff\" tabindex=\"0\"><code>");
    for line in change.lines() {
        let (sign, code) = line.split_at(line.len().min(1));
        let code = escaped(code.get(indent..).unwrap_or_default());
        let _ = match sign {
            // A line's end is within, since each is a block.
            "-" => write!(html, "<del>-{code}\n</del>"),
            "+" => write!(html, "<ins>+{code}\n</ins>"),
            // Another place, with or without a word about it.
            "" | "@" => writeln!(html, " ⋮"),
            sign => writeln!(html, "{sign}{code}"),
        };
    }
    html.push_str("</code></pre>");
    html
}

/// The HTML of Markdown from beside an exercise.
pub(crate) fn markdown(text: &str) -> String {
    let options = Options::ENABLE_TABLES | Options::ENABLE_SMART_PUNCTUATION;
    let mut out = String::new();
    html::push_html(&mut out, Parser::new_ext(text, options));
    out.replace("<table>", "<div class=\"table-wrapper\">\n<table>")
        .replace("</table>", "</table></div>")
        .replace("<pre>", "<pre tabindex=\"0\">")
}

#[cfg(test)]
mod tests {
    use super::*;

    const FORM: &str = "//! Twice & more\n//!\n//! Difficulty: core\n//! Page: 01-a/b.md#c\n\
        //! Check: just check 1.1\n//!\n//! Write *it*:\n//!\n//! | a | b |\n//! |---|---|\n\
        //! | 1 | 2 |\n\nfn twice(n: u8) -> u8 {\n    todo!()\n}\n";

    /// What is made of the one exercise of a small workspace.
    fn made() -> Piece {
        let root = tempfile::tempdir().unwrap();
        for (path, text) in [
            (
                "Cargo.toml",
                "[package]\nname = \"a\"\n\n[[test]]\npath = \"exercises/twice/main.rs\"\n",
            ),
            ("exercises/twice.rs", "//! Another's head\n"),
            ("exercises/twice/stub.rs", FORM),
            (
                "exercises/twice/solution.rs",
                "fn twice(n: u8) -> u8 {\n    // ANCHOR: a\n    2 * n\n    // ANCHOR_END: a\n}\n",
            ),
            (
                "exercises/twice/hints.md",
                "## Hint 1\n\nHow \"often\"?\n\n## Hint 2\n\n```text\n<n>\n```\n",
            ),
            (
                "exercises/twice/mistakes.md",
                "## adds: `+` for *times*\n\nYou add.\n\n```diff\n-    2 * n\n+    2 + n\n```\n\n\
                 ## wraps: Too large\n\nIt wraps.\n\n```diff\n     2\n-        * n\n\n+\n+    <&n>\n }\n```\n",
            ),
        ] {
            let path = root.path().join("chapters/01-a").join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        let exercises = Exercises::read(root.path()).unwrap();
        let form = "chapters/01-a/exercises/twice/stub.rs";
        let form = source::excerpt(form.to_owned(), FORM, None).unwrap();
        let exercise = exercises.of(std::slice::from_ref(&form)).unwrap();
        assert_eq!(
            exercises.solution(exercise),
            "chapters/01-a/exercises/twice/solution.rs"
        );
        exercises
            .render(
                exercise,
                &form,
                &BTreeMap::new(),
                None,
                &mut Highlighter::default(),
            )
            .unwrap()
    }

    #[test]
    fn an_exercise_is_whole() {
        let Piece { html, text } = made();
        let mut rest = html.as_str();
        // In this order.
        for part in [
            "<h3>Twice &amp; more</h3>",
            "<dt>Difficulty</dt><dd>core</dd>",
            "<span data-copy><code>chapters/01-a/exercises/twice.rs</code></span>",
            "<span data-copy><code>just check 1.1</code></span>",
            "<a href=\"%root%01-a/b.html#c\">its page</a>",
            "<div class=\"state\" data-exercise=\"1.1\"></div>",
            "<p>Write <em>it</em>:</p>\n<div class=\"table-wrapper\">\n<table>",
            "<span class=\"k\">fn</span> <span class=\"t\">twice</span>(n: u8) -&gt; u8 {\n    todo!()\n}\n</code>",
            "<summary>Hint 1 of 2</summary><p>How “often”?</p>\n<details class=\"hint\"><summary>Hint 2 of 2</summary>",
            "&lt;n&gt;\n</code></pre>\n</details></details>",
            "<details class=\"solution\"><summary>Solution <small>",
            "u8 {\n    <span class=\"n\">2</span> * n\n}\n</code>",
            "<summary>2 known mistakes <small>",
            "<details id=\"twice-adds\"><summary><code>+</code> for <em>times</em> <code>adds</code></summary><p>You add.</p>",
        ] {
            let at = rest
                .find(part)
                .unwrap_or_else(|| panic!("{part} in {rest}"));
            rest = &rest[at + part.len()..];
        }
        assert_eq!(
            html.matches("<details").count(),
            html.matches("</details>").count()
        );
        assert!(
            !html.contains("Difficulty:") && !html.contains("ANCHOR"),
            "{html}"
        );
        // A search finds the task, and neither the solution nor a mistake.
        assert_eq!(text, FORM);
    }

    #[test]
    fn a_diff_needs_no_colour() {
        let html = made().html;
        let plain = "<pre class=\"diff\" tabindex=\"0\"><code><del>-2 * n\n</del><ins>+2 + n\n</ins></code></pre>";
        assert!(html.contains(plain), "{html}");
        // With what stands around it, an empty line, and another place.
        let places = "<code>     2\n<del>-        * n\n</del> ⋮\n<ins>+\n</ins>\
            <ins>+    &lt;&amp;n&gt;\n</ins> }\n</code>";
        assert!(html.contains(places), "{html}");
    }
}
