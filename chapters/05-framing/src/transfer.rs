//! Five ways to send a file as length-prefixed messages, for `zero-copy` to
//! compare. The peer can't tell them apart: the octets are the same.

use std::fs::File;
use std::io::{self, IoSlice, Read, Write};
use std::net::TcpStream;

use bytes::Bytes;

use crate::rig::Counted;

/// The octets of a message.
pub const MESSAGE: usize = 16 * 1024;

/// The octets read from the file at a time, where that is more than a message.
pub const BLOCK: usize = 4 * MESSAGE;

/// What stands before each message: its length, as in [`crate::length_prefix`].
const HEADER: [u8; 4] = (MESSAGE as u32).to_be_bytes();

/// A way to send the file.
pub type Way = fn(&mut Transfer) -> io::Result<()>;

/// The ways by name, each cure with what it cures before it.
pub const WAYS: &[(&str, Way)] = &[
    ("small", Transfer::small),
    ("large", Transfer::large),
    ("slices", Transfer::slices),
    ("vectored", Transfer::vectored),
    #[cfg(target_os = "linux")]
    ("sendfile", Transfer::sendfile),
];

/// A file, the socket it goes to, and what that takes.
#[derive(Debug)]
pub struct Transfer {
    /// Where the octets come from.
    pub file: Counted<File>,
    /// Where they go.
    pub socket: Counted<TcpStream>,
    /// Octets copied from one place in this program to another.
    pub moved: usize,
    /// The file's length, in blocks.
    pub blocks: usize,
}

impl Transfer {
    /// A transfer of `blocks` blocks from where `file` stands, nothing done yet.
    pub fn new(file: File, socket: TcpStream, blocks: usize) -> Self {
        Self {
            file: Counted::new(file),
            socket: Counted::new(socket),
            moved: 0,
            blocks,
        }
    }

    /// All octets copied: into this program, within it, and out of it.
    pub fn copied(&self) -> usize {
        self.file.octets + self.moved + self.socket.octets
    }

    // ANCHOR: small
    /// A small buffer, filled and emptied in turn.
    fn small(&mut self) -> io::Result<()> {
        let mut buffer = [0; 1024];
        for _ in 0..self.blocks * BLOCK / MESSAGE {
            self.socket.write_all(&HEADER)?;
            for _ in 0..MESSAGE / buffer.len() {
                self.file.read_exact(&mut buffer)?;
                self.socket.write_all(&buffer)?;
            }
        }
        Ok(())
    }
    // ANCHOR_END: small

    // ANCHOR: large
    /// Large buffers: four messages come in one, and leave together in another.
    fn large(&mut self) -> io::Result<()> {
        let mut output = Vec::new();
        for _ in 0..self.blocks {
            for message in self.block()?.chunks(MESSAGE) {
                for part in [&HEADER, message] {
                    output.extend_from_slice(part);
                    self.moved += part.len();
                }
            }
            self.socket.write_all(&output)?;
            output.clear();
        }
        Ok(())
    }
    // ANCHOR_END: large

    // ANCHOR: slices
    /// Slices: a message is a view of the block, and is sent from where it lies.
    fn slices(&mut self) -> io::Result<()> {
        for _ in 0..self.blocks {
            let mut block = self.block()?;
            while !block.is_empty() {
                let message: Bytes = block.split_to(MESSAGE);
                self.socket.write_all(&HEADER)?;
                self.socket.write_all(&message)?;
            }
        }
        Ok(())
    }
    // ANCHOR_END: slices

    // ANCHOR: vectored
    /// The same slices; a whole list of them goes into one call.
    fn vectored(&mut self) -> io::Result<()> {
        for _ in 0..self.blocks {
            let block = self.block()?;
            let mut parts: Vec<IoSlice> = block
                .chunks(MESSAGE)
                .flat_map(|message| [IoSlice::new(&HEADER), IoSlice::new(message)])
                .collect();
            let mut left = &mut parts[..];
            while !left.is_empty() {
                // Like write, it may take less than it was given.
                let written = self.socket.write_vectored(left)?;
                IoSlice::advance_slices(&mut left, written);
            }
        }
        Ok(())
    }
    // ANCHOR_END: vectored

    // ANCHOR: sendfile
    /// The system sends from the file. The message never comes here.
    #[cfg(target_os = "linux")]
    fn sendfile(&mut self) -> io::Result<()> {
        let file = self.file.get_ref();
        for _ in 0..self.blocks * BLOCK / MESSAGE {
            self.socket.write_all(&HEADER)?;
            let mut left = MESSAGE;
            while left > 0 {
                let send = |socket: &_| rustix::fs::sendfile(socket, file, None, left);
                match self.socket.call(send)? {
                    0 => return Err(io::ErrorKind::UnexpectedEof.into()), // the file has shrunk
                    sent => left -= sent,
                }
            }
        }
        Ok(())
    }
    // ANCHOR_END: sendfile

    /// The next four messages of the file.
    fn block(&mut self) -> io::Result<Bytes> {
        let mut block = vec![0; BLOCK];
        self.file.read_exact(&mut block)?;
        Ok(block.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rig::scratch_file;
    use std::net::TcpListener;

    /// What a way sends, and the copies it made.
    fn sent(way: Way, blocks: usize) -> (Vec<u8>, usize) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let socket = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        let (mut peer, _) = listener.accept().unwrap();
        let reader = std::thread::spawn(move || {
            let mut all = Vec::new();
            peer.read_to_end(&mut all).map(|_| all)
        });
        let file = scratch_file(blocks * BLOCK).unwrap();
        let mut transfer = Transfer::new(file, socket, blocks);
        way(&mut transfer).unwrap();
        let copied = transfer.copied();
        drop(transfer);
        (reader.join().unwrap().unwrap(), copied)
    }

    #[test]
    fn every_way_sends_the_same_octets() {
        let mut file = scratch_file(3 * BLOCK).unwrap();
        let mut expected = Vec::new();
        let mut message = vec![0; MESSAGE];
        for _ in 0..3 * BLOCK / MESSAGE {
            file.read_exact(&mut message).unwrap();
            expected.extend_from_slice(&[0, 0, 0x40, 0]);
            expected.extend_from_slice(&message);
        }
        for (name, way) in WAYS {
            assert!(sent(*way, 3).0 == expected, "{name}");
        }
    }

    #[test]
    fn what_is_copied_is_what_the_way_says() {
        let (payload, headers) = (BLOCK, 4 * 4);
        let once = 2 * payload + headers;
        for (name, way) in WAYS {
            let expected = match *name {
                "large" => once + payload + headers,
                "sendfile" => headers,
                _ => once,
            };
            assert_eq!(sent(*way, 1).1, expected, "{name}");
        }
    }
}
