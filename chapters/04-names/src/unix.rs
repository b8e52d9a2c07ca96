//! Sockets with a path for a name.

use std::io::{self, ErrorKind, Read};
use std::os::unix::fs::FileTypeExt;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};

// ANCHOR: listen
/// Listens at `path`. With `tidy`, a socket that a server has left behind there is
/// removed first.
///
/// # Errors
///
/// When the path can't be had: a server listens there, or something else is there.
pub fn listen(path: &Path, tidy: bool) -> anyhow::Result<UnixListener> {
    if tidy && is_left_behind(path) {
        std::fs::remove_file(path).with_context(|| format!("remove {}", path.display()))?;
    }
    UnixListener::bind(path).with_context(|| format!("bind {}", path.display()))
}

/// Whether there is a socket at `path`, and nobody listens. To connect to a file that
/// is no socket is refused too, and that is not ours to remove.
fn is_left_behind(path: &Path) -> bool {
    let is_socket = path
        .symlink_metadata()
        .is_ok_and(|what| what.file_type().is_socket());
    let refused = |error: io::Error| error.kind() == ErrorKind::ConnectionRefused;
    is_socket && UnixStream::connect(path).is_err_and(refused)
}
// ANCHOR_END: listen

/// What comes from `stream` until its end: up to `limit` octets, within `patience`.
///
/// # Errors
///
/// When it is more, or takes longer.
pub fn read_all(stream: &UnixStream, limit: usize, patience: Duration) -> anyhow::Result<Vec<u8>> {
    let deadline = Instant::now() + patience;
    let mut octets = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        let left = deadline.saturating_duration_since(Instant::now());
        if left.is_zero() {
            bail!("gave up: not done within {patience:?}");
        }
        stream.set_read_timeout(Some(left))?;
        match (&*stream).read(&mut buffer) {
            Ok(0) => return Ok(octets),
            Ok(read) => octets.extend_from_slice(&buffer[..read]),
            Err(error) if waited(&error) => {}
            Err(error) => return Err(error.into()),
        }
        if octets.len() > limit {
            bail!("refused: more than {limit} octets");
        }
    }
}

fn waited(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::Interrupted)
}
