//! A room in which people talk: what the server says and hears over WebSocket, the frames
//! that carry it, and what becomes of a reader who is slow.

pub mod frames;
pub mod look;
pub mod page;
pub mod room;
pub mod slow;

use serde::{Deserialize, Serialize};
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;

/// The octets that one message may have, in however many frames it comes.
pub const MESSAGE: usize = 4096;
/// The octets that may wait for a reader: a few messages.
pub const WAITING: usize = 16 * MESSAGE;

/// What the server sends: who said what. The room itself has no name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// Whoever said it.
    pub from: String,
    /// What was said.
    pub text: String,
}

/// Limits for a WebSocket. Of its own accord tungstenite takes messages of 64 MiB, and lets
/// as much wait for the peer as there is memory.
// ANCHOR: limits
pub fn limits() -> WebSocketConfig {
    WebSocketConfig::default()
        .max_message_size(Some(MESSAGE))
        .max_frame_size(Some(MESSAGE))
        .read_buffer_size(MESSAGE)
        .write_buffer_size(0)
        .max_write_buffer_size(WAITING)
}
// ANCHOR_END: limits
