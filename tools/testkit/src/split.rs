use std::fmt;
use std::ops::Deref;

/// Inputs of up to this length are also cut in three: n octets can be in
/// n(n - 1)/2 ways.
const THREE: usize = 64;

/// One way to cut an input: its pieces in order, none of them empty.
///
/// Displayed, it shows where the cuts are, for a failure message:
///
/// ```
/// let last = testkit::every_split(b"ab\n").pop().unwrap();
/// assert_eq!(last.to_string(), r#""a" | "b" | "\n""#);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Split<'a>(Vec<&'a [u8]>);

/// All the ways in which a test should see `input` arrive: all at once, cut in
/// two at every place, in three at every two places if it has at most 64 octets, and one octet
/// at a time. In this order, so that the first failure is the easiest to read.
///
/// ```
/// for split in testkit::every_split(b"GET\nPUT\n") {
///     let mut octets = Vec::new();
///     for piece in split.iter() {
///         octets.extend_from_slice(piece);
///     }
///     assert_eq!(octets, b"GET\nPUT\n", "when it came as {split}");
/// }
/// ```
pub fn every_split(input: &[u8]) -> Vec<Split<'_>> {
    let length = input.len();
    if length == 0 {
        return vec![Split(Vec::new())];
    }
    let mut splits = vec![Split(vec![input])];
    for cut in 1..length {
        let (head, tail) = input.split_at(cut);
        splits.push(Split(vec![head, tail]));
    }
    if length <= THREE {
        for first in 1..length {
            for second in first + 1..length {
                splits.push(Split(vec![
                    &input[..first],
                    &input[first..second],
                    &input[second..],
                ]));
            }
        }
    }
    // Of up to three octets, this one is among those above.
    if length > 3 {
        splits.push(Split(input.chunks(1).collect()));
    }
    splits
}

impl<'a> Deref for Split<'a> {
    type Target = [&'a [u8]];

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl fmt::Display for Split<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, piece) in self.0.iter().enumerate() {
            if place > 0 {
                f.write_str(" | ")?;
            }
            write!(f, "\"{}\"", piece.escape_ascii())?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn every_split_is_the_same_input_cut_otherwise() {
        let input = b"abcdefgh";
        let splits = every_split(input);
        // 1 + 7 in two + 7 * 6 / 2 in three + one by one.
        assert_eq!(splits.len(), 1 + 7 + 21 + 1);
        let mut cuts = HashSet::new();
        for split in &splits {
            assert_eq!(split.concat(), input);
            assert!(split.iter().all(|piece| !piece.is_empty()));
            assert!(
                cuts.insert(split.iter().map(|p| p.len()).collect::<Vec<_>>()),
                "twice: {split}"
            );
        }
    }

    #[test]
    fn short_inputs_are_not_cut_the_same_way_twice() {
        assert_eq!(every_split(b"").len(), 1);
        assert_eq!(every_split(b"a").len(), 1);
        assert_eq!(every_split(b"ab").len(), 2);
        assert_eq!(every_split(b"abc").len(), 4);
    }

    #[test]
    fn a_long_input_is_cut_in_two_and_in_single_octets() {
        let input = [7; 1000];
        let splits = every_split(&input);
        assert_eq!(splits.len(), 1 + 999 + 1);
        assert_eq!(splits.last().unwrap().len(), 1000);
    }
}
