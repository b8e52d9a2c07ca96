//! Network namespaces with `ip`, `unshare` and `nsenter`: two networks, four hosts and the
//! router between them.

use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Command, ExitCode, ExitStatus, Stdio};
use std::time::{Duration, Instant};
use std::{env, fs, thread};

use anyhow::{Context, bail, ensure};

/// The role of the process that is inside, on its command line.
pub const INSIDE: &str = "inside";

/// How long a link may take to come up; it takes milliseconds, unless the machine is very busy.
const LINKS: Duration = Duration::from_secs(60);

/// An interface of a host.
pub struct Host {
    /// The host.
    pub name: &'static str,
    /// The network that it is on: a broadcast domain.
    pub network: &'static str,
    /// Its interface there.
    pub device: &'static str,
    /// Its address there.
    pub addr: &'static str,
    /// The router on that network.
    pub router: &'static str,
}

const fn host(
    name: &'static str,
    network: &'static str,
    device: &'static str,
    addr: &'static str,
    router: &'static str,
) -> Host {
    Host {
        name,
        network,
        device,
        addr,
        router,
    }
}

// ANCHOR: hosts
/// Two networks, and a router on both.
pub const HOSTS: [Host; 6] = [
    host("router", "left", "eth0", "10.0.1.254", ""),
    host("router", "right", "eth1", "10.0.2.254", ""),
    host("a", "left", "eth0", "10.0.1.1", "10.0.1.254"),
    host("b", "left", "eth0", "10.0.1.2", "10.0.1.254"),
    host("c", "left", "eth0", "10.0.1.3", "10.0.1.254"),
    host("d", "right", "eth0", "10.0.2.1", "10.0.2.254"),
];
// ANCHOR_END: hosts

// ANCHOR: steps
/// The commands that build the network.
pub fn steps() -> Vec<String> {
    // Where `ip netns` keeps its names: a folder that nobody else sees.
    let mut steps = vec!["mount -t tmpfs hosts /run".to_owned()];
    for network in ["left", "right"] {
        steps.push(format!("ip link add name {network} type bridge"));
        steps.push(format!("ip link set {network} up"));
    }
    let mut made = "";
    for host in &HOSTS {
        let (name, device, network) = (host.name, host.device, host.network);
        if made != name {
            steps.push(format!("ip netns add {name}"));
            steps.push(format!("ip -n {name} link set lo up"));
            made = name;
        }
        // A cable with two ends: one in the host, one in the bridge.
        steps.push(format!(
            "ip link add name {name}-{device} type veth peer name {device} netns {name}"
        ));
        steps.push(format!("ip link set {name}-{device} master {network} up"));
        let addr = host.addr;
        steps.push(format!(
            "ip -n {name} addr add {addr}/24 broadcast + dev {device}"
        ));
        steps.push(format!("ip -n {name} link set {device} up"));
        if !host.router.is_empty() {
            steps.push(format!(
                "ip -n {name} route add default via {}",
                host.router
            ));
        }
    }
    steps.push("nsenter --net=/run/netns/router sysctl -qw net.ipv4.ip_forward=1".to_owned());
    steps
}
// ANCHOR_END: steps

/// The command that these words are.
pub fn command(words: &str) -> Command {
    let mut words = words.split_whitespace();
    let mut command = Command::new(words.next().unwrap_or_default());
    command.args(words);
    command
}

/// Runs a command to its end.
///
/// # Errors
///
/// What it says, if it fails.
pub fn run(words: &str) -> anyhow::Result<String> {
    let output = command(words).stdin(Stdio::null()).output();
    let output = output.with_context(|| format!("run {words}"))?;
    let said = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "{words}: {}", said.trim());
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Whether this machine lets us have a network of our own. Some give the namespace and
/// no right to change it, so this brings up its loopback interface.
///
/// # Errors
///
/// Where it doesn't, with what it said.
pub fn probe() -> anyhow::Result<()> {
    ensure!(cfg!(target_os = "linux"), "network namespaces are Linux's");
    run("unshare --user --map-root-user --net ip link set lo up")
        .context("this machine gives nobody a network of their own")?;
    Ok(())
}

/// Waits until every host's interface can send.
///
/// # Errors
///
/// When one can't for a minute.
pub fn wait_for_links() -> anyhow::Result<()> {
    let since = Instant::now();
    for host in &HOSTS {
        let show = format!("ip -n {} link show {}", host.name, host.device);
        while !run(&show)?.contains("state UP") {
            ensure!(since.elapsed() < LINKS, "{show}: not up within {LINKS:?}");
        }
    }
    Ok(())
}

/// The first process of the hosts that were started from this folder.
///
/// # Errors
///
/// When there are none.
pub fn find() -> anyhow::Result<u32> {
    let here = env::current_dir()?;
    let is_it = |process: &Path| -> bool {
        let line = fs::read(process.join("cmdline")).unwrap_or_default();
        let mut words = line.split(|octet| *octet == 0);
        let program = words.next().unwrap_or_default();
        program.ends_with(b"hosts")
            && words.next() == Some(INSIDE.as_bytes())
            && fs::read_link(process.join("cwd")).is_ok_and(|folder| folder == here)
    };
    for entry in fs::read_dir("/proc")? {
        let process = entry?.path();
        let id = process
            .file_name()
            .and_then(|name| name.to_str()?.parse().ok());
        if let Some(id) = id
            && is_it(&process)
        {
            return Ok(id);
        }
    }
    bail!("none; start them with `hosts up`")
}

/// Runs a command that may not outlive the process `first`, and gives its exit status.
///
/// # Errors
///
/// When it can't be run.
pub fn outlived_by(first: u32, command: &mut Command) -> anyhow::Result<ExitCode> {
    // Ctrl-C is for the command, which shares our terminal.
    ctrlc::set_handler(|| {})?;
    let mut child = command.spawn().context("run nsenter")?;
    thread::spawn(move || {
        // A process that has ended may keep its number for a while, but not its network.
        let network = format!("/proc/{first}/ns/net");
        while fs::read_link(&network).is_ok() {
            thread::sleep(Duration::from_millis(50));
        }
        program::log("the hosts are gone");
        // The command is told by the system.
        std::process::exit(1);
    });
    Ok(exit_code(child.wait().context("wait for the command")?))
}

/// The status of a command as one of our own, as a shell has it.
pub fn exit_code(status: ExitStatus) -> ExitCode {
    let code = status.code().or_else(|| Some(128 + status.signal()?));
    ExitCode::from(code.and_then(|code| u8::try_from(code).ok()).unwrap_or(1))
}
