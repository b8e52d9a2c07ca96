//! The service itself.

use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use futures_util::Stream;
use futures_util::stream::unfold;
use tokio::sync::broadcast::error::RecvError;
use tokio::time::sleep;
use tonic::{Request, Response, Status};

use super::proto::key_value_server;
use super::proto::{Change, Key, KeyList, Nothing, Pair, Truth, Value};
use crate::kv::{ANSWER, Answer, Error, Store};

/// Octets of a status' message. It travels in a header field, and the other side limits
/// those: to 16,384 octets in hyper; grpcio begins to refuse some at 8,192.
const STATUS: usize = 1024;

/// How a server behaves, to show what callers make of it.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct Manners {
    /// Think so long before each answer
    #[arg(long, value_name = "SECONDS", value_parser = program::seconds)]
    pub slow: Option<Duration>,
    /// Send the message of a status whole, however long it is
    #[arg(long)]
    pub long_status: bool,
}

/// The service.
#[derive(Debug, Default)]
pub struct KeyValue {
    store: Arc<Store>,
    manners: Manners,
}

impl KeyValue {
    /// An empty store behind these manners.
    pub fn new(manners: Manners) -> KeyValue {
        KeyValue {
            store: Arc::default(),
            manners,
        }
    }

    async fn call(&self, name: &'static str, parameters: &[&str]) -> Result<Answer, Status> {
        if let Some(time) = self.manners.slow {
            // When the caller's deadline is over, tonic drops what it has begun: here.
            let unfinished = Unfinished(name);
            sleep(time).await;
            std::mem::forget(unfinished);
        }
        let answer = self.store.call(name, parameters, &mut { ANSWER });
        answer.map_err(|error| self.status(&error))
    }

    // ANCHOR: status
    fn status(&self, error: &Error) -> Status {
        let mut message = error.to_string();
        if !self.manners.long_status && message.len() > STATUS {
            let end = (0..=STATUS)
                .rev()
                .find(|end| message.is_char_boundary(*end));
            message.truncate(end.unwrap_or(0));
            message.push('…');
        }
        match error {
            Error::NoKey(_) => Status::not_found(message),
            Error::NoMethod(_) => Status::unimplemented(message),
            Error::Parameters(..) | Error::TooLong => Status::invalid_argument(message),
            Error::Full | Error::TooMuch => Status::resource_exhausted(message),
        }
    }
    // ANCHOR_END: status
}

/// Says so if a call was dropped before its end.
struct Unfinished(&'static str);

impl Drop for Unfinished {
    fn drop(&mut self) {
        println!("{}: dropped, nobody waits for it any more", self.0);
    }
}

/// Changes, as they come.
pub type Changes = Pin<Box<dyn Stream<Item = Result<Change, Status>> + Send>>;

// ANCHOR: service
#[tonic::async_trait]
impl key_value_server::KeyValue for KeyValue {
    async fn get(&self, request: Request<Key>) -> Result<Response<Value>, Status> {
        match self.call("get", &[&request.get_ref().key]).await? {
            Answer::Text(value) => Ok(Response::new(Value { value })),
            other => Err(wrong(&other)),
        }
    }
    // ANCHOR_END: service

    async fn set(&self, request: Request<Pair>) -> Result<Response<Nothing>, Status> {
        let Pair { key, value } = request.get_ref();
        match self.call("set", &[key, value]).await? {
            Answer::Nothing => Ok(Response::new(Nothing {})),
            other => Err(wrong(&other)),
        }
    }

    async fn delete(&self, request: Request<Key>) -> Result<Response<Truth>, Status> {
        truth(self.call("delete", &[&request.get_ref().key]).await?)
    }

    async fn exists(&self, request: Request<Key>) -> Result<Response<Truth>, Status> {
        truth(self.call("exists", &[&request.get_ref().key]).await?)
    }

    async fn keys(&self, _: Request<Nothing>) -> Result<Response<KeyList>, Status> {
        match self.call("keys", &[]).await? {
            Answer::List(keys) => Ok(Response::new(KeyList { keys })),
            other => Err(wrong(&other)),
        }
    }

    type WatchStream = Changes;

    // ANCHOR: watch
    async fn watch(&self, _: Request<Nothing>) -> Result<Response<Changes>, Status> {
        let changes = unfold(Some(self.store.watch()), |changes| async {
            let mut changes = changes?;
            match changes.recv().await {
                Ok((key, value)) => Some((Ok(Change { key, value }), Some(changes))),
                // Who reads too slowly is told so, and doesn't fill our memory.
                Err(RecvError::Lagged(missed)) => {
                    let missed = format!("missed {missed} changes: read faster");
                    Some((Err(Status::data_loss(missed)), None))
                }
                Err(RecvError::Closed) => None,
            }
        });
        Ok(Response::new(Box::pin(changes)))
    }
    // ANCHOR_END: watch
}

fn truth(answer: Answer) -> Result<Response<Truth>, Status> {
    match answer {
        Answer::Truth(is_so) => Ok(Response::new(Truth { is_so })),
        other => Err(wrong(&other)),
    }
}

fn wrong(answer: &Answer) -> Status {
    Status::internal(format!("not what the method gives: {answer}"))
}
