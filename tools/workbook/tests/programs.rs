//! Running programs by hand, on a workbook with one program.

mod fixture;

use fixture::Fixture;

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
    let mut chmod = std::process::Command::new("chmod");
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
        stdout.contains("finds the programs of chapter 1."),
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
    book.run(&["doctor"])
        .says(0, &["✓ rust", "1.85 would do", "✓ sh", "· no-such-program"]);
    book.replace("Cargo.toml", "1.85", "1.9999");
    book.run(&["doctor"])
        .says(1, &["✗ rust", "1.9999 or newer"]);
}
