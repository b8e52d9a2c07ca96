//! An interactive session on a server.

use std::io::{Read, Write, stderr, stdin};
use std::process::ExitCode;
use std::thread;

use clap::Parser;
use program::tasks;
use russh::ChannelMsg;
use shells::login::{Login, leave};
use shells::target::Target;
use shells::terminal::{Raw, size};
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::mpsc;

#[derive(Parser)]
#[command(about = "An interactive session on a server; ends with its status, 255 is ours")]
struct Options {
    #[command(flatten)]
    login: Login,
    /// Ask for no terminal at the other end
    #[arg(long)]
    no_terminal: bool,
    /// As in alice@127.0.0.1:1060
    target: Target,
}

fn main() -> ExitCode {
    let mut status = 255;
    program::run(|| {
        status = tasks::block_on(session(Options::parse()))?;
        Ok(())
    });
    ExitCode::from(status)
}

// ANCHOR: session
async fn session(options: Options) -> anyhow::Result<u8> {
    let client = options.login.log_in(&options.target).await?;
    let mut channel = client.channel_open_session().await?;
    if !options.no_terminal {
        let term = std::env::var("TERM").unwrap_or("dumb".to_owned());
        let (columns, lines) = size();
        channel
            .request_pty(true, &term, columns, lines, 0, 0, &[])
            .await?;
    }
    channel.request_shell(true).await?;
    let raw = Raw::new()?;
    let mut keys = keys();
    let mut typing = true;
    let mut resized = signal(SignalKind::window_change())?;
    let mut status = 255; // if none comes
    loop {
        tokio::select! {
            octets = keys.recv(), if typing => match octets {
                Some(octets) => channel.data(&octets[..]).await?,
                None => {
                    typing = false;
                    channel.eof().await?;
                }
            },
            message = channel.wait() => match message {
                Some(ChannelMsg::Data { data }) => program::pass_on(&data),
                Some(ChannelMsg::ExtendedData { data, .. }) => stderr().write_all(&data)?,
                Some(ChannelMsg::ExitStatus { exit_status }) => {
                    status = u8::try_from(exit_status).unwrap_or(255);
                }
                Some(_) => {}
                None => break,
            },
            _ = resized.recv() => {
                let (columns, lines) = size();
                channel.window_change(columns, lines, 0, 0).await?;
            }
        }
    }
    drop(raw);
    leave(client).await;
    Ok(status)
}
// ANCHOR_END: session

/// What is typed, by a thread of its own: reading a terminal can't be awaited.
fn keys() -> mpsc::Receiver<Vec<u8>> {
    let (sender, keys) = mpsc::channel(1);
    thread::spawn(move || {
        let mut buffer = [0; 1024];
        while let Ok(length @ 1..) = stdin().read(&mut buffer) {
            if sender.blocking_send(buffer[..length].to_vec()).is_err() {
                break;
            }
        }
    });
    keys
}
