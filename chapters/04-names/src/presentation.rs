//! Messages as text: as dig shows them, and octet by octet.

use std::fmt::{self, Write};

use crate::message::Message;
use crate::record::Record;

/// Shows a message as dig does.
#[derive(Debug)]
pub struct LikeDig<'a>(pub &'a Message);

impl fmt::Display for LikeDig<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let message = self.0;
        let opcode = match message.flags.opcode {
            0 => "QUERY".to_owned(),
            other => format!("OPCODE{other}"),
        };
        writeln!(
            f,
            ";; ->>HEADER<<- opcode: {opcode}, status: {}, id: {}",
            message.status, message.id
        )?;
        writeln!(
            f,
            ";; flags: {}; QUERY: {}, ANSWER: {}, AUTHORITY: {}, ADDITIONAL: {}",
            message.flags,
            message.questions.len(),
            message.answers.len(),
            message.authorities.len(),
            message.additionals.len() + usize::from(message.edns.is_some())
        )?;
        if let Some(edns) = &message.edns {
            let dnssec = if edns.dnssec { " do" } else { "" };
            writeln!(f, "\n;; OPT PSEUDOSECTION:")?;
            writeln!(
                f,
                "; EDNS: version: {}, flags:{dnssec}; udp: {}",
                edns.version, edns.udp_size
            )?;
        }
        if !message.questions.is_empty() {
            writeln!(f, "\n;; QUESTION SECTION:")?;
        }
        for question in &message.questions {
            writeln!(
                f,
                ";{:<31} {:<3} {}",
                question.name, question.class, question.kind
            )?;
        }
        for (title, records) in [
            ("ANSWER", &message.answers),
            ("AUTHORITY", &message.authorities),
            ("ADDITIONAL", &message.additionals),
        ] {
            if !records.is_empty() {
                writeln!(f, "\n;; {title} SECTION:")?;
            }
            for record in records {
                writeln!(f, "{}", line(record))?;
            }
        }
        Ok(())
    }
}

/// A record in columns.
fn line(record: &Record) -> String {
    let Record {
        name,
        class,
        ttl,
        data,
    } = record;
    let kind = data.kind();
    format!("{name:<24} {ttl:<7} {class:<3} {kind:<6} {data}")
}

/// What the records of an answer hold, a line each, and nothing else.
pub fn short(message: &Message) -> String {
    let mut text = String::new();
    for record in &message.answers {
        let _ = writeln!(text, "{}", record.data); // a String takes everything
    }
    text
}

/// Octets in a row of [`fields`].
const ROW: usize = 8;

/// A message octet by octet: the offset of each field, its octets, what it is and
/// what it says; what is left when there is an error.
pub fn fields(octets: &[u8]) -> String {
    let (fields, message) = Message::explain(octets);
    let mut text = String::new();
    let mut row = |offset: usize, octets: &[u8], what: &str| {
        let hex = program::hex(octets);
        let line = format!("{offset:>5}  {hex:<24} {what}");
        let _ = writeln!(text, "{}", line.trim_end());
    };
    let mut end = 0;
    for field in fields {
        end = field.octets.end;
        let start = field.octets.start;
        let what = match field.value.as_str() {
            "" => field.what.to_owned(),
            value => format!("{}: {value}", field.what),
        };
        if field.octets.is_empty() {
            row(start, &[], &what);
        }
        for (number, octets) in octets[field.octets].chunks(ROW).enumerate() {
            let what = if number == 0 { &what } else { "" };
            row(start + number * ROW, octets, what);
        }
    }
    if message.is_err() {
        for (number, octets) in octets[end..].chunks(ROW).enumerate() {
            row(end + number * ROW, octets, "");
        }
    }
    text
}
