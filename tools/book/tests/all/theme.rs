//! What the theme's script makes of a scene, in a browser.

use std::fs;
use std::path::Path;

/// A scene with what other programs print that looks like a step: lines of curl -v, a
/// prompt, and a star.
const SCENE: &str = "# Both.\n\
    server$ serve\n\
    Ready.\n\
    client$ curl -v\n\
    &gt;\n\
    &lt; HTTP/1.1 200 OK\n\
    &lt;\n\
    other&gt;\n\
    #~ \\* it came in * reads\n\
    * it came in 7 reads\n\
    client&lt; typed\n\
    server^C\n";

#[test]
fn what_only_looks_like_a_step_is_shown_as_output() {
    let Some(browser) = testkit::peer("chromium") else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let page = folder.path().join("page.html");
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../book/theme/wire.js");
    let script = fs::read_to_string(script).unwrap();
    let html = format!(
        "<!doctype html><meta charset=utf-8>\
         <pre><code class=\"language-console\">{SCENE}</code></pre><script>{script}</script>"
    );
    fs::write(&page, html).unwrap();
    let mut command = browser.command();
    command.args(["--headless", "--no-sandbox", "--disable-gpu", "--dump-dom"]);
    let profile = format!("--user-data-dir={}", folder.path().display());
    let output = command.arg(profile).arg(&page).output().unwrap();
    let dom = String::from_utf8_lossy(&output.stdout);
    let dom = dom.split("<script>").next().unwrap();
    let typed: Vec<&str> = dom
        .split("<span class=\"typed\">")
        .skip(1)
        .filter_map(|rest| rest.split('<').next())
        .collect();
    assert_eq!(typed, ["serve", "curl -v", "typed"], "{dom}");
    assert!(
        dom.contains("* it came in <span class=\"own\">7</span> reads"),
        "{dom}"
    );
    assert_eq!(dom.matches("class=\"key\"").count(), 1, "{dom}");
    assert_eq!(dom.matches("class=\"quiet\"").count(), 0, "{dom}");
}
