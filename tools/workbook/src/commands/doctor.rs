//! `doctor`: what is installed, what is not, and the command that changes that.

use std::collections::BTreeMap;
use std::fs;
use std::process::{Command, Stdio};

use layout::Workspace;
use scene::Scene;

use crate::cargo::clean_command;
use crate::console::{self, Look, command_text, paint, say};
use crate::error::{Error, Result};

/// A program that the workbook talks to, and where it comes from.
struct Peer {
    name: &'static str,
    /// The Debian or Ubuntu package.
    debian: &'static str,
    /// The Homebrew formula; empty where the system brings it or there is none.
    brew: &'static str,
    /// What it is for.
    what: &'static str,
}

const fn peer(
    name: &'static str,
    debian: &'static str,
    brew: &'static str,
    what: &'static str,
) -> Peer {
    Peer {
        name,
        debian,
        brew,
        what,
    }
}

/// Every program that a chapter may need.
const PEERS: &[Peer] = &[
    peer(
        "python3",
        "python3",
        "python",
        "the Python side of each page",
    ),
    peer(
        "chromedriver",
        "chromium-driver",
        "chromedriver",
        "a browser that tests drive",
    ),
    peer("chromium", "chromium", "chromium", "a browser"),
    peer("curl", "curl", "curl", "HTTP clients and servers"),
    peer("dig", "dnsutils", "bind", "DNS queries"),
    peer("getent", "libc-bin", "", "how the system resolves names"),
    peer("hexdump", "bsdextrautils", "", "octets as digits"),
    peer("inetd", "openbsd-inetd", "", "a super-server"),
    peer("ip", "iproute2", "", "a network of one's own"),
    peer("kdig", "knot-dnsutils", "knot", "DNS over TLS and HTTPS"),
    peer(
        "memccapable",
        "libmemcached-tools",
        "libmemcached",
        "what a memcached server must be able to do",
    ),
    peer(
        "memccp",
        "libmemcached-tools",
        "libmemcached",
        "files in a memcached server",
    ),
    peer("memcached", "memcached", "memcached", "a cache to talk to"),
    peer("nc", "netcat-openbsd", "netcat", "octets by hand"),
    peer("nghttp", "nghttp2-client", "nghttp2", "HTTP/2"),
    peer("nginx", "nginx-light", "nginx", "a web server to talk to"),
    peer("nsenter", "util-linux", "", "another's network"),
    peer("openssl", "openssl", "openssl", "TLS by hand"),
    peer("ping", "iputils-ping", "", "ICMP"),
    peer(
        "rabbitmq-server",
        "rabbitmq-server",
        "rabbitmq",
        "a message queue to talk to",
    ),
    peer("redis-benchmark", "redis-tools", "redis", "load on a cache"),
    peer(
        "redis-cli",
        "redis-tools",
        "redis",
        "a client for our cache",
    ),
    peer(
        "redis-server",
        "redis-server",
        "redis",
        "a cache to talk to",
    ),
    peer("setpriv", "util-linux", "", "programs with fewer rights"),
    peer("sftp", "openssh-client", "openssh", "files over SSH"),
    peer("sh", "dash", "", "a shell"),
    peer("socat", "socat", "socat", "inherited sockets"),
    peer("ss", "iproute2", "", "what the system knows of its sockets"),
    peer("ssh", "openssh-client", "openssh", "an SSH client"),
    peer("ssh-add", "openssh-client", "openssh", "an agent's keys"),
    peer("ssh-agent", "openssh-client", "openssh", "an agent for SSH"),
    peer("ssh-keygen", "openssh-client", "openssh", "keys for SSH"),
    peer(
        "sshd",
        "openssh-server",
        "openssh",
        "an SSH server to talk to",
    ),
    peer("strace", "strace", "", "the calls that a program makes"),
    peer(
        "systemd-socket-activate",
        "systemd",
        "",
        "a socket from whoever starts the server",
    ),
    peer("telnet", "telnet", "telnet", "Telnet by hand"),
    peer("tshark", "tshark", "", "what Wireshark makes of a capture"),
    peer("unbound", "unbound", "unbound", "a DNS server to talk to"),
    peer("unshare", "util-linux", "", "a network of one's own"),
    peer("wrk", "wrk", "wrk", "load on a web server"),
];

/// `doctor`.
pub fn doctor(workspace: &Workspace) -> Result<()> {
    say!();
    say!("  {}", paint(Look::Bold, "What the workbook needs"));
    let rust = rust(workspace);
    let fine = rust.found;
    row(&rust);
    say!();
    say!("  {}", paint(Look::Bold, "What makes it more comfortable"));
    row(&tool(
        "just",
        "shorter commands: just chapter 5",
        "cargo install just",
    ));
    row(&tool(
        "git",
        &format!("{}, and your own history", command_text("reset")),
        "see git-scm.com",
    ));

    let needed = needed(workspace)?;
    let missing = missing(&needed);
    say!();
    say!(
        "  {}  {}",
        paint(Look::Bold, "Peers"),
        paint(
            Look::Dim,
            "programs that the scenes and tests also talk to; all optional"
        )
    );
    if needed.is_empty() {
        say!("    none yet");
    }
    for (name, chapters) in &needed {
        let known = PEERS.iter().find(|peer| peer.name == *name);
        let chapters: Vec<String> = chapters.iter().map(u32::to_string).collect();
        row(&Row {
            found: surroundings::find(name).is_some(),
            required: false,
            name: name.clone(),
            about: match (known, chapters.is_empty()) {
                (Some(peer), true) => peer.what.to_owned(),
                (Some(peer), false) => format!("{} (chapter {})", peer.what, chapters.join(", ")),
                (None, _) => format!("chapter {}", chapters.join(", ")),
            },
        });
    }
    if let Some(packages) = python_packages(workspace) {
        row(&packages);
    }
    say!();
    if !missing.packages.is_empty() {
        say!("  The rest is installed by");
        say!();
        let install = if cfg!(target_os = "macos") {
            "brew install"
        } else {
            "sudo apt install"
        };
        say!(
            "    {}",
            paint(
                Look::Command,
                &format!("{install} {}", missing.packages.join(" "))
            )
        );
        say!();
    }
    if !missing.without_package.is_empty() {
        say!(
            "  Not on this system, as far as known: {}",
            missing.without_package.join(", ")
        );
        say!();
    }
    if fine { Ok(()) } else { Err(Error::Said) }
}

/// `doctor --missing-packages`: the packages that bring the missing peers, on one
/// line for a script, which is empty if there are none.
pub fn missing_packages(workspace: &Workspace) -> Result<()> {
    let missing = missing(&needed(workspace)?);
    if !missing.packages.is_empty() {
        say!("{}", missing.packages.join(" "));
    }
    Ok(())
}

/// What has to be installed for the peers that are not there.
struct Missing {
    /// Packages of this system's package manager, sorted.
    packages: Vec<&'static str>,
    /// Peers that this system has no package for, as far as known.
    without_package: Vec<String>,
}

fn missing(needed: &BTreeMap<String, Vec<u32>>) -> Missing {
    let mut missing = Missing {
        packages: Vec::new(),
        without_package: Vec::new(),
    };
    for name in needed
        .keys()
        .filter(|name| surroundings::find(name).is_none())
    {
        let known = PEERS.iter().find(|peer| peer.name == *name);
        let package = known.map(|peer| {
            if cfg!(target_os = "macos") {
                peer.brew
            } else {
                peer.debian
            }
        });
        match package {
            Some("") | None => missing.without_package.push(name.clone()),
            Some(package) => missing.packages.push(package),
        }
    }
    missing.packages.sort_unstable();
    missing.packages.dedup();
    missing
}

struct Row {
    found: bool,
    required: bool,
    name: String,
    about: String,
}

fn row(row: &Row) {
    let mark = match (row.found, row.required) {
        (true, _) => paint(Look::Good, "✓"),
        (false, true) => paint(Look::Bad, "✗"),
        (false, false) => paint(Look::Note, "·"),
    };
    let missing = if row.found { "" } else { "missing: " };
    say!(
        "  {mark} {} {}{}",
        console::column(Look::Bold, &row.name, 16),
        paint(Look::Note, missing),
        paint(Look::Dim, &row.about)
    );
}

fn tool(name: &str, what: &str, install: &str) -> Row {
    let found = surroundings::find(name).is_some();
    Row {
        found,
        required: false,
        name: name.to_owned(),
        about: if found {
            what.to_owned()
        } else {
            format!("{what} ({install})")
        },
    }
}

/// The compiler, held against what the workspace asks for.
fn rust(workspace: &Workspace) -> Row {
    let asked = fs::read_to_string(workspace.root.join("Cargo.toml"))
        .ok()
        .and_then(|text| {
            let line = text
                .lines()
                .find(|line| line.trim().starts_with("rust-version"))?;
            line.split('"').nth(1).map(str::to_owned)
        });
    let version = clean_command("rustc")
        .arg("--version")
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .output()
        .ok()
        .filter(|output| output.status.success())
        .map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned());
    let (found, about) = match (version, asked) {
        (None, _) => (false, "install it from rustup.rs".to_owned()),
        (Some(version), None) => (true, version),
        (Some(version), Some(asked)) => {
            let number = version.split(' ').nth(1).unwrap_or_default();
            if numbers(number) >= numbers(&asked) {
                (true, format!("{version}; {asked} would do"))
            } else {
                (
                    false,
                    format!("{asked} or newer, and this is {version}: rustup update"),
                )
            }
        }
    };
    Row {
        found,
        required: true,
        name: "rust".to_owned(),
        about,
    }
}

/// `1.95.0-nightly` as numbers that compare.
fn numbers(version: &str) -> (u32, u32) {
    let mut parts = version
        .split(|c: char| !c.is_ascii_digit())
        .map(|part| part.parse().unwrap_or(0));
    (parts.next().unwrap_or(0), parts.next().unwrap_or(0))
}

/// The peers that scenes and tests name, each with its chapters.
fn needed(workspace: &Workspace) -> Result<BTreeMap<String, Vec<u32>>> {
    let mut needed: BTreeMap<String, Vec<u32>> = BTreeMap::new();
    let mut add = |name: String, chapter: u32| {
        let chapters = needed.entry(name).or_default();
        if !chapters.contains(&chapter) {
            chapters.push(chapter);
        }
    };
    for chapter in &workspace.chapters {
        for found in chapter.scenes()? {
            // A scene that can't be read is for the tests to report.
            if let Ok(scene) = Scene::load(&found.file) {
                for name in scene.directives.needs {
                    if !scene::is_ability(&name) {
                        add(name, chapter.number); // that one is no program
                    }
                }
            }
        }
        for name in chapter.peers_of_tests()? {
            add(name, chapter.number);
        }
    }
    Ok(needed)
}

/// The Python packages that tests talk to, where Python is there.
fn python_packages(workspace: &Workspace) -> Option<Row> {
    let list = workspace.root.join("tools/testkit/packages.txt");
    let list = fs::read_to_string(list).ok()?;
    let names: Vec<&str> = list
        .lines()
        .filter_map(|line| line.split_once("=="))
        .map(|(name, _)| name)
        .collect();
    let own = workspace.root.join("target/python/bin/python3");
    let python = match own.is_file() {
        true => own,
        false => surroundings::find("python3")?,
    };
    let output = Command::new(python)
        .args(["-c", include_str!("packages.py")])
        .args(&names)
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .output()
        .ok()?;
    let missing = String::from_utf8(output.stdout).ok()?;
    let missing: Vec<&str> = missing.lines().collect();
    let about = match missing.is_empty() {
        true => format!("the {} of which the pages speak", names.len()),
        false => format!("{} (just packages)", missing.join(", ")),
    };
    Some(Row {
        found: missing.is_empty(),
        required: false,
        name: "python packages".to_owned(),
        about,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    #[test]
    fn versions_compare_by_number() {
        assert!(numbers("1.100.0") > numbers("1.95"));
        assert!(numbers("1.95.0-nightly") >= numbers("1.95"));
        assert!(numbers("1.89.0") < numbers("1.90"));
    }

    /// What the appendix says of installing is what is said here, and nothing is missing.
    #[test]
    fn the_page_of_peers_says_how_to_install_each() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let page = fs::read_to_string(root.join("book/appendices/peers.md")).unwrap();
        let needed = needed(&Workspace::read(&root).unwrap()).unwrap();
        let unknown = |name: &&String| !PEERS.iter().any(|peer| peer.name == **name);
        assert_eq!(needed.keys().find(unknown), None, "not in PEERS");
        for peer in PEERS {
            let name = format!("`{}`", peer.name);
            let row = page
                .lines()
                .find(|line| line.starts_with("| `") && line.contains(&name));
            let row = row.unwrap_or_else(|| panic!("{name} is not on the page"));
            let installs = |package: &str| row.split([' ', '`']).any(|word| word == package);
            let comes = row.contains("comes with the system");
            assert!(comes || installs(peer.debian), "{}: {row}", peer.debian);
            assert!(
                comes || peer.brew.is_empty() || installs(peer.brew),
                "{row}"
            );
            assert!(needed.contains_key(peer.name), "nothing needs {name}");
        }
    }
}
