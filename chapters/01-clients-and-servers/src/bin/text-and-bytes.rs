//! One text in several encodings, what decoding the wrong one gives, and where a
//! text may be cut.

use std::process::ExitCode;

use anyhow::{Context, bail};
use clap::Parser;
use clients_and_servers::encodings::{ENCODINGS, Encoding};
use clients_and_servers::split_utf8::Utf8Decoder;
use program::{hex, show};

#[derive(Parser)]
#[command(about = "Text as octets, and octets as text")]
enum Role {
    /// Write a text in each encoding
    Encode { text: String },
    /// Write a text in one encoding and read it in each of the others
    Wrong { encoding: Encoding, text: String },
    /// Read the UTF-8 of a text in pieces of so many octets
    Pieces {
        #[arg(value_parser = clap::value_parser!(u16).range(1..))]
        octets: u16,
        text: String,
    },
    /// Cut the UTF-8 of a text after so many octets
    Cut { octets: usize, text: String },
}

fn main() -> ExitCode {
    program::run(|| match Role::parse() {
        Role::Encode { text } => {
            encode(&text);
            Ok(())
        }
        Role::Wrong { encoding, text } => wrong(encoding, &text),
        Role::Pieces { octets, text } => pieces(octets.into(), text.as_bytes()),
        Role::Cut { octets, text } => cut(octets, &text),
    })
}

fn encode(text: &str) {
    let points: Vec<String> = text
        .chars()
        .map(|c| format!("U+{:04X}", u32::from(c)))
        .collect();
    println!("{} characters: {}", points.len(), points.join(" "));
    for encoding in ENCODINGS {
        print!("{:<10}  ", encoding.name());
        match encoding.encode(text) {
            Ok(octets) => println!("{:>2} octets  {}", octets.len(), hex(&octets)),
            Err(char) => println!("has no U+{:04X}", u32::from(char)),
        }
    }
}

fn wrong(written: Encoding, text: &str) -> anyhow::Result<()> {
    let Ok(octets) = written.encode(text) else {
        bail!("{} can't write that text", written.name());
    };
    println!("written as {}: {}", written.name(), hex(&octets));
    for read in ENCODINGS {
        let text = read.decode(&octets);
        let text = text.map_or("refused".to_owned(), |text| format!("{text:?}"));
        println!("read as {:<10}  {text}", read.name());
    }
    Ok(())
}

fn pieces(size: usize, octets: &[u8]) -> anyhow::Result<()> {
    let mut each = String::new();
    let mut whole = String::new();
    let mut decoder = Utf8Decoder::new();
    for piece in octets.chunks(size) {
        each.push_str(&String::from_utf8_lossy(piece));
        decoder.decode(piece, &mut whole)?;
        println!("{}  {:<18}  {whole:?}", hex(piece), format!("{each:?}"));
    }
    Ok(decoder.end()?)
}

// ANCHOR: cut
fn cut(at: usize, text: &str) -> anyhow::Result<()> {
    let (first, second) = text
        .as_bytes()
        .split_at_checked(at)
        .context("a shorter text")?;
    for piece in [first, second] {
        println!("{}", hex(piece));
        match str::from_utf8(piece) {
            Ok(text) => println!("  a text: {text:?}"),
            Err(error) => {
                let good = error.valid_up_to();
                match error.error_len() {
                    None => println!("  text up to octet {good}, then part of a character"),
                    Some(_) => println!("  not UTF-8 at octet {good}"),
                }
                println!("  made a text by force: {}", show(piece));
            }
        }
    }
    let second_begins_with = text.get(at..).and_then(|second| second.chars().next());
    if second_begins_with.is_some_and(is_combining) {
        println!("The second begins with a mark that belongs on the letter before it.");
    }
    Ok(())
}

/// The block of marks that combine with the letter before (there are more).
fn is_combining(char: char) -> bool {
    ('\u{300}'..='\u{36f}').contains(&char)
}
// ANCHOR_END: cut
