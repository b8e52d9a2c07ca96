//! The site as a reader has it: in a browser, on a phone and on a desk, by day and by
//! night, by keyboard. `just book test` looks at every page, `just test` at ten.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};

use browser::fantoccini::Client;
use browser::fantoccini::key::Key;
use browser::{Locator, devtools, with_browser};
use serde_json::{Value, json};
use testkit::PATIENCE;

use super::{access, exercise, figures, print, publish, search, term, theme};

/// The pages that are looked at in any case: of each kind one.
const TEN: [&str; 10] = [
    "index.html",
    "introduction/scenes.html",
    "01-clients-and-servers/asking.html",
    "03-tcp/ends.html",
    "05-framing/index.html",
    "05-framing/endings.html",
    "05-framing/exercises.html",
    "06-tls/handshake.html",
    "08-caches/how-fast.html",
    "appendices/python-to-rust.html",
];

/// Notes what goes wrong from the first line of a page on, and whatever is copied.
const NOTES: &str = "
    window.noted = [];
    addEventListener('error', event => noted.push(
        event.message || `${event.target.src || event.target.href} does not load`), true);
    addEventListener('unhandledrejection', event => noted.push(String(event.reason)));
    console.error = (...all) => noted.push(all.join(' '));
    navigator.clipboard.writeText = async text => { window.copied = text; };";

/// The book, served as `just book` does it.
struct Served {
    server: Child,
    address: String,
    /// Held open: it says more when a file changes under it.
    _stdout: BufReader<ChildStdout>,
}

impl Served {
    fn new() -> Served {
        let mut server = Command::new(env!("CARGO_BIN_EXE_book"))
            .args(["serve", "--port", "0"])
            .current_dir(root())
            // No workbook: what is pressed here must not count as a reader's progress.
            .env("WORKBOOK", "/dev/null")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        let mut stdout = BufReader::new(server.stdout.take().unwrap());
        stdout.read_line(&mut line).unwrap();
        let address = line
            .trim()
            .strip_prefix("Listening at ")
            .unwrap()
            .to_owned();
        Served {
            server,
            address,
            _stdout: stdout,
        }
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

pub(crate) fn root() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Two browsers for all of it: to start one takes longer than most of the rest.
#[tokio::test]
async fn the_site_in_a_browser() {
    with_browser(async |browser| {
        let served = Served::new();
        let (client, phone) = (browser.session(1280).await, browser.session(375).await);
        for client in [&client, &phone] {
            access::bring(client, NOTES).await;
        }
        let endings = format!("{}05-framing/endings.html", served.address);
        client.goto(&endings).await.unwrap();
        a_predict_holds_back_until_it_is_answered(&client).await;
        a_press_copies_what_a_person_would_paste(&client).await;
        a_scene_is_stepped_through(&client).await;
        arrows_turn_the_page_only_from_the_page(&client, &endings).await;
        colours_are_chosen_and_kept(&client).await;
        print::all_is_open_in_ink_on_paper(&client, &served.address).await;
        publish::works_below_a_path(&phone).await;
        figures::are_legible(&phone, &served.address).await;
        search::leads_to_the_page_that_explains(&client, &served.address).await;
        exercise::unfolds_a_hint_at_a_time(&client, &served.address).await;
        term::shows_its_definition(&client, &served.address).await;
        term::shows_its_definition_to_a_finger(&phone, &served.address).await;
        theme::stock_is_legible([&client, &phone]).await;
        access::code_is_within_reach(&phone, &endings).await;
        access::all_is_within_reach(&phone, &endings).await;
        access::words_are_marked(&phone).await;
        every_page_is_sound(&phone, &client, &served.address).await;
    })
    .await;
}

/// Runs `script` in the page.
pub(crate) async fn run(client: &Client, script: &str) -> Value {
    client.execute(script, vec![]).await.unwrap()
}

async fn press(client: &Client, css: &str, keys: &str) {
    let element = client.find(Locator::Css(css)).await.unwrap();
    element.send_keys(keys).await.unwrap();
}

/// Waits until `script` returns something true.
pub(crate) async fn until(client: &Client, script: &str) {
    let start = std::time::Instant::now();
    while run(client, script).await != json!(true) {
        assert!(start.elapsed() < PATIENCE, "never: {script}");
        tokio::task::yield_now().await;
    }
}

async fn a_predict_holds_back_until_it_is_answered(client: &Client) {
    let hidden = "return [...document.querySelectorAll('.answer')].map(scene =>
        getComputedStyle(scene.querySelector('.stage')).visibility)";
    let before = run(client, hidden).await;
    assert!(before.as_array().unwrap().len() > 1, "{before}");
    assert_eq!(before[0], "hidden");
    let height = "return document.documentElement.scrollHeight";
    let tall = run(client, height).await;
    press(client, ".answer .hold textarea", "Three <b>reads</b>.").await;
    // By keyboard alone: the button is next.
    let keys = format!("{}{}", char::from(Key::Tab), char::from(Key::Enter));
    press(client, ".answer .hold textarea", &keys).await;
    let after = run(client, hidden).await;
    assert_eq!(
        (&after[0], &after[1]),
        (&json!("visible"), &json!("hidden"))
    );
    client.refresh().await.unwrap();
    assert_eq!(run(client, hidden).await, after);
    let yours = "return document.querySelector('.answer .yours').textContent";
    assert_eq!(run(client, yours).await, "You wrote: Three <b>reads</b>.");
    assert!(run(client, height).await.as_u64() >= tall.as_u64());
    // Once for the whole book.
    run(
        client,
        "document.querySelectorAll('.hold button')[1].click()",
    )
    .await;
    client.refresh().await.unwrap();
    let open = run(client, hidden).await;
    let mut open = open.as_array().unwrap().iter();
    assert!(open.all(|visibility| visibility == "visible"));
}

async fn a_press_copies_what_a_person_would_paste(client: &Client) {
    press(client, ".stage .copy", &char::from(Key::Enter).to_string()).await;
    until(client, "return window.copied !== undefined").await;
    let copied = run(client, "return window.copied").await;
    assert_eq!(copied, "streamer server 127.0.0.1:1060");
    run(client, "document.querySelector('.command .copy').click()").await;
    until(client, "return window.copied === 'just chapter 5 streamer'").await;
    // A piece, and then the file that it is from.
    let pick = "document.querySelectorAll('.listing .copies button')";
    run(client, &format!("{pick}[0].click()")).await;
    until(
        client,
        "return window.copied.startsWith('fn server(stream')",
    )
    .await;
    run(client, &format!("{pick}[1].click()")).await;
    until(client, "return window.copied.includes('fn main()')").await;
    let copied = run(client, "return window.copied").await;
    let file = root().join("chapters/05-framing/src/bin/streamer.rs");
    let file = fs::read_to_string(file).unwrap();
    let lines = file.split('\n').filter(|line| !line.contains("ANCHOR"));
    assert_eq!(copied, lines.collect::<Vec<_>>().join("\n"));
}

async fn a_scene_is_stepped_through(client: &Client) {
    let shown = "const scene = document.querySelector('.scene-play');
        return [...scene.querySelectorAll('.turn > .line:not(.wait), .turn > .output')]
            .filter(beat => getComputedStyle(beat).visibility === 'visible')
            .map(beat => beat.innerText.split('\\n')[0].replace(/Copy$/, ''))";
    let all = run(client, shown).await;
    let all = all.as_array().unwrap();
    let height = "return document.querySelector('.scene-play').offsetHeight";
    let tall = run(client, height).await;
    let forward = ".scene-play .steps button:nth-of-type(2)";
    // What was done, then what came back, of both terminals in the order of time.
    for count in 1..=all.len() {
        let key = if count == 1 { Key::Enter } else { Key::Right };
        press(client, forward, &char::from(key).to_string()).await;
        assert_eq!(run(client, shown).await, json!(all[..count]));
        assert_eq!(run(client, height).await, tall);
    }
    press(client, forward, &char::from(Key::Left).to_string()).await;
    assert_eq!(run(client, shown).await, json!(all[..all.len() - 1]));
    press(client, forward, &char::from(Key::End).to_string()).await;
    assert_eq!(run(client, shown).await, json!(all));
}

async fn arrows_turn_the_page_only_from_the_page(client: &Client, here: &str) {
    let right = char::from(Key::Right).to_string();
    press(client, ".listing .copy", &right).await;
    press(client, ".pager a", &right).await;
    assert_eq!(client.current_url().await.unwrap().as_str(), here);
    run(client, "document.activeElement.blur()").await;
    press(client, "body", &right).await;
    until(
        client,
        "return location.pathname.endsWith('delimiters.html')",
    )
    .await;
    until(client, "return document.readyState === 'complete'").await;
    press(client, "body", &char::from(Key::Left).to_string()).await;
    until(client, "return location.pathname.endsWith('endings.html')").await;
}

async fn colours_are_chosen_and_kept(client: &Client) {
    let ground = "return getComputedStyle(document.body.parentElement).backgroundColor";
    until(client, "return document.readyState === 'complete'").await;
    let day = run(client, ground).await;
    let choose = |value: &str| {
        format!(
            "const choice = document.getElementById('theme'); choice.value = '{value}';
            choice.dispatchEvent(new Event('change'))"
        )
    };
    run(client, &choose("navy")).await;
    let night = run(client, ground).await;
    assert_ne!(day, night);
    client.refresh().await.unwrap();
    assert_eq!(run(client, ground).await, night);
    run(client, &choose("")).await;
    assert_eq!(run(client, ground).await, day);
}

async fn every_page_is_sound(phone: &Client, desk: &Client, address: &str) {
    let mut pages: Vec<String> = TEN.map(str::to_owned).into();
    if std::env::var_os("BOOK_PAGES").is_some() {
        let map = fs::read_to_string(root().join("book/SUMMARY.md")).unwrap();
        let links = map
            .split("](")
            .skip(1)
            .filter_map(|rest| rest.split_once(".md)"));
        pages = links.map(|(page, _)| format!("{page}.html")).collect();
        pages.push("404.html".to_owned());
    }
    let axe = access::axe();
    // Side by side, since a browser is one process for each.
    let (mut wrong, on_desk) = tokio::join!(
        look_at(phone, 375, &pages, address, axe.as_deref()),
        look_at(desk, 1280, &pages, address, axe.as_deref()),
    );
    wrong.extend(on_desk);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    if axe.is_some() {
        desk.goto(&format!("{address}index.html")).await.unwrap();
        access::faults_are_found(desk).await;
    }
}

/// What is wrong with the pages, `width` pixels wide.
async fn look_at(
    client: &Client,
    width: u32,
    pages: &[String],
    address: &str,
    axe: Option<&str>,
) -> Vec<String> {
    if let Some(axe) = axe {
        access::bring(client, axe).await;
    }
    let mut wrong = Vec::new();
    for page in pages {
        client.goto(&format!("{address}{page}")).await.unwrap();
        assert_eq!(run(client, "return innerWidth").await, width);
        for colours in ["light", "dark"] {
            let scheme = json!([{ "name": "prefers-color-scheme", "value": colours }]);
            let media = json!({ "features": scheme });
            devtools(client, "Emulation.setEmulatedMedia", media).await;
            let found = run(client, include_str!("look.js")).await;
            let mut found: Vec<String> = serde_json::from_value(found).unwrap();
            if axe.is_some() {
                // But for colours, the page is the same by day and by night.
                found.extend(access::violations(client, colours == "light").await);
            }
            wrong.extend(
                found
                    .iter()
                    .map(|problem| format!("{page}, {width}, {colours}: {problem}")),
            );
        }
    }
    wrong
}
