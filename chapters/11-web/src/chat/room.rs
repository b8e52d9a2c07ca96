//! The room: who says something is heard by all.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::ws::{CloseFrame, Message, WebSocket, close_code};
use tokio::sync::broadcast::{self, error::RecvError};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, interval_at, timeout};
use tokio_tungstenite::tungstenite;

use super::Line;

/// How many messages a reader may be behind. It loses the oldest then, and is told so.
const BEHIND: usize = 64;
/// How many visitors a room has places for.
const PLACES: u32 = 128;

/// A room.
#[derive(Debug, Clone)]
pub struct Room {
    said: broadcast::Sender<Event>,
    /// Everybody who is here holds one.
    places: Arc<Semaphore>,
}

#[derive(Debug, Clone)]
enum Event {
    Said(Line),
    Over,
}

/// Why the server ends a conversation, and the number for it (RFC 6455, section 7.4.1).
type End = (u16, &'static str);

impl Room {
    /// An empty room.
    #[expect(clippy::new_without_default, reason = "nobody wants a default room")]
    pub fn new() -> Room {
        Room {
            said: broadcast::channel(BEHIND).0,
            places: Arc::new(Semaphore::new(PLACES as usize)),
        }
    }

    /// A place in the room, if one is free.
    pub fn place(&self) -> Option<OwnedSemaphorePermit> {
        Arc::clone(&self.places).try_acquire_owned().ok()
    }

    /// Tells everybody who is here that it is over, and waits until they have gone.
    pub async fn close(self, patience: Duration) {
        let _ = self.said.send(Event::Over); // nobody here is no failure
        let _ = timeout(patience, self.places.acquire_many(PLACES)).await;
    }

    fn say(&self, from: &str, text: impl Into<String>) {
        let (from, text) = (from.to_owned(), text.into());
        let _ = self.said.send(Event::Said(Line { from, text }));
    }

    /// One visitor's conversation. Who is silent for twice `patience`, and does not even
    /// answer a ping, has gone.
    pub async fn visit(self, name: String, mut socket: WebSocket, patience: Duration) {
        let mut said = self.said.subscribe();
        self.say("", format!("{name} has come."));
        let end = self.talk(&name, &mut socket, &mut said, patience).await;
        self.say("", format!("{name} has gone."));
        if let Some((code, reason)) = end {
            let reason = reason.into();
            let close = CloseFrame { code, reason };
            let _ = socket.send(Message::Close(Some(close))).await; // unless it is gone
        }
        // Both say that they close: ours goes out, or the peer's comes in. What it said
        // before that is not of interest any more.
        let closed = async { while let Some(Ok(_)) = socket.recv().await {} };
        let _ = timeout(patience, closed).await;
    }

    // ANCHOR: talk
    /// Returns why the server ends it, or nothing if the visitor did.
    async fn talk(
        &self,
        name: &str,
        socket: &mut WebSocket,
        said: &mut broadcast::Receiver<Event>,
        patience: Duration,
    ) -> Option<End> {
        let mut clock = interval_at(Instant::now() + patience, patience);
        let mut heard = true;
        loop {
            tokio::select! {
                event = said.recv() => {
                    let line = match event {
                        Ok(Event::Said(line)) => line,
                        Ok(Event::Over) | Err(RecvError::Closed) => {
                            return Some((close_code::AWAY, "the server stops"));
                        }
                        Err(RecvError::Lagged(missed)) => Line {
                            from: String::new(),
                            text: format!("You have missed {missed} messages."),
                        },
                    };
                    let line = serde_json::to_string(&line).ok()?;
                    socket.send(Message::Text(line.into())).await.ok()?;
                }
                message = socket.recv() => {
                    heard = true;
                    match message? {
                        Ok(Message::Text(text)) => self.say(name, text.as_str()),
                        Ok(Message::Binary(_)) => {
                            return Some((close_code::UNSUPPORTED, "text only"));
                        }
                        Ok(Message::Ping(_) | Message::Pong(_)) => {} // answered already
                        Ok(Message::Close(_)) => return None,
                        Err(error) => return why(error),
                    }
                }
                _ = clock.tick() => {
                    if !std::mem::take(&mut heard) {
                        return Some((close_code::POLICY, "not even a pong"));
                    }
                    socket.send(Message::Ping(Default::default())).await.ok()?;
                }
            }
        }
    }
    // ANCHOR_END: talk
}

/// What a peer did wrong, if it can still be told.
fn why(error: axum::Error) -> Option<End> {
    match *error.into_inner().downcast().ok()? {
        tungstenite::Error::Capacity(_) => Some((close_code::SIZE, "4096 octets at most")),
        tungstenite::Error::Protocol(_) => Some((close_code::PROTOCOL, "not a frame")),
        tungstenite::Error::Utf8(_) => Some((close_code::INVALID, "text is UTF-8")),
        _ => None, // the connection is gone
    }
}
