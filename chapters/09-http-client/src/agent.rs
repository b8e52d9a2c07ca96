//! A client with a pool: it keeps connections, and notices when one has died meanwhile.

use std::time::{Duration, Instant};

use anyhow::Context;
use url::Url;

use crate::connection::{Connection, Error};
use crate::connection_pool::{Failure, Pool, Rules, may_retry};
use crate::content;
use crate::request::Request;
use crate::response_head::ResponseHead;
use crate::wire::{Connector, Wire};

/// What a pool allows: less idle time than servers do, who close then.
const RULES: Rules = Rules {
    idle: Duration::from_secs(15),
    limit: 8,
};

/// Sends requests, over connections that it keeps.
#[derive(Debug)]
pub struct Agent {
    connector: Connector,
    pool: Pool<Connection<Wire>>,
    /// Keeps no connection.
    pub forgets: bool,
    /// Sends every failed request again, as no client should.
    pub retries_all: bool,
}

impl Agent {
    /// An agent without connections.
    pub fn new(connector: Connector) -> Agent {
        Agent {
            connector,
            pool: Pool::new(RULES),
            forgets: false,
            retries_all: false,
        }
    }

    // ANCHOR: begin
    /// Sends a request, and receives the head of its answer. The body is still to be read
    /// from the connection, which [`done`](Self::done) takes back.
    ///
    /// # Errors
    ///
    /// When there is no connection, or no answer and no safe way to ask again.
    pub fn begin(&mut self, request: &Request) -> anyhow::Result<(ResponseHead, Connection<Wire>)> {
        let mut again = false;
        loop {
            let quiet = |it: &mut Connection<Wire>| it.stream().is_quiet().unwrap_or(false);
            let kept = match again {
                false => self.pool.take(&request.url, Instant::now(), quiet),
                true => None, // its neighbours are as old
            };
            let reused = kept.is_some();
            let mut connection = match kept {
                Some(connection) => connection,
                None => Connection::new(self.connector.connect(&request.url)?),
            };
            connection.stream().next_exchange();
            let error = match ask(&mut connection, request) {
                Ok(head) => return Ok((head, connection)),
                Err(error) => error,
            };
            let failure = Failure {
                method: &request.method,
                reused,
                received: connection.answered(),
                again,
            };
            let retries = error.is_end() && (may_retry(&failure) || self.retries_all && !again);
            if !retries {
                return Err(error).with_context(|| format!("{} {}", request.method, request.url));
            }
            println!(
                "{} {}: {error}; sent again",
                request.method,
                request.url.path()
            );
            again = true;
        }
    }
    // ANCHOR_END: begin

    /// Takes a connection back whose answer has been read, to use it again if that will do.
    pub fn done(&mut self, url: &Url, connection: Connection<Wire>) {
        if connection.is_reusable() && !self.forgets {
            self.pool.put(url, connection, Instant::now());
        }
    }

    /// The whole answer to a request, with a body of `limit` octets at most.
    ///
    /// # Errors
    ///
    /// As [`begin`](Self::begin); and when the body isn't whole.
    pub fn whole(
        &mut self,
        request: &Request,
        limit: usize,
    ) -> anyhow::Result<(ResponseHead, Vec<u8>)> {
        let (head, mut connection) = self.begin(request)?;
        let mut body = Vec::new();
        let read = content::read(&mut connection, limit, &mut body);
        read.with_context(|| format!("{} {}", request.method, request.url))?;
        self.done(&request.url, connection);
        Ok((head, body))
    }
}

fn ask(connection: &mut Connection<Wire>, request: &Request) -> Result<ResponseHead, Error> {
    connection.send(request)?;
    Ok(connection.receive(request, |_| {})?.0)
}
