//! Several hosts on one Linux machine, each in a network namespace of its own.

use std::ffi::OsString;
use std::process::ExitCode;

use anyhow::{Context, ensure};
use clap::Parser;
use lab::hosts::{self, HOSTS};

#[derive(Parser)]
#[command(about = "Several hosts on one Linux machine")]
enum Role {
    /// Start the hosts, and keep them until Ctrl-C
    Up {
        /// Show the commands that build the network
        #[arg(long)]
        show: bool,
    },
    /// Run a command on one of the hosts that were started from this folder
    On {
        host: String,
        #[arg(trailing_var_arg = true, allow_hyphen_values = true, required = true)]
        command: Vec<OsString>,
    },
    /// What `up` is inside its namespaces
    #[command(name = hosts::INSIDE, hide = true)]
    Inside { show: Option<String> },
}

fn main() -> ExitCode {
    let role = Role::parse();
    if let Role::On { host, command } = role {
        return on(&host, &command).unwrap_or_else(|error| program::run(|| Err(error)));
    }
    program::run(|| match role {
        Role::Up { show } => up(show),
        Role::Inside { show } => inside(show.is_some()),
        Role::On { .. } => Ok(()),
    })
}

// ANCHOR: up
fn up(show: bool) -> anyhow::Result<()> {
    hosts::probe()?;
    // Namespaces without a name: they are gone when the last process in them is. The
    // process there is the first of a process namespace, and with it all others end.
    let mut unshare = hosts::command("unshare --user --map-root-user --net --mount --pid");
    unshare.args(["--fork", "--kill-child"]);
    unshare.arg(std::env::current_exe()?).arg(hosts::INSIDE);
    unshare.args(show.then_some("show"));
    Err(hosts::become_it(&mut unshare))
}
// ANCHOR_END: up

fn inside(show: bool) -> anyhow::Result<()> {
    program::stop_on_ctrl_c()?;
    for step in hosts::steps() {
        if show {
            println!("{step}");
        }
        hosts::run(&step)?;
    }
    hosts::wait_for_links()?;
    for host in HOSTS {
        println!("{:7} {:11} on {}", host.name, host.addr, host.network);
    }
    println!("The hosts are up.");
    loop {
        std::thread::park();
    }
}

fn on(host: &str, command: &[OsString]) -> anyhow::Result<ExitCode> {
    let known = HOSTS.iter().any(|known| known.name == host);
    ensure!(known, "no host {host}: there are a, b, c, d and router");
    let first = hosts::find().context("look for hosts that are up, in this folder")?;
    let mut join = hosts::command("nsenter --user --preserve-credentials");
    join.arg(format!("--target={first}"));
    join.arg(format!("--net=/proc/{first}/root/run/netns/{host}"));
    // Whatever becomes of this process, the command ends with it; and this one ends
    // with the hosts.
    join.args(["setpriv", "--pdeathsig", "KILL"]).args(command);
    hosts::outlived_by(first, &mut join)
}
