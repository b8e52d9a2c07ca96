use std::thread;

/// Says what was being done if it panics: what is returned prints `text` when it
/// is dropped by a panic, right after that panic's own message.
///
/// For panics that come from deep inside, such as an index out of bounds in code
/// under test, whose message can't say which input it was.
///
/// ```
/// fn average(numbers: &[u32]) -> u32 {
///     let _note = testkit::note(|| format!("(the numbers were {numbers:?})"));
///     numbers.iter().sum::<u32>() / numbers.len() as u32
/// }
/// assert_eq!(average(&[1, 3]), 2);
/// ```
pub fn note<F: Fn() -> String>(text: F) -> Note<F> {
    Note(text)
}

/// See [`note()`].
#[derive(Debug)]
#[must_use = "it speaks when it is dropped, so it must be held"]
pub struct Note<F: Fn() -> String>(F);

impl<F: Fn() -> String> Drop for Note<F> {
    fn drop(&mut self) {
        if thread::panicking() {
            eprintln!("{}", (self.0)());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::Cell;

    #[test]
    fn it_speaks_of_a_panic_only() {
        let said = Cell::new(0);
        let say = || {
            said.set(said.get() + 1);
            "(on purpose)".to_owned()
        };
        drop(note(say));
        assert_eq!(said.get(), 0);
        let panic = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            let _note = note(say);
            panic!("on purpose");
        }));
        assert!(panic.is_err());
        assert_eq!(said.get(), 1);
    }
}
