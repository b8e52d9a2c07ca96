//! Takes a DNS message apart, octet by octet, or says what is wrong with it.

use std::process::ExitCode;

use anyhow::{Context, bail, ensure};
use clap::Parser;
use names::message::{MAX_MESSAGE, Message};
use names::presentation::fields;

/// Take a DNS message apart, octet by octet
#[derive(Parser)]
#[command(about)]
struct Options {
    /// Its octets in hexadecimal digits
    #[arg(required = true)]
    octets: Vec<String>,
}

fn main() -> ExitCode {
    program::run(|| {
        let octets = octets(&Options::parse().octets)?;
        print!("{}", fields(&octets));
        if let Err(error) = Message::decode(&octets) {
            bail!("no DNS message: {error}");
        }
        Ok(())
    })
}

fn octets(words: &[String]) -> anyhow::Result<Vec<u8>> {
    let digits: String = words
        .iter()
        .flat_map(|word| word.split_whitespace())
        .collect();
    ensure!(
        digits.len() / 2 <= MAX_MESSAGE,
        "more than {MAX_MESSAGE} octets"
    );
    let pairs = (0..digits.len()).step_by(2);
    pairs
        .map(|at| {
            let pair = digits.get(at..at + 2).context("half an octet")?;
            u8::from_str_radix(pair, 16).with_context(|| format!("{pair} is no octet"))
        })
        .collect()
}
