//! RabbitMQ for one reader: a broker in a folder of its own, at ports of its own,
//! that ends with whoever started it.

use std::fs::{self, File};
use std::io::{ErrorKind, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use program::Conversation;
use tokio::task::spawn_blocking;
use tokio::time::sleep;

/// It brings a whole system of its own with it, and that takes a while.
const START: Duration = Duration::from_secs(90);
/// Its ports are free when they are chosen, and may not be when they are used.
const ATTEMPTS: usize = 3;
/// Other nodes could reach it from anywhere, if it were not told otherwise; and where it
/// waits, it would turn round and round for a while before it sleeps.
const QUIETLY: &str = "-kernel inet_dist_use_interface {127,0,0,1} +sbwt none";
/// How long a broker that is there may take for its first frame.
pub const PATIENCE: Duration = Duration::from_secs(5);
const POLL: Duration = Duration::from_millis(50);
/// Debian's other one, on the PATH, is for root, and changes to another user.
const DEBIAN: &str = "/usr/lib/rabbitmq/bin/rabbitmq-server";
/// The one plugin that is a part of the broker.
const PART: &str = "rabbitmq_prelaunch-";

/// What a client says first: the protocol's name, and its version 0-9-1.
pub const HEADER: &[u8; 8] = b"AMQP\x00\x00\x09\x01";

/// A running broker. Dropping it ends it, and removes its folder unless the caller
/// brought one.
#[derive(Debug)]
pub struct Rabbit {
    /// Where it listens.
    pub address: SocketAddr,
    children: Vec<Child>,
    folder: PathBuf,
    keep: bool,
}

impl Rabbit {
    /// Starts a broker at `address`. It keeps what it has in `folder`, or in one
    /// beside us that is removed in the end.
    ///
    /// # Errors
    ///
    /// When there is none to start.
    pub fn start(address: SocketAddr, folder: Option<PathBuf>) -> anyhow::Result<Rabbit> {
        // Nobody may be there already, whose answer would be taken for ours.
        let free = TcpListener::bind(address).with_context(|| format!("bind {address}"))?;
        let address = free.local_addr()?;
        let keep = folder.is_some();
        let own = || format!(".rabbitmq-{}", std::process::id()).into();
        let folder: PathBuf = folder.unwrap_or_else(own);
        let made = fs::create_dir_all(&folder).and_then(|()| folder.canonicalize());
        let folder = made.with_context(|| format!("make {}", folder.display()))?;
        let mut rabbit = Rabbit {
            address,
            children: Vec::new(),
            folder,
            keep,
        };
        drop(free);
        rabbit.spawn()?;
        Ok(rabbit)
    }

    fn spawn(&mut self) -> anyhow::Result<()> {
        let folder = |name: &str| self.folder.join(name);
        let listen = format!("listeners.tcp.1 = {}\n", self.address);
        fs::write(folder("rabbit.conf"), listen)?;
        fs::write(folder("plugins"), "[].")?;
        let log = File::create(folder("log"))?;
        // Erlang's nodes find each other by way of epmd. Ours gets its own, or
        // RabbitMQ would start one that stays when all is over.
        let names = free_port()?.to_string();
        let mut epmd = Command::new("epmd");
        epmd.args(["-port", &names, "-address", "127.0.0.1"]);
        let (input, output) = (Stdio::null(), Stdio::null());
        // Without IPv6 it says so and goes on.
        let epmd = epmd.stdin(input).stdout(output).stderr(log.try_clone()?);
        self.children.push(
            epmd.spawn()
                .context("start epmd, a part of RabbitMQ (`just doctor` says what is missing)")?,
        );

        let mut server = match fs::canonicalize(DEBIAN) {
            Ok(program) => {
                let mut server = Command::new(&program);
                server.env("RABBITMQ_SCRIPTS_DIR", self.without_plugins(&program)?);
                server
            }
            Err(_) => Command::new("rabbitmq-server"),
        };
        for (name, value) in [
            ("HOME", self.folder.clone()),       // for the cookie
            ("ERL_CRASH_DUMP", folder("crash")), // or it lies where we stand
            ("RABBITMQ_CONF_ENV_FILE", folder("none")),
            ("RABBITMQ_CONFIG_FILE", folder("rabbit")),
            ("RABBITMQ_ENABLED_PLUGINS_FILE", folder("plugins")),
            ("RABBITMQ_GENERATED_CONFIG_DIR", folder("config")),
            ("RABBITMQ_LOG_BASE", folder("logs")),
            ("RABBITMQ_MNESIA_BASE", folder("data")),
            ("RABBITMQ_PID_FILE", folder("pid")),
        ] {
            server.env(name, value);
        }
        server
            // By number: a system need not know localhost, or may mean ::1 by it.
            .env("RABBITMQ_NODENAME", "tasks@127.0.0.1")
            .env("RABBITMQ_USE_LONGNAME", "true")
            .env("RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS", QUIETLY)
            .env("RABBITMQ_DIST_PORT", free_port()?.to_string())
            .env("ERL_EPMD_PORT", names)
            .env("ERL_EPMD_ADDRESS", "127.0.0.1")
            .env("RABBITMQ_LOGS", "-")
            // With an Erlang shell at its input, it ends when the input does: when
            // this program ends, however that happens.
            .env("RABBITMQ_ALLOW_INPUT", "1")
            .stdin(Stdio::piped())
            .stdout(log.try_clone()?)
            .stderr(log);
        let server = server.spawn();
        self.children
            .push(server.context("start rabbitmq-server (`just doctor` says what is missing)")?);
        Ok(())
    }

    /// A home for the broker in which the plugins are missing that nobody here uses, as
    /// links to where `program` is at home. Erlang looks for each of its modules in the
    /// folder of each plugin, and with all of them a start takes twice as long. Returns
    /// where the scripts are.
    fn without_plugins(&self, program: &Path) -> anyhow::Result<PathBuf> {
        let all = program.ancestors().nth(2).unwrap_or(program);
        // Named after the version. What is there from before is the same.
        let home = self.folder.join(all.file_name().unwrap_or_default());
        let link = |path: &Path| match symlink(all.join(path), home.join(path)) {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
            made => made,
        };
        let plugins = Path::new("plugins");
        fs::create_dir_all(home.join(plugins))?;
        for plugin in fs::read_dir(all.join(plugins)).context("read RabbitMQ's plugins")? {
            let plugin = plugin?.file_name();
            let name = plugin.to_string_lossy();
            if !name.starts_with("rabbitmq_") || name.starts_with(PART) {
                link(&plugins.join(&plugin))?;
            }
        }
        link(Path::new("escript"))?;
        link(Path::new("sbin"))?;
        Ok(home.join("sbin"))
    }

    /// Waits for the answer to a handshake: only that says that it is ready.
    ///
    /// # Errors
    ///
    /// When it ends each time that it is started, or takes more than a minute and a
    /// half.
    pub async fn ready(&mut self) -> anyhow::Result<()> {
        let (until, address) = (Instant::now() + START, self.address);
        let mut attempts = 1;
        while spawn_blocking(move || hello(address, PATIENCE))
            .await?
            .is_err()
        {
            let server = self.children.last_mut();
            let ended = server.map(Child::try_wait).transpose()?.flatten();
            if ended.is_some() && attempts < ATTEMPTS {
                // Somebody else may have taken a port that was free.
                attempts += 1;
                self.kill();
                self.spawn()?;
            } else if ended.is_some() || Instant::now() > until {
                let log = fs::read(self.folder.join("log")).unwrap_or_default();
                let (how, log) = (
                    ended.map_or("it takes too long".to_owned(), |how| how.to_string()),
                    String::from_utf8_lossy(&log),
                );
                bail!("rabbitmq-server does not start: {how}\n{log}");
            }
            sleep(POLL).await;
        }
        Ok(())
    }

    fn kill(&mut self) {
        for mut child in self.children.drain(..).rev() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

impl Drop for Rabbit {
    fn drop(&mut self) {
        self.kill();
        if !self.keep {
            let _ = fs::remove_dir_all(&self.folder);
        }
    }
}

fn free_port() -> anyhow::Result<u16> {
    let any = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    Ok(any.local_addr()?.port())
}

// ANCHOR: hello
/// The first frame that a broker sends: its type, its channel, and its payload.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    /// 1 is a method, 2 the header of a content, 3 a piece of its body, 8 a heartbeat.
    pub kind: u8,
    /// Which of the conversations on this connection it belongs to; 0 is for the
    /// connection itself.
    pub channel: u16,
    /// A method begins with the numbers of its class and of itself.
    pub payload: Vec<u8>,
}

/// Says hello to a broker, and reads the frame that it answers with in time.
///
/// # Errors
///
/// When there is no answer, or it is no frame.
pub fn hello(address: SocketAddr, patience: Duration) -> anyhow::Result<Frame> {
    let mut stream = Conversation::new(TcpStream::connect(address)?, patience);
    stream.write_all(HEADER)?;
    read_frame(&mut stream)
}

/// Reads a frame: type, channel and size, as many octets, and one that is always
/// the same, by which a receiver sees that it has not lost its place.
///
/// # Errors
///
/// Those of the stream, and when it is no frame.
pub fn read_frame(stream: &mut impl Read) -> anyhow::Result<Frame> {
    let mut header = [0; 7];
    stream.read_exact(&mut header)?;
    let [kind, c1, c2, s1, s2, s3, s4] = header;
    let size = u32::from_be_bytes([s1, s2, s3, s4]);
    if size > MAX_FRAME {
        bail!("a frame of {size} octets where {MAX_FRAME} are allowed");
    }
    let mut payload = vec![0; size as usize];
    stream.read_exact(&mut payload)?;
    let mut end = [0];
    stream.read_exact(&mut end)?;
    if end != [FRAME_END] {
        bail!("a frame that ends in {:02x}", end[0]);
    }
    let channel = u16::from_be_bytes([c1, c2]);
    Ok(Frame {
        kind,
        channel,
        payload,
    })
}

const FRAME_END: u8 = 0xce;
const MAX_FRAME: u32 = 128 * 1024; // what RabbitMQ proposes
// ANCHOR_END: hello
