//! One command on a channel of its own: what it writes, and how it ends.

use std::fmt;

use anyhow::Context;
use bytes::Bytes;
use russh::{Channel, ChannelMsg, client::Msg};

use crate::fan_out::Output;
use crate::login::Client;

/// What comes from a command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// Its standard output.
    Out(Bytes),
    /// Its standard error.
    Err(Bytes),
    /// The status with which it ended.
    Status(u32),
    /// The signal that ended it, as `KILL`: there is no status then.
    Signal(String),
}

impl fmt::Display for Piece {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Piece::Out(octets) => write!(f, "out {}", program::show(octets)),
            Piece::Err(octets) => write!(f, "err {}", program::show(octets)),
            Piece::Status(status) => write!(f, "status {status}"),
            Piece::Signal(signal) => write!(f, "signal {signal}"),
        }
    }
}

/// A command that was begun.
#[derive(Debug)]
pub struct Running {
    channel: Channel<Msg>,
}

impl Running {
    /// Opens a channel, and asks the server to run `line` there. What that is, the server's
    /// shell decides.
    ///
    /// # Errors
    ///
    /// When the server opens no channel, or refuses the request.
    // ANCHOR: begin
    pub async fn begin(client: &Client, line: &[u8]) -> anyhow::Result<Running> {
        let channel = client.channel_open_session().await;
        let channel = channel.context("open a channel")?;
        channel.exec(true, line).await?;
        Ok(Running { channel })
    }
    // ANCHOR_END: begin

    /// The end of its input, which is empty.
    ///
    /// # Errors
    ///
    /// When the connection is gone.
    pub async fn no_input(&self) -> anyhow::Result<()> {
        Ok(self.channel.eof().await?)
    }

    /// Its input.
    ///
    /// # Errors
    ///
    /// When the connection is gone.
    pub async fn input(&self, octets: &[u8]) -> anyhow::Result<()> {
        Ok(self.channel.data(octets).await?)
    }

    /// The next piece, and none behind the last.
    ///
    /// # Errors
    ///
    /// When the server didn't want to run it.
    // ANCHOR: next
    pub async fn next(&mut self) -> anyhow::Result<Option<Piece>> {
        while let Some(message) = self.channel.wait().await {
            return Ok(Some(match message {
                ChannelMsg::Data { data } => Piece::Out(data),
                ChannelMsg::ExtendedData { data, ext: 1 } => Piece::Err(data),
                ChannelMsg::ExitStatus { exit_status } => Piece::Status(exit_status),
                ChannelMsg::ExitSignal { signal_name, .. } => {
                    Piece::Signal(format!("{signal_name:?}"))
                }
                ChannelMsg::Failure => anyhow::bail!("the server doesn't run it"),
                _ => continue, // the end of the output comes before the status, or behind it
            }));
        }
        Ok(None)
    }
    // ANCHOR_END: next

    /// All that it writes, up to `most` octets of each kind, and its status.
    ///
    /// # Errors
    ///
    /// As [`Running::next`]; when it writes more; and when the connection is gone before
    /// the command's end.
    // ANCHOR: output
    pub async fn output(mut self, most: usize) -> anyhow::Result<Output> {
        let mut output = Output::default();
        let mut ended = false;
        while let Some(piece) = self.next().await? {
            match piece {
                Piece::Out(octets) => output.stdout.extend_from_slice(&octets),
                Piece::Err(octets) => output.stderr.extend_from_slice(&octets),
                Piece::Status(status) => {
                    output.status = Some(status);
                    ended = true;
                }
                Piece::Signal(_) => ended = true,
            }
            let written = output.stdout.len().max(output.stderr.len());
            anyhow::ensure!(written <= most, "it writes more than {most} octets");
        }
        anyhow::ensure!(ended, "the connection ended before the command");
        Ok(output)
    }
    // ANCHOR_END: output
}

/// The status of `output` as a program's own: 255 where there is none, as `ssh` says it.
pub fn status_of(output: &Output) -> u8 {
    let status = output.status.and_then(|status| u8::try_from(status).ok());
    status.unwrap_or(255)
}
