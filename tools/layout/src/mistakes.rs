//! The known mistakes of an exercise, as `mistakes.md` describes them.
//!
//! A mistake is a section of its own, and a change of the solution:
//!
//! ````text
//! ## little_endian: The length is little-endian
//!
//! You read and write the length with the octet of least value first.
//!
//! ```diff
//! -        let length = u32::from_be_bytes(*header) as usize;
//! +        let length = u32::from_le_bytes(*header) as usize;
//! ```
//!
//! ## Harmless
//!
//! What makes room early and what makes it late is the same to everybody.
//!
//! ```diff
//! -        output.reserve(HEADER + payload.len());
//! ```
//! ````
//!
//! Lines of a diff that begin with a space or `-` stand in the solution, together
//! and exactly once; an empty line or one that begins with `@@` begins another
//! place. The marks by which the book shows a part of the solution (`// ANCHOR`)
//! are no lines of it here.

use std::fmt::Write as _;

/// What `mistakes.md` holds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Catalogue {
    /// The mistakes, in the order in which they are written.
    pub mistakes: Vec<Mistake>,
    /// Changes of the solution that no check notices, since they are right.
    pub harmless: Vec<Harmless>,
}

/// A mistake that people make.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistake {
    /// Its name: a module's.
    pub name: String,
    /// Its name as a sentence fragment.
    pub title: String,
    /// What it says to one who made it.
    pub explanation: String,
    /// What it changes in the solution.
    pub change: Change,
}

/// A change of the solution that no check should notice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Harmless {
    /// Why it is right.
    pub reason: String,
    /// The change.
    pub change: Change,
}

/// What is different from the solution, at one place or several.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Change {
    places: Vec<Place>,
    /// The lines between the fences, as they are written.
    text: String,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Place {
    /// Its line in the file that describes it, from 1.
    line: usize,
    /// The lines of the solution.
    old: Vec<String>,
    /// What stands there instead.
    new: Vec<String>,
}

impl Catalogue {
    /// Reads a `mistakes.md`.
    ///
    /// # Errors
    ///
    /// `LINE: what is wrong there`.
    pub fn parse(text: &str) -> Result<Catalogue, String> {
        let mut catalogue = Catalogue::default();
        // The section that is open: its heading's line, name and title; its text.
        let mut section: Option<(usize, &str, &str)> = None;
        let mut prose = String::new();
        let mut lines = text.lines().enumerate();
        let mut fenced = false;
        while let Some((at, line)) = lines.next() {
            let line_number = at + 1;
            if !fenced && line.trim_end() == "```diff" {
                let Some((_, name, title)) = section else {
                    return Err(format!("{line_number}: a diff outside of any section"));
                };
                let change = Change::parse(line_number, lines.by_ref())?;
                let text = std::mem::take(&mut prose).trim().to_owned();
                if text.is_empty() {
                    return Err(format!("{line_number}: nothing explains this diff"));
                }
                if name == HARMLESS {
                    catalogue.harmless.push(Harmless {
                        reason: text,
                        change,
                    });
                } else {
                    catalogue.mistakes.push(Mistake {
                        name: name.to_owned(),
                        title: title.to_owned(),
                        explanation: text,
                        change,
                    });
                    section = None;
                }
                continue;
            }
            fenced ^= line.starts_with("```");
            match line.strip_prefix("## ") {
                Some(heading) if !fenced => {
                    if let Some((begun, name, _)) = section
                        && name != HARMLESS
                    {
                        return Err(format!("{begun}: {name} has no diff"));
                    }
                    let (name, title) = heading.split_once(": ").unwrap_or((heading, ""));
                    let name = name.trim().trim_matches('`');
                    let known = |mistake: &Mistake| mistake.name == name;
                    if name != HARMLESS && title.trim().is_empty() {
                        return Err(format!(
                            "{line_number}: expected `## name: Title`, or `## {HARMLESS}`"
                        ));
                    }
                    if catalogue.mistakes.iter().any(known) {
                        return Err(format!("{line_number}: {name} stands here a second time"));
                    }
                    section = Some((line_number, name, title.trim().trim_end_matches('.')));
                    prose.clear();
                }
                _ if section.is_some() => {
                    prose.push_str(line);
                    prose.push('\n');
                }
                _ => {}
            }
        }
        match section {
            Some((begun, name, _)) if name != HARMLESS => {
                Err(format!("{begun}: {name} has no diff"))
            }
            _ => Ok(catalogue),
        }
    }
}

/// The heading of the changes that are no mistakes.
const HARMLESS: &str = "Harmless";

impl Change {
    /// Reads a diff whose fence opens on `line`, up to the fence that closes it.
    fn parse<'a>(
        line: usize,
        lines: impl Iterator<Item = (usize, &'a str)>,
    ) -> Result<Change, String> {
        let mut change = Change::default();
        let mut place = Place::default();
        let mut closed = false;
        for (at, text) in lines {
            closed = text.trim_end() == "```";
            if closed {
                break;
            }
            change.text.push_str(text);
            change.text.push('\n');
            if place == Place::default() {
                place.line = at + 1;
            }
            match text.chars().next() {
                None | Some('@') => change.add(&mut place)?,
                Some(' ') => {
                    place.old.push(text[1..].to_owned());
                    place.new.push(text[1..].to_owned());
                }
                Some('-') => place.old.push(text[1..].to_owned()),
                Some('+') => place.new.push(text[1..].to_owned()),
                Some(_) => {
                    return Err(format!(
                        "{}: a line of a diff begins with a space, `-` or `+`",
                        at + 1
                    ));
                }
            }
        }
        change.add(&mut place)?;
        if !closed || change.places.is_empty() {
            return Err(format!("{line}: this diff is empty or has no end"));
        }
        Ok(change)
    }

    fn add(&mut self, place: &mut Place) -> Result<(), String> {
        let place = std::mem::take(place);
        match (place.old.is_empty(), place.new.is_empty()) {
            (true, true) => Ok(()),
            (true, false) => Err(format!(
                "{}: no line says where in the solution this stands",
                place.line
            )),
            (false, _) => {
                self.places.push(place);
                Ok(())
            }
        }
    }

    /// The diff as it is written, line by line, each with its sign.
    pub fn lines(&self) -> impl Iterator<Item = &str> {
        self.text.lines()
    }

    /// `solution` with this change.
    ///
    /// # Errors
    ///
    /// `LINE: ...` where a place of it is not in the solution, or not once.
    pub fn apply(&self, solution: &str) -> Result<String, String> {
        let lines = without_marks(solution);
        let mut found: Vec<(usize, &Place)> = Vec::new();
        for place in &self.places {
            let at: Vec<usize> = lines
                .windows(place.old.len())
                .enumerate()
                .filter(|(_, window)| *window == place.old)
                .map(|(at, _)| at)
                .collect();
            match at.as_slice() {
                [at] => found.push((*at, place)),
                [] => {
                    return Err(format!(
                        "{}: these lines are not in the solution",
                        place.line
                    ));
                }
                many => {
                    return Err(format!(
                        "{}: these lines are in the solution {} times; add a line of what \
                         stands around them",
                        place.line,
                        many.len()
                    ));
                }
            }
        }
        found.sort_by_key(|(at, _)| *at);
        let mut changed = String::new();
        let mut next = 0;
        for (at, place) in found {
            if at < next {
                return Err(format!("{}: two places overlap", place.line));
            }
            for line in lines[next..at]
                .iter()
                .copied()
                .chain(place.new.iter().map(String::as_str))
            {
                let _ = writeln!(changed, "{line}");
            }
            next = at + place.old.len();
        }
        for line in &lines[next..] {
            let _ = writeln!(changed, "{line}");
        }
        Ok(changed)
    }
}

/// The lines of a solution without the marks by which the book shows a part of it.
fn without_marks(solution: &str) -> Vec<&str> {
    solution
        .lines()
        .filter(|line| !line.trim_start().starts_with("// ANCHOR"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "# Mistakes\n\n## adds: Twice is two more\n\nYou add.\n\n```text\n## no\n```\n\n```diff\n-    n * 2\n+    n + 2\n```\n\n\
        ## `late`: Too late.\n\nYou wait.\n\n```diff\n fn a() {\n+    wait();\n\n@@ there\n-    c();\n-}\n+}\n```\n\n\
        ## Harmless\n\nIt is the same.\n\n```diff\n-    n * 2\n+    2 * n\n```\n\nThis too.\n\n```diff\n-    n * 2\n+    n + n\n```\n";
    const SOLUTION: &str =
        "fn a() {\n    // ANCHOR: b\n    n * 2\n    // ANCHOR_END: b\n}\n\nfn b() {\n    c();\n}\n";

    #[test]
    fn sections_are_mistakes() {
        let catalogue = Catalogue::parse(TEXT).unwrap();
        let [adds, late] = &catalogue.mistakes[..] else {
            panic!("{catalogue:?}");
        };
        assert_eq!((&*adds.name, &*adds.title), ("adds", "Twice is two more"));
        assert_eq!(adds.explanation, "You add.\n\n```text\n## no\n```");
        assert_eq!((&*late.name, &*late.title), ("late", "Too late"));
        let reasons: Vec<&str> = catalogue.harmless.iter().map(|one| &*one.reason).collect();
        assert_eq!(reasons, ["It is the same.", "This too."]);
        let lines: Vec<&str> = late.change.lines().collect();
        assert_eq!(
            lines,
            [
                " fn a() {",
                "+    wait();",
                "",
                "@@ there",
                "-    c();",
                "-}",
                "+}"
            ]
        );
    }

    #[test]
    fn a_change_is_made_at_each_of_its_places() {
        let catalogue = Catalogue::parse(TEXT).unwrap();
        let made = |n: usize| catalogue.mistakes[n].change.apply(SOLUTION).unwrap();
        assert_eq!(made(0), "fn a() {\n    n + 2\n}\n\nfn b() {\n    c();\n}\n");
        assert_eq!(
            made(1),
            "fn a() {\n    wait();\n    n * 2\n}\n\nfn b() {\n}\n"
        );
    }

    #[test]
    fn what_does_not_fit_is_said_with_its_line() {
        let change = |diff: &str| {
            let text = format!("## a: A\n\nB.\n\n```diff\n{diff}```\n");
            Catalogue::parse(&text).map(|catalogue| catalogue.mistakes[0].change.clone())
        };
        for (diff, problem) in [
            ("", "5: this diff is empty"),
            ("+new\n", "6: no line says where"),
            ("*\n", "6: a line of a diff"),
        ] {
            let error = change(diff).unwrap_err();
            assert!(error.starts_with(problem), "{error}");
        }
        for (diff, problem) in [
            ("-gone\n", "6: these lines are not in the solution"),
            ("-}\n", "6: these lines are in the solution 2 times"),
            (
                "-fn b() {\n     c();\n\n-    c();\n",
                "9: two places overlap",
            ),
        ] {
            let error = change(diff).unwrap().apply(SOLUTION).unwrap_err();
            assert!(error.starts_with(problem), "{error}");
        }
    }

    #[test]
    fn a_section_that_is_not_whole_is_refused() {
        for (text, problem) in [
            ("## a: A\n\nB.\n", "1: a has no diff"),
            ("## a: A\n\nB.\n\n## b: B\n", "1: a has no diff"),
            ("## a\n", "1: expected `## name: Title`"),
            ("```diff\n-a\n```\n", "1: a diff outside"),
            ("## a: A\n\n```diff\n-a\n```\n", "3: nothing explains"),
            ("## a: A\n\nB.\n\n```diff\n-a\n", "5: this diff is empty or"),
            (
                "## a: A\n\nB.\n\n```diff\n-a\n```\n## a: A\n",
                "8: a stands here a second time",
            ),
        ] {
            let error = Catalogue::parse(text).unwrap_err();
            assert!(error.starts_with(problem), "{text:?}: {error}");
        }
    }
}
