//! A reactor that owns the loop, and an object for each client whose methods it calls.

use std::io;
use std::net::SocketAddr;
use std::process::ExitCode;

use anyhow::anyhow;
use architectures::proverbs::{Questions, answer};
use architectures::reactor::{self, Protocol, Transport};
use architectures::serving::{Limits, Options, at_least_one};
use bytes::BytesMut;
use clap::Parser;
use framing::Decode;

#[derive(Parser)]
#[command(about = "Answer questions about proverbs, with a reactor and callbacks")]
struct Arguments {
    #[command(flatten)]
    options: Options,
    /// How many clients are served at a time; the next one waits
    #[arg(long, value_name = "NUMBER", default_value = "2000", value_parser = at_least_one)]
    connections: usize,
}

fn main() -> ExitCode {
    program::run(|| {
        let arguments = Arguments::parse();
        let limits = arguments.options.limits;
        let listener = arguments.options.listen()?;
        reactor::run(listener, arguments.connections, || Proverbs::new(limits))
    })
}

// ANCHOR: proverbs
/// One client's side of the service. What a thread would keep in its variables
/// between two lines is kept here between two calls.
struct Proverbs {
    limits: Limits,
    questions: Questions,
    input: BytesMut,
}

impl Protocol for Proverbs {
    fn connected(&mut self, transport: &mut Transport) {
        transport.set_timeout(self.limits.timeout);
    }

    fn received(&mut self, transport: &mut Transport, octets: &[u8]) {
        self.input.extend_from_slice(octets);
        loop {
            match self.questions.decode(&mut self.input) {
                Ok(Some(question)) => transport.write(answer(&question)),
                Ok(None) => return,
                Err(error) => {
                    program::report(transport.peer, &error.into());
                    return transport.close();
                }
            }
        }
    }

    fn written(&mut self, transport: &mut Transport) {
        transport.set_timeout(self.limits.timeout);
    }

    fn ended(&mut self, transport: &mut Transport) {
        if let Err(error) = self.questions.end(&self.input) {
            program::report(transport.peer, &error.into());
        }
        transport.close();
    }

    fn timed_out(&mut self, transport: &mut Transport) {
        let patience = self.limits.timeout;
        let error = anyhow!("gave up: not done within {patience:?}");
        program::report(transport.peer, &error);
        transport.abort();
    }

    fn lost(&mut self, peer: SocketAddr, error: &io::Error) {
        program::report(peer, &anyhow!("{}", program::io_cause(error)));
    }
}
// ANCHOR_END: proverbs

impl Proverbs {
    fn new(limits: Limits) -> Proverbs {
        Proverbs {
            limits,
            questions: Questions::new(limits.question),
            input: BytesMut::new(),
        }
    }
}
