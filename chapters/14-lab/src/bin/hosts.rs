//! Several hosts on one Linux machine, each in a network namespace of its own.

use std::ffi::OsString;
use std::io::{self, Write};
use std::process::{ExitCode, Stdio};
use std::thread;

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
    let ran = match role {
        Role::Up { show } => up(show),
        Role::On { host, command } => on(&host, &command),
        Role::Inside { show } => Ok(program::run(|| inside(show.is_some()))),
    };
    ran.unwrap_or_else(|error| program::run(|| Err(error)))
}

// ANCHOR: up
fn up(show: bool) -> anyhow::Result<ExitCode> {
    hosts::probe()?;
    // Namespaces without a name: they are gone when the last process in them is. The
    // process there is the first of a process namespace, and with it all others end.
    let mut unshare = hosts::command("unshare --user --map-root-user --net --mount --pid");
    unshare.args(["--fork", "--kill-child"]);
    unshare.arg(std::env::current_exe()?).arg(hosts::INSIDE);
    unshare.args(show.then_some("show"));
    // It lives as long as we hold the other end: `unshare` hears no Ctrl-C, and a process
    // that is the first of its namespace doesn't, either.
    let mut child = unshare
        .stdin(Stdio::piped())
        .spawn()
        .context("run unshare")?;
    let mut life = child.stdin.take();
    ctrlc::set_handler(move || drop(life.take()))?;
    Ok(hosts::exit_code(
        child.wait().context("wait for the hosts")?,
    ))
}
// ANCHOR_END: up

fn inside(show: bool) -> anyhow::Result<()> {
    thread::spawn(|| {
        let _ = io::copy(&mut io::stdin(), &mut io::sink());
        let _ = writeln!(io::stdout(), "Stopped."); // whoever reads may be gone as well
        std::process::exit(0);
    });
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
        thread::park();
    }
}

fn on(host: &str, command: &[OsString]) -> anyhow::Result<ExitCode> {
    let known = HOSTS.iter().any(|known| known.name == host);
    ensure!(known, "no host {host}: there are a, b, c, d and router");
    let first = hosts::find().context("look for hosts that are up, in this folder")?;
    let mut join = hosts::command("nsenter --user --preserve-credentials");
    join.arg(format!("--target={first}"));
    join.arg(format!("--net=/proc/{first}/root/run/netns/{host}"));
    // Whatever becomes of this process, the command and all that it has started end with it;
    // and this one ends with the hosts. The first process of a namespace would hear no
    // Ctrl-C: that is a shell, which minds none, and the command is its child.
    join.args(["setpriv", "--pdeathsig", "KILL"]);
    join.args(["unshare", "--pid", "--fork", "--kill-child"]);
    join.args(["sh", "-c", "trap : INT; \"$@\"; exit $?", "sh"])
        .args(command);
    hosts::outlived_by(first, &mut join)
}
