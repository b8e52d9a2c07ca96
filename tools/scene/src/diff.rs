//! What differs between a step's output as written and as it was.

use crate::report::DiffLine;

/// Longer outputs are compared by their ends only: the table below grows with the
/// product of both lengths.
const LONGEST: usize = 1000;

/// The smallest difference between `expected` and `actual`, where `same(i, j)` says
/// whether the ith expected line is the jth actual one.
pub(crate) fn diff(
    expected: &[String],
    actual: &[String],
    same: impl Fn(usize, usize) -> bool,
) -> Vec<DiffLine> {
    let (mut start, mut ends) = (0, (expected.len(), actual.len()));
    while start < ends.0.min(ends.1) && same(start, start) {
        start += 1;
    }
    while start < ends.0.min(ends.1) && same(ends.0 - 1, ends.1 - 1) {
        ends = (ends.0 - 1, ends.1 - 1);
    }
    let (rows, columns) = (ends.0 - start, ends.1 - start);

    // common[i][j]: how many lines the ends of both have in common, from there on.
    let table = rows <= LONGEST && columns <= LONGEST;
    let mut common = vec![vec![0_u16; columns + 1]; if table { rows + 1 } else { 1 }];
    if table {
        for i in (0..rows).rev() {
            for j in (0..columns).rev() {
                common[i][j] = if same(start + i, start + j) {
                    common[i + 1][j + 1] + 1
                } else {
                    common[i + 1][j].max(common[i][j + 1])
                };
            }
        }
    }

    let mut lines: Vec<DiffLine> = Vec::new();
    lines.extend(actual[..start].iter().cloned().map(DiffLine::Same));
    let (mut i, mut j) = (0, 0);
    while i < rows || j < columns {
        if table && i < rows && j < columns && same(start + i, start + j) {
            lines.push(DiffLine::Same(actual[start + j].clone()));
            (i, j) = (i + 1, j + 1);
        } else if i < rows && (j == columns || !table || common[i + 1][j] >= common[i][j + 1]) {
            lines.push(DiffLine::Expected(expected[start + i].clone()));
            i += 1;
        } else {
            lines.push(DiffLine::Actual(actual[start + j].clone()));
            j += 1;
        }
    }
    lines.extend(actual[ends.1..].iter().cloned().map(DiffLine::Same));
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(expected: &str, actual: &str) -> String {
        let expected: Vec<String> = expected.chars().map(String::from).collect();
        let actual: Vec<String> = actual.chars().map(String::from).collect();
        diff(&expected, &actual, |i, j| expected[i] == actual[j])
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
        assert_eq!(plain("abc", "abc"), " a b c");
        assert_eq!(plain("", "ab"), "+a+b");
        assert_eq!(plain("ab", ""), "-a-b");
        assert_eq!(plain("abc", "axc"), " a-b+x c");
        assert_eq!(plain("abcd", "bcde"), "-a b c d+e");
        assert_eq!(plain("abcabba", "cbabac"), "-a-b c-a b+a b a+c");
        assert_eq!(plain("aa", "a"), " a-a");
    }

    #[test]
    fn long_outputs_are_compared_by_their_ends() {
        let long = "x".repeat(3000);
        assert_eq!(
            plain("ab", &format!("a{long}b")),
            format!(" a{} b", "+x".repeat(3000))
        );
        let other = "y".repeat(3000);
        let found = plain(&format!("a{long}b"), &format!("a{other}b"));
        assert_eq!(
            found,
            format!(" a{}{} b", "-x".repeat(3000), "+y".repeat(3000))
        );
    }
}
