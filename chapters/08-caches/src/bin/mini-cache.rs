//! A cache server that speaks Redis's protocol and memcached's, in limited memory.

use std::io::{BufRead, stdin};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

use caches::mini_cache::Limits;
use caches::mini_cache::server::{Language, Patience, Server};
use caches::mini_cache::store::Store;
use caches::mini_cache::store::clock::Clock;
use clap::Parser;
use program::seconds;

#[derive(Parser)]
#[command(about = "A cache server that speaks Redis's protocol and memcached's")]
enum Role {
    /// Serve until Ctrl-C
    Server(Options),
}

#[derive(clap::Args)]
struct Options {
    /// Where to speak Redis's protocol, as in 127.0.0.1:6379
    addr: String,
    /// Where to speak memcached's protocol
    #[arg(long, value_name = "ADDR")]
    memcached: Option<String>,
    /// The octets that keys and values may take, each with 256 more
    #[arg(long, value_name = "OCTETS", default_value_t = 64 << 20)]
    memory: usize,
    /// How many clients there may be at a time
    #[arg(long, value_name = "NUMBER", default_value_t = Limits::default().connections)]
    clients: usize,
    /// How long a client may take for one command, or to read its answers
    #[arg(long, value_name = "SECONDS", default_value = "10", value_parser = seconds)]
    timeout: Duration,
    /// How long a client may stay without asking for anything
    #[arg(long, value_name = "SECONDS", default_value = "300", value_parser = seconds)]
    idle: Duration,
    /// Let time pass only when a number of seconds is typed
    #[arg(long)]
    typed_clock: bool,
}

fn main() -> ExitCode {
    program::run(|| {
        let Role::Server(options) = Role::parse();
        serve(&options)
    })
}

fn serve(options: &Options) -> anyhow::Result<()> {
    let clock = match options.typed_clock {
        true => typed_clock(),
        false => Clock::running(),
    };
    let limits = Limits {
        connections: options.clients,
        ..Limits::default()
    };
    let store = Store::new(options.memory, limits.value, clock);
    let patience = Patience {
        command: options.timeout,
        idle: options.idle,
    };
    let mut server = Server::new(store, limits, patience)?;
    program::stop_on_ctrl_c()?;
    let addr = server.listen(&options.addr, Language::Redis)?;
    let memcached = options.memcached.as_deref();
    let memcached = memcached.map(|addr| server.listen(addr, Language::Memcached));
    println!("Listening at {addr}");
    if let Some(addr) = memcached.transpose()? {
        println!("Listening at {addr} for memcached's clients");
    }
    server.run()
}

/// A clock that begins at the second 1,000,000,000 and goes on when somebody says so.
fn typed_clock() -> Clock {
    let now = Arc::new(AtomicU64::new(1_000_000_000_000));
    let clock = Clock::Set(Arc::clone(&now));
    thread::spawn(move || {
        for line in stdin().lock().lines().map_while(Result::ok) {
            match seconds(line.trim()) {
                Ok(time) => {
                    now.fetch_add(time.as_millis() as u64, Ordering::SeqCst);
                    println!("{} ms later", time.as_millis());
                }
                Err(error) => println!("{error}"),
            }
        }
    });
    clock
}
