//! What came, as the programs show it.

use std::io::{Read, Write};

use anyhow::ensure;
use bytes::BytesMut;
use flate2::read::MultiGzDecoder;
use ring::digest::{Context, SHA256};

use crate::body_length::Body;
use crate::connection::Connection;
use crate::request::Request;
use crate::response_head::ResponseHead;

/// Octets as text in which nothing can move the cursor.
pub fn visible(octets: &[u8]) -> String {
    let text = octets.escape_ascii().to_string();
    text.replace("\\\"", "\"").replace("\\'", "'")
}

/// The lines of a request's head, as they are sent.
///
/// # Errors
///
/// When its method is none.
pub fn show_request(request: &Request) -> anyhow::Result<()> {
    let mut octets = BytesMut::new();
    request.encode(&mut octets)?;
    let text = visible(&octets);
    let head = text.split("\\r\\n\\r\\n").next().unwrap_or_default();
    head.split("\\r\\n").for_each(|line| println!("> {line}"));
    println!(">");
    Ok(())
}

/// The lines of an answer's head.
pub fn show_head(head: &ResponseHead) {
    println!(
        "< HTTP/1.{} {} {}",
        head.minor,
        head.status,
        visible(&head.reason)
    );
    for (name, value) in head.fields.iter() {
        println!("< {name}: {}", visible(value));
    }
    println!("<");
}

/// The octets behind the head, as they came.
pub fn show_body_on_the_wire(octets: &[u8]) {
    let text = visible(octets);
    let body = text.split_once("\\r\\n\\r\\n").map_or("", |(_, body)| body);
    for line in body.split_inclusive("\\n") {
        println!("| {line}");
    }
}

// ANCHOR: talk
/// Sends a request and receives the head of its answer, and shows both; only their first
/// lines if it is to be `quiet`.
///
/// # Errors
///
/// As [`Connection::send`] and [`Connection::receive`].
pub fn talk<S: Read + Write>(
    connection: &mut Connection<S>,
    request: &Request,
    quiet: bool,
) -> anyhow::Result<(ResponseHead, Body)> {
    let show = |head: &ResponseHead| match quiet {
        true => println!("< {} {}", head.status, visible(&head.reason)),
        false => show_head(head),
    };
    match quiet {
        true => println!("> {} {}", request.method, request.url.path()),
        false => show_request(request)?,
    }
    connection.send(request)?;
    let (head, body) = connection.receive(request, show)?;
    show(&head);
    println!("* {}", rule(&request.method, &head, body));
    Ok((head, body))
}
// ANCHOR_END: talk

/// Which rule says where the body ends, by its number in RFC 9112, section 6.3.
pub fn rule(method: &str, head: &ResponseHead, body: Body) -> String {
    let codings = head.fields.members("Transfer-Encoding").count();
    let both = head.fields.first("Content-Length").is_some();
    match body {
        Body::Empty if method == "HEAD" => "No body, as this was HEAD (rule 1)".to_owned(),
        Body::Empty => format!("No body, as this is {} (rule 1)", head.status),
        Body::Tunnel => "No body, as this is a tunnel now (rule 2)".to_owned(),
        Body::Chunked if codings > 1 => {
            "A body in chunks, and in another coding within (rule 4)".to_owned()
        }
        Body::Chunked if both => "A body in chunks, whatever its length says (rule 3)".to_owned(),
        Body::Chunked => "A body in chunks (rule 4)".to_owned(),
        Body::UntilClose if codings > 0 => {
            "A body until the end, as its coding has none (rule 4)".to_owned()
        }
        Body::Length(length) => format!("A body of {length} octets (rule 6)"),
        Body::UntilClose => "A body until the end of the connection (rule 8)".to_owned(),
    }
}

/// Reads the whole body into `body`, of `limit` octets at most. What came before something
/// went wrong is in it, too.
///
/// # Errors
///
/// When it isn't whole, or is over the limit.
pub fn read<S: Read + Write>(
    connection: &mut Connection<S>,
    limit: usize,
    body: &mut Vec<u8>,
) -> anyhow::Result<()> {
    while let Some(piece) = connection.piece()? {
        ensure!(
            body.len() + piece.len() <= limit,
            "a body of more than {limit} octets"
        );
        body.extend_from_slice(&piece);
    }
    Ok(())
}

// ANCHOR: decompress
/// What `compressed` becomes, of `limit` octets at most: a few can become very many.
///
/// # Errors
///
/// When it is over the limit, or no gzip.
pub fn decompress(compressed: &[u8], limit: usize) -> anyhow::Result<Vec<u8>> {
    let mut content = Vec::new();
    let gzip = MultiGzDecoder::new(compressed);
    gzip.take(limit as u64 + 1).read_to_end(&mut content)?;
    ensure!(content.len() <= limit, "a body of more than {limit} octets");
    Ok(content)
}
// ANCHOR_END: decompress

/// Prints a body for a person: a short text as it is, and of all else how much it is.
pub fn print(body: &[u8]) {
    const MOST: usize = 2000;
    let text = std::str::from_utf8(body).ok().filter(|text| {
        let harmless = |sign: char| !sign.is_control() || sign == '\n' || sign == '\t';
        text.len() <= MOST && text.chars().all(harmless)
    });
    match text {
        Some("") => {}
        Some(text) => print!("{text}{}", if text.ends_with('\n') { "" } else { "\n" }),
        None => println!("* {} octets, not shown", body.len()),
    }
}

/// What came behind the body, and what becomes of the connection.
pub fn show_end<S: Read + Write>(connection: &Connection<S>) {
    for (name, value) in connection.trailers().iter() {
        println!("< {name}: {}", visible(value));
    }
    match connection.is_reusable() {
        true => println!("* The connection is left open"),
        false => println!("* The connection is closed"),
    }
}

/// The digest of `octets`, in hexadecimal digits.
pub fn sha256(octets: &[u8]) -> String {
    let mut digest = Context::new(&SHA256);
    digest.update(octets);
    hex(digest)
}

/// The digest that `context` has come to, in hexadecimal digits.
pub fn hex(context: Context) -> String {
    let digest = context.finish();
    digest
        .as_ref()
        .iter()
        .map(|octet| format!("{octet:02x}"))
        .collect()
}
