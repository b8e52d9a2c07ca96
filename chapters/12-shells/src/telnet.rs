//! One end of a Telnet connection: data apart from commands, and options agreed upon.

use bytes::{Bytes, BytesMut};

use crate::iac_decoder::{Error, Event, decode, encode};
use crate::option_negotiation::{Options, Side};

/// The server shows what is typed (RFC 857).
pub const ECHO: u8 = 1;
/// Nobody says whose turn it is (RFC 858).
pub const SUPPRESS_GO_AHEAD: u8 = 3;
/// What kind of terminal it is (RFC 1091).
pub const TERMINAL_TYPE: u8 = 24;
/// Negotiate About Window Size (RFC 1073).
pub const NAWS: u8 = 31;
/// In a subnegotiation of TERMINAL_TYPE: this is it, or say which it is.
const IS: u8 = 0;
const SEND: u8 = 1;

/// How long a subnegotiation may be, in octets.
pub const LIMIT: usize = 256;

/// Options with names, by the octet that stands for them.
const NAMES: [(u8, &str); 11] = [
    (0, "BINARY"),
    (ECHO, "ECHO"),
    (SUPPRESS_GO_AHEAD, "SUPPRESS-GO-AHEAD"),
    (5, "STATUS"),
    (6, "TIMING-MARK"),
    (TERMINAL_TYPE, "TERMINAL-TYPE"),
    (NAWS, "NAWS"),
    (32, "TERMINAL-SPEED"),
    (33, "TOGGLE-FLOW-CONTROL"),
    (34, "LINEMODE"),
    (39, "NEW-ENVIRON"),
];

/// Commands of one octet (RFC 854).
const COMMANDS: [(u8, &str); 9] = [
    (241, "NOP"),
    (242, "DATA-MARK"),
    (243, "BREAK"),
    (244, "INTERRUPT-PROCESS"),
    (245, "ABORT-OUTPUT"),
    (246, "ARE-YOU-THERE"),
    (247, "ERASE-CHARACTER"),
    (248, "ERASE-LINE"),
    (249, "GO-AHEAD"),
];

fn name(names: &[(u8, &str)], octet: u8) -> String {
    let named = names.iter().find(|(number, _)| *number == octet);
    named.map_or(octet.to_string(), |(_, name)| (*name).to_owned())
}

/// An event as a line for people.
pub fn describe(event: &Event) -> String {
    match event {
        Event::Data(data) => format!("data {}", program::show(data)),
        Event::Negotiate(verb, option) => {
            let verb = format!("{verb:?}").to_uppercase();
            format!("IAC {verb} {}", name(&NAMES, *option))
        }
        Event::Subnegotiation(option, octets) => {
            let octets = program::hex(octets);
            format!("IAC SB {} {octets} IAC SE", name(&NAMES, *option))
        }
        Event::Command(octet) => format!("IAC {}", name(&COMMANDS, *octet)),
    }
}

/// What came, and what was said to it.
pub type Answered = (Event, Vec<Event>);

/// One end of a connection. It sends nothing: it appends to `output` what to send.
#[derive(Debug)]
pub struct Session {
    input: BytesMut,
    options: Options,
    /// Columns and lines of the terminal.
    size: (u16, u16),
}

impl Session {
    /// A client's end, whose terminal has this many columns and lines.
    pub fn client(size: (u16, u16)) -> Session {
        let ours = [SUPPRESS_GO_AHEAD, TERMINAL_TYPE, NAWS];
        let options = Options::new(&ours, &[ECHO, SUPPRESS_GO_AHEAD]);
        let input = BytesMut::new();
        Session {
            input,
            options,
            size,
        }
    }

    /// A server's end, which asks for what it would like to know.
    pub fn server(output: &mut BytesMut) -> Session {
        let theirs = [SUPPRESS_GO_AHEAD, TERMINAL_TYPE, NAWS];
        let mut options = Options::new(&[SUPPRESS_GO_AHEAD], &theirs);
        let input = BytesMut::new();
        for option in [TERMINAL_TYPE, NAWS] {
            if let Some(verb) = options.request(Side::Them, option, true) {
                encode(&Event::Negotiate(verb, option), output);
            }
        }
        let size = (0, 0);
        Session {
            input,
            options,
            size,
        }
    }

    /// Whether the peer shows what is typed here.
    pub fn is_echoed(&self) -> bool {
        self.options.enabled(Side::Them, ECHO)
    }

    // ANCHOR: take
    /// Takes what came: the events, each with what was appended to `output` to answer it,
    /// and whether the stream can be read any further.
    pub fn take(
        &mut self,
        octets: &[u8],
        output: &mut BytesMut,
    ) -> (Vec<Answered>, Result<(), Error>) {
        self.input.extend_from_slice(octets);
        let mut events = Vec::new();
        loop {
            let event = match decode(&mut self.input, LIMIT) {
                Ok(Some(event)) => event,
                Ok(None) => return (events, Ok(())),
                Err(error) => return (events, Err(error)),
            };
            let answers = self.answers(&event);
            for answer in &answers {
                encode(answer, output);
            }
            events.push((event, answers));
        }
    }

    fn answers(&mut self, event: &Event) -> Vec<Event> {
        match event {
            Event::Negotiate(verb, option) => {
                let ours = self.options.enabled(Side::Us, *option);
                let theirs = self.options.enabled(Side::Them, *option);
                let verb = self.options.receive(*verb, *option);
                let mut answers: Vec<Event> = verb
                    .map(|verb| Event::Negotiate(verb, *option))
                    .into_iter()
                    .collect();
                // The size is told as soon as both have agreed that it may be, and so
                // is the kind of terminal asked for. What was used before is no reason.
                if *option == NAWS && !ours && self.options.enabled(Side::Us, NAWS) {
                    let (columns, lines) = self.size;
                    let size = [columns.to_be_bytes(), lines.to_be_bytes()].concat();
                    answers.push(Event::Subnegotiation(NAWS, size.into()));
                }
                if *option == TERMINAL_TYPE
                    && !theirs
                    && self.options.enabled(Side::Them, TERMINAL_TYPE)
                {
                    let send = Bytes::from_static(&[SEND]);
                    answers.push(Event::Subnegotiation(TERMINAL_TYPE, send));
                }
                answers
            }
            Event::Subnegotiation(TERMINAL_TYPE, octets)
                if octets[..] == [SEND] && self.options.enabled(Side::Us, TERMINAL_TYPE) =>
            {
                let is = [&[IS], &b"XTERM"[..]].concat();
                vec![Event::Subnegotiation(TERMINAL_TYPE, is.into())]
            }
            _ => Vec::new(),
        }
    }
    // ANCHOR_END: take
}

/// A line of text as it goes over the wire: it ends in CR LF (RFC 854, the NVT printer).
pub fn line(text: &str) -> Event {
    Event::Data(format!("{text}\r\n").into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::iac_decoder::Verb;

    #[test]
    fn two_ends_agree_and_stop_talking() {
        let (mut to_client, mut to_server) = (BytesMut::new(), BytesMut::new());
        let mut server = Session::server(&mut to_client);
        let mut client = Session::client((80, 24));
        let mut said = Vec::new();
        for _ in 0..10 {
            let octets = to_client.split();
            client.take(&octets, &mut to_server).1.unwrap();
            let octets = to_server.split();
            let (events, fine) = server.take(&octets, &mut to_client);
            fine.unwrap();
            said.extend(events.into_iter().map(|(event, _)| describe(&event)));
        }
        let expected = [
            "IAC WILL TERMINAL-TYPE",
            "IAC WILL NAWS",
            "IAC SB NAWS 00 50 00 18 IAC SE",
            "IAC SB TERMINAL-TYPE 00 58 54 45 52 4d IAC SE",
        ];
        assert_eq!(said, expected);
        assert!(to_client.is_empty() && to_server.is_empty());
    }

    #[test]
    fn a_storm_of_requests_gets_one_answer() {
        let mut client = Session::client((80, 24));
        let mut output = BytesMut::new();
        for _ in 0..1000 {
            let octets = [
                255,
                Verb::Will as u8,
                ECHO,
                255,
                Verb::Do as u8,
                SUPPRESS_GO_AHEAD,
            ];
            client.take(&octets, &mut output).1.unwrap();
        }
        assert_eq!(output[..], [255, 253, ECHO, 255, 251, SUPPRESS_GO_AHEAD]);
        assert!(client.is_echoed());
        let mut output = BytesMut::new();
        let mut server = Session::server(&mut output);
        output.clear();
        for _ in 0..1000 {
            for verb in [Verb::Will, Verb::Dont] {
                let octets = [255, verb as u8, TERMINAL_TYPE];
                server.take(&octets, &mut output).1.unwrap();
            }
        }
        assert_eq!(output[..], [255, 250, TERMINAL_TYPE, SEND, 255, 240]);
    }
}
