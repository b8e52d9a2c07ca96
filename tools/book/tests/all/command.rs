//! The command as a person types it.

use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

pub(crate) fn small_book() -> TempDir {
    let root = tempfile::tempdir().unwrap();
    let write = |path: &str, text: &str| {
        let path = root.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    write(
        "book.toml",
        "[book]\nsrc = \"book\"\n[build]\nbuild-dir = \"target/book\"\n\
         [output.html]\ntheme = \"book/theme\"\n\
         [output.html.playground]\nrunnable = false\n",
    );
    write("book/theme/fonts/fonts.css", ":root { --own: serif }\n");
    write("book/SUMMARY.md", "[One](index.md)\n");
    write("book/index.md", "# One\n");
    root
}

pub(crate) fn book(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_book"));
    command
        .current_dir(folder)
        .args(arguments)
        .stdin(Stdio::null());
    command
}

fn run(folder: &Path, arguments: &[&str]) -> (Option<i32>, String, String) {
    let Output {
        status,
        stdout,
        stderr,
    } = book(folder, arguments).output().unwrap();
    let text = |octets| String::from_utf8(octets).unwrap();
    (status.code(), text(stdout), text(stderr))
}

#[test]
fn build_writes_the_book_where_book_toml_says() {
    let root = small_book();
    // Also from a folder within.
    let (code, stdout, _) = run(&root.path().join("book"), &["build"]);
    assert_eq!(code, Some(0));
    assert!(
        stdout.starts_with("1 page in target/book/index.html, built in "),
        "{stdout}"
    );
    let built = root.path().join("target/book");
    // What a page can do where it is served from the reader's machine is not published.
    let page = fs::read_to_string(built.join("index.html")).unwrap();
    assert!(
        page.contains("site/step.js") && !page.contains(".live"),
        "{page}"
    );
    // What no page loads is not there.
    let names = fs::read_dir(built).unwrap();
    for name in names.map(|entry| entry.unwrap().file_name()) {
        let name = name.to_string_lossy().into_owned();
        let unused = ["highlight", "clipboard", "book-", "book.js"];
        assert!(!unused.iter().any(|part| name.contains(part)), "{name}");
    }
}

#[test]
fn a_sound_book_passes() {
    let root = small_book();
    let (code, stdout, stderr) = run(root.path(), &["lint"]);
    assert_eq!((code, stderr.as_str()), (Some(0), ""));
    assert!(
        stdout.starts_with("1 page, nothing wrong; the heaviest is book/index.md, "),
        "{stdout}"
    );
}

#[test]
fn a_broken_book_fails_with_every_problem() {
    let root = small_book();
    fs::write(
        root.path().join("book/index.md"),
        "# One\n\nSimply a [link](gone.md).\n",
    )
    .unwrap();
    let (code, stdout, _) = run(root.path(), &["lint"]);
    assert_eq!(code, Some(1));
    assert_eq!(
        stdout,
        "book/index.md:3: \"simply\": leave it out\n\
         book/index.md:3: the link gone.html leads to gone.md, which is not there\n\
         2 problems in 1 page\n"
    );
}

#[test]
fn wrong_usage_is_explained() {
    let root = small_book();
    for arguments in [
        &["print"][..],
        &["build", "more"],
        &["lint", "--port", "1"],
        &["serve", "--port", "many"],
        &["--what"],
    ] {
        let (code, _, stderr) = run(root.path(), arguments);
        assert_eq!(code, Some(2), "{arguments:?}");
        assert!(stderr.contains("Usage: cargo workbook book"), "{stderr}");
    }
    let nowhere = tempfile::tempdir().unwrap();
    let (code, _, stderr) = run(nowhere.path(), &["build"]);
    assert_eq!(code, Some(1));
    assert!(stderr.starts_with("no book.toml in "), "{stderr}");
}

#[test]
fn serving_ends_on_ctrl_c_and_leaves_nothing() {
    let root = small_book();
    let temporary = tempfile::tempdir().unwrap();
    // With and without the word, and on any free port.
    for arguments in [&["serve", "--port", "0"][..], &["--port", "0"]] {
        let mut child = book(root.path(), arguments)
            .env("TMPDIR", temporary.path())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        stdout.read_line(&mut line).unwrap();
        assert!(
            line.starts_with("Listening at http://127.0.0.1:") && line.ends_with("/\n"),
            "{line}"
        );
        let killed = Command::new("kill")
            .args(["-INT", &child.id().to_string()])
            .status()
            .unwrap();
        assert!(killed.success());
        let mut rest = String::new();
        stdout.read_to_string(&mut rest).unwrap();
        assert_eq!(rest, "Stopped.\n");
        assert_eq!(child.wait().unwrap().code(), Some(0));
        assert_eq!(fs::read_dir(temporary.path()).unwrap().count(), 0);
    }
}
