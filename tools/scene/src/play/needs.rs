//! What a scene needs and this system may lack.

use std::env;
use std::net::{Ipv4Addr, Ipv6Addr, UdpSocket};
use std::process::{Command, Stdio};

use rustix::net::{AddressFamily, SocketType, ipproto, socket};

use super::{Stage, whole_scene};
use crate::event::Verdict;
use crate::format::Scene;
use crate::live;

/// What a scene may need that is no program, and whether this system has it.
const ABILITIES: &[(&str, Test)] = &[
    ("descriptors", live::may_have_many_descriptors),
    ("icmp", has_icmp),
    ("ipv6", has_ipv6),
    ("netns", has_netns),
    ("network", has_network),
];

/// Whether something is there.
type Test = fn() -> bool;

impl Stage {
    /// Why the scene can't be played here, if so.
    pub(super) fn unmet(&self, scene: &Scene) -> Option<Verdict> {
        let only = &scene.directives.only;
        if !only.is_empty() && !only.iter().any(|os| os == env::consts::OS) {
            return Some(Verdict::Skipped(format!(
                "only {} (skipped)",
                only.join(", ")
            )));
        }
        let (abilities, missing): (Vec<&str>, Vec<&str>) = scene
            .directives
            .needs
            .iter()
            .map(String::as_str)
            .filter(|need| !self.has(need))
            .partition(|need| is_ability(need));
        let missing = missing.join(", ");
        if !missing.is_empty() && surroundings::peers_are_required() {
            let what = format!("peer missing: {missing} (PEERS=required)");
            return Some(Verdict::Differs(whole_scene(scene, what)));
        }
        if !missing.is_empty() {
            let why = format!("peer missing: {missing} (skipped)");
            return Some(Verdict::Skipped(why));
        }
        // Whoever requires peers can install them. These depend on the system.
        (!abilities.is_empty()).then(|| {
            Verdict::Skipped(format!(
                "not on this system: {} (skipped)",
                abilities.join(", ")
            ))
        })
    }

    /// Whether this system has what a scene needs: a program, or an ability.
    fn has(&self, need: &str) -> bool {
        match ABILITIES.iter().find(|(name, _)| *name == need) {
            Some((_, has)) => has(),
            None => self.find(need).is_some(),
        }
    }
}

/// Whether a scene may need something of that name which no package brings.
pub fn is_ability(need: &str) -> bool {
    ABILITIES.iter().any(|(name, _)| *name == need)
}

/// A loopback address of IPv6.
fn has_ipv6() -> bool {
    UdpSocket::bind((Ipv6Addr::LOCALHOST, 0)).is_ok()
}

/// A way to other machines, which need not lead there. Without an address beyond
/// loopback, a resolver finds none for anybody.
fn has_network() -> bool {
    // Nothing is sent, least of all to an address that is for documentation.
    UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0))
        .is_ok_and(|socket| socket.connect(("192.0.2.1", 9)).is_ok())
}

/// A socket for ICMP, of the unprivileged kind or the raw one.
fn has_icmp() -> bool {
    [SocketType::DGRAM, SocketType::RAW]
        .into_iter()
        .any(|kind| socket(AddressFamily::INET, kind, Some(ipproto::ICMP)).is_ok())
}

/// A network of one's own, whose settings one may change.
fn has_netns() -> bool {
    // Some systems permit the network and no change of it.
    let change = "echo 0 0 >/proc/sys/net/ipv4/ping_group_range";
    let Some(unshare) = surroundings::find("unshare") else {
        return false;
    };
    let _alone = live::alone();
    Command::new(unshare)
        .args(["--map-root-user", "--net", "sh", "-c", change])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}
