//! What the programs of a scene send each other.
//!
//! 1. [`network`] gives the play a network where nobody else is.
//! 2. [`capture`] reads every frame of it while the player plays.
//! 3. [`packet`] decodes a frame, [`follow`] tells whose connection it belongs to.
//! 4. [`show`] draws that for a person, [`pcapng`] writes it for Wireshark.
//! 5. [`canon`] keeps what no run may change: the [`Wire`], a file beside the scene.
//!
//! ```text
//! # One client, one answer.
//! TCP client 127.0.0.1:50001 -> server 127.0.0.1:1060
//!   -> SYN
//!   <- SYN, ACK
//!   -> ACK
//!   -> 5 octets
//!      0000  68 65 6c 6c 6f                                   |hello|
//!   -> FIN
//!   <- FIN
//! end
//! ```

pub mod canon;
#[cfg(target_os = "linux")]
pub mod capture;
pub mod fields;
pub mod follow;
pub mod format;
pub mod network;
pub mod octets;
pub mod packet;
pub mod pcapng;
#[cfg(target_os = "linux")]
pub mod play;
pub mod show;
mod tls;

pub use format::Wire;
