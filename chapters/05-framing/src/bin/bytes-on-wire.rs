//! Numbers as octets: in both byte orders, as text, and read the wrong way.

use std::mem::{offset_of, size_of};
use std::process::ExitCode;

use anyhow::Context;
use clap::Parser;
use framing::talk::{ascii, hex, show};

#[derive(Parser)]
#[command(about = "Numbers as octets, and octets as numbers")]
enum Role {
    /// Write a number in each way, and read it in the wrong one
    Number {
        #[arg(allow_negative_numbers = true)]
        number: i32,
    },
    /// Take the first four octets of a text for a number
    Text { text: String },
    /// Write one reading as fixed fields, as text, as JSON and as CBOR
    Record { station: u16, celsius: f32 },
    /// Where the fields of a C struct lie in memory
    Layout,
}

fn main() -> ExitCode {
    program::run(|| {
        match Role::parse() {
            Role::Number { number } => write_number(number),
            Role::Text { text } => read_text(&text)?,
            Role::Record { station, celsius } => write_record(station, celsius),
            Role::Layout => layout(),
        }
        Ok(())
    })
}

// ANCHOR: number
fn write_number(number: i32) {
    let network = number.to_be_bytes();
    let little = number.to_le_bytes();
    if let Ok(short) = i16::try_from(number) {
        println!("16 bits, network order  {}", hex(&short.to_be_bytes()));
        println!("16 bits, little-endian  {}", hex(&short.to_le_bytes()));
    }
    println!("32 bits, network order  {}", hex(&network));
    println!("32 bits, little-endian  {}", hex(&little));
    println!(
        "as text                 {}",
        hex(number.to_string().as_bytes())
    );
    println!("Read the wrong way:");
    let swapped = i32::from_le_bytes(network);
    println!("  network order read as little-endian  {swapped}");
    let unsigned = u32::from_be_bytes(network);
    println!("  signed read as unsigned              {unsigned}");
    let high_half = u16::from_be_bytes([network[0], network[1]]);
    println!("  32 bits read as 16                   {high_half}");
}
// ANCHOR_END: number

fn read_text(text: &str) -> anyhow::Result<()> {
    let first = text.as_bytes().first_chunk();
    let octets: [u8; 4] = *first.context("a text of four octets or more")?;
    println!("text            {}", show(&octets));
    println!("octets          {}", hex(&octets));
    println!("network order   {}", u32::from_be_bytes(octets));
    println!("little-endian   {}", u32::from_le_bytes(octets));
    Ok(())
}

// ANCHOR: record
fn write_record(station: u16, celsius: f32) {
    let text = format!("{station} {celsius}\n");
    let json = format!("{{\"station\":{station},\"celsius\":{celsius}}}\n");
    let (station, celsius) = (&station.to_be_bytes()[..], &celsius.to_be_bytes()[..]);
    let fixed = [station, celsius].concat();
    // CBOR: a map of two pairs (a2); a text of seven octets (67); an unsigned
    // 16-bit number follows (19); a 32-bit float follows (fa).
    let station = [b"\xa2\x67station\x19", station].concat();
    let cbor = [&station[..], b"\x67celsius\xfa", celsius].concat();

    for (name, octets) in [
        ("fixed fields", &fixed[..]),
        ("text", text.as_bytes()),
        ("JSON", json.as_bytes()),
        ("CBOR", &cbor),
    ] {
        println!("{name}: {} octets", octets.len());
        for line in octets.chunks(16) {
            println!("  {:<47}  {}", hex(line), ascii(line));
        }
    }
}
// ANCHOR_END: record

// ANCHOR: layout
#[repr(C)] // laid out as C, and Python's struct format "@HI", would
struct Header {
    version: u16,
    length: u32,
}

fn layout() {
    let fields = size_of::<u16>() + size_of::<u32>();
    println!("version begins at octet {}", offset_of!(Header, version));
    println!("length begins at octet {}", offset_of!(Header, length));
    println!("in memory {} octets, fields {fields}", size_of::<Header>());
}
// ANCHOR_END: layout
