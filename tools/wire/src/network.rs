//! A network of one's own: a network namespace, in which one is root.

use std::io;
use std::path::Path;
use std::process::{Command, Stdio};

/// The command that becomes `program`, which is `wire`, inside a new network.
///
/// # Errors
///
/// Where there can't be one, and why.
pub fn inside(program: &Path) -> Result<Command, String> {
    if !cfg!(target_os = "linux") {
        return Err("network namespaces are Linux's".to_owned());
    }
    let unshare = surroundings::find("unshare").ok_or("there is no unshare (of util-linux)")?;
    let mut command = Command::new(unshare);
    command.args(["--map-root-user", "--net"]).arg(program);
    Ok(command)
}

/// Asks `wire` to do what a capture needs, and nothing else.
pub const PROBE: &str = "--probe";

/// Whether this machine gives `program`, which is `wire`, a network of its own. Some give
/// the namespace and no right in it.
///
/// # Errors
///
/// Where it doesn't, with what it said.
pub fn probe(program: &Path) -> Result<(), String> {
    let refused = |why: &str| format!("this machine gives nobody a network of their own: {why}");
    let output = inside(program)
        .map_err(|why| refused(&why))?
        .arg(PROBE)
        .stdin(Stdio::null())
        .output()
        .map_err(|error| refused(&format!("run unshare: {error}")))?;
    match output.status.success() {
        true => Ok(()),
        false => Err(refused(String::from_utf8_lossy(&output.stderr).trim())),
    }
}

/// Brings up the loopback interface, which a new network has and does not use.
///
/// # Errors
///
/// When that is not permitted, or this is not Linux.
#[cfg(target_os = "linux")]
pub fn loopback_up() -> io::Result<()> {
    use std::os::fd::AsRawFd;

    let socket = std::net::UdpSocket::bind("0.0.0.0:0")?;
    let mut name = [0; libc::IFNAMSIZ];
    for (to, from) in name.iter_mut().zip(c"lo".to_bytes()) {
        *to = *from as libc::c_char;
    }
    let up = (libc::IFF_UP | libc::IFF_RUNNING | libc::IFF_LOOPBACK) as libc::c_short;
    let request = libc::ifreq {
        ifr_name: name,
        ifr_ifru: libc::__c_anonymous_ifr_ifru { ifru_flags: up },
    };
    // SAFETY: the call reads an ifreq with a name that ends in a zero, and flags.
    if unsafe { libc::ioctl(socket.as_raw_fd(), libc::SIOCSIFFLAGS, &request) } == 0 {
        Ok(())
    } else {
        Err(io::Error::last_os_error())
    }
}

/// Brings up the loopback interface, where a network can be had.
///
/// # Errors
///
/// On every system but Linux.
#[cfg(not(target_os = "linux"))]
pub fn loopback_up() -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}
