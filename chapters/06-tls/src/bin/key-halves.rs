//! How two agree on a secret in front of everybody, with numbers small enough to follow.

use std::process::ExitCode;

use clap::{Parser, value_parser};

#[derive(Parser)]
#[command(about = "Agree on a secret in front of everybody, with small numbers")]
struct Options {
    /// The number that the client keeps to itself
    client: u64,
    /// The number that the server keeps to itself
    server: u64,
    /// What all know: remainders are those of a division by this prime
    #[arg(long, default_value = "23", value_parser = value_parser!(u64).range(3..=u64::from(u32::MAX)))]
    prime: u64,
    /// What all know: the number that is multiplied with itself
    #[arg(long, default_value = "5")]
    base: u64,
}

fn main() -> ExitCode {
    program::run(|| {
        let options = Options::parse();
        agree(&options);
        Ok(())
    })
}

// ANCHOR: power
/// `base` multiplied with itself, `exponent` times over, as a remainder of `prime`;
/// and the multiplications that took: squares, and one for each bit that is set.
fn power(mut base: u64, mut exponent: u64, prime: u64) -> (u64, u32) {
    let (mut result, mut multiplications) = (1, 0);
    base %= prime;
    while exponent > 0 {
        if exponent & 1 == 1 {
            result = result * base % prime;
            multiplications += 1;
        }
        base = base * base % prime;
        multiplications += 1;
        exponent >>= 1;
    }
    (result, multiplications)
}
// ANCHOR_END: power

// ANCHOR: agree
fn agree(options: &Options) {
    let &Options {
        client,
        server,
        prime,
        base,
    } = options;
    println!("all know    prime {prime}, base {base}");
    let (from_client, work) = power(base, client, prime);
    let (from_server, _) = power(base, server, prime);
    println!("client      keeps {client}, sends {from_client}");
    println!("server      keeps {server}, sends {from_server}");
    let (secret, more) = power(from_server, client, prime);
    println!("client      makes {secret} of {from_server} and {client}");
    let (same, _) = power(from_client, server, prime);
    println!("server      makes {same} of {from_client} and {server}");
    println!("client      has multiplied {} times", work + more);
    let (mut product, mut tries) = (base % prime, 1);
    while product != from_client && tries < prime {
        product = product * (base % prime) % prime;
        tries += 1;
    }
    let (found, _) = power(from_server, tries, prime);
    println!(
        "a listener  has multiplied {tries} times until it got {from_client}, and makes {found}"
    );
}
// ANCHOR_END: agree
