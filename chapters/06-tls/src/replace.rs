//! One text for another, in octets that come in pieces.

/// Replaces one text by another in what passes, and counts.
#[derive(Clone, Debug)]
pub struct Replace {
    old: Vec<u8>,
    new: Vec<u8>,
    /// What may be the beginning of `old`, and is kept until more has come.
    held: Vec<u8>,
    /// How often it was found.
    pub found: usize,
}

impl Replace {
    /// Puts `new` where `old` was.
    pub fn new(old: &str, new: &str) -> Self {
        Self {
            old: old.into(),
            new: new.into(),
            held: Vec::new(),
            found: 0,
        }
    }

    /// What to pass on now that `octets` have come.
    // ANCHOR: pass
    pub fn pass(&mut self, octets: &[u8]) -> Vec<u8> {
        let mut passed = Vec::with_capacity(octets.len());
        for octet in octets {
            self.held.push(*octet);
            // The oldest of what is held goes on when it can't begin the text.
            while !self.old.starts_with(&self.held) {
                passed.push(self.held.remove(0));
            }
            if !self.held.is_empty() && self.held == self.old {
                passed.extend_from_slice(&self.new);
                self.held.clear();
                self.found += 1;
            }
        }
        passed
    }
    // ANCHOR_END: pass

    /// Whether something is held.
    pub fn holds(&self) -> bool {
        !self.held.is_empty()
    }

    /// What is held. Nothing more has come, so that it is no beginning after all.
    pub fn release(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.held)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_found_however_it_is_cut() {
        for split in testkit::every_split(b"pay alalice, alice, alic") {
            let mut replace = Replace::new("alice", "mallory");
            let mut passed: Vec<u8> = split.iter().flat_map(|piece| replace.pass(piece)).collect();
            passed.extend(replace.release());
            assert_eq!(
                passed, b"pay almallory, mallory, alic",
                "when it came as {split}"
            );
            assert_eq!(replace.found, 2);
        }
    }

    #[test]
    fn where_there_is_nothing_to_replace_all_passes_at_once() {
        assert_eq!(Replace::new("", "x").pass(b"abc"), b"abc");
        assert_eq!(Replace::new("x", "").pass(b"abc"), b"abc");
    }
}
