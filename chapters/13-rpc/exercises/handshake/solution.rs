//! How two programs prove to each other that they know the same key: the handshake of Python's
//! `multiprocessing.connection`.

use std::io;

use rpc::digest::Digest;
use rpc::message;
use rpc::secret::Secret;
use tokio::io::{AsyncRead, AsyncWrite};

/// What a challenge begins with.
pub const CHALLENGE: &[u8] = b"#CHALLENGE#";
/// What a right answer is answered with.
pub const WELCOME: &[u8] = b"#WELCOME#";
/// What a wrong answer is answered with.
pub const FAILURE: &[u8] = b"#FAILURE#";
/// The octets that a message may have until both know who they are.
pub const LIMIT: usize = 256;

/// Why the other end is not to be talked to.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The stream failed, or a message was too long.
    #[error("the connection failed")]
    Io(#[from] io::Error),
    /// The stream ended before the handshake did.
    #[error("the connection was closed during the handshake")]
    Closed,
    /// What should have been a challenge is none.
    #[error("no challenge")]
    NoChallenge,
    /// The challenge is one of our own.
    #[error("our own challenge came back")]
    Reflected,
    /// A digest that we don't know, or none.
    #[error("an unknown digest")]
    UnknownDigest,
    /// The other end has answered our challenge wrongly.
    #[error("the other end doesn't know the key")]
    WrongAnswer,
    /// The other end doesn't like our answer.
    #[error("the other end has refused our answer")]
    Refused,
}

// ANCHOR: handshake
/// The listener's side: it challenges first.
pub async fn accept(
    stream: &mut (impl AsyncRead + AsyncWrite + Unpin),
    secret: &Secret,
) -> Result<(), Error> {
    challenge(stream, secret).await?;
    answer(stream, secret).await
}

/// The client's side: it answers first.
pub async fn connect(
    stream: &mut (impl AsyncRead + AsyncWrite + Unpin),
    secret: &Secret,
) -> Result<(), Error> {
    answer(stream, secret).await?;
    challenge(stream, secret).await
}

/// Lets the other end prove that it knows the key.
async fn challenge(
    stream: &mut (impl AsyncRead + AsyncWrite + Unpin),
    secret: &Secret,
) -> Result<(), Error> {
    let challenge = secret.challenge()?;
    message::send(stream, &[CHALLENGE, &challenge.octets].concat()).await?;
    let answer = receive(stream).await?;
    // Python before 3.12 answers any challenge with the sixteen octets of MD5.
    let proof = match answer.len() {
        16 => Some((Digest::Md5, &answer[..])),
        _ => named(&answer),
    };
    let right = proof.map(|(digest, mac)| digest.verify(secret.key(), &challenge.octets, mac));
    match right {
        Some(true) => return Ok(message::send(stream, WELCOME).await?),
        Some(false) | None => message::send(stream, FAILURE).await?,
    }
    Err(right.map_or(Error::UnknownDigest, |_| Error::WrongAnswer))
}

/// Proves to the other end that we know the key.
async fn answer(
    stream: &mut (impl AsyncRead + AsyncWrite + Unpin),
    secret: &Secret,
) -> Result<(), Error> {
    let message = receive(stream).await?;
    let challenge = message.strip_prefix(CHALLENGE).ok_or(Error::NoChallenge)?;
    if secret.is_ours(challenge) {
        return Err(Error::Reflected);
    }
    // The digest is that of the whole challenge, its name included.
    let answer = match (challenge.len(), named(challenge)) {
        (20, _) => Digest::Md5.sign(secret.key(), challenge),
        (21.., Some((digest, _))) => {
            let name = format!("{{{}}}", digest.name());
            [name.as_bytes(), &digest.sign(secret.key(), challenge)].concat()
        }
        _ => return Err(Error::UnknownDigest),
    };
    message::send(stream, &answer).await?;
    match receive(stream).await? {
        welcome if welcome == WELCOME => Ok(()),
        _ => Err(Error::Refused),
    }
}

async fn receive(stream: &mut (impl AsyncRead + Unpin)) -> Result<Vec<u8>, Error> {
    message::receive(stream, LIMIT).await?.ok_or(Error::Closed)
}

/// The digest that is named in front, and what stands behind its name.
fn named(octets: &[u8]) -> Option<(Digest, &[u8])> {
    Digest::ALL.into_iter().find_map(|digest| {
        let name = format!("{{{}}}", digest.name());
        Some((digest, octets.strip_prefix(name.as_bytes())?))
    })
}
// ANCHOR_END: handshake
