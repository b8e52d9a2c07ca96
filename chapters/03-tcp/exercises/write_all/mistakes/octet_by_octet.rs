//! One octet a call
//!
//! You offer one octet at a time, so that no write can be short. Each call goes into
//! the kernel and back, a thousand times for a thousand octets, and with TCP_NODELAY
//! each may leave in a packet of its own.
//!
//! fails: each_call_offers_all_that_is_left, a_sink_that_is_full_half_way,
//!    a_peer_that_is_gone, a_socket_that_does_not_wait

use std::io::{self, ErrorKind, Write};

/// Writes all of `octets` into `sink`, in as many calls as it takes.
pub fn write_all(sink: &mut impl Write, octets: &[u8]) -> io::Result<()> {
    for octet in octets.chunks(1) {
        loop {
            match sink.write(octet) {
                Ok(0) => return Err(ErrorKind::WriteZero.into()),
                Ok(_) => break,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }
    Ok(())
}
