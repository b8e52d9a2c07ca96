//! The service over gRPC.

mod caller;
mod service;

pub use caller::callers;
pub use service::{KeyValue, Manners};

use std::error::Error;
use std::io;

use anyhow::anyhow;
use program::Connect;
use proto::key_value_client::KeyValueClient;
use tonic::metadata::MetadataValue;
use tonic::service::interceptor::InterceptedService;
use tonic::transport::{Channel, Endpoint};
use tonic::{Request, Status};

use crate::plain;

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

/// What is done to each call before it goes out.
pub type Sign = Box<dyn FnMut(Request<()>) -> Result<Request<()>, Status> + Send>;

/// A client whose calls have a deadline, and show who makes them.
///
/// # Errors
///
/// When there is no such address, or what is to be shown can't stand in a field.
pub fn client(
    to: &Connect,
    authorization: Option<&str>,
) -> anyhow::Result<KeyValueClient<InterceptedService<Channel, Sign>>> {
    let deadline = to.timeout;
    let shown = authorization.map(MetadataValue::try_from).transpose()?;
    let sign: Sign = Box::new(move |mut request| {
        request.set_timeout(deadline);
        if let Some(shown) = &shown {
            let fields = request.metadata_mut();
            fields.insert("authorization", shown.clone());
        }
        Ok(request)
    });
    Ok(KeyValueClient::with_interceptor(channel(&to.addr)?, sign))
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
