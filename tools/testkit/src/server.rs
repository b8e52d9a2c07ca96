//! Our own programs under test: started on a free port, heard line by line, and gone
//! when the test is.

#![allow(clippy::unwrap_used)] // a test that can't go on should say so at once

use std::ffi::OsStr;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::ops::{Deref, DerefMut};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

/// How long a test waits for a program, or for what comes from it, before it fails
/// rather than hangs. Several programs take part, on a machine that may be busy.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// A connection to `address` on which nothing waits for longer than [`PATIENCE`].
pub fn connect(address: SocketAddr) -> TcpStream {
    patient(TcpStream::connect(address).unwrap())
}

/// Waits until nobody listens at `address` any more, where a server has been told to stop.
/// Not for long: the system may have given the port to somebody else by then.
///
/// Who asks by connecting is one more client: where the news is late, because another
/// test's child still holds what it is told through, such clients take all the places.
/// Two can't listen at one port, so a listener of one's own asks without that.
pub fn until_deaf(address: SocketAddr) {
    let started = Instant::now();
    while TcpListener::bind(address).is_err() && started.elapsed() < PATIENCE / 10 {
        thread::yield_now();
    }
}

/// The two ends of one connection, on which nothing waits for longer than
/// [`PATIENCE`]: who came, and who accepted.
pub fn connection() -> (TcpStream, TcpStream) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let client = connect(listener.local_addr().unwrap());
    (client, patient(listener.accept().unwrap().0))
}

fn patient(stream: TcpStream) -> TcpStream {
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream.set_write_timeout(Some(PATIENCE)).unwrap();
    stream
}

/// A server that runs until it is dropped.
#[derive(Debug)]
pub struct Server {
    child: Ending,
    lines: Receiver<String>,
    /// Where it listens.
    pub address: SocketAddr,
}

impl Server {
    /// Starts `program server 127.0.0.1:0` with `options`.
    pub fn of(program: impl AsRef<OsStr>, options: &[&str]) -> Server {
        let mut command = Command::new(program);
        command.args(["server", "127.0.0.1:0"]).args(options);
        Server::start(command)
    }

    /// Starts the server that `command` runs, which prints `Listening at ADDRESS`.
    pub fn start(mut command: Command) -> Server {
        let (output, input) = io::pipe().unwrap();
        surroundings::fix(&mut command, None);
        command
            .stdin(Stdio::null())
            .stdout(input.try_clone().unwrap())
            .stderr(input);
        let child = Ending(command.spawn().unwrap());
        drop(command); // it holds the pipe's other end

        let (sender, lines) = channel();
        thread::spawn(move || {
            for line in BufReader::new(output).lines().map_while(Result::ok) {
                if sender.send(line).is_err() {
                    break;
                }
            }
        });
        let address = SocketAddr::from(([0; 4], 0));
        let mut server = Server {
            child,
            lines,
            address,
        };
        let first = server.line();
        server.address = first
            .strip_prefix("Listening at ")
            .and_then(|address| address.parse().ok())
            .unwrap_or_else(|| panic!("not where it listens: {first:?}"));
        server
    }

    /// The next line that it prints, on stdout or stderr.
    pub fn line(&self) -> String {
        match self.lines.recv_timeout(PATIENCE) {
            Ok(line) => line,
            Err(RecvTimeoutError::Timeout) => panic!("the server printed nothing more"),
            Err(RecvTimeoutError::Disconnected) => panic!("the server has ended"),
        }
    }

    /// The next line, which must be the report about the peer at `address`,
    /// without that address.
    pub fn report_about(&self, address: SocketAddr) -> String {
        let line = self.line();
        match line.strip_prefix(&format!("{address}: ")) {
            Some(report) => report.to_owned(),
            None => panic!("not a report about {address}: {line:?}"),
        }
    }

    /// Its process.
    pub fn pid(&self) -> Pid {
        Pid::from_child(&self.child)
    }

    /// Interrupts it, as Ctrl-C does.
    pub fn interrupt(&self) {
        kill_process(self.pid(), Signal::INT).unwrap();
    }

    /// Waits until it has ended by itself, and returns what it had still to say.
    pub fn end(mut self) -> Vec<String> {
        let mut said = Vec::new();
        loop {
            match self.lines.recv_timeout(PATIENCE) {
                Ok(line) => said.push(line),
                Err(RecvTimeoutError::Timeout) => {
                    panic!("the server doesn't end; it said {said:?}")
                }
                // Its last end of the pipe is closed.
                Err(RecvTimeoutError::Disconnected) => break,
            }
        }
        let ended = self.child.wait().unwrap();
        assert!(ended.success(), "{ended}; it said {said:?}");
        said
    }

    /// Ends it and returns what it had still to say.
    pub fn stop(mut self) -> Vec<String> {
        let _ = self.child.kill();
        self.lines.iter().collect()
    }
}

/// A process that is gone when the test is, however that ends.
#[derive(Debug)]
pub struct Ending(pub Child);

impl Deref for Ending {
    type Target = Child;

    fn deref(&self) -> &Child {
        &self.0
    }
}

impl DerefMut for Ending {
    fn deref_mut(&mut self) -> &mut Child {
        &mut self.0
    }
}

impl Drop for Ending {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Runs a client to its end with `typed` as its input; what it printed.
pub fn run_client(mut command: Command, typed: &str) -> String {
    surroundings::fix(&mut command, None);
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(typed.as_bytes())
        .unwrap();
    let output = child.wait_with_output().unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}: {errors}");
    String::from_utf8(output.stdout).unwrap()
}

/// A client that follows no rules.
#[derive(Debug)]
pub struct Stranger {
    stream: TcpStream,
}

impl Stranger {
    /// Connects to `server`.
    pub fn at(server: &Server) -> Stranger {
        let stream = connect(server.address);
        Stranger { stream }
    }

    /// The address under which the server knows it.
    pub fn address(&self) -> SocketAddr {
        self.stream.local_addr().unwrap()
    }

    /// Sends `octets`. That the server has had enough is no failure.
    pub fn send(&mut self, octets: &[u8]) -> &mut Self {
        let _ = self.stream.write_all(octets);
        self
    }

    /// Sends `octets` over and over until the server no longer takes them.
    pub fn send_for_ever(&mut self, octets: &[u8]) {
        let block = octets.repeat(65536 / octets.len());
        let started = Instant::now();
        while self.stream.write_all(&block).is_ok() {
            assert!(started.elapsed() < PATIENCE, "the server takes everything");
        }
    }

    /// Ends its direction, and returns what the server says until its end.
    pub fn finish(&mut self) -> Vec<u8> {
        let _ = self.stream.shutdown(Shutdown::Write);
        self.hear()
    }

    /// What the server says until it closes or resets the connection.
    pub fn hear(&mut self) -> Vec<u8> {
        self.stream.set_read_timeout(Some(PATIENCE)).unwrap();
        let mut heard = Vec::new();
        match self.stream.read_to_end(&mut heard) {
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                panic!("the server keeps the connection")
            }
            _ => heard,
        }
    }

    /// Sends one octet of `octets` after the other, with a pause of `pace`
    /// between them, until the server ends the connection.
    pub fn trickle(&mut self, octets: &[u8], pace: Duration) {
        // Waiting to hear something is the pause.
        self.stream.set_read_timeout(Some(pace)).unwrap();
        for octet in octets {
            if self.stream.write_all(&[*octet]).is_err() {
                return;
            }
            let answer = self.stream.read(&mut [0; 64]);
            match answer.map_err(|error| error.kind()) {
                Ok(0) | Err(io::ErrorKind::ConnectionReset) => return,
                _ => {}
            }
        }
        panic!("the server waited for all {} octets", octets.len());
    }
}

/// The programs of the chapter at `folder` that have a role `server`. They stand beside
/// `program`.
pub fn servers(folder: &str, program: &str) -> Vec<PathBuf> {
    let sources = std::fs::read_dir(Path::new(folder).join("src/bin")).unwrap();
    let programs = sources.map(|source| {
        let source = source.unwrap().path();
        Path::new(program).with_file_name(source.file_stem().unwrap())
    });
    let is_server = |program: &PathBuf| {
        let help = Command::new(program).arg("--help").output().unwrap();
        let help = String::from_utf8(help.stdout).unwrap();
        help.lines()
            .any(|line| line.trim_start().starts_with("server "))
    };
    programs.filter(is_server).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_that_is_interrupted_ends_by_itself() {
        // A shell can't trap a signal that is ignored when it starts, as in the background of
        // another; and who waits for a signal alone may miss one that comes just before.
        let script = "import signal, time\n\
                      def stop(*_): print('Stopped.', flush=True); raise SystemExit\n\
                      signal.signal(signal.SIGINT, stop)\n\
                      print('Listening at 127.0.0.1:9', flush=True)\n\
                      while True: time.sleep(0.05)";
        let Some(python) = crate::peer("python3") else {
            return;
        };
        let mut command = python.command();
        command.args(["-c", script]);
        let server = Server::start(command);
        server.interrupt();
        assert_eq!(server.end(), ["Stopped."]);
    }
}
