//! The body of a request, however it is framed.

use bytes::{Bytes, BytesMut};
use http_client::body_length::Body;
use http_client::chunked_decoder::{self, ChunkedDecoder, Part};

/// Takes one body off the octets that have come so far.
#[derive(Clone, Debug)]
pub struct BodyDecoder(State);

#[derive(Clone, Debug)]
enum State {
    Length(u64),
    Chunked(ChunkedDecoder),
}

impl BodyDecoder {
    /// A decoder for a body that is framed so. The body of a request ends before the
    /// connection does.
    pub fn new(body: Body) -> Self {
        Self(match body {
            Body::Chunked => State::Chunked(ChunkedDecoder::new(Default::default())),
            Body::Length(length) => State::Length(length),
            Body::Empty | Body::UntilClose | Body::Tunnel => State::Length(0),
        })
    }

    /// Takes the next octets of the body off the front of `input`; none if it has ended.
    /// What follows the body stays. `Ok(None)` asks for more octets.
    ///
    /// # Errors
    ///
    /// When what has come is no chunk. Nothing behind it can be trusted.
    pub fn decode(
        &mut self,
        input: &mut BytesMut,
    ) -> Result<Option<Bytes>, chunked_decoder::Error> {
        match &mut self.0 {
            State::Length(0) => Ok(Some(Bytes::new())),
            State::Length(_) if input.is_empty() => Ok(None),
            State::Length(left) => {
                let here = usize::try_from(*left).map_or(input.len(), |n| n.min(input.len()));
                *left -= here as u64;
                Ok(Some(input.split_to(here).freeze()))
            }
            State::Chunked(chunks) => Ok(chunks.decode(input)?.map(|part| match part {
                Part::Data(octets) => octets,
                Part::End(_trailers) => {
                    self.0 = State::Length(0);
                    Bytes::new()
                }
            })),
        }
    }

    /// The octets that are still to come, as far as is known.
    pub fn left(&self) -> u64 {
        match self.0 {
            State::Length(left) => left,
            State::Chunked(_) => 0,
        }
    }
}
