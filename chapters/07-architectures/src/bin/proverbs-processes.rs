//! Several processes share one port; a parent starts them and ends them.

use std::io::{self, BufRead, BufReader, Read};
use std::net::{SocketAddr, TcpListener};
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, ExitCode, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use architectures::serving::{Acceptor, BACKLOG, Options, at_least_one, socket_for, talk};
use clap::Parser;
use program::{log, one_line, report};

/// A worker that ends sooner was never any good: its successor waits a while.
const TOO_SOON: Duration = Duration::from_secs(1);

#[derive(Parser)]
#[command(about = "Answer questions about proverbs, in several processes at one port")]
struct Arguments {
    #[command(flatten)]
    options: Options,
    /// How many processes, each of which serves one client at a time
    #[arg(long, value_name = "NUMBER", default_value = "4", value_parser = at_least_one)]
    processes: usize,
    /// Be one of them, at this address
    #[arg(long, hide = true)]
    worker: Option<SocketAddr>,
}

fn main() -> ExitCode {
    program::run(|| {
        let arguments = Arguments::parse();
        match arguments.worker {
            Some(address) => work(&arguments.options, address),
            None => lead(&arguments),
        }
    })
}

// ANCHOR: lead
fn lead(arguments: &Arguments) -> anyhow::Result<()> {
    program::stop_on_ctrl_c()?;
    // Bound, and never listening: it gets no client, and the port stays ours.
    let ours = socket_for(&arguments.options.addr, |socket| {
        socket.set_reuse_port(true)
    })?;
    let address = ours
        .local_addr()?
        .as_socket()
        .context("not an address of IP")?;
    let start = || start(address);
    let workers: Result<Vec<Child>, _> = (0..arguments.processes).map(|_| start()).collect();
    let workers = workers?;
    println!("Listening at {address}");
    thread::scope(|scope| {
        for worker in workers {
            scope.spawn(move || keep(worker, start));
        }
    });
    Ok(())
}

/// Starts a worker, and waits until it listens.
fn start(address: SocketAddr) -> anyhow::Result<Child> {
    let mut command = Command::new(std::env::current_exe()?);
    command.args(std::env::args_os().skip(1));
    command.arg(format!("--worker={address}"));
    // A Ctrl-C in the terminal is for the parent alone, which then ends us all.
    command
        .process_group(0)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped());
    let mut worker = command.spawn().context("start a worker")?;
    let mut ready = String::new();
    if let Some(output) = worker.stdout.take() {
        BufReader::new(output).read_line(&mut ready)?;
    }
    ensure!(!ready.is_empty(), "a worker ended before it could listen");
    Ok(worker)
}

/// Puts another worker in the place of one that has ended, again and again.
fn keep(mut worker: Child, start: impl Fn() -> anyhow::Result<Child>) {
    loop {
        let started = Instant::now();
        // Our end of the pipe. The worker reads its end when we are no more.
        let lifeline = worker.stdin.take();
        match worker.wait() {
            Ok(how) => {
                let process = worker.id();
                log(format_args!(
                    "process {process}: {how}; another takes its place"
                ));
            }
            Err(error) => return report("wait", &error.into()),
        }
        drop(lifeline);
        thread::sleep(TOO_SOON.saturating_sub(started.elapsed()));
        match start() {
            Ok(next) => worker = next,
            Err(error) => return log(one_line(&error)),
        }
    }
}
// ANCHOR_END: lead

// ANCHOR: work
fn work(options: &Options, address: SocketAddr) -> anyhow::Result<()> {
    options.lower_descriptors()?;
    let socket = socket_for(&address.to_string(), |socket| socket.set_reuse_port(true))?;
    socket.listen(BACKLOG)?;
    let listener = TcpListener::from(socket);
    // The parent reads this line.
    println!("ready");
    // It writes nothing; that this read ends means that it has gone.
    thread::spawn(|| {
        let _ = io::stdin().read(&mut [0]);
        std::process::exit(0);
    });
    let mut acceptor = Acceptor::default();
    loop {
        let (stream, peer) = acceptor.wait(&listener)?;
        talk(stream, peer, options.limits);
    }
}
// ANCHOR_END: work
