//! Stands before a server, and does to what passes what it is told.

use std::fs::File;
use std::io::Read;
use std::net::{SocketAddr, ToSocketAddrs};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context, anyhow, ensure};
use clap::{Args, Parser};
use program::tasks::{accept, block_on, listen};
use testkit::proxy::{Act, Event, Faults, Towards, Way, datagrams, fates, pass_on};
use tokio::net::UdpSocket;
use tokio::sync::Semaphore;

/// So many connections at a time; the next one waits.
const MOST: usize = 1000;
/// A script has no more octets.
const SCRIPT: u64 = 1 << 20;

#[derive(Parser)]
#[command(about = "A network that does harm")]
enum Role {
    /// Stand before a TCP server
    Tcp {
        #[command(flatten)]
        place: Place,
        /// What octets meet on their way to the server, as in "split 1, pass 10, reset"
        #[arg(long, value_name = "STEPS", default_value_t)]
        to_server: Way,
        /// What they meet on their way to the client; others are join, delay, stall, close
        #[arg(long, value_name = "STEPS", default_value_t)]
        to_client: Way,
        /// A file with a line for each connection: the steps to the server, a bar, and the
        /// steps to the client; the last line is for all that come later
        #[arg(long, value_name = "FILE", conflicts_with_all = ["to_server", "to_client"])]
        script: Option<PathBuf>,
    },
    /// Stand before a UDP server
    Udp {
        #[command(flatten)]
        place: Place,
        /// What becomes of each client's datagrams in order, as in "lose, deliver, double"
        #[arg(long, value_name = "FATES")]
        to_server: Option<String>,
        /// What becomes of the answers; other fates are late 1, after 20ms, again 20ms
        #[arg(long, value_name = "FATES")]
        to_client: Option<String>,
    },
}

#[derive(Args)]
struct Place {
    /// Where to listen
    addr: String,
    /// The server
    upstream: String,
}

fn main() -> ExitCode {
    program::run(|| match Role::parse() {
        Role::Tcp {
            place,
            to_server,
            to_client,
            script,
        } => {
            let faults = match script {
                Some(file) => read(&file)?,
                None => vec![Faults {
                    to_server,
                    to_client,
                }],
            };
            block_on(tcp(&place, faults))
        }
        Role::Udp {
            place,
            to_server,
            to_client,
        } => {
            let read = |text: Option<String>| text.map_or(Ok(Vec::new()), |text| fates(&text));
            let way = |text| read(text).map_err(|error| anyhow!("{error}"));
            let (to_server, to_client) = (way(to_server)?, way(to_client)?);
            block_on(async {
                program::stop_on_ctrl_c()?;
                let socket = UdpSocket::bind(&place.addr).await;
                let socket = socket.with_context(|| format!("bind {}", place.addr))?;
                println!("Listening at {}", socket.local_addr()?);
                let upstream = place.upstream()?;
                let tell = |client, error| {
                    let error = anyhow::Error::from(error).context(format!("connect {upstream}"));
                    program::report(client, &error);
                };
                Ok(datagrams(socket, upstream, &to_server, &to_client, tell).await?)
            })
        }
    })
}

impl Place {
    fn upstream(&self) -> anyhow::Result<SocketAddr> {
        let addresses = self.upstream.to_socket_addrs();
        let first = addresses
            .with_context(|| format!("find {}", self.upstream))?
            .next();
        first.with_context(|| format!("find {}: no address", self.upstream))
    }
}

// ANCHOR: tcp
async fn tcp(place: &Place, faults: Vec<Faults>) -> anyhow::Result<()> {
    let upstream = place.upstream()?;
    let mut faults = faults.into_iter().map(Arc::new).peekable();
    let mut last = Arc::new(Faults::default());
    let listener = listen(&place.addr).await?;
    let places = Arc::new(Semaphore::new(MOST));
    loop {
        let free = Arc::clone(&places).acquire_owned().await?;
        let (client, peer) = accept(&listener).await;
        last = faults.next().unwrap_or(last);
        let faults = Arc::clone(&last);
        tokio::spawn(async move {
            let passed = pass_on(client, upstream, &faults, |towards, event| {
                // What merely passes is no news.
                if let Event::Act(act @ (Act::Stall(_) | Act::Close | Act::Reset), octets) = event {
                    tell(peer, towards, act, octets);
                }
            });
            if let Err(error) = passed.await {
                let error = anyhow::Error::from(error).context(format!("connect {upstream}"));
                program::report(peer, &error);
            }
            drop(free);
        });
    }
}
// ANCHOR_END: tcp

fn tell(peer: SocketAddr, towards: Towards, act: Act, octets: u64) {
    let end = match towards {
        Towards::Server => "server",
        Towards::Client => "client",
    };
    program::log(format_args!(
        "{peer}: after {octets} octets to the {end}: {act}"
    ));
}

/// A script: a line for each connection.
fn read(file: &PathBuf) -> anyhow::Result<Vec<Faults>> {
    let mut text = String::new();
    let opened = File::open(file).map(|file| file.take(SCRIPT + 1));
    let read = opened.and_then(|mut file| file.read_to_string(&mut text));
    let octets = read.with_context(|| format!("read {}", file.display()))?;
    ensure!(
        octets as u64 <= SCRIPT,
        "{}: more than {SCRIPT} octets",
        file.display()
    );
    let faults = text.lines().enumerate().map(|(number, line)| {
        // At the end of a file it would leave all that come later unharmed.
        let empty = line.trim().is_empty();
        ensure!(!empty, "{}, line {}: empty", file.display(), number + 1);
        let (to_server, to_client) = line.split_once('|').unwrap_or((line, ""));
        let way = |text: &str| {
            let way = text.trim().parse();
            way.map_err(|error| anyhow!("{}, line {}: {error}", file.display(), number + 1))
        };
        Ok(Faults {
            to_server: way(to_server)?,
            to_client: way(to_client)?,
        })
    });
    let faults: Vec<Faults> = faults.collect::<anyhow::Result<_>>()?;
    ensure!(!faults.is_empty(), "{}: no line", file.display());
    Ok(faults)
}
