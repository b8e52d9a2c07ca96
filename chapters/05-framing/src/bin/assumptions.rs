//! A bug that network programs begin with: one read taken for one message.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::process::ExitCode;

use anyhow::{Context, ensure};
use bytes::BytesMut;
use clap::Parser;
use framing::delimiter::Delimited;
use framing::orders::{Ledger, ORDERS, READERS, columns};
use framing::rig::{PATIENCE, connect, until_waiting};
use framing::talk::{Conversation, Listen, show};

const LIMIT: usize = 1024; // octets of a line, reads of a client: nobody takes more

#[derive(Parser)]
#[command(about = "One read taken for one message, while the same octets are cut in three ways")]
enum Role {
    /// Pay what is ordered, as two readers see it who disagree on what a message is
    Server(Listen),
    /// Send the same three orders in three ways
    Client {
        addr: String,
        /// The octets that a small read has room for
        #[arg(long, default_value = "5", value_parser = clap::value_parser!(u8).range(1..))]
        room: u8,
    },
}

fn main() -> ExitCode {
    program::run(|| match Role::parse() {
        Role::Server(listen) => listen.serve(server),
        Role::Client { addr, room } => client(&addr, room),
    })
}

// ANCHOR: server
fn server(stream: &mut Conversation) -> anyhow::Result<()> {
    // Load, buffers and the network decide how much a read brings. Here the
    // client decides, so that you see the same every time.
    let mut how = [0; 2];
    stream.read_exact(&mut how).context("read how to read")?;
    let [busy_until, room] = how.map(usize::from);
    stream.get_ref().set_nodelay(true)?;
    until_waiting(stream.get_ref(), busy_until, PATIENCE)?;
    let (mut wrong, mut right) = (Ledger::default(), Ledger::default());
    let (mut lines, mut input) = (Delimited::new(b'\n', LIMIT), BytesMut::new());
    let mut buffer = vec![0; room];
    for reads in 1.. {
        let read = stream.read(&mut buffer)?;
        if read == 0 {
            break;
        }
        let octets = &buffer[..read];
        ensure!(reads <= LIMIT, "refused: more than {LIMIT} reads");

        // The bug: whatever one read brings is one message.
        let by_read = wrong.pay(&[octets]);

        // The cure: keep what has come, and take out what is whole.
        input.extend_from_slice(octets);
        let mut whole = Vec::new();
        while let Some(line) = lines.decode(&mut input)? {
            whole.push(line);
        }
        let by_line = right.pay(&whole);

        let answer = format!("{}\t{by_read}\t{by_line}\n", show(octets));
        stream.write_all(answer.as_bytes())?;
    }
    lines.end(&input)?;
    let totals = format!("\t{}\t{}\n", wrong.total(), right.total());
    Ok(stream.write_all(totals.as_bytes())?)
}
// ANCHOR_END: server

fn client(addr: &str, room: u8) -> anyhow::Result<()> {
    let whole = ORDERS.concat();
    let all = u8::try_from(whole.len())?;
    let ways: [(&str, &[&str], [u8; 2]); 3] = [
        ("A read after each write", &ORDERS, [0, 255]),
        ("Three writes, one read", &ORDERS, [all, 255]),
        ("One write, small reads", &[&whole], [all, room]),
    ];
    println!("{}", columns("", READERS));
    let mut paid = columns("Paid in the end", READERS);
    for (way, writes, how) in ways {
        let stream = connect(addr)?;
        println!("{way}");
        let totals = order(stream, writes, how).with_context(|| format!("order at {addr}"))?;
        paid += &format!("\n{}", columns(&format!("  {way}"), &totals));
    }
    println!("{paid}");
    Ok(())
}

/// Shows what the server makes of each read, and returns what it has paid.
fn order(mut stream: TcpStream, writes: &[&str], how: [u8; 2]) -> anyhow::Result<String> {
    let mut answers = BufReader::new(stream.try_clone()?.take(64 * LIMIT as u64)).lines();
    stream.write_all(&how)?;
    for write in writes {
        println!("  write {}", show(write.as_bytes()));
        stream.write_all(write.as_bytes())?;
        // An answer says that the write was read, so the next can't catch up with it.
        if how[0] == 0 {
            let answer = answers.next().context("the server broke off")??;
            println!("{}", columns("  read  ", &answer));
        }
    }
    stream.shutdown(Shutdown::Write)?;
    let mut rest = answers.collect::<Result<Vec<_>, _>>()?;
    let totals = rest.pop().context("the server broke off")?;
    for answer in rest {
        println!("{}", columns("  read  ", &answer));
    }
    Ok(totals)
}
