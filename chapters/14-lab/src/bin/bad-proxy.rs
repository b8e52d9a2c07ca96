//! Stands before a server, and does to what passes what it is told.

use std::fs::File;
use std::io::Read;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context, anyhow, ensure};
use clap::{Args, Parser};
use program::resolve;
use program::tasks::{block_on, listen, serve};
use testkit::lossy::Fate;
use testkit::proxy::{Act, Event, Faults, Towards, Way, datagrams, fates, pass_on};
use tokio::net::{TcpStream, UdpSocket};

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
            block_on(udp(&place, &way(to_server)?, &way(to_client)?))
        }
    })
}

// ANCHOR: tcp
async fn tcp(place: &Place, faults: Vec<Faults>) -> anyhow::Result<()> {
    let upstream = resolve(&place.upstream)?;
    let listener = listen(&place.addr).await?;
    let mut faults = faults.into_iter().map(Arc::new);
    let mut last = Arc::new(Faults::default());
    serve(&listener, MOST, |client| {
        last = faults.next().unwrap_or(Arc::clone(&last));
        pass(client, upstream, Arc::clone(&last))
    })
    .await
}

async fn pass(client: TcpStream, upstream: SocketAddr, faults: Arc<Faults>) -> anyhow::Result<()> {
    let peer = client.peer_addr()?;
    let passed = pass_on(client, upstream, &faults, |towards, event| {
        // What merely passes is no news.
        if let Event::Act(act @ (Act::Stall(_) | Act::Close | Act::Reset), octets) = event {
            let end = match towards {
                Towards::Server => "server",
                Towards::Client => "client",
            };
            program::log(format_args!(
                "{peer}: after {octets} octets to the {end}: {act}"
            ));
        }
    });
    passed.await.with_context(|| format!("connect {upstream}"))
}
// ANCHOR_END: tcp

async fn udp(place: &Place, to_server: &[Fate], to_client: &[Fate]) -> anyhow::Result<()> {
    program::stop_on_ctrl_c()?;
    let socket = UdpSocket::bind(&place.addr).await;
    let socket = socket.with_context(|| format!("bind {}", place.addr))?;
    println!("Listening at {}", socket.local_addr()?);
    let upstream = resolve(&place.upstream)?;
    let tell = |client, error| {
        let error = anyhow::Error::from(error).context(format!("connect {upstream}"));
        program::report(client, &error);
    };
    Ok(datagrams(socket, upstream, to_server, to_client, tell).await?)
}

/// A script: a line for each connection.
fn read(file: &Path) -> anyhow::Result<Vec<Faults>> {
    let mut text = String::new();
    let opened = File::open(file).map(|file| file.take(SCRIPT + 1));
    let read = opened.and_then(|mut file| file.read_to_string(&mut text));
    let file = file.display();
    let octets = read.with_context(|| format!("read {file}"))? as u64;
    ensure!(octets <= SCRIPT, "{file}: more than {SCRIPT} octets");
    let faults = text.lines().zip(1..).map(|(line, number)| {
        // At the end of a file it would leave all that come later unharmed.
        ensure!(!line.trim().is_empty(), "{file}, line {number}: empty");
        let faults: Result<Faults, String> = line.parse();
        faults.map_err(|error| anyhow!("{file}, line {number}: {error}"))
    });
    let faults: Vec<Faults> = faults.collect::<anyhow::Result<_>>()?;
    ensure!(!faults.is_empty(), "{file}: no line");
    Ok(faults)
}
