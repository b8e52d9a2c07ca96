//! A dialogue that is led by what the other side says.

use std::io::Read;
use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};

/// How much is kept of what was said and not yet asked for: the newest.
const KEPT: usize = 64 * 1024;

/// What somebody says, in which one can wait for something.
#[derive(Debug)]
pub struct Heard {
    pieces: Receiver<std::io::Result<Vec<u8>>>,
    /// What came behind the text that was waited for last.
    left: Vec<u8>,
}

impl Heard {
    /// Listens to `reader`, in a thread of its own: what reads a terminal can't be given up.
    pub fn new(mut reader: impl Read + Send + 'static) -> Heard {
        let (sender, pieces) = sync_channel(16);
        thread::spawn(move || {
            let mut buffer = [0; 4096];
            loop {
                let piece = match reader.read(&mut buffer) {
                    Ok(0) => break,
                    read => read.map(|length| buffer[..length].to_vec()),
                };
                if sender.send(piece).is_err() {
                    break;
                }
            }
        });
        Heard {
            pieces,
            left: Vec::new(),
        }
    }

    /// Waits until `text` was said, at most for `patience`; what was said up to its end. An
    /// empty text is that of the end.
    ///
    /// # Errors
    ///
    /// When it ends first, or doesn't say it in time; with what it said last.
    // ANCHOR: until
    pub fn until(&mut self, text: &str, patience: Duration) -> anyhow::Result<Vec<u8>> {
        let deadline = Instant::now() + patience;
        let mut searched = 0; // an occurrence may begin in one piece and end in the next
        loop {
            let from = searched.min(self.left.len());
            let found = self.left[from..]
                .windows(text.len().max(1))
                .position(|window| window == text.as_bytes());
            if let Some(at) = found {
                let end = from + at + text.len();
                return Ok(self.left.drain(..end).collect());
            }
            searched = (self.left.len() + 1).saturating_sub(text.len().max(1));
            let wait = deadline.saturating_duration_since(Instant::now());
            match self.pieces.recv_timeout(wait) {
                Ok(piece) => self.left.extend(piece.context("read")?),
                Err(RecvTimeoutError::Disconnected) if text.is_empty() => {
                    return Ok(std::mem::take(&mut self.left));
                }
                Err(why) => bail!(
                    "{} before {text:?}; the last that it said: {}",
                    match why {
                        RecvTimeoutError::Timeout => "time is up",
                        RecvTimeoutError::Disconnected => "it ended",
                    },
                    program::show(&self.left[self.left.len().saturating_sub(200)..]),
                ),
            }
            if self.left.len() > KEPT {
                let gone = self.left.len() - KEPT;
                self.left.drain(..gone);
                searched = searched.saturating_sub(gone);
            }
        }
    }
    // ANCHOR_END: until
}

#[cfg(test)]
mod tests {
    use super::*;
    use testkit::Trickle;

    const PATIENCE: Duration = Duration::from_secs(10);

    #[test]
    fn a_text_is_found_however_it_was_cut() {
        let said: &[u8] = b"Enter pas\r\npassword: and more";
        for most in 1..=said.len() {
            let mut heard = Heard::new(Trickle::by(said, most));
            let begin = heard.until("password: ", PATIENCE).unwrap();
            assert_eq!(begin, b"Enter pas\r\npassword: ");
            assert_eq!(heard.until("", PATIENCE).unwrap(), b"and more");
        }
    }

    #[test]
    fn two_in_one_piece_are_two() {
        let mut heard = Heard::new(&b"$ one\n$ two\n"[..]);
        for expected in ["$ ", "one\n$ "] {
            assert_eq!(heard.until("$ ", PATIENCE).unwrap(), expected.as_bytes());
        }
    }

    #[test]
    fn who_ends_first_is_quoted() {
        let mut heard = Heard::new(&b"Permission denied"[..]);
        let error = heard.until("password: ", PATIENCE).unwrap_err().to_string();
        assert_eq!(
            error,
            "it ended before \"password: \"; the last that it said: \"Permission denied\""
        );
    }

    #[test]
    fn much_that_nobody_waits_for_is_forgotten() {
        let said = [vec![b'x'; 10 * KEPT], b"end".to_vec()].concat();
        let mut heard = Heard::new(std::io::Cursor::new(said));
        assert!(heard.until("end", PATIENCE).unwrap().len() <= KEPT);
    }

    #[test]
    fn time_is_limited() {
        let (silent, _held) = std::io::pipe().unwrap();
        let error = Heard::new(silent).until("x", Duration::from_millis(10));
        let error = error.unwrap_err().to_string();
        assert!(error.starts_with("time is up before"), "{error}");
    }
}
