//! What goes on by itself until someone stops it: `watch`, and Ctrl-C.
#![allow(clippy::unwrap_used)]

mod fixture;

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use fixture::{Fixture, RIGHT_DOUBLE};

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
        let id = self.child.id().to_string();
        assert!(
            Command::new("kill")
                .args(["-INT", &id])
                .status()
                .unwrap()
                .success()
        );
        self.child.wait().unwrap().code()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
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
fn an_interrupted_chapter_leaves_nothing_running() {
    let book = Fixture::with_scenes();
    let id_file = book.path("id");
    book.write(
        "chapters/01-numbers/src/bin/stays.rs",
        "//! Stays.\nfn main() {\n    let path = std::env::args().nth(1).unwrap();\n    std::fs::write(path, std::process::id().to_string()).unwrap();\n    println!(\"here\");\n    loop { std::thread::park(); }\n}\n",
    );
    book.write(
        "chapters/01-numbers/scenes/stays.console",
        &format!(
            "# It stays.\n#: deadline 60s\n$ stays {}\nhere\n>\nno more\n",
            id_file.display()
        ),
    );
    let mut chapter = Running::start(book.command(&["chapter", "1", "stays"]));
    chapter.wait_for("│ here");
    let id = book.read("id");
    assert!(is_running(&id));
    assert_eq!(chapter.interrupt(), Some(130));
    // A killed process is gone a moment after the signal, not with it.
    assert!((0..500).any(|_| !is_running(&id)), "{id} still runs");
}

fn is_running(id: &str) -> bool {
    let output = Command::new("ps")
        .args(["-o", "stat=", "-p", id])
        .output()
        .unwrap();
    let state = String::from_utf8_lossy(&output.stdout);
    // One that nobody has asked after yet is a zombie.
    !state.trim().is_empty() && !state.trim().starts_with('Z')
}
