//! A parent and a thread that talk over a pair of sockets without names.

use std::io::{BufRead, BufReader, Write};
use std::net::Shutdown;
use std::os::unix::net::UnixStream;
use std::process::ExitCode;
use std::thread;

use anyhow::{Context, anyhow};
use clap::Parser;

const LIMIT: usize = 1024; // octets of a line

/// A parent and a thread that talk over a pair of sockets
#[derive(Parser)]
#[command(about)]
struct Options {
    /// What the parent says, a line each
    #[arg(required = true)]
    lines: Vec<String>,
}

// ANCHOR: main
fn main() -> ExitCode {
    program::run(|| {
        let options = Options::parse();
        let (mut parent, child) = UnixStream::pair().context("make a pair of sockets")?;
        println!(
            "the parent's socket has the name {:?}",
            parent.local_addr()?
        );
        println!("the child's socket has the name  {:?}", child.local_addr()?);
        let thread = thread::spawn(move || answer(&child));

        let mut answers = BufReader::new(parent.try_clone()?).lines();
        for line in &options.lines {
            writeln!(parent, "{line}")?;
            let answer = answers.next().context("the child says nothing")??;
            println!("parent: {line:?} is answered {answer:?}");
        }
        parent.shutdown(Shutdown::Write)?; // the child reads the end
        let lines = thread.join().map_err(|_| anyhow!("the child panicked"))??;
        println!("child: the end, after {lines} lines");
        Ok(())
    })
}
// ANCHOR_END: main

/// Both ends are alike: there is no listener, nobody connects, and each can read
/// and write.
fn answer(mut stream: &UnixStream) -> anyhow::Result<usize> {
    let mut lines = 0;
    for line in BufReader::with_capacity(LIMIT, stream).lines() {
        writeln!(stream, "{}", line?.to_uppercase())?;
        lines += 1;
    }
    Ok(lines)
}
