//! A service whose requests change something: what a repeated request does to it.
//!
//! A request is an id of four octets, big-endian, and a text: `add 100`, `set 100`.
//! The answer is the same id and `total 100`.

use std::collections::VecDeque;
use std::io;
use std::net::{SocketAddr, UdpSocket};
use std::time::Instant;

use anyhow::Context;

use crate::match_replies::Requests;
use crate::talk::{ROOM, brief, receive_until};

/// The octets of an id.
pub const ID: usize = 4;

/// So many clients' answers are remembered; the oldest is forgotten first.
const CLIENTS: usize = 1000;

/// The octets of a request or an answer.
pub fn message(id: u32, text: &str) -> Vec<u8> {
    [&id.to_be_bytes(), text.as_bytes()].concat()
}

/// The id and the text of a request or an answer, if it has an id.
pub fn parse(octets: &[u8]) -> Option<(u32, &[u8])> {
    let (id, text) = octets.split_first_chunk::<ID>()?;
    Some((u32::from_be_bytes(*id), text))
}

/// Waits for the reply to one of `requests`, and passes over whatever is none. `None`
/// if none has come before the deadline.
///
/// # Errors
///
/// Those of the socket, but for the news that nobody is there.
pub fn answer_to(
    requests: &mut Requests<()>,
    server: &UdpSocket,
    deadline: Instant,
) -> anyhow::Result<Option<String>> {
    let mut buffer = [0; ROOM];
    loop {
        match receive_until(server, &mut buffer, deadline) {
            Ok((length, from)) => {
                if let Ok(((), text)) = requests.received(from, &buffer[..length]) {
                    return Ok(Some(brief(text)));
                }
            }
            // Where there is no server, there may be one soon.
            Err(error) if error.kind() == io::ErrorKind::ConnectionRefused => {}
            Err(error) if error.kind() == io::ErrorKind::TimedOut => return Ok(None),
            Err(error) => return Err(error).context("receive"),
        }
    }
}

/// What the requests have come to.
#[derive(Debug, Default)]
pub struct Account {
    total: i64,
    /// Each client's last request and the answer to it, if they are remembered.
    answers: Option<VecDeque<(SocketAddr, u32, String)>>,
}

impl Account {
    /// An account that holds nothing. If it is to `remember`, a request that comes
    /// once more is not carried out once more.
    pub fn new(remember: bool) -> Account {
        Account {
            total: 0,
            answers: remember.then(VecDeque::new),
        }
    }

    // ANCHOR: answer
    /// Carries out what `client` asks for, unless that has been done, and returns
    /// the answer.
    pub fn answer(&mut self, client: SocketAddr, id: u32, text: &[u8]) -> String {
        if let Some(answers) = &self.answers
            && let Some((_, _, answer)) = answers
                .iter()
                .find(|(who, what, _)| (*who, *what) == (client, id))
        {
            return answer.clone();
        }
        let answer = match self.carry_out(text) {
            Some(total) => format!("total {total}"),
            None => "refused".to_owned(),
        };
        if let Some(answers) = &mut self.answers {
            // A client asks for the next thing when it has its answer, so only its
            // last request can come again.
            answers.retain(|(who, _, _)| *who != client);
            if answers.len() == CLIENTS {
                answers.pop_front();
            }
            answers.push_back((client, id, answer.clone()));
        }
        answer
    }
    // ANCHOR_END: answer

    fn carry_out(&mut self, text: &[u8]) -> Option<i64> {
        let (verb, amount) = std::str::from_utf8(text).ok()?.split_once(' ')?;
        let amount: i64 = amount.parse().ok()?;
        self.total = match verb {
            "add" => self.total.checked_add(amount)?,
            "set" => amount,
            _ => return None,
        };
        Some(self.total)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(port: u16) -> SocketAddr {
        SocketAddr::from(([127, 0, 0, 1], port))
    }

    #[test]
    fn a_repeated_addition_counts_twice_and_a_repeated_setting_does_not() {
        let mut account = Account::new(false);
        assert_eq!(account.answer(client(1), 7, b"add 100"), "total 100");
        assert_eq!(account.answer(client(1), 7, b"add 100"), "total 200");
        assert_eq!(account.answer(client(1), 8, b"set 5"), "total 5");
        assert_eq!(account.answer(client(1), 8, b"set 5"), "total 5");
    }

    #[test]
    fn what_is_remembered_is_not_done_again() {
        let mut account = Account::new(true);
        for _ in 0..2 {
            assert_eq!(account.answer(client(1), 7, b"add 100"), "total 100");
        }
        assert_eq!(account.answer(client(2), 7, b"add 100"), "total 200");
        assert_eq!(account.answer(client(1), 8, b"add 1"), "total 201");
        assert_eq!(account.answer(client(2), 7, b"add 100"), "total 200");
    }

    #[test]
    fn what_is_no_request_is_refused() {
        let mut account = Account::new(false);
        for text in [
            &b""[..],
            b"add",
            b"add x",
            b"take 5",
            b"add 99999999999999999999",
            b"\xff 1",
        ] {
            assert_eq!(account.answer(client(1), 1, text), "refused");
        }
        account.answer(client(1), 1, b"set 9223372036854775807");
        assert_eq!(account.answer(client(1), 1, b"add 1"), "refused");
        assert_eq!(parse(b"abc"), None);
    }

    #[test]
    fn memory_is_bounded() {
        let mut account = Account::new(true);
        for port in 1..=2 * CLIENTS as u16 {
            account.answer(client(port), 1, b"add 1");
        }
        assert_eq!(account.answers.as_ref().unwrap().len(), CLIENTS);
        let known = account.answer(client(2 * CLIENTS as u16), 1, b"add 1");
        assert_eq!(known, "total 2000");
        assert_eq!(account.answer(client(1), 1, b"add 1"), "total 2001");
    }
}
