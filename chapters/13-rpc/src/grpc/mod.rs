//! The service over gRPC.

mod caller;
mod service;

use crate::plain;
pub use caller::callers;

pub use service::{KeyValue, Manners};

use std::error::Error;
use std::io;

use anyhow::anyhow;
use tonic::Status;
use tonic::transport::{Channel, Endpoint};

/// What the build made of `proto/kv.proto`.
#[allow(missing_docs)]
pub mod proto {
    tonic::include_proto!("onthewire.kv");
}

/// The description of the service as octets, a `FileDescriptorSet`.
pub const DESCRIPTION: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/kv.bin"));

/// A channel to the server at `addr`. It connects with the first call, and again when the
/// connection has broken.
///
/// # Errors
///
/// When `addr` is no address.
pub fn channel(addr: &str) -> anyhow::Result<Channel> {
    Ok(Endpoint::from_shared(format!("http://{addr}"))?.connect_lazy())
}

/// A call that failed, as a person reads it: whom it went to, the code by its name, and
/// the first cause.
pub fn failed(addr: &str, status: &Status) -> anyhow::Error {
    let mut first: &(dyn Error + 'static) = status;
    while let Some(cause) = first.source() {
        first = cause;
    }
    let why = match first.downcast_ref::<io::Error>() {
        Some(cause) => program::io_cause(cause),
        None if first.is::<Status>() => status.message().to_owned(),
        None => first.to_string(),
    };
    anyhow!("call {addr}: {:?}: {}", status.code(), plain(&why))
}
