//! Where is a place? Asked with a request made by hand, and a reply taken apart by
//! an HTTP message library.

use std::io::{Read, Write};
use std::process::ExitCode;

use anyhow::{Context, bail, ensure};
use clap::Parser;
use clients_and_servers::get_by_hand::get;
use clients_and_servers::question::{MAX_REPLY, SITE, place, printable, target};
use program::{Connect, Conversation};

/// Ask where a place is, in HTTP messages
#[derive(Parser)]
#[command(about)]
struct Options {
    #[command(flatten)]
    server: Connect,
    /// The place's name
    name: String,
}

fn main() -> ExitCode {
    program::run(|| search(&Options::parse()))
}

// ANCHOR: search
fn search(options: &Options) -> anyhow::Result<()> {
    let mut stream = options.server.connect()?;
    let target = target(&options.name);
    println!("GET {target}");
    stream.write_all(&get(SITE, &target)?)?;

    let mut octets = Vec::new();
    let head = loop {
        if let Some(head) = Head::parse(&octets)? {
            if head.status >= 200 {
                break head;
            }
            octets.drain(..head.octets); // interim: the reply is still to come
            continue;
        }
        let read = more(&mut stream, &mut octets)?;
        ensure!(read > 0, "the reply ended inside its head");
    };
    while octets.len() < head.octets + head.body.unwrap_or(MAX_REPLY) {
        if more(&mut stream, &mut octets)? == 0 {
            // Only who knows the length can tell an end from an accident.
            ensure!(head.body.is_none(), "the reply ended inside its body");
            break;
        }
    }
    let body = &octets[head.octets..];
    let body = &body[..head.body.unwrap_or(body.len())];
    println!("a body of {} octets", body.len());
    println!("{}", place(head.status, body)?);
    Ok(())
}
// ANCHOR_END: search

/// Appends what one read brings, and says how much that was.
fn more(stream: &mut Conversation, octets: &mut Vec<u8>) -> anyhow::Result<usize> {
    let mut buffer = [0; 1024];
    let read = stream.read(&mut buffer).context("read the reply")?;
    octets.extend_from_slice(&buffer[..read]);
    ensure!(
        octets.len() <= MAX_REPLY,
        "a reply of more than {MAX_REPLY} octets"
    );
    Ok(read)
}

// ANCHOR: head
/// What comes before a reply's body.
struct Head {
    /// How many octets it has itself.
    octets: usize,
    status: u16,
    /// The octets of the body, where the head says how many.
    body: Option<usize>,
}

impl Head {
    fn parse(octets: &[u8]) -> anyhow::Result<Option<Head>> {
        let mut fields = [httparse::EMPTY_HEADER; 64];
        let mut reply = httparse::Response::new(&mut fields);
        let parsed = reply.parse(octets).context("not a reply")?;
        let (Some(status), httparse::Status::Complete(octets)) = (reply.code, parsed) else {
            return Ok(None);
        };
        println!("{status} {}", printable(reply.reason.unwrap_or_default()));
        let mut body = None;
        for field in reply.headers.iter() {
            let value = str::from_utf8(field.value).context("a field that is no text")?;
            println!("{}: {}", field.name, printable(value));
            match field.name.to_ascii_lowercase().as_str() {
                "content-length" if body.is_some() => bail!("two lengths of one body"),
                "content-length" => body = Some(length(value)?),
                "transfer-encoding" => bail!("a body in chunks, which chapter 9 reads"),
                _ => {}
            }
        }
        Ok(Some(Head {
            octets,
            status,
            body,
        }))
    }
}

fn length(value: &str) -> anyhow::Result<usize> {
    // `parse` would take a plus sign for part of a number, and HTTP doesn't.
    let digits = value.bytes().all(|octet| octet.is_ascii_digit());
    ensure!(digits, "a Content-Length that is no number");
    let length = value.parse().context("a Content-Length")?;
    ensure!(
        length <= MAX_REPLY,
        "a reply of more than {MAX_REPLY} octets"
    );
    Ok(length)
}
// ANCHOR_END: head
