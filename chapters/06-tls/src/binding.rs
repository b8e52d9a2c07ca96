//! What a conversation runs on, named so that both ends can tell whether it is the
//! same.

use rustls::{ConnectionCommon, Error, ProtocolVersion};

/// The name of this TLS connection: 32 octets that its two ends alone can compute,
/// and that no other connection has (RFC 9266, section 2). Who terminates TLS in the
/// middle has two connections, and so two names.
///
/// # Errors
///
/// When the handshake is not over. And in TLS 1.2, where two connections may have one
/// name unless they agree on an extension (section 4.2).
// ANCHOR: binding
pub fn channel_binding<D>(connection: &ConnectionCommon<D>) -> Result<[u8; 32], Error> {
    let name =
        connection.export_keying_material([0; 32], b"EXPORTER-Channel-Binding", Some(b""))?;
    match connection.protocol_version() {
        Some(ProtocolVersion::TLSv1_3) => Ok(name),
        _ => Err(Error::General("no channel binding in TLS 1.2".into())),
    }
}
// ANCHOR_END: binding
