//! Asks a server of proverbs, with a reactor and callbacks.

use std::io;
use std::net::{SocketAddr, TcpStream};
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, anyhow, ensure};
use architectures::proverbs::FULL_STOP;
use architectures::reactor::{self, Protocol, Transport};
use bytes::BytesMut;
use clap::Parser;
use framing::delimiter::Delimited;
use program::Connect;

/// No answer is longer.
const MAX_ANSWER: usize = 1024;

#[derive(Parser)]
#[command(about = "Ask a server of proverbs, with a reactor and callbacks")]
struct Arguments {
    #[command(flatten)]
    connect: Connect,
    /// What to ask, each with its question mark
    #[arg(default_values = ["Many hands make?", "Too many cooks spoil?", "Haste makes?"])]
    questions: Vec<String>,
}

fn main() -> ExitCode {
    program::run(|| {
        let Arguments { connect, questions } = Arguments::parse();
        let addr = &connect.addr;
        let server = TcpStream::connect(addr).with_context(|| format!("connect {addr}"))?;
        let mut left = questions.len();
        let asking = Asking::new(&questions, &mut left, connect.timeout);
        reactor::talk(server, asking)?;
        ensure!(left == 0, "{left} questions without an answer");
        Ok(())
    })
}

// ANCHOR: asking
/// The client's side: each answer is a reason to ask the next question.
struct Asking<'a> {
    questions: std::slice::Iter<'a, String>,
    asked: &'a str,
    /// How many have no answer yet; whoever called the reactor looks at it.
    left: &'a mut usize,
    timeout: Duration,
    answers: Delimited,
    input: BytesMut,
}

impl Asking<'_> {
    fn ask(&mut self, transport: &mut Transport) {
        let Some(question) = self.questions.next() else {
            return transport.close();
        };
        self.asked = question;
        transport.write(question.as_bytes());
        transport.set_timeout(self.timeout);
    }
}

impl Protocol for Asking<'_> {
    fn connected(&mut self, transport: &mut Transport) {
        self.ask(transport);
    }

    fn received(&mut self, transport: &mut Transport, octets: &[u8]) {
        self.input.extend_from_slice(octets);
        match self.answers.decode(&mut self.input) {
            Ok(Some(answer)) => {
                println!("{} {}.", self.asked, String::from_utf8_lossy(&answer));
                *self.left -= 1;
                self.ask(transport);
            }
            Ok(None) => {}
            Err(error) => {
                program::report(transport.peer, &error.into());
                transport.close();
            }
        }
    }

    fn written(&mut self, _: &mut Transport) {}

    fn ended(&mut self, transport: &mut Transport) {
        program::report(transport.peer, &anyhow!("closed"));
        transport.close();
    }

    fn timed_out(&mut self, transport: &mut Transport) {
        let patience = self.timeout;
        let error = anyhow!("gave up: no answer within {patience:?}");
        program::report(transport.peer, &error);
        transport.abort();
    }

    fn lost(&mut self, peer: SocketAddr, error: &io::Error) {
        program::report(peer, &anyhow!("{}", program::io_cause(error)));
    }
}
// ANCHOR_END: asking

impl<'a> Asking<'a> {
    fn new(questions: &'a [String], left: &'a mut usize, timeout: Duration) -> Asking<'a> {
        Asking {
            questions: questions.iter(),
            asked: "",
            left,
            timeout,
            answers: Delimited::new(FULL_STOP, MAX_ANSWER),
            input: BytesMut::new(),
        }
    }
}
