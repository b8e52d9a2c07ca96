use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;

/// Of a long history, so many steps from its beginning are shown ...
const FIRST: usize = 6;
/// ... and so many up to its end.
const LAST: usize = 16;

/// What a check has done so far, as numbered steps. When an expectation is not
/// met, or the code under test panics, they are told up to there.
///
/// ```should_panic
/// let steps = testkit::Steps::new("what happened");
/// steps.step("the request 7 goes to the server");
/// steps.step("a stranger answers the request 7");
/// steps.expect(false, || "expected no answer, got one".to_owned());
/// ```
///
/// says
///
/// ```text
/// what happened:
///   1. the request 7 goes to the server
///   2. a stranger answers the request 7
/// expected no answer, got one
/// ```
#[derive(Debug)]
pub struct Steps(Mutex<State>);

#[derive(Debug)]
struct State {
    heading: String,
    steps: Vec<String>,
    told: bool,
}

impl Steps {
    /// No steps yet, under a heading.
    pub fn new(heading: impl Into<String>) -> Self {
        Self(Mutex::new(State {
            heading: heading.into(),
            steps: Vec::new(),
            told: false,
        }))
    }

    /// Adds a step.
    pub fn step(&self, text: impl Into<String>) {
        self.state().steps.push(text.into());
    }

    /// All steps so far.
    pub fn all(&self) -> Vec<String> {
        self.state().steps.clone()
    }

    /// Panics with the steps and what `unmet` says, unless `met`.
    ///
    /// # Panics
    ///
    /// When the expectation is not met.
    #[track_caller]
    pub fn expect(&self, met: bool, unmet: impl FnOnce() -> String) {
        if !met {
            self.fail(&unmet());
        }
    }

    /// Panics with the steps and `unmet`.
    ///
    /// # Panics
    ///
    /// Always.
    #[track_caller]
    pub fn fail(&self, unmet: &str) -> ! {
        self.state().told = true;
        panic!("{self}\n{unmet}");
    }

    /// A check that panicked is no reason not to tell its history.
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Display for Steps {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = self.state();
        write!(f, "{}:", state.heading)?;
        let left_out = match state.steps.len() {
            many if many > FIRST + LAST + 1 => FIRST..many - LAST,
            _ => 0..0,
        };
        for (at, step) in state.steps.iter().enumerate() {
            if !left_out.contains(&at) {
                write!(f, "\n{:>3}. {step}", at + 1)?;
            } else if at == left_out.start {
                write!(f, "\n     ... {} steps more ...", left_out.len())?;
            }
        }
        Ok(())
    }
}

/// Tells the steps behind the message of a panic in the code under test.
impl Drop for Steps {
    fn drop(&mut self) {
        let quiet = {
            let state = self.state();
            state.told || state.steps.is_empty()
        };
        if thread::panicking() && !quiet {
            eprintln!("{self}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_numbered_up_to_what_was_not_met() {
        let panic = std::panic::catch_unwind(|| {
            let steps = Steps::new("what happened");
            steps.step("one");
            steps.expect(true, || "never said".to_owned());
            steps.step("two");
            steps.expect(false, || "expected three".to_owned());
        })
        .unwrap_err();
        assert_eq!(
            *panic.downcast::<String>().unwrap(),
            "what happened:\n  1. one\n  2. two\nexpected three"
        );
    }

    #[test]
    fn a_long_history_is_shortened_in_the_middle() {
        let steps = Steps::new("x");
        for number in 1..=40 {
            steps.step(format!("step {number}"));
        }
        let text = steps.to_string();
        assert_eq!(text.lines().count(), 1 + FIRST + 1 + LAST, "{text}");
        assert!(
            text.contains("  6. step 6\n     ... 18 steps more ...\n 25. step 25\n"),
            "{text}"
        );
        assert!(text.ends_with(" 40. step 40"), "{text}");
        assert_eq!(steps.all().len(), 40);
    }
}
