//! Answers that no server should give, and that each client meets one day. Most are what
//! it takes to smuggle a message past somebody who reads them otherwise (RFC 9112,
//! section 11.2).

use super::reply::{End, Reply};

const OK: &str = "HTTP/1.1 200 OK\r\n";

/// The one called `name`.
pub fn reply(name: &str) -> Reply {
    let octets = match name {
        "short" => "Content-Length: 100\r\n\r\nonly this much",
        "cut-chunk" => "Transfer-Encoding: chunked\r\n\r\n20\r\nonly this much",
        "no-last-chunk" => "Transfer-Encoding: chunked\r\n\r\n3\r\nall\r\n",
        "both" => "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nall\r\n0\r\n\r\n",
        "two-lengths" => "Content-Length: 3\r\nContent-Length: 4\r\n\r\nall!",
        "same-lengths" => "Content-Length: 3, 3\r\n\r\nall",
        "signed-length" => "Content-Length: +3\r\n\r\nall",
        "huge-length" => "Content-Length: 99999999999999999999\r\n\r\nall",
        "signed-chunk" => "Transfer-Encoding: chunked\r\n\r\n+3\r\nall\r\n0\r\n\r\n",
        "huge-chunk" => "Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\nall\r\n0\r\n\r\n",
        "endless-chunk" => "Transfer-Encoding: chunked\r\n\r\n7fffffffffffffff\r\nall",
        "gzip-chunked" => "Transfer-Encoding: gzip, chunked\r\n\r\n3\r\nall\r\n0\r\n\r\n",
        "chunked-gzip" => "Transfer-Encoding: chunked, gzip\r\n\r\nall",
        "space-before-colon" => "Content-Length : 3\r\n\r\nall",
        "folded" => "X-Long: one\r\n two\r\nContent-Length: 3\r\n\r\nall",
        "nul" => "X-Odd: a\0b\r\nContent-Length: 3\r\n\r\nall",
        "bare-cr" => "X-Odd: a\rContent-Length: 3\r\n\r\nall",
        "line-feeds" => return Reply::raw("HTTP/1.1 200 OK\nContent-Length: 3\n\nall"),
        "half-head" => return Reply::raw("HTTP/1.1 200 OK\r\nContent-Le"),
        "no-http" => return Reply::raw("220 mail.example ESMTP\r\n"),
        "nothing" => return Reply::raw(""),
        "long-head" => return Reply::raw(&format!("{OK}X-Long: {}\r\n\r\n", "x".repeat(1 << 20))),
        "many-fields" => return Reply::raw(&format!("{OK}{}\r\n", "X: y\r\n".repeat(10_000))),
        "too-much" => {
            let octets =
                format!("{OK}Content-Length: 3\r\n\r\nall{OK}Content-Length: 4\r\n\r\nmore");
            return Reply::raw(&octets).ends(End::Next);
        }
        _ => return Reply::text(404, "As in /wrong/short.\n"),
    };
    Reply::raw(&format!("{OK}{octets}"))
}
