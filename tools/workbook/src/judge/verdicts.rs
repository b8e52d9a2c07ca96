//! What each known mistake fails, and what each failing check says of it: the
//! evidence on which a mistake is named.
//!
//! Checks are deterministic, so what they say is a fingerprint of what the code
//! does. The file `verdicts` of an exercise has a line a mistake, which `prove
//! --bless` writes:
//!
//! ```text
//! little_endian: decodes_hello=5f0c2a91 encodes_hello=0b7e44d3
//! ```
//!
//! `~` in the place of a fingerprint: the message differs from run to run, so it
//! is no evidence.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use super::libtest::Reason;
use super::runner::Outcome;

/// What failed, and the fingerprint of what each failing check said; none, where
/// that is no evidence.
pub type Verdict = BTreeMap<String, Option<String>>;

/// What is known of an exercise's mistakes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Verdicts {
    /// The compiler with which it was recorded: some messages are std's own.
    pub compiler: String,
    /// Each mistake's verdict, by its name.
    pub mistakes: BTreeMap<String, Verdict>,
}

/// The mistakes that code seems to have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Recognised<'a> {
    /// No evidence for any.
    Nothing,
    /// This one.
    One(&'a str),
    /// These two at once.
    Two(&'a str, &'a str),
}

/// The verdict of one run, under the names of the checks.
pub fn verdict(outcomes: &[Outcome]) -> Verdict {
    outcomes
        .iter()
        .filter_map(|outcome| {
            let reason = outcome.failure.as_ref()?;
            Some((outcome.name.clone(), Some(fingerprint(reason))))
        })
        .collect()
}

/// One verdict of several runs of the same code: a message that was not the same
/// in all of them is no evidence. Nothing, if not even the same checks failed.
pub fn combined(runs: &[Verdict]) -> Option<Verdict> {
    let (first, others) = runs.split_first()?;
    let mut combined = first.clone();
    for other in others {
        if !other.keys().eq(first.keys()) {
            return None;
        }
        for (name, print) in other {
            if combined[name] != *print {
                combined.insert(name.clone(), None);
            }
        }
    }
    Some(combined)
}

/// Whether two messages of a check are the same, as far as both are evidence.
fn agree(known: &Option<String>, seen: &Option<String>) -> bool {
    match (known, seen) {
        (Some(known), Some(seen)) => known == seen,
        _ => true,
    }
}

/// Whether the code of which `seen` is the verdict does what is `known`: the same
/// checks fail, and each says the same.
pub fn same(known: &Verdict, seen: &Verdict) -> bool {
    known.keys().eq(seen.keys()) && known.iter().all(|(name, print)| agree(print, &seen[name]))
}

impl Verdicts {
    /// The mistakes behind what was `seen`: the one whose checks failed, each with
    /// its message; or, where no single one fits, the only pair whose checks
    /// together are those that failed, each message being that of one of the two.
    pub fn recognise(&self, seen: &Verdict) -> Recognised<'_> {
        if seen.is_empty() {
            return Recognised::Nothing;
        }
        let mut single = self
            .mistakes
            .iter()
            // What says something else each time is no evidence.
            .filter(|(_, known)| same(known, seen) && known.values().any(Option::is_some))
            .map(|(name, _)| name.as_str());
        match (single.next(), single.next()) {
            (Some(name), None) => return Recognised::One(name),
            (Some(_), Some(_)) => return Recognised::Nothing,
            (None, _) => {}
        }
        let union = |one: &Verdict, other: &Verdict| -> bool {
            let names: BTreeSet<&String> = one.keys().chain(other.keys()).collect();
            names.into_iter().eq(seen.keys())
        };
        let either = |one: &Verdict, other: &Verdict| -> bool {
            seen.iter().all(|(name, print)| {
                [one, other]
                    .iter()
                    .filter_map(|known| known.get(name))
                    .any(|known| agree(known, print))
            })
        };
        let mut pairs = self.mistakes.iter().enumerate().flat_map(|(n, one)| {
            self.mistakes
                .iter()
                .skip(n + 1)
                .filter(move |other| union(one.1, other.1))
                .map(move |other| (one, other))
        });
        match (pairs.next(), pairs.next()) {
            (Some((one, other)), None) if either(one.1, other.1) => Recognised::Two(one.0, other.0),
            _ => Recognised::Nothing,
        }
    }

    /// Reads a file of verdicts. Lines that are none are passed over: `prove` says
    /// what is missing.
    pub fn parse(text: &str) -> Verdicts {
        let mut verdicts = Verdicts::default();
        for line in text.lines() {
            if let Some(comment) = line.strip_prefix('#') {
                if let Some(compiler) = comment.trim().strip_prefix(RECORDED) {
                    verdicts.compiler = compiler.trim().to_owned();
                }
            } else if let Some((name, checks)) = line.split_once(':') {
                let verdict = checks
                    .split_whitespace()
                    .filter_map(|check| check.split_once('='))
                    .map(|(check, print)| {
                        let print = (print != VARIES).then(|| print.to_owned());
                        (check.to_owned(), print)
                    })
                    .collect();
                verdicts.mistakes.insert(name.to_owned(), verdict);
            }
        }
        verdicts
    }

    /// The text of the file.
    pub fn text(&self) -> String {
        let mut text = format!(
            "# What each mistake fails, and a fingerprint of what each check says then.\n\
             # Written by `cargo workbook prove --bless`, never by hand.\n# {RECORDED} {}\n",
            self.compiler
        );
        for (name, verdict) in &self.mistakes {
            let _ = write!(text, "{name}:");
            for (check, print) in verdict {
                let _ = write!(text, " {check}={}", print.as_deref().unwrap_or(VARIES));
            }
            text.push('\n');
        }
        text
    }
}

/// What stands before the compiler's version.
const RECORDED: &str = "Recorded with";
/// The mark of a message that is no evidence.
const VARIES: &str = "~";

/// A short number for what a check said: FNV-1a, the same in every release. Where
/// in a file it said it, the number of a task, and empty lines are no part of that.
pub fn fingerprint(reason: &Reason) -> String {
    let mut hash: u32 = 0x811c_9dc5;
    for line in reason.message.lines().map(str::trim_end) {
        if line.is_empty() {
            continue;
        }
        for byte in without_chance(line).bytes().chain([b'\n']) {
            hash = (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193);
        }
    }
    format!("{hash:08x}")
}

/// `line` with `FILE` for each `path/to/file.rs:12:3`, and `TASK` for what tokio calls a
/// task in a `JoinError`: it counts the tasks of a process.
fn without_chance(line: &str) -> String {
    let words: Vec<&str> = line
        .split(' ')
        .map(|word| match word.split_once(".rs:") {
            Some((_, rest)) if rest.starts_with(|c: char| c.is_ascii_digit()) => "FILE",
            _ if word.contains("JoinError::") && word.contains("(Id(") => "TASK",
            _ => word,
        })
        .collect();
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict_of(checks: &[(&str, &str)]) -> Verdict {
        checks
            .iter()
            .map(|(name, print)| {
                let print = (*print != VARIES).then(|| (*print).to_owned());
                ((*name).to_owned(), print)
            })
            .collect()
    }

    fn known(mistakes: &[(&str, &[(&str, &str)])]) -> Verdicts {
        Verdicts {
            compiler: "rustc 1.2.3".into(),
            mistakes: mistakes
                .iter()
                .map(|(name, checks)| ((*name).to_owned(), verdict_of(checks)))
                .collect(),
        }
    }

    #[test]
    fn a_mistake_is_named_where_every_message_is_its_own() {
        let known = known(&[
            ("one", &[("a", "1"), ("b", "2")]),
            ("other", &[("a", "1"), ("b", "3")]),
            ("third", &[("c", VARIES)]),
            ("fourth", &[("c", VARIES), ("d", "5")]),
        ]);
        let recognise = |checks: &[(&str, &str)]| known.recognise(&verdict_of(checks));
        assert_eq!(recognise(&[("a", "1"), ("b", "2")]), Recognised::One("one"));
        assert_eq!(
            recognise(&[("a", "1"), ("b", "3")]),
            Recognised::One("other")
        );
        assert_eq!(recognise(&[("a", "1"), ("b", "4")]), Recognised::Nothing);
        assert_eq!(recognise(&[("a", "1")]), Recognised::Nothing);
        assert_eq!(recognise(&[("c", "9")]), Recognised::Nothing);
        let fourth = recognise(&[("c", "9"), ("d", "5")]);
        assert_eq!(fourth, Recognised::One("fourth"));
        assert_eq!(recognise(&[]), Recognised::Nothing);
    }

    #[test]
    fn two_at_once_are_named_where_only_they_explain_it() {
        let known = known(&[
            ("one", &[("a", "1"), ("b", "2")]),
            ("other", &[("b", "3"), ("c", "4")]),
        ]);
        let recognise = |known: &Verdicts, checks| match known.recognise(&verdict_of(checks)) {
            Recognised::Two(one, other) => Some((one.to_owned(), other.to_owned())),
            _ => None,
        };
        let pair = Some(("one".to_owned(), "other".to_owned()));
        let both = &[("a", "1"), ("b", "3"), ("c", "4")];
        assert_eq!(recognise(&known, both), pair);
        // A message that is neither's.
        let strange = &[("a", "1"), ("b", "9"), ("c", "4")];
        assert_eq!(recognise(&known, strange), None);
        // Two pairs that would both do.
        let mut more = known.clone();
        let third = verdict_of(&[("b", "3"), ("c", "5")]);
        more.mistakes.insert("third".into(), third);
        assert_eq!(recognise(&more, both), None);
    }

    #[test]
    fn what_differs_between_runs_is_no_evidence() {
        let runs = [
            verdict_of(&[("a", "1"), ("b", "2")]),
            verdict_of(&[("a", "1"), ("b", "3")]),
        ];
        let expected = verdict_of(&[("a", "1"), ("b", VARIES)]);
        assert_eq!(combined(&runs), Some(expected));
        let fewer = [runs[0].clone(), verdict_of(&[("a", "1")])];
        assert_eq!(combined(&fewer), None);
    }

    #[test]
    fn a_file_is_read_as_it_was_written() {
        let known = known(&[
            ("one", &[("a", "1"), ("b", VARIES)]),
            ("two", &[("b", "0b7e44d3")]),
        ]);
        assert_eq!(Verdicts::parse(&known.text()), known);
    }

    #[test]
    fn a_fingerprint_is_of_what_was_said_and_not_of_where() {
        let print = |message: &str| {
            fingerprint(&Reason {
                message: message.into(),
                ..Reason::default()
            })
        };
        assert_eq!(
            print("expected 3\n\ngot 4 at a/b.rs:12:3"),
            print("expected 3  \ngot 4 at c.rs:9:1\n")
        );
        assert_eq!(
            print("failed: JoinError::Panic(Id(7), \"on purpose\", ...)"),
            print("failed: JoinError::Panic(Id(31), \"on purpose\", ...)")
        );
        assert_ne!(print("expected 3"), print("expected 4"));
        assert_ne!(print("a\nb"), print("ab"));
    }
}
