//! Pattern 3: every message has the same length, which both sides know beforehand.

use std::io::{Read, Write};
use std::net::Shutdown;
use std::process::ExitCode;

use anyhow::{Context, bail, ensure};
use clap::Parser;
use framing::talk::{Connect, Conversation, Listen, fill, read_to_end, show};

/// A reading: 8 octets of name, filled up with zeros, then the temperature in
/// hundredths of a degree as a signed 32-bit number in network byte order.
const RECORD: usize = 12;
type Reading = (String, i32);

#[derive(Parser)]
#[command(about = "Pattern 3: messages of a fixed length")]
enum Role {
    /// Take readings, and answer each with how many have come
    Server {
        #[command(flatten)]
        listen: Listen,
        /// Believe whatever a record says: the bug
        #[arg(long)]
        unchecked: bool,
    },
    /// Send readings, each as NAME=CELSIUS
    Client {
        #[command(flatten)]
        connect: Connect,
        #[arg(required = true, value_parser = reading)]
        readings: Vec<Reading>,
        /// Add the humidity to every record, as a newer version would
        #[arg(long, value_name = "PERCENT")]
        humidity: Option<u32>,
    },
}

fn main() -> ExitCode {
    program::run(|| match Role::parse() {
        Role::Server { listen, unchecked } => listen.serve(|stream| server(stream, unchecked)),
        Role::Client {
            connect,
            readings,
            humidity,
        } => client(connect.connect()?, &readings, humidity),
    })
}

// ANCHOR: server
fn server(stream: &mut Conversation, unchecked: bool) -> anyhow::Result<()> {
    let mut count: u32 = 0;
    while let Some(record) = next_record(stream)? {
        count += 1;
        let (name, temperature) = record.split_at(8);
        let name = match std::str::from_utf8(name) {
            Ok(name) if is_padded_word(name) => name.trim_end_matches('\0').to_owned(),
            _ if unchecked => show(name).to_string(),
            _ => bail!("refused: record {count} has the name {}", show(name)),
        };
        let hundredths = i32::from_be_bytes(temperature.try_into()?);
        println!("{count}: {name} {:.2} °C", f64::from(hundredths) / 100.0);
        stream.write_all(&count.to_be_bytes())?;
    }
    Ok(())
}

/// The next record; `None` if the stream ends where a record would begin.
fn next_record(stream: &mut Conversation) -> anyhow::Result<Option<[u8; RECORD]>> {
    stream.next_message();
    let mut record = [0; RECORD];
    match fill(stream, &mut record)? {
        0 => Ok(None),
        RECORD => Ok(Some(record)),
        cut => bail!("the stream ended after {cut} of {RECORD} octets of a record"),
    }
}
// ANCHOR_END: server

fn client(mut stream: Conversation, all: &[Reading], humidity: Option<u32>) -> anyhow::Result<()> {
    for (name, hundredths) in all {
        let mut record = vec![0; 8];
        record[..name.len()].copy_from_slice(name.as_bytes());
        record.extend(hundredths.to_be_bytes());
        record.extend(humidity.iter().flat_map(|percent| percent.to_be_bytes()));
        stream.write_all(&record)?;
        println!("sent {} octets: {name}", record.len());
        let mut answer = [0; 4];
        stream.next_message();
        stream.read_exact(&mut answer).context("read the answer")?;
        println!("the server has {}", u32::from_be_bytes(answer));
    }
    stream.shutdown(Shutdown::Write)?;
    let surplus = read_to_end(&mut stream, RECORD)?.len();
    ensure!(surplus == 0, "{surplus} octets came that nobody waited for");
    Ok(())
}

fn is_padded_word(name: &str) -> bool {
    let word = name.trim_end_matches('\0');
    !word.is_empty() && word.bytes().all(|octet| octet.is_ascii_graphic())
}

fn reading(text: &str) -> anyhow::Result<Reading> {
    let (name, celsius) = text.split_once('=').context("not NAME=CELSIUS")?;
    ensure!(
        name.is_ascii() && (1..=8).contains(&name.len()),
        "a name has 1 to 8 ASCII letters"
    );
    let hundredths = celsius.parse::<f64>().context("not a number")? * 100.0;
    Ok((name.to_owned(), hundredths.round() as i32))
}
