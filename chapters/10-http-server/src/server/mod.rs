//! HTTP/1.1 by hand: a server for any [`Application`].

mod body;
mod conversation;
mod response;
mod wire;

pub use conversation::talk;

use crate::application::Application;
use crate::serving;
use crate::settings::Settings;

// ANCHOR: limits
/// Octets that a request's head may have, its first line among them.
pub const HEAD: usize = 16 * 1024;
/// Fields that it may have: each costs more than its octets.
pub const FIELDS: usize = 100;
/// Octets of a body that nobody has read, and that are read to save the connection.
const SKIP: u64 = 64 * 1024;
// ANCHOR_END: limits

/// Serves `application` until Ctrl-C.
///
/// # Errors
///
/// When the address can't be listened at, or the certificate can't be read.
pub async fn serve(settings: &Settings, application: impl Application) -> anyhow::Result<()> {
    let own = settings.clone();
    serving::serve(settings, &[b"http/1.1"], move |stream, connection, stop| {
        let (application, settings) = (application.clone(), own.clone());
        async move { talk(application, stream, connection, &stop, &settings).await }
    })
    .await
}
