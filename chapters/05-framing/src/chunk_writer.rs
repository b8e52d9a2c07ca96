use std::io::{self, IoSlice, Write};

/// The octets that one chunk can have: what two octets can say.
const MAX_CHUNK: usize = u16::MAX as usize;

// ANCHOR: chunk_writer
/// Sends a message whose length nobody knows yet: every write is a chunk, and
/// [`finish`](ChunkWriter::finish) says that there are no more. [`Chunks`]
/// puts it together again.
///
/// It doesn't buffer; put a [`std::io::BufWriter`] around it if the writes are
/// small, or every few octets travel with two octets of header.
///
/// [`Chunks`]: crate::chunks::Chunks
#[derive(Debug)]
pub struct ChunkWriter<W: Write> {
    stream: W,
}

impl<W: Write> ChunkWriter<W> {
    /// Begins a message on `stream`.
    pub fn new(stream: W) -> Self {
        Self { stream }
    }

    /// Ends the message and gives the stream back, ready for the next one. A
    /// message that is dropped unfinished never ends for the receiver.
    ///
    /// # Errors
    ///
    /// Those of the stream.
    pub fn finish(mut self) -> io::Result<W> {
        self.stream.write_all(&0u16.to_be_bytes())?;
        self.stream.flush()?;
        Ok(self.stream)
    }
}

impl<W: Write> Write for ChunkWriter<W> {
    fn write(&mut self, octets: &[u8]) -> io::Result<usize> {
        // A chunk of no octets would end the message.
        if octets.is_empty() {
            return Ok(0);
        }
        let chunk = &octets[..octets.len().min(MAX_CHUNK)];
        let header = (chunk.len() as u16).to_be_bytes();
        write_all_vectored(&mut self.stream, &header, chunk)?;
        Ok(chunk.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.stream.flush()
    }
}
// ANCHOR_END: chunk_writer

/// Writes the header and the chunk in one call where the stream can, and
/// without copying them together.
fn write_all_vectored(stream: &mut impl Write, header: &[u8], chunk: &[u8]) -> io::Result<()> {
    let mut slices = [IoSlice::new(header), IoSlice::new(chunk)];
    let mut rest = &mut slices[..];
    while !rest.is_empty() {
        match stream.write_vectored(rest) {
            Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
            Ok(written) => IoSlice::advance_slices(&mut rest, written),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}
