//! Where is a place? A service that tells, as JSON over HTTP/1.1.

use std::io::{self, Read, Write};
use std::net::Shutdown;
use std::process::ExitCode;

use clap::Parser;
use clients_and_servers::answer::{Answer, answer};
use clients_and_servers::places::PLACES;
use clients_and_servers::request::{Refusal, Request};
use program::{Conversation, Listen, show};

/// What is read, and thrown away, of what a client still sends after its answer.
const LEFTOVER: u64 = 64 * 1024;

#[derive(Parser)]
#[command(about = "Where is a place? A service that tells, as JSON over HTTP/1.1")]
enum Role {
    /// Answer GET /places?name=NAME, and GET /places with all names
    Server {
        #[command(flatten)]
        listen: Listen,
    },
    /// Show what it knows
    Places,
}

fn main() -> ExitCode {
    program::run(|| match Role::parse() {
        Role::Server { listen } => listen.serve(server),
        Role::Places => {
            for place in PLACES {
                let (latitude, longitude) = (place.latitude, place.longitude);
                println!("{}, {}: {latitude}, {longitude}", place.name, place.country);
            }
            Ok(())
        }
    })
}

fn server(stream: &mut Conversation) -> anyhow::Result<()> {
    let peer = stream.get_ref().peer_addr()?;
    let (asked, answer, with_body) = match hear(stream)? {
        None => return Ok(()), // it only wanted to see whether we are here
        Some(Ok(request)) => {
            let asked = format!("{} {}", request.method, request.target);
            let with_body = request.method != "HEAD";
            (
                show(asked.as_bytes()).to_string(),
                answer(&request),
                with_body,
            )
        }
        Some(Err(refusal)) => (refusal.to_string(), Answer::refuse(&refusal), true),
    };
    println!("{peer} {asked}: {}", answer.status_line());
    stream.next_message();
    stream.write_all(&answer.octets(with_body))?;
    close(stream)?;
    Ok(())
}

/// Reads until there is a request, or no hope of one.
fn hear(stream: &mut Conversation) -> io::Result<Option<Result<Request, Refusal>>> {
    let mut octets = Vec::new();
    let mut buffer = [0; 1024];
    loop {
        match Request::parse(&octets) {
            Ok(None) => {}
            Ok(Some(request)) => return Ok(Some(Ok(request))),
            Err(refusal) => return Ok(Some(Err(refusal))),
        }
        let refusal = match stream.read(&mut buffer) {
            Ok(0) if octets.is_empty() => return Ok(None),
            Ok(0) => Refusal::Unfinished {
                octets: octets.len(),
            },
            Ok(read) => {
                octets.extend_from_slice(&buffer[..read]);
                continue;
            }
            Err(error) if error.kind() == io::ErrorKind::TimedOut => Refusal::TooSlow,
            Err(error) => return Err(error),
        };
        return Ok(Some(Err(refusal)));
    }
}

/// Closes so that the answer arrives. Were octets of the client's left unread, our
/// system would reset the connection, and the client's might forget what its
/// program had not read yet (RFC 9112, section 9.6).
fn close(stream: &mut Conversation) -> io::Result<()> {
    stream.shutdown(Shutdown::Write)?;
    io::copy(&mut stream.take(LEFTOVER), &mut io::sink())?;
    Ok(())
}
