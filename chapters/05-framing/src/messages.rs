use std::io::{self, Read};

use bytes::BytesMut;

use crate::Decode;

/// The octets to ask the stream for at a time.
const READ: usize = 4096;

// ANCHOR: messages
/// The messages in what a stream has to say: reads octets, and hands them to a
/// decoder until it has a whole message.
#[derive(Debug)]
pub struct Messages<R, D> {
    stream: R,
    decoder: D,
    /// What was read and is not yet part of a message that was handed out.
    buffer: BytesMut,
}

impl<R: Read, D: Decode> Messages<R, D> {
    /// Reads messages from `stream` as `decoder` tells them apart.
    pub fn new(stream: R, decoder: D) -> Self {
        Self {
            stream,
            decoder,
            buffer: BytesMut::new(),
        }
    }

    /// Waits for the next message; `None` once the peer has closed its side
    /// where a message may end.
    ///
    /// # Errors
    ///
    /// Those of the stream; the decoder's, as an [`io::Error`].
    pub fn receive(&mut self) -> io::Result<Option<D::Message>> {
        loop {
            if let Some(message) = self.decoder.decode(&mut self.buffer).map_err(Into::into)? {
                return Ok(Some(message));
            }
            if self.fill()? == 0 {
                self.decoder.end(&self.buffer).map_err(Into::into)?;
                return Ok(None);
            }
        }
    }

    /// Appends the octets of one read to the buffer, and says how many.
    fn fill(&mut self) -> io::Result<usize> {
        let kept = self.buffer.len();
        self.buffer.resize(kept + READ, 0);
        let result = loop {
            match self.stream.read(&mut self.buffer[kept..]) {
                // A signal came first; nothing was read and nothing is wrong.
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                result => break result,
            }
        };
        self.buffer
            .truncate(kept + result.as_ref().copied().unwrap_or(0));
        result
    }
}
// ANCHOR_END: messages

impl<R, D> Messages<R, D> {
    /// The stream, to write to it between two messages. Whoever reads from it
    /// takes octets that belong to the next message.
    pub fn get_ref(&self) -> &R {
        &self.stream
    }

    /// The same, for a stream that must be borrowed mutably to be written to.
    pub fn get_mut(&mut self) -> &mut R {
        &mut self.stream
    }

    /// The stream, and the octets that were read from it and are not part of a
    /// message handed out: they come before whatever it has to say next.
    pub fn into_parts(self) -> (R, BytesMut) {
        (self.stream, self.buffer)
    }
}

/// The messages one by one, up to the end of the stream or the first error.
impl<R: Read, D: Decode> Iterator for Messages<R, D> {
    type Item = io::Result<D::Message>;

    fn next(&mut self) -> Option<Self::Item> {
        self.receive().transpose()
    }
}
