//! The book that runs, in a browser: scenes are played and exercises checked on a page, and
//! nothing outlives page and server.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use browser::fantoccini::Client;
use browser::fantoccini::key::Key;
use browser::{Locator, with_browser};
use serde_json::json;
use tempfile::TempDir;
use tokio::net::UnixDatagram;

use super::site::{root, run};

/// Programs are compiled meanwhile, on a machine that may be busy with others.
const PATIENCE: Duration = Duration::from_secs(120);

const EXERCISE: &str = "chapters/01-numbers/exercises/double.rs";
const STUB: &str = "//! Twice a number.\n//!\n//! Page: index.md\n\n/// Twice `n`.\n\
                    pub fn double(n: i64) -> i64 {\n    todo!()\n}\n";
const WRONG: &str = "//! Twice a number.\npub fn double(n: i64) -> i64 {\n    n + 2\n}\n";
const RIGHT: &str = "//! Twice a number.\npub fn double(n: i64) -> i64 {\n    n * 2\n}\n";

/// A workbook with one chapter, three scenes and an exercise.
const FILES: [(&str, &str); 17] = [
    ("book.toml", "[book]\nsrc = \"book\"\n"),
    (
        "book/SUMMARY.md",
        "[One](index.md)\n\n- [Numbers](01-numbers/index.md)\n",
    ),
    ("book/index.md", "# One\n"),
    (
        "book/01-numbers/index.md",
        "# Numbers\n\n```console\n{{#include ../../chapters/01-numbers/scenes/talk.console}}\n```\n\n\
         ```console\n{{#include ../../chapters/01-numbers/scenes/stays.console}}\n```\n\n\
         ```console\n{{#include ../../chapters/01-numbers/scenes/differs.console}}\n```\n\n\
         <div class=\"exercise\"><div data-exercise=\"1.1\"></div>\n\
         <details class=\"hint\"><summary>Hint 1</summary>Think.</details></div>\n",
    ),
    (
        "Cargo.toml",
        "[workspace]\nresolver = \"3\"\nmembers = [\"chapters/*\"]\n\n[profile.dev]\ndebug = false\n",
    ),
    (
        "chapters/01-numbers/Cargo.toml",
        "[package]\nname = \"numbers\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n\
         [[test]]\nname = \"double\"\npath = \"exercises/double/main.rs\"\n",
    ),
    (
        "chapters/01-numbers/src/bin/say.rs",
        "//! Says a word.\nfn main() {\n    println!(\"{}\", std::env::args().nth(1).unwrap());\n}\n",
    ),
    (
        "chapters/01-numbers/src/bin/stays.rs",
        "//! Stays, and tells who it is.\nfn main() {\n    let socket = std::env::args().nth(1).unwrap();\n    \
         let id = std::process::id().to_string();\n    \
         std::os::unix::net::UnixDatagram::unbound().unwrap().send_to(id.as_bytes(), socket).unwrap();\n    \
         println!(\"here\");\n    loop { std::thread::park(); }\n}\n",
    ),
    (
        "chapters/01-numbers/scenes/talk.console",
        "# Two terminals take turns.\none$ say hello\nhello\ntwo$ say '<b>there</b>'\n<b>there</b>\n",
    ),
    (
        "chapters/01-numbers/scenes/differs.console",
        "# The book is wrong.\n$ say hello\ngoodbye\n",
    ),
    (EXERCISE, STUB),
    ("chapters/01-numbers/exercises/double/stub.rs", STUB),
    ("chapters/01-numbers/exercises/double/solution.rs", RIGHT),
    (
        "chapters/01-numbers/exercises/double/hints.md",
        "## Hint 1\n\nWhat is *twice*?\n",
    ),
    (
        "chapters/01-numbers/exercises/double/main.rs",
        "//! Exercise `double`.\n#![allow(dead_code, unused_variables)]\n\n\
         #[path = \"../double.rs\"]\nmod double;\nuse double::*;\n\nmod checks;\n",
    ),
    (
        "chapters/01-numbers/exercises/double/checks.rs",
        "use super::*;\n\n#[test]\n#[ignore = \"exercise\"]\nfn zero_stays() {\n    \
         assert_eq!(double(0), 0, \"twice nothing\");\n}\n\n\
         #[test]\n#[ignore = \"exercise\"]\nfn one_is_two() {\n    \
         assert_eq!(double(1), 2, \"twice one\");\n}\n",
    ),
    (
        "chapters/01-numbers/exercises/double/mistakes.md",
        "# Mistakes\n\n## adds_two: Twice is two more\n\nYou add two. That is right\nfor two alone.\n\n\
         ```diff\n-    n * 2\n+    n + 2\n```\n",
    ),
];

/// What the mistake fails, as `prove --bless` writes it.
const VERDICTS: &str = "adds_two: one_is_two=1e379919 zero_stays=a0770591\n";

struct Book {
    folder: TempDir,
    /// Where all that is temporary is.
    temporary: TempDir,
    workbook: PathBuf,
    /// Hears of the scene that stays who it is.
    told: UnixDatagram,
}

impl Book {
    fn new() -> Book {
        let build = ["build", "--quiet", "--package", "workbook"];
        let built = Command::new("cargo")
            .args(build)
            .current_dir(root())
            .status();
        assert!(built.unwrap().success());
        let folder = tempfile::tempdir().unwrap();
        let book = Book {
            told: UnixDatagram::bind(folder.path().join("id")).unwrap(),
            folder,
            temporary: tempfile::tempdir().unwrap(),
            workbook: Path::new(env!("CARGO_BIN_EXE_book")).with_file_name("workbook"),
        };
        for (path, text) in FILES {
            book.write(path, text);
        }
        let stays = format!(
            "# It stays.\n#: deadline 600s\nalone$ stays {}\nhere\nalone>\nno more\n",
            book.path("id").display()
        );
        book.write("chapters/01-numbers/scenes/stays.console", &stays);
        book.write("chapters/01-numbers/exercises/double/verdicts", VERDICTS);
        book
    }

    fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// Serves it at `port`; the address of its page with scenes.
    fn serve(&self, port: &str) -> (Server, String) {
        let mut child = Command::new(env!("CARGO_BIN_EXE_book"))
            .args(["serve", "--port", port])
            .current_dir(self.folder.path())
            .env("WORKBOOK", &self.workbook)
            .env("TMPDIR", self.temporary.path())
            .env("CARGO_TARGET_DIR", self.path("target"))
            .env("CARGO_NET_OFFLINE", "true")
            .env_remove("RUSTFLAGS")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        let stdout = child.stdout.take().unwrap();
        BufReader::new(stdout).read_line(&mut line).unwrap();
        let address = line.trim().strip_prefix("Listening at ").unwrap();
        (Server(child), format!("{address}01-numbers/index.html"))
    }

    /// Waits until the scene that stays runs; who it is.
    async fn stays(&self, client: &Client) -> String {
        press(client, "[data-scene='1 stays'] .run").await;
        // The page may still show the run before this one; what is told is of this one.
        let mut id = [0; 16];
        let told = tokio::time::timeout(PATIENCE, self.told.recv(&mut id)).await;
        let id = String::from_utf8_lossy(&id[..told.unwrap().unwrap()]).into_owned();
        until(client, "return document.querySelector('[data-scene=\"1 stays\"] .ours')?.textContent.includes('here')").await;
        id
    }

    /// Waits until a process has ended and nothing is left of its scene.
    fn nothing_is_left(&self, process: &str) {
        let start = Instant::now();
        let runs = || {
            let ps = Command::new("ps")
                .args(["-o", "stat=", "-p", process])
                .output();
            let state = String::from_utf8(ps.unwrap().stdout).unwrap();
            !state.trim().is_empty() && !state.trim().starts_with('Z')
        };
        let left = || fs::read_dir(self.temporary.path()).unwrap().count();
        while runs() || left() > 0 {
            assert!(
                start.elapsed() < PATIENCE,
                "{process}: {}, {} files",
                runs(),
                left()
            );
            std::thread::yield_now();
        }
    }
}

struct Server(Child);

impl Server {
    fn end(&mut self, signal: &str) {
        let id = self.0.id().to_string();
        let kill = Command::new("kill").args([signal, &id]).status();
        assert!(kill.unwrap().success());
        self.0.wait().unwrap();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Presses a button as the keyboard does.
async fn press(client: &Client, css: &str) {
    let element = client.wait().for_element(Locator::Css(css)).await.unwrap();
    element
        .send_keys(&char::from(Key::Enter).to_string())
        .await
        .unwrap();
}

/// As in `site`, for what takes longer.
async fn until(client: &Client, script: &str) {
    let start = Instant::now();
    while run(client, script).await != true {
        let page = run(client, "return document.querySelector('main').innerText").await;
        assert!(
            start.elapsed() < PATIENCE,
            "never: {script}\n{}",
            page.as_str().unwrap()
        );
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Waits until the verdict of a scene or exercise says something.
async fn says(client: &Client, place: &str, text: &str) {
    until(client, &format!("return document.querySelector(`{place} .verdict[role=status]`)?.textContent.includes(`{text}`) ?? false")).await;
}

const LIVE: &str = "return document.documentElement.classList.contains('live')";

#[tokio::test]
async fn the_book_runs() {
    with_browser(async |browser| {
        let book = Book::new();
        let (mut server, address) = book.serve("0");
        let (one, other) = (browser.session(1280).await, browser.session(375).await);
        for client in [&one, &other] {
            client.goto(&address).await.unwrap();
            until(client, LIVE).await;
        }
        scenes_are_played(&one, &other).await;
        an_exercise_is_checked(&book, &one, &other).await;
        let process = book.stays(&one).await;
        press(&one, "[data-scene='1 stays'] .run").await; // which says Stop now
        until(&one, "return document.querySelector('[data-scene=\"1 stays\"] .run-state').textContent === 'Stopped'").await;
        book.nothing_is_left(&process);
        let process = book.stays(&one).await;
        one.goto("about:blank").await.unwrap();
        book.nothing_is_left(&process);

        // The server is killed outright under an open page, which waits for another.
        let process = book.stays(&other).await;
        server.end("-KILL");
        book.nothing_is_left(&process);
        until(&other, "return document.querySelector('.live-note')?.textContent.includes('has ended') ?? false").await;
        let port = address.split(&[':', '/'][..]).nth(4).unwrap();
        let (mut server, again) = book.serve(port);
        assert_eq!(again, address);
        until(&other, LIVE).await;
        press(&other, "[data-scene='1 talk'] .run").await;
        says(&other, "[data-scene='1 talk']", "as the book says").await;
        let process = book.stays(&other).await;
        server.end("-TERM");
        book.nothing_is_left(&process);
    })
    .await;
}

async fn scenes_are_played(one: &Client, other: &Client) {
    // In two windows at once, one after the other.
    for client in [one, other] {
        press(client, "[data-scene='1 talk'] .run").await;
    }
    for client in [one, other] {
        says(client, "[data-scene='1 talk']", "✓ as the book says").await;
        let lines = "return [...document.querySelectorAll('.ours .turn')].map(turn =>
            `${turn.classList[1]} ${turn.querySelector('.name').textContent}: ${turn.querySelector('.typed').textContent}: ${turn.querySelector('.output').textContent}`)";
        let lines = run(client, lines).await;
        let expected = [
            "tone-3 one: say hello: hello",
            "tone-4 two: say '<b>there</b>': <b>there</b>",
        ];
        assert_eq!(lines, json!(expected));
        let wide = "return document.documentElement.scrollWidth > innerWidth";
        assert_eq!(run(client, wide).await, false);
    }
    press(one, "[data-scene='1 differs'] .run").await;
    says(one, "[data-scene='1 differs']", "✗ not as the book says").await;
    let diff = "return [...document.querySelectorAll('.verdict .diff > *')].map(line => line.textContent.trim())";
    assert_eq!(run(one, diff).await, json!(["- goodbye", "+ hello"]));
}

async fn an_exercise_is_checked(book: &Book, one: &Client, other: &Client) {
    let place = "[data-exercise='1.1']";
    book.write(EXERCISE, WRONG);
    press(one, &format!("{place} .tools button")).await;
    says(
        one,
        place,
        "0 of 2 checks pass.This looks likeTwice is two more",
    )
    .await;
    let shown = "return document.querySelector('[data-exercise] code.language-rust').textContent";
    assert_eq!(run(one, shown).await, WRONG);
    let editor = "return document.querySelector('.editor').href";
    let file = format!("vscode://file{}:1", book.path(EXERCISE).display());
    assert_eq!(run(one, editor).await, file);
    // Nobody presses anything but the key that saves.
    book.write(
        EXERCISE,
        "//! Twice.\npub fn double(n: i64) -> i64 { nonsense }\n",
    );
    says(one, place, "It does not compile").await;
    book.write(EXERCISE, RIGHT);
    says(one, place, "✓ All 2 checks pass.").await;
    for client in [one, other] {
        until(
            client,
            "return document.querySelector('#mdbook-sidebar .done')?.textContent === '1/1'",
        )
        .await;
    }
    until(
        other,
        "return document.querySelector('.bench .run-state').textContent === '✓ done'",
    )
    .await;
    press(other, &format!("{place} .tools button:nth-child(3)")).await;
    until(one, "return document.querySelector('.hint').open").await;
}
