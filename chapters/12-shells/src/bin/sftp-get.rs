//! Fetches a folder over SFTP, with a progress bar, resumable.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use clap::Parser;
use indicatif::{ProgressBar, ProgressStyle};
use program::tasks;
use russh::ChannelStream;
use russh::client::Msg;
use russh_sftp::client::{RawSftpSession, SftpSession};
use shells::login::{Client, Login, leave};
use shells::mirror::{Fetched, fetch, list};
use shells::target::Target;

#[derive(Parser)]
#[command(about = "Fetches a folder over SFTP, with a progress bar, resumable")]
struct Options {
    #[command(flatten)]
    login: Login,
    /// As in alice@127.0.0.1:1060
    target: Target,
    /// The folder on the server
    folder: String,
    /// Where to write it
    to: PathBuf,
    /// How much to fetch at most
    #[arg(long, value_name = "OCTETS", default_value = "10000000000")]
    most: u64,
}

fn main() -> ExitCode {
    program::run(|| tasks::block_on(get(Options::parse())))
}

// ANCHOR: get
async fn get(options: Options) -> anyhow::Result<()> {
    let client = options.login.log_in(&options.target).await?;
    let listing = RawSftpSession::new(subsystem(&client).await?);
    listing.init().await.context("sftp")?;
    let wanted = list(&listing, &options.folder, &options.to, options.most).await?;
    let sftp = SftpSession::new(subsystem(&client).await?).await;
    let sftp = sftp.context("sftp")?;
    let total = wanted.iter().map(|file| file.length).sum();
    let bar = ProgressBar::new(total);
    bar.set_style(ProgressStyle::with_template(
        "{bar:30} {bytes} of {total_bytes}, {bytes_per_sec}, {eta} left",
    )?);
    let mut before = 0;
    for file in &wanted {
        let fetched = fetch(&sftp, file, |here| bar.set_position(before + here)).await;
        let fetched = fetched.with_context(|| file.remote.clone())?;
        before += file.length;
        bar.set_position(before);
        let how = match fetched {
            Fetched::Here => "here already".to_owned(),
            Fetched::From(0) => format!("{} octets", file.length),
            Fetched::From(octet) => format!("{} octets, from octet {octet} on", file.length),
        };
        bar.suspend(|| println!("{}: {how}", file.local.display()));
    }
    bar.finish_and_clear();
    leave(client).await;
    Ok(())
}
// ANCHOR_END: get

async fn subsystem(client: &Client) -> anyhow::Result<ChannelStream<Msg>> {
    let channel = client.channel_open_session().await?;
    channel.request_subsystem(true, "sftp").await?;
    Ok(channel.into_stream())
}
