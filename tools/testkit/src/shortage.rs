//! A process that has no descriptor left for a client.

#![allow(clippy::unwrap_used)] // a test that can't go on should say so at once

use std::collections::BTreeSet;
use std::io::Read;
use std::net::{Shutdown, TcpStream};

use rustix::process::{Pid, Resource, Rlimit, getrlimit, prlimit};

use crate::{Server, connect};

/// How many clients come while there is no room for any.
const CLIENTS: usize = 60;

/// As long as this lives, a process can open nothing more.
#[derive(Debug)]
pub struct Shortage {
    process: Pid,
    before: Rlimit,
}

impl Shortage {
    /// Takes all descriptors from `process` but those that it has open.
    pub fn of(process: Pid) -> Shortage {
        let open = std::fs::read_dir(format!("/proc/{}/fd", process.as_raw_pid())).unwrap();
        let open = open.map(|entry| entry.unwrap().file_name());
        let open: BTreeSet<u64> = open
            .map(|fd| fd.to_str().unwrap().parse().unwrap())
            .collect();
        let free = (0..).find(|fd| !open.contains(fd)).unwrap();
        let limit = Rlimit {
            current: Some(free),
            ..getrlimit(Resource::Nofile) // a child has the limits of its parent
        };
        let before = prlimit(Some(process), Resource::Nofile, limit).unwrap();
        Shortage { process, before }
    }
}

impl Drop for Shortage {
    fn drop(&mut self) {
        let _ = prlimit(Some(self.process), Resource::Nofile, self.before);
    }
}

/// Sees to it that `server`, which closes a connection once its client has said nothing
/// and ended, outlives clients that come when it has no descriptor for them, says so,
/// and serves the next.
pub fn outlives_shortage(server: &Server) {
    let connect = || connect(server.address);
    let is_served = |mut client: TcpStream| {
        client.shutdown(Shutdown::Write).unwrap();
        let end = client.read_to_end(&mut Vec::new());
        end.expect("the server closes the connection");
    };
    is_served(connect()); // so it has all the descriptors that it needs to begin
    let shortage = Shortage::of(server.pid());
    // An accept that waits has a descriptor already: one client more, who leaves again.
    drop(connect());
    let waiting: Vec<TcpStream> = (0..CLIENTS).map(|_| connect()).collect();
    while !server.line().starts_with("accept: ") {}
    drop(waiting);
    drop(shortage);
    is_served(connect());
}
