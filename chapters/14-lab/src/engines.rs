//! The engines of chapter 7, and Python's: started by name, and weighed.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{Context, ensure};

/// What every engine knows, Python's too.
pub const QUESTION: &[u8] = b"Haste makes?";
/// How long an engine may take to answer.
const PATIENCE: Duration = Duration::from_secs(10);

/// All of them, those of chapter 7 by the names of their programs.
pub const ALL: [&str; 10] = [
    "proverbs-single",
    "proverbs-threads",
    "proverbs-processes",
    "proverbs-pool",
    "proverbs-poll",
    "proverbs-mio",
    "proverbs-callbacks",
    "proverbs-tokio",
    "proverbs_asyncio.py",
    "proverbs_socketserver.py",
];

/// A server of proverbs that runs until it is dropped.
#[derive(Debug)]
pub struct Engine {
    child: Child,
    python: bool,
    /// Where it listens.
    pub address: SocketAddr,
}

impl Engine {
    /// Starts the program `name` from beside this one, or the Python file `name` from the
    /// folder `python`; on the first core, and this program goes on the second, where the
    /// system has that.
    ///
    /// # Errors
    ///
    /// When it doesn't start, or doesn't listen.
    // ANCHOR: start
    pub fn start(name: &str) -> anyhow::Result<Engine> {
        let python = name.ends_with(".py");
        let mut command = if python {
            let mut command = Command::new("python3");
            command.arg(Path::new("python").join(name));
            command
        } else {
            Command::new(std::env::current_exe()?.with_file_name(name))
        };
        if name == "proverbs_asyncio.py" {
            command.arg("server");
        }
        command.arg("127.0.0.1:0").stdout(Stdio::piped());
        go_to_core(0); // what is started here stays here
        let child = command.spawn().with_context(|| format!("start {name}"));
        go_to_core(1);
        let mut engine = Engine {
            child: child?,
            python,
            address: SocketAddr::from(([0; 4], 0)),
        };
        let mut first = String::new();
        let output = engine.child.stdout.as_mut().context("no output")?;
        BufReader::new(output).read_line(&mut first)?;
        let address = first.trim_end().strip_prefix("Listening at ");
        let address = address.with_context(|| format!("{name} doesn't listen"))?;
        engine.address = address
            .parse()
            .with_context(|| format!("{name} listens at {address}"))?;
        Ok(engine)
    }
    // ANCHOR_END: start

    /// The octets of memory that each of `connections` clients takes who have asked once and
    /// stay. An engine that can't serve so many at a time has no such number.
    ///
    /// # Errors
    ///
    /// When a client can't connect, or the system doesn't tell.
    // ANCHOR: weigh
    pub fn weigh(&self, connections: usize) -> anyhow::Result<Option<f64>> {
        // Whatever it makes once and for all is made for the first.
        let Some(first) = self.stay()? else {
            return Ok(None);
        };
        let before = self.memory()?;
        let mut clients = vec![first];
        for _ in 0..connections {
            match self.stay()? {
                Some(client) => clients.push(client),
                None => return Ok(None),
            }
        }
        let more = self.memory()?.saturating_sub(before);
        Ok(Some(more as f64 / connections as f64))
    }

    fn stay(&self) -> anyhow::Result<Option<TcpStream>> {
        let connected = TcpStream::connect(self.address);
        let mut client = connected.with_context(|| format!("connect {}", self.address))?;
        client.set_read_timeout(Some(Duration::from_secs(1)))?;
        client.write_all(QUESTION)?;
        // Who is not answered waits for somebody to leave.
        Ok(matches!(client.read(&mut [0; 64]), Ok(1..)).then_some(client))
    }

    /// proc(5): what the process has in memory now.
    fn memory(&self) -> anyhow::Result<u64> {
        let path = format!("/proc/{}/status", self.child.id());
        let status = fs::read_to_string(&path).with_context(|| format!("read {path}"))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let kilobytes = line.and_then(|line| line.trim().strip_suffix(" kB")?.parse::<u64>().ok());
        Ok(kilobytes.with_context(|| format!("{path}: no VmRSS"))? * 1024)
    }
    // ANCHOR_END: weigh

    /// Sees to it that it answers.
    ///
    /// # Errors
    ///
    /// When it doesn't, or says something else.
    pub fn answers(&self) -> anyhow::Result<()> {
        let mut client = TcpStream::connect(self.address)?;
        client.set_read_timeout(Some(PATIENCE))?;
        client.write_all(QUESTION)?;
        let mut answer = [0; 6];
        client
            .read_exact(&mut answer)
            .context("wait for an answer")?;
        ensure!(&answer == b"Waste.", "the answer is wrong");
        Ok(())
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        // Interrupted, an engine of several processes ends all of them. (Python would tell us
        // where it was.)
        match rustix::process::Pid::from_raw(self.child.id() as i32) {
            Some(pid) if !self.python => {
                let _ = rustix::process::kill_process(pid, rustix::process::Signal::INT);
            }
            _ => drop(self.child.kill()),
        }
        let _ = self.child.wait();
    }
}

/// Server and load on a core each, or they would take turns.
fn go_to_core(core: usize) {
    #[cfg(target_os = "linux")]
    {
        let mut cores = rustix::thread::CpuSet::new();
        cores.set(core);
        // A machine with one core has no second: then they do take turns.
        let _ = rustix::thread::sched_setaffinity(None, &cores);
    }
    #[cfg(not(target_os = "linux"))]
    let _ = core;
}
