//! A browser for tests: headless Chromium, driven over WebDriver by chromedriver.
//!
//! [`with_browser`] starts both, hands the test a [`Browser`], and closes them whatever
//! the test does. Each [`Browser::session`] is a browser with a profile of its own: two
//! sessions are two people. What a session can do is what `fantoccini` can.
//!
//! The browser reaches loopback and nothing else.

use std::future::Future;
use std::panic::{AssertUnwindSafe, resume_unwind};
use std::sync::Mutex;

use fantoccini::wd::WebDriverCompatibleCommand;
use fantoccini::{Client, ClientBuilder};
use futures_util::FutureExt;
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use testkit::{Ready, Running, peer};
use url::{ParseError, Url};

pub use fantoccini::{self, Locator};

/// How a browser is started that no one looks at.
const ARGUMENTS: [&str; 11] = [
    "--headless",
    "--disable-gpu",
    "--no-first-run",
    // It would ask its maker for news, lists and fonts.
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-quic",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
    // Some containers have next to no shared memory.
    "--disable-dev-shm-usage",
    // It ends when its driver does, even if that is killed: their pipe closes.
    "--remote-debugging-pipe",
];

/// A driver, and the browsers that it has started.
#[derive(Debug)]
pub struct Browser {
    driver: Running,
    program: String,
    sessions: Mutex<Vec<Client>>,
}

/// Runs `test` with a browser. Without one on this system, says so and returns, as
/// [`peer`] does.
///
/// # Panics
///
/// If `test` does, after everything is closed; if a browser is required
/// (`PEERS=required`) and isn't there; if the driver can't be started.
pub async fn with_browser(test: impl AsyncFnOnce(&Browser)) {
    let Some((driver, program)) = driver_and_browser() else {
        return;
    };
    let driver = driver.start(Ready::Accepts, |command, port, _directory| {
        command.arg(format!("--port={port}"));
    });
    let browser = Browser {
        driver,
        program,
        sessions: Mutex::default(),
    };
    let outcome = guarded(test(&browser)).await;
    browser.close().await;
    if let Err(panic) = outcome {
        resume_unwind(panic);
    }
}

async fn guarded(test: impl Future<Output = ()>) -> std::thread::Result<()> {
    AssertUnwindSafe(test).catch_unwind().await
}

fn driver_and_browser() -> Option<(testkit::Peer, String)> {
    let driver = peer("chromedriver")?;
    let browser = peer("chromium")?;
    let program = browser
        .command()
        .get_program()
        .to_string_lossy()
        .into_owned();
    Some((driver, program))
}

impl Browser {
    /// A new browser with an empty profile that shows pages `width` pixels wide, closed at
    /// the end of the test.
    ///
    /// # Panics
    ///
    /// If it can't be started.
    pub async fn session(&self, width: u32) -> Client {
        let mut arguments: Vec<String> = ARGUMENTS.map(String::from).into();
        if rustix::process::geteuid().is_root() {
            // Chromium refuses to build its sandbox for root.
            arguments.push("--no-sandbox".into());
        }
        // A window is never narrower than 500 pixels; a phone is.
        let screen = json!({ "width": width, "height": 800, "mobile": false, "touch": false });
        let options = json!({
            "binary": self.program,
            "args": arguments,
            "mobileEmulation": { "deviceMetrics": screen },
        });
        // On a busy machine, a script that looks at a long page takes its time.
        let timeouts = json!({ "script": 300_000 });
        let capabilities = [
            ("goog:chromeOptions".to_owned(), options),
            ("timeouts".to_owned(), timeouts),
        ];
        let capabilities: serde_json::Map<String, Value> = capabilities.into_iter().collect();
        let address = format!("http://{}", self.driver.address());
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(capabilities)
            .connect(&address)
            .await
            .unwrap_or_else(|error| panic!("chromium doesn't start: {error}"));
        #[allow(clippy::unwrap_used)] // nothing panics while it holds this lock
        self.sessions.lock().unwrap().push(client.clone());
        client
    }

    async fn close(self) {
        #[allow(clippy::unwrap_used)] // nothing panics while it holds this lock
        for session in self.sessions.into_inner().unwrap() {
            // A test may have closed it.
            let _ = session.close().await;
        }
    }
}

/// Asks the browser for what WebDriver has no word for: `command` of the Chrome DevTools
/// Protocol.
///
/// # Panics
///
/// If it doesn't obey.
pub async fn devtools(client: &Client, command: &str, parameters: Value) -> Value {
    let command = DevTools(json!({ "cmd": command, "params": parameters }));
    let answer = client.issue_cmd(command).await;
    answer.unwrap_or_else(|error| panic!("chromium refuses: {error}"))
}

/// chromedriver's way to that protocol.
#[derive(Debug)]
struct DevTools(Value);

impl WebDriverCompatibleCommand for DevTools {
    fn endpoint(&self, base: &Url, session: Option<&str>) -> Result<Url, ParseError> {
        let session = session.unwrap_or_default();
        base.join(&format!("session/{session}/goog/cdp/execute"))
    }

    fn method_and_body(&self, _: &Url) -> (http::Method, Option<String>) {
        (http::Method::POST, Some(self.0.to_string()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;
    use std::thread;
    use std::time::Instant;
    use testkit::PATIENCE;

    async fn title(client: &Client, text: &str) -> String {
        let page = format!("data:text/html,<title>{text}</title>");
        client.goto(&page).await.unwrap();
        client.title().await.unwrap()
    }

    #[tokio::test]
    async fn two_sessions_are_two_browsers() {
        with_browser(async |browser| {
            let (first, second) = (browser.session(800).await, browser.session(375).await);
            assert_eq!(title(&first, "one").await, "one");
            assert_eq!(title(&second, "two").await, "two");
            assert_eq!(first.title().await.unwrap(), "one");
            let script = "return window.innerWidth";
            let width = second.execute(script, vec![]).await.unwrap();
            assert_eq!(width, 375);
        })
        .await;
    }

    #[tokio::test]
    async fn a_test_that_panics_leaves_no_browser() {
        let mut profiles = None;
        let outcome = guarded(with_browser(async |browser| {
            browser.session(800).await;
            profiles = Some(browser.driver.directory().to_owned());
            panic!("out of luck");
        }))
        .await;
        let Some(profiles) = profiles else {
            return; // no browser here
        };
        assert!(outcome.is_err());
        assert!(!profiles.exists());
        // Its helpers notice a moment later that it has gone.
        let until = Instant::now() + PATIENCE;
        while mentioned(&profiles.to_string_lossy()) {
            assert!(Instant::now() < until, "a browser still runs");
            thread::yield_now();
        }
    }

    /// Whether a process that runs has `text` in its command line.
    fn mentioned(text: &str) -> bool {
        let processes = fs::read_dir("/proc").into_iter().flatten().flatten();
        processes.into_iter().any(|process| {
            let command = fs::read(process.path().join("cmdline")).unwrap_or_default();
            String::from_utf8_lossy(&command).contains(text)
        })
    }
}
