//! Our programs and real ones.

use std::process::Command;

use testkit::{Server, claims, peer};
use web::bank::store::Store;

use crate::support;

#[test]
fn python_talks_in_the_room() {
    let room = Server::of(env!("CARGO_BIN_EXE_chat"), &[]);
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/python/websocket_peer.py");
    let address = room.address.to_string();
    claims(script, &[&address, env!("CARGO_BIN_EXE_chat")]);
    room.interrupt();
    assert_eq!(room.end(), ["Stopped."]);
}

/// What curl makes of a text, the bank reads as that text.
#[test]
fn curl_sends_forms_that_the_bank_reads() {
    let Some(curl) = peer("curl") else { return };
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("bank.db");
    let options = ["--insecure", "--data", data.to_str().unwrap()];
    let bank = Server::of(env!("CARGO_BIN_EXE_bank"), &options);
    let memos = [
        "50% of a/b & c=d? #1 +é",
        "<b>\"'\\</b>",
        "𝄞 \u{7f}\t",
        "%41+",
    ];
    for memo in memos {
        let mut curl = curl.command();
        curl.args([
            "-sS",
            "-f",
            "-b",
            "session=alice",
            "-d",
            "payee=bob&amount=1",
        ]);
        curl.args(["--data-urlencode", &format!("memo={memo}")]);
        curl.arg(format!("http://{}/pay", bank.address));
        assert!(curl.status().unwrap().success(), "{memo}");
    }
    let store = Store::open(Some(&data)).unwrap();
    let paid = store.search("bob", "", i64::MAX).unwrap();
    let kept: Vec<&str> = paid
        .iter()
        .rev()
        .map(|payment| payment.memo.as_str())
        .collect();
    assert_eq!(kept, memos);
}

/// Links lead to all pages of a list, each payment once.
#[test]
fn a_client_that_follows_links_sees_everything() {
    let Some(mut follow) = testkit::python("follow.py") else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("bank.db");
    let mut store = Store::open(Some(&data)).unwrap();
    for cents in 1..=45 {
        store.pay("alice", "bob", cents, "").unwrap();
    }
    let bank = Server::of(
        env!("CARGO_BIN_EXE_bank"),
        &["--insecure", "--data", data.to_str().unwrap()],
    );
    follow.args([&bank.address.to_string(), "bob"]);
    let said = testkit::run_client(follow, "");
    let expected: String = (1..=45)
        .rev()
        .map(|cents| format!("alice to bob: {cents} cents for ''\n"))
        .collect();
    assert_eq!(said, expected);
}

/// What was refused is there to be corrected.
#[test]
fn a_page_remembers_what_was_typed() {
    let bank = Server::of(env!("CARGO_BIN_EXE_bank"), &["--insecure"]);
    let page = program::tasks::block_on(async {
        let form = [("payee", "bo\"b"), ("amount", "<1>"), ("memo", "why")];
        let mut alice = support::visitor(bank.address, "session=alice");
        alice.post("/pay", &form).await
    })
    .unwrap();
    let tags = web::html::tags(&page.text());
    for (name, typed) in [("payee", "bo\"b"), ("amount", "<1>"), ("memo", "why")] {
        let field = tags.iter().find(|tag| tag.get("name") == Some(name));
        assert_eq!(field.unwrap().get("value"), Some(typed));
    }
}

#[test]
fn a_search_goes_on_on_its_next_page() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("bank.db");
    let mut store = Store::open(Some(&data)).unwrap();
    for memo in ["a&b", "c"].repeat(30) {
        store.pay("alice", "bob", 1, memo).unwrap();
    }
    let bank = Server::of(
        env!("CARGO_BIN_EXE_bank"),
        &["--data", data.to_str().unwrap()],
    );
    let found = program::tasks::block_on(async {
        let mut bob = support::visitor(bank.address, "none=0");
        let form = [("name", "bob"), ("password", "can-we-fix-it")];
        bob.post("/login", &form).await?;
        let (mut path, mut found) = (Some("/?q=a%26b".to_owned()), Vec::new());
        while let Some(next) = path {
            let page = bob.get(&next).await?.text();
            found.push(
                page.matches("<td>a&amp;b</td>").count() + page.matches("<td>a&#38;b</td>").count(),
            );
            let tags = web::html::tags(&page);
            let mut older = tags.iter().filter_map(|tag| tag.get("href"));
            path = older
                .rfind(|href| href.starts_with("/?before="))
                .map(str::to_owned);
        }
        Ok(found)
    })
    .unwrap();
    assert_eq!(found, [20, 10]);
}

/// A program for XML and one for HTML agree that the picture and the pages are well made.
#[test]
fn python_reads_the_picture() {
    let Some(python) = peer("python3") else {
        return;
    };
    let mut python = python.command();
    python.args([
        "-c",
        "import sys, xml.etree.ElementTree as x; print(x.parse(sys.argv[1]).getroot().tag)",
    ]);
    python.arg(concat!(env!("CARGO_MANIFEST_DIR"), "/pictures/crawl.svg"));
    let output = python.output().unwrap();
    assert_eq!(output.stdout, b"{http://www.w3.org/2000/svg}svg\n");
}

/// The other half of politeness: what curl makes of a site's limits.
#[test]
fn curl_sees_the_fields_that_protect() {
    let Some(curl) = peer("curl") else { return };
    let bank = Server::of(env!("CARGO_BIN_EXE_bank"), &[]);
    let mut curl = curl.command();
    curl.args(["-sS", "-i", "-d", "name=alice&password=down-the-hole"]);
    let output = curl
        .arg(format!("http://{}/login", bank.address))
        .output()
        .unwrap();
    let head = String::from_utf8(output.stdout).unwrap();
    let cookie = head
        .lines()
        .find_map(|line| line.strip_prefix("set-cookie: "))
        .unwrap();
    let (pair, attributes) = cookie.split_once("; ").unwrap();
    assert!(pair.starts_with("__Host-session="), "{pair}");
    assert_eq!(
        attributes,
        "Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=1800"
    );
    for field in [
        "cache-control: no-store",
        "x-content-type-options: nosniff",
        "referrer-policy: same-origin",
        "content-security-policy: default-src 'none'; style-src 'self'; form-action 'self'; \
         frame-ancestors 'none'; base-uri 'none'",
    ] {
        assert!(head.lines().any(|line| line == field), "{field}: {head}");
    }
    let page = support::get_blocking(bank.address, "/", pair);
    assert_eq!(page.status.as_u16(), 200);
}

/// Each attack, on each bank: what its scene shows, held here without a browser.
#[test]
fn each_attack_works_on_the_insecure_bank_alone() {
    let banks = [["--insecure"].as_slice(), &[]]
        .map(|options| Server::of(env!("CARGO_BIN_EXE_bank"), options));
    for attack in ["forged-cookie", "script", "forged-form", "injected-query"] {
        for (bank, verdict) in banks.iter().zip(["It works: ", "It fails: "]) {
            let mut command = Command::new(env!("CARGO_BIN_EXE_attacks"));
            command.arg(attack).arg(format!("http://{}/", bank.address));
            let said = testkit::run_client(command, "");
            let last = said.lines().last().unwrap();
            assert!(last.starts_with(verdict), "{attack}: {said}");
        }
    }
}
