//! Passwords, of which the bank keeps only what it takes to check them.

use anyhow::anyhow;
use argon2::Argon2;
use argon2::password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash};
use tokio::sync::Semaphore;

/// A hash takes 19 MiB and some time on purpose: so many at once, and the others wait.
static AT_ONCE: Semaphore = Semaphore::const_new(2);

// ANCHOR: passwords
/// What is kept of a password: algorithm, costs, salt and hash in one line. The salt is
/// random, so that equal passwords don't look equal.
///
/// # Errors
///
/// When the system has no random octets.
pub fn hash(password: &str) -> anyhow::Result<String> {
    let hash = Argon2::default().hash_password(password.as_bytes());
    Ok(hash.map_err(|error| anyhow!("hash: {error}"))?.to_string())
}

/// Whether `password` is the one that `kept` was made of. For an account that there is not
/// it takes as long: time must not tell who has one.
pub async fn verify(password: String, kept: Option<String>) -> anyhow::Result<bool> {
    let _place = AT_ONCE.acquire().await?;
    let verify = move || {
        let Some(kept) = kept else {
            hash(&password)?;
            return Ok(false);
        };
        let kept = PasswordHash::new(&kept).map_err(|error| anyhow!("kept: {error}"))?;
        let verified = Argon2::default().verify_password(password.as_bytes(), &kept);
        Ok(verified.is_ok())
    };
    tokio::task::spawn_blocking(verify).await?
}
// ANCHOR_END: passwords
