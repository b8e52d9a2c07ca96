//! A tap on the wire: all octets pass, and all are kept.

use std::fmt;
use std::io::{self, IoSlice, Read, Write};

/// What is kept at most of one conversation, in octets.
const KEPT: usize = 1 << 20;

/// Which way octets went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// From us to the peer.
    Out,
    /// From the peer to us.
    In,
}

impl fmt::Display for Direction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Out => "→",
            Self::In => "←",
        })
    }
}

/// A stream with a tap on it.
#[derive(Debug)]
pub struct Tap<S> {
    stream: S,
    /// What has passed, in order, as the calls cut it.
    pub passed: Vec<(Direction, Vec<u8>)>,
    room: usize,
}

impl<S> Tap<S> {
    /// Taps `stream`.
    pub fn new(stream: S) -> Self {
        Self {
            stream,
            passed: Vec::new(),
            room: KEPT,
        }
    }

    /// The stream.
    pub fn get_mut(&mut self) -> &mut S {
        &mut self.stream
    }

    fn keep(&mut self, direction: Direction, octets: &[u8]) -> io::Result<()> {
        let room = self.room.checked_sub(octets.len());
        self.room = room.ok_or_else(|| io::Error::other(format!("more than {KEPT} octets")))?;
        self.passed.push((direction, octets.to_vec()));
        Ok(())
    }
}

impl<S: Read> Read for Tap<S> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.stream.read(buffer)?;
        self.keep(Direction::In, &buffer[..read])?;
        Ok(read)
    }
}

impl<S: Write> Write for Tap<S> {
    fn write(&mut self, octets: &[u8]) -> io::Result<usize> {
        let written = self.stream.write(octets)?;
        self.keep(Direction::Out, &octets[..written])?;
        Ok(written)
    }

    fn write_vectored(&mut self, pieces: &[IoSlice<'_>]) -> io::Result<usize> {
        let written = self.stream.write_vectored(pieces)?;
        let octets: Vec<u8> = pieces
            .iter()
            .flat_map(|piece| piece.iter().copied())
            .collect();
        self.keep(Direction::Out, &octets[..written])?;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.stream.flush()
    }
}
