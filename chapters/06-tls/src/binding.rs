//! What a conversation runs on, named so that both ends can tell whether it is the
//! same.

use rustls::{ConnectionCommon, Error};

/// The name of this TLS connection: 32 octets that its two ends alone can compute,
/// and that no other connection has (RFC 9266, section 2). Who terminates TLS in the
/// middle has two connections, and so two names.
///
/// # Errors
///
/// When the handshake is not over.
// ANCHOR: binding
pub fn channel_binding<D>(connection: &ConnectionCommon<D>) -> Result<[u8; 32], Error> {
    connection.export_keying_material([0; 32], b"EXPORTER-Channel-Binding", Some(b""))
}
// ANCHOR_END: binding
