//! Running programs by hand, on a workbook with one program.

use std::io::Write;
use std::process::{Command, Stdio};

use crate::fixture::Fixture;

#[test]
fn a_program_gets_its_arguments_and_passes_its_status_on() {
    let book = Fixture::new();
    book.run(&["run", "count", "--help", "-x", "b"])
        .says(3, &["3 in --help"]);
    book.run(&["run", "cuont"])
        .complains(2, &["no program cuont", "1  count"]);
    book.run(&["run"])
        .complains(2, &["which program?", "1  count"]);
}

#[test]
fn a_shell_finds_the_programs() {
    let book = Fixture::new();
    book.write(
        "shell",
        "#!/bin/sh\npwd\ncount a b\necho \"left: $CARGO_PKG_NAME.\"\n",
    );
    let mut chmod = Command::new("chmod");
    assert!(
        chmod
            .arg("+x")
            .arg(book.path("shell"))
            .status()
            .unwrap()
            .success()
    );
    let output = book
        .command(&["shell", "1"])
        .env("SHELL", book.path("shell"))
        .env("CARGO_PKG_NAME", "workbook")
        .output()
        .unwrap();
    let stdout = String::from_utf8(output.stdout).unwrap();
    assert!(
        stdout.contains("finds the programs of chapter 1, unless its own settings"),
        "{stdout}"
    );
    assert!(
        stdout.contains("chapters/01-numbers\n2 in a\nleft: .\n"),
        "{stdout}"
    );
    book.run(&["shell", "7"]).complains(2, &["no chapter 7"]);
    book.run(&["shell"])
        .complains(2, &["which chapter?", "Small numbers"]);
}

/// A shell's settings put other folders first, and have other things by the name of
/// a program. What a shell of ours types is the program all the same, and the rest
/// of the settings holds.
#[test]
fn a_shell_finds_the_programs_whatever_its_settings() {
    let book = Fixture::with_scenes();
    let posix = format!(
        "PATH={}:$PATH\nexport FROM_SETTINGS=yes\nalias twice=false\n",
        book.path("elsewhere").display()
    );
    let fish = format!(
        "set -gx PATH {} $PATH\nset -gx FROM_SETTINGS yes\nfunction twice; false; end\n",
        book.path("elsewhere").display()
    );
    book.write("elsewhere/twice", "#!/bin/sh\necho elsewhere\n");
    for file in [".bashrc", ".zshrc", ".kshrc", ".shrc"] {
        book.write(&format!("home/{file}"), &posix);
    }
    book.write("home/.zshenv", "export FROM_ENV=yes\n");
    book.write("home/.config/fish/config.fish", &fish);
    let mut ran = Vec::new();
    for name in ["bash", "zsh", "fish", "dash", "ksh", "mksh"] {
        let Some(shell) = surroundings::find(name) else {
            continue;
        };
        // Interactive, though no terminal is there.
        book.write(
            &format!("shells/{name}"),
            &format!("#!/bin/sh\nexec {} \"$@\" -i\n", shell.display()),
        );
        for file in ["elsewhere/twice", &format!("shells/{name}")] {
            let chmod = Command::new("chmod")
                .arg("+x")
                .arg(book.path(file))
                .status();
            assert!(chmod.unwrap().success());
        }
        let mut child = book
            .command(&["shell", "1"])
            .env("HOME", book.path("home"))
            .env("SHELL", book.path(&format!("shells/{name}")))
            .env("ENV", book.path("home/.shrc"))
            .env_remove("ZDOTDIR")
            .env_remove("XDG_CONFIG_HOME")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let typed =
            "twice client 127.0.0.1:0 1\necho settings $FROM_SETTINGS, $ZDOTDIR $ENV.\nexit\n";
        child
            .stdin
            .take()
            .unwrap()
            .write_all(typed.as_bytes())
            .unwrap();
        let output = child.wait_with_output().unwrap();
        let stdout = String::from_utf8_lossy(&output.stdout);
        let all = format!(
            "{name}: {stdout}\n{}",
            String::from_utf8_lossy(&output.stderr)
        );
        assert!(
            stdout.contains("finds the programs of chapter 1. exit leaves"),
            "{all}"
        );
        assert!(stdout.contains("no answer\n"), "{all}");
        assert!(!stdout.contains("elsewhere\n"), "{all}");
        let found = stdout
            .lines()
            .find_map(|line| line.split_once("settings "))
            .unwrap()
            .1;
        let (settings, places) = found.split_once(", ").unwrap();
        assert_eq!(settings, "yes", "{all}");
        // Where its files are is what it was.
        assert!(!places.contains(".workbook"), "{all}");
        ran.push(name);
    }
    assert!(!ran.is_empty(), "no shell is there");
}

#[test]
fn the_doctor_reads_what_scenes_and_tests_ask_for() {
    let book = Fixture::new();
    book.replace(
        "Cargo.toml",
        "[profile.dev]",
        "[workspace.package]\nrust-version = \"1.85\"\n[profile.dev]",
    );
    book.write(
        "chapters/01-numbers/tests/peers.rs",
        "// peer(\"no-such-program\") peer(\"sh\")\n",
    );
    book.write(
        "tools/testkit/packages.txt",
        "# What tests talk to.\nno-such-package==1.0\n",
    );
    let mut expected = vec!["✓ rust", "1.85 would do", "✓ sh", "· no-such-program"];
    if surroundings::find("python3").is_some() {
        expected.push("python packages  missing: no-such-package (just packages)");
    }
    book.run(&["doctor"]).says(0, &expected);
    book.replace("Cargo.toml", "1.85", "1.9999");
    book.run(&["doctor"])
        .says(1, &["✗ rust", "1.9999 or newer"]);
}
