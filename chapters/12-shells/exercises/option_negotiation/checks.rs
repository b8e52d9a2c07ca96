use super::*;

use std::collections::VecDeque;

use shells::iac_decoder::Verb;
use testkit::{Steps, check, note};

/// Window size, which we support; terminal type and an option without a name, which we don't.
const WINDOW: u8 = 31;
const TERMINAL: u8 = 24;
/// Echo, which we let the peer use.
const ECHO: u8 = 1;

/// A conversation with the options of one side: told, step by step, when a check fails.
struct Story {
    options: Options,
    steps: Steps,
}

fn show(answer: Option<Verb>) -> &'static str {
    match answer {
        None => "nothing",
        Some(Verb::Will) => "WILL",
        Some(Verb::Wont) => "WONT",
        Some(Verb::Do) => "DO",
        Some(Verb::Dont) => "DONT",
    }
}

fn wish(side: Side, option: u8, on: bool) -> String {
    let who = match side {
        Side::Us => "we",
        Side::Them => "the peer",
    };
    let use_it = if on { "to use" } else { "not to use" };
    format!("a wish: {who} {use_it} {option}")
}

impl Story {
    /// We support the window size and let the peer echo.
    fn new() -> Story {
        let steps = Steps::new("what was said");
        steps.step(format!(
            "we support [{WINDOW}] of ours and [{ECHO}] of theirs"
        ));
        let options = {
            let _note = note(|| "(new)".to_owned());
            Options::new(&[WINDOW], &[ECHO])
        };
        Story { options, steps }
    }

    /// The peer says this, and the answer is that.
    #[track_caller]
    fn hears(&mut self, verb: Verb, option: u8, expected: Option<Verb>) {
        let said = format!("the peer says {} {option}", show(Some(verb)));
        let got = {
            let _note = note(|| format!("({said})"));
            self.options.receive(verb, option)
        };
        self.steps.step(format!("{said}: we answer {}", show(got)));
        self.steps.expect(got == expected, || {
            format!("expected {}\n     got {}", show(expected), show(got))
        });
    }

    /// We wish this, and that is sent.
    #[track_caller]
    fn wishes(&mut self, side: Side, option: u8, on: bool, expected: Option<Verb>) {
        let what = wish(side, option, on);
        let got = {
            let _note = note(|| format!("({what})"));
            self.options.request(side, option, on)
        };
        self.steps.step(format!("{what}: we send {}", show(got)));
        self.steps.expect(got == expected, || {
            format!("expected {}\n     got {}", show(expected), show(got))
        });
    }

    #[track_caller]
    fn is_enabled(&mut self, side: Side, option: u8, expected: bool) {
        let got = {
            let _note = note(|| format!("(enabled({side:?}, {option}))"));
            self.options.enabled(side, option)
        };
        self.steps.expect(got == expected, || {
            format!("enabled({side:?}, {option})\nexpected {expected}\n     got {got}")
        });
    }
}

/// What is done in one state, once for each side: the words that the peer and we use there.
#[derive(Clone, Copy)]
struct Words {
    side: Side,
    option: u8,
    /// The peer's yes and no
    their_yes: Verb,
    their_no: Verb,
    /// Ours
    yes: Verb,
    no: Verb,
}

const OURS: Words = Words {
    side: Side::Us,
    option: WINDOW,
    their_yes: Verb::Do,
    their_no: Verb::Dont,
    yes: Verb::Will,
    no: Verb::Wont,
};

const THEIRS: Words = Words {
    side: Side::Them,
    option: ECHO,
    their_yes: Verb::Will,
    their_no: Verb::Wont,
    yes: Verb::Do,
    no: Verb::Dont,
};

/// The six states, and how to get there.
#[derive(Clone, Copy)]
enum State {
    No,
    Yes,
    WantNo,
    WantNoThenYes,
    WantYes,
    WantYesThenNo,
}

impl Words {
    /// A story that has come to this state, with an option that is supported.
    #[track_caller]
    fn at(self, state: State) -> Story {
        let mut story = Story::new();
        if matches!(state, State::Yes | State::WantNo | State::WantNoThenYes) {
            self.hears_yes(&mut story, Some(self.yes));
        }
        match state {
            State::No | State::Yes => {}
            State::WantNo => self.wishes(&mut story, false, Some(self.no)),
            State::WantNoThenYes => {
                self.wishes(&mut story, false, Some(self.no));
                self.wishes(&mut story, true, None);
            }
            State::WantYes => self.wishes(&mut story, true, Some(self.yes)),
            State::WantYesThenNo => {
                self.wishes(&mut story, true, Some(self.yes));
                self.wishes(&mut story, false, None);
            }
        }
        story
    }

    #[track_caller]
    fn hears_yes(self, story: &mut Story, expected: Option<Verb>) {
        story.hears(self.their_yes, self.option, expected);
    }

    #[track_caller]
    fn hears_no(self, story: &mut Story, expected: Option<Verb>) {
        story.hears(self.their_no, self.option, expected);
    }

    #[track_caller]
    fn wishes(self, story: &mut Story, on: bool, expected: Option<Verb>) {
        story.wishes(self.side, self.option, on, expected);
    }

    #[track_caller]
    fn is_enabled(self, story: &mut Story, expected: bool) {
        story.is_enabled(self.side, self.option, expected);
    }

    /// The state is this one: it does what no other state does.
    #[track_caller]
    fn is_at(self, story: &mut Story, state: State) {
        self.is_enabled(story, matches!(state, State::Yes));
        match state {
            State::No => self.wishes(story, true, Some(self.yes)),
            State::Yes => self.wishes(story, false, Some(self.no)),
            State::WantNo => {
                self.wishes(story, false, None);
                // In the state `no` this would be a question.
                self.hears_yes(story, None);
                self.is_enabled(story, false);
                self.wishes(story, true, Some(self.yes));
            }
            State::WantNoThenYes => {
                self.hears_no(story, Some(self.yes));
                self.hears_yes(story, None);
                self.is_enabled(story, true);
            }
            State::WantYes => {
                self.wishes(story, true, None);
                // In the state `want no`, then yes, this would be the time to ask.
                self.hears_no(story, None);
                self.wishes(story, true, Some(self.yes));
                self.hears_yes(story, None);
                self.is_enabled(story, true);
                self.wishes(story, false, Some(self.no));
            }
            State::WantYesThenNo => {
                self.hears_yes(story, Some(self.no));
                self.is_enabled(story, false);
                self.hears_no(story, None);
                self.wishes(story, true, Some(self.yes));
            }
        }
    }
}

/// Both sides do it, one after the other.
fn on_both_sides(body: impl Fn(Words)) {
    body(OURS);
    body(THEIRS);
}

#[test]
#[ignore = "exercise"]
fn we_agree_to_what_we_support() {
    check(|| {
        let mut story = Story::new();
        story.hears(Verb::Do, WINDOW, Some(Verb::Will));
        story.is_enabled(Side::Us, WINDOW, true);
    });
}

#[test]
#[ignore = "exercise"]
fn the_peer_may_use_what_we_support() {
    check(|| {
        let mut story = Story::new();
        story.hears(Verb::Will, ECHO, Some(Verb::Do));
        story.is_enabled(Side::Them, ECHO, true);
    });
}

#[test]
#[ignore = "exercise"]
fn no_option_is_used_at_first() {
    check(|| {
        let mut story = Story::new();
        for option in [0, ECHO, WINDOW, 255] {
            story.is_enabled(Side::Us, option, false);
            story.is_enabled(Side::Them, option, false);
        }
    });
}

#[test]
#[ignore = "exercise"]
fn what_we_do_not_support_is_declined() {
    check(|| {
        let mut story = Story::new();
        for option in [TERMINAL, 0, 255] {
            story.hears(Verb::Do, option, Some(Verb::Wont));
            story.is_enabled(Side::Us, option, false);
            story.hears(Verb::Will, option, Some(Verb::Dont));
            story.is_enabled(Side::Them, option, false);
        }
    });
}

#[test]
#[ignore = "exercise"]
fn what_is_declined_once_is_declined_again() {
    check(|| {
        let mut story = Story::new();
        story.hears(Verb::Do, TERMINAL, Some(Verb::Wont));
        story.hears(Verb::Do, TERMINAL, Some(Verb::Wont));
        story.hears(Verb::Will, TERMINAL, Some(Verb::Dont));
        story.hears(Verb::Will, TERMINAL, Some(Verb::Dont));
    });
}

#[test]
#[ignore = "exercise"]
fn each_side_supports_its_own() {
    check(|| {
        let mut story = Story::new();
        story.hears(Verb::Will, WINDOW, Some(Verb::Dont));
        story.hears(Verb::Do, ECHO, Some(Verb::Wont));
    });
}

#[test]
#[ignore = "exercise"]
fn the_sides_are_apart() {
    check(|| {
        let mut story = Story::new();
        story.hears(Verb::Do, WINDOW, Some(Verb::Will));
        story.is_enabled(Side::Them, WINDOW, false);
        story.hears(Verb::Wont, WINDOW, None);
        story.is_enabled(Side::Us, WINDOW, true);
        story.wishes(Side::Them, WINDOW, true, Some(Verb::Do));
        story.hears(Verb::Will, WINDOW, None);
        story.hears(Verb::Dont, WINDOW, Some(Verb::Wont));
        story.is_enabled(Side::Us, WINDOW, false);
        story.is_enabled(Side::Them, WINDOW, true);
    });
}

#[test]
#[ignore = "exercise"]
fn options_are_apart() {
    check(|| {
        let mut story = Story::new();
        story.wishes(Side::Us, 255, true, Some(Verb::Will));
        story.wishes(Side::Us, 0, true, Some(Verb::Will));
        story.hears(Verb::Dont, 0, None);
        story.hears(Verb::Do, 255, None);
        story.is_enabled(Side::Us, 0, false);
        story.is_enabled(Side::Us, 255, true);
        story.is_enabled(Side::Us, WINDOW, false);
    });
}

#[test]
#[ignore = "exercise"]
fn what_is_used_already_needs_no_answer() {
    check(|| {
        on_both_sides(|words| {
            let mut story = words.at(State::Yes);
            words.hears_yes(&mut story, None);
            words.is_at(&mut story, State::Yes);
        });
    });
}

#[test]
#[ignore = "exercise"]
fn what_is_not_used_needs_no_answer() {
    check(|| {
        on_both_sides(|words| {
            let mut story = words.at(State::No);
            words.hears_no(&mut story, None);
            words.is_at(&mut story, State::No);
        });
        let mut story = Story::new();
        story.hears(Verb::Dont, TERMINAL, None);
        story.hears(Verb::Wont, TERMINAL, None);
    });
}

#[test]
#[ignore = "exercise"]
fn an_end_is_confirmed() {
    check(|| {
        on_both_sides(|words| {
            let mut story = words.at(State::Yes);
            words.hears_no(&mut story, Some(words.no));
            words.is_at(&mut story, State::No);
        });
    });
}

#[test]
#[ignore = "exercise"]
fn what_ended_may_begin_again() {
    check(|| {
        on_both_sides(|words| {
            let mut story = words.at(State::Yes);
            words.hears_no(&mut story, Some(words.no));
            words.hears_yes(&mut story, Some(words.yes));
            words.is_at(&mut story, State::Yes);
        });
    });
}

#[test]
#[ignore = "exercise"]
fn a_wish_is_sent() {
    check(|| {
        on_both_sides(|words| {
            let mut story = words.at(State::No);
            words.wishes(&mut story, true, Some(words.yes));
            words.is_enabled(&mut story, false);
        });
    });
}

#[test]
#[ignore = "exercise"]
fn a_wish_that_is_granted_needs_no_answer() {
    check(|| {
        on_both_sides(|words| {
            let mut story = words.at(State::WantYes);
            words.hears_yes(&mut story, None);
            words.is_at(&mut story, State::Yes);
        });
    });
}

#[test]
#[ignore = "exercise"]
fn a_wish_that_is_declined_needs_no_answer() {
    check(|| {
        on_both_sides(|words| {
            let mut story = words.at(State::WantYes);
            words.hears_no(&mut story, None);
            words.is_at(&mut story, State::No);
        });
    });
}

#[test]
#[ignore = "exercise"]
fn what_we_ask_for_is_used_whatever_we_support() {
    check(|| {
        let mut story = Story::new();
        story.wishes(Side::Us, TERMINAL, true, Some(Verb::Will));
        story.hears(Verb::Do, TERMINAL, None);
        story.is_enabled(Side::Us, TERMINAL, true);
        story.hears(Verb::Do, TERMINAL, None);
        story.is_enabled(Side::Us, TERMINAL, true);
    });
}

#[test]
#[ignore = "exercise"]
fn the_wish_for_an_end_is_sent() {
    check(|| {
        on_both_sides(|words| {
            let mut story = words.at(State::Yes);
            words.wishes(&mut story, false, Some(words.no));
            words.is_enabled(&mut story, false);
        });
    });
}

#[test]
#[ignore = "exercise"]
fn a_confirmed_end_needs_no_answer() {
    check(|| {
        on_both_sides(|words| {
            let mut story = words.at(State::WantNo);
            words.hears_no(&mut story, None);
            words.is_at(&mut story, State::No);
        });
    });
}

#[test]
#[ignore = "exercise"]
fn a_wish_that_is_fulfilled_is_not_sent() {
    check(|| {
        on_both_sides(|words| {
            let mut story = words.at(State::No);
            words.wishes(&mut story, false, None);
            words.is_at(&mut story, State::No);
            let mut story = words.at(State::Yes);
            words.wishes(&mut story, true, None);
            words.is_at(&mut story, State::Yes);
        });
    });
}

#[test]
#[ignore = "exercise"]
fn a_wish_is_not_sent_twice() {
    check(|| {
        on_both_sides(|words| {
            let mut story = words.at(State::WantYes);
            words.wishes(&mut story, true, None);
            words.is_at(&mut story, State::WantYes);
            let mut story = words.at(State::WantNo);
            words.wishes(&mut story, false, None);
            words.is_at(&mut story, State::WantNo);
        });
    });
}

#[test]
#[ignore = "exercise"]
fn an_end_may_not_be_declined() {
    check(|| {
        on_both_sides(|words| {
            let mut story = words.at(State::WantNo);
            words.hears_yes(&mut story, None);
            words.is_at(&mut story, State::No);
        });
    });
}

#[test]
#[ignore = "exercise"]
fn the_wish_to_end_waits_for_the_answer() {
    check(|| {
        on_both_sides(|words| {
            let mut story = words.at(State::WantYesThenNo);
            words.hears_yes(&mut story, Some(words.no));
            words.is_at(&mut story, State::WantNo);
        });
    });
}

#[test]
#[ignore = "exercise"]
fn the_wish_to_end_is_over_with_a_refusal() {
    check(|| {
        on_both_sides(|words| {
            let mut story = words.at(State::WantYesThenNo);
            words.hears_no(&mut story, None);
            words.is_at(&mut story, State::No);
        });
    });
}

#[test]
#[ignore = "exercise"]
fn the_wish_to_begin_again_waits_for_the_answer() {
    check(|| {
        on_both_sides(|words| {
            let mut story = words.at(State::WantNoThenYes);
            words.hears_no(&mut story, Some(words.yes));
            words.is_at(&mut story, State::WantYes);
        });
    });
}

#[test]
#[ignore = "exercise"]
fn the_wish_to_begin_again_is_over_with_a_yes() {
    check(|| {
        on_both_sides(|words| {
            let mut story = words.at(State::WantNoThenYes);
            words.hears_yes(&mut story, None);
            words.is_at(&mut story, State::Yes);
        });
    });
}

#[test]
#[ignore = "exercise"]
fn a_wish_that_waits_may_be_taken_back() {
    check(|| {
        on_both_sides(|words| {
            let mut story = words.at(State::WantYesThenNo);
            words.wishes(&mut story, true, None);
            words.is_at(&mut story, State::WantYes);
            let mut story = words.at(State::WantNoThenYes);
            words.wishes(&mut story, false, None);
            words.is_at(&mut story, State::WantNo);
        });
    });
}

#[test]
#[ignore = "exercise"]
fn a_wish_that_waits_may_be_repeated() {
    check(|| {
        on_both_sides(|words| {
            let mut story = words.at(State::WantYesThenNo);
            words.wishes(&mut story, false, None);
            words.is_at(&mut story, State::WantYesThenNo);
            let mut story = words.at(State::WantNoThenYes);
            words.wishes(&mut story, true, None);
            words.is_at(&mut story, State::WantNoThenYes);
        });
    });
}

#[test]
#[ignore = "exercise"]
fn two_of_you_come_to_rest() {
    /// Who says more than this about one option will say it for ever.
    const MANY: usize = 12;
    check(|| {
        // Every mix of three wishes of one or the other, before anything has arrived.
        for mix in 0..64_u32 {
            let steps = Steps::new("both ends are yours, A and B, and support 31 on each side");
            let mut ends = [(); 2].map(|()| Options::new(&[WINDOW], &[WINDOW]));
            let mut wire = VecDeque::new();
            for wish in 0..3 {
                let (from, on) = ((mix >> (2 * wish)) & 1, (mix >> (2 * wish + 1)) & 1 == 1);
                let from = usize::from(from == 1);
                let side = if from == 0 { Side::Us } else { Side::Them };
                let sent = ends[from].request(side, WINDOW, on);
                let what = if on { "use it" } else { "end it" };
                steps.step(format!(
                    "{} wishes that A {what}: {}",
                    ["A", "B"][from],
                    show(sent)
                ));
                wire.extend(sent.map(|verb| (1 - from, verb)));
            }
            let mut said = 0;
            while let Some((to, verb)) = wire.pop_front() {
                let answer = ends[to].receive(verb, WINDOW);
                steps.step(format!(
                    "{} hears {}: {}",
                    ["A", "B"][to],
                    show(Some(verb)),
                    show(answer)
                ));
                wire.extend(answer.map(|verb| (1 - to, verb)));
                said += 1;
                steps.expect(said < MANY, || {
                    "expected an end of it, got one answer after the other".to_owned()
                });
            }
            let at_a = ends[0].enabled(Side::Us, WINDOW);
            let at_b = ends[1].enabled(Side::Them, WINDOW);
            steps.expect(at_a == at_b, || {
                format!("expected both to agree whether A uses it, got {at_a} at A and {at_b} at B")
            });
        }
    });
}

#[test]
#[ignore = "exercise"]
fn a_peer_that_only_repeats_gets_no_storm() {
    check(|| {
        on_both_sides(|words| {
            let mut story = words.at(State::No);
            words.hears_yes(&mut story, Some(words.yes));
            for _ in 0..4 {
                words.hears_yes(&mut story, None);
            }
            words.hears_no(&mut story, Some(words.no));
            for _ in 0..4 {
                words.hears_no(&mut story, None);
            }
        });
    });
}
