//! A small ss: the TCP sockets of this machine and their states, from the kernel.

use std::process::ExitCode;

use anyhow::Context;
use clap::Parser;
use tcp::kernel;
use tcp::socket_table::{Socket, State, parse_line};
use tcp::wait::until;

#[derive(Parser)]
#[command(about = "The TCP sockets of this machine and their states")]
struct Options {
    /// Only sockets in this state, as in time-wait; may be given again
    #[arg(long, value_parser = state)]
    state: Vec<State>,
    /// Only sockets with this port, at either end
    #[arg(long)]
    port: Option<u16>,
    /// Wait until one of them is in this state
    #[arg(long, value_name = "STATE", value_parser = state)]
    until: Option<State>,
    /// What this line of /proc/net/tcp says, and nothing else
    #[arg(long, exclusive = true)]
    line: Option<String>,
}

fn main() -> ExitCode {
    let options = Options::parse();
    program::run(|| {
        let sockets = match &options.line {
            Some(line) => vec![parse_line(line)?],
            None => options.find()?,
        };
        for socket in sockets {
            println!("{}", tell(&socket));
        }
        Ok(())
    })
}

fn tell(socket: &Socket) -> String {
    let Socket { local, remote, .. } = socket;
    let (unread, unsent) = (socket.receive_queue, socket.send_queue);
    match socket.state {
        // What waits at a listener are connections.
        State::Listen => format!("{:<12} {local}, {unread} to accept", socket.state),
        state => format!("{state:<12} {local} to {remote}, {unread} unread, {unsent} unsent"),
    }
}

fn state(name: &str) -> Result<State, String> {
    let this = |state: &State| state.name().eq_ignore_ascii_case(name);
    let names = State::ALL.map(State::name).join(", ");
    State::ALL
        .into_iter()
        .find(this)
        .ok_or(format!("one of {names}"))
}

// ANCHOR: find
impl Options {
    fn wants(&self, socket: &Socket) -> bool {
        let ports = [socket.local.port(), socket.remote.port()];
        let state = self.state.is_empty() || self.state.contains(&socket.state);
        state && self.port.is_none_or(|port| ports.contains(&port))
    }

    fn find(&self) -> anyhow::Result<Vec<Socket>> {
        let mut found = Vec::new();
        until("that state", || {
            found = kernel::sockets()?;
            found.retain(|socket| self.wants(socket));
            Ok(self
                .until
                .is_none_or(|state| found.iter().any(|socket| socket.state == state)))
        })
        .context("look for sockets")?;
        // Listeners first, then the ends at the port that was asked for.
        found.sort_by_key(|socket| {
            let away = self.port.is_some_and(|port| socket.local.port() != port);
            (
                socket.state != State::Listen,
                away,
                socket.local,
                socket.remote,
            )
        });
        Ok(found)
    }
}
// ANCHOR_END: find
