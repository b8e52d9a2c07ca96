//! A handshake without a network: what one end writes, the other reads.

use std::sync::Arc;

use rustls::pki_types::ServerName;
use rustls::{ClientConfig, ClientConnection, ServerConfig, ServerConnection};

/// How a handshake ended on both sides.
#[derive(Debug)]
pub struct Meeting {
    /// The client's view.
    pub client: Result<(), rustls::Error>,
    /// The server's.
    pub server: Result<(), rustls::Error>,
}

/// Lets a client that wants to talk to `name` and a server shake hands.
///
/// # Errors
///
/// When one of the two can't even begin.
// ANCHOR: meet
pub fn meet(
    client: &Arc<ClientConfig>,
    server: &Arc<ServerConfig>,
    name: ServerName<'static>,
) -> anyhow::Result<Meeting> {
    let mut client = ClientConnection::new(Arc::clone(client), name)?;
    let mut server = ServerConnection::new(Arc::clone(server))?;
    let mut meeting = Meeting {
        client: Ok(()),
        server: Ok(()),
    };
    loop {
        let (mut to_server, mut to_client) = (Vec::new(), Vec::new());
        // Also one that has failed may have something to say: why.
        while client.wants_write() {
            client.write_tls(&mut to_server)?;
        }
        while server.wants_write() {
            server.write_tls(&mut to_client)?;
        }
        if to_server.is_empty() && to_client.is_empty() {
            return Ok(meeting);
        }
        let mut octets = &to_server[..];
        while !octets.is_empty() && meeting.server.is_ok() {
            server.read_tls(&mut octets)?;
            meeting.server = server.process_new_packets().map(drop);
        }
        let mut octets = &to_client[..];
        while !octets.is_empty() && meeting.client.is_ok() {
            client.read_tls(&mut octets)?;
            meeting.client = client.process_new_packets().map(drop);
        }
    }
}
// ANCHOR_END: meet
