//! Hosts in network namespaces: nothing of them is left, and where there can be none it
//! says so.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use testkit::{Ending, PATIENCE};

/// In the environment of every process that belongs to one test.
const MARK: &str = "HOSTS_OF_A_TEST";

fn hosts(folder: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_hosts"));
    command.args(args).current_dir(folder);
    command.env(MARK, folder).stdin(Stdio::null());
    command
}

/// Whether this machine can do it; if not, the programs that say so are a test as well.
fn can() -> bool {
    let can = lab::hosts::probe().is_ok();
    let needed = std::env::var_os("PEERS").is_some_and(|peers| peers == "required");
    assert!(can || !needed, "no network namespaces here");
    can
}

/// The processes that carry the mark of a test. A namespace without a name is
/// there for as long as a process is in it.
fn left(folder: &Path) -> Vec<String> {
    let mark = format!("{MARK}={}", folder.display());
    let processes = fs::read_dir("/proc").unwrap().flatten();
    processes
        .filter(|process| {
            let environment = fs::read(process.path().join("environ")).unwrap_or_default();
            environment
                .split(|octet| *octet == 0)
                .any(|entry| entry == mark.as_bytes())
        })
        .map(|process| {
            let line = fs::read(process.path().join("cmdline")).unwrap_or_default();
            String::from_utf8_lossy(&line).replace('\0', " ")
        })
        .collect()
}

/// Waits until nothing is left; fails if something stays.
fn expect_nothing_left(folder: &Path, story: &str) {
    let since = Instant::now();
    loop {
        let left = left(folder);
        if left.is_empty() {
            return;
        }
        assert!(since.elapsed() < PATIENCE, "{story}: left are {left:?}");
        std::thread::yield_now();
    }
}

/// Starts the hosts, and reads what is printed up to the line that `is_last`.
fn start(folder: &Path, is_last: impl Fn(usize, &str) -> bool) -> Ending {
    let mut up = hosts(folder, &["up", "--show"]);
    let mut up = Ending(up.stdout(Stdio::piped()).spawn().unwrap());
    let output = BufReader::new(up.stdout.take().unwrap());
    let mut lines = output.lines().enumerate();
    let last = lines.find(|(number, line)| is_last(*number, line.as_ref().unwrap()));
    assert!(last.is_some(), "`hosts up` ended: {:?}", up.wait());
    up
}

/// A command on a host, when it has started another and waits for it.
fn sleeps_at_b(folder: &Path) -> Ending {
    let mut on = hosts(
        folder,
        &["on", "b", "sh", "-c", "sleep 1000 & echo there; wait"],
    );
    let mut on = Ending(on.stdout(Stdio::piped()).spawn().unwrap());
    let mut line = String::new();
    BufReader::new(on.stdout.take().unwrap())
        .read_line(&mut line)
        .unwrap();
    assert_eq!(line, "there\n");
    on
}

#[test]
fn killed_when_the_hosts_are_up_it_leaves_nothing() {
    if !can() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let mut up = start(folder.path(), |_, line| line == "The hosts are up.");
    let mut on = sleeps_at_b(folder.path());
    assert!(left(folder.path()).len() >= 3, "the mark is not seen");
    up.kill().unwrap();
    up.wait().unwrap();
    assert_eq!(
        on.wait().unwrap().code(),
        Some(1),
        "`hosts on` ends with the hosts"
    );
    expect_nothing_left(folder.path(), "killed when the hosts were up");
}

/// To its process alone: at a terminal, Ctrl-C reaches all that belong to it.
#[test]
fn interrupted_it_ends_and_leaves_nothing() {
    if !can() {
        return;
    }
    let steps = lab::hosts::steps().len();
    for interrupted_at in [0, steps / 2, steps + 6] {
        let folder = tempfile::tempdir().unwrap();
        let mut up = start(folder.path(), |number, _| number == interrupted_at);
        let process = rustix::process::Pid::from_child(&up);
        rustix::process::kill_process(process, rustix::process::Signal::INT).unwrap();
        let story = format!("interrupted at line {interrupted_at}");
        let since = Instant::now();
        let ended = loop {
            if let Some(ended) = up.try_wait().unwrap() {
                break ended;
            }
            assert!(since.elapsed() < PATIENCE, "{story}: it stays");
            std::thread::yield_now();
        };
        assert!(
            interrupted_at < steps || ended.success(),
            "{story}: {ended}"
        );
        expect_nothing_left(folder.path(), &story);
    }
}

#[test]
fn killed_half_way_it_leaves_nothing() {
    if !can() {
        return;
    }
    let steps = lab::hosts::steps().len();
    for killed_at in [0, 1, steps / 3, steps / 2, steps - 1] {
        let folder = tempfile::tempdir().unwrap();
        let mut up = start(folder.path(), |number, _| number == killed_at);
        up.kill().unwrap();
        up.wait().unwrap();
        expect_nothing_left(folder.path(), &format!("killed at step {killed_at}"));
    }
}

#[test]
fn a_command_that_is_killed_leaves_nothing_on_its_host() {
    if !can() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let mut up = start(folder.path(), |_, line| line == "The hosts are up.");
    let before = left(folder.path()).len();
    let mut on = sleeps_at_b(folder.path());
    on.kill().unwrap();
    on.wait().unwrap();
    let since = Instant::now();
    while left(folder.path()).len() > before {
        assert!(since.elapsed() < PATIENCE, "it sleeps on");
        std::thread::yield_now();
    }
    up.kill().unwrap();
    up.wait().unwrap();
    expect_nothing_left(folder.path(), "at the end");
}

#[test]
fn without_the_right_to_it_says_so() {
    let folder = tempfile::tempdir().unwrap();
    // Programs that stand in for a machine which gives nobody a namespace.
    let unshare = folder.path().join("unshare");
    fs::write(
        &unshare,
        "#!/bin/sh\necho 'unshare failed: Operation not permitted' >&2\nexit 1\n",
    )
    .unwrap();
    let mut executable = fs::metadata(&unshare).unwrap().permissions();
    std::os::unix::fs::PermissionsExt::set_mode(&mut executable, 0o755);
    fs::set_permissions(&unshare, executable).unwrap();
    let output = hosts(folder.path(), &["up"])
        .env("PATH", folder.path())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1));
    let expected = if cfg!(target_os = "linux") {
        "this machine gives nobody a network of their own: unshare --user --map-root-user --net \
         ip link set lo up: unshare failed: Operation not permitted\n"
    } else {
        "network namespaces are Linux's\n"
    };
    assert_eq!(said, expected);
}

#[test]
fn a_host_that_is_not_there_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let output = hosts(folder.path(), &["on", "e", "true"]).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(said, "no host e: there are a, b, c, d and router\n");
    assert_eq!(output.status.code(), Some(1));
}
