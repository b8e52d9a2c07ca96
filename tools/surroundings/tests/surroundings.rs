//! A person's own settings, seen from a process that has many.

// clippy.toml allows it in tests, but not in what tests share.
#![allow(clippy::unwrap_used)]

use std::env;
use std::path::Path;
use std::process::{Command, Stdio};

/// Runs the ignored test `name` in a process with these variables and no others
/// but cargo's; what it printed, without the harness's lines.
fn with_variables(name: &str, variables: &[(&str, &str)]) -> Vec<String> {
    let output = Command::new(env::current_exe().unwrap())
        .args(["--exact", name, "--ignored", "--nocapture"])
        .env_clear()
        .envs(variables.iter().copied())
        .stderr(Stdio::inherit())
        .output()
        .unwrap();
    assert!(output.status.success());
    let lines = String::from_utf8(output.stdout).unwrap();
    let ours = lines.lines().filter_map(|line| line.strip_prefix("= "));
    ours.map(str::to_owned).collect()
}

const PERSONS: &[(&str, &str)] = &[
    ("CURL_HOME", "/home/ada"),
    ("HOME", "/home/ada"),
    ("HTTPS_PROXY", "http://proxy"),
    ("LANG", "de_DE.UTF-8"),
    ("LC_TIME", "de_DE.UTF-8"),
    ("LD_LIBRARY_PATH", "/opt/lib"),
    ("PATH", "/usr/bin:/bin:here::/usr/bin"),
    ("PYTHONPATH", "/home/ada/lib"),
    ("REDISCLI_AUTH", "secret"),
    ("SSH_AUTH_SOCK", "/tmp/agent"),
    ("SSLKEYLOGFILE", "/home/ada/keys"),
    ("TERM", "xterm"),
    ("TMPDIR", "/var/tmp"),
    ("XDG_CONFIG_HOME", "/home/ada/.config"),
    ("http_proxy", "http://proxy"),
    ("nobody_has_heard_of_it", "1"),
];

const PATH: &str = "PATH=/usr/bin:/bin:/usr/bin:/usr/local/sbin:/usr/sbin:/sbin";

#[test]
fn a_program_with_a_home_has_nothing_of_the_persons() {
    let lines = with_variables("prints_with_a_home", PERSONS);
    assert_eq!(
        lines,
        [
            "HOME=/somewhere",
            "LC_ALL=C.UTF-8",
            "LD_LIBRARY_PATH=/opt/lib",
            "NO_COLOR=0",
            PATH,
            "PYTHONDONTWRITEBYTECODE=1",
            "PYTHONUNBUFFERED=1",
            "TERM=dumb",
            "TMPDIR=/somewhere",
            "TZ=UTC",
            "http_proxy=asked for",
        ]
    );
}

#[test]
#[ignore = "run by another test"]
fn prints_with_a_home() {
    let mut command = Command::new("/usr/bin/env");
    // What was set by name stays.
    command.env("NO_COLOR", "0").env("http_proxy", "asked for");
    print(command, Some(Path::new("/somewhere")));
}

#[test]
fn a_program_without_a_home_keeps_the_folder_for_temporary_files() {
    let lines = with_variables("prints_without_a_home", PERSONS);
    assert!(lines.contains(&"HOME=/nonexistent".to_owned()), "{lines:?}");
    assert!(lines.contains(&"TMPDIR=/var/tmp".to_owned()), "{lines:?}");
}

#[test]
#[ignore = "run by another test"]
fn prints_without_a_home() {
    print(Command::new("/usr/bin/env"), None);
}

/// Prints the environment that `command` has, sorted, each line behind a `=`.
fn print(mut command: Command, home: Option<&Path>) {
    surroundings::fix(&mut command, home);
    let output = command.output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let mut lines: Vec<&str> = text.lines().collect();
    lines.sort_unstable();
    lines.iter().for_each(|line| println!("= {line}"));
}

#[test]
fn programs_are_found_where_systems_keep_servers() {
    let found = with_variables("finds", &[("PATH", "/nowhere:")]);
    assert_eq!(found, ["true", "false"]);
}

#[test]
#[ignore = "run by another test"]
fn finds() {
    // Each system has a program there.
    let server = ["sysctl", "ifconfig", "ldconfig", "agetty", "nologin"];
    println!(
        "= {}",
        server.iter().any(|name| surroundings::find(name).is_some())
    );
    println!("= {}", surroundings::find("no-such-program").is_some());
}

#[test]
fn what_can_not_be_run_is_no_program() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).to_owned();
    assert!(surroundings::find_in("Cargo.toml", [folder.clone()]).is_none());
    assert!(surroundings::find_in("src", [folder]).is_none());
    let folders = ["/nowhere", "/bin"].map(Into::into);
    assert_eq!(surroundings::find_in("sh", folders), Some("/bin/sh".into()));
}

#[test]
fn a_command_is_named_as_the_reader_types_it() {
    let with_just = with_variables("names_a_command", &[("WORKBOOK_COMMAND", "just")]);
    assert_eq!(with_just, ["just check 5"]);
    let without = with_variables("names_a_command", &[]);
    assert_eq!(without, ["cargo workbook check 5"]);
}

#[test]
#[ignore = "run by another test"]
fn names_a_command() {
    println!("= {}", surroundings::command_text("check 5"));
}
