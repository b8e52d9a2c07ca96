//! An echo service in TLS over std::net, with rustls alone.

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context;
use clap::Parser;
use framing::Messages;
use program::{Connect, Conversation, Listen, show};
use rustls::{ClientConnection, ServerConfig, ServerConnection, StreamOwned};
use tls::options::Trust;
use tls::truncation::{finish, receive};
use tls::{Clock, Identity, Lines, MAX_MESSAGE, Rejection, config};

const LIMIT: usize = 1024; // octets of a line

#[derive(Parser)]
#[command(about = "An echo service in TLS over std::net")]
enum Role {
    /// Answer lines in capital letters, one client after the other
    Server {
        #[command(flatten)]
        listen: Listen,
        /// The certificate chain NAME.pem and its key NAME-key.pem
        #[arg(long, value_name = "NAME")]
        identity: PathBuf,
        /// Take all that a client sends for one message, and answer nothing
        #[arg(long)]
        whole: bool,
        #[command(flatten)]
        clock: Clock,
    },
    /// Send lines, and read an answer to each
    Client(Client),
}

#[derive(clap::Args)]
struct Client {
    #[command(flatten)]
    connect: Connect,
    texts: Vec<String>,
    /// Send the texts as one message, and expect no answer
    #[arg(long)]
    whole: bool,
    /// Vanish before the text with this number, from 1
    #[arg(long, value_name = "NUMBER")]
    crash_at: Option<usize>,
    #[command(flatten)]
    trust: Trust,
}

fn main() -> ExitCode {
    program::run(|| match Role::parse() {
        Role::Server {
            listen,
            identity,
            whole,
            clock,
        } => {
            let mut config = config::server(Identity::read(&identity)?, clock)?;
            if whole {
                // A client that never reads is sent nothing to read: if it left with
                // session tickets unread, we would get a reset and not its last words.
                Arc::make_mut(&mut config).send_tls13_tickets = 0;
            }
            listen.serve(|stream| server(stream, &config, whole))
        }
        Role::Client(options) => client(&options),
    })
}

// ANCHOR: server
fn server(
    stream: &mut Conversation,
    config: &Arc<ServerConfig>,
    whole: bool,
) -> anyhow::Result<()> {
    let mut tls = StreamOwned::new(ServerConnection::new(Arc::clone(config))?, stream);
    // The first read would do this too; but its errors have a name of their own.
    let shaken = tls.conn.complete_io(&mut tls.sock);
    shaken.context("TLS handshake")?;
    if whole {
        tls.sock.next_message();
        let message = receive(&mut tls, MAX_MESSAGE)?;
        println!("A message of {} octets: {}", message.len(), show(&message));
        return finish(&mut tls).context("end the stream");
    }
    let mut lines = Messages::new(tls, Lines::new(LIMIT));
    loop {
        lines.get_mut().sock.next_message();
        let line = lines.receive();
        let Some(line) = line.map_err(|error| Rejection::new("read a line", error))? else {
            return finish(lines.get_mut()).context("end the stream");
        };
        let answer = line.to_uppercase() + "\n";
        let written = lines.get_mut().write_all(answer.as_bytes());
        written.context("write a line")?;
    }
}
// ANCHOR_END: server

fn client(options: &Client) -> anyhow::Result<()> {
    let Connect { addr, .. } = &options.connect;
    let name = options.trust.server_name(addr)?;
    let tls = ClientConnection::new(options.trust.config()?, name)?;
    let mut tls = StreamOwned::new(tls, options.connect.connect()?);
    let shaken = tls.conn.complete_io(&mut tls.sock);
    shaken.map_err(|error| Rejection::new(format!("TLS with {addr}"), error))?;
    let mut lines = Messages::new(tls, Lines::new(LIMIT));
    for (number, text) in (1..).zip(&options.texts) {
        if options.crash_at == Some(number) {
            println!(
                "Gone, with {} of {} texts sent",
                number - 1,
                options.texts.len()
            );
            std::process::exit(1); // the system ends TCP properly, nobody ends TLS
        }
        lines.get_mut().sock.next_message();
        if options.whole {
            lines.get_mut().write_all(text.as_bytes())?;
        } else {
            lines.get_mut().write_all(format!("{text}\n").as_bytes())?;
            let answer = lines.receive();
            let answer = answer.map_err(|error| Rejection::new("read a line", error))?;
            let answer = answer.context("the server closed without an answer")?;
            println!("{text:?} is answered {answer:?}");
        }
    }
    finish(lines.get_mut()).context("end the stream")?;
    let more = lines.receive();
    match more.map_err(|error| Rejection::new("read a line", error))? {
        None => println!("The server ended the conversation properly"),
        Some(more) => println!("The server has more to say: {more:?}"),
    }
    Ok(())
}
