//! What goes on by itself until someone stops it: `watch`, Ctrl-C, and output that
//! nobody takes.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::fixture::{Fixture, RIGHT_DOUBLE};

/// A command that runs, and what it prints. It is killed when dropped.
struct Running {
    child: Child,
    lines: std::io::Lines<BufReader<std::process::ChildStdout>>,
}

impl Running {
    fn start(mut command: Command) -> Running {
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        Running { child, lines }
    }

    /// Reads until a line has `text` in it.
    fn wait_for(&mut self, text: &str) {
        assert!(
            self.lines.any(|line| line.unwrap().contains(text)),
            "it ended without {text:?}"
        );
    }

    fn interrupt(&mut self) -> Option<i32> {
        signal("-INT", &self.child);
        self.child.wait().unwrap().code()
    }
}

fn signal(name: &str, child: &Child) {
    let id = child.id().to_string();
    let kill = Command::new("kill").args([name, &id]).status();
    assert!(kill.unwrap().success());
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn watch_gives_up_a_check_that_hangs_at_the_next_save() {
    let book = Fixture::new();
    // A check that waits for what never comes, and says so first.
    let waiting = book.path("waiting");
    let hang = format!(
        "pub fn double(n: i64) -> i64 {{\n    std::fs::write({waiting:?}, \"\").ok();\n    \
         loop {{ std::thread::park() }}\n}}\n"
    );
    book.solve("double", &hang);
    let mut watch = Running::start(book.command(&["watch", "1.1"]));
    while !waiting.exists() {
        std::thread::yield_now();
    }
    book.solve("double", RIGHT_DOUBLE);
    watch.wait_for("All 3 checks pass.");
    assert_eq!(watch.interrupt(), Some(130));
}

#[test]
fn watch_checks_again_on_every_save_until_it_is_interrupted() {
    let book = Fixture::new();
    let mut watch = Running::start(book.command(&["watch", "1.1"]));
    watch.wait_for("0 of 3 checks");
    watch.wait_for("Waiting for you to save");
    book.solve("double", "pub fn double(n: i64) -> i64 { nonsense }\n");
    watch.wait_for("Waiting for you to save");
    book.solve("double", RIGHT_DOUBLE);
    watch.wait_for("All 3 checks pass.");
    watch.wait_for("Waiting for you to save");
    assert_eq!(watch.interrupt(), Some(130));
}

#[test]
fn a_chapter_that_is_ended_leaves_nothing() {
    let book = Fixture::with_scenes();
    book.write(
        "chapters/01-numbers/src/bin/stays.rs",
        "//! Stays.\nfn main() {\n    let path = std::env::args().nth(1).unwrap();\n    std::fs::write(path, std::process::id().to_string()).unwrap();\n    println!(\"here\");\n    loop { std::thread::park(); }\n}\n",
    );
    book.write(
        "chapters/01-numbers/scenes/stays.console",
        &format!(
            "# It stays.\n#: deadline 60s\n$ stays {} 127.0.0.1:1060\nhere\n>\nno more\n",
            book.path("id").display()
        ),
    );
    for name in ["-HUP", "-INT", "-TERM"] {
        let temporary = tempfile::tempdir().unwrap();
        let mut command = book.command(&["chapter", "1", "stays"]);
        command.env("TMPDIR", temporary.path());
        let mut chapter = Running::start(command);
        chapter.wait_for("│ here");
        let id = book.read("id");
        assert!(is_running(&id));
        signal(name, &chapter.child);
        assert_eq!(chapter.child.wait().unwrap().code(), Some(130), "{name}");
        // A killed process is gone a moment after the signal, not with it.
        assert!((0..500).any(|_| !is_running(&id)), "{id} still runs");
        let left: Vec<_> = std::fs::read_dir(temporary.path()).unwrap().collect();
        assert!(left.is_empty(), "{left:?}");
    }
}

#[test]
fn a_build_that_is_ended_leaves_no_compiler() {
    let book = Fixture::new();
    // A compiler that never ends, and a file that says that it runs.
    book.write(
        "chapters/01-numbers/build.rs",
        &format!(
            "fn main() {{\n    std::fs::write({:?}, std::process::id().to_string()).unwrap();\n    loop {{ std::thread::park(); }}\n}}\n",
            book.path("id")
        ),
    );
    let mut command = book.command(&["chapter", "1"]);
    let mut child = command
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let until = Instant::now() + Duration::from_secs(60);
    while std::fs::read_to_string(book.path("id"))
        .unwrap_or_default()
        .is_empty()
    {
        assert!(Instant::now() < until, "the build never began");
        thread::yield_now();
    }
    let id = book.read("id");
    signal("-TERM", &child);
    assert_eq!(child.wait().unwrap().code(), Some(130));
    assert!((0..500).any(|_| !is_running(&id)), "{id} still runs");
}

/// What is right and what is wrong stays so, whoever takes the words.
#[test]
fn the_exit_status_does_not_depend_on_who_reads() {
    let book = Fixture::with_scenes();
    book.solve("double", RIGHT_DOUBLE);
    let scene = "chapters/01-numbers/scenes/refused.console";
    book.replace(scene, "no answer", "an answer");
    for (args, code) in [
        (["check", "1.1", "--json"], 0),
        (["check", "1.1", ""], 0),
        (["check", "1.2", ""], 1),
        (["check", "1.2", "--json"], 1),
        (["bless", "asked", ""], 0),
        (["chapter", "1", "refused"], 1),
        (["help", "", ""], 0),
        (["chapter", "7", ""], 2),
    ] {
        let args: Vec<&str> = args.into_iter().filter(|arg| !arg.is_empty()).collect();
        let run = |stdout: Stdio, stderr: Stdio| {
            let child = book.command(&args).stdout(stdout).stderr(stderr).spawn();
            child.unwrap().wait_with_output().unwrap()
        };
        let gone = || Stdio::from(std::io::pipe().unwrap().1);
        let output = run(gone(), Stdio::piped());
        assert_eq!(output.status.code(), Some(code), "{args:?} to nobody");
        // Nothing was said of the reader.
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(!said.contains("pipe"), "{args:?} to nobody: {said}");
        let output = run(gone(), gone());
        assert_eq!(output.status.code(), Some(code), "{args:?}, all to nobody");
        let Ok(full) = File::options().write(true).open("/dev/full") else {
            continue; // only Linux has a device that is always full
        };
        let output = run(full.try_clone().unwrap().into(), Stdio::piped());
        let said = String::from_utf8_lossy(&output.stderr);
        // What was asked for is not there.
        let expected = if code == 0 { 1 } else { code };
        assert_eq!(
            output.status.code(),
            Some(expected),
            "{args:?} to a full disk: {said}"
        );
        if code < 2 {
            assert!(
                said.contains("write to stdout: No space left"),
                "{args:?}: {said}"
            );
        }
        let output = run(full.try_clone().unwrap().into(), full.into());
        assert_eq!(
            output.status.code(),
            Some(expected),
            "{args:?}, all to a full disk"
        );
    }
}

#[test]
fn watch_ends_when_nobody_reads_it() {
    let book = Fixture::new();
    let (reader, writer) = std::io::pipe().unwrap();
    let (_unread, errors) = std::io::pipe().unwrap();
    let mut command = book.command(&["watch", "1.1"]);
    let mut child = command.stdout(writer).stderr(errors).spawn().unwrap();
    drop(command); // it holds the pipe's other end
    let mut lines = BufReader::new(reader).lines();
    assert!(lines.any(|line| line.unwrap().contains("Waiting for you")));
    drop(lines);
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

/// A terminal that takes nothing more: the command waits in the middle of a line,
/// and holds a lock meanwhile.
#[test]
fn whoever_reads_nothing_does_not_keep_a_command_from_ending() {
    let book = Fixture::new();
    let wrong = "pub fn double(n: i64) -> i64 { nonsense }\n";
    book.write(
        "chapters/01-numbers/src/lib.rs",
        &wrong.replace("double", "d").repeat(2000),
    );
    let (reader, writer) = std::io::pipe().unwrap();
    let mut command = book.command(&["chapter", "1"]);
    let mut child = command
        .stdout(Stdio::null())
        .stderr(writer)
        .spawn()
        .unwrap();
    drop(command);
    let mut reader = BufReader::new(reader);
    // The rest of the errors is more than a pipe holds.
    assert!(
        (&mut reader)
            .lines()
            .any(|line| line.unwrap().contains("nonsense"))
    );
    signal("-TERM", &child);
    let until = Instant::now() + Duration::from_secs(60);
    let status = loop {
        if let Some(status) = child.try_wait().unwrap() {
            break status;
        }
        if Instant::now() > until {
            child.kill().unwrap();
            panic!("it goes on");
        }
        thread::yield_now();
    };
    assert_eq!(status.code(), Some(130));
}

pub fn is_running(id: &str) -> bool {
    let output = Command::new("ps")
        .args(["-o", "stat=", "-p", id])
        .output()
        .unwrap();
    let state = String::from_utf8_lossy(&output.stdout);
    // One that nobody has asked after yet is a zombie.
    !state.trim().is_empty() && !state.trim().starts_with('Z')
}
