//! What the octets of a turn mean, where that is a protocol that the book reads: DNS, HTTP,
//! RESP and WebSocket.

use std::net::{Ipv4Addr, Ipv6Addr};
use std::ops::Range;

use crate::follow::Transport;
use crate::format::{Flow, Step, What};

/// Some octets, and what they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// Where they are.
    pub range: Range<usize>,
    /// What they are: `QTYPE: A`.
    pub name: String,
}

/// The answer behind which both sides of a connection send frames of WebSocket.
const SWITCHES: &[u8] = b"HTTP/1.1 101 ";

/// The fields of what one side sent in the nth step, in order and without overlap; none where
/// it is something else. Octets that differ between runs count as 0.
pub fn fields(flow: &Flow, nth: usize) -> Vec<Field> {
    let raw = |step: &Step| match &step.what {
        What::Octets(_, octets) => octets.iter().map(|octet| octet.unwrap_or(0)).collect(),
        _ => Vec::new(),
    };
    let before = flow.steps.iter().take(nth);
    let switched = before.map(raw).any(|raw| raw.starts_with(SWITCHES));
    match flow.steps.get(nth).map(raw) {
        Some(raw) if switched => websocket(&raw, 0).unwrap_or_default(),
        Some(raw) => of(flow.transport, &raw),
        None => Vec::new(),
    }
}

/// The fields of what one side sent, by itself.
fn of(transport: Transport, raw: &[u8]) -> Vec<Field> {
    let mut found = match transport {
        Transport::Udp => dns(raw, 0),
        // RFC 1035, section 4.2.2: two octets of length come first.
        Transport::Tcp => raw
            .split_first_chunk()
            .filter(|(length, rest)| usize::from(u16::from_be_bytes(**length)) == rest.len())
            .and_then(|_| dns(raw, 2)),
        Transport::Icmp | Transport::Other => None,
    };
    if let (Transport::Tcp, Some(fields)) = (transport, &mut found) {
        fields.insert(0, field(0..2, "length of the message"));
    }
    let read = found.or_else(|| http(raw)).or_else(|| resp(raw));
    read.unwrap_or_default()
}

fn field(range: Range<usize>, name: impl Into<String>) -> Field {
    let name = name.into();
    Field { range, name }
}

/// A message of DNS (RFC 1035, section 4.1) that begins at `start` and ends with `raw`.
fn dns(raw: &[u8], start: usize) -> Option<Vec<Field>> {
    let message = raw.get(start..)?;
    let header: &[u8; 12] = message.first_chunk()?;
    let word = |at: usize| u16::from_be_bytes([header[at], header[at + 1]]);
    let counts = [4, 6, 8, 10].map(word);
    if header[2] & 0x78 != 0 || counts[0] != 1 {
        return None; // what the book sends: one question
    }
    let mut fields = vec![
        field(0..2, "ID"),
        field(2..4, format!("flags: {}", flags(word(2)))),
    ];
    let names = [
        "questions",
        "answers",
        "authority records",
        "additional records",
    ];
    for (nth, (name, count)) in names.into_iter().zip(counts).enumerate() {
        fields.push(field(4 + 2 * nth..6 + 2 * nth, format!("{name}: {count}")));
    }
    let end = name(message, 12)?;
    fields.push(field(12..end, "QNAME"));
    fields.push(field(
        end..end + 2,
        format!("QTYPE: {}", kind(message, end)?),
    ));
    fields.push(field(end + 2..end + 4, "QCLASS"));
    let mut at = end + 4;
    let records = counts[1..].iter().map(|count| usize::from(*count)).sum();
    for _ in 0..records {
        let fixed = name(message, at)?;
        let [high, low] = *message.get(fixed + 8..)?.first_chunk()?;
        let data = fixed + 10..fixed + 10 + usize::from(u16::from_be_bytes([high, low]));
        let kind = kind(message, fixed)?;
        // RFC 6891, section 6.1.3: what else is a class and a TTL.
        let (class, ttl) = match &*kind {
            "OPT" => ("the size that fits", "extended RCODE, version, flags"),
            _ => ("CLASS", "TTL"),
        };
        fields.push(field(at..fixed, "NAME"));
        fields.push(field(fixed..fixed + 2, format!("TYPE: {kind}")));
        fields.push(field(fixed + 2..fixed + 4, class));
        fields.push(field(fixed + 4..fixed + 8, ttl));
        fields.push(field(fixed + 8..fixed + 10, "RDLENGTH"));
        let value = match (&*kind, message.get(data.clone())?) {
            ("A", [a, b, c, d]) => format!("RDATA: {}", Ipv4Addr::new(*a, *b, *c, *d)),
            ("AAAA", data) => match data.first_chunk::<16>() {
                Some(address) => format!("RDATA: {}", Ipv6Addr::from(*address)),
                None => "RDATA".to_owned(),
            },
            _ => "RDATA".to_owned(),
        };
        if !data.is_empty() {
            fields.push(field(data.clone(), value));
        }
        at = data.end;
    }
    for field in &mut fields {
        field.range = field.range.start + start..field.range.end + start;
    }
    (at == message.len()).then_some(fields)
}

/// The flags of a header that are set, and its RCODE (RFC 1035, section 4.1.1).
fn flags(word: u16) -> String {
    let named = [(15, "QR"), (10, "AA"), (9, "TC"), (8, "RD"), (7, "RA")];
    let set = named.into_iter().filter(|(bit, _)| word >> bit & 1 == 1);
    let mut names: Vec<String> = set.map(|(_, name)| name.to_owned()).collect();
    names.push(format!("RCODE {}", word & 15));
    names.join(", ")
}

/// The type that stands at `at`.
fn kind(message: &[u8], at: usize) -> Option<String> {
    message.get(at..at + 4)?; // the class follows
    let number = u16::from_be_bytes([message[at], message[at + 1]]);
    let name = match number {
        1 => "A",
        2 => "NS",
        5 => "CNAME",
        6 => "SOA",
        12 => "PTR",
        15 => "MX",
        16 => "TXT",
        28 => "AAAA",
        33 => "SRV",
        41 => "OPT",
        number => return Some(number.to_string()),
    };
    Some(name.to_owned())
}

/// The first octet behind the name at `at`.
fn name(message: &[u8], mut at: usize) -> Option<usize> {
    loop {
        match *message.get(at)? {
            0 => return Some(at + 1),
            length @ 1..=63 => at += 1 + usize::from(length),
            0xc0.. => return message.get(at + 1).map(|_| at + 2), // a pointer ends it
            _ => return None,
        }
    }
}

/// The lines of messages of HTTP/1 (RFC 9112, section 2.1), and what follows their heads.
fn http(raw: &[u8]) -> Option<Vec<Field>> {
    const METHODS: [&str; 7] = [
        "GET ", "HEAD ", "POST ", "PUT ", "DELETE ", "OPTIONS ", "PATCH ",
    ];
    let begins = |rest: &[u8]| match rest.starts_with(b"HTTP/1.") {
        true => Some("status line"),
        false => {
            let request = METHODS.iter().any(|name| rest.starts_with(name.as_bytes()));
            request.then_some("request line")
        }
    };
    let mut fields = Vec::new();
    // What the next line is, if a message begins there; and how much follows this head.
    let mut first = Some(begins(raw)?);
    let mut body = None;
    let mut at = 0;
    while let Some(length) = raw[at..].windows(2).position(|two| two == b"\r\n") {
        let line = String::from_utf8_lossy(&raw[at..at + length]);
        let end = at + length + 2;
        let name = match (first.take(), line.split_once(':')) {
            (Some(first), _) => first.to_owned(),
            (None, Some((name, value))) => {
                if name.eq_ignore_ascii_case("content-length") {
                    body = value.trim().parse::<usize>().ok();
                }
                format!("field {name}")
            }
            (None, None) if line.is_empty() => "end of the head".to_owned(),
            (None, None) => "no field".to_owned(),
        };
        fields.push(field(at..end, name));
        at = end;
        if !line.is_empty() {
            continue;
        }
        if raw.starts_with(SWITCHES) {
            fields.extend(websocket(raw, at)?);
            return Some(fields);
        }
        let rest = raw.len() - at;
        let length = match body.take() {
            Some(length) => length.min(rest),
            None if begins(&raw[at..]).is_some() => 0,
            None => rest,
        };
        if length > 0 {
            fields.push(field(at..at + length, "body"));
        }
        at += length;
        first = begins(&raw[at..]);
        if first.is_none() {
            break;
        }
    }
    if at < raw.len() {
        fields.push(field(at..raw.len(), "the rest"));
    }
    Some(fields)
}

/// The frames of WebSocket from `at` on (RFC 6455, section 5.2).
fn websocket(raw: &[u8], mut at: usize) -> Option<Vec<Field>> {
    let mut fields = Vec::new();
    while at < raw.len() {
        let [first, second] = *raw.get(at..)?.first_chunk()?;
        let opcode = match first & 0x7f {
            0 => "continuation",
            1 => "text",
            2 => "binary",
            8 => "close",
            9 => "ping",
            10 => "pong",
            _ => return None,
        };
        let more = if first & 0x80 == 0 {
            ", more to come"
        } else {
            ""
        };
        fields.push(field(at..at + 1, format!("opcode: {opcode}{more}")));
        let wide = match second & 0x7f {
            126 => 2,
            127 => 8,
            _ => 0,
        };
        let behind = at + 2 + wide;
        let long = raw.get(at + 2..behind)?.iter();
        let length = match wide {
            0 => usize::from(second & 0x7f),
            _ => long.fold(0, |sum, octet| sum << 8 | usize::from(*octet)),
        };
        let masked = second & 0x80 != 0;
        let mask = if masked { 4 } else { 0 };
        let flag = if masked { "MASK, " } else { "" };
        fields.push(field(at + 1..behind, format!("{flag}length: {length}")));
        let payload = behind + mask;
        let end = payload.checked_add(length)?;
        raw.get(payload..end)?;
        if masked {
            fields.push(field(behind..payload, "masking key"));
        }
        if length > 0 {
            let how = if masked { ", masked" } else { "" };
            fields.push(field(payload..end, format!("payload{how}")));
        }
        at = end;
    }
    Some(fields)
}

/// The lines and strings of RESP, the protocol of Redis.
fn resp(raw: &[u8]) -> Option<Vec<Field>> {
    let mut fields = Vec::new();
    let mut at = 0;
    while at < raw.len() {
        let length = raw[at..].windows(2).position(|two| two == b"\r\n")?;
        let end = at + length + 2;
        let text = std::str::from_utf8(raw.get(at + 1..at + length)?).ok()?;
        let name = match raw[at] {
            b'+' => "simple string".to_owned(),
            b'-' => "error".to_owned(),
            b':' => "integer".to_owned(),
            b'*' => format!("array of {}", text.parse::<i64>().ok()?),
            b'$' => format!("bulk string of {}", text.parse::<i64>().ok()?),
            _ => return None,
        };
        let is_bulk = raw[at] == b'$';
        fields.push(field(at..end, name));
        at = end;
        if is_bulk && let Ok(length) = text.parse::<usize>() {
            let end = at.checked_add(length)?.checked_add(2)?;
            (raw.get(at..end)?.ends_with(b"\r\n")).then_some(())?;
            fields.push(field(at..end, "its octets"));
            at = end;
        }
    }
    (!fields.is_empty()).then_some(fields)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(transport: Transport, octets: &[u8]) -> Vec<(Range<usize>, String)> {
        let found = of(transport, octets).into_iter();
        found.map(|field| (field.range, field.name)).collect()
    }

    const ANSWER: &[u8] = b"\x12\x34\x84\x00\0\x01\0\x01\0\0\0\0\x01a\0\0\x01\0\x01\xc0\x0c\0\x01\0\x01\0\0\x0e\x10\0\x04\x7f\0\0\x01";

    #[test]
    fn an_answer_of_dns_is_named_field_by_field() {
        let found = named(Transport::Udp, ANSWER);
        let names: Vec<&str> = found.iter().map(|(_, name)| &**name).collect();
        assert_eq!(
            names,
            [
                "ID",
                "flags: QR, AA, RCODE 0",
                "questions: 1",
                "answers: 1",
                "authority records: 0",
                "additional records: 0",
                "QNAME",
                "QTYPE: A",
                "QCLASS",
                "NAME",
                "TYPE: A",
                "CLASS",
                "TTL",
                "RDLENGTH",
                "RDATA: 127.0.0.1"
            ]
        );
        let tcp = [&[0, ANSWER.len() as u8], ANSWER].concat();
        let found = named(Transport::Tcp, &tcp);
        assert_eq!(found[0], (0..2, "length of the message".to_owned()));
        assert_eq!(found[1], (2..4, "ID".to_owned()));
        assert_eq!(named(Transport::Udp, &ANSWER[..ANSWER.len() - 1]), []);
    }

    #[test]
    fn messages_of_http_and_resp_are_named_line_by_line() {
        let found = named(Transport::Tcp, b"GET / HTTP/1.1\r\nHost: a\r\n\r\nbody");
        let names: Vec<&str> = found.iter().map(|(_, name)| &**name).collect();
        assert_eq!(
            names,
            ["request line", "field Host", "end of the head", "body"]
        );
        let two = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 204 No Content\r\n\r\n";
        let found = named(Transport::Tcp, two);
        let names: Vec<&str> = found.iter().map(|(_, name)| &**name).collect();
        let begun = [
            "status line",
            "field Content-Length",
            "end of the head",
            "body",
        ];
        assert_eq!(names[..4], begun);
        assert_eq!(names[4..], ["status line", "end of the head"]);
        let found = named(Transport::Tcp, b"*1\r\n$4\r\nPING\r\n+OK\r\n");
        let names: Vec<&str> = found.iter().map(|(_, name)| &**name).collect();
        assert_eq!(
            names,
            [
                "array of 1",
                "bulk string of 4",
                "its octets",
                "simple string"
            ]
        );
        assert_eq!(named(Transport::Tcp, b"hello"), []);
    }

    #[test]
    fn frames_of_websocket_are_named_behind_the_answer_that_switches_to_them() {
        let text = "\
# One
TCP 127.0.0.1:50001 -> 127.0.0.1:8000
  -> 7 octets
     0000  80 82 37 fa 21 3d 5b                             |..7.!=[|
  <- 21 octets
     0000  48 54 54 50 2f 31 2e 31 20 31 30 31 20 0d 0a 0d  |HTTP/1.1 101 ...|
     0010  0a 01 02 68 69                                   |...hi|
  -> 8 octets
     0000  80 82 37 fa 21 3d 5b 95                          |..7.!=[.|
end
";
        let wire = crate::Wire::parse(text).unwrap();
        let names = |nth| -> Vec<String> {
            let found = fields(&wire.flows[0], nth).into_iter();
            found.map(|field| field.name).collect()
        };
        assert_eq!(names(0), [""; 0]);
        assert_eq!(
            names(1)[2..],
            ["opcode: text, more to come", "length: 2", "payload"]
        );
        let masked = [
            "opcode: continuation",
            "MASK, length: 2",
            "masking key",
            "payload, masked",
        ];
        assert_eq!(names(2), masked);
    }

    #[test]
    fn what_is_cut_or_wrong_has_fields_within_it_or_none() {
        let messages = [
            ANSWER,
            b"GET / HTTP/1.1\r\nHost: a\r\n\r\nbody",
            b"*1\r\n$4\r\nPING\r\n",
            b"HTTP/1.1 101 \r\n\r\n\x81\x7e\0\x02hi\x82\x7f\0\0\0\0\0\0\0\0",
        ];
        for message in messages {
            for end in 0..message.len() {
                for octet in 0..=255 {
                    let mut wrong = message[..=end].to_vec();
                    wrong[end] = octet;
                    for transport in [Transport::Udp, Transport::Tcp] {
                        let mut last = 0;
                        for (range, _) in named(transport, &wrong) {
                            assert!(last <= range.start && range.start < range.end);
                            last = range.end;
                        }
                        assert!(last <= wrong.len());
                    }
                }
            }
        }
    }
}
