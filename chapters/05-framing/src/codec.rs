use std::io;

use bytes::{Bytes, BytesMut};
use tokio_util::codec::{Decoder, Encoder};

use crate::Decode;
use crate::length_prefix::LengthPrefixed;

// ANCHOR: codec
/// One of our decoders as a [`tokio_util::codec::Decoder`], so that
/// `FramedRead::new(stream, Codec(LengthPrefixed::new(limit)))` is a stream of
/// messages.
///
/// The two traits differ in two points only: tokio-util's error must hold an
/// [`io::Error`], and its `decode_eof` may still return messages at the end.
#[derive(Clone, Debug)]
pub struct Codec<D>(pub D);

impl<D: Decode> Decoder for Codec<D> {
    type Item = D::Message;
    type Error = io::Error;

    fn decode(&mut self, input: &mut BytesMut) -> io::Result<Option<D::Message>> {
        self.0.decode(input).map_err(Into::into)
    }

    fn decode_eof(&mut self, input: &mut BytesMut) -> io::Result<Option<D::Message>> {
        let message = self.decode(input)?;
        if message.is_none() {
            self.0.end(input).map_err(Into::into)?;
        }
        Ok(message)
    }
}

impl Encoder<Bytes> for Codec<LengthPrefixed> {
    type Error = io::Error;

    fn encode(&mut self, payload: Bytes, output: &mut BytesMut) -> io::Result<()> {
        Ok(self.0.encode(&payload, output)?)
    }
}
// ANCHOR_END: codec
