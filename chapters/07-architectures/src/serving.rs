//! What all engines share: the command line, the limits, how they listen, and what
//! they do when they can't accept.

use std::io::{self, Write};
use std::net::{SocketAddr, TcpListener, TcpStream, ToSocketAddrs};
use std::os::fd::AsFd;
use std::thread;
use std::time::Duration;

use anyhow::Context;
use framing::Messages;
use program::{Conversation, io_cause, log, seconds};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use socket2::{Domain, SockRef, Socket, Type};

use crate::accept_errors::{AcceptErrors, Next};
use crate::proverbs::{MAX_QUESTION, Questions, answer};

/// How many connections the system may hold for us until we accept them. It has a
/// limit of its own and takes the smaller one.
pub const BACKLOG: i32 = 1024;

// ANCHOR: buffers
/// The octets that the system may hold for one client, each way, before whoever
/// sends has to wait. Far more than our questions and answers need.
const BUFFER: usize = 64 * 1024;
// ANCHOR_END: buffers

/// The command line of an engine.
// ANCHOR: options
#[derive(Debug, Clone, clap::Args)]
pub struct Options {
    /// Where to listen, as in 127.0.0.1:1060 (port 0: any that is free)
    pub addr: String,
    /// What one client may take
    #[command(flatten)]
    pub limits: Limits,
    /// Do with fewer descriptors than the system allows, as after `ulimit -n`
    #[arg(long, value_name = "NUMBER")]
    pub descriptors: Option<u64>,
}

/// What one client may take.
#[derive(Debug, Clone, Copy, clap::Args)]
pub struct Limits {
    /// How long one request may take, from the last answer to the next
    #[arg(long, value_name = "SECONDS", default_value = "10", value_parser = seconds)]
    pub timeout: Duration,
    /// How many octets a question may have
    #[arg(long, value_name = "OCTETS", default_value_t = MAX_QUESTION)]
    pub question: usize,
}
// ANCHOR_END: options

impl Options {
    /// Listens, and says where. Ctrl-C ends the program from now on.
    ///
    /// # Errors
    ///
    /// When the address can't be listened at.
    pub fn listen(&self) -> anyhow::Result<TcpListener> {
        program::stop_on_ctrl_c()?;
        let listener = self.bind()?;
        println!("Listening at {}", listener.local_addr()?);
        Ok(listener)
    }

    /// Listens, and says nothing.
    ///
    /// # Errors
    ///
    /// When the address can't be listened at.
    pub fn bind(&self) -> anyhow::Result<TcpListener> {
        self.lower_descriptors()?;
        let socket = socket_for(&self.addr, |_| Ok(()))?;
        socket.listen(BACKLOG)?;
        Ok(socket.into())
    }

    /// Allows this process no more descriptors than it was told.
    ///
    /// # Errors
    ///
    /// When the system has none of that.
    pub fn lower_descriptors(&self) -> anyhow::Result<()> {
        let Some(descriptors) = self.descriptors else {
            return Ok(());
        };
        let limit = Rlimit {
            current: Some(descriptors),
            maximum: getrlimit(Resource::Nofile).maximum,
        };
        setrlimit(Resource::Nofile, limit).context("set the limit of descriptors")
    }
}

/// A socket bound to the first address of `addr`, after `prepare` has set what it
/// likes to set.
///
/// # Errors
///
/// When `addr` is none, or can't be bound.
pub fn socket_for(
    addr: &str,
    prepare: impl Fn(&Socket) -> io::Result<()>,
) -> anyhow::Result<Socket> {
    let bind = || -> io::Result<Socket> {
        let address = addr.to_socket_addrs()?.next();
        let address = address.ok_or(io::ErrorKind::AddrNotAvailable)?;
        let socket = Socket::new(Domain::for_address(address), Type::STREAM, None)?;
        // Or a server that is started again would find its old connections in the way.
        socket.set_reuse_address(true)?;
        // What is accepted has the same.
        socket.set_send_buffer_size(BUFFER)?;
        socket.set_recv_buffer_size(BUFFER)?;
        prepare(&socket)?;
        socket.bind(&address.into())?;
        Ok(socket)
    };
    bind().with_context(|| format!("bind {addr}"))
}

/// What came of an `accept`.
#[derive(Debug)]
pub enum Accepted<T> {
    /// A client.
    Client(T),
    /// One that left before its turn; there may be others.
    Gone,
    /// Nobody is there now.
    Nobody,
    /// Nobody can be let in for so long.
    Pause(Duration),
}

/// Judges what `accept` returns, for engines of every kind.
#[derive(Debug, Default)]
pub struct Acceptor {
    errors: AcceptErrors,
    paused: bool,
}

impl Acceptor {
    /// What to make of `accepted`. That something has run out is reported once,
    /// until somebody was accepted again.
    ///
    /// # Errors
    ///
    /// When nobody will ever be accepted again.
    // ANCHOR: judge
    pub fn judge<T>(&mut self, accepted: io::Result<T>) -> anyhow::Result<Accepted<T>> {
        let error = match accepted {
            Ok(client) => {
                self.errors.accepted();
                self.paused = false;
                return Ok(Accepted::Client(client));
            }
            Err(error) => error,
        };
        match self.errors.failed(&error) {
            Next::Again => Ok(Accepted::Gone),
            Next::Wait => Ok(Accepted::Nobody),
            Next::Pause(pause) => {
                if !std::mem::replace(&mut self.paused, true) {
                    log(format_args!("accept: {}", io_cause(&error)));
                }
                Ok(Accepted::Pause(pause))
            }
            Next::Stop => Err(error).context("accept"),
        }
    }
    // ANCHOR_END: judge

    /// Waits for the next client of a listener that blocks.
    ///
    /// # Errors
    ///
    /// When nobody will ever be accepted again.
    // ANCHOR: wait
    pub fn wait(&mut self, listener: &TcpListener) -> anyhow::Result<(TcpStream, SocketAddr)> {
        loop {
            match self.judge(listener.accept())? {
                Accepted::Client(client) => return Ok(client),
                Accepted::Gone | Accepted::Nobody => {}
                Accepted::Pause(pause) => thread::sleep(pause),
            }
        }
    }
    // ANCHOR_END: wait
}

/// Has the system send each answer at once, rather than hold it back until the one
/// before has been acknowledged.
pub fn send_at_once(stream: &impl AsFd) {
    // It fails where the client has gone. Whoever reads next is told that, too.
    let _ = SockRef::from(stream).set_tcp_nodelay(true);
}

/// Answers one client until it leaves, for engines that wait for one client at a
/// time. What goes wrong is reported.
// ANCHOR: talk
pub fn talk(stream: TcpStream, peer: SocketAddr, limits: Limits) {
    send_at_once(&stream);
    let mut client = Conversation::new(stream, limits.timeout);
    if let Err(error) = answer_all(&mut client, limits.question) {
        program::report(peer, &error);
    }
}

/// Answers the questions of one client, of up to `limit` octets each.
///
/// # Errors
///
/// When the client breaks the rules, takes too long, or is gone.
pub fn answer_all(client: &mut Conversation, limit: usize) -> anyhow::Result<()> {
    let mut questions = Messages::new(client, Questions::new(limit));
    while let Some(question) = questions.receive()? {
        let client = questions.get_mut();
        client.write_all(answer(&question))?;
        client.next_message();
    }
    Ok(())
}
// ANCHOR_END: talk

/// How many clients an engine serves at a time.
///
/// # Errors
///
/// When it is none.
pub fn at_least_one(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(0) | Err(_) => Err("must be a number of one or more".to_owned()),
        Ok(number) => Ok(number),
    }
}
