//! Candidates that differ in what functions do, and in nothing around that, in one
//! source.
//!
//! Most of what the compiler does for a candidate it does for its checks, which are the
//! same for all. So candidates share a module where they can: a function that isn't the
//! same in all of them chooses between their bodies by the number of the candidate that
//! the process runs.

use std::ops::Range;

/// What a root needs that has such modules in it: the number of the candidate that this
/// process runs, from its environment.
pub const CHOICE: &str = "
fn candidate() -> usize {
    static NUMBER: std::sync::LazyLock<usize> = std::sync::LazyLock::new(|| {
        std::env::var(\"CANDIDATE\").ok().and_then(|number| number.parse().ok()).unwrap_or(0)
    });
    *NUMBER
}
";

/// A source, cut into the bodies of its functions and what stands around them.
#[derive(Debug)]
pub struct Cut<'a> {
    pieces: Vec<Piece<'a>>,
}

/// Lines, from this number on.
#[derive(Debug, Clone, Default)]
struct Piece<'a> {
    first: usize,
    lines: Vec<&'a str>,
    body: bool,
}

impl<'a> Cut<'a> {
    /// Cuts `text`, which stands as rustfmt sets it. What does not is not cut.
    pub fn new(text: &'a str) -> Cut<'a> {
        let lines: Vec<&str> = text.lines().collect();
        let mut pieces = Vec::new();
        let mut piece = |range: Range<usize>, body| {
            pieces.push(Piece {
                first: range.start + 1,
                lines: lines[range].to_vec(),
                body,
            });
        };
        let (mut since, mut at) = (0, 0);
        while at < lines.len() {
            match body(&lines, at) {
                Some(body) => {
                    piece(since..body.start, false);
                    piece(body.clone(), true);
                    (since, at) = (body.end, body.end);
                }
                None => at += 1,
            }
        }
        piece(since..lines.len(), false);
        Cut { pieces }
    }

    /// Whether both are the same but for bodies.
    pub fn fits(&self, other: &Cut) -> bool {
        let pairs = self.pieces.iter().zip(&other.pieces);
        self.pieces.len() == other.pieces.len()
            && pairs
                .into_iter()
                .all(|(one, other)| one.body && other.body || one.lines == other.lines)
    }
}

/// The lines of the body of the function that begins in line `at`.
fn body(lines: &[&str], at: usize) -> Option<Range<usize>> {
    let words = lines[at].trim_start();
    let indent = &lines[at][..lines[at].len() - words.len()];
    let words = words.strip_prefix("pub ").unwrap_or(words);
    // None of `const`: it cannot ask which candidate it is.
    if !words.starts_with("fn ") && !words.starts_with("async fn ") {
        return None;
    }
    let opens = at
        + lines[at..]
            .iter()
            .position(|line| line.ends_with(['{', ';', '}']))?;
    let closes = |line: &&str| line.strip_prefix(indent) == Some("}");
    let start = opens + 1;
    // Nor what returns a type without a name: two bodies have two.
    let unnamed = lines[at..=opens]
        .iter()
        .any(|line| line.contains("-> impl "));
    (lines[opens].ends_with('{') && !unnamed).then_some(())?;
    Some(start..start + lines[start..].iter().position(closes)?)
}

/// What became of candidates in one source.
#[derive(Debug, Default)]
pub struct Merged {
    /// The source.
    pub text: String,
    /// Of each of its lines: whose it is, and the number it has there.
    pub lines: Vec<(usize, usize)>,
}

impl Merged {
    /// Merges candidates, each under its number; they fit each other.
    pub fn new(members: &[(usize, &Cut)]) -> Merged {
        let mut merged = Merged::default();
        let Some(((number, first), others)) = members.split_first() else {
            return merged;
        };
        for (n, piece) in first.pieces.iter().enumerate() {
            let variants = others
                .iter()
                .map(|(number, cut)| (*number, &cut.pieces[n]))
                .filter(|(_, variant)| variant.lines != piece.lines);
            let variants: Vec<(usize, &Piece)> = variants.collect();
            if variants.is_empty() {
                merged.push(*number, piece);
                continue;
            }
            let here = (*number, piece.first);
            merged.line("match crate::candidate() {", here);
            for (number, variant) in variants {
                merged.line(&format!("{number} => {{"), (number, variant.first));
                merged.push(number, variant);
                merged.line("}", (number, variant.first));
            }
            merged.line("_ => {", here);
            merged.push(*number, piece);
            merged.line("}\n}", here);
        }
        merged
    }

    fn push(&mut self, number: usize, piece: &Piece) {
        for (at, line) in piece.lines.iter().enumerate() {
            self.line(line, (number, piece.first + at));
        }
    }

    fn line(&mut self, text: &str, origin: (usize, usize)) {
        self.text.push_str(text);
        self.text.push('\n');
        self.lines.extend(text.split('\n').map(|_| origin));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: &str = "\
struct S;

impl S {
    pub fn add(&mut self, n: u8)
    where
        u8: Copy,
    {
        self.0 += n;
    }
}

fn last() -> u8 {
    1
}
";

    #[test]
    fn what_differs_in_bodies_alone_is_one_source() {
        let other = ONE.replace("self.0 += n;", "let more = n;\n        self.0 -= more;");
        let third = ONE.replace("    1\n", "    3\n");
        let cuts = [ONE, &other, &third].map(Cut::new);
        assert!(cuts.iter().all(|cut| cut.fits(&cuts[0])));
        let merged = Merged::new(&[(4, &cuts[0]), (5, &cuts[1]), (6, &cuts[2])]);
        let add = "    {
match crate::candidate() {
5 => {
        let more = n;
        self.0 -= more;
}
_ => {
        self.0 += n;
}
}
    }
";
        let last = "{\nmatch crate::candidate() {\n6 => {\n    3\n}\n_ => {\n    1\n}\n}\n}\n";
        assert!(merged.text.contains(add), "{}", merged.text);
        assert!(merged.text.ends_with(last), "{}", merged.text);
        // A diagnostic finds whose line it is, and which of theirs.
        let origins = merged.text.lines().zip(&merged.lines);
        for (line, origin) in origins.filter(|(line, _)| line.starts_with("        ")) {
            let source = [ONE, &other][origin.0 - 4];
            assert_eq!(source.lines().nth(origin.1 - 1), Some(line));
        }
        assert_eq!(merged.text.lines().count(), merged.lines.len());
    }

    #[test]
    fn what_differs_elsewhere_is_not() {
        let cut = Cut::new(ONE);
        for (from, to) in [
            ("struct S;", "struct S(u8);"),
            ("n: u8)", "n: u16)"),
            ("    1\n", "    1\n}\n\nfn more() -> u8 {\n    2\n"),
        ] {
            assert!(!Cut::new(&ONE.replace(from, to)).fits(&cut), "{to}");
        }
        // What is evaluated while it compiles cannot ask which one it is.
        let constant = ONE.replace("fn last", "const fn last");
        let other = constant.replace("    1\n", "    2\n");
        assert!(!Cut::new(&constant).fits(&Cut::new(&other)));
        // Nor is a type without a name the same twice.
        let unnamed = ONE.replace("-> u8", "-> impl Display");
        let other = unnamed.replace("    1\n", "    2\n");
        assert!(!Cut::new(&unnamed).fits(&Cut::new(&other)));
    }
}
