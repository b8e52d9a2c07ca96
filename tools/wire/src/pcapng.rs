//! A capture as a file that Wireshark opens: pcapng, as the draft
//! draft-ietf-opsawg-pcapng has it in section 4.

use std::io::{self, Write};
use std::time::Duration;

/// Writes a capture of Ethernet frames, each with its time since 1970.
///
/// # Errors
///
/// When `to` fails.
pub fn write<'a>(
    mut to: impl Write,
    frames: impl IntoIterator<Item = (Duration, &'a [u8])>,
) -> io::Result<()> {
    // Section header: byte order, version 1.0, length unknown.
    let section = [
        &0x1A2B_3C4D_u32.to_le_bytes()[..],
        &[1, 0, 0, 0],
        &u64::MAX.to_le_bytes(),
    ];
    block(&mut to, 0x0A0D_0D0A, &section.concat())?;
    // Interface: Ethernet, any length, and its times in 10^-9 s (option 9).
    let interface = [1, 0, 0, 0, 0, 0, 0, 0, 9, 0, 1, 0, 9, 0, 0, 0, 0, 0, 0, 0];
    block(&mut to, 1, &interface)?;
    for (when, octets) in frames {
        let when = when.as_nanos() as u64; // until the year 2554
        let length = (octets.len() as u32).to_le_bytes();
        let mut packet = [0; 4].to_vec(); // of the first interface
        packet.extend(((when >> 32) as u32).to_le_bytes());
        packet.extend((when as u32).to_le_bytes());
        packet.extend([length, length].concat());
        packet.extend(octets);
        packet.resize(packet.len().next_multiple_of(4), 0);
        block(&mut to, 6, &packet)?;
    }
    to.flush()
}

fn block(to: &mut impl Write, kind: u32, body: &[u8]) -> io::Result<()> {
    let length = (body.len() as u32 + 12).to_le_bytes();
    to.write_all(&kind.to_le_bytes())?;
    to.write_all(&length)?;
    to.write_all(body)?;
    to.write_all(&length)
}
