//! A program behind a pseudo-terminal: it believes that a person sits there.

use std::ffi::OsString;
use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};

use anyhow::Context;
use rustix::process::setsid;
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{Winsize, tcsetwinsize};

/// The person's side of a terminal, and the program at the other.
#[derive(Debug)]
pub struct PseudoTerminal {
    ours: File,
    child: Child,
}

impl PseudoTerminal {
    /// Starts a program whose terminal is ours to type at. `helper` is a command of this
    /// program that does what [`become_leader`] says; it is given the terminal's path and
    /// then `command`.
    ///
    /// # Errors
    ///
    /// When the system has no terminal left, or the helper can't be started.
    // ANCHOR: start
    pub fn start(mut helper: Command, command: &[OsString]) -> anyhow::Result<PseudoTerminal> {
        let ours = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC)
            .context("open a pseudo-terminal")?;
        grantpt(&ours)?;
        unlockpt(&ours)?;
        let path = ptsname(&ours, Vec::new())?;
        let size = Winsize {
            ws_row: 24,
            ws_col: 80,
            ws_xpixel: 0,
            ws_ypixel: 0,
        };
        tcsetwinsize(&ours, size)?;
        helper.arg(path.to_str()?).args(command);
        helper.stdin(Stdio::null()).stdout(Stdio::inherit());
        let child = helper.spawn().context("start")?;
        let ours = File::from(ours);
        Ok(PseudoTerminal { ours, child })
    }
    // ANCHOR_END: start

    /// What the program writes, without end only as long as somebody has its terminal open.
    ///
    /// # Errors
    ///
    /// As [`File::try_clone`].
    pub fn reader(&self) -> io::Result<impl Read + Send + 'static> {
        Ok(Reader(self.ours.try_clone()?))
    }

    /// Types `text`, and the return key.
    ///
    /// # Errors
    ///
    /// When the terminal is gone.
    pub fn type_line(&mut self, text: &str) -> io::Result<()> {
        self.ours.write_all(text.as_bytes())?;
        self.ours.write_all(b"\r")
    }

    /// Waits for the program's end: its status, none if a signal ended it.
    ///
    /// # Errors
    ///
    /// As [`Child::wait`].
    pub fn wait(&mut self) -> io::Result<Option<i32>> {
        Ok(self.child.wait()?.code())
    }
}

impl Drop for PseudoTerminal {
    fn drop(&mut self) {
        // Both fail only where it has ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Once nobody has a terminal open any more, Linux says EIO, where a pipe would end.
struct Reader(File);

impl Read for Reader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self.0.read(buffer) {
            Err(error) if error.raw_os_error() == Some(rustix::io::Errno::IO.raw_os_error()) => {
                Ok(0)
            }
            read => read,
        }
    }
}

/// Makes this process the leader of a session of its own, whose terminal is that at `path`,
/// and then becomes `command`. `ssh` asks for secrets at `/dev/tty`, which is the terminal of
/// the session.
///
/// # Errors
///
/// Always: only where that fails does it return.
// ANCHOR: become_leader
pub fn become_leader(path: &str, command: &[OsString]) -> anyhow::Result<()> {
    setsid().context("begin a session")?;
    // The first terminal that the leader of a session opens is the session's.
    let terminal = OpenOptions::new().read(true).write(true).open(path);
    let terminal = terminal.with_context(|| format!("open {path}"))?;
    let (program, arguments) = command.split_first().context("no command")?;
    let failed = Command::new(program)
        .args(arguments)
        .stdin(terminal.try_clone()?)
        .stdout(terminal.try_clone()?)
        .stderr(terminal)
        .exec();
    Err(failed).with_context(|| format!("run {}", program.display()))
}
// ANCHOR_END: become_leader
