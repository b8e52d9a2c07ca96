//! Files that come in datagrams from one client after the other.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use anyhow::bail;

use crate::stop_and_wait::{Packet, Receiver};

/// What a file may have: one bad client may not take more memory.
pub const LARGEST_FILE: usize = 64 * 1024;

/// The file that is on its way, or was last.
#[derive(Debug, Default)]
pub struct Incoming {
    /// Whose it is, and when it got on last.
    client: Option<(SocketAddr, Instant)>,
    receiver: Receiver,
    file: Vec<u8>,
}

impl Incoming {
    /// Takes a datagram: how many octets of it are new, and what to answer.
    ///
    /// Another client begins another file, once this one is whole or has not got
    /// on for as long as `patience`.
    ///
    /// # Errors
    ///
    /// When it is too early for that, or the file is too large.
    pub fn take(
        &mut self,
        client: SocketAddr,
        datagram: &[u8],
        patience: Duration,
    ) -> anyhow::Result<(usize, Option<Vec<u8>>)> {
        let theirs = matches!(self.client, Some((same, _)) if same == client);
        if !theirs {
            // Whatever else a stranger sends begins nothing.
            if !matches!(
                Packet::parse(datagram),
                Some(Packet::Data { sequence: 0, .. })
            ) {
                return Ok((0, None));
            }
            let busy = |(_, heard): (SocketAddr, Instant)| heard.elapsed() < patience;
            if !self.receiver.is_whole() && self.client.is_some_and(busy) {
                bail!("refused: another file is on its way");
            }
            *self = Incoming::default();
        }
        let received = self.receiver.received(datagram);
        if self.file.len() + received.new.len() > LARGEST_FILE {
            *self = Incoming::default();
            bail!("refused: more than {LARGEST_FILE} octets");
        }
        // Only who gets on is waited for.
        if !theirs || !received.new.is_empty() {
            self.client = Some((client, Instant::now()));
        }
        self.file.extend_from_slice(received.new);
        Ok((received.new.len(), received.answer))
    }

    /// The file, if it is whole.
    pub fn whole(&self) -> Option<&[u8]> {
        self.receiver.is_whole().then_some(&self.file[..])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stop_and_wait::SEGMENT;

    const LONG: Duration = Duration::from_secs(1000);

    fn client(port: u16) -> SocketAddr {
        SocketAddr::from(([127, 0, 0, 1], port))
    }

    fn segment(sequence: u8, length: usize) -> Vec<u8> {
        let payload = &vec![b'x'; length];
        Packet::Data { sequence, payload }.encode()
    }

    #[test]
    fn one_client_after_the_other() {
        let mut incoming = Incoming::default();
        let took = |result: anyhow::Result<(usize, Option<Vec<u8>>)>| result.unwrap().0;
        assert_eq!(
            took(incoming.take(client(1), &segment(0, SEGMENT), LONG)),
            SEGMENT
        );
        let refused = incoming.take(client(2), &segment(0, 3), LONG).unwrap_err();
        assert_eq!(refused.to_string(), "refused: another file is on its way");
        assert_eq!(took(incoming.take(client(1), &segment(1, 0), LONG)), 0);
        assert_eq!(incoming.whole().unwrap().len(), SEGMENT);
        assert_eq!(took(incoming.take(client(2), &segment(0, 3), LONG)), 3);
        assert_eq!(incoming.whole(), Some(&b"xxx"[..]));
    }

    #[test]
    fn only_the_first_segment_begins_a_file() {
        let mut incoming = Incoming::default();
        for junk in [&b""[..], b"\x00", b"\x01\x00", &segment(1, 3), &[0; 2000]] {
            assert_eq!(incoming.take(client(1), junk, LONG).unwrap(), (0, None));
        }
        let (new, _) = incoming.take(client(2), &segment(0, 3), LONG).unwrap();
        assert_eq!(new, 3);
    }

    #[test]
    fn a_silent_client_makes_room() {
        let mut incoming = Incoming::default();
        incoming
            .take(client(1), &segment(0, SEGMENT), LONG)
            .unwrap();
        let (new, _) = incoming
            .take(client(2), &segment(0, 3), Duration::ZERO)
            .unwrap();
        assert_eq!(new, 3);
    }

    #[test]
    fn a_file_without_end_is_refused() {
        let mut incoming = Incoming::default();
        let refused = (0..=255).cycle().find_map(|sequence| {
            incoming
                .take(client(1), &segment(sequence, SEGMENT), LONG)
                .err()
        });
        assert_eq!(
            refused.unwrap().to_string(),
            "refused: more than 65536 octets"
        );
    }
}
