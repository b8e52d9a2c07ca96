//! A Telnet server that shows every octet a client sends, commands as well as data.

use std::process::ExitCode;
use std::time::Duration;

use anyhow::ensure;
use bytes::BytesMut;
use clap::Parser;
use program::tasks;
use shells::iac_decoder::{Event, encode};
use shells::telnet::{Session, describe, line};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// How many clients are served at a time.
const MOST: usize = 100;
/// How long a line may be.
const LONGEST: usize = 4096;

#[derive(Parser)]
#[command(about = "A Telnet server that shows every octet a client sends")]
enum Role {
    /// Ask each client for a name and a password, and show what it sends
    Server(program::Listen),
}

fn main() -> ExitCode {
    program::run(|| {
        let Role::Server(listen) = Role::parse();
        tasks::block_on(serve(listen))
    })
}

async fn serve(listen: program::Listen) -> anyhow::Result<()> {
    let listener = tasks::listen(&listen.addr).await?;
    tasks::serve(&listener, MOST, |stream| talk(stream, listen.timeout)).await
}
async fn talk(mut stream: TcpStream, patience: Duration) -> anyhow::Result<()> {
    let peer = stream.peer_addr()?;
    let mut output = BytesMut::new();
    let mut session = Session::server(&mut output);
    let mut questions = [
        "login:",
        "password:",
        "Welcome. Nothing of this was secret.",
    ]
    .into_iter();
    let mut answers = 1; // the first question needs none
    let mut typed = Vec::new();
    let mut input = BytesMut::with_capacity(4096);
    loop {
        for _ in 0..std::mem::take(&mut answers) {
            let Some(question) = questions.next() else {
                return Ok(());
            };
            encode(&line(question), &mut output);
        }
        tasks::in_time(patience, stream.write_all_buf(&mut output)).await?;
        if questions.len() == 0 || tasks::in_time(patience, stream.read_buf(&mut input)).await? == 0
        {
            return Ok(());
        }
        let (events, fine) = session.take(&input.split(), &mut output);
        for (event, _) in events {
            // Where data was cut means nothing: what counts are the ends of lines.
            let Event::Data(data) = event else {
                println!("{peer}: {}", describe(&event));
                continue;
            };
            for piece in data.split_inclusive(|octet| *octet == b'\n') {
                typed.extend_from_slice(piece);
                ensure!(
                    typed.len() <= LONGEST,
                    "a line of more than {LONGEST} octets"
                );
                if piece.ends_with(b"\n") {
                    println!("{peer}: data {}", program::show(&typed));
                    typed.clear();
                    answers += 1;
                }
            }
        }
        fine?;
    }
}
