//! What came, held against what is written.

use std::convert::Infallible;
use std::time::{Duration, Instant};

use similar::algorithms::{DiffHook, Replace, myers};

use crate::canon::Canonical;
use crate::format::{Exit, Line, Pattern, Step};
use crate::report::DiffLine;

/// Thousands of lines of which none is the same may cost so much time; after that
/// any difference will do.
const PATIENCE: Duration = Duration::from_secs(1);

/// If the line is the one that was written: the text to show, which has the true
/// digits where they are excused.
pub(crate) fn matches(line: &Line, found: &Canonical) -> Option<String> {
    match &line.pattern {
        None => (line.text == found.text).then(|| line.text.clone()),
        Some(pattern) => {
            let places = Pattern::new(pattern).find(&found.text)?;
            Some(found.with_true(&places))
        }
    }
}

/// The difference between the output of `step` and how it ends, and what was found.
pub(crate) fn diff(step: &Step, found: &[Canonical], exit: Option<Exit>) -> Vec<DiffLine> {
    let lines = step.output.iter().map(Written::Line);
    let written: Vec<Written<'_>> = lines.chain(step.exit.map(Written::Exit)).collect();
    let exit = exit.filter(|exit| *exit != Exit::Code(0));
    let lines = found.iter().map(Came::Line);
    let came: Vec<Came<'_>> = lines.chain(exit.map(Came::Exit)).collect();
    let mut lines = Replace::new(Lines {
        written: &written,
        came: &came,
        lines: Vec::new(),
    });
    let (old, new) = (0..written.len(), 0..came.len());
    let until = Some(Instant::now() + PATIENCE);
    let Ok(()) = myers::diff_deadline_raw(&mut lines, &*written, old, &*came, new, until);
    lines.into_inner().lines
}

/// A line of the scene's file.
enum Written<'a> {
    Line(&'a Line),
    Exit(Exit),
}

/// A line of the run.
enum Came<'a> {
    Line(&'a Canonical),
    Exit(Exit),
}

impl PartialEq<Written<'_>> for Came<'_> {
    fn eq(&self, written: &Written<'_>) -> bool {
        match (written, self) {
            (Written::Line(line), Came::Line(found)) => matches(line, found).is_some(),
            (Written::Exit(written), Came::Exit(came)) => written == came,
            _ => false,
        }
    }
}

impl Written<'_> {
    /// Of a line that excuses numbers, what it excuses says more than a sample.
    fn text(&self) -> String {
        match self {
            Written::Line(line) => line.pattern.as_ref().unwrap_or(&line.text).clone(),
            Written::Exit(exit) => exit.to_string(),
        }
    }
}

impl Came<'_> {
    fn text(&self) -> String {
        match self {
            Came::Line(found) => found.text.clone(),
            Came::Exit(exit) => exit.to_string(),
        }
    }
}

/// Hears of the difference and writes it down.
struct Lines<'a> {
    written: &'a [Written<'a>],
    came: &'a [Came<'a>],
    lines: Vec<DiffLine>,
}

impl DiffHook for Lines<'_> {
    type Error = Infallible;

    fn equal(&mut self, _: usize, new: usize, length: usize) -> Result<(), Infallible> {
        let same = self.came[new..new + length].iter().map(Came::text);
        self.lines.extend(same.map(DiffLine::Same));
        Ok(())
    }

    fn delete(&mut self, old: usize, length: usize, _: usize) -> Result<(), Infallible> {
        let gone = self.written[old..old + length].iter().map(Written::text);
        self.lines.extend(gone.map(DiffLine::Expected));
        Ok(())
    }

    fn insert(&mut self, _: usize, new: usize, length: usize) -> Result<(), Infallible> {
        let more = self.came[new..new + length].iter().map(Came::text);
        self.lines.extend(more.map(DiffLine::Actual));
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::canon::Canon;
    use crate::format::Scene;

    /// The difference between an output as written and as it was, with commas between
    /// the lines.
    fn plain(written: &str, came: &str) -> String {
        let text = format!("# t\n$ x\n{}", written.replace(',', "\n"));
        let scene = Scene::parse("t", &text).unwrap();
        let mut canon = Canon::new(Vec::new(), 0..=0, "");
        let found: Vec<Canonical> = came
            .split_terminator(',')
            .map(|line| canon.line(line.as_bytes()))
            .collect();
        diff(&scene.steps[0], &found, Some(Exit::Code(0)))
            .into_iter()
            .map(|line| match line {
                DiffLine::Same(text) => format!(" {text}"),
                DiffLine::Expected(text) => format!("-{text}"),
                DiffLine::Actual(text) => format!("+{text}"),
            })
            .collect()
    }

    #[test]
    fn the_smallest_difference_is_found() {
        assert_eq!(plain("", ""), "");
        assert_eq!(plain("a,b,c", "a,b,c"), " a b c");
        assert_eq!(plain("", "a,b"), "+a+b");
        assert_eq!(plain("a,b", ""), "-a-b");
        assert_eq!(plain("a,b,c", "a,x,c"), " a-b+x c");
        assert_eq!(plain("a,b,c", "x,y,c"), "-a-b+x+y c");
        assert_eq!(plain("a,b,c,d", "b,c,d,e"), "-a b c d+e");
    }

    #[test]
    fn what_is_excused_is_the_same() {
        let written = "a,#~ * ms,1 ms,b";
        assert_eq!(plain(written, "a,7 ms,b"), " a 7 ms b");
        assert_eq!(plain(written, "a,7 s,b"), " a-* ms+7 s b");
    }

    #[test]
    fn long_outputs_that_have_nothing_in_common_take_no_time() {
        let lines = |word: &str| (0..9000).map(|n| format!("{word}{n},")).collect::<String>();
        let since = Instant::now();
        let found = plain(&lines("x"), &lines("y"));
        assert!(found.starts_with("-x0-x1") && found.ends_with("+y8999"));
        assert!(since.elapsed() < 5 * PATIENCE, "{:?}", since.elapsed());
    }
}
