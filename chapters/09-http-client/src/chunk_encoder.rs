//! A body in chunks, for who sends one without knowing its length beforehand (RFC 9112,
//! section 7.1).

use bytes::{BufMut, BytesMut};

// ANCHOR: chunk
/// Appends `octets` to `out` as one chunk: their number in hexadecimal digits, and the
/// octets. Nothing is appended for nothing, as a chunk of no octets would be the last.
pub fn chunk(octets: &[u8], out: &mut BytesMut) {
    if !octets.is_empty() {
        out.put_slice(format!("{:x}\r\n", octets.len()).as_bytes());
        out.put_slice(octets);
        out.put_slice(b"\r\n");
    }
}

/// Appends the last chunk to `out`, the fields that come after the body, and the empty
/// line that ends everything. The fields are the sender's own: they are not checked here.
pub fn last_chunk<'a>(trailers: impl IntoIterator<Item = (&'a str, &'a str)>, out: &mut BytesMut) {
    out.put_slice(b"0\r\n");
    for (name, value) in trailers {
        out.put_slice(format!("{name}: {value}\r\n").as_bytes());
    }
    out.put_slice(b"\r\n");
}
// ANCHOR_END: chunk

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_is_its_chunks_and_an_empty_one() {
        let mut out = BytesMut::new();
        chunk(b"", &mut out);
        chunk(&[b'x'; 26], &mut out);
        last_chunk([("Digest-Of", "all")], &mut out);
        let expected = format!("1a\r\n{}\r\n0\r\nDigest-Of: all\r\n\r\n", "x".repeat(26));
        testkit::assert_octets(&out, expected.as_bytes(), &[]);
    }
}
