//! Programs that nobody here wrote, at the other end.

use std::fs;
use std::net::SocketAddr;
use std::process::Command;
use std::thread;

use browser::{Locator, with_browser};
use testkit::{Peer, Ready, Running, Server, peer};

use crate::support::{
    Certificate, DISPATCH, DISPATCH_AXUM, GATEWAY, H2_SERVER, HTTPD, Site, UNDER,
};

/// What a program prints, which must succeed.
fn output(command: &mut Command) -> String {
    let output = command.output().unwrap();
    let text = |octets: &[u8]| String::from_utf8_lossy(octets).into_owned();
    let (out, error) = (text(&output.stdout), text(&output.stderr));
    assert!(output.status.success(), "{command:?}:\n{out}{error}");
    out
}

/// The questions of the pages, and what is to be answered.
const QUESTIONS: [(&[&str], &str, &str); 9] = [
    (
        &[],
        "/hello?name=Ada",
        "200 text/html; charset=utf-8 <!doctype html><title>Hello</title><h1>Hello Ada!</h1>\n",
    ),
    (
        &[],
        "/hello?name=Ada&name=Grace",
        "200 text/html; charset=utf-8 <!doctype html><title>Hello</title><h1>Hello Ada and Grace!</h1>\n",
    ),
    (
        &[],
        "/hello",
        "200 text/html; charset=utf-8 <!doctype html><title>Hello</title><h1>Hello stranger!</h1>\n",
    ),
    (
        &["-d", "name=A%26B&name=c+d"],
        "/hello?name=e",
        "200 text/html; charset=utf-8 <!doctype html><title>Hello</title><h1>Hello e and A&amp;B and c d!</h1>\n",
    ),
    (
        &["-H", "Transfer-Encoding: chunked", "-d", "name=Ada"],
        "/hello",
        "200 text/html; charset=utf-8 <!doctype html><title>Hello</title><h1>Hello Ada!</h1>\n",
    ),
    (&["-I"], "/hello", "200 text/html; charset=utf-8 "),
    (&[], "/square/12", "200 text/plain; charset=utf-8 144\n"),
    (&["-X", "DELETE", "-o", "/dev/null"], "/hello", "405  "),
    (&["-o", "/dev/null"], "/hallo", "404  "),
];

/// The same application under each server, and once more with axum.
fn applications() -> Vec<(String, Server)> {
    let start = |program: &str, under: &str| {
        let server = Server::of(program, &["--under", under]);
        let name = program.rsplit('/').next().unwrap();
        (format!("{name} under {under}"), server)
    };
    let each = |program| UNDER.map(|under| start(program, under));
    [each(DISPATCH), each(DISPATCH_AXUM)]
        .into_iter()
        .flatten()
        .collect()
}

#[test]
fn curl_gets_the_same_from_each() {
    let Some(curl) = peer("curl") else { return };
    for (name, server) in applications() {
        for (options, path, expected) in QUESTIONS {
            let mut command = curl.command();
            let url = format!("http://{}{path}", server.address);
            let format = "%{stderr}%{http_code} %{content_type} ";
            command.args(["-sS", "-w", format]).args(options).arg(url);
            let output = command.output().unwrap();
            let said = String::from_utf8(output.stderr).unwrap();
            let body = String::from_utf8(output.stdout).unwrap();
            let (status, kind) = said.split_once(' ').unwrap();
            // A refusal has a body of its own everywhere.
            let (kind, body) = match (status, options) {
                ("404" | "405", _) => ("", ""),
                (_, ["-I"]) => (kind.trim(), ""),
                _ => (kind.trim(), &body[..]),
            };
            assert_eq!(
                format!("{status} {kind} {body}"),
                expected,
                "{name}, {path}"
            );
        }
    }
}

#[test]
fn python_gets_the_same_from_each() {
    let Some(python) = peer("python3") else {
        return;
    };
    const SCRIPT: &str = "
import http.client, sys, urllib.error, urllib.request
base = 'http://' + sys.argv[1]
for path, data in ('/hello?name=Ada', None), ('/hello', b'name=Grace'), ('/square/12', None):
    with urllib.request.urlopen(base + path, data, timeout=10) as response:
        print(response.status, response.read().decode().strip())
for method, path in ('GET', '/hallo'), ('DELETE', '/hello'):
    try:
        urllib.request.urlopen(urllib.request.Request(base + path, method=method), timeout=10)
    except urllib.error.HTTPError as error:
        print(error.code, sorted(error.headers.get('Allow', '').replace(' ', '').split(',')))
# Five requests over one connection.
connection = http.client.HTTPConnection(sys.argv[1], timeout=10)
sockets = set()
for number in range(5):
    connection.request('GET', f'/square/{number}')
    print(connection.getresponse().read().decode().strip(), end=' ')
    sockets.add(connection.sock.getsockname())
print(len(sockets))
";
    for (name, server) in applications() {
        let mut command = python.command();
        command.args(["-c", SCRIPT, &server.address.to_string()]);
        let expected = "200 <!doctype html><title>Hello</title><h1>Hello Ada!</h1>\n\
            200 <!doctype html><title>Hello</title><h1>Hello Grace!</h1>\n\
            200 144\n404 ['']\n405 ['GET', 'HEAD', 'POST']\n0 1 4 9 16 1\n";
        assert_eq!(output(&mut command), expected, "{name}");
    }
}

/// A second of a hundred connections at each.
#[test]
fn wrk_sees_no_error() {
    let Some(wrk) = peer("wrk") else { return };
    thread::scope(|scope| {
        for under in UNDER {
            let wrk = wrk.clone();
            scope.spawn(move || {
                let server = Server::of(DISPATCH, &["--under", under]);
                let url = format!("http://{}/hello?name=Ada", server.address);
                let mut command = wrk.command();
                command.args(["-t", "1", "-c", "100", "-d", "1s", &url]);
                let said = output(&mut command);
                assert!(said.contains("Requests/sec"), "{said}");
                assert!(
                    !said.contains("errors") && !said.contains("Non-2xx"),
                    "{under}: {said}"
                );
            });
        }
    });
}

/// nginx, of these files, and in front of the server at `upstream`.
fn nginx(nginx: &Peer, site: &Site, upstream: Option<SocketAddr>) -> Running {
    let root = site.root().canonicalize().unwrap();
    nginx.start(Ready::Accepts, |command, port, directory| {
        let location = match upstream {
            None => format!("root {};", root.display()),
            Some(upstream) => format!(
                "location / {{ proxy_pass http://{upstream}; proxy_http_version 1.1;
                 proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for; }}"
            ),
        };
        let config = format!(
            "daemon off; master_process off; pid nginx.pid; error_log stderr;
             events {{ worker_connections 64; }}
             http {{ access_log off; client_body_temp_path body; proxy_temp_path proxy;
             fastcgi_temp_path f; uwsgi_temp_path u; scgi_temp_path s;
             types {{ text/html html; text/plain txt; }}
             server {{ listen 127.0.0.1:{port}; {location} }} }}"
        );
        fs::write(directory.join("nginx.conf"), config).unwrap();
        command
            .arg("-p")
            .arg(directory)
            .args(["-c", "nginx.conf", "-e", "stderr"]);
    })
}

#[test]
fn files_come_as_from_nginx() {
    let (Some(curl), Some(program)) = (peer("curl"), peer("nginx")) else {
        return;
    };
    let site = Site::new();
    let theirs = nginx(&program, &site, None);
    let ours = site.server(&[]);
    let date = "Sun, 06 Nov 1994 08:49:37 GMT";
    let since = format!("If-Modified-Since: {date}");
    let unmodified = format!("If-Unmodified-Since: {date}");
    let range = format!("If-Range: {date}");
    let later = "If-Unmodified-Since: Sun, 06 Nov 1994 08:49:36 GMT".to_owned();
    let cases: [(&[&str], &str); 19] = [
        (&[], "/"),
        (&["-I"], "/digits.txt"),
        (&[], "/docs/poem.txt"),
        (&[], "/docs/latest"),
        (&[], "/docs/a%20%3Cb%3E%20&%20c.txt"),
        (&["-r", "0-0"], "/digits.txt"),
        (&["-r", "3-8"], "/digits.txt"),
        (&["-r", "290-"], "/digits.txt"),
        (&["-r", "290-1000"], "/digits.txt"),
        (&["-r", "-7"], "/digits.txt"),
        (&["-r", "-7000"], "/digits.txt"),
        (&["-r", "300-"], "/digits.txt"),
        (&["-H", &since], "/digits.txt"),
        (&["-H", &unmodified], "/digits.txt"),
        (&["-H", &later], "/digits.txt"),
        (&["-H", "If-None-Match: \"another\""], "/digits.txt"),
        (&["-r", "3-8", "-H", &range], "/digits.txt"),
        (&["-r", "3-8", "-H", "If-Range: \"another\""], "/digits.txt"),
        (&[], "/nothing"),
    ];
    for (options, path) in cases {
        let get = |address: SocketAddr| {
            let format = "\n%{http_code} %header{content-range} %header{last-modified} %header{content-length}";
            let mut command = curl.command();
            command.args(["-sS", "-w", format]).args(options);
            let said = output(command.arg(format!("http://{address}{path}")));
            let (body, about) = said.rsplit_once('\n').unwrap();
            match &about[..3] {
                "200" | "206" if options != ["-I"] => said,
                "200" => about.to_owned(),
                // What a refusal says besides is everybody's own.
                status => format!("{status} {}", if status == "304" { body } else { "" }),
            }
        };
        assert_eq!(
            get(ours.address),
            get(theirs.address()),
            "{options:?} {path}"
        );
    }
}

#[test]
fn behind_nginx_it_is_known_who_asks() {
    let (Some(curl), Some(program)) = (peer("curl"), peer("nginx")) else {
        return;
    };
    let site = Site::new();
    for (options, client) in [
        (&["--proxy", "127.0.0.1"][..], "203.0.113.9"),
        (&[], "127.0.0.1"),
    ] {
        let server = Server::of(GATEWAY, options);
        let front = nginx(&program, &site, Some(server.address));
        let mut command = curl.command();
        // Another proxy of ours, on this machine, has come to nginx.
        command.args(["-sS", "-H", "X-Forwarded-For: 6.6.6.6, 203.0.113.9"]);
        command.args(["-H", "Forwarded: for=6.6.6.6"]); // which nginx passes on
        let said = output(command.arg(format!("http://{}/a?b", front.address())));
        assert!(
            said.contains("HTTP_X_FORWARDED_FOR = \"6.6.6.6, 203.0.113.9,127.0.0.1\"")
                || said.contains("HTTP_X_FORWARDED_FOR = \"6.6.6.6, 203.0.113.9, 127.0.0.1\""),
            "{said}"
        );
        assert!(
            said.ends_with(&format!("asked by {client}, with 0 octets\n")),
            "{said}"
        );
    }
}

#[test]
fn http_2_is_spoken_with_those_who_speak_it() {
    let certificate = Certificate::new();
    let server = certificate.server(H2_SERVER);
    let url = format!("https://localhost:{}/a?b", server.address.port());
    if let Some(nghttp) = peer("nghttp") {
        let said = output(nghttp.command().args(["--no-verify-peer", &url]));
        assert!(said.contains("SERVER_PROTOCOL = \"HTTP/2.0\"\n"), "{said}");
        let said =
            output(
                nghttp
                    .command()
                    .args(["--no-verify-peer", "-d", "/dev/null", "-v", &url]),
            );
        assert!(said.contains(":status: 200"), "{said}");
    }
    if let Some(curl) = peer("curl") {
        for (version, protocol) in [("--http2", "HTTP/2.0"), ("--http1.1", "HTTP/1.1")] {
            let mut command = curl.command();
            command.args(["-sS", version, "-d", "hello", "--cacert"]);
            let said = output(command.arg(certificate.path("ca.pem")).arg(&url));
            assert!(
                said.contains(&format!("SERVER_PROTOCOL = \"{protocol}\"\n")),
                "{said}"
            );
            assert!(said.ends_with("with 5 octets\n"), "{said}");
        }
    }
}

/// curl asks over TLS, and asks twice over one connection.
#[test]
fn curl_keeps_a_tls_connection() {
    let Some(curl) = peer("curl") else { return };
    let certificate = Certificate::new();
    let server = certificate.server(HTTPD);
    let url = |path| format!("https://localhost:{}/{path}", server.address.port());
    let mut command = curl.command();
    command.args(["-sS", "-w", "%{num_connects}\n", "--cacert"]);
    command
        .arg(certificate.path("ca.pem"))
        .args([url("a"), url("b")]);
    assert_eq!(output(&mut command), "this is /a\n1\nthis is /b\n0\n");
}

#[tokio::test]
async fn a_browser_shows_a_name_and_no_markup() {
    with_browser(async |browser| {
        let server = Server::of(DISPATCH, &[]);
        let session = browser.session(800).await;
        let url = format!(
            "http://{}/hello?name=%3Cscript%3Ealert(1)%3C/script%3E",
            server.address
        );
        session.goto(&url).await.unwrap();
        let heading = session.find(Locator::Css("h1")).await.unwrap();
        assert_eq!(
            heading.text().await.unwrap(),
            "Hello <script>alert(1)</script>!"
        );
    })
    .await;
}
