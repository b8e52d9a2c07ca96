use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process_group};
use tempfile::TempDir;

use crate::python;

/// How long a peer's server may take until it can be reached, where nothing else runs.
const START: Duration = Duration::from_secs(10);
/// How often to look whether it can.
const POLL: Duration = Duration::from_millis(10);
/// Somebody else may take a free port before the peer does.
const ATTEMPTS: usize = 3;

/// A program that nobody here wrote, found on this machine.
#[derive(Clone, Debug)]
pub struct Peer {
    name: String,
    program: PathBuf,
}

/// How to know that a peer's server can be reached.
#[derive(Clone, Copy, Debug)]
pub enum Ready<'a> {
    /// It accepts a TCP connection at its port: itself, and not who took that before it did
    /// (which only Linux tells).
    Accepts,
    /// It has printed this text, on stdout or stderr.
    Prints(&'a str),
}

/// Finds the program `name` on the PATH, or where systems keep servers.
///
/// If it isn't there, prints `peer missing: NAME (skipped)` and returns `None`,
/// for a test to return early: a reader needs no peers.
///
/// ```
/// let Some(python) = testkit::peer("python3") else { return };
/// let output = python.command().args(["-c", "print(6 * 7)"]).output().unwrap();
/// assert_eq!(output.stdout, b"42\n");
/// ```
///
/// # Panics
///
/// If it isn't there and the environment says `PEERS=required`, as in CI.
pub fn peer(name: &str) -> Option<Peer> {
    look_for(name, surroundings::peers_are_required())
}

/// The program `name`, if this system has it. Says nothing and demands nothing.
pub fn find_peer(name: &str) -> Option<Peer> {
    let program = surroundings::find(name)?;
    Some(Peer {
        name: name.to_owned(),
        program: match name {
            "python3" => python::interpreter(program),
            _ => program,
        },
    })
}

fn look_for(name: &str, required: bool) -> Option<Peer> {
    let found = find_peer(name);
    if found.is_none() {
        assert!(!required, "peer missing: {name} (PEERS=required)");
        // Not `eprintln!`: libtest would keep it to itself in a test that passes,
        // and a skipped test should be seen.
        let _ = writeln!(io::stderr(), "peer missing: {name} (skipped)");
    }
    found
}

impl Peer {
    /// What it is called.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// A command that runs it, to be given its arguments. It has no home, and
    /// nothing of the person's environment: whose settings it would read can't
    /// matter to a test.
    pub fn command(&self) -> Command {
        let mut command = Command::new(&self.program);
        surroundings::fix(&mut command, None);
        command
    }

    /// Starts it as a server on a free loopback port, in a new temporary
    /// directory, and waits until it can be reached. `configure` gives the
    /// command its arguments; the directory, where it may also put files, is the
    /// command's working directory and its home.
    ///
    /// ```no_run
    /// use testkit::Ready;
    ///
    /// let Some(redis) = testkit::peer("redis-server") else { return };
    /// let server = redis.start(Ready::Accepts, |command, port, _directory| {
    ///     command.args(["--port", &port.to_string(), "--save", ""]);
    /// });
    /// let stream = std::net::TcpStream::connect(server.address());
    /// ```
    ///
    /// # Panics
    ///
    /// When it can't be started or doesn't become ready within ten seconds; the
    /// message has what it printed.
    pub fn start(&self, ready: Ready<'_>, configure: impl Fn(&mut Command, u16, &Path)) -> Running {
        let mut last = String::new();
        for _ in 0..ATTEMPTS {
            match self.attempt(ready, &configure) {
                Ok(running) => return running,
                Err(report) => last = report,
            }
        }
        panic!("{}: {last}", self.name);
    }

    fn attempt(
        &self,
        ready: Ready<'_>,
        configure: &impl Fn(&mut Command, u16, &Path),
    ) -> Result<Running, String> {
        let io = |error: io::Error| error.to_string();
        let directory = tempfile::Builder::new()
            .prefix("peer-")
            .tempdir()
            .map_err(io)?;
        // Outside the directory it works in, so that it can't get in its way.
        let log = tempfile::NamedTempFile::new().map_err(io)?;
        // stdout and stderr share one open file, so that their order is true.
        let output = log.reopen().map_err(io)?;
        let address = free_address().map_err(io)?;

        let mut command = Command::new(&self.program);
        surroundings::fix(&mut command, Some(directory.path()));
        command
            .current_dir(directory.path())
            .stdin(Stdio::null())
            .stdout(output.try_clone().map_err(io)?)
            .stderr(output)
            .process_group(0);
        configure(&mut command, address.port(), directory.path());
        let child = command
            .spawn()
            .map_err(|error| format!("can't be started: {error}"))?;
        let mut running = Running {
            name: self.name.clone(),
            child,
            address,
            log,
            directory: Some(directory),
        };
        running.wait(ready)?;
        Ok(running)
    }
}

fn free_address() -> io::Result<SocketAddr> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()
}

/// A peer's server. When this is dropped, it and all that it started is killed,
/// and its directory removed.
#[derive(Debug)]
pub struct Running {
    name: String,
    child: Child,
    address: SocketAddr,
    log: tempfile::NamedTempFile,
    directory: Option<TempDir>,
}

impl Running {
    /// The loopback address that it was told to serve at.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The port of that address.
    pub fn port(&self) -> u16 {
        self.address.port()
    }

    /// Its working directory.
    pub fn directory(&self) -> &Path {
        self.directory
            .as_ref()
            .map_or(Path::new("."), TempDir::path)
    }

    /// What it has printed so far, on stdout and stderr.
    pub fn output(&self) -> String {
        let octets = fs::read(self.log.path()).unwrap_or_default();
        String::from_utf8_lossy(&octets).into_owned()
    }

    /// Its process id, which is also that of its process group.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    fn wait(&mut self, ready: Ready<'_>) -> Result<(), String> {
        let begun = Instant::now();
        loop {
            let is_ready = match ready {
                Ready::Accepts => TcpStream::connect(self.address).is_ok() && self.listens(),
                Ready::Prints(text) => self.output().contains(text),
            };
            if let Ok(Some(status)) = self.child.try_wait() {
                return Err(format!(
                    "ended with {status}; it printed:\n{}",
                    self.output()
                ));
            }
            if is_ready {
                return Ok(());
            }
            if begun.elapsed() >= surroundings::patience(START) {
                return Err(format!(
                    "not ready after {START:?}; it printed:\n{}",
                    self.output()
                ));
            }
            thread::sleep(POLL);
        }
    }

    /// Whether a process of its group has the socket that listens at its port (proc(5)).
    fn listens(&self) -> bool {
        if !cfg!(target_os = "linux") {
            return true;
        }
        let port = format!(":{:04X}", self.port());
        let mut listeners = Vec::new();
        for table in ["/proc/net/tcp", "/proc/net/tcp6"] {
            let table = File::open(table).map(BufReader::new);
            let lines = table.into_iter().flat_map(BufRead::lines).flatten();
            for line in lines.skip(1) {
                let words: Vec<&str> = line.split_whitespace().collect();
                let [_, local, _, "0A", .., inode] = words[..words.len().min(10)] else {
                    break; // Listeners come first, and of others there may be thousands.
                };
                if local.ends_with(&port) {
                    listeners.push(PathBuf::from(format!("socket:[{inode}]")));
                }
            }
        }
        let processes = fs::read_dir("/proc").into_iter().flatten().flatten();
        let in_group = processes.filter(|process| {
            let stat = fs::read_to_string(process.path().join("stat")).unwrap_or_default();
            // Behind the name, which may have anything in it: state, parent, group.
            let behind = stat.rsplit(')').next().unwrap_or_default();
            let group = behind.split_whitespace().nth(2);
            group.is_some_and(|group| group.parse() == Ok(self.id()))
        });
        in_group
            .flat_map(|process| fs::read_dir(process.path().join("fd")))
            .flat_map(|files| files.flatten())
            .any(|file| fs::read_link(file.path()).is_ok_and(|file| listeners.contains(&file)))
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if thread::panicking() {
            eprintln!("{} printed:\n{}", self.name, self.output());
        }
        // It leads a group of its own, which lives on in its children even if it
        // has ended; it has not been waited for before this, unless it ended
        // while it started, so the number is still its own.
        if let Some(group) = i32::try_from(self.child.id()).ok().and_then(Pid::from_raw) {
            let _ = kill_process_group(group, Signal::KILL);
        }
        let _ = self.child.wait();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rustix::process::test_kill_process;

    #[test]
    fn a_missing_peer_is_skipped() {
        assert!(look_for("no-such-program", false).is_none());
    }

    #[test]
    #[should_panic(expected = "peer missing: no-such-program (PEERS=required)")]
    fn a_missing_peer_fails_where_peers_are_required() {
        look_for("no-such-program", true);
    }

    #[test]
    fn a_client_has_no_home() {
        let Some(shell) = peer("sh") else { return };
        let mut command = shell.command();
        let output = command.args(["-c", "echo $HOME"]).output().unwrap();
        assert_eq!(output.stdout, b"/nonexistent\n");
    }

    #[test]
    fn a_server_is_started_found_and_killed_with_its_children() {
        let Some(shell) = peer("sh") else { return };
        let script = "echo home $HOME; sleep 1000 & echo child $! ready; wait";
        let server = shell.start(Ready::Prints(" ready\n"), |command, _port, _directory| {
            command.args(["-c", script]);
        });
        let output = server.output();
        let child: i32 = output
            .split_whitespace()
            .skip_while(|word| *word != "child")
            .nth(1)
            .and_then(|number| number.parse().ok())
            .unwrap();
        let child = Pid::from_raw(child).unwrap();
        let directory = server.directory().to_owned();
        assert!(directory.is_dir());
        assert!(output.contains(&format!("home {}\n", directory.display())));
        assert!(test_kill_process(child).is_ok(), "the child should run");

        drop(server);
        assert!(!directory.exists());
        // The orphan has been killed; init reaps it when it gets round to it.
        let until = Instant::now() + Duration::from_secs(10);
        while runs(child) {
            assert!(Instant::now() < until, "the child still runs");
            thread::yield_now();
        }
    }

    /// Whether it runs, and isn't merely waiting to be reaped.
    fn runs(process: Pid) -> bool {
        if test_kill_process(process).is_err() {
            return false;
        }
        let id = process.as_raw_nonzero().to_string();
        let Ok(ps) = Command::new("ps").args(["-o", "stat=", "-p", &id]).output() else {
            return false;
        };
        let state = String::from_utf8_lossy(&ps.stdout).trim().to_owned();
        !state.is_empty() && !state.starts_with('Z')
    }

    #[test]
    #[should_panic(expected = "out of luck")]
    fn a_server_that_ends_at_once_is_reported_with_what_it_printed() {
        let Some(shell) = peer("sh") else {
            panic!("out of luck")
        };
        let _server = shell.start(Ready::Accepts, |command, _port, _directory| {
            command.args(["-c", "echo out of luck >&2; exit 3"]);
        });
    }

    /// Somebody has taken the port before the peer could, which finds out when it has started.
    #[cfg(target_os = "linux")]
    #[test]
    fn a_stranger_at_its_port_is_not_taken_for_it() {
        let Some(python) = peer("python3") else {
            return;
        };
        let stranger = std::cell::OnceCell::new();
        let server = python.start(Ready::Accepts, |command, port, _directory| {
            stranger.get_or_init(|| TcpListener::bind((Ipv4Addr::LOCALHOST, port)).unwrap());
            command.args(["-m", "http.server", "--bind", "127.0.0.1"]);
            command.arg(port.to_string());
        });
        let stranger = stranger.get().unwrap().local_addr().unwrap();
        assert_ne!(server.address(), stranger);
    }

    #[test]
    fn a_python_server_can_be_reached() {
        let Some(python) = peer("python3") else {
            return;
        };
        let server = python.start(Ready::Accepts, |command, port, _directory| {
            command.args(["-m", "http.server", "--bind", "127.0.0.1"]);
            command.arg(port.to_string());
        });
        assert!(TcpStream::connect(server.address()).is_ok());
    }
}
