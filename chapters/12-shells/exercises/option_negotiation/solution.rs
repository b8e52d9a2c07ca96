//! Telnet's options, agreed upon without loops: the Q method (RFC 1143, section 7).

use shells::iac_decoder::Verb;

/// Who is to use an option. Both sides may, or one, or neither.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// We do: our WILL and WONT, the peer's DO and DONT.
    Us,
    /// The peer does: our DO and DONT, the peer's WILL and WONT.
    Them,
}

// ANCHOR: options
/// How far one option has come, on one side. An option begins as [`State::No`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum State {
    #[default]
    No,
    Yes,
    /// We have asked for an end of it, and wait for an answer. `again`: then we ask for it.
    WantNo {
        again: bool,
    },
    /// We have asked for it, and wait for an answer. `stop`: then we ask for its end.
    WantYes {
        stop: bool,
    },
}

/// The options of a connection. It sends nothing: it says what to send.
#[derive(Debug)]
pub struct Options {
    ours: Half,
    theirs: Half,
}

#[derive(Debug)]
struct Half {
    supported: Vec<u8>,
    states: [State; 256],
}

impl Options {
    /// No option is used. When the peer asks, we agree to use those in `ours`, and that it
    /// uses those in `theirs`.
    pub fn new(ours: &[u8], theirs: &[u8]) -> Options {
        let [ours, theirs] = [ours, theirs].map(|supported| Half {
            supported: supported.to_vec(),
            states: [State::No; 256],
        });
        Options { ours, theirs }
    }

    /// Takes what the peer said of `option`, and gives the answer to it, if it needs one.
    pub fn receive(&mut self, verb: Verb, option: u8) -> Option<Verb> {
        let (side, on) = match verb {
            Verb::Do => (Side::Us, true),
            Verb::Dont => (Side::Us, false),
            Verb::Will => (Side::Them, true),
            Verb::Wont => (Side::Them, false),
        };
        let half = self.half(side);
        let agreed = half.supported.contains(&option);
        let state = &mut half.states[usize::from(option)];
        let (next, answer) = match (*state, on) {
            (State::No, true) if agreed => (State::Yes, Some(true)),
            (State::No, true) => (State::No, Some(false)),
            (State::No, false) => (State::No, None),
            (State::Yes, true) => (State::Yes, None),
            (State::Yes, false) => (State::No, Some(false)),
            // It may not answer no with yes. Who does is told nothing more.
            (State::WantNo { again }, true) => (if again { State::Yes } else { State::No }, None),
            (State::WantNo { again: false }, false) => (State::No, None),
            (State::WantNo { again: true }, false) => (State::WantYes { stop: false }, Some(true)),
            (State::WantYes { stop: false }, true) => (State::Yes, None),
            (State::WantYes { stop: true }, true) => (State::WantNo { again: false }, Some(false)),
            (State::WantYes { .. }, false) => (State::No, None),
        };
        *state = next;
        answer.map(|on| say(side, on))
    }

    /// We would like to have `option` used (`on`), or not any more: what to send, if
    /// anything. While an answer is awaited nothing is sent; the wish is kept until then.
    pub fn request(&mut self, side: Side, option: u8, on: bool) -> Option<Verb> {
        let state = &mut self.half(side).states[usize::from(option)];
        let (next, ask) = match (*state, on) {
            (State::No, true) => (State::WantYes { stop: false }, true),
            (State::Yes, false) => (State::WantNo { again: false }, true),
            (State::No, false) | (State::Yes, true) => (*state, false),
            (State::WantNo { .. }, on) => (State::WantNo { again: on }, false),
            (State::WantYes { .. }, on) => (State::WantYes { stop: !on }, false),
        };
        *state = next;
        ask.then(|| say(side, on))
    }

    /// Whether `option` is used: both have agreed, and nobody has asked for its end.
    pub fn enabled(&self, side: Side, option: u8) -> bool {
        let half = match side {
            Side::Us => &self.ours,
            Side::Them => &self.theirs,
        };
        half.states[usize::from(option)] == State::Yes
    }

    fn half(&mut self, side: Side) -> &mut Half {
        match side {
            Side::Us => &mut self.ours,
            Side::Them => &mut self.theirs,
        }
    }
}

/// What we say of an option of this side.
fn say(side: Side, on: bool) -> Verb {
    match (side, on) {
        (Side::Us, true) => Verb::Will,
        (Side::Us, false) => Verb::Wont,
        (Side::Them, true) => Verb::Do,
        (Side::Them, false) => Verb::Dont,
    }
}
// ANCHOR_END: options
