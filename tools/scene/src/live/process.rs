//! A command that runs, and what is heard of it.

use std::io::{self, PipeReader, Read, Write};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::SyncSender;
use std::thread::{self, JoinHandle};

use rustix::process::{Pid, Signal, WaitId, WaitIdOptions, kill_process_group, waitid};

use super::{Workdir, kill};
use crate::format::Exit;

/// What is heard of the nth command.
#[derive(Debug)]
pub(crate) enum Message {
    /// It, or a child of it, printed something.
    Output(usize, Vec<u8>),
    /// Nobody is left who could print.
    Closed(usize),
    /// It ended; children of its may still run.
    Exited(usize, Exit),
}

/// A command that was started. Dropping it kills it and its whole process group.
///
/// Whoever hears its messages must have stopped listening before it is dropped, or
/// have heard of its exit: a thread that can't deliver a message can't end.
#[derive(Debug)]
pub(crate) struct Process {
    child: Child,
    group: Pid,
    stdin: Option<ChildStdin>,
    waiter: Option<JoinHandle<()>>,
}

impl Process {
    /// Starts `command` as the nth, with one pipe for its output and its errors, so
    /// that their order is true.
    pub(crate) fn start(
        nth: usize,
        command: &mut Command,
        workdir: &Workdir,
        messages: &SyncSender<Message>,
    ) -> io::Result<Process> {
        let (reader, writer) = io::pipe()?;
        command.stdout(writer.try_clone()?).stderr(writer);
        let spawned = workdir.spawn(command);
        // The command holds on to the pipe's other end, which must not keep it open
        // in this process.
        command.stdout(Stdio::null()).stderr(Stdio::null());
        let (mut child, group) = spawned?;
        let stdin = child.stdin.take();
        let mut process = Process {
            child,
            group,
            stdin,
            waiter: None,
        };
        let to = messages.clone();
        let name = format!("output of {}", group.as_raw_nonzero());
        thread::Builder::new()
            .name(name)
            .spawn(move || read(nth, reader, &to))?;
        let to = messages.clone();
        let name = format!("end of {}", group.as_raw_nonzero());
        process.waiter = Some(
            thread::Builder::new()
                .name(name)
                .spawn(move || wait(nth, group, &to))?,
        );
        Ok(process)
    }

    /// Presses Ctrl-C: a terminal would signal the whole group, too.
    pub(crate) fn interrupt(&self) {
        // A group that is there no longer has ended, which is heard of elsewhere.
        let _ = kill_process_group(self.group, Signal::INT);
    }

    /// Types a line.
    pub(crate) fn type_line(&mut self, text: &str) -> io::Result<()> {
        match &mut self.stdin {
            Some(stdin) => stdin.write_all(format!("{text}\n").as_bytes()),
            None => Err(io::ErrorKind::BrokenPipe.into()),
        }
    }

    /// Presses Ctrl-D.
    pub(crate) fn end_input(&mut self) {
        self.stdin = None;
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        kill(self.group);
        if let Some(waiter) = self.waiter.take() {
            // It ends now that the process has. It must have ended before the
            // process is reaped: then the number may mean another process.
            let _ = waiter.join();
        }
        let _ = self.child.wait();
    }
}

fn read(nth: usize, mut pipe: PipeReader, messages: &SyncSender<Message>) {
    let mut buffer = [0; 8 * 1024];
    loop {
        match pipe.read(&mut buffer) {
            Ok(0) => break,
            Ok(length) => {
                let output = Message::Output(nth, buffer[..length].to_vec());
                if messages.send(output).is_err() {
                    return; // nobody listens any more
                }
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(_) => break,
        }
    }
    let _ = messages.send(Message::Closed(nth));
}

/// Waits until the process has ended and says how, without reaping it: as long as
/// it is not reaped, its number means this process and its group, and nobody else.
fn wait(nth: usize, process: Pid, messages: &SyncSender<Message>) {
    let status = loop {
        match waitid(
            WaitId::Pid(process),
            WaitIdOptions::EXITED | WaitIdOptions::NOWAIT,
        ) {
            Ok(Some(status)) => break status,
            Ok(None) | Err(rustix::io::Errno::INTR) => {}
            Err(_) => return,
        }
    };
    let exit = match (status.exit_status(), status.terminating_signal()) {
        (_, Some(signal)) => Exit::Signal(signal),
        (Some(code), None) => Exit::Code(code),
        (None, None) => return,
    };
    let _ = messages.send(Message::Exited(nth, exit));
}
