//! OpenSSH and telnet(1) at the other end, in both directions.

use std::fs;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use russh::keys::PublicKey;
use shells::known_hosts::{KnownHosts, Shown, Verdict};
use shells::test_keys;
use tempfile::TempDir;
use testkit::{Ending, PATIENCE, Ready, Running, Server, peer};

use crate::support::*;

/// OpenSSH's client in `home`, for the server at `port`.
fn ssh(home: &Path, port: u16, arguments: &[&str]) -> Option<Command> {
    let mut command = peer("ssh")?.command();
    command.current_dir(home).args(["-F", "none"]);
    for option in [
        "UserKnownHostsFile=keys/known_hosts",
        "IdentityFile=keys/id_ed25519",
        "IdentitiesOnly=yes",
        "BatchMode=yes",
    ] {
        command.args(["-o", option]);
    }
    command.args(["-p", &port.to_string(), "alice@127.0.0.1"]);
    command.args(arguments);
    Some(command)
}

#[test]
fn openssh_runs_commands_at_our_server() {
    let server = ssh_server(&[]);
    let home = home(&[&server]);
    for (line, typed, expected) in [
        ("greet", "", (0, "hello alice\n", "")),
        ("both", "", (0, "one\nthree\n", "two\n")),
        ("exit 3", "", (3, "", "")),
        ("killed", "", (255, "", "")),
        ("upper", "some text\n", (0, "SOME TEXT\n", "")),
        (
            "args 'a  b' \"c'd\"",
            "",
            (0, "argument 1: \"a  b\"\nargument 2: \"c'd\"\n", ""),
        ),
    ] {
        let Some(mut ssh) = ssh(home.path(), server.address.port(), &[line]) else {
            return;
        };
        let ran = ran(&mut ssh, typed);
        let (status, out, err) = expected;
        assert_eq!(
            (ran.status, &*ran.out, &*ran.err),
            (Some(status), out, err),
            "{line}"
        );
    }
    let lines = said(&mut ssh(home.path(), server.address.port(), &["flood 20000"]).unwrap());
    assert!(lines.ends_with("line 19999\nline 20000\n"));
}

#[test]
fn openssh_has_a_shell_at_our_server() {
    let server = ssh_server(&[]);
    let home = home(&[&server]);
    let Some(mut plain) = ssh(home.path(), server.address.port(), &[]) else {
        return;
    };
    let heard = ran(&mut plain, "greet\nboth\nexit 4\n");
    assert_eq!(heard.out, "hello alice\none\nthree\n");
    assert_eq!((heard.status, heard.err.contains("two\n")), (Some(4), true));
    // And behind a terminal.
    let mut expect = Command::new(EXPECT);
    let port = server.address.port().to_string();
    expect.current_dir(home.path());
    expect.args([
        "--on",
        "$ ",
        "both",
        "--on",
        "three\r\n$ ",
        "exit 5",
        "--",
        "ssh",
        "-F",
        "none",
    ]);
    expect.args([
        "-o",
        "UserKnownHostsFile=keys/known_hosts",
        "-i",
        "keys/id_ed25519",
    ]);
    expect.args(["-p", &port, "alice@127.0.0.1"]);
    let heard = ran(&mut expect, "");
    assert_eq!(heard.status, Some(5), "{heard:?}");
    assert!(
        heard.out.contains("\"one\\r\\n\"\n\"two\\r\\n\"\n"),
        "{heard:?}"
    );
}

#[test]
fn openssh_refuses_the_key_that_we_refuse() {
    let server = ssh_server(&["--host-key", "changed"]);
    let home = home(&[&server]);
    let Some(mut ssh) = ssh(home.path(), server.address.port(), &["greet"]) else {
        return;
    };
    let theirs = ran(&mut ssh, "");
    assert_eq!(theirs.status, Some(255));
    assert!(
        theirs.err.contains("HOST IDENTIFICATION HAS CHANGED")
            && theirs.err.contains("Host key verification failed."),
        "{theirs:?}"
    );
    let target = format!("alice@{}", server.address);
    let ours = ran(&mut client(SSH_EXEC, home.path(), &[&target, "greet"]), "");
    assert_eq!((ours.status, ours.out.as_str()), (Some(255), ""));
    // What we advise does help.
    let advice = ours.err.lines().last().unwrap().trim();
    let words = shells::words::words(advice).unwrap();
    let mut forget = peer("ssh-keygen").unwrap().command();
    said(forget.current_dir(home.path()).args(&words[1..]));
    let fingerprint = test_keys::fingerprint("changed").unwrap();
    let again = ["--fingerprint", &fingerprint, &target, "greet"];
    assert_eq!(
        said(&mut client(SSH_EXEC, home.path(), &again)),
        "hello alice\n"
    );
    assert_eq!(
        said(&mut client(SSH_EXEC, home.path(), &[&target, "greet"])),
        "hello alice\n"
    );
}

#[test]
fn sftp_gets_from_our_server_what_sftp_get_gets() {
    let server = ssh_server(&[]);
    let home = home(&[&server]);
    let Some(sftp) = peer("sftp") else { return };
    let target = format!("alice@{}", server.address);
    said(&mut client(
        SFTP_GET,
        home.path(),
        &[&target, "poems", "ours"],
    ));
    fs::write(home.path().join("batch"), "get -r poems theirs\n").unwrap();
    let mut command = sftp.command();
    command
        .current_dir(home.path())
        .args(["-F", "none", "-b", "batch", "-P"]);
    command.arg(server.address.port().to_string());
    command.args([
        "-o",
        "UserKnownHostsFile=keys/known_hosts",
        "-i",
        "keys/id_ed25519",
    ]);
    said(command.arg("alice@127.0.0.1"));
    let [ours, theirs] = ["ours", "theirs"].map(|folder| files_in(&home.path().join(folder)));
    assert_eq!(ours.len(), 3);
    assert!(ours == theirs, "the files differ");
}

/// OpenSSH's server with keys of several algorithms, at which whoever runs the tests may log
/// in with Alice's key.
struct Sshd {
    running: Running,
    home: TempDir,
    user: String,
}

/// What a sshd of ours is told, but for its keys. A shell that it starts finds `home` in place of
/// the user's own, whose `.bashrc` bash reads below sshd: that may be slow, and say something.
fn settings(home: &Path, port: u16) -> String {
    let home = home.display();
    format!(
        "Port {port}\nListenAddress 127.0.0.1\nPidFile none\nStrictModes no\nUsePAM no\n\
         AuthorizedKeysFile {home}/keys/id_ed25519.pub\nPasswordAuthentication no\n\
         PermitRootLogin yes\nMaxStartups 100\nSubsystem sftp internal-sftp\n\
         SetEnv HOME=\"{home}\"\n"
    )
}

fn sshd(algorithms: &[&str]) -> Option<Sshd> {
    let (sshd, keygen) = (peer("sshd")?, peer("ssh-keygen")?);
    let home = home(&[]);
    for algorithm in algorithms {
        let file = home.path().join(format!("host_{algorithm}"));
        said(
            keygen
                .command()
                .args(["-q", "-N", "", "-t", algorithm, "-f"])
                .arg(file),
        );
    }
    // Debian wants a folder that packages make at the system's start; only root needs it.
    if rustix::process::getuid().is_root() {
        fs::create_dir_all("/run/sshd").unwrap();
    }
    let running = sshd.start(Ready::Accepts, |command, port, folder| {
        let host_key =
            |algorithm: &&str| format!("HostKey {}/host_{algorithm}\n", home.path().display());
        let host_keys: String = algorithms.iter().map(host_key).collect();
        let file = folder.join("sshd_config");
        fs::write(&file, settings(home.path(), port) + &host_keys).unwrap();
        command.args(["-D", "-e", "-f"]).arg(file);
    });
    let user = String::from_utf8(Command::new("id").arg("-un").output().unwrap().stdout);
    let user = user.unwrap().trim().to_owned();
    let sshd = Sshd {
        running,
        home,
        user,
    };
    sshd.knows(&["ed25519"]);
    Some(sshd)
}

impl Sshd {
    fn pattern(&self) -> String {
        format!("[127.0.0.1]:{}", self.running.port())
    }

    fn public(&self, algorithm: &str) -> String {
        let file = self.home.path().join(format!("host_{algorithm}.pub"));
        fs::read_to_string(file).unwrap()
    }

    fn known_hosts(&self) -> PathBuf {
        self.home.path().join("keys/known_hosts")
    }

    /// Has its keys of these algorithms known.
    fn knows(&self, algorithms: &[&str]) {
        let line = |algorithm: &&str| format!("{} {}", self.pattern(), self.public(algorithm));
        let lines: String = algorithms.iter().map(line).collect();
        fs::write(self.known_hosts(), lines).unwrap();
    }

    fn target(&self) -> String {
        format!("{}@127.0.0.1:{}", self.user, self.running.port())
    }

    fn exec(&self, arguments: &[&str]) -> Ran {
        let target = self.target();
        let mut command = client(SSH_EXEC, self.home.path(), &["--quote", &target]);
        ran(command.args(arguments), "")
    }
}

#[test]
fn commands_run_at_openssh() {
    let Some(sshd) = sshd(&["ed25519"]) else {
        return;
    };
    for (line, status, out, err) in [
        ("echo one; echo two >&2", 0, "one\n", "two\n"),
        ("exit 3", 3, "", ""),
        ("cat", 0, "", ""), // its input ends
        ("kill -KILL $$", 255, "", "ended by signal KILL\n"),
    ] {
        let ran = sshd.exec(&["sh", "-c", line]);
        assert_eq!(
            (ran.status, &*ran.out, &*ran.err),
            (Some(status), out, err),
            "{line}"
        );
    }
    let home = sshd.home.path().to_str().unwrap();
    assert_eq!(sshd.exec(&["sh", "-c", "printf %s \"$HOME\""]).out, home);
    // Whatever goes out quoted, arrives.
    let words = [
        "", " ", "a  b", "it's", "$HOME", "`id`", "a;b", "\\", "\n", "*", "-n", "é", "!",
    ];
    let mut arguments = vec!["printf", "[%s]"];
    arguments.extend(words);
    let expected: String = words.iter().map(|word| format!("[{word}]")).collect();
    assert_eq!(sshd.exec(&arguments).out, expected);
    let much = sshd.exec(&["head", "-c", "5000000", "/dev/zero"]);
    assert_eq!((much.status, much.out.len()), (Some(0), 5_000_000));
}

#[test]
fn openssh_shows_the_key_that_is_known() {
    let Some(sshd) = sshd(&["ed25519", "rsa", "ecdsa"]) else {
        return;
    };
    for known in [&["rsa"] as &[&str], &["ecdsa"], &["rsa", "ed25519"]] {
        sshd.knows(known);
        assert_eq!(sshd.exec(&["echo", "hi"]).out, "hi\n", "{known:?}");
    }
    let keygen = peer("ssh-keygen").unwrap();
    said(keygen.command().arg("-H").arg("-f").arg(sshd.known_hosts()));
    assert!(
        fs::read_to_string(sshd.known_hosts())
            .unwrap()
            .starts_with("|1|")
    );
    assert_eq!(sshd.exec(&["echo", "hi"]).out, "hi\n");
    // The same algorithm, another key: the one that OpenSSH would show.
    let other = test_keys::key("changed").unwrap();
    let other = other.public_key().to_openssh().unwrap();
    fs::write(sshd.known_hosts(), format!("{} {other}\n", sshd.pattern())).unwrap();
    let refused = sshd.exec(&["echo", "hi"]);
    assert_eq!((refused.status, refused.out.as_str()), (Some(255), ""));
    assert!(refused.err.contains("shows another key"), "{refused:?}");
}

#[test]
fn an_agent_signs_for_us() {
    let Some(sshd) = sshd(&["ed25519"]) else {
        return;
    };
    let (Some(agent), Some(add)) = (peer("ssh-agent"), peer("ssh-add")) else {
        return;
    };
    let socket = sshd.home.path().join("agent");
    let mut agent = agent.command();
    agent.arg("-D").arg("-a").arg(&socket).stdout(Stdio::null());
    let _agent = Ending(agent.spawn().unwrap());
    let ask = |arguments: &[&str]| {
        let mut command = add.command();
        command
            .current_dir(sshd.home.path())
            .env("SSH_AUTH_SOCK", &socket)
            .args(arguments);
        ran(&mut command, "")
    };
    // The file is there before anybody listens.
    let since = Instant::now();
    while UnixStream::connect(&socket).is_err() {
        assert!(since.elapsed() < PATIENCE, "the agent doesn't listen");
        std::thread::yield_now();
    }
    assert_eq!(ask(&["-q", "keys/stranger"]).status, Some(0));
    let run = || {
        let target = sshd.target();
        let mut command = client(SSH_EXEC, sshd.home.path(), &["--agent", &target, "echo hi"]);
        ran(command.env("SSH_AUTH_SOCK", &socket), "")
    };
    let refused = run();
    assert!(
        refused.err.ends_with("takes none of the agent's keys\n"),
        "{refused:?}"
    );
    assert_eq!(ask(&["-q", "keys/id_ed25519"]).status, Some(0));
    assert_eq!(run().out, "hi\n");
}

#[test]
fn many_are_asked_at_openssh() {
    let Some(sshd) = sshd(&["ed25519"]) else {
        return;
    };
    let targets = vec![sshd.target(); 8];
    let run = |line: &str| {
        let mut command = client(SSH_MANY, sshd.home.path(), &["--run", line]);
        ran(command.args(&targets), "")
    };
    let fine = run("echo hi");
    let address = format!("127.0.0.1:{}", sshd.running.port());
    let row = format!("{address}  status 0   hi\n");
    assert_eq!((fine.status, fine.out), (Some(0), row.repeat(8)));
    assert_eq!(run("exit 7").status, Some(1));
}

#[test]
fn a_folder_comes_from_openssh_and_is_resumed() {
    let Some(sshd) = sshd(&["ed25519"]) else {
        return;
    };
    let there = sshd.home.path().join("there");
    fs::create_dir_all(there.join("a/b")).unwrap();
    let large: Vec<u8> = (0..100_000_u32).flat_map(u32::to_le_bytes).collect();
    for (name, octets) in [
        ("a/large", &large[..]),
        ("a/b/with blanks and 'quotes'", b"small"),
        ("empty", b""),
    ] {
        fs::write(there.join(name), octets).unwrap();
    }
    std::os::unix::fs::symlink("/etc/passwd", there.join("link")).unwrap();
    let target = sshd.target();
    let get = || {
        let folder = there.to_str().unwrap();
        said(&mut client(
            SFTP_GET,
            sshd.home.path(),
            &[&target, folder, "here"],
        ))
    };
    get();
    let mut expected = files_in(&there);
    expected.retain(|(name, _)| name != "link");
    let here = sshd.home.path().join("here");
    assert!(files_in(&here) == expected, "the files differ");
    // As if it had been broken off after 100,001 octets.
    fs::rename(here.join("a/large"), here.join("a/large.part")).unwrap();
    let part = fs::File::options()
        .write(true)
        .open(here.join("a/large.part"))
        .unwrap();
    part.set_len(100_001).unwrap();
    assert!(get().contains("here/a/large: 400000 octets, from octet 100001 on\n"));
    assert!(files_in(&here) == expected, "the files differ");
    // Of another version, nothing is kept.
    fs::rename(here.join("a/large"), here.join("a/large.part")).unwrap();
    fs::write(there.join("a/large"), &large[4..]).unwrap();
    assert!(get().contains("here/a/large: 399996 octets\n"));
}

#[test]
fn a_host_certificate_of_ssh_keygen_is_good() {
    let Some(sshd) = sshd(&["ed25519"]) else {
        return;
    };
    let keygen = peer("ssh-keygen").unwrap();
    let authority = sshd.home.path().join("authority");
    said(
        keygen
            .command()
            .args(["-q", "-N", "", "-t", "ed25519", "-f"])
            .arg(&authority),
    );
    // What `check` makes of the names, OpenSSH's own certificate decides.
    for (name, good) in [("127.0.0.1", true), ("echo.example", false)] {
        let mut sign = keygen.command();
        sign.args(["-q", "-I", "test", "-h", "-n", name, "-V", "+1h", "-s"])
            .arg(&authority);
        said(sign.arg(sshd.home.path().join("host_ed25519.pub")));
        let with_certificate =
            peer("sshd")
                .unwrap()
                .start(Ready::Accepts, |command, port, folder| {
                    let home = sshd.home.path();
                    let key = home.join("host_ed25519");
                    let key = format!("HostKey {0}\nHostCertificate {0}-cert.pub\n", key.display());
                    let file = folder.join("sshd_config");
                    fs::write(&file, settings(home, port) + &key).unwrap();
                    command.args(["-D", "-e", "-f"]).arg(file);
                });
        let public = fs::read_to_string(authority.with_extension("pub")).unwrap();
        let line = format!("@cert-authority [127.0.0.1]:* {public}");
        fs::write(sshd.known_hosts(), line).unwrap();
        let target = format!("{}@127.0.0.1:{}", sshd.user, with_certificate.port());
        let mut command = client(SSH_EXEC, sshd.home.path(), &[&target, "echo hi"]);
        let ran = ran(&mut command, "");
        assert_eq!(
            ran.status,
            Some(if good { 0 } else { 255 }),
            "{name}: {ran:?}"
        );
    }
}

/// What `ssh-keygen -F` finds of `name`: numbers of lines, and how they are marked.
fn found(file: &Path, name: &str) -> Option<Vec<(usize, String)>> {
    let mut keygen = peer("ssh-keygen")?.command();
    let ran = ran(keygen.args(["-F", name, "-f"]).arg(file), "");
    let lines = ran.out.lines().filter_map(|line| {
        let (_, rest) = line.split_once(" found: line ")?;
        let (number, marker) = rest.split_once(' ').unwrap_or((rest, ""));
        Some((number.parse().unwrap(), marker.trim().to_owned()))
    });
    Some(lines.collect())
}

#[test]
fn ssh_keygen_finds_in_known_hosts_what_we_find() {
    let Some(keygen) = peer("ssh-keygen") else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("known_hosts");
    let names = ["host", "changed", "stranger", "authority"];
    let keys: Vec<PublicKey> = names
        .iter()
        .map(|name| {
            PublicKey::new(
                test_keys::key(name)
                    .unwrap()
                    .public_key()
                    .key_data()
                    .clone(),
                "",
            )
        })
        .collect();
    let texts: Vec<String> = keys.iter().map(|key| key.to_openssh().unwrap()).collect();
    let [host, changed, stranger, authority] = &texts[..] else {
        panic!("four keys")
    };
    // Two that are hashed, by ssh-keygen itself.
    let hashed = folder.path().join("hashed");
    fs::write(
        &hashed,
        format!("hidden.example {host}\n[hidden.example]:2222 {changed}\n"),
    )
    .unwrap();
    said(keygen.command().arg("-H").arg("-f").arg(&hashed));
    let text = format!(
        "# a comment\n\
         echo.example {host}\n\
         echo.example {changed}\n\
         \n\
         [echo.example]:2222 {stranger}\n\
         *.example,!no.example {stranger}\n\
         a?c.test,192.0.2.1 {host}\n\
         !b.test,*.test {changed}\n\
         @cert-authority *.signed {authority}\n\
         @revoked old.example {host}\n\
         Upper.Example {host}\n\
         [*.ports]:2222 {host}\n\
         {}",
        fs::read_to_string(&hashed).unwrap()
    );
    fs::write(&file, &text).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    let known = KnownHosts::new(&text);
    let mut agreed = 0;
    for host in [
        "echo.example",
        "ECHO.example",
        "no.example",
        "yes.example",
        "abc.test",
        "ac.test",
        "b.test",
        "192.0.2.1",
        "x.signed",
        "old.example",
        "upper.example",
        "x.ports",
        "hidden.example",
        "nobody",
    ] {
        for port in [22, 2222] {
            for key in &keys {
                let octets = key.to_bytes().unwrap();
                let shown = Shown {
                    key: &octets,
                    authority: None,
                };
                let look = |name: &str| {
                    let base64 = key.to_openssh().unwrap();
                    let base64 = base64.split(' ').nth(1).unwrap();
                    let found = found(&file, name).unwrap();
                    let has = |line: &usize| lines[line - 1].contains(base64);
                    let revoked = found
                        .iter()
                        .find(|(line, mark)| mark == "REVOKED" && has(line));
                    let plain: Vec<usize> = found
                        .iter()
                        .filter(|(_, mark)| mark.is_empty())
                        .map(|(line, _)| *line)
                        .collect();
                    match revoked {
                        Some((line, _)) => Verdict::Revoked(*line),
                        None if plain.iter().any(has) => Verdict::Known,
                        None if plain.is_empty() => Verdict::Unknown,
                        None => Verdict::Changed(plain),
                    }
                };
                let expected = match port {
                    22 => look(host),
                    // As sshconnect.c does: a line without the port may only help.
                    port => match look(&test_keys::host_pattern(host, port)) {
                        Verdict::Unknown if look(host) == Verdict::Known => Verdict::Known,
                        verdict => verdict,
                    },
                };
                assert_eq!(known.check(host, port, &shown), expected, "{host} {port}");
                agreed += 1;
            }
        }
    }
    assert_eq!(agreed, 14 * 2 * 4);
}

#[test]
fn telnet_talks_to_our_server() {
    let Some(telnet) = peer("telnet") else { return };
    let server = Server::of(TELNET_LOG, &[]);
    let mut expect = Command::new(EXPECT);
    expect.args([
        "--on",
        "login:\r\n",
        "alice",
        "--on",
        "password:\r\n",
        "secret",
    ]);
    expect.args(["--then", "Nothing of this was secret.", "--"]);
    expect.arg(telnet.command().get_program());
    expect.args(["127.0.0.1", &server.address.port().to_string()]);
    let ran = ran(&mut expect, "");
    assert!(ran.out.contains("Welcome."), "{ran:?}");
    let said = server.stop();
    for part in [
        "IAC WILL TERMINAL-TYPE",
        "IAC WILL NAWS",
        "data \"alice\\r\\n\"",
        "data \"secret\\r\\n\"",
    ] {
        assert!(
            said.iter().any(|line| line.ends_with(part)),
            "{part}: {said:?}"
        );
    }
}

#[test]
fn paramiko_does_at_our_server_what_the_pages_say() {
    let (server, changed) = (
        ssh_server(&[]),
        ssh_server(&["--host-key", "changed", "--timeout", "60"]),
    );
    let short = ssh_server(&["--timeout", "1"]);
    let home = home(&[&server, &changed]);
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/python/paramiko_client.py");
    let [port, other, short] =
        [&server, &changed, &short].map(|server| server.address.port().to_string());
    let keys = home.path().join("keys");
    testkit::claims(
        script,
        &["127.0.0.1", &port, keys.to_str().unwrap(), &other, &short],
    );
}
