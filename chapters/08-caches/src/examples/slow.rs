//! Work that is worth caching: arithmetic as a child does it.

use std::hint::black_box;

// ANCHOR: square
/// The square of `number`, counted by ones, and how many steps that took.
pub fn square(number: u32) -> (u64, u64) {
    let mut steps = 0;
    for _ in 0..number {
        for _ in 0..number {
            steps = black_box(steps + 1);
        }
    }
    (steps, steps)
}

/// The whole number whose square is `number`, if there is one, by trying them all.
pub fn root(number: u64) -> (Option<u32>, u64) {
    let mut steps = 0;
    for candidate in 0.. {
        let (found, more) = square(candidate);
        steps += more;
        if found >= number {
            return ((found == number).then_some(candidate), steps);
        }
    }
    (None, steps)
}
// ANCHOR_END: square

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn squares_and_roots() {
        assert_eq!(square(12), (144, 144));
        assert_eq!(root(144), (Some(12), 650));
        assert_eq!(root(145), (None, 819));
        assert_eq!(root(0), (Some(0), 0));
    }
}
